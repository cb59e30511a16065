"""信息消费示范城市建设管理办法（试行）, 工信部信软〔2019〕63号: its rules, in the order of its articles.

Each rule: its id, its article, the acts it judges, the facts it reads; the text's words; ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.commands import (
    Apply,
    Award,
    ClosePublicity,
    ConcludeReview,
    Decline,
    HoldDefence,
    InspectSite,
    OpenPublicity,
    ProposeSelection,
    Recommend,
    ReviewFormally,
    Score,
    Supplement,
    Withdraw,
)
from domain.commands.applying import standing_applications
from domain.commands.command import Command
from domain.commands.holding import ASSESSMENTS
from domain.documents import same_document
from domain.events import (
    ApplicationSubmitted,
    ApplicationSupplemented,
    ArrangementRecorded,
    AssessmentRecorded,
    Condition,
    DefenceHeld,
    DesignationAwarded,
    DesignationWithdrawn,
    HistoricalDesignationRecorded,
    InspectionRecorded,
    ProgressReported,
    ScoreRecorded,
    SupportRecorded,
)
from domain.life import APPLICATIONS_OF_THE_CITY, WHOLE_CASE, Life
from domain.procedure.places import places, within_total
from domain.procedure.steps import (
    Before,
    as_applied_for,
    by_its_name,
    handed_in,
    in_order,
    level_of,
    once_reviewed_no_more,
    published,
    recommended_first,
    through_its_unit,
    while_on_notice,
)
from domain.programme import Programme, Whose
from domain.reasons import because
from domain.rules import FROM_NOW_ON, Broken, Due, Facts, Finding, Held, Rests, Words, read
from domain.subjects import Subject, subject
from domain.tags import ANNOUNCED, PROGRAMME, SUBJECT
from domain.terms import THE_TERMS, Terms, named

ISSUED = date(2019, 3, 18)
FIELDS = {
    "life": ("生活类", "daily life"),
    "public-service": ("公共服务类", "public services"),
    "industry": ("行业类", "industry"),
    "new-product": ("新型信息产品消费", "new information products"),
}


def pools(category: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Whose total is controlled: 综合型 as a whole (第六条末), 特色型 in each field (第七条末)."""
    if category == "comprehensive":
        return ("comprehensive",)
    return tuple(f"special/{field}" for field in fields)


def whose_quota(id_: str) -> Whose:
    """Through whom a city comes; the text sets totals of its categories, and none of any unit."""
    city = subject(id_)
    if _applies_directly(city):
        return Whose(
            None,
            Words(
                "直辖市、计划单列市直接申报；只占所报类别的总量（第四、五、十条，Q-10）",
                "municipalities and separately planned cities apply directly: only a category's total counts",
            ),
            ("Q-10",),
        )
    unit = "xpcc" if city.is_of_xpcc else city.province
    return Whose(
        unit,
        Words(
            f"经{subject(unit).today.name}主管部门初审上报；只占所报类别的总量（第十条）",
            f"through {unit}, which has no quota: only a category's total counts",
        ),
    )


CITY_2019 = Programme(
    "city-2019",
    "信息消费示范城市",
    "Information consumption demonstration cities",
    instrument="工信部信软〔2019〕63号",
    categories={"comprehensive": ("综合型", "comprehensive"), "special": ("特色型", "special")},
    fields=FIELDS,
    titles={"comprehensive": "信息消费示范城市(综合型)", "special": "信息消费示范城市(特色型)"},
    grounds={
        "1": ("发现存在弄虚作假行为", "fraud"),
        "2": ("复查评估不合格", "failed re-assessment"),
        "3": ("发生破坏信息消费环境的重大事件", "a major event harming the environment"),
        "4": ("消极应付示范工作等", "passive or perfunctory work and the like"),
    },
    pools=pools,
    all_pools=("comprehensive", *(f"special/{field}" for field in FIELDS)),
    totals={"comprehensive": "C19-6", "special": "C19-7"},
    points=("Q-1", "Q-9", "Q-10", "Q-11", "Q-19"),
    whose=whose_quota,
)


# ------------------------------------------------------------------ 第一章 总则


