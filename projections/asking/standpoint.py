"""What every question carries: the reader, a day and a position, the schema of the rows, names of places.

None of it is kept in global state, so that questions asked at the same time do not affect each other.
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
    """The reader's role may not see this kind of answer at all, whatever it contains."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """A reader, the log that is read, and the register of the divisions' names."""

    log: Log
    reader: Reader
    names: Register = SHIPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint(Eyes):
    """A reader with a day, a position, and the schema whose rows were live when the question began."""

    view: View
    home: str = ""  # the schema of the rows; empty: the question asks no read model

    def named(self, id_: str, called: str | None = None) -> Named:
        """A subject or unit with its name on the day. Projects, zones and towns are not in the register: they
        bear the name under which they are listed (`called`)."""
        if called and is_beside(id_):
            return Named(id=id_, name=called)
        then, today = self.names.name_on(id_, self.view.as_of), self.names.name_of(id_)
        return Named(id=id_, name=then, today=today if today != then else NOT_STATED)

    def ended(self, id_: str) -> EndedIn | NotStated:
        """The end of a subject that has ended by the day, or may have: an end of which only the year is known
        is uncertain during that year."""
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
