"""Corrections: what a proposal is checked for, two people, and what an approval calls into question.

One file, as the room that it tests is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from domain.canonical import encode
from domain.commands import (
    CloseIntake,
    ConcludeReview,
    ConfirmErasure,
    ConfirmRole,
    Erase,
    GrantRole,
    LodgeObjection,
    RecordReading,
    RevokeRole,
)
from domain.corrections.acts import DecideQuestion, ProposeCorrection, RejectCorrection
from domain.corrections.recasting import Attributed, can_be_recast, recast
from domain.corrections.rejudging import judged_at
from domain.events import (
    CorrectionApproved,
    CorrectionProposed,
    CorrectionRejected,
    Criterion,
    DecisionQuestioned,
    DesignationWithdrawn,
    ErasureProposed,
    Parameters,
    QuestionDecided,
    RoleGranted,
    RoleProposed,
    SealedValueErased,
    decode,
)
from domain.history import believed
from domain.kernel import Actor, Recorded
from projections.words.reasons import reasons_of
from tests.support.city_round import (
    ADMINISTRATOR,
    ANNOUNCEMENT,
    AUTHORISED,
    CIRCULAR,
    DEPUTY,
    KEEPER,
    MINISTRY,
    amends,
    annuls,
    applied,
    approves,
    awarded,
    awards,
    cap,
    case,
    city,
    closes,
    defence,
    founded,
    notice,
    on_notice,
    opened,
    passed_form,
    proposes,
    scores,
    supplies,
)
from tests.support.given import Given, given, on, proves, refused
from tests.support.played_rounds import round_of

CRITERIA = (Criterion("supply", "供给水平", 10_000, 10_000, CIRCULAR),)


def of(g: Given, topic: str) -> Recorded:
    """The newest event of a topic."""
    return next(event for event in reversed(g.ledger.events) if event.topic == topic)


def at(g: Given, topic: str, name: str) -> int:
    """The position of the newest event of a topic of a city's case."""
    found = (e for e in reversed(g.ledger.events) if e.topic == topic and e.data["case"] == case(name))
    return next(found).position


def stands_now(g: Given, position: int) -> dict[str, Any]:
    """What is believed of an event."""
    return dict(next(b for b in believed(g.ledger.events) if b.position == position).data)


def scored(*names: str, points: int = 9_000) -> Given:
    """Cities whose score is recorded, and whose review is not concluded."""
    return given(
        *founded(),
        *opened(criteria=CRITERIA),
        *passed_form(*names),
        *(on("2021-06-20", scores(name, points)) for name in names),
    )


def correct(g: Given, day: str, proposal: ProposeCorrection) -> list[Recorded]:
    """Proposed by the administrator, approved by the ministry."""
    (event,) = g.recorded(day, proposal)
    return g.recorded(day, approves(event.position))


# ------------------------------------------------------------------------------- L-2


@proves("L-2", "accepts")
def test_one_proposes_and_another_approves_and_until_then_nothing_changes() -> None:
    g = scored("武汉市")
    score = of(g, "score.recorded").position
    (proposal,) = g.recorded("2023-03-01", amends(score, data={"points": 9_300}))
    assert proposal.topic == CorrectionProposed.topic
    assert stands_now(g, score)["points"] == 9_000
    (approval,) = g.recorded("2023-03-02", approves(proposal.position))
    assert approval.topic == CorrectionApproved.topic
    assert stands_now(g, score)["points"] == 9_300
    assert g.ledger.events[score - 1].data["points"] == 9_000, "the original stays for ever"
    assert {f"event:{score}", f"case:{case('武汉市')}", f"proposal:{proposal.position}"} <= approval.tags


