"""What holds whatever the regulation says: who may act, what must be there, and L-1 to L-11.

One file, as these rules are one book.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.access import ROLES, may_carry_out
from domain.acts import COMMANDS
from domain.commands import (
    ConfirmErasure,
    DeclareInterest,
    Erase,
    GrantException,
    GrantRole,
    LodgeObjection,
    Reassess,
    RecordIncident,
    RecordReading,
    ReportProgress,
    ResolveObjection,
    Retract,
    RevokeRole,
    Withdraw,
)
from domain.commands.command import Command
from domain.commands.roles import DECIDING, OPERATOR
from domain.events import (
    Correction,
    Criterion,
    Deadline,
    DesignationAwarded,
    ErasureProposed,
    Floor,
    Parameters,
    Publicity,
    ScoreRecorded,
    SealedValueErased,
)
from domain.history import believed
from domain.judging import Refused, boundary
from domain.kernel import Actor, Document, Query, Role
from domain.life import APPLICATIONS_OF_THE_CITY
from domain.roles import holder
from domain.rules import Facts
from projections.words.names import SHIPPED
from projections.words.sentences import tell
from tests.support.city_round import (
    ADMINISTRATOR,
    CIRCULAR,
    EXPERT,
    LETTER,
    MINISTRY,
    applied,
    applies,
    awarded,
    awards,
    cap,
    case,
    city,
    closes,
    defence,
    defended,
    form,
    founded,
    notice,
    noticed,
    on_notice,
    opened,
    opens,
    passed_form,
    proposed,
    proposes,
    recommends,
    review,
    reviewed,
    scores,
    unit,
)
from tests.support.facts import approval, designation, replacing
from tests.support.given import given, judged, on, proves, refused, stands
from tests.support.ledger_in_memory import noon

HOLDER = (*opened(), *awarded("武汉市"))


# ------------------------------------------------------------------- H-1, who acts


@proves("H-1", "refuses")
def test_a_city_acts_for_itself_only() -> None:
    with refused("H-1"):
        given(*opened()).when("2021-05-01", applies("武汉市", actor=city("昆明市")))
    report = ReportProgress(actor=city("昆明市"), designation=case("武汉市"), kind="regular")
    with refused("H-1"):
        given(*HOLDER).when("2022-06-01", report)


@proves("H-1", "refuses")
def test_a_unit_acts_for_its_own_province_only() -> None:
    g = given(*opened(), on("2021-05-01", applies("武汉市")))
    with refused("H-1"):
        g.when("2021-05-25", recommends("武汉市", actor=unit("湖南省")))
    with refused("H-1"):
        g.when("2021-05-25", recommends("武汉市", actor=Actor("p", "provincial-unit", "xpcc")))


@proves("H-1", "refuses")
def test_an_act_is_for_the_roles_it_is_for() -> None:
    g = given(*opened(), *applied("武汉市"))
    for act in (opens("2022"), form("武汉市"), scores("武汉市")):
        with refused("H-1"):
            g.when("2021-06-10", replace(act, actor=city("武汉市")))
    with refused("H-1"):
        g.when("2021-06-10", replace(form("武汉市"), actor=Actor("p", "ministry", "cn:420000")))


@proves("H-1", "accepts")
def test_the_ministry_records_an_application_on_paper_from_its_document() -> None:
    paper = applies("武汉市", actor=MINISTRY, basis=LETTER)
    assert given(*opened()).when("2021-05-03", paper)
    with refused("H-3"):
        given(*opened()).when("2021-05-03", replace(paper, basis=None))


@proves("H-1", "accepts")
def test_the_xpcc_acts_for_its_cities_and_anybody_may_object() -> None:
    g = given(*opened(), *on_notice("武汉市"))
    public = Actor("p-public", "public", "public")
    assert g.when("2021-11-06", LodgeObjection(actor=public, case=case("武汉市"), words="不实"))
    objecting = LodgeObjection(actor=unit("湖南省"), case=case("武汉市"), words="不实")
    assert g.when("2021-11-06", objecting)
    corps = Actor("p-xpcc", "provincial-unit", "xpcc")
    shihezi = replace(recommends("659001"), actor=corps, unit="xpcc")
    with refused("H-2"):  # there is no such application; H-1 has nothing against it
        g.when("2021-11-06", shihezi)
    with refused("H-1"):
        g.when("2021-11-06", replace(recommends("武汉市"), actor=corps, unit="xpcc"))


@proves("H-1", "refuses")
def test_a_unit_speaks_in_its_own_name_and_no_city_is_its_own_unit() -> None:
    g = given(*opened(), on("2021-05-01", applies("武汉市")))
    itself = Actor("p", "provincial-unit", "cn:420100")
    for act in (
        recommends("武汉市", actor=itself),
        replace(recommends("武汉市"), actor=itself, unit="cn:420100"),
        replace(recommends("武汉市"), unit="cn:430000"),
    ):
        with refused("H-1"):
            g.when("2021-05-25", act)


@proves("H-1", "refuses")
def test_a_reviewer_is_of_a_place_that_is_known_or_independent() -> None:
    g = given(*opened(), *passed_form("武汉市"))
    with refused("H-1"):
        g.when("2021-06-12", scores("武汉市", by=Actor("p", "reviewer", "420000")))


@proves("H-1", "refuses")
def test_a_stranger_is_told_nothing_more() -> None:
    """What lies behind the doorstep is not shown to who may not act: only H-1 is told."""
    with pytest.raises(Refused) as refusal:
        given().when("2021-05-01", applies("昆山市", actor=city("昆明市"), materials=()))
    assert [broken.rule for broken in refusal.value.broken] == ["H-1"]


# ------------------------------------------------------------------- H-2, what is referred to


@proves("H-2", "refuses")
def test_what_an_act_refers_to_is_there() -> None:
    held = case("武汉市")
    for act in (
        applies("武汉市"),
        form("武汉市"),
        recommends("武汉市"),
        scores("武汉市"),
        review("武汉市"),
        defence("武汉市"),
        proposes("武汉市"),
        notice("武汉市"),
        closes("武汉市"),
        awards("武汉市"),
        Retract(actor=city("武汉市"), case=held),
        LodgeObjection(actor=city("武汉市"), case=held, words="x"),
        ReportProgress(actor=city("武汉市"), designation=held, kind="regular"),
        Erase(actor=ADMINISTRATOR, basis=CIRCULAR, sealed="0" * 64),
    ):
        with refused("H-2"):
            given().when("2021-11-01", act)


@proves("H-2", "refuses")
def test_a_programme_is_known_and_has_rules() -> None:
    for programme in ("city-1999", "upgrading-2017"):
        with refused("H-2"):
            given().when("2021-05-01", replace(opens(), of=programme))


@proves("H-2", "refuses")
def test_a_case_that_was_retracted_goes_no_further() -> None:
    g = given(*opened(), *applied("武汉市"))
    g.when("2021-05-26", Retract(actor=city("武汉市"), case=case("武汉市"), reason="x"))
    for act in (form("武汉市"), Retract(actor=city("武汉市"), case=case("武汉市"))):
        with refused("H-2"):
            g.when("2021-06-01", act)


@proves("H-2", "refuses")
def test_an_exception_is_from_a_rule_in_principle_only() -> None:
    for rule in ("C19-8", "C19-15", "C19-99"):
        grant = GrantException(actor=MINISTRY, basis=CIRCULAR, entry=case("武汉市"), rule=rule, reason="x")
        with refused("H-2"):
            given(*opened()).when("2021-05-01", grant)


@proves("H-2", "refuses")
def test_a_reading_is_of_an_open_point_and_chooses_among_its_readings() -> None:
    reading = RecordReading(
        actor=MINISTRY, basis=CIRCULAR, of="city-2019", point="Q-9", reading="x", choice="second-day-counted"
    )
    for act in (reading, replace(reading, point="Q-99", choice=None)):
        with refused("H-2"):
            given(*opened()).when("2021-05-01", act)


@proves("H-2", "refuses")
def test_an_objection_is_to_what_was_on_notice_and_is_resolved_if_it_is_there() -> None:
    with refused("H-2"):
        given(*opened(), *proposed("武汉市")).when(
            "2021-11-02", LodgeObjection(actor=city("昆明市"), case=case("武汉市"), words="x")
        )
    resolve = ResolveObjection(actor=MINISTRY, case=case("武汉市"), objection=1, upheld=True, reason="x")
    with refused("H-2"):
        given(*opened(), *on_notice("武汉市")).when("2021-11-06", resolve)


@proves("H-2", "refuses")
def test_a_list_is_one_list_from_its_proposal_to_its_award() -> None:
    g = given(*opened(), *proposed("武汉市"))
    with refused("H-2"):
        g.when("2021-11-05", replace(notice("武汉市"), list="2"))
    g = given(*opened(), *on_notice("武汉市"))
    with refused("H-2"):
        g.when("2021-11-15", replace(closes("武汉市"), list="2"))
    g = given(*opened(), *noticed("武汉市"))
    with refused("H-2"):
        g.when("2022-01-25", replace(awards("武汉市"), list="2"))
    g = given(*HOLDER)
    with refused("H-2"):  # no notice after the award, no taking back
        g.when("2022-02-01", notice("武汉市", until="2022-03-01"))
    with refused("H-2"):
        g.when("2022-02-01", Retract(actor=city("武汉市"), case=case("武汉市")))


@proves("H-2", "refuses")
def test_a_title_is_held_on_the_acts_day() -> None:
    late = designation("武汉市", "2021", held_from="2022-01-25", held_until="2023-12-31")
    g = given(stands(late, "2021-12-01"))
    act = Reassess(actor=MINISTRY, designation=late.designation, passed=True)
    for day in ("2022-01-24", "2024-01-01"):
        with refused("H-2"):
            g.when(day, act)
    report = ReportProgress(actor=city("武汉市"), designation=late.designation, kind="yearly", year=2021)
    with refused("H-2"):  # nor is there anything to report of the year before
        given(stands(designation("武汉市", "2021"), "2022-01-25")).when("2022-06-01", report)


@proves("H-2", "refuses")
def test_a_round_that_is_referred_to_is_open() -> None:
    reading = RecordReading(
        actor=MINISTRY, basis=CIRCULAR, of="city-2019", round="2099", point="Q-9", reading="x"
    )
    grant = GrantException(
        actor=MINISTRY, basis=CIRCULAR, entry="city-2019/2021/cn:999999", rule="C19-6", reason="x"
    )
    happened = RecordIncident(
        actor=MINISTRY, basis=CIRCULAR, subject="cn:420100", kind="harm", words="x", happened_on="2099-01-01"
    )
    for act in (reading, grant, happened):
        with refused("H-2"):
            given(*opened()).when("2021-05-01", act)


@proves("L-1", "refuses")
def test_a_year_is_reported_on_once() -> None:
    report = ReportProgress(actor=city("武汉市"), designation=case("武汉市"), kind="yearly", year=2022)
    g = given(*HOLDER, on("2022-12-01", report))
    with refused("L-1"):
        g.when("2022-12-02", report)


def test_ids_and_documents_have_their_form() -> None:
    for build in (
        lambda: opens("2021/2"),
        lambda: opens("2021.1"),
        lambda: replace(report_of("武汉市"), designation=case("武汉市") + "/2"),
        lambda: replace(opens(), basis=Document(number=" ")),
        lambda: replace(opens(), basis=Document(number="x", published="soon")),
        lambda: replace(opens(), basis=Document(number="x", sha256="zzz")),
        lambda: replace(opens(), effective="9999-12-31"),
        lambda: applies("武汉市", led_by="a\x00b"),
    ):
        with pytest.raises(ValueError, match="validation error"):
            build()


def report_of(name: str) -> ReportProgress:
    return ReportProgress(actor=city(name), designation=case(name), kind="regular")


@proves("H-2", "accepts")
def test_a_title_known_from_its_announcement_is_there() -> None:
    known = designation("合肥市", "2019")
    act = Reassess(actor=MINISTRY, designation=known.designation, passed=True)
    assert given(stands(known, "2020-01-01")).when("2021-06-01", act)


# ------------------------------------------------------------------- H-3, documents


@proves("H-3", "refuses")
def test_a_reading_an_exception_a_finding_and_an_erasure_name_their_document() -> None:
    g = given(*founded(), *opened(), *on_notice("武汉市"))
    g.when("2021-11-06", LodgeObjection(actor=city("昆明市"), case=case("武汉市"), words="不实"))
    sealed = next(iter(g.ledger.sealed))
    for act in (
        RecordReading(actor=MINISTRY, of="city-2019", point="Q-9", reading="x"),
        GrantException(actor=MINISTRY, entry=case("武汉市"), rule="C19-6", reason="x"),
        RecordIncident(actor=MINISTRY, subject="cn:420100", kind="harm", words="x", happened_on="2021-01-01"),
        Erase(actor=ADMINISTRATOR, sealed=sealed),
    ):
        with refused("H-3"):
            g.when("2021-11-07", act)


@proves("H-3", "accepts")
def test_an_erasure_stands_in_the_history_of_what_held_the_value() -> None:
    g = given(*founded(), *opened(), *on_notice("武汉市"))
    g.when("2021-11-06", LodgeObjection(actor=city("昆明市"), case=case("武汉市"), words="不实"))
    sealed = next(iter(g.ledger.sealed))
    asked = Erase(actor=ADMINISTRATOR, basis=CIRCULAR, sealed=sealed)
    (proposal,) = g.recorded("2021-11-07", asked)
    (event,) = g.recorded("2021-11-07", ConfirmErasure(actor=MINISTRY, basis=CIRCULAR, sealed=sealed))
    assert proposal.topic == ErasureProposed.topic
    assert event.topic == SealedValueErased.topic
    assert {f"case:{case('武汉市')}", "subject:cn:420100", f"sealed:{sealed}"} <= event.tags
    for act in (asked, ConfirmErasure(actor=MINISTRY, basis=CIRCULAR, sealed=sealed)):
        with refused("L-1"):
            g.when("2021-11-08", act)


# --------------------------------------------------------------------------- H-4


KEEPER = Actor(OPERATOR, "administrator", "miit")  # of the machine


def grants(
    principal: str = "p-7", role: str = "reviewer", unit: str = "independent", **more: Any
) -> GrantRole:
    stated = {"actor": ADMINISTRATOR, "token": "cd" * 32, "until": "2021-12-31", **more}
    return GrantRole(principal=principal, role=role, unit=unit, **stated)  # type: ignore[arg-type]


@proves("H-4", "refuses")
def test_a_role_is_granted_to_another_and_for_a_unit_of_its_kind() -> None:
    for act in (
        grants(principal=OPERATOR, role="ministry", unit="miit", actor=KEEPER),
        grants(principal="public"),
        grants(principal="operator"),
        grants(role="ministry", unit="cn:420000", actor=KEEPER),
        grants(role="administrator", unit="cn:420000", actor=KEEPER),
        grants(principal=ADMINISTRATOR.principal, role="auditor", unit="audit-office"),
        grants(role="provincial-unit", unit="cn:420600"),
        grants(role="provincial-unit", unit="miit"),
        grants(role="applicant", unit="xpcc"),
        grants(role="reviewer", unit="miit"),
        grants(role="provincial-unit", unit="cn:110000000"),
        grants(role="provincial-unit", unit="cn:370000/zone"),
        grants(until="2021-02-28"),
    ):
        with refused("H-4"):
            given().when("2021-03-01", act)
    g = given(on("2021-03-01", grants()))
    for role, unit_ in (("auditor", "audit-office"), ("reviewer", "cn:420000")):
        with refused("H-4"):
            g.when("2021-03-02", grants(role=role, unit=unit_, token="ef" * 32))


@proves("H-4", "accepts")
def test_who_shows_the_token_acts_in_the_role_until_its_last_day() -> None:
    g = given()
    for number, (role, unit_) in enumerate(
        (
            ("ministry", "miit"),
            ("administrator", "miit"),
            ("auditor", "audit-office"),
            ("provincial-unit", "cn:420000"),
            ("provincial-unit", "cn:210200"),
            ("provincial-unit", "xpcc"),
            ("applicant", "cn:420600"),
            ("reviewer", "cn:420000"),
            ("reviewer", "independent"),
            ("applicant", "project:91420100MA4K00001U"),
        )
    ):
        token = f"{number:064x}"
        by = KEEPER if role in DECIDING else ADMINISTRATOR  # who founds the ledger
        g.when("2021-03-01", grants(f"p-{number}", role, unit_, token=token, actor=by))
        who = Actor(f"p-{number}", role, unit_)  # type: ignore[arg-type]
        history = [event for event in g.ledger.events if f"token:{token}" in event.tags]
        assert holder(history, date(2021, 12, 31)) == who
        assert holder(history, date(2022, 1, 1)) is None


def test_a_revoked_token_gives_no_role() -> None:
    g = given(on("2021-03-01", grants()))
    token = grants().token
    (event,) = g.recorded("2021-03-02", RevokeRole(actor=ADMINISTRATOR, token=token, reason="改任"))
    assert event.data["principal"] == "p-7"
    assert holder(g.ledger.events, date(2021, 3, 3)) is None
    with refused("L-1"):
        g.when("2021-03-03", RevokeRole(actor=ADMINISTRATOR, token=token))
    with refused("L-1"):
        g.when("2021-03-03", grants("p-8"))
    anew = grants(role="auditor", unit="audit-office", token="ef" * 32)
    assert g.when("2021-03-03", anew), "a role that was revoked stands in no other's way"
    later = grants("p-9", token="aa" * 32, effective="2021-06-01", basis=CIRCULAR)
    g.when("2021-03-03", later)
    assert holder(g.ledger.events, date(2021, 5, 31)) != Actor("p-9", "reviewer", "independent")


def test_roles_are_of_units_that_are_there_and_tokens_that_were_granted() -> None:
    for act in (
        grants(role="applicant", unit="cn:999999"),
        grants(unit="cn:999999"),
        RevokeRole(actor=ADMINISTRATOR, token="ef" * 32),
    ):
        with refused("H-2"):
            given().when("2021-03-01", act)


@proves("H-2", "refuses")
def test_whoever_an_act_names_in_whatever_field_is_there() -> None:
    """A floor's provinces, an incident's place, whom a debarment concerns."""
    floor = Floor("west", 1, ("cn:999999",), CIRCULAR)
    for act in (
        opens("2022", floors=(floor,)),
        RecordIncident(
            actor=MINISTRY,
            basis=CIRCULAR,
            subject="cn:420100",
            kind="social",
            words="事件",
            happened_on="2021-02-01",
            place="cn:999999",
        ),
    ):
        with refused("H-2") as why:
            given(*founded()).when("2021-03-01", act)
        assert any("cn:999999" in one for one in why)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_only_an_administrator_grants_and_revokes(role: Role) -> None:
    who = Actor("p-1", role, "miit")
    for act in (replace(grants(), actor=who), RevokeRole(actor=who, token="ef" * 32)):
        with refused("H-1"):
            given().when("2021-03-01", act)


# ------------------------------------------------------------------- L-1, L-3, L-4


@proves("L-1", "refuses")
def test_what_is_recorded_is_not_recorded_again() -> None:
    interest = DeclareInterest(actor=EXPERT, case=case("武汉市"), explanation="曾任顾问")
    grant = GrantException(actor=MINISTRY, basis=CIRCULAR, entry=case("武汉市"), rule="C19-6", reason="x")
    for steps, act in (
        ((), opens("2022")),
        ((), grant),
        ((), applies("武汉市")),
        ((on("2021-05-01", applies("武汉市")),), recommends("武汉市")),
        (applied("武汉市"), form("武汉市")),
        (passed_form("武汉市"), interest),
        (passed_form("武汉市"), scores("武汉市")),
        (passed_form("武汉市"), review("武汉市")),
        (reviewed("武汉市"), defence("武汉市")),
        (defended("武汉市"), proposes("武汉市")),
        (proposed("武汉市"), notice("武汉市", until="2022-03-01")),
        (on_notice("武汉市"), closes("武汉市")),
        (noticed("武汉市"), awards("武汉市")),
    ):
        g = given(*opened(), *steps)
        g.when("2022-02-01", act)
        with refused("L-1"):
            g.when("2022-02-01", act)


@proves("L-1", "refuses")
def test_a_title_known_from_its_announcement_is_not_awarded_again() -> None:
    known = stands(designation("武汉市", "2021"), "2022-01-25")
    with refused("L-1"):
        given(*opened(), *noticed("武汉市"), known).when("2022-01-26", awards("武汉市"))


@proves("L-1", "accepts")
def test_a_formal_review_that_failed_may_be_repeated() -> None:
    g = given(*opened(), *applied("武汉市"), on("2021-06-10", form("武汉市", passed=False)))
    assert g.when("2021-06-20", form("武汉市"))


@proves("L-3", "holds")
def test_a_cap_is_judged_on_the_facts_as_corrected_at_that_moment() -> None:
    """An award that a correction annuls gives its place back; what was decided stands."""
    full = (*opened(caps=(cap("comprehensive", 1),)), *defended("深圳市"), *awarded("武汉市"))
    g = given(*full)
    with refused("C19-6"):
        g.when("2022-02-01", proposes("深圳市"))
    award = g.ledger.events[-1]
    annulled = [e for e in g.ledger.events if e.topic in {"selection.proposed", award.topic}]
    for event in annulled:
        g.ledger.append([approval(Correction("annul", event.position), g.ledger.events)], g.ledger.now)
    assert g.when("2022-02-01", proposes("深圳市"))
    assert award in g.ledger.events


@proves("L-3", "holds")
def test_what_a_correction_moved_elsewhere_is_seen_there() -> None:
    """The amended score is another reviewer's; the first may score again."""
    g = given(*opened(), *passed_form("武汉市"), on("2021-06-12", scores("武汉市")))
    score = g.ledger.events[-1]
    with refused("L-1"):
        g.when("2021-06-13", scores("武汉市"))
    other = ScoreRecorded(case=case("武汉市"), reviewer="p-other", criterion="supply", points=9_000)
    amended = Correction("amend", score.position, replacing(other, "2021-06-12"))
    g.ledger.append([approval(amended, g.ledger.events)], g.ledger.now)
    assert g.when("2021-06-13", scores("武汉市"))


