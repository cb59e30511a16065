"""One ledger: which it is, for ever, and whether it is a real one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from domain.events import LedgerOpened
from domain.kernel import Actor, Event, Recorded
from eventlog.errors import LedgerError
from eventlog.log import AppendCondition, Log


class NotOpened(LedgerError):
    """The log has no first event yet."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Who this ledger is: what its first event says."""

    id: str  # UUID
    name: str
    simulated: bool

    @staticmethod
    def of(opened: Recorded) -> Ledger:
        """The ledger that an event 1 opens."""
        data = opened.data
        return Ledger(str(data["ledger"]), str(data["name"]), data["kind"] == "simulated")

    def as_json(self) -> dict[str, str | bool]:
        return {"id": self.id, "name": self.name, "simulated": self.simulated}


async def open_ledger(
    log: Log,
    *,
    ledger: UUID,
    name: str,
    kind: Literal["real", "simulated"],
    actor: Actor,
    clock: datetime | None = None,
) -> Ledger:
    """Append event 1. Raises Conflict if the ledger was opened before.

    clock: when, on a simulated ledger.
    """
    opened = LedgerOpened(ledger=str(ledger), name=name, kind=kind)
    event = Event(opened.topic, opened.tags(), opened.as_data(), actor)
    await log.append([event], AppendCondition(), clock=clock)
    return Ledger(opened.ledger, opened.name, kind == "simulated")


async def identity(log: Log) -> Ledger:
    """Which ledger this is. Raises NotOpened."""
    first = await log.read(limit=1)
    if not first:
        raise NotOpened("this ledger is not opened yet; run: designations open NAME")
    return Ledger.of(first[0])


async def find_or_open(
    log: Log,
    *,
    ledger: UUID,
    name: str,
    kind: Literal["real", "simulated"],
    actor: Actor,
    clock: datetime | None = None,
) -> Ledger:
    """The ledger that is there, whichever it is; an empty log is opened as this one."""
    try:
        return await identity(log)
    except NotOpened:
        return await open_ledger(log, ledger=ledger, name=name, kind=kind, actor=actor, clock=clock)
