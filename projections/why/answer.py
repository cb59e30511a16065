"""Why an event stands: by which rules it was judged, on which facts, by which readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, cast

from pydantic import Field

from domain.corrections.questioning import otherwise
from domain.corrections.reading import of_event
from domain.corrections.recasting import NotAnAct, recast
from domain.corrections.rejudging import group_at, judged_at
from domain.events import CorrectionApproved, ReadingRecorded
from domain.history import Believed, believed, matching
from domain.judging import is_of_before, newest_for
from domain.kernel import Actor, Document, Grounds, Query, Recorded, Searched, Selector
from domain.points import POINTS
from domain.rules import Words
from domain.tags import EVENT
from eventlog.log import WHOLE, Log
from eventlog.sealed import grounds_of
from projections.answers import NOT_STATED, Answer, NotStated, Position, answer
from projections.asking.shown import Said, Shown, concluded, show, show_events, subjects_of
from projections.asking.standpoint import Eyes
from projections.corrections.gathering import gathered
from projections.corrections.questions import Question, of_decision
from projections.history.answer import actor
from projections.log.answer import NoSuchEvent
from projections.rules.answer import RuleNamed, rule_of
from projections.words.language import say

MOST_SHOWN = 100  # of what a search found; the events with its tag, topics and `until` are all of them


@answer("AFact")
class FactShown(Answer):
    """A fact that the rules were shown, as it was believed then."""

    event: Position
    topic: str
    sentence: Words
    settled_by: Position | NotStated = NOT_STATED
    corrected_since: Annotated[
        tuple[Position, ...],
        Field(description="the corrections of it that were approved since it was judged on"),
    ]


@answer("RecordedChoice")
class RecordedChoice(Answer):
    """The reading of an open point that was recorded."""

    event: Position
    choice: str | None
    reading: str | None


@answer("ReadingUsed")
class ReadingUsed(Answer):
    """An open point: the reading that was recorded, or the ledger's default."""

    point: str
    question: Words | NotStated = NOT_STATED
    default: Words | NotStated = NOT_STATED
    recorded: RecordedChoice | NotStated = NOT_STATED


@answer("RuleBroken")
class RuleBroken(Answer):
    """A rule, and why it would refuse."""

    rule: str
    why: str


@answer("ASearch")
class SearchShown(Answer):
    """What the rules counted or looked through: all that carried a tag and had one of the topics, up to a
    position; as it was believed then."""

    tag: str
    topics: tuple[str, ...]
    upto: Position
    found: Annotated[int, Field(ge=0)]
    facts: Annotated[tuple[FactShown, ...], Field(description=f"the first {MOST_SHOWN} of them")]


@answer("LaterEdition")
class LaterEdition(Answer):
    """What the newest editions of the rule books would say of the act at its place, and its own do not: the
    rules that it would break, or what it would have recorded otherwise, on the facts as they are believed."""

    rulebook: str
    broken: tuple[RuleBroken, ...]
    otherwise: tuple[str, ...]


@answer("Judgement", is_open=True)
class Judgement(Answer):
    """What judged an event, as far as it may be seen."""

    rulebook: str
    rules: tuple[RuleNamed, ...]
    facts: tuple[FactShown, ...]
    exceptions: tuple[FactShown, ...]
    readings: tuple[ReadingUsed, ...]
    unset: tuple[str, ...]
    searched: (
        Annotated[
            tuple[SearchShown, ...],
            Field(description="where you see all; else what of it you may see is among `facts`"),
        ]
        | NotStated
    ) = NOT_STATED
    later: (
        Annotated[LaterEdition, Field(description="where a rule book has a newer edition, and you see all")]
        | NotStated
    ) = NOT_STATED


