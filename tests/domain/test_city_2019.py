"""Every rule of 工信部信软〔2019〕63号, by its strength; the scenarios under their own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.commands import (
    Decline,
    GrantException,
    InspectSite,
    LodgeObjection,
    Reassess,
    RecordArrangement,
    RecordInspection,
    RecordReading,
    RecordSupport,
    ReportProgress,
    ResolveObjection,
    Retract,
    Statement,
    Supplement,
    Withdraw,
)
from domain.duties import Obligation, dues, obligations
from domain.events import (
    ApplicationSubmitted,
    Criterion,
    DesignationAwarded,
    DesignationWithdrawn,
    Fact,
    Statistic,
)
from domain.history import believed
from domain.judging import Refused
from domain.kernel import Document, Query, Recorded, Selector
from domain.rules import Facts, Held
from domain.subjects import subject
from projections.sentences_of_cases import tell
from tests.cast import (
    CIRCULAR,
    DIGEST,
    FIVE,
    FORM,
    LETTER,
    MINISTRY,
    REPORT,
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
    four,
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
from tests.facts import designation
from tests.judging import Given, Step, given, judged, on, proves, refused, stands

WITHDRAWAL = Document(number="工业和信息化部公告〔2024〕9号", published="2024-05-10")


def first(facts: list[Fact]) -> Fact:
    (fact,) = facts
    return fact


# ------------------------------------------------------------- C19-1, two categories


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


# -------------------------------------------------------- C19-2, prefecture level and above


@proves("C19-2", "refuses")
def test_counties_districts_prefectures_and_leagues_do_not_apply() -> None:
    """− 重庆市渝北区 500112 · − 昆山 320583 · − 凉山州 513400, 锡林郭勒盟 152500"""
    for code in ("500112", "320583", "513400", "152500", "654200"):
        place = subject(f"cn:{code}")
        act = replace(
            applies("武汉市"), actor=replace(city("武汉市"), unit=place.id), subject=place.id,
            unit=place.province,
        )  # fmt: skip
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


# ------------------------------------------------------------ C19-3, directly or through a unit


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
        actor=MINISTRY, basis=CIRCULAR, of="city-2019", point="Q-10", reading="应当直接申报",
        choice="direct-only",
    )  # fmt: skip
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
    declined = Decline(
        actor=unit("湖北省"), case=case("武汉市"), unit="cn:420000", reason="条件不足"
    )
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


# ------------------------------------------------------------ C19-4, C19-5, basic conditions


@proves("C19-4", "refuses")
def test_each_of_the_five_conditions_is_stated() -> None:
    for missing in range(5):
        some = tuple(c for c in FIVE if c.number != missing + 1)
        with refused("C19-4") as why:
            given(*opened()).when("2021-05-01", applies("武汉市", conditions=some))
        assert f"not stated: {missing + 1} " in why[0]


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


# ------------------------------------------------------------------- C19-6, C19-7, totals

THREE = ("武汉市", "深圳市", "昆明市")


@proves("C19-6", "refuses")
def test_a_fourth_comprehensive_where_three_are_set_is_refused() -> None:
    """− a fourth 综合型 where the round's document set 3"""
    full = (*opened(caps=(cap("comprehensive", 3),)), *defended(*THREE, "合肥市"))
    g = given(*full, on("2021-11-01", proposes(*THREE)))
    with refused("C19-6") as why:
        g.when("2021-11-02", proposes("合肥市"))
    assert "3 of 3 places of comprehensive are used" in why[0]


@proves("C19-6", "refuses")
def test_a_list_longer_than_the_total_is_refused_for_those_beyond_it() -> None:
    full = (*opened(caps=(cap("comprehensive", 3),)), *defended(*THREE, "合肥市"))
    with refused("C19-6") as why:
        given(*full).when("2021-11-01", proposes(*THREE, "合肥市"))
    assert len(why) == 1
    assert why[0].startswith(case("合肥市"))


