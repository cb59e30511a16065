"""Why an event stands."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.answers import AQuestion, AsKnown, Example, question
from api.events import APosition
from projections.why.answer import Why, why

router = APIRouter(prefix="/v1")


@question(
    router,
    "/events/{position}/why",
    "why",
    Why,
    example=Example("public", "/v1/events/{award}/why"),
    problems=("no-such-event",),
)
async def get_why(asked: AQuestion, position: APosition, as_known: AsKnown = None) -> Response:
    """By which rules an event was judged, on which facts, by which readings of open points; and what of
    that was corrected, or called into question, since."""
    known = await asked.log_position(as_known)
    told = await why(asked.eyes, position, known)
    asked.fresh(known)
    return asked.answer(known, told)
