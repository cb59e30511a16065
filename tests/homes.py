"""Where the live rows of read models stand, for tests that look at the tables themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventlog.log import Log
from projections.runner import Checkpoint, followed, home_of

if TYPE_CHECKING:
    from eventlog.database import AnyConnection


async def live(connection: AnyConnection) -> str:
    """The schema of the live rows."""
    home = await home_of(connection)
    assert home is not None
    return home


async def look_home(log: Log, connection: AnyConnection) -> None:
    """Let unqualified names mean the live rows: of this connection, and of this task's pool."""
    home = await live(connection)
    log.tables.look_in(home)
    await connection.execute(f"SET search_path TO {home}, pg_catalog")


async def live_checkpoints(connection: AnyConnection) -> list[Checkpoint]:
    """How far the live rows have come."""
    return list((await followed(connection))[1].values())
