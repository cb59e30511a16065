"""2016年国家信息消费示范城市建设指南: every rule by its strength; the scenarios under their own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.commands import (
    ChooseForMonitoring,
    Commend,
    Reassess,
    RecordArrangement,
    ReportIndicator,
    ReportProgress,
    Withdraw,
)
from domain.events import ArrangementRecorded, decode
from domain.kernel import Document
from domain.programmes.guide_2016 import AREAS, who_works_with_the_city
from domain.subjects import subject
from tests.support.a_holder import CITY, HOLDER, TITLE
from tests.support.city_round import MINISTRY, amends, city
from tests.support.given import given, on, proves, refused
from tests.support.other_rounds import DECIDED, opens
from tests.support.owing import all_owed, owed
from tests.support.reading import told


def reports(kind: str, **more: Any) -> ReportProgress:
    return ReportProgress(
        actor=city(CITY),
        designation=TITLE,
        kind=kind,  # type: ignore[arg-type]
        year=2016,
        **more,
    )


def figure(indicator: str, value: int, unit: str = "%") -> ReportIndicator:
    return ReportIndicator(
        actor=city(CITY), designation=TITLE, indicator=indicator, value=value, unit=unit, period="2016-12"
    )


def arranges(kind: str, words: str = "市信息消费领导小组") -> RecordArrangement:
    return RecordArrangement(actor=city(CITY), designation=TITLE, kind=kind, words=words)  # type: ignore[arg-type]


# ------------------------------------------------------------------ 一, 二


@proves("C16-1", "records")
def test_figures_stand_beside_their_targets() -> None:
    """+ 20.0 Mbit/s counts as 20 or more; 50.0 % does not meet "over 50 %" """
    g = given(
        *HOLDER,
        on("2016-12-01", figure("broadband-20m", 5_000)),
        on("2016-12-02", figure("broadband-20m", 5_001)),
        on("2016-12-03", figure("access-rate", 20_000, "kbit/s")),
        on("2016-12-04", figure("fibre-coverage", 9_999)),
        on("2016-12-05", figure("open-data-share", 1_000)),
    )
    said = [told([event]) for event in g.ledger.events[1:]]
    assert "超过50%，未达到（C16-1）" in said[0]
    assert "超过50%，已达到（C16-1）" in said[1]
    assert "20M以上，已达到（C16-1）" in said[2]
    assert "（2016年末），未达到（C16-1）" in said[3]
    assert "持续提高（2016年末）（C16-1）" in said[4], "a rising share is shown, not judged"


@proves("C16-7", "records")
def test_reports_are_filed_under_six_areas() -> None:
    assert len(AREAS) == 6
    g = given(*HOLDER, on("2016-08-05", reports("half-year", areas=("culture", "innovation"))))
    assert "领域：新兴文化服务、大众创业万众创新（C16-7）" in told(g.ledger.events)


# ------------------------------------------------------------------ 三


@proves("C16-8", "owed", "records")
def test_coordination_tasks_goals_and_review_are_owed_with_no_date() -> None:
    g = given(*HOLDER, on("2016-03-01", arranges("division-of-tasks")))
    found = {what: o.state for (what, _), o in owed(g, TITLE, "2016-04-01").items() if o.rule == "C16-8"}
    assert found == {
        "coordination-body": "no-date-set",
        "division-of-tasks": "filed",
        "goals-and-plan": "no-date-set",
        "performance-review": "no-date-set",
    }


@proves("C16-2", "owed", "records")
def test_monitoring_figures_are_owed_with_no_interval() -> None:
    g = given(*HOLDER, on("2016-09-01", figure("broadband-20m", 5_200)))
    found = owed(g, TITLE, "2016-10-01")
    assert found["monitoring-figures", ""].state == "no-date-set"
    assert found["monitoring-figures", "broadband-20m"].state == "filed"


@proves("C16-2", "owed")
def test_a_city_that_holds_nothing_reports_no_figure() -> None:
    """− a monitoring figure from a city that holds nothing"""
    with refused("H-2"):
        given().when("2016-09-01", figure("broadband-20m", 5_200))
    assert owed(given(*HOLDER), TITLE, "2016-10-01")["monitoring-figures", ""].rule == "C16-2"


@proves("C16-6", "records")
def test_third_parties_are_named() -> None:
    g = given(*HOLDER, on("2016-07-20", arranges("entrusted-monitoring", "第三方监测机构")))
    assert "受托：第三方监测机构（C16-6）" in told(g.ledger.events)
    assert "C16-6" not in told(given(*HOLDER, on("2016-07-20", arranges("coordination-body"))).ledger.events)


@proves("C16-3", "records", "owed")
def test_a_half_year_report_in_early_august() -> None:
    """+ half-year report on 2016-08-05"""
    assert owed(given(*HOLDER), TITLE, "2016-08-01")["half-year-report", "2016"].state == "owed"
    g = given(*HOLDER, on("2016-08-05", reports("half-year", areas=("supply",))))
    found = owed(g, TITLE, "2016-09-01")["half-year-report", "2016"]
    assert (found.state, found.due.due, found.due.rests) == ("filed", date(2016, 8, 10), "Q-12")


@proves("C16-3", "late")
def test_a_half_year_report_late_in_august() -> None:
    """! on 2016-08-25 (late)"""
    g = given(*HOLDER, on("2016-08-25", reports("half-year", areas=("supply",))))
    found = owed(g, TITLE, "2016-09-01")["half-year-report", "2016"]
    assert (found.state, found.days_late) == ("late", 15)


@proves("C16-3", "records")
def test_a_report_of_the_year_without_typical_applications_is_incomplete() -> None:
    """! November report without typical applications (incomplete)"""
    g = given(*HOLDER, on("2016-11-25", reports("yearly", areas=("supply",))))
    found = owed(g, TITLE, "2016-12-01")["yearly-report", "2016"]
    assert (found.state, found.due.lacking) == ("incomplete", ("typical-applications",))
    whole = given(*HOLDER, on("2016-11-25", reports("yearly", areas=("supply",), applications=3)))
    assert owed(whole, TITLE, "2016-12-01")["yearly-report", "2016"].state == "filed"


@proves("C16-3", "records")
def test_what_was_missing_is_filed_later() -> None:
    g = given(
        *HOLDER,
        on("2016-11-25", reports("yearly", areas=("supply",))),
        on("2016-11-29", reports("yearly", areas=("supply",), applications=3)),
    )
    states = [o.state for o in all_owed(g, TITLE, "2016-12-01") if o.due.what == "yearly-report"]
    assert states == ["incomplete", "filed"]
    with refused("L-1"):
        g.when("2016-11-30", reports("yearly", areas=("supply",), applications=3))


@proves("C16-4", "owed")
def test_an_assessment_before_december_is_not_decembers() -> None:
    g = given(*HOLDER, on("2016-03-01", Reassess(actor=MINISTRY, designation=TITLE, passed=True)))
    assert owed(g, TITLE, "2016-12-15")["yearly-assessment", "2016"].state == "owed"


@proves("C16-3", "overdue")
def test_nothing_by_the_first_of_december() -> None:
    """! nothing by 12-01 (overdue)"""
    found = owed(given(*HOLDER), TITLE, "2016-12-01")
    assert (found["yearly-report", "2016"].state, found["yearly-report", "2016"].days_late) == ("overdue", 1)
    assert found["half-year-report", "2016"].state == "overdue"


@proves("C16-4", "owed", "overdue", "records", "late")
def test_the_assessment_of_december() -> None:
    assert owed(given(*HOLDER), TITLE, "2016-12-15")["yearly-assessment", "2016"].state == "owed"
    assert owed(given(*HOLDER), TITLE, "2017-01-02")["yearly-assessment", "2016"].state == "overdue"
    for day, state in (("2016-12-20", "filed"), ("2017-01-05", "late")):
        g = given(*HOLDER, on(day, Reassess(actor=MINISTRY, designation=TITLE, passed=True)))
        assert owed(g, TITLE, "2017-02-01")["yearly-assessment", "2016"].state == state


@proves("C16-5", "records")
def test_commendations_are_shown() -> None:
    act = Commend(actor=MINISTRY, designation=TITLE, kind="excellent-application", words="智慧社区")
    assert "表彰：智慧社区（C16-5）" in told(given(*HOLDER, on("2016-12-28", act)).ledger.events)


@proves("C16-9", "records")
def test_who_works_with_the_city() -> None:
    g = given(*HOLDER, on("2016-03-01", arranges("supervision", "省经信委会同省通信管理局")))
    assert "共同推进：省经信委会同省通信管理局（C16-9）" in told(g.ledger.events)
    assert "C16-9" not in told(given(*HOLDER, on("2016-03-01", arranges("coordination-body"))).ledger.events)


def test_the_xpcc_as_supervising_unit_is_not_named_by_the_text() -> None:
    """+ 湖北省, a separately planned city's department · ! the XPCC, a county: shown as not named"""
    for unit, is_named in (("cn:420000", True), ("cn:210200", True), ("xpcc", False), ("cn:421003", False)):
        act = replace(arranges("supervision", "会同通信管理局"), unit=unit)
        said = told(given(*HOLDER, on("2016-03-01", act)).ledger.events)
        assert f"监管单位{subject(unit).today.name}" in said
        assert ("本文未列名（C16-9）" in said) is not is_named


