"""What an event says, in a sentence, Chinese and English; words are put in when read, never stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import singledispatch
from types import MappingProxyType

from domain.cases import Case
from domain.dates import parse
from domain.events import (
    Correction,
    CorrectionApproved,
    CorrectionProposed,
    CorrectionRejected,
    DecisionQuestioned,
    ErasureProposed,
    Fact,
    FiguresAttested,
    HistoricalDesignationRecorded,
    LedgerOpened,
    NoticeRecorded,
    QuestionDecided,
    RoleGranted,
    RoleProposed,
    RoleRevoked,
    SealedValueErased,
    SubjectChanged,
    UnknownTopic,
)
from domain.kernel import Document
from domain.programme import Programme
from domain.programmes import PROGRAMMES, books_of
from domain.rules import Words
from domain.subjects import UnknownSubject, subject

CONFIDENCE = {
    "high": Words("高", "high"),
    "medium-high": Words("中高", "medium to high"),
    "medium": Words("中", "medium"),
    "low": Words("低", "low"),
    None: Words("未评", "not rated"),
}


def when(edtf: str | None) -> Words:
    """A date in words, as far as it is known."""
    if edtf is None:
        return Words("日期未知", "on an unknown date")
    if edtf.startswith("../"):
        return Words(f"不晚于{edtf[3:]}", f"on or before {edtf[3:]}")
    if edtf.startswith("["):
        choices = [choice.strip() for choice in edtf[1:-1].split(",")]
        return Words("或".join(choices) + "（存疑）", "in " + " or ".join(choices) + " (disputed)")
    return Words(edtf, f"on {edtf}" if parse(edtf).is_a_day else f"in {edtf}")


def tell(fact: Fact, effective: str | None, basis: Document | None) -> Words:
    """The sentence of an event: what happened, when, what its text wants shown, by which document."""
    said = told(fact, when(effective))
    for shown in _shown_by_rules(fact):
        said = Words(f"{said.chinese}{shown.chinese}。", f"{said.english} {shown.english}.")
    if basis is None or not (document := basis.number or basis.title):
        return said
    return Words(f"{said.chinese}依据：{document}。", f"{said.english} Document: {document}.")


def _shown_by_rules(fact: Fact) -> Iterator[Words]:
    """What the record rules of the fact's programme have to show of it, each with its id."""
    id_ = getattr(fact, "case", None) or getattr(fact, "designation", None)
    of = Case.parse(id_).programme if id_ else str(getattr(fact, "programme", ""))
    for rule in (rule for book in books_of(of) for rule in book.rules):
        if rule.shows is not None and isinstance(fact, rule.of):
            words = rule.shows(fact)
            if words is not None:
                yield Words(
                    f"{words.chinese}（{rule.id}）",
                    f"{words.english[:1].upper()}{words.english[1:]} ({rule.id})",
                )


@singledispatch
def told(fact: Fact, date: Words) -> Words:
    raise UnknownTopic(f"no sentence is written for {fact.topic}")


@told.register
def _(fact: LedgerOpened, date: Words) -> Words:
    kind = Words("模拟", "simulated") if fact.kind == "simulated" else Words("正式", "real")
    return Words(
        f"台账“{fact.name}”开启（{kind.chinese}）。",
        f"The ledger “{fact.name}” was opened ({kind.english}).",
    )


@told.register
def _(fact: HistoricalDesignationRecorded, date: Words) -> Words:
    of = title(fact.programme, fact.round)
    kind = category(fact.programme, fact.category, fact.fields)
    held = Words("", "")
    if fact.held_from or fact.held_until:
        begin, end = fact.held_from or "?", fact.held_until or "…"
        held = Words(f"期限{begin}至{end}。", f" Held from {begin} to {end}.")
    words = _words(fact.effective_words)
    return Words(
        f"{fact.subject_name}入选{of.chinese}，{kind.chinese}；公布：{date.chinese}。"
        f"{held.chinese}{words.chinese}仅见于公布，无程序记录（L-6）。来源：{fact.source.title}。",
        f"{fact.subject_name} was announced {date.english} for {of.english}, {kind.english}."
        f"{held.english}{words.english} Known from its announcement only: no procedure behind it is "
        f"on record (L-6). Read in: {fact.source.title}.",
    )


@told.register
def _(fact: FiguresAttested, date: Words) -> Words:
    of = title(fact.programme, fact.round)
    said = fact.measure_words or fact.measure
    words = _words(fact.effective_words)
    return Words(
        f"{of.chinese}：{said}{fact.value}（{date.chinese}）。{words.chinese}"
        f"来源：{fact.source.title}。",
        f"{of.english}: {fact.measure} {fact.value} ({date.english}).{words.english} "
        f"Read in: {fact.source.title}.",
    )


@told.register
def _(fact: NoticeRecorded, date: Words) -> Words:
    of = title(fact.programme, fact.round)
    until = Words(f"至{fact.until}", f" to {fact.until}") if fact.until else Words("", "")
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
def _(fact: CorrectionProposed, date: Words) -> Words:
    act = _correction(fact.correction)
    return Words(f"提议{act.chinese}。", f"It was proposed to {act.english}.")


@told.register
def _(fact: CorrectionApproved, date: Words) -> Words:
    act = _correction(fact.correction)
    return Words(
        f"批准第{fact.proposal}条的提议：{act.chinese}。",
        f"The proposal of event {fact.proposal} was approved: to {act.english}.",
    )