@proves("L-2", "refuses")
def test_nobody_approves_or_rejects_what_they_proposed_nor_acts_without_a_granted_role() -> None:
    g = scored("武汉市")
    score = of(g, "score.recorded").position
    stranger = Actor("p-nobody", "administrator", "miit")
    borrowed = replace(MINISTRY, role="administrator")
    for who in (KEEPER, stranger, borrowed):
        with refused("L-2"):
            g.when("2023-03-01", amends(score, data={"points": 1}, actor=who))
    (proposal,) = g.recorded("2023-03-01", amends(score, data={"points": 9_300}))
    for who in (ADMINISTRATOR, KEEPER, stranger, borrowed):
        with refused("L-2"):
            g.when("2023-03-02", approves(proposal.position, by=who))
        with refused("L-2"):
            g.when("2023-03-02", RejectCorrection(actor=who, proposal=proposal.position, reason="x"))
    assert stands_now(g, score)["points"] == 9_000


def test_a_role_that_is_over_or_revoked_approves_nothing() -> None:
    g = scored("武汉市")
    score = of(g, "score.recorded").position
    (proposal,) = g.recorded("2023-03-01", amends(score, data={"points": 9_300}))
    g.when("2023-03-01", RevokeRole(actor=ADMINISTRATOR, token="a1" * 32))
    with refused("L-2"):
        g.when("2023-03-02", approves(proposal.position))
    assert g.when("2023-03-02", approves(proposal.position, by=DEPUTY))


def test_a_rejected_correction_never_held_and_is_settled() -> None:
    g = scored("武汉市")
    score = of(g, "score.recorded").position
    (proposal,) = g.recorded("2023-03-01", amends(score, data={"points": 9_300}))
    rejects = RejectCorrection(actor=MINISTRY, proposal=proposal.position, reason="原件无误")
    (fact,) = g.when("2023-03-02", rejects)
    assert isinstance(fact, CorrectionRejected)
    assert stands_now(g, score)["points"] == 9_000
    for act in (approves(proposal.position), rejects):
        with refused("L-1"):
            g.when("2023-03-03", act)


def test_two_open_proposals_for_one_event_both_find_each_other_by_its_tag() -> None:
    g = scored("武汉市")
    score = of(g, "score.recorded").position
    one = g.recorded("2023-03-01", amends(score, data={"points": 9_300}))[0]
    two = g.recorded("2023-03-01", amends(score, data={"points": 9_400}))[0]
    assert f"event:{score}" in one.tags & two.tags
    g.when("2023-03-02", approves(one.position))
    with refused("H-5") as said:  # what it was laid over is another event now
        g.when("2023-03-03", approves(two.position))
    assert "was corrected since this was proposed" in said[0]
    assert stands_now(g, score)["points"] == 9_300


def test_proposals_that_no_event_proposes_are_not_there() -> None:
    g = scored("武汉市")
    for act in (
        approves(3),
        approves(9_999),
        RejectCorrection(actor=MINISTRY, proposal=3, reason="x"),
        amends(9_999, data={}),
        annuls(9_999),
    ):
        with refused("H-2"):
            g.when("2023-03-01", act)


# ------------------------------------------------------------------------------- H-5


def nonsense(g: Given) -> Iterator[tuple[ProposeCorrection, str]]:
    """Corrections that make no event, and what is said of each."""
    score, opened_ = of(g, "score.recorded").position, of(g, "round.opened").position
    form = of(g, "formal-review.recorded").position
    yield amends(score, data={"points": 10_001}), "L-11"
    yield amends(score, data={"criterion": "taste"}), "no criterion 'taste'"
    yield amends(score, data={"case": case("襄阳市")}), "there is no such application"
    yield amends(score, data={"points": "many"}), "points"
    yield amends(score, data={"points": None}), "points"
    yield amends(score, data={"grade": "A"}), "grade"
    yield amends(score, data={"points": 9_000}), "says that already"
    yield amends(score, topic="score.invented"), "no fact of this program"
    yield amends(score, topic="formal-review.recorded"), "this field is required"
    yield amends(1, data={"until": "2099-01-01"}), "role.granted is not corrected"
    yield annuls(1), "role.granted is not corrected"
    yield amends(opened_, data={"programme": "city-2029"}), "city-2029"
    yield amends(form, data={"case": "武汉"}), "武汉"
    yield supplies("incident.recorded", {"subject": "cn:999999"}, "2021-06-01"), "kind"
    yield (
        supplies("progress.reported", {"designation": case("武汉市"), "kind": "regular"}, "2021-06-01"),
        "no title",
    )
    yield supplies("correction.rejected", {"proposal": 1}, "2021-06-01"), "not made by a correction"
    yield (
        supplies(
            "historical-designation.recorded",
            {
                "designation": "city-2019/2021/cn:420100",
                "programme": "city-2019",
                "round": "2021",
                "subject": "cn:420600",
                "subject_name": "x",
                "province": "cn:420000",
                "source": {"title": "x"},
            },
            "2021-06-01",
        ),
        "is not called",
    )


