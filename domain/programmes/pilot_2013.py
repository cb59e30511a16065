"""关于征选信息消费试点市（县、区）的通知, 工信厅信函[2013]701号: its rules, in the order of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from domain.commands import (
    Admit,
    Apply,
    Approve,
    Award,
    ConcludeReview,
    Decline,
    ProposeSelection,
    Recommend,
    ReviewFormally,
    Score,
)
from domain.dates import a_day, parse
from domain.events import (
    ApplicationSubmitted,
    ArrangementRecorded,
    AssessmentRecorded,
    Cap,
    Deadline,
    DefenceHeld,
    DesignationAwarded,
    DesignationWithdrawn,
    HistoricalDesignationRecorded,
    Parameters,
    Planned,
    RoundOpened,
    SelectionProposed,
    Term,
)
from domain.kernel import Document
from domain.life import THE_INTAKE, WHOLE_CASE, Life
from domain.procedure.places import (
    THE_QUESTIONS,
    places,
    within_the_units_places,
    within_the_units_quota,
    within_total,
)
from domain.procedure.steps import (
    Before,
    as_applied_for,
    by_its_name,
    by_the_deadline,
    handed_in,
    in_order,
    level_of,
    recommended_first,
    through_its_unit,
)
from domain.programme import Choice, Intake, Programme, Whose
from domain.reasons import because
from domain.rules import FROM_NOW_ON, Broken, Due, Facts, Finding, Held, Rests, Seen, Unset, Words, read
from domain.subjects import Subject, subject
from domain.tags import SUBJECT
from domain.terms import THE_TERMS, Terms, named

NOTICE = Document(
    number="工信厅信函〔2013〕701号",
    title="关于征选信息消费试点市（县、区）的通知",
    issuer="工业和信息化部办公厅",
    signed="2013-10-09",
)
TEN = tuple(range(1, 11))
NEW_TOWN = ("service-model", "product-cluster")  # 特色信息服务模式, 产品集聚


# 50 pilots, three of a province; of the batch that the notice calls also its days.
OF_EVERY_BATCH = Parameters(caps=(Cap("pilot", 50, NOTICE, "awards"), Cap("unit", 3, NOTICE)))
OF_THE_FIRST_BATCH = replace(
    OF_EVERY_BATCH,
    deadline=Deadline("2013-11-08", NOTICE),
    term=Term("2014-01-01", "2015-12-31", NOTICE),
    plan=(Planned("expert-review", "2013-11", NOTICE), Planned("decision", "2013-12", NOTICE)),
)


def pilot_period(category: str, terms: Terms, _life: Life, day: date) -> tuple[date | None, date | None]:
    """A pilot's title does not run before the round's pilot period, and no longer (P13-2)."""
    if category != "pilot" or terms.term is None:
        return None, None
    return max(day, a_day(terms.term.first)), a_day(terms.term.last)


def whose_quota(id_: str) -> Whose:
    """Whose 2 or 3 a subject takes a place of (二(一), 二(三), Q-3)."""
    of = subject(id_)
    if _is_direct(of):
        return Whose(
            None,
            Words(
                "由城市人民政府直接报送，不占任何省的2至3个名额（二(三)，Q-3）",
                "submitted directly by its government: it takes no place of any province's 2 or 3",
            ),
            ("Q-3",),
        )
    return Whose(
        of.province,
        Words(
            f"经{subject(of.province).today.name}主管部门推荐，占其2至3个名额（二(一)）",
            f"through {of.province}: it takes a place of that unit's 2 or 3",
        ),
    )


PILOT_2013 = Programme(
    "pilot-2013",
    "国家信息消费试点市(县、区)",
    "National information consumption pilots",
    instrument=NOTICE.number,
    categories={
        "pilot": ("试点", "pilot"),
        "demonstration": ("示范市（县、区）", "demonstration city, county or district"),
    },
    fields={
        "service-model": ("特色信息服务模式", "a special information-service model"),
        "product-cluster": ("产品集聚", "a product cluster"),
    },
    titles={"pilot": "国家信息消费试点市(县、区)", "demonstration": "全国信息消费示范市(县、区)"},
    pools=lambda category, _fields: ("pilot",) if category == "pilot" else (),
    all_pools=("pilot",),
    totals={"pilot": "P13-1"},
    intake=Intake(cap=lambda _unit, _group: "unit", caps=("unit",), least=2, rule="P13-4"),
    text=OF_THE_FIRST_BATCH,
    held=pilot_period,
    judges_itself=frozenset({"deadline"}),
    points=("Q-1", "Q-2", "Q-3", "Q-4", "Q-5", "Q-19"),
    whose=whose_quota,
)


# ------------------------------------------------------------------ 一、工作目标


@PILOT_2013.principle("P13-1", "一, 二(四), 五", judges=(ProposeSelection, Award), reads=places(PILOT_2013))
def fifty_pilots(act: ProposeSelection | Award, facts: Facts) -> Iterator[Finding]:
    """全国范围内遴选50个市（县、区）。
    50 pilots: a goal, read as a principle, since 68 were taken."""
    yield from within_total(PILOT_2013, "pilot", act, facts)


@PILOT_2013.must("P13-2", "一", judges=Award, reads=(THE_TERMS,))
def for_the_pilot_period(act: Award, facts: Facts) -> Iterator[Finding]:
    """开展为期两年的首批信息消费试点。2014年1月开始，截止到2015年12月结束。
    The title runs for the round's pilot period, months read as their first and last day (Q-5), and
    ends by itself: no pilot is named once it is over."""
    pilots = [case for case, category, _ in act.choices() if category == "pilot"]
    if not pilots:
        return
    terms = Terms.of(facts)
    if terms.term is None:
        yield Unset("term")
        return
    yield Rests("Q-5")
    if facts.day > a_day(terms.term.last):
        for case in pilots:
            yield Broken(
                because("the-pilot-period-ended-on", case=case, last=terms.term.last),
                (terms.set_by["term"],),
                entry=case.entry,
            )


def _titles_of_the_subject(act: Any, _day: date) -> Iterator[str]:
    yield from (SUBJECT(case.subject) for case in act.cases())


@PILOT_2013.must(
    "P13-3",
    "一, 三末",
    judges=(Apply, Award),
    reads=(
        read(
            DesignationAwarded,
            HistoricalDesignationRecorded,
            DesignationWithdrawn,
            under=_titles_of_the_subject,
        ),
    ),
)
def chosen_among_those_that_were_pilots_to_the_end(act: Apply | Award, facts: Facts) -> Iterator[Finding]:
    """试点结束时，择优评选“全国信息消费示范市（县、区）”。
    The second title is for a subject that held the pilot title until its end; it has ended by then."""
    for case, category, _ in act.choices():
        if category not in PILOT_2013.categories:
            yield Broken(
                because("is-neither-pilot-nor-demonstration", case=case, category=category), entry=case.entry
            )
        if category != "demonstration":
            continue
        if isinstance(act, Apply) and act.channel != "nominated":
            yield Broken(because("the-second-title-is-not-applied-for", case=case), entry=case.entry)
        mine = facts.under(SUBJECT(case.subject))
        titles: list[Seen[Any]] = [*mine.of(DesignationAwarded), *mine.of(HistoricalDesignationRecorded)]
        pilots = {
            title.fact.designation: title
            for title in titles
            if title.fact.designation.startswith("pilot-2013/") and title.fact.category == "pilot"
        }
        ends = {end.fact.designation: end for end in mine.of(DesignationWithdrawn)}
        against = [_not_to_its_end(title, ends, facts) for title in pilots.values()]
        if not against:
            yield Broken(because("has-been-no-pilot", subject=case.subject))
        elif None not in against:
            yield from (broken for broken in against if broken)


def _not_to_its_end(
    title: Seen[Any], ends: dict[str, Seen[DesignationWithdrawn]], facts: Facts
) -> Broken | None:
    """Why a pilot's title was not held to its end, which has come; None: it was."""
    designation, until = title.fact.designation, title.fact.held_until
    last = parse(until).latest if until else None
    end = ends.get(designation)
    if end is not None and (last is None or end.day <= last):
        return Broken(
            because("was-withdrawn-on", designation=designation, effective=end.effective),
            (title.position, end.position),
        )
    if last is None or facts.day <= last:
        return Broken(because("has-not-ended-yet", designation=designation), (title.position,))
    return None


