"""A rebuild: beside the live rows, compared, live from one moment on, with a way back; one at a time.

One file: what a rebuild promises stands beside what else it promises, and shares its ledger of a few cities.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest

from eventlog.database import Connection, Database
from eventlog.log import LOST, Log
from eventlog.queries import load
from projections.asking.standpoint import reached
from projections.following import building, rebuilding
from projections.following import homes as home_keeping
from projections.following.building import MAKING, InUse, UnderWay, alone, begin, build
from projections.following.comparing import difference, difference_from_rebuild
from projections.following.homes import checkpoints, homes
from projections.following.models import own_definition
from projections.following.projector import Projector, catch_up
from projections.following.rebuilding import (
    Differs,
    NothingThere,
    back,
    cancel,
    ensure,
    forget_previous,
    making,
    rebuild,
)
from projections.following.taking_in import home_of, lead_of, write_down
from projections.roster.answer import roster, titles_of
from projections.roster.question import RosterQuestion
from projections.roster.rows import Roster
from tests.support.facts import designation, event
from tests.support.live_rows import live, live_checkpoints, standing
from tests.support.states import begins
from tests.support.waiting import until_somebody_waits

SQL = load("projections.following", "taking_in.sql")
CITIES = ["武汉市", "深圳市", "昆明市", "长沙市"]
TODAY = date(2026, 11, 22)


@begins(after="log")
async def a_few_cities(log: Log) -> None:
    """Read models of a few cities, caught up."""
    await log.append([event(designation(name)) for name in CITIES[:3]])
    async with log.pool.acquire() as connection:
        await catch_up(connection)


@pytest.fixture
async def connection(a_few_cities: Log) -> AsyncIterator[Connection]:
    async with a_few_cities.pool.acquire() as connection:
        yield connection  # type: ignore[misc]


QUESTION = RosterQuestion(programme="city-2019")


async def change(connection: Connection, statement: str) -> None:
    """Do to the live roster what no event did."""
    await connection.execute(statement.format(f"{await live(connection)}.roster"))


async def roles(connection: Connection) -> list[str]:
    """What schemas are to definitions: all but those that are free."""
    return sorted(home.role for home in await homes(connection) if home.role is not None)


async def titles(log: Log) -> set[str]:
    """What a reader is told, at the position that this program's rows have reached."""
    at = await standing(log, Roster(), TODAY)
    page = await roster(at, QUESTION, after=None, limit=100)
    return {title.subject.name for title in page}


async def where(log: Log) -> str:
    """The schema in which a question that begins now reads."""
    return (await standing(log, Roster(), TODAY)).home


