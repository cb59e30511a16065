"""200 clients at once, who lose their connections and ask again, while the server is killed twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx
import orjson
import pytest

from domain.events import RoleGranted
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.integrity import verify_log
from eventlog.ledger import open_ledger
from eventlog.log import Log
from projections.asking.tokens import digest_of, new_token
from tests.support.city_round import opens
from tests.support.databases import LEDGER, TESTER
from tests.support.every_act import body_of
from tests.support.facts import event
from tests.support.serving import as_who

CLIENTS, ACTS = 200, 5
SEED = 20261122


class Port:
    """A server process on one port, killed with -9 and started again."""

    def __init__(self, database: Database) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.number = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.number}"
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("LEDGER_")},
            "LEDGER_DATABASE_URL": database.service_url,
            "LEDGER_COMMAND_RATE": "1000000/second",
            "LEDGER_READ_RATE": "1000000/second",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [Path(sys.prefix) / "bin" / "designations", "serve", "--port", str(self.number)],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


async def one_client(
    number: int, port: Port, token: str, told: dict[str, bytes], counts: Counter[str]
) -> None:
    """Opens rounds of its own; it asks again, with the same key, until it is answered."""
    dice = random.Random(SEED + number)
    async with httpx.AsyncClient(base_url=port.base) as client:
        for act in range(ACTS):
            key = f"r{number}-{act}"
            content = orjson.dumps(body_of(opens(key)))
            headers = {**as_who(token), "Content-Type": "application/json", "Idempotency-Key": key}
            while key not in told:
                impatient = dice.random() < 0.3
                try:
                    answer = await client.post(
                        "/v1/rounds",
                        content=content,
                        headers=headers,
                        timeout=dice.uniform(0.001, 0.05) if impatient else 20,
                    )
                except (httpx.TransportError, httpx.TimeoutException):
                    counts["lost"] += 1
                    await asyncio.sleep(dice.uniform(0.01, 0.2))
                    continue
                if answer.status_code == 503:
                    counts["put off"] += 1
                    await asyncio.sleep(dice.uniform(0.05, 0.3))
                    continue
                assert answer.status_code == 201, answer.text
                told[key] = answer.content
            if dice.random() < 0.2:  # whoever asks once more is told the same
                try:
                    again = await client.post("/v1/rounds", content=content, headers=headers)
                except httpx.TransportError:
                    continue
                if again.status_code == 201:
                    counts["asked again"] += 1
                    assert again.content == told[key]


@pytest.mark.faults
@pytest.mark.xdist_group("faults")
async def test_each_command_takes_effect_once_and_each_client_is_told_the_truth(own: Server) -> None:
    database = Database.embedded(own)
    await database.migrate()
    token = new_token()
    granted = RoleGranted(
        principal="p-ministry", role="ministry", unit="miit", token=digest_of(token), until="2199-12-31"
    )
    async with await Log.open(database) as log:
        await open_ledger(log, ledger=LEDGER, name="many", kind="real", actor=TESTER)
        await log.append([event(granted, "2021-01-01")])
        port, told, counts = Port(database), dict[str, bytes](), Counter[str]()
        port.start()
        clients = [asyncio.create_task(one_client(n, port, token, told, counts)) for n in range(CLIENTS)]
        try:
            for part in (1, 2):
                async with asyncio.timeout(60):
                    while len(told) < part * CLIENTS * ACTS // 3:  # noqa: ASYNC110 — a crowd
                        await asyncio.sleep(0.02)
                port.kill()
                counts["killed"] += 1
                await asyncio.sleep(0.3)
                port.start()
            async with asyncio.timeout(120):
                await asyncio.gather(*clients)
        finally:
            for client in clients:
                client.cancel()
            port.kill()
        assert counts["killed"] == 2
        assert counts["lost"] > 20, "connections were lost"
        assert counts["asked again"] > 20
        assert len(told) == CLIENTS * ACTS
        events = [e async for e in log.stream() if e.topic == "round.opened"]
        opened = Counter(str(e.data["round"]) for e in events)
        assert set(opened) == set(told), "what was asked for is there, and nothing else"
        assert set(opened.values()) == {1}, "once"
        places = {str(e.data["round"]): e.position for e in events}
        for key, answer in told.items():
            assert orjson.loads(answer)["first"] == places[key], "and where it was told"
        committer = Committer(database, log)
        for key in random.Random(SEED).sample(sorted(told), 50):
            outcome = await committer.outcome(f"p-ministry {key}")
            assert outcome is not None
            assert outcome.answer["first"] == places[key], "and can be asked for"
        assert (await verify_log(log.pool)).flaws == []
