"""工信厅信软函〔2019〕41号: every rule by its strength; the scenarios under their own words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from stdnum.cn import uscc

from domain.commands import (
    Admit,
    Apply,
    ConfirmCreditCode,
    RecordArrangement,
    RecordInspection,
    RecordSupport,
    ReportChange,
    Retract,
    ReviewFormally,
    Statement,
    Withdraw,
)
from domain.events import Cap, Entity, Parameters
from domain.judging import Refused
from domain.kernel import Actor, Document
from domain.programmes.project_2019 import NOTICE, PROJECT_2019, unit_of
from domain.subjects import find
from tests.support.city_round import MINISTRY, applies, opened
from tests.support.given import Given, given, judged, on, proves, refused
from tests.support.other_rounds import (
    LIST,
    PROJECTS_OPENED,
    applies_as_project,
    awarded_projects,
    awards,
    closes,
    closes_intake,
    listed_projects,
    notice,
    opens,
    project,
    proposes,
    recommended_projects,
    recommends_project,
    review,
    score,
    taken_projects,
)
from tests.support.owing import owed
from tests.support.reading import told

HELD = (*PROJECTS_OPENED, *awarded_projects(1))
TITLE = project(1)
CANCELLED = Document(number="工信厅信发函〔2020〕9号", published="2020-06-01")


def outcome(g: Given) -> dict[str, bool]:
    """Which projects the close of the intake took."""
    return {str(e.data["case"]): bool(e.data["taken"]) for e in g.ledger.events if e.topic == "intake.closed"}


def entity(**more: Any) -> Entity:
    return replace(Entity("企业1", "项目1", "company", find("武汉市").id), **more)


# ------------------------------------------------------------------ 二(一)


@proves("J19-1", "refuses")
def test_a_branch_with_a_valid_code_is_refused() -> None:
    """− a branch (分公司) with a valid code"""
    with refused("J19-1") as why:
        given(*PROJECTS_OPENED).when("2019-03-20", applies_as_project(1, entity=entity(legal_form="branch")))
    assert why == ["branch: no independent legal person"]


@proves("J19-1", "accepts")
def test_a_university_is_accepted() -> None:
    """+ a university (12…)"""
    body = "12420000MA4K00001"
    id_ = f"project:{body}{uscc.calc_check_digit(body)}/1"
    act = applies_as_project(1, subject=id_, entity=entity(legal_form="public-institution"))
    act = replace(act, actor=replace(act.actor, unit=id_.rpartition("/")[0]))
    assert given(*PROJECTS_OPENED).when("2019-03-20", act)


@proves("J19-1", "refuses")
def test_a_code_that_is_none_a_city_and_what_is_registered_abroad() -> None:
    g = given(*PROJECTS_OPENED)
    for code in ("91420100MA4K0000", "91420100MA4K00001UU", "91420100MA4K0000IU"):
        with pytest.raises(Refused):
            g.when("2019-03-20", of_code(code))
    for code in ("ABABABABABABABABAB", "91ABCDEFMA2XN00000"):
        with refused("J19-1"):
            g.when("2019-03-20", of_code(code))
    with refused("J19-1") as why:
        g.when("2019-03-20", of_code("92420100MA4K00001U"))
    assert why == ["'92420100MA4K00001U' is a sole trader's code, not a legal person's"]
    with refused("J19-1"):
        g.when("2019-03-20", applies_as_project(1, entity=entity(mainland=False)))
    act = applies_as_project(1)
    city = replace(act, subject="cn:420100", entity=None, actor=replace(act.actor, unit="cn:420100"))
    with refused("J19-1") as why:
        g.when("2019-03-20", city)
    assert "names its legal entity" in why[0]


def of_code(code: str) -> Apply:
    id_ = f"project:{code}"
    act = applies_as_project(1, subject=f"{id_}/1")
    return replace(act, actor=replace(act.actor, unit=id_))


@proves("J19-1", "accepts", "refuses")
def test_a_failed_check_digit_is_shown_until_it_is_confirmed_from_a_document() -> None:
    """+ codes as they were given before 2016 · ! shown · − confirmed without a document, twice, or though the
    digit is right"""
    early = "913502007617152306"  # of the form; by the rule its last digit would be another
    confirm = ConfirmCreditCode(
        actor=MINISTRY, basis=Document(title="营业执照"), case=f"project-2019/2019/project:{early}/1"
    )
    for code in (early, "91350200MA2XN0001A", "12350200426600000F"):
        assert not uscc.is_valid(code)
        (event,) = given(*PROJECTS_OPENED).recorded("2019-03-20", of_code(code))
        assert judged(event, "unset") == ["check-digit"]
    g = given(*PROJECTS_OPENED, on("2019-03-20", of_code(early)))
    with refused("H-3"):
        g.when("2019-03-21", replace(confirm, basis=None))
    with refused("H-1"):
        g.when("2019-03-21", replace(confirm, actor=Actor("p-42", "provincial-unit", "cn:420000")))
    (confirmed,) = g.recorded("2019-03-21", confirm)
    assert f"确认统一社会信用代码{early}" in told([confirmed])
    with refused("L-1"):
        g.when("2019-03-22", confirm)
    (after,) = g.recorded("2019-03-25", recommends_project(1, 1, case=confirm.case))
    assert judged(after, "unset") == []
    again = replace(of_code(early), subject=f"project:{early}/2")
    (second,) = g.recorded("2019-03-26", again)
    assert judged(second, "unset") == [], "the code is the entity's, whichever its project"
    right = given(*PROJECTS_OPENED, on("2019-03-20", applies_as_project(1)))
    with refused("J19-1"):
        right.when("2019-03-21", replace(confirm, case=TITLE))


@proves("J19-13", "records")
def test_other_conditions_are_stated_for_the_experts() -> None:
    act = applies_as_project(1, conditions=(Statement(1, "技术实力较强"),))
    g = given(*PROJECTS_OPENED, on("2019-03-20", act))
    assert "其他条件已说明1项（J19-13）" in told(g.ledger.events)


# ------------------------------------------------------------------ 二(二)


@proves("J19-2", "refuses", "accepts")
def test_one_project_is_of_exactly_one_of_ten_directions() -> None:
    """− one project in two directions"""
    g = given(*PROJECTS_OPENED)
    for fields in (("1", "2"), (), ("11",)):
        with refused("J19-2"):
            g.when("2019-03-20", replace(applies_as_project(1), fields=fields))
    with refused("J19-2"):
        g.when("2019-03-20", replace(applies_as_project(1), category="special"))
    (event,) = g.recorded("2019-03-20", applies_as_project(1))
    assert "Q-7" in judged(event, "readings")
    assert len(PROJECT_2019.fields) == 10


@proves("J19-2", "refuses")
def test_listed_is_the_direction_that_was_applied_in() -> None:
    g = given(*PROJECTS_OPENED, *[s for s in listed_projects(1) if s.day < "2019-06-01"])
    for fields in (("2",), (), ("1", "2")):
        with refused("J19-2"):
            g.when("2019-06-01", proposes("project", TITLE, fields=fields))
    g = given(*PROJECTS_OPENED, *listed_projects(1))
    award = awards("project", TITLE, basis=LIST, fields=("1",))
    with refused("J19-2"):
        g.when("2019-09-01", replace(award, honours=(replace(award.honours[0], title="X"),)))


@proves("J19-1", "refuses")
def test_a_seat_is_a_place_of_the_mainland() -> None:
    g = given(*PROJECTS_OPENED)
    for seat in ("cn:810000", "miit", "cn:710000"):
        act = replace(applies_as_project(1), entity=entity(seat=seat), unit=seat)
        with refused("J19-1"):
            g.when("2019-03-20", act)


@proves("H-2", "refuses")
def test_a_city_names_no_entity() -> None:
    """Else its province would be what it says."""
    with refused("H-2") as why:
        given(*opened()).when("2021-05-01", applies("武汉市", entity=entity(seat="cn:110000")))
    assert "names no entity" in why[0]


@proves("J19-12", "refuses")
def test_a_central_enterprise_comes_through_its_unit_too() -> None:
    """− direct application by a central enterprise"""
    with refused("J19-12"):
        given(*PROJECTS_OPENED).when(
            "2019-03-20", replace(applies_as_project(1), channel="direct", unit=None)
        )


@proves("J19-12", "refuses", "accepts")
def test_the_seat_as_recorded_says_which_unit() -> None:
    assert unit_of(find("大连市").id) == find("大连市").id
    assert unit_of(find("青岛市黄岛区").id) == find("青岛市").id
    assert unit_of(find("石河子市").id) == "xpcc"
    g = given(*PROJECTS_OPENED)
    with refused("J19-12"):
        g.when("2019-03-20", replace(applies_as_project(1, "深圳市"), unit="cn:440000"))
    (event,) = g.recorded("2019-03-20", applies_as_project(1, "深圳市"))
    assert f"seat:{find('深圳市').id}" in event.tags


@proves("J19-12", "refuses")
def test_another_unit_does_not_put_it_forward_and_nobody_before_its_check() -> None:
    g = given(*PROJECTS_OPENED, on("2019-03-20", applies_as_project(1)))
    with refused("J19-12"):
        g.when("2019-03-25", recommends_project(1, 1, reviewed_on=None))
    with refused("J19-12", "J19-5"):
        g.when("2019-04-20", review(project(1)))
    with refused("H-1"):
        g.when("2019-03-25", recommends_project(1, 1, "长沙市"))


# ------------------------------------------------------------------ 二(三)


@proves("J19-3", "accepts")
def test_ten_and_two_of_jiangsu() -> None:
    """+ 江苏 10 + 2"""
    g = given(
        *PROJECTS_OPENED,
        *recommended_projects(*range(1, 11), seat="南京市"),
        *recommended_projects(11, 12, seat="南京市", direction="10"),
        on("2019-04-08", closes_intake("江苏省")),
    )
    assert list(outcome(g).values()) == [True] * 12


@proves("J19-3", "accepts")
def test_twelve_of_directions_one_to_nine_ten_are_taken_two_over() -> None:
    """! 江苏 12 of directions 1–9: 10 taken, 2 over"""
    g = given(
        *PROJECTS_OPENED,
        *recommended_projects(*range(1, 13), seat="南京市"),
        on("2019-04-08", closes_intake("江苏省")),
    )
    assert list(outcome(g).values()) == [True] * 10 + [False] * 2
    over = g.ledger.events[-1]
    assert (over.data["places"], over.data["order"]) == (10, 12)
    assert "超额，限额10" in told([over])


@proves("J19-3", "refuses")
def test_nobody_moves_up_beyond_the_cap() -> None:
    g = given(*PROJECTS_OPENED, *taken_projects(*range(1, 12)))
    admit = Admit(actor=MINISTRY, case=project(11), unit="cn:420000", reason="递补")
    with refused("J19-3") as why:
        g.when("2019-05-01", admit)
    assert why == ["project-2019/2019/cn:420000/1-9: 10 of 10 places taken"]
    g.when("2019-05-02", retracts(3))
    assert g.when("2019-05-03", admit), "! after the close: by decision only"


@proves("J19-4", "accepts")
def test_guangdong_and_shenzhen_side_by_side() -> None:
    """+ 广东 12 and 深圳 6 side by side"""
    g = given(
        *PROJECTS_OPENED,
        *recommended_projects(*range(1, 11), seat="广州市"),
        *recommended_projects(11, 12, seat="广州市", direction="10"),
        *recommended_projects(*range(21, 26), seat="深圳市"),
        *recommended_projects(26, seat="深圳市", direction="10"),
        on("2019-04-08", closes_intake("广东省")),
        on("2019-04-08", closes_intake("深圳市")),
    )
    assert list(outcome(g).values()) == [True] * 18


@proves("J19-4", "accepts")
def test_the_second_experience_centre_of_the_xpcc_is_over_quota() -> None:
    """! XPCC 5 + 2: the second experience centre over quota"""
    g = given(
        *PROJECTS_OPENED,
        *recommended_projects(*range(1, 6), seat="石河子市"),
        *recommended_projects(6, 7, seat="石河子市", direction="10"),
        on("2019-04-08", closes_intake("新疆生产建设兵团")),
    )
    assert list(outcome(g).values()) == [True] * 6 + [False]


@proves("J19-4", "refuses")
def test_a_single_citys_cap_holds_after_the_close() -> None:
    g = given(
        *PROJECTS_OPENED,
        *recommended_projects(*range(1, 7), seat="大连市"),
        on("2019-04-08", closes_intake("大连市")),
    )
    act = Admit(actor=MINISTRY, case=project(6), unit=find("大连市").id, reason="递补")
    with refused("J19-4"):
        g.when("2019-05-01", act)


def retracts(number: int) -> Retract:
    return Retract(actor=applies_as_project(number).actor, case=project(number))


@proves("J19-5", "accepts")
def test_one_retracted_before_the_close_lets_the_next_move_up() -> None:
    """+ no. 3 retracted before the close: the next moves up"""
    g = given(
        *PROJECTS_OPENED,
        *recommended_projects(*range(1, 12)),
        on("2019-03-30", retracts(3)),
        on("2019-04-08", closes_intake()),
    )
    assert outcome(g) == {project(n): True for n in (1, 2, *range(4, 12))}


@proves("J19-5", "refuses")
def test_after_the_close_by_decision_only() -> None:
    """! after the close: by decision only"""
    g = given(*PROJECTS_OPENED, *taken_projects(*range(1, 12)), on("2019-05-02", retracts(3)))
    with refused("J19-5"):
        g.when("2019-05-10", review(project(11)))
    g.when("2019-05-11", Admit(actor=MINISTRY, case=project(11), unit="cn:420000", reason="递补"))
    assert g.when("2019-05-12", review(project(11)))


@proves("J19-5", "refuses")
def test_an_over_quota_project_is_not_scored() -> None:
    """− a score for an over-quota project"""
    g = given(*PROJECTS_OPENED, *taken_projects(*range(1, 12)))
    with refused("J19-5") as why:
        g.when("2019-05-10", score(project(11)))
    assert why == [f"{project(11)}: over the quota of its unit"]
    with refused("J19-5"):
        g.when("2019-05-10", ReviewFormally(actor=MINISTRY, case=project(11), passed=True))


@proves("J19-5", "refuses")
def test_the_units_numbers_are_unique_and_nothing_comes_after_the_close() -> None:
    g = given(*PROJECTS_OPENED, *(on("2019-03-20", applies_as_project(n)) for n in (1, 2, 3)))
    g.when("2019-03-25", recommends_project(1, 1))
    with refused("J19-5"):
        g.when("2019-03-25", recommends_project(2, 1))
    with refused("J19-5"):
        g.when("2019-03-25", replace(recommends_project(2, 1), order=None))
    with refused("J19-5"):
        g.when("2019-04-04", closes_intake())
    g.when("2019-04-08", closes_intake())
    with refused("J19-5", "J19-6"):
        g.when("2019-04-09", recommends_project(2, 2))
    with refused("L-1"):
        g.when("2019-04-09", closes_intake())


@proves("J19-3", "accepts")
def test_a_rounds_own_document_sets_its_cap() -> None:
    more = Parameters(caps=(Cap("province/1-9", 1, NOTICE),))
    g = given(
        on("2019-03-05", opens("project-2019", "2019", parameters=more)),
        *recommended_projects(1, 2),
        on("2019-04-08", closes_intake()),
    )
    assert list(outcome(g).values()) == [True, False]


# ------------------------------------------------------------------ 二(四), 三


@proves("J19-7", "refuses")
def test_no_award_without_publicity() -> None:
    """− award without publicity"""
    g = given(*PROJECTS_OPENED, *[s for s in listed_projects(1) if s.day < "2019-06-03"])
    with refused("J19-7"):
        g.when("2019-09-01", awards("project", TITLE, basis=LIST, fields=("1",)))


@proves("J19-7", "refuses")
def test_step_by_step() -> None:
    g = given(*PROJECTS_OPENED, *taken_projects(1))
    with refused("J19-7"):
        g.when("2019-05-10", proposes("project", TITLE, fields=("1",)))
    g.when("2019-05-10", review(TITLE))
    with refused("J19-7"):
        g.when("2019-05-11", score(TITLE))
    with refused("J19-7"):
        g.when("2019-05-11", notice(TITLE))
    g.when("2019-06-01", proposes("project", TITLE, fields=("1",)))
    g.when("2019-06-03", notice(TITLE))
    with refused("J19-7"):
        g.when("2019-06-05", closes(TITLE))
    g.when("2019-06-12", closes(TITLE))
    with refused("J19-7"):
        g.when("2019-09-01", awards("project", TITLE, basis=replace(LIST, published=None), fields=("1",)))


@proves("J19-7", "accepts")
def test_a_project_from_application_to_title() -> None:
    g = given(*HELD)
    award = g.ledger.events[-1]
    assert "Q-19" in judged(award, "readings"), "a title without end"
    assert award.data["province"] == "cn:420000"
    assert award.data["holder"] == "企业1：项目1"
    assert "授予企业1：项目1“新型信息消费示范项目”称号" in told([award])


@proves("J19-6", "accepts")
def test_sent_on_the_fourth_of_april() -> None:
    """+ sent 2019-04-04"""
    g = given(*PROJECTS_OPENED, on("2019-03-20", applies_as_project(1)))
    (event,) = g.recorded("2019-04-04", recommends_project(1, 1))
    assert "Q-1" in judged(event, "readings")


@proves("J19-6", "refuses")
def test_late_without_its_report_or_without_its_letter() -> None:
    g = given(*PROJECTS_OPENED, *(on("2019-03-20", applies_as_project(n)) for n in (1, 2)))
    with refused("J19-6"):
        g.when("2019-03-20", applies_as_project(3, materials=()))
    with refused("J19-6"):
        g.when("2019-03-25", recommends_project(1, 1, basis=None))
    with refused("J19-6"):
        g.when("2019-04-05", recommends_project(1, 1))


# ------------------------------------------------------------------ 方案五


@proves("J19-8", "owed", "records")
def test_the_unit_follows_up() -> None:
    assert owed(given(*HELD), TITLE, "2020-01-01")["follow-up", ""].state == "no-date-set"
    act = RecordArrangement(
        actor=MINISTRY, basis=CANCELLED, designation=TITLE, kind="follow-up", words="省厅跟踪检查"
    )
    assert owed(given(*HELD, on("2020-01-05", act)), TITLE, "2020-02-01")["follow-up", ""].state == "filed"


def inspection(*, passed: bool) -> RecordInspection:
    return RecordInspection(actor=MINISTRY, designation=TITLE, carried_out_by="第三方机构", passed=passed)


@proves("J19-9", "owed", "records")
def test_third_parties_inspect() -> None:
    what = ("third-party-inspection", "")
    assert owed(given(*HELD), TITLE, "2020-01-01")[what].state == "no-date-set"
    g = given(*HELD, on("2020-01-05", inspection(passed=True)))
    assert owed(g, TITLE, "2020-02-01")[what].state == "filed"


@proves("J19-10", "owed", "records")
def test_a_liquidation_is_reported_and_the_title_stays_marked() -> None:
    """! bankruptcy liquidation reported: the title stays, marked"""
    act = ReportChange(
        actor=applies_as_project(1).actor, designation=TITLE, kind="liquidation", words="破产清算"
    )
    g = given(*HELD, on("2020-03-01", act))
    assert owed(g, TITLE, "2020-04-01")["major-change-report", "liquidation"].state == "filed"
    assert owed(g, TITLE, "2020-04-01")["major-change-report", ""].state == "no-date-set"
    assert "报备破产清算（2020-03-01），称号不变" in told(g.ledger.events)


def cancels(ground: str, **more: Any) -> Withdraw:
    return Withdraw(actor=MINISTRY, basis=CANCELLED, designation=TITLE, ground=ground, **more)


@proves("J19-11", "refuses")
def test_a_liquidation_alone_cancels_nothing() -> None:
    """− cancelled for it alone"""
    with refused("J19-11"):
        given(*HELD).when("2020-06-01", cancels("liquidation"))


@proves("J19-11", "refuses", "accepts")
def test_failed_inspection_needs_one_on_record() -> None:
    """− "failed inspection" without one on record"""
    with refused("J19-11"):
        given(*HELD).when("2020-06-01", cancels("1"))
    later = replace(inspection(passed=False), passed=None)
    seen = given(*HELD, on("2020-05-01", inspection(passed=False)), on("2020-05-20", later))
    assert seen.when("2020-06-01", cancels("1")), "a visit without a verdict hides none"
    g = given(*HELD, on("2020-05-01", inspection(passed=True)))
    with refused("J19-11"):
        g.when("2020-06-01", cancels("1"))
    g.when("2020-06-02", inspection(passed=False))
    assert g.when("2020-06-03", cancels("1"))


@proves("J19-11", "refuses", "accepts")
def test_the_open_ground_names_its_act_and_is_circulated() -> None:
    """+ ground 4 with the act named"""
    with refused("J19-11"):
        given(*HELD).when("2020-06-01", cancels("4"))
    with refused("J19-11"):
        act = replace(cancels("4", act="骗取补贴"), basis=replace(CANCELLED, published=None))
        given(*HELD).when("2020-06-01", act)
    assert given(*HELD).when("2020-06-01", cancels("4", act="骗取补贴"))
    assert given(*HELD).when("2020-06-01", cancels("3"))


@proves("J19-14", "records")
def test_supports_are_shown() -> None:
    act = RecordSupport(actor=MINISTRY, designation=TITLE, kind="case-collection", words="典型案例集")
    assert "支持：典型案例集（J19-14）" in told(given(*HELD, on("2020-02-01", act)).ledger.events)
