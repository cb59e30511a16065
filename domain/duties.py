"""What a holder owes on a day: owed, filed, late, overdue, or without a date in the text.

Nothing is refused for it. What is stored does not depend on the day; the question brings it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from domain.programme import Programme
from domain.programmes import books_of, edition_cited
from domain.rules import Due, Held

LAST_YEAR = 2199  # of a question; a yearly duty is not spelt out beyond it
State: TypeAlias = Literal["owed", "filed", "late", "incomplete", "overdue", "no-date-set"]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing owed, as it stands on a day."""

    rule: str
    due: Due
    state: State
    days_late: int = 0


def dues(programme: str, title: Held) -> list[tuple[Programme, str, Due]]:
    """What duty rules say of a title, each with its rule's id and the edition that it stands in: the one that
    judged the title, or was in force when it began to be held, as read where it was recorded."""
    books = books_of(programme, title.since, title.place, title.cited)
    return [
        (book, rule.id, due) for book in books for rule in book.rules if rule.owes for due in rule.owes(title)
    ]


def as_read(edition: str, due: Due, chosen: Mapping[str, str]) -> Due | None:
    """A duty of an edition (city-2019/1) as the recorded readings (point: choice) have it; None: by them it
    is not owed."""
    book = edition_cited(edition)
    return due if book is None else book.as_read(due, chosen)


def obligations(stated: Iterable[tuple[str, Due]], *, until: date | None, as_of: date) -> list[Obligation]:
    """As they stand on a day; until: the title's last day, if it has one.

    A duty is stated once, and each thing filed for it beside it; what was filed after the day asked
    about does not count yet, nor what is owed from a later day on. A duty that has been met stands as
    what was filed for it; one without a date goes on while the title is held.
    """
    everything = list(stated)
    filed = [(rule, due) for rule, due in everything if due.filed and due.filed <= as_of]
    met = {(rule, due.what, due.of) for rule, due in filed}
    found = [_as_filed(rule, due) for rule, due in filed]
    for rule, due in everything:
        if due.filed is not None or (due.begins is not None and due.begins > as_of):
            continue
        for single in _singles(due, until, as_of):
            open_ended = single.due is None
            if open_ended and until is not None and as_of > until:
                continue
            if open_ended or (rule, single.what, single.of) not in met:
                found.append(_as_open(rule, single, as_of))
    return sorted(found, key=lambda o: (o.rule, o.due.what, o.due.of, o.due.filed or date.max))


def _singles(due: Due, until: date | None, as_of: date) -> Iterator[Due]:
    """A yearly duty for each year that has begun and at whose end the title is held."""
    if not due.yearly:
        if due.due is None or until is None or due.due <= until:
            yield due
        return
    assert due.due is not None  # what comes each year has a day
    last = min(as_of, until) if until is not None else as_of
    for year in range(due.due.year, min(last.year, LAST_YEAR) + 1):
        day = due.due.replace(year=year)
        if until is None or until >= day:
            yield replace(due, due=day, of=str(year), yearly=False)


def _as_filed(rule: str, due: Due) -> Obligation:
    assert due.filed is not None  # it was filed
    late = max((due.filed - due.due).days, 0) if due.due is not None else 0
    if due.lacking:
        return Obligation(rule, due, "incomplete", late)
    return Obligation(rule, due, "late" if late else "filed", late)


def _as_open(rule: str, due: Due, as_of: date) -> Obligation:
    if due.due is None:
        return Obligation(rule, due, "no-date-set")
    if as_of > due.due:
        return Obligation(rule, due, "overdue", (as_of - due.due).days)
    return Obligation(rule, due, "owed")
