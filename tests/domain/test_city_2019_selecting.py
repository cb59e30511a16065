"""From review to award under 工信部信软〔2019〕63号: totals, steps, the announcement.

Every rule by its strength; the scenarios under their own words.
"""

from __future__ import annotations

from dataclasses import replace

from domain.commands import (
    GrantException,
    InspectSite,
    LodgeObjection,
    RecordReading,
    ResolveObjection,
    Retract,
    Supplement,
)
from domain.events import Criterion, DesignationAwarded, DesignationWithdrawn
from domain.kernel import Document
from tests.support.city_round import (
    CIRCULAR,
    FORM,
    MINISTRY,
    applied,
    awarded,
    awards,
    cap,
    case,
    city,
    closes,
    defence,
    defended,
    form,
    notice,
    noticed,
    on_notice,
    opened,
    opens,
    passed_form,
    proposed,
    proposes,
    review,
    reviewed,
    scores,
)
from tests.support.facts import designation
from tests.support.given import given, judged, on, proves, refused, stands
from tests.support.reading import first, told

THREE = ("武汉市", "深圳市", "昆明市")


@proves("C19-6", "refuses")
def test_a_fourth_comprehensive_where_three_are_set_is_refused() -> None:
    """− a fourth 综合型 where the round's document set 3"""
    full = (*opened(caps=(cap("comprehensive", 3),)), *defended(*THREE, "合肥市"))
    g = given(*full, on("2021-11-01", proposes(*THREE)))
    with refused("C19-6") as why:
        g.when("2021-11-02", proposes("合肥市"))
    assert "comprehensive: 3 of 3 places used" in why[0]


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
        actor=MINISTRY,
        basis=CIRCULAR,
        of="city-2019",
        round="2021",
        point="Q-11",
        reading="总量减为2",
        parameters=opens(caps=(cap("comprehensive", 2),)).parameters,
    )
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
    grant = on(
        "2021-10-20",
        GrantException(actor=MINISTRY, basis=CIRCULAR, entry=case("合肥市"), rule="C19-6", reason="专项支持"),
    )
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
    rejected = ResolveObjection(actor=MINISTRY, case=case("昆明市"), objection=1, upheld=False, reason="不实")
    g.when("2021-11-06", objection)
    g.when("2021-11-07", rejected)
    with refused("C19-6"):
        g.when("2021-11-08", proposes("合肥市"))
    g.when("2021-11-09", Retract(actor=city("昆明市"), case=case("昆明市")))
    assert g.when("2021-11-10", proposes("合肥市"))


@proves("C19-6", "accepts")
def test_a_reading_that_holds_later_does_not_hold_yet() -> None:
    later = RecordReading(
        actor=MINISTRY,
        basis=CIRCULAR,
        of="city-2019",
        round="2021",
        point="Q-11",
        reading="不再授予",
        parameters=opens(caps=(cap("comprehensive", 0),)).parameters,
        effective="2023-01-01",
    )
    g = given(*opened(), *defended("武汉市"), on("2021-10-20", later))
    assert g.when("2021-11-01", proposes("武汉市"))


@proves("C19-6", "accepts")
@proves("L-8", "holds")
def test_an_unset_total_refuses_nobody_and_is_shown_as_not_set() -> None:
    """+ cap unset: the award passes and shows "not set" """
    *_, event = given(*opened(), *awarded(*THREE, "合肥市")).ledger.events
    assert event.topic == DesignationAwarded.topic
    assert judged(event, "unset") == ["cap:comprehensive"]


@proves("C19-6", "accepts")
def test_an_upheld_objection_gives_its_place_back() -> None:
    full = (*opened(caps=(cap("comprehensive", 3),)), *defended(*THREE, "合肥市"))
    objection = LodgeObjection(actor=city("成都市"), case=case("昆明市"), words="材料不实")
    upheld = ResolveObjection(actor=MINISTRY, case=case("昆明市"), objection=1, upheld=True, reason="属实")
    g = given(
        *full,
        on("2021-11-01", proposes(*THREE)),
        on("2021-11-05", notice(*THREE)),
        on("2021-11-06", objection),
        on("2021-11-08", upheld),
    )
    assert g.when("2021-11-09", proposes("合肥市"))


@proves("C19-6", "accepts")
def test_a_total_of_holders_counts_all_rounds_and_those_known_from_announcements() -> None:
    """Q-11: a stock; a withdrawal gives its place back, in a yearly flow it does not."""
    stock = cap("comprehensive", 2, counts="holders")
    known = designation("成都市", "2019", category="comprehensive")
    steps = (
        stands(known, "2020-01-01"),
        *opened(caps=(stock,)),
        *defended("武汉市", "深圳市"),
        on("2021-11-01", proposes("武汉市")),
    )
    with refused("C19-6"):
        given(*steps).when("2021-11-02", proposes("深圳市"))
    ended = stands(DesignationWithdrawn(designation=known.designation, ground="1"), "2021-10-20")
    assert given(*steps, ended).when("2021-11-02", proposes("深圳市"))


