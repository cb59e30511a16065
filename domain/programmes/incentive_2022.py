"""工业和信息化部落实督查激励工作实施办法（2022年度）, 工信厅规函〔2022〕320号: its rules, in its order.

The notice (通知一 … 五) encloses the measures (第一 … 十八条). Each of the two is a round of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from domain.bodies import NATIONAL_STATISTICS, called, is_of, statistical_level
from domain.calendars import THE_CALENDARS
from domain.cases import Case
from domain.commands import (
    Admit,
    Apply,
    Approve,
    Award,
    ClosePublicity,
    ConcludeReview,
    Debar,
    Decline,
    OpenPublicity,
    OpenRound,
    ProposeSelection,
    Recommend,
    RecordBonus,
    ReviewFormally,
    Score,
    Supplement,
)
from domain.dates import a_day, years_later
from domain.documents import number_of
from domain.events import (
    ApplicationRecommended,
    ApplicationRetracted,
    ApplicationSubmitted,
    ApprovalRecorded,
    BonusRecorded,
    Cap,
    CaseAdmitted,
    Deadline,
    DebarmentImposed,
    Floor,
    IncidentRecorded,
    ObjectionResolved,
    Parameters,
    Publicity,
    ReferralRecorded,
    ReviewConcluded,
    ScoreRecorded,
    SelectionProposed,
    Statistic,
    SupportRecorded,
    TieDecided,
)
from domain.folding import folded
from domain.kernel import Document
from domain.life import THE_INTAKE, WHOLE_CASE, Life, waiting
from domain.procedure.places import (
    THE_QUESTIONS,
    places,
    within_the_units_places,
    within_the_units_quota,
    within_total,
)
from domain.procedure.scores import totals_of
from domain.procedure.steps import (
    Before,
    after,
    as_applied_for,
    by_its_name,
    by_the_deadline,
    handed_in,
    in_order,
    level_of,
    long_enough_on_notice,
    once_reviewed_no_more,
    published,
    recommended_first,
    through_its_unit,
    while_on_notice,
)
from domain.programme import Intake, Programme, Whose
from domain.reasons import because
from domain.rules import FROM_NOW_ON, Broken, Facts, Finding, Rests, Seen, Unset, Words, read
from domain.selection import Constraints, Contender, Selection, select
from domain.subjects import NORTHEAST, WEST, XPCC, Subject, UnknownSubject, joined_since, subject
from domain.tags import DEBARRED, INCIDENTS, ROUND
from domain.terms import THE_TERMS, Terms, day_of_document, named

NOTICE = Document(
    number="工信厅规函〔2022〕320号",
    title="关于组织开展2022年度工业和信息化领域督查激励工作的通知",
    issuer="工业和信息化部办公厅",
    signed="2022-12-02",
)
MEASURES = {
    "industry": ("工业稳增长和转型升级", "steady industrial growth and upgrading"),
    "digital": ("建设信息基础设施和推进产业数字化", "information infrastructure and digitalisation"),
}
GENERAL_OFFICE = "state-council-general-office"
APPROVED_BY = ("party-group-meeting", "ministry-meeting", "minister-signature")
REGION = "west-northeast"
GRAVE = {"particularly-serious", "serious"}  # 特别重大, 重大
SUPPORTS = {
    "smart-manufacturing",
    "upgrading-zones",
    "quality-zones",
    "green-manufacturing",
    "start-up-bases",
    "special-funds",
    "industrial-bases",
    "industrial-internet",
    "software-cities",
    "industry-finance",
    "network-security",
}


# One of a unit, ten of a measure, two of West and Northeast, five working days; for the year that the notice
# calls, its deadline too.
OF_EVERY_YEAR = Parameters(
    caps=(*(Cap(measure, 10, NOTICE, "awards") for measure in MEASURES), Cap("unit", 1, NOTICE)),
    publicity=Publicity(5, NOTICE),
    floors=(Floor(REGION, 2, (*sorted(f"cn:{code}" for code in WEST | NORTHEAST), XPCC.id), NOTICE),),
)
OF_2022 = replace(OF_EVERY_YEAR, deadline=Deadline("2022-12-22", NOTICE))


def one_year(_category: str, _terms: Terms, life: Life, day: date) -> tuple[date | None, date | None]:
    """激励期一年: from the approving document's day to the same day a year later (Q-16)."""
    approval = life.approved(GENERAL_OFFICE)
    first = day_of_document(approval.basis, day) if approval else day
    return first, years_later(first, 1)


def unit_of(id_: str) -> str:
    """Who puts a subject forward: its province, a separately planned city's too; the XPCC."""
    of = subject(id_)
    return XPCC.id if of.is_of_xpcc else of.province


def whose_quota(id_: str) -> Whose:
    """Whose one place per measure a subject takes (通知二, 第十一条)."""
    of, unit = subject(id_), unit_of(id_)
    province = subject(unit).today.name
    if of.is_separately_planned:
        return Whose(
            unit,
            Words(
                f"计划单列市纳入{province}统一推荐，占其每项1个名额（通知二，第十一条）",
                f"separately planned, and inside {unit}: it takes that unit's one place of a measure",
            ),
        )
    return Whose(
        unit,
        Words(f"由{province}推荐，占其每项1个名额（通知二）", f"put forward by {unit}: one of each measure"),
    )


