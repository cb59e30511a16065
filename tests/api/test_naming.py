"""Whom an act is about can be named as people do; what is stored is the id."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest

from domain import subjects
from domain.events import SubjectChanged
from domain.subjects import AmbiguousSubject, UnknownSubject
from eventlog.database import Database
from eventlog.log import Log
from projections.words.names import SHIPPED, RecordedChange, Register
from tests.support.asking import asking
from tests.support.every_fact import READERS
from tests.support.serving import as_who

RIKAZE = "cn:542300"  # 日喀则市, 540200 since 2014
DAY = date(2024, 6, 1)
MINISTRY = next(who for who in READERS if who.actor.role == "ministry")
ADMINISTRATOR = next(who for who in READERS if who.actor.role == "administrator")
BASIS = {"number": "藏应急〔2022〕1号", "title": "事故认定", "published": "2022-03-01"}


def incident(subject: str, **more: Any) -> dict[str, Any]:
    body = {"basis": BASIS, "kind": "work-safety", "words": "事故", "happened_on": "2022-02-01", **more}
    return {"subject": subject, "grade": "ordinary", **body}


@pytest.fixture
async def door(every_fact: Log, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(database) as door:
        yield door


async def sent(door: httpx.AsyncClient, path: str, body: dict[str, Any]) -> httpx.Response:
    who = ADMINISTRATOR if path == "grants" else MINISTRY
    return await door.post(f"/v1/{path}", json=body, headers=as_who(who.token))


async def recorded(log: Log, answer: httpx.Response) -> Any:
    assert answer.status_code == 201, answer.text
    return (await log.read(after=answer.json()["first"] - 1))[0].data


@pytest.mark.parametrize(
    "named",
    ["cn:540200", "540200", "cn:542300", "542300", "日喀则市", "日喀则", "西藏自治区日喀则市", "日喀则地区"],
)
async def test_a_division_is_named_by_a_code_a_name_or_its_id(
    door: httpx.AsyncClient, empty_log: Log, named: str
) -> None:
    assert (await recorded(empty_log, await sent(door, "incidents", incident(named))))["subject"] == RIKAZE


def test_every_living_division_is_found_by_its_own_code() -> None:
    living = [s for s in subjects.everyone() if s.until is None and s.today.code]
    assert len(living) > 3_000
    assert sum(f"cn:{s.today.code}" != s.id for s in living) > 200
    for of in living:
        for named in (f"cn:{of.today.code}", of.today.code, of.id):
            assert SHIPPED.id_of(named, {2024}, DAY) == of.id
        assert SHIPPED.look_up(f"cn:{of.today.code}").id == of.id


async def test_wherever_a_subject_is_named_it_is_resolved(door: httpx.AsyncClient, empty_log: Log) -> None:
    place = "cn:540202"  # 桑珠孜区
    data = await recorded(empty_log, await sent(door, "incidents", incident("540200", place=place)))
    assert data["place"] == SHIPPED.id_of("桑珠孜区", {2024}, DAY)
    assert RIKAZE in data["areas"]
    token = {"principal": "p-rikaze", "role": "applicant", "unit": "日喀则市", "token": "ab" * 32}
    data = await recorded(empty_log, await sent(door, "grants", {**token, "until": "2199-01-01"}))
    assert data["unit"] == RIKAZE
    floors = [{"code": "west", "least": 1, "provinces": ["西藏自治区", "540000"], "source": BASIS}]
    round_ = {"of": "city-2019", "round": "2041", "basis": BASIS, "parameters": {"floors": floors}}
    data = await recorded(empty_log, await sent(door, "rounds", round_))
    assert data["parameters"]["floors"][0]["provinces"] == ["cn:540000", "cn:540000"]


async def test_a_case_and_a_title_are_found_under_any_code_of_their_subject(door: httpx.AsyncClient) -> None:
    """The id of a case bears its subject's; an unknown one answers as before."""
    answer = await sent(
        door, "defences", {"case": "city-2019/2021/cn:540200", "passed": True, "form": "on-site"}
    )
    assert "city-2019/2021/cn:542300" in answer.text


async def test_a_correction_names_subjects_so_too(door: httpx.AsyncClient, empty_log: Log) -> None:
    stated = {
        "act": "supply",
        "reason": "漏记",
        "basis": BASIS,
        "topic": "incident.recorded",
        "takes_effect": "2022-02-01",
        "document": BASIS,
        "data": {
            "subject": "cn:540200",
            "kind": "social",
            "words": {"seal": "x"},
            "happened_on": "2022-02-01",
        },
    }
    data = await recorded(empty_log, await sent(door, "corrections", stated))
    assert data["correction"]["replacement"]["data"]["subject"] == RIKAZE


@pytest.mark.parametrize(
    ("named", "status", "candidates"),
    [
        ("朝阳区", 400, {"cn:110105", "cn:220104"}),
        ("鼓楼区", 400, {"cn:320106", "cn:350102"}),
        ("襄樊省", 404, set()),
        ("朝阳县", 201, set()),
        ("cn:999999", 404, set()),
    ],
)
async def test_who_is_not_one_answers_with_the_candidates(
    door: httpx.AsyncClient, empty_log: Log, named: str, status: int, candidates: set[str]
) -> None:
    head = (await empty_log.head()).position
    answer = await sent(door, "incidents", incident(named))
    assert answer.status_code == status, answer.text
    if status != 201:
        assert candidates <= {found["id"] for found in answer.json().get("candidates", ())}
        assert all(id_ in answer.json()["detail"] for id_ in candidates)
        assert (await empty_log.head()).position == head


