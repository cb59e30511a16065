"""The application over a database, asked without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request

from api.app import application
from api.house import AHouse, who_asks
from api.settings import Settings
from domain.access import Reader
from domain.kernel import Actor
from eventlog.database import Database

_OFTEN = "1000000/second"


PATIENT = Settings(read_rate=_OFTEN, command_rate=_OFTEN, public_rate=_OFTEN, public_command_rate=_OFTEN)


BUILT: list[FastAPI] = []  # the first application of this process, whose routes all others share


def with_built_routes(app: FastAPI) -> FastAPI:
    """An application with the routes of the first one: to build them, a tenth of a second, is most of what a
    test's application costs."""
    if BUILT:
        app.router.routes[:] = BUILT[0].router.routes
    else:
        BUILT.append(app)
        app.dependency_overrides[who_asks] = _who_asks
    return app


async def _who_asks(request: Request, house: AHouse) -> Actor:
    reader: Reader | None = request.app.state.reader
    return await who_asks(request, house) if reader is None else reader.actor


@asynccontextmanager
async def asking(
    database: Database,
    *,
    project: bool = True,
    reader: Reader | None = None,
    settings: Settings | None = None,
    below: str = "",
) -> AsyncIterator[httpx.AsyncClient]:
    """The application over a database, asked without a network.

    reader: in whose name every question is asked, where a test is not about tokens. below: the path that a
    proxy takes off.
    """
    app = with_built_routes(application(database, settings or PATIENT, project=project))
    app.state.reader = reader
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False, root_path=below),
            base_url=f"http://ledger{below}",
            headers={"Accept-Language": "en"},
        ) as client,
    ):
        yield client
