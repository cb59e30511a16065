"""Commands that ask: replay, roster, rules, quotas, selection, publicity, obligations, ranking, why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
import typer

from api.exports import Sheet, each, write_csv, write_xlsx
from domain.access import Reader
from domain.dates import a_day
from domain.programmes import PROGRAMMES
from domain.programmes import programme as programme_of
from domain.programmes.ledger import LEDGER
from domain.rules import Rulebook
from domain.subjects import Subject, everyone
from eventlog.ledger import Ledger, identity
from eventlog.log import Log
from projections import rounds, selections
from projections.audit_trail import AuditTrail
from projections.differences import differences
from projections.model import ReadModel
from projections.obligations import Obligations
from projections.projector import catch_up
from projections.publicity import Publicity
from projections.quotas import Quotas
from projections.ranking import Ranking
from projections.reading import RosterQuestion, View, history, known_to, position_of, reached, today
from projections.reading import roster as roster_page
from projections.register import Register, register
from projections.roster import Roster
from projections.rulebooks import book_of, rules_of
from projections.why import NoSuchEvent
from projections.why import why as why_of
from scripts import show
from scripts.terminal import AsKnown, Json, Language, err, open_log, wait_for, who_reads

commands = typer.Typer()
_PAGE = 1_000


def _programmes() -> list[str]:
    return list(PROGRAMMES)


def _subjects(incomplete: str) -> list[str]:
    return [of.today.name for of in everyone() if of.today.name.startswith(incomplete)][:50]


AProgramme = Annotated[str, typer.Argument(help="Its id: city-2019.", autocompletion=_programmes)]
ARound = Annotated[str, typer.Argument(help="Of the programme: 2021.")]
ASubject = Annotated[
    str,
    typer.Argument(help="Name, code or id: 深圳, 420600, cn:420600.", autocompletion=_subjects),
]
AsOf = Annotated[str | None, typer.Option(help="A day, 2021-12-31; default today.")]
To = Annotated[
    Path | None, typer.Option(help="Write all of it to a file: .csv or .xlsx.", dir_okay=False)
]


@dataclass(frozen=True, slots=True)
class Looking:
    """One question from the terminal: to which ledger, whose eyes, from where in time."""

    log: Log
    ledger: Ledger
    reader: Reader
    view: View
    names: Register


@asynccontextmanager
async def looking(
    model: ReadModel, as_of: str | None, as_known: str | None
) -> AsyncIterator[Looking]:
    """The read model brought up to the log, and the view asked for."""
    async with open_log() as log:
        ledger, reader = await identity(log), await who_reads(log)
        async with log.pool.acquire() as connection:
            await catch_up(connection, model)
        position = await reached(log, model, await position_of(log, as_known))
        day = a_day(as_of) if as_of else await today(log, ledger)
        names = await register(log, await today(log, ledger), position)
        names.use_names()
        yield Looking(log, ledger, reader, View(day, position), names)


async def _write(
    at: Looking, to: Path, sheet: Sheet, rows: list[dict[str, Any]], **filters: str | None
) -> None:
    if to.suffix == ".csv":
        await write_csv(to, sheet, each(rows))
    elif to.suffix == ".xlsx":
        await write_xlsx(to, sheet, at.ledger, at.view, each(rows), filters)
    else:
        raise typer.BadParameter(f"{to} ends neither in .csv nor in .xlsx")
    err.print(f"{len(rows)} rows written", highlight=False)


def _none_found(found: object) -> None:
    if not found:
        raise typer.Exit(1)


@commands.command()
def replay(
    subject: ASubject,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    form: Annotated[
        Literal["table", "json", "ndjson"], typer.Option("--format", help="How to show it.")
    ] = "table",
    as_json: Json = False,
    sealed: Annotated[
        bool, typer.Option(help="With the sealed values, where they are kept.")
    ] = False,
    to: To = None,
    language: Language = "zh",
) -> None:
    """A subject's full history, as known at any moment, corrections beside what they replaced."""

    async def work() -> tuple[Looking, Subject, list[dict[str, Any]]]:
        async with looking(AuditTrail(), as_of, as_known) as at:
            now = await register(at.log, await today(at.log, at.ledger))
            of = at.names.subject(now.look_up(subject).id)
            entries = await history(
                at.log, at.reader, of, at.view, with_sealed=sealed, names=at.names
            )
            if to is not None:
                await _write(at, to, "history", entries, subject=str(of))
            return at, of, entries

    at, of, entries = wait_for(work())
    if to is None:
        show.history(
            of,
            at.ledger,
            at.view,
            entries,
            "json" if as_json else form,
            language,
            tuple(at.names.of(of.id)),
        )
    _none_found(entries)


