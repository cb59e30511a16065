"""工信厅规函〔2022〕320号: every rule by its strength; the scenarios under their own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.commands import (
    Candidate,
    Debar,
    DecideTie,
    GrantException,
    LodgeObjection,
    OpenPublicity,
    ProposeSelection,
    RecordBonus,
    RecordReading,
    RecordSupport,
    Refer,
    ResolveObjection,
    Supplement,
    Withdraw,
)
from domain.dates import a_day
from domain.events import (
    ApplicationSubmitted,
    ApprovalRecorded,
    Consent,
    Floor,
    Indicator,
    Parameters,
    ReviewConcluded,
    RoundOpened,
    ScoreRecorded,
    SelectionProposed,
    Statistic,
)
from domain.history import believed
from domain.kernel import Actor, Document
from domain.programmes.incentive_2022 import unit_of
from domain.rules import Facts
from domain.subjects import find
from domain.terms import Terms
from tests.support.a_ranking import EAST, POINTS, THE_TEN, WESTERN, incident
from tests.support.city_round import MINISTRY, city
from tests.support.given import given, judged, on, proves, refused, stands
from tests.support.other_rounds import (
    CONSENT,
    FIVE,
    FORMS,
    PRAISED,
    SELECTED,
    applies_for,
    approves,
    awards,
    closes,
    incentive,
    notice,
    on_notice,
    opened_incentives,
    opens,
    proposes,
    put_forward,
    puts_forward,
    ranked,
    review,
    score,
    selected,
)
from tests.support.reading import told

DAY = date(2022, 12, 31)
OPEN = opened_incentives("industry", "digital")
CASES = tuple(map(incentive, THE_TEN))


def exception(rule: str, name: str) -> GrantException:
    return GrantException(actor=MINISTRY, basis=SELECTED, entry=incentive(name), rule=rule, reason="另有决定")


# ------------------------------------------------------------------ 通知


@proves("I22-1", "accepts")
def test_qingdao_of_shandong_for_industry_and_weifang_for_digital() -> None:
    """+ 山东: 青岛 for industry · + 潍坊 for digital"""
    g = given(
        *OPEN, on("2022-12-05", applies_for("青岛市")), on("2022-12-05", applies_for("潍坊市", "digital"))
    )
    assert g.when("2022-12-20", puts_forward("青岛市"))
    assert g.when("2022-12-20", puts_forward("潍坊市", "digital"))


@proves("I22-1", "refuses")
def test_then_weifang_for_industry_is_one_too_many() -> None:
    """− then 潍坊 for industry (1 of 1: 青岛 counts in 山东)"""
    g = given(
        *OPEN,
        *(on("2022-12-05", applies_for(name)) for name in ("青岛市", "潍坊市")),
        on("2022-12-20", puts_forward("青岛市")),
    )
    with refused("I22-1") as why:
        g.when("2022-12-20", puts_forward("潍坊市"))
    assert why == [f"cn:370000: 1 put forward of 1 that may be: {incentive('青岛市')}"]


@proves("I22-2", "refuses")
def test_a_separately_planned_city_is_no_unit() -> None:
    """− 青岛's authority as a unit"""
    with refused("I22-2"):
        given(*OPEN).when("2022-12-05", applies_for("青岛市", unit=find("青岛市").id))
    with refused("I22-2"):
        given(*OPEN).when("2022-12-05", applies_for("青岛市", channel="direct", unit=None))


@proves("I22-2", "accepts")
def test_xinjiang_one_and_the_xpcc_one() -> None:
    """+ 新疆 1 and XPCC 1 both selected"""
    assert unit_of(find("石河子市").id) == "xpcc"
    points = {**POINTS, "克拉玛依市": 9_950, "石河子市": 9_940}
    names = ("克拉玛依市", "石河子市")
    g = given(*OPEN, *ranked(points), on("2023-02-10", proposes("industry", *map(incentive, names))))
    assert len([e for e in g.ledger.events if e.topic == "selection.proposed"]) == 2


@proves("I22-2", "refuses")
def test_nobody_is_reviewed_before_its_unit_puts_it_forward() -> None:
    g = given(*OPEN, on("2022-12-05", applies_for("成都市")))
    with refused("I22-2"):
        g.when("2022-12-20", puts_forward("成都市", reviewed_on=None))
    with refused("I22-2"):
        g.when("2023-01-10", score(incentive("成都市")))


@proves("I22-5", "refuses")
def test_a_serious_accident_bars_for_three_years_to_the_day() -> None:
    """− a city with a *serious* (重大) accident on 2020-06-13, until 2023-06-13"""
    for first, barred in (("2023-06-13", True), ("2023-06-14", False)):
        own = given(
            on("2022-12-04", incident("成都市", "2020-06-13")),
            *opened_incentives("industry", year="2023", day="2023-06-01"),
            on("2023-06-02", applies_for("成都市", year="2023")),
        )
        act = puts_forward("成都市", year="2023", reviewed_on=first, consent=replace(CONSENT, on=first))
        if barred:
            with refused("I22-5"):
                own.when(first, act)
        else:
            assert own.when(first, act)
    for happened, barred in (("2019-12-20", True), ("2019-12-19", False), ("2020-06-13", True)):
        g = given(
            *OPEN, on("2022-12-04", incident("成都市", happened)), on("2022-12-05", applies_for("成都市"))
        )
        if barred:
            with refused("I22-5"):
                g.when("2022-12-20", puts_forward("成都市"))
        else:
            assert g.when("2022-12-20", puts_forward("成都市"))


