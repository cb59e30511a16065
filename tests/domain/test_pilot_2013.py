"""工信厅信函[2013]701号: every rule by its strength; the scenarios under their own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.commands import (
    CloseIntake,
    GrantException,
    HoldDefence,
    Reassess,
    RecordArrangement,
    Retract,
    Statement,
    Withdraw,
)
from domain.events import (
    ApprovalRecorded,
    Condition,
    DesignationAwarded,
    Parameters,
    ReviewConcluded,
    SelectionProposed,
)
from domain.history import believed
from domain.kernel import Document, Query
from projections.roster.rows import Roster, status
from tests.support.city_round import DIGEST, MINISTRY, cap, city, founded
from tests.support.facts import designation
from tests.support.given import Given, Step, given, judged, on, proves, refused, stands
from tests.support.late import corrected, questioned
from tests.support.other_rounds import (
    DECIDED,
    PILOTS_OPENED,
    REPORT,
    TEN,
    applies_as_pilot,
    approves,
    awarded_pilots,
    awards,
    opens,
    pilot,
    pilots,
    proposed_pilots,
    proposes,
    recommended_pilots,
    recommends_pilot,
    review,
    score,
)
from tests.support.owing import owed
from tests.support.reading import told

HUNAN = ("株洲市", "衡阳市", "郴州市")
ONE = pilot("株洲市")
PILOT = (*PILOTS_OPENED, *awarded_pilots("株洲市"))


def exception(rule: str, entry: str) -> GrantException:
    return GrantException(actor=MINISTRY, basis=DECIDED, entry=entry, rule=rule, reason="另有决定")


def opened(places: int) -> tuple[Step, ...]:
    """The round, with fewer places than the text's 50."""
    caps = Parameters(caps=(cap("pilot", places),))
    return (on("2013-10-10", opens("pilot-2013", "batch-1", parameters=caps)),)


def on_the_roster(g: Given, day: str, name: str = "株洲市") -> str:
    key = pilot(name)
    (row,) = Roster().fold(key, believed(g.ledger.read(Query.tagged(f"designation:{key}"))))
    return status(dict(zip(Roster.columns, row, strict=False)), date.fromisoformat(day))[0]  # type: ignore[arg-type]


# ------------------------------------------------------------------ 一


@proves("P13-1", "refuses")
def test_the_51st_pilot_is_refused() -> None:
    """− the 51st pilot"""
    g = given(*opened(1), *recommended_pilots(*HUNAN), *(on("2013-11-20", review(pilot(n))) for n in HUNAN))
    with refused("P13-1") as why:
        g.when("2013-12-01", proposes("pilot", *map(pilot, HUNAN[:2])))
    assert why == [f"{pilot(HUNAN[1])}: pilot: 1 of 1 places used"]


@proves("P13-1", "refuses", "accepts")
def test_fifty_is_what_the_text_sets_and_is_judged_again_at_the_award() -> None:
    (opening,) = given().recorded("2013-10-10", opens("pilot-2013", "batch-1"))
    caps = {c["pool"]: c["places"] for c in opening.data["text"]["caps"]}  # type: ignore[index,call-overload,union-attr]
    assert caps == {"pilot": 50, "unit": 3}
    g = given(*opened(0), *proposed_like(ONE))
    with refused("P13-1"):
        g.when("2013-12-31", awards("pilot", ONE))
    assert len(given(*PILOTS_OPENED, *proposed_like(ONE)).when("2013-12-31", awards("pilot", ONE))) == 1


def proposed_like(case: str) -> tuple[Step, ...]:
    """On a list and approved, although the round has no place: by an exception since taken back."""
    return (
        *recommended_pilots("株洲市"),
        stands(ReviewConcluded(case=case, passed=True), "2013-11-20"),
        stands(SelectionProposed(case=case, list="1", category="pilot"), "2013-11-28"),
        stands(ApprovalRecorded(case=case, list="1", by="leading-group"), "2013-12-20"),
    )


