"""The application over a database, asked without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from api.app import application
from api.house import who_asks
from api.settings import Settings
from domain.access import Reader
from eventlog.database import Database

_OFTEN = "1000000/second"


PATIENT = Settings(read_rate=_OFTEN, command_rate=_OFTEN, public_rate=_OFTEN, public_command_rate=_OFTEN)


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
    app = application(database, settings or PATIENT, project=project)
    if reader is not None:
        app.dependency_overrides[who_asks] = lambda: reader.actor
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False, root_path=below),
            base_url=f"http://ledger{below}",
            headers={"Accept-Language": "en"},
        ) as client,
    ):
        yield client
