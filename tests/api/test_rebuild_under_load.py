"""All read models are made anew while requests and commands come: nobody fails, nothing is stale.

At a rate that any machine keeps up with; `make soak-rebuild` does the same at the stated one.
"""

from __future__ import annotations

import asyncio

import pytest

from eventlog.database import Database
from eventlog.embedded import Server
from scripts.load import LAG_SECONDS, Load, prepared, program, rebuilt_under, served


@pytest.mark.faults
@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("killed_at", [None, 1.5])
async def test_no_request_fails_and_no_answer_is_stale(own: Server, killed_at: float | None) -> None:
    database = Database.embedded(own)
    token = await prepared(database, 3_000)
    process, base = await asyncio.to_thread(served, database)
    try:
        load = Load(base, token, reads=30, commands=15)
        await rebuilt_under(load, database, killed_at=killed_at)
    finally:
        process.terminate()
        process.wait()
    assert set(load.statuses) == {200, 201}, load.figures()
    assert load.statuses[201] > 20
    assert max(load.ages) < LAG_SECONDS, load.figures()
    verify = program(database, "verify")
    assert await asyncio.to_thread(verify.wait) == 0
