"""Write schema.txt anew: `python -m tests.eventlog.schema`; then read its diff."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from eventlog.database import Database
from eventlog.embedded import Server
from tests.eventlog.test_migrations import SCHEMA, described


async def write() -> None:
    with tempfile.TemporaryDirectory(prefix="lt-", dir="/tmp") as folder:
        server = Server(Path(folder))
        database = Database.embedded(server)
        await database.migrate()
        SCHEMA.write_text(await described(database))
        server.stop()


if __name__ == "__main__":
    asyncio.run(write())
