"""Corrections as something to read: what is proposed, by whom, beside what; what was called into question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from typing import Any, Literal, TypeAlias

from domain.access import Reader
from domain.events import (
    CorrectionApproved,
    CorrectionProposed,
    CorrectionRejected,
    DecisionQuestioned,
    QuestionDecided,
    decode,
)
from domain.history import believed
from domain.kernel import Query, Recorded, Selector
from eventlog.log import PAGE, WHOLE, Log
from projections.rounds import NotForThem
from projections.shown import (
    JSONObject,
    Shown,
    opened,
    show,
    show_events,
    stored,
    subjects_of,
    taken_by,
)

State: TypeAlias = Literal["open", "approved", "rejected"]
QuestionState: TypeAlias = Literal["open", "decided"]
_SETTLED = (CorrectionApproved.topic, CorrectionRejected.topic)


class NoSuchCorrection(LookupError):
    """No event at that position proposes a correction."""


def may_correct(reader: Reader) -> None:
    """Raises NotForThem: corrections are shown to those who see all."""
    if reader.cell(CorrectionProposed.topic) not in {"see", "open"}:
        raise NotForThem(f"corrections are not shown to: {reader.actor.role}")


async def corrections(
    log: Log, reader: Reader, known: int, *, state: State | None = None, target: int | None = None,
    as_of: date | None = None, before: int | None = None, limit: int = WHOLE,
) -> list[JSONObject]:  # fmt: skip
    """Proposals as known at a position, the newest first; those before the position `before`. as_of: as
    things were on that day, none by default left out. Raises NotForThem."""
    may_correct(reader)
    tags = {f"event:{target}"} if target is not None else set()

    async def tell(page: Sequence[Recorded]) -> list[JSONObject]:
        ends = await settled(log, page, known, as_of)
        return [_proposal(event, ends.get(event.position)) for event in page]

    of = Selector.of(topics={CorrectionProposed.topic}, tags=tags)
    return await _newest_first(log, of, known, tell, state, as_of, before, limit)


async def _newest_first(
    log: Log, of: Selector, known: int, tell: Callable[[Sequence[Recorded]], Awaitable[list[JSONObject]]],
    state: str | None, as_of: date | None, before: int | None, limit: int,
) -> list[JSONObject]:  # fmt: skip
    """What is told of events, the newest first, of those in a state."""
    until = known if before is None else min(known, before - 1)
    found: list[JSONObject] = []
    size = PAGE if state or as_of else min(limit, PAGE)  # most may be settled
    while len(found) < limit and until > 0:
        page = await log.read(Query((of,)), until=until, limit=size, backwards=True)
        told = await tell([event for event in page if as_of is None or taken_by(event, as_of)])
        found += [one for one in told if state in {None, one["state"]}]
        if len(page) < size:
            break
        until = page[-1].position - 1
    return found[:limit]


async def settled(
    log: Log, proposals: Iterable[Recorded], known: int, as_of: date | None = None
) -> dict[int, Recorded]:
    """What approved or rejected these proposals (by a day), by their positions."""
    tags = [f"proposal:{proposal.position}" for proposal in proposals]
    query = Query(tuple(Selector.of(topics=_SETTLED, tags={tag}) for tag in tags))
    found = await log.read(query, until=known, limit=WHOLE) if tags else []
    return {
        int(str(event.data["proposal"])): event
        for event in found
        if as_of is None or taken_by(event, as_of)
    }


def _proposal(event: Recorded, settled: Recorded | None) -> JSONObject:
    fact = proposal_of(event)
    new = fact.correction.replacement
    state: State = "open"
    if settled is not None:
        state = "approved" if settled.topic == CorrectionApproved.topic else "rejected"
    return {
        "id": event.position,
        "state": state,
        "act": fact.correction.act,
        "target": fact.correction.target,
        "topic": new.topic if new else None,
        "proposed_at": event.recorded_at,
        "proposed_by": event.actor,
        "basis": event.basis.as_json() if event.basis else None,
        "settled_by": settled.position if settled else None,
        "settled_at": settled.recorded_at if settled else None,
    }


def proposal_of(event: Recorded) -> CorrectionProposed:
    """What an event proposes."""
    fact = decode(event.topic, event.data)
    assert isinstance(fact, CorrectionProposed)
    return fact


async def proposal_at(log: Log, reader: Reader, id_: int, known: int) -> Recorded:
    """The event that proposes a correction. Raises NotForThem, NoSuchCorrection."""
    may_correct(reader)
    found = await log.at([id_]) if id_ <= known else []
    if not found or found[0].topic != CorrectionProposed.topic:
        raise NoSuchCorrection(f"event {id_} proposes no correction")
    return found[0]


async def correction(log: Log, reader: Reader, id_: int, known: int) -> JSONObject:
    """One proposal: the event as it was recorded and as it is believed, what is to stand instead, the other
    open proposals for that event, and what its approval called into question. Raises NotForThem,
    NoSuchCorrection."""
    event = await proposal_at(log, reader, id_, known)
    end = (await settled(log, [event], known)).get(id_)
    fact = proposal_of(event)
    told = _proposal(event, end)
    (shown,) = [shown for _, shown in await show_events(log, reader, [event])]
    (whole,) = await opened(log, [shown])
    told["reason"] = whole["data"]["reason"]
    told["sentence"] = whole["sentence"]
    new = fact.correction.replacement
    told["replacement"] = None
    if new is not None:
        told["replacement"] = await _opened(log, reader, new.topic, {
            "data": whole["data"]["correction"]["replacement"]["data"], "effective": new.effective,
            "basis": new.basis.as_json() if new.basis else None, "tags": list(new.tags),
        })  # fmt: skip
    told |= await _target(log, reader, fact.correction.target, known)
    target = fact.correction.target
    others: list[JSONObject] = []
    if target is not None:
        open_ = await corrections(log, reader, known, state="open", target=target)
        others = [other for other in open_ if other["id"] != id_ and other["target"] == target]
    told["others_open"] = others
    told["questions"] = []
    if told["state"] == "approved":
        of_it = Selector.of(topics={DecisionQuestioned.topic}, tags={f"proposal:{id_}"})
        asked = await log.read(Query((of_it,)), until=known, limit=WHOLE)
        told["questions"] = await _questions(log, asked, known)
    return told


async def _target(log: Log, reader: Reader, target: int | None, known: int) -> JSONObject:
    """The event as it was recorded, and as it is believed (null: struck out)."""
    if target is None:
        return {"recorded": None, "believed": None}
    events = await log.at([target])
    (recorded,) = await opened(log, [s for _, s in await show_events(log, reader, events)])
    chain = await log.read(Query.tagged(f"event:{target}"), until=known, limit=WHOLE)
    now = next((b for b in believed([*events, *chain]) if b.position == target), None)
    if now is None:
        return {"recorded": recorded, "believed": None}
    content: JSONObject = {
        "data": dict(now.data), "effective": now.effective,
        "basis": now.basis.as_json() if now.basis else None, "tags": sorted(now.tags),
    }  # fmt: skip
    told = await _opened(log, reader, now.topic, content)
    return {"recorded": recorded, "believed": {**told, "settled_by": now.settled_by}}


async def _opened(log: Log, reader: Reader, topic: str, content: JSONObject) -> JSONObject:
    """What an event says, or is to say, with its sentence and the sealed words that may be opened."""
    shown = show(reader, topic, content, about=subjects_of(content["tags"]))
    assert shown is not None  # corrections are shown to those who see all
    (told,) = await opened(log, [shown])
    return {"topic": topic, **told}


# ------------------------------------------------------------------------- questions


async def questions(
    log: Log, reader: Reader, known: int, *, state: QuestionState | None = None,
    as_of: date | None = None, before: int | None = None, limit: int = WHOLE,
) -> list[JSONObject]:  # fmt: skip
    """What was called into question as known at a position, the newest first; before the position
    `before`. as_of: as things were on that day, none by default left out. Raises NotForThem."""
    may_correct(reader)

    async def tell(page: Sequence[Recorded]) -> list[JSONObject]:
        return await _questions(log, page, known, as_of)

    of = Selector.of(topics={DecisionQuestioned.topic})
    return await _newest_first(log, of, known, tell, state, as_of, before, limit)


async def of_decision(log: Log, reader: Reader, decision: int, known: int) -> list[JSONObject]:
    """What called one decision into question, as far as a reader may see it."""
    if reader.cell(DecisionQuestioned.topic) == "-":
        return []
    of = Selector.of(topics={DecisionQuestioned.topic}, tags={f"question:{decision}"})
    return await _questions(log, await log.read(Query((of,)), until=known, limit=WHOLE), known)


async def _questions(
    log: Log, asked: Iterable[Recorded], known: int, as_of: date | None = None
) -> list[JSONObject]:
    given = list(asked)
    tags = {f"question:{event.data['decision']}" for event in given}
    query = Query(
        tuple(Selector.of(topics={QuestionDecided.topic}, tags={tag}) for tag in sorted(tags))
    )
    decided = await log.read(query, until=known, limit=WHOLE) if tags else []
    answers = {
        int(str(event.data["question"])): event
        for event in decided
        if as_of is None or taken_by(event, as_of)
    }
    decisions = {e.position: e for e in await log.at({int(str(e.data["decision"])) for e in given})}
    return [
        _question(event, answers.get(event.position), decisions[int(str(event.data["decision"]))])
        for event in given
    ]


def _question(event: Recorded, answer: Recorded | None, decision: Recorded) -> JSONObject:
    fact = decode(event.topic, event.data)
    assert isinstance(fact, DecisionQuestioned)
    told: JSONObject = {
        "id": event.position,
        **question_as_json(fact, decision),
        "asked_at": event.recorded_at,
        "state": "decided" if answer else "open",
        "decided": None,
    }
    if answer is not None:
        told["decided"] = {
            "event": answer.position, "outcome": answer.data["outcome"],
            "at": answer.recorded_at, "basis": answer.basis.as_json() if answer.basis else None,
        }  # fmt: skip
    return told


def question_as_json(fact: DecisionQuestioned, decision: Recorded) -> JSONObject:
    """What is called into question, and why."""
    shown = _sentence(decision)
    return {
        "decision": fact.decision,
        "topic": decision.topic,
        "about": fact.about,
        "ground": fact.ground,
        "rules": list(fact.rules),
        "why": list(fact.why),
        "proposal": fact.proposal,
        "sentence": shown,
    }


def _sentence(event: Recorded) -> dict[str, str]:
    """An event's own sentence, as it was recorded."""
    content: dict[str, Any] = stored(event)
    whole = Shown(event.topic, content, (), frozenset(), content)
    return whole.sentence.as_json()
