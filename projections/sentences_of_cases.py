"""The sentences of a round and of a case's life, in its order."""

from __future__ import annotations

from domain.cases import Case
from domain.events import (
    ApplicationRecommended,
    ApplicationRetracted,
    ApplicationSubmitted,
    ApplicationSupplemented,
    ApprovalRecorded,
    ArrangementRecorded,
    AssessmentRecorded,
    BonusRecorded,
    CaseAdmitted,
    CommendationRecorded,
    DebarmentImposed,
    DefenceHeld,
    DesignationAwarded,
    DesignationWithdrawn,
    ExceptionGranted,
    FormalReviewRecorded,
    IncidentRecorded,
    IndicatorReported,
    InspectionRecorded,
    IntakeClosed,
    InterestDeclared,
    MaterialChangeReported,
    ObjectionLodged,
    ObjectionResolved,
    Parameters,
    ProgressReported,
    PublicityClosed,
    PublicityOpened,
    ReadingRecorded,
    RecommendationDeclined,
    ReferralRecorded,
    ReviewConcluded,
    RoundOpened,
    ScoreRecorded,
    SelectionProposed,
    SiteInspected,
    SupportRecorded,
    TieDecided,
)
from domain.programmes import PROGRAMMES
from domain.rules import Words
from domain.terms import filled
from projections.sentences import category, name_of, tell, title, told

__all__ = ["tell"]


def _who(id_: str) -> str:
    return name_of(Case.parse(id_).subject)


def _of(id_: str) -> Words:
    """The title that a case or designation is about."""
    case = Case.parse(id_)
    return title(case.programme, case.round)


def _passed(passed: bool) -> Words:
    return Words("通过", "passed") if passed else Words("未通过", "did not pass")


