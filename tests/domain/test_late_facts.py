"""What happened is recorded though a rule would have refused it; late letters; a unit's own revisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from domain.commands import LodgeObjection, Retract
from domain.corrections.acts import DecideQuestion
from domain.events import Parameters
from domain.history import believed
from tests.support.city_round import (
    ADMINISTRATOR,
    LETTER,
    MINISTRY,
    amends,
    annuls,
    applies,
    approves,
    awarded,
    case,
    founded,
    opened,
    recommends,
    supplies,
)
from tests.support.given import Given, given, on, proves, refused
from tests.support.late import HUBEI, admits, cap, corrected, of, of_few_places, questioned, raises_cap, taken
from tests.support.other_rounds import (
    LIST,
    PROJECTS_OPENED,
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
    recommended_projects,
    recommends_pilot,
    recommends_project,
    review,
)

# ------------------------------------------------------- what a correction states of what happened


def pilots() -> Given:
    return given(
        *founded("2013-01-04"),
        on("2013-10-09", opens("pilot-2013", "batch-1")),
        on("2013-11-01", applies_as_pilot("株洲市")),
        on("2013-11-05", recommends_pilot("株洲市")),
    )


def projects() -> Given:
    return given(*founded("2019-01-04"), *PROJECTS_OPENED, *recommended_projects(1))


def incentives() -> Given:
    return given(
        *founded(),
        *opened_incentives(),
        *(on("2022-12-05", applies_for(name)) for name in ("成都市", "绵阳市")),
        on("2022-12-20", puts_forward("成都市")),
    )


def cities() -> Given:
    return given(*founded(), *opened(), *awarded("武汉市"))


@pytest.mark.parametrize(
    ("made", "topic", "stated", "rule"),
    [
        (pilots, "application.recommended", {"takes_effect": "2013-11-20"}, "P13-11"),
        (projects, "application.recommended", {"takes_effect": "2019-04-05"}, "J19-6"),
        (incentives, "application.recommended", {"takes_effect": "2022-12-23"}, "I22-9"),
        (incentives, "application.recommended", {"data": {"reviewed_on": "2022-12-21"}}, "I22-2"),
        (incentives, "application.recommended", {"data": {"consent": {"on": "2022-12-21"}}}, "I22-7"),
        (incentives, "application.recommended", {"data": {"materials": []}}, "I22-7"),
        (cities, "formal-review.recorded", {"takes_effect": "2021-05-20"}, "C19-3"),
        (cities, "publicity.closed", {"takes_effect": "2021-11-11"}, "C19-11"),
        (cities, "review.concluded", {"takes_effect": "2021-06-01"}, "C19-11"),
    ],
)
def test_a_date_or_a_document_is_recorded_and_what_it_undoes_is_questioned(
    made: Callable[[], Given], topic: str, stated: dict[str, Any], rule: str
) -> None:
    g = made()
    target = of(g, topic)
    asked = questioned(corrected(g, "2023-06-01", target, **stated))
    assert rule in asked[target.position]
    stands = next(b for b in believed(g.ledger.events) if b.position == target.position)
    assert (stands.effective, stands.data) != (target.effective, target.data)


def test_what_rests_on_it_falls_with_it() -> None:
    """A city's review was of before its formal review: so are its defence, its list, its title questioned."""
    g = cities()
    asked = questioned(corrected(g, "2023-06-01", of(g, "formal-review.recorded"), takes_effect="2021-05-20"))
    topics = {g.ledger.events[position - 1].topic for position in asked}
    assert {"formal-review.recorded", "review.concluded", "designation.awarded"} <= topics


def test_of_a_list_only_the_candidate_is_questioned_whom_the_fault_concerns() -> None:
    """One award of two cities, of whom one had its defence too late; and two of whom one's notice was closed
    too early."""
    for topic, moved in (("defence.held", "2022-06-01"), ("publicity.closed", "2021-11-02")):
        g = given(*founded(), *opened(), *awarded("武汉市", "襄阳市"))
        other = {e.position for e in g.ledger.events if e.data.get("case") == case("襄阳市")}
        asked = questioned(corrected(g, "2023-06-01", of(g, topic, case("武汉市")), takes_effect=moved))
        assert of(g, "designation.awarded", case("武汉市")).position in asked, topic
        assert not other & {*asked}, topic


