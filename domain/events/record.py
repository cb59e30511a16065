"""The ledger itself: opened once; a sealed value erased on an order."""

from __future__ import annotations

from typing import Literal

from pydantic.dataclasses import dataclass

from domain.events.fact import STRICT, Day, Digest, Fact, Text, fact
from domain.tags import SEALED


@dataclass(frozen=True, config=STRICT)
class FoundedAnew:
    """From which ledger this one goes on, and why that one could not (docs/clock.md)."""

    of: str  # UUID
    checkpoint: str  # of it, up to where it is carried on: what follows event 1 here is what followed there
    reason: Text
    on: Day  # when this was done: event 1 bears the time of the first one, so that time never falls


@fact("ledger.opened", correctable=False)
class LedgerOpened(Fact):
    """Event 1: which ledger this is, for ever."""

    ledger: str  # UUID
    name: str  # its origin's name
    kind: Literal["real", "simulated"]
    anew: FoundedAnew | None = None


@fact("erasure.proposed", correctable=False)
class ErasureProposed(Fact):
    """One person asks, on an order, for a value to be erased; it stays until another confirms it."""

    sealed: Digest
    event: int  # position of the event in which it stands

    def tags(self) -> frozenset[str]:
        return frozenset({SEALED(self.sealed)})


@fact("sealed-value.erased", correctable=False)
class SealedValueErased(Fact):
    """A value beside the log was erased on an order; the commitment to it stands for ever."""

    sealed: Digest
    event: int  # position of the event in which it stands

    def tags(self) -> frozenset[str]:
        return frozenset({SEALED(self.sealed)})
