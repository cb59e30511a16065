"""Projects known from lists: found by name and code, and under all their ids; and what no source dates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from domain.events import FiguresAttested, HistoricalDesignationRecorded, Source, SubjectChanged, Successor
from domain.kernel import Event
from eventlog.database import Database
from eventlog.log import Log
from projections.following.projector import catch_up
from tests.support.asking import asking
from tests.support.facts import designation, event

NAME = "智慧社区平台（某科技有限公司）"
LISTED, CODED = "project:none-project-2019-2019/12", "project:91420100MA4K00001U/1"


def of_a_list(subject: str = LISTED) -> HistoricalDesignationRecorded:
    listed = designation("武汉市", "2019", programme="project-2019", category="project")
    return replace(
        listed, designation=f"project-2019/2019/{subject}", subject=subject, subject_name=NAME, fields=("3",)
    )


async def laid(log: Log, *events: Event) -> None:
    await log.append(list(events))
    async with log.pool.acquire() as connection:
        await catch_up(connection)


@pytest.fixture
async def client(log: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    identified = SubjectChanged(kind="identified", subject=LISTED, into=(Successor(CODED),), ends=True)
    await laid(log, event(of_a_list(), "2019-09-01"), event(identified, "2020-01-01"))
    async with asking(database) as client:
        yield client


async def get(client: httpx.AsyncClient, path: str, **query: object) -> Any:
    response = await client.get(path, params={k: str(v) for k, v in query.items()})
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_projects_title_is_found_under_each_of_its_ids(client: httpx.AsyncClient) -> None:
    for subject in (LISTED, CODED):
        page = await get(client, "/v1/rosters/project-2019", subject=subject)
        assert [t["subject"]["id"] for t in page["titles"]] == [LISTED] * (subject in {LISTED, CODED})


async def test_a_projects_history_calls_it_by_its_name(client: httpx.AsyncClient) -> None:
    page = await get(client, f"/v1/subjects/{LISTED}/history")
    assert (page["subject"]["name"], page["subject"]["province"]) == (NAME, "cn:420000")
    assert page["history"][0]["subject"] == {"id": LISTED, "then": NAME, "today": NAME}


async def test_a_project_is_found_by_its_credit_code(log: Log, database: Database) -> None:
    await laid(log, event(of_a_list(CODED), "2019-09-01"))
    async with asking(database) as client:
        found = (await get(client, "/v1/search", q="91420100MA4K00001U"))["found"]
        assert [(one["id"], one["by"]) for one in found] == [(CODED, "91420100MA4K00001U")]


async def test_a_search_tells_of_what_had_come_by_the_day(client: httpx.AsyncClient) -> None:
    for q in ("智慧社区", f"project-2019/2019/{LISTED}", "2"):
        for day, there in (("2019-09-01", True), ("2019-08-31", False)):
            page = await get(client, "/v1/search", q=q, as_of=day)
            assert any(one.get("event") == 2 for one in page["found"]) is there, (q, day)


@pytest.mark.parametrize("parameter", ["subject", "province"])
async def test_an_empty_parameter_is_not_the_whole(client: httpx.AsyncClient, parameter: str) -> None:
    answer = await client.get("/v1/rosters/project-2019", params={parameter: ""})
    assert answer.status_code == 404, answer.text


async def test_a_difference_says_of_how_many_no_source_tells(log: Log, database: Database) -> None:
    known, unknown = designation("武汉市"), designation("襄阳市", category=None)
    await laid(log, event(known), event(unknown))
    async with asking(database) as client:
        days = {"from": "2021-01-01", "to": "2023-01-01"}
        page = await get(client, "/v1/rosters/city-2019/diff", category="comprehensive", **days)
        assert ([c["designation"] for c in page["changes"]], page["unknown"]) == ([known.designation], 1)
        assert "unknown" not in await get(client, "/v1/rosters/city-2019/diff", **days)


async def test_what_no_source_dates_may_have_come_by_any_day(log: Log, database: Database) -> None:
    """A figure, a title: on the round's page, in the roster, in the quota."""
    figure = FiguresAttested(
        programme="city-2019", measure="selected", value=8, source=Source("报道"), round="2021"
    )
    await laid(log, event(figure, None), event(designation("武汉市"), None))
    async with asking(database) as client:
        page = await get(client, "/v1/programmes/city-2019/rounds/2021")
        assert ([a["value"] for a in page["attested"]], page["happened"]["titles"]) == ([8], 1)
        assert len((await get(client, "/v1/rosters/city-2019"))["titles"]) == 1
        quota = await get(client, "/v1/quotas/city-2019/2021")
        assert {p["pool"]: p["used"] for p in quota["pools"]}["comprehensive"] == 1