@answer("Why")
class Why(Answer):
    """Why an event stands."""

    event: Position
    topic: str
    recorded_at: datetime
    effective: str | None
    actor: Actor | None
    basis: Document | None
    command: str | None
    sentence: Words
    judged: Judgement | None
    as_known: Position
    corrected_since: Annotated[
        tuple[Position, ...], Field(description="the corrections of it that were approved")
    ]
    questions: Annotated[
        tuple[Question, ...], Field(description="what called it into question, where you may see that")
    ]


async def why(eyes: Eyes, position: int, known: int) -> Why:
    """An event in words, what judged it, and the facts that the rules were shown, as far as a reader
    may see them; what of that was corrected since, as known at a position. Raises NoSuchEvent."""
    log = eyes.log
    found = await show_events(eyes, await log.at([position] if position <= known else []))
    if not found:
        raise NoSuchEvent(position)
    event, shown = found[0]
    return Why(
        event=position,
        topic=event.topic,
        recorded_at=event.recorded_at,
        effective=event.effective,
        actor=None if (who := actor(shown.said)) is NOT_STATED else who,
        basis=event.basis,
        command=shown.said.command,
        sentence=shown.sentence,
        judged=None if event.judged is None else await _judged(eyes, event, known),
        as_known=known,
        corrected_since=(await _approved(log, [position], known))[position],
        questions=tuple(await of_decision(eyes, position, known)),
    )


async def _approved(
    log: Log, positions: Iterable[int], known: int, after: int = 0
) -> dict[int, tuple[int, ...]]:
    """The corrections of each of these events, and of what corrects it, that were approved behind one
    position and up to another."""
    wanted = {EVENT(position): position for position in positions}
    topics = {CorrectionApproved.topic}
    query = Query(tuple(Selector.of(topics=topics, tags={tag}) for tag in sorted(wanted)))
    found = await log.read(query, after=after, until=known, limit=WHOLE) if wanted else []
    return {
        position: tuple(event.position for event in found if tag in event.tags)
        for tag, position in wanted.items()
    }


async def _judged(eyes: Eyes, event: Recorded, known: int) -> Judgement:
    told = cast("Mapping[str, list[str]]", event.judged)
    grounds = (await grounds_of(eyes.log.pool, [event])).get(event.position, Grounds())
    lifted = set(grounds.exceptions)
    facts = await _as_believed(eyes.log, {*grounds.facts, *lifted}, event.position - 1)
    searches = [(search, await _found(eyes.log, search)) for search in grounds.searched]
    named = {b.position for b in facts}
    if not eyes.reader.sees_all:
        for _, found in searches:
            facts += [b for b in found[:MOST_SHOWN] if b.position not in named]
            named |= {b.position for b in found[:MOST_SHOWN]}
        facts.sort(key=lambda b: b.position)
    looked_through = [b for _, found in searches for b in found[:MOST_SHOWN]]
    positions = (b.position for b in (*facts, *looked_through))
    since = await _approved(eyes.log, positions, known, after=event.position - 1)
    scored = (str(b.data["case"]) for b in facts if eyes.reader.cell(b.topic) == "closed")
    closed = await concluded(eyes.log, scored)
    seen = [(b, s) for b in facts if (s := _shown(eyes, b, closed)) is not None]
    searched = tuple(_search(eyes, search, found, since) for search, found in searches)
    return Judgement(
        rulebook=str(told.get("rulebook")),
        rules=tuple(rule_of(str(id_), event.editions) for id_ in told.get("rules", ())),
        facts=tuple(_fact(b, s, since) for b, s in seen if b.position not in lifted),
        exceptions=tuple(_fact(b, s, since) for b, s in seen if b.position in lifted),
        readings=tuple(_reading(str(point), facts) for point in told.get("readings", ())),
        unset=tuple(str(parameter) for parameter in told.get("unset", ())),
        searched=searched if searched and eyes.reader.sees_all else NOT_STATED,
        later=await _later(eyes, event, known) if eyes.reader.sees_all else NOT_STATED,
    )