@proves("C19-6", "refuses")
def test_the_total_is_judged_again_at_the_award() -> None:
    later = RecordReading(
        actor=MINISTRY, basis=CIRCULAR, of="city-2019", round="2021", point="Q-11",
        reading="总量减为2", parameters=opens(caps=(cap("comprehensive", 2),)).parameters,
    )  # fmt: skip
    g = given(*opened(), *noticed(*THREE), on("2021-12-01", later))
    with refused("C19-6"):
        g.when("2022-01-25", awards(*THREE))
    assert len(g.when("2022-01-25", awards(*THREE[:2]))) == 2


@proves("C19-6", "lifts")
def test_an_exception_lifts_the_total_for_one_city_and_stays_visible() -> None:
    full = (*opened(caps=(cap("comprehensive", 3),)), *defended(*THREE, "合肥市", "成都市"))
    grant = GrantException(
        actor=MINISTRY, basis=CIRCULAR, entry=case("合肥市"), rule="C19-6", reason="专项支持"
    )
    g = given(*full, on("2021-11-01", proposes(*THREE)), on("2021-11-02", grant))
    (event,) = g.recorded("2021-11-03", proposes("合肥市"))
    assert judged(event, "exceptions") == [event.position - 1]
    assert event.data["beside"] is True
    with refused("C19-6"):
        g.when("2021-11-03", proposes("成都市"))


@proves("C19-6", "lifts")
def test_a_city_beside_the_total_takes_no_place_of_it_in_whatever_order() -> None:
    full = (*opened(caps=(cap("comprehensive", 3),)), *defended(*THREE, "合肥市"))
    grant = on("2021-10-20", GrantException(
        actor=MINISTRY, basis=CIRCULAR, entry=case("合肥市"), rule="C19-6", reason="专项支持"
    ))  # fmt: skip
    for order in ((*THREE, "合肥市"), ("合肥市", *THREE)):
        events = given(*full, grant).recorded("2021-11-01", proposes(*order))
        lifted = {str(e.data["case"]): judged(e, "exceptions") for e in events}
        assert lifted.pop(case("合肥市")) != []
        assert set(map(tuple, lifted.values())) == {()}, "the others owe it nothing"


@proves("C19-6", "refuses")
def test_an_exception_holds_from_its_day_on_and_from_its_rule() -> None:
    full = (*opened(caps=(cap("comprehensive", 0),)), *defended("合肥市"))
    grant = GrantException(
        actor=MINISTRY, basis=CIRCULAR, entry=case("合肥市"), rule="C19-7", reason="专项支持"
    )
    later = replace(grant, rule="C19-6", effective="2030-01-01")
    g = given(*full, on("2021-10-20", grant), on("2021-10-20", later))
    with refused("C19-6"):
        g.when("2021-11-01", proposes("合肥市"))


@proves("C19-6", "accepts")
def test_a_retracted_proposal_gives_its_place_back_and_a_rejected_objection_does_not() -> None:
    full = (*opened(caps=(cap("comprehensive", 1),)), *defended("昆明市", "合肥市"))
    g = given(*full, on("2021-11-01", proposes("昆明市")), on("2021-11-05", notice("昆明市")))
    objection = LodgeObjection(actor=city("成都市"), case=case("昆明市"), words="材料不实")
    rejected = ResolveObjection(
        actor=MINISTRY, case=case("昆明市"), objection=1, upheld=False, reason="不实"
    )
    g.when("2021-11-06", objection)
    g.when("2021-11-07", rejected)
    with refused("C19-6"):
        g.when("2021-11-08", proposes("合肥市"))
    g.when("2021-11-09", Retract(actor=city("昆明市"), case=case("昆明市")))
    assert g.when("2021-11-10", proposes("合肥市"))


