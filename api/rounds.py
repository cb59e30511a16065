"""A round as planned and as it went."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.answers import AQuestion, AsKnown, AsOf, Cursor, Example, Limit, question
from api.parameters import READ, AProgramme, ARound
from domain.programmes import programme as programme_of
from projections.answers import named
from projections.quotas.rows import Quotas
from projections.rounds.answer import RoundPage, round_page
from projections.rounds.cases import RoundCases, Stage, counted, round_cases

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


@question(
    router,
    "/programmes/{programme}/rounds/{round}/cases",
    "round-cases",
    RoundCases,
    example=Example("ministry", "/v1/programmes/city-2019/rounds/2021/cases"),
    problems=(*READ, "unknown-programme"),
)
async def get_cases(
    asked: AQuestion,
    programme: AProgramme,
    round: ARound,  # noqa: A002
    stage: Annotated[Stage | None, Query(description="these only")] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """The cases of a round, each with the stage that it had reached by the day, as far as you may see it."""
    of = programme_of(programme)
    after = ""
    if cursor is not None:
        pinned = asked.pinned(cursor, after=str, as_known=int, as_of=str)
        after = pinned.text("after")
        at = await asked.look_again(Quotas(), pinned)
    else:
        at = await asked.look(Quotas(), as_of, as_known)
    every = await round_cases(at, of, round)
    found = [case for case in every if case.case > after and stage in {None, case.stage}]
    following = None
    if len(found) > limit:
        following = asked.next_cursor(
            after=found[limit - 1].case, as_known=at.view.as_known, as_of=str(at.view.as_of)
        )
    page = RoundCases(
        programme=named(of),
        as_of=at.view.as_of,
        as_known=at.view.as_known,
        round=round,
        stages=counted(every),
        cases=tuple(found[:limit]),
        next=following,
    )
    return asked.answer(at.view.as_known, page)
