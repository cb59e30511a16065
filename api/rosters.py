"""Who holds, held or is announced for a title; and a subject's history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.answers import AQuestion, Asked, AsKnown, AsOf, Cursor, Limit
from api.exports import Format, each, export
from api.problems import BadQuestion, Problem
from api.settings import MOST_ROWS
from domain.programmes import programme as programme_of
from domain.subjects import look_up
from projections.audit_trail import AuditTrail
from projections.reading import RosterQuestion, View, describe, history, roster
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
        province=_province(province) if province else None,
        subject=look_up(subject).id if subject else None,
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
    """Every title that a question finds, page by page."""
    after: tuple[str, int] | None = None
    while page := await roster(asked.log.pool, question, view, after=after, limit=MOST_ROWS):
        for title in page:
            yield title
        after = page[-1]["designation"], page[-1]["event"]


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
    """What you may see of all that is recorded of a subject, in the order of effect."""
    of = look_up(subject)
    if sealed and format != "json":
        raise BadQuestion("sealed", "is for JSON: a sheet holds no sealed values")
    if sealed and not asked.reader.topics("open", "own"):
        raise Problem("not-for-you", f"sealed values are not shown to: {asked.reader.actor.role}")
    asked.cached = not sealed  # what was sealed may be erased, whatever the position
    view = await asked.view(AuditTrail(), as_of, as_known)
    entries = await history(
        asked.log, asked.reader, of, view, with_corrected=corrected, with_sealed=sealed
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
        "subject": describe(of),
        "as_of": view.as_of,
        "as_known": view.as_known,
        "history": entries,
    }
    return asked.answer(view.as_known, body)


def _province(text: str) -> str:
    found = look_up(text)
    if found.province != found.id:
        raise BadQuestion("province", f"{found} is no province, region or municipality")
    return found.id


def _known_code(parameter: str, given: str | None, known: dict[str, tuple[str, str]]) -> None:
    if given is not None and given not in known:
        raise BadQuestion(
            parameter, f"{given!r} is none of: {', '.join(known) or '(none are defined)'}"
        )
