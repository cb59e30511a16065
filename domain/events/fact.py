"""What all facts share: a topic, strict types, tags declared once, data as canonical JSON takes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import field, replace
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar, cast, dataclass_transform

import orjson
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, ValidationInfo
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails

from domain.canonical import Object
from domain.cases import Case, NotACase, is_an_id
from domain.dates import a_day, parse
from domain.kernel import Document
from domain.malformed import Malformed
from domain.messages import Told
from domain.reasons import Reason, because

STRICT = ConfigDict(
    extra="forbid",
    strict=True,
    ser_json_bytes="base64",
    val_json_bytes="base64",
    defer_build=True,  # a command of the command line needs few of all kinds
)


_LONGEST_DATE, _LONGEST_WORDS = 200, 2_000


def _edtf(text: str) -> str:
    parse(text)
    return text


def _day(text: str) -> str:
    a_day(text)
    return text


def _case(text: str) -> str:
    Case.parse(text)
    return text


def _entry(text: str) -> str:
    if Case.parse(text).number != 1:
        raise NotACase("names-a-later-application", text=text)
    return text


def a_subject(text: str) -> str:
    """What has the form of a subject's id."""
    if not is_an_id(text):
        raise Malformed("is-no-id-of-a-subject", text=text)
    return text


class Naming(Protocol):
    """Says whom an act means by a name, a code or an id.

    Whoever takes an act in gives one, as the context of its validation. Without one, what is stated stays as
    it is: facts, and acts inside the ledger, hold ids.
    """

    def id_of(self, text: str) -> str:
        """Raises UnknownSubject, AmbiguousSubject."""
        ...

    def id_today(self, text: str) -> str:
        """Of who is there; else the text itself: one that is to come has its own."""
        ...


def resolved(text: object, info: ValidationInfo) -> object:
    """The id of whom a text names."""
    naming: Naming | None = info.context
    return text if naming is None or not isinstance(text, str) else naming.id_of(text)


def resolved_if_there(text: object, info: ValidationInfo) -> object:
    """The same; a code that nobody bears today stays as it is."""
    naming: Naming | None = info.context
    return text if naming is None or not isinstance(text, str) else naming.id_today(text)


def _resolved_case(text: str, info: ValidationInfo) -> str:
    """A case's id bears its subject's."""
    naming: Naming | None = info.context
    if naming is None:
        return text
    case = Case.parse(text)
    return str(replace(case, subject=naming.id_of(case.subject)))


_WHOM = {"subject", "province", "place", "seat", "areas", "provinces"}
_WHICH_CASE = {"case", "designation", "entry", "about"}


def resolved_within(data: object, info: ValidationInfo) -> object:
    """The same data of a fact, with ids wherever a subject is named. A `unit` may be one of measure, so it is
    resolved if it is a code only."""
    match data:
        case Mapping():
            return {key: _resolved_at(key, value, info) for key, value in data.items()}
        case list():
            return [resolved_within(item, info) for item in data]
    return data


def _resolved_at(key: str, value: object, info: ValidationInfo) -> object:
    match value:
        case str() if key in _WHOM or (key == "unit" and value.removeprefix("cn:").isdecimal()):
            return resolved(value, info)
        case str() if key in _WHICH_CASE:
            with suppress(NotACase):
                return _resolved_case(value, info)
        case list() if key in _WHOM:
            return [_resolved_at(key, item, info) for item in value]
        case Mapping() | list():
            return resolved_within(value, info)
    return value


def _printable(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise Malformed("is-no-name")
    return text


def _known_date(document: Document) -> Document:
    """A document's own words are words, its dates are dates, its digest is one."""
    for date in (document.signed, document.published):
        if date is not None and len(date) > _LONGEST_DATE:
            raise Malformed("a-date-is-too-long", most=_LONGEST_DATE)
        if date is not None:
            parse(date)
    for words in (document.number, document.number_words, document.title, document.issuer):
        if words is not None and not (words.strip() and len(words) <= _LONGEST_WORDS):
            raise Malformed("is-no-words-of-a-document", most=_LONGEST_WORDS)
    if document.sha256 is not None and not re.fullmatch(r"[0-9a-f]{64}", document.sha256):
        raise Malformed("is-no-digest")
    return document


_DATE = Field(max_length=_LONGEST_DATE, json_schema_extra={"description": "EDTF: 2021-05-01, 2021-05, …"})
Edtf = Annotated[str, _DATE, AfterValidator(_edtf)]
Day = Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"})]
_ID = Field(max_length=150, json_schema_extra={"description": "city-2019/2021/cn:420100"})
CaseId = Annotated[str, _ID, AfterValidator(_case), AfterValidator(_resolved_case)]
EntryId = Annotated[
    str, _ID, AfterValidator(_entry), AfterValidator(_resolved_case)
]  # of a title, too: it bears its entry's name
StatedDocument = Annotated[Document, AfterValidator(_known_date)]
SubjectId = Annotated[str, Field(max_length=100), AfterValidator(a_subject)]  # of a unit, too
ProgrammeId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
PoolId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}/[A-Za-z0-9-]{1,32}/[A-Za-z0-9:/.-]{1,100}$")]
RoundId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,31}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # SHA-256, hexadecimal
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
# A subject, named as people do; resolved to its id where the act is taken in.
Whom = Annotated[Name, AfterValidator(resolved)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9./-]{0,63}$")]
JudgedAgain = Literal["decision", "statement"]
Confidence = Literal["high", "medium-high", "medium", "low"]