# ------------------------------------------------------------------ 二、征选方式


@PILOT_2013.principle("P13-4", "二(一)", judges=Recommend, reads=(THE_TERMS, THE_INTAKE, WHOLE_CASE))
def two_or_three_of_a_province(act: Recommend, facts: Facts) -> Iterator[Finding]:
    """原则上每省推荐2-3个候选试点城市。
    A province recommends two or three: more are refused, fewer are shown as a shortfall. Directly
    submitted cities do not count in it (Q-3)."""
    yield Rests("Q-3", act.cases()[0].entry)
    yield from within_the_units_quota(PILOT_2013, act, facts)


_CITIES = {"municipality", "prefecture-city", "county-city"}
_COUNTIES = {"county", "special-county", "banner", "district"}


@PILOT_2013.principle("P13-5", "二(一)", judges=Apply)
def cities_counties_districts_and_new_towns(act: Apply, facts: Facts) -> Iterator[Finding]:
    """试点范围包括设市城市（县、区），可扩大到具有特色信息服务模式和产品集聚的新型城镇。
    Cities of any level, counties and districts; a new town with both a special service model and a
    product cluster, each stated (prefectures and zones: Q-2)."""
    if act.category != "pilot":
        return
    of, entry = subject(act.subject), act.cases()[0].entry
    level = level_of(act.subject, facts)
    if level is None:
        yield Broken(because("did-not-exist-on", city=of, day=facts.day))
        return
    if level == "town":
        stated = {condition.field for condition in act.conditions}
        for lacking in (what for what in NEW_TOWN if what not in stated):
            yield Broken(because("a-new-town-states-its", lacking=lacking), entry=entry)
    elif level not in _CITIES | _COUNTIES:
        yield Rests("Q-2", entry)
        yield Broken(because("is-a-neither-city-county-nor-district", of=of, level=level), entry=entry)


