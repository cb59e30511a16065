"""A round's quotas, publicity and ranking; what holders owe; why an event stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.answers import AQuestion, AsKnown, AsOf, Cursor, Limit
from api.exports import Format, each, export
from domain.programme import Programme
from domain.programmes import programme as programme_of
from projections import rounds
from projections.obligations import Obligations
from projections.publicity import Publicity
from projections.quotas import Quotas
from projections.ranking import Ranking
from projections.reading import View
from projections.why import why

router = APIRouter(prefix="/v1")
AProgramme = Annotated[str, Path(max_length=64)]
ARound = Annotated[str, Path(max_length=64)]


def head_of(programme: Programme, view: View) -> dict[str, object]:
    """Of which programme an answer is, and from where it looks."""
    return {
        "programme": {"id": programme.id, "name": programme.name, "english": programme.english},
        "as_of": view.as_of,
        "as_known": view.as_known,
    }


@router.get("/quotas/{programme}/{round}", operation_id="quotas")
async def get_quotas(
    asked: AQuestion, programme: AProgramme, round: ARound, as_of: AsOf = None,  # noqa: A002
    as_known: AsKnown = None, format: Format = "json",  # noqa: A002
) -> Response:  # fmt: skip
    """Of each pool of a round: its cap (null: not set), what is used, left, over, and by which events."""
    of = programme_of(programme)
    view = await asked.view(Quotas(), as_of, as_known)
    told = await rounds.quotas(asked.log.pool, asked.reader, of, round, view)
    if format != "json":
        pools = told["pools"]
        return await export(
            asked, format, "quotas", view, each(pools), {"programme": of.name, "round": round}
        )
    return asked.answer(view.as_known, {**head_of(of, view), "round": round, **told})


@router.get("/publicity/{programme}", operation_id="publicity")
async def get_publicity(
    asked: AQuestion, programme: AProgramme,
    round: Annotated[str | None, Query(max_length=64)] = None,  # noqa: A002 — the field's word
    as_of: AsOf = None, as_known: AsKnown = None,
) -> Response:  # fmt: skip
    """Who is or was on notice, until when, and the objections to each."""
    of = programme_of(programme)
    view = await asked.view(Publicity(), as_of, as_known)
    notices = await rounds.publicity(asked.log.pool, asked.reader, of, round, view)
    return asked.answer(view.as_known, {**head_of(of, view), "notices": notices})


@router.get("/rankings/{programme}/{round}", operation_id="ranking")
async def get_ranking(
    asked: AQuestion, programme: AProgramme, round: ARound, as_of: AsOf = None,  # noqa: A002
    as_known: AsKnown = None,
) -> Response:  # fmt: skip
    """The cases whose expert review is concluded, by their weighted mean; others are only counted."""
    of = programme_of(programme)
    rounds.may_rank(asked.reader)
    view = await asked.view(Ranking(), as_of, as_known)
    told = await rounds.ranking(asked.log.pool, asked.reader, of, round, view)
    return asked.answer(view.as_known, {**head_of(of, view), "round": round, **told})


@router.get("/obligations", operation_id="obligations")
async def get_obligations(
    asked: AQuestion,
    programme: Annotated[str | None, Query(max_length=64)] = None,
    subject: Annotated[str | None, Query(max_length=100)] = None,
    as_of: AsOf = None, as_known: AsKnown = None, limit: Limit = 100, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """What each holder owes, by when: owed, filed, late, overdue, or without a date in the text."""
    rounds.may_owe(asked.reader)
    of = programme_of(programme).id if programme else None
    about = asked.names.look_up(subject).id if subject else None
    after = None
    if cursor is not None:
        pinned = asked.pinned(cursor, after=str, as_known=int, as_of=str)
        after = pinned["after"]
        view = await asked.pinned_view(Obligations(), pinned)
    else:
        view = await asked.view(Obligations(), as_of, as_known)
    titles = await rounds.owed(
        asked.log,
        asked.reader,
        view,
        programme=of,
        subject=about,
        after=after,
        limit=limit + 1,
    )
    body = {
        "as_of": view.as_of,
        "as_known": view.as_known,
        "titles": titles[:limit],
        "next": None,
    }
    if len(titles) > limit:
        body["next"] = asked.next_cursor(
            after=titles[limit - 1]["designation"], as_known=view.as_known, as_of=str(view.as_of)
        )
    return asked.answer(view.as_known, body)


@router.get("/events/{position}/why", operation_id="why")
async def get_why(
    asked: AQuestion, position: Annotated[int, Path(ge=1, le=2**53)], as_known: AsKnown = None
) -> Response:
    """By which rules an event was judged, on which facts, by which readings of open points; and what of
    that was corrected, or called into question, since."""
    known = await asked.log_position(as_known)
    told = await why(asked.log, asked.reader, position, known)
    asked.fresh(known)
    return asked.answer(known, told)
