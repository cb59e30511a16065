"""Who you are to the ledger, and who has which role."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.answers import AQuestion, AsKnown, AsOf, Example, question
from projections.asking.access import may_see_grants
from projections.log.access import GrantsPage, Me, grants_on, me

router = APIRouter(prefix="/v1")


@question(router, "/me", "me", Me, example=Example("provincial-unit", "/v1/me"), conditional=False)
async def get_me(asked: AQuestion) -> Response:
    """Whom your token names, and which acts are yours."""
    return asked.answer(await asked.head(), me(asked.reader.actor))


@question(
    router,
    "/grants",
    "list-grants",
    GrantsPage,
    example=Example("auditor", "/v1/grants"),
    problems=("not-for-you",),
    conditional=False,
)
async def get_grants(asked: AQuestion, as_of: AsOf = None, as_known: AsKnown = None) -> Response:
    """Every role that was granted: to whom, for which unit, until when, and whether it stands on a day."""
    may_see_grants(asked.reader)
    day = as_of or await asked.today()
    known = await asked.log_position(as_known)
    return asked.answer(known, await grants_on(asked.eyes, day, known))