@proves("L-4", "refuses")
def test_another_day_than_today_is_given_by_the_ministry_from_a_document() -> None:
    with refused("L-4"):
        given(*opened()).when("2021-05-02", applies("武汉市", effective="2021-05-01"))
    g = given(*opened(), *applied("武汉市"))
    with refused("L-4"):
        g.when("2021-06-10", replace(form("武汉市"), effective="2021-06-09"))


@proves("L-4", "accepts")
def test_every_fact_has_two_times() -> None:
    g = given(*opened(), *applied("武汉市"))
    act = replace(form("武汉市"), effective="2021-06-09", basis=CIRCULAR)
    (event,) = g.recorded("2021-06-10", act)
    assert event.effective == "2021-06-09"
    assert event.recorded_at.date().isoformat() == "2021-06-10"


# ------------------------------------------------------------------- L-5, objections


OBJECTS = LodgeObjection(actor=city("昆明市"), case=case("武汉市"), words="数据不实", author="某单位")


def resolves(*, upheld: bool) -> ResolveObjection:
    return ResolveObjection(
        actor=MINISTRY, case=case("武汉市"), objection=1, upheld=upheld, reason="核查情况"
    )


OBJECTED = (*opened(), *on_notice("武汉市"), on("2021-11-08", OBJECTS))


