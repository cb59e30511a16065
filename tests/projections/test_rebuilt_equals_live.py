"""For any history, corrections of corrections included: rebuilt equals live, byte for byte."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings

from domain.dates import parse
from domain.events import HistoricalDesignationRecorded
from domain.history import believed
from domain.kernel import Recorded
from eventlog.embedded import Server
from eventlog.ledger import open_ledger
from eventlog.log import Log
from projections.following import projector, rebuilding
from projections.following.comparing import difference_from_rebuild
from projections.following.models import MODELS
from projections.following.taking_in import advance
from tests.support.databases import LEDGER, fresh_database
from tests.support.facts import TESTER
from tests.support.live_rows import live
from tests.support.random_histories import Step, histories


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
async def test_rebuilt_equals_live_and_the_naive_fold(
    server: Server, template: str, history: list[Step]
) -> None:
    async with (
        fresh_database(server, template) as database,
        await Log.open(database) as log,
        log.pool.acquire() as connection,
    ):
        await open_ledger(log, ledger=LEDGER, name="x", kind="real", actor=TESTER)
        await rebuilding.ensure(connection)
        for step in history:
            await log.append([step.event(await log.read(after=1))])
            for model in MODELS if step.page else ():
                await advance(connection, model, page=step.page)
        await projector.catch_up(connection)
        assert await difference_from_rebuild(connection) is None

        home = await live(connection)
        whole = await log.read(limit=10_000)
        for known in range(1, len(whole) + 1):
            await naive_fold_agrees(log, home, whole, known)


def latest(effective: str | None) -> date | None:
    return parse(effective).latest if effective else None


async def naive_fold_agrees(log: Log, home: str, whole: list[Recorded], known: int) -> None:
    """The rows believed at a position are those of folding the whole log up to it."""
    history = believed(whole, known=known)
    expected = [
        (b.position, b.settled_by, b.fact.designation, b.fact.category, latest(b.effective))
        for b in history
        if isinstance(b.fact, HistoricalDesignationRecorded)
    ]
    expected.sort(key=str)
    rows = await log.pool.fetch(
        "SELECT position, settled_by, designation, category, announced_latest"
        f" FROM {home}.roster"
        " WHERE known_since <= $1 AND (known_until IS NULL OR known_until > $1)",
        known,
    )
    assert sorted(map(tuple, rows), key=str) == expected
    trail = await log.pool.fetch(
        "SELECT position, settled_by, subject"
        f" FROM {home}.audit_trail"
        " WHERE known_since <= $1 AND (known_until IS NULL OR known_until > $1)",
        known,
    )
    assert sorted(map(tuple, trail)) == sorted(
        (b.position, b.settled_by, tag.removeprefix("subject:"))
        for b in history
        for tag in b.tags
        if tag.startswith("subject:")
    )
