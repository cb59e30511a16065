"""The application over a ledger of the real lists, asked over HTTP without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

import httpx
import pytest

from api.app import application
from api.house import who_asks
from api.settings import Settings
from domain.access import Reader
from eventlog.database import Database
from eventlog.log import Log
from projections.projector import catch_up
from scripts.import_lists import import_files
from tests.conftest import AUDITOR
from tests.facts import TESTER

_OFTEN = "1000000/second"
PATIENT = Settings(
    read_rate=_OFTEN, command_rate=_OFTEN, public_rate=_OFTEN, public_command_rate=_OFTEN
)


@pytest.fixture
async def lists(log: Log) -> Log:
    """A ledger of the real lists, its read models caught up."""
    files = [
        Path(str(f)) for f in resources.files("scripts.lists").iterdir() if f.name[-3:] == "csv"
    ]
    await import_files(log, sorted(files), TESTER, "import")
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    return log


@asynccontextmanager
async def asking(
    database: Database, *, project: bool = True, reader: Reader | None = None,
    settings: Settings | None = None,
) -> AsyncIterator[httpx.AsyncClient]:  # fmt: skip
    """The application over a database, asked without a network.

    reader: in whose name every question is asked, where a test is not about tokens.
    """
    app = application(database, settings or PATIENT, project=project)
    if reader is not None:
        app.dependency_overrides[who_asks] = lambda: reader.actor
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://ledger"
        ) as client,
    ):
        yield client


@pytest.fixture
async def client(lists: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database) as client:
        yield client


@pytest.fixture
async def auditor(lists: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """The same, asked by an auditor."""
    async with asking(database, reader=AUDITOR) as client:
        yield client
