"""A rebuild: beside the live rows, compared, switched in one step, with a way back; one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest

from eventlog.database import Connection, Database
from eventlog.log import Log
from projections import rebuilding, runner
from projections.model import definition
from projections.projector import Projector, catch_up
from projections.quotas import Quotas
from projections.reading import RosterQuestion, View, reached, roster
from projections.rebuilding import (
    Differs,
    Held,
    InUse,
    NothingThere,
    UnderWay,
    back,
    cancel,
    difference_from_rebuild,
    ensure,
    forget_previous,
    making,
    rebuild,
)
from projections.roster import Roster
from projections.runner import LIVE, NEXT, PREVIOUS, checkpoints, home_of
from tests.facts import designation, event

CITIES = ["武汉市", "深圳市", "昆明市", "长沙市"]
TODAY = date(2026, 11, 22)


@pytest.fixture
async def connection(log: Log) -> AsyncIterator[Connection]:
    """Read models of a few cities, caught up."""
    await log.append([event(designation(name)) for name in CITIES[:3]])
    async with log.pool.acquire() as connection:
        await catch_up(connection)
        yield connection  # type: ignore[misc]


async def titles(log: Log) -> set[str]:
    """What a reader is told, at the position that this program's rows have reached."""
    at = View(TODAY, await reached(log, Roster(), None))
    page = await roster(log.pool, RosterQuestion("city-2019"), at, after=None, limit=100)
    return {title["subject"]["name"] for title in page}


async def test_an_interrupted_rebuild_goes_on_from_where_it_was(
    connection: Connection, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "REBUILD_PAGE", 1)

    class Stopped(Exception):
        pass

    def stop_at(model: str, position: int) -> None:
        if (model, position) == ("audit_trail", 2):
            raise Stopped

    with pytest.raises(Stopped):
        await rebuild(connection, stop_at)
    at = await making(connection)
    assert at is not None
    assert not at.running
    assert (at.models["roster"], at.models["audit_trail"], at.models["quotas"]) == (4, 2, 0)
    assert await titles(log) == set(CITIES[:3]), "the live ones stand as they were"
    seen: list[tuple[str, int]] = []
    assert await rebuild(connection, lambda model, at: seen.append((model, at))) is None
    assert ("roster", 2) not in seen, "what was made is not made again"
    assert ("audit_trail", 3) in seen
    assert await making(connection) is None