@proves("C19-6", "accepts")
def test_a_reading_that_holds_later_does_not_hold_yet() -> None:
    later = RecordReading(
        actor=MINISTRY, basis=CIRCULAR, of="city-2019", round="2021", point="Q-11", reading="不再授予",
        parameters=opens(caps=(cap("comprehensive", 0),)).parameters, effective="2023-01-01",
    )  # fmt: skip
    g = given(*opened(), *defended("武汉市"), on("2021-10-20", later))
    assert g.when("2021-11-01", proposes("武汉市"))


@proves("C19-6", "accepts")
@proves("L-8", "holds")
def test_an_unset_total_refuses_nobody_and_is_shown_as_not_set() -> None:
    """+ cap unset: the award passes and shows "not set" """
    *_, event = given(*opened(), *awarded(*THREE, "合肥市")).book.events
    assert event.topic == DesignationAwarded.topic
    assert judged(event, "unset") == ["cap:comprehensive"]


@proves("C19-6", "accepts")
def test_an_upheld_objection_gives_its_place_back() -> None:
    full = (*opened(caps=(cap("comprehensive", 3),)), *defended(*THREE, "合肥市"))
    objection = LodgeObjection(actor=city("成都市"), case=case("昆明市"), words="材料不实")
    upheld = ResolveObjection(
        actor=MINISTRY, case=case("昆明市"), objection=1, upheld=True, reason="属实"
    )
    g = given(
        *full, on("2021-11-01", proposes(*THREE)), on("2021-11-05", notice(*THREE)),
        on("2021-11-06", objection), on("2021-11-08", upheld),
    )  # fmt: skip
    assert g.when("2021-11-09", proposes("合肥市"))


@proves("C19-6", "accepts")
def test_a_total_of_holders_counts_all_rounds_and_those_known_from_announcements() -> None:
    """Q-11: a stock; a withdrawal gives its place back, in a yearly flow it does not."""
    stock = cap("comprehensive", 2, counts="holders")
    known = designation("成都市", "2019", category="comprehensive")
    steps = (
        stands(known, "2020-01-01"), *opened(caps=(stock,)), *defended("武汉市", "深圳市"),
        on("2021-11-01", proposes("武汉市")),
    )  # fmt: skip
    with refused("C19-6"):
        given(*steps).when("2021-11-02", proposes("深圳市"))
    ended = stands(DesignationWithdrawn(known.designation, "1"), "2021-10-20")
    assert given(*steps, ended).when("2021-11-02", proposes("深圳市"))


@proves("C19-7", "refuses")
def test_each_field_has_its_own_total_and_a_city_counts_in_each() -> None:
    places = (cap("special/life", 1), cap("special/industry", 2))
    steps = (
        *opened(caps=places), *defended("芜湖市", fields=("life", "industry")),
        *defended("濮阳市", fields=("life",)), *defended("廊坊市", fields=("industry",)),
        on("2021-11-01", proposes("芜湖市", fields=("life", "industry"))),
    )  # fmt: skip
    with refused("C19-7") as why:
        given(*steps).when("2021-11-02", proposes("濮阳市", fields=("life",)))
    assert "1 of 1 places of special/life are used" in why[0]
    assert given(*steps).when("2021-11-02", proposes("廊坊市", fields=("industry",)))


@proves("C19-7", "accepts")
def test_an_unset_field_refuses_nobody() -> None:
    *_, event = given(*opened(), *awarded("芜湖市", fields=("life",))).book.events
    assert judged(event, "unset") == ["cap:special/life"]


@proves("C19-7", "lifts")
def test_an_exception_lifts_a_fields_total() -> None:
    grant = GrantException(
        actor=MINISTRY, basis=CIRCULAR, entry=case("濮阳市"), rule="C19-7", reason="专项支持"
    )
    steps = (
        *opened(caps=(cap("special/life", 1),)), *defended("芜湖市", "濮阳市", fields=("life",)),
        on("2021-11-01", proposes("芜湖市", fields=("life",))), on("2021-11-02", grant),
    )  # fmt: skip
    assert given(*steps).when("2021-11-02", proposes("濮阳市", fields=("life",)))


# ------------------------------------------------------------------- C19-8, one category


