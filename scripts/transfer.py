"""Take a ledger elsewhere, as a file (scripts/export_files.py), and back at the same positions.

Nothing of an event is decoded here: what a log once took is carried on, byte for byte.
"""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, TypeAlias

import asyncpg
import orjson

from domain.canonical import leaf_hash
from domain.events import commitments
from domain.kernel import Recorded, commitment
from eventlog.checkpoint import Checkpoint, Tree, origin
from eventlog.database import Connection, Database
from eventlog.ledger import Ledger, identity
from eventlog.log import Log
from eventlog.queries import load
from scripts import export_files
from scripts.export_files import (
    COMMITTED,
    END,
    GROUNDS,
    NotRestored,
    Part,
    Progress,
    batches,
    begins_behind,
    event_of,
    grounds_of,
    line_of,
    must_be_right,
)

_SQL = load("scripts", "transfer.sql")
_BESIDE = load("eventlog", "beside.sql")


async def export(log: Log, to: BinaryIO, *, after: int, until: int, progress: Progress) -> int:
    """Write the events behind `after` up to `until`, what judged them, and the end. Returns how many."""
    tree, count, kept, lacking = Tree(), 0, 0, 0
    async with log.pool.acquire() as connection, connection.transaction(readonly=True):
        async for row in connection.cursor(_SQL["leaf_hashes"], after, prefetch=export_files.BATCH):
            tree.add(row["leaf_hash"])
        async for row in connection.cursor(_SQL["with_grounds"], after, until, prefetch=export_files.BATCH):
            to.write(line_of(row["bytes"]))
            tree.add(leaf_hash(row["bytes"]))
            count += 1
            if row["salt"] is not None:
                grounds = {
                    "position": row["position"],
                    "salt": row["salt"].hex(),
                    "value": base64.b64encode(row["value"]).decode(),
                }
                to.write(orjson.dumps({"grounds": grounds}, option=orjson.OPT_SORT_KEYS) + b"\n")
                kept += 1
            elif COMMITTED in row["bytes"]:
                lacking += 1  # a flaw that `verify` tells; it is carried on as it is
            if count % export_files.BATCH == 0:
                progress(row["position"])
    end = Checkpoint(origin(await identity(log)), tree.size, tree.root)
    told = {"after": after, "checkpoint": str(end), "events": count, "grounds": kept, "lacking": lacking}
    to.write(orjson.dumps({"end": told}, option=orjson.OPT_SORT_KEYS) + b"\n")
    return count


async def restore(
    database: Database,
    source: Path,
    progress: Progress,
    *,
    kept: Checkpoint | None = None,
    unchecked: bool = False,
    of_before: bool = False,
) -> int:
    """Put an export, or the next part of one, into a new database; interrupted, the same call goes on where
    it stopped.

    The file is read to its end before anything of it is put in, so that a wrong one spoils nothing. What an
    earlier call restored is compared with it, not written again. kept: a checkpoint that was kept elsewhere,
    with which the log must begin; unchecked: there is none. of_before: the file is of a program whose exports
    did not say how they end. Until the whole file is in, the ledger takes no events of its own. Returns the
    position reached. Raises NotRestored.
    """
    if kept is None and not unchecked:
        raise NotRestored(
            "an export proves nothing of itself: give a checkpoint that was kept elsewhere "
            "(--checkpoint FILE), or say that there is none (--unchecked)"
        )
    if kept is not None and kept.size == 0:
        raise NotRestored("a checkpoint of no events says nothing of any: give one of a log that has some")
    connection = await database.connect_owner()
    try:
        part = await _part(connection, source, kept)
        examined = replace(part, tree=Tree(part.tree.subtrees))
        await _must_be_restorable(connection, examined, progress)
        must_be_right(examined, of_before=of_before)
        with source.open("rb") as lines:
            position = await _compare(connection, part, lines, progress)
            await connection.execute(_SQL["promise"], examined.tree.size)
            await _keep_again(connection, part, position)
            for events, grounds in batches(part, lines):
                async with connection.transaction():
                    if events:
                        position = await connection.fetchval(_SQL["restore"], events)
                    await _keep(connection, part, grounds)
                progress(position)
        part.must_be_whole(of_before)
        lacking = await connection.fetch(_SQL["without_grounds"], part.after, part.tree.size)
        if len(lacking) > part.lacking:
            raise NotRestored(
                "{source} lacks what judged event {position}, which the export wrote beside it; the "
                "ledger stays closed until the whole of it is restored",
                source=source,
                position=lacking[0]["position"],
            )
        await _open(connection, part)
    except asyncpg.PostgresError as error:
        raise NotRestored("{source}: {error}", source=source, error=error) from error
    finally:
        await connection.close()
    return position


