"""What a person is told: an English text with named places, and the values that stand in them.

The English text is written where it is said, and is the message's key in the catalogues of other languages
(projections/words/catalogues). Words in another language are made when the message is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

# {case}; {by!r}: in quotes; {points:points}: hundredths of a point; {problems:lines}: a line each;
# {wrong:clauses}: with semicolons between; {field:typed}: as it is typed; {{ and }}: a brace
_PLACE = re.compile(r"\{\{|\}\}|\{(\w+)(!r|:\w+)?\}")


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that a person is told. `values` may hold messages themselves."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return filled(self.text, self.values, plainly)


def message(text: str, /, **values: object) -> Message:
    """A text with its values. The text is a literal, so that the catalogues can be held against it."""
    return Message(text, values)


def clauses(parts: Sequence[Message]) -> Message:
    """Several things told in one sentence."""
    return Message("{parts:clauses}", {"parts": parts})


class Told(Exception):
    """An error whose message can be told in any language of the catalogues."""

    def __init__(self, told: str | Message, /, **values: object) -> None:
        self.message = as_message(told, values)
        super().__init__(str(self.message))


def as_message(told: str | Message | Told, values: Mapping[str, object]) -> Message:
    """What is told as a message: a text with its values, a message, or that of an error."""
    if isinstance(told, Told):
        return told.message
    return Message(told, values) if isinstance(told, str) else told


def filled(text: str, values: Mapping[str, object], said: Callable[[object, str], str]) -> str:
    """A text with its values in their places. said: how a value stands in a place of a form ("", "!r", …)."""

    def put(place: re.Match[str]) -> str:
        if place[1] is None:
            return place[0][0]
        return said(values.get(place[1]), place[2] or "")

    return _PLACE.sub(put, text)


def places(text: str) -> set[str]:
    """The names of the values that a text tells."""
    return {place[1] for place in _PLACE.finditer(text) if place[1] is not None}


def in_lines(told: Iterable[str]) -> str:
    """Each on a line of its own."""
    return "".join(f"\n  {one}" for one in told)


def plainly(value: object, form: str) -> str:
    """A value in an English text, without any catalogue."""
    if form == ":lines":
        return in_lines(plainly(item, "") for item in cast("Iterable[object]", value))
    if isinstance(value, list | tuple | set | frozenset):
        if form == ":clauses":
            return "; ".join(plainly(item, "") for item in value)
        return ", ".join(plainly(item, form) for item in value)
    return repr(str(value)) if form == "!r" else str(value)