@PILOT_2013.record("P13-6", "二(二)", ApplicationSubmitted)
def the_government_is_responsible(application: ApplicationSubmitted) -> Words | None:
    """申报试点市（县、区）的人民政府是试点责任主体。
    The subject's people's government is the responsible applicant."""
    if application.led_by is None:
        return None
    return Words(f"责任主体：{application.led_by}", f"responsible: {application.led_by}")


def _is_direct(of: Subject) -> bool:
    return of.is_municipality or of.is_separately_planned


@PILOT_2013.must("P13-7", "二(三)", judges=Apply)
def direct_or_through_its_province(act: Apply, facts: Facts) -> Iterator[Finding]:
    """经所在省级主管部门初核后报送；直辖市及计划单列市由城市人民政府直接报送。
    Municipalities and separately planned cities are submitted directly by their government; all
    others, a municipality's districts among them, through their province."""
    if act.category != "pilot":
        return
    of = subject(act.subject)
    if _is_direct(of):
        if act.channel != "direct" or act.unit is not None:
            yield Broken(because("is-submitted-directly-by-its-government-through", of=of))
    elif act.channel != "unit":
        yield Broken(because("applies-through-not-directly", city=of, province=of.province))
    elif act.unit != of.province:
        yield Broken(because("applies-through-not-through", city=of, province=of.province, unit=act.unit))


