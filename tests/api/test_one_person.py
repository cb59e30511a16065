"""One person alone, with every role that one person may hold, changes nothing that any reader sees of what is
recorded: tried over HTTP, and from the command line of the machine that they keep."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from domain.access import ROLES, may_carry_out
from domain.acts import COMMANDS
from domain.events import LedgerOpened, commitments
from domain.kernel import Actor
from eventlog import sealed
from eventlog.database import Database
from eventlog.log import Log
from eventlog.sealed import Sealing
from projections.asking.tokens import digest_of, new_token
from projections.following.projector import catch_up
from tests.support.asking import asking
from tests.support.city_round import (
    ADMINISTRATOR,
    AUTHORISED,
    MINISTRY,
    awarded,
    case,
    founds,
    opened,
    token_of,
)
from tests.support.databases import LEDGER
from tests.support.given import Given, given, on, stands
from tests.support.played_rounds import as_appended
from tests.support.serving import as_who
from tests.support.states import begins

BASIS = AUTHORISED.as_json()
WUHAN = case("武汉市")
FOUNDED = tuple(on("2019-06-01", act) for act in founds())


@dataclass
class Person:
    """Whoever keeps the machine, holds one of the tokens that decide, and has made up all others."""

    client: httpx.AsyncClient
    database: Database
    own: Actor
    other: Actor  # who decides beside them, and takes no part

    async def sends(self, act: str, body: dict[str, Any], token: str) -> httpx.Response:
        return await self.client.post(
            f"/v1/{COMMANDS[act].collection}",
            content=orjson.dumps(body),
            headers={**as_who(token), "Content-Type": "application/json"},
        )

    def types(self, *words: str, token: str | None = None, said: bytes = b"", **more: str) -> tuple[int, str]:
        """A command of theirs, at the machine, with or without a token."""
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("LEDGER_")},
            "LEDGER_DATABASE_URL": self.database.service_url,
            **more,
        }
        if token is not None:
            environment["LEDGER_TOKEN"] = token
        done = subprocess.run(
            [Path(sys.prefix) / "bin" / "designations", *words],
            env=environment,
            capture_output=True,
            check=False,
            input=said,
        )
        return done.returncode, (done.stdout + done.stderr).decode()


def the_past() -> Given:
    return given(
        stands(LedgerOpened(ledger=str(LEDGER), name="one", kind="simulated"), "2019-06-01"),
        *FOUNDED,
        *opened(),
        *awarded("武汉市"),
    )


@begins()
async def one_persons_past(log: Log) -> None:
    ledger = the_past().ledger
    for event in ledger.events:
        await log.append([as_appended(event)], clock=event.recorded_at)
    async with log.pool.acquire() as connection:
        values = [(n.to_bytes(16, "big"), value) for n, value in enumerate(ledger.sealed.values())]
        await sealed.keep(connection, [Sealing([s for s, _ in values], [v for _, v in values])])
        await catch_up(connection)


@pytest.fixture(params=[MINISTRY, ADMINISTRATOR], ids=lambda who: who.role)
async def person(
    request: pytest.FixtureRequest, one_persons_past: Log, database: Database
) -> AsyncIterator[Person]:
    own: Actor = request.param
    async with asking(database) as client:
        yield Person(client, database, own, ADMINISTRATOR if own == MINISTRY else MINISTRY)


async def what_readers_see(person: Person, log: Log, known: int) -> dict[str, bytes]:
    """Every answer about what was recorded up to a position, as it is believed now: to the public, and to
    whoever sees all, sealed words included."""
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    told = {}
    urls = [
        "/v1/rosters/city-2019",
        "/v1/quotas/city-2019/2021",
        "/v1/publicity/city-2019",
        "/v1/rankings/city-2019/2021",
        "/v1/obligations?as_of=2023-06-30",
        "/v1/programmes/city-2019/rounds/2021",
        "/v1/subjects/cn:420100/history?corrected=false",
        f"/v1/events/{known}/why",
        f"/v1/events?limit=1000&until={known}",
        "/v1/subjects/cn:420100/history?sealed=true",
    ]
    for who, token in (("public", None), ("other", token_of(person.other))):
        for url in urls:
            if "sealed" in url and token is None:
                url = url.partition("?")[0]
            answer = await person.client.get(url, headers=as_who(token))
            if answer.status_code != 200:
                assert answer.status_code in {401, 403}, answer.text
                continue
            body = orjson.loads(answer.content)
            for key in ("position", "as_known", "next"):
                body.pop(key, None)
            if "history" in body:  # what is recorded since is told, too: of what was, nothing changes
                body["history"] = [e for e in body["history"] if e["event"] <= known]
            told[f"{who} {url}"] = orjson.dumps(body)
    return told


async def attempts(person: Person, log: Log) -> None:
    """All that one person can think of, over both doors."""
    own = token_of(person.own)
    events = [event async for event in log.stream()]

    def newest(topic: str) -> int:
        return max(e.position for e in events if e.topic == topic)

    review, award = newest("review.concluded"), newest("designation.awarded")
    application = next(e for e in events if e.topic == "application.submitted")
    words = next(commitments(application.data))
    made_up = await _made_up(person, own)
    proposals: list[int] = []
    for target, data in ((review, {"passed": False}), (award, {"category": "special"})):
        for stated in ({"act": "amend", "target": target, "data": data}, {"act": "annul", "target": target}):
            body = {**stated, "reason": "x", "basis": BASIS}
            for token in (own, *made_up):
                answer = await person.sends("propose-correction", body, token)
                if answer.status_code == 201:
                    proposals.append(answer.json()["first"])
    assert proposals, "one person may propose"
    for proposal in proposals:
        for token in (own, *made_up):
            answer = await person.sends("approve-correction", {"proposal": proposal}, token)
            assert answer.status_code in {401, 403, 409}, answer.text
        code, said = await asyncio.to_thread(person.types, "correction", "approve", str(proposal), token=own)
        assert (code, "another person" in said) == (1, True), said
        for disguise in ("", person.other.principal):
            code, said = await asyncio.to_thread(
                person.types, "correction", "approve", str(proposal), LEDGER_PRINCIPAL=disguise
            )
            assert (code, "L-2" in said) == (1, True), said
    missing: tuple[dict[str, Any], ...] = (
        {
            "act": "supply",
            "topic": "designation.withdrawn",
            "takes_effect": "2022-01-25",
            "data": {"designation": WUHAN, "ground": "4", "act": {"seal": "x"}},
            "document": BASIS,
        },
        {
            "act": "supply",
            "topic": "subject.changed",
            "takes_effect": "2019-06-02",
            "document": BASIS,
            "data": {"kind": "rename", "subject": "cn:420100", "name": "别名市"},
        },
    )
    for stated in missing:
        for token in (own, *made_up):
            body = {**stated, "reason": "x", "basis": BASIS}
            answer = await person.sends("propose-correction", body, token)
            if answer.status_code == 201:
                await _settles(person, answer.json()["first"], (own, *made_up))
    for token in (own, *made_up):  # a division's name, which every answer shows
        renames = {
            "kind": "rename",
            "subject": "cn:420100",
            "new_name": "别名市",
            "reason": "x",
            "effective": "2019-06-02",
            "basis": BASIS,
        }
        answer = await person.sends("change-subject", renames, token)
        if answer.status_code == 201:
            await _settles(person, answer.json()["first"], (own, *made_up))
    for question in range(1, (await log.head()).position + 1):  # nothing is asked, nothing is decided
        decides = {"question": question, "outcome": "re-open", "reason": "x", "basis": BASIS}
        assert (await person.sends("decide-question", decides, own)).status_code in {403, 404}
    for token in (own, *made_up):  # an erasure, proposed and confirmed
        for act in ("erase", "confirm-erasure"):
            answer = await person.sends(act, {"sealed": words, "basis": BASIS}, token)
            assert act == "erase" or answer.status_code != 201, answer.text
    for act in ("erase", "confirm-erasure"):
        for shown in (None, own):
            code, said = await asyncio.to_thread(
                person.types, act, words, "--title", AUTHORISED.title or "", token=shown
            )
            assert act == "erase" or code == 1, said


async def _settles(person: Person, proposal: int, tokens: tuple[str, ...]) -> None:
    """Every way to settle a proposal of one's own; none does."""
    for token in tokens:
        for act in ("approve-correction", "reject-correction"):
            body = {"proposal": proposal, **({"reason": "x"} if act[0] == "r" else {})}
            answer = await person.sends(act, body, token)
            assert answer.status_code in {401, 403, 409}, answer.text


