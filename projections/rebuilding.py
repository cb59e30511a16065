"""All rows made anew beside the live ones, compared with them, and made live in one step.

Rows never move: they are made in a free schema, and from one moment on readers look there
(eventlog/sql/021_homes.sql). Who began to read before goes on where they were. What a process or server
that dies in the middle of it leaves behind:

- while rows are made: the live ones as they were, and beside them those that were made so far. Asked again,
  the rebuild goes on from there.
- while they become live: the live ones or the new ones, never a mix.

The rows that were live are kept beside: the way back. A program that defines read models otherwise has rows
of its own, which it goes on reading and following until it is stopped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import asyncpg

from eventlog.errors import LedgerError
from eventlog.queries import load
from projections import runner
from projections.model import ReadModel, definition, queries
from projections.runner import (
    PAGE,
    Checkpoint,
    Failed,
    advance,
    home_of,
    lead_of,
    own_definition,
    take_page,
)

if TYPE_CHECKING:
    from eventlog.database import AnyConnection

REBUILD_PAGE = 20_000
_CHECK = "projections_check"  # where rows are made to be compared
_PATIENCE = 8  # half seconds
_MAKING, _CHECKING = 4, 5  # the locks of those who make rows
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
    """Every schema is read by some program; nothing was done."""


@dataclass(frozen=True, slots=True)
class Home:
    """What a schema is to a definition of the read models; to none: it is free."""

    schema: str
    definition: str | None
    role: Literal["live", "previous", "next"] | None


@dataclass(frozen=True, slots=True)
class Making:
    """A rebuild that is under way, or was interrupted."""

    running: bool
    models: dict[str, int]  # the position that each has reached
    head: int
    failure: str | None  # of a model that stopped: the rebuild begins anew


def _silent(_model: str, _position: int) -> None:
    """No progress is shown."""


async def homes(connection: AnyConnection) -> list[Home]:
    """What stands where."""
    return [Home(**row) for row in await connection.fetch(_SQL["homes"])]


async def checkpoints(connection: AnyConnection, schema: str) -> list[Checkpoint]:
    """How far each read model has come there."""
    return [Checkpoint(**row) for row in await connection.fetch(_SQL["checkpoints"], schema)]


async def _own(connection: AnyConnection, role: str) -> str | None:
    """The schema that is this to the program's own definition."""
    own = own_definition()
    there = await homes(connection)
    return next((h.schema for h in there if (h.definition, h.role) == (own, role)), None)


# ---------------------------------------------------------------------------- making


@asynccontextmanager
async def _alone(connection: AnyConnection, lock: int, *, wait: bool) -> AsyncIterator[None]:
    """One process at a time makes rows. Raises UnderWay."""
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
    """Drop what stands in a schema. Raises LockNotAvailableError where somebody still reads it."""
    async with connection.transaction():
        if schema != _CHECK:  # where nobody reads
            await connection.execute(_SQL["not_for_long"])
        for row in await connection.fetch(_SQL["tables"], schema):
            await connection.execute(
                _SQL["drop_table"].format(schema=schema, table=row["tablename"])
            )
        await connection.execute(_SQL["forget_checkpoints"], schema)


async def _define(connection: AnyConnection, schema: str) -> None:
    """Empty tables for all read models, in place of what was there."""
    await _clear(connection, schema)
    await connection.execute(_SQL["use_schema"].format(schema=schema))
    for model in runner.MODELS:
        await connection.execute(queries(model)["define"])
        await connection.execute(_SQL["begin_model"], schema, model.name, definition(model))


async def _begin(connection: AnyConnection) -> str:
    """Where rows are made anew: where it was interrupted, or in a schema that nobody reads. Raises InUse."""
    own = await _own(connection, "next")
    if own is not None and await _can_go_on(connection, own):
        return own
    async for home in _to_be_had(connection):
        try:
            async with connection.transaction():
                if home.role == "live" and not await _quieted(connection, home):
                    continue
                await connection.execute(_SQL["drop_next"])
                await connection.execute(_SQL["begin_next"], home.schema, own_definition())
                await _define(connection, home.schema)
        except asyncpg.LockNotAvailableError:
            continue  # a long question, put there before it was free
        return home.schema
    raise InUse("other programs or long questions read every schema: stop them first, or ask again")


async def _can_go_on(connection: AnyConnection, schema: str) -> bool:
    """Whether none of the read models stopped there."""
    return all(c.failed_at is None for c in await checkpoints(connection, schema))


async def _to_be_had(connection: AnyConnection) -> AsyncIterator[Home]:
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
        if home.role == "live" and await _is_stopped(connection, home):
            yield home
    for home in there:
        if (home.definition, home.role) == (own, "previous"):
            yield home


async def _is_stopped(connection: AnyConnection, home: Home) -> bool:
    """Whether for some seconds no projector has led for the definition of these rows; one that lost its
    session has taken the lead again by then."""
    assert home.definition is not None
    for _ in range(_PATIENCE):
        if await connection.fetchval(_SQL["who_holds"], lead_of(home.definition)) is not None:
            return False
        await asyncio.sleep(0.5)
    return True


async def _quieted(connection: AnyConnection, home: Home) -> bool:
    """Nobody writes these rows, nor begins to lead for them, until the transaction ends; False: somebody
    has begun to."""
    assert home.definition is not None
    await connection.execute(_SQL["quiet"])
    held: bool = await connection.fetchval(_SQL["try_their_lead"], lead_of(home.definition))
    return held


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
    """Make all rows anew, or go on where it was interrupted; compare them with the live ones, and make
    them live. Returns where the live ones differed, if they were replaced `anyway`.

    Interrupted, the live ones stand as they were. Raises UnderWay, Differs, InUse, and Failed, unless the
    rows of a model that stops on an event are to be live as far as they go (whole=False).
    """
    async with _alone(connection, _MAKING, wait=wait):
        return await _rebuild(connection, progress, whole=whole, anyway=anyway)


