"""Days, uncertain dates, and the statutory calendar of working days.

A date is written in a subset of EDTF (ISO 8601-2):

    2013-12-31            a day
    2013-12               some day of a month
    2013                  some day of a year
    [2015,2016]           one of these (each a day, a month or a year)
    ../2021-08-17         on that day or before it

A day is a day in Asia/Shanghai.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

import chinese_calendar
from chinese_calendar import constants

from domain.malformed import Malformed
from domain.messages import Told

FIRST_CALENDAR_YEAR = min(day.year for day in constants.holidays)
LAST_CALENDAR_YEAR = max(day.year for day in constants.holidays)

# How many weekdays of a year can be off under whatever calendar its notice sets: 13 days are statutory
# (国务院令第795号); with those that are shifted for them no year has come to 30.
_MOST_OFF = 30
SHANGHAI = timezone(timedelta(hours=8))  # no summer time since 1991


class NotADate(Malformed):
    """A text is not in the subset of EDTF that the ledger takes."""


class NotYetDeterminable(Told, LookupError):
    """The statutory calendar of a year that the answer needs is not published, or not known here."""

    def __init__(self, year: int) -> None:
        super().__init__(
            "not yet determinable: the statutory calendar of {year} is not known (known: {first}–{last})",
            year=year,
            first=FIRST_CALENDAR_YEAR,
            last=LAST_CALENDAR_YEAR,
        )
        self.year = year


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A date as far as it is known: some day from `earliest` to `latest`, both included."""

    earliest: date | None  # None: no bound
    latest: date

    @property
    def is_a_day(self) -> bool:
        return self.earliest == self.latest


@lru_cache(maxsize=4096)
def parse(text: str) -> Uncertain:
    """What an EDTF text says. Raises NotADate, which quotes it."""
    if text.startswith("../"):
        return Uncertain(None, _span(text[3:], text).latest)
    if text.startswith("[") and text.endswith("]"):
        choices = [_span(choice.strip(), text) for choice in text[1:-1].split(",")]
        if len(choices) < 2:
            raise NotADate("offers-no-choice", text=text)
        starts = [choice.earliest for choice in choices if choice.earliest is not None]
        return Uncertain(min(starts), max(choice.latest for choice in choices))
    return _span(text, text)


def a_day(text: str) -> date:
    """A day, and nothing less certain. Raises NotADate."""
    when = parse(text)
    if not when.is_a_day:
        raise NotADate("is-no-day", text=text)
    return when.latest


def day_of(moment: datetime) -> date:
    """The day in Shanghai at a moment."""
    return moment.astimezone(SHANGHAI).date()


def _span(text: str, whole: str) -> Uncertain:
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text, re.ASCII)
    if not found:
        raise NotADate("is-not-a-date", text=whole)
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None  # the pattern's first group is always there
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        raise NotADate("names-a-day-that-no-calendar-has", text=whole) from None
    if day:
        return Uncertain(first, first)
    last_month = month or 12
    last = date(year, last_month, calendar.monthrange(year, last_month)[1])
    return Uncertain(first, last)


def may_have_come(effective: str | None, day: date) -> bool:
    """Whether something may have taken effect by a day; what states no day may have."""
    if effective is None:
        return True
    earliest = parse(effective).earliest
    return earliest is None or earliest <= day


def is_working_day(day: date) -> bool:
    """By the State Council's calendar: make-up weekends count, public holidays do not.

    Source: PyPI chinesecalendar, 2004 on. Raises NotYetDeterminable outside the years it knows.
    """
    if not FIRST_CALENDAR_YEAR <= day.year <= LAST_CALENDAR_YEAR:
        raise NotYetDeterminable(day.year)
    return bool(chinese_calendar.is_workday(day))


def years_later(day: date, years: int) -> date:
    """The same day some years later, from date to date; of 29 February, the 28th where there is none."""
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def last_day_of(
    opened: date,
    *,
    working_days: int,
    first_day_counted: bool = False,
    works: Callable[[date], bool] = is_working_day,
) -> date:
    """The last day of a period of working days.

    By default the day on which it begins is not counted (民法典 第二百零一条; open point Q-9).
    works: whether a day is a working day. Raises NotYetDeterminable.
    """
    return _end(opened, working_days, first_day_counted, works)


def last_day_under_any_calendar(
    opened: date,
    *,
    working_days: int,
    first_day_counted: bool = False,
    works: Callable[[date], bool] = is_working_day,
) -> date:
    """A day by which a period of working days has ended, whatever calendars say that are not published yet.

    In each year without one the first weekdays are taken to be off, as many as can be.
    """
    off = Counter[int]()

    def surely_works(day: date) -> bool:
        with suppress(NotYetDeterminable):
            return works(day)
        off[day.year] += day.weekday() < 5
        return day.weekday() < 5 and off[day.year] > _MOST_OFF

    return _end(opened, working_days, first_day_counted, surely_works)


def _end(opened: date, length: int, first_day_counted: bool, works: Callable[[date], bool]) -> date:
    """The day on which so many days have been worked, each asked about once and in order."""
    if length < 1:
        raise ValueError("a period has at least one working day")
    day = opened - timedelta(days=1) if first_day_counted else opened
    while length:
        day += timedelta(days=1)
        length -= works(day)
    return day