@proves("P13-1", "lifts")
def test_the_announcement_of_68_lifts_the_fifty_for_each_beyond_it() -> None:
    """! with 公告〔2013〕67号 as the exception (68)"""
    g = given(
        *opened(1),
        *recommended_pilots(*HUNAN[:2]),
        *(on("2013-11-20", review(pilot(n))) for n in HUNAN[:2]),
        on("2013-11-21", exception("P13-1", pilot(HUNAN[1]))),
    )
    events = g.recorded("2013-12-01", proposes("pilot", *map(pilot, HUNAN[:2])))
    assert [bool(judged(event, "exceptions")) for event in events] == [False, True]
    assert events[1].data["beside"] is True


@proves("P13-2", "accepts")
def test_a_pilot_runs_for_its_period_and_no_longer() -> None:
    """+ roster on 2013-12-31: announced, not running; on 2014-01-01: running; on 2016-01-01: ended"""
    g = given(*PILOT)
    assert on_the_roster(g, "2013-12-31") == "announced"
    assert on_the_roster(g, "2014-01-01") == "holds"
    assert on_the_roster(g, "2015-12-31") == "holds"
    assert on_the_roster(g, "2016-01-01") == "held"
    assert "期限2014-01-01至2015-12-31" in told(g.ledger.events)
    assert judged(g.ledger.events[-1], "readings") == ["Q-5"]


def test_an_award_without_a_document_is_shown_as_such() -> None:
    """The text asks for none: + without one, and said so · + with one, by its number"""
    steps = [step for step in PILOT if step.day < "2013-12-31"]
    for basis, said in (
        (None, "未载明公布文件。"),
        (Document(), "未载明公布文件。"),
        (Document(issuer="工业和信息化部"), "未载明公布文件。"),  # whose it is does not say which it is
        (Document(title="关于公布名单的通知"), "依据："),
        (DECIDED, "依据："),
    ):
        g = given(*steps)
        (event,) = g.recorded("2013-12-31", replace(awards("pilot", ONE), basis=basis))
        assert said in told([event])


def test_a_document_that_is_found_later_is_stated_by_a_correction() -> None:
    steps = (*founded("2013-01-04"), *(step for step in PILOT if step.day < "2013-12-31"))
    g = given(*steps)
    (award,) = g.recorded("2013-12-31", replace(awards("pilot", ONE), basis=None))
    assert questioned(corrected(g, "2014-03-01", award, document=DECIDED)) == {}
    stands_ = next(b for b in believed(g.ledger.events) if b.position == award.position)
    assert stands_.basis == DECIDED


@proves("P13-2", "refuses")
def test_nobody_becomes_a_pilot_once_the_period_is_over() -> None:
    steps = [step for step in PILOT if step.day < "2013-12-31"]
    with refused("P13-2"):
        given(*steps).when("2016-01-04", awards("pilot", ONE))


@proves("P13-2", "accepts")
def test_without_a_period_nothing_is_judged_by_it() -> None:
    second = [on("2014-10-10", opens("pilot-2013", "batch-2"))]
    g = given(*second)
    apply_ = replace(applies_as_pilot("株洲市"), round="batch-2")
    case = ONE.replace("batch-1", "batch-2")
    for day, act in (
        ("2014-11-01", apply_),
        ("2014-11-02", replace(recommends_pilot("株洲市"), case=case, reviewed_on="2014-11-02")),
        ("2014-11-20", review(case)),
        ("2014-12-01", proposes("pilot", case)),
        ("2014-12-05", approves("leading-group", case)),
    ):
        g.when(day, act)
    (award,) = g.recorded("2014-12-31", awards("pilot", case, basis=replace(DECIDED, published="2014-12-31")))
    assert judged(award, "unset") == ["term"]


def demonstration(name: str = "株洲市") -> str:
    return pilot(name).replace("batch-1", "demonstration")


SECOND = Document(number="工信部信软〔2016〕1号", title="示范市名单", published="2016-01-15")


