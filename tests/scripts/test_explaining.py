"""`why`, `erase` and `replay --sealed`, as their users type them."""

from __future__ import annotations

import asyncio
import json

import pytest

from domain.events import commitments
from eventlog.database import Connection
from eventlog.log import Log
from scripts.acting import NotDone
from tests.support.city_round import ADMINISTRATOR, MINISTRY, token_of
from tests.support.cli import Say, run

NAME = "深圳市"


async def test_why_says_in_words_by_which_rules_and_facts(say: Say, objected: int) -> None:
    told = await run(say, "why", 9, "--language", "zh")  # the proposal
    for words in (
        "深圳市列入拟定名单1",
        "C19-6",
        "工信部信软〔2019〕63号 第六条末",
        "原则",
        "深圳市答辩通过",
        "未设定，故不据以判定：“cap:comprehensive”",
    ):
        assert words in told
    english = await run(say, "why", 5, "--language", "en")
    assert "applied directly" in english
    answer = json.loads(await run(say, "why", 5, "--json"))
    assert {"H-1", "C19-2"} <= {rule["id"] for rule in answer["judged"]["rules"]}


async def test_why_of_what_was_not_judged_says_so(say: Say, objected: int) -> None:
    assert "not judged by any rule of procedure" in await run(say, "why", 1)
    await run(say, "why", 999, code=1)


async def test_an_erased_value_is_shown_as_erased_where_it_stood(
    say: Say, objected: int, log: Log, admin: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    (event,) = await log.read(after=objected - 1, limit=1)
    author, words = commitments(event.data)
    plain = await run(say, "replay", NAME, "--format", "json")
    assert "数据不实" not in plain, "sealed values are shown when they are asked for"
    shown = await run(say, "replay", NAME, "--format", "json", "--sealed")
    assert _data(shown, objected)["words"] == {"sealed": words, "value": "数据不实"}

    order = ("--number", "（2026）京01行初1号", "--issuer", "法院")
    await run(say, "erase", words, *order, code=1)  # by whoever keeps the machine
    monkeypatch.setenv("LEDGER_TOKEN", token_of(ADMINISTRATOR))
    await run(say, "erase", words, code=1)  # without its order
    assert "another person" in await run(say, "erase", words, *order)
    await run(say, "confirm-erasure", words, *order, code=1)  # alone
    monkeypatch.setenv("LEDGER_TOKEN", token_of(MINISTRY))
    told = await run(say, "confirm-erasure", words, *order)
    assert f"the order is event {objected + 2}" in told
    monkeypatch.delenv("LEDGER_TOKEN")
    after = _data(await run(say, "replay", NAME, "--format", "json", "--sealed"), objected)
    assert after["words"] == {"sealed": words, "erased_by": objected + 2}
    assert after["author"] == {"sealed": author, "value": "某市民"}
    assert "依令清除" in await run(say, "replay", NAME, "--language=zh")
    assert "no flaw" in await run(say, "verify")
    assert not await admin.fetchval(
        "SELECT count(*) FROM beside.sealed_values WHERE value = convert_to('数据不实', 'UTF8')"
    )
    monkeypatch.setenv("LEDGER_TOKEN", token_of(ADMINISTRATOR))
    result = await asyncio.to_thread(say, "erase", words, "--number", "x")
    assert isinstance(result.exception, NotDone), "it is erased already"
    assert "sealed" in await run(say, "erase", "abc", "--number", "x", code=2)


def _data(shown: str, position: int) -> dict[str, dict[str, str]]:
    (entry,) = [e for e in json.loads(shown)["history"] if e["event"] == position]
    data: dict[str, dict[str, str]] = entry["data"]
    return data


async def test_a_value_that_is_nowhere_is_shown_as_missing(
    say: Say, objected: int, admin: Connection
) -> None:
    await admin.execute("DELETE FROM beside.sealed_values")
    shown = await run(say, "replay", NAME, "--format", "json", "--sealed")
    assert _data(shown, objected)["words"].keys() == {"sealed", "missing"}