INCENTIVE_2022 = Programme(
    "incentive-2022",
    "工业和信息化领域督查激励",
    "Inspection incentives in industry and IT",
    instrument=NOTICE.number,
    categories=MEASURES,
    titles={measure: f"{zh}成效明显市（州）" for measure, (zh, _) in MEASURES.items()},
    pools=lambda category, _fields: (category,),
    all_pools=tuple(MEASURES),
    intake=Intake(cap=lambda _unit, _group: "unit", caps=("unit",)),
    text=OF_2022,
    held=one_year,
    debars=True,
    judges_itself=frozenset({"deadline", "publicity"}),
    points=("Q-1", "Q-4", "Q-9", "Q-13", "Q-14", "Q-15", "Q-16", "Q-17", "Q-18", "Q-19", "Q-21"),
    whose=whose_quota,
    selects=lambda facts: selection_of(facts),
)


# ------------------------------------------------------------------ 通知


@INCENTIVE_2022.must("I22-1", "通知二, 第四条", judges=Recommend, reads=(THE_TERMS, THE_INTAKE))
def at_most_one_of_a_unit(act: Recommend, facts: Facts) -> Iterator[Finding]:
    """每项督查激励措施择优推荐不超过1个市（州）。
    A recommending unit puts forward at most one subject per measure."""
    yield from within_the_units_quota(INCENTIVE_2022, act, facts)


@INCENTIVE_2022.must("I22-2", "通知二, 第十一条", judges=Apply)
def inside_its_province(act: Apply, facts: Facts) -> Iterator[Finding]:
    """计划单列市纳入所在省份统一推荐。
    Nobody applies directly; a separately planned city counts inside its province."""
    right = unit_of(act.subject)
    if act.channel != "unit" or act.unit != right:
        of = subject(act.subject)
        yield Broken(
            because("is-put-forward-by-not-through", subject=of, right=right, unit=act.unit)
            if act.channel == "unit"
            else because("is-put-forward-by-not-directly", subject=of, right=right)
        )


@INCENTIVE_2022.must("I22-2", "通知二, 第十一条", judges=(Recommend, Decline), reads=(WHOLE_CASE,))
def by_the_unit_it_came_through(act: Recommend | Decline, facts: Facts) -> Iterator[Finding]:
    """各地工业和信息化主管部门推荐。
    The unit that it came through puts it forward, or declines to, after its own selection."""
    yield from through_its_unit(act, facts)


@INCENTIVE_2022.must(
    "I22-2", "通知二, 第十一条", judges=(ReviewFormally, Score, ConcludeReview), reads=(WHOLE_CASE,)
)
def put_forward_before_it_is_reviewed(
    act: ReviewFormally | Score | ConcludeReview, facts: Facts
) -> Iterator[Finding]:
    """推荐先于评审。
    A subject is put forward before it is reviewed."""
    yield from recommended_first(act, facts)


def _three_years_back(facts: Facts, kinds: set[str]) -> Iterator[Seen[IncidentRecorded]]:
    """What happened within the last three years, date to date, the last day included (Q-14)."""
    for incident in facts.of(IncidentRecorded):
        happened = a_day(incident.fact.happened_on)
        if incident.fact.kind in kinds and happened <= facts.day <= years_later(happened, 3):
            yield incident


def _in_its_area(act: Any, _day: date) -> Iterator[str]:
    yield from (INCIDENTS(case.subject) for case in act.cases())


THE_INCIDENTS = read(IncidentRecorded, under=_in_its_area)


@INCENTIVE_2022.must(
    "I22-5", "通知三, 第六(六)、七(六)条", reads=(THE_INCIDENTS,), judges=(Recommend, ProposeSelection, Award)
)
def no_grave_accident_in_three_years(
    act: Recommend | ProposeSelection | Award, facts: Facts
) -> Iterator[Finding]:
    """近三年未发生特别重大、重大生产安全事故，特别重大、重大突发环境事件。
    No particularly serious or serious work-safety accident or environmental emergency within three
    years, anywhere in the subject's area: at recommendation and again at selection (Q-14)."""
    for case in act.cases():
        there = facts.under(INCIDENTS(case.subject))
        for incident in _three_years_back(there, {"work-safety", "environmental"}):
            yield Rests("Q-14", case.entry)
            fact = incident.fact
            if fact.grade in GRAVE:
                until = years_later(a_day(fact.happened_on), 3)
                yield Broken(
                    because(
                        "a-incident-on-counts-until",
                        case=case,
                        grade=fact.grade,
                        kind=fact.kind,
                        happened_on=fact.happened_on,
                        until=until,
                    ),
                    (incident.position,),
                    figures={"until": str(until)},
                    entry=case.entry,
                )


@INCENTIVE_2022.must("I22-9", "通知五", judges=(Apply, Recommend), reads=(THE_TERMS, WHOLE_CASE))
def sent_by_the_deadline(act: Apply | Recommend, facts: Facts) -> Iterator[Finding]:
    """于2022年12月22日前将申报材料报工业和信息化部。
    By the round's deadline, that day included (Q-1)."""
    yield from by_the_deadline(act, facts)


# ------------------------------------------------------------------ 第二 … 五条


@INCENTIVE_2022.record("I22-20", "第二条", ApplicationSubmitted)
def the_work_of_the_year(application: ApplicationSubmitted) -> Words | None:
    """主要考核本年度工作开展情况和取得的实际成效。
    The work judged is that of the year itself: indicators carry the year."""
    periods = sorted({figure.period for figure in application.statistics})
    if not periods:
        return None
    return Words(f"指标所属期：{'、'.join(periods)}", f"indicators of: {', '.join(periods)}")