@proves("L-5", "refuses")
def test_an_objection_blocks_the_award_until_it_is_resolved() -> None:
    with refused("L-5"):
        given(*OBJECTED, on("2021-11-15", closes("武汉市"))).when("2022-01-25", awards("武汉市"))


@proves("L-5", "refuses")
def test_upheld_the_subject_leaves_the_list() -> None:
    g = given(*OBJECTED, on("2021-11-10", resolves(upheld=True)), on("2021-11-15", closes("武汉市")))
    with refused("L-5"):
        g.when("2022-01-25", awards("武汉市"))
    with refused("L-5"):
        g.when("2022-01-25", notice("武汉市", until="2022-02-10"))


@proves("L-5", "accepts")
def test_rejected_it_blocks_nothing() -> None:
    rejected = on("2021-11-10", resolves(upheld=False))
    assert given(*OBJECTED, rejected, on("2021-11-15", closes("武汉市"))).when("2022-01-25", awards("武汉市"))


@proves("L-5", "accepts")
def test_an_objection_after_the_publicity_is_kept_and_blocks_nothing() -> None:
    g = given(*opened(), *noticed("武汉市"), on("2021-11-20", OBJECTS))
    assert g.ledger.events[-1].data["within"] is False
    assert g.when("2022-01-25", awards("武汉市"))