@pytest.mark.parametrize("nobody", ["cn:999999", "cn:100000", "project:none"])
def test_a_supervising_unit_that_is_nobody_is_refused_and_one_that_stands_is_told_by_its_id(
    nobody: str,
) -> None:
    act = replace(arranges("supervision", "会同通信管理局"), unit=nobody)
    with refused("H-2") as why:
        given(*HOLDER).when("2016-03-01", act)
    assert nobody in why[0]
    g = given(*HOLDER, on("2016-03-01", replace(act, unit="cn:420000")))
    arranged = next(e for e in g.ledger.events if e.topic == "arrangement.recorded")
    with refused("H-5", "L-2"):  # nobody is appointed
        g.when("2016-03-02", amends(arranged.position, data={"unit": "cn:999999"}))
    fact = decode(arranged.topic, {**arranged.data, "unit": "cn:999999"})
    assert isinstance(fact, ArrangementRecorded)
    told_ = who_works_with_the_city(fact)
    assert told_ is not None
    assert "监管单位cn:999999" in told_.chinese


CHOSEN_ONLY = {"Q-20": "chosen-only"}


@proves("C16-2", "owed", "records")
def test_each_city_owes_figures_or_the_chosen_ones_by_the_reading() -> None:
    """+ default: each owes · + chosen only: nobody until it is chosen, from that day on"""
    choose = ChooseForMonitoring(actor=MINISTRY, designation=TITLE, words="监测试运行")
    g = given(*HOLDER, on("2016-07-10", choose))
    assert "选取" in told(g.ledger.events)

    def of_monitoring(as_of: str, chosen: dict[str, str]) -> list[tuple[str, str, str]]:
        every = all_owed(g, TITLE, as_of, chosen)
        return [(o.due.of, o.state, o.due.rests) for o in every if o.due.what == "monitoring-figures"]

    assert of_monitoring("2016-07-09", {}) == of_monitoring("2016-07-10", {}) == [("", "no-date-set", "Q-20")]
    assert of_monitoring("2016-07-09", CHOSEN_ONLY) == []
    assert of_monitoring("2016-07-10", CHOSEN_ONLY) == [("chosen", "no-date-set", "Q-20")]
    g.when("2016-08-01", figure("broadband-20m", 5_000))
    for chosen in ({}, CHOSEN_ONLY):
        assert ("broadband-20m", "filed", "") in of_monitoring("2016-08-01", chosen)


