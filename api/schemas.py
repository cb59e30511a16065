"""The schemas of answers: each of its declared type, as a typed dictionary that pydantic describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import reduce
from operator import or_
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, NotRequired, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from domain.kernel import Actor, Document, Role
from domain.rules import Words
from eventlog.ledger import Ledger
from projections.answers import Answer, NotStated, Position

CLOSED = ConfigDict(extra="forbid")
_IN_TYPES = {"JSON": object, "Sequence": Sequence, "Mapping": Mapping}  # that name themselves


_typed_dict: Any = TypedDict  # called with names that are known only here


def _closed(name: str, members: dict[str, Any]) -> Any:
    return with_config(CLOSED)(_typed_dict(name, members))


_WORDS = _closed("Words", {"zh": str, "en": str})
_DOCUMENT = _closed("ADocument", dict.fromkeys(Document.__slots__, NotRequired[str]))
_ACTOR = _closed("AnActor", {"principal": str, "role": Role, "unit": str})
LEDGER = _closed("Ledger", {"id": str, "name": str, "simulated": bool})
_WRITTEN = {Words: _WORDS, Document: _DOCUMENT, Actor: _ACTOR, Ledger: LEDGER}


_MADE: dict[tuple[type[Answer], bool, bool], Any] = {}


def form_of(kind: type[Answer], *, enveloped: bool = False, positioned: bool = False) -> Any:
    """What an answer looks like in JSON. enveloped: of which ledger it is stands in it, too; positioned: and
    at which position it is true."""
    key = (kind, enveloped, positioned)
    if key not in _MADE:
        _MADE[key] = _form_of(*key)
    return _MADE[key]


def _form_of(kind: type[Answer], enveloped: bool, positioned: bool) -> Any:
    hints = get_type_hints(kind, localns=_IN_TYPES, include_extras=True)
    members: dict[str, Any] = {}
    if enveloped:
        members["ledger"] = LEDGER
    if positioned:
        members["position"] = Position
    for field in fields(kind):  # type: ignore[arg-type]
        members[kind.json_names[field.name]] = _member(hints[field.name])
    made = _typed_dict(kind.schema, members)
    made.__doc__ = kind.__doc__
    return made if kind.is_open else with_config(CLOSED)(made)


def _member(hint: Any) -> Any:
    """The form of a field, which may be absent if its type says so."""
    if get_origin(hint) in {Union, UnionType}:
        kept = [of for of in get_args(hint) if of is not NotStated]
        if len(kept) < len(get_args(hint)):
            return NotRequired[_form(reduce(or_, kept))]
    return _form(hint)


def _form(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Answer):
        return form_of(hint)
    if hint in _WRITTEN:
        return _WRITTEN[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(args[0], args[1:])
    if origin in {Union, UnionType}:
        return reduce(or_, (of if of is NoneType else _form(of) for of in args))
    if origin is tuple:
        return GenericAlias(list, (_form(args[0]),))
    if origin in {dict, Mapping}:
        return GenericAlias(dict, (args[0], _form(args[1])))
    return hint


def _annotated(of: Any, said: tuple[Any, ...]) -> Any:
    if "any members" in said:
        return dict[str, Any]
    declared = [more for more in said if isinstance(more, type) and issubclass(more, Answer)]
    if declared:  # exact bytes, which say what this answer declares
        return form_of(declared[0])
    annotated: Any = Annotated
    return annotated[(_form(of), *said)]
