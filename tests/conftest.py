"""A real PostgreSQL for all tests of a run, a database of its own for each test.

LEDGER_TEST_POSTGRES: the bin folder of another PostgreSQL to run the tests on.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from domain.access import Reader
from domain.kernel import Actor
from eventlog.database import Connection, Database
from eventlog.embedded import Server
from eventlog.ledger import open_ledger
from eventlog.log import Log

LEDGER = UUID("00000000-0000-4000-8000-000000000001")
TESTER = Actor("tester", "administrator", "miit")
AUDITOR = Reader(Actor("p-auditor", "auditor", "audit-office"))
_numbers = count(1)


@contextmanager
def new_server() -> Iterator[Server]:
    """A server that nothing has touched yet; stopped and gone afterwards."""
    binaries = os.environ.get("LEDGER_TEST_POSTGRES")
    folder = Path(tempfile.mkdtemp(prefix="lt-", dir="/tmp"))
    server = Server(folder, Path(binaries) if binaries else None)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One embedded server for the run."""
    with new_server() as server:
        server.start()
        yield server


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that a test may treat badly."""
    with new_server() as own:
        yield own


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """The name of a migrated database to copy."""
    asyncio.run(Database.embedded(server, "template_ledger").migrate())
    return "template_ledger"


@asynccontextmanager
async def fresh_database(server: Server, template: str) -> AsyncIterator[Database]:
    """A copy of the template, gone afterwards."""
    name = f"test_{next(_numbers)}"
    maintenance = await connect_admin(Database.embedded(server, "postgres"))
    await maintenance.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER ledger_owner")
    try:
        yield Database.embedded(server, name)
    finally:
        await maintenance.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await maintenance.close()


@pytest.fixture
async def database(server: Server, template: str) -> AsyncIterator[Database]:
    """A migrated database of this test's own."""
    async with fresh_database(server, template) as database:
        yield database


@pytest.fixture
async def admin(database: Database) -> AsyncIterator[Connection]:
    """The server's administrator, whom no privilege and no trigger stops."""
    connection = await connect_admin(database)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


async def connect_admin(database: Database) -> Connection:
    """A connection as the embedded server's administrator."""
    return await asyncpg.connect(database.owner_url.replace("//ledger_owner@", "//ledger_admin@"))


@pytest.fixture
async def empty_log(database: Database) -> AsyncIterator[Log]:
    """A log without any event."""
    async with await Log.open(database) as log:
        yield log


@pytest.fixture
async def log(empty_log: Log) -> Log:
    """A real ledger with event 1."""
    await open_ledger(empty_log, ledger=LEDGER, name="test", kind="real", actor=TESTER)
    return empty_log
