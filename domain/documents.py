"""The numbers of documents: one spelling, and when two descriptions are of one document.

A number is stored as the General Office of the State Council writes it: the year in 〔〕, digits of half
width, no blanks around its parts. What was given otherwise is kept beside it, as it was given. Events of
before hold numbers as they were typed; whoever compares asks `same_document`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from domain.kernel import Document

_T = TypeVar("_T")
_YEAR = re.compile(r"[\[(\uff3b\uff08\u3010\u3014\ufe5d{]\s*(\d{4})\s*[\])\uff3d\uff09\u3011\u3015\ufe5e}]")
_BLANK_BESIDE = re.compile(r"(?<=[^\x21-\x7e])\s+|\s+(?=[^\x21-\x7e])")


def number_of(text: str) -> str:
    """The one spelling of a document's number."""
    seen = (c for c in text if unicodedata.category(c) != "Cf")  # no zero-width blank, no byte order mark
    halves = "".join(c if (digit := unicodedata.decimal(c, None)) is None else str(digit) for c in seen)
    return _BLANK_BESIDE.sub("", _YEAR.sub(r"〔\1〕", halves)).strip()


def stated(document: Document) -> Document:
    """A document as it is stored: its number in its one spelling, beside it as it was given, if otherwise."""
    if document.number is None:
        return document
    number = number_of(document.number)
    words = document.number_words
    given = words if words is not None and number_of(words) == number else document.number
    return replace(document, number=number, number_words=given if given != number else None)


def with_documents_stated(value: _T) -> _T:
    """The same fact, every document in it as it is stored."""
    return cast("_T", _stated_within(value))


def same_document(one: Document | None, other: Document | None) -> bool:
    """Whether two descriptions are of one document: by number, however it is spelled, else by title."""
    if one is None or other is None:
        return False
    if one.number and other.number:
        return number_of(one.number) == number_of(other.number)
    return one.title is not None and other.title is not None and one.title.strip() == other.title.strip()


def _stated_within(value: Any) -> Any:
    if isinstance(value, Document):
        return stated(value)
    if isinstance(value, tuple):
        new = tuple(map(_stated_within, value))
        return new if _differ(new, value) else value
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            of.name: new
            for of in fields(value)
            if (new := _stated_within(old := getattr(value, of.name))) is not old
        }
        return replace(value, **changed) if changed else value
    return value


def _differ(new: Iterable[object], old: Iterable[object]) -> bool:
    return any(one is not other for one, other in zip(new, old, strict=True))
