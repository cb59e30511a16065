"""Whom a fact or an act names, wherever in it a subject stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import AfterValidator

from domain.events.fact import a_subject, resolved
from domain.events.hints import alternatives, hints_of, plain

_CHECKS = {a_subject, resolved}  # of what is a subject's id


def named_in(of: object) -> tuple[str, ...]:
    """The ids of all that a fact or an act names as a subject or a unit, each once."""
    return tuple(dict.fromkeys(_in_fields(of)))


def _in_fields(of: object) -> Iterator[str]:
    kind: type = type(of)
    for name in _fields_that_name(kind):
        yield from _in_value(getattr(of, name, None))


def _in_value(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _in_value(item)
    elif value is not None:
        yield from _in_fields(value)


@cache
def _fields_that_name(kind: type) -> tuple[str, ...]:
    """The fields of a type in which subjects stand: as the value, in a list, or within."""
    return tuple(name for name, hint in hints_of(kind).items() if _names(hint))


def _names(hint: Any) -> bool:
    for one in alternatives(hint):
        of = plain(one)
        if get_origin(of) is tuple:
            found = _names(get_args(of)[0])
        elif isinstance(of, type) and is_dataclass(of):
            found = bool(_fields_that_name(of))
        else:
            checks = (c for c in getattr(one, "__metadata__", ()) if isinstance(c, AfterValidator))
            found = any(check.func in _CHECKS for check in checks)
        if found:
            return True
    return False
