"""A text is amended: the amendment on its maintainer's page, with nothing else changed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.access import Reader
from domain.commands import GrantException
from domain.duties import as_read, dues
from domain.events import (
    ApplicationSubmitted,
    DesignationAwarded,
    HistoricalDesignationRecorded,
    LedgerOpened,
    ProgressReported,
    RoundOpened,
    Source,
    decode,
)
from domain.history import believed
from domain.judging import rules_for
from domain.ledger import LEDGER
from domain.programme import Programme
from domain.programmes import PROGRAMMES, books_of, in_force
from domain.rules import EVER, Due, Facts, Held, Words
from eventlog.log import Log
from projections.asking.standpoint import Eyes
from projections.following.comparing import difference_from_rebuild
from projections.following.models import MODELS
from projections.following.projector import catch_up
from projections.model import definition
from projections.obligations.answer import owed
from projections.obligations.rows import Obligations
from projections.quotas.answer import quotas
from projections.quotas.rows import Quotas
from projections.why.answer import why
from projections.words.terms import category
from tests.support.city_round import CIRCULAR, MINISTRY, applied, awarded, cap
from tests.support.city_round import opened as opens_a_round
from tests.support.databases import AUDITOR
from tests.support.facts import event
from tests.support.given import Given, Step, given, judged, on, refused
from tests.support.live_rows import answered, standing
from tests.support.other_rounds import applies_as_pilot, opens
from tests.support.played_rounds import as_appended

PAGE = Path(__file__).parents[2] / "docs" / "amending-a-text.md"
BEFORE, AFTER = date(2024, 2, 29), date(2024, 3, 1)


def code() -> str:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def amended(monkeypatch: pytest.MonkeyPatch) -> Programme:
    names: dict[str, Any] = {"__name__": "amendment"}
    exec(compile(code(), str(PAGE), "exec"), names)
    programme = names["PILOT_2024"]
    assert isinstance(programme, Programme)
    monkeypatch.setitem(PROGRAMMES, programme.id, programme)
    return programme


def test_it_takes_fewer_than_forty_lines() -> None:
    assert len([line for line in code().splitlines() if line.strip()]) < 40


def a_round(day: str, name: str) -> tuple[Step, ...]:
    return (on(day, opens("pilot-2013", name)),)


def caps(g: Given, day: str, name: str) -> dict[str, int]:
    (opened,) = g.recorded(day, opens("pilot-2013", name))
    fact = decode(opened.topic, opened.data)
    assert isinstance(fact, RoundOpened)
    assert fact.text is not None
    return {cap.pool: cap.places for cap in fact.text.caps}


def test_each_day_has_its_edition(amended: Programme) -> None:
    assert [one.edition for one in amended.editions] == ["3", "2.1", "2", "1.1", "1"]
    for day, edition in (
        (date(1999, 1, 1), "1.1"),
        (date(2013, 12, 31), "1.1"),
        (BEFORE, "2.1"),
        (AFTER, "3"),
    ):
        of = in_force("pilot-2013", day)
        assert of is not None
        assert of.edition == edition
    ids = list(dict.fromkeys(rule.id for rule in amended.rules))
    assert "P13-13" not in ids
    assert ids[ids.index("P13-15") - 1] == "P13-9"


def test_the_cap_is_that_of_the_day_on_which_a_round_is_opened(amended: Programme) -> None:
    g = given()
    assert caps(g, "2024-02-29", "batch-2")["unit"] == 3
    assert caps(g, "2024-03-01", "batch-3")["unit"] == 4


def test_a_rule_ends_and_one_is_added_and_old_acts_are_unmoved(amended: Programme) -> None:
    bare = replace(applies_as_pilot("株洲市"), round="batch-2", led_by="市经济和信息化局", materials=())
    g = given(*a_round("2024-02-01", "batch-2"))
    with refused("P13-13"):
        g.recorded("2024-02-29", bare)
    with refused("P13-15"):
        g.recorded("2024-03-01", bare)
    (old,) = g.recorded("2024-02-29", replace(applies_as_pilot("株洲市"), round="batch-2", led_by="市工信局"))
    (new,) = g.recorded("2024-03-01", replace(applies_as_pilot("湘潭市"), round="batch-2", materials=()))
    assert old.judged is not None
    assert new.judged is not None
    assert old.judged["rulebook"] == "ledger/1.1 pilot-2013/2.1"
    assert new.judged["rulebook"] == "ledger/1.1 pilot-2013/3"
    assert "P13-15" in judged(new, "rules")
    assert {b.position for b in believed(g.ledger.events)} >= {old.position, new.position}


def test_a_reading_is_put_right_from_a_place_of_the_log_on() -> None:
    newest = PROGRAMMES["pilot-2013"]
    right = newest.amended("2-corrected", behind=100, without=("P13-13",))
    for place, edition in ((100, "2.1"), (101, "2-corrected"), (EVER, "2-corrected")):
        assert right.in_force(AFTER, place).edition == edition
    assert right.in_force(date(2013, 10, 10), 50).edition == "1.1"


def test_what_was_judged_before_is_judged_as_it_was_read_then() -> None:
    """A reading that is put right in every ledger, from now on."""
    newest = PROGRAMMES["pilot-2013"]
    assert newest.in_force(BEFORE, 50).edition == "2.1"
    assert newest.in_force(BEFORE, 50, ("ledger/1", "pilot-2013/2")).edition == "2", "by its name"
    assert newest.in_force(BEFORE, 50, ("2026-11-22.2",)).edition == "2", "before editions had names"
    assert newest.in_force(date(2013, 10, 10), 50, ("2026-11",)).edition == "1"


def test_a_reading_is_put_right_in_every_edition_that_has_it(amended: Programme) -> None:
    second = amended.before[0]
    corrected = second.amended("2-corrected", behind=100, without=("P13-13",))
    newest = amended.amended("3-corrected", behind=100, without=("P13-4",), beside=(corrected,))
    for day, place, edition in (
        (BEFORE, 100, "2.1"),
        (BEFORE, 101, "2-corrected"),
        (AFTER, 100, "3"),
        (AFTER, 101, "3-corrected"),
        (date(2013, 10, 10), 101, "1.1"),
    ):
        assert newest.in_force(day, place).edition == edition
    assert newest.in_force(AFTER, 101, {"pilot-2013/2"}).edition == "2", "as the event says"
    assert newest.until(second) == BEFORE
    assert newest.until(newest) is None


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"edition": "x", "without": ("P13-99",)}, "P13-99"),
        ({"edition": "2"}, "an edition 2 already"),
        ({"edition": "x", "since": date(2010, 1, 1)}, "lies before"),
    ],
)
def test_what_is_no_next_edition_is_refused(stated: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        PROGRAMMES["pilot-2013"].amended(**stated)


def test_the_rules_of_an_act_are_those_of_its_day_and_place(amended: Programme) -> None:
    act = applies_as_pilot("株洲市")
    for day, ends in ((BEFORE, True), (AFTER, False)):
        assert ("P13-13" in {rule.id for _, rule in rules_for(act, day)}) is ends
    assert LEDGER.cited == "ledger/1.1"


async def test_rebuilt_equals_live_and_why_tells_what_the_newest_would_say(
    amended: Programme, empty_log: Log
) -> None:
    """Acts before and behind the amendment."""
    g = given(*a_round("2024-02-01", "batch-2"))
    (old,) = g.recorded("2024-02-29", replace(applies_as_pilot("株洲市"), round="batch-2", led_by="市工信局"))
    caps(g, "2024-03-01", "batch-3")
    opened = LedgerOpened(ledger="00000000-0000-4000-8000-000000000001", name="x", kind="real")
    await empty_log.append([event(opened)])
    await empty_log.append([as_appended(one) for one in g.ledger.events])
    async with empty_log.pool.acquire() as connection:
        await catch_up(connection)
        assert await difference_from_rebuild(connection) is None
    told = answered(await why(Eyes(empty_log, AUDITOR), old.position + 1, len(g.ledger.events) + 1))
    assert told["judged"]["rulebook"] == "ledger/1.1 pilot-2013/2.1"
    assert told["judged"]["later"]["rulebook"] == "ledger/1.1 pilot-2013/3"
    (broken,) = told["judged"]["later"]["broken"]
    assert broken["rule"] == "P13-15"
    assert told["judged"]["later"]["otherwise"] == []
    of_a_round = answered(await why(Eyes(empty_log, AUDITOR), 2, len(g.ledger.events) + 1))["judged"]["later"]
    assert of_a_round["broken"] == []
    (otherwise,) = of_a_round["otherwise"]
    assert otherwise.startswith("“text”：")
    assert "示例〔2024〕1号" in otherwise
    public = answered(await why(Eyes(empty_log, Reader()), 2, len(g.ledger.events) + 1))
    assert "later" not in public["judged"]


# ------------------------------------------------------------------ titles that outlast an edition


def corrected(behind: int) -> Programme:
    """A reading of ours put right: no yearly report is owed, and 综合型 is counted in another pool."""
    return PROGRAMMES["city-2019"].amended(
        "1-corrected",
        behind=behind,
        without=("C19-15",),
        pools=lambda _category, _fields: ("all",),
        all_pools=("all",),
        categories={"all": ("信息消费示范城市", "demonstration city")},
        as_read=lambda due, _chosen: replace(due, due=date(2199, 12, 31)),
    )


def rules_owed(place: int, cited: tuple[str, ...] = (), since: date = AFTER) -> set[str]:
    held = Held("city-2019/2021/cn:420100", since, None, Facts((), since, since), None, place, cited)
    return {rule for _, rule, _ in dues("city-2019", held)}


def test_a_title_owes_what_the_edition_says_by_which_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROGRAMMES, "city-2019", corrected(100))
    assert "C19-15" in rules_owed(100)
    assert "C19-15" not in rules_owed(101)
    assert "C19-15" in rules_owed(101, ("ledger/1", "city-2019/1")), "as its event cites"
    for edition, due in (("1", AFTER), ("1-corrected", date(2199, 12, 31)), ("unknown", AFTER)):
        assert as_read(f"city-2019/{edition}", Due("x", AFTER), {}) == Due("x", due)


def test_rows_are_made_anew_when_a_text_is_amended(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {model.name: definition(model) for model in MODELS}
    monkeypatch.setitem(PROGRAMMES, "city-2019", corrected(100))
    assert all(definition(model) != before[model.name] for model in MODELS)


def test_what_an_edition_called_by_a_code_is_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    was = category("city-2019", "special", ("life",))
    monkeypatch.setitem(PROGRAMMES, "city-2019", corrected(100))
    assert category("city-2019", "special", ("life",)) == was
    assert category("city-2019", "all") == Words("信息消费示范城市", "demonstration city")


@pytest.mark.parametrize("deployed", ["before the titles", "between them", "behind them"])
async def test_titles_quotas_and_lists_of_before_are_told_as_they_were(
    deployed: str, empty_log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two titles, one known from a list and one awarded; the correction counts from before, between, or
    behind them. What was live before it is made anew and equals a rebuild; what was given before it counts,
    and owes, as before."""
    listed = HistoricalDesignationRecorded(
        designation="city-2019/2020/cn:440300",
        programme="city-2019",
        round="2020",
        subject="cn:440300",
        subject_name="深圳市",
        province="cn:440000",
        source=Source("示例"),
        category="comprehensive",
    )
    g = given(*opens_a_round(), *awarded("武汉市"))
    report = ProgressReported(designation=listed.designation, kind="yearly", year=2021)
    told = [event(listed, effective="2020-12-31"), *map(as_appended, g.ledger.events)]
    told.append(event(report, effective="2021-12-30"))
    opened = LedgerOpened(ledger="00000000-0000-4000-8000-000000000001", name="x", kind="real")
    await empty_log.append([event(opened)])
    await empty_log.append(told)
    of_list, of_award = 2, 2 + [e.topic for e in told].index(DesignationAwarded.topic)
    async with empty_log.pool.acquire() as connection:
        await catch_up(connection)
        before = await asked_of_both(empty_log)
        behind = {"before the titles": 1, "between them": of_list, "behind them": of_award}[deployed]
        monkeypatch.setitem(PROGRAMMES, "city-2019", corrected(behind))
        await catch_up(connection)
        assert await difference_from_rebuild(connection) is None
        after = await asked_of_both(empty_log)
    for round_, place in (("2020", of_list), ("2021", of_award)):
        is_of_before = place <= behind or round_ == "2021"  # its award cites the edition that judged it
        assert (after["owed"].get(round_) == before["owed"][round_]) is is_of_before
        used = {pool["pool"]: pool["used"] for pool in after["quotas"][round_]["pools"]}
        assert used.get("comprehensive", 0) == int(is_of_before)


