"""Follow the log in order: rows and checkpoint in one transaction.

A read model takes the log in by pages; each page's rows and the model's checkpoint are committed
together, so whoever dies in the middle of it has lost nothing. A model that cannot take an event in stops
there and says so in its checkpoint; the others go on. Rows stand in the schema where this program's
definition of them is live (eventlog/sql/021_homes.sql); another definition has its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel import Query, Recorded
from eventlog.errors import LedgerError
from eventlog.log import LOST, WHOLE, at, query_json, read
from eventlog.queries import load
from projections.following.models import own_definition
from projections.model import ReadModel, Row, queries, rows

if TYPE_CHECKING:
    from asyncpg import Record

    from eventlog.database import AnyConnection

PAGE = 1_000

_SQL = load("projections.following", "taking_in.sql")


class NotMade(LedgerError):
    """Nowhere are the read models as this program defines them."""

    def __init__(self) -> None:
        super().__init__("the read models are not made yet, or not as this program defines them")


class Failed(LedgerError):
    """A read model cannot take an event in; nothing of that page was written."""

    def __init__(self, model: str, position: int, cause: BaseException) -> None:
        super().__init__(
            "{model!r} cannot take in event {position}: {cause}",
            model=model,
            position=position,
            cause=repr(cause),
        )
        self.model = model
        self.position = position


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far a read model has come."""

    model: str
    definition: str
    position: int
    failed_at: int | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class _Page:
    """The log as far as a page's end, read in one transaction; `at` is asked for what lies before."""

    connection: AnyConnection
    until: int

    async def matching(self, query: Query) -> list[Recorded]:
        return await read(self.connection, query, until=self.until, limit=WHOLE)

    async def at(self, positions: Collection[int]) -> list[Recorded]:
        return await at(self.connection, positions)


async def advance(
    connection: AnyConnection, model: ReadModel, *, schema: str | None = None, page: int = PAGE
) -> int | None:
    """Take in one page. Returns the position reached, or None if there was nothing new.

    schema: where rows are made that are not live; None: the live ones, wherever they are. A page that
    fails is tried again event by event, up to the one that cannot be taken in; that is written down, and
    Failed is raised for it, now and at every further call. Raises NotMade.
    """
    try:
        return await take_page(connection, model, schema, page)
    except (*LOST, Failed, NotMade):
        raise
    except Exception:
        reached = None
    home = schema or await home_of(connection)
    try:
        for _ in range(page):  # the culprit is in this page, unless its cause has gone
            if (step := await take_page(connection, model, schema, 1)) is None:
                break
            reached = step
    except (*LOST, Failed, NotMade):
        raise
    except Exception as cause:
        raise await write_down(connection, model, schema, home, cause) from cause
    return reached


async def take_page(connection: AnyConnection, model: ReadModel, schema: str | None, size: int) -> int | None:
    """One page, whole or not at all; in the caller's transaction if it is in one."""
    async with connection.transaction():
        checkpoint = await _checkpoint(connection, model, schema)
        after: int = checkpoint["position"]
        if checkpoint["failed_at"] is not None:
            raise Failed(model.name, checkpoint["failed_at"], RuntimeError("stopped there before"))
        head = await head_of(connection)
        events = await read(connection, model.topics, after=after, until=head, limit=size)
        reached = events[-1].position if len(events) == size else head
        if reached == after:
            return None
        await _take_in(connection, model, events, reached)
        await connection.execute(_SQL["reached"], checkpoint["schema"], model.name, reached)
    return reached


async def _checkpoint(connection: AnyConnection, model: ReadModel, schema: str | None) -> Record:
    """Where a model has come to in a schema, or where its rows are live; unqualified names mean the tables
    there, and both stay so, until the transaction ends. Raises NotMade."""
    if schema is None:
        await quiet(connection)
        found = await connection.fetchrow(_SQL["live_checkpoint"], own_definition(), model.name)
    else:
        found = await connection.fetchrow(_SQL["checkpoint"], schema, model.name)
    if found is None:
        raise NotMade
    return found


async def _take_in(connection: AnyConnection, model: ReadModel, events: list[Recorded], until: int) -> None:
    """Replace the rows of every history that these events touch."""
    histories = await model.histories(events, _Page(connection, until))
    if not histories:
        return
    records: Iterable[Row] = (row for key, history in histories.items() for row in rows(model, key, history))
    if len(events) <= PAGE:  # beside whatever else this process does; a rebuild takes them as they come
        records = await asyncio.to_thread(list, records)
    await connection.execute(queries(model)["forget"], list(histories))
    await connection.copy_records_to_table(
        model.name, columns=[*model.columns, "known_since", "known_until"], records=records
    )


async def write_down(
    connection: AnyConnection, model: ReadModel, schema: str | None, home: str | None, cause: Exception
) -> Failed:
    """On which event a model stopped, and why; unless others are live by now than those that failed."""
    async with connection.transaction():
        checkpoint = await _checkpoint(connection, model, schema)
        after = checkpoint["position"]
        culprit = await connection.fetchval(_SQL["next"], query_json(model.topics), after)
        failed = Failed(model.name, culprit or after + 1, cause)
        if checkpoint["schema"] == home:
            await connection.execute(_SQL["failed"], home, model.name, failed.position, str(failed))
    return failed


async def quiet(connection: AnyConnection) -> None:
    """No projector writes live rows, and none become live, while this transaction lasts."""
    await connection.execute(_SQL["quiet"])


async def head_of(connection: AnyConnection) -> int:
    """The position of the log's newest event."""
    head: int = await connection.fetchval(_SQL["head"])
    return head


def lead_of(whole: str) -> int:
    """Which lock the one holds who leads: each definition of the read models has its own, so that after a
    deployment both programs follow, each its own rows."""
    return int(whole, 16) >> 33  # a key has 31 bits


async def followed(connection: AnyConnection) -> tuple[str | None, dict[str, HowFar]]:
    """The schema whose rows are live as this program defines them, and how far they have come. None: there
    is none."""
    rows_ = [dict(row) for row in await connection.fetch(_SQL["followed"], own_definition())]
    homes = {row.pop("schema") for row in rows_}
    return next(iter(homes), None), {row["model"]: HowFar(**row) for row in rows_}


async def home_of(connection: AnyConnection) -> str | None:
    """The schema whose rows are live as this program defines them; None: there is none."""
    home: str | None = await connection.fetchval(_SQL["home"], own_definition())
    return home
