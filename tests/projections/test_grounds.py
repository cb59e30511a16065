"""What an act was judged on is named where it decided, and by its tag where it was looked through.

An event does not grow with what was walked, and `why` finds all of it again.
"""

from __future__ import annotations

from domain.access import Reader
from domain.events import ApplicationRecommended, LedgerOpened
from domain.tags import INTAKE, of_kinds
from eventlog.integrity import verify_log
from eventlog.log import Log
from projections.asking.standpoint import Eyes
from projections.why.answer import why
from tests.support.databases import AUDITOR
from tests.support.given import Given, given, stands
from tests.support.ledger_in_memory import GROUNDS
from tests.support.live_rows import answered
from tests.support.other_rounds import PROJECTS_OPENED, recommended_projects
from tests.support.played_rounds import as_appended

OPENED = stands(
    LedgerOpened(ledger="00000000-0000-4000-8000-000000000001", name="x", kind="real"), "2019-01-01"
)
NUMBERS = range(1, 13)


def recommended() -> Given:
    return given(OPENED, *PROJECTS_OPENED, *recommended_projects(*NUMBERS))


def test_an_event_does_not_grow_with_what_was_walked() -> None:
    events = [e for e in recommended().ledger.events if e.topic == ApplicationRecommended.topic]
    assert len(events) == len(NUMBERS)
    sizes = [len(event.bytes) for event in events]
    assert max(sizes) - min(sizes) < 20, "names and positions differ in length"
    values = []
    for event in events:
        assert event.judged is not None
        committed = event.judged["grounds"]
        assert isinstance(committed, dict)
        values.append(GROUNDS[str(committed["sealed"])])
    found = [next(s for s in v.searched if INTAKE.says(s.tag) is not None) for v in values]
    assert [search.found for search in found] == list(range(len(NUMBERS)))
    assert [search.upto for search in found] == [event.position - 1 for event in events]
    others = {event.position for event in events}
    assert not any(others & set(value.facts) for value in values), "by the tag, not one by one"


async def test_why_finds_again_what_was_looked_through(empty_log: Log) -> None:
    g = recommended()
    for event in g.ledger.events:
        await empty_log.append([as_appended(event)])
    last, head = g.ledger.events[-1].position, len(g.ledger.events)
    judgement = answered(await why(Eyes(empty_log, AUDITOR), last, head))["judged"]
    for search in judgement["searched"]:
        assert len(search["facts"]) == search["found"], search["tag"]
        assert {fact["topic"] for fact in search["facts"]} <= set(search["topics"])
        assert all(fact["event"] <= search["upto"] == last - 1 for fact in search["facts"])
    (intake,) = [s for s in judgement["searched"] if of_kinds([s["tag"]], INTAKE)]
    assert intake["found"] == len(NUMBERS) - 1
    assert (await verify_log(empty_log.pool)).flaws == []


async def test_what_was_looked_through_is_for_those_who_see_all(empty_log: Log) -> None:
    """A count of what is hidden would tell of it."""
    g = recommended()
    for event in g.ledger.events:
        await empty_log.append([as_appended(event)])
    opened_ = next(e for e in g.ledger.events if e.topic == "round.opened")
    public = answered(await why(Eyes(empty_log, Reader()), opened_.position, len(g.ledger.events)))
    assert "searched" not in public["judged"]
    assert public["judged"]["facts"] == []
