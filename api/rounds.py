"""A round's quotas, publicity and ranking; what holders owe; why an event stands."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from starlette.exceptions import HTTPException

from api.answers import (
    AHouse,
    AsKnown,
    AsOf,
    Cursor,
    House,
    Limit,
    answer,
    next_cursor,
    read_cursor,
)
from api.problems import BadQuestion
from api.rosters import position_at
from domain.programmes import programme as programme_of
from domain.rules import Programme
from domain.subjects import look_up
from projections import rounds
from projections.model import ReadModel
from projections.obligations import Obligations
from projections.publicity import Publicity
from projections.quotas import Quotas
from projections.ranking import Ranking
from projections.reading import View, reached, today
from projections.why import NoSuchEvent, why

router = APIRouter(prefix="/v1")
AProgramme = Annotated[str, Path(max_length=64)]
ARound = Annotated[str, Path(max_length=64)]


async def _view(house: House, model: ReadModel, as_of: date | None, as_known: str | None) -> View:
    position = await position_at(house, model, as_known)
    return View(as_of or await today(house.log, house.ledger), position)


def _head(programme: Programme, view: View) -> dict[str, object]:
    return {
        "programme": {"id": programme.id, "name": programme.name, "english": programme.english},
        "as_of": view.as_of,
        "as_known": view.as_known,
    }


@router.get("/quotas/{programme}/{round}")
async def get_quotas(
    house: AHouse, programme: AProgramme, round: ARound, as_of: AsOf = None,  # noqa: A002
    as_known: AsKnown = None,
) -> Response:  # fmt: skip
    """Of each pool of a round: its cap (null: not set), what is used, left, over, and by which events."""
    of = programme_of(programme)
    view = await _view(house, Quotas(), as_of, as_known)
    told = await rounds.quotas(house.log.pool, of, round, view)
    return answer(house, view.as_known, {**_head(of, view), "round": round, **told})


@router.get("/publicity/{programme}")
async def get_publicity(
    house: AHouse, programme: AProgramme,
    round: Annotated[str | None, Query(max_length=64)] = None,  # noqa: A002 — the field's word
    as_of: AsOf = None, as_known: AsKnown = None,
) -> Response:  # fmt: skip
    """Who is or was on notice, until when, and the objections to each."""
    of = programme_of(programme)
    view = await _view(house, Publicity(), as_of, as_known)
    notices = await rounds.publicity(house.log.pool, of, round, view)
    return answer(house, view.as_known, {**_head(of, view), "notices": notices})


@router.get("/rankings/{programme}/{round}")
async def get_ranking(
    house: AHouse, programme: AProgramme, round: ARound, as_of: AsOf = None,  # noqa: A002
    as_known: AsKnown = None,
) -> Response:  # fmt: skip
    """The cases whose expert review is concluded, by their weighted mean; others are only counted."""
    of = programme_of(programme)
    view = await _view(house, Ranking(), as_of, as_known)
    told = await rounds.ranking(house.log.pool, of, round, view)
    return answer(house, view.as_known, {**_head(of, view), "round": round, **told})


@router.get("/obligations")
async def get_obligations(
    house: AHouse,
    programme: Annotated[str | None, Query(max_length=64)] = None,
    subject: Annotated[str | None, Query(max_length=100)] = None,
    as_of: AsOf = None, as_known: AsKnown = None, limit: Limit = 100, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """What each holder owes, by when: owed, filed, late, overdue, or without a date in the text."""
    of = programme_of(programme).id if programme else None
    about = look_up(subject).id if subject else None
    after = None
    if cursor is not None:
        pinned = read_cursor(cursor, after=str, as_known=int, as_of=str)
        after = pinned["after"]
        position = await reached(house.log.pool, Obligations(), pinned["as_known"])
        try:
            view = View(date.fromisoformat(pinned["as_of"]), position)
        except ValueError:
            raise BadQuestion("cursor", "is not a `next` of this question") from None
    else:
        view = await _view(house, Obligations(), as_of, as_known)
    titles = await rounds.owed(
        house.log.pool, view, programme=of, subject=about, after=after, limit=limit + 1
    )
    body = {
        "as_of": view.as_of,
        "as_known": view.as_known,
        "titles": titles[:limit],
        "next": None,
    }
    if len(titles) > limit:
        body["next"] = next_cursor(
            after=titles[limit - 1]["designation"], as_known=view.as_known, as_of=str(view.as_of)
        )
    return answer(house, view.as_known, body)


@router.get("/events/{position}/why")
async def get_why(house: AHouse, position: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """By which rules an event was judged, on which facts, by which readings of open points."""
    try:
        told = await why(house.log, position)
    except NoSuchEvent as error:
        raise HTTPException(404, str(error)) from None
    return answer(house, (await house.log.head()).position, told)