# ------------------------------------------------------------------- L-6, L-7


@proves("L-5", "refuses")
def test_an_objection_is_not_got_round_by_applying_again() -> None:
    retract = Retract(actor=city("武汉市"), case=case("武汉市"))
    with refused("L-5"):
        given(*OBJECTED).when("2021-11-09", retract)
    with refused("L-5"):
        given(*OBJECTED, on("2021-11-10", resolves(upheld=True))).when("2021-11-11", retract)
    assert given(*OBJECTED, on("2021-11-10", resolves(upheld=False))).when("2021-11-11", retract)


@proves("L-5", "accepts")
def test_the_first_and_the_last_day_are_days_of_notice() -> None:
    for day, within in (("2021-11-05", True), ("2021-11-12", True), ("2021-11-13", False)):
        (fact,) = given(*opened(), *on_notice("武汉市")).when(day, OBJECTS)
        assert fact.as_data()["within"] is within


@proves("L-3", "holds")
def test_no_number_is_given_twice_whatever_a_correction_makes_of_it() -> None:
    """Else what was done for the annulled one would stand for the new one."""
    g = given(*opened(), *reviewed("武汉市"))
    (application,) = [e for e in g.ledger.events if e.topic == "application.submitted"]
    g.ledger.append([approval(Correction("annul", application.position), g.ledger.events)], g.ledger.now)
    (fact,) = g.when("2021-08-01", applies("武汉市"))
    assert fact.as_data()["case"] == case("武汉市") + "/2"

    g = given(*OBJECTED)
    g.when("2021-11-08", replace(OBJECTS, words="其二"))
    first = next(e for e in g.ledger.events if e.topic == "objection.lodged")
    g.ledger.append([approval(Correction("annul", first.position), g.ledger.events)], g.ledger.now)
    (third,) = g.when("2021-11-09", OBJECTS)
    assert third.as_data()["objection"] == 3