@CITY_2019.record("C19-19", "第二条", ScoreRecorded)
def scored_by_the_index_system(score: ScoreRecorded) -> Words | None:
    """符合信息消费示范城市评价指标体系条件。
    Scores by the index system; criteria and weights unset until a document sets them."""
    if score.weight is not None:
        weight = f"{score.weight / 100:g}%"
        return Words(f"权重{weight}", f"weight {weight}")
    return Words("指标及权重未由文件设定", "criteria and weights are not set by a document")


@CITY_2019.must("C19-1", "第三条", judges=(Apply, ProposeSelection, Award))
def two_categories_four_fields(act: Apply | ProposeSelection | Award, facts: Facts) -> Iterator[Finding]:
    """分为综合型和特色型两类；特色型在四大重点领域的某一个或多个方向。
    Two categories: comprehensive, without fields; special, in one or more of four fields."""
    for case, category, fields in act.choices():
        if category not in CITY_2019.categories:
            yield Broken(
                because("is-neither-comprehensive-nor-special", case=case, category=category),
                entry=case.entry,
            )
        elif category == "comprehensive" and fields:
            yield Broken(because("a-comprehensive-city-names-no-field", case=case), entry=case.entry)
        elif category == "special" and not fields:
            yield Broken(
                because("a-special-city-names-at-least-one", case=case, those=list(FIELDS)), entry=case.entry
            )
        if unknown := sorted(set(fields) - FIELDS.keys()):
            yield Broken(because("no-field-is-called", case=case, those=unknown), entry=case.entry)
        if len(set(fields)) < len(fields):
            yield Broken(because("a-field-is-named-twice", case=case), entry=case.entry)


# ------------------------------------------------------------------ 第二章 申报条件


@CITY_2019.must("C19-2", "第五条", judges=Apply)
def prefecture_level_cities_and_above(act: Apply, facts: Facts) -> Iterator[Finding]:
    """其他城市（地级市及以上）。
    Cities of prefecture level and above; no prefecture, league, county-level city or district."""
    city, level = subject(act.subject), level_of(act.subject, facts)
    if level is None:
        yield Broken(because("did-not-exist-on", city=city, day=facts.day))
    elif level not in {"prefecture-city", "municipality"}:
        yield Broken(because("is-a-not-a-city-of-prefecture", city=city, level=level))


def _applies_directly(city: Subject) -> bool:
    return city.is_municipality or city.is_separately_planned


@CITY_2019.must("C19-3", "第四、五、十条", judges=Apply, reads=(THE_TERMS,))
def all_but_direct_applicants_come_through_their_unit(act: Apply, facts: Facts) -> Iterator[Finding]:
    """直辖市及计划单列市可直接申报，其他城市须通过省级工业和信息化主管部门申报。
    Municipalities and separately planned cities apply directly (Q-10); all others through their
    unit."""
    city = subject(act.subject)
    direct = _applies_directly(city)
    if act.channel == "direct":
        if not direct:
            yield Broken(because("applies-through-not-directly", city=city, province=city.province))
        elif act.unit is not None:
            yield Broken(because("a-direct-application-goes-through-no-unit"))
        return
    own = {city.province, "xpcc" if city.is_of_xpcc else city.province}
    if city.is_separately_planned:
        own.add(city.id)  # its own department is one of 第四条
    if act.channel != "unit":
        yield Broken(because("applies-directly-or-through-its-unit-nobody", city=city, channel=act.channel))
    elif act.unit not in own:
        yield Broken(because("applies-through-not-through", city=city, province=city.province, unit=act.unit))
    if direct and Terms.of(facts).chosen.get("Q-10") == "direct-only":
        yield Broken(because("applies-directly-by-the-recorded-reading-of", city=city))
    elif direct:
        yield Rests("Q-10")


@CITY_2019.must("C19-4", "第六条", judges=Apply)
def comprehensive_states_five_conditions(act: Apply, facts: Facts) -> Iterator[Finding]:
    """综合型申报基本条件（一）至（五）。
    Comprehensive: the five basic conditions are each stated; (1) names the document that lists the
    work as a key task or performance item; (2) a centre or platform, built or planned."""
    if act.category != "comprehensive":
        return
    stated = {condition.number: condition for condition in act.conditions}
    if lacking := [n for n in (1, 2, 3, 4, 5) if n not in stated]:
        yield Broken(because("conditions-not-stated-of-1-to-5", those=lacking))
    if 1 in stated and not named(stated[1].document):
        yield Broken(because("condition-1-names-no-document-that-lists"))
    if 2 in stated and stated[2].facility is None:
        yield Broken(because("condition-2-does-not-say-whether-the"))


