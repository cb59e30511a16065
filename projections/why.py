"""Why an event stands: by which rules it was judged, on which facts, by which readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from domain.events import ReadingRecorded, SealedValueErased, commitments
from domain.history import Believed, believed
from domain.kernel import Query, Recorded, Selector
from domain.points import POINTS
from domain.programmes import PROGRAMMES
from domain.programmes.ledger import LEDGER
from domain.rules import Rulebook
from eventlog import sealed
from eventlog.log import Log
from projections.reading import JSONObject, sentence_of, sentence_of_believed

_WHOLE = 2**31 - 1


class NoSuchEvent(LookupError):
    """The log has no event at that position (yet)."""


async def why(log: Log, position: int) -> JSONObject:
    """An event in words, what judged it, and the facts that the rules were shown. Raises NoSuchEvent."""
    found = await log.read(after=position - 1, until=position, limit=1)
    if not found:
        raise NoSuchEvent(f"there is no event {position}")
    event = found[0]
    told: JSONObject = {
        "event": position,
        "topic": event.topic,
        "recorded_at": event.recorded_at,
        "effective": event.effective,
        "actor": event.actor,
        "basis": event.basis.as_json() if event.basis else None,
        "command": event.command,
        "sentence": sentence_of(event).as_json(),
        "judged": None,
    }
    if event.judged is not None:
        told["judged"] = await _judged(log, event)
    return told


async def _judged(log: Log, event: Recorded) -> JSONObject:
    stated = cast("Mapping[str, Any]", event.judged)
    lifted = stated.get("exceptions", ())
    facts = await _as_believed(log, {*stated.get("facts", ()), *lifted}, event.position - 1)
    return {
        "rulebook": stated.get("rulebook"),
        "rules": [_rule(id_) for id_ in stated.get("rules", ())],
        "facts": [_fact(b) for b in facts if b.position not in lifted],
        "exceptions": [_fact(b) for b in facts if b.position in lifted],
        "readings": [_reading(point, facts) for point in stated.get("readings", ())],
        "unset": list(stated.get("unset", ())),
    }


async def _as_believed(log: Log, positions: set[int], known: int) -> list[Believed]:
    """These facts as they were believed at a position: what the rules saw."""
    corrections = Query(tuple(Selector.of(tags={f"event:{p}"}) for p in sorted(positions)))
    events = {event.position: event for event in await log.at(positions)}
    if positions:
        found = await log.read(corrections, until=known, limit=_WHOLE)
        events |= {event.position: event for event in found}
    history = believed(events.values(), known=known)
    return sorted((b for b in history if b.position in positions), key=lambda b: b.position)


def _rule(id_: str) -> JSONObject:
    """A rule as this program knows it, all its parts; an id of an older rule book stands alone."""
    books: list[Rulebook] = [LEDGER, *PROGRAMMES.values()]
    for book in books:
        parts = [rule for rule in book.rules if rule.id == id_]
        if parts:
            first = parts[0]
            return {
                "id": id_,
                "document": book.instrument or book.id,
                "article": first.article,
                "strength": first.strength,
                "zh": " ".join(dict.fromkeys(part.chinese for part in parts)),
                "en": " ".join(dict.fromkeys(part.english for part in parts)),
            }
    return {"id": id_}


def _fact(b: Believed) -> JSONObject:
    told: JSONObject = {
        "event": b.position,
        "topic": b.topic,
        "sentence": sentence_of_believed(b).as_json(),
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


async def with_sealed(log: Log, entries: list[JSONObject]) -> list[JSONObject]:
    """A history's entries with each sealed value beside its commitment, or the order that erased it."""
    held = sorted({text for entry in entries for text in commitments(entry["data"])})
    orders = Query(tuple(
        Selector.of(topics={SealedValueErased.topic}, tags={f"sealed:{text}"}) for text in held
    ))  # fmt: skip
    erased = await log.read(orders, limit=_WHOLE) if held else []
    gone = {str(order.data["sealed"]): order.position for order in erased}
    values = await sealed.opened(log.pool, held)

    def opened(data: Any) -> Any:
        if isinstance(data, dict) and data.keys() == {"sealed"} and isinstance(data["sealed"], str):
            return {**data, **_value(data["sealed"], values, gone)}
        if isinstance(data, dict):
            return {key: opened(item) for key, item in data.items()}
        return [opened(item) for item in data] if isinstance(data, list) else data

    return [{**entry, "data": opened(entry["data"])} for entry in entries]


def _value(text: str, values: Mapping[str, bytes], gone: Mapping[str, int]) -> JSONObject:
    """What is there of a sealed value."""
    if text in gone:
        return {"erased_by": gone[text]}
    if text not in values:
        return {"missing": True}
    try:
        return {"value": values[text].decode()}
    except UnicodeDecodeError:
        return {"bytes": len(values[text])}