@proves("I22-5", "accepts")
def test_the_same_accident_in_another_district_of_the_municipality() -> None:
    """+ the same accident in another district of the municipality"""
    g = given(*OPEN, on("2022-12-04", incident("重庆市", "2020-06-13", place="重庆市江北区")))
    assert given(*OPEN, *put_forward("重庆市渝北区"))
    on("2022-12-05", applies_for("重庆市渝北区"))(g.ledger)
    assert g.when("2022-12-20", puts_forward("重庆市渝北区"))


@proves("I22-5", "refuses")
def test_a_part_of_the_citys_area_counts() -> None:
    g = given(
        *OPEN,
        on("2022-12-04", incident("成都市", "2021-06-13", place="成都市武侯区")),
        on("2022-12-05", applies_for("成都市")),
    )
    with refused("I22-5") as why:
        g.when("2022-12-20", puts_forward("成都市"))
    assert "serious incident (work-safety) of 2021-06-13 counts until 2024-06-13" in why[0]


@proves("I22-5", "refuses")
def test_an_accident_between_recommendation_and_selection() -> None:
    """− an accident between recommendation and selection"""
    g = given(*OPEN, *ranked({"成都市": 9_000}))
    g.when("2023-02-01", incident("成都市", "2023-01-20", "particularly-serious", "environmental"))
    with refused("I22-5"):
        g.when("2023-02-10", proposes("industry", incentive("成都市")))


@proves("I22-5", "accepts")
def test_the_grade_found_decides_and_one_not_found_yet_is_shown() -> None:
    """edge: 10 dead are 重大, 9 较大, 30 特别重大"""
    for grade, accepted in (
        ("larger", True),
        ("serious", False),
        ("particularly-serious", False),
        (None, True),
    ):
        g = given(
            *OPEN,
            on("2022-12-04", incident("成都市", "2021-06-13", grade)),
            on("2022-12-05", applies_for("成都市")),
        )
        if accepted:
            (event,) = g.recorded("2022-12-20", puts_forward("成都市"))
            assert "Q-14" in judged(event, "readings")
        else:
            with refused("I22-5"):
                g.when("2022-12-20", puts_forward("成都市"))


@proves("I22-5", "refuses")
def test_no_exception_for_an_accident() -> None:
    """− an exception for an accident"""
    with refused("H-2") as why:
        given(*OPEN).when("2022-12-05", exception("I22-5", "成都市"))
    assert "not a rule in principle" in why[0]
    assert "I22-18" in why[0]
    with refused("I22-5"):
        given(
            *OPEN, on("2022-12-04", incident("成都市", "2021-06-13")), on("2022-12-05", applies_for("成都市"))
        ).when("2022-12-20", puts_forward("成都市"))


@proves("I22-9", "accepts", "refuses")
def test_by_the_twenty_second_of_december() -> None:
    g = given(*OPEN, on("2022-12-05", applies_for("成都市")), on("2022-12-05", applies_for("西安市")))
    (event,) = g.recorded("2022-12-22", puts_forward("成都市"))
    assert "Q-1" in judged(event, "readings")
    with refused("I22-9"):
        g.when("2022-12-23", puts_forward("西安市"))


# ------------------------------------------------------------------ 第二 … 五条


FIGURE = Statistic(
    "规上工业增加值", 1_234, "亿元", "2022", "local-statistics", "checked", organ="成都市统计局"
)
PUBLISHED = replace(FIGURE, authority="national-statistics", standing="published", organ=None)


@proves("I22-20", "records")
def test_indicators_carry_the_year() -> None:
    g = given(*OPEN, on("2022-12-05", applies_for("成都市", statistics=(FIGURE,))))
    assert "指标所属期：2022（I22-20）" in told(g.ledger.events)


@proves("I22-19", "refuses", "accepts")
def test_digital_is_put_forward_jointly() -> None:
    """− digital from 四川 without its communications administration"""
    g = given(*OPEN, on("2022-12-05", applies_for("成都市", "digital")))
    with refused("I22-19"):
        g.when("2022-12-20", puts_forward("成都市", "digital", jointly_with=None))
    assert g.when("2022-12-20", puts_forward("成都市", "digital"))
    alone = given(*OPEN, on("2022-12-05", applies_for("石河子市", "digital")))
    (event,) = alone.recorded("2022-12-20", puts_forward("石河子市", "digital"))
    assert judged(event, "unset") == ["communications-administration"]


@proves("I22-3", "accepts")
def test_prefectures_leagues_and_districts_of_municipalities() -> None:
    """+ 渝北区 through 重庆 · + 延边州, 锡林郭勒盟 (contrast C19)"""
    names = ("重庆市渝北区", "延边朝鲜族自治州", "锡林郭勒盟", "石河子市")
    g = given(*OPEN, *put_forward(*names))
    (xpcc,) = [e for e in g.ledger.events if e.topic == "application.submitted" and e.data["unit"] == "xpcc"]
    assert judged(xpcc, "readings") == ["Q-13"]


@proves("I22-3", "refuses")
def test_a_county_level_city_is_refused_and_a_municipality_as_a_whole() -> None:
    """− 昆山"""
    with refused("I22-3"):
        given(*OPEN).when("2022-12-05", applies_for("昆山市"))
    with refused("I22-3"):
        given(*OPEN).when("2022-12-05", applies_for("重庆市"))


@proves("I22-3", "lifts")
def test_a_municipality_as_a_whole_by_exception() -> None:
    g = given(*OPEN, on("2022-12-04", exception("I22-3", "重庆市")))
    (event,) = g.recorded("2022-12-05", applies_for("重庆市"))
    assert judged(event, "exceptions") == [3]


@proves("I22-4", "refuses")
def test_ten_of_a_measure_and_no_third_measure() -> None:
    with refused("I22-4"):
        given(*OPEN).when("2022-12-05", applies_for("成都市", category="green"))
    with refused("I22-4"):
        given(*OPEN).when("2022-12-05", applies_for("成都市", category="digital"))
    g = given(*OPEN, *ranked(POINTS))
    eleven = (*THE_TEN, "郑州市")
    reasons = tuple(Candidate(case=incentive(n), category="industry", reason="兼顾") for n in eleven)
    with refused("I22-4") as why:
        g.when("2023-02-10", ProposeSelection(actor=MINISTRY, list="1", candidates=reasons))
    assert "industry: 10 of 10 places used" in why[0]


@proves("I22-4", "accepts")
def test_the_incentive_lasts_one_year() -> None:
    g = given(*OPEN, *ranked(POINTS), *selected(*THE_TEN))
    titles = [e for e in g.ledger.events if e.topic == "designation.awarded"]
    assert {(t.data["held_from"], t.data["held_until"]) for t in titles} == {("2023-05-10", "2024-05-10")}
    assert "Q-16" in judged(titles[0], "readings")


# ------------------------------------------------------------------ 第六、七条


@proves("I22-6", "refuses", "accepts", "lifts")
def test_each_basic_condition_is_stated() -> None:
    with refused("I22-6") as why:
        given(*OPEN).when("2022-12-05", applies_for("成都市", conditions=FIVE[:4]))
    assert why == ["of conditions 1 to 5 not stated: 5"]
    g = given(*OPEN, on("2022-12-04", exception("I22-6", "成都市")))
    (event,) = g.recorded("2022-12-05", applies_for("成都市", conditions=FIVE[:4]))
    assert judged(event, "exceptions") == [3]


@proves("I22-18", "refuses", "lifts", "accepts")
def test_a_social_event_is_refused_in_principle() -> None:
    """! a social event: refused in principle, lifted by exception"""
    steps = (
        *OPEN,
        on("2022-12-04", incident("成都市", "2021-06-13", None, "social")),
        on("2022-12-05", applies_for("成都市")),
    )
    with refused("I22-18"):
        given(*steps).when("2022-12-20", puts_forward("成都市"))
    g = given(*steps, on("2022-12-06", exception("I22-18", "成都市")))
    assert g.when("2022-12-20", puts_forward("成都市"))


# ------------------------------------------------------------------ 第八条


@proves("I22-7", "refuses", "accepts")
def test_the_provinces_consent_comes_before_the_submission() -> None:
    """− consent dated after the submission"""
    g = given(*OPEN, on("2022-12-05", applies_for("成都市")))
    late = Consent("四川省人民政府", "2022-12-21", CONSENT.document)
    wrong: tuple[dict[str, Any], ...] = (
        {"consent": late},
        {"consent": None},
        {"consent": replace(CONSENT, document=None)},
        {"materials": FORMS[:1]},
        {"basis": None},
    )
    for more in wrong:
        with refused("I22-7"):
            g.when("2022-12-20", puts_forward("成都市", **more))
    assert g.when("2022-12-20", puts_forward("成都市"))


@proves("I22-7", "refuses")
def test_the_report_is_handed_in() -> None:
    with refused("I22-7"):
        given(*OPEN).when("2022-12-05", applies_for("成都市", materials=()))


@proves("I22-7", "refuses", "accepts")
def test_the_government_of_the_units_province_consents() -> None:
    """− 成都市人民政府, a department, another province's · + 四川省政府, in full width · + 兵团"""
    g = given(*OPEN, on("2022-12-05", applies_for("成都市")))
    for by in ("成都市人民政府", "四川省商务厅", "四川省", "湖北省人民政府", "新疆生产建设兵团", "人民政府"):
        with refused("I22-7") as why:
            g.when("2022-12-20", puts_forward("成都市", consent=replace(CONSENT, by=by)))
        assert why == [f"the consent is of {by!r}, not of the government of the unit, '四川省人民政府'"]
    for by in ("四川省政府", "四川省 人民政府", "四川人民政府"):
        again = given(*OPEN, on("2022-12-05", applies_for("成都市")))
        assert again.when("2022-12-20", puts_forward("成都市", consent=replace(CONSENT, by=by)))
    xpcc = given(*OPEN, on("2022-12-05", applies_for("石河子市")))
    with refused("I22-7"):
        xpcc.when(
            "2022-12-20", puts_forward("石河子市", consent=replace(CONSENT, by="新疆维吾尔自治区人民政府"))
        )
    assert xpcc.when("2022-12-20", puts_forward("石河子市", consent=replace(CONSENT, by="兵团")))


@proves("I22-7", "refuses")
def test_a_consent_from_before_the_round_is_none_to_its_result() -> None:
    g = given(*OPEN, on("2022-12-05", applies_for("成都市")))
    with refused("I22-7") as why:
        g.when("2022-12-20", puts_forward("成都市", consent=replace(CONSENT, on="2022-12-01")))
    (said,) = why
    assert said.startswith("the consent is of 2022-12-01, before the round was opened on 2022-12-02: ")
    assert g.when("2022-12-20", puts_forward("成都市", consent=replace(CONSENT, on="2022-12-02")))


@proves("I22-7", "accepts")
def test_a_round_that_is_entered_late_was_opened_by_its_document() -> None:
    g = given(
        on("2022-12-12", opens("incentive-2022", "2022-industry")), on("2022-12-12", applies_for("成都市"))
    )
    act = puts_forward("成都市", reviewed_on="2022-12-12", consent=replace(CONSENT, on="2022-12-09"))
    assert g.when("2022-12-20", act), "its notice is of 12-02"