@proves("L-6", "holds")
def test_a_title_known_from_its_announcement_has_no_case_to_judge() -> None:
    known = designation("武汉市", "2021")
    g = given(*opened(), stands(known, "2022-01-25"))
    with refused("H-2"):
        g.when("2022-02-01", form("武汉市"))
    report = ReportProgress(actor=city("武汉市"), designation=known.designation, kind="regular")
    assert g.when("2022-06-01", report), "what comes after the announcement is recorded"


@proves("L-7", "refuses")
def test_a_reviewer_does_not_score_a_subject_of_their_own_province() -> None:
    g = given(*opened(), *passed_form("武汉市"))
    for home in ("cn:420000", "cn:420600"):
        with refused("L-7"):
            g.when("2021-06-12", scores("武汉市", by=Actor("p-local", "reviewer", home)))


@proves("L-7", "refuses")
def test_a_reviewer_does_not_score_what_they_have_an_interest_in() -> None:
    interest = DeclareInterest(actor=EXPERT, case=case("武汉市"), explanation="曾任顾问")
    g = given(*opened(), *passed_form("武汉市", "昆明市"), on("2021-06-11", interest))
    with refused("L-7"):
        g.when("2021-06-12", scores("武汉市"))
    assert g.when("2021-06-12", scores("昆明市")), "another subject is theirs to score"
    g.when("2021-06-13", Retract(actor=city("武汉市"), case=case("武汉市")))
    g.when("2021-06-14", applies("武汉市"))
    again = case("武汉市") + "/2"
    g.when("2021-06-15", replace(recommends("武汉市", "2021-06-15"), case=again))
    g.when("2021-06-16", replace(form("武汉市"), case=again))
    with refused("L-7"):  # the interest is in the subject, not in one application
        g.when("2021-06-17", replace(scores("武汉市"), case=again))


