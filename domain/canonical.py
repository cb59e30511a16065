"""The bytes of a fact: RFC 8785 canonical JSON over a subset in which it has only one spelling.

The subset: objects with ASCII keys, lists, booleans, integers below 2^53 in size, strings in Unicode
NFC without U+0000, at most 32 levels. No floats, so no rounding; no null, what is not stated is absent.
For such values orjson with sorted keys writes exactly what RFC 8785 asks for (a property test holds the two
equal).
The log's door asks for the same in SQL (eventlog/sql/023_store.sql).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import orjson

JSON: TypeAlias = "str | int | bool | Sequence[JSON] | Mapping[str, JSON]"
Object: TypeAlias = Mapping[str, JSON]

MAX_EVENT_BYTES = 65_535
MAX_LEVELS = 32
_LARGEST = 2**53 - 1
_is_normalized = unicodedata.is_normalized


class NotCanonical(ValueError):
    """A value has no canonical form; the message says where it stands and what to write instead."""


class TooLarge(NotCanonical):
    """An event would take more bytes than any event may."""


def encode(value: JSON) -> bytes:
    """The one spelling of a value, in UTF-8. Raises NotCanonical."""
    if not _are_plain((value,), MAX_LEVELS + 1):
        _check(value, "$", MAX_LEVELS)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        raise NotCanonical("half of a surrogate pair is no character") from None


def decode(data: bytes) -> JSON:
    """The value that canonical bytes spell. Raises NotCanonical for any other spelling of it."""
    try:
        value: JSON = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotCanonical(f"not JSON: {error}") from None
    if encode(value) != data:
        raise NotCanonical("JSON, but not in its canonical spelling (RFC 8785)")
    return value


def leaf_hash(data: bytes) -> bytes:
    """The hash of an event's bytes as a leaf of a Merkle tree (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def _are_plain(values: Iterable[object], levels: int) -> bool:
    """Whether values are seen at a glance to have a canonical form; most are. Of the others `_check` says why
    not, or that they have one all the same."""
    for value in values:
        if type(value) is str:
            if not (value.isascii() or _is_normalized("NFC", value)) or "\x00" in value:
                return False
        elif type(value) is dict and levels > 1:
            for key in value:
                if type(key) is not str or not key.isascii():
                    return False
            if not _are_plain(value.values(), levels - 1):
                return False
        elif (type(value) is list or type(value) is tuple) and levels > 1:
            if not _are_plain(value, levels - 1):
                return False
        elif type(value) is not bool and (type(value) is not int or not -_LARGEST <= value <= _LARGEST):
            return False
    return True


def _check(value: object, place: str, levels: int) -> None:
    match value:
        case bool():
            return
        case str():
            if not value.isascii() and not _is_normalized("NFC", value):
                raise NotCanonical(f"{place}: a string is written in Unicode normal form C")
            if "\x00" in value:
                raise NotCanonical(f"{place}: U+0000 cannot be stored")
        case int():
            if not -_LARGEST <= value <= _LARGEST:
                raise NotCanonical(f"{place}: an integer is smaller than 2^53")
        case Mapping() | list() | tuple() if levels == 0:
            raise NotCanonical(f"{place[:100]}: more than {MAX_LEVELS} levels")
        case Mapping():
            for key, item in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise NotCanonical(f"{place}: the key {key!r} is not ASCII")
                _check(key, place, levels)
                _check(item, f"{place}.{key}", levels - 1)
        case list() | tuple():
            for index, item in enumerate(value):
                _check(item, f"{place}[{index}]", levels - 1)
        case float():
            raise NotCanonical(f"{place}: {value} is a float; use an integer in a stated unit")
        case None:
            raise NotCanonical(f"{place}: null is never written; leave the key out")
        case _:
            raise NotCanonical(f"{place}: {type(value).__name__} has no form in JSON")
