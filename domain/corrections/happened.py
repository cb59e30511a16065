"""Whether a correction states what happened: other dates, numbers or documents of the same act.

Such a fact is true whether or not a rule would have refused the act; whatever else an event says is what
somebody asked for or decided, and is judged.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from domain.corrections.replacing import alike
from domain.events import Consent, Material, Replacement, Statistic, decode
from domain.events.fact import Day, Edtf
from domain.history import Believed
from domain.kernel import Document

_WITHIN = (Consent, Statistic)  # what states dates, numbers and documents of its own


def states_what_happened(now: Believed, new: Replacement) -> bool:
    """Whether an event of a case or title is to stand as it is, but for dates, numbers and documents."""
    if now.topic != new.topic or not (new.data.keys() & {"case", "designation"}):
        return False
    fact = decode(new.topic, new.data)
    return _differ_so(type(fact), now.data, new.data)


def _differ_so(kind: type, was: Mapping[str, Any], is_: Mapping[str, Any]) -> bool:
    hints = _hints(kind)
    return all(
        _is_so(hints[key], was.get(key), is_.get(key))
        for key in {*was, *is_}
        if not alike(was.get(key), is_.get(key))
    )


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _is_so(hint: Any, was: Any, is_: Any) -> bool:
    """Whether what changes in a field is a date, a number or a document."""
    for one in _alternatives(hint):
        plain = _plain(one)
        if one in (Day, Edtf) or plain in (int, Document):
            return True
        if get_origin(plain) is tuple:
            item = get_args(plain)[0]
            return _plain(item) is Material or (
                _plain(item) in _WITHIN
                and len(was or ()) == len(is_ or ())
                and all(_differ_so(_plain(item), a, b) for a, b in zip(was or (), is_ or (), strict=True))
            )
        if plain in _WITHIN and was is not None and is_ is not None:
            return _differ_so(plain, was, is_)
    return False


def _alternatives(hint: Any) -> tuple[Any, ...]:
    """What a field may be, beside nothing."""
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(one for one in get_args(hint) if one is not type(None))
    return (hint,)


def _plain(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint
