"""Plays a round over HTTP and keeps, of each operation, what was sent and what was answered.

`python -m tests.examples` writes api/examples.json and docs/openapi.json anew, on a server of its own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import orjson

from api.app import application
from api.commands import PATHS
from api.settings import Settings
from domain.commands import (
    Admit,
    Approve,
    ChangeSubject,
    Commend,
    Debar,
    DecideTie,
    DeclareInterest,
    Decline,
    GrantException,
    InspectSite,
    LodgeObjection,
    Reassess,
    RecordArrangement,
    RecordBonus,
    RecordIncident,
    RecordInspection,
    RecordReading,
    RecordSupport,
    Refer,
    ReportChange,
    ReportIndicator,
    ReportProgress,
    ResolveObjection,
    Retract,
    Supplement,
    Withdraw,
)
from domain.events import Criterion, Parameters
from domain.kernel import Document
from domain.rules import Command
from eventlog.database import Database
from eventlog.ledger import open_ledger
from eventlog.log import Log
from scripts.practice import BEGINNING, grant_all
from scripts.terminal import DRIVER
from tests import casts
from tests.acts import body_of
from tests.cast import (
    ADMINISTRATOR,
    AUTHORISED,
    CIRCULAR,
    DIGEST,
    EXPERT,
    FIVE,
    LETTER,
    MINISTRY,
    applies,
    awards,
    cap,
    case,
    city,
    closes,
    defence,
    form,
    notice,
    opens,
    proposes,
    recommends,
    review,
    scores,
    unit,
)
from tests.casts import applies_as_project, closes_intake, project, recommends_project
from tests.conftest import LEDGER, fresh_database, new_server

ROOT = Path(__file__).parent.parent
EXAMPLES, OPENAPI = ROOT / "api" / "examples.json", ROOT / "docs" / "openapi.json"
CITY, OTHER = "武汉市", "宜昌市"
TITLE = case(CITY)
Step = tuple[str, str | None, Command | dict[str, Any], str]


def steps() -> Iterator[Step]:
    """Day, whose token, the act (or its body), its name: an act of every kind, each accepted."""
    criteria = (Criterion("supply", "供给水平", 10_000, 10_000, CIRCULAR),)
    order = Document(number="令〔2023〕1号", title="清除令")
    caps = Parameters(caps=(cap("province/1-9", 2),))
    case_a, case_b, case_c = (
        project(number).replace("/2019/", "/2021/", 1) for number in (1, 2, 3)
    )
    praise = Document(number="国办发〔2021〕20号", issuer="国务院办公厅")
    bar = Document(title="关于取消资格的通报")
    plan = (
        ("2021-03-01", "MINISTRY", opens(criteria=criteria, caps=(cap("comprehensive", 3),))),
        ("2021-03-02", "ADMINISTRATOR", RecordReading(
            actor=MINISTRY, basis=CIRCULAR, of="city-2019", point="Q-9", reading="公示自次日起算")),
        ("2021-05-06", "CITY", applies(CITY)),
        ("2021-05-07", "CITY", Supplement(actor=city(CITY), case=TITLE, conditions=FIVE[2:3])),
        ("2021-05-07", "MINISTRY", applies(OTHER, actor=MINISTRY, basis=LETTER, received_on="2021-05-07")),
        ("2021-05-20", "UNIT", recommends(CITY)),
        ("2021-05-20", "UNIT", Decline(
            actor=unit("湖北省"), case=case(OTHER), unit="cn:420000", reason="材料不全")),
        ("2021-05-21", "MINISTRY", Retract(
            actor=MINISTRY, basis=LETTER, case=case(OTHER), reason="另行申报")),
        ("2021-05-24", "MINISTRY", GrantException(
            actor=MINISTRY, basis=CIRCULAR, entry=TITLE, rule="C19-6", reason="部长专题会议纪要")),
        ("2021-06-10", "MINISTRY", form(CITY)),
        ("2021-06-11", "OTHER_REVIEWER", DeclareInterest(
            actor=EXPERT, case=TITLE, explanation="曾任该市顾问")),
        *(("2021-06-12", "MINISTRY", act) for act in (
            casts.opens("project-2019", "2021", parameters=caps),
            *(applies_as_project(n, round="2021", actor=MINISTRY, basis=LETTER) for n in (1, 2, 3)),
        )),
        *(("2021-06-13", "UNIT", replace(
            recommends_project(n, n), case=case_, reviewed_on="2021-06-13"
        )) for n, case_ in ((1, case_a), (2, case_b), (3, case_c))),
        ("2021-06-14", "MINISTRY", replace(closes_intake(), round="2021")),
        ("2021-06-15", "MINISTRY", Retract(actor=MINISTRY, basis=LETTER, case=case_a, reason="停产")),
        ("2021-06-16", "MINISTRY", Admit(
            actor=MINISTRY, case=case_c, unit="cn:420000", reason="第1项已撤回，依次递补")),
        *(("2021-06-17", "MINISTRY", casts.review(case_)) for case_ in (case_b, case_c)),
        ("2021-06-18", "MINISTRY", DecideTie(
            actor=MINISTRY, order=(case_c, case_b), reason="部务会议决定")),
        ("2021-06-20", "REVIEWER", scores(CITY)),
        ("2021-06-21", "MINISTRY", RecordBonus(
            actor=MINISTRY, basis=praise, case=TITLE, points=200, words="典型经验做法获通报表扬")),
        ("2021-06-25", "MINISTRY", InspectSite(actor=MINISTRY, case=TITLE, findings="体验中心已建成")),
        ("2021-07-10", "MINISTRY", review(CITY)),
        ("2021-10-11", "MINISTRY", defence(CITY)),
        ("2021-11-01", "MINISTRY", proposes(CITY)),
        ("2021-11-03", "MINISTRY", Approve(
            actor=MINISTRY, list="1", approved=(TITLE,), by="ministry-meeting")),
        ("2021-11-05", "MINISTRY", notice(CITY)),
        ("2021-11-08", None, LodgeObjection(
            actor=MINISTRY, case=TITLE, words="体验中心尚未建成", author="某市民")),
        ("2021-11-10", "MINISTRY", ResolveObjection(
            actor=MINISTRY, case=TITLE, objection=1, upheld=False, reason="经核查不属实")),
        ("2021-11-15", "MINISTRY", closes(CITY)),
        ("2022-01-25", "MINISTRY", awards(CITY)),
        ("2022-03-01", "CITY", RecordArrangement(
            actor=city(CITY), designation=TITLE, kind="coordination-body", words="市信息消费领导小组")),
        ("2022-05-05", "MINISTRY", RecordSupport(
            actor=MINISTRY, designation=TITLE, kind="brand", words="品牌宣传")),
        ("2022-12-20", "CITY", ReportProgress(
            actor=city(CITY), designation=TITLE, kind="yearly", year=2022, sha256=DIGEST)),
        ("2022-12-21", "CITY", ReportIndicator(
            actor=city(CITY), designation=TITLE, indicator="broadband-20m", value=9_120, unit="%",
            period="2022")),
        ("2022-12-22", "CITY", ReportChange(
            actor=city(CITY), designation=TITLE, kind="other", words="市辖区调整")),
        ("2022-12-28", "MINISTRY", Commend(
            actor=MINISTRY, designation=TITLE, kind="excellent-application", words="智慧社区")),
        ("2023-05-10", "MINISTRY", Debar(
            actor=MINISTRY, basis=bar, of="incentive-2022", subject="cn:420100", unit="cn:420000",
            words="申报数据弄虚作假")),
        ("2023-05-11", "MINISTRY", Refer(
            actor=MINISTRY, of="incentive-2022", subject="cn:420100", to="有管理权限的单位",
            words="情节严重")),
        ("2023-06-01", "MINISTRY", RecordInspection(
            actor=MINISTRY, designation=TITLE, carried_out_by="部委托机构", passed=True)),
        ("2023-08-01", "MINISTRY", RecordIncident(
            actor=MINISTRY, basis=Document(title="事故认定书"), subject="cn:420100",
            kind="environmental", words="水体污染", happened_on="2023-07-01", grade="ordinary")),
        ("2024-06-03", "MINISTRY", Reassess(
            actor=MINISTRY, basis=Document(title="复查报告"), designation=TITLE, passed=False)),
        ("2024-07-01", "MINISTRY", Withdraw(
            actor=MINISTRY, basis=Document(number="公告〔2024〕9号", published="2024-07-01"),
            designation=TITLE, ground="2")),
    )  # fmt: skip
    yield from ((day, who, act, act.name) for day, who, act in plan)
    yield ("2024-07-02", "ADMINISTRATOR", {
        "principal": "p-new", "role": "reviewer", "unit": "independent", "token": DIGEST,
        "until": "2025-12-31"}, "grant-role")  # fmt: skip
    yield "2024-07-03", "ADMINISTRATOR", {"token": DIGEST, "reason": "改任"}, "revoke-role"
    erasure = {"basis": order.as_json(), "sealed": "?"}
    yield "2024-07-04", "ADMINISTRATOR", erasure, "erase"
    yield "2024-07-05", "MINISTRY", erasure, "confirm-erasure"
    yield "2024-07-06", "ADMINISTRATOR", {
        "principal": "p-deputy", "role": "ministry", "unit": "miit", "token": "ef" * 32,
        "until": "2025-12-31"}, "grant-role"  # fmt: skip
    yield "2024-07-07", "MINISTRY", {"principal": "p-deputy", "token": "ef" * 32}, "confirm-role"
    yield "2024-07-08", "ADMINISTRATOR", ChangeSubject(
        actor=ADMINISTRATOR, basis=Document(title="关于行政区划调整的批复"), kind="rename",
        subject="cn:420600", new_name="大襄阳市", reason="批复已公布"), "change-subject"  # fmt: skip
    yield "2024-07-08", "MINISTRY", {"proposal": "newest"}, "approve-correction"
    yield "2024-07-09", "ADMINISTRATOR", {**_AMENDS, "target": "review"}, "propose-correction"
    yield "2024-07-10", "MINISTRY", {"proposal": "newest"}, "approve-correction"
    yield (
        "2024-07-11",
        "ADMINISTRATOR",
        {**_AMENDS, "target": "score", "data": {"points": 1}},
        ("propose-correction"),
    )
    yield (
        "2024-07-12",
        "MINISTRY",
        {"proposal": "newest", "reason": "原件无误"},
        "reject-correction",
    )
    yield "2024-07-13", "MINISTRY", {
        "question": "?", "outcome": "let-stand", "reason": "称号已另行撤销",
        "basis": AUTHORISED.as_json()}, "decide-question"  # fmt: skip


_AMENDS = {
    "act": "amend", "data": {"passed": False}, "reason": "录入有误",
    "basis": {"number": "工信部信软函〔2024〕7号", "title": "关于更正的批复"},
}  # fmt: skip


async def _named(log: Log, body: dict[str, Any], name: str) -> None:
    """The positions that an act names, which are known only once the events are there."""
    events = [event async for event in log.stream()]

    def newest(*topics: str) -> int:
        return max(event.position for event in events if event.topic in topics)

    if name in {"erase", "confirm-erasure"}:
        (objection,) = [event for event in events if event.topic == "objection.lodged"]
        body["sealed"] = objection.data["author"]["sealed"]  # type: ignore[index,call-overload]
    if name == "propose-correction":
        topics = {"review": "review.concluded", "score": "score.recorded"}
        of_it = [e for e in events if e.topic == topics[body["target"]] and e.data["case"] == TITLE]
        body["target"] = of_it[-1].position
    if "proposal" in body:
        body["proposal"] = newest("correction.proposed")
    if name == "decide-question":
        body["question"] = newest("decision.questioned")


QUESTIONS = {
    "roster": ("AUDITOR", "/v1/rosters/city-2019?round=2021&as_of=2023-01-01"),
    "roster-diff": ("AUDITOR", "/v1/rosters/city-2019/diff?from=2022-01-01&to=2024-08-01"),
    "history": ("AUDITOR", "/v1/subjects/cn:420100/history?as_of=2021-05-31"),
    "quotas": ("MINISTRY", "/v1/quotas/city-2019/2021"),
    "quota-why": ("MINISTRY", "/v1/quotas/project-2019/2021/why?subject=cn:210200"),
    "selection": ("MINISTRY", "/v1/selections/incentive-2022/2022-industry"),
    "corrections": ("MINISTRY", "/v1/corrections?state=approved"),
    "correction": ("MINISTRY", "/v1/corrections/{proposal}"),
    "impact": ("MINISTRY", "/v1/corrections/{proposal}/impact"),
    "questions": ("MINISTRY", "/v1/questions?state=decided"),
    "programmes": (None, "/v1/programmes"),
    "rules": ("AUDITOR", "/v1/programmes/city-2019/rules"),
    "round": ("AUDITOR", "/v1/programmes/city-2019/rounds/2021"),
    "publicity": ("MINISTRY", "/v1/publicity/city-2019?as_of=2021-11-09"),
    "ranking": ("MINISTRY", "/v1/rankings/city-2019/2021"),
    "obligations": ("UNIT", "/v1/obligations?as_of=2023-06-30"),
    "why": (None, "/v1/events/{award}/why"),
    "events": (None, "/v1/events?tag=subject:cn:420100&limit=2"),
    "event": ("AUDITOR", "/v1/events/{award}"),
    "checkpoint": (None, "/v1/checkpoint"),
    "me": ("UNIT", "/v1/me"),
    "list-grants": ("AUDITOR", "/v1/grants"),
    "rule": (None, "/v1/rules/C19-8"),
    "outcome": ("CITY", "/v1/commands/example-apply"),
    "readiness": (None, "/readyz"),
}


async def play(database: Database, tokens: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The examples, by operation. tokens: those of the ledger, where it is open."""
    if tokens is None:
        async with await Log.open(database) as log:
            await open_ledger(
                log, ledger=LEDGER, name="practice", kind="simulated", actor=DRIVER, clock=BEGINNING
            )
        tokens = await grant_all(database)
    app = application(database, Settings(driven=True))
    found: dict[str, Any] = {}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ledger") as client,
    ):
        times: Counter[str] = Counter()
        for day, who, act, name in steps():
            body = body_of(act) if isinstance(act, Command) else dict(act)
            await _named(app.state.house.log, body, name)
            sent = {"Content-Type": "application/json", "Ledger-Clock": f"{day}T09:00:00+08:00",
                    "Idempotency-Key": f"example-{name}"}  # fmt: skip
            if who:
                sent["Authorization"] = f"Bearer {tokens[who]}"
            if times[name]:
                sent["Idempotency-Key"] += f"-{times[name] + 1}"
            times[name] += 1
            answer = await client.post(
                f"/v1/{PATHS[name]}", content=orjson.dumps(body), headers=sent
            )
            assert answer.status_code == 201, (name, answer.text)
            found.setdefault(name, {"request": body, "response": answer.json()})
        award, last = (
            found["award"]["response"]["first"],
            found["decide-question"]["response"]["last"],
        )
        named = {"award": award, "proposal": found["propose-correction"]["response"]["first"]}
        found["problems"] = {}
        for name, who, body in refused_steps():
            sent = {"Content-Type": "application/json", "Ledger-Clock": "2024-07-14T09:00:00+08:00",
                    "Idempotency-Key": "example-refused"}  # fmt: skip
            if who:
                sent["Authorization"] = f"Bearer {tokens[who]}"
            answer = await client.post(
                f"/v1/{PATHS[name]}", content=orjson.dumps(body), headers=sent
            )
            kind = answer.json()["type"].removeprefix("/problems/")
            found["problems"][kind] = answer.json()
        for name, (who, url) in QUESTIONS.items():
            at_least = f"{'&' if '?' in url else '?'}at_least={last}" if url[:3] == "/v1" else ""
            shown = {"Authorization": f"Bearer {tokens[who]}"} if who else {}
            answer = await client.get(url.format(**named) + at_least, headers=shown)
            assert answer.status_code == 200, (name, answer.text)
            found[name] = {"response": answer.json()}
            if also := ALSO.get(name):
                found[name]["also"] = {
                    media: await _in(client, f"{url.format(**named)}{extra}", media, shown)
                    for media, extra in also.items()
                }
    return found


