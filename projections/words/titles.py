"""The sentences of a title while it is held, and of its end."""

from __future__ import annotations

from domain.cases import Case
from domain.events import (
    ArrangementRecorded,
    AssessmentRecorded,
    CommendationRecorded,
    DebarmentImposed,
    DesignationWithdrawn,
    IncidentRecorded,
    IndicatorReported,
    InspectionRecorded,
    MaterialChangeReported,
    MonitoringChosen,
    ProgressReported,
    ReferralRecorded,
    SupportRecorded,
)
from domain.programmes import PROGRAMMES
from domain.rules import Words
from domain.subjects import areas_of
from projections.words.names import Names
from projections.words.told import NOTHING, called, passed_or_not, title_of, told


@told.register
def _(fact: ProgressReported, date: Words, names: Names) -> Words:
    of = f"{fact.year}年" if fact.year else ""
    on = f" on {fact.year}" if fact.year else ""
    kind = {
        "yearly": Words("年度进展报告", "yearly report"),
        "half-year": Words("上半年进展报告", "half-year report"),
        "regular": Words("进展情况", "progress report"),
    }[fact.kind]
    return Words(
        f"{called(names, fact.designation)}报送{of}{kind.chinese}（{date.chinese}）。",
        f"{called(names, fact.designation)} filed its {kind.english}{on} {date.english}.",
    )


@told.register
def _(fact: AssessmentRecorded, date: Words, names: Names) -> Words:
    outcome = Words("合格，保留称号", "passed; it keeps the title")
    if not fact.passed:
        outcome = Words("不合格", "did not pass")
    where = Words("（实地）", " (on site)") if fact.on_site else NOTHING
    return Words(
        f"{called(names, fact.designation)}复查评估{where.chinese}{outcome.chinese}（{date.chinese}）。",
        f"{called(names, fact.designation)} was re-assessed{where.english} {date.english} and "
        f"{outcome.english}.",
    )


@told.register
def _(fact: InspectionRecorded, date: Words, names: Names) -> Words:
    outcome = NOTHING
    if fact.passed is not None:
        found = passed_or_not(fact.passed)
        outcome = Words(f"，{found.chinese}", f"; it {found.english}")
    return Words(
        f"对{called(names, fact.designation)}进行检查（{date.chinese}）{outcome.chinese}。",
        f"{called(names, fact.designation)} was inspected {date.english}{outcome.english}.",
    )


@told.register
def _(fact: IncidentRecorded, date: Words, names: Names) -> Words:
    grade = Words(f"，{fact.grade}", f", {fact.grade}") if fact.grade else NOTHING
    where = names.name_of(fact.place or fact.subject)
    moved = _on_another_map(fact, names)
    return Words(
        f"{names.name_of(fact.subject)}：{fact.happened_on}在{where}发生{fact.kind}{grade.chinese}"
        f"（认定：{date.chinese}）。{moved.chinese}",
        f"{names.name_of(fact.subject)}: {fact.kind}{grade.english} in {where} on {fact.happened_on} "
        f"(found {date.english}).{moved.english}",
    )


def _on_another_map(fact: IncidentRecorded, names: Names) -> Words:
    """Where it happened by the map of the time, if today's says otherwise (Q-14)."""
    today = areas_of(fact.place or fact.subject)
    then = "、".join(names.name_of(area) for area in fact.areas if area not in today)
    now = "、".join(names.name_of(area) for area in today if area not in fact.areas)
    if then and now:
        return Words(
            f"按当时区划属{then}，今属{now}（Q-14）。",
            f" It then lay in {then}, and lies in {now} today (Q-14).",
        )
    if then:
        return Words(
            f"区划于当年调整，或属{then}（Q-14）。",
            f" The map changed in that year: maybe it lay in {then} (Q-14).",
        )
    return NOTHING


@told.register
def _(fact: SupportRecorded, date: Words, names: Names) -> Words:
    return Words(
        f"{called(names, fact.designation)}获得支持（{date.chinese}）：{fact.kind}。",
        f"{called(names, fact.designation)} was given support {date.english}: {fact.kind}.",
    )


