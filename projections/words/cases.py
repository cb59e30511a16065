"""The sentences of a round and of a case, in the order of its life."""

from __future__ import annotations

from domain.cases import Case
from domain.events import (
    ApplicationRecommended,
    ApplicationRetracted,
    ApplicationSubmitted,
    ApplicationSupplemented,
    ApprovalRecorded,
    BonusRecorded,
    CaseAdmitted,
    CreditCodeConfirmed,
    DeclineRevised,
    DefenceHeld,
    DesignationAwarded,
    ExceptionGranted,
    FormalReviewRecorded,
    IntakeClosed,
    InterestDeclared,
    ObjectionLodged,
    ObjectionResolved,
    OrderRevised,
    Parameters,
    PublicityClosed,
    PublicityOpened,
    ReadingRecorded,
    RecommendationDeclined,
    ReviewConcluded,
    RoundOpened,
    ScoreRecorded,
    SelectionProposed,
    SiteInspected,
    TieDecided,
)
from domain.rules import Words
from domain.subjects import credit_code_of
from domain.terms import filled
from projections.words.names import Names
from projections.words.terms import category, set_by, title
from projections.words.told import NOTHING, called, passed_or_not, title_of, told


def _points(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


@told.register
def _(fact: RoundOpened, date: Words, names: Names) -> Words:
    of = title(fact.programme, fact.round)
    set_ = set_by(filled(fact.parameters, fact.text or Parameters()))
    return Words(
        f"{of.chinese}开始申报（{date.chinese}）：{set_.chinese}。",
        f"The round of {of.english} was opened {date.english}: {set_.english}.",
    )


@told.register
def _(fact: ReadingRecorded, date: Words, names: Names) -> Words:
    of = title(fact.programme, fact.round)
    set_ = set_by(fact.parameters) if fact.parameters else None
    return Words(
        f"{of.chinese}：对{fact.point}的释明（{date.chinese}）：{fact.reading}"
        f"{f'；{set_.chinese}' if set_ else ''}。",
        f"{of.english}: reading of {fact.point} recorded {date.english}: {fact.reading}"
        f"{f'; {set_.english}' if set_ else ''}.",
    )


@told.register
def _(fact: ExceptionGranted, date: Words, names: Names) -> Words:
    return Words(
        f"准予{called(names, fact.entry)}不受{fact.rule}限制（{date.chinese}）。",
        f"{called(names, fact.entry)} was granted an exception from {fact.rule} {date.english}.",
    )


@told.register
def _(fact: ApplicationSubmitted, date: Words, names: Names) -> Words:
    of = title_of(fact.case)
    kind = category(Case.parse(fact.case).programme, fact.category, fact.fields)
    way = Words("直接", "directly")
    if fact.channel == "unit":
        through = names.name_of(fact.unit or "")
        way = Words(f"经{through}", f"through {through}")
    late = NOTHING
    if fact.received_on:
        late = Words(f"收到：{fact.received_on}。", f" Received {fact.received_on}.")
    return Words(
        f"{called(names, fact.case)}{way.chinese}申报{of.chinese}，{kind.chinese}"
        f"（{date.chinese}）。{late.chinese}",
        f"{called(names, fact.case)} applied {way.english} for {of.english}, {kind.english}, {date.english}."
        f"{late.english}",
    )


@told.register
def _(fact: CreditCodeConfirmed, date: Words, names: Names) -> Words:
    code = credit_code_of(Case.parse(fact.case).subject)
    return Words(
        f"确认统一社会信用代码{code}（校验位与规则不符）属实（{date.chinese}）。",
        f"The credit code {code}, whose check digit is another than its rule gives, was confirmed "
        f"{date.english}.",
    )


@told.register
def _(fact: ApplicationSupplemented, date: Words, names: Names) -> Words:
    pieces = len(fact.conditions) + len(fact.materials) + len(fact.statistics)
    return Words(
        f"{called(names, fact.case)}补充材料{pieces}项（{date.chinese}）。",
        f"{called(names, fact.case)} supplied {pieces} more pieces {date.english}.",
    )


@told.register
def _(fact: ApplicationRetracted, date: Words, names: Names) -> Words:
    return Words(
        f"{called(names, fact.case)}撤回申报（{date.chinese}）。",
        f"{called(names, fact.case)} took its application back {date.english}.",
    )


@told.register
def _(fact: ApplicationRecommended, date: Words, names: Names) -> Words:
    by = names.name_of(fact.unit)
    order = NOTHING
    if fact.order is not None:
        order = Words(f"，排序第{fact.order}", f", as number {fact.order}")
    waits = NOTHING
    if fact.waits:
        waits = Words("寄出在前、收到在后，待纳入。", " Sent in time, it came late and waits to be admitted.")
    return Words(
        f"{by}初审（{fact.reviewed_on or '日期未知'}）后推荐{called(names, fact.case)}{order.chinese}"
        f"（{date.chinese}）。{waits.chinese}",
        f"{by} recommended {called(names, fact.case)}{order.english} {date.english}, "
        f"after its preliminary review ({fact.reviewed_on or 'day not known'}).{waits.english}",
    )


@told.register
def _(fact: RecommendationDeclined, date: Words, names: Names) -> Words:
    by = names.name_of(fact.unit)
    return Words(
        f"{by}不予推荐{called(names, fact.case)}（{date.chinese}）。",
        f"{by} declined to recommend {called(names, fact.case)} {date.english}.",
    )


@told.register
def _(fact: FormalReviewRecorded, date: Words, names: Names) -> Words:
    outcome = passed_or_not(fact.passed)
    missing = NOTHING
    if fact.missing:
        missing = Words(f"缺：{'、'.join(fact.missing)}。", f" Missing: {', '.join(fact.missing)}.")
    return Words(
        f"{called(names, fact.case)}形式审查{outcome.chinese}（{date.chinese}）。{missing.chinese}",
        f"{called(names, fact.case)} {outcome.english} its formal review {date.english}.{missing.english}",
    )


@told.register
def _(fact: InterestDeclared, date: Words, names: Names) -> Words:
    return Words(
        f"一名评审人就{called(names, fact.case)}声明利害关系并回避（{date.chinese}）。",
        f"A reviewer declared an interest in {called(names, fact.case)} {date.english} "
        "and does not score it.",
    )


@told.register
def _(fact: ScoreRecorded, date: Words, names: Names) -> Words:
    return Words(
        f"{called(names, fact.case)}：{fact.criterion}得{_points(fact.points)}分（{date.chinese}）。",
        f"{called(names, fact.case)} was given {_points(fact.points)} points for {fact.criterion} "
        f"{date.english}.",
    )


@told.register
def _(fact: SiteInspected, date: Words, names: Names) -> Words:
    return Words(
        f"专家赴{called(names, fact.case)}实地考察（{date.chinese}）。",
        f"The experts inspected {called(names, fact.case)} on site {date.english}.",
    )


@told.register
def _(fact: ReviewConcluded, date: Words, names: Names) -> Words:
    outcome = passed_or_not(fact.passed)
    return Words(
        f"{called(names, fact.case)}专家评审结束，{outcome.chinese}（{date.chinese}）。",
        f"The expert review of {called(names, fact.case)} was concluded {date.english}: "
        f"it {outcome.english}.",
    )


@told.register
def _(fact: DefenceHeld, date: Words, names: Names) -> Words:
    outcome = passed_or_not(fact.passed)
    return Words(
        f"{called(names, fact.case)}答辩{outcome.chinese}（{date.chinese}）。",
        f"{called(names, fact.case)} {outcome.english} its defence {date.english}.",
    )


@told.register
def _(fact: SelectionProposed, date: Words, names: Names) -> Words:
    kind = category(Case.parse(fact.case).programme, fact.category, fact.fields)
    beside = NOTHING
    if fact.beside:
        beside = Words("依例外，不占总量。", " By an exception, beside the total.")
    return Words(
        f"{called(names, fact.case)}列入拟定名单{fact.list}，{kind.chinese}（{date.chinese}）。"
        f"{beside.chinese}",
        f"{called(names, fact.case)} was proposed on list {fact.list}, {kind.english}, {date.english}."
        f"{beside.english}",
    )


@told.register
def _(fact: PublicityOpened, date: Words, names: Names) -> Words:
    return Words(
        f"{called(names, fact.case)}在{fact.where}公示，{date.chinese}至{fact.until}（名单{fact.list}）。",
        f"{called(names, fact.case)} was put on notice in {fact.where} {date.english}, until {fact.until} "
        f"(list {fact.list}).",
    )


@told.register
def _(fact: ObjectionLodged, date: Words, names: Names) -> Words:
    late = NOTHING if fact.within else Words("，已过公示期", ", after the publicity")
    return Words(
        f"对{called(names, fact.case)}提出第{fact.objection}号异议（{date.chinese}）{late.chinese}。",
        f"Objection {fact.objection} to {called(names, fact.case)} was lodged {date.english}{late.english}.",
    )


@told.register
def _(fact: ObjectionResolved, date: Words, names: Names) -> Words:
    outcome = (
        Words("成立，退出名单", "upheld: it leaves the list") if fact.upheld else Words("不成立", "rejected")
    )
    return Words(
        f"对{called(names, fact.case)}的第{fact.objection}号异议{outcome.chinese}（{date.chinese}）。",
        f"Objection {fact.objection} to {called(names, fact.case)} was resolved {date.english}, "
        f"{outcome.english}.",
    )


@told.register
def _(fact: PublicityClosed, date: Words, names: Names) -> Words:
    return Words(
        f"{called(names, fact.case)}公示结束（{date.chinese}，名单{fact.list}）。",
        f"The notice of {called(names, fact.case)} was closed {date.english} (list {fact.list}).",
    )


@told.register
def _(fact: DesignationAwarded, date: Words, names: Names) -> Words:
    case = Case.parse(fact.case)
    kind = category(case.programme, fact.category, fact.fields)
    who = fact.holder or called(names, fact.case)
    held = NOTHING
    if fact.held_from and fact.held_until:
        held = Words(
            f"期限{fact.held_from}至{fact.held_until}。", f" Held from {fact.held_from} to {fact.held_until}."
        )
    return Words(
        f"授予{who}“{fact.title}”称号（{case.round}），{kind.chinese}；{date.chinese}。{held.chinese}",
        f"{who} was awarded the title {fact.title} ({case.round}), {kind.english}, "
        f"{date.english}.{held.english}",
    )


@told.register
def _(fact: OrderRevised, date: Words, names: Names) -> Words:
    by = names.name_of(fact.unit)
    return Words(
        f"{by}将{called(names, fact.case)}改排第{fact.order}（{date.chinese}）。",
        f"{by} put {called(names, fact.case)} as number {fact.order} of its order {date.english}.",
    )


@told.register
def _(fact: DeclineRevised, date: Words, names: Names) -> Words:
    by = names.name_of(fact.unit)
    return Words(
        f"{by}收回不推荐{called(names, fact.case)}的决定（{date.chinese}）。",
        f"{by} took back its decline of {called(names, fact.case)} {date.english}.",
    )


@told.register
def _(fact: IntakeClosed, date: Words, names: Names) -> Words:
    outcome = Words("纳入", "was taken") if fact.taken else Words("超额", "is over quota")
    order = Words(f"（排序第{fact.order}）", f" (number {fact.order})") if fact.order else NOTHING
    cap = "—" if fact.places is None else str(fact.places)
    return Words(
        f"申报截止（{date.chinese}）：{called(names, fact.case)}{order.chinese}{outcome.chinese}，"
        f"限额{cap}。",
        f"The intake was closed {date.english}: {called(names, fact.case)}{order.english} {outcome.english}, "
        f"of {cap} places.",
    )


@told.register
def _(fact: CaseAdmitted, date: Words, names: Names) -> Words:
    return Words(
        f"经决定递补{called(names, fact.case)}（{date.chinese}）。",
        f"{called(names, fact.case)} moved up by a decision {date.english}.",
    )


@told.register
def _(fact: BonusRecorded, date: Words, names: Names) -> Words:
    return Words(
        f"{called(names, fact.case)}加{_points(fact.points)}分（{date.chinese}）。",
        f"{called(names, fact.case)} was given a bonus of {_points(fact.points)} points {date.english}.",
    )


@told.register
def _(fact: TieDecided, date: Words, names: Names) -> Words:
    order = [called(names, case) for case in fact.order]
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
def _(fact: ApprovalRecorded, date: Words, names: Names) -> Words:
    by = APPROVED_BY.get(fact.by, Words(fact.by, fact.by))
    return Words(
        f"{by.chinese}审定{called(names, fact.case)}（名单{fact.list}，{date.chinese}）。",
        f"{called(names, fact.case)} on list {fact.list} was approved by {by.english} {date.english}.",
    )
