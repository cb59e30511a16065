"""Why something is refused or called into question: a code and values, never words.

What is stored is the code and its values; words are made when it is read (projections/words/reasons.py), in
the reader's language. A code is for ever: one that says something else is another code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from domain.canonical import JSON

Value: TypeAlias = "str | int | list[Value] | dict[str, Value]"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: which, and of what."""

    code: str  # is-above-the-cap
    values: Mapping[str, Value] = field(default_factory=dict)

    def as_json(self) -> dict[str, JSON]:
        return {"code": self.code, "values": dict(self.values)}

    def __str__(self) -> str:
        said = ", ".join(f"{key}={value}" for key, value in self.values.items())
        return f"{self.code} ({said})" if said else self.code


def because(code: str, **values: object) -> Reason:
    """A reason with these values, each as it can be stored: numbers and texts as they are, lists as lists, a
    reason as a reason, anything else as its text; what is not known is not said."""
    stated = {key.rstrip("_"): _storable(value) for key, value in values.items() if value is not None}
    return Reason(code, stated)


def _storable(value: object) -> Value:
    match value:
        case BaseException():
            raise TypeError(f"a reason holds values, not the words of an exception: {value!r}")
        case bool():
            return str(value).lower()
        case str() | int():
            return value
        case Reason():
            return {"code": value.code, "values": dict(value.values)}
        case Mapping():
            return {str(key): _storable(item) for key, item in value.items()}
        case Iterable():
            return [_storable(item) for item in value]
    id_ = getattr(value, "id", None)  # a subject, a programme
    return id_ if isinstance(id_, str) else str(value)
