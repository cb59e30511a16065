"""Applying under 工信部信软〔2019〕63号: who, in what, with which conditions and materials.

Every rule by its strength; the scenarios under their own words.
"""

from __future__ import annotations

from dataclasses import replace

from domain.commands import Decline, RecordReading, Retract, Statement, Supplement
from domain.events import ApplicationSubmitted, Statistic
from domain.judging import Refused
from domain.subjects import subject
from tests.support.city_round import (
    CIRCULAR,
    FIVE,
    FORM,
    LETTER,
    MINISTRY,
    REPORT,
    applies,
    awards,
    case,
    city,
    closes,
    defended,
    form,
    four,
    notice,
    noticed,
    opened,
    opens,
    passed_form,
    proposes,
    recommends,
    unit,
)
from tests.support.facts import designation
from tests.support.given import given, judged, on, proves, refused, stands
from tests.support.reading import first, told


@proves("C19-1", "refuses")
def test_there_is_no_third_category() -> None:
    with refused("C19-1"):
        given(*opened()).when("2021-05-01", applies("武汉市", category="smart"))


@proves("C19-1", "refuses")
def test_a_comprehensive_city_names_no_field() -> None:
    with refused("C19-1"):
        given(*opened()).when("2021-05-01", applies("武汉市", fields=("life",)))


@proves("C19-1", "refuses")
def test_a_special_city_names_one_of_the_four_fields() -> None:
    with refused("C19-1"):
        given(*opened()).when("2021-05-01", applies("芜湖市", "life", fields=()))
    with refused("C19-1"):
        given(*opened()).when("2021-05-01", applies("芜湖市", "tourism"))
    with refused("C19-1"):
        given(*opened()).when("2021-05-01", applies("芜湖市", "life", "life"))


@proves("C19-1", "accepts")
def test_a_special_city_may_name_several_fields() -> None:
    """+ 芜湖 in two fields"""
    fact = first(given(*opened()).when("2021-05-01", applies("芜湖市", "life", "industry")))
    assert isinstance(fact, ApplicationSubmitted)
    assert fact.fields == ("life", "industry")
    assert fact.pools == ("city-2019/2021/special/life", "city-2019/2021/special/industry")


@proves("C19-2", "refuses")
def test_counties_districts_prefectures_and_leagues_do_not_apply() -> None:
    """− 重庆市渝北区 500112 · − 昆山 320583 · − 凉山州 513400, 锡林郭勒盟 152500"""
    for code in ("500112", "320583", "513400", "152500", "654200"):
        place = subject(f"cn:{code}")
        act = replace(
            applies("武汉市"),
            actor=replace(city("武汉市"), unit=place.id),
            subject=place.id,
            unit=place.province,
        )
        with refused("C19-2"):
            given(*opened()).when("2021-05-01", act)


@proves("C19-2", "refuses")
def test_a_city_that_was_abolished_does_not_apply() -> None:
    """− 莱芜 371200 in 2019 (abolished 2018)"""
    act = applies("371200", round_="2019", led_by=None)
    with refused("C19-2") as why:
        given(on("2019-04-01", opens("2019"))).when("2019-05-01", act)
    assert "did not exist" in why[0]


@proves("C19-2", "accepts")
def test_a_municipality_is_above_prefecture_level() -> None:
    """+ 重庆市"""
    assert given(*opened()).when("2021-05-01", applies("重庆市"))


@proves("C19-3", "accepts")
def test_a_separately_planned_city_applies_directly() -> None:
    """+ 深圳 direct"""
    g = given(*opened())
    assert first(g.when("2021-05-01", applies("深圳市"))).as_data()["channel"] == "direct"
    assert g.when("2021-06-01", form("深圳市")), "its review waits for no unit"


@proves("C19-3", "accepts")
def test_a_direct_applicant_through_its_province_is_accepted_and_shown() -> None:
    """! 深圳 through 广东 (Q-10)"""
    act = applies("深圳市", channel="unit", unit="cn:440000")
    (event,) = given(*opened()).recorded("2021-05-01", act)
    assert judged(event, "readings") == ["Q-10"]


