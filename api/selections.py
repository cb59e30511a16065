"""The list that a round's scores lead to."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.answers import AQuestion, AsKnown, AsOf, Example, question
from api.parameters import READ, AProgramme, ARound
from domain.programmes import programme as programme_of
from projections.asking.access import may_select
from projections.quotas.rows import Quotas
from projections.selection.answer import SelectionPage, selection

router = APIRouter(prefix="/v1")


@question(
    router,
    "/selections/{programme}/{round}",
    "selection",
    SelectionPage,
    example=Example("ministry", "/v1/selections/incentive-2022/2022-industry"),
    problems=(*READ, "unknown-programme", "not-for-you", "no-selection"),
)
async def get_selection(
    asked: AQuestion,
    programme: AProgramme,
    round: ARound,  # noqa: A002 — the field's word
    as_of: AsOf = None,
    as_known: AsKnown = None,
) -> Response:
    """The list that the scores of a round lead to under its constraints: who is in or out, and by which
    rule; the ties that a decision must break; the floors that nobody is left to meet."""
    of = programme_of(programme)
    may_select(asked.reader)
    at = await asked.look(Quotas(), as_of, as_known)
    return asked.answer(at.view.as_known, await selection(at, of, round))