@proves("I22-19", "refuses", "accepts")
def test_the_communications_administration_of_the_province_joins() -> None:
    """− a commerce department, 成都's, 湖北's · + 四川省通信管理局, 四川通信管理局; for industry it may"""
    for measure in ("digital", "industry"):
        g = given(*OPEN, on("2022-12-05", applies_for("成都市", measure)))
        for other in ("四川省商务厅", "成都市通信管理局", "湖北省通信管理局", "通信管理局"):
            with refused("I22-19"):
                g.when("2022-12-20", puts_forward("成都市", measure, jointly_with=other))
        assert g.when("2022-12-20", puts_forward("成都市", measure, jointly_with="四川通信管理局"))


NAMED = Parameters(indicators=(Indicator("规上工业增加值", PRAISED),))


@proves("I22-8", "refuses", "accepts")
def test_figures_are_checked_or_published_by_statistics() -> None:
    good = (
        FIGURE,
        PUBLISHED,
        replace(PUBLISHED, authority=None, organ="国家统计局"),
        replace(PUBLISHED, organ="国家统计局四川调查总队"),
        replace(FIGURE, organ="四川省成都市统计局"),
    )
    (event,) = given(*OPEN).recorded("2022-12-05", applies_for("成都市", statistics=good))
    assert judged(event, "unset") == ["indicators"]
    for bad in (
        replace(PUBLISHED, authority="miit-statistics"),
        replace(PUBLISHED, authority="no-such-thing-statistics"),
        replace(PUBLISHED, authority="local-statistics"),
        replace(PUBLISHED, organ="成都市商务局"),
        replace(FIGURE, standing=None),
        replace(FIGURE, standing="recognised"),
        replace(FIGURE, organ=None),
        replace(FIGURE, organ="绵阳市统计局"),
        replace(FIGURE, organ="四川省统计局"),
        replace(FIGURE, organ="国家统计局成都调查队"),
    ):
        with refused("I22-8"):
            given(*OPEN).when("2022-12-05", applies_for("成都市", statistics=(bad,)))
    g = given(*OPEN, on("2022-12-05", applies_for("成都市")))
    with refused("I22-8"):
        g.when("2022-12-20", puts_forward("成都市", statistics=(replace(FIGURE, standing=None),)))


@proves("I22-8", "refuses", "accepts")
def test_an_indicator_of_the_system_is_checked_though_it_is_published() -> None:
    """− in the round's list, published only · + checked by 成都市统计局 · + another figure, published"""
    g = given(on("2022-12-02", opens("incentive-2022", "2022-industry", parameters=NAMED)))
    for name in ("规上工业增加值", "规上工业 增加值"):
        with refused("I22-8") as why:
            g.when("2022-12-05", applies_for("成都市", statistics=(replace(PUBLISHED, name=name),)))
        assert why == [f"{name}: an indicator of the statistical system, not checked by '成都市统计局'"]
    (event,) = g.recorded(
        "2022-12-05", applies_for("成都市", statistics=(FIGURE, replace(PUBLISHED, name="标准贡献")))
    )
    assert judged(event, "unset") == []


@proves("I22-8", "accepts")
def test_a_department_is_known_by_the_short_name_of_its_place() -> None:
    """恩施州统计局, 锡盟统计局, 第八师统计局"""
    for name, organ in (
        ("恩施土家族苗族自治州", "恩施州统计局"),
        ("延边朝鲜族自治州", "延边州统计局"),
        ("锡林郭勒盟", "锡盟统计局"),
        ("石河子市", "新疆生产建设兵团第八师统计局"),
        ("石河子市", "八师石河子市统计局"),
    ):
        figure = replace(FIGURE, organ=organ)
        assert given(*OPEN).when("2022-12-05", applies_for(name, statistics=(figure,)))


@proves("I22-8", "refuses")
def test_a_level_that_is_another_than_the_organs_is_refused() -> None:
    for figure in (
        replace(PUBLISHED, authority="provincial-statistics", organ="成都市统计局"),
        replace(PUBLISHED, authority="tax", organ="成都市统计局"),
        replace(FIGURE, authority="tax"),
    ):
        with refused("I22-8"):
            given(*OPEN).when("2022-12-05", applies_for("成都市", statistics=(figure,)))


@proves("L-11", "refuses")
def test_indicators_name_the_document_that_lists_them() -> None:
    with refused("L-11") as why:
        given().when(
            "2022-12-02",
            opens("incentive-2022", "2022-industry", parameters=Parameters(indicators=(Indicator("产值"),))),
        )
    assert why == ["'indicator:产值' names no document; without one it stays unset"]


@proves("I22-10", "refuses", "accepts")
def test_no_review_ends_without_the_committees_score() -> None:
    g = given(*OPEN, *put_forward("成都市"))
    with refused("I22-10"):
        g.when("2023-01-15", review(incentive("成都市")))
    g.when("2023-01-10", score(incentive("成都市")))
    assert g.when("2023-01-15", review(incentive("成都市")))
    with refused("I22-10"):
        g.when("2023-01-16", score(incentive("成都市"), criterion="more"))


@proves("I22-11", "refuses")
def test_a_departure_from_the_ranking_gives_its_reason() -> None:
    g = given(*OPEN, *ranked(POINTS))
    others = (*EAST[:7], "郑州市", *WESTERN)
    with refused("I22-11") as why:
        g.when("2023-02-10", proposes("industry", *map(incentive, others)))
    assert why == [f"{incentive('郑州市')} is not on the list by its rank, 9"]
    assert g.when("2023-02-10", proposes("industry", *map(incentive, others), reason="现场核实"))


