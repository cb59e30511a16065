"""A question about the past is one indexed query, with the plan of the same question about now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from eventlog.log import Log
from projections.following.projector import catch_up
from projections.history.rows import AuditTrail
from projections.model import query_at
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
    "now": (date(2026, 11, 22), 10**12),
    "as of a day": (date(2020, 6, 1), 10**12),
    "as known then": (date(2026, 11, 22), 50_000_000),
    "both": (date(2020, 6, 1), 50_000_000),
}
# programme, round, subject
QUESTIONS = (("city-2019", "2025", None), ("city-2019", None, None), ("city-2019", None, "cn:100200"))


def nodes(plan: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Each node's kind and its index, from the top."""
    yield plan["Node Type"], plan.get("Index Name")
    for below in plan.get("Plans", ()):
        yield from nodes(below)


async def planned(connection: AnyConnection, query: str, *arguments: Any) -> list[tuple[str, str | None]]:
    told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {query}", *arguments)
    return list(nodes(json.loads(told)[0]["Plan"]))


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_roster_is_found_by_its_index_whatever_the_view(
    log: Log, question: tuple[str, str | None, str | None]
) -> None:
    programme, round_, subject = question
    async with log.pool.acquire() as connection:
        await catch_up(connection)
        home = await live(connection)
        await connection.execute(f"SET search_path TO {home}, pg_catalog")
        await connection.execute(FILL)
        await connection.execute("ANALYZE roster")
        plans = {
            view: await planned(
                connection,
                query_at(Roster(), "page", home),
                as_known,
                as_of,
                programme,
                round_,
                None,
                None,
                None,
                subject,
                None,
                None,
                100,
                None,
            )
            for view, (as_of, as_known) in VIEWS.items()
        }
    for view, plan in plans.items():
        assert "Seq Scan" not in {kind for kind, _ in plan}, view
        assert any(str(index).startswith("roster_") for _, index in plan), view
    assert plans["as known then"] == plans["now"], "what was known then is asked in the same way"


async def test_a_history_is_found_by_its_subjects(log: Log) -> None:
    fill = """
        INSERT INTO audit_trail
        SELECT n, 'cn:' || n % 3_000, n, 'notice.recorded', '{}', NULL, NULL, NULL, n, NULL
        FROM generate_series(1, 60_000) AS n
    """
    async with log.pool.acquire() as connection:
        await catch_up(connection)
        home = await live(connection)
        await connection.execute(f"SET search_path TO {home}, pg_catalog")
        await connection.execute(fill)
        await connection.execute("ANALYZE audit_trail")
        found = await planned(
            connection, query_at(AuditTrail(), "of_subjects", home), ["cn:7", "cn:8"], 10**9, True
        )
    assert "audit_trail_subject" in {index for _, index in found}


async def test_what_rests_on_a_document_is_found_by_its_number(log: Log) -> None:
    fill = """
        INSERT INTO audit_trail
        SELECT n, 'cn:1', n, 'notice.recorded', '{}', NULL, NULL, 'D' || n, n, NULL
        FROM generate_series(1, 60_000) AS n
    """
    async with log.pool.acquire() as connection:
        await catch_up(connection)
        home = await live(connection)
        await connection.execute(f"SET search_path TO {home}, pg_catalog")
        await connection.execute(fill)
        await connection.execute("ANALYZE audit_trail")
        by_number = query_at(AuditTrail(), "of_document", home)
        found = await planned(connection, by_number, "D123", "D124", 10**9, 20, 0, ["notice.recorded"])
    assert "audit_trail_document" in {index for _, index in found}
