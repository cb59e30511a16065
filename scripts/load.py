"""Figures of a rebuild under load: `make soak-rebuild`. The load is also the one of a test.

So many requests and commands a second are sent to a served ledger at fixed moments, however long answers
take, while all read models are made anew; every answer's status, time and age are kept. An answer's age is
how long before it was asked for the oldest event was acknowledged that the answer does not know.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from domain.commands import GrantRole
from domain.kernel import Actor, Event
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.ledger import find_or_open
from eventlog.log import Log
from projections.asking.tokens import digest_of, new_token
from projections.following.projector import catch_up
from scripts.soak import events
from scripts.terminal import operator

LAG_SECONDS = 2.0  # that the README states: no answer is older
READS, COMMANDS = 200, 100  # a second
EVENTS = 100_000
_QUESTIONS = (
    "/v1/rosters/city-2019?round=2021&limit=20",
    "/v1/rosters/city-2019?round=2021&limit=20&as_of=2022-06-30",
    "/v1/quotas/city-2019/2021",
    "/v1/publicity/city-2019?round=2021",
    "/v1/subjects/cn:420100/history",
    "/v1/obligations?subject=cn:420100",
    "/v1/rankings/city-2019/2021",
    "/v1/events?limit=5&order=backwards",
)


@dataclass
class Load:
    """What was sent, and what came back."""

    base: str
    token: str
    reads: float = READS  # a second
    commands: float = COMMANDS
    statuses: Counter[int | str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"read": [], "command": []})
    ages: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)  # behind the moment at which it was to be sent
    _told: list[tuple[float, int]] = field(default_factory=list)  # when, which position
    _free: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def run(self, until: Callable[[], bool]) -> None:
        """Until it is said to be enough and all is answered."""
        asking = set()
        began = time.monotonic()
        sent = {"read": 0, "command": 0}
        while not until():
            now = time.monotonic() - began
            for kind, rate in (("read", self.reads), ("command", self.commands)):
                while sent[kind] < now * rate:
                    self.late.append(now - sent[kind] / rate)
                    task = asyncio.create_task(self._ask(kind, sent[kind]))
                    asking.add(task)
                    task.add_done_callback(asking.discard)
                    sent[kind] += 1
            await asyncio.sleep(0.002)
        await asyncio.gather(*asking)
        for _, _, writer in self._free:
            writer.close()

    async def _ask(self, kind: str, number: int) -> None:
        if kind == "command":
            path, body = "/v1/rounds", _opens(f"{uuid.uuid4().hex[:12]}")
        else:
            path, body = _QUESTIONS[number % len(_QUESTIONS)], b""
        began = time.monotonic()
        try:
            async with asyncio.timeout(30):
                status, headers = await self._send(path, body)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            self.statuses[type(error).__name__] += 1
            return
        ended = time.monotonic()
        self.statuses[status] += 1
        self.seconds[kind].append(ended - began)
        position = int(headers.get(b"ledger-position", b"0"))
        if kind == "command" and status == 201:
            self._told.append((ended, position))
        elif status == 200:
            self.ages.append(self._age(position, began))

    def _age(self, position: int, asked: float) -> float:
        """How long before it was asked the oldest event was acknowledged that an answer does not know."""
        unknown = (when for when, told in self._told[-2_000:] if told > position)
        return max(0.0, max((asked - when for when in unknown), default=0.0))

    async def _send(self, path: str, body: bytes) -> tuple[int, dict[bytes, bytes]]:
        reader, writer = await self._a_connection()
        head = (
            f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: ledger\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        status, headers = _parse(await reader.readuntil(b"\r\n\r\n"))
        await reader.readexactly(int(headers[b"content-length"]))
        self._free.append((time.monotonic(), reader, writer))
        return status, headers

    async def _a_connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """One that is free, and that the server has not closed as idle (after five seconds)."""
        while self._free:
            since, reader, writer = self._free.pop()
            if time.monotonic() < since + 3:
                return reader, writer
            writer.close()
        at = urlsplit(self.base)
        return await asyncio.open_connection(at.hostname, at.port)

    def figures(self) -> str:
        """A line for each thing measured."""
        lines = [f"answers by status: {dict(self.statuses)}"]
        for kind, seconds in self.seconds.items():
            if len(seconds) > 1:
                cut = statistics.quantiles(seconds, n=100)
                lines.append(
                    f"{kind}: {len(seconds)}, p50 {cut[49] * 1000:.0f} ms, p95 {cut[94] * 1000:.0f} ms, "
                    f"p99 {cut[98] * 1000:.0f} ms, max {max(seconds) * 1000:.0f} ms"
                )
        lines.append(f"oldest answer: {max(self.ages, default=0):.2f} s behind what was told")
        lines.append(f"latest request: {max(self.late, default=0):.2f} s behind its moment")
        return "\n".join(lines)


def _parse(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    pairs = (line.partition(b":") for line in lines if line)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


def _opens(round_: str) -> bytes:
    return orjson.dumps(
        {
            "of": "city-2019",
            "round": round_,
            "basis": {"number": "工信厅信发函〔2021〕1号", "published": "2021-03-01"},
        }
    )


# -------------------------------------------------------------------------- as a program


def served(database: Database) -> tuple[subprocess.Popen[bytes], str]:
    """A server process of a database, and its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = program(database, "serve", "--port", str(port))
    for _ in range(300):
        with socket.socket() as attempt, suppress(OSError):
            attempt.connect(("127.0.0.1", port))
            return process, f"http://127.0.0.1:{port}"
        time.sleep(0.1)
    raise TimeoutError("the server does not answer")


