"""api/examples.json: a round played over HTTP; of each operation what was sent and what was answered.

The round stands in example_round.json: an act of every kind, each accepted, and acts that are refused for
another reason each. `{"newest": "correction.proposed"}` in a body names the position of the newest such
event, which is known only once it is there; with a `field`, what is sealed in that field of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson

from api.answers import SAYS, Example
from api.app import application
from api.settings import Settings
from domain.acts import COMMANDS
from domain.kernel import Recorded, Role
from eventlog.database import Database
from eventlog.ledger import open_ledger
from eventlog.log import Log
from scripts.practice import BEGINNING, ROLES, grant_all
from scripts.terminal import DRIVER

EXAMPLES = Path(__file__).parent.parent.parent / "api" / "examples.json"
ROUND = Path(__file__).with_name("example_round.json")
LEDGER = UUID("00000000-0000-4000-8000-000000000001")
_TOKENS: dict[Role, str] = {
    role: name for name, (role, _) in reversed(ROLES.items())
}  # the first of each role
AFTERWARDS = "2024-07-14"  # when the refused acts are sent


async def play(database: Database, tokens: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The examples, by operation. tokens: those of the ledger, where it is open."""
    if tokens is None:
        async with await Log.open(database) as log:
            await open_ledger(
                log, ledger=LEDGER, name="practice", kind="simulated", actor=DRIVER, clock=BEGINNING
            )
        tokens = await grant_all(database)
    app = application(database, Settings(driven=True))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://ledger", headers={"Accept-Language": "en"}
        ) as client,
    ):
        waits = {
            told["operationId"]
            for ways in app.openapi()["paths"].values()
            for told in ways.values()
            if any(parameter["name"] == "at_least" for parameter in told.get("parameters", ()))
        }
        return await _Player(client, app.state.house.log, tokens, waits).play()


class _Player:
    """Whoever sends the round, and keeps what is answered."""

    def __init__(
        self, client: httpx.AsyncClient, log: Log, tokens: Mapping[str, str], waits: Set[str]
    ) -> None:
        self._client, self._log, self._tokens = client, log, tokens
        self._waits = waits  # the operations that wait for a position
        self._found: dict[str, Any] = {}

    async def play(self) -> dict[str, Any]:
        script = orjson.loads(ROUND.read_bytes())
        times = Counter[str]()
        for step in script["accepted"]:
            act = step["act"]
            times[act] += 1
            key = f"example-{act}" + (f"-{times[act]}" if times[act] > 1 else "")
            body = {name: await self._meant(value) for name, value in step["body"].items()}
            answer = await self._send(act, step["who"], step["day"], key, body)
            _expect(answer, 201, act)
            self._found.setdefault(act, {"request": body, "response": answer.json()})
        problems: dict[str, Any] = {}
        for step in script["refused"]:
            said = (
                await self._send(step["act"], step["who"], AFTERWARDS, "example-refused", step["body"])
            ).json()
            problems[said["type"].removeprefix("/problems/")] = said
        self._found["problems"] = problems
        for operation, says in SAYS.items():
            if says.example is not None:
                await self._ask(operation, says.example)
        return self._found

    async def _send(
        self, act: str, who: str | None, day: str, key: str, body: Mapping[str, object]
    ) -> httpx.Response:
        headers = {
            "Content-Type": "application/json",
            "Ledger-Clock": f"{day}T09:00:00+08:00",
            "Idempotency-Key": key,
            **self._shown(who),
        }
        return await self._client.post(
            f"/v1/{COMMANDS[act].collection}", content=orjson.dumps(body), headers=headers
        )

    async def _ask(self, operation: str, example: Example) -> None:
        positions = {
            "award": self._found["award"]["response"]["first"],
            "proposal": self._found["propose-correction"]["response"]["first"],
        }
        shown = {} if example.who == "public" else self._shown(_TOKENS[example.who])
        path = url = example.path.format(**positions)
        if operation in self._waits:
            last = self._found["decide-question"]["response"]["last"]
            url += f"{'&' if '?' in path else '?'}at_least={last}"
        answer = await self._client.get(url, headers=shown)
        _expect(answer, 200, operation)
        self._found[operation] = {"response": answer.json()}
        for media, more in example.also.items():
            form = await self._client.get(path + more, headers={**shown, "Accept": media})
            _expect(form, 200, operation)
            whole = "json" in media and "nd" not in media
            also = self._found[operation].setdefault("also", {})
            also[media] = form.json() if whole else form.text

    def _shown(self, who: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[who]}"} if who else {}

    async def _meant(self, value: object) -> object:
        """What a field of a body stands for."""
        match value:
            case {"newest": str(topic), "field": str(field)}:
                sealed = (await self._newest(topic)).data[field]
                assert isinstance(sealed, dict)
                return sealed["sealed"]
            case {"newest": str(topic)}:
                return (await self._newest(topic)).position
        return value

    async def _newest(self, topic: str) -> Recorded:
        return [event async for event in self._log.stream() if event.topic == topic][-1]


def _expect(answer: httpx.Response, status: int, of: str) -> None:
    """Raises ValueError: the round of the examples no longer goes as it is written."""
    if answer.status_code != status:
        raise ValueError(f"{of}: {answer.status_code} instead of {status}: {answer.text}")
