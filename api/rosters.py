"""Who holds, held or is announced for a title; and a subject's history."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

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
from domain.programmes import programme as programme_of
from domain.subjects import look_up
from projections.audit_trail import AuditTrail
from projections.model import ReadModel
from projections.reading import (
    NotAMoment,
    RosterQuestion,
    View,
    describe,
    history,
    position_of,
    reached,
    roster,
    today,
)
from projections.roster import Roster

router = APIRouter(prefix="/v1")
Code = Annotated[str | None, Query(max_length=64)]


@router.get("/rosters/{programme}")
async def get_roster(
    house: AHouse,
    programme: Annotated[str, Path(max_length=64)],
    round: Code = None,  # noqa: A002 — the field's word
    category: Code = None,
    field: Code = None,
    province: Code = None,
    subject: Code = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """The titles of a programme announced by a day, as known at a position or instant.

    Each says its status on that day (announced, holds, held) and whether it is surely so: a date that
    is not known to the day leaves it possible only.
    """
    of = programme_of(programme)
    _known_code("category", category, of.categories)
    _known_code("field", field, of.fields)
    after: tuple[str, int] | None = None
    if cursor is not None:
        pinned = read_cursor(cursor, after=str, event=int, as_known=int, as_of=str)
        after = pinned["after"], pinned["event"]
        position = await reached(house.log.pool, Roster(), pinned["as_known"])
        try:
            as_of = date.fromisoformat(pinned["as_of"])
        except ValueError:
            raise BadQuestion("cursor", "is not a `next` of this question") from None
    else:
        position = await position_at(house, Roster(), as_known)
    view = View(as_of or await today(house.log, house.ledger), position)
    question = RosterQuestion(
        programme=of.id,
        round=round,
        category=category,
        field=field,
        province=_province(province) if province else None,
        subject=look_up(subject).id if subject else None,
    )
    titles = await roster(house.log.pool, question, view, after=after, limit=limit + 1)
    body = {
        "programme": {"id": of.id, "name": of.name, "english": of.english},
        "as_of": view.as_of,
        "as_known": view.as_known,
        "titles": titles[:limit],
        "next": None,
    }
    if len(titles) > limit:
        body["next"] = next_cursor(
            after=titles[limit - 1]["designation"],
            event=titles[limit - 1]["event"],
            as_known=position,
            as_of=str(view.as_of),
        )
    return answer(house, position, body)


@router.get("/subjects/{subject:path}/history")
async def get_history(
    house: AHouse,
    subject: Annotated[str, Path(max_length=100, description="id, code or name")],
    as_of: AsOf = None,
    as_known: AsKnown = None,
    corrected: Annotated[
        bool, Query(description="with what was believed before a correction")
    ] = True,
) -> Response:
    """All that is recorded of a subject, in the order of effect, in words and as data."""
    of = look_up(subject)
    position = await position_at(house, AuditTrail(), as_known)
    view = View(as_of or await today(house.log, house.ledger), position)
    entries = await history(house.log.pool, of, view, with_corrected=corrected)
    body = {
        "subject": describe(of),
        "as_of": view.as_of,
        "as_known": view.as_known,
        "history": entries,
    }
    return answer(house, position, body)


def _province(text: str) -> str:
    found = look_up(text)
    if found.province != found.id:
        raise BadQuestion("province", f"{found} is no province, region or municipality")
    return found.id


async def position_at(house: House, model: ReadModel, as_known: str | None) -> int:
    """The position to answer at."""
    try:
        asked = await position_of(house.log, as_known)
    except NotAMoment as error:
        raise BadQuestion("as_known", str(error)) from None
    head = (await house.log.head()).position
    if asked is not None and asked > head:
        raise BadQuestion("as_known", f"the log has {head} events yet; {asked} was asked for")
    return await reached(house.log.pool, model, asked)


def _known_code(parameter: str, given: str | None, known: dict[str, tuple[str, str]]) -> None:
    if given is not None and given not in known:
        raise BadQuestion(
            parameter, f"{given!r} is none of: {', '.join(known) or '(none are defined)'}"
        )
