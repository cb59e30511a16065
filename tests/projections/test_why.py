"""An event is explained by what its rules saw: facts as believed then, readings as chosen then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.commands import RecordReading
from domain.events import Correction, DefenceHeld, LedgerOpened
from eventlog.log import Log
from projections.asking.standpoint import Eyes
from projections.log.answer import NoSuchEvent
from projections.why.answer import why
from tests.support.city_round import CIRCULAR, MINISTRY, case, defence, notice, opened, proposes, reviewed
from tests.support.databases import AUDITOR
from tests.support.facts import approval, replacing
from tests.support.given import Given, given, on, stands
from tests.support.live_rows import answered
from tests.support.played_rounds import as_appended

OPENED = stands(
    LedgerOpened(ledger="00000000-0000-4000-8000-000000000001", name="x", kind="real"), "2021-01-01"
)
READING = RecordReading(
    actor=MINISTRY,
    basis=CIRCULAR,
    of="city-2019",
    round="2021",
    point="Q-9",
    reading="首日计入",
    choice="first-day-counted",
)


async def told(log: Log, position: int, known: int) -> Any:
    """Why an event stands, as an auditor is told."""
    return answered(await why(Eyes(log, AUDITOR), position, known))


async def judged(log: Log, g: Given, position: int) -> Any:
    """What judged an event, in a real log of the same positions."""
    for event in g.ledger.events:
        await log.append([as_appended(event)])
    return (await told(log, position, len(g.ledger.events)))["judged"]


async def test_a_corrected_fact_is_shown_as_the_rules_saw_it(empty_log: Log) -> None:
    g = given(OPENED, *opened(), *reviewed("武汉市"))
    (failed,) = g.recorded("2021-10-10", defence("武汉市", passed=False))
    passed = DefenceHeld(case=case("武汉市"), passed=True, form="on-site")
    amended = Correction("amend", failed.position, replacing(passed, "2021-10-10"))
    g.ledger.append([approval(amended, g.ledger.events)], g.ledger.now)
    (proposal,) = g.recorded("2021-11-01", proposes("武汉市"))
    judgement = await judged(empty_log, g, proposal.position)
    (fact,) = [f for f in judgement["facts"] if f["event"] == failed.position]
    assert "passed its defence" in fact["sentence"]["en"]
    assert fact["settled_by"] == failed.position + 1


async def test_what_was_corrected_later_is_shown_as_it_was(empty_log: Log) -> None:
    g = given(OPENED, *opened(), *reviewed("武汉市"), on("2021-10-10", defence("武汉市")))
    held = g.ledger.events[-1]
    (proposal,) = g.recorded("2021-11-01", proposes("武汉市"))
    g.ledger.append([approval(Correction("annul", held.position), g.ledger.events)], g.ledger.now)
    judgement = await judged(empty_log, g, proposal.position)
    since = {f["event"]: f["corrected_since"] for f in judgement["facts"]}
    assert since.pop(held.position) == [proposal.position + 1]
    assert set(map(len, since.values())) == {0}
    before = await told(empty_log, proposal.position, proposal.position)
    assert {tuple(f["corrected_since"]) for f in before["judged"]["facts"]} == {()}
    itself = await told(empty_log, held.position, proposal.position + 1)
    assert itself["corrected_since"] == [proposal.position + 1]
    with pytest.raises(NoSuchEvent):
        await told(empty_log, held.position, held.position - 1)


async def test_the_reading_that_was_chosen_is_shown(empty_log: Log) -> None:
    g = given(OPENED, *opened(), on("2021-03-02", READING), *reviewed("武汉市"))
    g.when("2021-10-10", defence("武汉市"))
    g.when("2021-11-01", proposes("武汉市"))
    (event,) = g.recorded("2021-11-05", replace(notice("武汉市", working_days=5)))
    judgement = await judged(empty_log, g, event.position)
    (reading,) = judgement["readings"]
    assert reading["recorded"]["choice"] == "first-day-counted"
    assert reading["recorded"]["event"] == 3
    assert set(judgement["unset"]) == {"publicity"}
    texts = {rule["id"]: rule["en"] for rule in judgement["rules"]}
    assert "a notice is no shorter" in texts["L-11"], "all parts of a rule are told"