@proves("C19-3", "refuses")
def test_by_a_recorded_reading_it_applies_directly_only() -> None:
    reading = RecordReading(
        actor=MINISTRY,
        basis=CIRCULAR,
        of="city-2019",
        point="Q-10",
        reading="应当直接申报",
        choice="direct-only",
    )
    act = applies("深圳市", channel="unit", unit="cn:440000")
    with refused("C19-3"):
        given(*opened(), on("2021-03-02", reading)).when("2021-05-01", act)


@proves("C19-3", "refuses")
def test_other_cities_do_not_apply_directly() -> None:
    """− 武汉 direct"""
    with refused("C19-3"):
        given(*opened()).when("2021-05-01", applies("武汉市", channel="direct", unit=None))


@proves("C19-3", "refuses")
def test_a_city_applies_through_its_own_province() -> None:
    with refused("C19-3"):
        given(*opened()).when("2021-05-01", applies("武汉市", unit="cn:430000"))


@proves("C19-3", "accepts")
def test_a_city_comes_through_its_unit_after_initial_review() -> None:
    """+ 武汉 through 湖北 after initial review"""
    g = given(*opened(), on("2021-05-01", applies("武汉市")))
    assert g.when("2021-05-25", recommends("武汉市", reviewed_on="2021-05-20"))
    assert g.when("2021-06-01", form("武汉市"))


@proves("C19-3", "refuses")
def test_a_recommendation_without_initial_review_is_none() -> None:
    applied_only = (*opened(), on("2021-05-01", applies("武汉市")))
    with refused("C19-3"):
        given(*applied_only).when("2021-05-25", recommends("武汉市", reviewed_on=None))
    for day in ("2021-05-26", "2021-04-30"):  # after it recommends, before the city applied
        with refused("C19-3"):
            given(*applied_only).when("2021-05-25", recommends("武汉市", reviewed_on=day))


@proves("C19-3", "refuses")
def test_the_ministry_does_not_review_what_no_unit_recommended() -> None:
    with refused("C19-3"):
        given(*opened(), on("2021-05-01", applies("武汉市"))).when("2021-06-01", form("武汉市"))


@proves("C19-3", "refuses")
def test_what_the_unit_declined_goes_no_further() -> None:
    declined = Decline(actor=unit("湖北省"), case=case("武汉市"), unit="cn:420000", reason="条件不足")
    g = given(*opened(), on("2021-05-01", applies("武汉市")), on("2021-05-20", declined))
    with refused("C19-3"):
        g.when("2021-06-01", form("武汉市"))


@proves("C19-3", "refuses")
def test_a_unit_does_not_recommend_what_was_sent_directly() -> None:
    g = given(*opened(), on("2021-05-01", applies("深圳市")))
    with refused("C19-3"):
        g.when("2021-05-25", recommends("深圳市"))
    decline = Decline(actor=unit("广东省"), case=case("深圳市"), unit="cn:440000", reason="x")
    with refused("C19-3"):
        g.when("2021-05-25", decline)


@proves("C19-3", "refuses")
def test_a_unit_speaks_before_the_ministry_has_begun() -> None:
    g = given(*opened(), *passed_form("武汉市"))
    decline = Decline(actor=unit("湖北省"), case=case("武汉市"), unit="cn:420000", reason="x")
    with refused("C19-3", "L-1"):
        g.when("2021-06-20", decline)


@proves("C19-3", "accepts")
def test_a_separately_planned_city_may_come_through_its_own_department() -> None:
    """第四条 counts it among 省级工业和信息化主管部门; shown under Q-10."""
    act = applies("深圳市", channel="unit", unit="cn:440300")
    g = given(*opened())
    (event,) = g.recorded("2021-05-01", act)
    assert judged(event, "readings") == ["Q-10"]
    own = replace(recommends("深圳市", "2021-05-20"), actor=unit("深圳市"), unit="cn:440300")
    assert g.when("2021-05-25", own)


@proves("C19-4", "refuses")
def test_each_of_the_five_conditions_is_stated() -> None:
    for missing in range(5):
        some = tuple(c for c in FIVE if c.number != missing + 1)
        with refused("C19-4") as why:
            given(*opened()).when("2021-05-01", applies("武汉市", conditions=some))
        assert why[0].endswith(f"not stated: {missing + 1}")