async def _later(eyes: Eyes, event: Recorded, known: int) -> LaterEdition | NotStated:
    """What newer editions than those that judged an event would say of its act."""
    if not any(map(is_of_before, event.editions)):
        return NOT_STATED
    there = await gathered(eyes.log, lambda so_far: of_event(event.position, so_far), known)
    group = group_at(event.position, there)
    if not group:
        return NOT_STATED
    try:
        act = recast(group)
    except NotAnAct:
        return NOT_STATED
    place = min(stated.believed.position for stated in group)
    history = believed(there.values())
    was = judged_at(act, place, history, there)
    is_ = judged_at(act, place, history, there, newest=True)
    known_broken = {(b.rule, b.broken.entry) for b in was.broken}
    broken = [b for b in is_.broken if (b.rule, b.broken.entry) not in known_broken]
    own = [stated.believed.fact for stated in group if stated.believed.position == event.position]
    differs = [found for fact in own for found in otherwise(fact, was.facts, is_.facts) if not is_.broken]
    return LaterEdition(
        rulebook=newest_for(act.programme() or ""),
        broken=tuple(RuleBroken(rule=b.rule, why=say(b.broken.reason)) for b in broken),
        otherwise=tuple(say(found.reason) for found in differs),
    )


async def _found(log: Log, search: Searched) -> list[Believed]:
    """What a search found, as it was believed then: the log has not changed up to there."""
    wanted = Query((Selector.of(topics=search.topics, tags={search.tag}),))
    topics = {*search.topics, CorrectionApproved.topic}
    read = Query((Selector.of(topics=topics, tags={search.tag}),))
    events = await log.read(read, until=search.upto, limit=WHOLE)
    return sorted(matching(believed(events, known=search.upto), wanted), key=lambda b: b.position)


def _search(
    eyes: Eyes, search: Searched, found: Sequence[Believed], since: Mapping[int, tuple[int, ...]]
) -> SearchShown:
    shown = ((b, _shown(eyes, b, frozenset())) for b in found[:MOST_SHOWN])
    return SearchShown(
        tag=search.tag,
        topics=search.topics,
        upto=search.upto,
        found=search.found,
        facts=tuple(_fact(b, s, since) for b, s in shown if s is not None),
    )


def _shown(eyes: Eyes, b: Believed, closed: frozenset[str]) -> Shown | None:
    about = subjects_of(b.tags)
    return show(eyes.reader, eyes.names, Said.believed(b), about=about, closed=closed)


async def _as_believed(log: Log, positions: set[int], known: int) -> list[Believed]:
    """These facts as they were believed at a position: what the rules saw."""
    corrections = Query(tuple(Selector.of(tags={EVENT(p)}) for p in sorted(positions)))
    events = {event.position: event for event in await log.at(positions)}
    if positions:
        found = await log.read(corrections, until=known, limit=WHOLE)
        events |= {event.position: event for event in found}
    history = believed(events.values(), known=known)
    return sorted((b for b in history if b.position in positions), key=lambda b: b.position)


def _fact(b: Believed, shown: Shown, since: Mapping[int, tuple[int, ...]]) -> FactShown:
    return FactShown(
        event=b.position,
        topic=b.stated_topic,
        sentence=shown.sentence,
        settled_by=b.settled_by if b.settled_by != b.position else NOT_STATED,
        corrected_since=since[b.position],
    )


def _reading(id_: str, facts: Iterable[Believed]) -> ReadingUsed:
    recorded: RecordedChoice | NotStated = NOT_STATED
    for b in facts:
        if b.topic == ReadingRecorded.topic and b.data.get("point") == id_:
            choice, reading = b.data.get("choice"), b.data.get("reading")
            recorded = RecordedChoice(
                event=b.position, choice=cast("str | None", choice), reading=cast("str | None", reading)
            )
    point = POINTS.get(id_)
    return ReadingUsed(
        point=id_,
        question=NOT_STATED if point is None else point.question,
        default=NOT_STATED if point is None else point.default,
        recorded=recorded,
    )