def _points(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


def _set(parameters: Parameters) -> Words:
    """What a document or reading sets."""
    chinese, english = [], []
    if parameters.deadline:
        chinese.append(f"截止{parameters.deadline.day}")
        english.append(f"deadline {parameters.deadline.day}")
    for cap in parameters.caps:
        chinese.append(f"{cap.pool}名额{cap.places}")
        english.append(f"{cap.places} places of {cap.pool}")
    if parameters.criteria:
        chinese.append(f"评分指标{len(parameters.criteria)}项")
        english.append(f"{len(parameters.criteria)} criteria")
    if parameters.publicity:
        chinese.append(f"公示{parameters.publicity.working_days}个工作日")
        english.append(f"publicity of {parameters.publicity.working_days} working days")
    if parameters.term:
        chinese.append(f"期限{parameters.term.first}至{parameters.term.last}")
        english.append(f"held from {parameters.term.first} to {parameters.term.last}")
    for floor in parameters.floors:
        chinese.append(f"{floor.code}不少于{floor.least}")
        english.append(f"at least {floor.least} of {floor.code}")
    for planned in parameters.plan:
        chinese.append(f"计划{planned.when}：{planned.step}")
        english.append(f"{planned.step} planned for {planned.when}")
    if not chinese:
        return Words("各参数均未设定", "no parameter is set")
    return Words("、".join(chinese), ", ".join(english))


@told.register
def _(fact: RoundOpened, date: Words) -> Words:
    of = title(fact.programme, fact.round)
    set_ = _set(filled(fact.parameters, fact.text or Parameters()))
    return Words(
        f"{of.chinese}开始申报（{date.chinese}）：{set_.chinese}。",
        f"The round of {of.english} was opened {date.english}: {set_.english}.",
    )


@told.register
def _(fact: ReadingRecorded, date: Words) -> Words:
    of = title(fact.programme, fact.round)
    set_ = _set(fact.parameters) if fact.parameters else None
    return Words(
        f"{of.chinese}：对{fact.point}的释明（{date.chinese}）：{fact.reading}"
        f"{f'；{set_.chinese}' if set_ else ''}。",
        f"{of.english}: reading of {fact.point} recorded {date.english}: {fact.reading}"
        f"{f'; {set_.english}' if set_ else ''}.",
    )


@told.register
def _(fact: ExceptionGranted, date: Words) -> Words:
    return Words(
        f"准予{_who(fact.entry)}不受{fact.rule}限制（{date.chinese}）。",
        f"{_who(fact.entry)} was granted an exception from {fact.rule} {date.english}.",
    )


@told.register
def _(fact: ApplicationSubmitted, date: Words) -> Words:
    of = _of(fact.case)
    kind = category(Case.parse(fact.case).programme, fact.category, fact.fields)
    way = Words("直接", "directly")
    if fact.channel == "unit":
        through = name_of(fact.unit or "")
        way = Words(f"经{through}", f"through {through}")
    late = Words("", "")
    if fact.received_on:
        late = Words(f"收到：{fact.received_on}。", f" Received {fact.received_on}.")
    return Words(
        f"{_who(fact.case)}{way.chinese}申报{of.chinese}，{kind.chinese}（{date.chinese}）。{late.chinese}",
        f"{_who(fact.case)} applied {way.english} for {of.english}, {kind.english}, {date.english}."
        f"{late.english}",
    )


@told.register
def _(fact: ApplicationSupplemented, date: Words) -> Words:
    pieces = len(fact.conditions) + len(fact.materials) + len(fact.statistics)
    return Words(
        f"{_who(fact.case)}补充材料{pieces}项（{date.chinese}）。",
        f"{_who(fact.case)} supplied {pieces} more pieces {date.english}.",
    )


@told.register
def _(fact: ApplicationRetracted, date: Words) -> Words:
    return Words(
        f"{_who(fact.case)}撤回申报（{date.chinese}）。",
        f"{_who(fact.case)} took its application back {date.english}.",
    )


@told.register
def _(fact: ApplicationRecommended, date: Words) -> Words:
    by = name_of(fact.unit)
    order = Words("", "")
    if fact.order is not None:
        order = Words(f"，排序第{fact.order}", f", as number {fact.order}")
    return Words(
        f"{by}初审（{fact.reviewed_on or '日期未知'}）后推荐{_who(fact.case)}{order.chinese}"
        f"（{date.chinese}）。",
        f"{by} recommended {_who(fact.case)}{order.english} {date.english}, "
        f"after its preliminary review ({fact.reviewed_on or 'day not known'}).",
    )


@told.register
def _(fact: RecommendationDeclined, date: Words) -> Words:
    by = name_of(fact.unit)
    return Words(
        f"{by}不予推荐{_who(fact.case)}（{date.chinese}）。",
        f"{by} declined to recommend {_who(fact.case)} {date.english}.",
    )


@told.register
def _(fact: FormalReviewRecorded, date: Words) -> Words:
    outcome = _passed(fact.passed)
    missing = Words("", "")
    if fact.missing:
        missing = Words(f"缺：{'、'.join(fact.missing)}。", f" Missing: {', '.join(fact.missing)}.")
    return Words(
        f"{_who(fact.case)}形式审查{outcome.chinese}（{date.chinese}）。{missing.chinese}",
        f"{_who(fact.case)} {outcome.english} its formal review {date.english}.{missing.english}",
    )


@told.register
def _(fact: InterestDeclared, date: Words) -> Words:
    return Words(
        f"一名评审人就{_who(fact.case)}声明利害关系并回避（{date.chinese}）。",
        f"A reviewer declared an interest in {_who(fact.case)} {date.english} and does not score it.",
    )


@told.register
def _(fact: ScoreRecorded, date: Words) -> Words:
    return Words(
        f"{_who(fact.case)}：{fact.criterion}得{_points(fact.points)}分（{date.chinese}）。",
        f"{_who(fact.case)} was given {_points(fact.points)} points for {fact.criterion} "
        f"{date.english}.",
    )


@told.register
def _(fact: SiteInspected, date: Words) -> Words:
    return Words(
        f"专家赴{_who(fact.case)}实地考察（{date.chinese}）。",
        f"The experts inspected {_who(fact.case)} on site {date.english}.",
    )


@told.register
def _(fact: ReviewConcluded, date: Words) -> Words:
    outcome = _passed(fact.passed)
    return Words(
        f"{_who(fact.case)}专家评审结束，{outcome.chinese}（{date.chinese}）。",
        f"The expert review of {_who(fact.case)} was concluded {date.english}: "
        f"it {outcome.english}.",
    )


@told.register
def _(fact: DefenceHeld, date: Words) -> Words:
    outcome = _passed(fact.passed)
    return Words(
        f"{_who(fact.case)}答辩{outcome.chinese}（{date.chinese}）。",
        f"{_who(fact.case)} {outcome.english} its defence {date.english}.",
    )


@told.register
def _(fact: SelectionProposed, date: Words) -> Words:
    kind = category(Case.parse(fact.case).programme, fact.category, fact.fields)
    beside = Words("", "")
    if fact.beside:
        beside = Words("依例外，不占总量。", " By an exception, beside the total.")
    return Words(
        f"{_who(fact.case)}列入拟定名单{fact.list}，{kind.chinese}（{date.chinese}）。{beside.chinese}",
        f"{_who(fact.case)} was proposed on list {fact.list}, {kind.english}, {date.english}."
        f"{beside.english}",
    )


@told.register
def _(fact: PublicityOpened, date: Words) -> Words:
    return Words(
        f"{_who(fact.case)}在{fact.where}公示，{date.chinese}至{fact.until}（名单{fact.list}）。",
        f"{_who(fact.case)} was put on notice in {fact.where} {date.english}, until {fact.until} "
        f"(list {fact.list}).",
    )


@told.register
def _(fact: ObjectionLodged, date: Words) -> Words:
    late = Words("", "") if fact.within else Words("，已过公示期", ", after the publicity")
    return Words(
        f"对{_who(fact.case)}提出第{fact.objection}号异议（{date.chinese}）{late.chinese}。",
        f"Objection {fact.objection} to {_who(fact.case)} was lodged {date.english}{late.english}.",
    )


@told.register
def _(fact: ObjectionResolved, date: Words) -> Words:
    outcome = (
        Words("成立，退出名单", "upheld: it leaves the list")
        if fact.upheld
        else Words("不成立", "rejected")
    )
    return Words(
        f"对{_who(fact.case)}的第{fact.objection}号异议{outcome.chinese}（{date.chinese}）。",
        f"Objection {fact.objection} to {_who(fact.case)} was resolved {date.english}, "
        f"{outcome.english}.",
    )


@told.register
def _(fact: PublicityClosed, date: Words) -> Words:
    return Words(
        f"{_who(fact.case)}公示结束（{date.chinese}，名单{fact.list}）。",
        f"The notice of {_who(fact.case)} was closed {date.english} (list {fact.list}).",
    )


@told.register
def _(fact: DesignationAwarded, date: Words) -> Words:
    case = Case.parse(fact.case)
    kind = category(case.programme, fact.category, fact.fields)
    who = fact.holder or _who(fact.case)
    held = Words("", "")
    if fact.held_from and fact.held_until:
        held = Words(
            f"期限{fact.held_from}至{fact.held_until}。",
            f" Held from {fact.held_from} to {fact.held_until}.",
        )
    return Words(
        f"授予{who}“{fact.title}”称号（{case.round}），{kind.chinese}；{date.chinese}。{held.chinese}",
        f"{who} was awarded the title {fact.title} ({case.round}), {kind.english}, "
        f"{date.english}.{held.english}",
    )


@told.register
def _(fact: ProgressReported, date: Words) -> Words:
    of = f"{fact.year}年" if fact.year else ""
    on = f" on {fact.year}" if fact.year else ""
    kind = {
        "yearly": Words("年度进展报告", "yearly report"),
        "half-year": Words("上半年进展报告", "half-year report"),
        "regular": Words("进展情况", "progress report"),
    }[fact.kind]
    return Words(
        f"{_who(fact.designation)}报送{of}{kind.chinese}（{date.chinese}）。",
        f"{_who(fact.designation)} filed its {kind.english}{on} {date.english}.",
    )


@told.register
def _(fact: AssessmentRecorded, date: Words) -> Words:
    outcome = Words("合格，保留称号", "passed; it keeps the title")
    if not fact.passed:
        outcome = Words("不合格", "did not pass")
    where = Words("（实地）", " (on site)") if fact.on_site else Words("", "")
    return Words(
        f"{_who(fact.designation)}复查评估{where.chinese}{outcome.chinese}（{date.chinese}）。",
        f"{_who(fact.designation)} was re-assessed{where.english} {date.english} and "
        f"{outcome.english}.",
    )


@told.register
def _(fact: InspectionRecorded, date: Words) -> Words:
    outcome = Words("", "")
    if fact.passed is not None:
        found = _passed(fact.passed)
        outcome = Words(f"，{found.chinese}", f"; it {found.english}")
    return Words(
        f"对{_who(fact.designation)}进行检查（{date.chinese}）{outcome.chinese}。",
        f"{_who(fact.designation)} was inspected {date.english}{outcome.english}.",
    )


@told.register
def _(fact: IncidentRecorded, date: Words) -> Words:
    grade = Words(f"，{fact.grade}", f", {fact.grade}") if fact.grade else Words("", "")
    where = name_of(fact.place or fact.subject)
    return Words(
        f"{name_of(fact.subject)}：{fact.happened_on}在{where}发生{fact.kind}{grade.chinese}"
        f"（认定：{date.chinese}）。",
        f"{name_of(fact.subject)}: {fact.kind}{grade.english} in {where} on {fact.happened_on} "
        f"(found {date.english}).",
    )


@told.register
def _(fact: SupportRecorded, date: Words) -> Words:
    return Words(
        f"{_who(fact.designation)}获得支持（{date.chinese}）：{fact.kind}。",
        f"{_who(fact.designation)} was given support {date.english}: {fact.kind}.",
    )


@told.register
def _(fact: ArrangementRecorded, date: Words) -> Words:
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
        f"{_who(fact.designation)}{kind.chinese}（{date.chinese}）：{fact.words}。",
        f"{_who(fact.designation)} {kind.english} {date.english}: {fact.words}.",
    )