def test_only_the_ministry_chooses_and_once() -> None:
    choose = ChooseForMonitoring(actor=MINISTRY, designation=TITLE)
    with refused("H-1"):
        given(*HOLDER).when("2016-07-10", replace(choose, actor=city(CITY)))
    with refused("L-1"):
        given(*HOLDER, on("2016-07-10", choose)).when("2016-07-11", choose)
    with refused("H-2"):
        given(*HOLDER).when("2016-07-10", replace(choose, designation="demo-2015/2015/cn:420100"))


# ------------------------------------------------------------------ what the guide does not say


@proves("L-9", "refuses", "accepts")
def test_the_guide_gives_no_ground_of_withdrawal() -> None:
    """− withdrawal "under the guide" (no ground) · ! with a document outside the text (L-9)"""
    act = Withdraw(actor=MINISTRY, designation=TITLE, ground="1", basis=Document(title="指南"))
    with refused("L-9"):
        given(*HOLDER).when("2017-03-01", act)
    outside = Withdraw(
        actor=MINISTRY, designation=TITLE, ground="outside", basis=Document(number="文外〔2017〕1号")
    )
    assert "文本之外的依据（L-9）" in told(given(*HOLDER, on("2017-03-01", outside)).ledger.events)


@proves("H-2", "refuses")
def test_the_guide_takes_no_applications() -> None:
    act = opens("pilot-2013", "2016", of="guide-2016", basis=DECIDED)
    with refused("H-2") as why:
        given().when("2016-01-05", act)
    assert "takes no applications" in why[0]
    assert all(o.rule.startswith("C16-") for o in all_owed(given(*HOLDER), TITLE, "2016-06-01"))