@proves("C19-4", "refuses")
def test_the_first_condition_names_the_document_that_lists_the_work() -> None:
    bare = (Statement(1, "列入重点工作"), *FIVE[1:])
    with refused("C19-4"):
        given(*opened()).when("2021-05-01", applies("武汉市", conditions=bare))


@proves("C19-4", "refuses")
def test_the_second_condition_says_built_or_planned() -> None:
    bare = (FIVE[0], Statement(2, "有体验中心"), *FIVE[2:])
    with refused("C19-4"):
        given(*opened()).when("2021-05-01", applies("武汉市", conditions=bare))


@proves("C19-4", "accepts")
def test_a_centre_that_is_planned_will_do() -> None:
    planned = (FIVE[0], Statement(2, "计划建设", facility="planned"), *FIVE[2:])
    assert given(*opened()).when("2021-05-01", applies("武汉市", conditions=planned))


@proves("C19-5", "refuses")
def test_conditions_two_to_four_are_stated_for_each_field() -> None:
    with refused("C19-5") as why:
        act = applies("芜湖市", "life", "industry", conditions=four("life"))
        given(*opened()).when("2021-05-01", act)
    assert why == ["industry: conditions not stated: 2, 3, 4"]


@proves("C19-5", "refuses")
def test_the_first_condition_of_a_special_city_is_stated_once() -> None:
    with refused("C19-5"):
        act = applies("芜湖市", "life", conditions=four("life")[1:])
        given(*opened()).when("2021-05-01", act)


@proves("C19-5", "refuses")
def test_a_special_city_says_whether_its_centre_is_built_or_planned() -> None:
    bare = (*four("life")[:3], Statement(4, "有体验中心", "life"))
    with refused("C19-5"):
        given(*opened()).when("2021-05-01", applies("芜湖市", "life", conditions=bare))


@proves("C19-5", "accepts")
def test_a_special_city_states_four_conditions_for_each_field() -> None:
    assert given(*opened()).when("2021-05-01", applies("芜湖市", "life", "new-product"))


@proves("C19-8", "refuses")
def test_a_city_applies_in_one_category_a_round() -> None:
    """− 芜湖 in both categories in one round"""
    g = given(*opened(), on("2021-05-01", applies("芜湖市", "life")))
    with refused("C19-8"):
        g.when("2021-05-02", applies("芜湖市"))


@proves("C19-8", "accepts")
def test_after_taking_back_it_may_choose_again() -> None:
    g = given(
        *opened(),
        on("2021-05-01", applies("芜湖市", "life")),
        on("2021-05-02", Retract(actor=city("芜湖市"), case=case("芜湖市"))),
    )
    fact = first(g.when("2021-05-03", applies("芜湖市")))
    assert fact.as_data()["case"] == case("芜湖市") + "/2"


@proves("C19-8", "refuses")
def test_a_city_is_not_awarded_in_a_field_it_did_not_apply_for() -> None:
    """− awarded in a field not applied for"""
    g = given(*opened(), *defended("芜湖市", fields=("life",)))
    with refused("C19-8"):
        g.when("2021-11-01", proposes("芜湖市", fields=("life", "industry")))
    g = given(*opened(), *noticed("芜湖市", fields=("life",)))
    with refused("C19-8"):
        g.when("2022-01-25", awards("芜湖市", fields=("industry",)))
    two = (
        *opened(),
        *defended("芜湖市", fields=("life", "industry")),
        on("2021-11-01", proposes("芜湖市", fields=("life",))),
        on("2021-11-05", notice("芜湖市")),
        on("2021-11-15", closes("芜湖市")),
    )
    with refused("C19-8"):  # applied for, and not put on notice
        given(*two).when("2022-01-25", awards("芜湖市", fields=("life", "industry")))
    g = given(*opened(), *noticed("芜湖市", fields=("life",)))
    with refused("C19-8"):
        g.when("2022-01-25", awards("芜湖市"))


@proves("C19-8", "accepts")
def test_a_city_may_be_awarded_in_one_of_its_fields() -> None:
    g = given(*opened(), *noticed("芜湖市", fields=("life", "industry")))
    assert g.when("2022-01-25", awards("芜湖市", fields=("life",)))


