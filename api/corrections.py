"""Corrections to read before they are decided: what is proposed, what it would change, what it asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.answers import AQuestion, Asked, AsKnown, AsOf, Cursor, Limit
from projections import corrections
from projections.impact import impact
from projections.quotas import Quotas
from projections.reading import NotYetKnown, standing_time

router = APIRouter(prefix="/v1")
AnId = Annotated[
    int, Path(ge=1, le=2**53, description="the position of the event that proposes it")
]


async def _known(asked: Asked, as_known: str | None) -> int:
    """The position to answer at. Raises Unchanged."""
    corrections.may_correct(asked.reader)
    position = await asked.log_position(as_known)
    await asked.look_from(position)
    asked.fresh(position)
    return position


async def _paged(
    asked: Asked, of: str, read: Callable[[int, int | None], Awaitable[list[dict[str, Any]]]],
    as_of: date | None, as_known: str | None, limit: int, cursor: str | None,
) -> Response:  # fmt: skip
    """A page of what `read` gives as known at a position, of those before another."""
    before = None
    if cursor is not None:
        pinned = asked.pinned(cursor, before=int, as_known=int)
        before, as_known = pinned["before"], str(pinned["as_known"])
    known = await _known(asked, as_known)
    found = await read(known, before)
    following = None
    if len(found) > limit:
        following = asked.next_cursor(before=found[limit - 1]["id"], as_known=known)
    body = {"as_of": as_of, "as_known": known, of: found[:limit], "next": following}
    return asked.answer(known, body)


@router.get("/corrections", operation_id="corrections")
async def get_corrections(
    asked: AQuestion,
    state: Annotated[corrections.State | None, Query()] = None,
    event: Annotated[
        int | None, Query(ge=1, le=2**53, description="proposals that concern this event")
    ] = None,
    as_of: AsOf = None, as_known: AsKnown = None, limit: Limit = 100, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """Proposed corrections, the newest first: open, approved, rejected; as things stood on a day."""

    async def read(known: int, before: int | None) -> list[dict[str, Any]]:
        return await corrections.corrections(
            asked.log, asked.reader, known, state=state, target=event, as_of=as_of, before=before,
            limit=limit + 1,
        )  # fmt: skip

    return await _paged(asked, "corrections", read, as_of, as_known, limit, cursor)


@router.get("/corrections/{id}", operation_id="correction")
async def get_correction(asked: AQuestion, id: AnId, as_known: AsKnown = None) -> Response:  # noqa: A002
    """One proposal: the event as recorded and as believed, what is to stand instead, the other open
    proposals for it, and what its approval called into question."""
    known = await _known(asked, as_known)
    told = await corrections.correction(asked.log, asked.reader, id, known)
    asked.cached = False  # what was sealed may be erased, whatever the position
    return asked.answer(known, {"as_known": known, "correction": told})


@router.get("/corrections/{id}/impact", operation_id="impact")
async def get_impact(asked: AQuestion, id: AnId, as_known: AsKnown = None) -> Response:  # noqa: A002
    """What would change if the proposal were approved now: rows, figures, ranks, from which day on; which
    later events and refusals rested on the fact; what would be called into question."""
    corrections.may_correct(asked.reader)
    asked.cached = False  # what was refused is no part of the log
    known = await asked.position(Quotas(), as_known)
    if as_known is None and known < id <= (asked.newest or 0):
        raise NotYetKnown(Quotas.name, known, id)
    await asked.look_from(known)
    now = await standing_time(asked.log, asked.house.ledger) or datetime.now(UTC)
    told = await impact(asked.log, asked.reader, id, known, now)
    return asked.answer(known, {"correction": id, **told})


@router.get("/questions", operation_id="questions")
async def get_questions(
    asked: AQuestion,
    state: Annotated[corrections.QuestionState | None, Query()] = None,
    as_of: AsOf = None, as_known: AsKnown = None, limit: Limit = 100, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """Decisions that were called into question, the newest first, and what the ministry decided; as things
    stood on a day."""

    async def read(known: int, before: int | None) -> list[dict[str, Any]]:
        return await corrections.questions(
            asked.log, asked.reader, known, state=state, as_of=as_of, before=before, limit=limit + 1
        )

    return await _paged(asked, "questions", read, as_of, as_known, limit, cursor)
