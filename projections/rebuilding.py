"""All rows made anew beside the live ones, compared with them, and put in their place in one step.

What a process or server that dies in the middle of it leaves behind:

- while rows are made: the live ones as they were, and beside them those that were made so far. Asked again,
  the rebuild goes on from there.
- while they are put in their place: the live ones or the new ones, never a mix.

Readers are never kept waiting for longer than a lock takes (they are let through first, the switch tries
again). The rows that were live are kept beside: the way back, and for the program before, which goes on
reading and following them until it is stopped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg

from eventlog.errors import LedgerError
from eventlog.queries import load
from projections import runner
from projections.model import ReadModel, definition, queries
from projections.runner import (
    CHECK,
    LIVE,
    NEXT,
    PAGE,
    PREVIOUS,
    Failed,
    advance,
    checkpoints,
    home_of,
    lead_of,
    own_definitions,
    take_page,
    use,
)

if TYPE_CHECKING:
    from eventlog.database import AnyConnection

_LOCKS = {NEXT: 4, CHECK: 5}
REBUILD_PAGE = 20_000
_TRIES = 200  # to put rows in their place, a moment apart: readers go first
_SQL = {**load("projections", "runner.sql"), **load("projections", "rebuilding.sql")}
_LOGGER = logging.getLogger("designations.projector")
Progress = Callable[[str, int], None]  # a model's name, the position it has reached


class UnderWay(LedgerError):
    """Another process makes the read models anew; one does at a time."""


class NothingThere(LedgerError):
    """There is no rebuild to go on with or to cancel, or nothing to go back to."""


class Differs(LedgerError):
    """The rows made anew are not the live ones; both are kept, nothing was switched."""


class InUse(LedgerError):
    """Rows that are to be dropped are followed by another program; nothing was done."""


class Held(LedgerError):
    """Readers hold the live rows for too long; nothing was switched. Ask again."""


@dataclass(frozen=True, slots=True)
class Making:
    """A rebuild that is under way, or was interrupted."""

    running: bool
    models: dict[str, int]  # the position that each has reached
    head: int


def _silent(_model: str, _position: int) -> None:
    """No progress is shown."""


# ---------------------------------------------------------------------------- making


@asynccontextmanager
async def _alone(connection: AnyConnection, schema: str, *, wait: bool) -> AsyncIterator[None]:
    """One process at a time makes rows in a schema. Raises UnderWay."""
    lock = _LOCKS[schema]
    try:
        if wait:
            await connection.execute(_SQL["wait_to_make"], lock)
        elif not await connection.fetchval(_SQL["try_to_make"], lock):
            raise UnderWay(
                "another process makes the read models anew; see: designations rebuild --status"
            )
        yield
    except asyncio.CancelledError:
        connection.terminate()  # the lock is the session's: it ends with it
        raise
    finally:
        if not connection.is_closed():
            await connection.execute(_SQL["end_making"], lock)


async def _clear(connection: AnyConnection, schema: str) -> None:
    for table in await _tables(connection, schema):
        await connection.execute(_SQL["drop_table"].format(schema=schema, table=table))


async def _tables(connection: AnyConnection, schema: str) -> list[str]:
    return [row["tablename"] for row in await connection.fetch(_SQL["tables"], schema)]


async def _begin(connection: AnyConnection, schema: str) -> None:
    """Empty tables for all read models."""
    async with connection.transaction():
        await _clear(connection, schema)
        await use(connection, schema)
        await connection.execute(_SQL["define"])
        for model in runner.MODELS:
            await connection.execute(queries(model)["define"])
            await connection.execute(_SQL["begin_model"], model.name, definition(model))


async def _can_go_on(connection: AnyConnection) -> bool:
    """Whether rows of this program's definition were begun, and none of them stopped."""
    there = await checkpoints(connection, NEXT)
    whole = {c.model: c.definition for c in there} == own_definitions()
    return whole and all(c.failed_at is None for c in there)