async def _rebuild(
    connection: AnyConnection, progress: Progress, *, whole: bool, anyway: bool
) -> str | None:
    made = await _begin(connection)
    failures = await _build(connection, made, progress)
    if failures and whole:
        raise failures[0]
    difference = None
    for live in await _live(connection):
        difference = difference or await _difference(connection, live, made)
    if difference is not None and not anyway:
        raise Differs(
            f"the live rows are not those made anew ({difference}); nothing was switched: find out "
            "why, or switch with: designations rebuild --anyway"
        )
    stopped = {failed.model for failed in failures}
    going_on = [model for model in runner.MODELS if model.name not in stopped]
    await _become_live(connection, made, "switch", going_on)
    await _sweep(connection)
    return difference


async def _live(connection: AnyConnection) -> list[str]:
    """Where rows are live: this program's own, or else, of models that are defined alike, the others'."""
    if (home := await home_of(connection)) is not None:
        return [home]
    return [home.schema for home in await homes(connection) if home.role == "live"]


async def _become_live(
    connection: AnyConnection, schema: str, how: Literal["switch", "back"], models: list[ReadModel]
) -> None:
    """From one moment on readers look there, and find no less than they would have found before."""
    for model in runner.MODELS:  # the first question is planned as well as the last
        await connection.execute(_SQL["analyze"].format(schema=schema, table=model.name))
    for model in models:  # what came meanwhile, so that the step itself is short
        while await advance(connection, model, schema=schema):
            pass
    async with connection.transaction():
        await connection.execute(_SQL["quiet"])
        for model in models:
            while await take_page(connection, model, schema, PAGE):
                pass
        await connection.execute(_SQL[how], own_definition())


async def _sweep(connection: AnyConnection) -> None:
    """Drop the rows that are nobody's any more; those that somebody still reads another time."""
    for home in await homes(connection):
        if home.role is None:
            try:
                await _clear(connection, home.schema)
            except asyncpg.LockNotAvailableError:
                continue


async def back(connection: AnyConnection) -> None:
    """Make the rows live again that were before, caught up; the others are kept beside. Raises UnderWay,
    NothingThere, Failed."""
    async with _alone(connection, _MAKING, wait=False):
        if (previous := await _own(connection, "previous")) is None:
            raise NothingThere("no rows of this program's definition are kept from before")
        await _become_live(connection, previous, "back", list(runner.MODELS))


async def making(connection: AnyConnection) -> Making | None:
    """A rebuild that is under way or was interrupted; None: neither."""
    next_ = [home.schema for home in await homes(connection) if home.role == "next"]
    if not next_:
        return None
    there = await checkpoints(connection, next_[0])
    running = await connection.fetchval(_SQL["who_holds"], _MAKING) is not None
    head: int = await connection.fetchval(_SQL["head"])
    failure = next((c.failure for c in there if c.failure is not None), None)
    return Making(running, {c.model: c.position for c in there}, head, failure)


async def cancel(connection: AnyConnection) -> None:
    """End a rebuild, whoever runs it, and drop what it has made. Raises NothingThere."""
    if await making(connection) is None:
        raise NothingThere("no rebuild is under way, and none was interrupted")
    async with connection.transaction():
        await connection.execute(_SQL["as_who_logged_in"])  # whose sessions they are
        await connection.execute(_SQL["end_who_makes"], _MAKING)
    async with _alone(connection, _MAKING, wait=True):
        if not await connection.fetch(_SQL["drop_next"]):
            raise NothingThere("the rebuild was done before it could be ended: its rows are live")
        await _sweep(connection)


async def forget_previous(connection: AnyConnection) -> None:
    """Drop the rows that are kept from before the last switch, and those of programs that are stopped.
    Raises UnderWay."""
    async with _alone(connection, _MAKING, wait=False):
        own = own_definition()
        for home in await homes(connection):
            if home.role is None or (home.definition == own and home.role != "previous"):
                continue
            if home.definition != own and not await _is_stopped(connection, home):
                continue
            async with connection.transaction():
                if home.definition == own or await _quieted(connection, home):
                    await connection.execute(_SQL["free"], home.schema)
        await _sweep(connection)


async def ensure(connection: AnyConnection) -> None:
    """Make the read models if they are nowhere as this program defines them."""
    if await home_of(connection) is not None:
        return
    async with _alone(connection, _MAKING, wait=True):
        if await home_of(connection) is None:  # another process may have made them meanwhile
            _LOGGER.info("the read models are made anew")
            difference = await _rebuild(connection, _silent, whole=False, anyway=True)
            if difference is not None:
                _LOGGER.warning("rows that another program made differ: %s", difference)


# -------------------------------------------------------------------------- comparing


async def difference_from_rebuild(connection: AnyConnection) -> str | None:
    """Where the live rows differ from rows made anew; None if they are the same, byte for byte. Raises
    NotMade."""
    async with _alone(connection, _CHECKING, wait=True):
        try:
            async with connection.transaction():
                await _define(connection, _CHECK)
            if failures := await _build(connection, _CHECK, _silent):
                return str(failures[0])
            if (home := await home_of(connection)) is None:
                raise runner.NotMade
            return await _difference(connection, home, _CHECK)
        finally:
            if not connection.is_closed():
                await _clear(connection, _CHECK)


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
