"""Builds all rows again beside the live ones, compares the two, and makes the new ones live in one step.

Rows never move: they are built in a free schema, and from one moment on new questions read that schema
(eventlog/sql/021_homes.sql). A question that has begun keeps the schema that it first read from. If the
process or the server dies:

- while rows are built, the live rows stay as they were, and the next rebuild continues the unfinished one.
- while the new rows become live, either the old rows are live or the new ones, never a mix.

The rows that were live are kept, so that `rebuild --back` can return to them. A program with another
definition of the read models has rows of its own, which it reads and keeps up to date until it is stopped.
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
    """The rebuilt rows differ from the live ones; both are kept, and the live ones stay live."""


@dataclass(frozen=True, slots=True)
class Making:
    """A rebuild that is under way, or was interrupted."""

    running: bool
    models: dict[str, int]  # the position that each has reached
    head: int
    failure: str | None  # why a model stopped; the next rebuild then starts over


async def rebuild(
    connection: AnyConnection,
    progress: Progress = silently,
    *,
    whole: bool = True,
    anyway: bool = False,
    wait: bool = False,
) -> str | None:
    """Build all rows, or continue an interrupted rebuild; compare them with the live ones, and make them
    live. Until then the live rows are unchanged.

    whole: raise Failed if a model stops on an event; else its rows become live as far as they go.
    anyway: make the new rows live even if they differ; the difference is returned.
    Raises UnderWay, Differs, InUse, Failed.
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
    """The schemas to compare with: this program's live one; if it has none, the live ones of others."""
    if (home := await home_of(connection)) is not None:
        return [home]
    return [home.schema for home in await homes(connection) if home.role == "live"]


async def _become_live(
    connection: AnyConnection, schema: str, how: Literal["switch", "back"], going_on: list[ReadModel]
) -> None:
    """Let the models in `going_on` catch up with the log, then switch readers to this schema in one step."""
    for model in models.MODELS:  # so that the first question already has good query plans
        await connection.execute(_SQL["analyze"].format(schema=schema, table=model.name))
    for model in going_on:  # take in new events first, so that the switch itself is short
        while await advance(connection, model, schema=schema):
            pass
    async with connection.transaction():
        await quiet(connection)
        for model in going_on:
            while await take_page(connection, model, schema, PAGE):
                pass
        await connection.execute(_SQL[how], own_definition())


async def back(connection: AnyConnection) -> None:
    """Let the previous rows catch up, and make them live again; the rows that they replace are kept as the
    previous ones. Raises UnderWay, NothingThere, Failed."""
    async with alone(connection, MAKING, wait=False):
        if (previous := await own_home(connection, "previous")) is None:
            raise NothingThere("no rows of this program's definition are kept from before")
        await _become_live(connection, previous, "back", list(models.MODELS))


async def making(connection: AnyConnection) -> Making | None:
    """The rebuild that is under way or was interrupted; None if there is none."""
    next_ = [home.schema for home in await homes(connection) if home.role == "next"]
    if not next_:
        return None
    there = await checkpoints(connection, next_[0])
    running = await is_held(connection, MAKING)
    failure = next((c.failure for c in there if c.failure is not None), None)
    return Making(running, {c.model: c.position for c in there}, await head_of(connection), failure)


async def cancel(connection: AnyConnection) -> None:
    """Stop a rebuild, whichever process runs it, and drop the rows that it has built. Raises NothingThere."""
    if await making(connection) is None:
        raise NothingThere("no rebuild is under way, and none was interrupted")
    async with connection.transaction():
        await connection.execute(_SQL["as_who_logged_in"])  # the login role, which may end its own sessions
        await connection.execute(_SQL["end_who_makes"], MAKING)
    async with alone(connection, MAKING, wait=True):
        if not await drop_next(connection):
            raise NothingThere("the rebuild was done before it could be ended: its rows are live")
        await sweep(connection)


async def forget_previous(connection: AnyConnection) -> None:
    """Drop this program's previous rows, and all rows of other programs that are stopped. Raises UnderWay."""
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
    """Build the read models if there are no live rows of this program's definition."""
    if await home_of(connection) is not None:
        return
    async with alone(connection, MAKING, wait=True):
        if await home_of(connection) is None:  # another process may have made them meanwhile
            _LOGGER.info("the read models are made anew")
            differs = await _rebuild(connection, silently, whole=False, anyway=True)
            if differs is not None:
                _LOGGER.warning("rows that another program made differ: %s", differs)
