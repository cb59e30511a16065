"""Commands that keep a ledger: rebuild, export, restore, checkpoint, verify."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import orjson
import typer

from domain.messages import Message, message
from eventlog.checkpoint import Checkpoint, Checkpointer, NotACheckpoint, Verified, origin
from eventlog.database import Database
from eventlog.errors import NotAppended
from eventlog.integrity import Report, verify_log
from eventlog.ledger import Ledger, identity
from eventlog.log import Log
from projections.asking.moments import known_to
from projections.following import rebuilding
from projections.following.checking import flaws_of_live_rows
from projections.words.language import say
from scripts import transfer
from scripts.files import NotWritten, must_be_writable, whole_or_not
from scripts.speaking import misused
from scripts.terminal import Json, bar, open_log, put, tell, wait_for

if TYPE_CHECKING:
    from eventlog.database import AnyConnection

commands = typer.Typer()


@commands.command()
def rebuild(
    anyway: Annotated[
        bool, typer.Option(help="Switch even if the live rows are not those made anew.")
    ] = False,
    status: Annotated[bool, typer.Option("--status", help="How far a rebuild has come.")] = False,
    cancel: Annotated[
        bool, typer.Option("--cancel", help="End the rebuild under way; drop its rows.")
    ] = False,
    back: Annotated[bool, typer.Option("--back", help="Make the rows from before live again.")] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Drop the rows kept from before, and of programs stopped.")
    ] = False,
) -> None:
    """Make all read models anew beside the live ones, compare them, then switch in one step.

    Readers and commands go on all the while. A rebuild that was interrupted goes on where it stopped when
    it is asked for again. The rows that were live are kept, so that --back can return to them. To deploy a
    release that changes a read model, run its rebuild, then restart the servers; servers of the release
    before go on with their own rows.
    """
    if sum((status, cancel, back, forget)) > 1:
        raise misused("one of --status, --cancel, --back, --forget at a time")

    async def work() -> Message:
        async with open_log() as log, log.pool.acquire() as connection:
            if status:
                return _told(await rebuilding.making(connection))
            if cancel:
                await rebuilding.cancel(connection)
                return message("the rebuild is ended, its rows are dropped")
            if back:
                await rebuilding.back(connection)
                return message("the rows from before are live again; those that were live are kept")
            if forget:
                await rebuilding.forget_previous(connection)
                return message("the rows from before are dropped")
            return await _rebuild(connection, anyway=anyway)

    tell(wait_for(work()))


async def _rebuild(connection: AnyConnection, *, anyway: bool) -> Message:
    if hasattr(os, "SCHED_IDLE"):  # whoever reads goes first: this takes what is left
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with bar("rebuilding") as (progress, task):
        difference = await rebuilding.rebuild(
            connection,
            lambda model, position: progress.update(task, description=f"{model} at event {position}"),
            anyway=anyway,
        )
    if difference is not None:
        return message(
            "the read models are made anew; what was live differed: {difference}", difference=difference
        )
    return message("the read models are made anew")


def _told(making: rebuilding.Making | None) -> Message:
    """How far a rebuild has come."""
    if making is None:
        return message("no rebuild is under way")
    done = sum(making.models.values()) / max(1, making.head * len(making.models))
    far = {
        "done": f"{done:.0%}",
        "head": making.head,
        "models": [f"{model} {position}" for model, position in sorted(making.models.items())],
    }
    if making.failure is not None:
        return message(
            "a rebuild has stopped ({failure}; rebuild begins anew), {done} of {head} events: {models}",
            failure=making.failure,
            **far,
        )
    if making.running:
        return message("a rebuild runs, {done} of {head} events: {models}", **far)
    return message(
        "a rebuild was interrupted (rebuild goes on with it), {done} of {head} events: {models}", **far
    )


@commands.command()
def export(
    file: Annotated[Path, typer.Argument(help="To write; - for standard output.")],
    after: Annotated[int, typer.Option(min=0, help="Only events behind this position.")] = 0,
    as_known: Annotated[
        str | None, typer.Option(help="As the log was at this position or instant; default now.")
    ] = None,
    sealed: Annotated[
        Path | None, typer.Option(help="Also write the sealed values, to a file of their own.")
    ] = None,
) -> None:
    """Write the log as NDJSON: the exact bytes, a line each."""

    async def work(to: BinaryIO) -> tuple[int, Ledger]:
        async with open_log() as log:
            await _must_be_finished(log)
            until = await known_to(log, as_known)
            if after > until:
                raise misused("--after {after}: the log has {until} events there", after=after, until=until)
            with bar("exporting") as (progress, task):
                count = await transfer.export(
                    log,
                    to,
                    after=after,
                    until=until,
                    progress=lambda position: progress.update(task, completed=position, total=until),
                )
            _tell_lacking(await transfer.lacking(log, after, until))
            return count, await identity(log)

    to_screen = str(file) == "-"
    if sealed is not None and str(sealed) == "-":
        raise misused("the sealed values go to a file of their own")
    must_be_writable(None if to_screen else file, sealed)
    if to_screen:
        if sys.stdout is None:
            raise NotWritten("standard output is closed")
        count, ledger = wait_for(work(sys.stdout.buffer))
    else:
        with whole_or_not(file) as to:
            count, ledger = wait_for(work(to))
    if sealed is not None:

        async def write_sealed(to: BinaryIO) -> int:
            async with open_log() as log:
                return await transfer.export_sealed(log, to, await known_to(log, as_known))

        with whole_or_not(sealed) as to:
            tell("{count} sealed values written", count=wait_for(write_sealed(to)))
    if ledger.simulated:
        tell("{count} events of the simulated ledger “{name}” written", count=count, name=ledger.name)
    else:
        tell("{count} events of the ledger “{name}” written", count=count, name=ledger.name)


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    sealed: Annotated[
        Path | None, typer.Option(exists=True, help="The sealed values' file of the export.")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(exists=True, help="A checkpoint kept elsewhere, which it must begin with.")
    ] = None,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="There is no kept checkpoint.")] = False,
    of_before: Annotated[
        bool, typer.Option("--of-before", help="Of a program whose exports did not say how they end.")
    ] = False,
) -> None:
    """Put an export into a new database: same positions, same hashes. May be taken up again.

    Parts (export --after) are restored one after the other, the first one first.
    """
    database = Database.from_environment()
    kept = Checkpoint.read(checkpoint) if checkpoint else None
    values = transfer.sealed_in(sealed) if sealed else None

    async def work() -> tuple[int, list[int]]:
        await database.migrate()
        with bar("restoring") as (progress, task):
            position = await transfer.restore(
                database,
                file,
                lambda position: progress.update(task, completed=position),
                kept=kept,
                unchecked=unchecked,
                of_before=of_before,
            )
        async with await Log.open(database, size=1) as log:
            return position, await transfer.lacking(log, 0, position)

    position, lacking = wait_for(work())
    tell("{position} events restored", position=position)
    _tell_lacking(lacking)
    if values is not None:
        tell("{count} sealed values restored", count=wait_for(transfer.restore_sealed(database, values)))


async def _must_be_finished(log: Log) -> None:
    """Raises NotAppended: what half a restore brought is not the ledger."""
    if (await log.head()).restoring:
        raise NotAppended("a restore into this ledger is not finished: finish it first")


def _tell_lacking(positions: list[int]) -> None:
    """Of which events what judged them is lost."""
    if positions:
        first = ", ".join(map(str, positions[:20])) + (", …" if len(positions) > 20 else "")
        tell("what judged {count} events is not there: {first}", count=len(positions), first=first)


@commands.command()
def checkpoint(as_json: Json = False) -> None:
    """The log's size and root now; keep it where the log's keepers cannot change it."""

    async def work() -> Checkpoint:
        async with open_log() as log:
            await _must_be_finished(log)
            return await Checkpointer(log.pool, await identity(log)).checkpoint()

    taken = wait_for(work())
    if as_json:
        body = {"origin": taken.origin, "size": taken.size, "root": taken.root.hex()}
        typer.echo(orjson.dumps(body).decode())
    else:
        typer.echo(str(taken), nl=False)


@commands.command()
def verify(
    checkpoint: Annotated[
        Path | None, typer.Option(exists=True, help="A kept checkpoint to hold the log against.")
    ] = None,
    since: Annotated[
        Path | None, typer.Option(exists=True, help="What --keep wrote: of the log read only what is new.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Where to keep what was verified, if there is no flaw.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check every byte, hash, position and index row, and that the read models equal a rebuild."""
    must_be_writable(keep, but=checkpoint)
    if checkpoint is not None and since is not None:
        raise misused("--since holds the log against its own checkpoint: one of the two at a time")
    kept = Checkpoint.read(checkpoint) if checkpoint else None
    before = Verified.read(since) if since else None
    against = kept or (before.checkpoint if before else None)
    if against is not None and against.size == 0:
        raise NotACheckpoint("a checkpoint of no events says nothing of any: keep one of a log that has some")
    database = Database.from_environment()

    async def work() -> tuple[Report, Ledger | None, list[str]]:
        async with await Log.open(database, size=2) as log:
            with bar("verifying the log") as (progress, task):
                report = await verify_log(
                    log.pool,
                    kept=kept,
                    since=before,
                    progress=lambda done, of: progress.update(task, completed=done, total=of),
                )
            flaws = [say(flaw.message) for flaw in report.flaws]
            if not flaws:
                connection = await database.connect()
                try:
                    flaws += map(say, await flaws_of_live_rows(connection))
                finally:
                    await connection.close()
            return report, None if flaws else await identity(log), flaws

    report, ledger, flaws = wait_for(work())
    found = len(flaws) + report.more
    if as_json:
        body = {"size": report.size, "root": report.root.hex(), "flaws": flaws, "more": report.more}
        typer.echo(orjson.dumps(body).decode())
    else:
        for flaw in flaws:
            tell("FLAW {flaw}", flaw=flaw)
        if report.more:
            tell("… and {more} more", more=report.more)
        verdict = message("{count} flaws", count=found) if flaws else message("no flaw")
        if against and not flaws:
            verdict = message("no flaw, and against the checkpoint at {size}", size=against.size)
        put(
            "{size} events, root {root}: {verdict}", size=report.size, root=report.root.hex(), verdict=verdict
        )
    if flaws:
        raise typer.Exit(1)
    if keep is not None and ledger is not None:
        own = Verified(Checkpoint(origin(ledger), report.size, report.root), report.subtrees)
        with whole_or_not(keep) as to:
            to.write(str(own).encode())
