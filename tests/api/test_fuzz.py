"""Whatever is asked, the answer is an answer or a problem document, never a failure of ours."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.acts import COMMANDS
from eventlog.database import Database
from eventlog.log import Log
from tests.support.asking import asking
from tests.support.every_act import EVERY_ACT_ONCE
from tests.support.every_fact import READERS, Who, ledger_with_every_fact
from tests.support.serving import as_who

THE_LEDGER = ledger_with_every_fact()
PARAMETERS = [
    "format",
    "at_least",
    "sealed",
    "round",
    "category",
    "field",
    "province",
    "subject",
    "as_of",
    "as_known",
    "limit",
    "cursor",
    "tag",
    "topic",
    "after",
    "until",
    "order",
    "corrected",
]
TELLING = [
    "0",
    "1",
    "60",
    "-1",
    str(2**63 - 1),
    "2026-11-22",
    "2026-11-22T00:00:00Z",
    "true",
    "\x00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "eyJhZnRlciI6MX0",
    "eyJhZnRlciI6OTIyMzM3MjAzNjg1NDc3NTgwOCwidW50aWwiOjF9",
]
values = st.one_of(st.text(max_size=12), st.sampled_from(TELLING), st.integers().map(str))
paths = st.one_of(
    st.sampled_from(["/v1/rosters/city-2019", "/v1/events", "/v1/subjects/武汉/history"]),
    st.sampled_from(["/v1/checkpoint", "/readyz", "/healthz", "/metrics", "/v1/obligations"]),
    st.sampled_from(["/v1/quotas/city-2019/2021", "/v1/publicity/city-2019", "/v1/grants"]),
    st.sampled_from(["/v1/rankings/city-2019/2021", "/v1/events/1/why", "/v1/events/1"]),
    st.text(max_size=8).map(lambda text: f"/v1/subjects/{text}/history"),
    st.text(max_size=8).map(lambda text: f"/v1/rosters/{text}"),
    st.text(max_size=8).map(lambda text: f"/v1/events/{text}"),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=paths,
    query=st.dictionaries(st.sampled_from(PARAMETERS), values, max_size=3),
    accept=st.sampled_from(["*/*", "application/x-ndjson", "text/plain"]),
)
async def test_no_question_fails(
    client: httpx.AsyncClient, path: str, query: dict[str, str], accept: str
) -> None:
    try:
        url = httpx.URL("http://ledger").copy_with(path=path)
        response = await client.get(url, params=query, headers={"Accept": accept})
    except (httpx.InvalidURL, UnicodeEncodeError):
        return  # no client can send it
    assert response.status_code < 500 or response.json()["type"] == "/problems/not-yet-known"
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["city-2019/2021/cn:440300", "cn:440300", "2021-05-01", "city-2019", "a\x00", "\ud800"]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, bytes]:
    """An act whose body is right but for some fields, or anything at all."""
    name = draw(st.sampled_from(sorted(EVERY_ACT_ONCE)))
    if draw(st.integers(0, 4)) == 0:
        return name, draw(st.binary(max_size=40) | plain.map(_dumped))
    body = orjson.loads(EVERY_ACT_ONCE[name])
    for field in draw(st.lists(st.sampled_from([*body, "effective", "basis", "actor"]), max_size=3)):
        if draw(st.booleans()):
            body[field] = draw(plain)
        else:
            body.pop(field, None)
    return name, _dumped(body)


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


names = st.sampled_from(
    [
        "Authorization",
        "Idempotency-Key",
        "Content-Type",
        "If-None-Match",
        "Last-Event-ID",
        "Accept",
        "Ledger-Clock",
        "Content-Encoding",
        "X-Forwarded-For",
    ]
)
headers = st.dictionaries(
    names, st.binary(max_size=30).map(lambda b: b.translate(None, b"\r\n\0")), max_size=3
)


@pytest.fixture
async def door(every_fact: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database) as door:
        yield door


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=bodies(), strange=headers, who=st.sampled_from(READERS))
@example(sent=("open-round", EVERY_ACT_ONCE["open-round"]), strange={}, who=READERS[0])
@example(sent=("open-round", EVERY_ACT_ONCE["open-round"]), strange={"Accept": b""}, who=READERS[0])
async def test_no_act_fails(
    door: httpx.AsyncClient, sent: tuple[str, bytes], strange: dict[str, bytes], who: Who
) -> None:
    name, content = sent
    shown = {key: value.encode() for key, value in as_who(who.token).items()}
    whole = {**strange, "Content-Type": b"application/json", **shown}
    response = await door.post(
        f"/v1/{COMMANDS[name].collection}",
        content=content,
        headers=[(k.encode(), v) for k, v in whole.items()],
    )
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", sorted(EVERY_ACT_ONCE))
@pytest.mark.parametrize("strange", ["\x00", "\u0378", "e\u0301"], ids=["U+0000", "unassigned", "not-NFC"])
async def test_a_strange_character_in_any_text_settles(
    door: httpx.AsyncClient, name: str, strange: str
) -> None:
    """Whatever an act quotes when it is refused can be stored; asked again, the answer is the same."""
    for place, body in spoiled(orjson.loads(EVERY_ACT_ONCE[name]), strange):
        for who in READERS[:3]:
            headers = {**as_who(who.token), "Idempotency-Key": f"{place}-{who.token}"[-60:]}
            url = f"/v1/{COMMANDS[name].collection}"
            first = await door.post(url, json=body, headers=headers)
            assert first.status_code < 500, first.text
            again = await door.post(url, json=body, headers=headers)
            assert (again.status_code, again.content) == (first.status_code, first.content)


def spoiled(body: object, strange: str, place: str = "") -> Iterator[tuple[str, object]]:
    """The same with a character added to one of its texts, each in turn."""
    match body:
        case str():
            yield place, f"{body}{strange}"
        case dict():
            for key, value in body.items():
                for where, other in spoiled(value, strange, f"{place}.{key}"):
                    yield where, {**body, key: other}
        case [first, *rest]:
            for where, other in spoiled(first, strange, f"{place}.0"):
                yield where, [other, *rest]


async def test_behind_that_door_acts_are_judged(door: httpx.AsyncClient) -> None:
    """The one above is no test if none of its acts comes further than the door."""
    tried: Counter[int] = Counter()
    for name, content in EVERY_ACT_ONCE.items():
        for who in READERS:
            headers = {**as_who(who.token), "Content-Type": "application/json"}
            response = await door.post(f"/v1/{COMMANDS[name].collection}", content=content, headers=headers)
            tried[response.status_code] += 1
    assert {201, 401, 403, 404, 409} <= tried.keys()
    assert max(tried) < 500


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.text(max_size=30).map(lambda text: f"/{text}")
    | st.tuples(st.sampled_from(["/v1/commands/", "/v1/rules/", "/problems/"]), st.text(max_size=20)).map(
        "".join
    ),
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]),
    strange=headers,
)
async def test_no_path_fails(
    client: httpx.AsyncClient, path: str, method: str, strange: dict[str, bytes]
) -> None:
    try:
        url = httpx.URL("http://ledger").copy_with(path=path)
        given_headers = [(k.encode(), v) for k, v in strange.items()]
        response = await client.request(method, url, headers=given_headers)
    except (httpx.InvalidURL, UnicodeEncodeError):
        return  # no client can send it
    assert response.status_code < 500, response.text
