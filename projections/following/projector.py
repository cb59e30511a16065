"""Keeps the read models up to date: one process leads, the others stand by to take over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from eventlog.database import Database
from eventlog.errors import Unavailable
from eventlog.log import LOST, POLL_SECONDS, Log, wait
from eventlog.queries import load
from projections.following import models
from projections.following.models import own_definition
from projections.following.rebuilding import ensure
from projections.following.taking_in import Failed, advance, lead_of
from projections.model import ReadModel

if TYPE_CHECKING:
    from eventlog.database import AnyConnection

# The shortest time between two rounds; events that come meanwhile are taken in together.
_REST_SECONDS = 0.2
_SQL = load("projections.following", "taking_in.sql")
_LOGGER = logging.getLogger("designations.projector")


async def catch_up(connection: AnyConnection, *of: ReadModel) -> None:
    """Bring these read models (default: all) to the head of the log, once. Raises Failed."""
    await ensure(connection)
    for model in of or models.MODELS:
        while await advance(connection, model):
            pass


class Projector:
    """Keeps a database's read models up to date while it leads; until then it waits to take over."""

    def __init__(self, database: Database, log: Log) -> None:
        self._database = database
        self._log = log
        self._listening = asyncio.Event()

    async def run(self) -> None:
        """Run for ever: connect again when the connection is lost, and leave a failed model stopped."""
        while True:
            try:
                async with self._leading() as connection:
                    await self._follow(connection)
            except (*LOST, Unavailable) as error:
                _LOGGER.warning("the projector lost its database: %s", error)
            except Exception:
                _LOGGER.exception("the projector failed; it begins again")
            await asyncio.sleep(POLL_SECONDS)

    async def _rest(self, began: float) -> float:
        """Sleep until the next round may begin; returns the time at which it begins."""
        await asyncio.sleep(max(0.0, began + _REST_SECONDS - time.monotonic()))
        return time.monotonic()

    @asynccontextmanager
    async def _leading(self) -> AsyncIterator[AnyConnection]:
        """A session that holds the lead lock; PostgreSQL releases the lock when the session ends."""
        connection = await self._database.connect()
        try:
            while not await connection.fetchval(_SQL["try_lead"], lead_of(own_definition())):  # noqa: ASYNC110 — another process
                await asyncio.sleep(POLL_SECONDS)
            yield connection
        finally:
            connection.terminate()

    async def _follow(self, connection: AnyConnection) -> None:
        stop_listening = self._log.listener.add(self._listening)
        told: set[tuple[str, int]] = set()
        await ensure(connection)
        began = time.monotonic()
        try:
            while True:
                self._listening.clear()
                for model in models.MODELS:
                    try:
                        while await advance(connection, model):
                            pass
                    except Failed as failed:  # the other models go on; a rebuild may restart this one
                        if (failed.model, failed.position) not in told:
                            told.add((failed.model, failed.position))
                            _LOGGER.error("a read model stopped: %s", failed)  # noqa: TRY400
                began = await self._rest(began)
                await wait(self._listening, POLL_SECONDS)
        finally:
            stop_listening()