@proves("L-7", "accepts")
def test_a_reviewer_of_another_province_or_of_none_scores() -> None:
    g = given(*opened(), *passed_form("武汉市"))
    assert g.when("2021-06-12", scores("武汉市"))
    assert g.when("2021-06-12", scores("武汉市", by=Actor("p-2", "reviewer", "independent")))


# ------------------------------------------------------------------- L-9, L-10


PILOT = designation("株洲市", "batch-1", programme="pilot-2013", category="pilot")
OUTSIDE = Document(number="湘工信〔2014〕1号")


@proves("L-9", "refuses")
def test_where_the_text_gives_no_ground_a_withdrawal_names_the_outside_document() -> None:
    act = Withdraw(actor=MINISTRY, basis=OUTSIDE, designation=PILOT.designation, ground="outside")
    g = given(stands(PILOT, "2013-12-31"))
    for wrong in (replace(act, basis=None), replace(act, ground="1")):
        with refused("L-9"):
            g.when("2015-06-01", wrong)


@proves("L-9", "accepts")
def test_a_withdrawal_outside_the_text_is_shown_as_such() -> None:
    act = Withdraw(actor=MINISTRY, basis=OUTSIDE, designation=PILOT.designation, ground="outside")
    (fact,) = given(stands(PILOT, "2013-12-31")).when("2015-06-01", act)
    assert "办法文本之外的依据（L-9）" in tell(fact, "2015-06-01", OUTSIDE, SHIPPED).chinese


