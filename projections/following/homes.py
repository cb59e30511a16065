"""What stands in which schema: rows that are live, that were, that are being made, or nothing.

A schema is free once no program reads it; that a program is stopped shows in nobody leading for its rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import asyncpg

from eventlog.queries import load
from projections.following.models import own_definition
from projections.following.taking_in import HowFar, lead_of, quiet

if TYPE_CHECKING:
    from eventlog.database import AnyConnection

CHECK = "projections_check"  # where rows are made to be compared
PATIENCE = 8  # half seconds without a leader, until a program is taken to be stopped
AT_MOST = "2s"  # how long whoever drops rows waits for those that read them
_SQL = load("projections.following", "homes.sql")


@dataclass(frozen=True, slots=True)
class Home:
    """What a schema is to a definition of the read models; to none: it is free."""

    schema: str
    definition: str | None
    role: Literal["live", "previous", "next"] | None


async def homes(connection: AnyConnection) -> list[Home]:
    """What stands where."""
    return [Home(**row) for row in await connection.fetch(_SQL["homes"])]


async def checkpoints(connection: AnyConnection, schema: str) -> list[HowFar]:
    """How far each read model has come there."""
    return [HowFar(**row) for row in await connection.fetch(_SQL["checkpoints"], schema)]


async def own_home(connection: AnyConnection, role: str) -> str | None:
    """The schema that is this to the program's own definition."""
    own = own_definition()
    there = await homes(connection)
    return next((h.schema for h in there if (h.definition, h.role) == (own, role)), None)


async def to_be_had(connection: AnyConnection) -> AsyncIterator[Home]:
    """The schemas in which rows may be made, in this order: those that are free, the way back of other
    programs, the rows of those that are stopped, the way back of this one."""
    there, own = await homes(connection), own_definition()
    for home in there:
        if home.role in {None, "next"}:
            yield home
    others = [home for home in there if home.definition not in {None, own}]
    for home in others:
        if home.role == "previous":
            yield home
    for home in others:
        if home.role == "live" and await is_stopped(connection, home):
            yield home
    for home in there:
        if (home.definition, home.role) == (own, "previous"):
            yield home


async def is_stopped(connection: AnyConnection, home: Home) -> bool:
    """Whether for some seconds no projector has led for the definition of these rows; one that lost its
    session has taken the lead again by then."""
    assert home.definition is not None
    for _ in range(PATIENCE):
        if await is_held(connection, lead_of(home.definition)):
            return False
        await asyncio.sleep(0.5)
    return True


async def is_held(connection: AnyConnection, lock: int) -> bool:
    """Whether some session holds a lock: makes rows now, or leads for a definition of the read models."""
    return await connection.fetchval(_SQL["who_holds"], lock) is not None


async def quieted(connection: AnyConnection, home: Home) -> bool:
    """Nobody writes these rows, nor begins to lead for them, until the transaction ends; False: somebody
    has begun to."""
    assert home.definition is not None
    await quiet(connection)
    held: bool = await connection.fetchval(_SQL["try_their_lead"], lead_of(home.definition))
    return held


async def is_anything_made(connection: AnyConnection) -> bool:
    """Whether rows stand in any schema, or are said to."""
    there = await homes(connection)
    tables = [await connection.fetch(_SQL["tables"], home.schema) for home in there]
    return any(home.role is not None for home in there) or any(tables)


async def clear(connection: AnyConnection, schema: str) -> None:
    """Drop what stands in a schema. Raises LockNotAvailableError where somebody still reads it."""
    async with connection.transaction():
        if schema != CHECK:  # where nobody reads
            await connection.execute(_SQL["not_for_long"], AT_MOST)
        for row in await connection.fetch(_SQL["tables"], schema):
            await connection.execute(_SQL["drop_table"].format(schema=schema, table=row["tablename"]))
        await connection.execute(_SQL["forget_checkpoints"], schema)


async def sweep(connection: AnyConnection) -> None:
    """Drop the rows that are nobody's any more; those that somebody still reads another time."""
    for home in await homes(connection):
        if home.role is None:
            try:
                await clear(connection, home.schema)
            except asyncpg.LockNotAvailableError:
                continue