@INCENTIVE_2022.must("I22-19", "第四条, 通知一", judges=Recommend, reads=(WHOLE_CASE,))
def jointly_with_the_communications_administration(act: Recommend, facts: Facts) -> Iterator[Finding]:
    """会同各省、自治区、直辖市通信管理局负责本地区建设信息基础设施和推进产业数字化的评选推荐。
    `digital` is put forward jointly with the communications administration; the XPCC has none named,
    which is shown. For `industry` it cooperates."""
    application = Life.of(facts, act.cases()[0]).application
    if application is None or application.fact.category != "digital" or act.jointly_with:
        return
    if act.unit == XPCC.id:
        yield Unset("communications-administration")
    else:
        yield Broken(because("is-put-forward-jointly-with-the-communications", case=act.case))


@INCENTIVE_2022.principle("I22-3", "第五条", judges=Apply)
def of_prefecture_level_and_districts(act: Apply, facts: Facts) -> Iterator[Finding]:
    """以地级及以上行政区（含计划单列市）、直辖市辖区（县）为主。
    Prefecture level and above, prefectures and leagues among them, and districts and counties of a
    municipality; others by exception (the XPCC's cities, a municipality as a whole: Q-13)."""
    of, entry = subject(act.subject), act.cases()[0].entry
    level = level_of(act.subject, facts)
    if level is None:
        yield Broken(because("did-not-exist-on", city=of, day=facts.day))
        return
    if level in {"prefecture-city", "prefecture", "autonomous-prefecture", "league"}:
        return
    if of.is_of_xpcc and level == "county-city":
        yield Rests("Q-13", entry)
        return
    if level in {"district", "county"} and subject(of.province).is_municipality:
        return
    if of.is_municipality:
        yield Rests("Q-13", entry)
    yield Broken(because("is-a-put-forward-by-exception-only", of=of, level=level), entry=entry)


PLACES = places(INCENTIVE_2022)


@INCENTIVE_2022.must("I22-4", "第五条", judges=(Apply, ProposeSelection, Award), reads=(*PLACES, WHOLE_CASE))
def ten_of_each_measure(act: Apply | ProposeSelection | Award, facts: Facts) -> Iterator[Finding]:
    """每年分别遴选10个，激励期一年。
    Two measures, ten of each and a year; the incentive lasts one year from the approving document's
    day (Q-16), then ends by itself."""
    for case, category, _ in act.choices():
        if category not in MEASURES:
            yield Broken(
                because("is-neither-industry-nor-digital", case=case, category=category), entry=case.entry
            )
        elif not re.fullmatch(rf"\d{{4}}-{category}", case.round):
            yield Broken(
                because("a-measure-round-is-one-of-a", case=case, category=category), entry=case.entry
            )
    if isinstance(act, Apply):
        return
    yield from as_applied_for(act, facts)
    yield from by_its_name(INCENTIVE_2022, act, facts)
    if isinstance(act, Award):
        yield Rests("Q-16")
    for measure in MEASURES:
        yield from within_total(INCENTIVE_2022, measure, act, facts)


# ------------------------------------------------------------------ 第六、七条


@INCENTIVE_2022.principle("I22-6", "第六、七条", judges=Apply)
def the_basic_conditions(act: Apply, facts: Facts) -> Iterator[Finding]:
    """原则上应具备以下基本条件：（一）至（五）。
    The five other basic conditions of the measure are each stated."""
    stated = {condition.number for condition in act.conditions}
    if lacking := [n for n in (1, 2, 3, 4, 5) if n not in stated]:
        yield Broken(because("conditions-not-stated-of-1-to-5", those=lacking), entry=act.cases()[0].entry)


@INCENTIVE_2022.principle(
    "I22-18", "第六(六)、七(六)条", judges=(Recommend, ProposeSelection), reads=(THE_INCIDENTS,)
)
def no_social_event_of_vile_influence(act: Recommend | ProposeSelection, facts: Facts) -> Iterator[Finding]:
    """近三年未发生造成恶劣影响的社会事件。
    No social event of vile influence in the last three years."""
    for case in act.cases():
        for event in _three_years_back(facts.under(INCIDENTS(case.subject)), {"social"}):
            yield Rests("Q-14", case.entry)
            yield Broken(
                because("a-social-event-of-vile-influence-on", case=case, happened_on=event.fact.happened_on),
                (event.position,),
                case.entry,
            )


# ------------------------------------------------------------------ 第八条


@INCENTIVE_2022.must("I22-7", "通知三, 第八条", judges=Apply)
def the_report_of_the_measure(act: Apply, facts: Facts) -> Iterator[Finding]:
    """按照要求编制申报书。
    The report of the measure, on paper and as a copy."""
    yield from handed_in(act.materials, "application-report")


@INCENTIVE_2022.must("I22-7", "通知三, 第八条", judges=Recommend)
def with_the_provinces_consent(act: Recommend, facts: Facts) -> Iterator[Finding]:
    """经所在省（自治区、直辖市）人民政府或新疆生产建设兵团同意后，提交推荐函、推荐表、真实性合规性声明。
    The consent of the provincial government or the XPCC, dated no later than the submission; the
    letter, the form, the declaration of truth and compliance."""
    if act.consent is None:
        yield Broken(because("the-consent-of-the-provincial-government-or"))
    else:
        if a_day(act.consent.on) > facts.day:
            yield Broken(because("consent-of-submitted-before-it-on", on=act.consent.on, day=facts.day))
        if not named(act.consent.document):
            yield Broken(because("the-consent-names-no-document"))
    if not named(act.basis):
        yield Broken(because("the-letter-of-recommendation-is-missing-give"))
    yield from handed_in(act.materials, "recommendation-form", "declaration-of-truth")


