"""What the promises need of server and session is set by us, and read back before anything is recorded."""

from __future__ import annotations

import asyncpg
import pytest

from eventlog.committer import Committer
from eventlog.database import Connection, Database
from eventlog.embedded import Server
from eventlog.errors import UnsafeServer
from eventlog.log import Log, append
from tests.support.city_round import opens
from tests.support.facts import event, notice
from tests.support.waiting import until_found

DEFAULTS = {
    "synchronous_commit": "off",
    "default_transaction_isolation": "serializable",
    "default_transaction_read_only": "on",
    "standard_conforming_strings": "off",
    "timezone": "Asia/Shanghai",
}


async def test_the_defaults_of_a_role_and_a_database_are_overridden(
    database: Database, admin: Connection, log: Log
) -> None:
    for name, value in DEFAULTS.items():
        await admin.execute(f"ALTER ROLE ledger_service SET {name} = '{value}'")
        name_of_it = await admin.fetchval("SELECT current_database()")
        await admin.execute(f"ALTER DATABASE {name_of_it} SET {name} = '{value}'")
    try:
        async with await Log.open(database) as fresh, Committer(database, fresh) as committer:
            assert (await fresh.append([event(notice("x"))])).first == 2
            assert (await committer.carry_out(opens())).accepted
            assert await fresh.pool.fetchval("SHOW synchronous_commit") == "on"
            assert await fresh.pool.fetchval("SHOW timezone") == "UTC"
    finally:
        for name in DEFAULTS:
            await admin.execute(f"ALTER ROLE ledger_service RESET {name}")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("synchronous_commit = off", "synchronous_commit is off"),
        ("synchronous_commit = local", "synchronous_commit is local"),
        ("default_transaction_isolation = 'repeatable read'", "transaction_isolation is repeatable read"),
        ("standard_conforming_strings = off", "standard_conforming_strings is off"),
    ],
)
async def test_a_session_that_keeps_no_promise_records_nothing(log: Log, setting: str, said: str) -> None:
    """Whoever connects otherwise than this program is refused by the door itself, by name."""
    async with log.pool.acquire() as connection:
        await connection.execute(f"SET {setting}")
        with pytest.raises(UnsafeServer, match=said):
            await append(connection, [event(notice("x"))])
        await connection.execute("RESET ALL")
    assert (await log.head()).position == 1


async def test_a_setting_that_is_changed_behind_the_lock_is_seen_before_anything_is_recorded(
    log: Log,
) -> None:
    async with log.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT log.take_turn()")
        await connection.execute("SET LOCAL synchronous_commit = off")
        with pytest.raises(UnsafeServer, match="synchronous_commit is off"):
            await append(connection, [event(notice("x"))])
    assert (await log.head()).position == 1


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
async def test_a_server_that_loses_what_it_acknowledges_is_refused_at_start(
    own: Server, setting: str
) -> None:
    own.start()
    database = Database.embedded(own, "unsafe")
    await database.migrate()
    admin = await asyncpg.connect(database.owner_url.replace("//ledger_owner@", "//ledger_admin@"))
    await admin.execute(f"ALTER SYSTEM SET {setting} = off")
    await admin.execute("SELECT pg_reload_conf()")
    await until_found(admin, "SELECT 1 WHERE current_setting($1) = 'off'", setting)
    await admin.close()
    with pytest.raises(UnsafeServer, match=f"{setting} is off"):
        await Log.open(database)


async def test_a_server_that_follows_another_is_refused_by_name(
    database: Database, admin: Connection
) -> None:
    """Here a database that takes no writes, whatever a session asks for."""
    async with await Log.open(database) as log, log.pool.acquire() as connection:
        await connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        assert await connection.fetchval("SELECT log.unkept()") == "transaction_read_only is on"