def nominated(name: str = "株洲市") -> tuple[Step, ...]:
    act = applies_as_pilot(
        name,
        actor=MINISTRY,
        basis=SECOND,
        round="demonstration",
        category="demonstration",
        channel="nominated",
        unit=None,
        conditions=(),
        materials=(),
    )
    return (on("2016-01-02", opens("pilot-2013", "demonstration")), on("2016-01-05", act))


@proves("P13-3", "accepts")
def test_the_second_title_for_one_that_was_a_pilot_to_the_end() -> None:
    """+ 示范市 for 株洲 on 2016-01-15 though its pilot ended 2015-12-31"""
    g = given(*PILOT, *nominated())
    (title,) = g.when("2016-01-15", awards("demonstration", demonstration(), basis=SECOND))
    assert isinstance(title, DesignationAwarded)
    assert (title.title, title.held_until) == ("全国信息消费示范市(县、区)", None)


@proves("P13-3", "refuses")
def test_a_pilot_withdrawn_in_mid_2015_gets_no_second_title() -> None:
    """− a pilot withdrawn in mid-2015"""
    end = Withdraw(
        actor=MINISTRY, basis=Document(number="文外依据〔2015〕1号"), designation=ONE, ground="outside"
    )
    g = given(*PILOT, on("2015-07-01", end), nominated()[0])
    with refused("P13-3") as why:
        g.when("2016-01-05", nominated()[1].what)  # type: ignore[arg-type]
    assert "withdrawn on 2015-07-01" in why[0]


@proves("P13-3", "refuses")
def test_the_second_title_waits_for_the_pilots_end_and_is_for_pilots_only() -> None:
    early = replace(nominated()[0].what, basis=SECOND)  # type: ignore[type-var]
    g = given(*PILOT, on("2015-12-01", early))  # type: ignore[arg-type]
    with refused("P13-3") as why:
        g.when("2015-12-31", nominated()[1].what)  # type: ignore[arg-type]
    assert "has not ended yet" in why[0]
    with refused("P13-3") as why:
        given(*PILOT, nominated()[0]).when("2016-01-05", nominated("衡阳市")[1].what)  # type: ignore[arg-type]
    assert "has been no pilot" in why[0]


@proves("P13-3", "refuses")
def test_there_are_two_titles_and_the_second_is_not_applied_for() -> None:
    g = given(*PILOTS_OPENED)
    for more in ({"category": "foo"}, {"category": "demonstration"}):
        with refused("P13-3"):
            g.when("2013-10-20", applies_as_pilot("威海市", channel="direct", unit=None, **more))


@proves("P13-3", "accepts")
def test_one_pilot_held_to_its_end_is_enough() -> None:
    early = designation(
        "株洲市",
        "batch-0",
        category="pilot",
        programme="pilot-2013",
        held_from="2012-01-01",
        held_until="2013-12-31",
    )
    end = Withdraw(
        actor=MINISTRY,
        basis=Document(number="文外依据〔2013〕1号"),
        designation=early.designation,
        ground="outside",
    )
    g = given(stands(early, "2012-01-01"), on("2013-03-01", end), *PILOT, *nominated())
    assert g.when("2016-01-15", awards("demonstration", demonstration(), basis=SECOND))


@proves("P13-2", "accepts")
def test_a_late_award_is_not_dated_back() -> None:
    steps = [step for step in PILOT if step.day < "2013-12-31"]
    late = replace(DECIDED, published="2014-03-01")
    (title,) = given(*steps).when("2014-03-01", awards("pilot", ONE, basis=late))
    assert isinstance(title, DesignationAwarded)
    assert (title.held_from, title.held_until) == ("2014-03-01", "2015-12-31")


@proves("P13-5", "refuses")
def test_a_district_that_is_not_there_yet_is_no_subject() -> None:
    with refused("P13-5") as why:
        given(*PILOTS_OPENED).when("2013-10-20", applies_as_pilot("平城区"))
    assert "did not exist" in why[0]