@INCENTIVE_2022.must("I22-8", "通知四, 第八条", judges=(Apply, Supplement, Recommend))
def figures_stand_on_statistics(act: Apply | Supplement | Recommend, facts: Facts) -> Iterator[Finding]:
    """已纳入统计体系的定量指标须经本地统计部门审核把关；有关数据以各级统计机关公开数据为准。
    Indicators of the form that are in the statistical system carry the local statistics department's
    check; other data are as published by statistical organs."""
    for figure in act.statistics:
        yield from _stands(figure)


def _stands(figure: Statistic) -> Iterator[Finding]:
    if figure.standing == "checked":
        if figure.authority != "local-statistics":
            yield Broken(
                because("checked-by-not-by-local-statistics", name=figure.name, authority=figure.authority)
            )
    elif figure.standing != "published" or not (figure.authority or "").endswith("statistics"):
        yield Broken(because("neither-checked-by-local-statistics-nor-published", name=figure.name))


# ------------------------------------------------------------------ 第九、十条


@INCENTIVE_2022.must("I22-10", "第九条", judges=(Score, ConcludeReview), reads=(WHOLE_CASE,))
def a_committee_scores(act: Score | ConcludeReview, facts: Facts) -> Iterator[Finding]:
    """评审委员会对申报材料进行评议审查，按得分高低进行排序。
    A committee for each measure reviews and ranks by score: nobody passes without one, and none is
    given once the review is over."""
    life = Life.of(facts, act.cases()[0])
    if isinstance(act, Score):
        yield from once_reviewed_no_more(act, life)
    elif act.passed and not life.scores:
        yield Broken(because("has-no-score-of-the-committee", case=life.case), entry=life.case.entry)


def _of_the_round(act: Any, _day: date) -> Iterator[str]:
    yield from sorted({ROUND(case.programme, case.round) for case in act.cases()})


THE_RANKING = read(
    ApplicationSubmitted,
    ApplicationRetracted,
    ApplicationRecommended,
    CaseAdmitted,
    ScoreRecorded,
    BonusRecorded,
    ReviewConcluded,
    TieDecided,
    SelectionProposed,
    ApprovalRecorded,
    ObjectionResolved,
    under=_of_the_round,
)


@INCENTIVE_2022.must("I22-10", "第九条", judges=ProposeSelection, reads=(THE_RANKING,))
def the_ranking_is_whole(act: ProposeSelection, facts: Facts) -> Iterator[Finding]:
    """对各地申报市（州）按得分高低进行排序。
    All that were put forward are ranked before anybody is proposed."""
    gone = {r.fact.case for r in facts.of(ApplicationRetracted)}
    gone |= {r.fact.case for r in facts.of(ReviewConcluded)}
    gone |= waiting(facts)  # who is not taken yet is not reviewed
    unreviewed = [r for r in facts.of(ApplicationRecommended) if r.fact.case not in gone]
    if unreviewed:
        cases = [r.fact.case for r in unreviewed]
        yield Broken(
            because("the-reviews-of-are-not-concluded", count=len(unreviewed), cases=cases),
            tuple(r.position for r in unreviewed),
        )


BEFORE: Before = {
    ProposeSelection: ("committee-review", lambda life: life.review),
    Approve: ("proposed-list", lambda life: life.proposed),
    OpenPublicity: ("ministry-approval", lambda life: life.approved(*APPROVED_BY)),
    ClosePublicity: ("notice", lambda life: life.notice),
}


@INCENTIVE_2022.must(
    "I22-11",
    "第十条",
    reads=(WHOLE_CASE, THE_TERMS, THE_CALENDARS),
    judges=(ProposeSelection, Approve, OpenPublicity, ClosePublicity),
)
def reviewed_settled_approved_on_notice(
    act: ProposeSelection | Approve | OpenPublicity | ClosePublicity, facts: Facts
) -> Iterator[Finding]:
    """依据专家评审意见研究确定名单；经部党组会议、部务会议审议或部主要负责同志签批后，公示5个工作日。
    The list is settled on the experts' opinion; approved by party group meeting, ministry meeting or
    the minister's signature; then five working days of publicity (Q-9)."""
    yield from in_order(BEFORE, act, facts)
    if isinstance(act, Approve) and act.by not in (*APPROVED_BY, GENERAL_OFFICE):
        yield Broken(because("approves-no-list-there-are", by=act.by, those=APPROVED_BY))
    if isinstance(act, OpenPublicity):
        yield from long_enough_on_notice(act, facts)
    if isinstance(act, ClosePublicity):
        for life in (Life.of(facts, case) for case in act.cases()):
            yield from while_on_notice(act, life, facts)


RULES = {"places": "I22-4", "group": "I22-12", REGION: "I22-13"}


def _gone(facts: Facts) -> set[str]:
    """The cases that were taken back, or left the list by an objection."""
    upheld = {r.fact.case for r in facts.of(ObjectionResolved) if r.fact.upheld}
    return {r.fact.case for r in facts.of(ApplicationRetracted)} | upheld


def _units(facts: Facts) -> dict[str, str]:
    """Each case's unit."""
    return {a.fact.case: a.fact.unit or a.fact.province for a in facts.of(ApplicationSubmitted)}


def selection_of(facts: Facts) -> Selection:
    """The list that the scores of a round lead to, and why each is on it or not."""
    terms, units, scores = Terms.of(facts), _units(facts), scores_of(facts)
    passed = {r.fact.case for r in facts.of(ReviewConcluded) if r.fact.passed} - _gone(facts)
    floor = terms.floors.get(REGION)
    candidates = [
        Contender(
            case,
            scores.get(case, Fraction(0)),
            units[case],
            REGION if floor and units[case] in floor.provinces else "",
        )
        for case in units
        if case in passed
    ]
    measure = next((a.fact.category for a in facts.of(ApplicationSubmitted)), "")
    cap = terms.caps.get(measure)
    constraints = Constraints(cap.places if cap else None, 1, {REGION: floor.least} if floor else {}, RULES)
    return select(candidates, constraints, [t.fact.order for t in facts.of(TieDecided)])


