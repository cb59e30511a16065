"""Take a ledger elsewhere: NDJSON of the exact bytes with what judged them, and back at the same positions.

A file has a line for each event, its bytes and nothing else; behind an event that was judged a line with
its grounds, which lie beside the log; and a last line that says how many events the log had then and what its
root was. So a file that was cut short, or changed in any way, is not taken for whole:

    {"actor":…,"topic":…}
    {"grounds":{"position":7,"salt":"…","value":"…"}}
    {"end":{"after":0,"checkpoint":"designation-ledger/…\\n660\\n…\\n","events":660,"grounds":412,"lacking":0}}

Nothing of an event is decoded here: what a log once took is carried on, byte for byte.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import asyncpg
import orjson

from domain.canonical import leaf_hash
from domain.events import commitments
from domain.kernel import commitment
from eventlog.checkpoint import Checkpoint, NotACheckpoint, Tree, origin
from eventlog.database import Connection, Database
from eventlog.errors import LedgerError
from eventlog.ledger import identity
from eventlog.log import Log
from eventlog.queries import load

BATCH = 2_000
_SQL = load("scripts", "transfer.sql")
_BESIDE = load("eventlog", "beside.sql")
_COMMITTED = b'"grounds":{"sealed":"'
_RAW = b'{"raw":"'
GROUNDS, END = b'{"grounds":', b'{"end":'
Progress = Callable[[int], None]  # position reached


class NotRestored(LedgerError):
    """An export cannot be put into this database; what was restored so far stands there."""


def line_of(event: bytes) -> bytes:
    """An event as a line of a file; what a door of before let in with line ends in it, in base64."""
    return (_RAW + base64.b64encode(event) + b'"}' if b"\n" in event else event) + b"\n"


def event_of(line: bytes) -> bytes:
    """The event's bytes that a line holds. Raises ValueError."""
    data = line.removesuffix(b"\n")
    return base64.b64decode(data[len(_RAW) : -2], validate=True) if data.startswith(_RAW) else data


async def export(log: Log, to: BinaryIO, *, after: int, until: int, progress: Progress) -> int:
    """Write the events behind `after` up to `until`, what judged them, and the end. Returns how many."""
    tree, count, kept, lacking = Tree(), 0, 0, 0
    async with log.pool.acquire() as connection, connection.transaction(readonly=True):
        async for row in connection.cursor(_SQL["leaf_hashes"], after, prefetch=BATCH):
            tree.add(row["leaf_hash"])
        async for row in connection.cursor(_SQL["with_grounds"], after, until, prefetch=BATCH):
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
            elif _COMMITTED in row["bytes"]:
                lacking += 1  # a flaw that `verify` tells; it is carried on as it is
            if count % BATCH == 0:
                progress(row["position"])
    end = Checkpoint(origin(await identity(log)), tree.size, tree.root)
    told = {"after": after, "checkpoint": str(end), "events": count, "grounds": kept, "lacking": lacking}
    to.write(orjson.dumps({"end": told}, option=orjson.OPT_SORT_KEYS) + b"\n")
    return count