PLACES = places(CITY_2019)


@CITY_2019.principle("C19-6", "第六条末", judges=(ProposeSelection, Award), reads=PLACES)
def comprehensive_within_its_total(act: ProposeSelection | Award, facts: Facts) -> Iterator[Finding]:
    """综合型信息消费示范城市原则上严格总量控制。
    Comprehensive: a total, once a document sets it (Q-11)."""
    yield from within_total(CITY_2019, "comprehensive", act, facts)


@CITY_2019.must("C19-5", "第七条", judges=Apply)
def special_states_four_conditions(act: Apply, facts: Facts) -> Iterator[Finding]:
    """特色型申报基本条件（一）至（四）；（二）至（四）就每一特色领域。
    Special: condition (1) once, (2) to (4) for each chosen field; (4) with a centre, built or
    planned."""
    if act.category != "special":
        return
    stated = {(c.number, c.field): c for c in act.conditions}
    if not any(number == 1 for number, _ in stated):
        yield Broken(because("condition-1-is-not-stated"))
    for field in act.fields:
        if lacking := [n for n in (2, 3, 4) if (n, field) not in stated]:
            yield Broken(because("conditions-not-stated", field=field, those=lacking))
        centre = stated.get((4, field))
        if centre is not None and centre.facility is None:
            yield Broken(because("condition-4-does-not-say-whether-its", field=field))


@CITY_2019.principle("C19-7", "第七条末", judges=(ProposeSelection, Award), reads=PLACES)
def special_within_each_fields_total(act: ProposeSelection | Award, facts: Facts) -> Iterator[Finding]:
    """特色型信息消费示范城市原则上按四个领域总量控制。
    Special: a total for each field, once a document sets it; a city in several counts in each."""
    yield from within_total(CITY_2019, "special", act, facts)


@CITY_2019.duty("C19-20", "第六(二)、七(四)条")
def a_planned_facility_is_set_up(title: Held) -> Iterator[Due]:
    """计划在未来三年内立项建设信息消费体验中心或公共服务平台等。
    A centre or platform that was planned is set up as a project within three years of the
    application."""
    applications = [a for a in title.facts.of(ApplicationSubmitted) if a.fact.case == title.case]
    supplements = [s for s in title.facts.of(ApplicationSupplemented) if s.fact.case == title.case]
    for application in applications:
        conditions = [*application.fact.conditions]
        for supplement in supplements:
            conditions += supplement.fact.conditions
        stated = {(condition.number, condition.field): condition for condition in conditions}
        for condition in stated.values():
            if condition.facility == "planned":
                yield from _planned(condition, application.day, title)


def _planned(condition: Condition, applied: date, title: Held) -> Iterator[Due]:
    field = condition.field or ""
    due = _years_after(applied, 3) if applied.year < date.max.year - 3 else None  # day not known
    yield Due("facility", due, of=field)
    for set_up in title.facts.of(ArrangementRecorded):
        if set_up.fact.kind == "facility-project" and (set_up.fact.field or "") == field:
            yield Due("facility", due, of=field, filed=set_up.day, filed_by=set_up.position)


