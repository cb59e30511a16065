"""Where the ledger's data lives, and the one way in: connections by role, and migrations.

Two roles: the *owner* migrates and restores; the *service* does everything else and can write to the
log through `log.append` only. The server is the embedded one, or any PostgreSQL from 15 on:

LEDGER_DATABASE             the embedded server's database; default: ledger
LEDGER_DATABASE_URL         whom the service logs in as
LEDGER_OWNER_DATABASE_URL   whom `migrate` and `restore` log in as; default: the same
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from importlib import resources
from typing import TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from eventlog.embedded import Server, home
from eventlog.errors import SchemaMismatch, Unavailable, UnsafeServer
from eventlog.queries import load

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
AnyConnection: TypeAlias = "Connection | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

_SETTINGS = {
    "timezone": "UTC",
    "application_name": "designations",
    "jit": "off",
    # What the promises need, whatever the defaults of a role or a database are; log.take_turn reads it back.
    "synchronous_commit": "on",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "standard_conforming_strings": "on",
    "client_encoding": "UTF8",
}
_SERVICE = {"role": "ledger_service", "search_path": "projections"}
_OLDEST_SERVER = 15
_SQL = load("eventlog", "database.sql")


@dataclass(frozen=True)
class Migration:
    """One file of eventlog/sql: a table or a function, applied once, never edited afterwards."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations this program knows, in order."""
    found = [
        Migration(int(match.group(1)), file.name, file.read_text(encoding="utf-8"))
        for file in resources.files("eventlog.sql").iterdir()
        if (match := re.fullmatch(r"(\d{3})_\w+\.sql", file.name))
    ]
    return sorted(found, key=lambda migration: migration.number)


class Pooled(asyncpg.Connection):
    """A connection of a pool. Nothing in its session is ever changed, so that nothing is to be reset when it
    is given back: one round trip less each time."""

    def get_reset_query(self) -> str:
        return ""


@dataclass(frozen=True)
class Database:
    """One ledger's database: addresses for the two roles."""

    service_url: str
    owner_url: str
    server: Server | None = None  # the embedded server, where it is one

    @staticmethod
    def from_environment(name: str | None = None) -> Database:
        """What the environment says, else the embedded server's database of that name."""
        if url := os.environ.get("LEDGER_DATABASE_URL"):
            return Database(url, os.environ.get("LEDGER_OWNER_DATABASE_URL") or url)
        return Database.embedded(Server(home()), name or os.environ.get("LEDGER_DATABASE") or "ledger")

    @staticmethod
    def embedded(server: Server, name: str = "ledger") -> Database:
        """The database of that name on an embedded server, which is started if it is down."""
        server.start()
        host = quote(str(server.socket), safe="")
        return Database(
            f"postgresql://ledger_service@/{name}?host={host}",
            f"postgresql://ledger_owner@/{name}?host={host}",
            server,
        )

    async def connect(self) -> Connection:
        """A connection of the service's."""
        return await _connect(self.service_url, **_SERVICE)

    async def connect_owner(self) -> Connection:
        """A connection that may migrate and restore."""
        return await _connect(self.owner_url)

    async def pool(self, *, size: int = 10, longest: float | None = None) -> Pool:
        """A pool of the service's connections, its schema found to be this program's.

        longest: seconds that a statement may take.
        """
        bound = {"statement_timeout": f"{longest:g}s"} if longest is not None else {}
        pool = await asyncpg.create_pool(
            self.service_url,
            min_size=0,
            max_size=size,
            connection_class=Pooled,
            server_settings={**_SETTINGS, **_SERVICE, **bound},
        )
        try:
            async with pool.acquire() as connection:
                await check_schema(connection)
        except BaseException as error:
            pool.terminate()
            if isinstance(error, (OSError, asyncpg.PostgresError)):
                raise _explained(self.service_url, error) from error
            raise
        return pool

    async def create(self) -> bool:
        """Make the database if the server is the embedded one and does not have it yet."""
        if self.server is None:
            return False
        name = urlsplit(self.owner_url).path.lstrip("/")
        maintenance = urlunsplit(urlsplit(self.owner_url)._replace(path="/postgres"))
        connection = await _connect(maintenance)
        try:
            await connection.execute(_SQL["alone"])
            if await connection.fetchval(_SQL["database_exists"], name):
                return False
            await connection.execute(_SQL["create_database"].format(name=name))
            return True
        finally:
            await connection.close()

    async def migrate(self) -> list[Migration]:
        """Bring the schema up to this program's, in one transaction. Returns what was applied."""
        await self.create()
        connection = await self.connect_owner()
        try:
            async with connection.transaction():
                await connection.execute(_SQL["begin_migrating"])
                pending = _pending(migrations(), await _applied(connection))
                for migration in pending:
                    await connection.execute(migration.sql)
                    await connection.execute(
                        _SQL["record_migration"], migration.number, migration.name, migration.sha256
                    )
                await connection.execute(_SQL["let_the_service_read"])
        finally:
            await connection.close()
        return pending


async def check_schema(connection: AnyConnection) -> None:
    """Refuse a database that is not exactly of this program's schema. Raises SchemaMismatch,
    UnsafeServer."""
    if int(connection.get_server_version().major) < _OLDEST_SERVER:
        raise SchemaMismatch("PostgreSQL {oldest} or later is needed", oldest=_OLDEST_SERVER)
    try:
        applied = await _applied(connection)
    except asyncpg.UndefinedTableError:
        applied = []
    if missing := _pending(migrations(), applied):
        raise SchemaMismatch(
            "the database lacks {count} migrations ({name} …); run: designations migrate",
            count=len(missing),
            name=missing[0].name,
        )
    if unkept := await connection.fetchval(_SQL["unkept"]):
        raise UnsafeServer(
            "this server keeps no promise of the ledger: {unkept}; set it right and start again "
            "(README, What it promises)",
            unkept=unkept,
        )


def _pending(known: list[Migration], applied: list[asyncpg.Record]) -> list[Migration]:
    """Which of the known migrations are still to be applied; refuses what cannot be continued."""
    by_number = {migration.number: migration for migration in known}
    for row in applied:
        migration = by_number.get(row["number"])
        if migration is None:
            raise SchemaMismatch(
                "the database has migration {name}, which this program does not know; use the newer "
                "program that applied it",
                name=row["name"],
            )
        if migration.sha256 != row["sha256"]:
            raise SchemaMismatch(
                "migration {name} was edited after it was applied; restore the file, and write the "
                "change as a new migration",
                name=row["name"],
            )
    done = {row["number"] for row in applied}
    return [migration for migration in known if migration.number not in done]


async def _applied(connection: AnyConnection) -> list[asyncpg.Record]:
    return await connection.fetch(_SQL["applied"])


async def _connect(url: str, **settings: str) -> Connection:
    try:
        return await asyncpg.connect(url, server_settings={**_SETTINGS, **settings})
    except (OSError, asyncpg.PostgresError) as error:
        raise _explained(url, error) from error


def _explained(url: str, error: Exception) -> Unavailable:
    """Where nobody answered and what to look at; the address without its password."""
    parts = urlsplit(url)
    shown = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return Unavailable(
        "no ledger at {shown}: {error}. Is the server up, is the address right, and is the user a "
        "member of ledger_service? (designations migrate makes that role.)",
        shown=shown,
        error=error,
    )