async def test_an_interrupted_rebuild_goes_on_from_where_it_was(
    connection: Connection, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "REBUILD_PAGE", 1)

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
    monkeypatch.setattr(building, "REBUILD_PAGE", 1)

    def stop(_model: str, _position: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rebuild(connection, stop)
    monkeypatch.setattr(Roster, "version", Roster.version + 1)
    seen: list[tuple[str, int]] = []
    await rebuild(connection, lambda model, at: seen.append((model, at)))
    assert ("roster", 2) in seen


async def test_one_at_a_time_and_whoever_asks_is_told(connection: Connection, database: Database) -> None:
    other = await database.connect()
    begun, told = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        async with alone(other, MAKING, wait=False):
            await begin(other)
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
    async with alone(other, MAKING, wait=False):
        made = await begin(other)
        await cancel(connection)
        assert await making(connection) is None
        assert await checkpoints(connection, made) == []
        assert await roles(connection) == ["live"]
        async with asyncio.timeout(60):
            while not other.is_closed():  # noqa: ASYNC110 — its session was ended
                await asyncio.sleep(0.02)
    assert await rebuild(connection) is None
    assert await titles(log) == set(CITIES[:3])


async def test_rows_that_differ_are_not_switched_unless_it_is_said(connection: Connection, log: Log) -> None:
    await change(connection, "DELETE FROM {} WHERE subject = 'cn:440300'")
    with pytest.raises(Differs, match=r"roster at 4: a rebuilt row only: .*cn:440300"):
        await rebuild(connection)
    assert "深圳市" not in await titles(log)
    difference = await rebuild(connection, anyway=True)
    assert difference is not None
    assert "深圳市" in await titles(log)


async def category_of_shenzhen(connection: Connection) -> str:
    query = f"SELECT category FROM {await live(connection)}.roster WHERE subject = 'cn:440300'"
    found: str = await connection.fetchval(query)
    return found


async def test_there_is_a_way_back_and_a_way_forth(connection: Connection, log: Log) -> None:
    with pytest.raises(NothingThere):
        await back(connection)
    await change(connection, "UPDATE {} SET category = 'special' WHERE subject = 'cn:440300'")
    await rebuild(connection, anyway=True)
    await log.append([event(designation(CITIES[3]))])
    await catch_up(connection)
    await back(connection)
    assert await category_of_shenzhen(connection) == "special", "the rows from before"
    assert await titles(log) == set(CITIES), "caught up with what came since"
    await back(connection)
    assert await category_of_shenzhen(connection) == "comprehensive"
    assert await difference_from_rebuild(connection) is None
    await forget_previous(connection)
    with pytest.raises(NothingThere):
        await back(connection)


async def test_the_program_before_goes_on_with_its_own_rows(
    connection: Connection, log: Log, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed definition is deployed beside a program that still serves: both read, both follow, each
    its own, and what one does with its rows leaves the other's alone."""
    own = await live(connection)
    with monkeypatch.context() as newer:
        newer.setattr(Roster, "version", Roster.version + 1)
        await rebuild(connection)
        theirs = await live(connection)
        assert theirs != own
        assert await titles(log) == set(CITIES[:3])
        assert await where(log) == theirs
    assert await live(connection) == own, "nothing was moved"
    assert await titles(log) == set(CITIES[:3])
    assert await where(log) == own
    following = asyncio.create_task(Projector(database, log).run())
    await log.append([event(designation(CITIES[3]))])
    async with asyncio.timeout(60):
        while await titles(log) != set(CITIES):  # noqa: ASYNC110 — another task
            await asyncio.sleep(0.02)
    following.cancel()
    assert {c.position for c in await checkpoints(connection, theirs)} == {4}, "not its to follow"
    with pytest.raises(NothingThere):
        await back(connection)
    with monkeypatch.context() as newer:
        newer.setattr(Roster, "version", Roster.version + 1)
        with pytest.raises(NothingThere):
            await back(connection)
        await catch_up(connection)
        assert await titles(log) == set(CITIES)
        assert await where(log) == theirs


async def test_a_projector_goes_on_where_its_rows_were_put(
    connection: Connection, log: Log, database: Database
) -> None:
    following = asyncio.create_task(Projector(database, log).run())
    for number, name in enumerate(("襄阳市", "宜昌市", "荆州市")):
        await rebuild(connection)
        await log.append([event(designation(name))])
        async with asyncio.timeout(60):
            while (await reached(log, Roster(), None))[1] != 5 + number:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    following.cancel()
    assert await difference_from_rebuild(connection) is None


async def test_who_began_to_read_before_goes_on_where_he_was(connection: Connection, log: Log) -> None:
    """He is told what he would have been told, to the end of his page, and nobody waits for him."""
    at = await standing(log, Roster(), TODAY)
    before = await live(connection)
    assert at.home == before
    await rebuild(connection)
    assert await live(connection) != before
    await change(connection, "DELETE FROM {}")
    page = await roster(at, QUESTION, after=None, limit=100)
    assert {title.subject.name for title in page} == set(CITIES[:3])
    told = [title async for _, title in titles_of(at, QUESTION)]
    assert told == [], "and from the next page on, where they are now"


async def test_two_questions_of_one_task_read_each_where_it_began(connection: Connection, log: Log) -> None:
    """Where the rows are, the question says: nothing that another question finds turns it elsewhere."""
    first = await standing(log, Roster(), TODAY)
    await rebuild(connection)
    await change(connection, "DELETE FROM {} WHERE subject = 'cn:420100'")
    second = await standing(log, Roster(), TODAY)
    assert first.home != second.home
    for at, many in ((first, 3), (second, 2), (first, 3)):
        assert len(await roster(at, QUESTION, after=None, limit=100)) == many
    both = [roster(at, QUESTION, after=None, limit=100) for at in (first, second, first)]
    assert [len(page) for page in await asyncio.gather(*both)] == [3, 2, 3]


async def test_a_switch_does_not_wait_for_a_long_question(
    connection: Connection, database: Database, log: Log
) -> None:
    other = await database.connect()
    async with other.transaction():
        asked = f"SELECT count(*) FROM {await live(connection)}.roster"
        assert await other.fetchval(asked) == 3
        async with asyncio.timeout(60):
            await rebuild(connection)
        await log.append([event(designation(CITIES[3]))])
        await catch_up(connection)
        assert await titles(log) == set(CITIES)
        assert await other.fetchval(asked) == 3, "the rows of when it was asked"
    await other.close()


async def test_a_schema_that_a_long_question_still_reads_is_not_taken(
    connection: Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is free is taken where nobody reads; if somebody reads everywhere, whoever asks is told."""
    monkeypatch.setattr(home_keeping, "AT_MOST", "50ms")
    others = [await database.connect() for _ in range(2)]
    await rebuild(connection)
    for other in others:
        begun = other.transaction()
        await begun.start()
        await other.fetch(f"SELECT * FROM {await live(connection)}.roster")
        await rebuild(connection)
    with pytest.raises(InUse, match="ask again"):
        await rebuild(connection)
    assert await roles(connection) == ["live", "previous"]
    for other in others:
        await other.close()
    assert await rebuild(connection) is None


async def test_what_is_where_it_should_be_is_not_made_again(connection: Connection) -> None:
    home = await live(connection)
    await ensure(connection)
    assert await live(connection) == home
    assert await making(connection) is None


async def test_rows_are_compared_where_the_one_behind_has_come_to(connection: Connection, log: Log) -> None:
    """Nobody waits for a comparison: what is ahead is seen as it was then."""
    home, made = await live(connection), await begin(connection)
    await build(connection, made, lambda _m, _p: None)
    await log.append([event(designation(CITIES[3]))])
    await catch_up(connection)
    assert await difference(connection, home, made) is None
    await change(connection, "UPDATE {} SET known_until = 3 WHERE subject = 'cn:420100'")
    said = await difference(connection, home, made)
    assert said is not None
    assert "cn:420100" in said


@asynccontextmanager
async def another_program(
    connection: Connection, database: Database, monkeypatch: pytest.MonkeyPatch, version: int
) -> AsyncIterator[str]:
    """One that defines the roster otherwise is at work: its rows are live, and it leads for them. Its
    definition."""
    with monkeypatch.context() as its:
        its.setattr(Roster, "version", Roster.version + version)
        await ensure(connection)
        definition = own_definition()
    leading = await database.connect()
    assert await leading.fetchval(SQL["try_lead"], lead_of(definition))
    yield definition
    await leading.close()


async def test_rows_that_another_program_follows_are_not_dropped(
    connection: Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_keeping, "PATIENCE", 2)
    async with another_program(connection, database, monkeypatch, 1) as other:
        for _ in range(3):  # there is room for its rows, the way back, and those in the making
            assert await rebuild(connection) is None
        await forget_previous(connection)
        assert other in {home.definition for home in await homes(connection)}
    await forget_previous(connection)
    assert {home.definition for home in await homes(connection)} == {own_definition(), None}


async def test_of_three_programs_the_third_is_told_that_there_is_no_room(
    connection: Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_keeping, "PATIENCE", 2)
    leading = await database.connect()
    assert await leading.fetchval(SQL["try_lead"], lead_of(own_definition()))
    async with another_program(connection, database, monkeypatch, 1):
        with monkeypatch.context() as newer:
            newer.setattr(Roster, "version", Roster.version + 2)
            await ensure(connection)
            with pytest.raises(InUse, match="stop them first"):
                await rebuild(connection)
            await leading.close()
            assert await rebuild(connection) is None, "in place of the first, which has stopped"
    assert await home_of(connection) is None


async def test_a_program_that_lost_its_session_a_moment_ago_is_not_stopped(
    connection: Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with another_program(connection, database, monkeypatch, 1) as other:
        pass
    forgetting = asyncio.create_task(forget_previous(connection))
    await asyncio.sleep(0.7)
    back_again = await database.connect()
    assert await back_again.fetchval(SQL["try_lead"], lead_of(other))
    await forgetting
    assert other in {home.definition for home in await homes(connection)}
    await back_again.close()


async def test_a_model_that_stops_does_so_in_its_own_programs_rows(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = await live(connection)
    with monkeypatch.context() as newer:
        newer.setattr(Roster, "version", Roster.version + 1)
        await rebuild(connection)
        theirs = await live(connection)
    failed = await write_down(connection, Roster(), None, own, RuntimeError("x"))
    assert {c.failed_at for c in await live_checkpoints(connection)} == {None, failed.position}
    assert {c.failed_at for c in await checkpoints(connection, theirs)} == {None}


async def test_what_failed_where_rows_were_live_before_marks_nothing(
    connection: Connection, log: Log
) -> None:
    before = await live(connection)
    await rebuild(connection)
    await write_down(connection, Roster(), None, before, RuntimeError("x"))
    assert {c.failed_at for c in await live_checkpoints(connection)} == {None}


async def test_a_rebuild_that_somebody_waits_to_go_on_with_is_cancelled_too(
    connection: Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that was started meanwhile waits for the rows; it begins anew, with nothing made."""
    maker, waiter = await database.connect(), await database.connect()
    async with alone(maker, MAKING, wait=False):
        await begin(maker)
        waiting = asyncio.create_task(rebuild(waiter, wait=True))
        await until_somebody_waits(connection)
        await cancel(connection)
        with pytest.raises(LOST):
            await waiting
        assert await roles(connection) == ["live"]
        assert maker.is_closed()


async def test_a_rebuild_that_was_done_meanwhile_is_not_said_to_be_cancelled(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(connection)
    at = await making(connection)
    assert await rebuild(connection) is None

    async def as_it_was(_connection: Connection) -> rebuilding.Making | None:
        return at

    monkeypatch.setattr(rebuilding, "making", as_it_was)
    with pytest.raises(NothingThere, match="its rows are live"):
        await cancel(connection)
