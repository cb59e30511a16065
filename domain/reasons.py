"""Why something is refused or called into question: a code and values, never words.

What is stored is the code and its values; words are made when it is read (projections/words/reasons.py), in
the reader's language. A code is for ever: one that says something else is another code.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = "str | int | list[Value] | dict[str, Value]"
LARGEST = 2**53 - 1  # an integer that every program reads exactly (RFC 8785)
_OF_DATA = {"now", "was", "stated"}  # what a field of a fact says, as it stands in its data


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: which, and of what."""

    code: str  # is-above-the-cap
    values: Mapping[str, Value] = field(default_factory=dict)

    def as_json(self) -> dict[str, Value]:
        return {"code": self.code, "values": dict(self.values)}

    def __str__(self) -> str:
        said = ", ".join(f"{key}={value}" for key, value in self.values.items())
        return f"{self.code} ({said})" if said else self.code


def because(code: str, **values: object) -> Reason:
    """A reason with these values, each as it can be stored: numbers and texts as they are, lists as lists, a
    set in order, a reason as a reason, anything else as its text; what is not known is not said."""
    known = {key.rstrip("_"): value for key, value in values.items() if value is not None}
    for key, value in known.items():
        if isinstance(value, Mapping) and key not in _OF_DATA:
            raise TypeError(f"{key}: a reason holds the codes of a table, not the table: {value!r}")
    return Reason(code, {key: _storable(value) for key, value in known.items()})


def _storable(value: object) -> Value:
    match value:
        case BaseException() | bytes():
            raise TypeError(f"a reason holds values, not {type(value).__name__}: {value!r}")
        case bool():
            return str(value).lower()
        case int():
            return value if -LARGEST <= value <= LARGEST else str(value)
        case str():
            return _plain(value)
        case Reason():
            return {"code": value.code, "values": dict(value.values)}
        case Mapping():
            return {str(key): _storable(item) for key, item in value.items()}
        case Set():
            return sorted((_storable(item) for item in value), key=str)
        case Iterable():
            return [_storable(item) for item in value]
    id_ = getattr(value, "id", None)  # a subject, a programme
    if not isinstance(id_, str) and type(value).__str__ is object.__str__:
        raise TypeError(f"a reason holds values that have a text, not {type(value).__name__}: {value!r}")
    return _plain(id_ if isinstance(id_, str) else str(value))


def _plain(text: str) -> str:
    """A text that is quoted, as every store takes it, whatever stood in it."""
    whole = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", whole)


def listed_under(table: str) -> Mapping[str, str]:
    """The heading of each code, of a table in which codes stand indented under their headings."""
    found: dict[str, str] = {}
    heading = ""
    for line in table.strip("\n").splitlines():
        if line.startswith(" "):
            found |= dict.fromkeys(line.split(), heading)
        else:
            heading = line
    return found
