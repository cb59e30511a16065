"""Take a ledger elsewhere: NDJSON of the exact bytes, and back at the same positions."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import asyncpg
import orjson

from domain.canonical import NotCanonical, decode
from domain.events import commitments
from eventlog.database import Connection, Database
from eventlog.errors import LedgerError
from eventlog.log import Log
from eventlog.queries import load
from eventlog.sealed import commitment

BATCH = 2_000
_SQL = load("scripts", "transfer.sql")
_BESIDE = load("eventlog", "beside.sql")
Progress = Callable[[int], None]  # position reached


class NotRestored(LedgerError):
    """An export cannot be put into this database; what was restored so far stays there."""


async def export(log: Log, to: BinaryIO, *, after: int, until: int, progress: Progress) -> int:
    """Write the events behind `after`, a line each. Returns how many."""
    count = 0
    async for event in log.stream(after=after, until=until):
        to.write(event.bytes + b"\n")
        count += 1
        if count % BATCH == 0:
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
        await connection.execute(_SQL["outcomes"])
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
        async for row in connection.cursor(_SQL["stored"], prefetch=BATCH):
            line = lines.readline().rstrip(b"\n")
            position += 1
            if line != row["bytes"]:
                raise NotRestored(
                    f"event {position} of the database is not that of the file: restore into a new database"
                )
            if position % BATCH == 0:
                progress(position)
    return position


async def export_sealed(log: Log, to: BinaryIO, until: int | None = None) -> int:
    """Write the values that stand beside the log, a line each: salt and value; of events up to a position.
    Returns how many."""
    of_it = None
    if until is not None and until < (await log.head()).position:
        of_it = {c for e in [e async for e in log.stream(until=until)] for c in commitments(e.data)}
    count = 0
    async with log.pool.acquire() as connection, connection.transaction(readonly=True):
        async for row in connection.cursor(_BESIDE["all_sealed"], prefetch=BATCH):
            if of_it is not None and row["commitment"].hex() not in of_it:
                continue
            line = {
                "commitment": row["commitment"].hex(),
                "salt": row["salt"].hex(),
                "value": base64.b64encode(row["value"]).decode(),
            }
            to.write(orjson.dumps(line) + b"\n")
            count += 1
    return count


async def restore_sealed(database: Database, source: Path) -> int:
    """Put back the values that an export wrote and no order has erased since. Returns how many.

    Raises NotRestored.
    """
    salts, values = [], []
    with source.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                stated = orjson.loads(line)
                salt = bytes.fromhex(stated["salt"])
                value = base64.b64decode(stated["value"], validate=True)
            except (ValueError, KeyError, TypeError) as error:
                raise NotRestored(f"{source}, line {number}: no sealed value: {error!r}") from None
            if commitment(salt, value).hex() != stated.get("commitment"):
                raise NotRestored(f"{source}, line {number}: the value is not what was sealed")
            salts.append(salt)
            values.append(value)
    kept = 0
    connection = await database.connect_owner()
    try:
        for start in range(0, len(salts), BATCH):
            end = start + BATCH
            kept += await connection.fetchval(_BESIDE["keep"], salts[start:end], values[start:end])
    finally:
        await connection.close()
    return kept


def _batches(lines: BinaryIO, position: int) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for number, line in enumerate(lines, position + 1):
        data = line.rstrip(b"\n")
        try:
            decode(data)
        except NotCanonical as error:
            raise NotRestored(f"line {number} of the file is no event: {error}") from None
        batch.append(data)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
