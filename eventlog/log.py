"""The log: append under a condition, read, subscribe.

What each promises when the process or the server dies in the middle of it:

- `append`: all of the events or none; a position is used up only by an event that stays. Unanswered,
  the outcome is unknown to the caller (OutcomeUnknown): read before appending again.
- `read`: events in order of position. Whoever has seen position n can see all below it.
- `subscribe`: every matching event once, in order; a lost notice or listener delays, never loses.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import asyncpg

from domain.kernel import EVERYTHING, Event, Query, Recorded, Spelled
from eventlog.errors import ClockRefused, Conflict, NotAppended, OutcomeUnknown, Unavailable, UnsafeServer
from eventlog.notices import Announcer, Listener
from eventlog.queries import load
from eventlog.sealed import keep_grounds

if TYPE_CHECKING:
    from eventlog.database import AnyConnection, Database, Pool

PAGE = 1_000  # events read at once
WHOLE = 2**31 - 1  # a limit that is none
POLL_SECONDS = 1.0
_SQL = load("eventlog", "log.sql")
_GIVE_UP_AFTER = 60  # failed reads in a row, a poll apart, before a follower says so
# How a connection ends under us; the last is asyncpg's own word when the backend dies mid-message.
LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InternalClientError,
)


@dataclass(frozen=True, slots=True)
class AppendCondition:
    """Append only if no event behind position `after` matches the query."""

    fail_if_events_match: Query = EVERYTHING
    after: int = 0

    def as_json(self) -> str:
        items = self.fail_if_events_match.as_json()
        return json.dumps({"items": items, "after": self.after}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Appended:
    """Where events came to stand."""

    first: int
    last: int
    recorded_at: datetime  # UTC; the same for all of them


@dataclass(frozen=True, slots=True)
class Head:
    """The newest position, and what of the ledger is known without reading its events."""

    position: int
    simulated: bool | None  # None: not opened yet
    restoring: bool  # a restore into it is not finished


class Log:
    """One ledger's log, through a pool of the service's connections."""

    def __init__(self, database: Database, pool: Pool) -> None:
        self.pool = pool
        self._announcer = Announcer(pool)
        self.listener = Listener(database)

    @classmethod
    async def open(cls, database: Database, *, size: int = 10, longest: float | None = None) -> Self:
        """Connect; refuses a schema that is not this program's. Raises SchemaMismatch, Unavailable.

        longest: seconds that a question to the database may take; None: as long as it needs.
        """
        return cls(database, await database.pool(size=size, longest=longest))

    async def close(self) -> None:
        await self.listener.close()
        await self._announcer.close()
        await self.pool.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def append(
        self,
        events: Sequence[Event],
        condition: AppendCondition | None = None,
        *,
        clock: datetime | None = None,
    ) -> Appended:
        """Append all of the events, or none if the condition fails.

        clock: the driver's time, on a simulated ledger only.
        Raises Conflict, NotAppended, ClockRefused, OutcomeUnknown.
        """
        try:
            if condition is not None and condition.after > (head := await self.head()).position:
                raise NotAppended(
                    "the append condition looks behind position {after}, but the log ends at {head}: nothing "
                    "could ever fail it",
                    after=condition.after,
                    head=head.position,
                )
            async with self.pool.acquire() as connection:
                appended = await append(connection, events, condition, clock=clock)
        except LOST as error:
            raise OutcomeUnknown(
                "the connection broke while appending {count} events ({error}); they are in the log "
                "once or not at all: read before appending again",
                count=len(events),
                error=error,
            ) from error
        self.announce()
        return appended

    def announce(self) -> None:
        """Tell followers soon that something was committed."""
        self._announcer.announce()

    async def head(self) -> Head:
        row = await self.pool.fetchrow(_SQL["head"])
        assert row is not None  # one row, made by the migration, that nothing can delete
        return Head(row["position"], row["simulated"], row["restoring"])

    async def position_at(self, instant: datetime) -> int:
        """The newest position recorded at or before an instant; 0 if there is none."""
        position: int = await self.pool.fetchval(_SQL["position_at"], instant)
        return position

    async def read(
        self,
        query: Query = EVERYTHING,
        *,
        after: int = 0,
        until: int | None = None,
        limit: int = PAGE,
        backwards: bool = False,
    ) -> list[Recorded]:
        """At most `limit` matching events with after < position <= until, in order.

        Backwards: the newest first, from `until` down.
        """
        async with self.pool.acquire() as connection:
            return await read(connection, query, after=after, until=until, limit=limit, backwards=backwards)

    async def at(self, positions: Iterable[int]) -> list[Recorded]:
        """The events at these positions, in order."""
        async with self.pool.acquire() as connection:
            return await at(connection, positions)

    async def stream(
        self,
        query: Query = EVERYTHING,
        *,
        after: int = 0,
        until: int | None = None,
        backwards: bool = False,
        page: int = PAGE,
    ) -> AsyncIterator[Recorded]:
        """The same without a limit, holding one page at a time; ends at the head of when it began."""
        until = (await self.head()).position if until is None else until
        while after < until:
            events = await self.read(query, after=after, until=until, limit=page, backwards=backwards)
            for event in events:
                yield event
            if len(events) < page:
                return
            if backwards:
                until = events[-1].position - 1
            else:
                after = events[-1].position

    async def subscribe(self, query: Query = EVERYTHING, *, after: int = 0) -> AsyncIterator[Recorded]:
        """Every matching event behind `after`, then each new one as it comes; never ends."""
        heard = asyncio.Event()
        failures = 0
        stop_listening = self.listener.add(heard)
        try:
            while True:
                heard.clear()
                try:
                    head = (await self.head()).position
                    events = await self.read(query, after=after, until=head)
                    failures = 0
                except LOST as error:
                    failures += 1
                    if failures == _GIVE_UP_AFTER:
                        raise Unavailable(
                            "the log has not answered for {failures} tries: {error}; subscribe again "
                            "after position {after}",
                            failures=failures,
                            error=error,
                            after=after,
                        ) from error
                    events, head = [], after
                for event in events:
                    after = event.position
                    yield event
                if len(events) < PAGE:
                    after = max(after, head)
                    await wait(heard, POLL_SECONDS)
        finally:
            stop_listening()


async def wait(heard: asyncio.Event, seconds: float) -> None:
    """Until the event is set, but no longer than that."""
    try:
        async with asyncio.timeout(seconds):
            await heard.wait()
    except TimeoutError:
        pass


def query_json(query: Query) -> str:
    """A query as log.read takes it."""
    return json.dumps(query.as_json(), ensure_ascii=False)


async def append(
    connection: AnyConnection,
    events: Sequence[Event],
    condition: AppendCondition | None = None,
    *,
    clock: datetime | None = None,
) -> Appended:
    """`Log.append` on a connection of the caller's, within its transaction if it is in one."""
    return await append_spelled(connection, [spell(event) for event in events], condition, clock=clock)


