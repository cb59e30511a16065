"""What an event says, in a sentence, Chinese and English; words are put in when read, never stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

from domain.dates import parse
from domain.events import (
    Correction,
    CorrectionApproved,
    CorrectionProposed,
    CorrectionRejected,
    Fact,
    FiguresAttested,
    HistoricalDesignationRecorded,
    LedgerOpened,
    NoticeRecorded,
    UnknownTopic,
)
from domain.kernel import Document
from domain.programmes import PROGRAMMES, Programme


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing said twice."""

    chinese: str
    english: str

    def as_json(self) -> dict[str, str]:
        return {"zh": self.chinese, "en": self.english}


CONFIDENCE = {
    "high": Sentence("高", "high"),
    "medium-high": Sentence("中高", "medium to high"),
    "medium": Sentence("中", "medium"),
    "low": Sentence("低", "low"),
    None: Sentence("未评", "not rated"),
}


def when(edtf: str | None) -> Sentence:
    """A date in words, as far as it is known."""
    if edtf is None:
        return Sentence("日期未知", "on an unknown date")
    if edtf.startswith("../"):
        return Sentence(f"不晚于{edtf[3:]}", f"on or before {edtf[3:]}")
    if edtf.startswith("["):
        choices = [choice.strip() for choice in edtf[1:-1].split(",")]
        return Sentence(
            "或".join(choices) + "（存疑）", "in " + " or ".join(choices) + " (disputed)"
        )
    return Sentence(edtf, f"on {edtf}" if parse(edtf).is_a_day else f"in {edtf}")


def tell(fact: Fact, effective: str | None, basis: Document | None) -> Sentence:
    """The sentence of an event: what happened, when, by which document."""
    told = _told(fact, when(effective))
    if basis is None or not (document := basis.number or basis.title):
        return told
    return Sentence(f"{told.chinese}依据：{document}。", f"{told.english} Document: {document}.")


@singledispatch
def _told(fact: Fact, date: Sentence) -> Sentence:
    raise UnknownTopic(f"no sentence is written for {fact.topic}")


@_told.register
def _(fact: LedgerOpened, date: Sentence) -> Sentence:
    kind = Sentence("模拟", "simulated") if fact.kind == "simulated" else Sentence("正式", "real")
    return Sentence(
        f"台账“{fact.name}”开启（{kind.chinese}）。",
        f"The ledger “{fact.name}” was opened ({kind.english}).",
    )


@_told.register
def _(fact: HistoricalDesignationRecorded, date: Sentence) -> Sentence:
    title = _title(fact.programme, fact.round)
    kind = category(fact.programme, fact.category, fact.fields)
    held = Sentence("", "")
    if fact.held_from or fact.held_until:
        begin, end = fact.held_from or "?", fact.held_until or "…"
        held = Sentence(f"期限{begin}至{end}。", f" Held from {begin} to {end}.")
    words = _words(fact.effective_words)
    return Sentence(
        f"{fact.subject_name}入选{title.chinese}，{kind.chinese}；公布：{date.chinese}。"
        f"{held.chinese}{words.chinese}仅见于公布，无程序记录（L-6）。来源：{fact.source.title}。",
        f"{fact.subject_name} was announced {date.english} for {title.english}, {kind.english}."
        f"{held.english}{words.english} Known from its announcement only: no procedure behind it is "
        f"on record (L-6). Read in: {fact.source.title}.",
    )


@_told.register
def _(fact: FiguresAttested, date: Sentence) -> Sentence:
    title = _title(fact.programme, fact.round)
    said = fact.measure_words or fact.measure
    words = _words(fact.effective_words)
    return Sentence(
        f"{title.chinese}：{said}{fact.value}（{date.chinese}）。{words.chinese}"
        f"来源：{fact.source.title}。",
        f"{title.english}: {fact.measure} {fact.value} ({date.english}).{words.english} "
        f"Read in: {fact.source.title}.",
    )


@_told.register
def _(fact: NoticeRecorded, date: Sentence) -> Sentence:
    title = _title(fact.programme, fact.round)
    until = Sentence(f"至{fact.until}", f" to {fact.until}") if fact.until else Sentence("", "")
    content = f"：{fact.content}" if fact.content else ""
    words = _words(fact.effective_words)
    sure = CONFIDENCE[fact.confidence]
    return Sentence(
        f"{title.chinese}：{fact.act_words}，{date.chinese}{until.chinese}{content}。{words.chinese}"
        f"来源：{fact.source.title}（可信度：{sure.chinese}）。",
        f"{title.english}: {fact.act} {date.english}{until.english}"
        f"{f' ({fact.content})' if fact.content else ''}.{words.english} "
        f"Read in: {fact.source.title} (confidence: {sure.english}).",
    )


@_told.register
def _(fact: CorrectionProposed, date: Sentence) -> Sentence:
    act = _correction(fact.correction)
    return Sentence(f"提议{act.chinese}。", f"It was proposed to {act.english}.")


@_told.register
def _(fact: CorrectionApproved, date: Sentence) -> Sentence:
    act = _correction(fact.correction)
    return Sentence(
        f"批准第{fact.proposal}条的提议：{act.chinese}。",
        f"The proposal of event {fact.proposal} was approved: to {act.english}.",
    )


@_told.register
def _(fact: CorrectionRejected, date: Sentence) -> Sentence:
    return Sentence(
        f"驳回第{fact.proposal}条的更正提议。",
        f"The correction proposed in event {fact.proposal} was rejected.",
    )


def _words(said: str | None) -> Sentence:
    """What the source says of a date, where anything is to be said."""
    return Sentence(f"来源原话：{said}。", f" Source: {said}.") if said else Sentence("", "")


def _correction(correction: Correction) -> Sentence:
    acts: dict[str, Callable[[], Sentence]] = {
        "amend": lambda: Sentence(
            f"更正第{correction.target}条", f"amend event {correction.target}"
        ),
        "annul": lambda: Sentence(
            f"撤销第{correction.target}条", f"annul event {correction.target}"
        ),
        "supply": lambda: Sentence("补记一条遗漏的事实", "supply a fact that was missing"),
    }
    return acts[correction.act]()


def category(programme: str, code: str | None, fields: tuple[str, ...] = ()) -> Sentence:
    """A category and its fields in words; what the source does not give is said to be unknown."""
    if code is None:
        return Sentence("类别未知", "category not known")
    of = PROGRAMMES.get(programme) or Programme(programme, programme, programme)
    names = [of.categories.get(code, (code, code)), *(of.fields.get(f, (f, f)) for f in fields)]
    (chinese, english), *rest = names
    if not rest:
        return Sentence(chinese, english)
    return Sentence(
        f"{chinese}（{'、'.join(zh for zh, _ in rest)}）",
        f"{english} ({', '.join(en for _, en in rest)})",
    )


def _title(programme: str, round_: str | None) -> Sentence:
    of = PROGRAMMES.get(programme) or Programme(programme, programme, programme)
    return Sentence(
        of.name + (f"（{round_}）" if round_ else ""),
        of.english + (f" ({round_})" if round_ else ""),
    )