@told.register
def _(fact: DesignationWithdrawn, date: Words) -> Words:
    of = PROGRAMMES.get(Case.parse(fact.designation).programme)
    grounds = of.grounds if of else {}
    outside = ("办法文本之外的依据（L-9）", "a document outside its text (L-9)")
    corrected = ("更正后撤回（L-3）", "taken back after a correction (L-3)")
    chinese, english = grounds.get(
        fact.ground, corrected if fact.ground == "corrected" else outside
    )
    act = Words("，行为已写明", ", the act named") if fact.act else Words("", "")
    named = _of(fact.designation)
    return Words(
        f"撤销{_who(fact.designation)}的称号：{named.chinese}（{date.chinese}）。"
        f"情形：{chinese}{act.chinese}。",
        f"The title of {_who(fact.designation)}, {named.english}, was withdrawn {date.english}. "
        f"Ground: {english}{act.english}.",
    )


@told.register
def _(fact: IntakeClosed, date: Words) -> Words:
    outcome = Words("纳入", "was taken") if fact.taken else Words("超额", "is over quota")
    order = (
        Words(f"（排序第{fact.order}）", f" (number {fact.order})") if fact.order else Words("", "")
    )
    cap = "—" if fact.places is None else str(fact.places)
    return Words(
        f"申报截止（{date.chinese}）：{_who(fact.case)}{order.chinese}{outcome.chinese}，限额{cap}。",
        f"The intake was closed {date.english}: {_who(fact.case)}{order.english} {outcome.english}, "
        f"of {cap} places.",
    )


