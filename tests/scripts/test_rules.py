"""`rules`, `round`, `selection` and `quotas --why`, as their users type them."""

from __future__ import annotations

import json

from eventlog.log import Log
from scripts.documents.rules import BOOKS, ids
from tests.support.a_ranking import POINTS
from tests.support.cli import Say, run
from tests.support.given import given
from tests.support.other_rounds import opened_incentives, ranked
from tests.support.played_rounds import as_appended


async def test_rules_are_read_in_the_texts_order(say: Say, log: Log) -> None:
    told = await run(say, "rules", "pilot-2013", "--language", "zh")
    for words in ("P13-1", "原则上每省", "原则", "推荐", "Q-3"):
        assert words in told
    every = json.loads(await run(say, "rules", "--json"))["programmes"]
    assert [book["id"] for book in every] == [book.id for book in BOOKS]
    assert [len(book["rules"]) for book in every] == [len(ids(book)) for book in BOOKS]
    assert "recommending" in await run(say, "rules", "incentive-2022", "--language", "en")


async def test_a_selection_and_a_rounds_plan(say: Say, log: Log) -> None:
    g = given(*opened_incentives("industry"), *ranked(POINTS))
    await log.append([as_appended(event) for event in g.ledger.events])
    told = await run(say, "selection", "incentive-2022", "2022-industry", "--as-of", "2023-02-01")
    for words in ("displaced", "I22-13", "郑州市"):
        assert words in told
    plan = await run(say, "round", "incentive-2022", "2022-industry", "--as-of", "2023-02-01")
    assert "places of industry" in plan
    refused = await run(say, "selection", "city-2019", "2021", code=1)
    assert "demonstration cities (city-2019) sets no constraint on the list of a round" in refused


async def test_whose_quota_a_city_uses(say: Say, log: Log) -> None:
    told = await run(say, "quotas", "project-2019", "2019", "--why", "大连", "--language", "zh")
    assert "自有名额6个＝5＋1" in told
    assert "纳入辽宁省统一推荐" in await run(
        say, "quotas", "incentive-2022", "x", "--why", "大连", "--language", "zh"
    )
