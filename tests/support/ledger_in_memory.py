"""A ledger in memory, for tests of rules: judged as the real one judges, kept in a list."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

import orjson

from domain.commands.command import Command
from domain.corrections.questioning import judged_whole
from domain.corrections.reading import further, until_nothing_is_new
from domain.dates import SHANGHAI
from domain.events import Fact, Sealed
from domain.judging import boundary
from domain.kernel import Event, Grounds, Query, Recorded, commitment
from tests.support.facts import TESTER

# What judged the events of all ledgers in memory, by the commitments that they hold: salted with nothing.
GROUNDS: dict[str, Grounds] = {}


class LedgerInMemory:
    """Events in order, an index by tag, and the values that were sealed."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self.sealed: dict[str, bytes] = {}
        self._tagged: dict[str, list[Recorded]] = defaultdict(list)
        self.now = datetime(2013, 1, 1, tzinfo=UTC)

    def append(self, events: Iterable[Event], now: datetime) -> list[Recorded]:
        self.now = max(self.now, now)
        stamp = self.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        new = []
        for event in events:
            spelled = event.spelled(bytes(16), bytes(16))
            position = len(self.events) + 1
            text = f'{spelled.before}"position":{position},"recorded_at":"{stamp}"{spelled.after}'
            recorded = Recorded.from_bytes(text.encode())
            self.events.append(recorded)
            if spelled.grounds is not None:
                GROUNDS[commitment(*spelled.grounds).hex()] = Grounds.from_value(spelled.grounds[1])
            new.append(recorded)
            for tag in recorded.tags:
                self._tagged[tag].append(recorded)
        return new

    def read(self, query: Query) -> list[Recorded]:
        """By the index: every item of a rule's boundary names a tag."""
        found = {
            event.position: event
            for item in query.items
            for event in self._tagged[next(iter(item.tags))]
            if item.matches(event.topic, event.tags)
        }
        return [found[position] for position in sorted(found)]

    def seal(self, value: str | bytes) -> Sealed:
        data = value.encode() if isinstance(value, str) else value
        commitment = hashlib.sha256(len(self.sealed).to_bytes(16, "big") + data).hexdigest()
        self.sealed[commitment] = data
        return Sealed(commitment)

    def carry_out(self, act: Command, now: datetime) -> list[Recorded]:
        """Judge an act and keep what it leads to. Raises Refused."""
        now = max(now, self.now)
        history = self.history_for(act, now.astimezone(SHANGHAI).date())
        number, head = f"c-{len(self.events) + 1}", len(self.events)
        led_to = judged_whole(act, history, now=now, command=number, seal=self.seal, head=head)
        return self.append(led_to, now)

    def history_for(self, act: Command, today: date) -> list[Recorded]:
        """All that an act may read."""
        there = {event.position: event for event in self.read(boundary(act, today))}
        for new in until_nothing_is_new(lambda: further(act, there, today)):
            there.update((e.position, e) for e in self.read(Query(tuple(new.items))))
            there.update((p, self.events[p - 1]) for p in new.positions if p <= len(self.events))
        return [there[position] for position in sorted(there)]

    def record(self, fact: Fact, day: str, tags: Iterable[str] = ()) -> Recorded:
        """A fact that stands there, however it came."""
        event = Event(fact.topic, fact.tags() | set(tags), fact.as_data(), TESTER, effective=day)
        return self.append([event], noon(date.fromisoformat(day)))[0]


def noon(day: date) -> datetime:
    """Noon in Shanghai."""
    return datetime.combine(day, time(12), SHANGHAI)


def with_grounds(event: Recorded) -> bytes:
    """An event with what judged it in the place of the commitment to it, as whoever may read both has it."""
    stored = orjson.loads(event.bytes)
    judged = stored.get("judged", {})
    if (committed := judged.pop("grounds", None)) is not None:
        grounds = GROUNDS[committed["sealed"]]
        judged |= {"facts": list(grounds.facts), "exceptions": list(grounds.exceptions)}
    return orjson.dumps(stored)
