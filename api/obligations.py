"""What holders owe."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.answers import AQuestion, AsKnown, AsOf, Cursor, Example, Limit, question
from api.parameters import READ, UNKNOWN_SUBJECT, Code
from domain.programmes import programme as programme_of
from projections.asking.access import may_owe
from projections.obligations.answer import ObligationsPage, owed
from projections.obligations.rows import Obligations

router = APIRouter(prefix="/v1")


@question(
    router,
    "/obligations",
    "obligations",
    ObligationsPage,
    example=Example("provincial-unit", "/v1/obligations?as_of=2023-06-30"),
    problems=(*READ, "unknown-programme", *UNKNOWN_SUBJECT, "not-for-you"),
)
async def get_obligations(
    asked: AQuestion,
    programme: Code = None,
    subject: Annotated[str | None, Query(max_length=100)] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """What each holder owes, by when: owed, filed, late, overdue, or without a date in the text."""
    may_owe(asked.reader)
    of = programme_of(programme).id if programme is not None else None
    about = asked.names.look_up(subject).id if subject is not None else None
    after = None
    if cursor is not None:
        pinned = asked.pinned(cursor, after=str, as_known=int, as_of=str)
        after = pinned.text("after")
        at = await asked.look_again(Obligations(), pinned)
    else:
        at = await asked.look(Obligations(), as_of, as_known)
    titles = await owed(at, programme=of, subject=about, after=after, limit=limit + 1)
    following = None
    if len(titles) > limit:
        following = asked.next_cursor(
            after=titles[limit - 1].designation, as_known=at.view.as_known, as_of=str(at.view.as_of)
        )
    page = ObligationsPage(
        as_of=at.view.as_of, as_known=at.view.as_known, titles=tuple(titles[:limit]), next=following
    )
    return asked.answer(at.view.as_known, page)
