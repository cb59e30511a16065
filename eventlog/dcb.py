"""The ledger for applications of `eventsourcing`: their persistence module, with our bytes and promises.

`PERSISTENCE_MODULE=eventlog.dcb` makes a `DCBApplication` read and append here: `Factory` gives it a
`Recorder`, and gives a projection's view a `TrackedView`. docs/eventsourcing.md has a whole program.

An application appends under topics and tags of its own: what the ledger itself records comes by acts only,
which its rules judge. An event's `data` may be any bytes there and is an object here: bytes that spell a
canonical JSON object stand as that object, all others as {"base64": "…"}. Both come back as they were given.
"""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, TypeVar, cast

import asyncpg
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.dcb.domain import Decision, Tagged
from eventsourcing.dcb.persistence import DCBInfrastructureFactory, DCBMapper
from eventsourcing.persistence import (
    DatabaseError,
    InfrastructureFactory,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, get_topic, register_topic, resolve_topic

from domain.canonical import NotCanonical, Object, decode, encode
from domain.events import TOPICS
from domain.kernel import Actor, Event, Query, Recorded, Selector
from domain.tags import parsed
from eventlog.database import Database, Pool
from eventlog.embedded import Server, home
from eventlog.errors import Conflict, LedgerError, NotAppended, OutcomeUnknown, Unavailable
from eventlog.log import LOST, AppendCondition, Log
from eventlog.queries import load

T = TypeVar("T")
_SQL = load("eventlog", "dcb.sql")


# --------------------------------------------------------------------------- a loop beside


class _Beside:
    """An event loop in a thread of its own, for what `eventsourcing` calls from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ledger-dcb", daemon=True)
        self._thread.start()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this on the loop and wait for it. Raises the errors of `eventsourcing.persistence`."""
        with _as_theirs():
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def _as_theirs() -> Iterator[None]:
    """Ours and the database's errors, as an application of `eventsourcing` expects them."""
    try:
        yield
    except Conflict as error:
        raise IntegrityError(str(error)) from error
    except (NotAppended, NotCanonical) as error:
        raise ProgrammingError(str(error)) from error
    except (OutcomeUnknown, Unavailable, *LOST) as error:
        raise OperationalError(str(error) or type(error).__name__) from error
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(str(error)) from error
    except (asyncpg.SyntaxOrAccessError, asyncpg.DataError) as error:
        raise ProgrammingError(str(error)) from error
    except (LedgerError, asyncpg.PostgresError) as error:
        raise DatabaseError(str(error)) from error


# --------------------------------------------------------------------------- the factory


class TrackedView(TrackingRecorder):
    """A projection's rows and how far it has followed, in one PostgreSQL database, committed together.

    The tables of a projection stand in a schema of its own. A subclass states in `tables` how they are made
    (CREATE TABLE IF NOT EXISTS …), writes them by `record` and reads them by `rows`.
    """

    tables: str = ""

    def __init__(self, url: str, schema: str) -> None:
        """url: of a login that may create a schema."""
        self._beside = _Beside()
        try:
            self._pool: Pool = self._beside.wait(self._open(url, schema))
        except BaseException:
            self._beside.end()
            raise

    async def _open(self, url: str, schema: str) -> Pool:
        try:
            pool = await asyncpg.create_pool(
                url, min_size=0, max_size=4, server_settings={"search_path": f'"{schema}"'}
            )
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute(_SQL["schema"].format(schema=schema))
                await connection.execute(_SQL["tracking"])
                if self.tables:
                    await connection.execute(self.tables)
        except OSError as error:
            raise OperationalError(str(error)) from error
        return pool

    def close(self) -> None:
        self._beside.wait(self._pool.close())
        self._beside.end()

    def record(self, tracking: Tracking, *statements: tuple[object, ...]) -> None:
        """Carry out these statements, each with its arguments, and note how far the view is, or do neither.

        Raises IntegrityError where the view is that far already.
        """
        self._beside.wait(self._record(tracking, statements))

    async def _record(self, tracking: Tracking, statements: Sequence[tuple[object, ...]]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            moved = await connection.fetchval(
                _SQL["track"], tracking.application_name, tracking.notification_id
            )
            if moved is None:
                raise IntegrityError(f"position {tracking.notification_id} was taken in already")
            for statement, *arguments in statements:
                await connection.execute(str(statement), *arguments)

    def insert_tracking(self, tracking: Tracking) -> None:
        self.record(tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        found: int | None = self._beside.wait(self._pool.fetchval(_SQL["tracked"], application_name))
        return found

    def rows(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """What a query finds in the view."""
        found: list[asyncpg.Record] = self._beside.wait(self._pool.fetch(query, *arguments))
        return found


class Factory(InfrastructureFactory[TrackedView], DCBInfrastructureFactory[TrackedView]):
    """What `eventsourcing` asks a persistence module for.

    LEDGER_DATABASE_URL: the ledger; default the embedded one. APPLICATION_PRINCIPAL: in whose name it
    appends; default its own. VIEWS_DATABASE_URL: where views are kept; default a database beside the embedded
    ledger. Each may stand behind the name of one application or projection: ROSTER_VIEWS_DATABASE_URL.
    """

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        self._opened: list[Recorder | TrackedView] = []

    def dcb_recorder(self) -> Recorder:
        url = self.env.get("LEDGER_DATABASE_URL")
        database = Database(url, url) if url else Database.from_environment()
        principal = self.env.get("APPLICATION_PRINCIPAL") or f"application-{self.env.name}"
        recorder = Recorder(database, Actor(principal, "driver", "application"))
        self._opened.append(recorder)
        return recorder

    def tracking_recorder(self, tracking_recorder_class: type[TrackedView] | None = None) -> TrackedView:
        view = (tracking_recorder_class or TrackedView)(self._views(), self.env.name.lower() or "view")
        self._opened.append(view)
        return view

    def _views(self) -> str:
        if url := self.env.get("VIEWS_DATABASE_URL"):
            return url
        beside = Database.embedded(Server(home()), "views")
        asyncio.run(beside.create())
        return beside.owner_url

    def close(self) -> None:
        while self._opened:
            self._opened.pop().close()

    def aggregate_recorder(self, purpose: str = "events") -> NoReturn:
        raise NotSupportedError("the ledger is a log with tags: subclass DCBApplication")

    def application_recorder(self) -> NoReturn:
        raise NotSupportedError("the ledger is a log with tags: subclass DCBApplication")

    def process_recorder(self) -> NoReturn:
        raise NotSupportedError("the ledger is a log with tags: subclass DCBApplication")


class JSONDecision(Decision):
    """A decision whose attributes are the members of a JSON object. TOPIC: of its events."""

    TOPIC: str

    def __init_subclass__(cls) -> None:
        if "TOPIC" in cls.__dict__:
            register_topic(cls.TOPIC, cls)

    def __init__(self, **members: Any) -> None:
        self.__dict__.update(members)

    def __getattr__(self, name: str) -> Any:
        """What the event does not state is None."""
        if name.startswith("__"):
            raise AttributeError(name)
        return None


class JSONMapper(DCBMapper[Decision]):
    """Decisions as JSON objects, those that an application makes and the ledger's facts that it reads."""

    def to_dcb_event(self, event: Tagged[Decision]) -> DCBEvent:
        try:
            data = encode(cast("Object", event.decision.as_dict()))
        except NotCanonical as error:
            raise ProgrammingError(str(error)) from error
        return DCBEvent(get_topic(type(event.decision)), data, event.tags)

    def to_domain_event(self, event: DCBEvent) -> Tagged[Decision]:
        kind: type[Decision] = resolve_topic(event.type)
        return Tagged(event.tags, kind(**cast("Object", decode(event.data))))


# --------------------------------------------------------------------------- the recorder


class Recorder(DCBRecorder):
    """A log in the shape that `eventsourcing` applications expect: synchronous, thread-safe."""

    def __init__(self, database: Database, actor: Actor) -> None:
        """actor: in whose name this recorder appends."""
        self._actor = actor
        self._beside = _Beside()
        try:
            self.log = self.wait(Log.open(database))
        except BaseException:
            self._beside.end()
            raise

    def close(self) -> None:
        self.wait(self.log.close())
        self._beside.end()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this on the recorder's own loop and wait for it."""
        return self._beside.wait(work)

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        head = self.wait(self.log.head()).position
        events = self.log.stream(_query(query), after=after or 0, until=head)
        return _Response(self, events, head=head or None, limit=limit)

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        for event in events:
            _refuse_the_ledgers_own(event)
        ours = [Event(e.type, frozenset(e.tags), as_object(e.data), self._actor) for e in events]
        unless = (
            AppendCondition(_query(condition.fail_if_events_match), condition.after or 0)
            if condition
            else None
        )
        return self.wait(self.log.append(ours, unless)).last

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> Subscription:
        return Subscription(self, query, after)


def _refuse_the_ledgers_own(event: DCBEvent) -> None:
    if event.type in TOPICS:
        raise ProgrammingError(
            f"{event.type}: what the ledger records comes by acts, which its rules judge; "
            "an application appends under topics of its own"
        )
    if theirs := sorted(tag for tag in event.tags if parsed(tag)[0] is not None):
        raise ProgrammingError(
            f"{', '.join(theirs)}: tags of the ledger's, by which its histories are read; "
            "an application's events carry tags of its own"
        )


class _Response(DCBReadResponse):
    """Pulls one page at a time through the recorder's loop."""

    def __init__(
        self, recorder: Recorder, events: AsyncIterator[Recorded], *, head: int | None, limit: int | None
    ) -> None:
        self._recorder = recorder
        self._events = events
        self._left = limit
        self._head = head if limit is None else None

    @property
    def head(self) -> int | None:
        """The newest position when the read began; with a limit, the last one returned so far."""
        return self._head

    def __iter__(self) -> Iterator[DCBSequencedEvent]:
        return self

    def __next__(self) -> DCBSequencedEvent:
        if self._left == 0:
            raise StopIteration
        event = self._recorder.wait(_next(self._events))
        if event is None:
            raise StopIteration
        if self._left is not None:
            self._left -= 1
            self._head = event.position
        return _sequenced(event)


class Subscription(DCBSubscription[Recorder]):
    """Catches up, then blocks for each new event until it is stopped."""

    def __init__(self, recorder: Recorder, query: DCBQuery | None, after: int | None) -> None:
        super().__init__(recorder, query, after)
        self._events = recorder.log.subscribe(_query(query), after=after or 0)
        self._waiting: asyncio.Task[Recorded | None] | None = None

    async def _await_next(self) -> Recorded | None:
        if self._has_been_stopped:
            return None
        self._waiting = asyncio.create_task(_next(self._events))
        with suppress(asyncio.CancelledError):
            return await self._waiting
        return None

    async def _release(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()

    def stop(self) -> None:
        if self._has_been_stopped:
            return
        super().stop()
        self._recorder.wait(self._release())

    def __next__(self) -> DCBSequencedEvent:
        event = self._recorder.wait(self._await_next())
        if event is None:
            raise StopIteration
        return _sequenced(event)


async def _next(events: AsyncIterator[Recorded]) -> Recorded | None:
    return await anext(events, None)


def _query(query: DCBQuery | None) -> Query:
    items = query.items if query else []
    return Query(tuple(Selector.of(topics=item.types, tags=item.tags) for item in items))


def _sequenced(event: Recorded) -> DCBSequencedEvent:
    stored = DCBEvent(event.topic, as_bytes(event.data), sorted(event.tags))
    return DCBSequencedEvent(stored, event.position)


def as_object(data: bytes) -> Object:
    """A DCB event's bytes as an event's data: the JSON object that they are, or else in base64."""
    with suppress(NotCanonical):
        value = decode(data)
        if isinstance(value, dict) and value.keys() != {"base64"}:
            return cast("Object", value)
    return {"base64": base64.b64encode(data).decode()}


def as_bytes(data: Object) -> bytes:
    """What `as_object` was given."""
    if data.keys() == {"base64"} and isinstance(data["base64"], str):
        return base64.b64decode(data["base64"])
    return encode(data)
