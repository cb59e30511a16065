"""`python -m scripts.documents` writes every page anew, and the examples, on a server of its own."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from api.openapi import examples
from eventlog.database import Database
from eventlog.embedded import Server
from scripts.documents import catalogues
from scripts.documents.examples import EXAMPLES, play
from scripts.documents.pages import PAGES, as_json
from scripts.terminal import err


async def played() -> bytes:
    """The examples, played on an embedded server that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ld-") as folder:
        server = Server(Path(folder))
        try:
            database = Database.embedded(server)
            await database.migrate()
            return as_json(await play(database))
        finally:
            server.stop()


def write() -> None:
    """The examples first: the description holds them."""
    err.print("==> playing the example round")
    EXAMPLES.write_bytes(asyncio.run(played()))
    examples.cache_clear()
    for file, content in catalogues.update():
        err.print(f"==> {file.name}")
        file.write_bytes(content)
    for file, made in PAGES.items():
        err.print(f"==> {file.name}")
        file.write_bytes(made())


if __name__ == "__main__":
    write()
