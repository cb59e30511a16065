"""Who holds, held or is announced for a title; what changed between two views."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import StringConstraints

from api.answers import AQuestion, Asked, AsKnown, AsOf, Cursor, Example, Limit, question
from api.exports import export
from api.parameters import READ, UNKNOWN_SUBJECT, AProgramme, Code, Format
from api.problems import BadQuestion
from domain.dates import NotADate, a_day
from domain.programmes import programme as programme_of
from projections.answers import NOT_STATED, named
from projections.asking.moments import View
from projections.model import definition
from projections.roster.answer import RosterPage, all_of, of_unknown_category, place_of, roster
from projections.roster.counting import counts as counted
from projections.roster.differences import RosterDiff, Viewpoint, differences, unknown_of
from projections.roster.question import PlaceInRoster, RosterQuestion, Sort
from projections.roster.rows import Roster, Status
from projections.sheets.columns import ROSTER
from projections.sheets.sheet import CSV, XLSX

router = APIRouter(prefix="/v1")


@question(
    router,
    "/rosters/{programme}",
    "roster",
    RosterPage,
    example=Example(
        "auditor", "/v1/rosters/city-2019?round=2021&as_of=2023-01-01", {"text/csv": "&format=csv"}
    ),
    problems=(*READ, "unknown-programme", *UNKNOWN_SUBJECT),
    also=(CSV, XLSX),
)
async def get_roster(
    asked: AQuestion,
    programme: AProgramme,
    round: Code = None,  # noqa: A002 — the field's word
    category: Code = None,
    field: Code = None,
    province: Code = None,
    subject: Code = None,
    status: Annotated[Status | None, Query(description="on that day")] = None,
    sort: Annotated[Sort, Query(description="newest: the last announced first")] = "designation",
    counts: Annotated[bool, Query(description="how many there are, on the first page")] = False,
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
    titles = RosterQuestion.asked(
        asked.names,
        of,
        round_=round,
        category=category,
        field=field,
        province=province,
        subject=subject,
        status=status,
        sort=sort,
    )
    after: PlaceInRoster | None = None
    if cursor is not None:
        pinned = asked.pinned(cursor, after=str, event=int, key=str, as_known=int, as_of=str)
        after = pinned.text("after"), pinned.number("event"), pinned.text("key")
        at = await asked.look_again(Roster(), pinned)
    else:
        at = await asked.look(Roster(), as_of, as_known)
    if format != "json":
        filters = {"programme": of.name, "round": round, "category": category, "field": field}
        filters |= {"province": province, "subject": subject, "status": status}
        return await export(asked, format, ROSTER, at.view, all_of(at, titles), filters)
    found = await roster(at, titles, after=after, limit=limit + 1)
    following = None
    if len(found) > limit:
        designation, event, key = place_of(titles, found[limit - 1])
        following = asked.next_cursor(
            after=designation, event=event, key=key, as_known=at.view.as_known, as_of=str(at.view.as_of)
        )
    page = RosterPage(
        as_of=at.view.as_of,
        as_known=at.view.as_known,
        programme=named(of),
        counts=await counted(at, titles) if counts and cursor is None else NOT_STATED,
        titles=tuple(found[:limit]),
        unknown=await of_unknown_category(at, titles) if cursor is None else NOT_STATED,
        next=following,
    )
    return asked.answer(at.view.as_known, page)


AMoment = Annotated[
    str,
    StringConstraints(max_length=60),
    Query(description="a day, as known where: 2022-06-30, 2022-06-30@17, @17, @2023-03-01T09:00:00Z"),
]


@question(
    router,
    "/rosters/{programme}/diff",
    "roster-diff",
    RosterDiff,
    example=Example("auditor", "/v1/rosters/city-2019/diff?from=2022-01-01&to=2024-08-01"),
    problems=(*READ, "unknown-programme", *UNKNOWN_SUBJECT),
)
async def get_diff(
    asked: AQuestion,
    programme: AProgramme,
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
    titles = RosterQuestion.asked(
        asked.names, of, round_=round, category=category, field=field, province=province, subject=subject
    )
    one, home = await _moment(asked, "from", from_)
    other, home = await _moment(asked, "to", to)
    known = max(one.as_known, other.as_known)
    await asked.look_from(known)
    asked.fresh(definition(Roster()), one, other, home)
    body = RosterDiff(
        programme=named(of),
        from_=Viewpoint.of(one),
        to=Viewpoint.of(other),
        changes=tuple(await differences(asked.at(other, home), titles, one, other)),
        unknown=await unknown_of(asked.at(other, home), titles),
    )
    return asked.answer(known, body)


async def _moment(asked: Asked, name: str, text: str) -> tuple[View, str]:
    """A view as it is written, and where the live rows are. Raises BadQuestion."""
    day, _, known = text.partition("@")
    try:
        as_of = a_day(day) if day else None
    except NotADate as error:
        raise BadQuestion(name, error.message) from None
    home, position = await asked.reached(Roster(), known or None, name)
    return View(as_of or await asked.today(), position), home
