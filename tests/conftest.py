"""A real PostgreSQL for all tests of a run, a database of its own for each test.

LEDGER_TEST_POSTGRES: the bin folder of another PostgreSQL to run the tests on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from eventlog.database import Connection, Database
from eventlog.embedded import Server
from eventlog.ledger import open_ledger
from eventlog.log import Log
from tests.support.databases import LEDGER, TESTER, connect_admin, fresh_database, new_server
from tests.support.killing import Children
from tests.support.states import Templates, begins, wanted

# A machine that is busy with something else fails no test.
settings.register_profile("ledger", deadline=None)
settings.load_profile("ledger")


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


@pytest.fixture
def children() -> Iterator[Children]:
    """Processes of this test's own: none outlives it, even if it fails."""
    children = Children()
    yield children
    children.end()


@pytest.fixture(scope="session")
def templates(server: Server) -> Templates:
    """The databases that are copied for tests."""
    return Templates(server)


@pytest.fixture(scope="session")
def template(templates: Templates) -> str:
    """The name of a migrated database to copy."""
    return asyncio.run(templates.of(None))


@pytest.fixture
async def database(
    request: pytest.FixtureRequest, server: Server, templates: Templates
) -> AsyncIterator[Database]:
    """A migrated database of this test's own, in the state that the test's other fixtures begin with."""
    async with fresh_database(server, await templates.of(wanted(request.fixturenames))) as database:
        yield database


@pytest.fixture
async def admin(database: Database) -> AsyncIterator[Connection]:
    """The server's administrator, whom no privilege and no trigger stops."""
    connection = await connect_admin(database)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


@pytest.fixture
async def empty_log(database: Database) -> AsyncIterator[Log]:
    """A log without any event."""
    async with await Log.open(database) as log:
        yield log


@begins()
async def log(log: Log) -> None:
    """A real ledger with event 1."""
    await open_ledger(log, ledger=LEDGER, name="test", kind="real", actor=TESTER)