@PILOT_2013.must("P13-7", "二(三)", judges=(Recommend, Decline), reads=(WHOLE_CASE,))
def its_province_checks_it(act: Recommend | Decline, facts: Facts) -> Iterator[Finding]:
    """经所在省级工业和信息化主管部门初核后报送工业和信息化部。
    The province's initial check comes before its recommendation, both before the ministry's review."""
    yield from through_its_unit(act, facts)


@PILOT_2013.must("P13-7", "二(三)", judges=(ReviewFormally, Score, ConcludeReview), reads=(WHOLE_CASE,))
def checked_before_it_is_reviewed(
    act: ReviewFormally | Score | ConcludeReview, facts: Facts
) -> Iterator[Finding]:
    """初核推荐先于部的评审。
    The province's initial check and recommendation precede review."""
    yield from recommended_first(act, facts)


@PILOT_2013.record("P13-8", "二(四)", SelectionProposed)
def selected_in_the_light_of_region_and_kind(proposed: SelectionProposed) -> Words | None:
    """综合考虑区域分布、城市类型和基础条件等因素，遴选试点。
    The selection considers region, kind of city and conditions: its reasons are recorded."""
    if proposed.reason is None:
        return None
    return Words("遴选考虑已记录", "the reasons of the selection are recorded")


@PILOT_2013.must("P13-14", "二(四)", judges=(ProposeSelection, Award), reads=(WHOLE_CASE,))
def only_the_recommended_can_be_selected(act: ProposeSelection | Award, facts: Facts) -> Iterator[Finding]:
    """在各省推荐市（县、区）中遴选。
    Only a recommended or directly submitted subject can be selected, as what it was put forward."""
    for case in act.cases():
        life = Life.of(facts, case)
        through = life.application is not None and life.application.fact.channel == "unit"
        if through and life.recommended is None:
            yield Broken(because("was-not-recommended", case=case), entry=case.entry)
    yield from as_applied_for(act, facts)
    yield from by_its_name(PILOT_2013, act, facts)


# ------------------------------------------------------------------ 三、征选条件


@PILOT_2013.must("P13-9", "三", judges=Apply)
def ten_basic_conditions(act: Apply, facts: Facts) -> Iterator[Finding]:
    """应具备以下几方面基础条件：（一）至（十）；有特色的可重点说明。
    The application covers all ten basic conditions; any may be marked as a speciality."""
    if act.category != "pilot":
        return
    stated = {condition.number for condition in act.conditions if condition.field is None}
    if lacking := [n for n in TEN if n not in stated]:
        yield Broken(because("conditions-not-stated-of-1-to-10", those=lacking))


@PILOT_2013.record("P13-15", "三末", AssessmentRecorded)
def each_pilot_is_evaluated(assessment: AssessmentRecorded) -> Words | None:
    """试点效果评估围绕上述几方面细化指标。
    Each pilot is evaluated on the ten conditions, before the second title is chosen."""
    return Words("试点效果评估", "evaluation of the pilot")


# ------------------------------------------------------------------ 四、试点内容


@PILOT_2013.duty("P13-10", "四")
def targets_tasks_and_measures(title: Held) -> Iterator[Due]:
    """制定明确的试点目标，提出具体的试点任务，制定可行的政策措施。
    Pilots set targets, tasks and measures around the six content areas; no date is set."""
    yield Due("content-plan")
    for plan in title.facts.of(ArrangementRecorded):
        if plan.fact.kind == "content-plan":
            yield Due("content-plan", None, filed=plan.day, filed_by=plan.position)


# ------------------------------------------------------------------ 五、进度安排


@PILOT_2013.must("P13-11", "五, 六末", judges=(Apply, Recommend), reads=(THE_TERMS, WHOLE_CASE))
def sent_by_the_eighth_of_november(act: Apply | Recommend, facts: Facts) -> Iterator[Finding]:
    """2013年11月8日前报送。
    Applications by the round's deadline, for the first batch 2013-11-08, that day included (Q-1)."""
    if isinstance(act, Apply) and act.category != "pilot":
        return
    yield from by_the_deadline(act, facts)


