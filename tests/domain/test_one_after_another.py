"""Late facts, corrections and decisions one after the other: closes and reopenings, retractions that did not
stand, numbers swapped, and who falls with a decision that falls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.commands import GrantException, LodgeObjection, Numbered, Retract, ReviseOrder
from domain.events import Parameters
from domain.kernel import Actor, Recorded
from tests.support.city_round import (
    CIRCULAR,
    LETTER,
    MINISTRY,
    amends,
    annuls,
    approves,
    awarded,
    case,
    founded,
    opened,
)
from tests.support.given import Given, given, on, proves, refused
from tests.support.late import HUBEI, admits, cap, corrected, of, of_few_places, questioned, raises_cap, taken
from tests.support.other_rounds import (
    applies_as_pilot,
    applies_as_project,
    applies_for,
    closes_intake,
    incentive,
    opened_incentives,
    opens,
    pilot,
    project,
    puts_forward,
    ranked,
    recommended_projects,
    recommends_pilot,
    recommends_project,
    review,
    selected,
)


def late(number: int, sent: str = "2019-04-04") -> Any:
    act = recommends_project(number, number)
    return replace(act, actor=MINISTRY, effective=sent, received_on="2019-04-09", basis=LETTER)


def annulled(g: Given, day: str, target: Recorded) -> list[Recorded]:
    (proposal,) = g.recorded(day, annuls(target.position))
    return g.recorded(day, approves(proposal.position))


# ------------------------------------------------------------------------ closes


@proves("J19-5", "refuses")
def test_an_intake_is_closed_neither_before_its_round_nor_before_what_it_takes() -> None:
    """! a typing error in the year: neither at the close nor by a correction does it make one more taken"""
    g = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-05", closes_intake()))
    over = of(g, "intake.closed", project(2))
    for day in ("2018-04-05", "2019-03-04", "2019-03-20"):
        with refused("H-5"):
            g.when("2019-04-06", amends(over.position, takes_effect=day))
    assert taken(g) == 1
    for day in ("2019-03-04", "2019-03-24"):
        early = replace(closes_intake(), actor=MINISTRY, effective=day, basis=LETTER)
        with refused("J19-5"):
            given(*of_few_places(1), *recommended_projects(1)).when("2019-04-05", early)


@proves("J19-5", "accepts")
def test_an_intake_closed_anew_decides_of_the_late_letter_that_waits() -> None:
    g = given(*of_few_places(1), *recommended_projects(3), on("2019-04-05", closes_intake()))
    g.when("2019-04-09", replace(applies_as_project(2), actor=MINISTRY, effective="2019-03-20", basis=LETTER))
    g.when("2019-04-09", late(2))
    annulled(g, "2019-04-10", of(g, "intake.closed", project(3)))
    g.when("2019-04-11", closes_intake())
    assert taken(g) == 1
    assert g.when("2019-05-10", review(project(2)))
    with refused("J19-5"):
        g.when("2019-05-10", review(project(3)))


@proves("J19-5", "refuses")
def test_a_cap_raised_on_the_day_of_the_close_but_after_it_takes_nobody_more() -> None:
    g = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-05", closes_intake()))
    g.when("2019-04-05", raises_cap(5))
    with refused("J19-5"):
        g.when("2019-04-06", admits(project(2)))
    g = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-05", raises_cap(5)))
    g.when("2019-04-05", closes_intake())
    assert taken(g) == 2


# ----------------------------------------------------------------------- numbers


def test_numbers_that_two_corrections_swap_after_the_close_question_who_was_taken() -> None:
    g = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-05", closes_intake()))
    closes = {number: of(g, "intake.closed", project(number)).position for number in (1, 2)}
    corrected(g, "2019-04-08", of(g, "application.recommended", project(1)), data={"order": 2})
    second = of(g, "application.recommended", project(2))
    asked = questioned(corrected(g, "2019-04-09", second, data={"order": 1}))
    assert set(asked) == {*closes.values()}
    said = [e for e in g.ledger.events if e.topic == "decision.questioned"][-2:]
    assert all("taken" in str(e.data["found"]) for e in said)


@pytest.mark.parametrize("undone", ["order.revised", "application.retracted"])
def test_nothing_is_struck_out_that_gives_two_projects_one_number_before_the_close(undone: str) -> None:
    g = given(*of_few_places(1), *recommended_projects(1, 2))
    unit = Actor("p-42", "provincial-unit", HUBEI)
    if undone == "order.revised":
        orders = (Numbered(project(1), 2), Numbered(project(2), 1))
        g.when(
            "2019-03-28", ReviseOrder(actor=unit, of="project-2019", round="2019", unit=HUBEI, orders=orders)
        )
    else:
        g.when("2019-03-28", Retract(actor=applies_as_project(1).actor, case=project(1)))
        g.when("2019-03-28", applies_as_project(3))
        g.when("2019-03-28", replace(recommends_project(3, 1), reviewed_on="2019-03-28"))
    with refused("H-5") as why:
        g.when("2019-03-29", annuls(of(g, undone, project(1)).position))
    assert "number 1 is" in why[0]


# ------------------------------------------------------------- exceptions, retractions


@proves("P13-4", "accepts")
def test_an_exception_that_is_granted_to_a_waiting_letter_lets_it_in() -> None:
    names = ("株洲市", "湘潭市", "岳阳市", "长沙市")
    g = given(
        *founded("2013-01-04"),
        on("2013-10-09", opens("pilot-2013", "batch-1", parameters=Parameters(caps=(cap("unit", 3),)))),
        *(on("2013-10-20", applies_as_pilot(name)) for name in names),
        *(on("2013-11-06", recommends_pilot(name, reviewed_on="2013-11-01")) for name in names[:3]),
    )
    letter = recommends_pilot("长沙市", reviewed_on="2013-11-01")
    g.when("2013-11-12", replace(letter, actor=MINISTRY, effective="2013-11-04", basis=LETTER))
    with refused("P13-4"):
        g.when("2013-11-13", admits(pilot("长沙市"), "cn:430000"))
    exception = GrantException(
        actor=MINISTRY, basis=CIRCULAR, entry=pilot("长沙市"), rule="P13-4", reason="省会"
    )
    g.when("2013-11-14", exception)
    assert g.when("2013-11-14", admits(pilot("长沙市"), "cn:430000"))


def test_a_retraction_that_did_not_stand_questions_who_then_has_one_place_too_many() -> None:
    g = given(
        *founded(),
        *opened_incentives(),
        *(on("2022-12-05", applies_for(name)) for name in ("成都市", "绵阳市")),
        on("2022-12-20", puts_forward("成都市")),
    )
    first = of(g, "application.recommended", incentive("成都市"))
    g.when("2022-12-21", Retract(actor=applies_for("成都市").actor, case=incentive("成都市")))
    letter = replace(puts_forward("绵阳市"), actor=MINISTRY, effective="2022-12-15", basis=LETTER)
    assert questioned(g.recorded("2022-12-28", letter)) == {}, "the other was taken back"
    asked = questioned(annulled(g, "2022-12-30", of(g, "application.retracted")))
    assert asked[first.position] == ("I22-1",)


# ------------------------------------------------------------------- what falls with it

CHOSEN = ("武汉市", "成都市", "西安市")


def test_all_that_came_of_a_recommendation_falls_with_it_when_a_letter_comes_late() -> None:
    """Up to the title: so it can be withdrawn."""
    g = given(
        *founded(),
        *opened_incentives(),
        *ranked({"武汉市": 9000, "成都市": 8000, "西安市": 7900}),
        *selected(*CHOSEN),
    )
    g.when("2023-06-02", replace(applies_for("绵阳市"), actor=MINISTRY, effective="2022-12-05", basis=LETTER))
    letter = replace(puts_forward("绵阳市"), actor=MINISTRY, effective="2022-12-15", basis=LETTER)
    asked = questioned(g.recorded("2023-06-03", letter))
    topics = {g.ledger.events[position - 1].topic for position in asked}
    assert {
        "application.recommended",
        "approval.recorded",
        "publicity.opened",
        "designation.awarded",
    } <= topics
    about = {str(g.ledger.events[position - 1].data["case"]) for position in asked}
    assert about == {incentive("成都市")}


def test_an_objection_that_comes_late_questions_that_subjects_title_alone() -> None:
    g = given(*founded(), *opened(), *awarded("武汉市", "襄阳市"))
    objection = LodgeObjection(
        actor=MINISTRY, basis=LETTER, effective="2021-11-08", case=case("武汉市"), words="不实"
    )
    assert set(questioned(g.recorded("2022-03-01", objection))) == {
        of(g, "designation.awarded", case("武汉市")).position
    }