@told.register
def _(fact: CorrectionRejected, date: Words) -> Words:
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
def _(fact: DecisionQuestioned, date: Words) -> Words:
    ground, why = GROUNDS[fact.ground], "; ".join(fact.why)
    return Words(
        f"第{fact.decision}条的决定（{fact.about}）待定：按现知事实{ground.chinese}：{why}。",
        f"The decision of event {fact.decision} ({fact.about}) is called into question: on what is "
        f"known now {ground.english}: {why}.",
    )


@told.register
def _(fact: QuestionDecided, date: Words) -> Words:
    outcome = OUTCOMES[fact.outcome]
    return Words(
        f"第{fact.question}条所问已决定（{date.chinese}）：第{fact.decision}条{outcome.chinese}。",
        f"What event {fact.question} asks was decided {date.english}: of event {fact.decision}, "
        f"{outcome.english}.",
    )


@told.register
def _(fact: SubjectChanged, date: Words) -> Words:
    who = name_of(fact.subject)
    into = [new.name or name_of(new.id) for new in fact.into]
    code = Words(f"代码{fact.code}", f"code {fact.code}")
    match fact.kind:
        case "rename":
            said = Words(f"{who}更名为{fact.name}", f"{who} was renamed {fact.name}")
        case "recode":
            named = (
                Words(f"，名称{fact.name}", f", named {fact.name}") if fact.name else Words("", "")
            )
            said = Words(
                f"{who}改用{code.chinese}{named.chinese}",
                f"{who} was given the {code.english}{named.english}",
            )
        case "merger":
            said = Words(f"{who}并入{'、'.join(into)}", f"{who} was merged into {', '.join(into)}")
        case "split":
            ends = Words("，原建制撤销", ", and ended") if fact.ends else Words("", "")
            said = Words(
                f"自{who}析出{'、'.join(into)}{ends.chinese}",
                f"{', '.join(into)} came of {who}{ends.english}",
            )
    return Words(f"{said.chinese}（{date.chinese}）。", f"{said.english} {date.english}.")


@told.register
def _(fact: ErasureProposed, date: Words) -> Words:
    return Words(
        f"依令提议清除第{fact.event}条中的一项封存内容，待另一人确认（{date.chinese}）。",
        f"It was proposed on an order {date.english} to erase a sealed value of event {fact.event}; "
        "another person confirms it.",
    )


@told.register
def _(fact: RoleProposed, date: Words) -> Words:
    return Words(
        f"提议授予{fact.principal}角色{fact.role}（{fact.unit}），待另一人确认（{date.chinese}）。",
        f"It was proposed {date.english} to grant {fact.principal} the role {fact.role} for "
        f"{fact.unit}; another person confirms it.",
    )


@told.register
def _(fact: SealedValueErased, date: Words) -> Words:
    return Words(
        f"依令清除第{fact.event}条中的一项封存内容（{date.chinese}），其承诺值保留。",
        f"A sealed value of event {fact.event} was erased on an order {date.english}; "
        "its commitment stands.",
    )


@told.register
def _(fact: RoleGranted, date: Words) -> Words:
    return Words(
        f"授予{fact.principal}角色{fact.role}（{fact.unit}），至{fact.until}（{date.chinese}）。",
        f"{fact.principal} was granted the role {fact.role} for {fact.unit} {date.english}, "
        f"until {fact.until}.",
    )


@told.register
def _(fact: RoleRevoked, date: Words) -> Words:
    return Words(
        f"收回{fact.principal}的一项角色授权（{date.chinese}）。",
        f"A role of {fact.principal} was revoked {date.english}.",
    )


def _words(said: str | None) -> Words:
    """What the source says of a date, where anything is to be said."""
    return Words(f"来源原话：{said}。", f" Source: {said}.") if said else Words("", "")


def _correction(correction: Correction) -> Words:
    acts: dict[str, Callable[[], Words]] = {
        "amend": lambda: Words(f"更正第{correction.target}条", f"amend event {correction.target}"),
        "annul": lambda: Words(f"撤销第{correction.target}条", f"annul event {correction.target}"),
        "supply": lambda: Words("补记一条遗漏的事实", "supply a fact that was missing"),
    }
    return acts[correction.act]()


def category(programme: str, code: str | None, fields: tuple[str, ...] = ()) -> Words:
    """A category and its fields in words; what the source does not give is said to be unknown."""
    if code is None:
        return Words("类别未知", "category not known")
    of = PROGRAMMES.get(programme) or Programme(programme, programme, programme)
    names = [of.categories.get(code, (code, code)), *(of.fields.get(f, (f, f)) for f in fields)]
    (chinese, english), *rest = names
    if not rest:
        return Words(chinese, english)
    return Words(
        f"{chinese}（{'、'.join(zh for zh, _ in rest)}）",
        f"{english} ({', '.join(en for _, en in rest)})",
    )


def title(programme: str, round_: str | None) -> Words:
    of = PROGRAMMES.get(programme) or Programme(programme, programme, programme)
    return Words(
        of.name + (f"（{round_}）" if round_ else ""),
        of.english + (f" ({round_})" if round_ else ""),
    )


# What recorded changes call a subject, in the answer that is being worked out (projections/register.py).
NAMES: ContextVar[Mapping[str, str]] = ContextVar("names", default=MappingProxyType({}))


def name_of(id_: str) -> str:
    """A subject's name today; its id where there is none."""
    if (recorded := NAMES.get().get(id_)) is not None:
        return recorded
    try:
        return subject(id_).today.name
    except UnknownSubject:
        return id_
