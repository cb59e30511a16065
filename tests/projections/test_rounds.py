"""What the read models of rounds say of cases that are not plain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from domain.commands import Retract
from domain.events import (
    ApplicationSubmitted,
    Criterion,
    DesignationAwarded,
    DesignationWithdrawn,
    Fact,
    ObjectionLodged,
    Parameters,
    PublicityOpened,
    ReadingRecorded,
    ScoreRecorded,
    Sealed,
)
from domain.history import believed
from domain.kernel import Recorded
from domain.programmes.city_2019 import CITY_2019
from eventlog.database import Database
from eventlog.log import Log
from projections.following import projector, rebuilding
from projections.following.comparing import difference_from_rebuild
from projections.model import ReadModel, Row
from projections.publicity.rows import PublicityPeriods
from projections.quotas.answer import quotas
from projections.quotas.rows import Quotas
from projections.ranking.answer import ranking
from projections.ranking.rows import Ranking
from projections.roster.rows import Roster, status
from tests.support.city_round import CIRCULAR, EXPERT, case, city, opened, passed_form, review, scores
from tests.support.facts import designation, event, recorded
from tests.support.given import Given, given, on
from tests.support.live_rows import standing
from tests.support.played_rounds import as_appended

ENTRY = case("武汉市")
SEALED = Sealed("0" * 64)


def rows(model: ReadModel, *facts: tuple[Fact, str]) -> list[dict[str, object]]:
    """The rows of Wuhan's entry, by column."""
    log: Sequence[Recorded] = [recorded(n, fact, day) for n, (fact, day) in enumerate(facts, 2)]
    folded: list[Row] = list(model.fold(ENTRY, believed(log)))
    return [dict(zip(model.columns, row, strict=True)) for row in folded]


def test_an_end_without_a_first_day_leaves_it_possible_only() -> None:
    title = designation("武汉市", "2021")
    end = DesignationWithdrawn(designation=title.designation, ground="1")
    (row,) = rows(Roster(), (title, "2022-01-25"), (end, "../2024-01-01"))
    assert status(row, date(2022, 6, 1)) == ("holds", False)  # type: ignore[arg-type]
    assert status(row, date(2024, 1, 1)) == ("held", True)  # type: ignore[arg-type]


def test_a_title_that_ended_by_itself_holds_no_place() -> None:
    title = designation("武汉市", "2021", held_until="2020-12-31")
    told = {row["measure"]: row["until"] for row in rows(Quotas(), (title, "2018-01-01"))}
    assert str(told["held"]) == "2021-01-01"
    assert told["awarded"] is None


def test_an_objection_stands_under_the_notice_of_its_time() -> None:
    first = PublicityOpened(case=ENTRY, list="1", where="x", until="2021-11-12")
    second = replace(first, until="2021-12-12")
    objection = ObjectionLodged(case=ENTRY, objection=1, within=True, words=SEALED)
    told = rows(PublicityPeriods(), (first, "2021-11-05"), (objection, "2021-11-06"), (second, "2021-12-01"))
    assert [row["notice"] for row in told if row["kind"] == "objection"] == [2]


SUPPLY = Criterion("supply", "供给水平", 10_000, 6_000, CIRCULAR)


async def ranked(log: Log, g: Given) -> list[tuple[str, str]]:
    """The ranking of what was given: who, and the total."""
    for one in g.ledger.events:
        await log.append([as_appended(one)])
    async with log.pool.acquire() as connection:
        await projector.catch_up(connection, Ranking())
    at = await standing(log, Ranking(), date(2030, 1, 1))
    page = await ranking(at, CITY_2019, "2021")
    return [(ranked.subject.name, ranked.total) for ranked in page.ranking]


async def test_a_weight_set_between_two_scores_is_the_criterions(log: Log) -> None:
    reading = ReadingRecorded(
        programme="city-2019",
        point="Q-11",
        reading="权重",
        round="2021",
        parameters=Parameters(criteria=(SUPPLY,)),
    )
    g = given(*opened(), *passed_form("武汉市", "昆明市"), on("2021-06-12", scores("武汉市", 9_000)))
    g.ledger.record(reading, "2021-06-13")
    g.when("2021-06-14", scores("武汉市", 8_000, by=replace(EXPERT, principal="p-2")))
    g.when("2021-06-14", scores("昆明市", 9_500))
    for name in ("武汉市", "昆明市"):
        g.when("2021-07-01", review(name))
    assert await ranked(log, g) == [("昆明市", "95.0000"), ("武汉市", "85.0000")]


async def test_without_weights_all_criteria_count_alike(log: Log) -> None:
    g = given(*opened(), *passed_form("武汉市", "昆明市"))
    for criterion in ("supply", "coverage"):
        g.when("2021-06-12", scores("武汉市", 6_000, criterion=criterion))
    g.when("2021-06-12", scores("昆明市", 9_500))
    for name in ("武汉市", "昆明市"):
        g.when("2021-07-01", review(name))
    assert await ranked(log, g) == [("昆明市", "95.0000"), ("武汉市", "60.0000")]


async def test_a_case_that_was_taken_back_has_no_rank(log: Log) -> None:
    g = given(*opened(), *passed_form("武汉市", "昆明市"))
    for name, points in (("武汉市", 9_900), ("昆明市", 9_500)):
        g.when("2021-06-12", scores(name, points))
        g.when("2021-07-01", review(name))
    g.when("2021-07-02", Retract(actor=city("武汉市"), case=ENTRY))
    assert await ranked(log, g) == [("昆明市", "95.0000")]


ODD: list[tuple[Fact, str | None]] = [
    (
        ApplicationSubmitted(
            case=ENTRY, category="special", province="cn:420000", channel="unit", pools=("city-2019/2021/x",)
        ),
        "2021-05-01",
    ),
    (
        ScoreRecorded(case="city-2019/2021/cn:420100/7", reviewer="p", criterion="supply", points=5),
        "2021-05-01",
    ),
    (ScoreRecorded(case="city-2019/2021/cn:420100", reviewer="p", criterion="supply", points=5), None),
    (DesignationWithdrawn(designation=ENTRY, ground="1"), "0001-01-01"),
    (
        DesignationAwarded(
            case=ENTRY,
            designation="city-2019/2021/cn:440300",
            list="1",
            title="x",
            category="special",
            province="cn:420000",
            year=2021,
        ),
        "2022-01-25",
    ),
    (
        DesignationAwarded(
            case=ENTRY,
            designation=ENTRY,
            list="1",
            title="x",
            category="special",
            province="cn:420000",
            year=2021,
        ),
        "9998-01-25",
    ),
    (designation("武汉市", "2021", held_until="9999-12-31"), None),
]


@pytest.mark.parametrize("first", range(len(ODD)))
async def test_odd_facts_stop_no_read_model(log: Log, database: Database, first: int) -> None:
    """Each in turn first, one event a page: live equals rebuilt."""
    async with log.pool.acquire() as connection:
        await rebuilding.ensure(connection)
        for fact, day in (*ODD[first:], *ODD[:first]):
            await log.append([event(fact, day)])
            await projector.catch_up(connection)
        assert await difference_from_rebuild(connection) is None
    assert await quotas(await standing(log, Quotas(), date(2030, 1, 1)), CITY_2019, "2021")