@proves("H-5", "refuses")
def test_references_form_and_what_follows_stay_refusals() -> None:
    g = cities()
    form = of(g, "formal-review.recorded")
    for stated in (
        {"data": {"case": case("襄阳市")}, "takes_effect": "2021-05-20"},
        {"takes_effect": "2090-01-01"},
    ):
        with refused("H-5"):
            g.when("2023-06-01", amends(form.position, **stated))
    award = of(g, "designation.awarded")
    for data in ({"year": 1999}, {"held_from": "1999-01-01"}, {"title": "示范市"}, {"fields": ["life"]}):
        with refused("H-5"):
            g.when("2023-06-01", amends(award.position, data=data))
    notice = of(g, "publicity.opened")
    with refused("H-5"):
        g.when("2023-06-01", amends(notice.position, data={"until": "2020-01-01"}))
    of_another_unit = amends(of(incentives(), "application.recommended").position, data={"unit": HUBEI})
    with refused("H-5"):
        incentives().when("2023-06-01", of_another_unit)


# ------------------------------------------------------------------ letters that come late


def late_letter(number: int, order: int, sent: str = "2019-04-04") -> Any:
    act = recommends_project(number, order)
    return replace(act, actor=MINISTRY, effective=sent, received_on="2019-04-09", basis=LETTER)


def late_application(number: int) -> Any:
    act = applies_as_project(number)
    return replace(act, actor=MINISTRY, effective="2019-03-20", basis=LETTER)


@proves("J19-5", "accepts")
def test_a_letter_sent_in_time_that_comes_after_the_close_waits_and_is_admitted() -> None:
    """+ sent 04-04, here on 04-09, closed on 04-05: recommended, not yet taken; within the cap admitted"""
    g = given(*of_few_places(2), *recommended_projects(1), on("2019-04-05", closes_intake()))
    g.when("2019-04-09", late_application(2))
    (event,) = g.recorded("2019-04-09", late_letter(2, 2))
    assert event.data["waits"] is True
    with refused("J19-12"):
        g.when("2019-04-10", review(project(2)))
    g.when("2019-04-10", admits(project(2)))
    assert g.when("2019-05-10", review(project(2)))
    assert taken(g) == 2


@proves("J19-5", "refuses")
def test_over_the_cap_the_last_taken_is_questioned_and_admission_waits_for_that() -> None:
    g = given(*of_few_places(2), *recommended_projects(1, 3), on("2019-04-05", closes_intake()))
    last = of(g, "intake.closed", project(3))
    g.when("2019-04-09", late_application(2))
    events = g.recorded("2019-04-09", late_letter(2, 2))
    asked = questioned(events)
    assert list(asked) == [last.position], "the last in the unit's order that was taken"
    with refused("J19-3", "J19-5") as why:
        g.when("2019-04-10", admits(project(2)))
    question = of(g, "decision.questioned").position
    assert f"the place of {project(3)} is in question (event {question})" in why
    decide = DecideQuestion(
        actor=MINISTRY, basis=LIST, question=question, outcome="re-open", reason="应纳入寄出在前者"
    )
    proposal = g.recorded("2019-04-11", decide)[-1]
    g.when("2019-04-12", approves(proposal.position, by=ADMINISTRATOR))
    assert taken(g) == 1
    g.when("2019-04-12", admits(project(2)))
    assert taken(g) == 2
    with refused("J19-3"):
        g.when("2019-04-13", admits(project(3)))


@proves("J19-5", "refuses")
def test_a_letter_sent_after_the_close_or_by_its_unit_or_out_of_order_changes_nothing() -> None:
    g = given(*of_few_places(2), *recommended_projects(1, 2), on("2019-04-05", closes_intake()))
    g.when("2019-04-09", late_application(3))
    with refused("J19-5", "J19-6"):
        g.when("2019-04-09", late_letter(3, 3, sent="2019-04-08"))
    with refused("J19-5", "J19-6"):
        g.when("2019-04-09", recommends_project(3, 3))
    events = g.recorded("2019-04-09", late_letter(3, 3))  # in time, but the last of the order
    assert questioned(events) == {}
    with refused("J19-3"):
        g.when("2019-04-10", admits(project(3)))