@proves("C19-8", "refuses")
def test_a_city_applies_in_one_category_a_round() -> None:
    """− 芜湖 in both categories in one round"""
    g = given(*opened(), on("2021-05-01", applies("芜湖市", "life")))
    with refused("C19-8"):
        g.when("2021-05-02", applies("芜湖市"))


@proves("C19-8", "accepts")
def test_after_taking_back_it_may_choose_again() -> None:
    g = given(
        *opened(), on("2021-05-01", applies("芜湖市", "life")),
        on("2021-05-02", Retract(actor=city("芜湖市"), case=case("芜湖市"))),
    )  # fmt: skip
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
    two = (*opened(), *defended("芜湖市", fields=("life", "industry")),
           on("2021-11-01", proposes("芜湖市", fields=("life",))),
           on("2021-11-05", notice("芜湖市")), on("2021-11-15", closes("芜湖市")))  # fmt: skip
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


# ------------------------------------------------------------------- C19-9, C19-10, materials


@proves("C19-9", "records")
def test_who_leads_the_application_is_shown() -> None:
    assert "牵头：武汉市人民政府（C19-9）" in told(
        given(*opened()).recorded("2021-05-01", applies("武汉市"))
    )


@proves("C19-10", "refuses")
def test_the_form_and_the_report_are_handed_in_original_and_electronic() -> None:
    for materials in (
        (FORM,), (REPORT,), (replace(FORM, original=False), REPORT),
        (FORM, replace(REPORT, sha256=None)),
    ):  # fmt: skip
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
        g.when(
            "2021-05-02", Supplement(actor=city("武汉市"), case=case("武汉市"), statistics=(own,))
        )


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


# ------------------------------------------------------------------- C19-11, step by step


@proves("C19-11", "refuses")
def test_no_defence_before_the_expert_review() -> None:
    """− defence before expert review"""
    g = given(*opened(), *passed_form("武汉市"))
    with refused("C19-11") as why:
        g.when("2021-07-01", defence("武汉市"))
    assert why == [f"{case('武汉市')} has had no expert review yet"]


@proves("C19-11", "refuses")
def test_each_step_only_for_those_who_passed_the_one_before() -> None:
    failed_form = (*applied("武汉市"), on("2021-06-10", form("武汉市", passed=False)))
    failed_review = (*passed_form("武汉市"), on("2021-07-10", review("武汉市", passed=False)))
    failed_defence = (*reviewed("武汉市"), on("2021-10-10", defence("武汉市", passed=False)))
    for steps, act in (
        (applied("武汉市"), scores("武汉市")),
        (applied("武汉市"), review("武汉市")),
        (applied("武汉市"), InspectSite(actor=MINISTRY, case=case("武汉市"))),
        (failed_form, scores("武汉市")),
        (failed_form, review("武汉市")),
        (failed_review, defence("武汉市")),
        (failed_defence, proposes("武汉市")),
        (reviewed("武汉市"), proposes("武汉市")),
        (defended("武汉市"), notice("武汉市", until="2022-02-10")),
        (defended("武汉市"), closes("武汉市")),
        (proposed("武汉市"), awards("武汉市")),
    ):
        with refused("C19-11"):
            given(*opened(), *steps).when("2022-01-25", act)


@proves("C19-11", "refuses")
def test_no_award_during_publicity() -> None:
    """− award during publicity"""
    early = Document(number="公告〔2021〕9号", published="2021-11-06")
    g = given(*opened(), *on_notice("武汉市"))
    with refused("C19-11"):
        g.when("2021-11-06", replace(closes("武汉市"), effective="2021-11-13", basis=early))
    with refused("C19-11"):
        g.when("2021-11-12", awards("武汉市", basis=early))
    with refused("C19-11"):
        g.when("2021-11-12", closes("武汉市"))
    with refused("C19-11"):
        g.when("2021-11-13", awards("武汉市", basis=early))  # over, and not closed
    assert g.when("2021-11-13", closes("武汉市"))
    with refused("C19-11"):
        g.when("2021-11-13", awards("武汉市", basis=early, effective="2021-11-10"))
    assert g.when("2021-11-13", awards("武汉市", basis=early))


