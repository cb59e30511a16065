"""The committer: all commands that are waiting, judged and stored in one transaction under the lock.

What a process or server that dies in the middle of it leaves behind:

- before the commit: nothing. Every command of the batch is tried again, or its caller is told that
  the outcome is unknown; asked again with the same id, it is carried out then.
- after the commit: events, sealed values and outcomes, all of them. Asked again with the same id, a
  command is answered from its outcome, and nothing is done twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias
from uuid import uuid4

import asyncpg
import orjson

from domain.canonical import NotCanonical
from domain.dates import day_of
from domain.events import SealedValueErased
from domain.judging import Refused, boundary, judge
from domain.kernel import Event, Query, Recorded, Selector
from domain.rules import Command
from eventlog import sealed
from eventlog.errors import LedgerError, NotAppended, OutcomeUnknown, Unavailable
from eventlog.log import LOST, Log, append_halves, new_salt, read, translated
from eventlog.queries import load
from eventlog.sealed import Sealing

if TYPE_CHECKING:
    from eventlog.database import Connection, Database

Kind: TypeAlias = Literal["accepted", "refused", "failed"]
MOST_IN_A_BATCH = 200
_TRIES = 8  # to settle a batch whose connection broke; they last some ten seconds
_WHOLE = 2**31 - 1
# What the server may say of one command's bytes or values; the others can still be stored.
NOT_STORED = (NotAppended, asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
_SQL = load("eventlog", "beside.sql")
_LOGGER = logging.getLogger("designations.committer")


class IdReused(LedgerError):
    """A command's id was used before for another content; nothing was done."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command; the same however often it is asked for."""

    command: str
    kind: Kind
    answer: Mapping[
        str, Any
    ]  # accepted: first, last, recorded_at, cases; refused: broken; failed: error

    @property
    def accepted(self) -> bool:
        return self.kind == "accepted"


@dataclass(slots=True)
class _Waiting:
    """A command in the queue, and who waits for it."""

    act: Command
    id: str
    digest: bytes
    answer: asyncio.Future[Outcome]


@dataclass(slots=True)
class _Judged:
    """A command that was judged: its outcome, and what is to be stored."""

    waiting: _Waiting
    kind: Kind
    answer: dict[str, Any]
    events: Sequence[Event] = ()
    halves: Sequence[tuple[str, str]] = ()
    sealing: Sealing = field(default_factory=Sealing)