@proves("H-5", "refuses")
def test_a_correction_that_makes_no_event_is_refused_with_the_reason() -> None:
    g = scored("武汉市")
    for act, why in nonsense(g):
        with refused("H-5") as said:
            g.when("2023-03-01", act)
        assert why in said[0], (act, said)


@proves("H-5", "accepts")
def test_a_correction_is_judged_at_the_place_of_its_event() -> None:
    """A score may be put right though the review is concluded since; what follows from it follows."""
    g = scored("武汉市")
    g.when("2021-07-10", ConcludeReview(actor=MINISTRY, case=case("武汉市"), passed=True))
    score = of(g, "score.recorded").position
    assert correct(g, "2023-03-01", amends(score, data={"points": 9_300}))


def test_what_follows_from_what_is_amended_is_worked_out_again() -> None:
    g = given(*founded(), *opened(caps=(cap("comprehensive", 3),)), *applied("武汉市"))
    application = of(g, "application.submitted").position
    conditions = {
        "conditions": [
            {"number": 1, "words": {"seal": "有明确的机构"}},
            *(
                {
                    "number": n,
                    "words": {"seal": "x"},
                    "field": "life",
                    **({"facility": "built"} if n == 4 else {}),
                }
                for n in (2, 3, 4)
            ),
        ]
    }
    change = {"category": "special", "fields": ["life"], **conditions}
    (proposal,) = g.recorded("2021-06-01", amends(application, data=change))
    fact = decode(proposal.topic, proposal.data)
    assert isinstance(fact, CorrectionProposed)
    new = fact.correction.replacement
    assert new is not None
    assert new.data["pools"] == ["city-2019/2021/special/life"]
    assert {"pool:city-2019/2021/special/life", f"case:{case('武汉市')}"} <= set(new.tags)
    words = set(g.ledger.sealed.values())
    assert "有明确的机构".encode() in words, "words are sealed as they are proposed"


def test_an_event_that_is_struck_out_is_not_corrected_again_but_its_correction_is() -> None:
    g = scored("武汉市")
    score = of(g, "score.recorded").position
    (approval, *_) = correct(g, "2023-03-01", annuls(score))
    with refused("H-5"):
        g.when("2023-03-02", amends(score, data={"points": 1}))
    with refused("H-5"):
        g.when("2023-03-02", annuls(score))
    correct(g, "2023-03-03", annuls(approval.position))
    assert stands_now(g, score)["points"] == 9_000, "the annulment was annulled"


def test_a_correction_is_amended() -> None:
    g = scored("武汉市")
    score = of(g, "score.recorded").position
    (approval, *_) = correct(g, "2023-03-01", amends(score, data={"points": 9_300}))
    again = {"correction": {"replacement": {"data": {"points": 9_400}}}}
    correct(g, "2023-03-02", amends(approval.position, data=again))
    assert stands_now(g, score)["points"] == 9_400
    for inner in (
        {"target": approval.position + 5},
        {"target": 1},
        {"act": "annul"},
        {"replacement": {"tags": ["case:x"]}},
        {"replacement": {"data": {"points": 999_999}}},
        {"replacement": {"data": {"case": case("襄阳市")}}},
        {"replacement": {"topic": "role.granted"}},
    ):
        with refused("H-5"):
            g.when("2023-03-03", amends(approval.position, data={"correction": inner}))
    for more in ({"data": {"proposal": 1}}, {"takes_effect": "2021-01-01"}, {"topic": "score.recorded"}):
        with refused("H-5"):
            g.when("2023-03-03", amends(approval.position, **more))