def _years_after(day: date, years: int) -> date:
    """The same date that many years on; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@CITY_2019.must("C19-8", "第八条", judges=Apply, reads=(APPLICATIONS_OF_THE_CITY,))
def one_category_a_round(act: Apply, facts: Facts) -> Iterator[Finding]:
    """申报城市只能从综合型和特色型中选择一项申报。
    A city applies in one category only within a round (Q-11); a special one may name several
    fields."""
    for application in standing_applications(facts):
        if application.fact.category != act.category:
            yield Broken(
                because("already-applies-as", subject=act.subject, category=application.fact.category),
                (application.position,),
            )


@CITY_2019.must("C19-8", "第八条", judges=(ProposeSelection, Award), reads=(WHOLE_CASE,))
def listed_as_applied_for(act: ProposeSelection | Award, facts: Facts) -> Iterator[Finding]:
    """可以选择若干特色领域同时申报。
    The category and fields of a title are among those applied for, and those put on notice."""
    yield from as_applied_for(act, facts)


def _of_the_subject(act: Any, _day: date) -> Iterator[str]:
    yield from (SUBJECT(about) for about in act.subjects())


TITLES_OF_THE_CITY = read(
    HistoricalDesignationRecorded, DesignationAwarded, DesignationWithdrawn, under=_of_the_subject
)


@CITY_2019.must("C19-8", "第八条", judges=Apply, reads=(TITLES_OF_THE_CITY,))
def a_holder_may_apply_in_the_other_category(act: Apply, facts: Facts) -> Iterator[Finding]:
    """申报城市只能从综合型和特色型中选择一项申报。
    Read as per round: a holder that applies in the other category later is accepted and shown
    (Q-11)."""
    ended = {end.fact.designation for end in facts.of(DesignationWithdrawn)}
    held = {a.fact.designation: a.fact.category for a in facts.of(DesignationAwarded)}
    known = facts.of(HistoricalDesignationRecorded)
    held |= {h.fact.designation: h.fact.category for h in known if h.fact.category}
    for designation, category in held.items():
        own = designation.startswith("city-2019/") and designation not in ended
        if own and category != act.category:
            yield Rests("Q-11")


# ------------------------------------------------------------------ 第三章 申报流程


@CITY_2019.record("C19-9", "第九条", ApplicationSubmitted)
def the_government_leads(application: ApplicationSubmitted) -> Words | None:
    """信息消费示范城市申报由城市当地人民政府牵头。
    The local people's government leads the application."""
    if application.led_by is None:
        return None
    return Words(f"牵头：{application.led_by}", f"led by {application.led_by}")


@CITY_2019.must("C19-3", "第四、五、十条", judges=(Recommend, Decline), reads=(WHOLE_CASE,))
def the_unit_reviews_before_it_recommends(act: Recommend | Decline, facts: Facts) -> Iterator[Finding]:
    """省级工业和信息化主管部门初审后上报。
    The unit that the application goes through recommends it, after its preliminary review, or
    declines to; before the ministry's review."""
    yield from through_its_unit(act, facts)


@CITY_2019.must("C19-3", "第四、五、十条", judges=ReviewFormally, reads=(WHOLE_CASE,))
def the_units_review_precedes_the_ministrys(act: ReviewFormally, facts: Facts) -> Iterator[Finding]:
    """初审推荐先于工业和信息化部审查。
    The unit's preliminary review and recommendation precede the ministry's review."""
    yield from recommended_first(act, facts)


@CITY_2019.must("C19-10", "第十、十一条", judges=(Apply, Supplement))
def materials_are_whole(act: Apply | Supplement, facts: Facts) -> Iterator[Finding]:
    """提交申报表、申报书等材料原件及电子版；统计数据以国家统计部门、部统计职能部门公开或认定的为准。
    The form and the report, original and electronic; statistics name their source: published or
    recognised by the national statistics department or the ministry's statistics function."""
    if isinstance(act, Apply):
        yield from handed_in(act.materials, "application-form", "application-report")
    for figure in act.statistics:
        if figure.authority not in {"national-statistics", "miit-statistics"}:
            yield Broken(because("its-source-is-neither-of-the-two", name=figure.name))
        elif figure.standing is None:
            yield Broken(because("it-is-not-said-to-be-published", name=figure.name))


@CITY_2019.must("C19-10", "第十、十一条", judges=Recommend)
def a_recommendation_is_a_document(act: Recommend, facts: Facts) -> Iterator[Finding]:
    """省工业和信息化主管部门的初审推荐文件。
    The unit hands in its recommendation document."""
    if not named(act.basis):
        yield Broken(because("the-recommendation-document-is-missing-give-its"))


