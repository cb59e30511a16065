"""Waiting for what a test needs; how long it may take is only when it is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from eventlog.database import AnyConnection

GIVEN_UP_AFTER = 60.0  # seconds


async def until(holds: Callable[[], Awaitable[object]]) -> None:
    """Wait until this holds. Raises TimeoutError."""
    async with asyncio.timeout(GIVEN_UP_AFTER):
        while not await holds():  # noqa: ASYNC110 — whatever it is
            await asyncio.sleep(0.02)


async def until_found(connection: AnyConnection, query: str, *arguments: object) -> None:
    """Wait until a query finds something."""
    await until(lambda: connection.fetchval(query, *arguments))


async def until_somebody_waits(connection: AnyConnection) -> None:
    """Wait until a session of this database waits for an advisory lock."""
    await until_found(
        connection,
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )


async def until_somebody_listens(connection: AnyConnection) -> None:
    """Wait until a session of this database listens for notices."""
    await until_found(
        connection,
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND query LIKE '%LISTEN%'",
    )
