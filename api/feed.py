"""The log itself: events as they are stored, byte for byte, and its checkpoint."""

from __future__ import annotations

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from starlette.exceptions import HTTPException

from api.answers import AHouse, Cursor, Limit, answer, headers, next_cursor, read_cursor
from domain.canonical import leaf_hash
from domain.kernel import EVERYTHING, Selector
from domain.kernel import Query as LogQuery

router = APIRouter(prefix="/v1")
NDJSON = "application/x-ndjson"
Words = Annotated[list[str] | None, Query(max_length=20)]


@router.get("/events")
async def get_events(
    house: AHouse,
    request: Request,
    tag: Words = None,
    topic: Words = None,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    until: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    order: Literal["forwards", "backwards"] = "forwards",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Events that carry all the tags and have one of the topics, after a position up to another.

    As JSON, or with `Accept: application/x-ndjson` a line each: the bytes as they are stored and
    hashed. `next` (in NDJSON the header `Ledger-Next`) is there while there is more.
    """
    head = (await house.log.head()).position
    until = head if until is None else min(until, head)
    if cursor is not None:
        pinned = read_cursor(cursor, after=int, until=int, head=int)
        after, until, head = pinned["after"], pinned["until"], min(pinned["head"], head)
    query = LogQuery((Selector.of(topics=topic or (), tags=tag or ()),))
    if not tag and not topic:
        query = EVERYTHING
    backwards = order == "backwards"
    events = await house.log.read(
        query, after=after, until=until, limit=limit + 1, backwards=backwards
    )
    following = None
    if len(events) > limit:
        events = events[:limit]
        last = events[-1].position
        following = (
            next_cursor(after=after, until=last - 1, head=head)
            if backwards
            else next_cursor(after=last, until=until, head=head)
        )
    if NDJSON in request.headers.get("accept", ""):
        more = {"Ledger-Next": following} if following else {}
        body = b"".join(event.bytes + b"\n" for event in events)
        return Response(body, media_type=NDJSON, headers={**headers(head), **more})
    shown = [
        {"leaf_hash": leaf_hash(event.bytes).hex(), "event": orjson.Fragment(event.bytes)}
        for event in events
    ]
    return answer(house, head, {"events": shown, "next": following})


@router.get("/events/{position}")
async def get_event(house: AHouse, position: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """One event: exactly the bytes that are stored and hashed."""
    found = await house.log.read(after=position - 1, until=position, limit=1)
    if not found:
        raise HTTPException(404, f"there is no event {position} yet")
    told = {**headers(position), "Ledger-Leaf-Hash": leaf_hash(found[0].bytes).hex()}
    return Response(found[0].bytes, media_type="application/json", headers=told)


@router.get("/checkpoint")
async def get_checkpoint(house: AHouse, request: Request) -> Response:
    """How long the log is, and the root of all its hashes (RFC 6962); keep it to check the log by.

    With `Accept: text/plain` its text alone, as `designations verify --checkpoint` takes it.
    """
    checkpoint = await house.witness.checkpoint()
    if "text/plain" in request.headers.get("accept", ""):
        return Response(str(checkpoint), media_type="text/plain", headers=headers(checkpoint.size))
    body = {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "text": str(checkpoint),
    }
    return answer(house, checkpoint.size, body)