@proves("L-10", "holds")
def test_no_title_excludes_or_conditions_another() -> None:
    others = (
        stands(designation("武汉市", "batch-1", programme="pilot-2013"), "2013-12-31"),
        stands(designation("武汉市", "2015", programme="demo-2015"), "2015-12-31"),
        stands(designation("武汉市", "2019"), "2020-01-01"),
    )
    *_, last = given(*others, *opened(), *awarded("武汉市")).ledger.events
    assert last.topic == DesignationAwarded.topic
    assert judged(last, "readings") == ["Q-19"], "no more than that the title has no end"


# ------------------------------------------------------------------- L-8, L-11


@proves("L-11", "refuses")
def test_a_parameter_names_its_source() -> None:
    nameless = Document(issuer="工业和信息化部")
    for parameters in (
        Parameters(deadline=Deadline("2021-06-30")),
        Parameters(publicity=Publicity(5, nameless)),
        Parameters(caps=(replace(cap("comprehensive", 3), source=None),)),
        Parameters(criteria=(Criterion("supply", "供给", 100, 100),)),
    ):
        with refused("L-11"):
            given().when("2021-03-01", replace(opens(), parameters=parameters))
    twice = (cap("comprehensive", 3), cap("comprehensive", 4))
    for caps in ((cap("tourism", 3),), twice):
        with refused("L-11"):
            given().when("2021-03-01", opens(caps=caps))
    with refused("L-11"):  # the round opens later
        later = replace(opens(), effective="2021-12-01")
        given(on("2021-03-01", later)).when("2021-05-01", applies("武汉市"))


DEADLINE = Deadline("2021-05-31", CIRCULAR)


@proves("L-11", "refuses")
def test_what_is_sent_after_the_rounds_deadline_is_refused() -> None:
    """The direct applicant sends its application, the unit its recommendation."""
    g = given(*opened(deadline=DEADLINE), on("2021-05-01", applies("武汉市")))
    with refused("L-11"):
        g.when("2021-06-01", applies("深圳市"))
    with refused("L-11"):
        g.when("2021-06-01", recommends("武汉市"))


@proves("L-11", "accepts")
def test_the_last_day_is_included_and_what_was_received_later_is_shown() -> None:
    """Q-1"""
    g = given(*opened(deadline=DEADLINE))
    for day, name, received in (("2021-05-30", "大连市", "2021-06-04"), ("2021-05-31", "深圳市", None)):
        act = applies(name)
        if received:
            act = replace(act, actor=MINISTRY, basis=LETTER, received_on=received)
        (event,) = g.recorded(day, act)
        assert judged(event, "readings") == ["Q-1"]
    assert g.when("2021-06-30", applies("武汉市")), "its unit sends it on, and is late"


@proves("L-11", "refuses")
def test_a_reading_may_exclude_the_last_day() -> None:
    reading = RecordReading(
        actor=MINISTRY,
        basis=CIRCULAR,
        of="city-2019",
        round="2021",
        point="Q-1",
        reading="截止日不含当日",
        choice="excluded",
    )
    g = given(*opened(deadline=DEADLINE), on("2021-03-02", reading))
    with refused("L-11"):
        g.when("2021-05-31", applies("深圳市"))


@proves("L-8", "holds")
def test_no_rule_judges_by_an_unset_deadline() -> None:
    (event,) = given(*opened()).recorded("2021-12-31", applies("深圳市"))
    assert judged(event, "unset") == ["deadline"]


@proves("L-8", "holds")
def test_a_reading_sets_what_was_unset() -> None:
    reading = RecordReading(
        actor=MINISTRY,
        basis=CIRCULAR,
        of="city-2019",
        round="2021",
        point="Q-1",
        reading="截止",
        parameters=Parameters(deadline=DEADLINE),
    )
    with refused("L-11"):
        given(*opened(), on("2021-03-02", reading)).when("2021-06-01", applies("深圳市"))