async def _build(connection: AnyConnection, schema: str, progress: Progress) -> list[Failed]:
    """Take the log in from where the rows are, to its head. Returns the models that stopped."""
    failures: dict[str, Failed] = {}
    for _ in range(2):  # the second time what came while the first was at it, which is little
        for model in runner.MODELS:
            try:
                while model.name not in failures and (
                    reached := await advance(connection, model, schema=schema, page=REBUILD_PAGE)
                ):
                    progress(model.name, reached)
            except Failed as failed:
                failures[model.name] = failed
    return list(failures.values())


async def rebuild(
    connection: AnyConnection, progress: Progress = _silent, *, whole: bool = True,
    anyway: bool = False, wait: bool = False,
) -> str | None:  # fmt: skip
    """Make all rows anew, or go on where it was interrupted; compare them with the live ones, and put them
    in their place. Returns where the live ones differed, if they were replaced `anyway`.

    Interrupted, the live ones stand as they were. Raises UnderWay, Differs, Held, and Failed, unless the
    rows of a model that stops on an event are to be put in place as far as they go (whole=False).
    """
    async with _alone(connection, NEXT, wait=wait):
        return await _rebuild(connection, progress, whole=whole, anyway=anyway)


async def _rebuild(
    connection: AnyConnection, progress: Progress, *, whole: bool, anyway: bool
) -> str | None:
    if not await _can_go_on(connection):
        await _begin(connection, NEXT)
    failures = await _build(connection, NEXT, progress)
    if failures and whole:
        raise failures[0]
    difference = await _difference(connection, LIVE, NEXT)
    if difference is not None and not anyway:
        raise Differs(
            f"the live rows are not those made anew ({difference}); nothing was switched: find out "
            "why, or switch with: designations rebuild --anyway"
        )
    await _nobody_follows_what_is_dropped(connection)
    stopped = frozenset(failed.model for failed in failures)
    # what came during the comparison, so that the switch has little to do
    for model in runner.MODELS:
        while model.name not in stopped and await advance(connection, model, schema=NEXT):
            pass
    await _switch(connection, stopped)
    return difference


async def _nobody_follows_what_is_dropped(connection: AnyConnection) -> None:
    """Raises InUse: a program of before still follows the rows that are kept for it."""
    there = {c.model: c.definition for c in await checkpoints(connection, PREVIOUS)}
    if (
        there
        and there != own_definitions()
        and await connection.fetchval(_SQL["who_follows"], lead_of(there))
    ):
        raise InUse(
            "the program before still follows its rows, which would be dropped: stop it first"
        )


async def _switch(connection: AnyConnection, stopped: frozenset[str]) -> None:
    """The live rows beside, the new ones in their place: in one step, behind whoever reads."""

    async def put() -> None:
        for model in runner.MODELS:  # what was appended since
            while model.name not in stopped and await take_page(connection, model, NEXT, PAGE):
                pass
        await _clear(connection, PREVIOUS)
        await _move(connection, LIVE, PREVIOUS)
        await _move(connection, NEXT, LIVE)

    await _in_one_step(connection, put)


async def _in_one_step(connection: AnyConnection, step: Callable[[], Awaitable[None]]) -> None:
    """A step that needs the rows to itself, tried again while somebody reads them. Raises Held."""
    for _ in range(_TRIES):
        try:
            async with connection.transaction():
                await connection.execute(_SQL["no_long_wait"])
                await connection.execute(_SQL["quiet"])
                await step()
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            await asyncio.sleep(0.1)
        else:
            return
    raise Held(f"readers hold the rows; {_TRIES} tries did not get through: ask again")


async def _move(connection: AnyConnection, of: str, to: str) -> None:
    for table in await _tables(connection, of):
        await connection.execute(_SQL["move_table"].format(schema=of, table=table, to=to))


