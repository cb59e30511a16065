"""The public can follow corrections by public events alone (EVIDENCE: settled 2)."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

import pytest

from domain.access import is_public
from domain.canonical import Object
from domain.events import CorrectionPublished, decode
from domain.history import believed
from domain.judging import Refused
from domain.kernel import Recorded
from tests.support.city_round import amends, annuls, approves, awarded, founded, opened, supplies
from tests.support.facts import designation
from tests.support.given import Given, given, stands

Standing = tuple[str, frozenset[str], Object, str | None]


def titled() -> Given:
    """Awards, an announcement of before, a notice, a reading."""
    return given(
        *founded(),
        *opened(),
        *awarded("武汉市", "深圳市"),
        stands(designation("合肥市", "2019"), "2020-04-07"),
    )


def as_the_public_follows(events: Iterable[Recorded]) -> dict[int, Standing]:
    """By public events alone, in order."""
    standing: dict[int, Standing] = {}
    for event in events:
        if not is_public(event.topic):
            continue
        if event.topic != CorrectionPublished.topic:
            standing[event.position] = (event.topic, event.tags, event.data, event.effective)
            continue
        told = decode(event.topic, event.data)
        assert isinstance(told, CorrectionPublished)
        standing.pop(told.event, None)
        if (new := told.stands) is not None:
            standing[told.event] = (new.topic, frozenset(new.tags), new.data, new.effective)
    return standing


def as_believed(events: Iterable[Recorded]) -> dict[int, Standing]:
    public = (b for b in believed(events) if is_public(b.topic) and b.topic != CorrectionPublished.topic)
    return {b.position: (b.topic, b.tags, b.data, b.effective) for b in public}


def one_at_random(dice: Random, events: list[Recorded]) -> Any:
    """A correction of some public event, or of some correction, as far as it is asked for."""
    neither = {"ledger.opened", CorrectionPublished.topic}
    targets = [e for e in events if is_public(e.topic) and e.topic not in neither]
    approved = [e for e in events if e.topic == "correction.approved"]
    target = dice.choice(approved if approved and dice.random() < 0.4 else targets)
    change: dict[str, Any] = {"note": f"注{dice.randrange(9)}"} if "historical" in target.topic else {}
    if target.topic == "designation.awarded":
        change = {"holder": f"人民政府{dice.randrange(9)}"}
    if target.topic == "correction.approved":
        change = {"correction": {"replacement": {"data": {"note": f"改{dice.randrange(9)}"}}}}
    if dice.random() < 0.2:
        title = designation("长沙市", dice.choice(["2019", "2020"]))
        return supplies(title.topic, dict(title.as_data()), "2020-04-07")
    return amends(target.position, data=change) if change and dice.random() < 0.6 else annuls(target.position)


@pytest.mark.parametrize("seed", range(12))
def test_public_events_alone_lead_to_what_is_believed(seed: int) -> None:
    dice, g = Random(seed), titled()
    done = 0
    for _ in range(40):
        try:
            (proposal,) = g.recorded("2024-05-01", one_at_random(dice, g.ledger.events))
            g.recorded("2024-05-02", approves(proposal.position))
        except Refused:
            continue
        done += 1
        assert as_the_public_follows(g.ledger.events) == as_believed(g.ledger.events)
    assert done > 3


def test_what_is_hidden_is_published_by_no_correction() -> None:
    """An application is not the public's; nor is its correction."""
    g = titled()
    hidden = next(e for e in g.ledger.events if e.topic == "application.submitted")
    (proposal,) = g.recorded("2024-05-01", amends(hidden.position, data={"led_by": "市人民政府办公厅"}))
    g.recorded("2024-05-02", approves(proposal.position))
    assert CorrectionPublished.topic not in {e.topic for e in g.ledger.events}


def test_it_says_neither_why_nor_who_asked() -> None:
    g = titled()
    title = next(e for e in g.ledger.events if e.topic == "designation.awarded")
    (proposal,) = g.recorded("2024-05-01", annuls(title.position))
    approved, published, *_ = g.recorded("2024-05-02", approves(proposal.position))
    assert published.topic == CorrectionPublished.topic
    assert dict(published.data) == {"event": title.position, "act": "annulled"}
    assert published.basis is None
    assert title.tags - published.tags == set()
    assert approved.command == published.command
