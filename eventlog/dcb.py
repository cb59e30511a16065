"""The log behind `eventsourcing`'s DCBRecorder: its interface, our bytes and promises.

An event's `data` may be any bytes there and is an object here: bytes that spell a canonical JSON
object stand as that object, all others as {"base64": "…"}. Both come back as they were given.
"""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar, cast

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.persistence import IntegrityError

from domain.canonical import NotCanonical, Object, decode, encode
from domain.kernel import Actor, Event, Query, Recorded, Selector
from eventlog.database import Database
from eventlog.errors import Conflict
from eventlog.log import AppendCondition, Log

T = TypeVar("T")


class Recorder(DCBRecorder):
    """A log in the shape that `eventsourcing` applications expect: synchronous, thread-safe."""

    def __init__(self, database: Database, actor: Actor) -> None:
        """actor: in whose name this recorder appends."""
        self._actor = actor
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ledger-dcb")
        self._thread.start()
        try:
            self.log = self.wait(Log.open(database))
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        self.wait(self.log.close())
        self._end()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this on the recorder's own loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        head = self.wait(self.log.head()).position
        events = self.log.stream(_query(query), after=after or 0, until=head)
        return _Response(self, events, head=head or None, limit=limit)

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        ours = [Event(e.type, frozenset(e.tags), as_object(e.data), self._actor) for e in events]
        unless = (
            AppendCondition(_query(condition.fail_if_events_match), condition.after or 0)
            if condition
            else None
        )
        try:
            return self.wait(self.log.append(ours, unless)).last
        except Conflict as conflict:
            raise IntegrityError(str(conflict)) from conflict

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> Subscription:
        return Subscription(self, query, after)


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