@commands.command()
def roster(
    programme: AProgramme,
    round_: Annotated[str | None, typer.Option("--round", help="Only this round.")] = None,
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None,
    field: Annotated[str | None, typer.Option(help="Only this field.")] = None,
    province: Annotated[str | None, typer.Option(help="Only what lies in it.")] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    as_json: Json = False,
    to: To = None,
    language: Language = "zh",
) -> None:
    """Who holds, held or is announced for the titles of a programme on a day."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, list[dict[str, Any]]]:
        async with looking(Roster(), as_of, as_known) as at:
            lies_in = at.names.look_up(province).id if province else None
            question = RosterQuestion(of.id, round_, category, field, lies_in)
            titles: list[dict[str, Any]] = []
            while page := await roster_page(
                at.log.pool, question, at.view, limit=_PAGE,
                after=(titles[-1]["designation"], titles[-1]["event"]) if titles else None,
            ):  # fmt: skip
                titles += page
            if to is not None:
                await _write(
                    at, to, "roster", titles, programme=of.name, round=round_, category=category,
                    field=field, province=province,
                )  # fmt: skip
            return at, titles

    at, titles = wait_for(work())
    if to is None:
        show.roster(programme, at.ledger, at.view, titles, as_json, language)
    _none_found(titles)


@commands.command()
def diff(
    programme: AProgramme,
    from_: Annotated[str, typer.Option("--from", help="2022-06-30, 2022-06-30@17, @17")],
    to: Annotated[str, typer.Option(help="The same; default today, as known now.")] = "",
    round_: Annotated[str | None, typer.Option("--round", help="Only this round.")] = None,
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None,
    field: Annotated[str | None, typer.Option(help="Only this field.")] = None,
    province: Annotated[str | None, typer.Option(help="Only what lies in it.")] = None,
    subject: Annotated[str | None, typer.Option(autocompletion=_subjects)] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """What changed of a roster between two views, and by which events. A view is a day and, behind @, a
    position or an instant as known at which."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, list[dict[str, Any]]]:
        async with looking(Roster(), None, None) as at:
            about = at.names.look_up(subject).id if subject else None
            lies_in = at.names.look_up(province).id if province else None
            question = RosterQuestion(of.id, round_, category, field, lies_in, about)
            one, other = [await _moment(at, text) for text in (from_, to)]
            return at, await differences(at.log, question, one, other)

    at, found = wait_for(work())
    show.differences(of.name, at.ledger, at.view, found, as_json)
    _none_found(found)


async def _moment(at: Looking, text: str) -> View:
    """A view as it is written. Raises NotADate, NotAMoment, NotYetKnown."""
    day, _, known = text.partition("@")
    position = await reached(at.log, Roster(), await position_of(at.log, known or None))
    return View(a_day(day) if day else at.view.as_of, position)


@commands.command()
def rules(
    programme: Annotated[
        str | None,
        typer.Argument(help="Its id, or `ledger`; default: all.", autocompletion=_programmes),
    ] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    as_json: Json = False,
    language: Language = "zh",
) -> None:
    """The rules of a programme in the text's order: which acts each judges, how often it refused, how many
    exceptions were granted from it; the open points of the text and how they are read."""
    books = [b for b in (LEDGER, *PROGRAMMES.values()) if b.rules]
    if programme is not None:
        books = [book_of(programme) or programme_of(programme)]

    async def work() -> list[tuple[Rulebook, dict[str, Any]]]:
        async with open_log() as log:
            reader, ledger = await who_reads(log), await identity(log)
            known = await known_to(log, as_known)
            view = View(a_day(as_of) if as_of else await today(log, ledger), known)
            return [(book, await rules_of(log, reader, book, view)) for book in books]

    show.rules(wait_for(work()), as_json, language)