# ------------------------------------------------------------------ 二(一)


@proves("P13-4", "accepts")
def test_three_of_hunan() -> None:
    """+ 湖南: 株洲, 衡阳, 郴州"""
    g = given(*PILOTS_OPENED, *recommended_pilots(*HUNAN))
    assert [e.data["pools"] for e in g.ledger.events if e.topic == "application.recommended"] == [
        ["pilot-2013/batch-1/cn:430000"]
    ] * 3


@proves("P13-4", "refuses")
def test_a_fourth_of_hunan_is_refused() -> None:
    """− a fourth, 湘潭 (P13-4, 3 of 3)"""
    g = given(*PILOTS_OPENED, *recommended_pilots(*HUNAN), on("2013-10-20", applies_as_pilot("湘潭市")))
    with refused("P13-4") as why:
        g.when("2013-11-02", recommends_pilot("湘潭市"))
    assert why[0].startswith("cn:430000: 3 put forward of 3 that may be: ")


@proves("P13-4", "lifts")
def test_a_fourth_by_exception() -> None:
    """! the same by exception"""
    g = given(
        *PILOTS_OPENED,
        *recommended_pilots(*HUNAN),
        on("2013-10-20", applies_as_pilot("湘潭市")),
        on("2013-11-01", exception("P13-4", pilot("湘潭市"))),
    )
    (event,) = g.recorded("2013-11-02", recommends_pilot("湘潭市"))
    assert judged(event, "exceptions") != []


@proves("P13-4", "refuses")
def test_one_that_takes_its_application_back_makes_room() -> None:
    g = given(
        *PILOTS_OPENED,
        *recommended_pilots(*HUNAN),
        on("2013-10-20", applies_as_pilot("湘潭市")),
        on("2013-10-20", applies_as_pilot("岳阳市")),
        on("2013-11-02", Retract(actor=city("郴州市"), case=pilot("郴州市"))),
    )
    assert g.when("2013-11-03", recommends_pilot("湘潭市"))
    with refused("P13-4"):
        g.when("2013-11-04", recommends_pilot("岳阳市"))


@proves("P13-4", "accepts")
def test_one_pilot_of_qinghai_is_a_shortfall_and_not_refused() -> None:
    """! 青海: 西宁 alone (1, shortfall of 1)"""
    g = given(*PILOTS_OPENED, *recommended_pilots("西宁市"))
    assert [e.topic for e in g.ledger.events][-1] == "application.recommended"


@proves("P13-4", "lifts")
def test_a_city_beside_the_three_takes_none_of_them_in_whatever_order() -> None:
    g = given(
        *PILOTS_OPENED,
        *(on("2013-10-20", applies_as_pilot(n)) for n in (*HUNAN, "湘潭市")),
        on("2013-11-01", exception("P13-4", pilot("湘潭市"))),
    )
    for name in ("湘潭市", *HUNAN):
        (event,) = g.recorded("2013-11-02", recommends_pilot(name))
        assert event.data.get("beside", False) is (name == "湘潭市")


@proves("P13-5", "accepts")
def test_cities_counties_and_districts_of_any_level() -> None:
    """+ 义乌市 330782 through 浙江 (contrast C19)"""
    assert given(*PILOTS_OPENED, *recommended_pilots("义乌市", "上海市杨浦区", "正定县"))


@proves("P13-5", "refuses")
def test_a_prefecture_without_a_decision_is_refused() -> None:
    """− 延边州 222400 without a decision (Q-2)"""
    with refused("P13-5") as why:
        given(*PILOTS_OPENED).when("2013-10-20", applies_as_pilot("延边朝鲜族自治州"))
    assert "autonomous-prefecture" in why[0]


