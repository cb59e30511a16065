"""The ledger itself: opened once; a sealed value erased on an order."""

from __future__ import annotations

from typing import Literal

from domain.events.fact import Digest, Fact, fact
from domain.tags import SEALED


@fact("ledger.opened", correctable=False)
class LedgerOpened(Fact):
    """Event 1: which ledger this is, for ever."""

    ledger: str  # UUID
    name: str  # its origin's name
    kind: Literal["real", "simulated"]


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