def test_what_follows_from_the_rest_is_not_stated_otherwise() -> None:
    g = given(*founded(), *opened(criteria=CRITERIA), *awarded("武汉市", "襄阳市"))
    first, second = [e.position for e in g.ledger.events if e.topic == "designation.awarded"]
    stated: tuple[dict[str, Any], ...] = (
        {"pools": []},
        {"province": "cn:430000"},
        {"held_until": "1999-01-01"},
        {"year": 1900},
        {"designation": case("昆明市")},
        {"list": "zz"},
    )
    for data, award in product(stated, (first, second)):
        with refused("H-5"):
            g.when("2023-03-01", amends(award, data=data))
    notice_ = [e.position for e in g.ledger.events if e.topic == "publicity.opened"][1]
    with refused("H-5"):
        g.when("2023-03-01", amends(notice_, data={"until": "2020-01-01"}))
    incident = {"subject": "cn:420100", "kind": "environmental", "words": {"seal": "x"}}
    happened = {**incident, "happened_on": "2021-06-01"}
    with refused("H-5"):
        g.when(
            "2023-03-01",
            supplies("incident.recorded", {**happened, "areas": ["zz"]}, "2021-06-01", document=CIRCULAR),
        )
    with refused("H-5"):
        g.when(
            "2023-03-01",
            supplies(
                "incident.recorded",
                {**incident, "happened_on": "2090-01-01"},
                "2095-01-01",
                document=CIRCULAR,
            ),
        )
    (event,) = g.recorded(
        "2023-03-01", supplies("incident.recorded", happened, "2021-06-01", document=CIRCULAR)
    )
    fact = decode(event.topic, event.data)
    assert isinstance(fact, CorrectionProposed)
    assert fact.correction.replacement is not None
    assert fact.correction.replacement.data["areas"] == ["cn:420100", "cn:420000"]


def test_what_follows_from_a_document_or_a_day_follows_it() -> None:
    g = given(*founded(), *opened(), *awarded("武汉市"))
    award = of(g, "designation.awarded").position
    earlier = replace(ANNOUNCEMENT, published="2021-12-25")
    correct(g, "2023-03-01", amends(award, takes_effect="2021-12-25", document=earlier))
    assert stands_now(g, award)["year"] == 2021


def test_what_cannot_be_stored_or_read_is_refused_and_breaks_nothing() -> None:
    g = scored("武汉市")
    score = of(g, "score.recorded").position
    for act in (
        amends(score, data={"points": 2**60}),
        amends(score, data={"criterion": "e\u0301"}),
        ProposeCorrection(
            actor=ADMINISTRATOR,
            basis=AUTHORISED,
            reason="x",
            act="supply",
            topic="publicity.opened",
            data={"case": case("武汉市"), "list": "1", "where": "x", "until": "2021-11-12"},
        ),
        supplies("intake.closed", {"case": case("武汉市"), "pool": "x", "taken": True}, "2021-06-15"),
        supplies("case.admitted", {"case": case("武汉市"), "pool": "x"}, "2021-06-15"),
    ):
        with refused("H-5"):
            g.when("2023-03-01", act)


def test_a_proposal_is_checked_again_when_it_is_approved() -> None:
    g = scored("武汉市")
    score = of(g, "score.recorded").position
    one = g.recorded("2023-03-01", annuls(score))[0]
    two = g.recorded("2023-03-01", amends(score, data={"points": 9_400}))[0]
    g.when("2023-03-02", approves(one.position))
    with refused("H-5"):
        g.when("2023-03-03", approves(two.position))