async def back(connection: AnyConnection) -> None:
    """Put the rows that were live before in their place again, caught up; the others are kept beside.
    Raises UnderWay, NothingThere, Held, Failed."""
    async with _alone(connection, NEXT, wait=False):
        there = {c.model: c.definition for c in await checkpoints(connection, PREVIOUS)}
        if not there:
            raise NothingThere("no rows are kept from before")
        if there != own_definitions():
            raise NothingThere(
                "the rows from before are of another program's definition: let that program go back"
            )
        await _clear(connection, NEXT)
        for model in runner.MODELS:
            while await advance(connection, model, schema=PREVIOUS):
                pass

        async def swap() -> None:
            for model in runner.MODELS:
                while await take_page(connection, model, PREVIOUS, PAGE):
                    pass
            await _move(connection, LIVE, NEXT)
            await _move(connection, PREVIOUS, LIVE)
            await _move(connection, NEXT, PREVIOUS)

        await _in_one_step(connection, swap)


async def making(connection: AnyConnection) -> Making | None:
    """A rebuild that is under way or was interrupted; None: neither."""
    there = await checkpoints(connection, NEXT)
    if not there:
        return None
    running = await connection.fetchval(_SQL["who_makes"], _LOCKS[NEXT]) is not None
    head: int = await connection.fetchval(_SQL["head"])
    return Making(running, {c.model: c.position for c in there}, head)


async def cancel(connection: AnyConnection) -> None:
    """End a rebuild, whoever runs it, and drop what it has made. Raises NothingThere."""
    if await making(connection) is None:
        raise NothingThere("no rebuild is under way, and none was interrupted")
    async with connection.transaction():
        await connection.execute(_SQL["as_who_logged_in"])  # whose sessions they are
        await connection.execute(_SQL["end_who_makes"], _LOCKS[NEXT])
    async with _alone(connection, NEXT, wait=True):
        await _clear(connection, NEXT)


async def forget_previous(connection: AnyConnection) -> None:
    """Drop the rows that are kept from before the last switch. Raises InUse, Held."""
    await _nobody_follows_what_is_dropped(connection)

    async def drop() -> None:
        await _clear(connection, PREVIOUS)

    await _in_one_step(connection, drop)


async def ensure(connection: AnyConnection) -> str:
    """Make the read models if they are nowhere as this program defines them. Returns where they are."""
    if (home := await home_of(connection)) is not None:
        return home
    async with _alone(connection, NEXT, wait=True):
        if (home := await home_of(connection)) is not None:
            return home  # another process has made them meanwhile
        _LOGGER.info("the read models are made anew")
        await _rebuild(connection, _silent, whole=False, anyway=True)
    return LIVE


# -------------------------------------------------------------------------- comparing


async def difference_from_rebuild(
    connection: AnyConnection, progress: Progress = _silent
) -> str | None:
    """Where the live rows differ from rows made anew; None if they are the same, byte for byte."""
    async with _alone(connection, CHECK, wait=True):
        try:
            await _begin(connection, CHECK)
            if failures := await _build(connection, CHECK, progress):
                return str(failures[0])
            return await _difference(connection, await home_of(connection) or LIVE, CHECK)
        finally:
            if not connection.is_closed():
                await _clear(connection, CHECK)


async def _difference(connection: AnyConnection, live: str, other: str) -> str | None:
    """Where rows of two schemas differ, each as believed where the one that is behind has come to; of
    models that are defined alike. Nobody waits for it."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        one = {c.model: c for c in await checkpoints(connection, live)}
        two = {c.model: c for c in await checkpoints(connection, other)}
        for model in runner.MODELS:
            mine, its = one.get(model.name), two.get(model.name)
            if mine is None or its is None or mine.definition != its.definition:
                continue
            at = min(mine.position, its.position)
            row = await connection.fetchrow(_comparing(model, live, other, at))
            if row is not None:
                side = "live" if row["side"] == "one" else "rebuilt"
                return f"{model.name} at {at}: a {side} row only: {row['line']}"
    return None


def _comparing(model: ReadModel, one: str, other: str, at: int) -> str:
    return _SQL["first_difference"].format(
        one=one, other=other, table=model.name, columns=", ".join(model.columns), at=at
    )
