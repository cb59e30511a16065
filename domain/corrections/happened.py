"""Whether a correction states what happened: other dates, numbers or documents of the same act.

Dates, numbers and documents are true whether or not a rule would have refused the act, so such a correction
is recorded. Everything else in an event is what somebody asked for or decided, so a change of it is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from domain.corrections.replacing import alike
from domain.events import Consent, Material, Replacement, Statistic, decode
from domain.events.fact import Day, Edtf
from domain.events.hints import alternatives, hints_of, plain
from domain.history import Believed
from domain.kernel import Document

_WITHIN = (Consent, Statistic)  # parts of a fact that have dates, numbers and documents of their own


def states_what_happened(now: Believed, new: Replacement) -> bool:
    """Whether only dates, numbers and documents change in an event of a case or title."""
    if now.topic != new.topic or not (new.data.keys() & {"case", "designation"}):
        return False
    fact = decode(new.topic, new.data)
    return _differ_so(type(fact), now.data, new.data)


def _differ_so(kind: type, was: Mapping[str, Any], is_: Mapping[str, Any]) -> bool:
    hints = hints_of(kind)
    return all(
        _is_so(hints[key], was.get(key), is_.get(key))
        for key in {*was, *is_}
        if not alike(was.get(key), is_.get(key))
    )


def _is_so(hint: Any, was: Any, is_: Any) -> bool:
    """Whether what changes in a field is a date, a number or a document."""
    for one in alternatives(hint):
        of = plain(one)
        if one in (Day, Edtf) or of in (int, Document):
            return True
        if get_origin(of) is tuple:
            item = get_args(of)[0]
            return plain(item) is Material or (
                plain(item) in _WITHIN
                and len(was or ()) == len(is_ or ())
                and all(_differ_so(plain(item), a, b) for a, b in zip(was or (), is_ or (), strict=True))
            )
        if of in _WITHIN and was is not None and is_ is not None:
            return _differ_so(of, was, is_)
    return False