@commands.command()
def selection(
    programme: AProgramme, round_: ARound, as_of: AsOf = None, as_known: AsKnown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """The list that a round's scores lead to: who is in or out, by which rule; ties to be decided."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, dict[str, Any]]:
        async with looking(Quotas(), as_of, as_known) as at:
            return at, await selections.selection(at.log, at.reader, of, round_, at.view)

    try:
        at, told = wait_for(work())
    except selections.NoSelection as error:
        err.print(str(error))
        raise typer.Exit(1) from None
    show.selection(f"{of.name} {round_}", at.ledger, at.view, told, as_json)
    _none_found(told["candidates"])


@commands.command("round")
def round_page(
    programme: AProgramme, round_: ARound, as_of: AsOf = None, as_known: AsKnown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """What a round's documents planned, beside what happened and what sources attest of it."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, dict[str, Any]]:
        async with looking(Quotas(), as_of, as_known) as at:
            return at, await selections.round_page(at.log, at.reader, of, round_, at.view)

    at, told = wait_for(work())
    show.round_page(f"{of.name} {round_}", at.ledger, at.view, told, as_json)


@commands.command()
def quotas(
    programme: AProgramme,
    round_: ARound,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    as_json: Json = False,
    to: To = None,
    why: Annotated[
        str | None,
        typer.Option(
            help="Whose quota this subject uses, and where the text says so.",
            autocompletion=_subjects,
        ),
    ] = None,
    language: Language = "zh",
) -> None:
    """Of each pool of a round: its cap, what is used, left and over, and by which events."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, dict[str, Any]]:
        async with looking(Quotas(), as_of, as_known) as at:
            if why is not None:
                about = at.names.look_up(why).id
                return at, await selections.quota_why(at.log, at.reader, of, round_, about, at.view)
            told = await rounds.quotas(at.log.pool, at.reader, of, round_, at.view)
            if to is not None:
                await _write(at, to, "quotas", told["pools"], programme=of.name, round=round_)
            return at, told

    at, told = wait_for(work())
    if why is not None:
        show.quota_why(f"{of.name} {round_}", at.ledger, at.view, told, as_json, language)
    elif to is None:
        show.quotas(f"{of.name} {round_}", at.ledger, at.view, told, as_json, language)


@commands.command()
def publicity(
    programme: AProgramme,
    round_: Annotated[str | None, typer.Option("--round", help="Only this round.")] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Who is or was on notice, until when, and the objections to each."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, list[dict[str, Any]]]:
        async with looking(Publicity(), as_of, as_known) as at:
            return at, await rounds.publicity(at.log.pool, at.reader, of, round_, at.view)

    at, notices = wait_for(work())
    show.publicity(of.name, at.ledger, at.view, notices, as_json)
    _none_found(notices)


@commands.command()
def ranking(
    programme: AProgramme, round_: ARound, as_of: AsOf = None, as_known: AsKnown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """The cases whose expert review is concluded, by their weighted mean."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, dict[str, Any]]:
        async with looking(Ranking(), as_of, as_known) as at:
            return at, await rounds.ranking(at.log.pool, at.reader, of, round_, at.view)

    at, told = wait_for(work())
    show.ranking(f"{of.name} {round_}", at.ledger, at.view, told, as_json)
    _none_found(told["ranking"])


@commands.command()
def obligations(
    programme: Annotated[str | None, typer.Option(autocompletion=_programmes)] = None,
    subject: Annotated[str | None, typer.Option(autocompletion=_subjects)] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    overdue: Annotated[bool, typer.Option(help="Only titles with something overdue.")] = False,
    as_json: Json = False,
) -> None:
    """What each holder owes, by when, and what it filed."""
    of = programme_of(programme).id if programme else None

    async def work() -> tuple[Looking, list[dict[str, Any]]]:
        async with looking(Obligations(), as_of, as_known) as at:
            about = at.names.look_up(subject).id if subject else None
            titles: list[dict[str, Any]] = []
            while page := await rounds.owed(
                at.log, at.reader, at.view, programme=of, subject=about, limit=_PAGE,
                after=titles[-1]["designation"] if titles else None,
            ):  # fmt: skip
                titles += page
            return at, titles

    at, titles = wait_for(work())
    if overdue:
        titles = [t for t in titles if any(o["state"] == "overdue" for o in t["obligations"])]
    show.obligations(at.ledger, at.view, titles, as_json)
    _none_found(titles)


@commands.command()
def why(
    position: Annotated[int, typer.Argument(min=1, help="Of the event.")],
    as_known: AsKnown = None,
    as_json: Json = False,
    language: Language = "zh",
) -> None:
    """By which rules an event was judged, on which facts, by which readings of open points; and what of that
    was corrected, or called into question, since."""

    async def work() -> dict[str, Any]:
        async with open_log() as log:
            known = await known_to(log, as_known)
            return await why_of(log, await who_reads(log), position, known)

    try:
        told = wait_for(work())
    except NoSuchEvent as error:
        err.print(str(error))
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(orjson.dumps(told).decode())
    else:
        show.why(told, language)
