"""The projector: rows with their checkpoint, one leader, and a stop that is said, never a skip."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.events import Correction
from domain.history import Believed
from domain.kernel import Event
from eventlog.database import Connection, Database
from eventlog.log import Log
from projections.asking.standpoint import reached
from projections.following import models, rebuilding
from projections.following.comparing import difference_from_rebuild
from projections.following.models import own_definition
from projections.following.projector import Projector, catch_up
from projections.following.rebuilding import rebuild
from projections.following.taking_in import Failed, advance, lead_of
from projections.history.rows import AuditTrail
from projections.model import Key, Row
from projections.roster.rows import Roster
from tests.support.facts import TESTER, approval, designation, event, notice
from tests.support.live_rows import live, live_checkpoints

if TYPE_CHECKING:
    from eventlog.database import AnyConnection


class Fragile(Roster):
    """A roster that cannot take Shenzhen in."""

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        if "cn:440300" in str(key):
            raise ZeroDivisionError("Shenzhen")
        return super().fold(key, history)


async def test_a_model_that_fails_stops_and_says_on_which_event_and_why(
    log: Log, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.append([event(designation(name)) for name in ("武汉市", "深圳市", "昆明市")])
    monkeypatch.setattr(models, "MODELS", (Fragile(), *models.MODELS[1:]))
    async with log.pool.acquire() as connection:
        await rebuilding.ensure(connection)
        for _ in range(2):
            with pytest.raises(Failed, match="cannot take in event 3"):
                await catch_up(connection)
        (roster,) = [c for c in await live_checkpoints(connection) if c.model == "roster"]
        assert (roster.position, roster.failed_at) == (2, 3)
        assert "Shenzhen" in (roster.failure or "")
        rows = await connection.fetch(f"SELECT subject FROM {await live(connection)}.roster")
        assert [row["subject"] for row in rows] == ["cn:420100"]
        while await advance(connection, models.MODELS[1]):
            pass
        (trail,) = [c for c in await live_checkpoints(connection) if c.model == "audit_trail"]
        assert (trail.model, trail.position, trail.failed_at) == ("audit_trail", 4, None)

        with pytest.raises(Failed):
            await rebuild(connection)
        monkeypatch.undo()
        following = asyncio.create_task(Projector(database, log).run())
        await asyncio.sleep(0.3)  # it finds the model stopped
        await rebuild(connection)
        assert {c.failed_at for c in await live_checkpoints(connection)} == {None}
        assert await _titles(connection) == 3
    await log.append([event(designation("长沙市"))])
    await _until(log, 5)  # a projector that was there all the while goes on
    following.cancel()


async def test_a_page_is_taken_in_whole_or_not_at_all(log: Log) -> None:
    await log.append([event(designation("武汉市"))])
    async with log.pool.acquire() as connection:
        await catch_up(connection)
        transaction = connection.transaction()
        await transaction.start()
        await log.append([event(designation("深圳市"))])
        await advance(connection, Roster())
        await transaction.rollback()
        assert {c.position for c in await live_checkpoints(connection)} == {2}
        assert await _titles(connection) == 1


async def test_a_changed_definition_is_made_anew(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    await log.append([event(designation("武汉市"))])
    async with log.pool.acquire() as connection:
        await catch_up(connection)
        await connection.execute(f"DELETE FROM {await live(connection)}.roster")
        await rebuilding.ensure(connection)
        assert await _titles(connection) == 0
        monkeypatch.setattr(Roster, "version", Roster.version + 1)
        await rebuilding.ensure(connection)
        assert await _titles(connection) == 1


async def test_several_processes_make_the_read_models_at_once(log: Log, database: Database) -> None:
    await log.append([event(designation("武汉市"))])
    connections = [await database.connect() for _ in range(4)]
    await asyncio.gather(
        *(rebuilding.ensure(c) for c in connections[:2]), *(rebuild(c, wait=True) for c in connections[2:])
    )
    assert await asyncio.gather(*(difference_from_rebuild(c) for c in connections)) == [None] * 4
    for connection in connections:
        await connection.close()


async def test_verify_sees_a_row_that_no_event_made(log: Log) -> None:
    await log.append([event(designation("武汉市"))])
    async with log.pool.acquire() as connection:
        await catch_up(connection)
        assert await difference_from_rebuild(connection) is None
        await connection.execute(f"UPDATE {await live(connection)}.roster SET category = 'special'")
        difference = await difference_from_rebuild(connection)
    assert difference is not None
    assert difference.startswith(("roster at 2: a live row only", "roster at 2: a rebuilt row only"))
    assert "cn:420100" in difference


async def _titles(connection: AnyConnection) -> int:
    count: int = await connection.fetchval(f"SELECT count(*) FROM {await live(connection)}.roster")
    return count


async def _until(log: Log, position: int) -> None:
    async with asyncio.timeout(60), log.pool.acquire() as connection:
        while {c.position for c in await live_checkpoints(connection)} != {position}:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_another_projector_takes_over(log: Log, database: Database, admin: Connection) -> None:
    first, second = Projector(database, log), Projector(database, log)
    leading = asyncio.create_task(first.run())
    await _until(log, 1)
    waiting = asyncio.create_task(second.run())
    await asyncio.sleep(0.2)
    killed = await admin.fetch(
        "SELECT pid, pg_terminate_backend(pid) FROM pg_locks"
        " WHERE locktype = 'advisory' AND classid = 4919 AND objid = $1 AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        lead_of(own_definition()),
    )
    assert len(killed) == 1
    leading.cancel()
    await log.append([event(notice("x"))])
    await _until(log, 2)
    waiting.cancel()


async def test_readers_see_no_gap_while_rows_are_made_anew(log: Log) -> None:
    await log.append([event(designation("武汉市")), event(designation("深圳市"))])
    async with log.pool.acquire() as connection:
        await catch_up(connection)
        counts: set[int] = set()

        async def look() -> None:
            while True:
                home, _ = await reached(log, Roster(), None)
                counts.add(await log.pool.fetchval(f"SELECT count(*) FROM {home}.roster"))

        looking = asyncio.create_task(look())
        for _ in range(5):
            await rebuild(connection)
        assert not looking.done(), "no question failed"
        looking.cancel()
    assert counts == {2}


async def test_whatever_others_write_passes_by(log: Log) -> None:
    """Foreign topics, tags that only look like ours, corrections without the tags they should have."""
    wuhan = event(designation("武汉市"))
    strays = [
        Event("strange", wuhan.tags, {}, TESTER),
        Event("strange", frozenset({"subject:x", "event:abc", "event:9", "event:²"}), {}, TESTER),
        event(designation("深圳市"), tags={"designation:other"}),
        event(notice("x"), tags={"designation:other"}),
    ]
    bare = approval(Correction("annul", 2))
    async with log.pool.acquire() as connection:
        await rebuilding.ensure(connection)
        for one in [wuhan, *strays, bare, approval(Correction("annul", 2), await log.read())]:
            await log.append([one])
            await catch_up(connection)
        assert await difference_from_rebuild(connection) is None
        assert await _titles(connection) == 2


async def test_an_event_that_cannot_be_taken_in_is_named(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    await log.append([event(designation("武汉市"))])
    async with log.pool.acquire() as connection:
        await rebuilding.ensure(connection)
        monkeypatch.setattr(AuditTrail, "fold", _fails)
        await log.append([event(designation("深圳市"))])
        with pytest.raises(Failed, match="'audit_trail' cannot take in event 3"):
            await catch_up(connection)


def _fails(_model: AuditTrail, _key: Key, _history: Sequence[Believed]) -> list[Row]:
    raise RuntimeError("a fault of the program's own")


async def test_what_cannot_be_read_counts_as_nothing_and_stops_nobody(log: Log) -> None:
    """Its topic promises a title; its data are none."""
    stray = event(designation("武汉市"))
    await log.append([replace(stray, data={"designation": "city-2019/第二批/cn:420100"})])
    await log.append([event(designation("武汉市"))])
    async with log.pool.acquire() as connection:
        await rebuilding.ensure(connection)
        await catch_up(connection)
        assert await difference_from_rebuild(connection) is None
        assert await _titles(connection) == 1
