"""Commands that explain an event, and that erase a sealed value on an order."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
import typer
from pydantic import ValidationError

from domain.commands import Erase
from domain.kernel import Document
from eventlog.batch import Outcome
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.errors import LedgerError
from eventlog.log import Log
from eventlog.queries import load
from projections.why import NoSuchEvent, why
from scripts import show
from scripts.terminal import Json, Language, err, open_log, operator, wait_for

commands = typer.Typer()
_SQL = load("eventlog", "beside.sql")


class NotDone(LedgerError):
    """The ledger refused the act; the message names every rule it breaks."""


@commands.command(name="why")
def why_(
    position: Annotated[int, typer.Argument(min=1, help="Of the event.")],
    as_json: Json = False,
    language: Language = "zh",
) -> None:
    """By which rules an event was judged, on which facts, by which readings of open points."""

    async def work() -> dict[str, Any]:
        async with open_log() as log:
            return await why(log, position)

    try:
        told = wait_for(work())
    except NoSuchEvent as error:
        err.print(str(error))
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(orjson.dumps(told).decode())
    else:
        show.why(told, language)


@commands.command()
def erase(
    sealed: Annotated[str, typer.Argument(help="The commitment that stands in the event.")],
    number: Annotated[str | None, typer.Option(help="The order's document number.")] = None,
    title: Annotated[str | None, typer.Option(help="The order's title.")] = None,
    issuer: Annotated[str | None, typer.Option(help="Who ordered it.")] = None,
    signed: Annotated[str | None, typer.Option(help="When, a day.")] = None,
) -> None:
    """Erase a sealed value on an order. The event and its commitment stand; the erasure is an event."""
    order = Document(number=number, title=title, issuer=issuer, signed=signed)
    try:
        act = Erase(actor=operator(), basis=order, sealed=sealed)
    except ValidationError as error:
        said = error.errors()[0]
        raise NotDone(f"{'.'.join(map(str, said['loc']))}: {said['msg']}") from None
    database = Database.from_environment()

    async def work() -> Outcome:
        async with await Log.open(database, size=2) as log, Committer(database, log) as committer:
            outcome = await committer.carry_out(act)
        if outcome.accepted:  # the row's remains on disk go too
            owner = await database.connect_owner()
            try:
                await owner.execute(_SQL["clear_erased"])
            finally:
                await owner.close()
        return outcome

    outcome = wait_for(work())
    if not outcome.accepted:
        raise NotDone(told_refusal(outcome))
    err.print(f"erased; the order is event {outcome.answer['first']}", highlight=False)


def told_refusal(outcome: Outcome) -> str:
    """Every broken rule in words."""
    if outcome.kind == "failed":
        return str(outcome.answer["error"])
    broken = outcome.answer["broken"]
    return "; ".join(f"{b['rule']} ({b['document']} {b['article']}): {b['why']}" for b in broken)
