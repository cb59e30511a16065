"""Commands that ask: replay, rules, quotas, selection, publicity, obligations, ranking, why."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from domain.dates import a_day
from domain.ledger import LEDGER
from domain.programmes import PROGRAMMES
from domain.programmes import programme as programme_of
from domain.rules import Rulebook
from domain.subjects import Subject
from eventlog.ledger import identity
from projections.answers import encode
from projections.asking.moments import View, known_to, today
from projections.asking.standpoint import Eyes, Standpoint
from projections.history.answer import HistoryEntry
from projections.history.answer import history as history_of
from projections.history.rows import AuditTrail
from projections.log.answer import NoSuchEvent
from projections.obligations.answer import Holder, owed
from projections.obligations.rows import Obligations
from projections.publicity.answer import Notices
from projections.publicity.answer import publicity as notices_of
from projections.publicity.rows import PublicityPeriods
from projections.quotas.answer import QuotasPage
from projections.quotas.answer import quotas as quotas_of
from projections.quotas.rows import Quotas
from projections.quotas.whose import QuotaWhy
from projections.quotas.whose import quota_why as whose_quota
from projections.ranking.answer import RankingPage
from projections.ranking.answer import ranking as ranking_of
from projections.ranking.rows import Ranking
from projections.rounds.answer import RoundPage
from projections.rounds.answer import round_page as round_of
from projections.rules.answer import RulesPage, book_of, rules_of
from projections.selection.answer import NoSelection, SelectionPage
from projections.selection.answer import selection as selection_of
from projections.sheets.columns import HISTORY, QUOTAS
from projections.why.answer import Why
from projections.why.answer import why as why_of
from projections.words.names import SHIPPED, register
from scripts import show
from scripts.looking import Looking, looking
from scripts.parameters import (
    AProgramme,
    ARound,
    AsOf,
    ASubject,
    Round,
    To,
    none_found,
    programmes,
    subjects,
    write,
)
from scripts.terminal import AsKnown, Json, open_log, tell, wait_for, who_reads

commands = typer.Typer()
_PAGE = 1_000


@commands.command()
def replay(
    subject: ASubject,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    form: Annotated[
        Literal["table", "json", "ndjson"], typer.Option("--format", help="How to show it.")
    ] = "table",
    as_json: Json = False,
    sealed: Annotated[bool, typer.Option(help="With the sealed values, where they are kept.")] = False,
    to: To = None,
) -> None:
    """A subject's full history, as known at any moment, corrections beside what they replaced."""

    async def work() -> tuple[Looking, Subject, list[HistoryEntry]]:
        async with looking(AuditTrail(), as_of, as_known) as found:
            at = found.at
            now = await register(at.log, await today(at.log, found.ledger))
            of = at.names.subject(now.look_up(subject).id)
            entries = await history_of(at, of, with_sealed=sealed)
            if to is not None:
                await write(found, to, HISTORY, entries, subject=str(of))
            return found, of, entries

    found, of, entries = wait_for(work())
    if to is None:
        show.history(found, of, entries, "json" if as_json else form)
    none_found(entries)


