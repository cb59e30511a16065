"""Why an event stands: by which rules it was judged, on which facts, by which readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from domain.events import SealedValueErased, commitments
from domain.kernel import EVERYTHING, Query, Recorded, Selector
from domain.points import POINTS
from domain.programmes import PROGRAMMES
from domain.programmes.ledger import LEDGER
from domain.rules import Rulebook
from eventlog import sealed
from eventlog.log import Log
from projections.reading import JSONObject, sentence_of

if TYPE_CHECKING:
    from domain.canonical import Object


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
        told["judged"] = await _judged(log, event.judged)
    return told


async def _judged(log: Log, judged: Object) -> JSONObject:
    stated = cast("Mapping[str, Any]", judged)
    positions = sorted({*stated.get("facts", ()), *stated.get("exceptions", ())})
    facts = {event.position: event for event in await _at(log, positions)}
    return {
        "rulebook": stated.get("rulebook"),
        "rules": [_rule(id_) for id_ in stated.get("rules", ())],
        "facts": [_fact(facts[p]) for p in stated.get("facts", ()) if p in facts],
        "exceptions": [_fact(facts[p]) for p in stated.get("exceptions", ()) if p in facts],
        "readings": [_reading(point) for point in stated.get("readings", ())],
        "unset": list(stated.get("unset", ())),
    }


async def _at(log: Log, positions: Iterable[int]) -> list[Recorded]:
    events = []
    for position in positions:
        events += await log.read(EVERYTHING, after=position - 1, until=position, limit=1)
    return events


def _rule(id_: str) -> JSONObject:
    """A rule as this program knows it; an id of an older rule book stands alone."""
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
                "zh": first.chinese,
                "en": first.english,
            }
    return {"id": id_}


def _fact(event: Recorded) -> JSONObject:
    return {"event": event.position, "topic": event.topic, "sentence": sentence_of(event).as_json()}


def _reading(id_: str) -> JSONObject:
    point = POINTS.get(id_)
    if point is None:
        return {"point": id_}
    return {"point": id_, "question": point.question.as_json(), "default": point.default.as_json()}


async def with_sealed(log: Log, entries: list[JSONObject]) -> list[JSONObject]:
    """A history's entries with each sealed value beside its commitment, or the order that erased it."""
    held = sorted({text for entry in entries for text in commitments(entry["data"])})
    values = await sealed.opened(log.pool, held)
    gone = {}
    for text in held:
        if text not in values:
            orders = Selector.of(topics={SealedValueErased.topic}, tags={f"sealed:{text}"})
            for event in await log.read(Query((orders,)), limit=1):
                gone[text] = event.position

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
