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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

import asyncpg
import orjson

from domain.commands.command import Command
from domain.dates import day_of
from domain.events import SealedValueErased
from domain.reasons import because
from eventlog import sealed
from eventlog.batch import Outcome, Past, Verdict, Waiting, judge_in_order, not_stored
from eventlog.errors import ClockRefused, LedgerError, NotAppended, OutcomeUnknown, Unavailable, UnsafeServer
from eventlog.log import LOST, Log, append_spelled, own_clock, translated
from eventlog.queries import load

if TYPE_CHECKING:
    from eventlog.database import Connection, Database

MOST_IN_A_BATCH = 200
LOCK_WAIT = "20s"  # how long a batch waits for the log's lock before its callers are told
MOST_WAITING = 2_000  # commands; beyond that a caller is told to come back
TRIES = 8  # to settle a batch whose connection broke; they last some ten seconds
# What the server may say of one command's bytes or values; the others can still be stored.
NOT_STORED = (NotAppended, asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
_SQL = load("eventlog", "beside.sql")
_LOGGER = logging.getLogger("designations.committer")


class IdReused(LedgerError):
    """A command's id was used before for another content; nothing was done."""


class Busy(Unavailable):
    """More commands are waiting than can be carried out soon; nothing was done: ask again later."""


class Locked(Unavailable):
    """Nothing can be appended now; nothing was done: ask again later."""


@dataclass(frozen=True, slots=True)
class Committed:
    """A batch that was committed."""

    commands: int
    settled: tuple[tuple[str, Outcome], ...]  # act and outcome of those that were not settled before
    lock_seconds: float  # waited for the log's lock
    seconds: float  # from before the lock until after the commit


def _is_an_id(text: str) -> bool:
    try:
        return 1 <= len(text.encode()) <= 200 and text.isprintable()
    except UnicodeEncodeError:
        return False


class Committer:
    """One for a process: takes commands from all its tasks, and carries them out in batches."""

    def __init__(
        self, database: Database, log: Log, *, watch: Callable[[Committed], None] | None = None
    ) -> None:
        """watch: told of each batch that was committed."""
        self._database = database
        self._log = log
        self._watch = watch
        self._queue: asyncio.Queue[Waiting | None] = asyncio.Queue()
        self._next: Waiting | None = None  # taken out of the queue for the next batch
        self._connection: Connection | None = None
        self._working: asyncio.Task[None] | None = None
        self._closing = False
        self._batch: list[Waiting] = []
        self.batches = 0  # carried out so far
        self.largest = 0  # commands in the largest of them

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Carry out what is waiting, then stop; what is asked for from now on is refused."""
        if not self._closing:
            self._closing = True
            self._queue.put_nowait(None)
        if self._working is not None:
            await asyncio.shield(self._working)
        if self._connection is not None:
            with suppress(*LOST):
                await self._connection.close()
            self._connection = None

    async def carry_out(
        self, act: Command, command: str | None = None, *, at: datetime | None = None
    ) -> Outcome:
        """Judge an act and record what it leads to; or say which rules it breaks.

        command: its id; asked again with the same id, the first outcome is given again.
        at: when, by the driver's clock, on a simulated ledger only.
        Raises IdReused, OutcomeUnknown, Busy, Unavailable, ClockRefused.
        """
        if self._closing:
            raise Unavailable("the committer is closing; ask another process")
        if self._queue.qsize() >= MOST_WAITING:
            raise Busy("{most} commands are waiting; ask again in a moment", most=MOST_WAITING)
        if command is not None and not _is_an_id(command):
            raise NotAppended("a command's id is 1 to 200 bytes of text without control characters")
        if self._working is not None and self._working.done():
            raise Unavailable("the committer has ended; its log says why")
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        digest = hashlib.sha256(act.as_json()).digest()
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(Waiting(act, command or str(uuid4()), digest, answer, at))
        return await answer

    async def outcome(self, command: str) -> Outcome | None:
        """What became of a command; None if it was not carried out (yet)."""
        row = await self._log.pool.fetchrow(_SQL["outcomes"], [command])
        return None if row is None else _outcome(row)

    async def _work(self) -> None:
        """Until the committer is closed; whatever ends it, nobody is left waiting."""
        try:
            await self._carry_on()
        finally:
            left = [w for w in self._left() if w is not None]
            _tell(
                [*self._batch, *left],
                OutcomeUnknown("the committer ended; ask again with the same command id"),
            )

    def _left(self) -> Iterator[Waiting | None]:
        yield self._next
        while not self._queue.empty():
            yield self._queue.get_nowait()

    async def _carry_on(self) -> None:
        while (first := self._next or await self._queue.get()) is not None:
            self._next = None
            batch = [first]
            last = False
            while len(batch) < MOST_IN_A_BATCH and not self._queue.empty():
                waiting = self._queue.get_nowait()
                if waiting is None:
                    last = True
                    break
                one_time = waiting.at == first.at  # a batch has one
                if not one_time or waiting.is_alone or first.is_alone:
                    self._next = waiting
                    break
                batch.append(waiting)
            self._batch = [waiting for waiting in batch if not waiting.answer.done()]
            await self._settle(self._batch)
            if last:
                return

    async def _settle(self, batch: list[Waiting]) -> None:
        """Until every command of a batch has its answer."""
        unknown = False  # whether a transaction was begun whose end nobody has seen
        for attempt in range(1, TRIES + 1):
            try:
                outcomes = await self._commit(batch)
            except (Locked, ClockRefused, UnsafeServer) as error:
                self._drop_connection()
                _tell(batch, error)
                return
            except (*LOST, Unavailable) as error:
                unknown = unknown or self._connection is not None
                self._drop_connection()
                if attempt == TRIES:
                    _tell(
                        batch,
                        OutcomeUnknown(
                            "the database was lost in mid-command ({error}); ask again with the same "
                            "command id",
                            error=error,
                        )
                        if unknown
                        else Unavailable(str(error)),
                    )
                    return
                _LOGGER.warning("the committer lost its database, try %d: %s", attempt, error)
                await asyncio.sleep(0.05 * 2**attempt)
            except Exception as error:
                self._drop_connection()
                if len(batch) > 1:  # one of them cannot be read or stored: each by itself
                    _LOGGER.warning("a batch is carried out one by one: %s", error)
                    for waiting in batch:
                        await self._settle([waiting])
                else:
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

    async def _commit(self, batch: Sequence[Waiting]) -> list[Outcome | IdReused]:
        """One transaction: the lock, one read, the judging in order, one append, the outcomes."""
        if not batch:
            return []
        if self._connection is None:
            self._connection = await self._database.connect()
            await self._connection.execute(_SQL["wait_for_the_lock"], LOCK_WAIT)
        connection = self._connection
        async with connection.transaction():
            began = perf_counter()
            try:
                turn = await connection.fetchrow(_SQL["take_turn"], batch[0].at, own_clock())
            except asyncpg.LockNotAvailableError as error:
                raise Locked("another session keeps the log's lock: {error}", error=error) from error
            except asyncpg.PostgresError as error:
                raise translated(error) from error
            locked = perf_counter()
            assert turn is not None  # a function with OUT parameters returns one row
            if turn["restoring"]:
                raise Locked("a restore into this ledger is not finished")
            if turn["head"] == 0:
                raise Locked("this ledger is not opened yet; run: designations open NAME")
            head, now = turn["head"], turn["now"]
            known = await self._known(connection, batch)
            new = _first_of_each([w for w in batch if w.id not in known])
            past = await Past.read(connection, new, day_of(now))
            judged = await asyncio.to_thread(judge_in_order, new, past, head, now)
            judged = await self._store(connection, judged, past, head, now)
            await self._write_outcomes(connection, judged, now)
        self.batches += 1
        self.largest = max(self.largest, len(batch))
        if self._watch is not None:
            new_outcomes = tuple(
                (j.waiting.act.name, Outcome(j.waiting.id, j.kind, j.answer)) for j in judged
            )
            self._watch(Committed(len(batch), new_outcomes, locked - began, perf_counter() - began))
        settled = known | {
            j.waiting.id: (j.waiting.digest, Outcome(j.waiting.id, j.kind, j.answer)) for j in judged
        }
        return [_answer(waiting, *settled[waiting.id]) for waiting in batch]

    async def _known(
        self, connection: Connection, batch: Sequence[Waiting]
    ) -> dict[str, tuple[bytes | None, Outcome]]:
        """What was settled before: by id, with the digest of what was asked for then."""
        rows = await connection.fetch(_SQL["outcomes"], [waiting.id for waiting in batch])
        return {row["command"]: (row["digest"], _outcome(row)) for row in rows}

    async def _store(
        self, connection: Connection, judged: list[Verdict], past: Past, head: int, now: datetime
    ) -> list[Verdict]:
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
        self, connection: Connection, batch: Sequence[Waiting], past: Past, head: int, now: datetime
    ) -> list[Verdict]:
        """Each command judged and stored by itself, so that a bad one takes no other with it."""
        past.forget_after(head)
        done: list[Verdict] = []
        for waiting in batch:
            (judged,) = judge_in_order([waiting], past, head, now)
            if judged.kind == "accepted":
                try:
                    async with connection.transaction():
                        await _append(connection, [judged])
                except NOT_STORED as error:
                    past.forget_after(head)
                    judged = not_stored(waiting, error)
                else:
                    head += len(judged.events)
            done.append(judged)
        return done

    async def _write_outcomes(self, connection: Connection, judged: Sequence[Verdict], now: datetime) -> None:
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


async def _append(connection: Connection, accepted: Sequence[Verdict]) -> None:
    """Events, sealed values, erasures; all or none."""
    await append_spelled(connection, [event for j in accepted for event in j.spelled])
    await sealed.keep(connection, [j.sealing for j in accepted])
    for judged in accepted:
        for offset, event in enumerate(judged.events):
            if event.topic == SealedValueErased.topic:
                await sealed.erase(connection, judged.answer["first"] + offset)


def _first_of_each(batch: Sequence[Waiting]) -> list[Waiting]:
    """One command may be asked for twice at once; it is carried out once."""
    first: dict[str, Waiting] = {}
    for waiting in batch:
        first.setdefault(waiting.id, waiting)
    return list(first.values())


def _outcome(row: Mapping[str, Any] | asyncpg.Record) -> Outcome:
    try:
        answer = orjson.loads(row["answer"])
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):  # written past the committer, before the database refused such rows
        unreadable = {"cause": "not-stored", **because("its-outcome-cannot-be-read").as_json()}
        return Outcome(row["command"], "failed", unreadable)
    return Outcome(row["command"], row["outcome"], answer)


def _answer(waiting: Waiting, digest: bytes | None, outcome: Outcome) -> Outcome | IdReused:
    if digest is not None and digest != waiting.digest:
        return IdReused("the command id {id!r} was used before for another content", id=waiting.id)
    return outcome


def _tell(batch: Iterable[Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