def program(database: Database, *words: str) -> subprocess.Popen[bytes]:
    """`designations` against a database, with rates that do not limit a load."""
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("LEDGER_")},
        "LEDGER_DATABASE_URL": database.service_url,
        "LEDGER_COMMAND_RATE": "1000000/second",
        "LEDGER_READ_RATE": "1000000/second",
    }
    return subprocess.Popen(
        [Path(sys.prefix) / "bin" / "designations", *words],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def prepared(database: Database, count: int) -> str:
    """A ledger with so many events, its read models caught up; the ministry's token."""
    await database.migrate()
    token = new_token()
    async with await Log.open(database, size=2) as log:
        await find_or_open(
            log, ledger=uuid.uuid4(), name="load", kind="real", actor=Actor("load", "driver", "miit")
        )
        there = (await log.head()).position - 1
        of_a_size = (e for e in events() if e.data["round"] != "2021" or _is_one_of_few(e))
        made = islice(of_a_size, there, count)
        while batch := list(islice(made, 1_000)):
            await log.append(batch)
        async with Committer(database, log) as committer:
            await committer.carry_out(
                GrantRole(
                    actor=operator(),
                    principal=f"p-{uuid.uuid4().hex[:8]}",
                    role="ministry",
                    unit="miit",
                    token=digest_of(token),
                    until="2199-12-31",
                )
            )
        async with log.pool.acquire() as connection:
            await catch_up(connection)
    return token


def _is_one_of_few(event: Event) -> bool:
    """So that the round that is asked about has some hundred titles, as real ones have."""
    return int(str(event.data["subject"]).rpartition("-")[2]) % 300 == 0


async def rebuilt_under(load: Load, database: Database, *, killed_at: float | None) -> float:
    """A rebuild by a process of its own while the load lasts; seconds. killed_at: after how many it is
    killed with -9 and begun again."""
    began = time.monotonic()
    done = asyncio.Event()

    async def rebuilding() -> None:
        await asyncio.sleep(1)
        process = program(database, "rebuild")
        if killed_at is not None:
            await asyncio.sleep(killed_at)
            assert process.poll() is None, "it was done before it could be killed"
            process.kill()
            process.wait()
            process = program(database, "rebuild")
        while process.poll() is None:  # noqa: ASYNC110 — another process
            await asyncio.sleep(0.05)
        assert process.returncode == 0, "the rebuild failed"
        await asyncio.sleep(1)
        done.set()

    task = asyncio.create_task(rebuilding())
    await load.run(lambda: done.is_set() or task.done())
    await task
    return time.monotonic() - began


async def soak(database: Database) -> None:
    print(f"a ledger of {EVENTS} events is made", flush=True)
    token = await prepared(database, EVENTS)
    process, base = served(database)
    try:
        for killed_at in (None, 10.0):
            load = Load(base, token)
            seconds = await rebuilt_under(load, database, killed_at=killed_at)
            how = f", killed with -9 after {killed_at:.0f} s and begun again" if killed_at else ""
            print(
                f"\nrebuild under {READS} requests and {COMMANDS} commands a second{how}: "
                f"{seconds:.0f} s\n{load.figures()}",
                flush=True,
            )
            verify = program(database, "verify")
            print(f"verify: {'no flaw' if verify.wait() == 0 else 'FLAWS'}", flush=True)
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """On a server of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        server = Server(Path(folder))
        try:
            asyncio.run(soak(Database.embedded(server)))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