@dataclass(slots=True)
class _Part:
    """What of a file was read so far, held against what its end says."""

    source: Path
    tree: Tree = field(default_factory=Tree)
    events: int = 0
    grounds: int = 0
    end: Checkpoint | None = None  # of the log at the file's last event
    after: int = 0
    lacking: int = 0  # events without what judged them, when it was exported
    is_of_before: bool = True  # of a program whose exports did not say how they end: format 1 only

    def take_event(self, data: bytes) -> None:
        self.tree.add(leaf_hash(data))
        self.events += 1
        self.is_of_before = self.is_of_before and b'"format":2,' not in data

    def must_be_whole(self, of_before: bool) -> None:
        """Raises NotRestored: no last line says how it ends. of_before: it is said that the file is of a
        program that wrote none; then it holds nothing of format 2."""
        if self.end is None and not (of_before and self.is_of_before and self.events and not self.grounds):
            raise NotRestored(
                f"{self.source} ends with event {self.tree.size}, and no last line says that this is its "
                "end: it was cut short, or is of a program that wrote none (then say --of-before); the "
                "ledger stays closed until the whole of it is restored"
            )

    def take_end(self, line: bytes) -> None:
        """Raises NotRestored: the file is not what was written."""
        try:
            told = orjson.loads(line)["end"]
            self.end, self.after = Checkpoint.parse(told["checkpoint"]), int(told["after"])
            counts = int(told["events"]), int(told["grounds"])
            self.lacking = int(told["lacking"])
        except (ValueError, KeyError, TypeError, NotACheckpoint) as error:
            raise NotRestored(f"{self.source}: its last line does not say how it ends: {error!r}") from None
        if counts != (self.events, self.grounds):
            raise NotRestored(
                f"{self.source} holds {self.events} events and {self.grounds} grounds; "
                f"its last line says that {counts[0]} and {counts[1]} were written: it is not whole"
            )
        if self.end.size != self.tree.size or self.end.root != self.tree.root:
            raise NotRestored(
                f"{self.source} is not what was exported: its events have another root than its last line "
                "says"
            )


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

    What an earlier call restored is compared with the file, not written again. kept: a checkpoint that
    was kept elsewhere, with which the log must begin; unchecked: there is none. of_before: the file is of a
    program whose exports did not say how they end. Until the file is found to be whole, the ledger takes no
    events of its own. Returns the position reached. Raises NotRestored.
    """
    if kept is None and not unchecked:
        raise NotRestored(
            "an export proves nothing of itself: give a checkpoint that was kept elsewhere "
            "(--checkpoint FILE), or say that there is none (--unchecked)"
        )
    connection = await database.connect_owner()
    try:
        part = await _part(connection, source)
        with source.open("rb") as lines:
            position = await _compare(connection, part, lines, progress)
            await _keep_again(connection, part, position)
            for events, grounds in _batches(part, lines):
                async with connection.transaction():
                    if events:
                        position = await connection.fetchval(_SQL["restore"], events)
                    await _keep(connection, part, grounds)
                progress(position)
        part.must_be_whole(of_before or (kept is not None and kept.size == part.tree.size))
        await _check(connection, part, kept)
        lacking = await connection.fetch(_SQL["without_grounds"], part.after)
        if len(lacking) > part.lacking:
            raise NotRestored(
                f"{source} lacks what judged event {lacking[0]['position']}, which the export wrote beside "
                "it; the ledger stays closed until the whole of it is restored"
            )
        await connection.execute(_SQL["outcomes"])
        await connection.execute(_SQL["restored"])
    except asyncpg.PostgresError as error:
        raise NotRestored(f"{source}: {error}") from error
    finally:
        await connection.close()
    return position


def read_whole(source: Path, *, kept: Checkpoint | None = None) -> Checkpoint:
    """A whole export's own end, once its events were read and give the root that it states. kept: with which
    it must begin. Raises NotRestored."""
    part, begins = _Part(source), kept is None
    with source.open("rb") as lines:
        for events, _ in _batches(part, lines):
            del events
    tree = Tree()
    with source.open("rb") as lines:
        for line in lines:
            if kept is not None and not line.startswith((GROUNDS, END)):
                tree.add(leaf_hash(event_of(line)))
                begins = begins or (tree.size == kept.size and tree.root == kept.root)
    if part.end is None or part.after:
        raise NotRestored(f"{source} is not a whole export from event 1 on: its last line does not say so")
    if not begins:
        raise NotRestored(f"{source} does not begin with what the kept checkpoint covers")
    return part.end


async def _part(connection: Connection, source: Path) -> _Part:
    """A file that begins where the database's events end, or at event 1."""
    with source.open("rb") as lines:
        first = event_of(next((line for line in lines if not line.startswith(GROUNDS)), b""))
    if first.startswith(END):  # nothing had come since
        with suppress(ValueError, KeyError, TypeError):
            return await _behind(connection, source, int(orjson.loads(first)["end"]["after"]))
    behind = first.rfind(b',"position":')
    number = first[behind + 12 :].partition(b",")[0]
    return await _behind(connection, source, int(number) - 1 if behind >= 0 and number.isdigit() else 0)