@told.register
def _(fact: ArrangementRecorded, date: Words, names: Names) -> Words:
    kinds = {
        "coordination-body": Words("建立协同机制", "set up its coordination"),
        "facility-project": Words("体验中心或平台立项", "set up the project of its centre"),
        "assistance": Words("得到主管部门协助", "was helped by its unit"),
        "content-plan": Words("制定试点目标、任务和措施", "set its targets, tasks and measures"),
        "division-of-tasks": Words("明确责任分工", "divided the tasks"),
        "goals-and-plan": Words("明确建设目标与计划", "set its goals and plan"),
        "performance-review": Words("纳入绩效考核", "made it part of performance review"),
        "entrusted-monitoring": Words("监测分析委托第三方", "is monitored by a third party"),
        "entrusted-tour": Words("城市行委托第三方", "is on the city tour of a third party"),
        "supervision": Words("由主管部门会同通信管理局推进", "is supervised by its unit"),
        "follow-up": Words("接受主管部门跟踪检查", "was followed up by its unit"),
    }
    kind = kinds[fact.kind]
    return Words(
        f"{called(names, fact.designation)}{kind.chinese}（{date.chinese}）：{fact.words}。",
        f"{called(names, fact.designation)} {kind.english} {date.english}: {fact.words}.",
    )


@told.register
def _(fact: DesignationWithdrawn, date: Words, names: Names) -> Words:
    of = PROGRAMMES.get(Case.parse(fact.designation).programme)
    grounds = of.ever("grounds") if of else {}
    outside = ("办法文本之外的依据（L-9）", "a document outside its text (L-9)")
    corrected = ("更正后撤回（L-3）", "taken back after a correction (L-3)")
    chinese, english = grounds.get(fact.ground, corrected if fact.ground == "corrected" else outside)
    act = Words("，行为已写明", ", the act named") if fact.act else NOTHING
    named = title_of(fact.designation)
    return Words(
        f"撤销{called(names, fact.designation)}的称号：{named.chinese}（{date.chinese}）。"
        f"情形：{chinese}{act.chinese}。",
        f"The title of {called(names, fact.designation)}, {named.english}, was withdrawn {date.english}. "
        f"Ground: {english}{act.english}.",
    )


@told.register
def _(fact: IndicatorReported, date: Words, names: Names) -> Words:
    value = f"{fact.value / 100:g}%" if fact.unit == "%" else f"{fact.value} {fact.unit}"
    return Words(
        f"{called(names, fact.designation)}填报监测数据{fact.indicator}：{value}"
        f"（{fact.period}；{date.chinese}）。",
        f"{called(names, fact.designation)} reported {fact.indicator} {date.english}: {value} "
        f"({fact.period}).",
    )


@told.register
def _(fact: CommendationRecorded, date: Words, names: Names) -> Words:
    kinds = {
        "advanced-city": Words("先进城市", "an advanced city"),
        "excellent-application": Words("优秀应用", "an excellent application"),
    }
    kind = kinds[fact.kind]
    return Words(
        f"表彰{called(names, fact.designation)}{kind.chinese}（{date.chinese}）：{fact.words}。",
        f"{called(names, fact.designation)} was commended {date.english} for {kind.english}: {fact.words}.",
    )


@told.register
def _(fact: MonitoringChosen, date: Words, names: Names) -> Words:
    words = Words(f"（{fact.words}）", f" ({fact.words})") if fact.words else NOTHING
    return Words(
        f"选取{called(names, fact.designation)}开展信息消费监测（{date.chinese}）{words.chinese}。",
        f"{called(names, fact.designation)} was chosen to report monitoring figures {date.english}"
        f"{words.english}.",
    )


@told.register
def _(fact: MaterialChangeReported, date: Words, names: Names) -> Words:
    kinds = {
        "merger": Words("兼并", "a merger"),
        "restructuring": Words("重组", "a restructuring"),
        "liquidation": Words("破产清算", "bankruptcy liquidation"),
        "other": Words("重大变化", "a major change"),
    }
    kind = kinds[fact.kind]
    return Words(
        f"{called(names, fact.designation)}报备{kind.chinese}（{date.chinese}），称号不变。",
        f"{called(names, fact.designation)} reported {kind.english} {date.english}; the title stands.",
    )


@told.register
def _(fact: DebarmentImposed, date: Words, names: Names) -> Words:
    who, unit = names.name_of(fact.subject), names.name_of(fact.unit)
    return Words(
        f"取消{who}的评选资格、{unit}的推荐资格，至{fact.until}（{date.chinese}）。",
        f"{who} was barred from evaluation and {unit} from recommending {date.english}, until {fact.until}.",
    )


@told.register
def _(fact: ReferralRecorded, date: Words, names: Names) -> Words:
    result = Words(f"，结果：{fact.result}", f"; result: {fact.result}") if fact.result else NOTHING
    return Words(
        f"就{names.name_of(fact.subject)}移交{fact.to}处理（{date.chinese}）{result.chinese}。",
        f"A case of {names.name_of(fact.subject)} was referred to {fact.to} {date.english}{result.english}.",
    )