async def _made_up(person: Person, own: str) -> list[str]:
    """Tokens of every role, that this person has granted to principals of their own invention."""
    tokens = []
    for role, unit in (
        ("ministry", "miit"),
        ("administrator", "miit"),
        ("auditor", "audit-office"),
        ("provincial-unit", "cn:420000"),
        ("applicant", "cn:420100"),
        ("reviewer", "independent"),
    ):
        for by in ("http", "machine"):
            token = new_token()
            body = {
                "principal": f"p-made-up-{role}-{by}",
                "role": role,
                "unit": unit,
                "token": digest_of(token),
                "until": "2199-12-31",
            }
            if by == "http":
                await person.sends("grant-role", body, own)
            else:
                act = {"command": "grant-role", **body}
                await asyncio.to_thread(person.types, "act", "-", said=orjson.dumps(act))
            confirms = {"principal": body["principal"], "token": digest_of(token)}
            await person.sends("confirm-role", confirms, own)
            await person.sends("confirm-role", confirms, token)
            tokens.append(token)
    same = new_token()  # another token of the one who takes no part
    await person.sends(
        "grant-role",
        {
            "principal": person.other.principal,
            "role": person.other.role,
            "unit": "miit",
            "token": digest_of(same),
            "until": "2199-12-31",
        },
        own,
    )
    await asyncio.to_thread(
        person.types,
        "token",
        "create",
        person.other.principal,
        "--role",
        person.other.role,
        "--until",
        "2199-12-31",
    )
    return [*tokens, same]


