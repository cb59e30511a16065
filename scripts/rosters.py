"""Commands that ask for titles: roster, and what changed of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from domain.dates import a_day
from domain.messages import message
from domain.programmes import programme as programme_of
from projections.answers import NotStated
from projections.asking.moments import View, position_of
from projections.asking.standpoint import Standpoint, reached
from projections.roster.answer import MOST_UNKNOWN, OfUnknownCategory, Title, of_unknown_category, titles_of
from projections.roster.differences import ChangedTitle, unknown_of
from projections.roster.differences import differences as differences_of
from projections.roster.question import RosterQuestion, Sort
from projections.roster.rows import Roster, Status
from projections.sheets.columns import ROSTER
from scripts import show
from scripts.looking import Looking, looking
from scripts.parameters import AProgramme, AsOf, Round, To, none_found, subjects, write
from scripts.terminal import AsKnown, Json, tell, wait_for

commands = typer.Typer()


@commands.command()
def roster(
    programme: AProgramme,
    round_: Round = None,
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None,
    field: Annotated[str | None, typer.Option(help="Only this field.")] = None,
    province: Annotated[str | None, typer.Option(help="Only what lies in it.")] = None,
    subject: Annotated[str | None, typer.Option(autocompletion=subjects)] = None,
    status: Annotated[Status | None, typer.Option(help="Only what holds, held or is announced.")] = None,
    sort: Annotated[Sort, typer.Option(help="newest: the last announced first.")] = "designation",
    as_of: AsOf = None,
    as_known: AsKnown = None,
    as_json: Json = False,
    to: To = None,
) -> None:
    """Who holds, held or is announced for the titles of a programme on a day."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, list[Title], OfUnknownCategory | NotStated]:
        async with looking(Roster(), as_of, as_known) as found:
            question = RosterQuestion.asked(
                found.at.names,
                of,
                round_=round_,
                category=category,
                field=field,
                province=province,
                subject=subject,
                status=status,
                sort=sort,
            )
            titles = [title async for _, title in titles_of(found.at, question)]
            most = MOST_UNKNOWN if to is None else None  # a file holds all of them
            unknown = await of_unknown_category(found.at, question, most)
            apart = () if isinstance(unknown, NotStated) else unknown.titles
            if not isinstance(unknown, NotStated):
                _tell_of(unknown.count, field)
            if to is not None:
                filters = {"round": round_, "category": category, "field": field, "province": province}
                filters |= {"subject": subject, "status": status}
                await write(found, to, ROSTER, [*titles, *apart], programme=of.name, **filters)
            return found, titles, unknown

    found, titles, unknown = wait_for(work())
    if to is None:
        show.roster(found, programme, titles, unknown, as_json)
    none_found(titles)


@commands.command()
def diff(
    programme: AProgramme,
    from_: Annotated[str, typer.Option("--from", help="2022-06-30, 2022-06-30@17, @17")],
    to: Annotated[str, typer.Option(help="The same; default today, as known now.")] = "",
    round_: Round = None,
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None,
    field: Annotated[str | None, typer.Option(help="Only this field.")] = None,
    province: Annotated[str | None, typer.Option(help="Only what lies in it.")] = None,
    subject: Annotated[str | None, typer.Option(autocompletion=subjects)] = None,
    as_json: Json = False,
) -> None:
    """What changed of a roster between two views, and by which events. A view is a day and, behind @, a
    position or an instant as known at which."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, list[ChangedTitle]]:
        async with looking(Roster(), None, None) as found:
            question = RosterQuestion.asked(
                found.at.names,
                of,
                round_=round_,
                category=category,
                field=field,
                province=province,
                subject=subject,
            )
            one, other = [await _moment(found.at, text) for text in (from_, to)]
            unknown = await unknown_of(replace(found.at, view=other), question)
            if not isinstance(unknown, NotStated):
                _tell_of(unknown, field)
            return found, await differences_of(found.at, question, one, other)

    found, changes = wait_for(work())
    show.differences(found, of.name, changes, as_json)
    none_found(changes)


def _tell_of(unknown: int, field: str | None) -> None:
    """That there are titles of which no source says whether they are among those asked for."""
    if unknown:
        told = (
            message(
                "of {count} more titles no source gives the category: they may be among these", count=unknown
            )
            if field is None
            else message(
                "of {count} more titles no source gives the category or the field: they may be among these",
                count=unknown,
            )
        )
        tell(told)


async def _moment(at: Standpoint, text: str) -> View:
    """A view as it is written. Raises NotADate, NotAMoment, NotYetKnown."""
    day, _, known = text.partition("@")
    _, position = await reached(at.log, Roster(), await position_of(at.log, known or None))
    return View(a_day(day) if day else at.view.as_of, position)
