"""The application over a ledger of the real lists, asked over HTTP without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path

import httpx
import pytest

from eventlog.database import Database
from eventlog.log import Log
from projections.following.projector import catch_up
from scripts.import_lists import import_files
from tests.support.asking import asking
from tests.support.databases import AUDITOR
from tests.support.facts import TESTER


@pytest.fixture
async def lists(log: Log) -> Log:
    """A ledger of the real lists, its read models caught up."""
    files = [Path(str(f)) for f in resources.files("scripts.lists").iterdir() if f.name[-3:] == "csv"]
    await import_files(log, sorted(files), TESTER, "import")
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    return log


@pytest.fixture
async def client(lists: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database) as client:
        yield client


@pytest.fixture
async def auditor(lists: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """The same, asked by an auditor."""
    async with asking(database, reader=AUDITOR) as client:
        yield client
