"""Take a ledger elsewhere: NDJSON of the exact bytes, and back at the same positions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import asyncpg

from domain.canonical import NotCanonical, decode
from eventlog.database import Connection, Database
from eventlog.errors import LedgerError
from eventlog.log import Log
from eventlog.queries import load

_BATCH = 2_000
_SQL = load("scripts", "transfer.sql")
Progress = Callable[[int], None]  # position reached


class NotRestored(LedgerError):
    """An export cannot be put into this database; what was restored so far stays there."""


async def export(log: Log, to: BinaryIO, *, after: int, until: int, progress: Progress) -> int:
    """Write the events behind `after`, a line each. Returns how many."""
    count = 0
    async for event in log.stream(after=after, until=until):
        to.write(event.bytes + b"\n")
        count += 1
        if count % _BATCH == 0:
            progress(event.position)
    return count


async def restore(database: Database, source: Path, progress: Progress) -> int:
    """Put an export into a new database; interrupted, the same call goes on where it stopped.

    What an earlier call restored is compared with the file, not written again. Raises NotRestored.
    """
    connection = await database.connect_owner()
    try:
        with source.open("rb") as lines:
            position = await _compare(connection, lines, progress)
            for batch in _batches(lines, position):
                position = await connection.fetchval(_SQL["restore"], batch)
                progress(position)
        await connection.execute(_SQL["restored"])
    except asyncpg.PostgresError as error:
        raise NotRestored(f"{source}: {error}") from error
    finally:
        await connection.close()
    return position


async def _compare(connection: Connection, lines: BinaryIO, progress: Progress) -> int:
    """Read past what stands in the database already; it must be the same bytes."""
    position = 0
    async with connection.transaction(readonly=True):
        async for row in connection.cursor(_SQL["stored"], prefetch=_BATCH):
            line = lines.readline().rstrip(b"\n")
            position += 1
            if line != row["bytes"]:
                raise NotRestored(
                    f"event {position} of the database is not that of the file: "
                    "restore into a new database"
                )
            if position % _BATCH == 0:
                progress(position)
    return position


def _batches(lines: BinaryIO, position: int) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for number, line in enumerate(lines, position + 1):
        data = line.rstrip(b"\n")
        try:
            decode(data)
        except NotCanonical as error:
            raise NotRestored(f"line {number} of the file is no event: {error}") from None
        batch.append(data)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
