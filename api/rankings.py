"""The cases of a round by their scores."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.answers import AQuestion, AsKnown, AsOf, Example, question
from api.parameters import READ, AProgramme, ARound
from domain.programmes import programme as programme_of
from projections.asking.access import may_rank
from projections.ranking.answer import RankingPage, ranking
from projections.ranking.rows import Ranking

router = APIRouter(prefix="/v1")


@question(
    router,
    "/rankings/{programme}/{round}",
    "ranking",
    RankingPage,
    example=Example("ministry", "/v1/rankings/city-2019/2021"),
    problems=(*READ, "unknown-programme", "not-for-you"),
)
async def get_ranking(
    asked: AQuestion,
    programme: AProgramme,
    round: ARound,  # noqa: A002 — the field's word
    as_of: AsOf = None,
    as_known: AsKnown = None,
) -> Response:
    """The cases whose expert review is concluded, by their weighted mean; others are only counted."""
    of = programme_of(programme)
    may_rank(asked.reader)
    at = await asked.look(Ranking(), as_of, as_known)
    return asked.answer(at.view.as_known, await ranking(at, of, round))
