"""The sentences of the record itself: what is announced, corrected, granted, erased; changed divisions."""

from __future__ import annotations

from collections.abc import Callable

from domain.events import (
    CalendarPublished,
    Correction,
    CorrectionApproved,
    CorrectionProposed,
    CorrectionPublished,
    CorrectionRejected,
    DecisionQuestioned,
    ErasureProposed,
    FiguresAttested,
    HistoricalDesignationRecorded,
    HistoricalNoticeRecorded,
    LedgerOpened,
    NoticeRecorded,
    QuestionDecided,
    RoleGranted,
    RoleProposed,
    RoleRevoked,
    SealedValueErased,
    SubjectChanged,
)
from domain.rules import Words
from projections.words.names import Names
from projections.words.reasons import reasons_of
from projections.words.terms import CONFIDENCE, category, title
from projections.words.told import NOTHING, told


@told.register
def _(fact: LedgerOpened, date: Words, names: Names) -> Words:
    kind = Words("模拟", "simulated") if fact.kind == "simulated" else Words("正式", "real")
    told_ = Words(
        f"台账“{fact.name}”开启（{kind.chinese}）。", f"The ledger “{fact.name}” was opened ({kind.english})."
    )
    if (anew := fact.anew) is None:
        return told_
    size = anew.checkpoint.split("\n")[1]
    return Words(
        f"{told_.chinese}{anew.on}重建，接续台账{anew.of}至其第{size}条；原因：{anew.reason}。",
        f"{told_.english} It was founded anew on {anew.on} and carries on the ledger {anew.of} up to its "
        f"event {size}. Reason: {anew.reason}.",
    )


@told.register
def _(fact: HistoricalDesignationRecorded, date: Words, names: Names) -> Words:
    of = title(fact.programme, fact.round)
    kind = category(fact.programme, fact.category, fact.fields)
    who = names.as_said(fact.subject, fact.subject_name)
    held = NOTHING
    if fact.held_from or fact.held_until:
        begin, end = fact.held_from or "?", fact.held_until or "…"
        held = Words(f"期限{begin}至{end}。", f" Held from {begin} to {end}.")
    words = _words(fact.effective_words)
    return Words(
        f"{who}入选{of.chinese}，{kind.chinese}；公布：{date.chinese}。"
        f"{held.chinese}{words.chinese}仅见于公布，无程序记录（L-6）。来源：{fact.source.title}。",
        f"{who} was announced {date.english} for {of.english}, {kind.english}."
        f"{held.english}{words.english} Known from its announcement only: no procedure behind it is "
        f"on record (L-6). Read in: {fact.source.title}.",
    )


@told.register
def _(fact: HistoricalNoticeRecorded, date: Words, names: Names) -> Words:
    of = title(fact.programme, fact.round)
    kind = category(fact.programme, fact.category, fact.fields)
    who = names.as_said(fact.subject, fact.subject_name)
    return Words(
        f"{who}列入{of.chinese}公示名单，{kind.chinese}；公示：{date.chinese}至{fact.until}。仅见于公示，未据此获称号。",
        f"{who} was put on notice for {of.english}, {kind.english}, {date.english} until {fact.until}. It is "
        "known from the notice only, and gave no title.",
    )


@told.register
def _(fact: FiguresAttested, date: Words, names: Names) -> Words:
    of = title(fact.programme, fact.round)
    said = fact.measure_words or fact.measure
    words = _words(fact.effective_words)
    return Words(
        f"{of.chinese}：{said}{fact.value}（{date.chinese}）。{words.chinese}来源：{fact.source.title}。",
        f"{of.english}: {fact.measure} {fact.value} ({date.english}).{words.english} "
        f"Read in: {fact.source.title}.",
    )


@told.register
def _(fact: NoticeRecorded, date: Words, names: Names) -> Words:
    of = title(fact.programme, fact.round)
    until = Words(f"至{fact.until}", f" to {fact.until}") if fact.until else NOTHING
    content = f"：{fact.content}" if fact.content else ""
    words = _words(fact.effective_words)
    sure = CONFIDENCE[fact.confidence]
    return Words(
        f"{of.chinese}：{fact.act_words}，{date.chinese}{until.chinese}{content}。{words.chinese}"
        f"来源：{fact.source.title}（可信度：{sure.chinese}）。",
        f"{of.english}: {fact.act} {date.english}{until.english}"
        f"{f' ({fact.content})' if fact.content else ''}.{words.english} "
        f"Read in: {fact.source.title} (confidence: {sure.english}).",
    )


@told.register
def _(fact: CorrectionProposed, date: Words, names: Names) -> Words:
    act = _correction(fact.correction)
    return Words(f"提议{act.chinese}。", f"It was proposed to {act.english}.")


@told.register
def _(fact: CorrectionApproved, date: Words, names: Names) -> Words:
    act = _correction(fact.correction)
    return Words(
        f"批准第{fact.proposal}条的提议：{act.chinese}。",
        f"The proposal of event {fact.proposal} was approved: to {act.english}.",
    )


@told.register
def _(fact: CorrectionRejected, date: Words, names: Names) -> Words:
    return Words(
        f"驳回第{fact.proposal}条的更正提议。",
        f"The correction proposed in event {fact.proposal} was rejected.",
    )


GROUNDS = {
    "refused": Words("将不予接受", "it would be refused"),
    "otherwise": Words("将另作记录", "it would be recorded otherwise"),
    "outranked": Words("排名在未入选者之后", "it ranks behind one that was not chosen"),
    "merged": Words("持有单位已并入他处（Q-19）", "who holds it has gone into others (Q-19)"),
}
OUTCOMES = {
    "let-stand": Words("维持原决定", "it stands"),
    "withdraw": Words("撤回称号", "the title is withdrawn"),
    "re-open": Words("重新办理", "it is opened again"),
}


