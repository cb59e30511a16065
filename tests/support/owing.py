"""What a holder owes on a day, worked out from its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from domain.cases import Case
from domain.dates import a_day
from domain.duties import Obligation, as_read, dues, obligations
from domain.events import DesignationAwarded, HistoricalDesignationRecorded
from domain.history import believed
from domain.kernel import Query, Selector
from domain.rules import Facts, Held, Seen
from tests.support.given import Given


def all_owed(
    g: Given, designation: str, as_of: str, chosen: Mapping[str, str] = MappingProxyType({})
) -> list[Obligation]:
    """A holder's obligations on a day, in their order; chosen: how open points are read."""
    tags = (f"designation:{designation}", f"entry:{designation}")
    query = Query(tuple(Selector.of(tags={tag}) for tag in tags))
    day = date.fromisoformat(as_of)
    facts = Facts(tuple(believed(g.ledger.read(query))), day, day)
    titles: list[Seen[Any]] = [*facts.of(DesignationAwarded), *facts.of(HistoricalDesignationRecorded)]
    first, last = titles[0].fact.held_from, titles[0].fact.held_until
    since = a_day(first) if first else titles[0].day
    until = a_day(last) if last else None
    title = Held(designation, since, until, facts, designation)
    whole = dues(Case.parse(designation).programme, title)
    stated = [(rule, due) for book, rule, it in whole if (due := as_read(book.cited, it, chosen))]
    return obligations(stated, until=until, as_of=day)


def owed(g: Given, designation: str, as_of: str) -> dict[tuple[str, str], Obligation]:
    """The same by (what, which); what was filed goes before what goes on."""
    found = reversed(all_owed(g, designation, as_of))
    return {(o.due.what, o.due.of): o for o in found}
