"""What became of a command, as its actor may see it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.rules import Strength, Words
from eventlog.batch import Outcome
from projections.answers import NOT_STATED, Answer, AnyObject, Instant, NotStated, Position, answer, stated
from projections.asking.shown import show_events
from projections.asking.standpoint import Eyes
from projections.words.reasons import told_of


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
    entry: str | NotStated = NOT_STATED
    facts: Annotated[tuple[Position, ...], Field(description="the events it was judged on")]
    figures: dict[str, int | str]
    rule: str
    strength: Strength
    text: Words
    code: str | NotStated = NOT_STATED
    values: Annotated[AnyObject, Field(description="of what the code says it")] | NotStated = NOT_STATED
    why: str
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
            error=told_of(outcome.answer),
        )
    shown = {position for broken in stored["broken"] for position in broken["facts"]}
    if not eyes.reader.sees_all and shown:
        events = await eyes.log.at(shown)
        shown = {event.position for event, _ in await show_events(eyes, events)}
    broken = (
        BrokenRuleTold(
            rule=b["rule"],
            uri=f"/v1/rules/{b['rule']}",
            article=b["article"],
            document=b["document"],
            strength=b["strength"],
            text=Words(b["text"]["zh"], b["text"]["en"]),
            code=stated(b.get("code")),
            values=stated(b.get("values")),
            why=told_of(b),
            facts=tuple(position for position in b["facts"] if position in shown),
            figures=b["figures"],
            entry=stated(b.get("entry")),
        )
        for b in stored["broken"]
    )
    return Refusal(broken=tuple(broken), position=stored["position"])