class Committer:
    """One for a process: takes commands from all its tasks, and carries them out in batches."""

    def __init__(
        self, database: Database, log: Log, *, clock: Callable[[], datetime] | None = None
    ) -> None:
        """clock: the driver's, on a simulated ledger only."""
        self._database = database
        self._log = log
        self._clock = clock
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue()
        self._connection: Connection | None = None
        self._working: asyncio.Task[None] | None = None
        self.batches = 0  # carried out so far
        self.largest = 0  # commands in the largest of them

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Carry out what is waiting, then stop."""
        if self._working is not None:
            self._queue.put_nowait(None)
            await self._working
            self._working = None
        if self._connection is not None:
            with suppress(*LOST):
                await self._connection.close()
            self._connection = None

    async def carry_out(self, act: Command, command: str | None = None) -> Outcome:
        """Judge an act and record what it leads to; or say which rules it breaks.

        command: its id; asked again with the same id, the first outcome is given again.
        Raises IdReused, OutcomeUnknown, Unavailable, ClockRefused.
        """
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        digest = hashlib.sha256(act.as_json()).digest()
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Waiting(act, command or str(uuid4()), digest, answer))
        return await answer

    async def outcome(self, command: str) -> Outcome | None:
        """What became of a command; None if it was not carried out (yet)."""
        row = await self._log.pool.fetchrow(_SQL["outcomes"], [command])
        return None if row is None else _outcome(row)

    async def _work(self) -> None:
        while (first := await self._queue.get()) is not None:
            batch = [first]
            last = False
            while len(batch) < MOST_IN_A_BATCH and not self._queue.empty():
                waiting = self._queue.get_nowait()
                if waiting is None:
                    last = True
                    break
                batch.append(waiting)
            await self._settle([waiting for waiting in batch if not waiting.answer.done()])
            if last:
                return

    async def _settle(self, batch: list[_Waiting]) -> None:
        """Until every command of a batch has its answer."""
        unknown = False  # whether a transaction was begun whose end nobody has seen
        for attempt in range(1, _TRIES + 1):
            try:
                outcomes = await self._commit(batch)
            except (*LOST, Unavailable) as error:
                unknown = unknown or self._connection is not None
                self._drop_connection()
                if attempt == _TRIES:
                    _tell(batch, OutcomeUnknown(
                        f"the database was lost in mid-command ({error}); "
                        "ask again with the same command id"
                    ) if unknown else Unavailable(str(error)))  # fmt: skip
                    return
                _LOGGER.warning("the committer lost its database, try %d: %s", attempt, error)
                await asyncio.sleep(0.05 * 2**attempt)
            except Exception as error:
                self._drop_connection()
                _tell(batch, error)
                return
            else:
                self._log.announce()
                for waiting, outcome in zip(batch, outcomes, strict=True):
                    if not waiting.answer.done():
                        if isinstance(outcome, Outcome):
                            waiting.answer.set_result(outcome)
                        else:
                            waiting.answer.set_exception(outcome)
                return

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _commit(self, batch: Sequence[_Waiting]) -> list[Outcome | IdReused]:
        """One transaction: the lock, one read, the judging in order, one append, the outcomes."""
        if not batch:
            return []
        if self._connection is None:
            self._connection = await self._database.connect()
        connection = self._connection
        async with connection.transaction():
            clock = self._clock() if self._clock is not None else None
            try:
                turn = await connection.fetchrow(_SQL["take_turn"], clock)
            except asyncpg.PostgresError as error:
                raise translated(error) from error
            assert turn is not None  # a function with OUT parameters returns one row
            head, now = turn["head"], turn["now"]
            known = await self._known(connection, batch)
            new = _first_of_each([w for w in batch if w.id not in known])
            past = await _Past.read(connection, [w.act for w in new], day_of(now))
            judged = _judge_in_order(new, past, head, now)
            judged = await self._store(connection, judged, past, head, now)
            await self._write_outcomes(connection, judged, now)
        self.batches += 1
        self.largest = max(self.largest, len(batch))
        settled = known | {
            j.waiting.id: (j.waiting.digest, Outcome(j.waiting.id, j.kind, j.answer))
            for j in judged
        }
        return [_answer(waiting, *settled[waiting.id]) for waiting in batch]

    async def _known(
        self, connection: Connection, batch: Sequence[_Waiting]
    ) -> dict[str, tuple[bytes, Outcome]]:
        """What was settled before: by id, with the digest of what was asked for then."""
        rows = await connection.fetch(_SQL["outcomes"], [waiting.id for waiting in batch])
        return {row["command"]: (row["digest"], _outcome(row)) for row in rows}

    async def _store(
        self, connection: Connection, judged: list[_Judged], past: _Past, head: int, now: datetime
    ) -> list[_Judged]:
        """Append all that was accepted by one call; if the log refuses it, one by one."""
        accepted = [j for j in judged if j.kind == "accepted"]
        if not accepted:
            return judged
        try:
            async with connection.transaction():
                await _append(connection, accepted)
        except NOT_STORED as error:
            _LOGGER.warning("a batch is carried out one by one: %s", error)
            return await self._one_by_one(connection, [j.waiting for j in judged], past, head, now)
        return judged

    async def _one_by_one(
        self, connection: Connection, batch: Sequence[_Waiting], past: _Past, head: int,
        now: datetime,
    ) -> list[_Judged]:  # fmt: skip
        """Each command judged and stored by itself, so that a bad one takes no other with it."""
        past.forget_after(head)
        done: list[_Judged] = []
        for waiting in batch:
            (judged,) = _judge_in_order([waiting], past, head, now)
            if judged.kind == "accepted":
                try:
                    async with connection.transaction():
                        await _append(connection, [judged])
                except NOT_STORED as error:
                    past.forget_after(head)
                    judged = _Judged(waiting, "failed", {"error": str(error)})
                else:
                    head += len(judged.events)
            done.append(judged)
        return done

    async def _write_outcomes(
        self, connection: Connection, judged: Sequence[_Judged], now: datetime
    ) -> None:
        if judged:
            await connection.execute(
                _SQL["settle"],
                [j.waiting.id for j in judged],
                [j.waiting.digest for j in judged],
                [j.waiting.act.name for j in judged],
                [j.kind for j in judged],
                [orjson.dumps(j.answer, option=orjson.OPT_SORT_KEYS).decode() for j in judged],
                now,
            )


async def _append(connection: Connection, accepted: Sequence[_Judged]) -> None:
    """Events, sealed values, erasures; all or none."""
    await append_halves(connection, [half for j in accepted for half in j.halves])
    await sealed.keep(connection, [j.sealing for j in accepted])
    for judged in accepted:
        for offset, event in enumerate(judged.events):
            if event.topic == SealedValueErased.topic:
                await sealed.erase(connection, judged.answer["first"] + offset)


class _Past:
    """What the batch's rules may read, found by tag; grows by what the batch adds."""

    def __init__(self, events: Iterable[Recorded]) -> None:
        self._tagged: dict[str, list[Recorded]] = defaultdict(list)
        for event in events:
            self.add(event)

    @staticmethod
    async def read(connection: Connection, acts: Sequence[Command], today: date) -> _Past:
        """The union of all boundaries, in one query; each event decoded once."""
        topics: dict[frozenset[str], frozenset[str]] = {}
        for act in acts:
            for item in boundary(act, today).items:
                there = topics.get(item.tags)
                whole = there is not None and not (there and item.topics)
                topics[item.tags] = frozenset() if whole else (there or frozenset()) | item.topics
        query = Query(tuple(Selector(wanted, tags) for tags, wanted in topics.items()))
        return _Past(await read(connection, query, limit=_WHOLE) if topics else ())

    def add(self, event: Recorded) -> None:
        for tag in event.tags:
            self._tagged[tag].append(event)

    def forget_after(self, position: int) -> None:
        """What the batch had added, and was not stored."""
        for tag, events in self._tagged.items():
            self._tagged[tag] = [event for event in events if event.position <= position]

    def within(self, query: Query) -> list[Recorded]:
        """In order of position. Every item of a boundary names one tag."""
        found = {
            event.position: event
            for item in query.items
            for event in self._tagged.get(next(iter(item.tags)), ())
            if item.matches(event.topic, event.tags)
        }
        return [found[position] for position in sorted(found)]


