"""What a holder owes on a day: owed, filed, late, overdue, or without a date in the text.

Nothing is refused for it. What is stored does not depend on the day; the question brings it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from domain.programmes import PROGRAMMES
from domain.rules import Due, Held

State: TypeAlias = Literal["owed", "filed", "late", "overdue", "no-date-set"]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing owed, as it stands on a day."""

    rule: str
    due: Due
    state: State
    days_late: int = 0


def dues(programme: str, title: Held) -> list[tuple[str, Due]]:
    """What the programme's duty rules say of a title, each with its rule's id."""
    of = PROGRAMMES.get(programme)
    rules = of.rules if of else []
    return [(rule.id, due) for rule in rules if rule.owes for due in rule.owes(title)]


def obligations(
    stated: Iterable[tuple[str, Due]], *, until: date | None, as_of: date
) -> list[Obligation]:
    """As they stand on a day; until: the title's last day, if it has one."""
    everything = list(stated)
    found = []
    for rule, due in everything:
        filed_years = {
            (r, d.what, d.of) for r, d in everything if d.filed is not None and d.filed <= as_of
        }
        for single in _singles(due, until, as_of):
            if due.yearly and (rule, due.what, single.of) in filed_years:
                continue
            found.append(_as_it_stands(rule, single, as_of))
    return found


def _singles(due: Due, until: date | None, as_of: date) -> Iterator[Due]:
    """A yearly duty for each year that has begun and at whose end the title is held."""
    if not due.yearly:
        yield due
        return
    assert due.due is not None  # what comes each year has a day
    for year in range(due.due.year, as_of.year + 1):
        day = due.due.replace(year=year)
        if until is None or until >= day:
            yield replace(due, due=day, of=str(year), yearly=False)


def _as_it_stands(rule: str, due: Due, as_of: date) -> Obligation:
    filed = due.filed is not None and due.filed <= as_of
    if filed and due.due is not None and due.filed is not None and due.filed > due.due:
        return Obligation(rule, due, "late", (due.filed - due.due).days)
    if filed:
        return Obligation(rule, due, "filed")
    open_due = replace(due, filed=None, filed_by=None)  # it is filed after the day asked about
    if due.due is None:
        return Obligation(rule, open_due, "no-date-set")
    if as_of > due.due:
        return Obligation(rule, open_due, "overdue", (as_of - due.due).days)
    return Obligation(rule, open_due, "owed")
