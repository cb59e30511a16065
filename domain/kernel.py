"""What a fact is: the page to read first.

An `Event` is a fact as its recorder states it; a `Recorded` event is the same fact at its place in
the log, with its bytes. A `Query` says which facts a reader wants, in the vocabulary of a dynamic
consistency boundary: an item names topics and tags; an event matches an item if its topic is one of
the topics (or none is named) and it carries all the tags; it matches a query if it matches an item.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, cast

import orjson

from domain.canonical import JSON, MAX_EVENT_BYTES, Object, TooLarge, encode, of_known_characters
from domain.dates import NotADate, parse

FORMAT = 2  # of what is written from now on; format 1 is read for ever
Bytes: TypeAlias = bytes

Role: TypeAlias = Literal[
    "ministry", "provincial-unit", "applicant", "reviewer", "administrator", "auditor", "public", "driver"
]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: never a person's name."""

    principal: str  # opaque id; two people are two principals
    role: Role
    unit: str  # the unit acted for: cn:420000, xpcc, miit, state-council

    def as_json(self) -> Object:
        return {"principal": self.principal, "role": self.role, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Document:
    """The document an act rests on; what is not known of it is absent."""

    number: str | None = None  # with 〔〕: 工信部信软〔2019〕63号
    title: str | None = None
    issuer: str | None = None
    signed: str | None = None  # EDTF
    published: str | None = None  # EDTF
    sha256: str | None = None  # of the file, where it is at hand
    number_words: str | None = None  # as it was given, where it is spelled otherwise (domain/documents.py)

    def as_json(self) -> Object:
        return {key: value for key in self.__slots__ if (value := getattr(self, key)) is not None}

    @staticmethod
    def from_json(value: Object) -> Document:
        """What is known of a stored document; a key of a later format is passed by."""
        stated = cast("dict[str, str]", value)
        return Document(**{key: stated[key] for key in Document.__slots__ if key in stated})


@dataclass(frozen=True, slots=True)
class Searched:
    """What was counted or looked through, and is not named one by one: the log up to a head does not change,
    so that whoever asks it again finds the same."""

    tag: str
    topics: tuple[str, ...]
    upto: int  # the head: the position before the act's first event
    found: int  # how many, as they were believed then

    def as_json(self) -> Object:
        return {"tag": self.tag, "topics": self.topics, "upto": self.upto, "found": self.found}


@dataclass(frozen=True, slots=True)
class Grounds:
    """On what an act was judged. It lies beside the log; the event holds a salted commitment to it, so that
    its bytes can be public while what it names is not."""

    facts: tuple[int, ...] = ()  # positions of what decided
    exceptions: tuple[int, ...] = ()  # positions of the exceptions that lifted a rule
    searched: tuple[Searched, ...] = ()

    def value(self) -> Bytes:
        """What is committed to, and kept: canonical JSON."""
        stated: dict[str, JSON] = {
            "exceptions": self.exceptions,
            "facts": self.facts,
            "searched": [search.as_json() for search in self.searched],
        }
        return encode(stated)

    @staticmethod
    def from_value(value: Bytes) -> Grounds:
        """Raises ValueError, KeyError, TypeError for what is none."""
        stated = orjson.loads(value)
        return Grounds(
            facts=tuple(map(int, stated["facts"])),
            exceptions=tuple(map(int, stated["exceptions"])),
            searched=tuple(
                Searched(str(s["tag"]), tuple(map(str, s["topics"])), int(s["upto"]), int(s["found"]))
                for s in stated["searched"]
            ),
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """By what an act was judged: rule ids, what filled a rule; and on what (None: nothing is recorded)."""

    rulebook: str
    rules: tuple[str, ...]
    readings: tuple[str, ...] = ()  # open points whose reading was used
    unset: tuple[str, ...] = ()  # parameters that no document has set, so that nobody judged by them
    grounds: Grounds | None = None

    def as_json(self) -> Object:
        """What stands in the event beside the commitment."""
        stated: dict[str, JSON] = {"rulebook": self.rulebook, "rules": self.rules}
        more: dict[str, JSON] = {"readings": self.readings, "unset": self.unset}
        return stated | {key: value for key, value in more.items() if value}


@dataclass(frozen=True, slots=True)
class Spelled:
    """An event's canonical text before `position` and behind `recorded_at`, which the log puts in; and what
    is kept beside it."""

    before: str
    after: str
    grounds: tuple[Bytes, Bytes] | None = None  # salt and value


def commitment(salt: Bytes, value: Bytes) -> Bytes:
    """What an event holds of a value that lies beside the log: SHA-256(salt || value)."""
    return hashlib.sha256(salt + value).digest()


@dataclass(frozen=True, slots=True)
class Event:
    """A fact as its recorder states it, before the log gives it a place."""

    topic: str
    tags: frozenset[str]
    data: Object
    actor: Actor
    basis: Document | None = None
    command: str | None = None  # id shared by the events of one act
    effective: str | None = None  # EDTF; absent: not known
    judged: Judged | None = None

    def spelled(self, salt: Bytes, grounds_salt: Bytes = b"") -> Spelled:
        """The canonical text, for the log to put position and time into.

        salts: 16 random bytes each, the second where something judged it. Raises NotCanonical, TooLarge.
        """
        before: dict[str, JSON] = {"actor": self.actor.as_json(), "data": self.data, "format": FORMAT}
        grounds: tuple[Bytes, Bytes] | None = None
        if self.basis is not None:
            before["basis"] = self.basis.as_json()
        if self.command is not None:
            before["command"] = self.command
        if self.effective is not None:
            before["effective"] = self.effective
        if self.judged is not None:
            before["judged"] = self.judged.as_json()
            if self.judged.grounds is not None:
                grounds = grounds_salt, self.judged.grounds.value()
                before["judged"] = {
                    **self.judged.as_json(),
                    "grounds": {"sealed": commitment(*grounds).hex()},
                }
        after: dict[str, JSON] = {"salt": salt.hex(), "tags": sorted(self.tags), "topic": self.topic}
        head, tail = encode(before), encode(after)
        if len(head) + len(tail) + 80 > MAX_EVENT_BYTES:
            raise TooLarge(
                "takes-too-many-bytes",
                topic=self.topic,
                bytes=len(head) + len(tail) + 80,
                most=MAX_EVENT_BYTES,
            )
        spelled = Spelled(head[:-1].decode() + ",", "," + tail[1:].decode(), grounds)
        of_known_characters(spelled.before, self.topic)
        of_known_characters(spelled.after, self.topic)
        return spelled


def editions_in(judged: Mapping[str, object] | None) -> tuple[str, ...]:
    """The editions of rule books that what is said of an event's judgement names: ledger/1 city-2019/1."""
    return tuple(str(judged.get("rulebook", "")).split()) if judged is not None else ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event at its place in the log."""

    position: int
    recorded_at: datetime  # UTC
    topic: str
    tags: frozenset[str]
    data: Object
    actor: Object
    basis: Document | None
    command: str | None
    effective: str | None
    judged: Object | None
    salt: str
    bytes: Bytes = field(repr=False)
    # What of the envelope cannot be read, and is empty here; what a door once took may be of any kind.
    flaw: str | None = None

    @property
    def editions(self) -> tuple[str, ...]:
        """The editions of rule books that judged it, as it names them; before they had names, none."""
        return editions_in(self.judged)

    @staticmethod
    def from_bytes(data: Bytes) -> Recorded:
        """Decode stored bytes, as far as they can be read; `flaw` says what cannot. That they are canonical
        is `verify`'s to check, not a reader's. Raises ValueError for what is no event at all."""
        try:
            stored = orjson.loads(data)
        except orjson.JSONDecodeError:
            stored = _around_its_data(data)
        flaws = [key for key, is_right in _KINDS if not is_right(stored.get(key))]
        for key in flaws:
            stored[key] = _NOTHING.get(key)
        basis = stored.get("basis")
        return Recorded(
            position=stored["position"],
            recorded_at=instant(stored["recorded_at"]),
            topic=str(stored["topic"]),
            tags=frozenset(stored["tags"]),
            data=stored["data"],
            actor=stored["actor"],
            basis=Document.from_json(basis) if basis is not None else None,
            command=stored.get("command"),
            effective=stored.get("effective"),
            judged=stored.get("judged"),
            salt=stored["salt"],
            bytes=data,
            flaw=f"{', '.join(flaws)}: of another kind than an event's" if flaws else None,
        )

    @staticmethod
    def provisional(event: Event, position: int, now: datetime) -> Recorded:
        """An event as it would stand at a place, before it is stored: without salt and bytes."""
        return Recorded(
            position=position,
            recorded_at=now,
            topic=event.topic,
            tags=event.tags,
            data=event.data,
            actor=event.actor.as_json(),
            basis=event.basis,
            command=event.command,
            effective=event.effective,
            judged=event.judged.as_json() if event.judged else None,
            salt="",
            bytes=b"",
        )


def _around_its_data(data: Bytes) -> dict[str, Any]:
    """An envelope whose data are too deep to be decoded, without them. Raises ValueError: it is none."""
    behind = data.rfind(b',"position":')
    return {"actor": None, "data": None, "format": 0, **orjson.loads(b"{" + data[behind + 1 :])}


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_a_date(value: object) -> bool:
    if not isinstance(value, str):
        return value is None
    try:
        parse(value)
    except NotADate:
        return False
    return True


def _is_document(value: object) -> bool:
    if value is None:
        return True
    return _is_of_texts(value) and all(
        _is_a_date(cast("Object", value).get(key)) for key in ("signed", "published")
    )


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_of_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _is_judged(value: object) -> bool:
    if not isinstance(value, dict):
        return value is None
    positions = (value.get(key, []) for key in ("exceptions", "facts"))
    return (
        isinstance(value.get("rulebook"), str)
        and all(_are_texts(value.get(key, [])) for key in ("rules", "readings", "unset"))
        and all(isinstance(at, list) and all(type(n) is int for n in at) for at in positions)
        and _is_of_texts(value.get("grounds", {}))
    )


# Of which kind the values of an envelope are, and what stands for one that is of another.
_KINDS: tuple[tuple[str, Callable[[object], bool]], ...] = (
    ("actor", lambda value: _is_of_texts(value) and cast("Object", value).keys() == set(Actor.__slots__)),
    ("basis", _is_document),
    ("command", _is_text),
    ("data", lambda value: isinstance(value, dict)),
    ("effective", _is_a_date),
    ("judged", _is_judged),
    ("tags", _are_texts),
)
_NOTHING: dict[str, Any] = {"actor": {"principal": "", "role": "", "unit": ""}, "data": {}, "tags": []}


def instant(text: str) -> datetime:
    """An RFC 3339 instant in UTC as the log writes it."""
    return datetime.fromisoformat(text).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Selector:
    """One item of a query."""

    topics: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    @staticmethod
    def of(*, topics: Iterable[str] = (), tags: Iterable[str] = ()) -> Selector:
        return Selector(frozenset(topics), frozenset(tags))

    def matches(self, topic: str, tags: frozenset[str]) -> bool:
        return (not self.topics or topic in self.topics) and self.tags <= tags

    def as_json(self) -> Mapping[str, list[str]]:
        return {"topics": sorted(self.topics), "tags": sorted(self.tags)}


@dataclass(frozen=True, slots=True)
class Query:
    """Which events a reader wants; no item at all means every event."""

    items: tuple[Selector, ...] = ()

    @staticmethod
    def joined(items: Iterable[Selector]) -> Query:
        """The same question with one item for each set of tags; no topic named means every topic."""
        topics: dict[frozenset[str], frozenset[str]] = {}
        for item in items:
            there = topics.get(item.tags, item.topics)
            every = not there or not item.topics
            topics[item.tags] = frozenset() if every else there | item.topics
        return Query(tuple(Selector(wanted, tags) for tags, wanted in topics.items()))

    @staticmethod
    def tagged(*tags: str) -> Query:
        """Events that carry all of these tags."""
        return Query((Selector.of(tags=tags),))

    def matches(self, topic: str, tags: frozenset[str]) -> bool:
        return not self.items or any(item.matches(topic, tags) for item in self.items)

    def as_json(self) -> list[Mapping[str, list[str]]]:
        return [item.as_json() for item in self.items]


EVERYTHING = Query()
