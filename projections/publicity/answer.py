"""The notices that run on a day, or have run: until when, and the objections to each case."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from domain.calendars import Works, days_worked, works_by
from domain.events import ObjectionLodged
from domain.programme import Programme
from domain.rules import Words
from projections.answers import NOT_STATED, Answer, Named, NotStated, Position, ProgrammeNamed, answer, named
from projections.asking.access import own_of
from projections.asking.calendars import calendars
from projections.asking.standpoint import Standpoint
from projections.publicity.rows import PublicityPeriods
from projections.words.terms import category

if TYPE_CHECKING:
    from asyncpg import Record


@answer("Objection")
class Objection(Answer):
    """One objection to a case on notice."""

    number: int
    lodged: date
    outcome: Literal["open", "late", "upheld", "rejected"]
    resolved: date | None
    event: Position


@answer("Notice")
class Notice(Answer):
    """One case on notice; of a notice that is known from a published list only, `source` says which list."""

    case: str | NotStated = NOT_STATED
    entry: str
    round: str
    subject: Named
    category: str | None
    category_words: Words
    fields: tuple[str, ...]
    list: str | NotStated = NOT_STATED
    where: str
    since: date
    until: date
    on_notice: bool
    working_days_left: Annotated[
        int | None, Field(description="after the day; null: not on notice, or no calendar says so yet")
    ]
    left_on: date | None
    closed: date | None
    objections: Annotated[tuple[Objection, ...] | None, Field(description="null: not shown to you")]
    objections_open: int | None
    source: str | NotStated = NOT_STATED
    event: Position


@answer("Notices")
class Notices(Answer):
    """Who is or was on notice."""

    programme: ProgrammeNamed
    as_of: date
    as_known: Position
    notices: tuple[Notice, ...]


async def publicity(at: Standpoint, programme: Programme, round_: str | None) -> Notices:
    """The notices of a programme; objections as far as the reader may see them."""
    cell = at.reader.cell(ObjectionLodged.topic)
    own = own_of(at.reader, cell)
    all_shown = cell in {"see", "open"}
    rows = await at.fetch(
        PublicityPeriods(),
        "of_programme",
        programme.id,
        round_,
        at.view.as_known,
        at.view.as_of,
        all_shown,
        own,
    )
    objections: dict[int, list[Objection]] = defaultdict(list)  # by the notice's position
    for row in rows:
        if row["kind"] == "objection":
            objections[row["notice"]].append(_objection(row, at.view.as_of))
    works = works_by(await calendars(at.log, at.view.as_known))
    shown = set(own)
    notices = (
        _notice(
            at,
            row,
            works,
            tuple(objections[row["position"]]) if all_shown or row["subject"] in shown else None,
        )
        for row in rows
        if row["kind"] == "notice"
    )
    return Notices(
        as_of=at.view.as_of, as_known=at.view.as_known, programme=named(programme), notices=tuple(notices)
    )


def _objection(row: Record, day: date) -> Objection:
    resolved = row["ended"] is not None and row["ended"] <= day
    still: Literal["late", "open"] = "late" if row["outcome"] == "late" else "open"
    return Objection(
        number=row["number"],
        lodged=row["since"],
        outcome=row["outcome"] if resolved else still,
        resolved=row["ended"] if resolved else None,
        event=row["position"],
    )


def _notice(at: Standpoint, row: Record, works: Works, objections: tuple[Objection, ...] | None) -> Notice:
    day = at.view.as_of
    left_on = row["left_on"] if row["left_on"] and row["left_on"] <= day else None
    still_open = None
    if objections is not None:
        still_open = sum(objection.outcome == "open" for objection in objections)
    on_notice = day <= row["until"] and left_on is None
    return Notice(
        case=row["case_id"] or NOT_STATED,
        entry=row["entry"],
        round=row["round"],
        subject=at.named(row["subject"], row["called"]),
        category=row["category"],
        category_words=category(row["programme"], row["category"], tuple(row["fields"])),
        fields=tuple(row["fields"]),
        list=row["list"] or NOT_STATED,
        where=row["place"],
        since=row["since"],
        until=row["until"],
        on_notice=on_notice,
        working_days_left=days_worked(day, row["until"], works) if on_notice else None,
        left_on=left_on,
        closed=row["ended"] if row["ended"] and row["ended"] <= day else None,
        objections=objections,
        objections_open=still_open,
        source=row["source"] or NOT_STATED,
        event=row["position"],
    )
