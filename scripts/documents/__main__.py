"""`python -m scripts.documents` writes every page anew, and the examples, on a server of its own."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.openapi import examples
from eventlog.database import Database
from eventlog.embedded import Server
from scripts.documents import catalogues
from scripts.documents.examples import EXAMPLES, play
from scripts.documents.pages import PAGES, as_json
from scripts.documents.refusals import REFUSALS, refused
from scripts.terminal import err


async def examples_of(server: Server) -> object:
    """The examples, played on this server."""
    database = Database.embedded(server)
    await database.migrate()
    return await play(database)


@contextmanager
def a_server() -> Iterator[Server]:
    """An embedded server that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ld-") as folder:
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.stop()


def write() -> None:
    """The examples first: the description holds them."""
    with a_server() as server:
        err.print("==> playing the example round")
        EXAMPLES.write_bytes(as_json(asyncio.run(examples_of(server))))
        err.print("==> playing simulations, for their refusals")
        REFUSALS.write_bytes(as_json(asyncio.run(refused(server))))
    examples.cache_clear()
    for file, content in catalogues.update():
        err.print(f"==> {file.name}")
        file.write_bytes(content)
    for file, made in PAGES.items():
        err.print(f"==> {file.name}")
        file.write_bytes(made())


if __name__ == "__main__":
    write()
