"""Titles, each with what its holder owes, as it stands on the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from domain.duties import Obligation, as_read, obligations
from domain.events import CORRECTION_TOPICS, ReadingRecorded
from domain.history import believed
from domain.kernel import Query, Selector
from domain.programmes import ever_books_of
from domain.rules import Due
from domain.tags import TERMS
from eventlog.log import WHOLE
from projections.answers import NOT_STATED, Answer, Named, Next, NotStated, Position, answer
from projections.asking.access import may_owe, own_of, units_of
from projections.asking.standpoint import Standpoint
from projections.obligations.rows import Obligations

if TYPE_CHECKING:
    from asyncpg import Record


@answer("Duty")
class Duty(Answer):
    """One thing owed, or filed."""

    rule: str
    what: str
    of: str | None
    due: date | None
    state: str
    filed: date | None
    filed_by: Position | None
    days_late: int | NotStated = NOT_STATED
    rests: Annotated[str, Field(description="on which open point it rests")] | NotStated = NOT_STATED
    lacking: tuple[str, ...] | NotStated = NOT_STATED


@answer("Holder")
class Holder(Answer):
    """A title, and what its holder owes."""

    designation: str
    programme: str
    round: str
    subject: Named
    held_from: date
    held_until: date | None
    obligations: tuple[Duty, ...]


@answer("Obligations")
class ObligationsPage(Answer):
    """A page of titles with what is owed."""

    as_of: date
    as_known: Position
    titles: tuple[Holder, ...]
    next: Next


async def owed(
    at: Standpoint, *, programme: str | None, subject: str | None, after: str | None, limit: int
) -> list[Holder]:
    """At most `limit` titles behind one, each with what its holder owes. To a unit or city, its own. Raises
    NotForThem."""
    cell = may_owe(at.reader)
    rows = await at.fetch(
        Obligations(),
        "page",
        at.view.as_known,
        at.view.as_of,
        programme,
        subject,
        after,
        limit,
        own_of(at.reader, cell) if cell == "own" else None,
        units_of(at.reader),
    )
    titles: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        titles[row["designation"]].append(row)
    chosen = await _chosen(at, {row["programme"] for row in rows if row["rests"]})
    return [_owing(at, own, chosen.get(own[0]["programme"], {})) for own in titles.values()]


async def _chosen(at: Standpoint, programmes: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """How the open points that the duties of each programme rest on are read, as known at a position,
    on a day: point, choice."""
    books = {book.id for programme in programmes for book in ever_books_of(programme)}
    topics = {ReadingRecorded.topic, *CORRECTION_TOPICS}
    query = Query(tuple(Selector.of(topics=topics, tags={TERMS(book)}) for book in books))
    found = await at.log.read(query, until=at.view.as_known, limit=WHOLE) if books else []
    chosen: dict[str, dict[str, str]] = defaultdict(dict)
    for b in believed(found):
        fact = b.fact
        if isinstance(fact, ReadingRecorded) and fact.choice and b.latest_day <= at.view.as_of:
            for programme in programmes:
                if fact.programme in {book.id for book in ever_books_of(programme)}:
                    chosen[programme][fact.point] = fact.choice
    return chosen


def _owing(at: Standpoint, rows: list[Record], chosen: Mapping[str, str]) -> Holder:
    first = rows[0]
    stated = [(row["rule"], as_read(row["edition"], _due(row), chosen)) for row in rows]
    owed = [(rule, due) for rule, due in stated if due is not None]
    found = obligations(owed, until=first["until"], as_of=at.view.as_of)
    return Holder(
        designation=first["designation"],
        programme=first["programme"],
        round=first["round"],
        subject=at.named(first["subject"]),
        held_from=first["since"],
        held_until=first["until"],
        obligations=tuple(_duty(obligation) for obligation in found),
    )


def _due(row: Record) -> Due:
    return Due(
        what=row["what"],
        due=row["due"],
        yearly=row["yearly"],
        of=row["which"],
        filed=row["filed"],
        filed_by=row["filed_by"],
        rests=row["rests"],
        lacking=tuple(row["lacking"]),
        begins=row["begins"],
    )


def _duty(obligation: Obligation) -> Duty:
    due = obligation.due
    return Duty(
        rule=obligation.rule,
        what=due.what,
        of=due.of or None,
        due=due.due,
        state=obligation.state,
        filed=due.filed,
        filed_by=due.filed_by,
        days_late=obligation.days_late or NOT_STATED,
        rests=due.rests or NOT_STATED,
        lacking=due.lacking or NOT_STATED,
    )