@proves("L-11", "refuses")
def test_a_score_is_by_the_rounds_criteria_and_within_their_points() -> None:
    criterion = Criterion("supply", "供给水平", 10_000, 3_000, CIRCULAR)
    g = given(*opened(criteria=(criterion,)), *passed_form("武汉市"))
    with refused("L-11"):
        g.when("2021-06-12", scores("武汉市", criterion="beauty"))
    with refused("L-11"):
        g.when("2021-06-12", scores("武汉市", 10_001))
    assert g.when("2021-06-12", scores("武汉市", 10_000))


FIVE_DAYS = Publicity(5, CIRCULAR)


@proves("L-11", "refuses")
def test_a_notice_is_no_shorter_than_the_round_sets() -> None:
    g = given(*opened(publicity=FIVE_DAYS), *proposed("武汉市"))
    with refused("L-11"):
        g.when("2021-11-05", notice("武汉市", until="2021-11-11"))
    with refused("L-11"):
        g.when("2021-11-05", notice("武汉市", working_days=4))


@proves("L-11", "accepts")
def test_five_working_days_from_friday_end_on_the_next_friday() -> None:
    g = given(*opened(publicity=FIVE_DAYS), *proposed("武汉市"))
    (event,) = g.recorded("2021-11-05", notice("武汉市", working_days=5))
    assert event.data["until"] == "2021-11-12"
    assert judged(event, "readings") == ["Q-9"]


@proves("L-11", "accepts")
def test_the_first_day_counts_where_a_reading_says_so() -> None:
    """Q-9"""
    reading = RecordReading(
        actor=MINISTRY,
        basis=CIRCULAR,
        of="city-2019",
        round="2021",
        point="Q-9",
        reading="首日计入",
        choice="first-day-counted",
    )
    g = given(*opened(publicity=FIVE_DAYS), on("2021-03-02", reading), *proposed("武汉市"))
    (event,) = g.recorded("2021-11-05", notice("武汉市", working_days=5))
    assert (event.data["until"], event.data["first_day_counted"]) == ("2021-11-11", True)


def test_publicity_opened_monday_2022_02_21_ends_02_28() -> None:
    g = given(*opened(), *proposed("武汉市"))
    (event,) = g.recorded("2022-02-21", notice("武汉市", working_days=5))
    assert event.data["until"] == "2022-02-28"


def test_publicity_opened_friday_2023_01_20_ends_wednesday_02_01() -> None:
    """01-28 and 01-29 are working days."""
    g = given(*opened(), *proposed("武汉市"))
    (event,) = g.recorded("2023-01-20", notice("武汉市", working_days=5))
    assert event.data["until"] == "2023-02-01"


@proves("L-11", "refuses")
def test_a_period_beyond_the_published_calendar_is_not_yet_determinable() -> None:
    g = given(*opened(), *proposed("武汉市"))
    with refused("L-11") as why:
        g.when("2031-02-21", notice("武汉市", working_days=5))
    assert "2031-04-11 suffices whatever it says" in why[0]
    assert g.when("2031-02-21", notice("武汉市", until="2031-03-01")), "a stated day needs none"


@proves("L-11", "refuses")
def test_where_no_calendar_is_published_yet_a_notice_lasts_as_long_as_any_could_ask() -> None:
    """The advice that is given works; a day less is not sure to suffice."""
    length = {"publicity": Publicity(5, Document(number="公示规定〔2021〕1号"))}
    g = given(*opened(**length), *proposed("武汉市"))
    with refused("L-11") as why:
        g.when("2031-12-26", notice("武汉市", until="2032-01-05"))
    (surely,) = re.findall(r"5 working days are over by (\S+), whatever it says", why[0])
    day_before = (date.fromisoformat(surely) - timedelta(days=1)).isoformat()
    with refused("L-11"):
        g.when("2031-12-26", notice("武汉市", until=day_before))
    assert g.when("2031-12-26", notice("武汉市", until=surely))


# ------------------------------------------------------------------- the kernel itself


def test_every_act_reads_by_narrow_tags_and_hears_of_corrections() -> None:
    """No selector without a tag, none without the corrections of what it asks for."""
    g = given(*HOLDER)
    day = noon(g.ledger.now.date()).date()
    for act in (applies("武汉市"), scores("武汉市"), awards("武汉市"), opens()):
        for item in boundary(act, day).items:
            assert len(item.tags) == 1
            assert not item.topics or "correction.approved" in item.topics


def test_every_command_is_declared_whole() -> None:
    for name, kind in COMMANDS.items():
        assert kind.name == name
        assert {may_carry_out(name, role) for role in ROLES} != {"-"}, name
        assert kind.__doc__, name
        assert issubclass(kind, Command)


def test_a_rule_sees_only_what_it_says_it_reads() -> None:
    g = given(*HOLDER)
    day = noon(g.ledger.now.date()).date()
    everything = Facts(tuple(believed(g.ledger.events)), day, day)
    shown = everything.only(Query(tuple(APPLICATIONS_OF_THE_CITY.query(applies("武汉市"), day))))
    assert {b.topic for b in shown.history} == {"application.submitted"}
