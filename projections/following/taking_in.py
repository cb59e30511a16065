"""Follow the log in order: rows and checkpoint in one transaction.

A read model takes the log in by pages. Each page's rows and the model's checkpoint are committed together,
so that a process that dies midway loses nothing. A model that cannot take in an event stops there, and its
checkpoint says so; the other models go on. Each definition of the read models has a live schema of its own
(eventlog/sql/021_homes.sql).
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
    """No schema has live rows of this program's definition of the read models."""

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
    """The log up to the end of a page, read in one transaction; `at` takes earlier positions only."""

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

    schema: the one in which rows are being built; None: the live one. If a page fails, it is tried again
    event by event. An event that cannot be taken in is noted in the checkpoint, and Failed is raised for
    it, now and at every further call. Raises NotMade.
    """
    try:
        return await take_page(connection, model, schema, page)
    except (*LOST, Failed, NotMade):
        raise
    except Exception:
        reached = None
    home = schema or await home_of(connection)
    try:
        for _ in range(page):  # the failing event is in this page, unless the cause was temporary
            if (step := await take_page(connection, model, schema, 1)) is None:
                break
            reached = step
    except (*LOST, Failed, NotMade):
        raise
    except Exception as cause:
        raise await write_down(connection, model, schema, home, cause) from cause
    return reached


async def take_page(connection: AnyConnection, model: ReadModel, schema: str | None, size: int) -> int | None:
    """Take in one page, completely or not at all; within the caller's transaction, if there is one."""
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
    """A model's checkpoint in a schema (None: the live one). Until the transaction ends, unqualified table
    names mean that schema, its checkpoint is locked, and a live schema stays live. Raises NotMade."""
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
    if len(events) <= PAGE:  # in a thread, so that a server goes on; a rebuild writes rows as computed
        records = await asyncio.to_thread(list, records)
    await connection.execute(queries(model)["forget"], list(histories))
    await connection.copy_records_to_table(
        model.name, columns=[*model.columns, "known_since", "known_until"], records=records
    )


async def write_down(
    connection: AnyConnection, model: ReadModel, schema: str | None, home: str | None, cause: Exception
) -> Failed:
    """Note in the checkpoint on which event a model stopped and why, unless other rows have become live
    since. Returns the error to raise."""
    async with connection.transaction():
        checkpoint = await _checkpoint(connection, model, schema)
        after = checkpoint["position"]
        culprit = await connection.fetchval(_SQL["next"], query_json(model.topics), after)
        failed = Failed(model.name, culprit or after + 1, cause)
        if checkpoint["schema"] == home:
            await connection.execute(_SQL["failed"], home, model.name, failed.position, str(failed))
    return failed


async def quiet(connection: AnyConnection) -> None:
    """Until this transaction ends, no projector writes live rows, and no other rows become live."""
    await connection.execute(_SQL["quiet"])


async def head_of(connection: AnyConnection) -> int:
    """The position of the log's newest event."""
    head: int = await connection.fetchval(_SQL["head"])
    return head


def lead_of(whole: str) -> int:
    """The key of the lock that the leading projector holds. Each definition of the read models has its own
    key, so that during a deployment the old and the new program each keep their own rows up to date."""
    return int(whole, 16) >> 33  # a key has 31 bits


async def followed(connection: AnyConnection) -> tuple[str | None, dict[str, HowFar]]:
    """The live schema of this program's definition (None if there is none), and how far each of its models
    has read the log."""
    rows_ = [dict(row) for row in await connection.fetch(_SQL["followed"], own_definition())]
    homes = {row.pop("schema") for row in rows_}
    return next(iter(homes), None), {row["model"]: HowFar(**row) for row in rows_}


async def home_of(connection: AnyConnection) -> str | None:
    """The live schema of this program's definition; None if there is none."""
    home: str | None = await connection.fetchval(_SQL["home"], own_definition())
    return home
