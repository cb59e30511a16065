"""Acts over HTTP: strict bodies, one effect for one key, and a problem document for all else.

One file, as every act goes through one door.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest

from api.app import application
from api.settings import Settings
from domain.commands import LodgeObjection
from domain.events import RoleGranted
from eventlog import committer
from eventlog.database import Database
from eventlog.log import Log
from projections.asking.tokens import digest_of, new_token
from tests.support.acting import NAME, TOKENS, key, post
from tests.support.asking import PATIENT, asking
from tests.support.city_round import (
    MINISTRY,
    applies,
    case,
    defence,
    form,
    notice,
    opens,
    proposes,
    review,
    scores,
)
from tests.support.every_act import body_of
from tests.support.facts import event
from tests.support.serving import as_who, serving
from tests.support.waiting import until


@pytest.fixture
async def client(ledger: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database) as client:
        yield client


async def test_an_act_is_recorded_and_says_where(client: httpx.AsyncClient) -> None:
    answer = await post(client, "ministry", opens(), **key("open-1"))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["act"], told["key"], told["first"], told["last"]) == ("open-round", "open-1", 8, 8)
    assert answer.headers["ledger-position"] == str(told["position"]) == "8"
    assert answer.headers["location"] == "/v1/commands/open-1"
    again = await client.get(answer.headers["location"], headers=as_who(TOKENS["ministry"]))
    assert again.json()["outcome"] == "accepted"
    assert again.json()["answer"]["first"] == 8
    (recorded,) = (await client.get("/v1/events?after=7")).json()["events"]
    assert recorded["event"]["actor"] == MINISTRY.as_json()


async def test_one_key_is_one_act_in_every_process_and_after_a_restart(
    client: httpx.AsyncClient, database: Database, ledger: Log
) -> None:
    first = await post(client, "ministry", opens(), **key("k"))
    for quoted in ("k", '"k"'):
        assert (await post(client, "ministry", opens(), **key(quoted))).content == first.content
    async with asking(database, project=False) as other:
        assert (await post(other, "ministry", opens(), **key("k"))).content == first.content
        reused = await post(other, "ministry", opens("2022"), **key("k"))
        assert (reused.status_code, reused.json()["type"]) == (422, "/problems/key-reused")
    assert (await ledger.head()).position == first.json()["last"]


async def test_a_refusal_too_is_the_same_however_often_it_is_asked_for(client: httpx.AsyncClient) -> None:
    refused = await post(client, "ministry", form(NAME), **key("f"))
    assert refused.status_code == 404
    await post(client, "ministry", opens())
    await post(client, "city", applies(NAME))
    assert (await post(client, "ministry", form(NAME), **key("f"))).content == refused.content
    assert (await post(client, "ministry", form(NAME), **key("g"))).status_code == 201


async def test_two_principals_may_use_one_key(client: httpx.AsyncClient) -> None:
    await post(client, "ministry", opens(), **key("1"))
    assert (await post(client, "city", applies(NAME), **key("1"))).status_code == 201
    theirs = await client.get("/v1/commands/1", headers=as_who(TOKENS["unit"]))
    assert theirs.json()["type"] == "/problems/no-such-command"


async def test_every_broken_rule_is_named_with_its_page(client: httpx.AsyncClient) -> None:
    await post(client, "ministry", opens())
    one = (await post(client, "city", applies(NAME))).json()
    answer = await post(client, "city", applies(NAME, "life"))
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    told = answer.json()
    assert told["type"] == "/problems/refused"
    (broken,) = [b for b in told["broken"] if b["rule"] == "C19-8"]
    assert (broken["article"], broken["document"]) == ("第八条", "工信部信软〔2019〕63号")
    assert broken["facts"] == [one["first"]]
    page = (await client.get(broken["uri"])).json()["rule"]
    assert page["zh"].startswith("申报城市只能从综合型和特色型中选择一项申报")
    assert (await client.get(told["type"])).status_code == 200


async def test_what_is_not_ones_own_is_403_and_what_is_not_there_404(client: httpx.AsyncClient) -> None:
    for who, act, status, kind in (
        (None, opens(), 401, "no-token"),
        ("city", opens(), 403, "not-yours"),
        ("other-city", applies(NAME), 403, "not-yours"),
        ("city", applies(NAME), 404, "not-there"),
        ("ministry", form(NAME), 404, "not-there"),
    ):
        answer = await post(client, who, act)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")
        assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unheard": 1}, "unheard"),
        ({"actor": MINISTRY.as_json()}, "actor"),
        ({"effective": 20210501}, "effective"),
        ({"effective": "2021-13-01"}, "effective"),
        ({"effective": "20210501"}, "effective"),
        ({"subject": None}, "subject"),
        ({"category": ["comprehensive"]}, "category"),
        ({"channel": "post"}, "channel"),
        ({"conditions": [{"number": 1.0, "words": "x"}]}, "conditions.0.number"),
        ({"conditions": [{"number": "1", "words": "x"}]}, "conditions.0.number"),
        ({"materials": [{"kind": "x", "sha256": "AB" * 32}]}, "materials.0.sha256"),
    ],
)
async def test_a_body_is_taken_literally(
    client: httpx.AsyncClient, change: dict[str, Any], field: str, ledger: Log
) -> None:
    before = (await ledger.head()).position
    answer = await post(client, "city", {**body_of(applies(NAME)), **change}, "applications")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-body")
    assert field in {e["field"] for e in answer.json()["errors"]}
    assert (await ledger.head()).position == before


@pytest.mark.parametrize("content", [b"", b"[]", b"1", b"{", b'{"a":NaN}', b'"\\ud800"', b"\xff{}"])
async def test_what_is_no_object_is_no_act(client: httpx.AsyncClient, content: bytes) -> None:
    headers = {**as_who(TOKENS["ministry"]), "Content-Type": "application/json"}
    answer = await client.post("/v1/rounds", content=content, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-body")


async def test_other_content_is_415(client: httpx.AsyncClient) -> None:
    for headers in (
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json; charset=gbk"},
        {},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ):
        answer = await client.post(
            "/v1/rounds", content=b"{}", headers={**as_who(TOKENS["ministry"]), **headers}
        )
        assert (answer.status_code, answer.json()["type"]) == (415, "/problems/not-json"), headers


async def test_too_large_a_body_or_event_is_413(ledger: Log, database: Database) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 100_000

    headers = {**as_who(TOKENS["ministry"]), "Content-Type": "application/json"}
    async with asking(database, settings=Settings(body_bytes=2_000_000)) as client:
        for content in (b" " * 2_000_001, parts()):
            answer = await client.post("/v1/rounds", content=content, headers=headers)
            assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
        body = body_of(opens())
        body["parameters"] = {
            "caps": [
                {
                    "pool": "comprehensive",
                    "places": 1,
                    "source": {"title": f"{n}" + "标题" * 900, "number": "1"},
                }
                for n in range(40)
            ]
        }
        answer = await post(client, "ministry", body, "rounds")
        assert answer.status_code in {409, 413}
        body["parameters"]["caps"] = body["parameters"]["caps"][:1]
        body["parameters"]["criteria"] = [
            {"code": f"c{n}", "name": "指标", "most": 1, "weight": 1, "source": {"title": "标题" * 900}}
            for n in range(40)
        ]
        answer = await post(client, "ministry", body, "rounds")
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
        assert "65535" in answer.json()["detail"]


async def test_a_text_without_a_stored_form_is_422(client: httpx.AsyncClient) -> None:
    body = body_of(applies(NAME, led_by="e\u0301"))  # not in normal form C
    await post(client, "ministry", opens())
    answer = await post(client, "city", body, "applications")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/cannot-be-stored")


async def test_tokens_are_good_until_they_are_over_or_revoked(client: httpx.AsyncClient, ledger: Log) -> None:
    over = RoleGranted(
        principal="p-over",
        role="ministry",
        unit="miit",
        token=digest_of("dlt_" + "x" * 43),
        until="2020-01-01",
    )
    await ledger.append([event(over, "2019-01-01")])
    bad = ["dlt_" + "x" * 43, new_token(), "x", "", digest_of(TOKENS["ministry"])]
    shown = [f"Bearer {token}" for token in bad] + ["Basic eDp5", TOKENS["ministry"]]
    for header in shown:
        answer = await client.get("/v1/me", headers={"Authorization": header})
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/bad-token"), header
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (await client.get("/v1/me", headers=as_who(TOKENS["city"]))).status_code == 200
    revoked = await post(client, "admin", {"token": digest_of(TOKENS["city"])}, "revocations")
    assert revoked.status_code == 201
    assert (await client.get("/v1/me", headers=as_who(TOKENS["city"]))).status_code == 401


async def test_an_administrator_grants_a_token_that_works_at_once(client: httpx.AsyncClient) -> None:
    token = new_token()
    body = {
        "principal": "p-new",
        "role": "auditor",
        "unit": "audit-office",
        "token": digest_of(token),
        "until": "2199-01-01",
    }
    assert (await post(client, "ministry", body, "grants")).status_code == 403
    assert (await post(client, "admin", body, "grants")).status_code == 201
    me = (await client.get("/v1/me", headers=as_who(token))).json()
    assert me["actor"] == {"principal": "p-new", "role": "auditor", "unit": "audit-office"}
    assert me["acts"] == {}
    listed = (await client.get("/v1/grants", headers=as_who(token))).json()["grants"]
    assert listed[-1]["principal"] == "p-new"
    assert token not in orjson.dumps(listed).decode()


async def test_whoever_asks_too_often_waits(ledger: Log, database: Database) -> None:
    few = Settings(command_rate="2/minute", read_rate="3/minute", public_rate="4/minute")
    async with asking(database, settings=few) as client:
        answers = [await post(client, "ministry", opens(f"{2021 + n}")) for n in range(3)]
        assert [a.status_code for a in answers] == [201, 201, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 61
        assert (await post(client, "city", applies(NAME))).status_code == 201, "another principal"
        for token, most in ((TOKENS["ministry"], 3), (None, 4)):
            told = [(await client.get("/v1/me", headers=as_who(token))).status_code for _ in range(most + 1)]
            assert told == [200] * most + [429]
        assert (await client.get("/v1/me", headers=as_who(TOKENS["unit"]))).status_code == 200


async def test_guesses_of_tokens_are_counted(ledger: Log, database: Database) -> None:
    async with asking(database, settings=Settings(public_rate="3/minute")) as client:
        told = [(await client.get("/v1/me", headers=as_who(new_token()))).status_code for _ in range(5)]
        assert told == [401, 401, 401, 429, 429]


async def test_when_too_many_wait_one_is_told_to_come_back(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, ledger: Log
) -> None:
    monkeypatch.setattr(committer, "MOST_WAITING", 0)
    answer = await post(client, "ministry", opens(), **key("k"))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/busy")
    assert int(answer.headers["retry-after"]) >= 1
    monkeypatch.undo()
    assert (await post(client, "ministry", opens(), **key("k"))).status_code == 201


async def test_the_public_objects_to_what_is_on_notice_and_learns_of_nothing_else(
    client: httpx.AsyncClient,
) -> None:
    await post(client, "ministry", opens())
    await post(client, "city", applies(NAME))
    hidden = LodgeObjection(actor=MINISTRY, case=case(NAME), words="x")
    absent = LodgeObjection(actor=MINISTRY, case=case("昆明市"), words="x")
    for who in (None, "other-city", "unit", "reviewer"):
        one, two = [await post(client, who, act) for act in (hidden, absent)]
        assert one.status_code == two.status_code == 404
        assert (
            one.json()["detail"].replace("440300", "530100").replace("深圳市", "昆明市")
            == two.json()["detail"]
        )
    for act in (form(NAME), review(NAME), defence(NAME), proposes(NAME), notice(NAME, until="2199-01-01")):
        assert (await post(client, "ministry", act)).status_code == 201
    lodged = await post(client, None, hidden, **key("anonymous"))
    assert lodged.status_code == 201
    assert (await post(client, None, hidden, **key("anonymous"))).content == lodged.content
    position = lodged.json()["first"]
    assert (await client.get(f"/v1/events/{position}")).status_code == 404
    shown = await client.get(f"/v1/events/{position}", headers=as_who(TOKENS["ministry"]))
    assert shown.json()["actor"]["role"] == "public"


async def test_a_refusal_names_only_facts_that_may_be_seen(client: httpx.AsyncClient) -> None:
    await post(client, "ministry", opens())
    applied = (await post(client, "city", applies(NAME))).json()
    again = (await post(client, "city", applies(NAME))).json()
    assert [b["facts"] for b in again["broken"]] == [[applied["first"]]]
    await post(client, "ministry", form(NAME))
    await post(client, "reviewer", scores(NAME))
    refused = (await post(client, "reviewer", scores(NAME))).json()
    assert all(b["facts"] for b in refused["broken"]), "their own score"


async def test_a_stopping_server_carries_out_what_it_was_given(ledger: Log, database: Database) -> None:
    app = application(database, PATIENT, project=False)
    async with httpx.AsyncClient(timeout=20) as client:
        async with serving(app) as base:
            client.base_url = httpx.URL(base)
            waiting = [
                asyncio.create_task(post(client, "ministry", opens(f"r{n}"), **key(f"k{n}")))
                for n in range(60)
            ]
            before = (await ledger.head()).position
            await until(lambda: _is_behind(ledger, before))
        answers = await asyncio.gather(*waiting, return_exceptions=True)
    answered = [a for a in answers if isinstance(a, httpx.Response)]
    recorded = {e.data["round"] for e in await ledger.read() if e.topic == "round.opened"}
    accepted = {a.json()["key"].replace("k", "r") for a in answered if a.status_code == 201}
    assert accepted, "it was given something to do"
    assert accepted <= recorded
    assert len(recorded) == len(accepted), "what was recorded was answered"
    assert {a.status_code for a in answered} <= {201, 503}


async def test_a_real_ledger_takes_no_clock_from_a_caller(client: httpx.AsyncClient) -> None:
    answer = await post(client, "ministry", opens(), **{"Ledger-Clock": "2021-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-parameter")


@pytest.mark.parametrize("bad", ["", " ", "a b", "x" * 101, "é", '"', "\x7f"])
async def test_a_key_is_visible_ascii(client: httpx.AsyncClient, bad: str) -> None:
    headers = [
        (b"idempotency-key", bad.encode()),
        (b"content-type", b"application/json"),
        (b"authorization", f"Bearer {TOKENS['ministry']}".encode()),
    ]
    answer = await client.post("/v1/rounds", content=b"{}", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/bad-parameter"


# ------------------------------------------------------------- what a reviewer once found


@pytest.mark.parametrize(
    "body",
    [
        b'{"case":"city-2019/2021/' + b"a" * 60_000 + b'","words":"x"}',
        b'{"case":"city-2019/2021/cn:440300","words":"x","basis":' + b"[" * 300 + b"]" * 300 + b"}",
        b'{"case":"city-2019/2021/cn:440300","words":"x","basis":{"published":"['
        + b",".join([b"2015"] * 5_000)
        + b']"}}',
        b"{" + b",".join(b'"f%d":1' % n for n in range(5_000)) + b"}",
    ],
)
async def test_a_strangers_huge_or_strange_body_is_refused_in_few_words(
    client: httpx.AsyncClient, ledger: Log, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/v1/objections", content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-body")
    assert len(answer.content) < 10_000
    assert await ledger.pool.fetchval("SELECT count(*) FROM beside.command_outcomes") == 0
    large = b'{"case":"city-2019/2021/cn:440300","words":"' + b"x" * 66_000 + b'"}'
    answer = await client.post("/v1/objections", content=large, headers=headers)
    assert answer.status_code == 413, "of whoever shows no token, less is taken"


async def test_a_body_that_never_comes_is_not_waited_for(ledger: Log, database: Database) -> None:
    app = application(database, Settings(body_seconds=0.3))
    async with serving(app) as base:
        port = int(base.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        token = TOKENS["ministry"]
        writer.write(
            b"POST /v1/rounds HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + f"Authorization: Bearer {token}\r\nContent-Length: 100\r\n\r\n{{".encode()
        )
        assert b" 408 " in await asyncio.wait_for(reader.readline(), 5)
        writer.close()


async def test_a_token_revoked_while_a_body_is_on_its_way_gives_nothing(
    ledger: Log, database: Database
) -> None:
    app = application(database, PATIENT)
    async with serving(app) as base, httpx.AsyncClient(base_url=base, timeout=10) as client:
        begun = asyncio.Event()
        go_on = asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b" "
            begun.set()
            await go_on.wait()
            yield orjson.dumps(body_of(opens()))

        headers = {**as_who(TOKENS["ministry"]), "Content-Type": "application/json"}
        waiting = asyncio.create_task(client.post("/v1/rounds", content=slowly(), headers=headers))
        await begun.wait()
        await asyncio.sleep(0.2)
        revoked = await post(client, "admin", {"token": digest_of(TOKENS["ministry"])}, "revocations")
        assert revoked.status_code == 201
        go_on.set()
        answer = await waiting
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/bad-token")
        assert (await ledger.head()).position == revoked.json()["last"]


async def _is_behind(log: Log, position: int) -> bool:
    return (await log.head()).position > position


async def _on_notice(client: httpx.AsyncClient) -> None:
    for who, act in (
        ("ministry", opens()),
        ("city", applies(NAME)),
        ("ministry", form(NAME)),
        ("ministry", review(NAME)),
        ("ministry", defence(NAME)),
        ("ministry", proposes(NAME)),
        ("ministry", notice(NAME, until="2199-01-01")),
    ):
        assert (await post(client, who, act)).status_code == 201


async def test_strangers_do_not_take_each_others_keys(client: httpx.AsyncClient) -> None:
    await _on_notice(client)
    one = LodgeObjection(actor=MINISTRY, case=case(NAME), words="一")
    two = LodgeObjection(actor=MINISTRY, case=case(NAME), words="二")
    first = await post(client, None, one, **key("1"))
    second = await post(client, None, two, **key("1"))
    assert first.status_code == second.status_code == 201
    assert first.json()["first"] != second.json()["first"]
    assert (await post(client, None, one, **key("1"))).content == first.content
    assert (await client.get("/v1/commands/1")).status_code == 401


async def test_strangers_fill_no_case_with_objections(ledger: Log, database: Database) -> None:
    settings = Settings(public_objections=2, public_command_rate="100/minute")
    async with asking(database, settings=settings) as client:
        await _on_notice(client)
        said = [LodgeObjection(actor=MINISTRY, case=case(NAME), words=w) for w in "一二三"]
        told = [await post(client, None, act, **key(f"{n}")) for n, act in enumerate(said)]
        assert [answer.status_code for answer in told] == [201, 201, 429]
        again = await post(client, None, said[0], **key("0"))
        assert again.content == told[0].content, "what was taken stays so"
        assert (await post(client, "unit", said[2])).status_code == 201


async def test_an_objection_leaves_no_trace_of_all_before_it(client: httpx.AsyncClient) -> None:
    await _on_notice(client)
    said = LodgeObjection(actor=MINISTRY, case=case(NAME), words="x")
    positions = [(await post(client, "unit", said)).json()["first"] for _ in range(3)]
    last = await client.get(f"/v1/events/{positions[-1]}/why", headers=as_who(TOKENS["ministry"]))
    judged = last.json()["judged"]
    assert judged["facts"]
    assert not set(positions) & {fact["event"] for fact in judged["facts"]}
    assert not set(positions) & {f["event"] for s in judged.get("searched", ()) for f in s["facts"]}


async def test_nobody_learns_whether_a_case_left_the_list_and_why(
    client: httpx.AsyncClient, ledger: Log
) -> None:
    """Retracted, or an objection to it upheld: the public is told the same as of one that stays."""
    await _on_notice(client)
    at_least = f"?at_least={(await ledger.head()).position}"
    (before,) = (await client.get(f"/v1/publicity/city-2019{at_least}")).json()["notices"]
    retracted = await post(client, "city", {"case": case(NAME)}, "retractions")
    assert retracted.status_code == 201
    at_least = f"?at_least={retracted.json()['position']}"
    (after,) = (await client.get(f"/v1/publicity/city-2019{at_least}")).json()["notices"]
    assert after == before
    (told,) = (await client.get(f"/v1/publicity/city-2019{at_least}", headers=as_who(TOKENS["city"]))).json()[
        "notices"
    ]
    assert told["left_on"] is not None
    said = LodgeObjection(actor=MINISTRY, case=case(NAME), words="x")
    assert (await post(client, None, said)).status_code == 201
    gone = await client.get(f"/v1/events/{retracted.json()['first']}", headers=as_who(TOKENS["city"]))
    assert "pools" not in gone.json()["data"], "nor its own city, whether it was to be chosen"
    assert not any(tag.startswith("pool:") for tag in gone.json()["tags"])


async def test_nothing_is_unchanged_that_may_not_be_seen(client: httpx.AsyncClient) -> None:
    for url, status in (
        ("/v1/events/999/why", 404),
        ("/v1/events/999", 404),
        ("/v1/rankings/city-2019/2021", 403),
        ("/v1/obligations", 403),
    ):
        answer = await client.get(url, headers={"If-None-Match": "*"})
        assert answer.status_code == status
        assert answer.headers["cache-control"] == "no-store"
