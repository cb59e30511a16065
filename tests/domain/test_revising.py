"""What a unit revises of its own; one number twice, caps after the close; reviewers who move."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.commands import (
    Admit,
    DeclareInterest,
    Decline,
    GrantRole,
    Numbered,
    RecordReading,
    ReviseDecline,
    ReviseOrder,
)
from domain.events import Deadline, Parameters
from domain.kernel import Actor
from tests.support.city_round import (
    ADMINISTRATOR,
    EXPERT,
    LETTER,
    MINISTRY,
    amends,
    annuls,
    applies,
    approves,
    case,
    founded,
    opened,
    passed_form,
    recommends,
    scores,
    unit,
)
from tests.support.given import Step, given, on, proves, refused
from tests.support.late import HUBEI, admits, corrected, of, of_few_places, questioned, raises_cap, taken
from tests.support.other_rounds import (
    LIST,
    applies_as_project,
    closes_intake,
    opens,
    project,
    recommended_projects,
    recommends_project,
    review,
)

# ---------------------------------------------------------------- what a unit revises of its own


def revises_order(*orders: tuple[int, int]) -> ReviseOrder:
    return ReviseOrder(
        actor=Actor("p-42", "provincial-unit", HUBEI),
        of="project-2019",
        round="2019",
        unit=HUBEI,
        orders=tuple(Numbered(project(number), order) for number, order in orders),
    )


@proves("J19-5", "refuses")
@proves("L-1", "accepts", "refuses")
def test_a_unit_puts_its_projects_in_another_order_until_the_deadline() -> None:
    g = given(*of_few_places(1), *recommended_projects(1, 2))
    with refused("J19-5"):
        g.when("2019-03-26", revises_order((2, 1)))
    with refused("H-1"):
        other = Actor("p-43", "provincial-unit", "cn:430000")
        g.when("2019-03-26", replace(revises_order((2, 1), (1, 2)), actor=other))
    with refused("H-2"):
        g.when("2019-03-26", revises_order((7, 1)))
    with refused("L-1"):
        g.when("2019-03-26", revises_order((1, 1), (2, 2)))
    events = g.recorded("2019-04-04", revises_order((2, 1), (1, 2)))
    assert [e.topic for e in events] == ["order.revised"] * 2
    with refused("L-1"):
        g.when("2019-04-05", revises_order((1, 1), (2, 2)))
    g.when("2019-04-05", closes_intake())
    closed = {e.data["case"]: e.data["taken"] for e in g.ledger.events if e.topic == "intake.closed"}
    assert closed == {project(2): True, project(1): False}
    earlier = [e.data["order"] for e in g.ledger.events if e.topic == "application.recommended"]
    assert earlier == [1, 2], "what was recorded stays"


@proves("L-1", "accepts", "refuses")
def test_a_unit_takes_its_decline_back_until_the_ministry_takes_the_case_up() -> None:
    hubei = unit("湖北省")
    declines = Decline(actor=hubei, case=case("武汉市"), unit=HUBEI, reason="材料不全")
    revises = ReviseDecline(actor=hubei, case=case("武汉市"), unit=HUBEI, reason="材料已补齐")
    g = given(*opened(), on("2021-05-01", applies("武汉市")), on("2021-05-20", declines))
    with refused("L-1"):
        g.when("2021-05-25", recommends("武汉市"))
    g.when("2021-05-24", revises)
    assert g.when("2021-05-25", recommends("武汉市"))
    with refused("H-2"):
        g.when("2021-05-26", revises)
    late = given(*opened(), on("2021-05-01", applies("襄阳市")))
    with refused("H-2"):
        late.when("2021-05-26", replace(revises, case=case("襄阳市")))


@proves("L-1", "refuses")
def test_without_a_deadline_an_order_is_revised_until_the_intake_closes() -> None:
    g = given(
        on("2020-03-05", opens("project-2019", "2020")),
        *(on("2020-03-20", replace(applies_as_project(n), round="2020")) for n in (1, 2)),
        *(
            on(
                "2020-03-25",
                replace(
                    recommends_project(n, n),
                    case=project(n).replace("/2019/", "/2020/"),
                    reviewed_on="2020-03-25",
                ),
            )
            for n in (1, 2)
        ),
    )
    cases = [project(n).replace("/2019/", "/2020/") for n in (1, 2)]
    swap = replace(revises_order((1, 1)), round="2020", orders=(Numbered(cases[0], 2), Numbered(cases[1], 1)))
    assert g.when("2020-09-01", swap)
    g.when("2020-09-02", replace(closes_intake(), round="2020"))
    back = replace(swap, orders=(Numbered(cases[0], 1), Numbered(cases[1], 2)))
    with refused("L-1"):
        g.when("2020-09-03", back)


# ------------------------------------------------------------- one number twice; caps after the close


@proves("H-5", "refuses")
def test_a_number_that_another_project_has_is_refused_before_the_close_naming_it() -> None:
    g = given(*of_few_places(1), *recommended_projects(1, 2))
    for number, other in ((1, 2), (2, 1)):
        target = of(g, "application.recommended", project(number))
        with refused("H-5") as why:
            g.when("2019-03-28", amends(target.position, data={"order": other}))
        assert project(other) in why[0]


def test_after_the_close_it_is_recorded_and_the_intake_is_questioned() -> None:
    for number, other in ((1, 2), (2, 1)):
        g = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-05", closes_intake()))
        target = of(g, "application.recommended", project(number))
        asked = questioned(corrected(g, "2019-06-01", target, data={"order": other}))
        closed = {e.position for e in g.ledger.events if e.topic == "intake.closed"}
        assert closed & asked.keys()
        assert any("J19-5" in rules for rules in asked.values())


@proves("J19-5", "refuses", "accepts")
def test_a_cap_that_is_raised_after_the_close_takes_nobody_more() -> None:
    raised = raises_cap(2)
    before = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-01", raised))
    before.when("2019-04-05", closes_intake())
    assert taken(before) == 2
    after = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-05", closes_intake()))
    after.when("2019-04-08", raised)
    with refused("J19-5"):
        after.when("2019-04-09", admits(project(2)))
    assert taken(after) == 1


# ------------------------------------------------------------------ who has scored, and moves


def reviewer_of(place: str, day: str, token: str, until: str = "2199-12-31") -> Step:
    grant = GrantRole(
        actor=ADMINISTRATOR, principal="p-expert", role="reviewer", unit=place, token=token * 32, until=until
    )
    return on(day, grant)


@proves("L-7", "refuses", "accepts")
def test_who_acted_for_the_province_since_the_round_was_opened_does_not_score_it() -> None:
    """− of 湖北 until after the opening, of 湖南 now · + of 湖北 until before the opening"""
    for until, scored in (("2021-03-15", False), ("2021-02-15", True)):
        g = given(
            *founded(),
            reviewer_of("cn:420100", "2021-01-04", "b1", until),
            *opened(),
            *passed_form("武汉市"),
            reviewer_of("cn:430100", "2021-06-15", "b2"),
        )
        act = replace(scores("武汉市"), actor=Actor("p-expert", "reviewer", "cn:430100"))
        if scored:
            assert g.when("2021-06-20", act)
        else:
            with refused("L-7") as why:
                g.when("2021-06-20", act)
            assert "acted for a unit of cn:420000" in why[0]


def test_a_move_into_the_province_questions_the_scores_already_given() -> None:
    g = given(
        *founded(),
        reviewer_of("cn:430100", "2021-01-04", "b1", "2021-06-30"),
        *opened(),
        *passed_form("武汉市", "襄阳市", "昆明市"),
    )
    expert = Actor("p-expert", "reviewer", "cn:430100")
    for name in ("武汉市", "襄阳市", "昆明市"):
        g.when("2021-06-20", replace(scores(name), actor=expert))
    g.when("2021-06-21", review(case("襄阳市")))
    before = len(g.ledger.events)
    reviewer_of("cn:420100", "2021-07-05", "b2")(g.ledger)
    asked = questioned(g.ledger.events[before:])
    assert asked == {of(g, "score.recorded", case("武汉市")).position: ("L-7",)}, (
        "not the concluded, nor 昆明"
    )


@proves("L-1", "refuses")
def test_nothing_is_revised_before_it_was_there_nor_after_the_close() -> None:
    g = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-05", closes_intake()))
    swap = replace(revises_order((1, 2), (2, 1)), actor=MINISTRY, basis=LETTER)
    with refused("L-1"):
        g.when("2019-04-09", replace(swap, effective="2019-03-21"))
    last_day = Parameters(deadline=Deadline("2019-05-01", LIST))
    sets = RecordReading(
        actor=MINISTRY,
        basis=LIST,
        of="project-2019",
        round="2019",
        point="Q-1",
        reading="延期",
        parameters=last_day,
    )
    g.when("2019-04-09", sets)
    with refused("L-1"):
        g.when("2019-04-20", replace(swap, actor=revises_order((1, 2)).actor, basis=None))


def test_a_revision_of_before_the_close_that_comes_after_it_questions_the_close() -> None:
    g = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-05", closes_intake()))
    swap = replace(revises_order((1, 2), (2, 1)), actor=MINISTRY, basis=LETTER, effective="2019-04-03")
    closed = {e.position for e in g.ledger.events if e.topic == "intake.closed"}
    assert questioned(g.recorded("2019-04-09", swap)).keys() == closed


def test_the_first_number_of_one_whose_order_was_revised_is_put_right() -> None:
    g = given(*of_few_places(1), *recommended_projects(1, 2, 3))
    g.when("2019-03-26", revises_order((1, 2), (2, 1)))
    first = of(g, "application.recommended", project(1))
    assert corrected(g, "2019-03-28", first, data={"order": 3}), "the number that counts is 2"


def test_an_intake_that_was_opened_again_is_closed_within_its_cap() -> None:
    """Who was admitted meanwhile has a place."""
    g = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-05", closes_intake()))
    first = of(g, "intake.closed", project(1))
    (proposal,) = g.recorded("2019-04-10", annuls(first.position))
    g.when("2019-04-11", approves(proposal.position))
    g.when("2019-04-12", Admit(actor=MINISTRY, case=project(2), unit=HUBEI, reason="递补"))
    second = of(g, "intake.closed", project(2))
    (proposal,) = g.recorded("2019-04-13", annuls(second.position))
    g.when("2019-04-14", approves(proposal.position))
    g.when("2019-04-15", closes_intake())
    assert taken(g) == 1


@pytest.mark.parametrize("role", ["reviewer", "provincial-unit", "applicant"])
def test_a_move_in_whatever_role_questions_the_scores(role: Any) -> None:
    g = given(
        *founded(),
        reviewer_of("cn:430100", "2021-01-04", "b1", "2021-06-30"),
        *opened(),
        *passed_form("武汉市"),
    )
    g.when("2021-06-20", replace(scores("武汉市"), actor=Actor("p-expert", "reviewer", "cn:430100")))
    place = "cn:420000" if role == "provincial-unit" else "cn:420100"
    grant = GrantRole(
        actor=ADMINISTRATOR, principal="p-expert", role=role, unit=place, token="b2" * 32, until="2199-12-31"
    )
    assert questioned(g.recorded("2021-07-05", grant)) == {of(g, "score.recorded").position: ("L-7",)}


def test_an_interest_that_is_declared_later_questions_the_reviewers_own_scores() -> None:
    """Of that case, until its review is concluded; no other reviewer's, and no other case's."""
    g = given(*founded(), *opened(), *passed_form("武汉市", "襄阳市", "昆明市"))
    others = Actor("p-other", "reviewer", "miit")
    for name in ("武汉市", "襄阳市", "昆明市"):
        g.when("2021-06-20", scores(name))
        g.when("2021-06-20", scores(name, by=others))
    g.when("2021-06-21", review(case("襄阳市")))
    own = next(e for e in g.ledger.events if e.topic == "score.recorded" and e.data["case"] == case("武汉市"))
    declared = [
        questioned(
            g.recorded("2021-06-22", DeclareInterest(actor=EXPERT, case=case(name), explanation="曾任顾问"))
        )
        for name in ("武汉市", "襄阳市")
    ]
    assert declared == [{own.position: ("L-7",)}, {}]
