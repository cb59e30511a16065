"""The demo: a simulated ledger by dice; stopped, it is taken up; it touches no other ledger."""

from __future__ import annotations

from datetime import datetime

import pytest

from eventlog.database import Database
from eventlog.integrity import verify_log
from eventlog.ledger import identity
from eventlog.log import Log
from scripts.demo import NotForADemo, play
from scripts.documents.refusals import refusals_in, written


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


def stop_after(acts: int) -> object:
    def advance(_when: datetime, done: int) -> None:
        if done == acts:
            raise Stopped

    return advance


async def test_a_demo_is_taken_up_where_it_stopped(database: Database) -> None:
    with pytest.raises(Stopped):
        await play(database, 1, 3, stop_after(40))  # type: ignore[arg-type]
    async with await Log.open(database) as log:
        stopped_at = (await log.head()).position
        accepted, refused = await play(database, 1, 3, lambda _when, _done: None)
        assert await play(database, 1, 3, lambda _when, _done: None) == (accepted, refused)
        ledger = await identity(log)
        assert ledger.simulated
        assert stopped_at < (await log.head()).position
        events = await log.read(limit=10_000)
        assert [e.recorded_at.year for e in (events[0], events[-1])] == [2013, 2026]
        assert len({e.command for e in events[1:]}) == accepted
        assert (await verify_log(log.pool)).flaws == []
        page = {(each["act"], each["broken"][0]["rule"], each["broken"][0]["code"]) for each in written()}
        assert (await refusals_in(log)).keys() <= page, "make docs"


async def test_a_demo_never_enters_another_ledger(log: Log, database: Database) -> None:
    with pytest.raises(NotForADemo, match="a database of its own"):
        await play(database, 1, 3, lambda _when, _done: None)
    assert (await log.head()).position == 1
