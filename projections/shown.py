"""A fact as a reader may see it: what the table of access withholds is not in it, in no form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Any

import orjson

from domain.access import ENVELOPE, Reader, fields_of, own_subjects
from domain.cases import Case, NotACase
from domain.dates import parse
from domain.events import (
    TOPICS,
    Fact,
    NotThatFact,
    ReviewConcluded,
    SealedValueErased,
    UnknownTopic,
    commitments,
    decode,
)
from domain.history import believed
from domain.kernel import EVERYTHING, Actor, Document, Query, Recorded, Selector
from domain.rules import Words
from domain.subjects import is_entity
from eventlog import sealed
from eventlog.log import PAGE, WHOLE, Log
from projections.sentences_of_cases import tell

JSONObject = dict[str, Any]
_SUBJECT, _SEAT, _WITHHELD = "subject:", "seat:", "—"


@dataclass(frozen=True)
class Shown:
    """What of a fact is shown to somebody."""

    topic: str
    content: JSONObject  # its JSON without what is withheld
    withheld: tuple[str, ...]  # the fields that are not shown: `actor`, `reviewer`, `judged.facts`
    opens: frozenset[str]  # the commitments whose values may be shown too
    whole: Mapping[str, Any] = field(repr=False)  # for its sentence, which tells nothing withheld

    @cached_property
    def sentence(self) -> Words:
        """What is told of it in words; of a withheld field nothing is."""
        return _sentence(self.topic, self.whole, self.withheld)

    def as_json(self) -> JSONObject:
        """With its sentence, and the names of what is withheld, where anything is."""
        told = {**self.content, "sentence": self.sentence.as_json()}
        return {**told, "withheld": list(self.withheld)} if self.withheld else told


def show(
    reader: Reader, topic: str, content: Mapping[str, Any], *, about: Iterable[str],
    closed: Collection[str] = (),
) -> Shown | None:  # fmt: skip
    """A fact for a reader; None: nothing of it.

    content: data, and whatever of the envelope is at hand. about: the subjects it concerns.
    closed: the cases whose review is concluded.
    """
    data = content["data"]
    author = (
        data.get("reviewer") or data.get("principal") or content.get("actor", {}).get("principal")
    )
    seen = {"author": author, "closed": data.get("case") in closed}
    subjects = tuple(about)
    sight = reader.sight(topic, subjects, **seen)
    if sight is None:
        return None
    of = {field: reader.sight(topic, subjects, **seen, field=field) for field in fields_of(topic)}
    withheld = tuple(f for f, shown in of.items() if shown is None and _may_be_there(content, f))
    opens: set[str] = set()
    if sight == "open":
        kept = {field: value for field, value in data.items() if of.get(field, "open") == "open"}
        opens = set(commitments(kept))
    return Shown(topic, _without(content, withheld), withheld, frozenset(opens), content)


def subjects_of(tags: Iterable[str]) -> tuple[str, ...]:
    """Whom a fact is about, by its tags."""
    return tuple(
        tag.removeprefix(_SUBJECT) for tag in tags if tag.startswith((_SUBJECT, _SEAT))
    )  # fmt: skip


def _may_be_there(content: Mapping[str, Any], field: str) -> bool:
    """Whether a fact of this kind may hold the field: that this one does is not told. What was judged
    by facts may have been judged by exceptions, too; what was judged by neither holds nothing back."""
    if field not in ENVELOPE:
        return True
    outer, _, inner = field.partition(".")
    return outer in content and (
        not inner or bool({"facts", "exceptions"} & set(content[outer] or {}))
    )


def _without(content: Mapping[str, Any], withheld: Collection[str]) -> JSONObject:
    """The same without these fields, without a tag that names one, and without the salt: with it, a
    guess of what is withheld could be held against the event's hash."""
    if not withheld:
        return dict(content)
    told = {key: value for key, value in content.items() if key not in {"salt", *withheld}}
    told["data"] = {key: value for key, value in content["data"].items() if key not in withheld}
    if told.get("judged"):
        hidden = {field.partition(".")[2] for field in withheld if field.startswith("judged.")}
        told["judged"] = {k: v for k, v in content["judged"].items() if k not in hidden}
    if "tags" in content:
        gone = {v for field in withheld for v in _strings(content["data"].get(field))}
        told["tags"] = [tag for tag in content["tags"] if tag.partition(":")[2] not in gone]
    return told


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from _strings(item)
        case list() | tuple():
            for item in value:
                yield from _strings(item)


def _sentence(topic: str, content: Mapping[str, Any], withheld: Collection[str]) -> Words:
    basis = content.get("basis")
    document = Document.from_json(basis) if basis else None
    try:
        fact = _blank(decode(topic, content["data"]), withheld)
        return tell(fact, content.get("effective"), document)
    except UnknownTopic:
        return Words(f"（未知事项：{topic}）", f"(a fact of a kind not known here: {topic})")
    except NotThatFact as error:
        return Words(f"（无法读解：{error}）", f"(it cannot be read: {error})")


def _blank(fact: Fact, withheld: Collection[str]) -> Fact:
    """The same fact with nothing in these fields, for its sentence; not to be recorded."""
    blank = copy(fact)
    for of in fields(fact):  # type: ignore[arg-type]
        if of.name in withheld:
            nothing = of.default if of.default is not MISSING else _WITHHELD
            object.__setattr__(blank, of.name, nothing)
    return blank


# --------------------------------------------------------------- out of the log


