"""Which schema holds which rows: live ones, previous ones, ones being built, or none.

A schema is free once no program reads it. A program counts as stopped when no projector leads for its
definition of the read models.
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

CHECK = "projections_check"  # where rows are built only to be compared
PATIENCE = 8  # half-seconds without a leader after which a program counts as stopped
AT_MOST = "2s"  # how long dropping a table waits for its readers
_SQL = load("projections.following", "homes.sql")


@dataclass(frozen=True, slots=True)
class Home:
    """A schema and its role for one definition of the read models; without a definition it is free."""

    schema: str
    definition: str | None
    role: Literal["live", "previous", "next"] | None


async def homes(connection: AnyConnection) -> list[Home]:
    """All schemas for rows, each with its definition and role."""
    return [Home(**row) for row in await connection.fetch(_SQL["homes"])]


async def checkpoints(connection: AnyConnection, schema: str) -> list[HowFar]:
    """How far each read model in this schema has read the log."""
    return [HowFar(**row) for row in await connection.fetch(_SQL["checkpoints"], schema)]


async def own_home(connection: AnyConnection, role: str) -> str | None:
    """The schema that has this role for the program's own definition; None if there is none."""
    own = own_definition()
    there = await homes(connection)
    return next((h.schema for h in there if (h.definition, h.role) == (own, role)), None)


async def to_be_had(connection: AnyConnection) -> AsyncIterator[Home]:
    """The schemas in which rows may be built, in this order: free ones and that of an unfinished rebuild;
    previous rows of other programs; live rows of other programs that are stopped; this program's own
    previous rows."""
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
    """Whether no projector has led for these rows' definition for some seconds: long enough for one that
    only lost its connection to take the lead again."""
    assert home.definition is not None
    for _ in range(PATIENCE):
        if await is_held(connection, lead_of(home.definition)):
            return False
        await asyncio.sleep(0.5)
    return True


async def is_held(connection: AnyConnection, lock: int) -> bool:
    """Whether some session holds this lock: the one for building rows, or the lead for a definition."""
    return await connection.fetchval(_SQL["who_holds"], lock) is not None


async def quieted(connection: AnyConnection, home: Home) -> bool:
    """Keep everybody from writing these rows or leading for them until the transaction ends. Returns False
    if a projector leads for them already."""
    assert home.definition is not None
    await quiet(connection)
    held: bool = await connection.fetchval(_SQL["try_their_lead"], lead_of(home.definition))
    return held


async def is_anything_made(connection: AnyConnection) -> bool:
    """Whether any schema has tables of rows, or is registered as having them."""
    there = await homes(connection)
    tables = [await connection.fetch(_SQL["tables"], home.schema) for home in there]
    return any(home.role is not None for home in there) or any(tables)


async def clear(connection: AnyConnection, schema: str) -> None:
    """Drop a schema's tables and checkpoints. Raises LockNotAvailableError if somebody still reads it."""
    async with connection.transaction():
        if schema != CHECK:  # no reader uses that schema
            await connection.execute(_SQL["not_for_long"], AT_MOST)
        for row in await connection.fetch(_SQL["tables"], schema):
            await connection.execute(_SQL["drop_table"].format(schema=schema, table=row["tablename"]))
        await connection.execute(_SQL["forget_checkpoints"], schema)


async def sweep(connection: AnyConnection) -> None:
    """Drop the tables of free schemas; those that are still being read are left for a later call."""
    for home in await homes(connection):
        if home.role is None:
            try:
                await clear(connection, home.schema)
            except asyncpg.LockNotAvailableError:
                continue