BEFORE: Before = {
    ProposeSelection: ("expert-review", lambda life: life.review),
    Approve: ("proposed-list", lambda life: life.proposed),
    Award: ("leading-group-decision", lambda life: life.approved("leading-group")),
}


@PILOT_2013.must("P13-12", "五", judges=(ProposeSelection, Approve, Award), reads=(WHOLE_CASE,))
def experts_then_the_leading_group(
    act: ProposeSelection | Approve | Award, facts: Facts
) -> Iterator[Finding]:
    """工作小组会同专家组完成评审，提交建议名单；部领导小组审定。
    Working group and experts review and submit a proposed list; then the leading group decides."""
    second = {case for case, category, _ in _choices(act) if category == "demonstration"}
    yield from in_order(BEFORE, act, facts, but=second)  # of it the text says only: by merit


def _choices(act: ProposeSelection | Approve | Award) -> tuple[Choice, ...]:
    return () if isinstance(act, Approve) else act.choices()


@PILOT_2013.record("P13-16", "五", RoundOpened, DefenceHeld)
def the_plan_beside_what_happened(fact: RoundOpened | DefenceHeld) -> Words | None:
    """11月中旬完成评审，12月初审定名单。
    Planned dates stand beside actual ones; further steps, such as a defence, can be recorded."""
    if isinstance(fact, DefenceHeld):
        return Words("计划之外的步骤", "a step beyond the plan")
    plan = fact.parameters.plan or (fact.text.plan if fact.text else ())
    if not plan:
        return None
    steps = "、".join(f"{planned.step} {planned.when}" for planned in plan)
    return Words(f"计划：{steps}", f"planned: {steps}")


# ------------------------------------------------------------------ 六、工作要求


@PILOT_2013.must("P13-13", "六末, 附件", judges=Apply)
def on_paper_and_electronically(act: Apply, facts: Facts) -> Iterator[Finding]:
    """试点申报材料（纸质版和电子版）。
    The application on paper and electronically; its outline is for reference and refuses nothing."""
    if act.category == "pilot":
        yield from handed_in(act.materials, "application-report")


@PILOT_2013.must("P13-13", "六末, 附件", judges=Recommend)
def a_sealed_letter_of_recommendation(act: Recommend, facts: Facts) -> Iterator[Finding]:
    """纸质版申报材料推荐函加盖公章。
    The sealed letter of recommendation; direct submissions have none."""
    if not named(act.basis):
        yield Broken(because("the-letter-of-recommendation-is-missing-give"))


# ------------------------------------------------------------------ after 2013

# The days that the notice sets are those of the batch that it calls; the rest goes on.
PILOT_2014 = PILOT_2013.amended("2", since=date(2014, 1, 1), text=OF_EVERY_BATCH)

# ------------------------------------------------------------------ readings put right

# A title whose characters are written in full width is the same title.
PILOT_1_1 = PILOT_2013.amended("1.1", behind=FROM_NOW_ON, widths_alike=True, late_letters=True)


@PILOT_1_1.principle(
    "P13-4", "二(一)", judges=Admit, reads=(THE_TERMS, THE_INTAKE, THE_QUESTIONS), after="P13-4"
)
def nobody_is_admitted_beyond_the_three(act: Admit, facts: Facts) -> Iterator[Finding]:
    """原则上每省推荐2-3个：时限内寄出、后到的，有名额方可纳入。
    A letter that was sent in time and came late is taken when one of the province's places is free."""
    yield from within_the_units_places(act, facts)


PILOT_2_1 = PILOT_1_1.amended(
    "2.1", since=PILOT_2014.since, behind=FROM_NOW_ON, text=OF_EVERY_BATCH, beside=(PILOT_2014,)
)
