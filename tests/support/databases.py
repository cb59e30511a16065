"""A real PostgreSQL for the tests, and a database of its own for each."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from uuid import UUID

import asyncpg

from domain.access import Reader
from domain.kernel import Actor
from eventlog.database import Connection, Database
from eventlog.embedded import Server

LEDGER = UUID("00000000-0000-4000-8000-000000000001")


TESTER = Actor("tester", "administrator", "miit")


AUDITOR = Reader(Actor("p-auditor", "auditor", "audit-office"))


_numbers = count(1)


def quickest_place() -> str:
    """Where servers of tests keep their data: in memory where the machine has room for it there, because
    databases are copied many times a second."""
    memory = Path("/dev/shm")  # nosec B108
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 * 2**30:
        return str(memory)
    return "/tmp"


@contextmanager
def new_server() -> Iterator[Server]:
    """A server that nothing has touched yet; stopped and gone afterwards."""
    binaries = os.environ.get("LEDGER_TEST_POSTGRES")
    folder = Path(tempfile.mkdtemp(prefix="lt-", dir=quickest_place()))
    server = Server(folder, Path(binaries) if binaries else None)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


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


async def connect_admin(database: Database) -> Connection:
    """A connection as the embedded server's administrator."""
    return await asyncpg.connect(database.owner_url.replace("//ledger_owner@", "//ledger_admin@"))
