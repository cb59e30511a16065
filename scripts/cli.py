"""`designations`: the ledger from the command line.

Exit codes: 0 done; 1 the answer is no (a check failed, a list is bad, nothing found); 2 misused.
"""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from domain.kernel import Actor
from domain.programmes import programme as programme_of
from domain.subjects import look_up
from eventlog.checkpoint import Checkpoint, Witness
from eventlog.database import Database
from eventlog.embedded import Server, home
from eventlog.errors import LedgerError
from eventlog.integrity import verify_log
from eventlog.ledger import Ledger, NotOpened, identity, open_ledger
from eventlog.log import Log
from projections import runner
from projections.audit_trail import AuditTrail
from projections.model import ReadModel
from projections.reading import RosterQuestion, View, history, position_of, reached, today
from projections.reading import roster as roster_page
from projections.roster import Roster
from scripts import show, transfer
from scripts.import_lists import Imported, import_files
from scripts.sheets import BadSheet

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
server_app = typer.Typer(help="The embedded database server.", no_args_is_help=True)
app.add_typer(server_app, name="server")
err = Console(stderr=True)
T = TypeVar("T")
AsOf = Annotated[str | None, typer.Option(help="A day, 2021-12-31; default today.")]
AsKnown = Annotated[str | None, typer.Option(help="A position or an instant; default now.")]
Language = Annotated[Literal["zh", "en"], typer.Option(help="Of the words.")]
_PAGE = 1_000
Host = Annotated[str, typer.Option(help="Address to serve on.", envvar="LEDGER_HOST")]
Port = Annotated[int, typer.Option(help="Port to serve on.", envvar="LEDGER_PORT")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable.")]


def main() -> None:
    """The program's entry: what goes wrong is said in words, and is the exit code."""
    try:
        app()
    except (LedgerError, LookupError, ValueError, BadSheet) as error:
        err.print(f"[red]{type(error).__name__}[/red]: ", end="")
        err.print(str(error), markup=False, highlight=False)
        sys.exit(1)


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def _operator() -> Actor:
    """In whose name this terminal acts: LEDGER_PRINCIPAL, by default `operator`."""
    return Actor(os.environ.get("LEDGER_PRINCIPAL", "operator"), "administrator", "miit")


@asynccontextmanager
async def _log() -> AsyncIterator[Log]:
    async with await Log.open(Database.from_environment(), size=4) as log:
        yield log


@contextmanager
def _bar(what: str) -> Iterator[tuple[Progress, Any]]:
    """A progress bar on the terminal, and silence elsewhere."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        yield progress, progress.add_task(what, total=None)


# ------------------------------------------------------------------------ running


@app.command()
def run(
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Everything: database, schema, a ledger of the real lists, and the HTTP door."""
    err.print(f"==> database ({(os.environ.get('LEDGER_DATABASE_URL') and 'yours') or home()})")
    migrate()
    err.print("==> a ledger of the real lists")
    _run(_open_once("the real lists"))
    with resources.as_file(resources.files("scripts.lists")) as folder:
        import_(sorted(folder.glob("*.csv")))
    err.print(f"==> http://{host}:{port} (the read models follow; stop with Ctrl-C)")
    serve(host, port)


async def _open_once(name: str) -> None:
    async with _log() as log:
        try:
            ledger = await identity(log)
        except NotOpened:
            ledger = await open_ledger(
                log, ledger=uuid.uuid4(), name=name, kind="real", actor=_operator()
            )
        err.print(f"    {ledger.id} “{ledger.name}”")


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Serve an opened ledger over HTTP and keep its read models up."""
    import uvicorn

    from api.app import application

    uvicorn.run(application(Database.from_environment()), host=host, port=port, log_level="warning")


@app.command()
def migrate() -> None:
    """Bring the database's schema up to this program's."""
    applied = _run(Database.from_environment().migrate())
    for migration in applied:
        err.print(f"    applied {migration.name}", highlight=False)
    if not applied:
        err.print("    the schema is up to date")


@app.command(name="open")
def open_(
    name: Annotated[str, typer.Argument(help="The ledger's name, for ever.")],
    kind: Annotated[Literal["real", "simulated"], typer.Option(help="For ever.")] = "real",
) -> None:
    """Open a new ledger: append event 1."""

    async def work() -> Ledger:
        async with _log() as log:
            return await open_ledger(
                log, ledger=uuid.uuid4(), name=name, kind=kind, actor=_operator()
            )

    typer.echo(_run(work()).id)


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
    typer.echo(f"{home()}: {f'runs as process {pid}' if pid else 'is down'}")


# ---------------------------------------------------------------------- recording


@app.command(name="import")
def import_(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)],
    dry_run: Annotated[bool, typer.Option(help="Check and count; record nothing.")] = False,
) -> None:
    """Record lists from CSV files (docs/import.md), all of them or none."""

    async def work() -> Imported:
        async with _log() as log:
            with _bar("importing") as (progress, task):
                progress.update(task, total=sum(file.stat().st_size for file in files))
                return await import_files(
                    log, files, _operator(), str(uuid.uuid4()), dry_run=dry_run,
                    advance=lambda read: progress.advance(task, read),
                )  # fmt: skip

    done = _run(work())
    known = done.lines - done.new
    if done.appended:
        events = f"events {done.appended.first} to {done.appended.last}"
        err.print(f"    {done.new} of {done.lines} lines recorded: {events}; {known} known before")
    elif dry_run:
        err.print(f"    {done.new} of {done.lines} lines are new; nothing recorded (dry run)")
    else:
        err.print(f"    nothing new: all {done.lines} lines are recorded already")


# ------------------------------------------------------------------------ reading


@app.command()
def replay(
    subject: Annotated[str, typer.Argument(help="Name, code or id: 深圳, 420600, cn:420600.")],
    as_of: AsOf = None,
    as_known: AsKnown = None,
    form: Annotated[
        Literal["table", "json", "ndjson"], typer.Option("--format", help="How to show it.")
    ] = "table",
    language: Language = "zh",
) -> None:
    """A subject's full history, as known at any moment, corrections beside what they replaced."""
    of = look_up(subject)

    async def work() -> tuple[Ledger, View, list[dict[str, Any]]]:
        async with _log() as log:
            ledger, view = await _looking(log, AuditTrail(), as_of, as_known)
            return ledger, view, await history(log.pool, of, view, with_corrected=True)

    ledger, view, entries = _run(work())
    show.history(of, ledger, view, entries, form, language)
    if not entries:
        raise typer.Exit(1)


@app.command()
def roster(
    programme: Annotated[str, typer.Argument(help="Its id: city-2019.")],
    round_: Annotated[str | None, typer.Option("--round", help="Only this round.")] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    as_json: Json = False,
    language: Language = "zh",
) -> None:
    """Who holds, held or is announced for the titles of a programme on a day."""
    question = RosterQuestion(programme=programme_of(programme).id, round=round_)

    async def work() -> tuple[Ledger, View, list[dict[str, Any]]]:
        async with _log() as log:
            ledger, view = await _looking(log, Roster(), as_of, as_known)
            titles: list[dict[str, Any]] = []
            while page := await roster_page(
                log.pool, question, view, limit=_PAGE,
                after=titles[-1]["designation"] if titles else None,
            ):  # fmt: skip
                titles += page
            return ledger, view, titles

    ledger, view, titles = _run(work())
    show.roster(programme, ledger, view, titles, as_json, language)
    if not titles:
        raise typer.Exit(1)


async def _looking(
    log: Log, model: ReadModel, as_of: str | None, as_known: str | None
) -> tuple[Ledger, View]:
    """The ledger and the view asked for, the read models brought up to the log."""
    ledger = await identity(log)
    async with log.pool.acquire() as connection:
        await runner.catch_up(connection)
    position = await reached(log.pool, model, await position_of(log, as_known))
    return ledger, View(date.fromisoformat(as_of) if as_of else await today(log, ledger), position)


@app.command()
def rebuild() -> None:
    """Make all read models anew beside the live ones, then switch."""

    async def work() -> None:
        connection = await Database.from_environment().connect()
        try:
            with _bar("rebuilding") as (progress, task):
                await runner.rebuild(
                    connection,
                    lambda model, position: progress.update(
                        task, description=f"{model} at event {position}"
                    ),
                )
        finally:
            await connection.close()

    _run(work())
    err.print("the read models are made anew")


# --------------------------------------------------------------------- keeping it


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="To write; - for standard output.")],
    after: Annotated[int, typer.Option(min=0, help="Only events behind this position.")] = 0,
) -> None:
    """Write the log as NDJSON: the exact bytes, a line each."""

    async def work(to: Any) -> int:
        async with _log() as log:
            until = (await log.head()).position
            with _bar("exporting") as (progress, task):
                return await transfer.export(
                    log, to, after=after, until=until,
                    progress=lambda position: progress.update(
                        task, completed=position, total=until
                    ),
                )  # fmt: skip

    if str(file) == "-":
        count = _run(work(sys.stdout.buffer))
    else:
        with file.open("wb") as to:
            count = _run(work(to))
    err.print(f"{count} events written")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
) -> None:
    """Put an export into a new database: same positions, same hashes. May be taken up again."""
    database = Database.from_environment()

    async def work() -> int:
        await database.migrate()
        with _bar("restoring") as (progress, task):
            return await transfer.restore(
                database, file, lambda position: progress.update(task, completed=position)
            )

    err.print(f"{_run(work())} events restored")


