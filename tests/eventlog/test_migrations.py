"""The schema is what the migrations make, and a program refuses one that it does not know."""

from __future__ import annotations

import pytest

from eventlog import database as database_module
from eventlog.database import Database, Migration, migrations
from eventlog.embedded import Server
from eventlog.errors import SchemaMismatch
from eventlog.log import Log
from tests.support.schema import SCHEMA, described


async def test_the_schema_is_what_the_migrations_make(database: Database) -> None:
    """schema.txt is read in review; rewrite it with `python -m tests.support.schema`."""
    assert await described(database) == SCHEMA.read_text()


async def test_migrating_again_changes_nothing(database: Database) -> None:
    assert await database.migrate() == []


async def test_an_older_schema_is_brought_up(
    server: Server, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    """From every earlier state, one migration at a time: the same schema in the end."""
    step = Database.embedded(server, "step_by_step")
    everything = migrations()
    for count in range(1, len(everything) + 1):
        monkeypatch.setattr(database_module, "migrations", lambda n=count: everything[:n])
        assert [m.number for m in await step.migrate()] == [count]
    assert await described(step) == await described(database)


async def test_a_database_without_our_schema_is_refused(server: Server) -> None:
    bare = Database.embedded(server, "bare")
    await bare.create()
    with pytest.raises(SchemaMismatch, match="designations migrate"):
        await Log.open(bare)


async def test_a_schema_newer_than_the_program_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = migrations()
    monkeypatch.setattr(database_module, "migrations", lambda: known[:-1])
    with pytest.raises(SchemaMismatch, match=r"use the newer program"):
        await Log.open(database)
    with pytest.raises(SchemaMismatch, match=r"use the newer program"):
        await database.migrate()


async def test_an_edited_migration_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = migrations()
    edited = Migration(first.number, first.name, first.sql + "-- a word more")
    monkeypatch.setattr(database_module, "migrations", lambda: [edited, *rest])
    with pytest.raises(SchemaMismatch, match="edited after it was applied"):
        await Log.open(database)


async def test_a_failing_migration_leaves_the_schema_as_it_was(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = Migration(999, "999_bad.sql", "CREATE TABLE log.half (x int); SELECT 1 / 0")
    before = await described(database)
    known = migrations()
    monkeypatch.setattr(database_module, "migrations", lambda: [*known, bad])
    with pytest.raises(Exception, match="division by zero"):
        await database.migrate()
    assert await described(database) == before
