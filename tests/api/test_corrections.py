"""Corrections, questions, changes of divisions and two views of a roster, over HTTP.

One file: all is asked about one ledger, in which an error was found.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import orjson
import pytest

from domain.acts import COMMANDS
from domain.events import Cap, Criterion, LedgerOpened, Parameters, RoundOpened, SubjectChanged
from domain.kernel import Event
from eventlog.database import Database
from eventlog.log import Log
from projections.following.projector import catch_up
from tests.support.asking import PATIENT, asking
from tests.support.city_round import (
    ADMINISTRATOR,
    AUTHORISED,
    CIRCULAR,
    MINISTRY,
    awards,
    cap,
    case,
    closes,
    defence,
    founds,
    notice,
    opened,
    passed_form,
    proposes,
    review,
    scores,
    token_of,
)
from tests.support.databases import LEDGER
from tests.support.facts import TESTER, designation, event
from tests.support.given import given, on, stands
from tests.support.played_rounds import as_appended
from tests.support.serving import as_who
from tests.support.states import begins

BASIS = AUTHORISED.as_json()
CRITERIA = (Criterion("supply", "供给水平", 10_000, 10_000, CIRCULAR),)
WUHAN, XIANGYANG = case("武汉市"), case("襄阳市")
BOTH = ("武汉市", "襄阳市")


def the_past() -> list[Any]:
    """Wuhan is awarded the one place, ahead of Xiangyang; Laiwu's and Jinan's titles are announced."""
    return given(
        stands(LedgerOpened(ledger=str(LEDGER), name="x", kind="simulated"), "2019-06-01"),
        *(on("2019-06-01", act) for act in founds()),
        stands(designation("莱芜市", "2015", programme="demo-2015"), "2016-01-01"),
        *opened(criteria=CRITERIA, caps=(cap("comprehensive", 1),)),
        *passed_form(*BOTH),
        on("2021-06-20", scores("武汉市", 9_200)),
        on("2021-06-20", scores("襄阳市", 8_800)),
        *(on("2021-07-10", review(name)) for name in BOTH),
        on("2021-10-10", defence("武汉市")),
        on("2021-11-01", proposes("武汉市")),
        on("2021-11-05", notice("武汉市")),
        on("2021-11-15", closes("武汉市")),
        on("2022-01-25", awards("武汉市")),
    ).ledger.events


class Asking:
    """A client, and who it is."""

    def __init__(self, client: httpx.AsyncClient, log: Log) -> None:
        self._client, self.log = client, log

    async def get(self, url: str, who: Any = MINISTRY, status: int = 200) -> Any:
        async with self.log.pool.acquire() as connection:
            await catch_up(connection)
        answer = await self._client.get(f"/v1/{url}", headers=as_who(who and token_of(who)))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def post(self, name: str, who: Any, status: int = 201, day: str = "", **body: Any) -> Any:
        clock = {"Ledger-Clock": f"{day}T09:00:00+08:00"} if day else {}
        answer = await self._client.post(
            f"/v1/{COMMANDS[name].collection}",
            content=orjson.dumps(body),
            headers={**as_who(token_of(who)), "Content-Type": "application/json", **clock},
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    async def changed(self, kind: str, **stated: Any) -> Any:
        """A division, by two people."""
        told = await self.post(
            "change-subject", ADMINISTRATOR, kind=kind, reason="批复", basis=BASIS, **stated
        )
        return await self.post("approve-correction", MINISTRY, proposal=told["first"])

    async def proposed(self, kind: str, **stated: Any) -> int:
        told = await self.post(
            "propose-correction", ADMINISTRATOR, act=kind, reason="录入有误", basis=BASIS, **stated
        )
        return int(told["first"])

    async def at(self, topic: str) -> int:
        return max(e.position for e in await self.log.read(limit=1_000) if e.topic == topic)


@begins()
async def to_be_corrected(log: Log) -> None:
    for past in the_past():
        await log.append([as_appended(past)], clock=past.recorded_at)


@pytest.fixture
async def ask(to_be_corrected: Log, database: Database) -> AsyncIterator[Asking]:
    async with asking(database, settings=replace(PATIENT, driven=True)) as client:
        yield Asking(client, to_be_corrected)


async def test_an_approver_sees_what_is_there_what_is_to_stand_and_who_else_asks(ask: Asking) -> None:
    score = await ask.at("review.concluded")
    one = await ask.proposed("amend", target=score, data={"passed": False})
    two = await ask.proposed("annul", target=score)
    for id_, other in ((one, two), (two, one)):
        told = (await ask.get(f"corrections/{id_}"))["correction"]
        assert [o["id"] for o in told["others_open"]] == [other]
        assert told["recorded"]["data"]["passed"] is True
        assert told["believed"]["data"]["passed"] is True
        assert told["reason"]["value"] == "录入有误"
    told = (await ask.get(f"corrections/{one}"))["correction"]
    assert told["replacement"]["data"]["passed"] is False
    await ask.post("approve-correction", MINISTRY, proposal=one)
    told = (await ask.get(f"corrections/{one}"))["correction"]
    assert (told["state"], told["believed"]["data"]["passed"]) == ("approved", False)
    assert told["recorded"]["data"]["passed"] is True, "the original stays readable beside it"
    await ask.post("reject-correction", MINISTRY, proposal=two, reason="已更正")
    listed = (await ask.get("corrections"))["corrections"]
    assert [(c["id"], c["state"]) for c in listed] == [(two, "rejected"), (one, "approved")]
    assert [c["id"] for c in (await ask.get("corrections?state=approved"))["corrections"]] == [one]
    assert [c["id"] for c in (await ask.get(f"corrections?event={score}&limit=1"))["corrections"]] == [two]
    then = await ask.get(f"corrections?as_known={two}")
    assert {c["state"] for c in then["corrections"]} == {"open"}, "as it was known then"
    page = await ask.get("corrections?limit=1")
    rest = await ask.get(f"corrections?limit=1&cursor={page['next']}")
    assert [c["id"] for c in rest["corrections"]] == [one]


async def test_the_impact_says_what_would_change_from_which_day_on(ask: Asking) -> None:
    award = await ask.at("designation.awarded")
    id_ = await ask.proposed("annul", target=award)
    told = await ask.get(f"corrections/{id_}/impact")
    (gone,) = told["roster"]["gone"]
    assert (gone["designation"], gone["from_latest"], told["roster"]["new"]) == (WUHAN, "2022-01-25", [])
    (figure,) = told["figures"]
    assert (figure["pool"], figure["since"]) == ("comprehensive", "2022-01-25")
    assert (figure["before"]["used"], figure["after"]["used"]) == (1, 0)
    assert {row["designation"] for row in told["obligations"]["gone"]} == {WUHAN}
    again = (await ask.get(f"corrections/{id_}/impact"))["roster"]
    await ask.post("approve-correction", MINISTRY, proposal=id_)
    settled = await ask.get(f"corrections/{id_}/impact")
    assert settled["roster"] == again, "of one that is settled: what it changed then"
    assert settled["as_known"] < (await ask.log.head()).position


async def test_the_impact_says_what_ranks_otherwise_what_rested_on_it_and_what_was_refused(
    ask: Asking,
) -> None:
    events = await ask.log.read(limit=1_000)
    score = next(e for e in events if e.topic == "score.recorded" and e.data["case"] == WUHAN)
    id_ = await ask.proposed("amend", target=score.position, data={"points": 2_900})
    told = await ask.get(f"corrections/{id_}/impact")
    ranks = {r["case"]: (r["before"]["rank"], r["after"]["rank"]) for r in told["ranking"]}
    assert ranks == {WUHAN: (1, 2), XIANGYANG: (2, 1)}
    assert "designation.awarded" in {r["topic"] for r in told["rested"]}
    assert [(q["topic"], q["ground"]) for q in told["questions"]] == [("designation.awarded", "outranked")]
    assert (await ask.get("questions"))["questions"] == [], "nothing is asked before it is approved"
    award = await ask.at("designation.awarded")
    await ask.post(
        "award",
        MINISTRY,
        409,
        list="1",
        basis=BASIS,
        honours=[{"case": WUHAN, "title": "信息消费示范城市(综合型)", "category": "comprehensive"}],
    )
    other = await ask.proposed("annul", target=award)
    (refusal,) = (await ask.get(f"corrections/{other}/impact"))["refusals"]
    assert (refusal["act"], "L-1" in refusal["rules"]) == ("award", True)


async def test_what_is_called_into_question_waits_and_is_decided(ask: Asking) -> None:
    review_ = await ask.log.read(limit=1_000)
    wuhans = next(e for e in review_ if e.topic == "review.concluded" and e.data["case"] == WUHAN)
    id_ = await ask.proposed("amend", target=wuhans.position, data={"passed": False})
    before = (await ask.log.head()).position
    told = await ask.post("approve-correction", MINISTRY, proposal=id_)
    assert told["last"] > told["first"]
    waiting = (await ask.get("questions?state=open"))["questions"]
    assert "designation.awarded" in {q["topic"] for q in waiting}
    assert {q["proposal"] for q in waiting} == {id_}
    shown = (await ask.get(f"corrections/{id_}"))["correction"]["questions"]
    assert {q["id"] for q in shown} == {q["id"] for q in waiting}
    award = next(q for q in waiting if q["topic"] == "designation.awarded")
    roster = (await ask.get("rosters/city-2019?as_of=2024-01-01"))["titles"]
    assert [t["status"] for t in roster] == ["holds"], "nothing is undone silently"
    await ask.post(
        "decide-question", MINISTRY, question=award["id"], outcome="withdraw", reason="x", basis=BASIS
    )
    assert award["id"] not in {q["id"] for q in (await ask.get("questions?state=open"))["questions"]}
    decided = next(q for q in (await ask.get("questions"))["questions"] if q["id"] == award["id"])
    assert decided["decided"]["outcome"] == "withdraw"
    assert (await ask.get(f"questions?as_known={before}"))["questions"] == []


async def test_corrections_and_questions_stand_as_they_stood_on_a_day(ask: Asking) -> None:
    of_wuhan = await ask.at("designation.awarded")
    reviewed = next(
        e
        for e in await ask.log.read(limit=1_000)
        if e.topic == "review.concluded" and e.data["case"] == WUHAN
    )
    proposed = await ask.post(
        "propose-correction",
        ADMINISTRATOR,
        day="2023-02-01",
        act="amend",
        reason="录入有误",
        target=reviewed.position,
        data={"passed": False},
        basis=BASIS,
    )
    id_ = proposed["first"]
    approved = await ask.post("approve-correction", MINISTRY, day="2023-02-03", proposal=id_)
    questions = (await ask.get(f"events/{of_wuhan}/why"))["questions"]
    assert [q["state"] for q in questions] == ["open"]
    await ask.post(
        "decide-question",
        MINISTRY,
        day="2023-02-05",
        question=questions[0]["id"],
        outcome="let-stand",
        reason="x",
        basis=BASIS,
    )

    async def on_day(day: str) -> tuple[list[str], list[str]]:
        corrections = await ask.get(f"corrections?as_of={day}")
        asked = await ask.get(f"questions?as_of={day}")
        assert corrections["as_of"] == asked["as_of"] == day
        of_award = [q["state"] for q in asked["questions"] if q["decision"] == of_wuhan]
        return [c["state"] for c in corrections["corrections"]], of_award

    assert await on_day("2023-01-31") == ([], [])
    assert await on_day("2023-02-02") == (["open"], [])
    assert await on_day("2023-02-04") == (["approved"], ["open"])
    assert await on_day("2023-02-05") == (["approved"], ["decided"])
    still_open = (await ask.get("corrections?state=open&as_of=2023-02-02"))["corrections"]
    assert [c["settled_by"] for c in still_open] == [None]
    before = await ask.get(f"events/{of_wuhan}/why?as_known={approved['first'] - 1}")
    assert before["questions"] == []
    of_review = await ask.get(f"events/{reviewed.position}/why")
    assert of_review["corrected_since"] == [approved["first"]]


async def test_corrections_are_shown_to_those_who_see_all(ask: Asking) -> None:
    id_ = await ask.proposed("annul", target=await ask.at("designation.awarded"))
    for url in ("corrections", f"corrections/{id_}", f"corrections/{id_}/impact", "questions"):
        told = await ask.get(url, None, 403)
        assert told["type"] == "/problems/not-for-you"
    for missing in (3, 99_999):
        for url in (f"corrections/{missing}", f"corrections/{missing}/impact"):
            assert (await ask.get(url, status=404))["type"] == "/problems/no-such-correction"


async def test_the_past_is_answered_as_it_was(ask: Asking) -> None:
    """As known before a correction, every answer is the one that was given then."""
    urls = [
        "rosters/city-2019",
        "quotas/city-2019/2021",
        "publicity/city-2019",
        "rankings/city-2019/2021",
        "obligations",
        "subjects/cn:420100/history",
        "programmes/city-2019/rounds/2021",
        "events?limit=500",
        "grants",
        "programmes/city-2019/rules",
        "subjects/cn:371200/history",
    ]
    known = (await ask.log.head()).position
    day = "as_of=2026-01-01"
    before = {url: await ask.get(f"{url}{'&' if '?' in url else '?'}{day}") for url in urls}
    id_ = await ask.proposed("annul", target=await ask.at("designation.awarded"))
    await ask.post("approve-correction", MINISTRY, proposal=id_)
    await ask.changed("rename", subject="cn:420100", new_name="新武汉市")
    for url in urls:
        asked = f"{url}{'&' if '?' in url else '?'}{day}&as_known={known}"
        assert await ask.get(asked) == before[url], url
    assert (await ask.get(f"rosters/city-2019?{day}")) != before["rosters/city-2019"]
    history = await ask.get(f"subjects/cn:420100/history?{day}")
    assert {e["subject"]["today"] for e in history["history"]} == {"新武汉市"}


async def test_two_views_of_a_roster_are_compared(ask: Asking) -> None:
    known = (await ask.log.head()).position
    award = await ask.at("designation.awarded")
    url = "rosters/city-2019/diff?round=2021&from=2021-01-01&to=2023-01-01"
    (change,) = (await ask.get(url))["changes"]
    assert (change["change"], change["by"], change["before"]) == ("added", [award], [])
    assert (await ask.get("rosters/city-2019/diff?from=2023-01-01&to=2023-01-01"))["changes"] == []
    id_ = await ask.proposed("amend", target=award, takes_effect="2022-02-01")
    told = await ask.post("approve-correction", MINISTRY, proposal=id_)
    moved = await ask.get(f"rosters/city-2019/diff?from=2023-01-01@{known}&to=2023-01-01")
    (change,) = moved["changes"]
    assert (change["change"], change["by"]) == ("changed", [told["first"]])
    assert change["fields"] == ["announced", "held_from"]
    back = await ask.get(f"rosters/city-2019/diff?from=2023-01-01&to=2023-01-01@{known}")
    assert back["changes"][0]["by"] == [told["first"]]
    for bad in ("from=yesterday", "from=2023-01-01@x", "from=@99999", "to=2023-01-01"):
        assert (await ask.get(f"rosters/city-2019/diff?{bad}", status=422))["type"]


async def test_a_history_crosses_a_merger_under_the_name_of_the_time(ask: Asking) -> None:
    await ask.changed("rename", subject="cn:370100", new_name="泉城市")
    told = await ask.get("subjects/泉城市/history")
    assert told["subject"]["id"] == "cn:370100"
    assert [c["name"] for c in told["subject"]["changes"]] == ["泉城市"]
    whose = {(e["subject"]["id"], e["subject"]["then"], e["subject"]["today"]) for e in told["history"]}
    assert ("cn:371200", "莱芜市", "莱芜市") in whose, "what went into it, under its own name"
    merger = await ask.changed("merger", subject="cn:420100", ends=True, into=[{"id": "cn:420600"}])
    assert merger["last"] == merger["first"] + 2, "it is public, and calls the title into question"
    (asked,) = (await ask.get("questions?state=open"))["questions"]
    assert (asked["ground"], asked["about"]) == ("merged", WUHAN)
    history = (await ask.get("subjects/襄阳/history"))["history"]
    assert {"cn:420100", "cn:420600"} == {e["subject"]["id"] for e in history}
    assert len({(e["event"], e["known_since"]) for e in history}) == len(history), "each once"
    titles = (await ask.get("rosters/city-2019?as_of=2026-01-01"))["titles"]
    assert [t["subject"]["id"] for t in titles] == ["cn:420100"], "until a decision (Q-19)"


async def test_the_feed_has_two_dates(ask: Asking) -> None:
    whole = (await ask.get("events?limit=1000"))["events"]
    by_then = (await ask.get("events?limit=1000&as_of=2021-05-31"))["events"]
    assert 0 < len(by_then) < len(whole)
    assert all(e["event"]["effective"] <= "2021-05-31" for e in by_then if "effective" in e["event"])
    assert len((await ask.get("events?limit=1000&as_known=10"))["events"]) == 10
    page = await ask.get("events?limit=3&as_known=10&as_of=2021-05-31")
    rest = await ask.get(f"events?limit=1000&as_known=10&as_of=2021-05-31&cursor={page['next']}")
    known_then = [e["event"]["position"] for e in by_then if e["event"]["position"] <= 10]
    assert [e["event"]["position"] for e in (*page["events"], *rest["events"])] == known_then


async def test_a_change_that_has_not_come_yet_and_one_that_is_none_rename_nobody(ask: Asking) -> None:
    later = SubjectChanged(kind="rename", subject="cn:420100", name="将来市")
    stray = Event("weather.recorded", frozenset({"register:divisions"}), {}, TESTER)
    at = (await ask.log.read(limit=1, backwards=True))[0].recorded_at
    await ask.log.append([event(later, "2099-01-01"), stray], clock=at)
    told = await ask.get("subjects/cn:420100/history")
    assert told["subject"]["name"] == "武汉市"
    assert (await ask.get("me"))["actor"]["role"] == "ministry"


async def test_a_subject_is_described_as_it_was_known(ask: Asking) -> None:
    known = (await ask.log.head()).position
    url = "subjects/cn:420100/history"
    before = (await ask.get(url))["subject"]
    await ask.changed("rename", subject="cn:420100", new_name="新武汉市")
    assert (await ask.get(url))["subject"]["name"] == "新武汉市"
    assert (await ask.get(f"{url}?as_known={known}"))["subject"] == before
    assert (await ask.get(f"subjects/新武汉市/history?as_known={known}"))["subject"] == before


async def test_the_impact_counts_in_every_round_and_from_each_day_on(ask: Asking) -> None:
    """Who holds a place counts in other rounds that count holders; another title stays beside it."""
    at = (await ask.log.read(limit=1, backwards=True))[0].recorded_at
    holders = Cap("comprehensive", 1, CIRCULAR, counts="holders")
    await ask.log.append(
        [
            event(
                RoundOpened(programme="city-2019", round="2023", parameters=Parameters(caps=(holders,))),
                "2022-03-01",
            ),
            event(designation("昆明市", "2021"), "2022-09-01"),
        ],
        clock=at,
    )
    id_ = await ask.proposed("annul", target=await ask.at("designation.awarded"))
    figures = (await ask.get(f"corrections/{id_}/impact"))["figures"]
    told = [(f["round"], f["since"], f["before"]["used"], f["after"]["used"]) for f in figures]
    assert ("2021", "2022-01-25", 1, 0) in told
    assert ("2021", "2022-09-01", 2, 1) in told
    assert ("2023", "2022-03-01", 1, 0) in told
    await ask.post("approve-correction", MINISTRY, proposal=id_)
    for round_, day, _, after in told:
        pools = (await ask.get(f"quotas/city-2019/{round_}?as_of={day}"))["pools"]
        assert next(p["used"] for p in pools if p["pool"] == "comprehensive") == after


async def test_the_impact_says_when_a_proposal_cannot_be_approved_any_more(ask: Asking) -> None:
    award = await ask.at("designation.awarded")
    one = await ask.proposed("annul", target=award)
    other = await ask.proposed("amend", target=award, takes_effect="2022-02-01")
    assert (await ask.get(f"corrections/{other}/impact"))["stands"] is True
    await ask.post("approve-correction", MINISTRY, proposal=one)
    told = await ask.get(f"corrections/{other}/impact")
    assert (told["stands"], "struck out" in told["why_not"][0]) == (False, True)
    await ask.post("approve-correction", MINISTRY, 409, proposal=other)


async def test_what_a_correction_supplied_is_shown_to_the_public_on_every_page(ask: Asking) -> None:
    data = designation("昆明市", "2021").as_data()
    id_ = await ask.proposed(
        "supply", topic="historical-designation.recorded", data=data, takes_effect="2022-01-25"
    )
    await ask.post("approve-correction", MINISTRY, proposal=id_)
    page = await ask.get("programmes/city-2019/rounds/2021", None)
    roster = await ask.get("rosters/city-2019?round=2021&as_of=2026-01-01", None)
    assert page["happened"]["titles"] == len(roster["titles"]) == 2
