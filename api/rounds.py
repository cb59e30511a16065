"""A round as planned and as it went."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.answers import AQuestion, AsKnown, AsOf, Example, question
from api.parameters import READ, AProgramme, ARound
from domain.programmes import programme as programme_of
from projections.quotas.rows import Quotas
from projections.rounds.answer import RoundPage, round_page

router = APIRouter(prefix="/v1")


@question(
    router,
    "/programmes/{programme}/rounds/{round}",
    "round",
    RoundPage,
    example=Example("auditor", "/v1/programmes/city-2019/rounds/2021"),
    problems=(*READ, "unknown-programme"),
)
async def get_round(
    asked: AQuestion,
    programme: AProgramme,
    round: ARound,  # noqa: A002 — the field's word
    as_of: AsOf = None,
    as_known: AsKnown = None,
) -> Response:
    """What a round's documents planned, beside what happened and what sources attest of it."""
    of = programme_of(programme)
    at = await asked.look(Quotas(), as_of, as_known)
    return asked.answer(at.view.as_known, await round_page(at, of, round))