def test_an_act_says_what_it_corrects_and_nothing_more() -> None:
    for stated in (
        {"act": "amend", "target": 3},
        {"act": "annul", "target": 3, "data": {}},
        {"act": "supply", "target": 3, "topic": "x", "data": {}},
        {"act": "supply", "topic": "x"},
        {"act": "amend", "data": {}},
    ):
        with pytest.raises(ValidationError):
            ProposeCorrection(actor=ADMINISTRATOR, reason="x", **stated)


@proves("H-3", "refuses")
def test_a_correction_and_what_is_decided_after_it_name_their_documents() -> None:
    g = scored("武汉市")
    with refused("H-3"):
        g.when("2023-03-01", amends(of(g, "score.recorded").position, data={"points": 1}, basis=None))


# ------------------------------------------------------------------ what it calls into question


def _question(event: Recorded) -> DecisionQuestioned:
    fact = decode(event.topic, event.data)
    assert isinstance(fact, DecisionQuestioned)
    return fact


def asked(events: list[Recorded]) -> list[tuple[str, int, str]]:
    return [
        (str(e.data["ground"]), int(str(e.data["decision"])), " ".join(reasons_of(_question(e))))
        for e in events
        if e.topic == DecisionQuestioned.topic
    ]


def test_a_score_amended_below_the_cut_line_calls_the_award_into_question() -> None:
    names = ("武汉市", "襄阳市")
    g = given(
        *founded(),
        *opened(criteria=CRITERIA, caps=(cap("comprehensive", 1),)),
        *passed_form(*names),
        on("2021-06-20", scores("武汉市", 9_200)),
        on("2021-06-20", scores("襄阳市", 8_800)),
    )
    for name in names:
        g.when("2021-07-10", ConcludeReview(actor=MINISTRY, case=case(name), passed=True))
    for day, act in (
        ("2021-10-10", defence("武汉市")),
        ("2021-11-01", proposes("武汉市")),
        ("2021-11-05", notice("武汉市")),
        ("2021-11-15", closes("武汉市")),
        ("2022-01-25", awards("武汉市")),
    ):
        g.when(day, act)
    events = correct(g, "2023-03-01", amends(at(g, "score.recorded", "武汉市"), data={"points": 2_900}))
    award = of(g, "designation.awarded").position
    ((ground, decision, why),) = asked(events)
    assert (ground, decision) == ("outranked", award)
    assert "29.00" in why
    assert case("襄阳市") in why


def test_a_review_that_was_not_passed_calls_every_later_step_into_question() -> None:
    g = given(*founded(), *opened(), *awarded("武汉市"))
    review = of(g, "review.concluded").position
    events = correct(g, "2023-03-01", amends(review, data={"passed": False}))
    topics = [g.ledger.events[decision - 1].topic for _, decision, _ in asked(events)]
    assert "designation.awarded" in topics
    assert "defence.held" in topics
    assert {ground for ground, _, _ in asked(events)} == {"refused"}
    (title,) = [
        e
        for e in events
        if g.ledger.events[int(str(e.data.get("decision", 1))) - 1].topic == "designation.awarded"
    ]
    assert {f"designation:{case('武汉市')}", f"case:{case('武汉市')}"} <= title.tags


def test_a_correction_that_changes_no_decision_asks_nothing() -> None:
    g = given(
        *founded(),
        *opened(criteria=CRITERIA),
        *passed_form("武汉市"),
        on("2021-06-20", scores("武汉市", 9_200)),
    )
    g.when("2021-07-10", ConcludeReview(actor=MINISTRY, case=case("武汉市"), passed=True))
    assert (
        asked(correct(g, "2023-03-01", amends(of(g, "score.recorded").position, data={"points": 9_300})))
        == []
    )