@proves("P13-5", "lifts")
def test_a_prefecture_and_a_zone_by_decision() -> None:
    name = "延边朝鲜族自治州"
    g = given(*PILOTS_OPENED, on("2013-10-15", exception("P13-5", pilot(name))))
    (event,) = g.recorded("2013-10-20", applies_as_pilot(name))
    assert (judged(event, "exceptions"), judged(event, "readings")) == ([2], ["Q-2"])
    with refused("P13-5") as why:
        g.when("2013-10-20", pilots("cn:410100/zhengdong"))
    assert "zone" in why[0]


TOWN = "cn:330782101"


def of_a_town(*fields: str) -> tuple[Statement, ...]:
    return (*TEN, *(Statement(1, "已形成", field) for field in fields))


@proves("P13-5", "refuses", "accepts")
def test_a_new_town_states_both_its_model_and_its_cluster() -> None:
    """− a new town with a product cluster only"""
    g = given(*PILOTS_OPENED)
    with refused("P13-5") as why:
        g.when("2013-10-20", pilots(TOWN, conditions=of_a_town("product-cluster")))
    assert why == ["a new town states: service-model"]
    both = pilots(TOWN, conditions=of_a_town("product-cluster", "service-model"))
    (event,) = g.recorded("2013-10-20", both)
    assert "seat:cn:330782" in event.tags
    assert event.data["province"] == "cn:330000"


# ------------------------------------------------------------------ 二(二) … 二(四)


@proves("P13-6", "records")
def test_the_responsible_government_is_shown() -> None:
    g = given(*PILOTS_OPENED, on("2013-10-20", applies_as_pilot("株洲市")))
    assert "责任主体：株洲市人民政府（P13-6）" in told(g.ledger.events)
    g = given(*PILOTS_OPENED, on("2013-10-20", applies_as_pilot("株洲市", led_by=None)))
    assert "P13-6" not in told(g.ledger.events)


@proves("P13-7", "accepts")
def test_qingdao_is_submitted_by_its_government_and_shandong_stays_at_none() -> None:
    """+ 青岛 by its city government, no initial check; 山东 stays at 0"""
    g = given(*PILOTS_OPENED, *recommended_pilots("青岛市"))
    assert g.when("2013-11-20", review(pilot("青岛市")))
    assert not [e for e in g.ledger.events if e.topic == "application.recommended"]


@proves("P13-7", "refuses")
def test_weihai_by_itself_is_refused() -> None:
    """− 威海 by itself (P13-7)"""
    with refused("P13-7"):
        given(*PILOTS_OPENED).when("2013-10-20", applies_as_pilot("威海市", channel="direct", unit=None))


@proves("P13-7", "refuses")
def test_a_direct_city_goes_through_no_unit_and_others_through_their_own() -> None:
    g = given(*PILOTS_OPENED)
    with refused("P13-7"):
        g.when("2013-10-20", applies_as_pilot("青岛市", channel="unit", unit="cn:370000"))
    with refused("P13-7"):
        g.when("2013-10-20", applies_as_pilot("威海市", unit="cn:430000"))


@proves("P13-7", "accepts")
def test_a_district_of_a_municipality_through_its_unit() -> None:
    """+ 上海市杨浦区 through 上海's unit (Q-3)"""
    g = given(*PILOTS_OPENED, *recommended_pilots("上海市杨浦区"))
    (event,) = [e for e in g.ledger.events if e.topic == "application.recommended"]
    assert event.data["pools"] == ["pilot-2013/batch-1/cn:310000"]
    assert judged(event, "readings") == ["Q-3"]


@proves("P13-7", "refuses")
def test_the_check_precedes_the_recommendation_and_both_the_review() -> None:
    g = given(*PILOTS_OPENED, on("2013-10-20", applies_as_pilot("株洲市")))
    with refused("P13-7"):
        g.when("2013-11-01", recommends_pilot("株洲市", reviewed_on=None))
    with refused("P13-7"):
        g.when("2013-11-01", review(ONE))
    with refused("P13-7"):
        g.when("2013-11-01", score(ONE))