async def _behind(connection: Connection, source: Path, after: int) -> _Part:
    """A file whose events stand behind a position."""
    there: int = await connection.fetchval(_SQL["head"])
    if after > there:
        raise NotRestored(
            f"{source} begins with event {after + 1}, and the database has {there}: restore first what comes "
            "before"
        )
    part = _Part(source, after=after)
    async with connection.transaction(readonly=True):
        async for row in connection.cursor(_SQL["leaf_hashes"], after, prefetch=BATCH):
            part.tree.add(row["leaf_hash"])
    return part


async def _check(connection: Connection, part: _Part, kept: Checkpoint | None) -> None:
    """Whether what was restored is whole, and begins with what the kept checkpoint covers."""
    if kept is None:
        return
    tree = Tree()
    async with connection.transaction(readonly=True):
        async for row in connection.cursor(_SQL["leaf_hashes"], kept.size, prefetch=BATCH):
            tree.add(row["leaf_hash"])
    if (tree.size, tree.root) != (kept.size, kept.root):
        missing = f"it has {tree.size} events" if tree.size < kept.size else "its root is another"
        raise NotRestored(
            f"{part.source} does not begin with what the kept checkpoint at {kept.size} covers: {missing}; "
            "the ledger stays closed: restore another file into a new database"
        )


async def _keep(connection: Connection, part: _Part, lines: list[bytes]) -> None:
    """What judged the events restored so far, put beside the log. Raises NotRestored."""
    if not lines:
        return
    positions, salts, values = [], [], []
    for line in lines:
        try:
            told = orjson.loads(line)["grounds"]
            positions.append(int(told["position"]))
            salts.append(bytes.fromhex(told["salt"]))
            values.append(base64.b64decode(told["value"], validate=True))
        except (ValueError, KeyError, TypeError) as error:
            raise NotRestored(f"{part.source}: {line[:80]!r} are no grounds: {error!r}") from None
    there = await connection.fetchval(_BESIDE["keep_grounds"], positions, salts, values)
    if there != len(lines):
        raise NotRestored(
            f"{part.source}: of the grounds of events {positions[0]} to {positions[-1]} some are not what "
            "those events commit to"
        )


async def _keep_again(connection: Connection, part: _Part, position: int) -> None:
    """What judged the events that are here already, if another file that lacked it was restored before."""
    lacking = await connection.fetch(_SQL["without_grounds"], part.after)
    if not lacking or lacking[0]["position"] > position:
        return
    with part.source.open("rb") as lines:
        batch: list[bytes] = []
        for line in lines:
            if line.startswith(GROUNDS) and orjson.loads(line)["grounds"]["position"] <= position:
                batch.append(line)
            if len(batch) == BATCH:
                await _keep(connection, part, batch)
                batch = []
        await _keep(connection, part, batch)


async def _compare(connection: Connection, part: _Part, lines: BinaryIO, progress: Progress) -> int:
    """Read past what stands in the database already; it must be the same bytes."""
    position = part.after
    async with connection.transaction(readonly=True):
        async for row in connection.cursor(_SQL["stored"], part.after, prefetch=BATCH):
            line = lines.readline()
            while line.startswith(GROUNDS):
                part.grounds += 1
                line = lines.readline()
            if line.startswith(END):  # of an earlier part: it is here, and more
                part.take_end(line.rstrip(b"\n"))
                return position
            position += 1
            if event_of(line) != row["bytes"]:
                raise NotRestored(
                    f"event {position} of the database is not that of the file: restore into a new database"
                )
            part.take_event(row["bytes"])
            if position % BATCH == 0:
                progress(position)
    return position


def _batches(part: _Part, lines: BinaryIO) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Events and their grounds, until the end, which must be the file's last line. Raises NotRestored."""
    events: list[bytes] = []
    grounds: list[bytes] = []
    for line in lines:
        data = line.rstrip(b"\n")
        if part.end is not None:
            raise NotRestored(f"{part.source}: something stands behind its end")
        if data.startswith(END):
            part.take_end(data)
        elif data.startswith(GROUNDS):
            grounds.append(data)
            part.grounds += 1
        else:
            if len(events) == BATCH:
                yield events, grounds
                events, grounds = [], []
            events.append(event_of(line))
            part.take_event(events[-1])
    if events or grounds:
        yield events, grounds


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