BEFORE: Before = {
    Supplement: ("application", lambda life: life.application),
    ReviewFormally: ("application", lambda life: life.application),
    Score: ("formal-review", lambda life: life.form),
    InspectSite: ("formal-review", lambda life: life.form),
    ConcludeReview: ("formal-review", lambda life: life.form),
    HoldDefence: ("expert-review", lambda life: life.review),
    ProposeSelection: ("defence", lambda life: life.defence),
    OpenPublicity: ("proposed-list", lambda life: life.proposed),
    ClosePublicity: ("notice", lambda life: life.notice),
    Award: ("notice", lambda life: life.notice),
}


@CITY_2019.must(
    "C19-11",
    "第十二条",
    reads=(WHOLE_CASE,),
    judges=(
        Supplement,
        ReviewFormally,
        Score,
        InspectSite,
        ConcludeReview,
        HoldDefence,
        ProposeSelection,
        OpenPublicity,
        ClosePublicity,
        Award,
    ),
)
def step_by_step(act: Any, facts: Facts) -> Iterator[Finding]:
    """形式审查，通过后专家评审（必要时实地考察），通过后现场答辩，最终结果在门户网站公示。
    Formal review, expert review (site inspection where needed), on-site defence, publicity on the
    portal (its length unset, Q-9), award: each step only for those who passed the one before, and
    not on a day before it."""
    yield from in_order(BEFORE, act, facts)
    for life in (Life.of(facts, case) for case in act.cases()):
        if isinstance(act, Supplement | ReviewFormally | Score | InspectSite):
            yield from once_reviewed_no_more(act, life)
        elif isinstance(act, ClosePublicity | Award):
            yield from while_on_notice(act, life, facts)


@CITY_2019.record("C19-11", "第十二条", DefenceHeld)
def the_form_of_the_defence(defence: DefenceHeld) -> Words | None:
    """组织现场答辩。
    A defence in another form is recorded and shown."""
    if defence.form == "on-site":
        return None
    words = defence.form_words or defence.form
    return Words(f"形式：{words}（非现场）", f"held otherwise than on site: {words}")


@CITY_2019.must("C19-12", "第十三条", judges=Award)
def the_award_is_a_published_document(act: Award, facts: Facts) -> Iterator[Finding]:
    """下发文件正式公告，并授予“信息消费示范城市（综合型）”或“信息消费示范城市（特色型）”称号。
    The award is a published document with the title 信息消费示范城市(综合型) or (特色型)."""
    yield Rests("Q-19")
    yield from published("award", act, facts)
    yield from by_its_name(CITY_2019, act, facts)


def _of_the_programme(_act: Any, _day: date) -> Iterator[str]:
    yield PROGRAMME("city-2019")


KNOWN = read(HistoricalDesignationRecorded, under=_of_the_programme)


def _of_the_year(act: Award, day: date) -> Iterator[str]:
    yield ANNOUNCED("city-2019", act.year(day))


@CITY_2019.principle(
    "C19-13", "第十四条", judges=Award, reads=(read(DesignationAwarded, under=_of_the_year), KNOWN)
)
def announced_together_once_a_year(act: Award, facts: Facts) -> Iterator[Finding]:
    """原则上每年对申报结果进行集中公告一次。
    Results are announced together once a year: by one document."""
    year = act.year(facts.day)
    known = [
        title
        for title in facts.of(HistoricalDesignationRecorded)
        if title.effective is not None and title.day.year == year
    ]
    announced = [(a.position, a.basis) for a in facts.of(DesignationAwarded)]
    announced += [(title.position, title.basis) for title in known]
    others = [
        (position, basis)
        for position, basis in announced
        if basis is not None and named(basis) and not same_document(basis, act.basis)
    ]
    if others:
        by = others[0][1]
        for case in act.cases():
            yield Broken(
                because("results-of-were-announced-by", year=year, number=by.number or by.title),
                tuple(position for position, _ in others),
                case.entry,
            )


# ------------------------------------------------------------------ 第四章 示范工作


@CITY_2019.record("C19-21", "第十五条", ArrangementRecorded)
def the_coordination_body(arrangement: ArrangementRecorded) -> Words | None:
    """建立完善协同推进机制，明确部门职责。
    The holder's coordination body and division of duties."""
    if arrangement.kind != "coordination-body":
        return None
    return Words(f"协同推进机制：{arrangement.words}", f"coordination body: {arrangement.words}")


