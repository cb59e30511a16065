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

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from eventlog.errors import LedgerError
from eventlog.queries import load
from projections.following import models
from projections.following.building import MAKING, Progress, alone, begin, build, drop_next, silently
from projections.following.comparing import difference
from projections.following.homes import checkpoints, homes, is_held, is_stopped, own_home, quieted, sweep
from projections.following.models import own_definition
from projections.following.taking_in import PAGE, advance, head_of, home_of, quiet, take_page
from projections.model import ReadModel

if TYPE_CHECKING:
    from eventlog.database import AnyConnection

_SQL = load("projections.following", "rebuilding.sql")
_LOGGER = logging.getLogger("designations.projector")


class NothingThere(LedgerError):
    """There is no rebuild to go on with or to cancel, or nothing to go back to."""


class Differs(LedgerError):
    """The rows made anew are not the live ones; both are kept, nothing was switched."""


@dataclass(frozen=True, slots=True)
class Making:
    """A rebuild that is under way, or was interrupted."""

    running: bool
    models: dict[str, int]  # the position that each has reached
    head: int
    failure: str | None  # of a model that stopped: the rebuild begins anew


async def rebuild(
    connection: AnyConnection,
    progress: Progress = silently,
    *,
    whole: bool = True,
    anyway: bool = False,
    wait: bool = False,
) -> str | None:
    """Make all rows anew, or go on where it was interrupted; compare them with the live ones, and make
    them live. Returns where the live ones differed, if they were replaced `anyway`.

    Interrupted, the live ones stand as they were. Raises UnderWay, Differs, InUse, and Failed, unless the
    rows of a model that stops on an event are to be live as far as they go (whole=False).
    """
    async with alone(connection, MAKING, wait=wait):
        return await _rebuild(connection, progress, whole=whole, anyway=anyway)


async def _rebuild(connection: AnyConnection, progress: Progress, *, whole: bool, anyway: bool) -> str | None:
    made = await begin(connection)
    failures = await build(connection, made, progress)
    if failures and whole:
        raise failures[0]
    differs = None
    for live in await _live(connection):
        differs = differs or await difference(connection, live, made)
    if differs is not None and not anyway:
        raise Differs(
            "the live rows are not those made anew ({differs}); nothing was switched: find out why, "
            "or switch with: designations rebuild --anyway",
            differs=differs,
        )
    stopped = {failed.model for failed in failures}
    going_on = [model for model in models.MODELS if model.name not in stopped]
    await _become_live(connection, made, "switch", going_on)
    await sweep(connection)
    return differs


async def _live(connection: AnyConnection) -> list[str]:
    """Where rows are live: this program's own, or else, of models that are defined alike, the others'."""
    if (home := await home_of(connection)) is not None:
        return [home]
    return [home.schema for home in await homes(connection) if home.role == "live"]


async def _become_live(
    connection: AnyConnection, schema: str, how: Literal["switch", "back"], going_on: list[ReadModel]
) -> None:
    """From one moment on readers look there, and find no less than they would have found before."""
    for model in models.MODELS:  # the first question is planned as well as the last
        await connection.execute(_SQL["analyze"].format(schema=schema, table=model.name))
    for model in going_on:  # what came meanwhile, so that the step itself is short
        while await advance(connection, model, schema=schema):
            pass
    async with connection.transaction():
        await quiet(connection)
        for model in going_on:
            while await take_page(connection, model, schema, PAGE):
                pass
        await connection.execute(_SQL[how], own_definition())


async def back(connection: AnyConnection) -> None:
    """Make the rows live again that were before, caught up; the others are kept beside. Raises UnderWay,
    NothingThere, Failed."""
    async with alone(connection, MAKING, wait=False):
        if (previous := await own_home(connection, "previous")) is None:
            raise NothingThere("no rows of this program's definition are kept from before")
        await _become_live(connection, previous, "back", list(models.MODELS))


async def making(connection: AnyConnection) -> Making | None:
    """A rebuild that is under way or was interrupted; None: neither."""
    next_ = [home.schema for home in await homes(connection) if home.role == "next"]
    if not next_:
        return None
    there = await checkpoints(connection, next_[0])
    running = await is_held(connection, MAKING)
    failure = next((c.failure for c in there if c.failure is not None), None)
    return Making(running, {c.model: c.position for c in there}, await head_of(connection), failure)


async def cancel(connection: AnyConnection) -> None:
    """End a rebuild, whoever runs it, and drop what it has made. Raises NothingThere."""
    if await making(connection) is None:
        raise NothingThere("no rebuild is under way, and none was interrupted")
    async with connection.transaction():
        await connection.execute(_SQL["as_who_logged_in"])  # whose sessions they are
        await connection.execute(_SQL["end_who_makes"], MAKING)
    async with alone(connection, MAKING, wait=True):
        if not await drop_next(connection):
            raise NothingThere("the rebuild was done before it could be ended: its rows are live")
        await sweep(connection)


async def forget_previous(connection: AnyConnection) -> None:
    """Drop the rows that are kept from before the last switch, and those of programs that are stopped.
    Raises UnderWay."""
    async with alone(connection, MAKING, wait=False):
        own = own_definition()
        for home in await homes(connection):
            if home.role is None or (home.definition == own and home.role != "previous"):
                continue
            if home.definition != own and not await is_stopped(connection, home):
                continue
            async with connection.transaction():
                if home.definition == own or await quieted(connection, home):
                    await connection.execute(_SQL["free"], home.schema)
        await sweep(connection)


async def ensure(connection: AnyConnection) -> None:
    """Make the read models if they are nowhere as this program defines them."""
    if await home_of(connection) is not None:
        return
    async with alone(connection, MAKING, wait=True):
        if await home_of(connection) is None:  # another process may have made them meanwhile
            _LOGGER.info("the read models are made anew")
            differs = await _rebuild(connection, silently, whole=False, anyway=True)
            if differs is not None:
                _LOGGER.warning("rows that another program made differ: %s", differs)
