"""A batch of commands, judged in order on one reading of the log; nothing here writes."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import orjson

from domain.canonical import NotCanonical, TooLarge
from domain.commands.command import Command
from domain.corrections.questioning import judged_whole
from domain.corrections.reading import NOTHING, Further, further, reads_further, until_nothing_is_new
from domain.judging import Refused, boundary
from domain.kernel import EVERYTHING, Event, Query, Recorded, Spelled
from domain.reasons import Reason, because
from eventlog.log import WHOLE, at, read, spell
from eventlog.sealed import Sealing

if TYPE_CHECKING:
    from eventlog.database import Connection

_LOGGER = logging.getLogger("designations.committer")

Kind: TypeAlias = Literal["accepted", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command; the same however often it is asked for."""

    command: str
    kind: Kind
    answer: Mapping[
        str, Any
    ]  # accepted: first, last, recorded_at, cases; refused: broken; failed: cause, code, values

    @property
    def accepted(self) -> bool:
        return self.kind == "accepted"


@dataclass(slots=True)
class Waiting:
    """A command in the queue, and who waits for it."""

    act: Command
    id: str
    digest: bytes
    answer: asyncio.Future[Outcome]
    at: datetime | None = None  # by the driver's clock; None: by the database's
    boundary: Query = EVERYTHING  # what its rules may read; known once the day is, under the lock
    named: frozenset[int] = frozenset()  # positions of the events that it names, or that these name

    @property
    def is_alone(self) -> bool:
        """Whether it is judged in a batch of its own: what it reads depends on what it finds."""
        return reads_further(self.act)


@dataclass(slots=True)
class Verdict:
    """A command that was judged: its outcome, and what is to be stored."""

    waiting: Waiting
    kind: Kind
    answer: dict[str, Any]
    events: Sequence[Event] = ()
    spelled: Sequence[Spelled] = ()
    sealing: Sealing = field(default_factory=Sealing)


class Past:
    """What the batch's rules may read, found by tag; grows by what the batch adds."""

    def __init__(self, events: Iterable[Recorded]) -> None:
        self._tagged: dict[str, list[Recorded]] = defaultdict(list)
        self._at: dict[int, Recorded] = {}
        for event in events:
            self.add(event)

    @staticmethod
    async def read(connection: Connection, batch: Sequence[Waiting], today: date) -> Past:
        """The union of all boundaries, in one query; each event decoded once."""
        for waiting in batch:
            waiting.boundary = boundary(waiting.act, today)
        query = Query.joined(item for waiting in batch for item in waiting.boundary.items)
        past = Past(await read(connection, query, limit=WHOLE) if query.items else ())
        for waiting in batch:
            if waiting.is_alone:
                await past._read_further(connection, waiting, today)
        return past

    async def _read_further(self, connection: Connection, waiting: Waiting, today: date) -> None:
        """What an act needs beside its boundary, as far as what was read shows it, until nothing is new."""
        for new in until_nothing_is_new(lambda: self._wanted(waiting, today)):
            query = Query.joined(new.items)
            for event in (
                *await at(connection, new.positions - self._at.keys()),
                *(await read(connection, query, limit=WHOLE) if query.items else ()),
            ):
                if event.position not in self._at:
                    self.add(event)
            waiting.boundary = Query.joined((*waiting.boundary.items, *new.items))
            waiting.named |= new.positions

    def _wanted(self, waiting: Waiting, today: date) -> Further:
        """What an act asks for beside what was read; nothing, if that cannot be said: it is judged then."""
        try:
            return further(waiting.act, {e.position: e for e in self.of(waiting)}, today)
        except Exception:
            _LOGGER.exception("what %s needs could not be worked out", waiting.act.name)
            return NOTHING

    def add(self, event: Recorded) -> None:
        self._at[event.position] = event
        for tag in event.tags:
            self._tagged[tag].append(event)

    def forget_after(self, position: int) -> None:
        """What the batch had added, and was not stored."""
        self._at = {at: event for at, event in self._at.items() if at <= position}
        for tag, events in self._tagged.items():
            self._tagged[tag] = [event for event in events if event.position <= position]

    def of(self, waiting: Waiting) -> list[Recorded]:
        """What a command may read, in order of position. Every item of a boundary names one tag."""
        found = {
            event.position: event
            for item in waiting.boundary.items
            for event in self._tagged.get(next(iter(item.tags)), ())
            if item.matches(event.topic, event.tags)
        }
        found |= {named: self._at[named] for named in waiting.named if named in self._at}
        return [found[position] for position in sorted(found)]


def judge_in_order(batch: Sequence[Waiting], past: Past, head: int, now: datetime) -> list[Verdict]:
    """Each command judged on what was there and what those before it add."""
    done = []
    for waiting in batch:
        judged = _judge_one(waiting, past, head, now)
        for event in judged.events:
            head += 1
            past.add(Recorded.provisional(event, head, now))
        done.append(judged)
    return done


def _judge_one(waiting: Waiting, past: Past, head: int, now: datetime) -> Verdict:
    sealing = Sealing()
    try:
        events = judged_whole(
            waiting.act, past.of(waiting), now=now, command=waiting.id, seal=sealing, head=head
        )
        spelled = [spell(event) for event in events]
    except Refused as refusal:
        broken = [rule.as_json() for rule in refusal.broken]
        return Verdict(waiting, "refused", _as_stored({"broken": broken, "position": head}))
    except NotCanonical as error:
        cause = "too-large" if isinstance(error, TooLarge) else "not-canonical"
        return _failed(waiting, cause, error.reason)
    except Exception:
        _LOGGER.exception("%s could not be judged", waiting.act.name)
        return _failed(waiting, "not-judged", because("could-not-be-judged"))
    answer = {
        "first": head + 1,
        "last": head + len(events),
        "recorded_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "cases": sorted({str(e.data["case"]) for e in events if "case" in e.data}),
    }
    return Verdict(waiting, "accepted", _as_stored(answer), events, spelled, sealing)


def _failed(waiting: Waiting, cause: str, reason: Reason) -> Verdict:
    return Verdict(waiting, "failed", _as_stored({"cause": cause, **reason.as_json()}))


def not_stored(waiting: Waiting, error: Exception) -> Verdict:
    """A command whose events the database did not take; its words are for the program's own log."""
    _LOGGER.warning("%s was not stored: %s", waiting.act.name, error)
    state = str(getattr(error.__cause__ or error, "sqlstate", ""))
    return _failed(waiting, "not-stored", because("was-not-stored", sqlstate=state or None))


def _as_stored(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as it will be read again."""
    decoded: dict[str, Any] = orjson.loads(orjson.dumps(answer, option=orjson.OPT_SORT_KEYS))
    return decoded
