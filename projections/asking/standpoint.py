"""What every question carries: whose eyes look, from where in time, where the rows are, the names of places.

Nothing of it is kept elsewhere: two questions at once, of one task or of two, look from where each says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.access import Reader
from domain.dates import parse
from domain.subjects import is_beside
from eventlog.errors import LedgerError
from eventlog.log import Log
from projections.answers import NOT_STATED, EndedIn, Named, NotStated
from projections.asking.moments import NotYetKnown, View
from projections.following.taking_in import followed
from projections.model import ReadModel, query_at
from projections.words.names import SHIPPED, Register

if TYPE_CHECKING:
    from asyncpg import Record


class NotForThem(LedgerError):
    """An answer that the reader's role may not see at all; what is in it plays no part."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks into which log, and how divisions are called."""

    log: Log
    reader: Reader
    names: Register = SHIPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint(Eyes):
    """The same from a day, as known at a position; with the rows that were live when the question began."""

    view: View
    home: str = ""  # the schema of the rows; empty: the question asks no read model

    def named(self, id_: str, called: str | None = None) -> Named:
        """A subject or unit, as it was called on the day; a project, a zone or a town, which the register
        does not name, as it is called where it is listed."""
        if called and is_beside(id_):
            return Named(id=id_, name=called)
        then, today = self.names.name_on(id_, self.view.as_of), self.names.name_of(id_)
        return Named(id=id_, name=then, today=today if today != then else NOT_STATED)

    def ended(self, id_: str) -> EndedIn | NotStated:
        """That a subject has ended by the day, or may have: in the year of a change it is both."""
        end = self.names.end_of(id_)
        if end is None or (when := parse(end.on)).earliest is None or when.earliest > self.view.as_of:
            return NOT_STATED
        return EndedIn(
            on=end.on,
            surely=when.latest <= self.view.as_of,
            into=tuple(map(self.named, end.into)),
            event=NOT_STATED if end.event is None else end.event,
        )

    async def fetch(self, model: ReadModel, query: str, *arguments: object) -> list[Record]:
        """The rows that one of a read model's queries finds."""
        return await self.log.pool.fetch(query_at(model, query, self.home), *arguments)


async def reached(log: Log, model: ReadModel, asked: int | None) -> tuple[str, int]:
    """The schema whose rows are live, and the position to answer at: the one asked for, or the newest.
    Raises NotYetKnown."""
    async with log.pool.acquire() as connection:
        home, found = await followed(connection)
    newest = found[model.name].position if model.name in found else 0
    if home is None or model.name not in found or (asked is not None and asked > newest):
        raise NotYetKnown(model.name, newest, asked or 1)
    return home, newest if asked is None else asked