@proves("I22-11", "refuses")
def test_approved_by_one_of_three_then_on_notice() -> None:
    g = given(*OPEN, *put_forward("成都市"))
    case = incentive("成都市")
    with refused("I22-11", "I22-13"):
        g.when("2023-02-10", approves("ministry-meeting", case))
    with refused("I22-11"):
        g.when("2023-02-10", notice(case))
    ten = given(*OPEN, *ranked(POINTS), on("2023-02-10", proposes("industry", *CASES)))
    with refused("I22-11"):
        ten.when("2023-02-15", approves("department", *CASES))
    with refused("I22-11"):
        ten.when("2023-02-20", notice(*CASES))


@proves("I22-11", "refuses", "accepts")
def test_five_working_days_of_publicity() -> None:
    """+ publicity opened Monday 2022-02-21 ends 02-28
    + opened Friday 2023-01-20 ends Wednesday 02-01 (01-28 and 01-29 are working days)"""
    for first, last in (("2022-02-21", "2022-02-28"), ("2023-01-20", "2023-02-01")):
        year = str(int(first[:4]) - 1)
        case = incentive("成都市", year=year)
        g = given(
            *opened_incentives("industry", year=year, day=f"{year}-12-02"),
            *put_forward("成都市", year=year),
            stands(SelectionProposed(case=case, list="1", category="industry"), first),
            stands(ApprovalRecorded(case=case, list="1", by="ministry-meeting"), first),
        )
        eve = (a_day(last) - timedelta(days=1)).isoformat()
        short = OpenPublicity(actor=MINISTRY, list="1", listed=(case,), where="门户网站", until=eve)
        with refused("I22-11"):
            g.when(first, short)
        (event,) = g.recorded(first, notice(case))
        assert event.data["until"] == last
        assert "Q-9" in judged(event, "readings")
        with refused("I22-11"):
            g.when(last, closes(case))


# ------------------------------------------------------------------ 第十一条


@proves("I22-12", "refuses")
def test_at_most_one_of_a_province_on_the_list() -> None:
    other = incentive("绵阳市")
    g = given(
        *OPEN,
        *ranked(POINTS),
        stands(
            ApplicationSubmitted(
                case=other, category="industry", province="cn:510000", channel="unit", unit="cn:510000"
            ),
            "2022-12-05",
        ),
        stands(ScoreRecorded(case=other, reviewer="p-expert", criterion="total", points=9_880), "2023-01-10"),
        stands(ReviewConcluded(case=other, passed=True), "2023-01-15"),
    )
    with refused("I22-12", "I22-11") as why:
        g.when("2023-02-10", proposes("industry", incentive("成都市"), other))
    assert any("the list has 2 of cn:510000; it may have one" in said for said in why)
    assert g.when("2023-02-10", proposes("industry", other))
    with refused("I22-12", "I22-11"):
        g.when("2023-02-11", proposes("industry", incentive("成都市")))


@proves("I22-12", "accepts", "refuses")
def test_one_of_each_province() -> None:
    assert given(*OPEN, *ranked(POINTS), *selected(*THE_TEN))
    other = incentive("绵阳市")
    stood = given(
        *OPEN,
        *ranked(POINTS),
        *on_notice(*THE_TEN),
        stands(
            ApplicationSubmitted(
                case=other, category="industry", province="cn:510000", channel="unit", unit="cn:510000"
            ),
            "2022-12-05",
        ),
        stands(SelectionProposed(case=other, list="1", category="industry"), "2023-02-10"),
    )
    stood.when("2023-03-01", closes(*CASES))
    stood.when("2023-05-10", approves("state-council-general-office", *CASES, basis=SELECTED))
    with refused("I22-12"):
        stood.when("2023-05-10", awards("industry", *CASES, basis=SELECTED))


@proves("I22-13", "refuses")
def test_ten_with_one_of_the_west_are_refused() -> None:
    """− 10 selected with one from West and Northeast"""
    g = given(*OPEN, *ranked(POINTS))
    ten = tuple(map(incentive, (*EAST[:9], WESTERN[0])))
    with refused("I22-13", "I22-11") as why:
        g.when("2023-02-10", proposes("industry", *ten))
    assert "the list has 10, of them 1 of West and Northeast; at least 2 are required" in why
    assert g.when("2023-02-10", proposes("industry", *CASES))
    with refused("I22-13"):
        g.when("2023-02-15", approves("ministry-meeting", *CASES[:9]))


@proves("I22-13", "refuses", "accepts")
def test_a_floor_that_nobody_is_left_to_meet_waits_for_a_reading() -> None:
    points = {name: POINTS[name] for name in (*EAST[:4], WESTERN[0])}
    cases = tuple(map(incentive, points))
    g = given(*OPEN, *ranked(points))
    g.when("2023-02-10", proposes("industry", *cases))
    with refused("I22-13") as why:
        g.when("2023-02-15", approves("ministry-meeting", *cases))
    assert "nobody is left for 1 of them (Q-15)" in why[0]
    floor = Floor("west-northeast", 1, ("cn:510000",), SELECTED)
    g.when(
        "2023-02-16",
        RecordReading(
            actor=MINISTRY,
            basis=SELECTED,
            of="incentive-2022",
            round="2022-industry",
            point="Q-15",
            reading="无其他候选，按1个执行",
            parameters=Parameters(floors=(floor,)),
        ),
    )
    (event, *_) = g.recorded("2023-02-17", approves("ministry-meeting", *cases))
    assert "Q-18" in judged(event, "readings")