def scores_of(facts: Facts) -> dict[str, Fraction]:
    """By what each case ranks: the weighted mean of its scores by criterion (Q-15), its bonus beside it."""
    scores = (score.fact for score in facts.of(ScoreRecorded))
    return totals_of(scores, (bonus.fact for bonus in facts.of(BonusRecorded)))


@INCENTIVE_2022.must("I22-11", "第十条", judges=ProposeSelection, reads=(THE_TERMS, THE_RANKING))
def a_departure_from_the_ranking_gives_its_reason(act: ProposeSelection, facts: Facts) -> Iterator[Finding]:
    """依据专家评审意见研究确定拟入选名单。
    Whoever is on the list and would not be by the ranking is there for a stated reason; a tie that
    decides a place is first put in order by a decision (Q-15)."""
    found = selection_of(facts)
    yield Rests("Q-15")
    on_it = {candidate.case: candidate for candidate in act.candidates}
    for tie in found.ties:
        if any(case in on_it for case in tie):
            yield Broken(because("equal-scores-decide-a-place-decide-the", those=tie))
    for placed in found.placed:
        departs = placed.id in on_it and not placed.chosen and placed.reason != "tie"
        if departs and on_it[placed.id].reason is None:
            why = because("is-not-on-the-list-by-its", id_=placed.id, rank=placed.rank)
            yield Broken(why, entry=Case.parse(placed.id).entry)


@INCENTIVE_2022.must("I22-11", "第十条", judges=Approve, reads=(THE_TERMS, THE_RANKING))
def a_list_that_leaves_somebody_out_gives_its_reason(act: Approve, facts: Facts) -> Iterator[Finding]:
    """依据专家评审意见研究确定拟入选名单。
    Whoever would be on the list by the ranking is on it, or one in their place is for a stated
    reason, or the list states why it is shorter."""
    if act.by not in APPROVED_BY or act.reason is not None:
        return
    found = selection_of(facts)
    listed = _listed(facts).keys() | {str(case) for case in act.cases()}
    left_out = [placed for placed in found.placed if placed.chosen and placed.id not in listed]
    instead = [case for case in listed if case not in found.chosen]
    if len(left_out) > len(instead):
        names = [placed.id for placed in left_out]
        yield Broken(because("the-list-leaves-out-without-a-reason", names=names))


# ------------------------------------------------------------------ 第十一条


def _listed(facts: Facts) -> dict[str, int]:
    """The cases on the proposed lists of a round that have not left them; position."""
    gone = _gone(facts)
    return {p.fact.case: p.position for p in facts.of(SelectionProposed) if p.fact.case not in gone}


@INCENTIVE_2022.must("I22-12", "第十一条", judges=(ProposeSelection, Award), reads=(THE_RANKING,))
def at_most_one_of_a_province(act: ProposeSelection | Award, facts: Facts) -> Iterator[Finding]:
    """同一省（自治区、直辖市）及新疆生产建设兵团在每项督查激励措施中最多入选一个市（州）。
    At most one selected per province, or the XPCC, and measure."""
    units, own = _units(facts), {str(case) for case in act.cases()}
    listed = {**_listed(facts), **dict.fromkeys(own, 0)}
    of_a_unit = Counter(units[case] for case in listed if case in units)
    for unit, number in sorted(of_a_unit.items()):
        if number > 1 and any(units.get(case) == unit for case in own):
            where = tuple(at for case, at in listed.items() if at and units.get(case) == unit)
            yield Broken(
                because("of-are-on-the-list-one-is", number=number, unit=unit),
                where,
                figures={"unit": unit, "listed": number},
            )


@INCENTIVE_2022.must("I22-13", "第十一条", judges=(ProposeSelection, Approve), reads=(THE_TERMS, THE_RANKING))
def two_of_west_and_northeast(act: ProposeSelection | Approve, facts: Facts) -> Iterator[Finding]:
    """西部和东北地区在每项督查激励措施中入选市（州）数量合计不少于2个。
    West and Northeast (Q-18) together at least two per measure: judged at the proposal, and again on
    the list sent for approval. One that nobody is left to meet is said to be so: a recorded reading
    may set another (Q-15)."""
    listed = {str(case) for case in act.cases()}
    if isinstance(act, Approve):
        before = {a.fact.case for a in facts.of(ApprovalRecorded) if a.fact.by == act.by}
        listed |= before & _listed(facts).keys()
    else:
        listed |= _listed(facts).keys()
    yield from _within_the_floor(act, listed, facts)


def _within_the_floor(
    act: ProposeSelection | Approve | Award, listed: set[str], facts: Facts
) -> Iterator[Finding]:
    """Whether so many of a list are of West and Northeast, or, while it grows, may still be."""
    terms, units = Terms.of(facts), _units(facts)
    floor = terms.floors.get(REGION)
    if floor is None:
        yield Unset(f"floor:{REGION}")
        return
    yield Rests("Q-18")
    room = 0
    if isinstance(act, ProposeSelection) and (cap := terms.caps.get(_measure(act, facts))) is not None:
        room = max(cap.places - len(listed), 0)
    there = sum(units.get(case) in floor.provinces for case in listed)
    if there + room < floor.least:
        of_them = {
            "there": there,
            "count": len(listed),
            "least": floor.least,
            "programme": INCENTIVE_2022.id,
            "round": act.cases()[0].round,
        }
        short = selection_of(facts).short.get(REGION, 0)
        yield Broken(
            because("of-west-and-northeast-nobody-is-left", **of_them, short=short)
            if short
            else because("of-west-and-northeast-on-a-list", **of_them),
            (terms.set_by[f"floor:{REGION}"],),
            figures={"there": there, "least": floor.least},
        )


