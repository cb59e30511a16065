"""Append: all or nothing, under a condition, in one order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from domain.canonical import NotCanonical, decode, leaf_hash
from domain.kernel import Event, Query, Selector
from eventlog.database import Database
from eventlog.errors import ClockRefused, Conflict, NotAppended, OutcomeUnknown
from eventlog.ledger import NotOpened, identity, open_ledger
from eventlog.log import AppendCondition, Log, append
from tests.support.databases import LEDGER
from tests.support.facts import TESTER, event, notice


def simple(topic: str = "t", *tags: str) -> Event:
    return Event(topic, frozenset(tags), {"word": "信息消费"}, TESTER)


async def test_an_event_is_its_canonical_bytes_and_their_hash(log: Log) -> None:
    appended = await log.append([simple("t", "b", "a")])
    row = await log.pool.fetchrow("SELECT * FROM log.events WHERE position = 2")
    assert row is not None
    stored = decode(row["bytes"])  # raises if the bytes are not canonical
    assert isinstance(stored, dict)
    assert stored["position"] == row["position"] == appended.first == appended.last == 2
    assert stored["recorded_at"] == appended.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert stored["tags"] == ["a", "b"]
    assert stored["format"] == 2
    assert row["recorded_at"] == appended.recorded_at
    assert row["leaf_hash"] == leaf_hash(row["bytes"])
    assert list(stored) == sorted(stored)


async def test_many_events_are_one_step_of_time_without_gaps(log: Log) -> None:
    appended = await log.append([simple(), simple(), simple()])
    assert (appended.first, appended.last) == (2, 4)
    events = await log.read(after=1)
    assert {e.recorded_at for e in events} == {appended.recorded_at}
    assert len({e.salt for e in events}) == 3


async def test_a_conflict_says_which_selector_and_which_position(log: Log) -> None:
    await log.append([simple("t", "x"), simple("u", "y"), simple("u", "y", "z")])
    query = Query((Selector.of(topics={"t"}, tags={"y"}), Selector.of(topics={"u"}, tags={"z", "y"})))
    with pytest.raises(Conflict) as raised:
        await log.append([simple()], AppendCondition(query, after=1))
    assert (raised.value.selector, raised.value.position) == (1, 4)
    assert (await log.append([simple()], AppendCondition(query, after=4))).first == 5


async def test_a_failed_append_uses_up_nothing(log: Log) -> None:
    with pytest.raises(Conflict):
        await log.append([simple(), simple()], AppendCondition())
    with pytest.raises(NotAppended):
        await log.append([simple(), simple("ledger.opened")])
    assert (await log.head()).position == 1
    assert (await log.append([simple()])).first == 2


async def test_of_rivals_for_one_boundary_exactly_one_wins(log: Log) -> None:
    unless_taken = AppendCondition(Query.tagged("seat:1"))
    outcomes = await asyncio.gather(
        *(log.append([simple("t", "seat:1")], unless_taken) for _ in range(20)), return_exceptions=True
    )
    won = [o for o in outcomes if not isinstance(o, BaseException)]
    lost = [o for o in outcomes if isinstance(o, Conflict)]
    assert (len(won), len(lost)) == (1, 19)
    assert {conflict.position for conflict in lost} == {won[0].first}


async def test_a_rolled_back_transaction_leaves_no_hole(log: Log) -> None:
    async with log.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        assert (await append(connection, [simple()])).first == 2
        await transaction.rollback()
    assert (await log.append([simple()])).first == 2


async def test_appends_of_one_transaction_share_their_time(log: Log) -> None:
    async with log.pool.acquire() as connection, connection.transaction():
        first = await append(connection, [simple()])
        await connection.execute("SELECT pg_sleep(0.01)")
        second = await append(connection, [simple()])
    assert first.recorded_at == second.recorded_at
    later = await log.append([simple()])
    assert later.recorded_at > second.recorded_at


@pytest.mark.parametrize(
    ("halves", "word"),
    [
        (('{"actor":1,', ',"tags":[],"topic":"t"}'), "lacks"),
        (("{", ',"salt":"00000000000000000000000000000000","tags":[],"topic":"t"}'), "lacks"),
        (('{"a":1,"actor":1,"data":{},"format":1,', ',"salt":"","tags":[],"topic":"t"}'), "keys"),
        (('{"actor":1,"data":{},"format":3,', ',"salt":"","tags":[],"topic":"t"}'), "format"),
        (('{"actor":1,"data":{},"format":1,', ',"salt":"","tags":[],"topic":"t"}'), "salt"),
        (('{"actor":1,"data":1,"format":1,', ',"salt":"","tags":[],"topic":"t"}'), "object"),
        (
            ('{"actor":1,"data":{},"format":1,', ',"position":9,"salt":"","tags":[],"topic":"t"}'),
            "another position",
        ),
        (("nonsense", "nonsense"), "json"),
    ],
)
async def test_the_door_takes_only_envelopes(log: Log, halves: tuple[str, str], word: str) -> None:
    with pytest.raises(asyncpg.PostgresError, match=word):
        await log.pool.execute("SELECT log.append($1, $2)", [halves[0]], [halves[1]])
    assert (await log.head()).position == 1


GOOD = (
    '{"actor":{"principal":"p","role":"driver","unit":"u"},"data":{},"format":2,',
    ',"salt":"' + "0" * 32 + '","tags":[],"topic":"t"}',
)


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (',"recorded_at":"2999-01-01T00:00:00.000000Z"', "another time"),
        (',"position":2', "not in order, or one stands twice"),
        (',"data":{}', "not in order, or one stands twice"),
    ],
)
async def test_neither_position_nor_time_can_be_forged(log: Log, more: str, word: str) -> None:
    before, after = GOOD
    with pytest.raises(asyncpg.PostgresError, match=word):
        await log.pool.execute("SELECT log.append($1, $2)", [before], [more + after])
    with pytest.raises(asyncpg.PostgresError, match="stands twice"):
        await log.pool.execute("SELECT log.append($1, $2)", [before + more.removeprefix(",") + ","], [after])
    assert (await log.append([simple()])).first == 2


async def test_an_event_has_at_most_65535_bytes(log: Log) -> None:
    with pytest.raises(NotCanonical, match="65535"):
        await log.append([Event("t", frozenset(), {"word": "x" * 65_400}, TESTER)])
    await log.append([Event("t", frozenset(), {"word": "x" * 65_100}, TESTER)])


async def test_nothing_is_appended_by_an_empty_call(log: Log) -> None:
    with pytest.raises(NotAppended, match="at least one"):
        await log.append([])


async def test_a_list_of_lists_is_no_list_of_events(log: Log) -> None:
    one = event(notice("x")).spelled(bytes(16))
    lists = [[one.before, one.before], [one.before, one.before]]
    with pytest.raises(asyncpg.PostgresError, match="each in two halves"):
        await log.pool.execute("SELECT log.append($1, $2)", lists, [[one.after] * 2] * 2)
    assert (await log.head()).position == 1


async def test_event_1_is_ledger_opened_and_no_other(empty_log: Log) -> None:
    with pytest.raises(NotOpened):
        await identity(empty_log)
    with pytest.raises(NotAppended, match="event 1"):
        await empty_log.append([simple()])
    await open_ledger(empty_log, ledger=LEDGER, name="x", kind="real", actor=TESTER)
    with pytest.raises(Conflict):
        await open_ledger(empty_log, ledger=LEDGER, name="x", kind="real", actor=TESTER)
    assert (await identity(empty_log)).id == str(LEDGER)
    assert (await empty_log.head()).simulated is False


THEN = datetime(2019, 3, 18, 1, 2, 3, tzinfo=UTC)


async def test_a_simulated_ledger_takes_its_time_from_its_driver(empty_log: Log) -> None:
    await open_ledger(empty_log, ledger=LEDGER, name="x", kind="simulated", actor=TESTER, clock=THEN)
    assert (await empty_log.head()).simulated is True
    appended = await empty_log.append([simple()], clock=THEN + timedelta(days=1))
    assert appended.recorded_at == THEN + timedelta(days=1)
    with pytest.raises(ClockRefused, match="behind the newest event"):
        await empty_log.append([simple()], clock=THEN)
    async with empty_log.pool.acquire() as connection, connection.transaction():
        behind = THEN + timedelta(days=1, seconds=-2)
        for _ in range(2):  # one transaction, one time
            again = await append(connection, [simple()], clock=behind)
            assert again.recorded_at == THEN + timedelta(days=1)
    smoothed = await empty_log.append([simple()], clock=THEN + timedelta(days=1, seconds=-4))
    assert smoothed.recorded_at == THEN + timedelta(days=1)


async def test_a_real_ledger_does_not(empty_log: Log) -> None:
    with pytest.raises(ClockRefused, match="from the database only"):
        await open_ledger(empty_log, ledger=LEDGER, name="x", kind="real", actor=TESTER, clock=THEN)
    await open_ledger(empty_log, ledger=LEDGER, name="x", kind="real", actor=TESTER)
    with pytest.raises(ClockRefused, match="from the database only"):
        await empty_log.append([simple()], clock=THEN)


async def test_a_clock_more_than_five_seconds_behind_the_log_is_refused(log: Log, database: Database) -> None:
    owner = await database.connect_owner()
    await owner.execute("UPDATE log.head SET recorded_at = now() + interval '1 hour'")
    await owner.close()
    with pytest.raises(ClockRefused, match="Set the clock right"):
        await log.append([simple()])


async def test_a_broken_connection_leaves_the_outcome_unknown(log: Log) -> None:
    async def kill() -> None:
        while not await log.pool.fetchval(  # noqa: ASYNC110 — another process
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND query LIKE '%log.append%'"
        ):
            await asyncio.sleep(0.01)

    async with log.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT log.take_turn()")
        with pytest.raises(OutcomeUnknown, match="read before appending again"):
            await asyncio.gather(log.append([simple()]), kill())
    assert (await log.head()).position == 1


async def test_real_facts_are_appended_as_they_are(log: Log) -> None:
    await log.append([event(notice("申报通知"), "../2021-09-24")])
    stored = (await log.read(after=1))[0]
    assert stored.data["act_words"] == "申报通知"
    assert stored.effective == "../2021-09-24"