@proves("I22-10", "refuses")
def test_nobody_is_proposed_while_a_review_is_open() -> None:
    """Else the floor would vanish with the reviews that are not concluded."""
    g = given(
        *OPEN,
        *put_forward(*EAST[:3], "成都市"),
        *(on("2023-01-10", score(incentive(n))) for n in EAST[:3]),
        *(on("2023-01-15", review(incentive(n))) for n in EAST[:3]),
    )
    with refused("I22-10") as why:
        g.when("2023-02-10", proposes("industry", incentive(EAST[0])))
    assert why == [f"reviews not concluded (1): {incentive('成都市')}"]
    g.when("2023-02-11", review(incentive("成都市"), passed=False))
    assert g.when("2023-02-12", proposes("industry", incentive(EAST[0])))


@proves("I22-11", "refuses")
def test_a_list_that_leaves_the_first_out_gives_its_reason() -> None:
    g = given(*OPEN, *ranked(POINTS), on("2023-02-10", proposes("industry", *CASES[1:])))
    act = approves("ministry-meeting", *CASES[1:])
    with refused("I22-11") as why:
        g.when("2023-02-15", act)
    assert why == [f"the list leaves out, without a reason: {CASES[0]}"]
    assert g.when("2023-02-15", replace(act, reason="现场核实未通过"))


@proves("I22-13", "accepts")
def test_one_that_joins_a_shortened_list_is_approved_with_it() -> None:
    g = given(*OPEN, *ranked(POINTS), *on_notice(*THE_TEN))
    g.when("2023-02-22", LodgeObjection(actor=city("昆明市"), case=CASES[0], words="数据不实"))
    g.when(
        "2023-02-23", ResolveObjection(actor=MINISTRY, case=CASES[0], objection=1, upheld=True, reason="属实")
    )
    more = incentive("郑州市")
    g.when("2023-02-24", proposes("industry", more, list_="2"))
    assert g.when("2023-02-25", approves("ministry-meeting", more, list_="2"))


@proves("I22-13", "accepts", "refuses")
@proves("I22-15", "accepts")
def test_who_joins_on_a_second_list_leads_both_to_the_general_office() -> None:
    """柳州 gone by an objection, 西安 joining as list 2: floor, caps and approval are of all lists"""
    points = {**POINTS, "柳州市": 8_850}
    names = (*EAST[:8], "成都市", "柳州市")
    cases = tuple(map(incentive, names))
    rest, xian, office = cases[:9], incentive("西安市"), "state-council-general-office"
    g = given(*OPEN, *ranked(points), *on_notice(*names))
    g.when("2023-02-22", LodgeObjection(actor=city("昆明市"), case=cases[9], words="数据不实"))
    uphold = ResolveObjection(actor=MINISTRY, case=cases[9], objection=1, upheld=True, reason="属实")
    g.when("2023-02-23", uphold)
    g.when("2023-03-01", closes(*rest))
    with refused("I22-13"):
        g.when("2023-03-02", approves(office, *rest, basis=SELECTED))
    g.when("2023-03-03", proposes("industry", xian, list_="2"))
    g.when("2023-03-04", approves("ministry-meeting", xian, list_="2"))
    g.when("2023-03-06", notice(xian, list_="2", until="2023-03-13"))
    assert g.when("2023-03-07", approves(office, *rest, basis=SELECTED)), "it counts with list 2"
    g.when("2023-03-14", closes(xian, list_="2"))
    with refused("I22-13"):  # who is not approved yet may still fall away
        g.when("2023-05-10", awards("industry", *rest, basis=SELECTED))
    assert g.when("2023-05-10", approves(office, xian, list_="2", basis=SELECTED))
    with refused("I22-4", "I22-11"):
        g.when("2023-05-10", proposes("industry", incentive("郑州市"), incentive("南昌市"), list_="3"))
    assert len(g.when("2023-05-10", awards("industry", *rest, basis=SELECTED))) == 9
    assert g.when("2023-05-10", awards("industry", xian, list_="2", basis=SELECTED))


@proves("I22-11", "refuses")
def test_a_tie_for_the_tenth_place_needs_a_decision() -> None:
    """! a tie for the tenth place: decision needed"""
    tied = {**POINTS, "潍坊市": 9_100, "郑州市": 9_100}
    g = given(*OPEN, *ranked(tied))
    with refused("I22-11") as why:
        g.when("2023-02-10", proposes("industry", *CASES))
    assert "equal scores decide a place" in why[0]
    order = (incentive("潍坊市"), incentive("郑州市"))
    g.when("2023-02-11", DecideTie(actor=MINISTRY, order=order, reason="部务会议决定"))
    assert len(g.when("2023-02-12", proposes("industry", *CASES))) == 10


def bonus(name: str, **more: Any) -> RecordBonus:
    act = RecordBonus(
        actor=MINISTRY,
        basis=PRAISED,
        case=incentive(name),
        points=300,
        words="通报表扬",
        practice="industry-and-informatisation",
    )
    return replace(act, **more)


@proves("I22-14", "refuses", "accepts")
def test_no_document_no_bonus() -> None:
    """− bonus without the State Council's document"""
    g = given(*OPEN, *ranked(POINTS))
    with refused("I22-14"):
        g.when("2023-02-01", bonus("郑州市", basis=None))
    with refused("I22-14"):
        g.when("2023-02-01", bonus("郑州市", basis=Document(number="豫政〔2022〕1号")))
    g.when("2023-02-01", bonus("郑州市"))
    nine = tuple(map(incentive, (*EAST[:7], "郑州市", *WESTERN)))
    assert g.when("2023-02-10", proposes("industry", *nine)), "with it 郑州 goes before 潍坊"


@proves("I22-14", "refuses", "accepts")
def test_a_bonus_is_for_practice_in_industry_and_informatisation() -> None:
    g = given(*OPEN, *ranked(POINTS))
    for practice in (None, "agriculture", "industry-and-trade", "services"):
        with refused("I22-14"):
            g.when("2023-02-01", bonus("郑州市", practice=practice))
    for practice in ("industry", "informatisation", "industry-and-informatisation"):
        (event,) = given(*OPEN, *ranked(POINTS)).recorded("2023-02-01", bonus("郑州市", practice=practice))
        assert event.data["practice"] == practice


