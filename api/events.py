"""The log itself: what a reader may see of each event, as it comes or page by page; its checkpoint."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import EventSourceResponse
from fastapi.sse import format_sse_event
from pydantic import StringConstraints

from api.answers import AQuestion, Asked, AsKnown, AsOf, Cursor, Example, Limit, question
from api.house import AHouse, address_of, granted_to
from api.parameters import UNKNOWN_SUBJECT
from api.problems import BadQuestion, Problem
from domain.access import PUBLIC
from domain.canonical import leaf_hash
from domain.kernel import Query as LogQuery
from domain.kernel import Recorded
from domain.tags import SUBJECT
from eventlog.errors import Unavailable
from eventlog.log import LOST
from projections.answers import encode
from projections.asking.shown import left_of, query_for, read_shown, show_events
from projections.asking.tokens import NotGranted
from projections.log.answer import (
    CheckpointPage,
    EventAsStored,
    EventsPage,
    NoSuchEvent,
    checkpoint_page,
    cloud_event,
    leaf,
)

router = APIRouter(prefix="/v1")
_LOGGER = logging.getLogger("designations.api")
NDJSON = "application/x-ndjson"
CLOUDEVENT, CLOUDEVENTS = "application/cloudevents+json", "application/cloudevents-batch+json"
HEARTBEAT_SECONDS = 15.0
_PUBLIC_STREAM_SECONDS = 3600
Word = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Words = Annotated[list[Word] | None, Query(max_length=20)]
Tags = Annotated[
    list[Word] | None, Query(max_length=20, description="a subject in a tag: by its id, a code or a name")
]
APosition = Annotated[int, Path(ge=1, le=2**53)]


@question(
    router,
    "/events",
    "events",
    EventsPage,
    example=Example(
        "public",
        f"/v1/events?tag={SUBJECT('cn:420100')}&limit=2",
        {"application/x-ndjson": "", CLOUDEVENTS: ""},
    ),
    problems=UNKNOWN_SUBJECT,
    also=(NDJSON, CLOUDEVENTS),
)
async def get_events(
    asked: AQuestion,
    request: Request,
    tag: Tags = None,
    topic: Words = None,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    until: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    order: Literal["forwards", "backwards"] = "forwards",
    as_of: AsOf = None,
    as_known: AsKnown = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Events that carry all the tags and have one of the topics, after a position up to another: those
    that may have taken effect by the day `as_of`, as the log was at `as_known`. Each as it was recorded;
    what is believed of it since, histories and corrections say.

    As JSON; with `Accept: application/x-ndjson` a line each: the bytes as they are stored and hashed,
    or, where something is withheld from you, what is left; with
    `Accept: application/cloudevents-batch+json` as CloudEvents 1.0. `next` (elsewhere the header
    `Ledger-Next`) is there while there is more that you may see.
    """
    head = await asked.log_position(as_known)
    until = head if until is None else min(until, head)
    if cursor is not None:
        pinned = asked.pinned(cursor, after=int, until=int, head=int)
        after, until = pinned.number("after"), pinned.number("until")
        head = min(pinned.number("head"), head)
    asked.fresh(head)
    backwards = order == "backwards"
    found = await read_shown(
        asked.eyes,
        topic or (),
        asked.tags_meant(tag),
        after=after,
        until=until,
        limit=limit + 1,
        backwards=backwards,
        as_of=as_of,
    )
    following = None
    if len(found) > limit:
        found = found[:limit]
        last = found[-1][0].position
        following = (
            asked.next_cursor(after=after, until=last - 1, head=head)
            if backwards
            else asked.next_cursor(after=last, until=until, head=head)
        )
    accepts = request.headers.get("accept", "")
    more = {"Ledger-Next": following} if following else {}
    if NDJSON in accepts:
        body = b"".join(left_of(event, shown) + b"\n" for event, shown in found)
        return Response(body, media_type=NDJSON, headers={**asked.headers(head), **more})
    if CLOUDEVENTS in accepts:
        batch = [cloud_event(asked.house.ledger, event, shown) for event, shown in found]
        headers = {**asked.headers(head), **more}
        return Response(encode(batch), media_type=CLOUDEVENTS, headers=headers)
    events = tuple(leaf(event, shown) for event, shown in found)
    return asked.answer(head, EventsPage(events=events, next=following))