def test_what_is_annulled_brings_down_what_rests_on_it() -> None:
    """Terms, readings of all rounds, late interests: whatever an act was judged by."""
    g = given(*founded(), *opened(criteria=CRITERIA), *awarded("武汉市"))
    grounds = {
        g.ledger.events[p - 1].topic
        for _, p, _ in asked(correct(g, "2023-03-01", annuls(of(g, "round.opened").position)))
    }
    assert {"application.submitted", "designation.awarded"} <= grounds
    g = scored("武汉市")
    interest = {"case": case("武汉市"), "reviewer": "p-expert", "explanation": {"seal": "曾任顾问"}}
    (found,) = asked(correct(g, "2023-03-01", supplies("interest.declared", interest, "2021-06-15")))
    assert (found[0], "L-7" in found[2]) == ("refused", True)
    g = given(*founded(), *opened(), *awarded("武汉市", "襄阳市"))
    reading = {
        "programme": "city-2019",
        "point": "Q-11",
        "reading": "x",
        "parameters": {"caps": [{"pool": "comprehensive", "places": 1, "source": CIRCULAR.as_json()}]},
    }
    found_ = asked(
        correct(g, "2023-03-01", supplies("reading.recorded", reading, "2021-03-02", document=CIRCULAR))
    )
    assert {"selection.proposed", "designation.awarded"} <= {
        g.ledger.events[p - 1].topic for _, p, _ in found_
    }


def test_a_ground_that_is_worse_is_asked_though_another_is_open() -> None:
    g = given(*founded(), *opened(), *awarded("武汉市"))
    correct(g, "2023-03-01", amends(of(g, "defence.held").position, data={"passed": False}))
    again = asked(correct(g, "2023-03-02", annuls(of(g, "publicity.closed").position)))
    assert "designation.awarded" in {g.ledger.events[p - 1].topic for _, p, _ in again}


def test_an_earlier_fact_that_is_supplied_is_not_the_newest() -> None:
    g = given(*founded(), *opened(), *awarded("武汉市"))
    form_ = {"case": case("武汉市"), "passed": False, "missing": ["application-form"]}
    assert asked(correct(g, "2023-03-01", supplies("formal-review.recorded", form_, "2021-06-05"))) == []


def test_what_one_person_records_late_calls_into_question_too() -> None:
    """A reading of a day that has passed caps what was proposed since."""
    g = given(*founded(), *opened(), *awarded("武汉市", "襄阳市"))
    late = RecordReading(
        actor=ADMINISTRATOR,
        basis=CIRCULAR,
        effective="2021-03-02",
        of="city-2019",
        round="2021",
        point="Q-11",
        reading="x",
        parameters=Parameters(caps=(cap("comprehensive", 1),)),
    )
    assert asked(g.recorded("2023-03-01", late))


def question(g: Given) -> int:
    """The position of the question of an award whose review was not passed."""
    review = of(g, "review.concluded").position
    for event in correct(g, "2023-03-01", amends(review, data={"passed": False})):
        if event.topic == DecisionQuestioned.topic:
            decision = g.ledger.events[int(str(event.data["decision"])) - 1]
            if decision.topic == "designation.awarded":
                return event.position
    raise AssertionError("no question of the award")


def decides(question: int, outcome: str, **more: Any) -> DecideQuestion:
    stated = {"actor": MINISTRY, "basis": AUTHORISED, "reason": "部务会议决定", **more}
    return DecideQuestion(question=question, outcome=outcome, **stated)  # type: ignore[arg-type]


def test_what_is_called_into_question_is_decided_by_an_event() -> None:
    g = given(*founded(), *opened(), *awarded("武汉市"))
    asked_ = question(g)
    (fact,) = g.when("2023-04-01", decides(asked_, "let-stand"))
    assert isinstance(fact, QuestionDecided)
    with refused("L-1"):
        g.when("2023-04-02", decides(asked_, "withdraw"))


