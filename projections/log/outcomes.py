"""What became of a command, as its actor may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, Required, TypedDict

import orjson
from pydantic import Field

from domain.access import Reader
from domain.cases import subject_of
from domain.kernel import Query, Selector
from domain.reasons import Reason, Value
from domain.rules import Strength, Words
from domain.subjects import is_beside
from domain.tags import SUBJECT
from eventlog.batch import Outcome
from eventlog.log import WHOLE, Log
from projections.answers import NOT_STATED, Answer, AnyObject, Instant, NotStated, Position, answer, stated
from projections.asking.shown import show_events, strings_in
from projections.asking.standpoint import Eyes
from projections.history.rows import names_beside
from projections.words.language import of_entries
from projections.words.names import SHIPPED, Register, register
from projections.words.reasons import reason_in, told_of
from projections.words.steps import next_step


class Stored(TypedDict, total=False):
    """What a rule found, as an outcome holds it; what is not required came with later programs."""

    rule: Required[str]
    article: Required[str]
    document: Required[str]
    strength: Required[Strength]
    text: Required[dict[str, str]]
    facts: Required[list[int]]
    figures: Required[dict[str, int | str]]
    code: str
    values: dict[str, Value]
    why: str  # in words, before there were codes
    entry: str
    field: str


@answer("Recorded")
class Acceptance(Answer):
    """What became of an act that was accepted: its events, from `first` to `last`."""

    cases: tuple[str, ...]
    first: Position
    last: Position
    recorded_at: Instant


@answer("Accepted")
class Accepted(Answer):
    """The answer to an act that was accepted."""

    act: str
    key: Annotated[str, Field(description="the Idempotency-Key, or one given for it")]
    cases: tuple[str, ...]
    first: Position
    last: Position
    recorded_at: Instant


@answer("Broken")
class BrokenRuleTold(Answer):
    """One rule that refuses an act."""

    article: str
    document: str
    entries: Annotated[
        tuple[str, ...], Field(description="which of the act's entries it is said of; none: of the act")
    ]
    facts: Annotated[tuple[Position, ...], Field(description="the events it was judged on")]
    figures: dict[str, int | str]
    rule: str
    strength: Strength
    text: Words
    code: str | NotStated = NOT_STATED
    values: Annotated[AnyObject, Field(description="of what the code says it")] | NotStated = NOT_STATED
    why: Annotated[str, Field(description="in the language that is asked for")]
    field: (
        Annotated[str, Field(description="of the act, which it concerns; absent: the act as a whole")]
        | NotStated
    ) = NOT_STATED
    next: Annotated[str, Field(description="what to do")] | NotStated = NOT_STATED
    uri: str


@answer("Refusal")
class Refusal(Answer):
    """What became of an act that rules refused."""

    broken: tuple[BrokenRuleTold, ...]
    position: Position


@answer("Failure")
class Failure(Answer):
    """What became of an act that could not be judged or stored."""

    cause: str
    code: str | NotStated = NOT_STATED
    values: Annotated[AnyObject, Field(description="of what the code says it")] | NotStated = NOT_STATED
    error: str


@answer("AnOutcome")
class OutcomePage(Answer):
    """What became of a command of yours."""

    key: str
    outcome: Literal["accepted", "refused", "failed"]
    answer: Acceptance | Refusal | Failure


async def names_then(log: Log, outcome: Outcome, today: date, reader: Reader) -> Register:
    """How whom a refusal names was called when the act was refused: divisions by the register, projects,
    zones and towns by their applications, as far as the reader may see them. Of an act that was accepted
    nothing is told by name."""
    if outcome.accepted:
        return SHIPPED
    known = outcome.answer.get("position")
    names = await register(log, today, known)
    beside = {about for text in strings_in(outcome.answer) if is_beside(about := subject_of(text))}
    if not beside:
        return names
    of_them = Query(tuple(Selector.of(tags={SUBJECT(about)}) for about in sorted(beside)))
    events = await log.read(of_them, until=known, limit=WHOLE)
    called: dict[str, str] = {}
    for _, shown in await show_events(Eyes(log, reader, names), events):
        if (name := next(names_beside(shown.said.data), None)) is not None:
            called |= dict.fromkeys(beside.intersection(SUBJECT.among(shown.said.tags)), name)
    return replace(names, beside=called)


async def told(eyes: Eyes, outcome: Outcome) -> Acceptance | Refusal | Failure:
    """What became of a command: each rule with its page, no fact that its actor may not see."""
    stored = outcome.answer
    if outcome.kind == "accepted":
        return Acceptance(
            first=stored["first"],
            last=stored["last"],
            recorded_at=stored["recorded_at"],
            cases=tuple(stored["cases"]),
        )
    if outcome.kind == "failed":
        return Failure(
            cause=outcome.answer["cause"],
            code=stated(outcome.answer.get("code")),
            values=stated(outcome.answer.get("values")),
            error=told_of(outcome.answer, eyes.names),
        )
    shown = {position for broken in stored["broken"] for position in broken["facts"]}
    if not eyes.reader.sees_all and shown:
        events = await eyes.log.at(shown)
        shown = {event.position for event, _ in await show_events(eyes, events)}
    broken = tuple(_told_once(alike, shown, eyes.names) for alike in said_once(stored["broken"]))
    return Refusal(broken=broken, position=stored["position"])


def said_once(broken: Iterable[Stored]) -> Iterator[list[Stored]]:
    """What rules found, that which they found of several entries together."""
    together: dict[bytes, list[Stored]] = {}
    for b in broken:
        values = {key: value for key, value in b.get("values", {}).items() if key != "case"}
        of = (
            b["rule"],
            b["article"],
            b.get("code", b.get("why")),
            values,
            b["figures"],
            b.get("entry") is None,
        )
        together.setdefault(orjson.dumps(of, option=orjson.OPT_SORT_KEYS), []).append(b)
    yield from together.values()


def why(alike: Sequence[Stored], names: Register) -> str:
    """Why a rule refused these entries of an act, or the act, in words."""
    first = alike[0]
    entries = [b["entry"] for b in alike if "entry" in b]
    if not entries or (reason := reason_in(first)) is None:
        return told_of(first, names)
    return of_entries(entries, Reason(reason.code, reason.values), names)


def next_of(alike: Sequence[Stored], names: Register) -> str | None:
    """What to do about it, in words."""
    first = alike[0]
    if (reason := reason_in(first)) is None:
        return None
    return next_step(reason, first["rule"], first["strength"], first.get("entry"), names)


def _told_once(alike: Sequence[Stored], shown: Collection[int], names: Register) -> BrokenRuleTold:
    b = alike[0]
    facts = dict.fromkeys(position for one in alike for position in one["facts"])
    return BrokenRuleTold(
        rule=b["rule"],
        uri=f"/v1/rules/{b['rule']}",
        article=b["article"],
        document=b["document"],
        strength=b["strength"],
        text=Words(b["text"]["zh"], b["text"]["en"]),
        code=stated(b.get("code")),
        values=stated(b.get("values")),
        field=stated(b.get("field")),
        why=why(alike, names),
        next=stated(next_of(alike, names)),
        facts=tuple(position for position in facts if position in shown),
        figures=b["figures"],
        entries=tuple(one["entry"] for one in alike if "entry" in one),
    )
