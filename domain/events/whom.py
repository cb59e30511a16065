"""Whom a fact or an act names, wherever in it a subject stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any, get_args, get_origin

from pydantic import AfterValidator

from domain.events.fact import a_subject, resolved
from domain.events.hints import alternatives, hints_of, plain

_CHECKS = {a_subject, resolved}  # of what is a subject's id


def named_in(of: object) -> tuple[str, ...]:
    """The ids of all that a fact or an act names as a subject or a unit, each once."""
    return tuple(dict.fromkeys(_of_fields(of)))


def _of_fields(of: object) -> Iterator[str]:
    kind: type = type(of)
    for name, hint in hints_of(kind).items():
        yield from _at(hint, getattr(of, name, None))


def _at(hint: Any, value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if any(_names_a_subject(one) for one in alternatives(hint)):
            yield value
    elif isinstance(value, tuple):
        for kind in map(plain, alternatives(hint)):
            if get_origin(kind) is tuple:
                yield from (named for item in value for named in _at(get_args(kind)[0], item))
    elif is_dataclass(value):
        yield from _of_fields(value)


def _names_a_subject(hint: Any) -> bool:
    checks = (check for check in getattr(hint, "__metadata__", ()) if isinstance(check, AfterValidator))
    return any(check.func in _CHECKS for check in checks)
