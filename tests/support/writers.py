"""32 writers in a process of their own; each acknowledged append is a line in a file, at once."""

from __future__ import annotations

import asyncio
import contextlib
import os
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from domain.kernel import Event
from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.errors import LedgerError
from eventlog.log import LOST, Log
from tests.support.facts import TESTER

WRITERS = 32
_FORKED = get_context("forkserver")
_FORKED.set_forkserver_preload([__name__])


async def write(log: Log, acknowledged: int, run: str, writer: int) -> None:
    number = 0
    while True:
        number += 1
        name = f"{run}-{writer}-{number}"
        one = Event("t", frozenset({f"write:{name}"}), {"name": name, "of": 1}, TESTER)
        two = Event("t", frozenset({f"write:{name}"}), {"name": name, "of": 2}, TESTER)
        try:
            await log.append([one, two] if number % 3 == 0 else [one])
        except (LedgerError, *LOST):
            await asyncio.sleep(0.05)  # this name stays unknown; the next one is another
        else:
            os.write(acknowledged, f"{name}\n".encode())


def start(folder: Path, database: str, file: Path, run: str) -> BaseProcess:
    """A new process of writers; forked from one that has loaded this module already."""
    process = _FORKED.Process(target=_write, args=(folder, database, file, run), daemon=True)
    process.start()
    return process


def _write(folder: Path, database: str, file: Path, run: str) -> None:
    with contextlib.suppress(LedgerError):
        asyncio.run(_all(folder, database, file, run))


async def _all(folder: Path, database: str, file: Path, run: str) -> None:
    host = Server(folder).socket
    url = f"postgresql://ledger_service@/{database}?host={host}"
    acknowledged = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    async with await Log.open(Database(url, url), size=WRITERS) as log:
        await asyncio.gather(*(write(log, acknowledged, run, n) for n in range(WRITERS)))
