"""What every command of the command line shares: the log, the terminal, in whose name it acts."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any, Literal, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from domain.kernel import Actor
from eventlog.database import Database
from eventlog.log import Log

T = TypeVar("T")
Host = Annotated[str, typer.Option(help="Address to serve on.", envvar="LEDGER_HOST")]
Port = Annotated[int, typer.Option(help="Port to serve on.", envvar="LEDGER_PORT")]
Language = Annotated[Literal["zh", "en"], typer.Option(help="Of the words.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable.")]
err = Console(stderr=True)


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """Do this and return its result."""
    return asyncio.run(work)


def serve_application(database: Database, host: str, port: int) -> None:
    """Serve a ledger's database until interrupted."""
    import uvicorn

    from api.app import application

    uvicorn.run(application(database), host=host, port=port, log_level="warning")


def operator() -> Actor:
    """In whose name this terminal acts: LEDGER_PRINCIPAL, by default `operator`."""
    return Actor(os.environ.get("LEDGER_PRINCIPAL", "operator"), "administrator", "miit")


@asynccontextmanager
async def open_log() -> AsyncIterator[Log]:
    """The log that the environment names."""
    async with await Log.open(Database.from_environment(), size=4) as log:
        yield log


@contextmanager
def bar(what: str) -> Iterator[tuple[Progress, TaskID]]:
    """A progress bar on the terminal, and silence elsewhere."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        yield progress, progress.add_task(what, total=None)
