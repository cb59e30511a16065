"""Counts, orders and flags of a roster; the cases of a round by their stage; a search."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from domain.cases import Case
from domain.events import Correction
from domain.kernel import Event
from eventlog.database import Database
from eventlog.ledger import open_ledger
from eventlog.log import Log
from projections.following.projector import catch_up
from projections.search import answer
from tests.support.asking import asking
from tests.support.city_round import amends, approves, case, founded
from tests.support.databases import AUDITOR, LEDGER
from tests.support.facts import TESTER, approval, designation, event, replacing
from tests.support.given import Given, given
from tests.support.judged_round import the_round
from tests.support.other_rounds import PROJECTS_OPENED, recommended_projects
from tests.support.played_rounds import as_appended
from tests.support.states import begins


async def get(client: httpx.AsyncClient, path: str, **query: object) -> Any:
    response = await client.get(path, params={k: str(v) for k, v in query.items()})
    assert response.status_code == 200, response.text
    return response.json()


async def appended(log: Log, of: Event) -> None:
    await log.append([of])
    async with log.pool.acquire() as connection:
        await catch_up(connection)


# ------------------------------------------------------------------ rosters


async def test_a_roster_is_counted_by_whatever_it_may_be_asked_for(client: httpx.AsyncClient) -> None:
    whole = await get(client, "/v1/rosters/city-2019", limit=1000)
    counts = (await get(client, "/v1/rosters/city-2019", counts=True, limit=1))["counts"]
    titles = whole["titles"]
    assert counts["titles"] == len(titles)
    told = {name: {f["value"]: f["titles"] for f in counts[name]} for name in counts if name != "titles"}
    assert told["status"] == Counter(t["status"] for t in titles)
    assert told["round"] == Counter(t["round"] for t in titles)
    assert told["category"] == Counter(t["category"] for t in titles)
    assert told["province"] == Counter(t["province"]["id"] for t in titles)
    assert told["field"] == Counter(field for t in titles for field in t["fields"])
    assert "counts" not in whole


async def test_counts_are_of_what_is_asked_for(client: httpx.AsyncClient) -> None:
    asked = {"round": 2021, "category": "special", "status": "holds", "as_of": "2022-06-30"}
    page = await get(client, "/v1/rosters/city-2019", counts=True, **asked)
    assert page["counts"]["titles"] == len(page["titles"]) == 5
    assert [f["value"] for f in page["counts"]["category"]] == ["special"]
    none = await get(client, "/v1/rosters/city-2019", counts=True, **asked | {"as_of": "2019-01-01"})
    assert (none["titles"], none["counts"]["titles"], none["counts"]["status"]) == ([], 0, [])


@pytest.mark.parametrize("day", ["2013-12-31", "2014-06-01", "2016-01-01"])
async def test_a_status_is_that_of_the_day(client: httpx.AsyncClient, day: str) -> None:
    whole = (await get(client, "/v1/rosters/pilot-2013", as_of=day, limit=1000))["titles"]
    for status in ("announced", "holds", "held"):
        own = await get(client, "/v1/rosters/pilot-2013", as_of=day, status=status, limit=1000)
        assert [t["designation"] for t in own["titles"]] == [
            t["designation"] for t in whole if t["status"] == status
        ]


ORDERS: dict[str, Any] = {
    "designation": lambda t: (t["designation"], t["event"]),
    "province": lambda t: (t["province"]["id"], t["designation"], t["event"]),
    "category": lambda t: (t["category"] or "~", t["designation"], t["event"]),
    "announced": lambda t: (t["announced"]["latest"] or "9999-12-31", t["designation"], t["event"]),
}


@pytest.mark.parametrize("sort", [*ORDERS, "newest"])
async def test_pages_go_on_in_the_order_that_is_asked_for(client: httpx.AsyncClient, sort: str) -> None:
    whole = (await get(client, "/v1/rosters/city-2019", sort=sort, limit=1000))["titles"]
    if sort == "newest":
        days = [t["announced"]["latest"] or "0001-01-01" for t in whole]
        assert days == sorted(days, reverse=True)
    else:
        assert whole == sorted(whole, key=ORDERS[sort])
    seen: list[Any] = []
    cursor: str | None = None
    while True:
        more = {} if cursor is None else {"cursor": cursor}
        page = await get(client, "/v1/rosters/city-2019", sort=sort, limit=3, **more)
        seen += page["titles"]
        if (cursor := page["next"]) is None:
            break
    assert seen == whole


async def test_a_page_of_one_order_does_not_go_on_in_another(client: httpx.AsyncClient) -> None:
    first = await get(client, "/v1/rosters/city-2019", sort="province", limit=3)
    answer = await client.get("/v1/rosters/city-2019", params={"limit": 3, "cursor": first["next"]})
    assert answer.status_code == 422


# ------------------------------------------------------------------ a judged round


@begins()
async def judged(log: Log) -> None:
    """A round that was judged; then the review of a city that has the title was said to have failed."""
    g = the_round(*founded())
    review = next(e for e in g.ledger.events if e.topic == "review.concluded")
    (proposal,) = g.recorded("2023-03-01", amends(review.position, data={"passed": False}))
    g.when("2023-03-02", approves(proposal.position))
    await laid(log, g)


async def laid(log: Log, g: Given) -> None:
    """What was played, in a log, its read models caught up."""
    first = g.ledger.events[0].recorded_at
    await open_ledger(log, ledger=LEDGER, name="x", kind="simulated", actor=TESTER, clock=first)
    for recorded in g.ledger.events:
        await log.append([as_appended(recorded)], clock=recorded.recorded_at)
    async with log.pool.acquire() as connection:
        await catch_up(connection)


@pytest.fixture
async def asked(judged: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database, reader=AUDITOR) as client:
        yield client


@pytest.fixture
async def stranger(judged: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database) as client:
        yield client


PATH = "/v1/programmes/city-2019/rounds/2021/cases"


async def test_the_cases_of_a_round_stand_at_the_stage_of_the_day(asked: httpx.AsyncClient) -> None:
    for day, stages in (
        ("2021-05-02", {"武汉市": "sent"}),
        ("2021-06-01", {"武汉市": "recommended", "深圳市": "sent", "昆明市": "recommended"}),
        ("2021-07-11", {"武汉市": "reviewed", "深圳市": "reviewed", "昆明市": "form-passed"}),
        ("2021-11-06", {"武汉市": "on-notice", "深圳市": "defended", "昆明市": "on-notice"}),
        ("2021-11-10", {"武汉市": "on-notice", "深圳市": "defended", "昆明市": "left-the-list"}),
        ("2022-02-01", {"武汉市": "awarded", "深圳市": "awarded", "昆明市": "left-the-list"}),
    ):
        page = await get(asked, PATH, as_of=day)
        assert {c["subject"]["name"]: c["stage"] for c in page["cases"]} == stages, day
        assert {s["stage"]: s["cases"] for s in page["stages"]} == Counter(stages.values())
        assert all(c["since"] <= day for c in page["cases"])


async def test_cases_are_asked_for_by_stage_and_page(asked: httpx.AsyncClient) -> None:
    only = await get(asked, PATH, stage="awarded")
    assert [c["subject"]["name"] for c in only["cases"]] == ["武汉市", "深圳市"]
    whole = (await get(asked, PATH))["cases"]
    first = await get(asked, PATH, limit=2)
    rest = await get(asked, PATH, limit=2, cursor=first["next"])
    assert first["cases"] + rest["cases"] == whole
    assert rest["next"] is None


async def test_a_stranger_sees_the_stages_that_are_public(stranger: httpx.AsyncClient) -> None:
    assert (await get(stranger, PATH, as_of="2021-11-04"))["cases"] == []
    page = await get(stranger, PATH, as_of="2021-11-06")
    assert {c["stage"] for c in page["cases"]} == {"on-notice"}
    assert all(c["unit"] is None for c in page["cases"])


async def test_a_notice_says_what_is_listed_and_what_is_left(stranger: httpx.AsyncClient) -> None:
    page = await get(stranger, "/v1/publicity/city-2019", as_of="2021-11-08")
    (wuhan,) = [n for n in page["notices"] if n["subject"]["name"] == "武汉市"]
    assert (wuhan["category"], wuhan["fields"], wuhan["working_days_left"]) == ("comprehensive", [], 4)
    assert wuhan["category_words"]["zh"] == "综合型"
    over = await get(stranger, "/v1/publicity/city-2019", as_of="2021-11-30")
    assert {n["working_days_left"] for n in over["notices"]} == {None}


async def test_a_title_of_a_division_that_ended_says_so_and_in_that_year_that_it_may_have(
    log: Log, database: Database
) -> None:
    await log.append(
        [event(designation("北市区", "batch-1", programme="pilot-2013"), effective="2013-12-31")]
    )
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    async with asking(database) as client:
        for day, surely in (("2014-12-31", None), ("2015-06-30", False), ("2016-01-01", True)):
            (title,) = (await get(client, "/v1/rosters/pilot-2013", as_of=day))["titles"]
            ended = title.get("ended")
            assert (ended and ended["surely"]) == surely
            if ended:
                assert (ended["on"], [heir["name"] for heir in ended["into"]]) == ("2015", ["莲池区"])


# ------------------------------------------------------------------ a search


def found(page: dict[str, Any], kind: str) -> list[str]:
    return [one["id"] for one in page["found"] if one["kind"] == kind]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("武汉市", "cn:420100"),
        ("武汉", "cn:420100"),
        ("420100", "cn:420100"),
        ("cn:420100", "cn:420100"),
        ("540200", "cn:542300"),  # its code of today
        ("密云县", "cn:110228"),  # its name of then
        ("密云区", "cn:110228"),
        ("⻓沙市", "cn:430100"),
        ("兵团", "xpcc"),
        ("湖北武汉市", "cn:420100"),
        ("湖北省武汉市", "cn:420100"),
        ("４２０１００", "cn:420100"),
        ("武汉市/donghu", "cn:420100/donghu"),
        ("420111001", "cn:420111001"),
    ],
)
async def test_a_subject_is_found_by_any_name_or_code(client: httpx.AsyncClient, q: str, first: str) -> None:
    assert found(await get(client, "/v1/search", q=q), "subject")[0] == first


async def test_what_is_found_says_by_what_and_where_it_lies(client: httpx.AsyncClient) -> None:
    page = await get(client, "/v1/search", q="鼓楼区")
    assert len(found(page, "subject")) >= 4
    assert {one["by"] for one in page["found"]} == {"鼓楼区"}
    assert len({one["words"]["zh"] for one in page["found"]}) == len(page["found"])


async def test_a_programme_is_found_by_its_name_and_its_text(client: httpx.AsyncClient) -> None:
    assert "city-2019" in found(await get(client, "/v1/search", q="信息消费示范城市"), "programme")
    assert found(await get(client, "/v1/search", q="工信部信软[2019] 63号"), "programme") == ["city-2019"]


async def test_a_title_and_a_position_are_found(client: httpx.AsyncClient) -> None:
    page = await get(client, "/v1/search", q="city-2019/2021/cn:420100")
    assert found(page, "title") == ["city-2019/2021/cn:420100"]
    (event,) = [one["event"] for one in page["found"]]
    assert found(await get(client, "/v1/search", q=str(event)), "event") == [str(event)]
    assert found(await get(client, "/v1/search", q="999999"), "event") == []


async def test_a_title_is_found_by_a_code_of_today(client: httpx.AsyncClient) -> None:
    page = await get(client, "/v1/search", q="city-2019/2021/420100")
    assert found(page, "title") == ["city-2019/2021/cn:420100"]


async def test_a_document_is_found_by_the_beginning_of_its_number(client: httpx.AsyncClient) -> None:
    whole = await get(client, "/v1/search", q="工业和信息化部公告〔2013〕67号")
    begun = await get(client, "/v1/search", q="工业和信息化部公告[2013]")
    assert found(whole, "document") == found(begun, "document") != []
    assert {one["by"] for one in whole["found"]} == {"工业和信息化部公告〔2013〕67号"}


async def test_what_a_stranger_may_not_see_is_not_found(
    asked: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    """An application, its events, and the documents that only hidden events name."""
    kunming = case("昆明市")
    assert found(await get(asked, "/v1/search", q=kunming), "case") == [kunming]
    sent = next(
        one["event"]
        for one in (await get(asked, "/v1/search", q="鄂经信函"))["found"]
        if one["kind"] == "document"
    )
    assert found(await get(stranger, "/v1/search", q="鄂经信函"), "document") == []
    assert found(await get(stranger, "/v1/search", q=str(sent)), "event") == []
    before = await get(stranger, "/v1/search", q=kunming, as_known=5)
    assert found(before, "case") == []


async def test_what_is_hidden_takes_no_place_from_what_is_not(
    asked: httpx.AsyncClient, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few are looked at at once, the same is found."""
    for client in (asked, stranger):
        for q in ("工信", "工业和信息化部公告", "鄂经信函"):
            whole = await get(client, "/v1/search", q=q)
            with monkeypatch.context() as few:
                few.setattr(answer, "LOOKED_AT", 1)
                assert await get(client, "/v1/search", q=q) == whole


