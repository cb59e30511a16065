"""Questions that wait, answers that need not be given again, and events as they come."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import orjson
import pytest

from api import events as events_api
from api.answers import WORDED, digest_of_files
from api.app import application
from api.settings import Settings
from eventlog.database import Database
from eventlog.ledger import open_ledger
from eventlog.log import Log
from projections.asking.tokens import digest_of
from tests.support.acting import TOKENS, granted, key, post
from tests.support.asking import PATIENT, asking
from tests.support.city_round import applies, form, opens
from tests.support.databases import LEDGER, TESTER
from tests.support.facts import designation, event, notice
from tests.support.serving import as_who, events_of, serving, stream_of

NAME = "深圳市"
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def client(ledger: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database) as client:
        yield client


# --------------------------------------------------------------------------- at least


async def test_an_answer_waits_until_it_knows_of_an_act(client: httpx.AsyncClient) -> None:
    for n in range(5):
        told = (await post(client, "ministry", opens(f"r{n}"))).json()
        url = f"/v1/quotas/city-2019/r{n}?at_least={told['position']}"
        assert (await client.get(url)).json()["position"] >= told["position"]


async def test_it_does_not_wait_for_ever(ledger: Log, database: Database) -> None:
    settings = Settings(at_least_seconds=0.2)
    async with asking(database, project=False, settings=settings) as client:
        at = await ledger.append([event(designation())])
        answer = await client.get(f"/v1/rosters/city-2019?at_least={at.last}")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/not-yet-known")
        assert answer.json()["reached"] == at.last - 1
        assert answer.headers["retry-after"] == "1"
        beyond = await client.get(f"/v1/rosters/city-2019?at_least={at.last + 1}")
        assert (beyond.status_code, beyond.json()["type"]) == (422, "/problems/bad-parameter")


# ------------------------------------------------------------------------ conditional


URLS = [
    "/v1/rosters/city-2019",
    "/v1/subjects/深圳/history",
    "/v1/quotas/city-2019/2021",
    "/v1/publicity/city-2019",
    "/v1/events",
    "/v1/events/1",
    "/v1/checkpoint",
    "/v1/events/1/why",
]


@pytest.mark.parametrize("url", URLS)
async def test_an_answer_is_given_again_only_if_it_changed(
    client: httpx.AsyncClient, ledger: Log, url: str
) -> None:
    first = await client.get(url)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    assert set(first.headers["vary"].split(", ")) == {"Authorization", "Accept", "Accept-Language"}
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await client.get(url, headers={"If-None-Match": held})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert (await client.get(url, headers={"If-None-Match": '"other"'})).status_code == 200
    other = await client.get(url, headers={"If-None-Match": tag, **as_who(TOKENS["ministry"])})
    assert other.status_code == 200, "another reader's answer is another"
    at = await ledger.append([event(designation(NAME))])
    now = await client.get(f"{url}?at_least={at.last}", headers={"If-None-Match": tag})
    assert now.status_code == 200


@pytest.mark.parametrize("room", ["domain", "eventlog", "projections", "api"])
def test_a_word_that_is_changed_anywhere_makes_other_answers(room: str, tmp_path: Path) -> None:
    """In the deepest folder, too."""
    copy = tmp_path / room
    shutil.copytree(ROOT / room, copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert room in WORDED
    before = digest_of_files([ROOT / room])
    assert digest_of_files([copy]) == before
    (deepest, *_) = sorted(copy.rglob("*.py"), key=lambda file: (-len(file.parts), file))
    deepest.write_text(deepest.read_text().replace("the", "a", 1) + "# another word\n")
    assert digest_of_files([copy]) != before


async def test_what_was_known_then_does_not_change(client: httpx.AsyncClient, ledger: Log) -> None:
    url = "/v1/rosters/city-2019?as_of=2022-12-31&as_known=3"
    tag = (await client.get(url)).headers["etag"]
    await ledger.append([event(designation(NAME))])
    assert (await client.get(url, headers={"If-None-Match": tag})).status_code == 304


async def test_sealed_values_are_never_kept_by_the_asker(client: httpx.AsyncClient) -> None:
    url = "/v1/subjects/深圳/history?sealed=true"
    answer = await client.get(url, headers=as_who(TOKENS["ministry"]))
    assert answer.status_code == 200
    assert "etag" not in answer.headers


# ------------------------------------------------------------------------ CloudEvents


async def test_a_cloud_event_has_both_times(client: httpx.AsyncClient) -> None:
    told = (await post(client, "ministry", opens())).json()
    answer = await client.get(
        f"/v1/events/{told['first']}", headers={"Accept": "application/cloudevents+json"}
    )
    assert answer.headers["content-type"] == "application/cloudevents+json"
    one = answer.json()
    assert one["specversion"] == "1.0"
    assert (one["id"], one["type"]) == (str(told["first"]), "round.opened")
    assert one["source"] == f"urn:uuid:{told['ledger']['id']}"
    assert one["recordedtime"] == told["recorded_at"]
    took_effect = datetime.fromisoformat(one["time"])
    assert took_effect.isoformat().endswith("T00:00:00+08:00")
    assert one["data"]["data"]["round"] == "2021"
    assert all(name.isalnum() and name.islower() for name in one), "attributes of CloudEvents 1.0"
    batch = await client.get("/v1/events?limit=2", headers={"Accept": "application/cloudevents-batch+json"})
    assert batch.headers["content-type"] == "application/cloudevents-batch+json"
    assert batch.json()[0]["type"] == "ledger.opened"
    assert "time" not in batch.json()[0], "nobody said when it took effect"


# ---------------------------------------------------------------------------- streams


async def test_a_stream_goes_on_where_it_was_left(ledger: Log, database: Database) -> None:
    app = application(database, PATIENT)
    async with serving(app) as base, httpx.AsyncClient(base_url=base, timeout=10) as client:
        for word in "一二三":
            await ledger.append([event(notice(word))])
        ids, _ = await stream_of(client, None, 9)
        assert ids == [1, 8, 9]
        seen = []
        async with client.stream("GET", "/v1/events/stream", headers={"Last-Event-ID": "9"}) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            async for position, _ in events_of(response.aiter_lines()):
                seen.append(position)
                if len(seen) == 1:
                    await ledger.append([event(notice("四")), event(designation(NAME))])
                if len(seen) == 3:
                    break
        assert seen == [10, 11, 12]


async def test_whoever_saw_no_event_goes_on_where_the_stream_began(ledger: Log, database: Database) -> None:
    app = application(database, PATIENT)
    async with serving(app) as base, httpx.AsyncClient(base_url=base, timeout=10) as client:
        async with client.stream("GET", "/v1/events/stream") as response:
            lines = response.aiter_lines()
            told = [await anext(lines) for _ in range(3)]
        (begun,) = [line[4:] for line in told if line.startswith("id: ")]
        at = await ledger.append([event(notice("其间"))])
        async with client.stream("GET", "/v1/events/stream", headers={"Last-Event-ID": begun}) as response:
            async for line in response.aiter_lines():
                if line == f"id: {at.last}":
                    break


async def test_a_cursor_is_of_its_question(client: httpx.AsyncClient, ledger: Log) -> None:
    for name in ("武汉市", "深圳市", "昆明市"):
        at = await ledger.append([event(designation(name))])
    first = await client.get(f"/v1/rosters/city-2019?limit=1&at_least={at.last}")
    cursor = first.json()["next"]
    url = f"/v1/rosters/city-2019?limit=1&cursor={cursor}"
    page = await client.get(url)
    again = await client.get(url, headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304, "what a cursor pins does not change"
    assert (await client.get(f"{url}&at_least=1000000")).status_code == 422
    for other in (url.replace("city-2019", "pilot-2013"), f"{url}&round=2021"):
        assert (await client.get(other)).json()["type"] == "/problems/bad-parameter", other
    feed_of = (await client.get("/v1/events?limit=1")).json()["next"]
    backwards = await client.get(f"/v1/events?limit=1&order=backwards&cursor={feed_of}")
    assert backwards.status_code == 422


async def test_a_simulated_ledgers_time_stands_still_unless_it_is_driven(
    empty_log: Log, database: Database
) -> None:
    await open_ledger(
        empty_log,
        ledger=LEDGER,
        name="s",
        kind="simulated",
        actor=TESTER,
        clock=datetime(2021, 1, 1, tzinfo=UTC),
    )
    clock = datetime(2021, 1, 2, tzinfo=UTC)
    await empty_log.append([event(granted("ministry"), "2021-01-01")], clock=clock)
    async with asking(database, settings=replace(PATIENT, driven=True)) as client:
        still = await post(client, "ministry", opens("a"))
        assert still.json()["recorded_at"] == "2021-01-02T00:00:00.000000Z"
        on = await post(client, "ministry", opens("b"), **{"Ledger-Clock": "2021-03-01T00:00:00Z"})
        assert on.json()["recorded_at"] == "2021-03-01T00:00:00.000000Z"
        back = await post(client, "ministry", opens("c"), **{"Ledger-Clock": "2021-02-01T00:00:00Z"})
        assert (back.status_code, back.json()["type"]) == (422, "/problems/bad-parameter")


async def test_a_stream_begins_now_unless_it_is_told_where(ledger: Log, database: Database) -> None:
    app = application(database, PATIENT)
    async with serving(app) as base, httpx.AsyncClient(base_url=base, timeout=10) as client:
        head = (await ledger.head()).position
        for wrong in ("x", "-1", "9" * 21):
            answer = await client.get("/v1/events/stream", headers={"Last-Event-ID": wrong})
            assert answer.status_code == 422
        beyond = await client.get(f"/v1/events/stream?after={head + 1}")
        assert beyond.status_code == 422
        async with client.stream("GET", "/v1/events/stream?topic=notice.recorded") as response:
            lines = response.aiter_lines()
            assert await anext(lines) == f": behind position {head}"
            await ledger.append([event(designation(NAME)), event(notice("新"))])
            position, told = await anext(events_of(lines))
        assert "event: notice.recorded" in told
        assert position == head + 2


async def test_a_stream_ends_with_its_token(
    ledger: Log, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_api, "HEARTBEAT_SECONDS", 0.1)
    app = application(database, PATIENT)
    async with serving(app) as base, httpx.AsyncClient(base_url=base, timeout=10) as client:
        async with client.stream("GET", "/v1/events/stream", headers=as_who(TOKENS["city"])) as response:
            lines = response.aiter_lines()
            while await anext(lines) != ": alive":
                pass
            revoked = await post(client, "admin", {"token": digest_of(TOKENS["city"])}, "revocations")
            assert revoked.status_code == 201
            async with asyncio.timeout(60):
                assert [position async for position, _ in events_of(lines)] == []
        again = await client.get("/v1/events/stream", headers=as_who(TOKENS["city"]))
        assert again.status_code == 401


async def test_streams_are_bounded_and_given_back(ledger: Log, database: Database) -> None:
    app = application(database, Settings(streams=1))
    async with serving(app) as base, httpx.AsyncClient(base_url=base, timeout=10) as client:
        async with client.stream("GET", "/v1/events/stream") as response:
            lines = response.aiter_lines()
            await anext(lines)
            full = await client.get("/v1/events/stream")
            assert (full.status_code, full.json()["type"]) == (503, "/problems/busy")
        for _ in range(100):
            if not app.state.house.streams.total():
                break
            await asyncio.sleep(0.05)
        ids, _ = await stream_of(client, None, 1)
        assert ids == [1]


async def test_a_stream_gives_nothing_that_came_after_its_token_was_revoked(
    ledger: Log, database: Database
) -> None:
    app = application(database, PATIENT)
    async with (
        serving(app) as base,
        httpx.AsyncClient(base_url=base, timeout=10) as client,
        client.stream("GET", "/v1/events/stream", headers=as_who(TOKENS["unit"])) as response,
    ):
        lines = response.aiter_lines()
        await anext(lines)
        await post(client, "admin", {"token": digest_of(TOKENS["unit"])}, "revocations")
        await ledger.append([event(notice("其后"))])
        async with asyncio.timeout(60):
            assert [position async for position, _ in events_of(lines)] == []


async def test_the_heart_beats_by_the_clock_whatever_is_hidden(
    ledger: Log, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hidden events come more often than it beats, and do not put it off."""
    monkeypatch.setattr(events_api, "HEARTBEAT_SECONDS", 0.5)

    async def hidden() -> None:
        while True:
            await ledger.append([event(granted("city"), "2021-01-01")])
            await asyncio.sleep(0.05)

    app = application(database, PATIENT)
    async with (
        serving(app) as base,
        httpx.AsyncClient(base_url=base, timeout=10) as client,
        client.stream("GET", "/v1/events/stream") as response,
    ):
        busy = asyncio.create_task(hidden())
        try:
            async with asyncio.timeout(60):
                lines = response.aiter_lines()
                while await anext(lines) != ": alive":
                    pass
        finally:
            busy.cancel()