@proves("I22-4", "refuses", "accepts")
def test_a_round_in_which_nobody_could_apply_is_not_opened() -> None:
    g = given(*OPEN)
    for name in ("2023", "industry", "2023-more", "2023-Industry", "2023-industry-2"):
        with refused("I22-4") as why:
            g.when("2023-01-03", opens("incentive-2022", name))
        assert "name it 2023-industry, 2023-digital" in why[0]
    assert g.when("2023-01-03", opens("incentive-2022", "2023-digital"))


# ------------------------------------------------------------------ 第十二条


@proves("I22-15", "refuses")
def test_no_award_before_the_general_offices_approval() -> None:
    """− award before the General Office's approval"""
    g = given(*OPEN, *ranked(POINTS), *on_notice(*THE_TEN), on("2023-03-01", closes(*CASES)))
    with refused("I22-15"):
        g.when("2023-05-10", awards("industry", *CASES, basis=SELECTED))


@proves("I22-15", "refuses", "accepts")
def test_an_objection_upheld_shortens_the_list() -> None:
    g = given(*OPEN, *ranked({**POINTS, "石家庄市": 9_850}))
    names = (*EAST[:7], "石家庄市", *WESTERN)
    cases = tuple(map(incentive, names))
    for step in on_notice(*names):
        step(g.ledger)
    g.when("2023-02-22", LodgeObjection(actor=city("昆明市"), case=cases[0], words="数据不实"))
    with refused("I22-15"):
        g.when("2023-02-24", approves("state-council-general-office", *cases, basis=SELECTED))
    uphold = ResolveObjection(actor=MINISTRY, case=cases[0], objection=1, upheld=True, reason="属实")
    g.when("2023-02-23", uphold)
    g.when("2023-03-01", closes(*cases))
    office = "state-council-general-office"
    with refused("I22-15"):
        g.when("2023-05-10", approves(office, *cases, basis=SELECTED))
    (event, *_) = g.recorded("2023-05-10", approves(office, *cases[1:], basis=SELECTED))
    assert "Q-17" in judged(event, "readings")
    with refused("I22-15"):
        g.when("2023-05-10", awards("industry", *cases[1:], basis=replace(SELECTED, published=None)))
    assert len(g.when("2023-05-10", awards("industry", *cases[1:], basis=SELECTED))) == 9


# ------------------------------------------------------------------ 第十三 … 十七条

WON = (*OPEN, *ranked(POINTS), *selected(*THE_TEN))


@proves("I22-16", "records")
def test_the_supports_of_the_measure_are_shown() -> None:
    act = RecordSupport(actor=MINISTRY, designation=CASES[0], kind="special-funds", words="相关专项资金")
    assert "优先支持：相关专项资金（I22-16）" in told(given(*WON, on("2023-07-01", act)).ledger.events)


@proves("I22-21", "records")
def test_local_priority_is_shown() -> None:
    act = RecordSupport(actor=MINISTRY, designation=CASES[0], kind="local-priority", words="省级要素保障")
    said = told(given(*WON, on("2023-07-01", act)).ledger.events)
    assert "地方优先：省级要素保障（I22-21）" in said
    assert "I22-16" not in said


FRAUD = Document(number="工信厅规函〔2023〕99号", title="关于取消资格的通报", published="2023-05-10")


def debars(name: str) -> Debar:
    return Debar(
        actor=MINISTRY,
        basis=FRAUD,
        of="incentive-2022",
        subject=find(name).id,
        unit=unit_of(find(name).id),
        words="弄虚作假",
    )


@proves("I22-17", "refuses", "accepts")
def test_a_fraud_bars_city_and_province_for_three_years_to_the_day() -> None:
    """+ a fraud decision of 2023-05-10: city and province barred to 2026-05-10 inclusive, both measures"""
    for day, barred in (("2026-05-10", True), ("2026-05-11", False)):
        rounds = opened_incentives("industry", "digital", year="2025", day="2025-12-02")
        for measure in ("industry", "digital"):
            g = given(on("2023-05-10", debars("青岛市")), *rounds)
            act = applies_for("青岛市", measure, "2025")
            g.when("2025-12-05", applies_for("潍坊市", measure, "2025"))
            weifang = puts_forward("潍坊市", measure, "2025", actor=MINISTRY)
            if barred:
                with refused("I22-17"):
                    g.when(day, act)
                with refused("I22-17"):
                    g.when(day, weifang)
            else:
                assert g.when(day, act)
    assert given(
        on("2023-05-10", debars("青岛市")), *opened_incentives("industry", year="2025", day="2025-12-02")
    ).when("2025-12-05", applies_for("成都市", "industry", "2025"))


@proves("I22-17", "refuses")
def test_a_bar_names_its_document_its_unit_and_the_programme_that_bars() -> None:
    g = given(*OPEN)
    with refused("I22-17"):
        g.when("2023-05-10", replace(debars("青岛市"), unit=find("青岛市").id))
    with refused("H-3"):
        g.when("2023-05-10", replace(debars("青岛市"), basis=None))
    with refused("H-2"):
        g.when("2023-05-10", replace(debars("青岛市"), of="city-2019"))
    (event,) = g.recorded("2023-05-20", debars("青岛市"))
    assert event.data["until"] == "2026-05-10", "from the punishing document's day (Q-16)"


