"""Working days, by the shipped calendar and by those that were recorded since.

The shipped one ends with a year whose arrangement was published in time for it; the State Council's notice
of a later year is recorded (`calendar.published`), and holds from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, TypeAlias

from domain.dates import NotYetDeterminable, a_day, is_working_day
from domain.events import CalendarPublished
from domain.rules import Facts, read
from domain.tags import CALENDAR

Works: TypeAlias = Callable[[date], bool]


def _of_the_years(_act: Any, day: date) -> Iterator[str]:
    """The longest period of notice ends in the next year at the latest."""
    yield from (CALENDAR(year) for year in (day.year, day.year + 1))


THE_CALENDARS = read(CalendarPublished, under=_of_the_years)


def works(facts: Facts) -> Works:
    """Tells whether a day is a working day, as far as calendars are known; else it raises
    NotYetDeterminable."""
    return works_by(seen.fact for seen in facts.of(CalendarPublished))


def works_by(published: Iterable[CalendarPublished]) -> Works:
    """The same, by these calendars beside the shipped one; of two for one year the later holds."""
    years = {calendar.year: calendar for calendar in published}
    days = {
        a_day(day): is_worked
        for calendar in years.values()
        for is_worked, of_a_kind in ((False, calendar.off), (True, calendar.worked))
        for day in of_a_kind
    }

    def is_worked(day: date) -> bool:
        if day in days:
            return days[day]
        return day.weekday() < 5 if day.year in years else is_working_day(day)

    return is_worked


def days_worked(after: date, until: date, works: Works) -> int | None:
    """How many working days lie behind a day, up to another; None: no calendar says so yet."""
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    try:
        return sum(map(works, days))
    except NotYetDeterminable:
        return None
