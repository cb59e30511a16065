"""The schema as a text that is read in review: `python -m tests.support.schema` writes it anew."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from eventlog.database import Database
from eventlog.embedded import Server

HERE = Path(__file__).parent
SCHEMA = HERE / "schema.txt"
DESCRIBE = (HERE / "describe.sql").read_text()


async def described(database: Database) -> str:
    """Every table, column, index, function, trigger and privilege, a line each."""
    owner = await database.connect_owner()
    lines = [row[0] for row in await owner.fetch(DESCRIBE)]
    await owner.close()
    return "\n".join(lines) + "\n"


async def write() -> None:
    with tempfile.TemporaryDirectory(prefix="lt-", dir="/tmp") as folder:
        server = Server(Path(folder))
        database = Database.embedded(server)
        await database.migrate()
        SCHEMA.write_text(await described(database))
        server.stop()


if __name__ == "__main__":
    asyncio.run(write())