def stored(event: Recorded) -> JSONObject:
    """An event as it is stored, decoded."""
    decoded: JSONObject = orjson.loads(event.bytes)
    return decoded


async def show_events(
    log: Log, reader: Reader, events: Iterable[Recorded], tags: Collection[str] = ()
) -> list[tuple[Recorded, Shown]]:
    """Those of these events that a reader may see, and whose tags, as far as they may be seen, are
    among them all of these; in order."""
    given = list(events)
    closed = await concluded(
        log, (str(e.data.get("case")) for e in given if reader.cell(e.topic) == "closed")
    )
    return [
        (event, shown)
        for event in given
        if (shown := show(
            reader, event.topic, stored(event), about=subjects_of(event.tags), closed=closed
        ))
        and set(tags) <= set(shown.content["tags"])
    ]  # fmt: skip


async def concluded(log: Log, cases: Iterable[str]) -> frozenset[str]:
    """Those of these cases whose review is concluded, as it is believed now."""
    wanted = frozenset(cases)
    if not wanted:
        return frozenset()
    found = await log.read(
        Query(tuple(Selector.of(tags={f"case:{case}"}) for case in wanted)), limit=WHOLE
    )
    return (
        frozenset(str(b.data["case"]) for b in believed(found) if b.topic == ReviewConcluded.topic)
        & wanted
    )


def query_for(reader: Reader, topics: Collection[str], tags: Collection[str]) -> Query | None:
    """Where to look for what a reader may see of what is asked for; None: nowhere.

    What is found may still hold some that is not theirs; `show_events` leaves it out.
    """
    if reader.sees_all:
        return Query((Selector.of(topics=topics, tags=tags),)) if topics or tags else EVERYTHING
    wanted = frozenset(topics) or frozenset(TOPICS)
    items = []
    if everywhere := wanted & reader.topics("see", "open", "self", "closed"):
        items.append(Selector.of(topics=everywhere, tags=tags))
    if own := wanted & reader.topics("own"):
        mine = {f"{_SUBJECT}{about}" for about in own_subjects(reader.actor)}
        if named := _named(tags):  # another's case is not even looked for
            mine &= named
        mine |= set(_of_projects(reader.actor))
        items += [Selector.of(topics=own, tags={*tags, tag}) for tag in mine]
    return Query(tuple(items)) if items else None


def _of_projects(actor: Actor) -> Iterator[str]:
    """By which tags the projects, towns and zones of an actor are found: where they lie, whose they are."""
    if actor.role == "provincial-unit":
        yield from (f"{_SEAT}{about}" for about in own_subjects(actor))
    elif is_entity(actor.unit):
        yield f"entity:{actor.unit}"


def _named(tags: Iterable[str]) -> set[str]:
    """The tags of the subjects that tags name by themselves or by a case; empty: none."""
    found = {tag for tag in tags if tag.startswith(_SUBJECT)}
    for tag in tags:
        prefix, _, rest = tag.partition(":")
        if prefix in {"case", "entry", "designation"}:
            with suppress(NotACase):
                found.add(f"{_SUBJECT}{Case.parse(rest).subject}")
    return found


async def read_shown(
    log: Log, reader: Reader, topics: Collection[str], tags: Collection[str], *,
    after: int, until: int, limit: int, backwards: bool, as_of: date | None = None,
) -> list[tuple[Recorded, Shown]]:  # fmt: skip
    """At most `limit` events that a reader may see, after < position <= until, in order; as_of: those
    only that may have taken effect by that day, as they were recorded."""
    found: list[tuple[Recorded, Shown]] = []
    query = query_for(reader, topics, tags)
    while query is not None and after < until and len(found) < limit:
        size = min(PAGE, limit) if reader.sees_all and as_of is None else PAGE
        events = await log.read(query, after=after, until=until, limit=size, backwards=backwards)
        by_then = [event for event in events if as_of is None or taken_by(event, as_of)]
        found += await show_events(log, reader, by_then, tags)
        if len(events) < size:
            break
        if backwards:
            until = events[-1].position - 1
        else:
            after = events[-1].position
    return found[:limit]


def taken_by(event: Recorded, day: date) -> bool:
    """Whether an event may have taken effect by a day; what states no day may have."""
    if event.effective is None:
        return True
    earliest = parse(event.effective).earliest
    return earliest is None or earliest <= day


# ------------------------------------------------------------------ sealed values


async def opened(log: Log, facts: Iterable[Shown]) -> list[JSONObject]:
    """These facts with each sealed value that may be opened beside its commitment, or the order that
    erased it."""
    given = list(facts)
    held = sorted({text for shown in given for text in shown.opens})
    orders = Query(tuple(
        Selector.of(topics={SealedValueErased.topic}, tags={f"sealed:{text}"}) for text in held
    ))  # fmt: skip
    erased = await log.read(orders, limit=WHOLE) if held else []
    gone = {str(order.data["sealed"]): order.position for order in erased}
    values = await sealed.opened(log.pool, held)

    def open_all(data: Any, opens: frozenset[str]) -> Any:
        if isinstance(data, dict) and data.keys() == {"sealed"} and data["sealed"] in opens:
            return {**data, **_value(data["sealed"], values, gone)}
        if isinstance(data, dict):
            return {key: open_all(item, opens) for key, item in data.items()}
        return [open_all(item, opens) for item in data] if isinstance(data, list) else data

    return [
        {**shown.as_json(), "data": open_all(shown.content["data"], shown.opens)} for shown in given
    ]


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