@proves("C19-11", "refuses")
def test_no_step_is_of_a_day_before_the_step_before_it() -> None:
    for steps, act, effective in (
        (passed_form("武汉市"), review("武汉市"), "2021-06-09"),
        (reviewed("武汉市"), defence("武汉市"), "2021-07-09"),
        (defended("武汉市"), proposes("武汉市"), "2021-10-09"),
        (proposed("武汉市"), notice("武汉市"), "2021-10-31"),
    ):
        with refused("C19-11"):
            dated = replace(act, effective=effective, basis=CIRCULAR)
            given(*opened(), *steps).when("2021-11-02", dated)
    before = replace(form("武汉市"), effective="2021-04-30", basis=CIRCULAR)
    with refused("C19-3", "C19-11"):
        given(*opened(), *applied("武汉市")).when("2021-11-02", before)


@proves("C19-11", "refuses")
def test_scores_are_closed_with_the_review() -> None:
    g = given(*opened(), *reviewed("武汉市"))
    for act in (
        scores("武汉市"),
        Supplement(actor=city("武汉市"), case=case("武汉市"), materials=(FORM,)),
    ):
        with refused("C19-11"):
            g.when("2021-08-01", act)


@proves("C19-11", "accepts")
def test_a_case_goes_step_by_step_to_its_title() -> None:
    inspected = InspectSite(actor=MINISTRY, case=case("武汉市"), findings="情况属实")
    g = given(
        *opened(), *passed_form("武汉市"), on("2021-06-12", scores("武汉市")),
        on("2021-06-13", inspected),
    )  # fmt: skip
    for step in (*awarded("武汉市")[3:],):
        step(g.book)
    assert [event.topic for event in g.book.events][-3:] == [
        "publicity.opened", "publicity.closed", "designation.awarded",
    ]  # fmt: skip


@proves("C19-11", "records")
def test_an_online_defence_is_recorded_and_shown() -> None:
    """! an online defence (2021)"""
    g = given(*opened(), *reviewed("武汉市"))
    events = g.recorded("2021-10-10", defence("武汉市", form="online", form_words="视频答辩"))
    assert "形式：视频答辩（非现场）（C19-11）" in told(events)


# ------------------------------------------------------------------- C19-12, C19-13, the award


@proves("C19-12", "refuses")
def test_an_award_is_a_published_document() -> None:
    g = given(*opened(), *noticed("武汉市"))
    for basis in (None, Document(issuer="工业和信息化部", published="2022-01-25"),
                  Document(number="公告〔2022〕3号")):  # fmt: skip
        with refused("C19-12"):
            g.when("2022-01-25", awards("武汉市", basis=basis))


@proves("C19-12", "refuses")
def test_the_title_has_its_words() -> None:
    g = given(*opened(), *noticed("武汉市"))
    right = awards("武汉市")
    wrong = replace(right, honours=(replace(right.honours[0], title="信息消费示范城市"),))
    with refused("C19-12"):
        g.when("2022-01-25", wrong)


@proves("C19-12", "accepts")
def test_a_document_without_a_number_is_named_by_its_title() -> None:
    notice_ = Document(title="关于公布2021年信息消费示范城市的通知", published="2022-01-25")
    g = given(*opened(), *noticed("武汉市"))
    fact = first(g.when("2022-01-25", awards("武汉市", basis=notice_)))
    assert fact.as_data()["title"] == "信息消费示范城市(综合型)"


OTHER = Document(number="工业和信息化部公告〔2022〕99号", published="2022-09-01")


@proves("C19-13", "refuses")
def test_results_are_announced_once_a_year() -> None:
    g = given(*opened(), *noticed(*THREE), on("2022-01-25", awards("武汉市", "深圳市")))
    with refused("C19-13"):
        g.when("2022-09-01", awards("昆明市", basis=OTHER))


