"""Build rows in a schema that nobody reads; an interrupted build continues where it stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from eventlog.errors import LedgerError
from eventlog.queries import load
from projections.following import models
from projections.following.homes import checkpoints, clear, own_home, quieted, to_be_had
from projections.following.models import own_definition
from projections.following.taking_in import Failed, advance
from projections.model import definition, queries

if TYPE_CHECKING:
    from eventlog.database import AnyConnection

REBUILD_PAGE = 20_000
MAKING, CHECKING = 4, 5  # locks held while rows are built: to go live, only to compare
_SQL = load("projections.following", "building.sql")
Progress = Callable[[str, int], None]  # a model's name, the position it has reached


class UnderWay(LedgerError):
    """Another process is already rebuilding the read models; only one may at a time."""


class InUse(LedgerError):
    """No schema could be freed, because programs or long queries read them all; nothing was changed."""


def silently(_model: str, _position: int) -> None:
    """No progress is shown."""


@asynccontextmanager
async def alone(connection: AnyConnection, lock: int, *, wait: bool) -> AsyncIterator[None]:
    """Hold the lock that lets only one process build rows. Raises UnderWay if it is taken, unless `wait`."""
    try:
        if wait:
            await connection.execute(_SQL["wait_to_make"], lock)
        elif not await connection.fetchval(_SQL["try_to_make"], lock):
            raise UnderWay("another process makes the read models anew; see: designations rebuild --status")
        yield
    except asyncio.CancelledError:
        connection.terminate()  # the server releases the lock when the session ends
        raise
    finally:
        if not connection.is_closed():
            await connection.execute(_SQL["end_making"], lock)


async def begin(connection: AnyConnection) -> str:
    """Choose the schema to build in: that of an interrupted rebuild by a program of this definition, if no
    model failed in it; else one that nobody reads, with new empty tables. Raises InUse."""
    own = await own_home(connection, "next")
    if own is not None and await _can_go_on(connection, own):
        return own
    async for home in to_be_had(connection):
        try:
            async with connection.transaction():
                if home.role == "live" and not await quieted(connection, home):
                    continue
                await drop_next(connection)
                await connection.execute(_SQL["begin_next"], home.schema, own_definition())
                await define(connection, home.schema)
        except asyncpg.LockNotAvailableError:
            continue  # a long query, begun before the schema was free, still reads it
        return home.schema
    raise InUse("other programs or long questions read every schema: stop them first, or ask again")


async def _can_go_on(connection: AnyConnection, schema: str) -> bool:
    """Whether the rebuild in this schema can be continued: no read model has failed in it."""
    return all(c.failed_at is None for c in await checkpoints(connection, schema))


async def drop_next(connection: AnyConnection) -> bool:
    """Give up the unfinished rebuild and free its schema. Returns whether there was one."""
    return bool(await connection.fetch(_SQL["drop_next"]))


async def define(connection: AnyConnection, schema: str) -> None:
    """Replace the tables of a schema with empty ones for all read models."""
    await clear(connection, schema)
    await connection.execute(_SQL["use_schema"].format(schema=schema))
    for model in models.MODELS:
        await connection.execute(queries(model)["define"])
        await connection.execute(_SQL["begin_model"], schema, model.name, definition(model))


async def build(connection: AnyConnection, schema: str, progress: Progress) -> list[Failed]:
    """Read the log into each model, from its checkpoint to the head. Returns why models stopped."""
    failures: dict[str, Failed] = {}
    for _ in range(2):  # the second pass takes in the few events that came during the first
        for model in models.MODELS:
            try:
                while model.name not in failures and (
                    reached := await advance(connection, model, schema=schema, page=REBUILD_PAGE)
                ):
                    progress(model.name, reached)
            except Failed as failed:
                failures[model.name] = failed
    return list(failures.values())
