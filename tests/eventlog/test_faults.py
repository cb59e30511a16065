"""Processes and servers are killed under load; what was acknowledged is there, once, in order."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.integrity import verify_log
from eventlog.ledger import open_ledger
from eventlog.log import LOST, Log
from tests.conftest import LEDGER
from tests.facts import TESTER

KILLS = 50


def _backends(server: Server) -> list[int]:
    """The processes that serve connections, as children of the postmaster."""
    pid = server.postmaster()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            status = (process / "status").read_text()
            command = (process / "cmdline").read_text()
        except OSError:
            continue
        if f"\nPPid:\t{pid}\n" in status and "[local]" in command:
            found.append(int(process.name))
    return found


def _kill(what: str, writers: subprocess.Popen[bytes], server: Server, dice: random.Random) -> None:
    if what == "process":
        writers.kill()
    elif what == "postmaster":
        pid = server.postmaster()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    elif backends := _backends(server):
        os.kill(dice.choice(backends), signal.SIGKILL)


@pytest.mark.faults
@pytest.mark.xdist_group("faults")
async def test_fifty_kills_under_32_writers(own: Server, tmp_path: Path) -> None:
    dice = random.Random(20190318)
    database = Database.embedded(own, "ledger")
    await database.migrate()
    acknowledged = tmp_path / "acknowledged"
    acknowledged.touch()
    followed: list[int] = []

    async def follow(log: Log) -> None:
        async for event in log.subscribe():
            followed.append(event.position)  # noqa: PERF401 — seen while it grows

    async with await Log.open(database, size=4) as log:
        await open_ledger(log, ledger=LEDGER, name="x", kind="real", actor=TESTER)
        follower = asyncio.create_task(follow(log))
        killed: Counter[str] = Counter()
        for run in range(KILLS):
            own.start()
            writers = subprocess.Popen(  # noqa: ASYNC220 — it only starts
                [sys.executable, "-m", "tests.eventlog.writers", own.folder, "ledger",
                 acknowledged, str(run)],
            )  # fmt: skip
            before = acknowledged.stat().st_size
            async with asyncio.timeout(60):
                while acknowledged.stat().st_size == before:  # noqa: ASYNC110 — another process
                    await asyncio.sleep(0.01)
            await asyncio.sleep(dice.uniform(0, 0.25))
            what = ("process", "postmaster", "backend")[run % 3]
            _kill(what, writers, own, dice)
            killed[what] += 1
            await asyncio.sleep(0.05)
            writers.kill()
            writers.wait()
        own.start()
        head = await _head(log)
        async with asyncio.timeout(30):
            while not followed or followed[-1] < head:
                assert not follower.done(), follower
                await asyncio.sleep(0.05)
        follower.cancel()

        names = Counter([str(e.data.get("name")) async for e in log.stream(after=1)])
        promised = acknowledged.read_text().split()
        assert sum(killed.values()) == KILLS
        assert len(promised) > KILLS
        for name in promised:
            assert names[name] == (2 if int(name.rsplit("-", 1)[1]) % 3 == 0 else 1), name
        halves = [
            n for n, c in names.items() if c != (2 if int(n.rsplit("-", 1)[1]) % 3 == 0 else 1)
        ]
        assert halves == []
        assert followed == list(range(1, head + 1))
        report = await verify_log(log.pool)
        assert [f for f in report.flaws if "cannot read it" not in f.what] == []
        assert report.size == head


async def _head(log: Log) -> int:
    """The newest position, once the server is through with its recovery."""
    for attempt in range(50):
        try:
            return (await log.head()).position
        except LOST:
            if attempt == 49:
                raise
            await asyncio.sleep(0.2)
    raise AssertionError("the loop returns or raises")