@proves("C19-7", "refuses")
def test_each_field_has_its_own_total_and_a_city_counts_in_each() -> None:
    places = (cap("special/life", 1), cap("special/industry", 2))
    steps = (
        *opened(caps=places),
        *defended("芜湖市", fields=("life", "industry")),
        *defended("濮阳市", fields=("life",)),
        *defended("廊坊市", fields=("industry",)),
        on("2021-11-01", proposes("芜湖市", fields=("life", "industry"))),
    )
    with refused("C19-7") as why:
        given(*steps).when("2021-11-02", proposes("濮阳市", fields=("life",)))
    assert "special/life: 1 of 1 places used" in why[0]
    assert given(*steps).when("2021-11-02", proposes("廊坊市", fields=("industry",)))


@proves("C19-7", "accepts")
def test_an_unset_field_refuses_nobody() -> None:
    *_, event = given(*opened(), *awarded("芜湖市", fields=("life",))).ledger.events
    assert judged(event, "unset") == ["cap:special/life"]


@proves("C19-7", "lifts")
def test_an_exception_lifts_a_fields_total() -> None:
    grant = GrantException(
        actor=MINISTRY, basis=CIRCULAR, entry=case("濮阳市"), rule="C19-7", reason="专项支持"
    )
    steps = (
        *opened(caps=(cap("special/life", 1),)),
        *defended("芜湖市", "濮阳市", fields=("life",)),
        on("2021-11-01", proposes("芜湖市", fields=("life",))),
        on("2021-11-02", grant),
    )
    assert given(*steps).when("2021-11-02", proposes("濮阳市", fields=("life",)))


@proves("C19-11", "refuses")
def test_no_defence_before_the_expert_review() -> None:
    """− defence before expert review"""
    g = given(*opened(), *passed_form("武汉市"))
    with refused("C19-11") as why:
        g.when("2021-07-01", defence("武汉市"))
    assert why == [f"{case('武汉市')}: no expert-review yet"]


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
    for act in (scores("武汉市"), Supplement(actor=city("武汉市"), case=case("武汉市"), materials=(FORM,))):
        with refused("C19-11"):
            g.when("2021-08-01", act)


@proves("C19-11", "accepts")
def test_a_case_goes_step_by_step_to_its_title() -> None:
    inspected = InspectSite(actor=MINISTRY, case=case("武汉市"), findings="情况属实")
    g = given(
        *opened(), *passed_form("武汉市"), on("2021-06-12", scores("武汉市")), on("2021-06-13", inspected)
    )
    for step in (*awarded("武汉市")[3:],):
        step(g.ledger)
    assert [event.topic for event in g.ledger.events][-3:] == [
        "publicity.opened",
        "publicity.closed",
        "designation.awarded",
    ]


@proves("C19-11", "records")
def test_an_online_defence_is_recorded_and_shown() -> None:
    """! an online defence (2021)"""
    g = given(*opened(), *reviewed("武汉市"))
    events = g.recorded("2021-10-10", defence("武汉市", form="online", form_words="视频答辩"))
    assert "形式：视频答辩（非现场）（C19-11）" in told(events)


@proves("C19-12", "refuses")
def test_an_award_is_a_published_document() -> None:
    g = given(*opened(), *noticed("武汉市"))
    for basis in (
        None,
        Document(issuer="工业和信息化部", published="2022-01-25"),
        Document(number="公告〔2022〕3号"),
    ):
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
def test_a_title_in_full_width_is_the_same_title() -> None:
    for title in ("信息消费示范城市（综合型）", "信息消费示范城市(综合型）", "信息消费示范城市 （综合型）"):
        g = given(*opened(), *noticed("武汉市"))
        right = awards("武汉市")
        same = replace(right, honours=(replace(right.honours[0], title=title),))
        assert first(g.when("2022-01-25", same)).as_data()["title"] == title


@proves("C19-12", "refuses")
def test_other_words_are_another_title() -> None:
    g = given(*opened(), *noticed("武汉市"))
    right = awards("武汉市")
    for title in ("信息消费示范城市（特色型）", "信息消费示范城市综合型", "〔综合型〕"):
        with refused("C19-12"):
            g.when("2022-01-25", replace(right, honours=(replace(right.honours[0], title=title),)))


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
        given(*opened(), *noticed(*THREE), on("2023-01-25", awards("武汉市", basis=next_year))).when(
            "2023-01-26", awards("深圳市", basis=by_title)
        )


@proves("C19-13", "lifts")
def test_an_exception_lets_one_city_be_announced_later_in_the_year() -> None:
    grant = GrantException(
        actor=MINISTRY, basis=CIRCULAR, entry=case("昆明市"), rule="C19-13", reason="补充公告"
    )
    g = given(*opened(), *noticed(*THREE), on("2022-01-25", awards("武汉市")), on("2022-08-01", grant))
    assert g.when("2022-09-01", awards("昆明市", basis=OTHER))


@proves("C19-19", "records")
def test_a_score_says_whether_its_criteria_are_set() -> None:
    g = given(*opened(), *passed_form("武汉市"))
    (event,) = g.recorded("2021-06-12", scores("武汉市"))
    assert "指标及权重未由文件设定（C19-19）" in told([event])
    assert judged(event, "unset") == ["criteria"]
    criterion = Criterion("supply", "供给水平", 10_000, 2_550, CIRCULAR)
    g = given(*opened(criteria=(criterion,)), *passed_form("武汉市"))
    assert "权重25.5%（C19-19）" in told(g.recorded("2021-06-12", scores("武汉市")))
