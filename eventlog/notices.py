"""Word that something was appended: LISTEN and NOTIFY, as a courtesy to followers, never a promise.

A notice goes out after the commit, on its own, many commits in one: in the same transaction it would
hold every commit back behind a lock of the whole server (measured: a third of the throughput). So a
notice may be lost, and a follower polls as well.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import asyncpg

from eventlog.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventlog.database import Database, Pool

CHANNEL = "ledger"
_RECONNECT_SECONDS = 0.5
_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, Unavailable)


class Announcer:
    """Sends one notice for all appends that ended since the last."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sending: asyncio.Task[None] | None = None
        self._due = False

    def announce(self) -> None:
        """Say it soon; returns at once."""
        self._due = True
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        while self._due:
            self._due = False
            with suppress(*_LOST):  # followers poll; a lost notice only delays them
                await self._pool.execute(f"NOTIFY {CHANNEL}")

    async def close(self) -> None:
        if self._sending is not None:
            await self._sending


class Listener:
    """One connection that listens for all followers of this process; opened when first needed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: set[asyncio.Event] = set()
        self._listening: asyncio.Task[None] | None = None

    def add(self, heard: asyncio.Event) -> Callable[[], None]:
        """Set the event at each notice, and whenever one may have been missed. Returns the undo."""
        self._followers.add(heard)
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen())
        return lambda: self._followers.discard(heard)

    async def _listen(self) -> None:
        while True:
            with suppress(*_LOST):
                await self._listen_once()
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen_once(self) -> None:
        """Until the connection ends, for whatever reason."""
        ended = asyncio.Event()
        connection = await self._database.connect()
        try:
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(CHANNEL, lambda *_: self._wake())
            self._wake()
            await ended.wait()
        finally:
            connection.terminate()

    def _wake(self) -> None:
        for heard in self._followers:
            heard.set()

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