@proves("I22-1", "accepts", "refuses")
def test_in_the_incentive_what_was_sent_first_counts_and_the_later_one_is_questioned() -> None:
    """The text closes no intake: + sent 12-15, here on 12-28; the one of 12-20 is called into question"""
    g = incentives()
    letter = replace(
        puts_forward("绵阳市"), actor=MINISTRY, effective="2022-12-15", received_on="2022-12-28", basis=LETTER
    )
    (event, *asked) = g.recorded("2022-12-28", letter)
    assert event.data["waits"] is True
    taken_first = of(g, "application.recommended", incentive("成都市"))
    assert questioned(asked) == {taken_first.position: ("I22-1",)}
    with refused("I22-2"):
        g.when("2023-01-10", review(incentive("绵阳市"), passed=False))
    with refused("I22-1"):
        g.when("2023-01-10", admits(incentive("绵阳市"), "cn:510000"))
    assert taken(g) == 1
    (proposal,) = g.recorded("2023-01-11", annuls(taken_first.position))
    g.when("2023-01-12", approves(proposal.position))
    g.when("2023-01-13", admits(incentive("绵阳市"), "cn:510000"))
    assert taken(g) == 1
    sent_later = replace(puts_forward("成都市"), actor=MINISTRY, effective="2022-12-20", basis=LETTER)
    with refused("I22-1"):
        g.when("2023-01-14", sent_later)


@proves("P13-4", "accepts", "refuses")
def test_in_the_pilots_a_fourth_letter_that_was_sent_first_waits() -> None:
    names = ("株洲市", "湘潭市", "岳阳市", "长沙市")
    caps = Parameters(caps=(cap("unit", 3),))
    g = given(
        *founded("2013-01-04"),
        on("2013-10-09", opens("pilot-2013", "batch-1", parameters=caps)),
        *(on("2013-10-20", applies_as_pilot(name)) for name in names),
        *(on("2013-11-06", recommends_pilot(name, reviewed_on="2013-11-01")) for name in names[:3]),
    )
    letter = replace(
        recommends_pilot("长沙市", reviewed_on="2013-11-01"),
        actor=MINISTRY,
        effective="2013-11-04",
        received_on="2013-11-12",
        basis=LETTER,
    )
    (event, *asked) = g.recorded("2013-11-12", letter)
    assert event.data["waits"] is True
    assert set(questioned(asked)) == {of(g, "application.recommended", pilot("岳阳市")).position}
    with refused("P13-4"):
        g.when("2013-11-13", admits(pilot("长沙市"), "cn:430000"))
    assert taken(g) == 3


@proves("P13-4", "accepts")
def test_a_recommendation_that_was_taken_back_is_not_questioned_any_more() -> None:
    names = ("株洲市", "湘潭市", "岳阳市", "长沙市")
    taken_back = applies_as_pilot("岳阳市")
    g = given(
        *founded("2013-01-04"),
        on("2013-10-09", opens("pilot-2013", "batch-1", parameters=Parameters(caps=(cap("unit", 3),)))),
        *(on("2013-10-20", applies_as_pilot(name)) for name in names),
        *(on("2013-11-06", recommends_pilot(name, reviewed_on="2013-11-01")) for name in names[:3]),
        on("2013-11-08", Retract(actor=taken_back.actor, case=pilot("岳阳市"))),
    )
    letter = recommends_pilot("长沙市", reviewed_on="2013-11-01")
    events = g.recorded("2013-11-12", replace(letter, actor=MINISTRY, effective="2013-11-04", basis=LETTER))
    assert questioned(events) == {}
    if events[0].data.get("waits"):
        g.when("2013-11-13", admits(pilot("长沙市"), "cn:430000"))
    assert taken(g) == 3


def test_where_no_text_limits_the_unit_a_late_letter_is_simply_recorded() -> None:
    g = given(*founded(), *opened(), *(on("2021-05-01", applies(name)) for name in ("武汉市", "襄阳市")))
    letter = replace(recommends("武汉市"), actor=MINISTRY, effective="2021-05-20", basis=LETTER)
    (event,) = g.recorded("2021-06-10", letter)
    assert "waits" not in event.data


def test_consents_that_were_dated_wrong_are_put_right_without_a_question() -> None:
    """A correction that breaks nothing asks nothing."""
    g = incentives()
    right = {"consent": {"on": "2022-12-16"}}
    assert questioned(corrected(g, "2023-06-01", of(g, "application.recommended"), data=right)) == {}


