"""Quotas, publicity, ranking, obligations and reasons over HTTP: of a round that was judged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from domain.access import is_public
from domain.canonical import leaf_hash
from eventlog.database import Database
from eventlog.ledger import open_ledger
from eventlog.log import Log
from projections.following.projector import catch_up
from tests.support.asking import asking
from tests.support.city_round import CIRCULAR, case
from tests.support.databases import AUDITOR, LEDGER
from tests.support.facts import TESTER
from tests.support.judged_round import the_round
from tests.support.played_rounds import as_appended
from tests.support.states import begins


@begins()
async def a_judged_round(log: Log) -> None:
    """A simulated ledger of that round."""
    g = the_round()
    await open_ledger(
        log, ledger=LEDGER, name="round", kind="simulated", actor=TESTER, clock=g.ledger.events[0].recorded_at
    )
    for event in g.ledger.events:
        await log.append([as_appended(event)], clock=event.recorded_at)
    async with log.pool.acquire() as connection:
        await catch_up(connection)


@pytest.fixture
async def client(a_judged_round: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database, project=False, reader=AUDITOR) as client:
        yield client


async def get(client: httpx.AsyncClient, path: str, **query: object) -> Any:
    response = await client.get(path, params={k: str(v) for k, v in query.items()})
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["ledger"]["simulated"] is True
    return answer


def pool(answer: Any, name: str) -> Any:
    (found,) = [p for p in answer["pools"] if p["pool"] == name]
    return found


async def test_a_quota_says_what_is_used_left_and_over_and_by_whom(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/v1/quotas/city-2019/2021")
    told = pool(answer, "comprehensive")
    assert told["cap"]["places"] == 2
    assert told["cap"]["source"]["number"] == CIRCULAR.number
    assert (told["used"], told["left"], told["over"]) == (2, 0, 0)
    assert {place["name"] for place in told["used_by"]} == {"武汉市", "深圳市"}
    assert {place["name"] for place in told["proposed"]} == {"武汉市", "深圳市"}, "昆明 has left"
    unset = pool(answer, "special/life")
    assert (unset["cap"], unset["used"], unset["left"]) == (None, 0, None)
    assert {unit["name"]: unit["recommended"] for unit in answer["units"]} == {
        "湖北省": 1,
        "云南省": 1,
        "direct": 0,
    }


async def test_a_quota_as_of_an_earlier_day_and_as_known_before(client: httpx.AsyncClient) -> None:
    then = pool(await get(client, "/v1/quotas/city-2019/2021", as_of="2021-11-09"), "comprehensive")
    assert (then["used"], then["left"]) == (0, 2)
    assert {place["name"] for place in then["proposed"]} == {"武汉市", "昆明市"}
    known = await get(client, "/v1/quotas/city-2019/2021", as_known=3)
    assert [p["name"] for p in pool(known, "comprehensive")["applied"]] == ["武汉市"]


async def test_who_is_on_notice_on_a_day_and_which_objections_are_open(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/v1/publicity/city-2019", as_of="2021-11-09")
    told = {n["subject"]["name"]: n for n in answer["notices"]}
    assert set(told) == {"昆明市", "武汉市"}
    assert told["昆明市"]["objections_open"] == 1
    assert told["武汉市"]["on_notice"]
    assert told["昆明市"]["on_notice"]
    left = await get(client, "/v1/publicity/city-2019", as_of="2021-11-11")
    (kunming,) = [n for n in left["notices"] if n["subject"]["name"] == "昆明市"]
    assert (kunming["on_notice"], kunming["left_on"]) == (False, "2021-11-10")
    assert told["武汉市"]["until"] == "2021-11-12"
    later = await get(client, "/v1/publicity/city-2019", round=2021, as_of="2021-11-21")
    told = {n["subject"]["name"]: n for n in later["notices"]}
    assert not told["武汉市"]["on_notice"]
    assert told["武汉市"]["closed"] == "2021-11-20"
    assert told["昆明市"]["objections"][0]["outcome"] == "upheld"
    assert told["昆明市"]["objections_open"] == 0


async def test_a_ranking_is_by_weighted_mean_once_reviews_are_concluded(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/v1/rankings/city-2019/2021")
    assert [(r["rank"], r["subject"]["name"], r["total"]) for r in answer["ranking"]] == [
        (1, "深圳市", "91.0000"),
        (2, "武汉市", "85.0030"),
        (3, "昆明市", "82.0000"),
    ]
    (supply,) = [c for c in answer["ranking"][1]["criteria"] if c["criterion"] == "supply"]
    assert (supply["scores"], supply["points"], supply["weight"]) == (2, 17_001, 6_000)
    then = await get(client, "/v1/rankings/city-2019/2021", as_of="2021-07-15")
    assert [r["subject"]["name"] for r in then["ranking"]] == ["深圳市", "武汉市"]
    assert then["not_yet_shown"] == 1


async def test_what_holders_owe_on_a_day(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/v1/obligations", as_of="2024-05-02")
    told = {t["subject"]["name"]: t["obligations"] for t in answer["titles"]}
    wuhan = {(o["what"], o["of"]): o for o in told["武汉市"]}
    assert wuhan["yearly-report", "2022"]["state"] == "late"
    assert wuhan["yearly-report", "2022"]["days_late"] == 32
    assert wuhan["yearly-report", "2023"]["state"] == "overdue"
    assert wuhan["yearly-report", "2024"]["state"] == "owed"
    assert wuhan["facility", None]["state"] == "overdue"
    assert len(told["武汉市"]) == len(wuhan), "each duty once"
    assert wuhan["re-assessment", None]["state"] == "no-date-set"
    assert "facility" not in {o["what"] for o in told["深圳市"]}
    then = await get(client, "/v1/obligations", as_of="2023-01-31", subject="武汉")
    (title,) = then["titles"]
    assert [(o["of"], o["state"]) for o in title["obligations"] if o["what"] == "yearly-report"] == [
        ("2022", "overdue"),
        ("2023", "owed"),
    ]


async def test_obligations_come_in_pages_of_titles(client: httpx.AsyncClient) -> None:
    first = await get(client, "/v1/obligations", limit=1)
    second = await get(client, "/v1/obligations", limit=1, cursor=first["next"])
    assert second["next"] is None
    assert {first["titles"][0]["designation"], second["titles"][0]["designation"]} == {
        case("武汉市"),
        case("深圳市"),
    }
    bad = await client.get("/v1/obligations", params={"cursor": "x"})
    assert bad.status_code == 422


async def test_a_judged_title_stands_in_the_roster_with_its_case(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/v1/rosters/city-2019", round=2021)
    told = {t["subject"]["name"]: t for t in answer["titles"]}
    assert set(told) == {"武汉市", "深圳市"}
    assert told["武汉市"]["record"] == "judged"
    assert told["武汉市"]["case"] == case("武汉市")
    assert told["武汉市"]["held_from"]["latest"] == "2022-01-25"


async def test_why_says_by_which_rules_and_facts(client: httpx.AsyncClient) -> None:
    roster = await get(client, "/v1/rosters/city-2019", subject="武汉")
    answer = await get(client, f"/v1/events/{roster['titles'][0]['event']}/why")
    rules = {rule["id"]: rule for rule in answer["judged"]["rules"]}
    assert rules["C19-12"]["article"] == "第十三条"
    assert rules["C19-12"]["document"] == "工信部信软〔2019〕63号"
    assert "publicity.closed" in {fact["topic"] for fact in answer["judged"]["facts"]}
    assert all(fact["sentence"]["zh"] for fact in answer["judged"]["facts"])
    assert (await client.get("/v1/events/99999/why")).status_code == 404


async def test_every_answer_is_marked_as_simulated_errors_and_pages_too(client: httpx.AsyncClient) -> None:
    for path in ("/v1/rosters/none", "/v1/events/1", "/healthz", "/nowhere", "/metrics", "/docs"):
        response = await client.get(path)
        assert response.headers["Ledger-Simulated"] == "true", path
        assert response.headers["Ledger-Id"] == str(LEDGER)


async def test_a_failure_that_nobody_foresaw_is_marked_too(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("api.why.why", fails)
    response = await client.get("/v1/events/1/why")
    assert response.status_code == 500
    assert response.headers["Ledger-Simulated"] == "true"


async def test_a_public_events_exact_bytes_are_everybodys(
    client: httpx.AsyncClient, empty_log: Log, database: Database
) -> None:
    """An award names what judged it as a commitment: anybody can hold its bytes against its hash."""
    async with asking(database, project=False) as public:
        awarded = 0
        async for event in empty_log.stream(after=1):
            answer = await public.get(f"/v1/events/{event.position}")
            if not is_public(event.topic):
                assert answer.status_code == 404
                continue
            assert answer.content == event.bytes
            assert answer.headers["ledger-leaf-hash"] == leaf_hash(event.bytes).hex()
            awarded += event.topic == "designation.awarded" and b'"grounds":{"sealed":' in event.bytes
        assert awarded == 2
