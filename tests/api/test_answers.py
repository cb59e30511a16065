"""What the HTTP door answers, and how it says what is wrong."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx
import orjson
import pytest

from api.app import application
from domain.canonical import leaf_hash
from domain.events import Correction
from domain.history import Believed
from domain.kernel import Event
from eventlog.database import Database
from eventlog.log import Log
from projections.model import Key, Row
from projections.roster.rows import Roster
from tests.support.facts import approval, designation, event, replacing


async def get(client: httpx.AsyncClient, path: str, **query: object) -> Any:
    response = await client.get(path, params={k: str(v) for k, v in query.items()})
    assert response.status_code == 200, response.text
    return response.json()


async def known(client: httpx.AsyncClient, position: int) -> None:
    """Wait until the read models have reached a position."""
    async with asyncio.timeout(60):
        while True:
            ready = (await client.get("/readyz")).json()
            if all(m["position"] >= position for m in ready["models"].values()):
                return
            await asyncio.sleep(0.02)


async def test_the_eight_cities_of_2021(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/v1/rosters/city-2019", round=2021)
    assert {t["subject"]["name"] for t in answer["titles"]} == {
        "武汉市",
        "深圳市",
        "昆明市",
        "眉山市",
        "连云港市",
        "濮阳市",
        "廊坊市",
        "芜湖市",
    }
    assert Counter(t["category"] for t in answer["titles"]) == {"comprehensive": 3, "special": 5}
    assert all(t["fields"] for t in answer["titles"] if t["category"] == "special")
    assert answer["ledger"]["simulated"] is False
    assert answer["position"] == answer["as_known"] == 60


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"category": "special", "field": "industry"}, {"眉山市", "廊坊市"}),
        ({"province": "四川省"}, {"眉山市", "成都市", "泸州市"}),
        ({"province": "cn:420000"}, {"武汉市"}),
        ({"subject": "合肥"}, {"合肥市"}),
        ({"as_of": "2020-04-07"}, {"合肥市", "贵阳市", "成都市", "泸州市"}),
        ({"round": "2021", "as_of": "2022-01-24"}, set()),
    ],
)
async def test_a_roster_by_what_is_asked(
    client: httpx.AsyncClient, query: dict[str, str], names: set[str]
) -> None:
    answer = await get(client, "/v1/rosters/city-2019", **query)
    assert {t["subject"]["name"] for t in answer["titles"]} == names


async def test_what_is_uncertain_is_said_to_be(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/v1/rosters/city-2019", as_of="2020-06-01")
    said = {t["subject"]["name"]: (t["status"], t["surely"], t["category"]) for t in answer["titles"]}
    assert said["合肥市"] == ("holds", True, "special")
    assert said["成都市"] == ("holds", False, None)
    chengdu = next(t for t in answer["titles"] if t["subject"]["name"] == "成都市")
    assert chengdu["category_words"]["zh"] == "类别未知"
    assert chengdu["announced"] == {"edtf": "../2021-08", "earliest": None, "latest": "2021-08-31"}
    assert "先后成功入列" in chengdu["announced_words"]


async def test_pilots_are_announced_then_hold_then_held(client: httpx.AsyncClient) -> None:
    for day, status in (("2013-12-31", "announced"), ("2014-01-01", "holds"), ("2016-01-01", "held")):
        titles = (await get(client, "/v1/rosters/pilot-2013", as_of=day))["titles"]
        assert {(t["status"], t["surely"]) for t in titles} == {(status, True)}
        assert len(titles) == 7


async def test_pages_are_pinned_to_what_was_known_at_the_first(client: httpx.AsyncClient, lists: Log) -> None:
    whole = await get(client, "/v1/rosters/city-2019")
    first = await get(client, "/v1/rosters/city-2019", limit=5)
    more = await lists.append([event(designation("长沙市"))])
    await known(client, more.last)
    seen, page = first["titles"], first
    while page["next"]:
        page = await get(client, "/v1/rosters/city-2019", limit=5, cursor=page["next"])
        assert page["as_known"] == first["as_known"]
        seen += page["titles"]
    assert seen == whole["titles"]
    assert len((await get(client, "/v1/rosters/city-2019"))["titles"]) == len(seen) + 1


async def test_a_correction_is_seen_from_its_position_on(auditor: httpx.AsyncClient, lists: Log) -> None:
    before = (await get(auditor, "/v1/rosters/city-2019", subject="武汉"))["titles"]
    (wuhan,) = before
    target = (await lists.read(after=wuhan["event"] - 1, until=wuhan["event"]))[0]
    moved = designation("武汉市", category="special")
    correction = Correction("amend", target.position, replacing(moved, "2022-01-26"))
    at = await lists.append([approval(correction, [target])])
    await known(auditor, at.last)
    (now,) = (await get(auditor, "/v1/rosters/city-2019", subject="武汉"))["titles"]
    assert (now["category"], now["announced"]["edtf"]) == ("special", "2022-01-26")
    assert (now["event"], now["settled_by"], now["known_since"]) == (target.position, at.last, at.last)
    for moment in (at.last - 1, target.recorded_at.isoformat()):
        then = await get(auditor, "/v1/rosters/city-2019", subject="武汉", as_known=moment)
        assert then["titles"] == before
    history = (await get(auditor, "/v1/subjects/武汉/history"))["history"]
    assert [(h["event"], h["known_since"], h["known_until"]) for h in history] == [
        (target.position, target.position, at.last),
        (target.position, at.last, None),
        (at.last, at.last, None),
    ]
    assert history[1]["corrected_by"] == at.last
    plain = (await get(auditor, "/v1/subjects/武汉/history", corrected=False))["history"]
    assert [h["known_since"] for h in plain] == [at.last, at.last]


async def test_a_history_speaks_chinese_and_english(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/v1/subjects/340100/history")
    assert answer["subject"]["name"] == "合肥市"
    first, second = answer["history"]
    assert "工业和信息化部公告〔2013〕67号" in first["sentence"]["zh"]
    assert "Held from 2014-01-01 to 2015-12-31" in first["sentence"]["en"]
    assert "不晚于2020-04-07" in second["sentence"]["zh"]
    assert "new information products" in second["sentence"]["en"]
    assert first["judged"] == {
        "readings": ["Q-5"],
        "rulebook": "ledger/1.1",
        "rules": ["L-6"],
        "articles": {"L-6": "公告所载"},
    }


@pytest.mark.parametrize("name", ["襄樊市", "襄阳", "420600", "cn:420600"])
async def test_a_subject_is_found_by_any_of_its_names(client: httpx.AsyncClient, name: str) -> None:
    assert (await get(client, f"/v1/subjects/{name}/history"))["subject"]["id"] == "cn:420600"


async def test_the_feed_gives_the_exact_bytes(client: httpx.AsyncClient, lists: Log) -> None:
    stored = [e.bytes for e in await lists.read()]
    lines = await client.get("/v1/events", headers={"Accept": "application/x-ndjson"})
    assert lines.headers["content-type"].startswith("application/x-ndjson")
    assert lines.content.splitlines() == stored
    assert lines.headers["ledger-position"] == "60"
    answer = await client.get("/v1/events")
    for event_bytes, shown in zip(stored, answer.json()["events"], strict=True):
        assert event_bytes in answer.content
        assert shown["leaf_hash"] == leaf_hash(event_bytes).hex()
    one = await client.get("/v1/events/7")
    assert one.content == stored[6]
    assert one.headers["ledger-leaf-hash"] == leaf_hash(stored[6]).hex()


@pytest.mark.parametrize("order", ["forwards", "backwards"])
async def test_the_feed_by_tag_and_topic_in_pages(client: httpx.AsyncClient, lists: Log, order: str) -> None:
    query = {
        "tag": "programme:city-2019",
        "topic": "historical-designation.recorded",
        "order": order,
        "limit": 5,
    }
    page = await get(client, "/v1/events", **query)
    pinned = page["position"]
    seen = [e["event"]["position"] for e in page["events"]]
    while page["next"]:
        await lists.append([event(designation("长沙市", f"r{len(seen)}"))])
        page = await get(client, "/v1/events", **query, cursor=page["next"])
        assert page["position"] == pinned
        seen += [e["event"]["position"] for e in page["events"]]
    assert len(seen) == 12
    assert seen == sorted(seen, reverse=order == "backwards")


async def test_the_feed_between_positions(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/v1/events", after=3, until=6)
    assert [e["event"]["position"] for e in answer["events"]] == [4, 5, 6]


async def test_a_checkpoint_as_json_and_as_text(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/v1/checkpoint")
    text = await client.get("/v1/checkpoint", headers={"Accept": "text/plain"})
    assert text.text == answer["text"]
    assert answer["size"] == 60


@pytest.mark.parametrize(
    ("path", "status", "kind", "said"),
    [
        ("/v1/rosters/city-2018", 404, "unknown-programme", "city-2019"),
        ("/v1/rosters/city-2019?province=楚国", 404, "unknown-subject", "楚国"),
        ("/v1/rosters/city-2019?category=x", 422, "bad-parameter", "comprehensive, special"),
        ("/v1/rosters/city-2019?field=x", 422, "bad-parameter", "public-service"),
        ("/v1/rosters/city-2019?as_of=yesterday", 422, "bad-parameter", "as_of"),
        ("/v1/rosters/city-2019?as_known=x", 422, "bad-parameter", "neither a position"),
        ("/v1/rosters/city-2019?as_known=2026-11-22T09:30:00", 422, "bad-parameter", "offset"),
        ("/v1/rosters/city-2019?as_known=61", 422, "bad-parameter", "has 60 events yet"),
        ("/v1/rosters/city-2019?province=深圳", 422, "bad-parameter", "is no province"),
        ("/v1/rosters/city-2019?cursor=x", 422, "bad-parameter", "cursor"),
        ("/v1/rosters/city-2019?round=%00", 422, "bad-parameter", "cannot be searched"),
        ("/v1/events?tag=%00", 422, "bad-parameter", "pattern"),
        ("/v1/rosters/city-2019?limit=0", 422, "bad-parameter", "limit"),
        ("/v1/events?limit=1001", 422, "bad-parameter", "limit"),
        ("/v1/events?order=sideways", 422, "bad-parameter", "order"),
        ("/v1/events/61", 404, "no-such-event", "no event 61"),
        ("/v1/events/0", 422, "bad-parameter", "position"),
        ("/v1/subjects/亚特兰蒂斯/history", 404, "unknown-subject", "亚特兰蒂斯"),
        ("/v1/subjects/吉林/history", 400, "ambiguous-subject", "吉林市"),
    ],
)
async def test_what_is_wrong_is_a_problem_document(
    client: httpx.AsyncClient, path: str, status: int, kind: str, said: str
) -> None:
    response = await client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = orjson.loads(response.content)
    assert body["type"] == f"/problems/{kind}"
    assert body["status"] == status
    assert said in response.text


async def test_two_rows_of_one_title_are_both_on_some_page(client: httpx.AsyncClient, lists: Log) -> None:
    """A correction may move one title onto another; until that is put right, both are shown."""
    at = await lists.append([event(designation("武汉市"))])
    await known(client, at.last)
    seen: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = await get(client, "/v1/rosters/city-2019", subject="武汉", limit=1, **cursor)
        seen += [title["event"] for title in page["titles"]]
        if not page["next"]:
            break
        cursor = {"cursor": page["next"]}
    assert len(seen) == 2
    assert seen[1] == at.last


async def test_an_event_that_cannot_be_read_is_shown_as_such(client: httpx.AsyncClient, lists: Log) -> None:
    good = event(designation("长沙市"))
    bad = Event(good.topic, frozenset({"subject:cn:430100"}), {"x": 1}, good.actor)
    at = await lists.append([bad])
    async with asyncio.timeout(60):
        while not (answer := await get(client, "/v1/subjects/长沙/history"))["history"]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert answer["history"][0]["event"] == at.last
    assert "cannot be read" in answer["history"][0]["sentence"]["en"]


async def test_before_the_read_models_are_built_they_are_not_ready(log: Log, database: Database) -> None:
    app = application(database, project=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ledger") as client,
    ):
        for path in ("/v1/rosters/city-2019", "/v1/subjects/深圳/history", "/readyz"):
            response = await client.get(path)
            assert response.status_code == 503
            assert response.headers["content-type"] == "application/problem+json"


async def test_alive_ready_and_measured(auditor: httpx.AsyncClient) -> None:
    assert (await auditor.get("/healthz")).text == "ok\n"
    ready = await get(auditor, "/readyz")
    assert {m["lag"] for m in ready["models"].values()} == {0}
    text = (await auditor.get("/metrics")).text
    assert "ledger_log_position 60.0" in text
    assert 'ledger_projection_lag_events{model="roster"} 0.0' in text
    assert 'ledger_http_requests_total{route="/readyz",status="200"}' in text


async def test_a_stopped_read_model_is_not_ready(
    auditor: httpx.AsyncClient, lists: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a fault of the program's own: what cannot be read stops nobody."""

    def fails(_model: Roster, _key: Key, _history: Sequence[Believed]) -> list[Row]:
        raise RuntimeError("a fault")

    monkeypatch.setattr(Roster, "fold", fails)
    at = await lists.append([event(designation("长沙市"))])
    async with asyncio.timeout(60):
        while True:
            response = await auditor.get("/readyz")
            body = response.json()
            roster, trail = body["models"]["roster"], body["models"]["audit_trail"]
            if response.status_code == 503 and roster["failure"] and trail["position"] == at.last:
                break
            await asyncio.sleep(0.02)
    assert f"roster: stopped on event {at.last}" in body["detail"]
    assert "cannot" not in body["detail"], "why, the server's log says, and nobody else"
    assert trail == {"position": at.last, "lag": 0, "failure": None}
    assert 'stopped{model="roster"} 1.0' in (await auditor.get("/metrics")).text
    assert len((await get(auditor, "/v1/rosters/city-2019", round=2021))["titles"]) == 8