@CITY_2019.duty("C19-14", "第十六条")
def progress_is_reported_regularly(title: Held) -> Iterator[Due]:
    """定期报送当地信息消费工作进展情况。
    Regular progress reports; the text sets no interval."""
    yield Due("progress-report")
    for report in title.facts.of(ProgressReported):
        if report.fact.kind == "regular":
            yield Due("progress-report", None, filed=report.day, filed_by=report.position)


@CITY_2019.record("C19-18", "第四、十六条", InspectionRecorded, ArrangementRecorded)
def inspected_and_helped(fact: InspectionRecorded | ArrangementRecorded) -> Words | None:
    """部加强督导检查和监测管理；省级主管部门组织并配合指导。
    Units organise and help; the ministry inspects and monitors."""
    if isinstance(fact, InspectionRecorded):
        return Words(f"督导检查：{fact.by}", f"inspected by {fact.by}")
    if fact.kind != "assistance":
        return None
    return Words(f"主管部门的支持：{fact.words}", f"help by its unit: {fact.words}")


@CITY_2019.record("C19-17", "第十七条", SupportRecorded)
def the_supports(support: SupportRecorded) -> Words | None:
    """在规划布局、品牌宣传、重大项目等方面给予支持。
    Planning, branding, major projects; encouragement in other programmes."""
    return Words(f"支持：{support.words}", f"support: {support.words}")


# ------------------------------------------------------------------ 第五章 动态管理


@CITY_2019.duty("C19-15", "第十九条")
def a_yearly_report(title: Held) -> Iterator[Due]:
    """每年提交工作进展报告。
    A report for each calendar year at whose end the title is held; the text names no day, so the
    year's last is taken."""
    first = title.since.year
    yield Due("yearly-report", date(first, 12, 31), yearly=True, of=str(first))
    for report in title.facts.of(ProgressReported):
        if report.fact.kind == "yearly" and report.fact.year is not None:
            year = report.fact.year
            yield Due(
                "yearly-report", date(year, 12, 31), of=str(year), filed=report.day, filed_by=report.position
            )


@CITY_2019.duty("C19-15", "第十九条")
def a_re_assessment(title: Held) -> Iterator[Due]:
    """复查评估，适时组织专家进行实地评估。
    Re-assessment; the text sets no frequency."""
    yield Due("re-assessment")
    for assessment in title.facts.of(AssessmentRecorded):
        yield Due("re-assessment", None, filed=assessment.day, filed_by=assessment.position)


@CITY_2019.must("C19-16", "第二十条", judges=Withdraw, reads=(ASSESSMENTS,))
def withdrawn_on_one_of_four_grounds(act: Withdraw, facts: Facts) -> Iterator[Finding]:
    """出现以下情况之一的，将直接公告退出，撤销称号：（一）至（四）。
    Withdrawn on one of four grounds: (1) fraud; (2) failed re-assessment, one being recorded;
    (3) a major event that harms the environment; (4) passive or perfunctory work and the like, the
    act named. Announced."""
    if act.ground not in CITY_2019.grounds:
        yield Broken(because("is-none-of-the-four-grounds-of", ground=act.ground))
    if act.ground == "2":
        assessments = [a for a in facts.of(AssessmentRecorded) if a.day <= facts.day]
        if not assessments or assessments[-1].fact.passed:
            yield Broken(
                because("the-newest-re-assessment-on-record-is"), tuple(a.position for a in assessments)
            )
    if act.ground == "4" and act.act is None:
        yield Broken(because("ground-4-is-open-the-act-is"))
    yield from published("withdrawal", act, facts)


# ------------------------------------------------------------------ 第六章 附则


@CITY_2019.must("C19-22", "第二十二条", judges=Command)
def in_force_from_its_issue(act: Command, facts: Facts) -> Iterator[Finding]:
    """本办法自印发之日起施行。
    Applies to acts from 2019-03-18."""
    if facts.day < ISSUED:
        yield Broken(because("is-before-the-measure-issue", day=facts.day, issued=ISSUED))


# ------------------------------------------------------------------ readings put right

# A title whose characters are written in full width is the same title.
CITY_1_1 = CITY_2019.amended("1.1", behind=FROM_NOW_ON, widths_alike=True)
