"""The pages for people; and that every address leads somewhere, behind a proxy too."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from api.settings import NotASetting, Settings
from eventlog.database import Database
from eventlog.log import Log
from tests.support.acting import post
from tests.support.asking import asking
from tests.support.city_round import opens

PREFIX = "/ledger"


@pytest.fixture
async def client(ledger: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database) as client:
        yield client


@pytest.fixture
async def behind(ledger: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """As a proxy asks that shows the server below a path, and takes the path off."""
    async with asking(database, below=PREFIX) as client:
        yield client


def links(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="([^"]+)"', page)


@pytest.mark.parametrize(("language", "says"), [("zh", "真实台账"), ("en", "a real ledger")])
async def test_the_first_page_says_what_this_is_and_where_to_go(
    client: httpx.AsyncClient, language: str, says: str
) -> None:
    page = await client.get("/", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert says in page.text
    found = links(page.text)
    assert len(found) >= 8
    for link in found:
        answer = await client.get(link, params={"q": "武汉"} if link.endswith("search") else {})
        assert answer.status_code == 200, (link, answer.text)


async def test_the_pages_of_acts_and_questions_need_no_other_server(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    assert "swagger" in page
    assert "http://" not in page.replace("http://ledger", "")
    assert "https://" not in page
    for link in links(page):
        answer = await client.get(link)
        assert answer.status_code == 200, link
        assert len(answer.content) > 100


async def test_behind_a_path_every_address_lies_below_it(behind: httpx.AsyncClient) -> None:
    for page in ("/", "/docs", "/problems"):
        found = links((await behind.get(page)).text)
        assert found
        for link in found:
            assert link.startswith(f"{PREFIX}/"), (page, link)
            answer = await behind.get(link.removeprefix(PREFIX), params={"q": "武汉"})
            assert answer.status_code in {200, 422}, (page, link)
    assert f"url: '{PREFIX}/openapi.json'" in (await behind.get("/docs")).text
    assert (await behind.get("/openapi.json")).json()["servers"] == [{"url": PREFIX}]


async def test_behind_a_path_what_answers_name_lies_below_it(behind: httpx.AsyncClient) -> None:
    unknown = await behind.get("/v1/programmes/nothing/rules")
    assert unknown.json()["type"] == f"{PREFIX}/problems/unknown-programme"
    late = replace(opens(), effective="2019-03-01")
    refused = await post(behind, "ministry", late, **{"Idempotency-Key": "k"})
    told = refused.json()
    assert told["type"] == f"{PREFIX}/problems/refused"
    assert refused.headers["location"] == told["instance"] == f"{PREFIX}/v1/commands/k"
    assert {b["uri"] for b in told["broken"]} == {f"{PREFIX}/v1/rules/{b['rule']}" for b in told["broken"]}


@pytest.mark.parametrize("path", ["ledger", "/ledger/", "/a b", "//x"])
def test_a_path_that_is_none_is_said_to_be(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("LEDGER_ROOT_PATH", path)
    with pytest.raises(NotASetting, match="write it like /ledger"):
        Settings.from_environment()
