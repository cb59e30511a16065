"""Checks, for `verify`, that the live rows are what the log gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.messages import Message, message
from eventlog.queries import load
from projections.following import models
from projections.following.comparing import difference_from_rebuild, other_definitions
from projections.following.homes import is_anything_made
from projections.following.rebuilding import ensure
from projections.following.taking_in import Failed, NotMade, advance, head_of, home_of

if TYPE_CHECKING:
    from eventlog.database import AnyConnection

_SQL = load("projections.following", "comparing.sql")


async def flaws_of_live_rows(connection: AnyConnection) -> list[Message]:
    """Let the live rows catch up with the log, and report what is wrong with them.

    Flaws are: no rows of this program's definition, a model without a checkpoint or with that of another
    definition, rows beyond the log's head, a model that stopped, a difference from a rebuild. Nothing is
    repaired. If no rows were ever built, as after a restore, they are built first.
    """
    if not await is_anything_made(connection):
        await ensure(connection)
    if (home := await home_of(connection)) is None:
        return [message("the read models: {flaw}; `designations rebuild` makes them", flaw=NotMade())]
    flaws = [
        message("the read models: {flaw}", flaw=flaw) for flaw in await other_definitions(connection, home)
    ]
    if flaws:
        return flaws
    head = await head_of(connection)
    for model in models.MODELS:
        beyond = await connection.fetchval(
            _SQL["beyond"].format(schema=home, table=model.name), home, model.name, head
        )
        if beyond:
            flaws.append(
                message(
                    "the live rows of {model!r} say more than the log, which has {head} events",
                    model=model.name,
                    head=head,
                )
            )
    if flaws:
        return flaws
    try:
        for model in models.MODELS:
            while await advance(connection, model):
                pass
    except Failed as failed:
        return [failed.message]
    if differs := await difference_from_rebuild(connection):
        flaws.append(message("read models differ from a rebuild: {differs}", differs=differs))
    return flaws
