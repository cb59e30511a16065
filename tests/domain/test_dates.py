"""Dates as far as they are known, and periods of working days."""

from __future__ import annotations

from datetime import date, timedelta
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import dates
from domain.dates import (
    FIRST_CALENDAR_YEAR,
    LAST_CALENDAR_YEAR,
    NotADate,
    NotYetDeterminable,
    Uncertain,
    is_working_day,
    last_day_of,
    last_day_under_any_calendar,
    parse,
)
from projections.words.language import say


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2013-12-31", date(2013, 12, 31), date(2013, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2013", date(2013, 1, 1), date(2013, 12, 31)),
        ("[2015,2016]", date(2015, 1, 1), date(2016, 12, 31)),
        ("[2018-02-11, 2018-02-07]", date(2018, 2, 7), date(2018, 2, 11)),
        ("../2021-08-17", None, date(2021, 8, 17)),
        ("../2021-08", None, date(2021, 8, 31)),
    ],
)
def test_a_date_lies_between_its_bounds(text: str, earliest: date | None, latest: date) -> None:
    assert parse(text) == Uncertain(earliest, latest)
    assert parse(text).is_a_day == (earliest == latest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20131231",
        "2013-13",
        "2013-02-30",
        "[2015]",
        "[]",
        "..",
        "../",
        "2013/2014",
        "２０１３",
        "2013-1-1",
        "2013-12-31 ",
        "../../2013",
        "[2013,../2014]",
        "2013-12-31T00:00",
    ],
)
def test_what_is_no_date_is_quoted_with_the_forms_there_are(text: str) -> None:
    with pytest.raises(NotADate) as error:
        parse(text)
    told = say(error.value, of="en")
    assert text in told
    assert "2013-12-31" in told or "no calendar has" in told


@given(st.text(max_size=14))
def test_any_text_is_a_date_or_not_a_date(text: str) -> None:
    try:
        when = parse(text)
    except NotADate:
        return
    assert when.earliest is None or when.earliest <= when.latest


def test_publicity_opened_monday_2022_02_21_ends_02_28() -> None:
    assert last_day_of(date(2022, 2, 21), working_days=5) == date(2022, 2, 28)


def test_publicity_opened_friday_2023_01_20_ends_wednesday_02_01() -> None:
    """01-28 and 01-29 are make-up weekends and count."""
    assert is_working_day(date(2023, 1, 28))
    assert is_working_day(date(2023, 1, 29))
    assert last_day_of(date(2023, 1, 20), working_days=5) == date(2023, 2, 1)


days = st.dates(date(2004, 1, 1), date(LAST_CALENDAR_YEAR, 9, 1))


@given(days, st.integers(1, 40))
def test_a_period_holds_so_many_working_days_without_its_first(opened: date, length: int) -> None:
    last = last_day_of(opened, working_days=length)
    inside = [opened + timedelta(days=n) for n in range(1, (last - opened).days + 1)]
    assert sum(map(is_working_day, inside)) == length
    assert is_working_day(last)


def test_beyond_the_published_calendar_nothing_is_guessed() -> None:
    with pytest.raises(NotYetDeterminable, match=f"not yet determinable.*{LAST_CALENDAR_YEAR + 1}"):
        last_day_of(date(LAST_CALENDAR_YEAR, 12, 31), working_days=1)
    with pytest.raises(NotYetDeterminable):
        is_working_day(date(2003, 5, 1))


@given(days, st.integers(1, 40), st.booleans(), st.integers(FIRST_CALENDAR_YEAR - 1, LAST_CALENDAR_YEAR))
def test_what_suffices_under_any_calendar_suffices_under_the_one_that_comes(
    opened: date, length: int, counted: bool, known: int
) -> None:
    """As if the calendars behind a year were not published yet."""
    really = last_day_of(opened, working_days=length, first_day_counted=counted)
    with mock.patch.object(dates, "LAST_CALENDAR_YEAR", known):
        surely = last_day_under_any_calendar(opened, working_days=length, first_day_counted=counted)
    assert really <= surely <= really + timedelta(days=150)
    assert surely == really or known < surely.year


def test_a_period_has_at_least_one_day() -> None:
    with pytest.raises(ValueError, match="at least one"):
        last_day_of(date(2022, 2, 21), working_days=0)