@question(
    router,
    "/events/stream",
    "stream",
    None,
    problems=("busy", *UNKNOWN_SUBJECT),
    also=("text/event-stream",),
    conditional=False,
)
async def get_stream(
    house: AHouse,
    asked: AQuestion,
    request: Request,
    tag: Tags = None,
    topic: Words = None,
    after: Annotated[int | None, Query(ge=0, le=2**53, description="default: from now on")] = None,
    form: Literal["ledger", "cloudevents"] = "ledger",
    last_event_id: Annotated[
        str | None, Header(description="the `id` of the last event seen", max_length=20)
    ] = None,
) -> Response:
    """Events as they come (server-sent events): each with its position as `id`, its topic as `event`.

    It goes on behind `Last-Event-ID`, or behind `after`. A comment every 15 seconds says that it is
    alive; it ends when your token does, and when the server stops.
    """
    if last_event_id:  # an empty one is none
        if not (last_event_id.isascii() and last_event_id.isdecimal()):
            raise BadQuestion("Last-Event-ID", "is the `id` of an event of this stream: a position")
        after = int(last_event_id)
    head = await asked.head()
    if after is not None and after > head:
        raise BadQuestion(
            "after", "the log has {head} events yet; {after} was asked for", head=head, after=after
        )
    whose = asked.reader.actor.principal
    if whose == PUBLIC.principal:
        whose = f"public {address_of(request)}"
    most = house.settings.streams
    if house.streams.total() >= most or house.streams[whose] >= max(1, most // 10):
        raise Problem("busy", "as many streams are open as may be", headers={"Retry-After": "10"})
    tags = asked.tags_meant(tag)
    query = query_for(asked.reader, topic or (), tags)
    begin = head if after is None else after
    stream = _stream(asked, whose, query, frozenset(tags), begin, form)
    return EventSourceResponse(stream, headers={"Cache-Control": "no-store"})


async def _stream(
    asked: Asked,
    whose: str,
    query: LogQuery | None,
    tags: frozenset[str],
    after: int,
    form: Literal["ledger", "cloudevents"],
) -> AsyncIterator[bytes]:
    """Until the asker leaves, the token ends or the server stops; without a token, an hour at most.

    The heart beats by the clock, whatever happens in between that is not for the asker.
    """
    house = asked.house
    house.streams[whose] += 1
    began = time.monotonic()
    beat = began + HEARTBEAT_SECONDS
    checked = after  # the token gave its role when the log had come this far
    following = asked.log.subscribe(query, after=after) if query is not None else None
    waiting: asyncio.Future[Recorded] | None = None
    stopping = asyncio.ensure_future(house.stopping.wait())
    try:
        # with an id: who reconnects before any event came goes on from here
        yield format_sse_event(retry=1000, id=str(after), comment=f"behind position {after}")
        while not house.stopping.is_set():
            if following is not None and waiting is None:
                waiting = asyncio.ensure_future(anext(following))
            rest = max(0.0, beat - time.monotonic())
            for_these: set[asyncio.Future[Recorded] | asyncio.Future[Literal[True]]] = {stopping}
            if waiting is not None:
                for_these.add(waiting)
            await asyncio.wait(for_these, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
            if time.monotonic() >= beat:
                beat += HEARTBEAT_SECONDS
                if not await _still_granted(asked) or _is_over(asked, began):
                    return
                yield format_sse_event(comment="alive")
            if waiting is None or not waiting.done():
                continue
            event, waiting = waiting.result(), None
            if event.position > checked:
                checked = (await asked.log.head()).position
                if not await _still_granted(asked):
                    return
            for _, shown in await show_events(asked.eyes, [event]):
                if tags <= set(shown.said.tags):
                    data = (
                        left_of(event, shown)
                        if form == "ledger"
                        else encode(cloud_event(house.ledger, event, shown))
                    )
                    yield format_sse_event(data_str=data.decode(), event=event.topic, id=str(event.position))
    except (*LOST, Unavailable) as error:
        _LOGGER.warning("a stream ends with its database: %s", type(error).__name__)
    finally:
        house.streams[whose] -= 1
        stopping.cancel()
        if waiting is not None:
            waiting.cancel()
            await asyncio.wait([waiting])
        if following is not None:
            await following.aclose()  # type: ignore[attr-defined]


def _is_over(asked: Asked, began: float) -> bool:
    return asked.reader.actor == PUBLIC and time.monotonic() > began + _PUBLIC_STREAM_SECONDS


async def _still_granted(asked: Asked) -> bool:
    """Whether the token that opened the stream still gives its role."""
    try:
        return await granted_to(asked.request, asked.house) == asked.reader.actor
    except NotGranted:
        return False


@question(
    router,
    "/events/{position}",
    "event",
    EventAsStored,
    example=Example("auditor", "/v1/events/{award}", {CLOUDEVENT: ""}),
    problems=("no-such-event",),
    also=(CLOUDEVENT,),
    enveloped=False,
)
async def get_event(asked: AQuestion, request: Request, position: APosition) -> Response:
    """One event: exactly the bytes that are stored and hashed, or, where something is withheld from
    you, what is left. `Accept: application/cloudevents+json` gives it in that form."""
    await asked.head()
    found = await show_events(asked.eyes, await asked.log.at([position]))
    if not found:
        raise NoSuchEvent(position)
    event, shown = found[0]
    asked.fresh(shown.withheld)
    told = {**asked.headers(position), "Ledger-Leaf-Hash": leaf_hash(event.bytes).hex()}
    if CLOUDEVENT in request.headers.get("accept", ""):
        body = encode(cloud_event(asked.house.ledger, event, shown))
        return Response(body, media_type=CLOUDEVENT, headers=told)
    return Response(left_of(event, shown), media_type="application/json", headers=told)


@question(
    router,
    "/checkpoint",
    "checkpoint",
    CheckpointPage,
    example=Example("public", "/v1/checkpoint", {"text/plain": ""}),
    also=("text/plain",),
)
async def get_checkpoint(asked: AQuestion, request: Request) -> Response:
    """How long the log is, and the root of all its hashes (RFC 6962); keep it to check the log by.

    With `Accept: text/plain` its text alone, as `designations verify --checkpoint` takes it.
    """
    await asked.head()
    checkpoint = await asked.house.checkpointer.checkpoint()
    asked.fresh(checkpoint.root)
    if "text/plain" in request.headers.get("accept", ""):
        return Response(str(checkpoint), media_type="text/plain", headers=asked.headers(checkpoint.size))
    return asked.answer(checkpoint.size, checkpoint_page(checkpoint))