async def test_a_stopping_server_ends_its_streams(ledger: Log, database: Database) -> None:
    app = application(database, PATIENT)
    async with httpx.AsyncClient(timeout=10) as client:
        async with serving(app) as base:
            sent = client.build_request("GET", f"{base}/v1/events/stream")
            response = await client.send(sent, stream=True)
            lines = response.aiter_lines()
            await anext(lines)
        async with asyncio.timeout(60):
            assert [line async for line in lines if line.startswith("data")] == []


# ------------------------------------------------------------------- lines and metrics


async def test_a_line_names_the_request_the_act_and_the_position_and_nobody(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="designations.requests"):
        opened = await post(client, "ministry", opens(), **key("secret-key"))
        await post(client, "city", applies(NAME, led_by="某某人民政府"))
        refused = await post(client, "ministry", form("武汉市"))
        await client.get("/v1/subjects/武汉/history?as_of=2021-01-01")
    lines = [r.__dict__ for r in caplog.records if r.name == "designations.requests"]
    assert [line["status"] for line in lines] == [201, 201, 404, 200]
    first, _, third, last = lines
    assert (first["command"], first["outcome"]) == ("open-round", "accepted")
    assert (first["position"], first["role"]) == (opened.json()["position"], "ministry")
    assert first["request"] == opened.headers["request-id"]
    assert (third["outcome"], third["rules"]) == ("refused", ["H-2"])
    assert refused.headers["request-id"] == third["request"]
    assert last["route"] == "/v1/subjects/{subject:path}/history"
    said = repr(lines)
    for word in (*TOKENS.values(), "p-ministry", "secret-key", "深圳", "武汉", "某某"):
        assert word not in said


async def test_metrics_count_commands_by_outcome_and_rule(client: httpx.AsyncClient) -> None:
    await post(client, "ministry", opens(), **key("k"))
    await post(client, "ministry", opens(), **key("k"))
    await post(client, "ministry", opens())
    text = (await client.get("/metrics", headers=as_who(TOKENS["ministry"]))).text
    for line in (
        'ledger_commands_total{act="open-round",outcome="accepted"} 1.0',
        'ledger_commands_total{act="open-round",outcome="refused"} 1.0',
        'ledger_refusals_total{rule="L-1"} 1.0',
        "ledger_batch_commands_count 3.0",
        "ledger_lock_wait_seconds_count 3.0",
        'ledger_projection_lag_events{model="roster"}',
    ):
        assert line in text, line


async def test_every_problem_type_has_its_page(client: httpx.AsyncClient) -> None:
    listed = await client.get("/problems")
    kinds = [part.split('"')[0] for part in listed.text.split('href="')[1:]]
    assert len(kinds) > 20
    for kind in kinds:
        page = await client.get(kind)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
    assert (await client.get("/problems/x")).status_code == 404
    unknown = await client.get("/v1/nothing")
    assert orjson.loads(unknown.content)["type"] == "about:blank"
