"""The application over a ledger of the real lists, asked over HTTP without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

import httpx
import pytest

from api.app import application
from eventlog.database import Database
from eventlog.log import Log
from projections.runner import catch_up
from scripts.import_lists import import_files
from tests.facts import TESTER


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
async def asking(database: Database, *, project: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    """The application over a database, asked without a network."""
    app = application(database, project=project)
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