# ------------------------------------------------------------------ several at once


@proves("J19-5", "accepts")
def test_two_late_letters_question_two_places_each_once() -> None:
    g = given(*of_few_places(2), *recommended_projects(3, 5), on("2019-04-05", closes_intake()))
    for number in (1, 2):
        g.when("2019-04-09", late_application(number))
    closes = {number: of(g, "intake.closed", project(number)).position for number in (3, 5)}
    first = questioned(g.recorded("2019-04-09", late_letter(1, 1)))
    second = questioned(g.recorded("2019-04-09", late_letter(2, 2)))
    assert (list(first), list(second)) == ([closes[5]], [closes[3]])


RAISES = raises_cap(2)


@proves("J19-5", "refuses")
def test_a_cap_that_is_raised_after_the_close_takes_nobody_of_a_group_that_had_none() -> None:
    """Direction 10 had nobody at the close: its cap is that of the close all the same."""
    caps = Parameters(caps=(cap("province/1-9", 2), cap("province/10", 1)))
    g = given(
        *founded("2019-01-04"),
        on("2019-03-05", opens("project-2019", "2019", parameters=caps)),
        *recommended_projects(1),
        on("2019-04-05", closes_intake()),
    )
    for number in (3, 4):
        application = replace(applies_as_project(number, direction="10"), actor=MINISTRY, basis=LETTER)
        g.when("2019-04-09", replace(application, effective="2019-03-20"))
        g.when("2019-04-09", late_letter(number, number))
    g.when("2019-04-10", admits(project(3)))
    more = Parameters(caps=(cap("province/10", 5),))
    g.when("2019-04-11", replace(RAISES, parameters=more))
    with refused("J19-5"):
        g.when("2019-04-12", admits(project(4)))


def test_a_cap_set_before_the_close_and_recorded_after_it_holds() -> None:
    g = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-05", closes_intake()))
    late = replace(RAISES, effective="2019-04-01", parameters=Parameters(caps=(cap("province/1-9", 2),)))
    g.when("2019-04-08", late)
    for question in [e.position for e in g.ledger.events if e.topic == "decision.questioned"]:
        stands = DecideQuestion(
            actor=MINISTRY, basis=LIST, question=question, outcome="let-stand", reason="另行纳入"
        )
        g.when("2019-04-09", stands)
    assert g.when("2019-04-10", admits(project(2)))


@proves("I22-1", "accepts")
def test_a_recommendation_that_is_supplied_waits_as_a_late_letter_does() -> None:
    g = incentives()
    data = {**of(g, "application.recommended").data, "case": incentive("绵阳市")}
    supplied = supplies("application.recommended", data, "2022-12-15", document=LETTER)
    (proposal,) = g.recorded("2022-12-28", supplied)
    g.when("2022-12-29", approves(proposal.position))
    assert taken(g) == 1
    with refused("I22-2"):
        g.when("2023-01-10", review(incentive("绵阳市"), passed=False))


def test_a_retraction_and_an_objection_of_before_a_decision_question_it() -> None:
    """On paper, recorded after it."""
    g = given(*of_few_places(1), *recommended_projects(1, 2), on("2019-04-05", closes_intake()))
    gone = Retract(actor=MINISTRY, case=project(1), reason="另报", effective="2019-04-03", basis=LETTER)
    assert set(questioned(g.recorded("2019-04-08", gone))) >= {of(g, "intake.closed", project(2)).position}
    h = cities()
    objects = LodgeObjection(
        actor=MINISTRY, case=case("武汉市"), words="不实", effective="2021-11-10", basis=LETTER
    )
    assert of(h, "designation.awarded").position in questioned(h.recorded("2022-01-26", objects))


def test_a_notice_closed_after_the_award_questions_it() -> None:
    g = cities()
    asked = questioned(corrected(g, "2023-06-01", of(g, "publicity.closed"), takes_effect="2022-02-10"))
    assert "C19-11" in asked[of(g, "designation.awarded").position]


@proves("J19-6", "refuses")
def test_nothing_is_received_before_it_was_sent() -> None:
    g = given(*of_few_places(2), *recommended_projects(1), on("2019-04-05", closes_intake()))
    g.when("2019-04-09", late_application(2))
    with refused("J19-6"):
        g.when("2019-04-09", replace(late_letter(2, 2), received_on="2019-04-03"))
