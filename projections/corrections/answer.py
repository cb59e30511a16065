"""Corrections as something to read: what is proposed, by whom, beside what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

import orjson
from pydantic import Field

from domain.canonical import Object
from domain.dates import may_have_come
from domain.events import (
    CorrectionApproved,
    CorrectionProposed,
    CorrectionRejected,
    DecisionQuestioned,
    Replacement,
    decode,
)
from domain.history import Believed, believed, is_read
from domain.kernel import Actor, Document, Query, Recorded, Selector
from domain.messages import Told
from domain.rules import Words
from domain.tags import EVENT, PROPOSAL
from eventlog.log import WHOLE, Log
from projections.answers import NOT_STATED, Answer, AnyObject, Next, NotStated, Position, answer
from projections.asking.access import may_correct
from projections.asking.shown import Said, left_of, opened, show, show_events, subjects_of
from projections.asking.standpoint import Eyes
from projections.corrections.pages import newest_first
from projections.corrections.questions import Question, told

State: TypeAlias = Literal["open", "approved", "rejected"]
Act: TypeAlias = Literal["amend", "annul", "supply"]
_SETTLED = (CorrectionApproved.topic, CorrectionRejected.topic)


@answer("AProposal")
class Proposal(Answer):
    """A proposed correction; its id is the position of the event that proposes it."""

    id: Position
    state: State
    act: Act
    target: Position | None
    topic: Annotated[str | None, Field(description="of what is to stand; null: nothing")]
    proposed_at: datetime
    proposed_by: Actor
    basis: Document | None
    settled_by: Position | None
    settled_at: datetime | None


@answer("Corrections", is_open=True)
class CorrectionsPage(Answer):
    """A page of proposals, the newest first."""

    as_of: Annotated[date | None, Field(description="null: no day was asked for")]
    as_known: Position
    corrections: tuple[Proposal, ...]
    next: Next


@answer("AnEventsContent", is_open=True)
class Content(Answer):
    """What an event says, or is to say."""

    topic: str
    data: AnyObject
    effective: str | None
    basis: Document | None
    tags: tuple[str, ...]
    sentence: Words
    settled_by: Position | NotStated = NOT_STATED
    withheld: tuple[str, ...] | NotStated = NOT_STATED


@answer("ACorrection")
class CorrectionShown(Answer):
    """A proposal with all that an approver needs to see."""

    id: Position
    state: State
    act: Act
    target: Position | None
    topic: str | None
    proposed_at: datetime
    proposed_by: Actor
    basis: Document | None
    settled_by: Position | None
    settled_at: datetime | None
    reason: AnyObject
    sentence: Words
    replacement: Content | None
    recorded: Annotated[AnyObject | None, Field(description="the event as it was recorded")]
    believed: Annotated[Content | None, Field(description="null: it is struck out")]
    others_open: tuple[Proposal, ...]
    questions: tuple[Question, ...]


@answer("CorrectionPage", is_open=True)
class CorrectionPage(Answer):
    """One correction, as known at a position."""

    as_known: Position
    correction: CorrectionShown


class NoSuchCorrection(Told, LookupError):
    """No event at that position proposes a correction."""


async def corrections(
    eyes: Eyes,
    known: int,
    *,
    state: State | None = None,
    target: int | None = None,
    as_of: date | None = None,
    before: int | None = None,
    limit: int = WHOLE,
) -> list[Proposal]:
    """Proposals as known at a position, the newest first; those before the position `before`. as_of: as
    things were on that day, none by default left out. Raises NotForThem."""
    may_correct(eyes.reader)
    tags = {EVENT(target)} if target is not None else set()

    async def tell(page: Sequence[Recorded]) -> list[Proposal]:
        read = [event for event in page if is_read(event)]
        ends = await settled(eyes.log, read, known, as_of)
        return [_proposal(event, ends.get(event.position)) for event in read]

    of = Selector.of(topics={CorrectionProposed.topic}, tags=tags)
    return await newest_first(eyes.log, of, known, tell, state=state, as_of=as_of, before=before, limit=limit)


async def settled(
    log: Log, proposals: Iterable[Recorded], known: int, as_of: date | None = None
) -> dict[int, Recorded]:
    """What approved or rejected these proposals (by a day), by their positions."""
    tags = [PROPOSAL(proposal.position) for proposal in proposals]
    query = Query(tuple(Selector.of(topics=_SETTLED, tags={tag}) for tag in tags))
    found = await log.read(query, until=known, limit=WHOLE) if tags else []
    return {
        int(str(event.data["proposal"])): event
        for event in found
        if is_read(event) and (as_of is None or may_have_come(event.effective, as_of))
    }


def _proposal(event: Recorded, settled: Recorded | None) -> Proposal:
    fact = proposal_of(event)
    new = fact.correction.replacement
    state: State = "open"
    if settled is not None:
        state = "approved" if settled.topic == CorrectionApproved.topic else "rejected"
    return Proposal(
        id=event.position,
        state=state,
        act=fact.correction.act,
        target=fact.correction.target,
        topic=new.topic if new else None,
        proposed_at=event.recorded_at,
        proposed_by=Actor(**event.actor),  # type: ignore[arg-type]
        basis=event.basis,
        settled_by=settled.position if settled else None,
        settled_at=settled.recorded_at if settled else None,
    )


def proposal_of(event: Recorded) -> CorrectionProposed:
    """What an event proposes."""
    fact = decode(event.topic, event.data)
    assert isinstance(fact, CorrectionProposed)
    return fact


async def proposal_at(eyes: Eyes, id_: int, known: int) -> Recorded:
    """The event that proposes a correction. Raises NotForThem, NoSuchCorrection."""
    may_correct(eyes.reader)
    found = await eyes.log.at([id_]) if id_ <= known else []
    if not found or found[0].topic != CorrectionProposed.topic or not is_read(found[0]):
        raise NoSuchCorrection("event {id} proposes no correction", id=id_)
    return found[0]


async def correction(eyes: Eyes, id_: int, known: int) -> CorrectionShown:
    """One proposal: the event as it was recorded and as it is believed, what is to stand instead, the other
    open proposals for that event, and what its approval called into question. Raises NotForThem,
    NoSuchCorrection."""
    event = await proposal_at(eyes, id_, known)
    of = _proposal(event, (await settled(eyes.log, [event], known)).get(id_))
    (shown,) = [shown for _, shown in await show_events(eyes, [event])]
    (data,) = await opened(eyes.log, [shown])
    others: list[Proposal] = []
    if of.target is not None:
        open_ = await corrections(eyes, known, state="open", target=of.target)
        others = [other for other in open_ if other.id != id_ and other.target == of.target]
    recorded, now = await _target(eyes, of.target, known)
    return CorrectionShown(
        id=of.id,
        state=of.state,
        act=of.act,
        target=of.target,
        topic=of.topic,
        proposed_at=of.proposed_at,
        proposed_by=of.proposed_by,
        basis=of.basis,
        settled_by=of.settled_by,
        settled_at=of.settled_at,
        reason=_object(data["reason"]),
        sentence=shown.sentence,
        recorded=recorded,
        believed=now,
        replacement=await _replacement(eyes, proposal_of(event).correction.replacement, data),
        others_open=tuple(others),
        questions=tuple(await _questions(eyes, of, known)),
    )


async def _questions(eyes: Eyes, of: Proposal, known: int) -> list[Question]:
    """What the approval of a proposal called into question."""
    if of.state != "approved":
        return []
    of_it = Selector.of(topics={DecisionQuestioned.topic}, tags={PROPOSAL(of.id)})
    asked = await eyes.log.read(Query((of_it,)), until=known, limit=WHOLE)
    return await told(eyes, asked, known)


async def _replacement(eyes: Eyes, new: Replacement | None, data: Object) -> Content | None:
    """What is to stand. data: the proposal's, with what was sealed."""
    if new is None:
        return None
    stands = _object(_object(data["correction"])["replacement"])
    return await _content(
        eyes,
        Said(
            topic=new.topic,
            data=_object(stands["data"]),
            tags=tuple(new.tags),
            effective=new.effective,
            basis=new.basis,
        ),
    )