@proves("C19-13", "accepts")
def test_one_announcement_may_be_recorded_in_parts_and_the_next_year_has_its_own() -> None:
    g = given(*opened(), *noticed(*THREE), on("2022-01-25", awards("武汉市")))
    assert g.when("2022-01-26", awards("深圳市"))
    next_year = Document(number="工业和信息化部公告〔2023〕2号", published="2023-01-20")
    assert g.when("2023-01-25", awards("昆明市", basis=next_year))
    by_title = Document(title="关于公布的通知", published="2023-01-20")
    with refused("C19-13"):
        given(
            *opened(), *noticed(*THREE), on("2023-01-25", awards("武汉市", basis=next_year))
        ).when("2023-01-26", awards("深圳市", basis=by_title))


@proves("C19-13", "lifts")
def test_an_exception_lets_one_city_be_announced_later_in_the_year() -> None:
    grant = GrantException(
        actor=MINISTRY, basis=CIRCULAR, entry=case("昆明市"), rule="C19-13", reason="补充公告"
    )
    g = given(
        *opened(), *noticed(*THREE), on("2022-01-25", awards("武汉市")), on("2022-08-01", grant)
    )
    assert g.when("2022-09-01", awards("昆明市", basis=OTHER))


# ------------------------------------------------------- C19-14, C19-15, C19-20, what is owed


def owed(g: Given, as_of: str, name: str = "武汉市") -> dict[tuple[str, str], Obligation]:
    """A holder's obligations on a day, by (what, which); what was filed before what goes on."""
    return {(o.due.what, o.due.of): o for o in reversed(all_owed(g, as_of, name))}


def all_owed(g: Given, as_of: str, name: str = "武汉市") -> list[Obligation]:
    """A holder's obligations on a day, in their order."""
    held = case(name)
    query = Query((
        Selector.of(tags={f"designation:{held}"}), Selector.of(tags={f"entry:{held}"}),
    ))  # fmt: skip
    history = believed(g.book.read(query))
    day = date.fromisoformat(as_of)
    facts = Facts(tuple(history), day, day)
    since = facts.of(DesignationAwarded)[0].day
    title = Held(held, since, None, facts, held)
    return obligations(dues("city-2019", title), until=None, as_of=day)


HOLDER = (*opened(), *awarded("武汉市"))


def reports(kind: str, year: int | None = None) -> ReportProgress:
    return ReportProgress(
        actor=city("武汉市"), designation=case("武汉市"), kind=kind, year=year, sha256=DIGEST  # type: ignore[arg-type]
    )  # fmt: skip


@proves("C19-14", "owed")
def test_regular_progress_is_owed_with_no_date_set() -> None:
    assert owed(given(*HOLDER), "2023-01-01")["progress-report", ""].state == "no-date-set"


@proves("C19-14", "records")
def test_a_regular_report_is_filed() -> None:
    g = given(*HOLDER, on("2022-07-01", reports("regular")))
    assert owed(g, "2022-08-01")["progress-report", ""].state == "filed"
    states = [o.state for o in all_owed(g, "2031-01-01") if o.due.what == "progress-report"]
    assert states == ["filed", "no-date-set"], "regularly: one does not do for ever"
    then = [o.state for o in all_owed(g, "2022-06-01") if o.due.what == "progress-report"]
    assert then == ["no-date-set"], "filed later, it was owed once"


@proves("C19-15", "owed")
def test_a_yearly_report_is_owed_for_the_running_year() -> None:
    found = owed(given(*HOLDER), "2022-12-31")["yearly-report", "2022"]
    assert (found.state, found.due.due, found.rule) == ("owed", date(2022, 12, 31), "C19-15")


@proves("C19-15", "overdue")
def test_a_yearly_report_that_is_missing_is_overdue_and_the_title_stays() -> None:
    """! yearly report missing: overdue, title stays"""
    found = owed(given(*HOLDER), "2023-01-02")
    assert (found["yearly-report", "2022"].state, found["yearly-report", "2022"].days_late) == (
        "overdue", 2,
    )  # fmt: skip
    assert found["yearly-report", "2023"].state == "owed"