@proves("C19-8", "accepts", "records")
def test_a_holder_may_apply_in_the_other_category_later_and_it_is_shown() -> None:
    """Q-11"""
    known = stands(designation("芜湖市", "2020", category="special"), "2020-12-01")
    (event,) = given(known, *opened()).recorded("2021-05-01", applies("芜湖市"))
    assert judged(event, "readings") == ["Q-11"]


@proves("C19-9", "records")
def test_who_leads_the_application_is_shown() -> None:
    assert "牵头：武汉市人民政府（C19-9）" in told(given(*opened()).recorded("2021-05-01", applies("武汉市")))


@proves("C19-10", "refuses")
def test_the_form_and_the_report_are_handed_in_original_and_electronic() -> None:
    for materials in (
        (FORM,),
        (REPORT,),
        (replace(FORM, original=False), REPORT),
        (FORM, replace(REPORT, sha256=None)),
    ):
        with refused("C19-10"):
            given(*opened()).when("2021-05-01", applies("武汉市", materials=materials))


@proves("C19-10", "refuses")
def test_statistics_name_one_of_the_two_authorities() -> None:
    own = Statistic("软件业务收入", 5, "亿元", "2020", "city-bureau", "published")
    unsaid = Statistic("软件业务收入", 5, "亿元", "2020", "national-statistics")
    for figure in (own, unsaid):
        with refused("C19-10"):
            given(*opened()).when("2021-05-01", applies("武汉市", statistics=(figure,)))
    g = given(*opened(), on("2021-05-01", applies("武汉市")))
    with refused("C19-10"):
        g.when("2021-05-02", Supplement(actor=city("武汉市"), case=case("武汉市"), statistics=(own,)))


@proves("C19-10", "accepts")
def test_statistics_that_are_published_or_recognised_are_taken() -> None:
    figures = (
        Statistic("软件业务收入", 5, "亿元", "2020", "miit-statistics", "recognised"),
        Statistic("地区生产总值", 5, "亿元", "2020", "national-statistics", "published"),
    )
    g = given(*opened())
    assert g.when("2021-05-01", applies("武汉市", statistics=figures))
    more = Supplement(actor=city("武汉市"), case=case("武汉市"), statistics=figures)
    assert g.when("2021-05-02", more)


@proves("C19-10", "refuses")
def test_a_unit_hands_in_its_recommendation_document() -> None:
    g = given(*opened(), on("2021-05-01", applies("武汉市")))
    with refused("C19-10"):
        g.when("2021-05-25", recommends("武汉市", basis=None))


@proves("C19-22", "refuses")
def test_an_act_before_the_measures_issue_is_not_under_it() -> None:
    """− an application dated 2019-03-01 (before issue)"""
    paper = applies("武汉市", round_="2019", actor=MINISTRY, basis=LETTER, effective="2019-03-01")
    with refused("C19-22", "L-11"):  # nor was the round open
        given(on("2019-03-18", opens("2019"))).when("2019-04-01", paper)
    with refused("C19-22"):
        given().when("2019-03-17", opens("2019"))


@proves("C19-22", "accepts")
def test_the_day_of_issue_is_in_force() -> None:
    paper = applies("武汉市", round_="2019", actor=MINISTRY, basis=LETTER, effective="2019-03-18")
    assert given(on("2019-03-18", opens("2019"))).when("2019-04-01", paper)


def test_all_broken_rules_of_an_act_are_told_at_once() -> None:
    act = applies("昆山市", channel="direct", unit=None, materials=(), conditions=())
    with refused("C19-2", "C19-3", "C19-4", "C19-10"):
        given(*opened()).when("2021-05-01", act)


def test_a_rule_is_told_with_its_document_article_text_and_facts() -> None:
    g = given(*opened(), on("2021-05-01", applies("芜湖市", "life")))
    try:
        g.when("2021-05-02", applies("芜湖市"))
    except Refused as refusal:
        (broken,) = refusal.broken
        assert broken.as_json() == {
            "rule": "C19-8",
            "article": "第八条",
            "document": "工信部信软〔2019〕63号",
            "strength": "must",
            "text": {
                "zh": "申报城市只能从综合型和特色型中选择一项申报。",
                "en": "A city applies in one category only within a round (Q-11); a special one "
                "may name several fields.",
            },
            "code": "already-applies-as",
            "values": {"subject": "cn:340200", "category": "special"},
            "facts": [2],
            "figures": {},
            "field": "category",
        }