async def _target(eyes: Eyes, target: int | None, known: int) -> tuple[Object | None, Content | None]:
    """The event as it was recorded, and as it is believed (None: struck out)."""
    if target is None:
        return None, None
    events = await eyes.log.at([target])
    if not events:  # a proposal that the door once took names what is not there
        return None, None
    ((event, shown),) = await show_events(eyes, events)
    (data,) = await opened(eyes.log, [shown])
    left = orjson.loads(left_of(event, shown))
    recorded = {**left, "data": data, "sentence": shown.sentence.as_json()}
    chain = await eyes.log.read(Query.tagged(EVENT(target)), until=known, limit=WHOLE)
    now = next((b for b in believed([*events, *chain]) if b.position == target), None)
    return recorded, None if now is None else await _believed(eyes, now)


async def _believed(eyes: Eyes, now: Believed) -> Content:
    return replace(await _content(eyes, Said.believed(now)), settled_by=now.settled_by)


async def _content(eyes: Eyes, said: Said) -> Content:
    """What an event says, or is to say, with its sentence and the sealed words that may be opened."""
    shown = show(eyes.reader, eyes.names, said, about=subjects_of(said.tags))
    assert shown is not None  # corrections are shown to those who see all
    (data,) = await opened(eyes.log, [shown])
    return Content(
        topic=said.topic,
        data=data,
        effective=said.effective,
        basis=said.basis,
        tags=shown.said.tags,
        sentence=shown.sentence,
        withheld=shown.withheld or NOT_STATED,
    )


def _object(value: object) -> Object:
    assert isinstance(value, dict)  # as its fact declares it
    return value