async def _in(client: httpx.AsyncClient, url: str, media: str, shown: dict[str, str]) -> object:
    """The same answer in another form."""
    answer = await client.get(url, headers={**shown, "Accept": media})
    assert answer.headers["content-type"].startswith(media), answer.text
    return answer.json() if "json" in media and "nd" not in media else answer.text


def refused_steps() -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """Acts that are not carried out, for other reasons each."""
    yield "apply", "CITY", body_of(applies(CITY, "life"))
    yield "award", "CITY", body_of(awards(CITY))
    yield "award", None, body_of(awards(CITY))
    yield "review-formally", "MINISTRY", body_of(form("昆明市"))
    yield "apply", "CITY", {"of": "city-2019", "effective": 20210501}
    yield "report-progress", "CITY", {"designation": TITLE, "kind": "regular"}


ALSO = {  # of which answers other forms are kept: media type, what the question says more
    "roster": {"text/csv": "&format=csv"},
    "quotas": {"text/csv": "?format=csv"},
    "events": {"application/x-ndjson": "", "application/cloudevents-batch+json": ""},
    "event": {"application/cloudevents+json": ""},
    "checkpoint": {"text/plain": ""},
}


async def write() -> None:
    with new_server() as server:
        server.start()
        await Database.embedded(server, "template_ledger").migrate()
        async with fresh_database(server, "template_ledger") as database:
            found = await play(database)
    EXAMPLES.write_bytes(_page(found))
    OPENAPI.write_bytes(published())


def published() -> bytes:
    """The description as it is published."""
    app = application(Database("", ""))
    return _page(app.openapi())


def _page(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    asyncio.run(write())
