"""Who holds, held or is announced for a title; and a subject's history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import StringConstraints

from api.answers import AQuestion, Asked, AsKnown, AsOf, Cursor, Limit
from api.exports import Format, each, export
from api.problems import BadQuestion, Problem
from domain.dates import NotADate, a_day
from domain.programmes import programme as programme_of
from projections.audit_trail import AuditTrail
from projections.differences import differences
from projections.model import definition
from projections.reading import (
    RosterQuestion,
    View,
    describe,
    history,
    roster,
    titles_of,
    today,
)
from projections.roster import Roster

router = APIRouter(prefix="/v1")
Code = Annotated[str | None, Query(max_length=64)]


@router.get("/rosters/{programme}", operation_id="roster")
async def get_roster(
    asked: AQuestion,
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
    format: Format = "json",  # noqa: A002
) -> Response:
    """The titles of a programme announced by a day, as known at a position or instant.

    Each says its status on that day (announced, holds, held) and whether it is surely so: a date that
    is not known to the day leaves it possible only. As CSV or XLSX: all of them, without pages.
    """
    of = programme_of(programme)
    _known_code("category", category, of.categories)
    _known_code("field", field, of.fields)
    question = RosterQuestion(
        programme=of.id,
        round=round,
        category=category,
        field=field,
        province=_province(asked, province) if province else None,
        subject=asked.names.look_up(subject).id if subject else None,
    )
    after: tuple[str, int] | None = None
    if cursor is not None:
        pinned = asked.pinned(cursor, after=str, event=int, as_known=int, as_of=str)
        after = pinned["after"], pinned["event"]
        view = await asked.pinned_view(Roster(), pinned)
    else:
        view = await asked.view(Roster(), as_of, as_known)
    if format != "json":
        return await export(
            asked, format, "roster", view, _all_of(asked, question, view),
            {"programme": of.name, "round": round, "category": category, "field": field,
             "province": province, "subject": subject},
        )  # fmt: skip
    titles = await roster(asked.log.pool, question, view, after=after, limit=limit + 1)
    body = {
        "programme": {"id": of.id, "name": of.name, "english": of.english},
        "as_of": view.as_of,
        "as_known": view.as_known,
        "titles": titles[:limit],
        "next": None,
    }
    if len(titles) > limit:
        body["next"] = asked.next_cursor(
            after=titles[limit - 1]["designation"],
            event=titles[limit - 1]["event"],
            as_known=view.as_known,
            as_of=str(view.as_of),
        )
    return asked.answer(view.as_known, body)


async def _all_of(
    asked: Asked, question: RosterQuestion, view: View
) -> AsyncIterator[dict[str, Any]]:
    """Every title that a question finds."""
    async for _, title in titles_of(asked.log, question, view):
        yield title


AMoment = Annotated[
    str,
    StringConstraints(max_length=60),
    Query(
        description="a day, as known where: 2022-06-30, 2022-06-30@17, @17, @2023-03-01T09:00:00Z"
    ),
]


@router.get("/rosters/{programme}/diff", operation_id="roster-diff")
async def get_diff(
    asked: AQuestion,
    programme: Annotated[str, Path(max_length=64)],
    from_: Annotated[AMoment, Query(alias="from")],
    to: AMoment = "",
    round: Code = None,  # noqa: A002
    category: Code = None,
    field: Code = None,
    province: Code = None,
    subject: Code = None,
) -> Response:
    """What changed of a roster between two views, and by which events: titles added, removed, changed.

    A view is a day and, behind @, a position or an instant as known at which; what is left out is today,
    and now.
    """
    of = programme_of(programme)
    _known_code("category", category, of.categories)
    _known_code("field", field, of.fields)
    question = RosterQuestion(
        programme=of.id,
        round=round,
        category=category,
        field=field,
        province=_province(asked, province) if province else None,
        subject=asked.names.look_up(subject).id if subject else None,
    )
    one, other = await _moment(asked, "from", from_), await _moment(asked, "to", to)
    await asked.look_from(max(one.as_known, other.as_known))
    asked.fresh(definition(Roster()), one, other)
    body = {
        "programme": {"id": of.id, "name": of.name, "english": of.english},
        "from": {"as_of": one.as_of, "as_known": one.as_known},
        "to": {"as_of": other.as_of, "as_known": other.as_known},
        "changes": await differences(asked.log, question, one, other),
    }
    return asked.answer(max(one.as_known, other.as_known), body)


async def _moment(asked: Asked, name: str, text: str) -> View:
    """A view as it is written. Raises BadQuestion."""
    day, _, known = text.partition("@")
    try:
        as_of = a_day(day) if day else None
    except NotADate as error:
        raise BadQuestion(name, str(error)) from None
    position = await asked.position(Roster(), known or None, name)
    return View(as_of or await today(asked.log, asked.house.ledger), position)


@router.get("/subjects/{subject:path}/history", operation_id="history")
async def get_history(
    asked: AQuestion,
    subject: Annotated[str, Path(max_length=100, description="id, code or name")],
    as_of: AsOf = None,
    as_known: AsKnown = None,
    corrected: Annotated[
        bool, Query(description="with what was believed before a correction")
    ] = True,
    sealed: Annotated[bool, Query(description="with the sealed values that you may open")] = False,
    format: Format = "json",  # noqa: A002
) -> Response:
    """What you may see of all that is recorded of a subject, and of those that went into it, in the order
    of effect; each under the name of its time and today's."""
    of = asked.names.look_up(subject)
    if sealed and format != "json":
        raise BadQuestion("sealed", "is for JSON: a sheet holds no sealed values")
    if sealed and not asked.reader.topics("open", "own"):
        raise Problem("not-for-you", f"sealed values are not shown to: {asked.reader.actor.role}")
    asked.cached = not sealed  # what was sealed may be erased, whatever the position
    view = await asked.view(AuditTrail(), as_of, as_known)
    entries = await history(
        asked.log,
        asked.reader,
        of,
        view,
        with_corrected=corrected,
        with_sealed=sealed,
        names=asked.names,
    )
    if format != "json":
        return await export(
            asked,
            format,
            "history",
            view,
            each(entries),
            {"subject": str(of), "corrected": str(corrected).lower()},
        )
    body = {
        "subject": describe(asked.names.subject(of.id), asked.names.of(of.id)),
        "as_of": view.as_of,
        "as_known": view.as_known,
        "history": entries,
    }
    return asked.answer(view.as_known, body)


def _province(asked: Asked, text: str) -> str:
    found = asked.names.look_up(text)
    if found.province != found.id:
        raise BadQuestion("province", f"{found} is no province, region or municipality")
    return found.id


def _known_code(parameter: str, given: str | None, known: dict[str, tuple[str, str]]) -> None:
    if given is not None and given not in known:
        raise BadQuestion(
            parameter, f"{given!r} is none of: {', '.join(known) or '(none are defined)'}"
        )