@proves("P13-8", "records")
def test_the_reasons_of_a_selection_are_recorded() -> None:
    steps = [step for step in proposed_pilots("株洲市") if step.day < "2013-11-28"]
    g = given(*PILOTS_OPENED, *steps, on("2013-11-28", proposes("pilot", ONE, reason="兼顾区域")))
    assert "遴选考虑已记录（P13-8）" in told(g.ledger.events)
    assert "P13-8" not in told(given(*PILOTS_OPENED, *proposed_pilots("株洲市")).ledger.events)


@proves("P13-14", "refuses")
def test_only_the_recommended_can_be_selected() -> None:
    g = given(
        *PILOTS_OPENED,
        on("2013-10-20", applies_as_pilot("株洲市")),
        stands(ReviewConcluded(case=ONE, passed=True), "2013-11-20"),
    )
    with refused("P13-14"):
        g.when("2013-11-28", proposes("pilot", ONE))


@proves("P13-14", "refuses")
def test_selected_and_awarded_is_what_was_put_forward_under_its_own_title() -> None:
    g = given(*PILOTS_OPENED, *recommended_pilots("株洲市"), on("2013-11-25", review(ONE)))
    with refused("P13-14"):
        g.when("2013-11-28", proposes("demonstration", ONE))
    g = given(*[step for step in PILOT if step.day < "2013-12-31"])
    act = awards("pilot", ONE)
    wrong = replace(act.honours[0], title="全国信息消费示范市(县、区)")
    with refused("P13-14"):
        g.when("2013-12-31", replace(act, honours=(wrong,)))
    with refused("P13-14", "P13-3"):
        g.when("2013-12-31", replace(act, honours=(replace(act.honours[0], category="foo"),)))


@proves("P13-14", "accepts")
def test_the_recommended_and_the_directly_submitted_are_selected() -> None:
    assert given(*PILOTS_OPENED, *proposed_pilots("株洲市", "青岛市"))


# ------------------------------------------------------------------ 三, 四


@proves("P13-9", "refuses")
def test_nine_of_ten_conditions_are_not_enough() -> None:
    """− nine of ten conditions"""
    with refused("P13-9") as why:
        given(*PILOTS_OPENED).when("2013-10-20", applies_as_pilot("株洲市", conditions=TEN[:9]))
    assert why == ["of conditions 1 to 10 not stated: 10"]


@proves("P13-9", "accepts")
def test_a_condition_may_be_a_speciality() -> None:
    ten = (replace(TEN[0], speciality=True), *TEN[1:])
    (fact,) = given(*PILOTS_OPENED).when("2013-10-20", applies_as_pilot("株洲市", conditions=ten))
    stated: tuple[Condition, ...] = fact.conditions  # type: ignore[attr-defined]
    assert [condition.speciality for condition in stated] == [True] + [False] * 9


@proves("P13-15", "records")
def test_each_pilot_is_evaluated_before_the_second_title() -> None:
    g = given(*PILOT, on("2015-12-10", Reassess(actor=MINISTRY, designation=ONE, passed=True)))
    assert "试点效果评估（P13-15）" in told(g.ledger.events)


@proves("P13-10", "owed")
def test_a_pilot_owes_its_targets_tasks_and_measures_with_no_date() -> None:
    assert owed(given(*PILOT), ONE, "2014-06-01")["content-plan", ""].state == "no-date-set"
    assert owed(given(*PILOT), ONE, "2016-06-01") == {}, "the title has ended by itself"


@proves("P13-10", "records")
def test_a_plan_is_filed() -> None:
    plan = RecordArrangement(actor=city("株洲市"), designation=ONE, kind="content-plan", words="试点工作方案")
    g = given(*PILOT, on("2014-03-01", plan))
    assert owed(g, ONE, "2014-06-01")["content-plan", ""].state == "filed"


# ------------------------------------------------------------------ 五, 六


