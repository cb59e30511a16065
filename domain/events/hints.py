"""What the fields of a fact or an act may be, as their types say."""

from __future__ import annotations

import types
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints


@cache
def hints_of(kind: type) -> dict[str, Any]:
    """Each field's type, with its checks."""
    return get_type_hints(kind, include_extras=True)


def alternatives(hint: Any) -> tuple[Any, ...]:
    """What a field may be, beside nothing."""
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(one for one in get_args(hint) if one is not type(None))
    return (hint,)


def plain(hint: Any) -> Any:
    """A type without its checks."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint
