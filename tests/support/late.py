"""What the tests of late facts and of revisions share: corrections and what they question, small intakes."""

from __future__ import annotations

from typing import Any

from domain.commands import Admit, RecordReading
from domain.events import Cap, Parameters
from domain.history import believed
from domain.kernel import Recorded
from domain.life import standing_recommendations, waiting
from domain.rules import Facts
from tests.support.city_round import MINISTRY, amends, approves, founded
from tests.support.given import Given, Step, on
from tests.support.other_rounds import LIST, opens

HUBEI = "cn:420000"


def of(g: Given, topic: str, case_: str = "") -> Recorded:
    """The newest event of a topic, of a case."""
    return next(e for e in reversed(g.ledger.events) if e.topic == topic and case_ in str(e.data))


def corrected(g: Given, day: str, target: Recorded, **more: Any) -> list[Recorded]:
    (proposal,) = g.recorded(day, amends(target.position, **more))
    return g.recorded(day, approves(proposal.position))


def questioned(events: list[Recorded]) -> dict[int, tuple[str, ...]]:
    """Which decisions are called into question, and by which rules."""
    asked = [e for e in events if e.topic == "decision.questioned"]
    return {int(str(e.data["decision"])): tuple(map(str, e.data.get("rules", ()))) for e in asked}  # type: ignore[arg-type]


def cap(pool: str, places: int) -> Cap:
    return Cap(pool, places, LIST)


def raises_cap(places: int) -> RecordReading:
    """So many places of directions 1 to 9 for each unit."""
    return RecordReading(
        actor=MINISTRY,
        basis=LIST,
        of="project-2019",
        round="2019",
        point="Q-6",
        reading="增加名额",
        parameters=Parameters(caps=(cap("province/1-9", places),)),
    )


def of_few_places(places: int) -> tuple[Step, ...]:
    caps = Parameters(caps=(cap("province/1-9", places),))
    return (*founded("2019-01-04"), on("2019-03-05", opens("project-2019", "2019", parameters=caps)))


def admits(case_: str, unit_: str = HUBEI) -> Admit:
    return Admit(actor=MINISTRY, case=case_, unit=unit_, reason="寄出在前")


def taken(g: Given) -> int:
    """How many of the unit have a place."""
    there = Facts(tuple(believed(g.ledger.events)), None, None)  # type: ignore[arg-type]
    admitted = {e.data["case"] for e in believed(g.ledger.events) if e.topic == "case.admitted"}
    closed = {
        e.data["case"] for e in believed(g.ledger.events) if e.topic == "intake.closed" and e.data["taken"]
    }
    standing = {r.fact.case for r in standing_recommendations(there)} - waiting(there)
    return len((admitted | closed) if any(e.topic == "intake.closed" for e in g.ledger.events) else standing)
