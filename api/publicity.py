"""Who is or was on notice."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.answers import AQuestion, AsKnown, AsOf, Example, question
from api.parameters import READ, AProgramme, Code
from domain.programmes import programme as programme_of
from projections.publicity.answer import Notices, publicity
from projections.publicity.rows import PublicityPeriods

router = APIRouter(prefix="/v1")


@question(
    router,
    "/publicity/{programme}",
    "publicity",
    Notices,
    example=Example("ministry", "/v1/publicity/city-2019?as_of=2021-11-09"),
    problems=(*READ, "unknown-programme"),
)
async def get_publicity(
    asked: AQuestion,
    programme: AProgramme,
    round: Code = None,  # noqa: A002 — the field's word
    as_of: AsOf = None,
    as_known: AsKnown = None,
) -> Response:
    """Who is or was on notice, until when, and the objections to each."""
    of = programme_of(programme)
    at = await asked.look(PublicityPeriods(), as_of, as_known)
    return asked.answer(at.view.as_known, await publicity(at, of, round))
