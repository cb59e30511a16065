"""Reads the tags by which events are filtered: they may name a subject as any other question may."""

from __future__ import annotations

from dataclasses import replace

from domain.cases import Case, NotACase
from domain.tags import parsed
from projections.words.names import Register

_OF_ONE = {"<subject>", "<division>", "<unit>", "<subject or unit>"}
_OF_A_CASE = {"<case>", "<entry>"}


def tag_meant(tag: str, names: Register) -> str:
    """A tag as events carry it: a subject's name, or its code of today, is replaced by its id.

    Raises UnknownSubject, AmbiguousSubject.
    """
    prefix, says = parsed(tag)
    if prefix is None or not says:
        return tag
    if prefix.form in _OF_A_CASE:
        return prefix(_case_meant(says, names))
    form = prefix.form.split("/")
    parts = says.split("/", len(form) - 1)
    named = zip(form, parts, strict=False)
    return prefix(*(names.look_up(part).id if kind in _OF_ONE else part for kind, part in named))


def _case_meant(text: str, names: Register) -> Case | str:
    try:
        case = Case.parse(text)
    except NotACase:
        return text
    return replace(case, subject=names.look_up(case.subject).id)
