"""Programmes, rules, rounds, quotas and selections as pages: what they say, and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from domain.access import Reader
from domain.commands import GrantException, RecordArrangement, RecordReading, ReportProgress, Retract
from domain.events import Correction
from domain.kernel import Actor
from domain.points import POINTS
from domain.programmes import PROGRAMMES
from domain.subjects import find
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.log import Log
from projections.asking.standpoint import Eyes
from projections.following.projector import catch_up
from projections.log.outcomes import Refusal, names_then
from projections.log.outcomes import told as what_became
from tests.support.a_holder import CITY as HOLDER
from tests.support.a_holder import HOLDER as HOLDERS
from tests.support.a_holder import TITLE as GUIDED
from tests.support.a_ranking import POINTS as SCORES
from tests.support.a_ranking import THE_TEN, incident
from tests.support.asking import asking
from tests.support.city_round import LETTER, MINISTRY, city, opens, unit
from tests.support.databases import AUDITOR
from tests.support.facts import approval
from tests.support.given import Given, given, on, refused
from tests.support.numbers import NUMBERS
from tests.support.other_rounds import (
    PILOTS_OPENED,
    PROJECTS_OPENED,
    applies_as_pilot,
    applies_as_project,
    awarded_projects,
    closes_intake,
    incentive,
    opened_incentives,
    pilot,
    project,
    ranked,
    recommended_pilots,
    recommended_projects,
    recommends_pilot,
    recommends_project,
)
from tests.support.played_rounds import as_appended

DALIAN = "cn:210200"
ARTICLES = {
    "project-2019": "二(三)",
    "incentive-2022": "通知二，第十一条",
    "city-2019": "第四、五、十条",
    "pilot-2013": "二(三)",
}


async def filled(log: Log, g: Given) -> None:
    await log.append([as_appended(event) for event in g.ledger.events])
    async with log.pool.acquire() as connection:
        await catch_up(connection)


async def told(client: httpx.AsyncClient, url: str, status: int = 200) -> dict[str, Any]:
    answer = await client.get(url)
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_every_programme_has_its_page_and_its_rules(auditor: httpx.AsyncClient) -> None:
    listed = {p["id"]: p for p in (await told(auditor, "/v1/programmes"))["programmes"]}
    assert listed.keys() == PROGRAMMES.keys()
    numbers = {id_: p["rules"] for id_, p in listed.items() if p["rules"]}
    assert numbers == NUMBERS
    for id_, number in numbers.items():
        page = await told(auditor, f"/v1/programmes/{id_}/rules")
        assert len(page["rules"]) == number
        assert all(rule["zh"] and rule["en"] and rule["article"] for rule in page["rules"])
    ledger = await told(auditor, "/v1/programmes/ledger/rules")
    assert ledger["rules"][0]["acts"] == ["*"]
    await told(auditor, "/v1/programmes/nothing/rules", 404)


async def test_all_open_points_are_shown_with_their_readings(auditor: httpx.AsyncClient) -> None:
    shown = {
        point["id"]
        for id_ in PROGRAMMES
        for point in (await told(auditor, f"/v1/programmes/{id_}/rules"))["points"]
    }
    assert shown == POINTS.keys() == {f"Q-{number}" for number in range(1, 22)}


async def test_how_often_a_rule_refused_is_for_those_who_see_all(lists: Log, database: Database) -> None:
    async with asking(database) as client:
        page = await told(client, "/v1/programmes/city-2019/rules")
    assert {(rule["refused"], rule["lifted"]) for rule in page["rules"]} == {(None, None)}
    async with Committer(database, lists) as committer:
        assert not (await committer.carry_out(replace(opens("2030"), effective="2019-03-01"))).accepted
    async with asking(database, reader=AUDITOR) as client:
        page = await told(client, "/v1/programmes/city-2019/rules")
    assert {rule["id"]: rule["refused"] for rule in page["rules"] if rule["refused"]} == {"C19-22": 1}


async def test_an_exception_and_a_reading_that_were_annulled_count_no_more(
    log: Log, database: Database
) -> None:
    grant = GrantException(
        actor=MINISTRY, basis=LETTER, entry="city-2019/2021/cn:420100", rule="C19-6", reason="专项"
    )
    read = RecordReading(actor=MINISTRY, basis=LETTER, of="city-2019", point="Q-9", reading="自次日起算")
    g = given(on("2021-03-01", opens()), on("2021-03-02", grant), on("2021-03-02", read))
    await filled(log, g)
    counts = []
    for target in (None, 3, 4):
        if target is not None:
            events = await log.read(limit=100)
            await log.append([approval(Correction("annul", target), events)])
        async with asking(database, reader=AUDITOR) as client:
            page = await told(client, "/v1/programmes/city-2019/rules")
        lifted = {rule["id"]: rule["lifted"] for rule in page["rules"]}["C19-6"]
        counts.append((lifted, sum(len(point["readings"]) for point in page["points"])))
    assert counts == [(1, 1), (0, 1), (0, 0)]


async def test_who_is_beside_a_units_quota_takes_no_place_of_it(log: Log, database: Database) -> None:
    grant = GrantException(
        actor=MINISTRY, basis=LETTER, entry=pilot("湘潭市"), rule="P13-4", reason="另有决定"
    )
    g = given(
        *PILOTS_OPENED,
        *recommended_pilots("株洲市", "衡阳市", "郴州市"),
        on("2013-10-20", applies_as_pilot("湘潭市")),
        on("2013-11-01", grant),
        on("2013-11-02", recommends_pilot("湘潭市")),
    )
    await filled(log, g)
    async with asking(database, reader=AUDITOR) as client:
        page = await told(client, "/v1/quotas/pilot-2013/batch-1?as_of=2013-11-30")
    ((pool,),) = [u["pools"] for u in page["units"]]
    assert (pool["cap"]["places"], pool["used"]) == (3, 3)
    assert [e["entry"] for e in pool["beside"]] == [pilot("湘潭市")]


async def test_the_plan_of_fifty_stands_beside_the_outcome_of_68(auditor: httpx.AsyncClient) -> None:
    """The real round of 2013, as it is known: 103 applied, 68 chosen, planned and actual dates."""
    page = await told(auditor, "/v1/programmes/pilot-2013/rounds/batch-1")
    attested = {a["measure"]: a["value"] for a in page["attested"]}
    assert attested == {"planned": 50, "applied": 103, "selected": 68}
    assert page["happened"]["titles"] == 7, "those that are named"
    days = {n["act"]: n["effective"] for n in page["notices"]}
    assert (days["call"], days["defence"], days["announcement"]) == ("2013-10-09", "2013-11-25", "2013-12-31")


async def test_a_judged_rounds_plan_is_its_documents(log: Log, database: Database) -> None:
    await filled(log, given(*PILOTS_OPENED, *recommended_pilots("株洲市", "衡阳市", "西宁市")))
    async with asking(database, reader=AUDITOR) as client:
        page = await told(client, "/v1/programmes/pilot-2013/rounds/batch-1")
        quotas = await told(client, "/v1/quotas/pilot-2013/batch-1?as_of=2013-11-30")
    assert page["planned"] == {
        "steps": [
            {"step": "expert-review", "when": "2013-11", "source": page["planned"]["steps"][0]["source"]},
            {"step": "decision", "when": "2013-12", "source": page["planned"]["steps"][1]["source"]},
        ],
        "places": {"pilot": 50, "unit": 3},
        "deadline": "2013-11-08",
        "term": {"first": "2014-01-01", "last": "2015-12-31"},
    }
    short = {u["unit"]: u["pools"][0]["short"] for u in quotas["units"]}
    assert short == {"cn:430000": 0, "cn:630000": 1}, "青海: 西宁 alone, a shortfall of 1"


async def test_dalian_in_four_programmes(auditor: httpx.AsyncClient) -> None:
    """Its own pool in project-2019, inside 辽宁 in incentive-2022, directly in city-2019 and pilot-2013."""
    units = {}
    for programme in ("project-2019", "incentive-2022", "city-2019", "pilot-2013"):
        page = await told(auditor, f"/v1/quotas/{programme}/x/why?subject=大连")
        whose = page["whose"]
        units[programme] = whose["unit"]["id"] if whose["unit"] else None
        assert ARTICLES[programme] in whose["words"]["zh"]
    assert units == {
        "project-2019": DALIAN,
        "incentive-2022": "cn:210000",
        "city-2019": None,
        "pilot-2013": None,
    }
    none = await told(auditor, "/v1/quotas/upgrading-2017/2017/why?subject=大连")
    assert none["whose"] is None


@pytest.mark.parametrize("subject", ["miit", "xpcc", "state-council", "cn:330782101", "石河子市"])
@pytest.mark.parametrize("programme", list(PROGRAMMES))
async def test_why_of_whatever_subject_is_an_answer(
    auditor: httpx.AsyncClient, programme: str, subject: str
) -> None:
    await told(auditor, f"/v1/quotas/{programme}/2022/why?subject={subject}")


async def test_a_units_quota_says_who_is_taken_and_who_is_over(log: Log, database: Database) -> None:
    g = given(*PROJECTS_OPENED, *recommended_projects(*range(1, 13)), on("2019-04-08", closes_intake()))
    await filled(log, g)
    async with asking(database, reader=AUDITOR) as client:
        page = await told(client, "/v1/quotas/project-2019/2019?as_of=2019-05-01")
        why = await told(client, "/v1/quotas/project-2019/2019/why?subject=武汉市&as_of=2019-05-01")
    ((pool,),) = [u["pools"] for u in page["units"]]
    assert (pool["pool"], pool["cap"]["places"], pool["used"]) == ("cn:420000/1-9", 10, 10)
    assert [over["entry"] for over in pool["over_quota"]] == [project(11), project(12)]
    assert why["whose"]["figures"]["pools"] == [pool]


async def test_a_selection_is_explained_to_those_who_may_see_it(log: Log, database: Database) -> None:
    await filled(log, given(*opened_incentives("industry"), *ranked(SCORES)))
    url = "/v1/selections/incentive-2022/2022-industry?as_of=2023-02-01"
    async with asking(database, reader=AUDITOR) as client:
        page = await told(client, url)
        await told(client, "/v1/selections/city-2019/2021", 404)
    chosen = {c["case"] for c in page["candidates"] if c["chosen"]}
    assert chosen == set(map(incentive, THE_TEN))
    by = {c["subject"]["name"]: (c["reason"], c["rule"]) for c in page["candidates"]}
    assert by["西安市"] == ("floor", "I22-13")
    assert by["郑州市"] == ("displaced", "I22-13")
    assert (page["ties"], page["short"]) == ([], {})
    for actor in (unit("四川省"), Actor("p-x", "reviewer", "independent"), None):
        async with asking(database, reader=Reader(actor) if actor else None) as client:
            await told(client, url, 403)


async def test_a_project_is_its_units_and_its_entitys_alone(log: Log, database: Database) -> None:
    """Where it lies, only its application says: every later event of it carries the seat."""
    steps = (*PROJECTS_OPENED, *awarded_projects(1))
    await filled(log, given(*steps))
    id_ = project(1).split("/", 2)[2]
    hidden = {"application.recommended", "intake.closed", "review.concluded"}
    seen: dict[str, set[str]] = {}
    readers = {
        "hubei": unit("湖北省"),
        "hunan": unit("湖南省"),
        "entity": Actor("p-1", "applicant", id_.rpartition("/")[0]),
        "other": Actor("p-2", "applicant", "project:91420100MA4K000021"),
        "wuhan": Actor("p-3", "applicant", find("武汉市").id),
    }
    for name, actor in readers.items():
        async with asking(database, reader=Reader(actor)) as client:
            page = await told(client, f"/v1/events?tag=subject:{id_}&limit=100")
            seen[name] = {leaf["event"]["topic"] for leaf in page["events"]}
            history = await told(client, f"/v1/subjects/{id_}/history")
            assert {entry["topic"] for entry in history["history"]} == seen[name], name
            every = await told(client, "/v1/events?limit=200")
            assert seen[name] <= {leaf["event"]["topic"] for leaf in every["events"]}
    assert hidden <= seen["hubei"] & seen["entity"]
    for stranger in ("hunan", "other", "wuhan"):
        assert seen[stranger] == {"publicity.opened", "publicity.closed", "designation.awarded"}


async def test_an_incident_of_the_citys_is_told_to_its_unit(log: Log, database: Database) -> None:
    await filled(log, given(on("2022-12-04", incident("成都市", "2020-06-13"))))
    for name, number in (("四川省", 1), ("湖北省", 0)):
        async with asking(database, reader=Reader(unit(name))) as client:
            page = await told(client, "/v1/events?topic=incident.recorded")
            assert len(page["events"]) == number


async def test_early_august_is_as_a_recorded_reading_has_it(log: Log, database: Database) -> None:
    """Q-12: 10 August by default; what was filed on the 12th is late or not by the reading."""
    report = ReportProgress(
        actor=city(HOLDER), designation=GUIDED, kind="half-year", year=2016, areas=("supply",)
    )
    reading = RecordReading(
        actor=MINISTRY, basis=LETTER, of="guide-2016", point="Q-12", reading="8月15日", choice="august-15"
    )
    await filled(log, given(*HOLDERS, on("2016-08-12", report), on("2016-08-20", reading)))
    found = {}
    async with asking(database, reader=AUDITOR) as client:
        for day in ("2016-08-19", "2016-08-20"):
            page = await told(client, f"/v1/obligations?programme=demo-2015&as_of={day}")
            (duty,) = [o for o in page["titles"][0]["obligations"] if o["what"] == "half-year-report"]
            found[day] = (duty["due"], duty["state"], duty.get("days_late"), duty["rests"])
    assert found == {
        "2016-08-19": ("2016-08-10", "late", 2, "Q-12"),
        "2016-08-20": ("2016-08-15", "filed", None, "Q-12"),
    }


async def test_a_city_is_shown_nothing_of_the_projects_that_its_department_puts_forward(
    log: Log, database: Database
) -> None:
    g = given(
        *PROJECTS_OPENED,
        *recommended_projects(1, 2, seat="青岛市"),
        on("2019-04-08", closes_intake("青岛市")),
    )
    await filled(log, g)
    qingdao = find("青岛市").id
    shown = {}
    entity = project(1).split("/", 2)[2].rpartition("/")[0]
    for role, of in (("applicant", qingdao), ("provincial-unit", qingdao), ("applicant", entity)):
        async with asking(database, reader=Reader(Actor("p", role, of))) as client:  # type: ignore[arg-type]
            page = await told(client, "/v1/quotas/project-2019/2019?as_of=2019-05-01")
            shown[role, of] = sorted(
                e["entry"] for u in page["units"] for p in u["pools"] for e in p["put_forward"]
            )
    assert shown == {
        ("applicant", qingdao): [],
        ("provincial-unit", qingdao): sorted([project(1), project(2)]),
        ("applicant", entity): [project(1)],
    }


async def test_the_units_order_is_not_told_to_the_applicant_in_any_fact(log: Log, database: Database) -> None:
    await filled(log, given(*PROJECTS_OPENED, *recommended_projects(7), on("2019-04-08", closes_intake())))
    entity = project(7).split("/", 2)[2].rpartition("/")[0]
    async with asking(database, reader=Reader(Actor("p", "applicant", entity))) as client:
        page = await told(client, "/v1/events?topic=intake.closed&topic=application.recommended")
    assert len(page["events"]) == 2
    for leaf in page["events"]:
        assert "order" not in leaf["event"]["data"]
        assert "order" in leaf["event"]["withheld"]


async def test_a_project_that_moved_is_no_more_its_earlier_units(log: Log, database: Database) -> None:
    first, second = applies_as_project(1), applies_as_project(1, "青岛市")
    g = given(
        *PROJECTS_OPENED,
        on("2019-03-20", first),
        on("2019-03-21", Retract(actor=first.actor, case=project(1))),
        on("2019-03-22", second),
        on("2019-03-25", recommends_project(1, 1, "青岛市", case=f"{project(1)}/2")),
    )
    moved = g.ledger.events[-1]
    assert {tag for tag in moved.tags if tag.startswith("seat:")} == {f"seat:{find('青岛市').id}"}
    support = RecordArrangement(actor=unit("湖北省"), designation=project(1), kind="follow-up", words="跟踪")
    with refused("H-1"):
        g.when("2019-05-01", support)


async def test_a_refusal_calls_a_project_by_its_name_to_whoever_may_see_it(
    log: Log, database: Database
) -> None:
    ours = given(*PROJECTS_OPENED, *recommended_projects(1), on("2019-03-20", applies_as_project(2)))
    await filled(log, ours)
    async with Committer(database, log) as committer:
        refusal = await committer.carry_out(recommends_project(2, order=1))
    assert refusal.kind == "refused"
    whys = {}
    for reader in (AUDITOR, Reader(Actor("p-other", "applicant", "project:91110000100000000X"))):
        names = await names_then(log, refusal, date(2019, 4, 1), reader)
        answer = await what_became(Eyes(log, reader, names), refusal)
        assert isinstance(answer, Refusal)
        (broken,) = (b for b in answer.broken if b.code == "number-is")
        whys[reader.actor.role] = broken.why
    assert whys["auditor"] == f"第1号已由项目1（{project(1)}）占用"
    assert "项目1" not in whys["applicant"]