def own_clock() -> datetime:
    """This process's time, for the database to hold its own against."""
    return datetime.now(UTC)


def spell(event: Event) -> Spelled:
    """An event's canonical text, salted, so that its hash says nothing of it, nor of what judged it."""
    return event.spelled(secrets.token_bytes(16), secrets.token_bytes(16) if event.judged else b"")


async def append_spelled(
    connection: AnyConnection,
    events: Sequence[Spelled],
    condition: AppendCondition | None = None,
    *,
    clock: datetime | None = None,
) -> Appended:
    """The same for events that are canonical text already; and what judged them is kept beside the log."""
    if not events:
        raise NotAppended("append takes at least one event")
    if any(event.grounds is not None for event in events) and not connection.is_in_transaction():
        async with connection.transaction():
            return await append_spelled(connection, events, condition, clock=clock)
    try:
        row = await connection.fetchrow(
            _SQL["append"],
            [event.before for event in events],
            [event.after for event in events],
            condition.as_json() if condition is not None else None,
            clock,
            own_clock(),
        )
    except asyncpg.PostgresError as error:
        raise translated(error) from error
    assert row is not None  # a function with OUT parameters returns one row
    await keep_grounds(connection, row["first"], events)
    return Appended(row["first"], row["last"], row["recorded_at"])


async def read(
    connection: AnyConnection,
    query: Query = EVERYTHING,
    *,
    after: int = 0,
    until: int | None = None,
    limit: int = PAGE,
    backwards: bool = False,
) -> list[Recorded]:
    """`Log.read` on a connection of the caller's, in its snapshot if it has one."""
    rows = await connection.fetch(
        _SQL["read"], query_json(query), after, 2**62 if until is None else until, limit, backwards
    )
    return [Recorded.from_bytes(row["bytes"]) for row in rows]


async def at(connection: AnyConnection, positions: Iterable[int]) -> list[Recorded]:
    """`Log.at` on a connection of the caller's."""
    rows = await connection.fetch(_SQL["at"], list(positions))
    return [Recorded.from_bytes(row["bytes"]) for row in rows]


def translated(error: asyncpg.PostgresError) -> Exception:
    """The database's word for what went wrong, as ours."""
    said = f"{error.message}. {error.hint}" if error.hint else str(error.message)
    match error.sqlstate:
        case "DL001":
            at = json.loads(error.detail or "{}")
            return Conflict(at["selector"], at["position"])
        case "DL002":
            return ClockRefused(said)
        case "DL003":
            return NotAppended(said)
        case "DL005":
            return UnsafeServer(said)
        case state if state and state[:2] in {"22", "23", "54"}:
            return NotAppended("the log refuses these events: {error}", error=error)
        case _:
            return error
