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
from tests.support.acting import TOKENS, granted
from tests.support.asking import asking
from tests.support.databases import AUDITOR
from tests.support.every_fact import fill, ledger_with_every_fact
from tests.support.facts import TESTER, event
from tests.support.states import begins


@begins(after="log")
async def lists(log: Log) -> None:
    """A ledger of the real lists, its read models caught up."""
    files = [Path(str(f)) for f in resources.files("scripts.lists").iterdir() if f.name[-3:] == "csv"]
    await import_files(log, sorted(files), TESTER, "import")
    async with log.pool.acquire() as connection:
        await catch_up(connection)


@begins(after="log")
async def ledger(log: Log) -> None:
    """A real ledger in which everybody has a token, its read models caught up."""
    await log.append([event(granted(name), "2021-01-01") for name in TOKENS])
    async with log.pool.acquire() as connection:
        await catch_up(connection)


@begins()
async def every_fact(log: Log) -> None:
    """A ledger with a fact of every kind, in which everybody has a token and a round is under way."""
    await fill(log, ledger_with_every_fact())


@pytest.fixture
async def client(lists: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database) as client:
        yield client


@pytest.fixture
async def auditor(lists: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """The same, asked by an auditor."""
    async with asking(database, reader=AUDITOR) as client:
        yield client
