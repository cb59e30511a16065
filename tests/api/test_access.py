"""Every cell of the table of access, tried over HTTP: each reader, each fact, each field, each door.

One file, as the table is one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import openpyxl
import orjson
import pytest

from api.app import application
from domain.access import ACTS, ENVELOPE, EVERY_FACT, FACTS, Reader, may_carry_out, may_state
from domain.acts import COMMANDS
from domain.cases import Case
from domain.events import CorrectionPublished, commitments
from domain.kernel import Recorded
from eventlog.database import Database
from eventlog.log import Log
from projections.asking.shown import query_for
from tests.support.asking import PATIENT, asking
from tests.support.databases import fresh_database
from tests.support.every_act import EVERY_ACT_ONCE
from tests.support.every_fact import PUBLIC_CITY, READERS, Who, fill, ledger_with_every_fact
from tests.support.ledger_in_memory import LedgerInMemory
from tests.support.serving import as_who, serving, stream_of

THE_LEDGER = ledger_with_every_fact()
LAST = THE_LEDGER.events[-1].position
OWN = {  # whose the subjects of this ledger are
    "unit of hubei": {"cn:420100", "cn:420500"},
    "unit of guangdong": {"cn:440300"},
    "wuhan": {"cn:420100"},
    "shenzhen": {"cn:440300"},
}
CONCLUDED = {"city-2019/2021/cn:440300"}
WHO = pytest.mark.parametrize("who", READERS, ids=lambda who: who.name)


# --------------------------------------------------- what the table says, worked out here anew


def subjects(event: Recorded) -> set[str]:
    return {tag.removeprefix("subject:") for tag in event.tags if tag.startswith("subject:")}


def granted(cell: str, who: Who, event: Recorded) -> bool:
    """Whether a cell lets this reader see (some of) this event."""
    author = event.data.get("reviewer") or event.data.get("principal") or event.actor["principal"]
    return {
        "see": True,
        "open": True,
        "own": bool(OWN.get(who.name, set()) & subjects(event)),
        "self": author == who.actor.principal,
        "closed": author == who.actor.principal or event.data.get("case") in CONCLUDED,
        "-": False,
    }[cell]


def seen(who: Who, event: Recorded) -> bool:
    return granted(FACTS[event.topic, None][who.actor.role], who, event)


def hidden_fields(who: Who, event: Recorded) -> Iterator[str]:
    """The fields that the table withholds of an event that is seen."""
    for (of, field), row in FACTS.items():
        if field and of in {event.topic, EVERY_FACT} and not granted(row[who.actor.role], who, event):
            yield field


def value_of(event: Recorded, field: str) -> object:
    stored = orjson.loads(event.bytes)
    if field not in ENVELOPE:
        return stored["data"].get(field)
    found: Any = stored
    for step in field.split("."):
        found = found.get(step) if found else None
    return found


def visible(who: Who) -> list[int]:
    return [event.position for event in THE_LEDGER.events if seen(who, event)]


# ------------------------------------------------------------------------------ the doors


@pytest.fixture
async def client(every_fact: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database, project=False) as client:
        yield client


async def get(client: httpx.AsyncClient, who: Who, path: str, **headers: str) -> httpx.Response:
    return await client.get(path, headers={**as_who(who.token), **headers})


def test_the_world_has_every_fact_of_the_table_and_every_cell_both_ways() -> None:
    assert {event.topic for event in THE_LEDGER.events} | {"other-facts", EVERY_FACT} == {
        of for of, _ in FACTS
    }
    tried = {
        (cell, granted(cell, who, event))
        for event in THE_LEDGER.events
        for who in READERS
        for cell in [FACTS[event.topic, None][who.actor.role]]
    }
    for cell in ("own", "self", "closed"):
        assert {(cell, True), (cell, False)} <= tried, cell


@WHO
async def test_each_event_is_shown_to_whom_it_is_granted(client: httpx.AsyncClient, who: Who) -> None:
    nowhere = await get(client, who, f"/v1/events/{LAST + 100}")
    assert nowhere.status_code == 404
    for event in THE_LEDGER.events:
        for path in (f"/v1/events/{event.position}", f"/v1/events/{event.position}/why"):
            for accept in ("application/json", "application/cloudevents+json"):
                found = await get(client, who, path, Accept=accept)
                if not seen(who, event):
                    unknown = found.text.replace(f"event {event.position} ", f"event {LAST + 100} ")
                    assert (found.status_code, unknown) == (404, nowhere.text), (path, event.topic)
                    continue
                assert found.status_code == 200, (path, event.topic)
                told = found.json()
                if path.endswith("why") and told["judged"]:
                    shown = [told["judged"].pop(key) for key in ("facts", "exceptions")]
                    assert {fact["event"] for part in shown for fact in part} <= set(visible(who))
                _withheld(told, orjson.dumps(told).decode(), who, event)


def _withheld(told: dict[str, Any], text: str, who: Who, event: Recorded) -> None:
    """Nothing of a withheld field is there, in no form."""
    for field in hidden_fields(who, event):
        value = value_of(event, field)
        if value is None:
            continue
        at = told.get("data", told)
        if field in ENVELOPE:
            outer, _, inner = field.partition(".")
            holder = told.get(outer) or at.get(outer)
            assert not (holder.get(inner) if inner and holder else holder), (field, event.topic)
        else:
            assert field not in at.get("data", at), (field, event.topic)
        assert "salt" not in at
        for secret in _strings(value):
            assert secret not in text, (field, secret, event.topic)


def _strings(value: object) -> Iterator[str]:
    match value:
        case str() if len(value) > 12:
            yield value
        case {"principal": str(principal)}:
            yield f'"{principal}"'
        case dict():
            for item in value.values():
                yield from _strings(item)


@WHO
async def test_the_feed_holds_what_is_granted_and_no_more(client: httpx.AsyncClient, who: Who) -> None:
    by_position = {event.position: event for event in THE_LEDGER.events}
    for order in ("forwards", "backwards"):
        for accept in ("application/json", "application/x-ndjson", "application/cloudevents-batch+json"):
            found: list[int] = []
            cursor = ""
            while True:
                url = f"/v1/events?limit=3&order={order}{cursor}"
                page = await get(client, who, url, Accept=accept)
                events, following = _page(page)
                for told in events:
                    position = int(told.get("position") or told["id"])
                    found.append(position)
                    _withheld(told, orjson.dumps(told).decode(), who, by_position[position])
                if not following:
                    break
                cursor = f"&cursor={following}"
            assert found == (visible(who) if order == "forwards" else visible(who)[::-1])


def _page(page: httpx.Response) -> tuple[list[dict[str, Any]], str | None]:
    if page.headers["content-type"] == "application/json":
        told = page.json()
        return [e["event"] for e in told["events"]], told["next"]
    following = page.headers.get("ledger-next")
    if page.headers["content-type"] == "application/x-ndjson":
        return [orjson.loads(line) for line in page.content.splitlines()], following
    return page.json(), following


@WHO
async def test_no_filter_finds_what_is_not_shown(client: httpx.AsyncClient, who: Who) -> None:
    """By each topic and each tag of each hidden event; a page says no more than that it is empty."""
    shown = set(visible(who))
    for event in THE_LEDGER.events:
        if event.position in shown:
            continue
        for asked in [f"topic={event.topic}", *(f"tag={tag}" for tag in event.tags)]:
            for order in ("forwards", "backwards"):
                url = f"/v1/events?{asked}&order={order}&limit=1000"
                answer = (await get(client, who, url)).json()
                positions = {e["event"]["position"] for e in answer["events"]}
                assert positions <= shown, (asked, event.topic)
                assert answer["next"] is None


@WHO
async def test_a_tag_that_names_what_is_withheld_finds_nothing(client: httpx.AsyncClient, who: Who) -> None:
    for event in THE_LEDGER.events:
        if not seen(who, event):
            continue
        for field in hidden_fields(who, event):
            value = value_of(event, field)
            for word in ("sealed", "token"):
                tags = [
                    t
                    for t in event.tags
                    if t.startswith(f"{word}:") and str(value) and t.partition(":")[2] in str(value)
                ]
                for tag in tags:
                    answer = (await get(client, who, f"/v1/events?tag={tag}")).json()
                    found = {e["event"]["position"] for e in answer["events"]}
                    assert event.position not in found, (tag, event.topic)


@WHO
async def test_a_history_holds_what_is_granted_and_no_more(client: httpx.AsyncClient, who: Who) -> None:
    for about in ("cn:420100", "cn:440300", "cn:420500", "cn:530100"):
        own = [
            e
            for e in THE_LEDGER.events
            if about in subjects(e) and seen(who, e) and e.topic != CorrectionPublished.topic
        ]
        positions = sorted(e.position for e in own)
        url = f"/v1/subjects/{about}/history?corrected=false"
        told = (await get(client, who, url)).json()["history"]
        assert sorted(e["event"] for e in told) == positions, about
        for entry in told:
            (event,) = [e for e in own if e.position == entry["event"]]
            if "corrected_by" not in entry:
                _withheld(entry, orjson.dumps(entry).decode(), who, event)
        as_csv = (await get(client, who, f"{url}&format=csv")).content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(as_csv)))
        assert sorted(int(row["event"]) for row in rows) == positions
        book = openpyxl.load_workbook(io.BytesIO((await get(client, who, f"{url}&format=xlsx")).content))
        assert sorted(row[0] for row in book["history"].iter_rows(2, values_only=True)) == positions


@WHO
async def test_sealed_values_are_opened_to_whom_they_are(client: httpx.AsyncClient, who: Who) -> None:
    for about in ("cn:420100", "cn:440300", "cn:420500"):
        url = f"/v1/subjects/{about}/history?sealed=true&corrected=false"
        answer = await get(client, who, url)
        role = who.actor.role
        if not {"open", "own"} & {row[role] for (_, field), row in FACTS.items() if not field}:
            assert answer.status_code == 403
            continue
        for entry in answer.json()["history"]:
            (event,) = [e for e in THE_LEDGER.events if e.position == entry["event"]]
            for field, value in event.data.items():
                row = FACTS.get((event.topic, field), FACTS[event.topic, None])
                may = row[role] in {"open", "own", "self", "closed"} and granted(row[role], who, event)
                may = may and FACTS[event.topic, None][role] != "see"
                for text in commitments(value):
                    opened = THE_LEDGER.sealed.get(text, b"?").decode()
                    there = f'"{opened}"' in orjson.dumps(entry["data"].get(field)).decode()
                    gone = "erased_by" in orjson.dumps(entry["data"].get(field)).decode()
                    if text in THE_LEDGER.sealed:
                        assert (there or gone) == may, (event.topic, field)


@WHO
async def test_figures_count_what_is_shown(client: httpx.AsyncClient, who: Who) -> None:
    answer = (await get(client, who, "/v1/quotas/city-2019/2021")).json()
    pool = answer["pools"][0]
    for key, topic in (
        ("applied", "application.submitted"),
        ("recommended", "application.recommended"),
        ("proposed", "selection.proposed"),
        ("used_by", "designation.awarded"),
    ):
        shown = {e.position for e in THE_LEDGER.events if e.topic == topic and seen(who, e)}
        retracted = {
            e.position for e in THE_LEDGER.events if e.data.get("case") == "city-2019/2021/cn:420500"
        }
        assert {e["event"] for e in pool[key]} == shown - retracted, key
    through = sum(unit["applied"] for unit in answer["units"])
    assert through == len(pool["applied"])
    shown = {e.position for e in THE_LEDGER.events if e.topic == "exception.granted" and seen(who, e)}
    assert {e["event"] for e in answer["exceptions"]} == shown


@WHO
async def test_objections_are_shown_to_whom_they_concern(client: httpx.AsyncClient, who: Who) -> None:
    notices = (await get(client, who, "/v1/publicity/city-2019")).json()["notices"]
    (notice,) = [notice for notice in notices if "case" in notice]
    (lodged,) = [e for e in THE_LEDGER.events if e.topic == "objection.lodged"]
    if seen(who, lodged):
        assert [o["event"] for o in notice["objections"]] == [lodged.position]
        assert notice["objections_open"] == 0
    else:
        assert notice["objections"] is None
        assert notice["objections_open"] is None


@WHO
async def test_scores_are_shown_once_they_are_closed_and_their_own_to_reviewers(
    client: httpx.AsyncClient, who: Who
) -> None:
    answer = await get(client, who, "/v1/rankings/city-2019/2021")
    cell = FACTS["score.recorded", None][who.actor.role]
    if cell == "-":
        assert answer.status_code == 403
        return
    told = answer.json()
    assert [case["case"] for case in told["ranking"]] == [f"city-2019/2021/{_id(PUBLIC_CITY)}"]
    if cell == "closed":
        own = {
            e.position
            for e in THE_LEDGER.events
            if e.topic == "score.recorded" and e.data["reviewer"] == who.actor.principal
        }
        assert {score["event"] for score in told["own_scores"]} == own
        assert "not_yet_shown" not in told
        others = "p-expert-2" if who.actor.principal == "p-expert" else '"p-expert"'
        assert others not in answer.text
    else:
        assert told["not_yet_shown"] == 1


def _id(name: str) -> str:
    from domain.subjects import find

    return find(name).id


@WHO
async def test_what_is_owed_is_shown_to_whom_it_concerns(client: httpx.AsyncClient, who: Who) -> None:
    answer = await get(client, who, "/v1/obligations?as_of=2023-01-01")
    cell = FACTS["progress.reported", None][who.actor.role]
    if cell == "-":
        assert answer.status_code == 403
        return
    everyones = {"city-2019/2021/cn:440300"}
    mine = {d for d in everyones if cell != "own" or Case.parse(d).subject in OWN.get(who.name, ())}
    assert {title["designation"] for title in answer.json()["titles"]} == mine


@WHO
async def test_grants_and_metrics_are_shown_to_whom_they_are(client: httpx.AsyncClient, who: Who) -> None:
    role = who.actor.role
    grants = await get(client, who, "/v1/grants")
    if FACTS["role.granted", None][role] != "see":
        assert grants.status_code == 403
    else:
        told = grants.json()["grants"]
        assert len(told) == len(READERS)
        assert all(("token" in grant) == (FACTS["role.granted", "token"][role] == "see") for grant in told)
    metrics = await get(client, who, "/metrics")
    assert metrics.status_code == (200 if Reader(who.actor).sees_all else 403)
    me = (await get(client, who, "/v1/me")).json()
    assert me["actor"] == who.actor.as_json()


@WHO
async def test_the_stream_gives_what_is_granted_and_no_more(
    every_fact: Log, database: Database, who: Who
) -> None:
    shown = visible(who)
    by_position = {event.position: event for event in THE_LEDGER.events}
    app = application(database, PATIENT, project=False)
    async with serving(app) as base, httpx.AsyncClient(base_url=base, timeout=10) as client:
        for form in ("ledger", "cloudevents"):
            ids, text = await stream_of(client, who.token, shown[-1], form=form)
            assert ids == shown
            for line in text.splitlines():
                if line.startswith("data: "):
                    told = orjson.loads(line[6:])
                    event = by_position[int(told.get("position") or told["id"])]
                    _withheld(told, line, who, event)
        topic = THE_LEDGER.events[shown[-1] - 1].topic
        ids, _ = await stream_of(client, who.token, shown[-1], topic=topic)
        assert ids == [p for p in shown if by_position[p].topic == topic]


def test_what_is_nobodys_is_not_even_looked_for() -> None:
    """No question reaches the database, so that no time can tell."""
    for who in READERS:
        reader = Reader(who.actor)
        for (topic, field), row in FACTS.items():
            if field is None and row[who.actor.role] == "-" and topic != "other-facts":
                assert query_for(reader, [topic], ["subject:cn:420100"]) is None


# ------------------------------------------------------------------------ two worlds


QUESTIONS = [
    "/v1/events?limit=1000",
    "/v1/events?order=backwards&limit=7",
    "/v1/rosters/city-2019",
    *(f"/v1/events?tag=subject:cn:{code}" for code in ("420100", "420600", "440300", "421000")),
    *(f"/v1/subjects/cn:{code}/history" for code in ("420100", "420600", "440300", "530100")),
    "/v1/quotas/city-2019/2021",
    "/v1/publicity/city-2019",
    "/v1/rankings/city-2019/2021",
    "/v1/obligations",
    "/v1/grants",
    "/v1/me",
    "/metrics",
    "/v1/rosters/city-2019?format=csv",
    "/v1/quotas/city-2019/2021?format=csv",
    "/v1/subjects/cn:440300/history?format=csv",
    "/v1/subjects/cn:440300/history?sealed=true",
    *(f"/v1/events/{position}" for position in range(1, LAST + 2)),
    *(f"/v1/events/{position}/why" for position in range(1, LAST + 2)),
]


async def _answers(
    log: Log, database: Database, ledger: LedgerInMemory
) -> list[tuple[str, int, object, object]]:
    """What the public is told, but for what is random in any ledger."""
    await fill(log, ledger)
    told: list[tuple[str, int, object, object]] = []
    async with asking(database, project=False) as client:
        for url in QUESTIONS:
            answer = await client.get(url)
            headers = dict(answer.headers) | {"request-id": "", "etag": "", "ledger-leaf-hash": ""}
            told.append((url, answer.status_code, headers, _without_hashes(answer)))
    return told


def _without_hashes(answer: httpx.Response) -> object:
    if answer.headers["content-type"] != "application/json":
        return answer.text

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            random = {"leaf_hash", "salt", "sealed"}
            return {k: "" if k in random else plain(v) for k, v in value.items()}
        if isinstance(value, list):
            return [plain(v) for v in value if not str(v).startswith("sealed:")]
        return value

    return plain(answer.json())


async def test_two_ledgers_that_differ_in_what_is_hidden_are_one_to_the_public(
    empty_log: Log, database: Database, server: Any, template: str
) -> None:
    one = await _answers(empty_log, database, ledger_with_every_fact(0))
    async with fresh_database(server, template) as other, await Log.open(other) as log:
        two = await _answers(log, other, ledger_with_every_fact(1))
    for left, right in zip(one, two, strict=True):
        assert left == right, left[0]
    assert sum(status == 200 for _, status, _, _ in one) > 20


# ------------------------------------------------------------------------------ acts


@WHO
async def test_each_act_is_for_whom_the_table_says(client: httpx.AsyncClient, who: Who) -> None:
    """Whoever may not is told so, and nothing else; whoever may is judged by the rules."""
    for name, act in EVERY_ACT_ONCE.items():
        may = may_carry_out(name, who.actor.role)
        answer = await client.post(
            f"/v1/{COMMANDS[name].collection}", content=act, headers={**as_who(who.token), **JSON}
        )
        status = answer.status_code
        kind = answer.json().get("type")
        if may == "-":
            expected = 401 if who.token is None else 403
            assert (status, kind) == (expected, _denial(expected)), (name, answer.text)
            assert "city-2019/" not in answer.text
        elif may == "own" and not _is_own(who, act):
            assert (status, kind) == (403, "/problems/not-yours"), (name, answer.text)
            assert {b["rule"] for b in answer.json()["broken"]} == {"H-1"}
        else:
            assert status in {201, 404, 409}, (name, answer.text)


JSON = {"Content-Type": "application/json"}


def _denial(status: int) -> str:
    return "/problems/no-token" if status == 401 else "/problems/not-yours"


def _is_own(who: Who, act: bytes) -> bool:
    told = orjson.loads(act)
    numbered = told.get("orders", [{}])[0].get("case")
    named = told.get("case") or told.get("designation") or numbered
    about = Case.parse(named).subject if named else told["subject"]
    if who.actor.role == "provincial-unit" and "unit" in told and told["unit"] != who.actor.unit:
        return False
    return about in OWN.get(who.name, ())


@WHO
async def test_each_field_is_stated_by_whom_the_table_says(client: httpx.AsyncClient, who: Who) -> None:
    rows = [(of, field) for of, field in ACTS if field]
    assert {field for _, field in rows} == {"effective", "received_on"}
    for name, act in EVERY_ACT_ONCE.items():
        if may_carry_out(name, who.actor.role) == "-":
            continue
        for field in ("effective", "received_on"):
            if field == "received_on" and (name, field) not in rows:
                continue
            body = orjson.dumps({**orjson.loads(act), field: "2021-04-30", "basis": {"number": "1"}})
            answer = await client.post(
                f"/v1/{COMMANDS[name].collection}", content=body, headers={**as_who(who.token), **JSON}
            )
            if not may_state(name, field, who.actor.role):
                rules = {b["rule"] for b in answer.json().get("broken", [])}
                assert rules & {"H-1", "H-2", "L-4"}, (name, field, answer.text)
                assert answer.status_code in {403, 404, 409}
