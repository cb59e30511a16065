"""Why an event stands: by which rules it was judged, on which facts, by which readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from domain.access import Reader
from domain.events import CorrectionApproved, ReadingRecorded
from domain.history import Believed, believed
from domain.kernel import Query, Recorded, Selector
from domain.points import POINTS
from eventlog.log import WHOLE, Log
from projections.corrections import of_decision
from projections.rulebooks import rule_of
from projections.shown import JSONObject, Shown, concluded, show, show_events, subjects_of


class NoSuchEvent(LookupError):
    """The log has no event at that position (yet)."""


async def why(log: Log, reader: Reader, position: int, known: int) -> JSONObject:
    """An event in words, what judged it, and the facts that the rules were shown, as far as a reader
    may see them; what of that was corrected since, as known at a position. Raises NoSuchEvent."""
    found = await show_events(log, reader, await log.at([position] if position <= known else []))
    if not found:
        raise NoSuchEvent(f"there is no event {position} for you to see")
    event, shown = found[0]
    told: JSONObject = {
        "event": position,
        "topic": event.topic,
        "recorded_at": event.recorded_at,
        "effective": event.effective,
        "actor": shown.content.get("actor"),
        "basis": event.basis.as_json() if event.basis else None,
        "command": shown.content.get("command"),
        "sentence": shown.sentence.as_json(),
        "judged": None,
        "as_known": known,
        "corrected_since": (await _approved(log, [position], known))[position],
        "questions": await of_decision(log, reader, position, known),
    }
    if event.judged is not None:
        told["judged"] = await _judged(log, reader, event, known)
    return told


async def _approved(
    log: Log, positions: Iterable[int], known: int, after: int = 0
) -> dict[int, list[int]]:
    """The corrections of each of these events, and of what corrects it, that were approved behind one
    position and up to another."""
    wanted = {f"event:{position}": position for position in positions}
    query = Query(
        tuple(Selector.of(topics={CorrectionApproved.topic}, tags={tag}) for tag in sorted(wanted))
    )
    found = await log.read(query, after=after, until=known, limit=WHOLE) if wanted else []
    return {
        position: [event.position for event in found if tag in event.tags]
        for tag, position in wanted.items()
    }


async def _judged(log: Log, reader: Reader, event: Recorded, known: int) -> JSONObject:
    stated = cast("Mapping[str, Any]", event.judged)
    lifted = stated.get("exceptions", ())
    facts = await _as_believed(log, {*stated.get("facts", ()), *lifted}, event.position - 1)
    since = await _approved(log, (b.position for b in facts), known, after=event.position - 1)
    closed = await concluded(
        log, (str(b.data["case"]) for b in facts if reader.cell(b.topic) == "closed")
    )
    seen = [(b, s) for b in facts if (s := _shown(reader, b, closed)) is not None]
    return {
        "rulebook": stated.get("rulebook"),
        "rules": [rule_of(id_) for id_ in stated.get("rules", ())],
        "facts": [_fact(b, s, since) for b, s in seen if b.position not in lifted],
        "exceptions": [_fact(b, s, since) for b, s in seen if b.position in lifted],
        "readings": [_reading(point, facts) for point in stated.get("readings", ())],
        "unset": list(stated.get("unset", ())),
    }


def _shown(reader: Reader, b: Believed, closed: frozenset[str]) -> Shown | None:
    content: JSONObject = {"data": b.data, "effective": b.effective}
    if b.basis is not None:
        content["basis"] = b.basis.as_json()
    return show(reader, b.topic, content, about=subjects_of(b.tags), closed=closed)


async def _as_believed(log: Log, positions: set[int], known: int) -> list[Believed]:
    """These facts as they were believed at a position: what the rules saw."""
    corrections = Query(tuple(Selector.of(tags={f"event:{p}"}) for p in sorted(positions)))
    events = {event.position: event for event in await log.at(positions)}
    if positions:
        found = await log.read(corrections, until=known, limit=WHOLE)
        events |= {event.position: event for event in found}
    history = believed(events.values(), known=known)
    return sorted((b for b in history if b.position in positions), key=lambda b: b.position)


def _fact(b: Believed, shown: Shown, since: Mapping[int, list[int]]) -> JSONObject:
    told: JSONObject = {
        "event": b.position,
        "topic": b.topic,
        "sentence": shown.sentence.as_json(),
        "corrected_since": since[b.position],
    }
    if b.settled_by != b.position:
        told["settled_by"] = b.settled_by
    return told


def _reading(id_: str, facts: Iterable[Believed]) -> JSONObject:
    """An open point: the reading that was recorded, or the ledger's default."""
    told: JSONObject = {"point": id_}
    if (point := POINTS.get(id_)) is not None:
        told |= {"question": point.question.as_json(), "default": point.default.as_json()}
    for b in facts:
        if b.topic == ReadingRecorded.topic and b.data.get("point") == id_:
            told["recorded"] = {
                "event": b.position,
                "choice": b.data.get("choice"),
                "reading": b.data.get("reading"),
            }
    return told
