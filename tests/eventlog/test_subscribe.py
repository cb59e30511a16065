"""Subscribe: every event once, in order; what is lost on the way delays, never loses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from domain.kernel import Event, Query, Recorded
from eventlog import log as log_module
from eventlog.database import Connection
from eventlog.log import Log
from tests.support.facts import TESTER
from tests.support.waiting import GIVEN_UP_AFTER, until_somebody_listens


def tagged(*tags: str) -> Event:
    return Event("t", frozenset(tags), {}, TESTER)


async def take(events: AsyncIterator[Recorded], count: int) -> list[int]:
    async with asyncio.timeout(GIVEN_UP_AFTER):
        return [(await anext(events)).position for _ in range(count)]


async def test_it_catches_up_and_then_follows(log: Log) -> None:
    await log.append([tagged("x"), tagged("y"), tagged("x")])
    events = log.subscribe(Query.tagged("x"))
    assert await take(events, 2) == [2, 4]
    waiting = asyncio.create_task(take(events, 2))
    await log.append([tagged("y")])
    await log.append([tagged("x"), tagged("x")])
    assert await waiting == [6, 7]


async def test_a_notice_wakes_it_before_the_poll(
    log: Log, admin: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "POLL_SECONDS", 100 * GIVEN_UP_AFTER)
    events = log.subscribe(after=1)
    waiting = asyncio.create_task(take(events, 1))
    await until_somebody_listens(admin)
    await log.append([tagged()])
    assert await waiting == [2]


async def test_a_lost_notice_only_delays(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "announce", lambda: None)
    events = log.subscribe(after=1)
    waiting = asyncio.create_task(take(events, 1))
    await asyncio.sleep(0.3)  # it has read what was there, mostly
    await log.append([tagged()])
    assert await waiting == [2]


async def test_a_killed_listener_only_delays(log: Log, admin: Connection) -> None:
    events = log.subscribe(after=1)
    waiting = asyncio.create_task(take(events, 40))
    killed = 0
    for _ in range(40):
        await log.append([tagged()])
        gone = await admin.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND query LIKE '%LISTEN%'"
        )
        killed += len(gone)
        await asyncio.sleep(0.02)
    assert killed
    assert await waiting == list(range(2, 42))


async def test_many_followers_share_one_listener(log: Log) -> None:
    followers = [asyncio.create_task(take(log.subscribe(after=1), 3)) for _ in range(10)]
    for _ in range(3):
        await log.append([tagged()])
    assert await asyncio.gather(*followers) == [[2, 3, 4]] * 10