async def asked_of_both(log: Log) -> dict[str, dict[str, Any]]:
    at = await standing(log, Obligations(), date(2024, 6, 1))
    holders = answered(await owed(at, programme="city-2019", subject=None, after=None, limit=10))
    at = await standing(log, Quotas(), date(2024, 6, 1))
    of = PROGRAMMES["city-2019"]
    return {
        "owed": {holder["round"]: holder for holder in holders},
        "quotas": {round_: answered(await quotas(at, of, round_)) for round_ in ("2020", "2021")},
    }


@pytest.mark.parametrize(("of", "binds"), [("guide-2016", ()), ("city-2019", ("demo-2015",))])
@pytest.mark.parametrize("when", [{"since": date(2023, 1, 1)}, {"behind": 100}])
def test_what_binds_a_title_is_its_own_edition(
    of: str, binds: tuple[str, ...], when: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another edition binds other programmes' titles: those of before owe what they owed."""
    day = date(2015, 12, 31)
    title = Held("demo-2015/2015/cn:440300", day, None, Facts((), day, day), None, 5)
    was = [(book.cited, rule) for book, rule, _ in dues("demo-2015", title)]
    later = replace(title, since=date(2023, 6, 1), place=101)
    monkeypatch.setitem(PROGRAMMES, of, PROGRAMMES[of].amended("2", binds=binds, **when))
    assert [(book.cited, rule) for book, rule, _ in dues("demo-2015", title)] == was
    bound = {book.id for book, _, _ in dues("demo-2015", later)}
    assert bound == ({"guide-2016", "city-2019"} if binds else set())


@pytest.mark.parametrize("cited", [("ledger/1", "city-2019/1"), ()])
def test_what_an_event_cites_judged_it_and_no_other_book(
    cited: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A book that newly binds a programme is deployed after its day: it binds nothing judged meanwhile."""
    monkeypatch.setitem(
        PROGRAMMES,
        "guide-2016",
        PROGRAMMES["guide-2016"].amended("2", since=date(2021, 1, 1), binds=("demo-2015", "city-2019")),
    )
    day = date(2021, 5, 1)
    books = [book.cited for book in books_of("city-2019", day, 50, cited)]
    assert books == (["city-2019/1"] if cited else ["city-2019/1.1", "guide-2016/2"])
    assert [book.cited for book in books_of("demo-2015", day, 50, ("ledger/1",))][-1] == "guide-2016/2"


ROUND = "2021"


@pytest.mark.parametrize("when", [{"since": date(2025, 1, 1)}, {"behind": 10_000}, {"behind": 0}])
@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2021, 4, 1), date(2024, 6, 1)])
@pytest.mark.parametrize("steps", [1, 2])
async def test_a_rounds_pools_are_those_of_the_edition_it_was_opened_by(
    when: dict[str, Any], day: date, steps: int, empty_log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened without caps; whoever looks, on whichever day, however much has come since."""
    g = given(*opens_a_round(), *applied("武汉市")[: steps - 1])
    opened = LedgerOpened(ledger="00000000-0000-4000-8000-000000000001", name="x", kind="real")
    await empty_log.append([event(opened), *map(as_appended, g.ledger.events)])
    if when == {"behind": 0}:  # behind this ledger's head, as it is deployed
        when = {"behind": len(g.ledger.events) + 1}
    monkeypatch.setitem(PROGRAMMES, "city-2019", _with_one_pool(**when))
    async with empty_log.pool.acquire() as connection:
        await catch_up(connection)
        assert await difference_from_rebuild(connection) is None
    for reader in (AUDITOR, Reader()):
        at = replace(await standing(empty_log, Quotas(), day), reader=reader)
        told = answered(await quotas(at, PROGRAMMES["city-2019"], ROUND))
        assert told["pools"][0]["pool"] == "comprehensive"
        assert "all" not in {pool["pool"] for pool in told["pools"]}


def _with_one_pool(**when: Any) -> Programme:
    return PROGRAMMES["city-2019"].amended(
        "2", without=("C19-6", "C19-9"), all_pools=("all",), pools=lambda _category, _fields: ("all",), **when
    )


@pytest.mark.parametrize("when", [{"since": date(2025, 1, 1)}, {"behind": 10_000}])
async def test_why_judges_pools_and_exceptions_by_the_newest_edition_and_tells_by_the_own(
    when: dict[str, Any], empty_log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cap of a pool, and an exception from a rule, that the newest edition does not have."""
    entry = "city-2019/2021/cn:420100"
    exempts = GrantException(actor=MINISTRY, basis=CIRCULAR, entry=entry, rule="C19-6", reason="x")
    g = given(*opens_a_round(caps=(cap("comprehensive", 3),)), *applied("武汉市"))
    (exempted,) = g.recorded("2021-07-01", exempts)
    opened = LedgerOpened(ledger="00000000-0000-4000-8000-000000000001", name="x", kind="real")
    await empty_log.append([event(opened), *map(as_appended, g.ledger.events)])
    head = len(g.ledger.events) + 1
    applied_at = 2 + [e.topic for e in g.ledger.events].index(ApplicationSubmitted.topic)
    sentence = (await why(Eyes(empty_log, AUDITOR), applied_at, head)).sentence
    assert "C19-9" in sentence.chinese
    monkeypatch.setitem(PROGRAMMES, "city-2019", _with_one_pool(**when))
    opened_at = 2 + [e.topic for e in g.ledger.events].index(RoundOpened.topic)
    for position, rule in ((opened_at, "L-11"), (exempted.position + 1, "H-2")):
        told = answered(await why(Eyes(empty_log, AUDITOR), position, head))["judged"]["later"]
        assert [broken["rule"] for broken in told["broken"]] == [rule]
    assert (await why(Eyes(empty_log, AUDITOR), applied_at, head)).sentence == sentence