async def _must_be_restorable(connection: Connection, part: Part, progress: Progress) -> None:
    """Read a file to its end, and ask the database of each event whether it would take it. Raises
    NotRestored."""
    last = await connection.fetchval(_SQL["recorded"], part.after)
    with part.source.open("rb") as lines:
        for events, _ in batches(part, lines):
            behind = part.tree.size - len(events)
            found = await connection.fetchrow(_SQL["restorable"], events, behind, last)
            assert found is not None
            if found["flaw"] is not None:
                raise NotRestored("{source}: {flaw}", source=part.source, flaw=found["flaw"])
            last = found["last"]
            progress(part.tree.size)


async def _open(connection: Connection, part: Part) -> None:
    """Let the ledger take events, once all that was begun is here. Raises NotRestored."""
    head = await connection.fetchrow(_SQL["head"])
    assert head is not None
    if part.tree.size < head["position"]:  # of an earlier part
        if head["restoring"]:
            raise NotRestored(
                "what {source} holds is here, and part of a later file that is not finished: the "
                "ledger stays closed until the whole of that is restored",
                source=part.source,
            )
        return
    await connection.execute(_SQL["outcomes"])
    await connection.execute(_SQL["restored"])


async def _part(connection: Connection, source: Path, kept: Checkpoint | None) -> Part:
    """A file that begins where the database's events end, or at event 1. Raises NotRestored."""
    with source.open("rb") as lines:
        first = next((line for line in lines if not line.startswith(GROUNDS)), b"")
    if first.endswith(b"\r\n"):
        raise NotRestored(
            "{source} has the line ends of another system (CR LF), so that no event has its bytes: "
            "carry the file as it is, not as text",
            source=source,
        )
    after = max(begins_behind(first), 0)
    head = await connection.fetchrow(_SQL["head"])
    assert head is not None
    if after > head["position"]:
        raise NotRestored(
            "{source} begins with event {first}, and the database has {position}: restore first what "
            "comes before",
            source=source,
            first=after + 1,
            position=head["position"],
        )
    if after > (head["restored"] or 0):
        raise NotRestored(
            "{source} begins with event {first}, and a file with the events before it is not "
            "restored to its end: restore that first",
            source=source,
            first=after + 1,
        )
    opened = event_of(first) if after == 0 else await connection.fetchval(_SQL["first"])
    with suppress(ValueError, KeyError, TypeError, AttributeError):  # what is no event 1, the log refuses
        of = origin(Ledger.of(Recorded.from_bytes(opened)))
        if kept is not None and kept.origin != of:
            raise NotRestored(
                "{source} is of {of}; the kept checkpoint is of {origin}",
                source=source,
                of=of,
                origin=kept.origin,
            )
    part = Part(source, kept, after=after)
    async with connection.transaction(readonly=True):
        async for row in connection.cursor(_SQL["leaf_hashes"], after, prefetch=export_files.BATCH):
            part.take_leaf(row["leaf_hash"])
    return part


