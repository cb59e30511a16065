"""The calendar of a year that is not shipped: what suffices without it, and how it is recorded."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.calendars import works_by
from domain.commands import PublishCalendar
from domain.dates import LAST_CALENDAR_YEAR, NotYetDeterminable
from domain.events import CalendarPublished, Publicity
from domain.kernel import Document
from tests.support.city_round import (
    ADMINISTRATOR,
    CIRCULAR,
    MINISTRY,
    amends,
    annuls,
    approves,
    case,
    closes,
    founded,
    notice,
    opened,
    proposed,
    supplies,
)
from tests.support.given import Given, given, refused
from tests.support.late import corrected, of, questioned

NEXT = LAST_CALENDAR_YEAR + 1
NOTICE = Document(
    number="国办发明电〔2026〕9号", title="关于2027年部分节假日安排的通知", issuer="国务院办公厅"
)
DAYS = CalendarPublished(
    year=NEXT,
    off=(f"{NEXT}-01-01", f"{NEXT}-01-04", f"{NEXT}-05-01", f"{NEXT}-10-01"),
    worked=(f"{NEXT}-01-09",),
)


def publishes(**more: Any) -> PublishCalendar:
    act = PublishCalendar(actor=ADMINISTRATOR, basis=NOTICE, year=NEXT, off=DAYS.off, worked=DAYS.worked)
    return replace(act, **more)


def listed() -> Given:
    """A list that may be put on notice on the last days of the shipped calendar, for five working days."""
    return given(*founded(), *opened(publicity=Publicity(5, CIRCULAR)), *proposed("武汉市"))


def test_by_a_recorded_calendar_its_days_are_off_and_worked_and_weekends_are_weekends() -> None:
    works = works_by([DAYS])
    first = date(NEXT, 1, 1)
    assert {day: works(date(NEXT, 1, day)) for day in (1, 4, 5, 9, 10)} == {
        1: False,
        4: False,
        5: date(NEXT, 1, 5).weekday() < 5,
        9: True,
        10: date(NEXT, 1, 10).weekday() < 5,
    }
    assert works(first.replace(year=NEXT - 1, day=5)), "the shipped years stay"
    with pytest.raises(NotYetDeterminable):
        works(first.replace(year=NEXT + 1))
    later = replace(DAYS, off=(*DAYS.off, f"{NEXT}-01-05"))
    assert not works_by([DAYS, later])(date(NEXT, 1, 5)), "of two the later holds"


def test_a_notice_across_the_year_waits_for_a_calendar_or_states_a_day_that_suffices_anyway() -> None:
    """The advice that a refusal gives is taken."""
    last_week = f"{NEXT - 1}-12-29"
    for more in ({"working_days": 5}, {"working_days": 1}, {"until": f"{NEXT}-01-08"}):
        with refused("L-11") as why:
            listed().when(last_week, notice("武汉市", **more))
        advised = max(re.findall(r"\d{4}-\d{2}-\d{2}", " ".join(why)))
        assert listed().when(last_week, notice("武汉市", until=advised)), why


def test_two_people_record_a_years_calendar_and_then_its_days_are_counted() -> None:
    g = listed()
    (proposal,) = g.recorded(f"{NEXT - 1}-12-02", publishes())
    with refused("L-2"):
        g.when(f"{NEXT - 1}-12-02", approves(proposal.position, by=ADMINISTRATOR))
    with refused("L-11"):
        g.when(f"{NEXT - 1}-12-29", notice("武汉市", working_days=5))
    g.when(f"{NEXT - 1}-12-29", approves(proposal.position))
    with refused("L-1"):
        g.when(f"{NEXT - 1}-12-29", publishes())
    works, end, left = works_by([DAYS]), date(NEXT - 1, 12, 29), 5
    while left:
        end = date.fromordinal(end.toordinal() + 1)
        left -= works(end)
    (event,) = g.recorded(f"{NEXT - 1}-12-29", notice("武汉市", working_days=5))
    assert event.data["until"] == end.isoformat()
    assert event.data["case"] == case("武汉市")


def test_what_is_no_calendar_is_refused_with_the_days() -> None:
    g = given(*founded())
    day = f"{NEXT - 1}-11-10"
    for more, said in (
        ({"year": LAST_CALENDAR_YEAR}, f"the calendar of {LAST_CALENDAR_YEAR} is known already"),
        ({"off": (*DAYS.off, f"{NEXT + 1}-01-01")}, f"{NEXT + 1}-01-01 are not of {NEXT}"),
        ({"off": DAYS.off[1:]}, f"the calendar leaves out {NEXT}-01-01"),
        ({"worked": (f"{NEXT}-01-04",)}, f"{NEXT}-01-04 are off and worked at once"),
        ({"worked": (f"{NEXT}-01-05",)}, f"{NEXT}-01-05 are no weekend days"),
    ):
        with refused("H-2") as why:
            g.when(day, publishes(**more))
        assert any(said in one for one in why), why
    with refused("H-3"):
        g.when(day, publishes(basis=None))
    with refused("H-1"):
        g.when(day, publishes(actor=replace(MINISTRY, role="auditor")))


def test_a_calendar_that_was_recorded_wrong_is_corrected_and_checked_again() -> None:
    g = given(*founded())
    (proposal,) = g.recorded(f"{NEXT - 1}-11-10", publishes())
    (approval, *_) = g.recorded(f"{NEXT - 1}-11-11", approves(proposal.position))
    with refused("H-5"):
        g.when(f"{NEXT - 1}-11-12", amends(approval.position, data={"worked": [f"{NEXT}-01-05"]}))
    assert g.when(f"{NEXT - 1}-11-12", amends(approval.position, data={"worked": []}))


def test_the_last_days_of_the_year_before_belong_to_new_years_holiday() -> None:
    """As in the notice of 2019: 2018-12-29 is worked, 2018-12-31 is off."""
    act = publishes(off=(*DAYS.off, f"{NEXT - 1}-12-31"))
    assert given(*founded()).when(f"{NEXT - 1}-11-10", act)
    works = works_by([act.calendar()])
    assert not works(date(NEXT - 1, 12, 31))
    assert works(date(NEXT - 1, 12, 30)) == (date(NEXT - 1, 12, 30).weekday() < 5)


def counted_by_a_calendar() -> tuple[Given, int, int]:
    """A list on notice for five working days into the next year; positions of its calendar and notice."""
    g = listed()
    (proposal,) = g.recorded(f"{NEXT - 1}-12-02", publishes())
    (approval, *_) = g.recorded(f"{NEXT - 1}-12-03", approves(proposal.position))
    (event,) = g.recorded(f"{NEXT - 1}-12-29", notice("武汉市", working_days=5))
    return g, approval.position, event.position


def test_a_calendar_that_is_corrected_questions_the_notices_that_were_counted_by_it() -> None:
    g, calendar, on_notice = counted_by_a_calendar()
    days = {"off": [*DAYS.off, f"{NEXT}-01-05", f"{NEXT}-01-06"]}
    assert set(questioned(corrected(g, f"{NEXT}-01-20", g.ledger.events[calendar - 1], data=days))) == {
        on_notice
    }


def test_what_no_calendar_determines_on_another_past_is_refused_or_questioned_and_never_fails() -> None:
    """The day of a notice corrected to one from which no calendar counts; a calendar gone, and any other
    correction of the case."""
    g = listed()
    (event,) = g.recorded(f"{NEXT - 1}-12-14", notice("武汉市", working_days=5))
    with refused("H-5"):
        g.when(f"{NEXT - 1}-12-20", amends(event.position, data={"where": "他处"}, takes_effect="2090-01-01"))
    asked = questioned(corrected(g, f"{NEXT - 1}-12-30", event, takes_effect=f"{NEXT - 1}-12-29"))
    assert asked == {event.position: ("L-11",)}
    g, calendar, on_notice = counted_by_a_calendar()
    (proposal,) = g.recorded(f"{NEXT}-01-21", annuls(calendar))
    assert questioned(g.recorded(f"{NEXT}-01-22", approves(proposal.position))) == {on_notice: ("L-11",)}
    g.when(f"{NEXT}-01-23", closes("武汉市"))
    asked = questioned(
        corrected(g, f"{NEXT}-01-24", of(g, "publicity.closed"), takes_effect=f"{NEXT - 1}-12-30")
    )
    assert of(g, "publicity.closed").position in asked


def test_a_calendar_that_is_supplied_for_its_own_first_day_holds_for_the_days_before() -> None:
    g = listed()
    act = supplies("calendar.published", dict(DAYS.as_data()), f"{NEXT}-01-01", document=NOTICE)
    (proposal,) = g.recorded(f"{NEXT - 1}-12-02", act)
    g.when(f"{NEXT - 1}-12-03", approves(proposal.position))
    (event,) = g.recorded(f"{NEXT - 1}-12-29", notice("武汉市", working_days=5))
    asked = questioned(
        corrected(g, f"{NEXT}-01-24", of(g, "review.concluded"), takes_effect=f"{NEXT - 1}-12-30")
    )
    assert "L-11" not in asked.get(event.position, ())