async def test_a_rebuild_of_another_definition_begins_anew(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "REBUILD_PAGE", 1)

    def stop(_model: str, _position: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rebuild(connection, stop)
    monkeypatch.setattr(Roster, "version", Roster.version + 1)
    seen: list[tuple[str, int]] = []
    await rebuild(connection, lambda model, at: seen.append((model, at)))
    assert ("roster", 2) in seen


async def test_one_at_a_time_and_whoever_asks_is_told(
    connection: Connection, database: Database
) -> None:
    other = await database.connect()
    begun, told = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        async with rebuilding._alone(other, NEXT, wait=False):
            await rebuilding._begin(other, NEXT)
            begun.set()
            await told.wait()

    running = asyncio.create_task(slowly())
    await begun.wait()
    with pytest.raises(UnderWay, match="--status"):
        await rebuild(connection)
    at = await making(connection)
    assert at is not None
    assert at.running
    told.set()
    await running
    await other.close()


async def test_a_rebuild_is_cancelled_whoever_runs_it(
    connection: Connection, database: Database, log: Log
) -> None:
    with pytest.raises(NothingThere):
        await cancel(connection)
    other = await database.connect()
    assert await other.fetchval(rebuilding._SQL["try_to_make"], rebuilding._LOCKS[NEXT])
    await rebuilding._begin(other, NEXT)
    await cancel(connection)
    assert await making(connection) is None
    assert await checkpoints(connection, NEXT) == []
    async with asyncio.timeout(5):
        while not other.is_closed():  # noqa: ASYNC110 — its session was ended
            await asyncio.sleep(0.02)
    assert await rebuild(connection) is None
    assert await titles(log) == set(CITIES[:3])


async def test_rows_that_differ_are_not_switched_unless_it_is_said(
    connection: Connection, log: Log
) -> None:
    await connection.execute("DELETE FROM roster WHERE subject = 'cn:440300'")
    with pytest.raises(Differs, match=r"roster at 4: a rebuilt row only: .*cn:440300"):
        await rebuild(connection)
    assert "深圳市" not in await titles(log)
    difference = await rebuild(connection, anyway=True)
    assert difference is not None
    assert "深圳市" in await titles(log)


async def test_there_is_a_way_back_and_a_way_forth(connection: Connection, log: Log) -> None:
    with pytest.raises(NothingThere):
        await back(connection)
    await connection.execute("UPDATE roster SET category = 'special' WHERE subject = 'cn:440300'")
    await rebuild(connection, anyway=True)
    await log.append([event(designation(CITIES[3]))])
    await catch_up(connection)
    await back(connection)
    of_shenzhen = "SELECT category FROM roster WHERE subject = 'cn:440300'"
    assert await connection.fetchval(of_shenzhen) == "special", "the rows from before"
    assert await titles(log) == set(CITIES), "caught up with what came since"
    await back(connection)
    assert await connection.fetchval(of_shenzhen) == "comprehensive"
    assert await difference_from_rebuild(connection) is None
    await forget_previous(connection)
    with pytest.raises(NothingThere):
        await back(connection)


async def test_the_program_before_goes_on_with_its_own_rows(
    connection: Connection, log: Log, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed definition is deployed beside a program that still serves: both read, both follow."""
    own = definition(Roster())
    with monkeypatch.context() as newer:
        newer.setattr(Roster, "version", Roster.version + 1)
        await rebuild(connection)
        assert definition(Roster()) != own
        assert await home_of(connection) == LIVE
        assert log.tables.schema == LIVE
    assert await home_of(connection) == PREVIOUS
    assert await titles(log) == set(CITIES[:3])
    assert log.tables.schema == PREVIOUS, "it reads its own, beside the live ones"
    following = asyncio.create_task(Projector(database, log).run())
    await log.append([event(designation(CITIES[3]))])
    async with asyncio.timeout(5):
        while await titles(log) != set(CITIES):  # noqa: ASYNC110 — another task
            await asyncio.sleep(0.02)
    following.cancel()
    assert {c.position for c in await checkpoints(connection, LIVE)} == {4}, "not its to follow"
    with monkeypatch.context() as newer:
        newer.setattr(Roster, "version", Roster.version + 1)
        await catch_up(connection)
        assert await titles(log) == set(CITIES)
        assert log.tables.schema == LIVE
        with pytest.raises(NothingThere, match="another program"):
            await back(connection)
    await back(connection)  # the program before goes back to its own
    assert await home_of(connection) == LIVE


async def test_a_projector_goes_on_where_its_rows_were_put(
    connection: Connection, log: Log, database: Database
) -> None:
    following = asyncio.create_task(Projector(database, log).run())
    for number, name in enumerate(("襄阳市", "宜昌市", "荆州市")):
        await rebuild(connection)
        await log.append([event(designation(name))])
        async with asyncio.timeout(5):
            while await reached(log, Roster(), None) != 5 + number:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    following.cancel()
    assert await difference_from_rebuild(connection) is None


async def test_a_reader_who_stays_is_let_through_and_the_switch_says_so(
    connection: Connection, database: Database, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "_TRIES", 2)
    other = await database.connect()
    async with other.transaction():
        await other.fetch("SELECT * FROM roster")
        with pytest.raises(Held, match="ask again"):
            await rebuild(connection)
        assert await titles(log) == set(CITIES[:3])
    await rebuild(connection)
    await other.close()


async def test_what_is_where_it_should_be_is_not_made_again(connection: Connection) -> None:
    assert await ensure(connection) == LIVE
    assert await making(connection) is None


async def test_rows_are_compared_where_the_one_behind_has_come_to(
    connection: Connection, log: Log
) -> None:
    """Nobody waits for a comparison: what is ahead is seen as it was then."""
    await rebuilding._begin(connection, NEXT)
    await rebuilding._build(connection, NEXT, lambda _m, _p: None)
    await log.append([event(designation(CITIES[3]))])
    await catch_up(connection)
    assert await rebuilding._difference(connection, LIVE, NEXT) is None
    await connection.execute("UPDATE quotas SET places = 9")
    assert runner.MODELS[2].name == Quotas.name
    await connection.execute("UPDATE roster SET known_until = 3 WHERE subject = 'cn:420100'")
    said = await rebuilding._difference(connection, LIVE, NEXT)
    assert said is not None
    assert "cn:420100" in said


async def test_rows_that_another_program_follows_are_not_dropped(
    connection: Connection, log: Log, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    following = asyncio.create_task(Projector(database, log).run())
    await asyncio.sleep(0.3)
    with monkeypatch.context() as newer:
        newer.setattr(Roster, "version", Roster.version + 1)
        await rebuild(connection)
        for again in (forget_previous(connection), rebuild(connection)):
            with pytest.raises(InUse, match="stop it first"):
                await again
        following.cancel()
        await asyncio.sleep(0.3)
        await forget_previous(connection)
        assert await rebuild(connection) is None


async def test_a_page_that_fails_while_a_newer_program_is_deployed_marks_nothing(
    connection: Connection, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(Roster, "version", Roster.version + 1)
        await rebuild(connection)
    with pytest.raises(runner.Failed):
        raise await runner._write_down(connection, Roster(), LIVE, RuntimeError("x"))
    assert {c.failed_at for c in await checkpoints(connection, LIVE)} == {None}