def test_a_title_is_withdrawn_or_its_annulment_is_proposed_for_another_to_approve() -> None:
    g = given(*founded(), *opened(), *awarded("武汉市"))
    decided, end = g.recorded("2023-04-01", decides(question(g), "withdraw"))
    assert end.topic == DesignationWithdrawn.topic
    assert end.data["ground"] == "corrected"
    assert f"designation:{case('武汉市')}" in end.tags
    g = given(*founded(), *opened(), *awarded("武汉市"))
    award = of(g, "designation.awarded").position
    decided, proposal = g.recorded("2023-04-01", decides(question(g), "re-open"))
    assert decided.topic == QuestionDecided.topic
    with refused("L-2"):
        g.when("2023-04-02", approves(proposal.position))
    g.when("2023-04-02", approves(proposal.position, by=DEPUTY))
    assert award not in {b.position for b in believed(g.ledger.events)}


def test_a_title_ends_no_sooner_than_it_was_asked() -> None:
    g = given(*founded(), *opened(), *awarded("武汉市"))
    with refused("H-2"):
        g.when("2023-04-01", decides(question(g), "withdraw", effective="2015-01-01"))


def test_only_the_ministry_decides_and_only_what_was_asked() -> None:
    g = given(*founded(), *opened(), *awarded("武汉市"))
    with refused("H-1"):
        g.when("2023-04-01", decides(3, "let-stand", actor=ADMINISTRATOR))
    with refused("H-2"):
        g.when("2023-04-01", decides(3, "let-stand"))
    review = of(g, "review.concluded").position
    events = correct(g, "2023-03-01", amends(review, data={"passed": False}))
    other = next(e for e in events if e.topic == DecisionQuestioned.topic)
    with refused("H-2"):
        g.when("2023-04-01", decides(other.position, "withdraw"))
    with refused("H-3"):
        g.when("2023-04-01", decides(other.position, "let-stand", basis=None))


# ---------------------------------------------------------------- erasures and roles take two


def test_an_erasure_takes_two() -> None:
    g = given(*founded(), *opened(), *on_notice("武汉市"))
    g.when("2021-11-06", LodgeObjection(actor=city("昆明市"), case=case("武汉市"), words="不实"))
    sealed = next(iter(g.ledger.sealed))
    confirms = ConfirmErasure(actor=MINISTRY, basis=CIRCULAR, sealed=sealed)
    with refused("H-3"):
        other = ConfirmErasure(actor=MINISTRY, sealed=sealed)
        g.ledger.record(ErasureProposed(sealed="0" * 64, event=1), "2021-11-06")
        g.when("2021-11-07", replace(other, sealed="0" * 64))
    with refused("H-2"):
        g.when("2021-11-07", confirms)
    with refused("L-2"):
        g.when("2021-11-07", Erase(actor=KEEPER, basis=CIRCULAR, sealed=sealed))
    (fact,) = g.when("2021-11-07", Erase(actor=ADMINISTRATOR, basis=CIRCULAR, sealed=sealed))
    assert isinstance(fact, ErasureProposed)
    for who in (ADMINISTRATOR, KEEPER):
        with refused("L-2"):
            g.when("2021-11-08", replace(confirms, actor=who))
    with refused("H-2"):
        g.when("2021-11-08", replace(confirms, basis=AUTHORISED))
    (fact,) = g.when("2021-11-08", confirms)
    assert isinstance(fact, SealedValueErased)


def grants(principal: str, token: str, **more: Any) -> GrantRole:
    stated = {"actor": KEEPER, "role": "ministry", "unit": "miit", "until": "2021-12-31", **more}
    return GrantRole(principal=principal, token=token * 32, **stated)


def test_whoever_keeps_the_machine_names_the_first_two_who_decide_and_no_third() -> None:
    g = given()
    first = Actor("p-1", "administrator", "miit")
    granted = grants("p-1", "11", role="administrator")
    assert isinstance(g.when("2021-01-04", granted)[0], RoleGranted)
    (fact,) = g.when("2021-01-04", grants("p-3", "33", actor=first))
    assert isinstance(fact, RoleProposed), "only the keeper of the machine founds"
    assert isinstance(g.when("2021-01-04", grants("p-2", "22"))[0], RoleGranted)
    for principal, token, role in (("p-4", "44", "ministry"), ("p-1", "55", "administrator")):
        with refused("L-2"):  # another, and another token of the first
            g.when("2021-01-05", grants(principal, token, role=role))
    g.when("2021-01-06", RevokeRole(actor=KEEPER, token="11" * 32))
    g.when("2021-01-06", RevokeRole(actor=KEEPER, token="22" * 32))
    with refused("L-2"):  # nobody founds the ledger anew by revoking the others
        g.when("2021-01-07", grants("p-5", "66"))
    (fact,) = g.when("2022-01-01", grants("p-5", "77", until="2022-12-31"))
    assert isinstance(fact, RoleGranted), "once the days of all are over it is founded again"


