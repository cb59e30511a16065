"""The HTTP application: its rooms, what it opens when it starts and closes when it stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from api import feed, operations, problems, rosters, rounds
from api.answers import House
from eventlog.checkpoint import Witness
from eventlog.database import Database
from eventlog.ledger import identity
from eventlog.log import Log
from projections.runner import Projector


def application(database: Database, *, project: bool = True) -> FastAPI:
    """The application over one ledger's database.

    project: also keep the read models up, as long as no other process of this database does.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with await Log.open(database) as log:
            ledger = await identity(log)
            app.state.house = House(log, ledger, Witness(log.pool, ledger))
            projector = asyncio.create_task(Projector(database, log).run()) if project else None
            try:
                yield
            finally:
                if projector is not None:
                    projector.cancel()
                    with suppress(asyncio.CancelledError):
                        await projector

    app = FastAPI(
        title="Designation Ledger",
        description=(
            "Who held which title, from when to when, by which document: as of any day, "
            "as known at any moment."
        ),
        lifespan=lifespan,
    )
    operations.install(app)
    problems.install(app)
    for room in (rosters, rounds, feed, operations):
        app.include_router(room.router)
    return app
