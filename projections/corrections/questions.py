"""What was called into question, and what the ministry decided of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from domain.dates import may_have_come
from domain.events import DecisionQuestioned, QuestionDecided, decode
from domain.kernel import Document, Query, Recorded, Selector
from domain.rules import Words
from domain.tags import QUESTION
from eventlog.log import WHOLE
from projections.answers import Answer, Next, Position, answer
from projections.asking.access import may_correct
from projections.asking.questions import asked_in, decided
from projections.asking.shown import Said, sentence
from projections.asking.standpoint import Eyes
from projections.corrections.pages import newest_first
from projections.words.names import Register
from projections.words.reasons import reasons_of

QuestionState: TypeAlias = Literal["open", "decided"]
Ground: TypeAlias = Literal["refused", "otherwise", "outranked", "merged"]


@answer("ADecision")
class Decided(Answer):
    """What the ministry decided of a question."""

    event: Position
    outcome: Literal["let-stand", "withdraw", "re-open"]
    at: datetime
    basis: Document | None


@answer("AQuestioned")
class Questioned(Answer):
    """A decision that would not be what it is on the facts as they are believed."""

    decision: Position
    topic: str
    about: str
    ground: Ground
    rules: tuple[str, ...]
    why: tuple[str, ...]
    proposal: Position | None
    sentence: Words


@answer("AQuestion")
class Question(Answer):
    """The same once it is recorded: an item for the ministry to decide."""

    id: Position
    decision: Position
    topic: str
    about: str
    ground: Ground
    rules: tuple[str, ...]
    why: tuple[str, ...]
    proposal: Position | None
    sentence: Words
    asked_at: datetime
    state: QuestionState
    decided: Decided | None


@answer("Questions", is_open=True)
class QuestionsPage(Answer):
    """A page of questions, the newest first."""

    as_of: Annotated[date | None, Field(description="null: no day was asked for")]
    as_known: Position
    questions: tuple[Question, ...]
    next: Next


async def questions(
    eyes: Eyes,
    known: int,
    *,
    state: QuestionState | None = None,
    as_of: date | None = None,
    before: int | None = None,
    limit: int = WHOLE,
) -> list[Question]:
    """What was called into question as known at a position, the newest first; before the position
    `before`. as_of: as things were on that day, none by default left out. Raises NotForThem."""
    may_correct(eyes.reader)

    async def tell(page: Sequence[Recorded]) -> list[Question]:
        return await told(eyes, page, known, as_of)

    of = Selector.of(topics={DecisionQuestioned.topic})
    return await newest_first(eyes.log, of, known, tell, state=state, as_of=as_of, before=before, limit=limit)


async def of_decision(eyes: Eyes, decision: int, known: int) -> list[Question]:
    """What called one decision into question, as far as a reader may see it."""
    if eyes.reader.cell(DecisionQuestioned.topic) == "-":
        return []
    of = Selector.of(topics={DecisionQuestioned.topic}, tags={QUESTION(decision)})
    return await told(eyes, await eyes.log.read(Query((of,)), until=known, limit=WHOLE), known)


async def told(
    eyes: Eyes, asked: Iterable[Recorded], known: int, as_of: date | None = None
) -> list[Question]:
    """These questions, each with what was decided of it (by a day)."""
    given = list(asked)
    facts = asked_in(given)
    answers = {
        question: event
        for question, event in (await decided(eyes.log, facts.values(), known)).items()
        if as_of is None or may_have_come(event.effective, as_of)
    }
    decisions = {e.position: e for e in await eyes.log.at({fact.decision for fact in facts.values()})}
    return [
        _question(event, fact, answers.get(event.position), decisions[fact.decision], eyes.names)
        for event in given
        if (fact := facts.get(event.position)) is not None and fact.decision in decisions
    ]


def _question(
    event: Recorded, fact: DecisionQuestioned, answered: Recorded | None, decision: Recorded, names: Register
) -> Question:
    of = questioned(fact, decision, names)
    return Question(
        id=event.position,
        decision=of.decision,
        topic=of.topic,
        about=of.about,
        ground=of.ground,
        rules=of.rules,
        why=of.why,
        proposal=of.proposal,
        sentence=of.sentence,
        asked_at=event.recorded_at,
        state="decided" if answered else "open",
        decided=None if answered is None else _decided(answered),
    )


def _decided(event: Recorded) -> Decided:
    fact = decode(event.topic, event.data)
    assert isinstance(fact, QuestionDecided)
    return Decided(event=event.position, outcome=fact.outcome, at=event.recorded_at, basis=event.basis)


def questioned(fact: DecisionQuestioned, decision: Recorded, names: Register) -> Questioned:
    """What is called into question, and why; the decision in its own sentence, as it was recorded."""
    return Questioned(
        decision=fact.decision,
        topic=decision.topic,
        about=fact.about,
        ground=fact.ground,
        rules=fact.rules,
        why=reasons_of(fact, names),
        proposal=fact.proposal,
        sentence=sentence(Said.stored(decision), (), names),
    )
