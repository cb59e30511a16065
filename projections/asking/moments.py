"""The two times of a question: the day it asks about, and the log position up to which events are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from domain.dates import SHANGHAI
from domain.messages import Told
from eventlog.errors import LedgerError
from eventlog.ledger import Ledger
from eventlog.log import Log


@dataclass(frozen=True, slots=True)
class View:
    """The day that is asked about, and the position at which it is known."""

    as_of: date
    as_known: int


class NotYetKnown(LedgerError):
    """The position asked for is not reached yet: ask again later, or ask for an earlier one."""

    def __init__(self, model: str, reached: int, asked: int) -> None:
        super().__init__(
            "{model} has reached position {reached}; {asked} was asked for: ask again in a moment",
            model=model,
            reached=reached,
            asked=asked,
        )
        self.reached = reached


class NotAMoment(Told, ValueError):
    """A text that is neither a position nor an instant."""


async def position_of(log: Log, as_known: str | None) -> int | None:
    """The position that `as_known` gives, as a number or by an instant; None for None. Raises NotAMoment."""
    if as_known is None:
        return None
    if as_known.isascii() and as_known.isdecimal() and len(as_known) <= 15:
        return int(as_known)
    if (instant := _instant(as_known)) is None:
        raise NotAMoment(
            "{as_known!r} is neither a position nor an instant: write 17, or 2026-11-22T09:30:00Z "
            "with its offset",
            as_known=as_known,
        )
    return await log.position_at(instant)


async def known_to(log: Log, as_known: str | None) -> int:
    """The position of the log that is asked about; by default the newest. Raises NotAMoment, NotYetKnown."""
    asked, head = await position_of(log, as_known), (await log.head()).position
    if asked is not None and asked > head:
        raise NotYetKnown("the log", head, asked)
    return head if asked is None else asked


def _instant(text: str) -> datetime | None:
    """An instant with its offset, in UTC; None for any other text."""
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None


async def today(log: Log, ledger: Ledger) -> date:
    """The day in Shanghai; on a simulated ledger the day of its newest event."""
    now = await standing_time(log, ledger) or datetime.now(SHANGHAI)
    return now.astimezone(SHANGHAI).date()


async def standing_time(log: Log, ledger: Ledger) -> datetime | None:
    """A simulated ledger's time when no time is given: that of its newest event. None for a real ledger."""
    if not ledger.simulated:
        return None
    return (await log.read(limit=1, backwards=True))[0].recorded_at
