"""A history as it was believed at a moment: corrections applied, then put in the order of effect.

Events are never changed; a `CorrectionApproved` says what is to stand instead of one, from its own
position on. A correction may itself be corrected: so they are settled from the newest back, each
only if no newer one has struck it out, and of two for one target the newer holds. A correction that
was amended is as new as its amendment.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from domain.canonical import Object
from domain.dates import parse
from domain.events import (
    TOPICS,
    Correction,
    CorrectionApproved,
    Fact,
    NotThatFact,
    Replacement,
    UnknownTopic,
    decode,
)
from domain.kernel import Document, Query, Recorded
from domain.tags import EVENT


@dataclass(frozen=True)
class Believed:
    """What is believed of one event: itself, or what an approved correction put in its place."""

    position: int  # of the event
    settled_by: int  # position of the event or correction whose words these are
    topic: str
    tags: frozenset[str]
    data: Object
    effective: str | None
    basis: Document | None
    cited: tuple[str, ...] = ()  # the editions of rule books that judged the event, as it names them
    unread: str | None = None  # the topic of what cannot be read as its fact: it counts as nothing

    @cached_property
    def fact(self) -> Fact:
        """What it states; of what cannot be read as a fact of this program, one that says nothing."""
        try:
            return decode(self.stated_topic, self.data)
        except (UnknownTopic, NotThatFact):
            return Unread()

    @property
    def stated_topic(self) -> str:
        """The topic that is stated, whether it can be read or not."""
        return self.unread or self.topic

    @cached_property
    def latest_day(self) -> date:
        """The latest possible day of effect; what has none comes last."""
        return parse(self.effective).latest if self.effective else date.max


def is_read(event: Recorded | Replacement) -> bool:
    """Whether a fact of this program can be read from an event, or from what is to stand for one."""
    try:
        decode(event.topic, event.data)
    except (UnknownTopic, NotThatFact):
        return False
    return True


class Unread(Fact):
    """What cannot be read: its data are not what its topic promises, or this program has no such topic."""

    topic = "unreadable"  # no event's


def as_recorded(event: Recorded) -> Believed:
    """What an event says for itself."""
    return _readable(
        Believed(
            event.position,
            event.position,
            event.topic,
            event.tags,
            event.data,
            event.effective,
            event.basis,
            event.editions,
        )
    )


def _readable(content: Believed) -> Believed:
    """The same; if a fact of this program cannot be read from it, then under a topic that no rule and no row
    asks for, so that it counts as nothing and stands in the way of nobody."""
    if content.topic in TOPICS and isinstance(content.fact, Unread):
        return replace(content, topic=Unread.topic, unread=content.topic)
    return content


def believed(events: Iterable[Recorded], *, known: int | None = None) -> list[Believed]:
    """What was believed at position `known` (default: at the newest) of a set of events.

    The events must hold every correction that concerns them; a target need not be among them.
    In the order of (latest possible day of effect, position).
    """
    known_events = (event for event in events if known is None or event.position <= known)
    return _settled(as_recorded(event) for event in known_events)


def _settled(said: Iterable[Believed]) -> list[Believed]:
    """What stands of what events say for themselves, their corrections among them."""
    stands: dict[int, Believed | None] = {content.position: content for content in said}
    settled: set[int] = set()
    waiting = [
        (-e.settled_by, position)
        for position, e in stands.items()
        if e and e.topic == CorrectionApproved.topic
    ]
    heapq.heapify(waiting)
    while waiting:
        newest, position = heapq.heappop(waiting)
        content = stands[position]
        if content is None or content.topic != CorrectionApproved.topic or content.settled_by != -newest:
            continue  # a newer correction struck it out, or put another in its place
        approval = content.fact
        assert isinstance(approval, CorrectionApproved)
        correction, target = approval.correction, approval.correction.target
        if target is None:  # a missing fact is supplied: it stands where the correction stands
            target = position
        elif target in settled or target >= content.settled_by:
            continue
        settled.add(target)
        new, old = correction.replacement, stands.get(target)
        stands[target] = (
            None
            if new is None
            else _readable(
                Believed(
                    target,
                    content.settled_by,
                    new.topic,
                    frozenset(new.tags),
                    new.data,
                    new.effective,
                    new.basis,
                    old.cited if old is not None and target != position else (),
                )
            )
        )
        if new and target != position and new.topic == CorrectionApproved.topic:
            heapq.heappush(waiting, (newest, target))
    return sorted(
        (content for content in stands.values() if content is not None),
        key=lambda content: (content.latest_day, content.position),
    )


def correction_tags(correction: Correction, chain: Iterable[Recorded]) -> frozenset[str]:
    """The tags that a correction must carry, so that every history it touches finds it.

    Those of its target, of every earlier correction that names the target, and of its replacement;
    and the target itself. Without the earlier ones' tags, a history into which the target had been
    moved would never hear that it was moved on.
    chain: events that hold the target and all that carry `event:<target>`.
    """
    events = tuple(chain)
    tags: set[str] = set()
    if (target := correction.target) is not None:
        own = EVENT(target)
        tags.add(own)
        tags.update(*(e.tags for e in events if e.position == target or own in e.tags))
    if (new := correction.replacement) is not None:
        tags.update(new.tags)
        if new.topic == CorrectionApproved.topic:
            inner = decode(new.topic, new.data)
            assert isinstance(inner, CorrectionApproved)
            tags |= correction_tags(inner.correction, events)
    return frozenset(tags)


def matching(history: Iterable[Believed], query: Query) -> list[Believed]:
    """Those that still match a query after correction: what was moved elsewhere falls out."""
    return [content for content in history if query.matches(content.topic, content.tags)]


Row = TypeVar("Row", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Known(Generic[Row]):
    """A row with the range of positions in which it was believed."""

    row: Row
    since: int  # position
    until: int | None  # position at which it ceased to be believed; None: it still is


def through_time(
    events: Sequence[Recorded], fold: Callable[[list[Believed]], Iterable[Row]]
) -> Iterator[Known[Row]]:
    """Every row that a fold of this history ever gave, with when it was believed.

    A pure function of the events: folding again after each of them, and joining equal rows.
    """
    open_rows: dict[Row, int] = {}
    said: list[Believed] = []  # each event is decoded once, however many come after it
    for event in sorted(events, key=lambda event: event.position):
        moment = event.position
        said.append(as_recorded(event))
        rows = dict.fromkeys(fold(_settled(said)))
        for gone in [row for row in open_rows if row not in rows]:
            yield Known(gone, open_rows.pop(gone), moment)
        for row in rows:
            open_rows.setdefault(row, moment)
    for row, since in open_rows.items():
        yield Known(row, since, None)