@proves("H-4", "refuses")
def test_a_role_that_decides_is_confirmed_by_another() -> None:
    g = given(*founded())
    by_administrator = grants("p-new", "44", actor=ADMINISTRATOR)
    with refused("H-2"):
        g.when("2021-01-05", ConfirmRole(actor=MINISTRY, principal="p-new", token="44" * 32))
    (fact,) = g.when("2021-01-05", by_administrator)
    assert isinstance(fact, RoleProposed)
    for who in (ADMINISTRATOR, KEEPER):
        with refused("L-2"):
            g.when("2021-01-06", ConfirmRole(actor=who, principal="p-new", token="44" * 32))
    itself = Actor("p-new", "ministry", "miit")
    with refused("L-2", "H-4"):
        g.when("2021-01-06", ConfirmRole(actor=itself, principal="p-new", token="44" * 32))
    (fact,) = g.when("2021-01-06", ConfirmRole(actor=MINISTRY, principal="p-new", token="44" * 32))
    assert isinstance(fact, RoleGranted)
    with refused("L-1"):
        g.when("2021-01-06", ConfirmRole(actor=MINISTRY, principal="p-new", token="44" * 32))
    g.when("2021-01-07", grants("p-twice", "66", actor=ADMINISTRATOR))
    g.when("2021-01-07", grants("p-twice", "77", actor=ADMINISTRATOR, role="administrator"))
    g.when("2021-01-07", ConfirmRole(actor=MINISTRY, principal="p-twice", token="66" * 32))
    with refused("H-4"):
        g.when("2021-01-07", ConfirmRole(actor=MINISTRY, principal="p-twice", token="77" * 32))
    with refused("H-2"):
        g.when("2021-01-07", ConfirmRole(actor=MINISTRY, principal="p-else", token="77" * 32))
    g.when("2021-01-07", grants("p-other", "55", actor=ADMINISTRATOR))
    g.when("2021-01-08", RevokeRole(actor=ADMINISTRATOR, token="55" * 32))
    with refused("H-2"):
        g.when("2021-01-09", ConfirmRole(actor=MINISTRY, principal="p-other", token="55" * 32))


# -------------------------------------------------------------------------------- recast


@pytest.mark.parametrize("seed", range(10))
def test_every_act_of_a_round_is_found_again_from_its_facts(seed: int) -> None:
    """Recast from its facts and judged at its place, it is accepted and leads to the same facts."""
    events = round_of(seed)
    there = {event.position: event for event in events}
    history = believed(events)
    groups: dict[str, list[Attributed]] = {}
    for b in sorted(history, key=lambda b: b.position):
        event = there[b.position]
        if can_be_recast(b.topic):
            stated = Attributed(b, Actor(**event.actor))  # type: ignore[arg-type]
            groups.setdefault(f"{event.command} {b.topic}", []).append(stated)
    assert len(groups) > 8
    for group in groups.values():
        act = recast(group)
        before_late_letters = isinstance(act, CloseIntake)  # they count from their day, and ask (L-3)
        past = [b for b in history if not (before_late_letters and b.data.get("waits"))]
        found = judged_at(act, group[0].believed.position, past, there)
        assert not found.broken, (act, found.broken)
        own = [fact for fact in found.facts if fact.topic == group[0].believed.topic]
        assert [encode(f.as_data()) for f in own] == [encode(s.believed.data) for s in group], act
