"""Corrections at the command line: proposed by one, weighed, approved by another; what they ask, decided."""

from __future__ import annotations

import asyncio
import json

import pytest

from eventlog.log import Log
from tests.support.city_round import ADMINISTRATOR, AUTHORISED, MINISTRY, token_of
from tests.support.cli import Say, run

BECAUSE = ("--reason", "录入有误", "--number", AUTHORISED.number, "--title", AUTHORISED.title)


async def of_topic(log: Log, topic: str) -> int:
    (event,) = [e for e in await log.read(limit=100) if e.topic == topic]
    return event.position


async def test_a_correction_is_proposed_weighed_and_approved_and_its_question_decided(
    say: Say, objected: int, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    defence, chosen = await of_topic(log, "defence.held"), await of_topic(log, "selection.proposed")
    monkeypatch.setenv("LEDGER_TOKEN", token_of(ADMINISTRATOR))
    told = await run(say, "correction", "amend", defence, "--data", '{"passed": false}', *BECAUSE)
    id_ = int(told.split()[-1])
    other = int((await run(say, "correction", "annul", defence, *BECAUSE)).split()[-1])
    await run(say, "correction", "approve", id_, code=1)  # by the same person

    listed = json.loads(await run(say, "correction", "list", "--event", defence, "--json"))
    assert [(c["id"], c["state"], c["act"]) for c in listed] == [
        (other, "open", "annul"),
        (id_, "open", "amend"),
    ]
    assert "defence.held" in await run(say, "correction", "list")
    shown = json.loads(await run(say, "correction", "show", id_))
    assert (shown["believed"]["data"]["passed"], shown["replacement"]["data"]["passed"]) == (True, False)
    assert [o["id"] for o in shown["others_open"]] == [other]
    assert shown["reason"]["value"] == "录入有误"
    weighed = json.loads(await run(say, "correction", "impact", id_, "--json"))
    assert weighed["stands"]
    assert chosen in {q["decision"] for q in weighed["questions"]}
    in_words = await run(say, "correction", "impact", id_, "--language", "en")
    for words in ("rested on it", "called into question", "refused"):
        assert words in in_words
    head = (await log.head()).position

    monkeypatch.setenv("LEDGER_TOKEN", token_of(MINISTRY))
    told = await run(say, "correction", "approve", id_)
    asked = [e for e in await log.read() if e.topic == "decision.questioned"]
    assert f"; decisions called into question: {len(asked)}" in told
    assert "rejected by event" in await run(say, "correction", "reject", other, "--reason", "已更正")
    waiting = json.loads(await run(say, "question", "list", "--state", "open", "--json"))
    (question,) = [q["id"] for q in waiting if q["decision"] == chosen]
    assert "called into question by event" in await run(say, "why", chosen, "--language", "en")
    assert f"corrected since, by event {head + 1}" in await run(say, "why", chosen)
    assert "corrected" not in await run(say, "why", chosen, "--as-known", head)
    await run(say, "question", "decide", question, "let-stand", *BECAUSE)
    decided = json.loads(await run(say, "question", "list", "--state", "decided", "--json"))
    assert [(q["id"], q["decided"]["outcome"]) for q in decided] == [(question, "let-stand")]
    assert "let-stand" in await run(say, "question", "list")
    for of, number in (("correction", id_), ("question", question)):
        long_ago = json.loads(await run(say, of, "list", "--as-of", "2020-01-01", "--json"))
        before = json.loads(await run(say, of, "list", "--as-known", objected, "--json"))
        assert long_ago == before == []
        assert str(number) in await run(say, of, "list")


async def test_what_is_no_correction_is_said(
    say: Say, objected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "proposes no correction" in await run(say, "correction", "show", objected, code=1)
    assert "proposes no correction" in await run(say, "correction", "impact", 9_999, code=1)
    monkeypatch.setenv("LEDGER_TOKEN", token_of(ADMINISTRATOR))
    assert "no JSON" in await run(say, "correction", "amend", objected, "--data", "{", *BECAUSE, code=2)


async def test_a_missing_fact_is_supplied(
    say: Say, objected: int, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_TOKEN", token_of(ADMINISTRATOR))
    found = {
        "subject": "cn:440300",
        "kind": "network-security",
        "grade": "serious",
        "happened_on": "2021-01-05",
        "words": {"seal": "数据泄露"},
    }
    told = await run(
        say,
        "correction",
        "supply",
        "incident.recorded",
        "--data",
        json.dumps(found),
        "--effect",
        "2021-01-05",
        "--document",
        "事故调查报告",
        *BECAUSE,
    )
    id_ = int(told.split()[-1])
    open_words = await asyncio.to_thread(
        say,
        "correction",
        "supply",
        "incident.recorded",
        *BECAUSE,
        "--effect",
        "2021-01-05",
        "--data",
        json.dumps({**found, "words": "数据泄露"}),
        "--document",
        "事故调查报告",
    )
    assert '{"seal": "…"}' in str(open_words.exception)
    monkeypatch.setenv("LEDGER_TOKEN", token_of(MINISTRY))
    await run(say, "correction", "approve", id_)
    assert "2021-01-05" in await run(say, "replay", "深圳市", "--as-of", "2021-01-05")
