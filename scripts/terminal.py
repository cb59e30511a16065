"""What every command of the command line shares: the log, the terminal, in whose name it acts."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from domain.access import Reader
from domain.commands.roles import OPERATOR
from domain.kernel import Actor
from domain.messages import Message, Told, as_message
from eventlog.database import Database
from eventlog.ledger import Ledger, identity
from eventlog.log import Log
from projections.asking.moments import today
from projections.asking.tokens import actor_of
from projections.words.language import say

T = TypeVar("T")
Host = Annotated[str, typer.Option(help="Address to serve on.", envvar="LEDGER_HOST")]
Port = Annotated[int, typer.Option(help="Port to serve on.", envvar="LEDGER_PORT")]
AsKnown = Annotated[str | None, typer.Option(help="A position or an instant; default now.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable.")]
DRIVER = Actor("p-driver", "driver", "simulation")  # of a simulated ledger
err = Console(stderr=True)


def tell(told: str | Message | Told, /, **values: object) -> None:
    """Say something to whoever watches, in their language; results go to standard output."""
    err.print(say(as_message(told, values)), markup=False, highlight=False, soft_wrap=True)


def put(text: str, /, **values: object) -> None:
    """Write a line of a result, in the language that is spoken."""
    typer.echo(say(Message(text, values)))


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """Do this and return its result."""
    return asyncio.run(work)


def serve_application(database: Database, host: str, port: int, *, driven: bool = False) -> None:
    """Serve a ledger's database until interrupted. driven: whoever asks tells the time."""
    from scripts.serving import serve  # the web is loaded by whoever serves, not by every command

    wait_for(_identity(database))
    serve(database, host, port, driven=driven)


async def _identity(database: Database) -> Ledger:
    """Which ledger a database holds. Raises NotOpened, and what else keeps it from being served."""
    async with await Log.open(database, size=1) as log:
        return await identity(log)


def operator() -> Actor:
    """Whoever keeps the machine: they may be anybody, so no second person of what takes two (L-2)."""
    return Actor(OPERATOR, "administrator", "miit")


async def who_acts(log: Log) -> Actor:
    """Whom the token in LEDGER_TOKEN names; without one, the operator. Raises NotGranted."""
    if (token := os.environ.get("LEDGER_TOKEN")) is None:
        return operator()
    return await actor_of(log, token, await today(log, await identity(log)))


async def who_reads(log: Log) -> Reader:
    """What this terminal is shown: what the token's role is; without one, all, as an auditor is, for
    whoever keeps the machine can read the database as well."""
    actor = await who_acts(log)
    if "LEDGER_TOKEN" in os.environ:
        return Reader(actor)
    return Reader(Actor(actor.principal, "auditor", actor.unit))


@asynccontextmanager
async def open_log() -> AsyncIterator[Log]:
    """The log that the environment names."""
    async with await Log.open(Database.from_environment(), size=4) as log:
        yield log


@contextmanager
def bar(what: str) -> Iterator[tuple[Progress, TaskID]]:
    """A progress bar on the terminal, and silence elsewhere."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        yield progress, progress.add_task(say(what), total=None)
