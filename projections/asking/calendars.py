"""The calendars that were recorded beside the shipped one, as known at a position."""

from __future__ import annotations

from domain.events import CalendarPublished
from domain.history import believed
from domain.kernel import Query
from domain.tags import EVERY_CALENDAR
from eventlog.log import WHOLE, Log


async def calendars(log: Log, known: int) -> list[CalendarPublished]:
    """Every recorded calendar as believed at this position, in the order of effect."""
    found = await log.read(Query.tagged(EVERY_CALENDAR), until=known, limit=WHOLE)
    return [b.fact for b in believed(found) if isinstance(b.fact, CalendarPublished)]