@proves("I22-17", "refuses")
def test_a_barred_city_is_not_evaluated_nor_approved() -> None:
    g = given(*OPEN, *put_forward("潍坊市"), on("2023-01-05", debars("潍坊市")))
    with refused("I22-17"):
        g.when("2023-01-10", score(incentive("潍坊市")))
    assert g.when("2023-01-11", review(incentive("潍坊市"), passed=False)), "so its evaluation ends"
    late = given(*OPEN, *ranked(POINTS), on("2023-02-10", proposes("industry", *CASES)))
    late.when("2023-02-11", debars("潍坊市"))
    with refused("I22-17"):
        late.when("2023-02-15", approves("ministry-meeting", *CASES))


@proves("I22-4", "accepts")
def test_the_incentives_year_is_the_approving_documents() -> None:
    g = given(
        *OPEN,
        *ranked(POINTS),
        *on_notice(*THE_TEN),
        on("2023-03-01", closes(*CASES)),
        on("2023-05-20", approves("state-council-general-office", *CASES, basis=SELECTED)),
    )
    title = g.recorded("2023-05-25", awards("industry", *CASES, basis=SELECTED))[0]
    assert (title.data["held_from"], title.data["held_until"]) == ("2023-05-10", "2024-05-10")


@proves("I22-4", "refuses")
def test_awarded_is_the_measure_that_was_applied_for() -> None:
    g = given(*[step for step in WON if step.day < "2023-05-10"])
    g.when("2023-05-10", approves("state-council-general-office", *CASES, basis=SELECTED))
    act = awards("industry", *CASES, basis=SELECTED)
    with refused("I22-4"):
        g.when("2023-05-10", replace(act, honours=(replace(act.honours[0], title="先进市"),)))
    with refused("I22-4"):
        given(*OPEN, *opened_incentives(year="2022b")).when("2022-12-05", applies_for("成都市", year="2022b"))


@proves("I22-8", "refuses")
def test_what_is_supplied_later_is_checked_too() -> None:
    g = given(*OPEN, on("2022-12-05", applies_for("成都市")))
    act = Supplement(
        actor=city("成都市"), case=incentive("成都市"), statistics=(replace(FIGURE, standing=None),)
    )
    with refused("I22-8"):
        g.when("2022-12-06", act)


@proves("I22-14", "refuses")
def test_a_ministrys_praise_is_no_bonus_nor_any_once_the_list_is_proposed() -> None:
    g = given(*OPEN, *ranked(POINTS))
    with refused("I22-14"):
        g.when(
            "2023-02-01", bonus("郑州市", basis=Document(number="国资发〔2022〕1号", issuer="国务院国资委"))
        )
    g.when("2023-02-10", proposes("industry", *CASES))
    with refused("I22-14"):
        g.when("2023-02-11", bonus("潍坊市"))


@proves("I22-15", "refuses")
def test_the_general_offices_approval_is_a_document() -> None:
    g = given(*OPEN, *ranked(POINTS), *on_notice(*THE_TEN), on("2023-03-01", closes(*CASES)))
    with refused("I22-15"):
        g.when("2023-05-10", approves("state-council-general-office", *CASES))


@proves("I22-3", "refuses")
def test_a_place_that_is_gone_is_no_subject() -> None:
    with refused("I22-3"):
        given(*OPEN).when("2022-12-05", applies_for("莱芜市"))


@proves("L-7", "refuses")
def test_a_reviewer_of_the_xpcc_does_not_score_its_cities() -> None:
    g = given(*OPEN, *put_forward("石河子市"))
    with refused("L-7"):
        g.when("2023-01-10", score(incentive("石河子市"), by=Actor("p-x", "reviewer", "xpcc")))


@proves("L-9", "accepts")
def test_a_withdrawal_outside_the_text_rests_on_q_4() -> None:
    act = Withdraw(actor=MINISTRY, basis=FRAUD, designation=CASES[0], ground="outside")
    (event,) = given(*WON).recorded("2023-06-01", act)
    assert judged(event, "readings") == ["Q-4"]


@proves("L-11", "accepts")
def test_a_reading_of_all_rounds_goes_before_what_the_text_sets() -> None:
    floor = Floor("west-northeast", 1, ("cn:510000",), SELECTED)
    reading = RecordReading(
        actor=MINISTRY,
        basis=SELECTED,
        of="incentive-2022",
        point="Q-18",
        reading="两省",
        parameters=Parameters(floors=(floor,)),
    )
    g = given(on("2022-12-01", reading), *OPEN)
    with refused("H-2"):
        g.when("2022-12-02", replace(reading, of="city-2019"))
    terms = Terms.of(Facts(tuple(believed(g.ledger.events)), DAY, DAY))
    assert terms.floors["west-northeast"] == floor
    assert terms.caps["industry"].places == 10


@proves("I22-17", "refuses")
def test_a_barred_city_is_not_selected() -> None:
    g = given(*OPEN, *ranked(POINTS), on("2023-02-01", debars("潍坊市")))
    with refused("I22-17"):
        g.when("2023-02-10", proposes("industry", *CASES))


@proves("I22-22", "records")
def test_a_grave_case_is_referred() -> None:
    act = Refer(
        actor=MINISTRY,
        of="incentive-2022",
        subject=find("青岛市").id,
        to="有管理权限的单位",
        words="情节严重",
        result="已立案",
    )
    assert "移交有管理权限的单位，结果：已立案（I22-22）" in told(given(on("2023-06-01", act)).ledger.events)


def test_every_western_province_and_the_northeast_are_a_parameter() -> None:
    opening = given(*OPEN).when("2022-12-03", opens("incentive-2022", "2024-industry"))[0]
    assert isinstance(opening, RoundOpened)
    assert opening.text is not None
    (floor,) = opening.text.floors
    assert (floor.least, len(floor.provinces)) == (2, 16)
