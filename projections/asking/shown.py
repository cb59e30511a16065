"""A fact as a reader may see it, without anything that the table of access withholds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import cast

import orjson

from domain.access import ENVELOPE, Reader, fields_of, own_subjects
from domain.canonical import JSON, Object
from domain.cases import Case, NotACase
from domain.dates import may_have_come
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
from domain.history import Believed, believed
from domain.kernel import EVERYTHING, Actor, Document, Query, Recorded, Selector
from domain.rules import EVER, Words
from domain.subjects import is_entity
from domain.tags import CASE, DESIGNATION, ENTITY, ENTRY, SEALED, SEAT, SUBJECT, of_kinds, parsed
from eventlog import sealed
from eventlog.log import PAGE, WHOLE, Log
from projections.asking.standpoint import Eyes
from projections.words.language import LANGUAGES, say
from projections.words.names import Register
from projections.words.sentences import tell

_WITHHELD = "—"


@dataclass(frozen=True, slots=True)
class Said:
    """The content of an event, as stored or as believed; None or empty where it is not available."""

    topic: str
    data: Object
    tags: tuple[str, ...] = ()
    effective: str | None = None
    basis: Document | None = None
    actor: Object | None = None
    command: str | None = None
    judged: Object | None = None
    place: int = EVER  # its position in the log
    cited: tuple[str, ...] = ()  # the editions that judged it

    @staticmethod
    def stored(event: Recorded) -> Said:
        """An event as it was recorded."""
        return Said(
            topic=event.topic,
            data=event.data,
            tags=tuple(sorted(event.tags)),
            effective=event.effective,
            basis=event.basis,
            actor=event.actor,
            command=event.command,
            judged=event.judged,
            place=event.position,
            cited=event.editions,
        )

    @staticmethod
    def believed(b: Believed) -> Said:
        """An event as it is believed; the actor, the command and the judgement are not available."""
        tags = tuple(sorted(b.tags))
        return Said(
            topic=b.stated_topic,
            data=b.data,
            tags=tags,
            effective=b.effective,
            basis=b.basis,
            place=b.position,
            cited=b.cited,
        )


@dataclass(frozen=True)
class Shown:
    """What of a fact is shown to somebody."""

    said: Said  # without what is withheld
    withheld: tuple[str, ...]  # the fields that are not shown: `actor`, `reviewer`, `judged.facts`
    opens: frozenset[str]  # the commitments whose values may be shown too
    whole: Said = field(repr=False)  # only to make the sentence, which leaves out what is withheld
    names: Register = field(repr=False)

    @cached_property
    def sentence(self) -> Words:
        """The fact in words, without the withheld fields."""
        return sentence(self.whole, self.withheld, self.names)


def show(
    reader: Reader, names: Register, said: Said, *, about: Iterable[str], closed: Collection[str] = ()
) -> Shown | None:
    """What a reader may see of a fact; None if nothing.

    about: the subjects it concerns. closed: the cases whose review is concluded.
    """
    data = said.data
    author = data.get("reviewer") or data.get("principal") or (said.actor or {}).get("principal")
    is_closed = str(data.get("case")) in closed
    subjects = tuple(about)
    sight = reader.sight(said.topic, subjects, author, closed=is_closed)
    if sight is None:
        return None
    of = {
        field: reader.sight(said.topic, subjects, author, closed=is_closed, field=field)
        for field in fields_of(said.topic)
    }
    withheld = tuple(f for f, shown in of.items() if shown is None and _may_be_there(said, f))
    opens: set[str] = set()
    if sight == "open":
        kept = {field: value for field, value in data.items() if of.get(field, "open") == "open"}
        opens = set(commitments(kept))
    return Shown(_without(said, withheld), withheld, frozenset(opens), said, names)


def is_shown(eyes: Eyes, b: Believed) -> bool:
    """Whether a reader may see anything of an event as believed. Every review is taken to be still open, so
    facts shown only after its conclusion do not count."""
    about = subjects_of(b.tags)
    return show(eyes.reader, eyes.names, Said.believed(b), about=about) is not None


def subjects_of(tags: Iterable[str]) -> tuple[str, ...]:
    """Whom a fact is about, from its tags: the ids of subjects, and the `seat` tags, which say in which
    division a project, town or zone lies."""
    kept = ((tag, SUBJECT.says(tag), SEAT.says(tag)) for tag in tags)
    return tuple(subject or tag for tag, subject, seat in kept if subject or seat)


def _may_be_there(said: Said, field: str) -> bool:
    """Whether a fact of this kind may have the field; that this very fact has it is not revealed. An event
    with one of `judged.facts` and `judged.exceptions` may have both; one with neither withholds neither."""
    match field:
        case "actor":
            return said.actor is not None
        case "command":
            return said.command is not None
        case _ if field in ENVELOPE:
            return bool({"facts", "exceptions"} & (said.judged or {}).keys())
    return True


def _without(said: Said, withheld: Collection[str]) -> Said:
    """The same without these fields, and without a tag that names one."""
    if not withheld:
        return said
    hidden = {field.partition(".")[2] for field in withheld if field.startswith("judged.")}
    judged = said.judged
    if judged is not None:
        judged = {key: value for key, value in judged.items() if key not in hidden}
    gone = {text for field in withheld for text in strings_in(said.data.get(field))}
    return replace(
        said,
        data={key: value for key, value in said.data.items() if key not in withheld},
        actor=None if "actor" in withheld else said.actor,
        command=None if "command" in withheld else said.command,
        judged=judged,
        tags=tuple(tag for tag in said.tags if parsed(tag)[1] not in gone),
    )


def left_of(event: Recorded, shown: Shown) -> bytes:
    """The event's bytes as they are hashed; if anything is withheld, the rest as JSON with a list of the
    withheld fields. The salt is left out too: with it, guesses could be checked against the hash."""
    if not shown.withheld:
        return event.bytes
    stored: dict[str, object] = orjson.loads(event.bytes)
    said = shown.said
    left = {"data": said.data, "tags": said.tags, "actor": said.actor, "command": said.command}
    left |= {"judged": said.judged, "salt": None, "withheld": shown.withheld}
    whole = {key: value for key, value in {**stored, **left}.items() if value is not None}
    return orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)


def strings_in(value: object) -> Iterator[str]:
    """Every text in data, however deep."""
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from strings_in(item)
        case list() | tuple():
            for item in value:
                yield from strings_in(item)


def sentence(said: Said, withheld: Collection[str], names: Register) -> Words:
    """An event in words, without the withheld fields."""
    try:
        fact = _blank(decode(said.topic, said.data), withheld)
        return tell(fact, said.effective, said.basis, names, said.place, said.cited)
    except UnknownTopic:
        return Words(f"（未知事项：{said.topic}）", f"(a fact of a kind not known here: {said.topic})")
    except NotThatFact as error:
        chinese, english = (say(error, names, of) for of in LANGUAGES)
        return Words(f"（无法读解：{chinese}）", f"(it cannot be read: {english})")


def _blank(fact: Fact, withheld: Collection[str]) -> Fact:
    """A copy of the fact with these fields emptied; it serves to make a sentence and is never recorded."""
    blank = copy(fact)
    for of in fields(fact):  # type: ignore[arg-type]
        if of.name in withheld:
            nothing = of.default if of.default is not MISSING else _WITHHELD
            object.__setattr__(blank, of.name, nothing)
    return blank


# --------------------------------------------------------------- out of the log


async def show_events(
    eyes: Eyes, events: Iterable[Recorded], tags: Collection[str] = ()
) -> list[tuple[Recorded, Shown]]:
    """The events that a reader may see and whose visible tags include all of `tags`, in order."""
    given = list(events)
    reader = eyes.reader
    scored = (str(e.data.get("case")) for e in given if reader.cell(e.topic) == "closed")
    closed = await concluded(eyes.log, scored)
    found = []
    for event in given:
        about = subjects_of(event.tags)
        shown = show(reader, eyes.names, Said.stored(event), about=about, closed=closed)
        if shown is not None and set(tags) <= set(shown.said.tags):
            found.append((event, shown))
    return found


async def concluded(log: Log, cases: Iterable[str]) -> frozenset[str]:
    """The cases among these whose review is concluded, as believed now."""
    wanted = frozenset(cases)
    if not wanted:
        return frozenset()
    of_them = Query(tuple(Selector.of(tags={CASE(case)}) for case in wanted))
    found = believed(await log.read(of_them, limit=WHOLE))
    reviewed = (str(b.data["case"]) for b in found if b.topic == ReviewConcluded.topic)
    return frozenset(reviewed) & wanted


def query_for(reader: Reader, topics: Collection[str], tags: Collection[str]) -> Query | None:
    """The query for the events with these topics and tags that a reader may see; None if there are none.

    It may also find events that the reader may not see; `show_events` leaves them out.
    """
    if reader.sees_all:
        return Query((Selector.of(topics=topics, tags=tags),)) if topics or tags else EVERYTHING
    wanted = frozenset(topics) or frozenset(TOPICS)
    items = []
    if everywhere := wanted & reader.topics("see", "open", "self", "closed"):
        items.append(Selector.of(topics=everywhere, tags=tags))
    if own := wanted & reader.topics("own"):
        mine = {SUBJECT(about) for about in own_subjects(reader.actor)}
        if named := _named(tags):  # another's case is not even looked for
            mine &= named
        mine |= set(_of_projects(reader.actor))
        items += [Selector.of(topics=own, tags={*tags, tag}) for tag in mine]
    return Query(tuple(items)) if items else None


def _of_projects(actor: Actor) -> Iterator[str]:
    """The tags by which an actor's projects, towns and zones are found: those of the divisions in which they
    lie for a provincial unit, that of the entity for an entity."""
    if actor.role == "provincial-unit":
        yield from (SEAT(about) for about in own_subjects(actor))
    elif is_entity(actor.unit):
        yield ENTITY(actor.unit)


def _named(tags: Iterable[str]) -> set[str]:
    """The subject tags of all subjects that these tags name, directly or within a case, entry or title."""
    given = list(tags)
    found = set(of_kinds(given, SUBJECT))
    for kind in (CASE, ENTRY, DESIGNATION):
        for id_ in kind.among(given):
            with suppress(NotACase):
                found.add(SUBJECT(Case.parse(id_).subject))
    return found


async def read_shown(
    eyes: Eyes,
    topics: Collection[str],
    tags: Collection[str],
    *,
    after: int,
    until: int,
    limit: int,
    backwards: bool,
    as_of: date | None = None,
) -> list[tuple[Recorded, Shown]]:
    """At most `limit` events that a reader may see, after < position <= until, in order.

    as_of: only events that may have taken effect by that day; corrections of their dates do not count.
    """
    found: list[tuple[Recorded, Shown]] = []
    query = query_for(eyes.reader, topics, tags)
    size = min(PAGE, limit) if eyes.reader.sees_all and as_of is None else PAGE
    while query is not None and after < until and len(found) < limit:
        events = await eyes.log.read(query, after=after, until=until, limit=size, backwards=backwards)
        by_then = [event for event in events if as_of is None or may_have_come(event.effective, as_of)]
        found += await show_events(eyes, by_then, tags)
        if len(events) < size:
            break
        if backwards:
            until = events[-1].position - 1
        else:
            after = events[-1].position
    return found[:limit]


# ------------------------------------------------------------------ sealed values


async def opened(log: Log, facts: Iterable[Shown]) -> list[Object]:
    """The data of these facts; beside each commitment that may be opened stands its value, or the position
    of the order that erased the value."""
    given = list(facts)
    held = sorted({text for shown in given for text in shown.opens})
    topics = {SealedValueErased.topic}
    orders = Query(tuple(Selector.of(topics=topics, tags={SEALED(text)}) for text in held))
    erased = await log.read(orders, limit=WHOLE) if held else []
    gone = {str(order.data.get("sealed")): order.position for order in erased}
    values = await sealed.opened(log.pool, held)

    def open_all(data: JSON, opens: frozenset[str]) -> JSON:
        if isinstance(data, Mapping):
            if data.keys() == {"sealed"} and str(data["sealed"]) in opens:
                return {**data, **_value(str(data["sealed"]), values, gone)}
            return {key: open_all(item, opens) for key, item in data.items()}
        return [open_all(item, opens) for item in data] if isinstance(data, list) else data

    return [cast("Object", open_all(shown.said.data, shown.opens)) for shown in given]


def _value(text: str, values: Mapping[str, bytes], gone: Mapping[str, int]) -> Object:
    """A sealed value as text; else its size in bytes, the order that erased it, or that it is missing."""
    if text in gone:
        return {"erased_by": gone[text]}
    if text not in values:
        return {"missing": True}
    try:
        return {"value": values[text].decode()}
    except UnicodeDecodeError:
        return {"bytes": len(values[text])}