@told.register
def _(fact: CaseAdmitted, date: Words) -> Words:
    return Words(
        f"经决定递补{_who(fact.case)}（{date.chinese}）。",
        f"{_who(fact.case)} moved up by a decision {date.english}.",
    )


@told.register
def _(fact: BonusRecorded, date: Words) -> Words:
    return Words(
        f"{_who(fact.case)}加{_points(fact.points)}分（{date.chinese}）。",
        f"{_who(fact.case)} was given a bonus of {_points(fact.points)} points {date.english}.",
    )


@told.register
def _(fact: TieDecided, date: Words) -> Words:
    order = [_who(case) for case in fact.order]
    return Words(
        f"同分排序决定（{date.chinese}）：{'、'.join(order)}。",
        f"A tie was decided {date.english}: {', then '.join(order)}.",
    )


APPROVED_BY = {
    "leading-group": Words("部领导小组", "the leading group"),
    "party-group-meeting": Words("部党组会议", "the party group meeting"),
    "ministry-meeting": Words("部务会议", "the ministry meeting"),
    "minister-signature": Words("部主要负责同志签批", "the minister's signature"),
    "state-council-general-office": Words("国务院办公厅", "the State Council General Office"),
}


@told.register
def _(fact: ApprovalRecorded, date: Words) -> Words:
    by = APPROVED_BY.get(fact.by, Words(fact.by, fact.by))
    return Words(
        f"{by.chinese}审定{_who(fact.case)}（名单{fact.list}，{date.chinese}）。",
        f"{_who(fact.case)} on list {fact.list} was approved by {by.english} {date.english}.",
    )


