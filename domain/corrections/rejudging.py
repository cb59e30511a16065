"""An act judged once more at its place in the log, on the facts before it as they are believed now.

A fact that a correction supplied, or that was recorded late, counts from its day of effect; any other fact
counts from its position.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import cast

from domain.canonical import Object
from domain.commands.command import Command, act_that_leads_to
from domain.corrections.recasting import ON_PAPER, Attributed, can_be_recast, unseal
from domain.dates import day_of
from domain.events import CORRECTION_TOPICS, CalendarPublished, CorrectionApproved, Fact, Replacement
from domain.history import Believed, believed
from domain.judging import Rejudged, rejudged
from domain.kernel import Actor, Recorded
from domain.rules import EVER


def in_order(there: Mapping[int, Recorded]) -> tuple[Recorded, ...]:
    """The events by position."""
    return tuple(there[position] for position in sorted(there))


def as_believed(new: Replacement, position: int) -> Believed:
    """What a correction puts in a place, as it would be believed."""
    return Believed(
        position, position, new.topic, frozenset(new.tags), cast("Object", new.data), new.effective, new.basis
    )


def stated_by(event: Recorded, content: Believed) -> Attributed:
    """What is believed of an event, with its actor; for a fact that a correction supplied, ON_PAPER."""
    if event.topic == CorrectionApproved.topic:
        return Attributed(content, ON_PAPER)
    return Attributed(content, Actor(**event.actor))  # type: ignore[arg-type]


def recorded_with(event: Recorded, other: Recorded) -> bool:
    """Whether two events are of one act."""
    return other.position == event.position or (
        event.command is not None
        and other.command == event.command
        and CorrectionApproved.topic not in {event.topic, other.topic}
    )


def group_at(position: int, there: Mapping[int, Recorded]) -> list[Attributed]:
    """What is believed of an event and of those of its kind that one act recorded with it, itself first."""
    event = there.get(position)
    if event is None:
        return []
    history = {b.position: b for b in believed(there.values()) if b.position in there}
    own = history.get(position)
    if own is None or not can_be_recast(own.topic):
        return []
    others = [
        stated_by(there[p], b)
        for p, b in sorted(history.items())
        if p != position and b.topic == own.topic and recorded_with(event, there[p])
    ]
    return [stated_by(event, own), *others]


def replaced_group(new: Replacement, target: int | None, there: Mapping[int, Recorded]) -> list[Attributed]:
    """The group at a position with its event replaced, that one first; a supplied fact stands alone."""
    if not can_be_recast(new.topic):
        return []
    if target is None or target not in there:
        place = max(there, default=0) + 1
        return [Attributed(as_believed(new, place), ON_PAPER)]
    own = stated_by(there[target], as_believed(new, target))
    others = [s for s in group_at(target, there)[1:] if s.believed.topic == new.topic]
    return [own, *others]


def same_place(one: Fact, other: Fact) -> bool:
    """Whether two facts are of one kind, and of one case or title where they are of any."""
    keys = [key for key in ("case", "designation") if hasattr(other, key)][:1]
    return type(one) is type(other) and all(getattr(one, key) == getattr(other, key) for key in keys)


def _came_late(b: Believed, recorded: Recorded) -> bool:
    """Whether a fact that later acts may have missed was recorded after its day: it counts from its day."""
    kind = act_that_leads_to(recorded.topic)
    return kind is not None and kind.missed_by_decisions and b.latest_day < day_of(recorded.recorded_at)


def judged_at(
    act: Command,
    place: int,
    history: Sequence[Believed],
    there: Mapping[int, Recorded],
    *,
    by_day: bool = False,
    late: Collection[int] = (),
    but: Collection[int] = (),
    newest: bool = False,
) -> Rejudged:
    """Judge an act at its place. by_day: the act was supplied and not recorded there, so that it is judged
    after all that had taken effect by its day. late: positions of facts that count from their day of effect.
    but: positions of facts that are left out. newest: judge by the newest editions of the rule books, and not
    by those that the act's event cites."""
    event = there.get(place)
    by_day = by_day or (event is not None and event.topic == CorrectionApproved.topic)
    today = act.day(date.max) if event is None or by_day else day_of(event.recorded_at)
    day = act.day(today)

    def was_there(b: Believed) -> bool:
        recorded = there.get(b.position)
        if b.topic == CalendarPublished.topic and recorded is not None:
            return True  # a calendar counts whenever it was recorded
        counts_by_day = (
            by_day
            or b.position in late
            or (recorded is not None and recorded.topic == CorrectionApproved.topic)
            or (recorded is not None and _came_late(b, recorded))
        )
        if b.topic in CORRECTION_TOPICS or b.position == place or b.position in but:
            return False
        return b.latest_day <= day if counts_by_day else b.position < place

    past = [b for b in history if was_there(b)]
    at = {b.position for b in past}
    ever: Iterable[Recorded] = [e for e in in_order(there) if e.position in at]
    return rejudged(
        act,
        past,
        ever,
        today=today,
        seal=unseal,
        place=EVER if by_day or newest else place,
        cited=() if newest or event is None else event.editions,
        by=date.max if newest else None,
    )