class UnknownTopic(Told, LookupError):
    """No fact of this program has that topic."""


class NotThatFact(Told, ValueError):
    """The data are not what their topic promises: in which place, and for which reason."""

    def __init__(self, topic: str, place: str, reason: Reason) -> None:
        super().__init__("{topic}: {place!r}: {reason}", topic=topic, place=place, reason=reason)
        self.place, self.reason = place, reason


class Fact:
    """What all facts share. A subclass is a frozen record with a topic."""

    topic: ClassVar[str]
    # Whether a correction may touch it, or make one; what says which ledger it is, who has which role, or
    # what was done on an order, stands as it was recorded.
    is_correctable: ClassVar[bool] = True
    may_lie_ahead: ClassVar[bool] = False  # whether it may be recorded before it takes effect
    # How a correction of the past concerns it (L-3): a decision is judged again whole; a statement is
    # refused on another past, or stands as it is.
    judged_again: ClassVar[JudgedAgain | None] = None

    def tags(self) -> frozenset[str]:
        """By what this fact can be found; declared here, once."""
        return frozenset()

    def as_data(self) -> Object:
        """The `data` of its event: what is not stated is absent."""
        return cast("Object", _adapter(type(self)).dump_python(self, exclude_defaults=True))


TOPICS: dict[str, type[Fact]] = {}
_ADAPTERS: dict[type[Fact], TypeAdapter[Any]] = {}
F = TypeVar("F", bound=type[Fact])
# What a kind of error states beside its code: figures and codes, no words.
_STATED = {
    "class_name",
    "expected",
    "field_type",
    "actual_length",
    "min_length",
    "max_length",
    "pattern",
    "ge",
    "gt",
    "le",
    "lt",
}


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def fact(
    topic: str,
    *,
    correctable: bool = True,
    may_lie_ahead: bool = False,
    judged_again: JudgedAgain | None = None,
) -> Callable[[F], F]:
    """Declare a class as the fact of that topic; the rest says what it is, as `Fact` tells."""

    def declare(cls: F) -> F:
        frozen = cast("F", dataclass(cls, frozen=True, kw_only=True, config=STRICT))
        frozen.topic = topic
        frozen.is_correctable = correctable
        frozen.may_lie_ahead = may_lie_ahead
        frozen.judged_again = judged_again
        TOPICS[topic] = frozen
        return frozen

    return declare


def topics_of(*kinds: type[Fact]) -> frozenset[str]:
    """The topics of these kinds of facts."""
    return frozenset(kind.topic for kind in kinds)


def _adapter(cls: type[Fact]) -> TypeAdapter[Any]:
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


def decode(topic: str, data: Object) -> Fact:
    """The fact that stands in an event. Raises UnknownTopic, NotThatFact."""
    try:
        cls = TOPICS[topic]
    except KeyError:
        raise UnknownTopic("no fact of this program has the topic {topic!r}", topic=topic) from None
    try:
        return cast("Fact", _adapter(cls).validate_json(orjson.dumps(data)))
    except ValidationError as error:
        place, reason = wrong(error)
        raise NotThatFact(topic, place, reason) from None


_QUOTED = re.compile(r"'([^']*)'")


def wrong(error: ValidationError) -> tuple[str, Reason]:
    """The first thing that is wrong: its place, and the reason."""
    first = error.errors()[0]
    return ".".join(str(step) for step in first["loc"]), reason_of(first)


def reason_of(error: ErrorDetails) -> Reason:
    """Why a type refuses a value: a code of our own, or the kind of the type's error, with what that kind
    states: https://docs.pydantic.dev/latest/errors/validation_errors/"""
    stated = error.get("ctx", {})
    if isinstance(own := stated.get("error"), Malformed):
        return own.reason
    if stated.get("class_name") == "Sealed":
        return because("is-to-be-sealed")
    values: dict[str, object] = {
        key: value for key, value in stated.items() if key in _STATED and isinstance(value, int | str)
    }
    if "expected" in values:  # 'a', 'b' or 'c'
        values["expected"] = _QUOTED.findall(str(values["expected"]))
    return because(error["type"].replace("_", "-"), **values)


@dataclass(frozen=True, config=STRICT)
class Sealed:
    """A salted commitment to a value that lies beside the log and may be erased on an order."""

    sealed: str  # SHA-256, hexadecimal


@dataclass(frozen=True, config=STRICT)
class Source:
    """Where a fact was read, when that is not the document itself."""

    title: str
    where: str | None = None


def commitments(data: object) -> Iterator[str]:
    """Every commitment to a sealed value that stands anywhere in a fact's data."""
    match data:
        case Mapping():
            if data.keys() == {"sealed"} and isinstance(data["sealed"], str):
                yield data["sealed"]
            else:
                for item in data.values():
                    yield from commitments(item)
        case list() | tuple():
            for item in data:
                yield from commitments(item)