def _measure(act: ProposeSelection | Approve, facts: Facts) -> str:
    cases = {str(case) for case in act.cases()}
    stated = (a.fact.category for a in facts.of(ApplicationSubmitted) if a.fact.case in cases)
    return next(stated, "")


THE_STATE_COUNCIL = {"国务院", "国务院办公厅"}
ITS_NUMBERS = ("国发", "国办发", "国函", "国办函", "国办通报")


def _number(document: Document) -> str:
    return number_of(document.number or "")


@INCENTIVE_2022.must("I22-14", "第十一条", judges=RecordBonus, reads=(WHOLE_CASE,))
def a_bonus_needs_the_state_councils_document(act: RecordBonus, facts: Facts) -> Iterator[Finding]:
    """典型经验做法被国务院大督查通报表扬的，在遴选评审中以加分方式给予优先支持。
    A bonus for practice commended by the State Council's inspection counts in the ranking, recorded
    apart from the experts' score; no document, no bonus."""
    if act.basis is None or not named(act.basis):
        yield Broken(because("a-bonus-rests-on-the-state-council"))
    elif act.basis.issuer not in THE_STATE_COUNCIL and not number_of(act.basis.number or "").startswith(
        ITS_NUMBERS
    ):
        yield Broken(because("the-document-is-not-the-state-council"))
    proposed = Life.of(facts, act.cases()[0]).proposed
    if proposed is not None:
        yield Broken(because("is-on-a-list-already-its-rank", case=act.case), (proposed.position,))


# ------------------------------------------------------------------ 第十二条


@INCENTIVE_2022.must("I22-15", "第十二条", judges=(Approve, Award), reads=(WHOLE_CASE,))
def approved_by_the_general_office(act: Approve | Award, facts: Facts) -> Iterator[Finding]:
    """公示无异议，将入选名单报国务院办公厅审批。
    No objection outstanding or upheld (Q-17); then the State Council General Office's approval; only
    then awarded, by a published document."""
    for life in (Life.of(facts, case) for case in act.cases()):
        if isinstance(act, Award):
            approval = life.approved(GENERAL_OFFICE)
            yield from after("general-office-approval", approval, life, facts)
        elif act.by == GENERAL_OFFICE:
            yield Rests("Q-17")
            if not named(act.basis):
                yield Broken(because("the-approval-names-no-document"))
            yield from after("notice", life.notice, life, facts)
            yield from while_on_notice(act, life, facts)
            standing: list[Seen[Any]] = [*life.open_objections, *life.upheld]
            for objection in standing:
                yield Broken(
                    because("an-objection-stands-against-it", case=life.case),
                    (objection.position,),
                    entry=life.case.entry,
                )
    if isinstance(act, Award):
        yield from published("award", act, facts)


# ------------------------------------------------------------------ 第十三 … 十七条


@INCENTIVE_2022.record("I22-16", "第十三、十四条", SupportRecorded)
def the_six_supports(support: SupportRecorded) -> Words | None:
    """对入选市（州）给予如下激励支持（一）至（六）。
    The six supports of each measure."""
    if support.kind not in SUPPORTS:
        return None
    return Words(f"优先支持：{support.words}", f"preferred: {support.words}")


@INCENTIVE_2022.record("I22-21", "第十五条", SupportRecorded)
def local_priority(support: SupportRecorded) -> Words | None:
    """在政策、资金安排、要素保障协调等方面给予优先考虑。
    Local priority in policy, funds, factors."""
    if support.kind != "local-priority":
        return None
    return Words(f"地方优先：{support.words}", f"local priority: {support.words}")


def _debarments(act: Any, _day: date) -> Iterator[str]:
    for case in act.cases():
        yield DEBARRED(case.programme, case.subject)
        with suppress(UnknownSubject):  # H-2 says so
            yield DEBARRED(case.programme, unit_of(case.subject))


@INCENTIVE_2022.must(
    "I22-17",
    "第十六条",
    reads=(read(DebarmentImposed, under=_debarments),),
    judges=(Apply, Recommend, ReviewFormally, Score, ConcludeReview, ProposeSelection, Approve, Award),
)
def barred_for_fraud(act: Any, facts: Facts) -> Iterator[Finding]:
    """推荐单位存在弄虚作假等行为的，取消该市（州）三年评选资格，取消所在省三年推荐资格。
    Fraud or the like by the unit: the city is barred for three years from evaluation, its province
    for three years from recommending, both measures, to the day (Q-16); a separately planned city
    cannot go round it."""
    if isinstance(act, ReviewFormally | ConcludeReview) and not act.passed:
        return  # so ends the evaluation of one that is barred
    for case in act.cases():
        unit = unit_of(case.subject)
        for bar in facts.of(DebarmentImposed):
            fact = bar.fact
            if not bar.day <= facts.day <= a_day(fact.until):
                continue
            if fact.subject == case.subject:
                yield Broken(
                    because("is-barred-until", subject=case.subject, until=fact.until), (bar.position,)
                )
            elif fact.unit == unit and isinstance(act, Recommend):
                yield Broken(because("may-not-recommend-until", unit=unit, until=fact.until), (bar.position,))