async def test_one_person_alone_changes_nothing_that_any_reader_sees(person: Person, empty_log: Log) -> None:
    known = (await empty_log.head()).position
    before = await what_readers_see(person, empty_log, known)
    assert len(before) > 10
    await attempts(person, empty_log)
    assert (await empty_log.head()).position > known, "they have proposed, and it is on record"
    assert await what_readers_see(person, empty_log, known) == before


async def test_two_people_do(person: Person, empty_log: Log) -> None:
    """The same proposal, approved by the other: what readers see is another thing then."""
    known = (await empty_log.head()).position
    before = await what_readers_see(person, empty_log, known)
    events = [event async for event in empty_log.stream()]
    award = max(e.position for e in events if e.topic == "designation.awarded")
    body = {"act": "annul", "target": award, "reason": "x", "basis": BASIS}
    answer = await person.sends("propose-correction", body, token_of(person.own))
    approval = {"proposal": answer.json()["first"]}
    answer = await person.sends("approve-correction", approval, token_of(person.other))
    assert answer.status_code == 201, answer.text
    assert await what_readers_see(person, empty_log, known) != before


def test_no_role_but_those_that_decide_settles_anything() -> None:
    settling = ("approve-correction", "reject-correction", "confirm-erasure", "confirm-role")
    for role in ROLES:
        if role not in {"ministry", "administrator"}:
            assert {may_carry_out(act, role) for act in settling} == {"-"}