async def _keep(connection: Connection, part: Part, lines: list[bytes]) -> None:
    """What judged the events restored so far, put beside the log. Raises NotRestored."""
    if not lines:
        return
    positions, salts, values = zip(*map(grounds_of, lines), strict=True)
    there = await connection.fetchval(_BESIDE["keep_grounds"], positions, salts, values)
    if there != len(lines):
        raise NotRestored(
            "{source}: of the grounds of events {first} to {last} some are not what those events commit to",
            source=part.source,
            first=positions[0],
            last=positions[-1],
        )


async def _keep_again(connection: Connection, part: Part, position: int) -> None:
    """What judged the events that are here already, if another file that lacked it was restored before."""
    lacking = await connection.fetch(_SQL["without_grounds"], part.after, position)
    if not lacking:
        return
    with part.source.open("rb") as lines:
        batch: list[bytes] = []
        for line in lines:
            if line.startswith(GROUNDS) and grounds_of(line)[0] <= position:
                batch.append(line)
            if len(batch) == export_files.BATCH:
                await _keep(connection, part, batch)
                batch = []
        await _keep(connection, part, batch)


async def _compare(connection: Connection, part: Part, lines: BinaryIO, progress: Progress) -> int:
    """Read past what stands in the database already; it must be the same bytes."""
    position = part.after
    async with connection.transaction(readonly=True):
        async for row in connection.cursor(_SQL["stored"], part.after, prefetch=export_files.BATCH):
            line = lines.readline()
            while line.startswith(GROUNDS):
                part.take_grounds(line)
                line = lines.readline()
            if line.startswith(END):  # of an earlier part: it is here, and more
                part.take_end(line.rstrip(b"\n"))
                return position
            position += 1
            if event_of(line) != row["bytes"]:
                raise NotRestored(
                    "event {position} of the database is not that of the file: restore into a new database",
                    position=position,
                )
            part.take_event(row["bytes"])
            if position % export_files.BATCH == 0:
                progress(position)
    return position


async def lacking(log: Log, after: int, until: int) -> list[int]:
    """The events in between whose grounds are not beside the log, though they commit to them."""
    return [row["position"] for row in await log.pool.fetch(_SQL["without_grounds"], after, until)]


async def export_sealed(log: Log, to: BinaryIO, until: int | None = None) -> int:
    """Write the values that stand beside the log, a line each: salt and value; of events up to a position.
    Returns how many."""
    of_it = None
    if until is not None and until < (await log.head()).position:
        of_it = {c for e in [e async for e in log.stream(until=until)] for c in commitments(e.data)}
    count = 0
    async with log.pool.acquire() as connection, connection.transaction(readonly=True):
        async for row in connection.cursor(_BESIDE["all_sealed"], prefetch=export_files.BATCH):
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


SealedValues: TypeAlias = "tuple[list[bytes], list[bytes]]"  # salts, values


def sealed_in(source: Path) -> SealedValues:
    """The values that an export wrote. Raises NotRestored."""
    salts: list[bytes] = []
    values: list[bytes] = []
    with source.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                stated = orjson.loads(line)
                salt = bytes.fromhex(stated["salt"])
                value = base64.b64decode(stated["value"], validate=True)
            except (ValueError, KeyError, TypeError):
                raise NotRestored(
                    "{source}, line {number}: no sealed value", source=source, number=number
                ) from None
            if commitment(salt, value).hex() != stated.get("commitment"):
                raise NotRestored(
                    "{source}, line {number}: the value is not what was sealed", source=source, number=number
                )
            salts.append(salt)
            values.append(value)
    return salts, values


async def restore_sealed(database: Database, sealed: SealedValues) -> int:
    """Put back those values that no order has erased since. Returns how many."""
    salts, values = sealed
    kept = 0
    connection = await database.connect_owner()
    try:
        for start in range(0, len(salts), export_files.BATCH):
            end = start + export_files.BATCH
            kept += await connection.fetchval(_BESIDE["keep"], salts[start:end], values[start:end])
    finally:
        await connection.close()
    return kept