@INCENTIVE_2022.must("I22-17", "第十六条", judges=Debar)
def the_bar_is_the_citys_and_its_units(act: Debar, facts: Facts) -> Iterator[Finding]:
    """取消该市（州）三年评选资格，取消所在省三年推荐资格。
    The bar is of a city and of the unit that put it forward (the XPCC too: Q-16)."""
    yield Rests("Q-16")
    if act.unit != (right := unit_of(act.subject)):
        yield Broken(because("is-put-forward-by-not-by", subject=act.subject, right=right, unit=act.unit))


@INCENTIVE_2022.record("I22-22", "第十六条末, 第十七条", ReferralRecorded)
def grave_cases_are_referred(referral: ReferralRecorded) -> Words | None:
    """情节严重的移交有管理权限的单位依法依规处理。
    Grave cases referred: to which body, when, with what result."""
    result = referral.result or "—"
    return Words(f"移交{referral.to}，结果：{result}", f"referred to {referral.to}, result: {result}")


# ------------------------------------------------------------------ after 2022

# What the notice sets for the year that it calls ends with that year; the measure goes on.
INCENTIVE_2023 = INCENTIVE_2022.amended("2", since=date(2023, 1, 1), text=OF_EVERY_YEAR)

# ------------------------------------------------------------------ readings put right

# A title whose characters are written in full width is the same title; whose check a figure carries, whose
# consent a recommendation has and who joins in it is judged by the body that is named.
INCENTIVE_1_1 = INCENTIVE_2022.amended(
    "1.1", behind=FROM_NOW_ON, widths_alike=True, late_letters=True, without=("I22-8", "I22-13")
)
OF_INDUSTRY = ("industry", "informatisation", "industry-and-informatisation")
# Of which level a statistical organ that publishes a figure is said to be.
STATISTICAL_ORGANS = (
    "national-statistics",
    "provincial-statistics",
    "prefecture-statistics",
    "county-statistics",
)


@INCENTIVE_1_1.must(
    "I22-1", "通知二, 第四条", judges=Admit, reads=(THE_TERMS, THE_INTAKE, THE_QUESTIONS), after="I22-1"
)
def nobody_is_admitted_beyond_the_one(act: Admit, facts: Facts) -> Iterator[Finding]:
    """不超过1个：时限内寄出、后到的，有名额方可纳入。
    A letter that was sent in time and came late is taken when the unit's place is free."""
    yield from within_the_units_places(act, facts)


@INCENTIVE_1_1.must("I22-4", "第五条", judges=OpenRound, after="I22-4")
def a_round_is_of_one_measure_and_year(act: OpenRound, facts: Facts) -> Iterator[Finding]:
    """每年分别遴选10个。
    A round is of one measure and one year, and named so: nobody could apply in another."""
    if not re.fullmatch(rf"\d{{4}}-(?:{'|'.join(MEASURES)})", act.round):
        form = [f"{facts.day.year}-{measure}" for measure in MEASURES]
        yield Broken(because("a-round-is-of-one-measure-and-year", round=act.round, those=form))


@INCENTIVE_1_1.must("I22-7", "通知五, 第八条", judges=Recommend, reads=(THE_TERMS,), after="I22-7")
def by_the_government_of_the_province(act: Recommend, facts: Facts) -> Iterator[Finding]:
    """推荐结果报经省级人民政府（新疆生产建设兵团）同意。
    It is the people's government of the unit's own province, or the XPCC, that consents; and to the
    result of this round: not before the round was opened."""
    if act.consent is None:
        return  # said above
    unit = subject(unit_of(act.cases()[0].subject))
    if not is_of("government", act.consent.by, unit):
        government = called("government", unit)
        yield Broken(because("the-consent-is-not-of", by=act.consent.by, government=government))
    opened = Terms.of(facts).opened
    if opened is None:
        return
    first = min(opened.day, day_of_document(opened.basis, opened.day))
    if a_day(act.consent.on) < first:
        yield Broken(
            because("consent-of-before-the-round-was-opened", on=act.consent.on, opened=first),
            (opened.position,),
        )


@INCENTIVE_1_1.must(
    "I22-8", "通知四, 第八条", judges=(Apply, Supplement, Recommend), reads=(THE_TERMS,), after="I22-7"
)
def figures_of_the_system_are_checked(act: Apply | Supplement | Recommend, facts: Facts) -> Iterator[Finding]:
    """已纳入统计体系的定量指标须经本地统计部门审核把关；有关数据以各级统计机关公开数据为准。
    An indicator that the round's documents name as one of the statistical system carries the check of
    the subject's own statistics department, published or not; any other is as a statistical organ of
    a stated level has published it, or so checked. Where no document names the indicators, that is
    shown."""
    of, indicators = subject(act.cases()[0].subject), Terms.of(facts).indicators
    if act.statistics and not indicators:
        yield Rests("Q-21")
        yield Unset("indicators")
    for figure in act.statistics:
        if figure.standing == "checked":
            yield from _checked_by_its_own(figure, of)
        elif folded(figure.name) in indicators:
            yield Broken(
                because("is-in-the-statistical-system-and-not-checked", name=figure.name, own=_own(of)),
                (Terms.of(facts).set_by["indicators"],),
            )
        elif figure.standing != "published" or not _is_an_organ(figure):
            yield Broken(
                because(
                    "neither-checked-nor-published-by-an-organ",
                    name=figure.name,
                    own=_own(of),
                    those=STATISTICAL_ORGANS,
                )
            )


