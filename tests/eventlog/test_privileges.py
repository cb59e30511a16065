"""The service can append through one function; nothing else it can do changes the log."""

from __future__ import annotations

import asyncpg
import pytest

from eventlog.database import Database
from eventlog.log import Log

WRITES = [
    verb
    for table in ("log.events", "log.tags", "log.head", "migrations.applied")
    for verb in (
        f"INSERT INTO {table} SELECT * FROM {table}",
        f"UPDATE {table} SET {'number = 1' if 'applied' in table else 'position = 1'}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"ALTER TABLE {table} ADD COLUMN more text",
        f"ALTER TABLE {table} OWNER TO ledger_service",
        f"CREATE TRIGGER mine BEFORE INSERT ON {table} EXECUTE FUNCTION log.refuse_change()",
        f"CREATE INDEX mine ON {table} ((1))",
        f"SELECT * FROM {table} FOR UPDATE",
        f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
        f"COPY {table} FROM PROGRAM 'true'",
        f"MERGE INTO {table} AS t USING {table} AS s ON false WHEN NOT MATCHED THEN INSERT DEFAULT VALUES",
    )
] + [
    "SELECT log.restore(ARRAY['x'::bytea])",
    "SELECT log.restored()",
    "DROP FUNCTION log.append",
    "CREATE OR REPLACE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "CREATE TABLE log.mine (x int)",
    "DROP SCHEMA log CASCADE",
    "ALTER SCHEMA log OWNER TO ledger_service",
    "SET ROLE ledger_owner",
    "SET ROLE ledger_admin",
    "SET SESSION AUTHORIZATION ledger_owner",
    "SET session_replication_role = replica",
    "ALTER ROLE ledger_service SUPERUSER",
    "GRANT ledger_owner TO ledger_service",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
]


@pytest.mark.parametrize("statement", WRITES)
async def test_the_service_is_refused(log: Log, statement: str) -> None:
    async with log.pool.acquire() as connection, connection.transaction():
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


@pytest.mark.parametrize("table", ["log.events", "log.tags", "log.head", "migrations.applied"])
async def test_the_service_cannot_grant_itself_more(log: Log, table: str) -> None:
    """PostgreSQL answers such a GRANT with a warning; it grants nothing."""
    await log.pool.execute(f"GRANT ALL ON {table} TO ledger_service")
    for privilege in ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"):
        assert not await log.pool.fetchval("SELECT has_table_privilege($1, $2)", table, privilege)


async def test_rules_of_the_door_cannot_be_bent_by_settings(log: Log) -> None:
    """The triggers' mark is a setting anybody may set; without the privilege it opens nothing."""
    async with log.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('log.door', pg_current_xact_id()::text, true)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("INSERT INTO log.tags VALUES ('x', 1)")


async def test_temporary_objects_do_not_shadow_the_door(log: Log) -> None:
    async with log.pool.acquire() as connection:
        await connection.execute("CREATE TEMPORARY TABLE head (position bigint)")
        await connection.execute(
            "CREATE FUNCTION projections_1.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT ''x''::bytea'"
        )
        await connection.execute("SET search_path TO projections_1, pg_temp, pg_catalog")
        await connection.fetchrow(
            "SELECT * FROM log.append($1, $2)",
            ['{"actor":{"principal":"p","role":"driver","unit":"u"},"data":{},"format":1,'],
            [',"salt":"' + "0" * 32 + '","tags":[],"topic":"t"}'],
        )
        assert await connection.fetchval(
            "SELECT leaf_hash = pg_catalog.sha256('\\x00'::bytea || bytes) FROM log.events WHERE position = 2"
        )


SLIPS = [
    "UPDATE log.events SET bytes = bytes",
    "UPDATE log.events SET bytes = bytes WHERE false",
    "DELETE FROM log.events",
    "TRUNCATE log.events",
    "UPDATE log.tags SET tag = tag",
    "DELETE FROM log.tags",
    "TRUNCATE log.tags",
    "DELETE FROM log.head",
    "TRUNCATE log.head",
    "INSERT INTO log.tags VALUES ('x', 1)",
    "INSERT INTO log.events SELECT position + 1, recorded_at, topic, bytes, leaf_hash FROM log.events",
    "INSERT INTO log.head VALUES (true, 0, now())",
]


@pytest.mark.parametrize("statement", SLIPS)
async def test_the_owner_is_stopped_from_a_slip(log: Log, database: Database, statement: str) -> None:
    owner = await database.connect_owner()
    try:
        with pytest.raises(asyncpg.PostgresError) as raised:
            await owner.execute(statement)
    finally:
        await owner.close()
    assert raised.value.sqlstate in {"DL004", "23505"}
