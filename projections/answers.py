"""What every answer is: a frozen value of a declared type, from which its JSON and its schema come.

A field that may be absent from the JSON says so in its type (`| NotStated`); one that may be null says
`| None`. Values of the domain stand in answers as they are, and are written as they write themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Annotated, ClassVar, Literal, Protocol, TypeAlias, TypeVar, cast, dataclass_transform

import orjson
from pydantic import Field

from domain.canonical import Object
from domain.programme import Programme

Position = Annotated[int, Field(ge=0, description="place in the log")]
Next = Annotated[str | None, Field(description="`cursor` of the next page; null: there is none")]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]  # as it is stored
# JSON of any members: what an event says, in the words of its kind.
AnyObject: TypeAlias = Annotated[Object, "any members"]


class NotStated(Enum):
    """Stands in a field that is absent from the answer."""

    NOT_STATED = "not stated"

    def __bool__(self) -> Literal[False]:
        return False


NOT_STATED = NotStated.NOT_STATED


class WritesItself(Protocol):
    """A value that knows its JSON."""

    def as_json(self) -> object: ...


class Answer:
    """What all answers share. A subclass is a frozen record with the name of its schema."""

    schema: ClassVar[str]
    is_open: ClassVar[bool]  # whether more members may come
    json_names: ClassVar[Mapping[str, str]]  # of its fields

    def members(self) -> dict[str, object]:
        """What of it is written, by its names in JSON."""
        return {
            name: value
            for key, name in self.json_names.items()
            if (value := getattr(self, key)) is not NOT_STATED
        }


A = TypeVar("A", bound=type[Answer])
T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def answer(schema: str, *, is_open: bool = False, **renamed: str) -> Callable[[A], A]:
    """Declare a class as an answer, or a part of one. renamed: fields whose name in JSON is no name here."""

    def declare(cls: A) -> A:
        made = cast("A", dataclass(frozen=True, kw_only=True)(cls))
        made.schema, made.is_open = schema, is_open
        made.json_names = {of.name: renamed.get(of.name, of.name) for of in fields(made)}  # type: ignore[arg-type]
        return made

    return declare


def stated(value: T | None) -> T | NotStated:
    """A value that is left out of the answer where there is none."""
    return NOT_STATED if value is None else value


def encode(value: object) -> bytes:
    """The JSON of an answer, of a part of one, or of a list or mapping of them."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATACLASS)


def _plain(value: object) -> object:
    if isinstance(value, Answer):
        return value.members()
    if isinstance(value, Mapping):
        return dict(value)
    return cast("WritesItself", value).as_json()


# ------------------------------------------------------------------ parts of several answers


@answer("Named")
class Named(Answer):
    """A subject or unit, by its id and its name on the day that is asked about."""

    id: str
    name: str
    today: Annotated[str, Field(description="its name today, where it is another")] | NotStated = NOT_STATED


@answer("Ended")
class EndedIn(Answer):
    """A division has ended, or may have, by the day that is asked about; what it holds stays with it until a
    decision (Q-19)."""

    on: Annotated[str, Field(description="a day; a year, where the register knows no more")]
    surely: bool
    into: tuple[Named, ...]
    event: Position | NotStated = NOT_STATED


@answer("AProgramme")
class ProgrammeNamed(Answer):
    """A programme, by its id and names."""

    id: str
    name: str
    english: str


def named(programme: Programme) -> ProgrammeNamed:
    """A programme as answers name it."""
    return ProgrammeNamed(id=programme.id, name=programme.name, english=programme.english)
