"""The bytes of a fact: RFC 8785 canonical JSON over a subset in which it has only one spelling.

The subset: objects with ASCII keys, lists, booleans, integers below 2^53 in size, strings in Unicode
NFC without U+0000, at most 32 levels. No floats, so no rounding; no null, what is not stated is absent.
For such values orjson with sorted keys writes exactly what RFC 8785 asks for (a property test holds the two
equal).
The log's door asks for the same in SQL (eventlog/sql/023_store.sql).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import orjson

from domain.malformed import Malformed
from domain.reasons import LARGEST

JSON: TypeAlias = "str | int | bool | Sequence[JSON] | Mapping[str, JSON]"
Object: TypeAlias = Mapping[str, JSON]

MAX_EVENT_BYTES = 65_535
MAX_LEVELS = 32
_is_normalized = unicodedata.is_normalized
# Of these characters every version of Unicode since 1.1, and every program, says the same.
_everywhere_alike = re.compile(
    "[\0-\u02ff\u2010-\u2027\u2030-\u205e\u3000-\u3029\u4e00-\u9fa5\uff01-\uff5e]*"
).fullmatch
_TRAILING_NOTHING = re.compile("[\uac00-\ud7a3]\u11a7")  # some programs compose it, against the standard


class NotCanonical(Malformed):
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
        raise NotCanonical("half-of-a-pair") from None


def of_known_characters(text: str, place: str) -> None:
    """Refuse a text of whose normal form versions of Unicode, or programs, may say different things.

    Only of characters that are assigned is it the same for ever. Asked of what is to be recorded, not of what
    is read. Raises NotCanonical.
    """
    if _everywhere_alike(text):
        return
    for character in text:
        if unicodedata.category(character) == "Cn":
            raise NotCanonical(
                "is-no-character-yet",
                place=place,
                character=f"U+{ord(character):04X}",
                version=unicodedata.unidata_version,
            )
    if _TRAILING_NOTHING.search(text):
        raise NotCanonical("is-not-in-form-c", place=place)


def decode(data: bytes) -> JSON:
    """The value that canonical bytes spell. Raises NotCanonical for any other spelling of it."""
    try:
        value: JSON = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotCanonical("is-no-json", at=error.pos) from None
    if encode(value) != data:
        raise NotCanonical("has-another-spelling")
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
                if type(key) is not str or not key.isascii() or "\x00" in key:
                    return False
            if not _are_plain(value.values(), levels - 1):
                return False
        elif (type(value) is list or type(value) is tuple) and levels > 1:
            if not _are_plain(value, levels - 1):
                return False
        elif type(value) is not bool and (type(value) is not int or not -LARGEST <= value <= LARGEST):
            return False
    return True


def _check(value: object, place: str, levels: int) -> None:
    match value:
        case bool():
            return
        case str():
            if not value.isascii() and not _is_normalized("NFC", value):
                raise NotCanonical("is-not-in-form-c", place=place)
            if "\x00" in value:
                raise NotCanonical("holds-u-0000", place=place)
        case int():
            if not -LARGEST <= value <= LARGEST:
                raise NotCanonical("is-too-large-an-integer", place=place)
        case Mapping() | list() | tuple() if levels == 0:
            raise NotCanonical("has-too-many-levels", place=place[:100], most=MAX_LEVELS)
        case Mapping():
            for key, item in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise NotCanonical("has-a-key-that-is-not-ascii", place=place, key=str(key))
                _check(key, place, levels)
                _check(item, f"{place}.{key}", levels - 1)
        case list() | tuple():
            for index, item in enumerate(value):
                _check(item, f"{place}[{index}]", levels - 1)
        case float():
            raise NotCanonical("is-a-float", place=place, number=str(value))
        case None:
            raise NotCanonical("is-null", place=place)
        case _:
            raise NotCanonical("has-no-form-in-json", place=place, kind=type(value).__name__)
