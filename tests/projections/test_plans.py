"""A question about the past is one indexed query, with the plan of the same question about now."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from eventlog.log import Log
from projections.asking.moments import View
from projections.following.projector import catch_up
from projections.history.rows import AuditTrail
from projections.model import query_at
from projections.roster.question import RosterQuestion
from projections.roster.rows import Roster
from tests.support.live_rows import live

if TYPE_CHECKING:
    from eventlog.database import AnyConnection

# 100 rounds of 500 titles, four of them city-2019's; every tenth title corrected 20 times.
FILL = """
INSERT INTO roster
SELECT designation, programme, round, 'cn:' || title, 'cn:420000', 'comprehensive', '{}',
    day, day, day, day, NULL, NULL, '{}', position, position,
    position + correction * 10_000_000,
    CASE WHEN correction < corrections THEN position + (correction + 1) * 10_000_000 END
FROM (
    SELECT r::text AS round, t::text AS title, p || '/' || r || '/cn:' || t AS designation,
        p AS programme,
        r * 1_000 + t AS position, date '2020-01-01' + t AS day,
        CASE WHEN t % 10 = 0 THEN 20 ELSE 0 END AS corrections
    FROM generate_series(2001, 2100) AS r,
        LATERAL (VALUES (CASE WHEN r % 25 = 0 THEN 'city-2019' ELSE 'other' END)) AS of (p),
        generate_series(100001, 100500) AS t
) AS titles, LATERAL generate_series(0, corrections) AS correction
"""
VIEWS = {
    "now": View(date(2026, 11, 22), 10**12),
    "as of a day": View(date(2020, 6, 1), 10**12),
    "as known then": View(date(2026, 11, 22), 50_000_000),
    "both": View(date(2020, 6, 1), 50_000_000),
}
QUESTIONS = (
    RosterQuestion(programme="city-2019", round="2025"),
    RosterQuestion(programme="city-2019"),
    RosterQuestion(programme="city-2019", subjects=("cn:100200",)),
)


def nodes(plan: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Each node's kind and its index, from the top."""
    yield plan["Node Type"], plan.get("Index Name")
    for below in plan.get("Plans", ()):
        yield from nodes(below)


async def planned(connection: AnyConnection, query: str, *arguments: Any) -> list[tuple[str, str | None]]:
    told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {query}", *arguments)
    return list(nodes(json.loads(told)[0]["Plan"]))


@asynccontextmanager
async def filled(log: Log, table: str, fill: str) -> AsyncIterator[tuple[AnyConnection, str]]:
    """A connection, and the schema in which a table of rows has been filled and measured."""
    async with log.pool.acquire() as connection:
        await catch_up(connection)
        home = await live(connection)
        await connection.execute(f"SET search_path TO {home}, pg_catalog")
        await connection.execute(fill)
        await connection.execute(f"ANALYZE {table}")
        yield connection, home


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_roster_is_found_by_its_index_whatever_the_view(log: Log, question: RosterQuestion) -> None:
    async with filled(log, "roster", FILL) as (connection, home):
        page = query_at(Roster(), "page", home)
        plans = {
            name: await planned(connection, page, *question.at(view), None, None, 100)
            for name, view in VIEWS.items()
        }
    for name, plan in plans.items():
        assert "Seq Scan" not in {kind for kind, _ in plan}, name
        assert any(str(index).startswith("roster_") for _, index in plan), name
    assert plans["as known then"] == plans["now"], "what was known then is asked in the same way"


DAY, TOPICS = date(2026, 11, 22), ["notice.recorded"]
AUDIT_FILL = """
INSERT INTO audit_trail
SELECT n, 'cn:' || n % 3_000, n, 'notice.recorded', '{}', NULL, NULL, 'D' || n,
    CASE WHEN n % 20 = 0 THEN '项目' || n END, n, NULL
FROM generate_series(1, 60_000) AS n
"""


async def test_a_history_is_found_by_its_subjects(log: Log) -> None:
    async with filled(log, "audit_trail", AUDIT_FILL) as (connection, home):
        of_subjects = query_at(AuditTrail(), "of_subjects", home)
        found = await planned(connection, of_subjects, ["cn:7", "cn:8"], 10**9, True)
    assert "audit_trail_subject" in {index for _, index in found}


async def test_what_rests_on_a_document_is_found_by_its_number(log: Log) -> None:
    async with filled(log, "audit_trail", AUDIT_FILL) as (connection, home):
        by_number = query_at(AuditTrail(), "of_document", home)
        found = await planned(
            connection, by_number, "D123", "D124", 10**9, 20, 0, ["notice.recorded"], date(2026, 11, 22)
        )
    assert "audit_trail_document" in {index for _, index in found}


async def test_a_name_that_no_register_holds_is_looked_for_among_such_names_alone(log: Log) -> None:
    async with filled(log, "audit_trail", AUDIT_FILL) as (connection, home):
        called = query_at(AuditTrail(), "of_called", home)
        found = await planned(
            connection, called, "项目12", 10**9, 20, "", 0, ["notice.recorded"], date(2026, 11, 22)
        )
    assert "audit_trail_called" in {index for _, index in found}
