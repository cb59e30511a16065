"""Processes and servers are killed under load; what was acknowledged is there, once, in order."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from domain.commands.command import Command
from domain.dates import SHANGHAI
from domain.subjects import Subject, is_registered, subject
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.integrity import verify_log
from eventlog.ledger import open_ledger
from eventlog.log import LOST, Log
from projections.following.models import MODELS
from projections.following.projector import Projector
from tests.support.city_round import applies, cap, defence, form, opens, proposes, recommends, review
from tests.support.databases import LEDGER
from tests.support.facts import TESTER
from tests.support.killing import Children, strike_a_backend, struck
from tests.support.live_rows import live_checkpoints
from tests.support.writers import start as writers_of

KILLS = 50


def _kill(what: str, writers: BaseProcess, server: Server, dice: random.Random) -> None:
    if what == "process":
        writers.kill()
    elif what == "postmaster":
        pid = server.postmaster()
        assert pid is not None
        struck(pid)
    else:
        strike_a_backend(server, dice)


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
            writers = writers_of(own.folder, "ledger", acknowledged, str(run))
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
            writers.join()
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
        halves = [n for n, c in names.items() if c != (2 if int(n.rsplit("-", 1)[1]) % 3 == 0 else 1)]
        assert halves == []
        assert followed == list(range(1, head + 1))
        report = await verify_log(log.pool)
        assert [f for f in report.flaws if "cannot read it" not in str(f.what)] == []
        assert report.size == head


ASKERS = 4
COMMANDS = 250  # of each asker


@pytest.mark.faults
@pytest.mark.xdist_group("faults")
async def test_1000_commands_under_kills_each_take_effect_exactly_once(
    own: Server, children: Children, tmp_path: Path
) -> None:
    """Processes killed, backends terminated in mid-batch; who asks again learns the truth."""
    dice = random.Random(19)
    database = Database.embedded(own, "ledger")
    await database.migrate()
    async with await Log.open(database, size=4) as log:
        await open_ledger(log, ledger=LEDGER, name="x", kind="real", actor=TESTER)
        projector = asyncio.create_task(Projector(database, log).run())
        files = [tmp_path / f"asker-{n}" for n in range(ASKERS)]

        def start(number: int) -> subprocess.Popen[Any]:
            return children.start(
                [
                    sys.executable,
                    "-m",
                    "tests.support.askers",
                    database.service_url,
                    "open",
                    files[number],
                    f"a{number}",
                    str(COMMANDS),
                ]
            )

        askers = [start(number) for number in range(ASKERS)]
        killed: Counter[str] = Counter()
        async with asyncio.timeout(120):
            for what in ("session", "process", "session", "backend", "session", "process") * 2:
                await asyncio.sleep(dice.uniform(0.1, 0.4))
                own.start()
                if what == "process":  # started again, it asks for everything again
                    victim = dice.randrange(ASKERS)
                    askers[victim].kill()
                    askers[victim].wait()
                    askers[victim] = start(victim)
                else:
                    strike_a_backend(own, dice, signal.SIGTERM if what == "session" else signal.SIGKILL)
                killed[what] += any(asker.poll() is None for asker in askers)
            while any(asker.poll() is None for asker in askers):
                own.start()
                await asyncio.sleep(0.1)
        assert killed == {"session": 6, "process": 4, "backend": 2}, "all while commands ran"
        assert [asker.returncode for asker in askers] == [0] * ASKERS
        own.start()
        head = await _head(log)
        events = [event async for event in log.stream(after=1)]
        assert Counter(event.command for event in events) == {
            f"a{asker}-{n}": 1 for asker in range(ASKERS) for n in range(COMMANDS)
        }, "every command once"
        told = [
            json.loads(line.removeprefix("told "))
            for file in files
            for line in file.read_text().splitlines()
            if line.startswith("told ")
        ]
        at = {event.command: event.position for event in events}
        assert {t["kind"] for t in told} == {"accepted"}
        assert all(at[t["id"]] == t["first"] for t in told), "every acknowledged command is there"
        outcomes = await log.pool.fetch("SELECT command, outcome FROM beside.command_outcomes")
        assert {row["command"] for row in outcomes} == set(at), "and every unknown one is found"
        assert (await verify_log(log.pool)).flaws == []
        async with asyncio.timeout(30):
            while await _behind(log, head):  # noqa: ASYNC110 — another task
                await asyncio.sleep(0.1)
        projector.cancel()


async def _behind(log: Log, head: int) -> bool:
    """Whether a read model has not caught up by itself yet."""
    async with log.pool.acquire() as connection:
        found = await live_checkpoints(connection)
    return len(found) < len(MODELS) or any(at.position < head for at in found)


async def test_of_40_rivals_for_the_last_place_exactly_one_is_in(
    database: Database, log: Log, tmp_path: Path
) -> None:
    """Through two processes; the other 39 are told which rule and which figures."""
    cities = [place for code in range(3201, 4400) if (place := _city(f"{code}00")) is not None][:41]
    names = [place.today.name for place in cities]
    async with Committer(database, log) as committer:
        first = [opens(caps=(cap("comprehensive", 2),))]
        for act in (*first, *(_step(step, name) for name in names for step in _TO_THE_DEFENCE)):
            outcome = await committer.carry_out(act)
            assert outcome.accepted, (act, outcome)
        assert (await committer.carry_out(proposes(names[0]))).accepted
    rivals = [place.id for place in cities[1:]]
    files = [tmp_path / "one", tmp_path / "two"]
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.support.askers",
            database.service_url,
            "propose",
            str(file),
            file.name,
            *half,
        )
        for file, half in zip(files, (rivals[:20], rivals[20:]), strict=True)
    ]
    assert [await process.wait() for process in processes] == [0, 0]
    told = [
        json.loads(line.removeprefix("told "))
        for file in files
        for line in file.read_text().splitlines()
        if line.startswith("told ")
    ]
    assert Counter(t["kind"] for t in told) == {"accepted": 1, "refused": 39}
    for refusal in (t for t in told if t["kind"] == "refused"):
        (broken,) = refusal["broken"]
        assert broken["rule"] == "C19-6"
        assert broken["figures"] == {"pool": "comprehensive", "used": 2, "cap": 2}
        assert len(broken["facts"]) == 3, "the cap's document and the two that are in"


_TO_THE_DEFENCE = ("apply", "recommend", "form", "review", "defence")


def _step(step: str, name: str) -> Command:
    day = datetime.now(SHANGHAI).date().isoformat()
    acts: dict[str, Callable[[], Command]] = {
        "apply": lambda: applies(name),
        "recommend": lambda: recommends(name, reviewed_on=day),
        "form": lambda: form(name),
        "review": lambda: review(name),
        "defence": lambda: defence(name),
    }
    return acts[step]()


def _city(code: str) -> Subject | None:
    """A city that applies through its unit."""
    if not is_registered(f"cn:{code}"):
        return None
    place = subject(f"cn:{code}")
    plain = not place.is_separately_planned and place.level == "prefecture-city"
    return place if plain and place.until is None else None


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