@proves("C19-15", "late")
def test_a_yearly_report_in_the_next_year_is_late() -> None:
    g = given(*HOLDER, on("2023-01-10", reports("yearly", 2022)))
    found = owed(g, "2023-02-01")["yearly-report", "2022"]
    assert (found.state, found.days_late, found.due.filed_by) == ("late", 10, len(g.book.events))
    assert owed(g, "2023-01-09")["yearly-report", "2022"].state == "overdue", "as it stood then"


@proves("C19-15", "records")
def test_a_yearly_report_in_time_is_filed() -> None:
    g = given(*HOLDER, on("2022-12-20", reports("yearly", 2022)))
    assert owed(g, "2023-02-01")["yearly-report", "2022"].state == "filed"


@proves("C19-15", "owed")
def test_a_re_assessment_is_owed_with_no_date_set() -> None:
    assert owed(given(*HOLDER), "2023-01-01")["re-assessment", ""].state == "no-date-set"
    passed = Reassess(actor=MINISTRY, designation=case("武汉市"), passed=True)
    g = given(*HOLDER, on("2023-06-01", passed))
    assert owed(g, "2023-07-01")["re-assessment", ""].state == "filed"


def planned() -> tuple[Step, ...]:
    """A holder whose centre was planned when it applied, on 2021-05-01."""
    conditions = (FIVE[0], Statement(2, "计划建设", facility="planned"), *FIVE[2:])
    _, *rest = awarded("武汉市")
    return (*opened(), on("2021-05-01", applies("武汉市", conditions=conditions)), *rest)


SET_UP = RecordArrangement(
    actor=city("武汉市"), designation=case("武汉市"), kind="facility-project", words="体验中心立项"
)


@proves("C19-20", "owed")
def test_a_planned_centre_is_owed_within_three_years_of_the_application() -> None:
    found = owed(given(*planned()), "2024-05-01")["facility", ""]
    assert (found.state, found.due.due) == ("owed", date(2024, 5, 1))
    assert ("facility", "") not in owed(given(*HOLDER), "2024-05-01"), "a built one owes nothing"


@proves("C19-20", "overdue")
def test_a_planned_centre_that_is_not_set_up_is_overdue() -> None:
    assert owed(given(*planned()), "2024-05-02")["facility", ""].state == "overdue"


@proves("C19-20", "late")
def test_a_planned_centre_set_up_after_three_years_is_late() -> None:
    g = given(*planned(), on("2024-06-01", SET_UP))
    assert owed(g, "2024-07-01")["facility", ""].state == "late"


@proves("C19-20", "records")
def test_a_planned_centre_that_is_set_up_is_filed() -> None:
    g = given(*planned(), on("2023-06-01", SET_UP))
    assert owed(g, "2024-07-01")["facility", ""].state == "filed"


# ------------------------------------------------------------------- C19-16, withdrawal


def withdraws(ground: str, act: str | None = None, basis: Document | None = WITHDRAWAL) -> Withdraw:
    return Withdraw(actor=MINISTRY, basis=basis, designation=case("武汉市"), ground=ground, act=act)


@proves("C19-16", "refuses")
def test_slow_growth_is_no_ground() -> None:
    """− withdrawal for "slow growth" """
    with refused("C19-16"):
        given(*HOLDER).when("2024-05-10", withdraws("slow-growth"))


@proves("C19-16", "refuses")
def test_a_failed_re_assessment_is_on_record_before_it_is_a_ground() -> None:
    passed = Reassess(actor=MINISTRY, designation=case("武汉市"), passed=True)
    failed = replace(passed, passed=False)
    with refused("C19-16"):  # it failed later than the withdrawal is to take effect
        early = replace(withdraws("2"), effective="2023-01-01")
        given(*HOLDER, on("2024-04-01", failed)).when("2024-05-10", early)
    for steps in (
        (),
        (on("2024-04-01", passed),),
        (on("2023-04-01", failed), on("2024-04-01", passed)),  # passing keeps the title
    ):
        with refused("C19-16"):
            given(*HOLDER, *steps).when("2024-05-10", withdraws("2"))


