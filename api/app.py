"""The HTTP application: its rooms, what it opens when it starts and closes when it stops."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import Depends, FastAPI, Request, Response
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import (
    access,
    commands,
    corrections,
    events,
    histories,
    obligations,
    openapi,
    operations,
    pages,
    problems,
    programmes,
    publicity,
    quotas,
    rankings,
    rosters,
    rounds,
    search,
    selections,
    why,
)
from api.answers import Unchanged
from api.house import House
from api.parameters import only_known
from api.settings import Settings
from api.speaking import Speaking
from eventlog.checkpoint import Checkpointer
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.ledger import identity
from eventlog.log import Log
from projections.following.projector import Projector
from projections.words.language import LANGUAGES, catalogue

_LOGGER = logging.getLogger("designations.server")
ROOMS = (
    commands,
    corrections,
    rosters,
    histories,
    quotas,
    publicity,
    rankings,
    obligations,
    why,
    programmes,
    rounds,
    search,
    selections,
    events,
    access,
    pages,
    operations,
)


def application(database: Database, settings: Settings | None = None, *, project: bool = True) -> FastAPI:
    """The application over one ledger's database.

    project: also keep the read models up, as long as no other process of this database does. When it
    stops, streams end, and what the committer was given is carried out and answered.
    """
    set_ = settings or Settings()
    stopping = asyncio.Event()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        for language in LANGUAGES:
            catalogue(language)  # read once, before anybody waits for it
        async with await Log.open(database, longest=set_.statement_seconds) as log:
            ledger = await identity(log)
            committer = Committer(database, log, watch=app.state.metrics.committed)
            app.state.house = House(log, ledger, Checkpointer(log.pool, ledger), committer, set_, stopping)
            projector = asyncio.create_task(Projector(database, log).run()) if project else None
            try:
                yield
            finally:
                stopping.set()
                await committer.close()
                _LOGGER.info("stopped", extra={"batches": committer.batches})
                if projector is not None:
                    projector.cancel()
                    with suppress(asyncio.CancelledError):
                        await projector

    app = FastAPIOffline(  # the scripts of /docs come from the package, not from elsewhere
        redoc_url=None,
        title="Designation Ledger",
        description=(
            "Who held which title, from when to when, by which document: as of any day, "
            "as known at any moment; and every act that leads there, judged by its regulation."
        ),
        version="1",
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.stop = stopping.set
    operations.install(app)
    problems.install(app)
    openapi.install(app)
    app.add_middleware(HeadIsGet)
    app.add_middleware(Speaking)
    app.add_exception_handler(Unchanged, _not_modified)
    for room in ROOMS:
        app.include_router(room.router, dependencies=[Depends(only_known)])
    return app


class HeadIsGet:
    """HEAD is answered as GET, without the body; but for the stream, whose body has no end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def headers_only(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        if is_head and not scope["path"].endswith("/stream"):
            await self._app({**scope, "method": "GET"}, receive, headers_only)
        else:
            await self._app(scope, receive, send)


async def _not_modified(request: Request, error: Exception) -> Response:
    assert isinstance(error, Unchanged)
    return Response(status_code=304, headers=error.headers)