@told.register
def _(fact: DecisionQuestioned, date: Words, names: Names) -> Words:
    ground = GROUNDS[fact.ground]
    chinese = "；".join(reasons_of(fact, names.register, "zh"))
    english = "; ".join(reasons_of(fact, names.register, "en"))
    return Words(
        f"第{fact.decision}条的决定（{fact.about}）待定：按现知事实{ground.chinese}：{chinese}。",
        f"The decision of event {fact.decision} ({fact.about}) is called into question: on what is "
        f"known now {ground.english}: {english}.",
    )


@told.register
def _(fact: QuestionDecided, date: Words, names: Names) -> Words:
    outcome = OUTCOMES[fact.outcome]
    return Words(
        f"第{fact.question}条所问已决定（{date.chinese}）：第{fact.decision}条{outcome.chinese}。",
        f"What event {fact.question} asks was decided {date.english}: of event {fact.decision}, "
        f"{outcome.english}.",
    )


@told.register
def _(fact: CalendarPublished, date: Words, names: Names) -> Words:
    return Words(
        f"{fact.year}年节假日安排：放假{len(fact.off)}天，调休上班{len(fact.worked)}天（{date.chinese}）。",
        f"The holidays of {fact.year} were arranged {date.english}: {len(fact.off)} days off, "
        f"{len(fact.worked)} weekend days worked.",
    )


@told.register
def _(fact: SubjectChanged, date: Words, names: Names) -> Words:
    who = names.before(fact.subject)
    into = [new.name or names.name_of(new.id) for new in fact.into]
    code = Words(f"代码{fact.code}", f"code {fact.code}")
    match fact.kind:
        case "rename":
            said = Words(f"{who}更名为{fact.name}", f"{who} was renamed {fact.name}")
        case "recode":
            named = Words(f"，名称{fact.name}", f", named {fact.name}") if fact.name else NOTHING
            said = Words(
                f"{who}改用{code.chinese}{named.chinese}",
                f"{who} was given the {code.english}{named.english}",
            )
        case "identified":
            said = Words(f"{who}即{into[0]}", f"{who} is {into[0]}")
        case "merger":
            said = Words(f"{who}并入{'、'.join(into)}", f"{who} was merged into {', '.join(into)}")
        case "split":
            ends = Words("，原建制撤销", ", and ended") if fact.ends else NOTHING
            said = Words(
                f"自{who}析出{'、'.join(into)}{ends.chinese}",
                f"{', '.join(into)} came of {who}{ends.english}",
            )
    return Words(f"{said.chinese}（{date.chinese}）。", f"{said.english} {date.english}.")


@told.register
def _(fact: ErasureProposed, date: Words, names: Names) -> Words:
    return Words(
        f"依令提议清除第{fact.event}条中的一项封存内容，待另一人确认（{date.chinese}）。",
        f"It was proposed on an order {date.english} to erase a sealed value of event {fact.event}; "
        "another person confirms it.",
    )


@told.register
def _(fact: RoleProposed, date: Words, names: Names) -> Words:
    return Words(
        f"提议授予{fact.principal}角色{fact.role}（{fact.unit}），待另一人确认（{date.chinese}）。",
        f"It was proposed {date.english} to grant {fact.principal} the role {fact.role} for "
        f"{fact.unit}; another person confirms it.",
    )


@told.register
def _(fact: SealedValueErased, date: Words, names: Names) -> Words:
    return Words(
        f"依令清除第{fact.event}条中的一项封存内容（{date.chinese}），其承诺值保留。",
        f"A sealed value of event {fact.event} was erased on an order {date.english}; its commitment stands.",
    )


@told.register
def _(fact: RoleGranted, date: Words, names: Names) -> Words:
    return Words(
        f"授予{fact.principal}角色{fact.role}（{fact.unit}），至{fact.until}（{date.chinese}）。",
        f"{fact.principal} was granted the role {fact.role} for {fact.unit} {date.english}, "
        f"until {fact.until}.",
    )


@told.register
def _(fact: RoleRevoked, date: Words, names: Names) -> Words:
    return Words(
        f"收回{fact.principal}的一项角色授权（{date.chinese}）。",
        f"A role of {fact.principal} was revoked {date.english}.",
    )


@told.register
def _(fact: CorrectionPublished, date: Words, names: Names) -> Words:
    said = {
        "amended": Words("已更正", "was amended"),
        "annulled": Words("已撤销", "was annulled"),
        "supplied": Words("系补记", "was supplied"),
        "restored": Words("恢复原状", "stands again as it was recorded"),
    }[fact.act]
    chinese = f"第{fact.event}条{said.chinese}（{date.chinese}）。"
    return Words(chinese, f"Event {fact.event} {said.english} {date.english}.")


def _words(said: str | None) -> Words:
    """What the source says of a date, where anything is to be said."""
    return Words(f"来源原话：{said}。", f" Source: {said}.") if said else NOTHING


def _correction(correction: Correction) -> Words:
    acts: dict[str, Callable[[], Words]] = {
        "amend": lambda: Words(f"更正第{correction.target}条", f"amend event {correction.target}"),
        "annul": lambda: Words(f"撤销第{correction.target}条", f"annul event {correction.target}"),
        "supply": lambda: Words("补记一条遗漏的事实", "supply a fact that was missing"),
    }
    return acts[correction.act]()
