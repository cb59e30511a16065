"""`designations`: the ledger from the command line.

Exit codes: 0 done; 1 the answer is no (a check failed, a list is bad, nothing found); 2 misused.
"""

from __future__ import annotations

import os
import sys
import uuid
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import typer
from asyncpg import PostgresError

from domain.canonical import NotCanonical
from domain.dates import NotADate
from domain.programmes import UnknownProgramme
from domain.subjects import AmbiguousSubject, UnknownSubject
from eventlog.database import Database
from eventlog.embedded import Server, home
from eventlog.errors import LedgerError
from eventlog.ledger import Ledger, find_or_open, open_ledger
from eventlog.log import LOST
from projections.asking.moments import NotAMoment
from projections.roster.question import NotAsked
from projections.words.language import speaking
from scripts import acting, asking, correcting, demo, keeping, practice, refounding, rosters
from scripts.import_lists import Imported, import_files
from scripts.list_sheet import BadSheet
from scripts.speaking import Spoken, chosen
from scripts.terminal import Host, Port, bar, open_log, operator, put, serve_application, tell, wait_for

app = typer.Typer(help=__doc__, cls=Spoken, no_args_is_help=True, pretty_exceptions_enable=False)
server_app = typer.Typer(help="The embedded database server.", no_args_is_help=True)
app.add_typer(server_app, name="server")
app.add_typer(keeping.commands)
app.add_typer(refounding.commands)
app.add_typer(rosters.commands)
app.add_typer(asking.commands)
app.add_typer(acting.commands)
app.add_typer(correcting.commands)
app.add_typer(demo.commands)
app.add_typer(practice.commands)
ASKED_WRONG = (
    AmbiguousSubject,
    NotADate,
    NotAsked,
    NotAMoment,
    NotCanonical,
    UnknownProgramme,
    UnknownSubject,
)


def main() -> None:
    """The program's entry: what goes wrong is said in words, and is the exit code."""
    with speaking(chosen(sys.argv[1:])):
        try:
            app()
        except KeyboardInterrupt:
            tell("interrupted")
            sys.exit(130)
        except (LedgerError, BadSheet, *ASKED_WRONG) as error:
            tell(error)
            sys.exit(2 if isinstance(error, (NotADate, NotAMoment)) else 1)
        except (*LOST, PostgresError) as error:
            tell("the database: {error}", error=str(error) or type(error).__name__)
            sys.exit(1)


# ------------------------------------------------------------------------ running


@app.command()
def run(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Everything: database, schema, a ledger of the real lists, and the HTTP door."""
    if os.environ.get("LEDGER_DATABASE_URL"):
        tell("==> database (yours)")
    else:
        tell("==> database ({home})", home=home())
    migrate()
    tell("==> a ledger of the real lists")
    if wait_for(_is_new("the real lists")):
        with resources.as_file(resources.files("scripts.lists")) as folder:
            import_(sorted(folder.glob("*.csv")))
    else:
        tell("    it holds events already: no list is taken in again")
    tell("==> http://{host}:{port} (the read models follow; stop with Ctrl-C)", host=host, port=port)
    serve(host, port)


async def _is_new(name: str) -> bool:
    """Open the ledger, or find it; whether it holds nothing beside its opening. What was taken in once may
    have been corrected since, and is not taken in again."""
    async with open_log() as log:
        ledger = await find_or_open(log, ledger=uuid.uuid4(), name=name, kind="real", actor=operator())
        tell("    {id} “{name}”", id=ledger.id, name=ledger.name)
        return (await log.head()).position == 1


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve an opened ledger over HTTP and keep its read models up."""
    serve_application(Database.from_environment(), host, port)


@app.command()
def migrate() -> None:
    """Bring the database's schema up to this program's."""
    applied = wait_for(Database.from_environment().migrate())
    for migration in applied:
        tell("    applied {name}", name=migration.name)
    if not applied:
        tell("    the schema is up to date")


@app.command(name="open")
def open_(
    name: Annotated[str, typer.Argument(help="The ledger's name, for ever.")],
    kind: Annotated[Literal["real", "simulated"], typer.Option(help="For ever.")] = "real",
    clock: Annotated[
        datetime | None, typer.Option(help="When, in UTC; a simulated ledger's driver sets it.")
    ] = None,
) -> None:
    """Open a new ledger: append event 1."""
    at = clock.replace(tzinfo=UTC) if clock else None

    async def work() -> Ledger:
        async with open_log() as log:
            return await open_ledger(
                log, ledger=uuid.uuid4(), name=name, kind=kind, actor=operator(), clock=at
            )

    typer.echo(wait_for(work()).id)


@server_app.command()
def start() -> None:
    """Start the embedded server; set it up if it is new."""
    Server(home()).start()
    status()


@server_app.command()
def stop() -> None:
    """Stop the embedded server."""
    Server(home()).stop()
    status()


@server_app.command()
def status() -> None:
    """Where the embedded server's data lie, and whether it runs."""
    pid = Server(home()).postmaster()
    if pid is None:
        put("{home}: is down", home=home())
    else:
        put("{home}: runs as process {pid}", home=home(), pid=pid)


# ---------------------------------------------------------------------- recording


@app.command(name="import")
def import_(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)],
    dry_run: Annotated[bool, typer.Option(help="Check and count; record nothing.")] = False,
    sheet: Annotated[
        str | None, typer.Option(help="Of workbooks: the sheet to read; default the first visible one.")
    ] = None,
) -> None:
    """Record lists from CSV files or workbooks (docs/import.md), all of them or none."""

    async def work() -> Imported:
        async with open_log() as log:
            with bar("importing") as (progress, task):
                progress.update(task, total=sum(file.stat().st_size for file in files))
                return await import_files(
                    log,
                    files,
                    operator(),
                    str(uuid.uuid4()),
                    dry_run=dry_run,
                    sheet=sheet,
                    advance=lambda read: progress.advance(task, read),
                )

    done = wait_for(work())
    for file, told in done.told.items():
        tell("    {name}: {told}", name=file.name, told=told)
    known = done.lines - done.new
    if done.appended:
        tell(
            "    {new} of {lines} lines recorded: events {first} to {last}; {known} known before",
            new=done.new,
            lines=done.lines,
            first=done.appended.first,
            last=done.appended.last,
            known=known,
        )
    elif dry_run:
        tell("    {new} of {lines} lines are new; nothing recorded (dry run)", new=done.new, lines=done.lines)
    else:
        tell("    nothing new: all {lines} lines are recorded already", lines=done.lines)
