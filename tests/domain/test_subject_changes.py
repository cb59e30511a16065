"""Divisions are renamed, recoded, merged, split by events; what they hold stays until a decision (Q-19)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain.commands import ChangeSubject, ReportProgress
from domain.events import (
    CorrectionApproved,
    CorrectionPublished,
    DecisionQuestioned,
    HistoricalDesignationRecorded,
    Source,
    SubjectChanged,
    Successor,
)
from domain.history import believed
from domain.kernel import Actor
from domain.subjects import UnknownSubject, is_entity, is_registered, merged_from, subject
from projections.words.names import of_history
from tests.support.city_round import (
    ADMINISTRATOR,
    applies,
    approves,
    awarded,
    case,
    city,
    founded,
    opened,
    supplies,
)
from tests.support.division_changes import APPROVAL, NEW, WUHAN, XIANGYANG, changed, changes, merges
from tests.support.facts import designation
from tests.support.given import Given, given, on, refused, stands
from tests.support.other_rounds import code

TODAY = date(2026, 11, 22)


def test_a_division_is_renamed_and_keeps_its_id() -> None:
    g = given(*founded())
    (proposal,) = g.recorded("2025-03-01", changes("rename", new_name="襄樊市"))
    assert of_history(believed(g.ledger.events), TODAY).newest == 0, "until another approves it"
    with refused("L-2"):
        g.when("2025-03-01", approves(proposal.position, by=ADMINISTRATOR))
    g.when("2025-03-01", approves(proposal.position))
    names = of_history(believed(g.ledger.events), TODAY)
    assert names.look_up("襄樊市").id == names.look_up("襄阳").id == XIANGYANG
    assert names.subject(XIANGYANG).today.name == "襄樊市"
    day = fact_day(g)
    assert (names.name_on(XIANGYANG, day), names.name_on(XIANGYANG, day.replace(day=1, month=1))) == (
        "襄樊市",
        "襄阳市",
    )


def fact_day(g: Given) -> Any:
    return believed(g.ledger.events)[-1].latest_day


def test_a_recoded_division_is_found_by_either_code() -> None:
    g = given(*founded())
    changed(g, "2025-03-01", changes("recode", new_code="420700", new_name="襄州市"))
    names = of_history(believed(g.ledger.events), TODAY)
    assert names.look_up("420600").id == XIANGYANG
    assert names.subject(XIANGYANG).today.code == "420700"


def test_a_title_held_across_a_merger_stays_and_waits_for_a_decision() -> None:
    known = designation("襄阳市", "2019")
    over = designation("襄阳市", "2013", programme="pilot-2013", held_until="2015-12-31")
    g = given(*founded(), stands(known, "2020-01-01"), stands(over, "2013-12-31"))
    approval, _published, question = changed(g, "2025-03-01", merges())
    assert isinstance(approval, CorrectionApproved)
    assert isinstance(question, DecisionQuestioned)
    assert (question.ground, question.about) == ("merged", known.designation)
    report = ReportProgress(actor=city("襄阳市"), designation=known.designation, kind="regular")
    assert g.when("2025-04-01", report), "the title is its subject's of the time"


def test_who_has_ended_neither_applies_nor_changes_again() -> None:
    g = given(*founded(), *opened())
    changed(g, "2021-03-02", merges())
    with refused("H-2"):
        g.when("2021-05-01", applies("襄阳市"))
    with refused("H-2"):
        g.when("2021-05-01", changes("rename", new_name="襄樊市"))
    applied = given(*founded(), *opened(), on("2021-05-01", applies("襄阳市")))
    assert changed(applied, "2021-05-02", merges())


def test_a_new_division_comes_to_be_by_a_split_and_may_act_then() -> None:
    assert not is_registered(NEW)
    of_it = Actor("p-new", "applicant", NEW)
    apply = applies("武汉市", actor=of_it, subject=NEW)
    g = given(*founded(), *opened())
    with refused("H-2"):
        g.when("2021-05-01", apply)
    changed(g, "2021-05-01", changes("split", subject=WUHAN, into=(Successor(NEW, "新洲新区"),)))
    with refused("C19-2"):  # it is there: a district, which the text does not take
        g.when("2021-05-02", apply)
    with refused("H-2"):  # what it is called is known now
        g.when("2021-05-02", changes("split", subject=WUHAN, into=(Successor(NEW, "别名"),)))
    names = of_history(believed(g.ledger.events), TODAY)
    assert names.subject(NEW).today.name == "新洲新区"
    assert names.look_up("新洲新区").id == NEW
    assert names.origins(NEW) == (WUHAN,)
    assert subject(NEW).level == "district"
    assert subject("cn:420400").level == "prefecture-city"
    assert subject("cn:429099").level == "county-city"


def test_a_history_crosses_what_is_shipped_and_what_is_recorded() -> None:
    assert merged_from("cn:370100") == ("cn:371200",), "莱芜 went into 济南 in 2018"
    g = given(*founded())
    changed(g, "2025-03-01", merges(subject="cn:370100"))
    assert of_history(believed(g.ledger.events), TODAY).origins(WUHAN) == ("cn:370100", "cn:371200")


def test_a_change_names_its_document_and_what_it_changes() -> None:
    g = given(*founded())
    with refused("H-3"):
        g.when("2025-03-01", changes("rename", new_name="x市", basis=None))
    with refused("H-2"):
        g.when("2025-03-01", changes("split", into=(Successor("cn:420119"),)))
    with refused("H-2"):
        g.when("2025-03-01", changes("rename", subject="cn:990100", new_name="x市"))
    changed(g, "2025-03-01", changes("rename", new_name="x市"))
    with refused("L-1"):
        g.when("2025-03-02", changes("rename", new_name="x市"))
    ended = SubjectChanged(kind="merger", subject="cn:429001", into=(Successor("cn:429004"),), ends=True)
    for data, day in (
        (ended.as_data(), None),
        ({**ended.as_data(), "into": [{"id": "cn:420119"}]}, "2025-01-01"),
    ):
        with refused("H-5"):  # by a correction of its own, too
            g.when("2025-03-03", supplies("subject.changed", dict(data), day, document=APPROVAL))
    for stated in (
        {"kind": "rename"},
        {"kind": "rename", "new_name": "x", "new_code": "420700"},
        {"kind": "merger", "into": (Successor(WUHAN),)},
        {"kind": "split"},
        {"kind": "merger", "into": (Successor(XIANGYANG),), "ends": True},
        {"kind": "recode", "new_name": "x"},
    ):
        with pytest.raises(ValidationError):
            changes(**stated)


def test_an_award_of_a_judged_round_waits_too() -> None:
    g = given(*founded(), *opened(), *awarded("武汉市"))
    act = merges(subject=WUHAN, into=(Successor(XIANGYANG),))
    (proposal,) = g.recorded("2025-03-01", act)
    events = g.recorded("2025-03-01", approves(proposal.position))
    asked = next(e for e in events if e.topic == DecisionQuestioned.topic)
    assert f"designation:{case('武汉市')}" in asked.tags


LISTED = "project:none-2019-list/3"
CODED = f"project:{code(1)}/1"


def identifies(**more: Any) -> ChangeSubject:
    return changes("identified", **{"subject": LISTED, "into": (Successor(CODED),), "ends": True, **more})


def test_a_project_known_from_a_list_is_identified_and_neither_id_is_rewritten() -> None:
    known = HistoricalDesignationRecorded(
        designation=f"project-2019/2019/{LISTED}",
        programme="project-2019",
        round="2019",
        subject=LISTED,
        subject_name="某项目",
        province="cn:420000",
        source=Source("名单"),
    )
    g = given(*founded(), stands(known, "2019-12-01"))
    told = changed(g, "2025-03-01", identifies())
    assert [type(fact) for fact in told] == [CorrectionApproved, CorrectionPublished], "nothing is questioned"
    names = of_history(believed(g.ledger.events), TODAY)
    assert names.origins(CODED) == (LISTED,), "its history is crossed"
    assert names.subject(LISTED).merged_into == (CODED,)
    (title,) = [b for b in believed(g.ledger.events) if b.topic == known.topic]
    assert title.data["subject"] == LISTED
    with refused("H-2"):
        g.recorded("2025-03-02", identifies(into=(Successor(f"project:{code(2)}/1"),)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "merger", "subject": LISTED},
        {"kind": "merger", "into": (Successor(CODED),)},
        {"kind": "identified", "subject": XIANGYANG},
        {"kind": "identified", "into": (Successor(WUHAN),)},
        {"kind": "identified", "into": (Successor(CODED), Successor(f"project:{code(2)}/1"))},
        {"kind": "identified", "into": ()},
        {"kind": "identified", "ends": False},
    ],
)
def test_divisions_go_into_divisions_and_a_listed_project_is_one_of_a_code(wrong: dict[str, Any]) -> None:
    of_projects = wrong["kind"] == "identified"
    whole = {
        "subject": LISTED if of_projects else XIANGYANG,
        "into": (Successor(CODED if of_projects else WUHAN),),
        "ends": True,
        **wrong,
    }
    with pytest.raises(ValidationError):
        changes(**whole)


def test_a_listed_project_has_no_credit_code_to_apply_with() -> None:
    assert subject(LISTED).is_project
    assert not is_entity("project:none-2019-list")
    with pytest.raises(UnknownSubject):
        subject("project:none-2019_list/3")