def test_a_code_of_another_time_means_who_bears_it_on_the_day() -> None:
    assert SHIPPED.id_of("652200", {2024}, DAY) == SHIPPED.id_of("650500", {2024}, DAY), "哈密, 2016"
    with pytest.raises(UnknownSubject, match="no division or unit is called"):
        SHIPPED.id_of("没有这个市", {2024}, DAY)
    with pytest.raises(AmbiguousSubject, match="cn:110105"):
        SHIPPED.id_of("朝阳区", {2024}, DAY)


def test_a_recorded_code_and_a_recorded_name_are_taken() -> None:
    changed = SubjectChanged(kind="recode", subject="cn:420100", code="420199", name="新武汉市")
    register = Register((RecordedChange(5, date(2030, 1, 1), changed),))
    for named in ("420199", "cn:420199", "新武汉市", "武汉市", "cn:420100"):
        assert register.id_of(named, {2030}, date(2030, 6, 1)) == "cn:420100"


@pytest.mark.parametrize(
    "id_", ["xpcc", "miit", "independent", "cn:420103001", "project:91420102MA4295528T/1", "project:none-a/3"]
)
def test_what_is_no_division_keeps_its_id(id_: str) -> None:
    assert SHIPPED.id_of(id_, {2024}, DAY) == id_


def test_a_zone_is_named_by_its_divisions_code() -> None:
    assert SHIPPED.id_of("540200/high-tech", {2024}, DAY) == f"{RIKAZE}/high-tech"


def test_a_question_means_who_bears_the_name_today() -> None:
    assert SHIPPED.look_up("日喀则市").id == SHIPPED.look_up("540200").id == RIKAZE
    assert SHIPPED.look_up("哈密市").id == SHIPPED.id_of("650500", {2024}, DAY)
    assert SHIPPED.look_up("北市区").until == 2015, "whoever bore it once, where nobody does today"
    with pytest.raises(AmbiguousSubject):
        SHIPPED.look_up("朝阳区")


@pytest.mark.parametrize(
    ("named", "id_"),
    [
        ("武汉市/donghu", "cn:420100/donghu"),
        ("日喀则市/high-tech", f"{RIKAZE}/high-tech"),
        ("cn:540200/high-tech", f"{RIKAZE}/high-tech"),
        ("420111001", "cn:420111001"),
        ("110118001", "cn:110228001"),  # 密云, 110118 since 2015
        ("cn:110228001", "cn:110228001"),
        ("４２０１１１００１", "cn:420111001"),
    ],
)
def test_zones_and_towns_are_named_alike_in_acts_and_in_questions(named: str, id_: str) -> None:
    assert SHIPPED.id_of(named, {2024}, DAY) == id_
    assert SHIPPED.look_up(named).id == id_


@pytest.mark.parametrize("short", ["朝阳", "甘南", "恩施", "大理", "巴州"])
def test_no_short_name_of_several_means_one_of_them_in_an_act(short: str) -> None:
    with pytest.raises(AmbiguousSubject):
        SHIPPED.id_of(short, {2024}, DAY)


def test_a_short_name_of_several_is_not_guessed_at_in_an_act() -> None:
    assert SHIPPED.id_of("深圳", {2024}, DAY) == "cn:440300"
    with pytest.raises(AmbiguousSubject, match="cn:110105"):
        SHIPPED.id_of("朝阳", {2024}, DAY)
    assert SHIPPED.look_up("朝阳").id == "cn:211300", "a question means the city"


def test_a_question_takes_a_recorded_name_and_code_however_they_are_written() -> None:
    changed = SubjectChanged(kind="recode", subject="cn:420100", code="420199", name="新江市")
    register = Register((RecordedChange(5, date(2030, 1, 1), changed),))
    for named in ("420199", "cn:420199", "新江市", "新江", "武汉市", "湖北武汉市", "cn:420100"):
        assert register.look_up(named).id == "cn:420100"
        assert register.find(named, on=date(2031, 1, 1)).id == "cn:420100"


@pytest.mark.parametrize(
    ("tag", "as_stored"),
    [
        ("subject:武汉市", "subject:cn:420100"),
        ("subject:420100", "subject:cn:420100"),
        ("province:湖北省", "province:cn:420000"),
        ("case:city-2019/2021/420100", "case:city-2019/2021/cn:420100"),
        ("entry:city-2019/2021/cn:420100", "entry:city-2019/2021/cn:420100"),
        ("programme:city-2019", "programme:city-2019"),
    ],
)
async def test_events_are_asked_for_by_whom_a_tag_names(
    door: httpx.AsyncClient, tag: str, as_stored: str
) -> None:
    auditor = next(who for who in READERS if who.actor.role == "auditor")
    pages = [
        await door.get("/v1/events", params={"tag": asked}, headers=as_who(auditor.token))
        for asked in (tag, as_stored)
    ]
    assert pages[0].json()["events"] == pages[1].json()["events"] != []


@pytest.mark.parametrize("tag", ["subject:没有这个市", "subject:cn:999999", "seat:无省", "subject:朝阳区"])
async def test_a_tag_that_names_nobody_or_several_says_so(door: httpx.AsyncClient, tag: str) -> None:
    for path in ("/v1/events", "/v1/events/stream"):
        answer = await door.get(path, params={"tag": tag})
        assert answer.status_code in {400, 404}, answer.text
        assert answer.json()["type"].endswith(("unknown-subject", "ambiguous-subject"))
