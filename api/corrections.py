"""Corrections to read before they are decided: what is proposed, what it would change, what it asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path, Query, Response

from api.answers import AQuestion, Asked, AsKnown, AsOf, Cursor, Example, Limit, question
from api.parameters import READ
from projections.asking.access import may_correct
from projections.asking.moments import NotYetKnown, standing_time
from projections.corrections.answer import CorrectionPage, CorrectionsPage, State, correction, corrections
from projections.corrections.impact import Impact, impact
from projections.corrections.questions import QuestionsPage, QuestionState, questions
from projections.quotas.rows import Quotas

router = APIRouter(prefix="/v1")
AnId = Annotated[int, Path(ge=1, le=2**53, description="the position of the event that proposes it")]


async def _known(asked: Asked, as_known: str | None) -> int:
    """The position to answer at. Raises NotForThem, Unchanged."""
    may_correct(asked.reader)
    position = await asked.log_position(as_known)
    await asked.look_from(position)
    asked.fresh(position)
    return position


@dataclass(frozen=True, slots=True)
class _Page:
    """Which page of a list, newest first: as known at a position, of those before another."""

    known: int
    before: int | None

    @classmethod
    async def asked_for(cls, asked: Asked, as_known: str | None, cursor: str | None) -> Self:
        """Raises NotForThem, BadQuestion, Unchanged."""
        before = None
        if cursor is not None:
            pinned = asked.pinned(cursor, before=int, as_known=int)
            before, as_known = pinned.number("before"), pinned.text("as_known")
        return cls(await _known(asked, as_known), before)

    def following(self, asked: Asked, ids: list[int], limit: int) -> str | None:
        """The cursor of the next page; ids: of one more than the page holds, if there is one."""
        if len(ids) <= limit:
            return None
        return asked.next_cursor(before=ids[limit - 1], as_known=self.known)


@question(
    router,
    "/corrections",
    "corrections",
    CorrectionsPage,
    example=Example("ministry", "/v1/corrections?state=approved"),
    problems=("not-for-you",),
)
async def get_corrections(
    asked: AQuestion,
    state: Annotated[State | None, Query()] = None,
    event: Annotated[
        int | None, Query(ge=1, le=2**53, description="proposals that concern this event")
    ] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Proposed corrections, the newest first: open, approved, rejected; as things stood on a day."""
    page = await _Page.asked_for(asked, as_known, cursor)
    found = await corrections(
        asked.eyes, page.known, state=state, target=event, as_of=as_of, before=page.before, limit=limit + 1
    )
    body = CorrectionsPage(
        as_of=as_of,
        as_known=page.known,
        corrections=tuple(found[:limit]),
        next=page.following(asked, [one.id for one in found], limit),
    )
    return asked.answer(page.known, body)


@question(
    router,
    "/corrections/{id}",
    "correction",
    CorrectionPage,
    example=Example("ministry", "/v1/corrections/{proposal}"),
    problems=("not-for-you", "no-such-correction"),
    conditional=False,
)
async def get_correction(asked: AQuestion, id: AnId, as_known: AsKnown = None) -> Response:  # noqa: A002
    """One proposal: the event as recorded and as believed, what is to stand instead, the other open
    proposals for it, and what its approval called into question."""
    known = await _known(asked, as_known)
    told = await correction(asked.eyes, id, known)
    asked.cached = False  # what was sealed may be erased, whatever the position
    return asked.answer(known, CorrectionPage(as_known=known, correction=told))


@question(
    router,
    "/corrections/{id}/impact",
    "impact",
    Impact,
    example=Example("ministry", "/v1/corrections/{proposal}/impact"),
    problems=(*READ, "not-for-you", "no-such-correction"),
    conditional=False,
)
async def get_impact(asked: AQuestion, id: AnId, as_known: AsKnown = None) -> Response:  # noqa: A002
    """What would change if the proposal were approved now: rows, figures, ranks, from which day on; which
    later events and refusals rested on the fact; what would be called into question."""
    may_correct(asked.reader)
    asked.cached = False  # what was refused is no part of the log
    _, known = await asked.reached(Quotas(), as_known)
    if as_known is None and known < id <= (asked.newest or 0):
        raise NotYetKnown(Quotas.name, known, id)
    await asked.look_from(known)
    now = await standing_time(asked.log, asked.house.ledger) or datetime.now(UTC)
    return asked.answer(known, await impact(asked.eyes, id, known, now))


@question(
    router,
    "/questions",
    "questions",
    QuestionsPage,
    example=Example("ministry", "/v1/questions?state=decided"),
    problems=("not-for-you",),
)
async def get_questions(
    asked: AQuestion,
    state: Annotated[QuestionState | None, Query()] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Decisions that were called into question, the newest first, and what the ministry decided; as things
    stood on a day."""
    page = await _Page.asked_for(asked, as_known, cursor)
    found = await questions(
        asked.eyes, page.known, state=state, as_of=as_of, before=page.before, limit=limit + 1
    )
    body = QuestionsPage(
        as_of=as_of,
        as_known=page.known,
        questions=tuple(found[:limit]),
        next=page.following(asked, [one.id for one in found], limit),
    )
    return asked.answer(page.known, body)
