"""Look for something by a few words."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.answers import AQuestion, AsKnown, AsOf, Example, question
from api.parameters import READ
from projections.history.rows import AuditTrail
from projections.search.answer import SearchPage, search

router = APIRouter(prefix="/v1")


@question(
    router, "/search", "search", SearchPage, example=Example("public", "/v1/search?q=武汉"), problems=READ
)
async def get_search(
    asked: AQuestion,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            description="a name in use then or now, a code, a case, a document's number, a position",
        ),
    ],
    as_of: AsOf = None,
    as_known: AsKnown = None,
) -> Response:
    """What you may see that is called so, begins so, or has that code, number or position; the first of each
    kind."""
    at = await asked.look(AuditTrail(), as_of, as_known)
    return asked.answer(at.view.as_known, await search(at, q))