@INCENTIVE_1_1.must("I22-19", "第四条, 通知一", judges=Recommend, reads=(WHOLE_CASE,), after="I22-19")
def with_the_administration_of_the_province(act: Recommend, facts: Facts) -> Iterator[Finding]:
    """会同各省、自治区、直辖市通信管理局。
    Who joins in putting forward is the communications administration of the unit's own province; of the
    XPCC, for which none is named, that of Xinjiang."""
    if act.jointly_with is None:
        return  # said above where the measure is `digital`
    of = subject(subject(act.cases()[0].subject).province)
    if not is_of("communications-administration", act.jointly_with, of):
        right = called("communications-administration", of)
        yield Broken(
            because("is-not-the-communications-administration-of", named=act.jointly_with, right=right)
        )


@INCENTIVE_1_1.must(
    "I22-13",
    "第十一条",
    judges=(ProposeSelection, Approve, Award),
    reads=(THE_TERMS, THE_RANKING),
    after="I22-12",
)
def two_of_west_and_northeast_over_all_lists(
    act: ProposeSelection | Approve | Award, facts: Facts
) -> Iterator[Finding]:
    """西部和东北地区在每项督查激励措施中入选市（州）数量合计不少于2个。
    West and Northeast (Q-18) together at least two per measure, over all lists of the round: judged at the
    proposal; when it is sent for approval, with what the same body has approved and whoever stands on another
    list; at the award, with all whom the General Office has approved. One that nobody is left to meet is
    said to be so: a recorded reading may set another (Q-15)."""
    on_lists = {*_listed(facts)}
    if isinstance(act, Approve):
        before = {a.fact.case for a in facts.of(ApprovalRecorded) if a.fact.by == act.by}
        others = {p.fact.case for p in facts.of(SelectionProposed) if p.fact.list != act.list}
        on_lists &= before | others
    elif isinstance(act, Award):  # what may still fall away is not selected yet
        on_lists &= {a.fact.case for a in facts.of(ApprovalRecorded) if a.fact.by == GENERAL_OFFICE}
    yield from _within_the_floor(act, {str(case) for case in act.cases()} | on_lists, facts)


def _in_what_joined_since(act: Any, _day: date) -> Iterator[str]:
    yield from (INCIDENTS(part) for case in act.cases() for part in joined_since(case.subject))


@INCENTIVE_1_1.must(
    "I22-5",
    "通知三, 第六(六)、七(六)条",
    reads=(THE_INCIDENTS, read(IncidentRecorded, under=_in_what_joined_since)),
    judges=(Recommend, ProposeSelection, Award),
    after="I22-5",
)
def what_happened_before_a_part_joined_is_shown(
    act: Recommend | ProposeSelection | Award, facts: Facts
) -> Iterator[Finding]:
    """近三年事故按发生时的区划认定。
    What happened in a part that joined the subject later is judged by the map of its time, and shown: by
    today's it would count (Q-14)."""
    for case in act.cases():
        own = {seen.position for seen in facts.under(INCIDENTS(case.subject)).of(IncidentRecorded)}
        for part in joined_since(case.subject):
            for incident in _three_years_back(facts.under(INCIDENTS(part)), {"work-safety", "environmental"}):
                if incident.position not in own and incident.fact.grade in GRAVE:
                    yield Rests("Q-14", case.entry)


@INCENTIVE_1_1.must("I22-14", "第十一条", judges=RecordBonus, after="I22-14")
def commended_in_industry_and_informatisation(act: RecordBonus, facts: Facts) -> Iterator[Finding]:
    """工业和信息化领域典型经验做法被国务院大督查通报表扬的。
    The practice that is commended is one of industry and informatisation; a bonus says which."""
    if act.practice is None:
        yield Broken(because("a-bonus-says-of-which-field-the-practice-is", those=OF_INDUSTRY))
    elif act.practice not in OF_INDUSTRY:
        yield Broken(because("the-practice-is-of-another-field", practice=act.practice, those=OF_INDUSTRY))


_LEVELS = {
    "nation": "national-statistics",
    "province": "provincial-statistics",
    "municipality": "provincial-statistics",
    "prefecture-city": "prefecture-statistics",
    "prefecture": "prefecture-statistics",
    "autonomous-prefecture": "prefecture-statistics",
    "league": "prefecture-statistics",
    "county-city": "county-statistics",
    "district": "county-statistics",
    "county": "county-statistics",
    "banner": "county-statistics",
    "special-county": "county-statistics",
    "unit": "provincial-statistics",  # the XPCC's
}


def _own(of: Subject) -> str:
    return called("statistics", of)


def _checked_by_its_own(figure: Statistic, of: Subject) -> Iterator[Finding]:
    """The check of the statistics department of the subject itself."""
    if figure.organ is None:
        yield Broken(because("the-check-does-not-say-by-which-department", name=figure.name, own=_own(of)))
    elif not is_of("statistics", figure.organ, of) or figure.authority not in {None, "local-statistics"}:
        yield Broken(
            because("is-checked-by-another-department", name=figure.name, organ=figure.organ, own=_own(of))
        )


def _is_an_organ(figure: Statistic) -> bool:
    """Whether the organ that published a figure is a statistical one of a known level."""
    if figure.organ is None:
        return figure.authority in STATISTICAL_ORGANS
    level = _LEVELS.get(statistical_level(figure.organ) or "")
    allowed = {None, "local-statistics", level}
    if folded(figure.organ).startswith(NATIONAL_STATISTICS):  # its survey teams, too
        allowed.add("national-statistics")
    return level is not None and figure.authority in allowed


INCENTIVE_2_1 = INCENTIVE_1_1.amended(
    "2.1", since=INCENTIVE_2023.since, behind=FROM_NOW_ON, text=OF_EVERY_YEAR, beside=(INCENTIVE_2023,)
)