@proves("P13-11", "accepts")
def test_sent_on_the_last_day_and_received_later() -> None:
    """+ sent 2013-11-08, received 11-12 (`!`)"""
    g = given(*PILOTS_OPENED, on("2013-10-20", applies_as_pilot("株洲市")))
    act = replace(recommends_pilot("株洲市"), actor=MINISTRY, received_on="2013-11-12")
    (event,) = g.recorded("2013-11-08", act)
    assert "Q-1" in judged(event, "readings")


@proves("P13-11", "refuses")
def test_sent_after_the_last_day() -> None:
    """− sent 11-11 (on 11-11)"""
    g = given(*PILOTS_OPENED, on("2013-10-20", applies_as_pilot("株洲市")))
    with refused("P13-11"):
        g.when("2013-11-11", recommends_pilot("株洲市"))
    with refused("P13-11"):
        g.when("2013-11-11", applies_as_pilot("青岛市"))


@proves("P13-12", "refuses")
def test_experts_propose_and_then_the_leading_group_decides() -> None:
    g = given(*PILOTS_OPENED, *recommended_pilots("株洲市"))
    with refused("P13-12"):
        g.when("2013-11-20", proposes("pilot", ONE))
    g.when("2013-11-20", review(ONE))
    with refused("P13-12"):
        g.when("2013-11-21", approves("leading-group", ONE))
    g.when("2013-11-21", proposes("pilot", ONE))
    with refused("P13-12"):
        g.when("2013-12-31", awards("pilot", ONE))


@proves("P13-12", "refuses")
def test_a_second_title_beside_it_excuses_no_pilot() -> None:
    early = given(*PILOTS_OPENED, *proposed_pilots("株洲市", "青岛市"))
    early.when("2013-12-10", approves("leading-group", ONE))
    with refused("P13-12"):
        early.when("2013-12-31", awards("pilot", ONE, pilot("青岛市")))


@proves("H-2", "refuses")
def test_no_intake_is_closed_where_the_cap_holds_at_the_door() -> None:
    g = given(*PILOTS_OPENED, *recommended_pilots("株洲市"))
    act = CloseIntake(actor=MINISTRY, of="pilot-2013", round="batch-1", unit="cn:430000")
    with refused("H-2"):
        g.when("2013-11-20", act)


@proves("P13-12", "accepts", "refuses")
def test_an_approval_by_another_body_does_not_do() -> None:
    g = given(*PILOTS_OPENED, *proposed_pilots("株洲市"))
    g.when("2013-12-10", approves("ministry-meeting", ONE))
    with refused("P13-12"):
        g.when("2013-12-31", awards("pilot", ONE))
    g.when("2013-12-20", approves("leading-group", ONE))
    assert g.when("2013-12-31", awards("pilot", ONE))


@proves("P13-16", "records")
def test_the_plan_stands_beside_what_happened() -> None:
    g = given(*PILOTS_OPENED, *recommended_pilots("威海市"))
    g.when("2013-11-25", HoldDefence(actor=MINISTRY, case=pilot("威海市"), passed=True))
    said = told(g.ledger.events)
    assert "计划：expert-review 2013-11、decision 2013-12（P13-16）" in said
    assert "计划之外的步骤（P13-16）" in said


@proves("P13-13", "refuses")
def test_the_application_on_paper_and_electronically_and_a_letter() -> None:
    g = given(*PILOTS_OPENED)
    for materials in ((), (replace(REPORT, original=False),), (replace(REPORT, sha256=None),)):
        with refused("P13-13"):
            g.when("2013-10-20", applies_as_pilot("株洲市", materials=materials))
    g.when("2013-10-20", applies_as_pilot("株洲市"))
    with refused("P13-13"):
        g.when("2013-11-01", replace(recommends_pilot("株洲市"), basis=None))


@proves("P13-13", "accepts")
def test_a_direct_submission_has_no_letter() -> None:
    assert REPORT.sha256 == DIGEST
    assert given(*PILOTS_OPENED).when("2013-10-20", applies_as_pilot("大连市"))