@commands.command()
def rules(
    programme: Annotated[
        str | None, typer.Argument(help="Its id, or `ledger`; default: all.", autocompletion=programmes)
    ] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """The rules of a programme in the text's order: which acts each judges, how often it refused, how many
    exceptions were granted from it; the open points of the text and how they are read."""
    books: list[Rulebook] = [b for b in (LEDGER, *PROGRAMMES.values()) if b.rules]
    if programme is not None:
        books = [book_of(programme) or programme_of(programme)]

    async def work() -> list[tuple[Rulebook, RulesPage]]:
        async with open_log() as log:
            reader, ledger = await who_reads(log), await identity(log)
            known = await known_to(log, as_known)
            view = View(a_day(as_of) if as_of else await today(log, ledger), known)
            at = Standpoint(log, reader, SHIPPED, view=view)
            return [(book, await rules_of(at, book)) for book in books]

    show.rules(wait_for(work()), as_json)


@commands.command()
def selection(
    programme: AProgramme, round_: ARound, as_of: AsOf = None, as_known: AsKnown = None, as_json: Json = False
) -> None:
    """The list that a round's scores lead to: who is in or out, by which rule; ties to be decided."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, SelectionPage]:
        async with looking(Quotas(), as_of, as_known) as found:
            return found, await selection_of(found.at, of, round_)

    try:
        found, page = wait_for(work())
    except NoSelection as error:
        tell(error)
        raise typer.Exit(1) from None
    show.selection(found, f"{of.name} {round_}", page, as_json)
    none_found(page.candidates)


@commands.command("round")
def round_page(
    programme: AProgramme, round_: ARound, as_of: AsOf = None, as_known: AsKnown = None, as_json: Json = False
) -> None:
    """What a round's documents planned, beside what happened and what sources attest of it."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, RoundPage]:
        async with looking(Quotas(), as_of, as_known) as found:
            return found, await round_of(found.at, of, round_)

    found, page = wait_for(work())
    show.round_page(found, f"{of.name} {round_}", page, as_json)


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
            help="Whose quota this subject uses, and where the text says so.", autocompletion=subjects
        ),
    ] = None,
) -> None:
    """Of each pool of a round: its cap, what is used, left and over, and by which events."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, QuotasPage | QuotaWhy]:
        async with looking(Quotas(), as_of, as_known) as found:
            if why is not None:
                about = found.at.names.look_up(why).id
                return found, await whose_quota(found.at, of, round_, about)
            page = await quotas_of(found.at, of, round_)
            if to is not None:
                await write(found, to, QUOTAS, page.pools, programme=of.name, round=round_)
            return found, page

    found, told = wait_for(work())
    if isinstance(told, QuotaWhy):
        show.quota_why(found, f"{of.name} {round_}", told, as_json)
    elif to is None:
        show.quotas(found, f"{of.name} {round_}", told, as_json)


@commands.command()
def publicity(
    programme: AProgramme,
    round_: Round = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Who is or was on notice, until when, and the objections to each."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, Notices]:
        async with looking(PublicityPeriods(), as_of, as_known) as found:
            return found, await notices_of(found.at, of, round_)

    found, page = wait_for(work())
    show.publicity(found, of.name, page, as_json)
    none_found(page.notices)


@commands.command()
def ranking(
    programme: AProgramme, round_: ARound, as_of: AsOf = None, as_known: AsKnown = None, as_json: Json = False
) -> None:
    """The cases whose expert review is concluded, by their weighted mean."""
    of = programme_of(programme)

    async def work() -> tuple[Looking, RankingPage]:
        async with looking(Ranking(), as_of, as_known) as found:
            return found, await ranking_of(found.at, of, round_)

    found, page = wait_for(work())
    show.ranking(found, f"{of.name} {round_}", page, as_json)
    none_found(page.ranking)


@commands.command()
def obligations(
    programme: Annotated[str | None, typer.Option(autocompletion=programmes)] = None,
    subject: Annotated[str | None, typer.Option(autocompletion=subjects)] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    overdue: Annotated[bool, typer.Option(help="Only titles with something overdue.")] = False,
    as_json: Json = False,
) -> None:
    """What each holder owes, by when, and what it filed."""
    of = programme_of(programme).id if programme else None

    async def work() -> tuple[Looking, list[Holder]]:
        async with looking(Obligations(), as_of, as_known) as found:
            about = found.at.names.look_up(subject).id if subject else None
            titles: list[Holder] = []
            after: str | None = None
            while page := await owed(found.at, programme=of, subject=about, after=after, limit=_PAGE):
                titles += page
                after = titles[-1].designation
            return found, titles

    found, titles = wait_for(work())
    if overdue:
        titles = [t for t in titles if any(o.state == "overdue" for o in t.obligations)]
    show.obligations(found, titles, as_json)
    none_found(titles)


@commands.command()
def why(
    position: Annotated[int, typer.Argument(min=1, help="Of the event.")],
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """By which rules an event was judged, on which facts, by which readings of open points; and what of that
    was corrected, or called into question, since."""

    async def work() -> Why:
        async with open_log() as log:
            known = await known_to(log, as_known)
            return await why_of(Eyes(log, await who_reads(log)), position, known)

    try:
        told = wait_for(work())
    except NoSuchEvent as error:
        tell(error)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(encode(told).decode())
    else:
        show.why(told)