@proves("C19-16", "refuses")
def test_the_open_ground_names_the_act() -> None:
    with refused("C19-16"):
        given(*HOLDER).when("2024-05-10", withdraws("4"))


@proves("C19-16", "refuses")
def test_a_withdrawal_is_announced() -> None:
    for basis in (None, Document(number="公告〔2024〕9号")):
        with refused("C19-16"):
            given(*HOLDER).when("2024-05-10", withdraws("1", basis=basis))


@proves("C19-16", "accepts")
def test_each_of_the_four_grounds_ends_the_title() -> None:
    failed = Reassess(actor=MINISTRY, designation=case("武汉市"), passed=False, on_site=True)
    for ground, act in (("1", None), ("2", None), ("3", None), ("4", "连续三年未报送进展")):
        g = given(*HOLDER, on("2024-04-01", failed))
        fact = first(g.when("2024-05-10", withdraws(ground, act)))
        assert fact.as_data()["ground"] == ground
        with refused("H-2"):
            g.when("2024-05-11", reports("regular"))
        again = withdraws("3")
        with refused("H-2"):
            g.when("2024-05-11", again)
    g = given(*HOLDER)
    g.when("2024-05-10", replace(withdraws("1"), effective="2025-01-01"))
    with refused("L-1"):  # it is to end, and is held until then
        g.when("2024-05-11", withdraws("3"))


# ------------------------------------------------------------------- what is only recorded


def told(events: list[Recorded]) -> str:
    return "".join(tell(b.fact, b.effective, b.basis).chinese for b in believed(events))


@proves("C19-17", "records")
def test_a_support_is_shown() -> None:
    act = RecordSupport(
        actor=MINISTRY, designation=case("武汉市"), kind="branding", words="品牌宣传"
    )
    assert "支持：品牌宣传（C19-17）" in told(given(*HOLDER).recorded("2022-06-01", act))


@proves("C19-18", "records")
def test_an_inspection_and_a_units_help_are_shown() -> None:
    inspection = RecordInspection(
        actor=MINISTRY, designation=case("武汉市"), carried_out_by="信息技术发展司"
    )
    help_ = RecordArrangement(
        actor=unit("湖北省"), designation=case("武汉市"), kind="assistance", words="组织对接"
    )
    g = given(*HOLDER)
    assert "督导检查：信息技术发展司（C19-18）" in told(g.recorded("2022-06-01", inspection))
    assert "主管部门的支持：组织对接（C19-18）" in told(g.recorded("2022-06-02", help_))


@proves("C19-19", "records")
def test_a_score_says_whether_its_criteria_are_set() -> None:
    g = given(*opened(), *passed_form("武汉市"))
    (event,) = g.recorded("2021-06-12", scores("武汉市"))
    assert "指标及权重未由文件设定（C19-19）" in told([event])
    assert judged(event, "unset") == ["criteria"]
    criterion = Criterion("supply", "供给水平", 10_000, 2_550, CIRCULAR)
    g = given(*opened(criteria=(criterion,)), *passed_form("武汉市"))
    assert "权重25.5%（C19-19）" in told(g.recorded("2021-06-12", scores("武汉市")))


@proves("C19-21", "records")
def test_the_coordination_body_is_shown() -> None:
    act = RecordArrangement(
        actor=city("武汉市"), designation=case("武汉市"), kind="coordination-body", words="领导小组"
    )
    assert "协同推进机制：领导小组（C19-21）" in told(given(*HOLDER).recorded("2022-06-01", act))


# ------------------------------------------------------------------- C19-22, in force


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
            "why": "cn:340200 already applies as special",
            "facts": [2],
            "figures": {},
        }
