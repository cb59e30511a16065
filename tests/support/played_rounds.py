"""Whole rounds, corrections of them by dice, and what a walk over all of it gives."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from random import Random

from domain.events import Correction, CorrectionApproved, Fact, NotThatFact, decode
from domain.history import believed
from domain.kernel import Actor, Event, Judged, Query, Recorded
from eventlog.log import Log
from projections.model import ReadModel
from scripts import plays
from tests.support.facts import approval, replacing
from tests.support.ledger_in_memory import GROUNDS
from tests.support.playing import play

DATES = ["2021-06-01", "../2021-06-01", "[2021,2022]", "2021-08", None]


@cache
def round_of(seed: int) -> tuple[Recorded, ...]:
    """Of each programme in turn."""
    scripts = (
        lambda: play(plays.one_round(seed, size=6)),
        lambda: play(plays.one_batch(seed)),
        lambda: play(plays.one_call(seed)),
        lambda: play(plays.one_measure(seed)),
        lambda: play(plays.year_of_the_guide(seed), plays.titles_of_the_guide(seed)),
    )
    return tuple(scripts[seed % len(scripts)]()[0].events)


def as_appended(event: Recorded) -> Event:
    """An event of the round, to be recorded in another ledger."""
    return Event(
        event.topic,
        event.tags,
        event.data,
        Actor(**event.actor),  # type: ignore[arg-type]
        event.basis,
        event.command,
        event.effective,
        judged_of(event),
    )


def judged_of(event: Recorded) -> Judged | None:
    """What it was judged by, as it is recorded again."""
    if event.judged is None:
        return None
    stated = {key: tuple(v) if isinstance(v, list) else v for key, v in event.judged.items()}
    committed = stated.get("grounds")
    grounds = GROUNDS[str(committed["sealed"])] if isinstance(committed, dict) else None
    return Judged(**{**stated, "grounds": grounds})  # type: ignore[arg-type]


def changed(dice: Random, fact: Fact, others: Sequence[Recorded]) -> Fact:
    """The same fact with something else in it: of another case, passed or not, other points."""
    data = dict(fact.as_data())
    other = dice.choice(others).data
    for key in ("case", "designation", "passed", "points", "category", "upheld", "pools", "entry"):
        if key in data and key in other and dice.random() < 0.5:
            data[key] = other[key]
    if "passed" in data and dice.random() < 0.5:
        data["passed"] = not data["passed"]
    try:
        return decode(fact.topic, data)
    except NotThatFact:
        return fact


def correction(dice: Random, log: Sequence[Recorded]) -> Event:
    """Some correction of some event, a correction among them."""
    target = dice.choice(log[1:])
    if dice.random() < 0.3:
        return approval(Correction("annul", target.position), log)
    if target.topic == CorrectionApproved.topic:
        inner = Correction("annul", dice.choice(log[1:]).position)
        fact: Fact = CorrectionApproved(proposal=1, correction=inner)
        return approval(Correction("amend", target.position, replacing(fact, None)), log)
    fact = changed(dice, decode(target.topic, target.data), log[1:])
    new = replacing(fact, dice.choice(DATES))
    if dice.random() < 0.3:
        return approval(Correction("supply", None, new), log)
    return approval(Correction("amend", target.position, new), log)


class Everything:
    """A reader of a log that is at hand."""

    def __init__(self, events: Sequence[Recorded]) -> None:
        self.events = events

    async def matching(self, query: Query) -> list[Recorded]:
        return [event for event in self.events if query.matches(event.topic, event.tags)]

    async def at(self, positions: Collection[int]) -> list[Recorded]:
        return [event for event in self.events if event.position in positions]


async def the_naive_fold_agrees(log: Log, home: str, model: ReadModel, whole: Sequence[Recorded]) -> None:
    """The rows believed at a position are those of folding the whole log up to it, key by key."""
    known = whole[-1].position
    keys = await model.histories(whole, Everything(whole))
    everything = believed(whole)
    expected = {row for key in keys for row in model.fold(key, everything)}
    rows = await log.pool.fetch(
        f"SELECT {', '.join(model.columns)} FROM {home}.{model.name}"
        " WHERE known_since <= $1 AND (known_until IS NULL OR known_until > $1)",
        known,
    )
    found = {tuple(tuple(v) if isinstance(v, list) else v for v in row) for row in rows}
    assert found == expected, f"{model.name} at {known}"
