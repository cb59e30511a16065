"""A sixth programme is easy: the one on its maintainer's page runs over HTTP with nothing else changed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from domain.acts import COMMANDS
from domain.commands import Apply, Award, ConcludeReview, GrantException, Honour, OpenRound, Recommend
from domain.commands.command import Command
from domain.dates import day_of
from domain.events import RoleGranted
from domain.kernel import Actor, Document
from domain.programme import Programme
from domain.programmes import PROGRAMMES
from domain.subjects import find
from eventlog.database import Database
from eventlog.log import Log
from projections.asking.tokens import digest_of, new_token
from tests.support.asking import asking
from tests.support.city_round import LETTER, MINISTRY
from tests.support.databases import AUDITOR
from tests.support.every_act import body_of
from tests.support.facts import event
from tests.support.other_rounds import proposes

PAGE = Path(__file__).parents[2] / "docs" / "a-sixth-programme.md"
COUNTIES = ("正定县", "嘉善县", "安吉县")
ANNOUNCED = Document(number="示例公告〔2030〕2号", published="2021-01-01")


def code() -> str:
    """The programme on the page."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def sixth(monkeypatch: pytest.MonkeyPatch) -> Programme:
    names: dict[str, Any] = {"__name__": "sixth"}
    exec(compile(code(), str(PAGE), "exec"), names)
    programme = names["VILLAGES_2030"]
    assert isinstance(programme, Programme)
    monkeypatch.setitem(PROGRAMMES, programme.id, programme)
    return programme


def test_it_takes_fewer_than_sixty_lines() -> None:
    lines = [line for line in code().splitlines() if line.strip()]
    assert len(lines) < 60


def case(name: str) -> str:
    return f"villages-2030/2030/{find(name).id}"


def applies(name: str, **more: Any) -> Apply:
    of = find(name)
    return Apply(
        actor=Actor(f"p-{of.id}", "applicant", of.id),
        of="villages-2030",
        round="2030",
        subject=of.id,
        category="county",
        channel="unit",
        unit=of.province,
        **more,
    )


def recommends(name: str) -> Recommend:
    its = find(name).province
    return Recommend(
        actor=Actor(f"p-{its}", "provincial-unit", its),
        basis=LETTER,
        case=case(name),
        unit=its,
        reviewed_on=TODAY,
    )


TODAY = day_of(datetime.now(UTC)).isoformat()  # a real ledger takes its time from its database


class Doors:
    """The HTTP door, asked by each actor with a token."""

    def __init__(self, log: Log, client: httpx.AsyncClient) -> None:
        self._log, self._client = log, client
        self._tokens: dict[Actor, str] = {}

    async def headers(self, actor: Actor) -> dict[str, str]:
        if actor not in self._tokens:
            token = self._tokens[actor] = new_token()
            fact = RoleGranted(
                principal=actor.principal,
                role=actor.role,  # type: ignore[arg-type]
                unit=actor.unit,
                token=digest_of(token),
                until="2199-12-31",
            )
            await self._log.append([event(fact, "2021-01-01")])
        return {"Authorization": f"Bearer {self._tokens[actor]}", "Content-Type": "application/json"}

    async def send(self, act: Command) -> httpx.Response:
        headers = await self.headers(act.actor)
        url = f"/v1/{COMMANDS[act.name].collection}"
        return await self._client.post(url, content=orjson.dumps(body_of(act)), headers=headers)

    async def accepts(self, act: Command) -> None:
        answer = await self.send(act)
        assert answer.status_code == 201, answer.text

    async def refuses(self, act: Command, *rules: str) -> None:
        answer = await self.send(act)
        assert answer.status_code == 409, answer.text
        assert {broken["rule"] for broken in answer.json()["broken"]} == set(rules)

    async def asks(self, url: str) -> dict[str, Any]:
        answer = await self._client.get(url, headers=await self.headers(AUDITOR.actor))
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
async def doors(sixth: Programme, log: Log, database: Database) -> AsyncIterator[Doors]:
    async with asking(database) as client:
        yield Doors(log, client)


async def test_a_round_of_it_over_http(sixth: Programme, log: Log, doors: Doors) -> None:
    cases = tuple(map(case, COUNTIES))
    await doors.accepts(OpenRound(actor=MINISTRY, basis=LETTER, of=sixth.id, round="2030"))
    await doors.refuses(applies("武汉市"), "V30-1")
    for name in COUNTIES:
        await doors.accepts(applies(name))
    reviews = [ConcludeReview(actor=MINISTRY, case=c, passed=True) for c in cases]
    await doors.refuses(reviews[0], "V30-2")
    for name, review in zip(COUNTIES, reviews, strict=True):
        await doors.accepts(recommends(name))
        await doors.accepts(review)
    await doors.refuses(proposes("county", *cases), "V30-3")
    await doors.accepts(
        GrantException(actor=MINISTRY, basis=LETTER, entry=cases[2], rule="V30-3", reason="专项支持")
    )
    await doors.accepts(proposes("county", *cases))
    honours = tuple(Honour(case=c, title=sixth.titles["county"], category="county") for c in cases)
    award = Award(actor=MINISTRY, basis=ANNOUNCED, list="1", honours=honours)
    await doors.refuses(replace(award, basis=None), "V30-4")
    await doors.accepts(award)

    head = (await log.head()).position
    roster = await doors.asks(f"/v1/rosters/{sixth.id}?at_least={head}")
    assert [t["subject"]["name"] for t in roster["titles"]] == sorted(COUNTIES, key=lambda n: find(n).id)
    assert all("edtf" in title["held_until"] for title in roster["titles"])
    (pool,) = (await doors.asks(f"/v1/quotas/{sixth.id}/2030?at_least={head}"))["pools"]
    assert (pool["cap"]["places"], pool["used"], len(pool["beside"])) == (2, 2, 1)
    rules = (await doors.asks(f"/v1/programmes/{sixth.id}/rules"))["rules"]
    assert [(r["id"], r["refused"]) for r in rules] == [
        ("V30-1", 1),
        ("V30-2", 1),
        ("V30-3", 1),
        ("V30-4", 1),
    ]
    assert rules[2]["lifted"] == 1
    history = await doors.asks(f"/v1/subjects/{find(COUNTIES[0]).id}/history?at_least={head}")
    assert history["history"][-1]["sentence"]["zh"].startswith("授予正定县“数字乡村示范县”称号")