async def test_that_a_title_is_in_question_is_for_those_who_may_know(
    asked: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    titles = {
        t["subject"]["name"]: t
        for t in (await get(asked, "/v1/rosters/city-2019", as_of="2023-06-01"))["titles"]
    }
    assert titles["武汉市"]["questioned"]
    assert all("corrected" not in t for t in titles.values()), "the titles themselves stand as recorded"
    public = (await get(stranger, "/v1/rosters/city-2019", as_of="2023-06-01"))["titles"]
    assert all("questioned" not in t for t in public)
    before = await get(asked, "/v1/rosters/city-2019", as_of="2023-06-01", as_known=titles["武汉市"]["event"])
    assert all("questioned" not in t for t in before["titles"])


async def test_a_corrected_title_says_so_to_everybody(lists: Log, database: Database) -> None:
    (target,) = [e for e in await lists.read() if e.data.get("designation") == "city-2019/2021/cn:420100"]
    correction = Correction("amend", target.position, replacing(designation("武汉市"), "2022-01-26"))
    await appended(lists, approval(correction, [target]))
    async with asking(database) as client:
        page = await get(client, "/v1/rosters/city-2019", round=2021)
        assert [t["subject"]["name"] for t in page["titles"] if t.get("corrected")] == ["武汉市"]


async def test_a_project_is_found_by_a_part_of_its_name_as_it_is_believed(
    lists: Log, database: Database
) -> None:
    """What a source calls it; once that is corrected, by the corrected name alone."""
    id_ = "project:none-b1/3"
    listed = replace(
        designation("武汉市", programme="project-2019", category="project"),
        designation=f"project-2019/2021/{id_}",
        subject=id_,
        subject_name="智慧出行Ｅ平台",
    )
    await appended(lists, event(listed))
    head = (await lists.head()).position
    named = replace(listed, subject_name="数字家庭平台")
    async with asking(database) as client:
        for q in ("智慧出行", "出行E平", "智慧出行Ｅ平台"):
            page = await get(client, "/v1/search", q=q)
            assert [(one["id"], one["by"]) for one in page["found"]] == [(id_, "智慧出行Ｅ平台")]
        correction = Correction("amend", head, replacing(named, "2022-01-26"))
        await appended(lists, approval(correction, await lists.at([head])))
        assert found(await get(client, "/v1/search", q="数字家庭"), "subject") == [id_]
        assert found(await get(client, "/v1/search", q="智慧出行"), "subject") == []
        assert found(await get(client, "/v1/search", q="智慧出行", as_known=head), "subject") == [id_]


async def test_an_applicants_name_is_not_found_by_whom_it_is_hidden_from(
    empty_log: Log, database: Database
) -> None:
    """A project that has applied, and no more, is for those who may see applications."""
    g = given(*founded("2019-01-04"), *PROJECTS_OPENED, *recommended_projects(1, 2))
    await laid(empty_log, g)
    applied = [e for e in await empty_log.read() if e.data.get("entity")]
    assert len(applied) == 2
    async with asking(database, reader=AUDITOR) as auditor, asking(database) as public:
        for one in applied:
            entity: Any = one.data["entity"]
            for q in (entity["project"], entity["name"]):
                subject = Case.parse(str(one.data["case"])).subject
                assert subject in found(await get(auditor, "/v1/search", q=q), "subject")
                told = (await get(public, "/v1/search", q=q))["found"]
                assert all(f.get("event") != one.position for f in told)
