"""What a roster says of a day, and how surely."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.events import DesignationAwarded
from domain.history import believed
from eventlog.log import Log
from projections.answers import NOT_STATED
from projections.following.projector import catch_up
from projections.roster.answer import of_unknown_category, titles_of
from projections.roster.question import RosterQuestion
from projections.roster.rows import Roster, Status, status
from tests.support.facts import designation, event, recorded
from tests.support.live_rows import answered, standing


def said(day: str, effective: str | None, **held: str) -> tuple[Status, bool]:
    fact = designation("株洲市", "batch-1", programme="pilot-2013", **held)
    (row,) = Roster().fold(fact.designation, believed([recorded(2, fact, effective)]))
    return status(dict(zip(Roster.columns, row, strict=True)), date.fromisoformat(day))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2013-12-31", ("announced", True)),
        ("2014-01-01", ("holds", True)),
        ("2015-12-31", ("holds", True)),
        ("2016-01-01", ("held", True)),
    ],
)
def test_a_pilot_is_announced_then_runs_then_ends_by_itself(day: str, expected: tuple[Status, bool]) -> None:
    assert said(day, "2013-12-31", held_from="2014-01-01", held_until="2015-12-31") == expected


@pytest.mark.parametrize(
    ("day", "effective", "expected"),
    [
        ("2020-04-07", "../2020-04-07", ("holds", True)),
        ("2020-04-06", "../2020-04-07", ("holds", False)),
        ("2015-06-01", "[2015,2016]", ("holds", False)),
        ("2016-12-31", "[2015,2016]", ("holds", True)),
        ("2014-12-31", "[2015,2016]", ("announced", False)),
        ("2020-01-01", None, ("holds", False)),
    ],
)
def test_an_uncertain_date_leaves_it_possible_only(
    day: str, effective: str | None, expected: tuple[Status, bool]
) -> None:
    assert said(day, effective) == expected


def test_an_uncertain_end_leaves_it_possible_only() -> None:
    assert said("2015-12-10", "2013-12-31", held_until="2015-12") == ("holds", False)
    assert said("2015-11-30", "2013-12-31", held_until="2015-12") == ("holds", True)
    assert said("2016-01-01", "2013-12-31", held_until="2015-12") == ("held", True)


@pytest.mark.parametrize("asked", [{"category": "special"}, {"field": "life"}, {"category": "comprehensive"}])
async def test_what_no_source_says_is_given_apart_and_counted(log: Log, asked: dict[str, Any]) -> None:
    """Of three titles one is of the category, one of another, and of one nobody says."""
    known = {"武汉市": ("comprehensive", ()), "深圳市": ("special", ("life",)), "合肥市": (None, ())}
    for name, (category, fields) in known.items():
        fact = replace(designation(name), category=category, fields=fields)
        await log.append([event(fact, effective="2022-01-25")])
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    at = await standing(log, Roster(), date(2024, 1, 1))
    question = RosterQuestion(programme="city-2019", **asked)
    told = answered(await of_unknown_category(at, question))
    assert told["count"] == 1
    assert [title["subject"]["name"] for title in told["titles"]] == ["合肥市"]
    assert len([title async for _, title in titles_of(at, question)]) == 1
    assert await of_unknown_category(at, RosterQuestion(programme="city-2019")) is NOT_STATED
    elsewhere = RosterQuestion(programme="city-2019", province="cn:440000", **asked)
    assert answered(await of_unknown_category(at, elsewhere)) == {"count": 0, "titles": []}


async def test_a_special_title_whose_field_no_source_says_may_be_of_any(log: Log) -> None:
    stated: dict[str, tuple[str | None, tuple[str, ...]]] = {
        "武汉市": ("comprehensive", ()),
        "深圳市": ("special", ("life",)),
        "合肥市": ("special", ()),
        "成都市": (None, ()),
    }
    for name, (category, fields) in stated.items():
        await log.append([event(replace(designation(name), category=category, fields=fields))])
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    at = await standing(log, Roster(), date(2024, 1, 1))
    for field, category, unknown in (
        ("industry", None, {"合肥市", "成都市"}),
        ("industry", "special", {"合肥市", "成都市"}),
        ("industry", "comprehensive", {"成都市"}),
        (None, "special", {"成都市"}),
    ):
        question = RosterQuestion(programme="city-2019", field=field, category=category)
        told = answered(await of_unknown_category(at, question))
        assert {title["subject"]["name"] for title in told["titles"]} == unknown, question


async def test_an_award_without_a_document_has_null_for_it_and_an_announcement_nothing(log: Log) -> None:
    case = "pilot-2013/batch-1/cn:430200"
    award = DesignationAwarded(
        case=case,
        designation=case,
        category="pilot",
        title="国家信息消费试点",
        list="1",
        province="cn:430000",
        year=2013,
    )
    await log.append([event(award, effective="2013-12-31")])
    announced = designation("湘潭市", "batch-1", programme="pilot-2013")
    await log.append([event(announced, effective="2013-12-31")])
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    at = await standing(log, Roster(), date(2024, 1, 1))
    rows = [answered(title) async for _, title in titles_of(at, RosterQuestion(programme="pilot-2013"))]
    assert {row["record"]: row.get("document", "absent") for row in rows} == {
        "judged": None,
        "historical": "absent",
    }
