"""Compares the rows of two schemas, and finds those that only one of them has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventlog.queries import load
from projections.following import models
from projections.following.building import CHECKING, alone, build, define, silently
from projections.following.homes import CHECK, checkpoints, clear
from projections.following.taking_in import NotMade, home_of
from projections.model import ReadModel, definition

if TYPE_CHECKING:
    from eventlog.database import AnyConnection

_SQL = load("projections.following", "comparing.sql")


async def difference_from_rebuild(connection: AnyConnection) -> str | None:
    """Where the live rows differ from rows made anew; None if they are the same, byte for byte. Raises
    NotMade."""
    async with alone(connection, CHECKING, wait=True):
        try:
            async with connection.transaction():
                await define(connection, CHECK)
            if failures := await build(connection, CHECK, silently):
                return str(failures[0])
            if (home := await home_of(connection)) is None:
                raise NotMade
            return await difference(connection, home, CHECK)
        finally:
            if not connection.is_closed():
                await clear(connection, CHECK)


async def other_definitions(connection: AnyConnection, home: str) -> list[str]:
    """A flaw for each model whose live rows have no checkpoint, or that of another definition."""
    there = {c.model: c.definition for c in await checkpoints(connection, home)}
    return [
        f"of {model.name} there are no live rows"
        if model.name not in there
        else f"the live rows of {model.name} say that they are of another definition"
        for model in models.MODELS
        if there.get(model.name) != definition(model)
    ]


async def difference(connection: AnyConnection, live: str, other: str) -> str | None:
    """The first difference between the rows of two schemas; None if there is none.

    Each model is compared as believed at the lower of its two positions. Models whose definitions differ
    are skipped; but if `live` is this program's own schema, another definition there is itself a
    difference. Comparing makes no reader or writer wait.
    """
    if live == await home_of(connection) and (others := await other_definitions(connection, live)):
        return others[0]
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        one = {c.model: c for c in await checkpoints(connection, live)}
        two = {c.model: c for c in await checkpoints(connection, other)}
        for model in models.MODELS:
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