@app.command()
def checkpoint(as_json: Json = False) -> None:
    """The log's size and root now; keep it where the log's keepers cannot change it."""

    async def work() -> Checkpoint:
        async with _log() as log:
            return await Witness(log.pool, await identity(log)).checkpoint()

    taken = _run(work())
    if as_json:
        body = {"origin": taken.origin, "size": taken.size, "root": taken.root.hex()}
        typer.echo(orjson.dumps(body).decode())
    else:
        typer.echo(str(taken), nl=False)


@app.command()
def verify(
    checkpoint: Annotated[
        Path | None, typer.Option(exists=True, help="A kept checkpoint to hold the log against.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check every byte, hash, position and index row, and that the read models equal a rebuild."""
    kept = Checkpoint.parse(checkpoint.read_text()) if checkpoint else None
    database = Database.from_environment()

    async def work() -> tuple[int, bytes, list[str]]:
        async with await Log.open(database, size=2) as log:
            with _bar("verifying the log") as (progress, task):
                report = await verify_log(
                    log.pool, kept=kept,
                    progress=lambda done, of: progress.update(task, completed=done, total=of),
                )  # fmt: skip
            flaws = [str(flaw) for flaw in report.flaws]
            if not flaws:
                connection = await database.connect()
                try:
                    await runner.catch_up(connection)
                    if difference := await runner.difference_from_rebuild(connection):
                        flaws.append(f"read models differ from a rebuild: {difference}")
                except runner.Failed as failed:
                    flaws.append(str(failed))
                finally:
                    await connection.close()
            return report.size, report.root, flaws

    size, root, flaws = _run(work())
    if as_json:
        body = {"size": size, "root": root.hex(), "flaws": flaws}
        typer.echo(orjson.dumps(body).decode())
    else:
        for flaw in flaws:
            err.print(f"[red]FLAW[/red] {flaw}", highlight=False)
        verdict = f"{len(flaws)} flaws" if flaws else "no flaw"
        against = f", and against the checkpoint at {kept.size}" if kept else ""
        typer.echo(f"{size} events, root {root.hex()}: {verdict}{against}")
    if flaws:
        raise typer.Exit(1)
