"""Record which days of a year are worked, by the State Council's notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from domain.commands.command import ByAGrantedRole, command
from domain.dates import FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR, a_day
from domain.events import CalendarPublished, Correction, CorrectionProposed, Fact, Replacement
from domain.events.announced import DaysOfAYear, Year
from domain.events.fact import Text
from domain.history import correction_tags
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Seal, Seen, read
from domain.tags import CALENDAR

# Statutory in every year (国务院令第795号): 元旦, 劳动节, 国庆节. The others follow the moon.
_ALWAYS_OFF = ("01-01", "05-01", "10-01")
THE_YEAR = read(CalendarPublished, under=lambda act, _day: (CALENDAR(act.year),))


@command("publish-calendar", "calendars", reads=(THE_YEAR,), rests_on_a_document=True)
class PublishCalendar(ByAGrantedRole):
    """Propose the calendar of a year that the shipped one does not know, by the State Council's notice, which
    is the act's basis: a correction that supplies it, for another person to approve."""

    year: Year
    off: DaysOfAYear  # each day that is off, the weekend days within a holiday included or not
    worked: DaysOfAYear = ()  # weekend days that are worked instead
    reason: Text = "国务院办公厅关于部分节假日安排的通知"

    def calendar(self) -> CalendarPublished:
        """What is to be recorded."""
        return CalendarPublished(year=self.year, off=self.off, worked=self.worked)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from flaws_of_a_calendar(self.calendar())

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(CalendarPublished)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield CorrectionProposed(correction=self._correction(facts), reason=seal(self.reason))

    def more_tags(self, facts: Facts) -> frozenset[str]:
        return correction_tags(self._correction(facts), ())

    def _correction(self, facts: Facts) -> Correction:
        calendar = self.calendar()
        new = Replacement(
            calendar.topic,
            tuple(sorted(calendar.tags())),
            dict(calendar.as_data()),
            facts.day.isoformat(),
            self.basis,
        )
        return Correction("supply", None, new)


def flaws_of_a_calendar(calendar: CalendarPublished) -> Iterator[Broken]:
    """Days that are not of its year, that are off and worked, or worked anyway; holidays left out."""
    if FIRST_CALENDAR_YEAR <= calendar.year <= LAST_CALENDAR_YEAR:
        yield Broken(because("the-calendar-of-is-known", year=calendar.year))
        return
    elsewhere = [d for d in (*calendar.off, *calendar.worked) if not _may_name(calendar, a_day(d))]
    if elsewhere:
        yield Broken(because("days-are-not-of-the-year", those=elsewhere, year=calendar.year))
    if both := sorted({*calendar.off} & {*calendar.worked}):
        yield Broken(because("days-are-off-and-worked", those=both))
    if weekdays := [d for d in calendar.worked if a_day(d).weekday() < 5]:
        yield Broken(because("days-are-worked-anyway", those=weekdays))
    if lacking := list(_left_out(calendar)):
        yield Broken(because("the-calendar-leaves-out", those=lacking))


def _may_name(calendar: CalendarPublished, day: date) -> bool:
    """A day of its year, or of the December before: New Year's holiday may begin there, or be worked for (so
    did that of 2019: 2018-12-29 was worked, and 2018-12-31 off)."""
    return day.year == calendar.year or (day.year, day.month) == (calendar.year - 1, 12)


def _left_out(calendar: CalendarPublished) -> Iterable[str]:
    return (day for day in (f"{calendar.year}-{end}" for end in _ALWAYS_OFF) if day not in calendar.off)