@told.register
def _(fact: IndicatorReported, date: Words) -> Words:
    return Words(
        f"{_who(fact.designation)}填报监测数据{fact.indicator}："
        f"{fact.value}（{fact.unit}，{fact.period}；{date.chinese}）。",
        f"{_who(fact.designation)} reported {fact.indicator} {date.english}: {fact.value} "
        f"({fact.unit}, {fact.period}).",
    )


@told.register
def _(fact: CommendationRecorded, date: Words) -> Words:
    kinds = {
        "advanced-city": Words("先进城市", "an advanced city"),
        "excellent-application": Words("优秀应用", "an excellent application"),
    }
    kind = kinds[fact.kind]
    return Words(
        f"表彰{_who(fact.designation)}{kind.chinese}（{date.chinese}）：{fact.words}。",
        f"{_who(fact.designation)} was commended {date.english} for {kind.english}: {fact.words}.",
    )


@told.register
def _(fact: MaterialChangeReported, date: Words) -> Words:
    kinds = {
        "merger": Words("兼并", "a merger"),
        "restructuring": Words("重组", "a restructuring"),
        "liquidation": Words("破产清算", "bankruptcy liquidation"),
        "other": Words("重大变化", "a major change"),
    }
    kind = kinds[fact.kind]
    return Words(
        f"{_who(fact.designation)}报备{kind.chinese}（{date.chinese}），称号不变。",
        f"{_who(fact.designation)} reported {kind.english} {date.english}; the title stands.",
    )


@told.register
def _(fact: DebarmentImposed, date: Words) -> Words:
    who, unit = name_of(fact.subject), name_of(fact.unit)
    return Words(
        f"取消{who}的评选资格、{unit}的推荐资格，至{fact.until}（{date.chinese}）。",
        f"{who} was barred from evaluation and {unit} from recommending {date.english}, until "
        f"{fact.until}.",
    )


@told.register
def _(fact: ReferralRecorded, date: Words) -> Words:
    result = (
        Words(f"，结果：{fact.result}", f"; result: {fact.result}")
        if fact.result
        else Words("", "")
    )
    return Words(
        f"就{name_of(fact.subject)}移交{fact.to}处理（{date.chinese}）{result.chinese}。",
        f"A case of {name_of(fact.subject)} was referred to {fact.to} {date.english}{result.english}.",
    )