def _judge_in_order(
    batch: Sequence[_Waiting], past: _Past, head: int, now: datetime
) -> list[_Judged]:
    """Each command judged on what was there and what those before it add."""
    done = []
    for waiting in batch:
        judged = _judge_one(waiting, past, head, now)
        for event in judged.events:
            head += 1
            past.add(_provisional(event, head, now))
        done.append(judged)
    return done


def _judge_one(waiting: _Waiting, past: _Past, head: int, now: datetime) -> _Judged:
    sealing = Sealing()
    try:
        history = past.within(boundary(waiting.act, day_of(now)))
        events = judge(waiting.act, history, now=now, command=waiting.id, seal=sealing)
        halves = [event.halves(new_salt()) for event in events]
    except Refused as refusal:
        broken = [rule.as_json() for rule in refusal.broken]
        return _Judged(waiting, "refused", {"broken": broken, "position": head})
    except NotCanonical as error:
        return _Judged(waiting, "failed", {"error": str(error)})
    except Exception as error:
        _LOGGER.exception("%s could not be judged", waiting.act.name)
        return _Judged(waiting, "failed", {"error": f"it could not be judged: {error!r}"})
    answer = {
        "first": head + 1,
        "last": head + len(events),
        "recorded_at": now,
        "cases": sorted({str(e.data["case"]) for e in events if "case" in e.data}),
    }
    return _Judged(waiting, "accepted", _as_stored(answer), events, halves, sealing)


def _provisional(event: Event, position: int, now: datetime) -> Recorded:
    """An event as the rest of its batch sees it: its place is certain, the lock is held."""
    judged = event.judged.as_json() if event.judged else None
    return Recorded(
        position, now, event.topic, event.tags, event.data, event.actor.as_json(), event.basis,
        event.command, event.effective, judged, "", b"",
    )  # fmt: skip


def _first_of_each(batch: Sequence[_Waiting]) -> list[_Waiting]:
    """One command may be asked for twice at once; it is carried out once."""
    return list({waiting.id: waiting for waiting in reversed(batch)}.values())[::-1]


def _outcome(row: Mapping[str, Any] | asyncpg.Record) -> Outcome:
    return Outcome(row["command"], row["outcome"], orjson.loads(row["answer"]))


def _as_stored(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as it will be read again."""
    decoded: dict[str, Any] = orjson.loads(orjson.dumps(answer))
    return decoded


def _answer(waiting: _Waiting, digest: bytes, outcome: Outcome) -> Outcome | IdReused:
    if digest != waiting.digest:
        return IdReused(f"the command id {waiting.id!r} was used before for another content")
    return outcome


def _tell(batch: Iterable[_Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
