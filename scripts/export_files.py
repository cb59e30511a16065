"""An export as a file, written and read, and held against what it says of itself.

It has a line for each event, its bytes and nothing else; behind an event that was judged a line with
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
from typing import BinaryIO, TypeAlias

import orjson

from domain.canonical import leaf_hash
from domain.kernel import commitment
from eventlog.checkpoint import Checkpoint, NotACheckpoint, Tree
from eventlog.errors import LedgerError

BATCH = 2_000
COMMITTED = b'"grounds":{"sealed":"'
_RAW = b'{"raw":"'
GROUNDS, END = b'{"grounds":', b'{"end":'
Progress: TypeAlias = Callable[[int], None]  # position reached


class NotRestored(LedgerError):
    """An export cannot be put into this database; what was restored so far stands there."""


def line_of(event: bytes) -> bytes:
    """An event as a line of a file; what a door of before let in with line ends in it, in base64."""
    return (_RAW + base64.b64encode(event) + b'"}' if b"\n" in event else event) + b"\n"


def event_of(line: bytes) -> bytes:
    """The event's bytes that a line holds. Raises NotRestored."""
    data = line.removesuffix(b"\n")
    if not data.startswith(_RAW):
        return data
    try:
        return base64.b64decode(data[len(_RAW) : -2], validate=True)
    except ValueError:
        raise NotRestored("{quoted} is no event in base64", quoted=_quoted(data)) from None


def grounds_of(line: bytes) -> tuple[int, bytes, bytes]:
    """The position, the salt and the value that a line of grounds holds. Raises NotRestored."""
    try:
        told = orjson.loads(line)["grounds"]
        salt, value = bytes.fromhex(told["salt"]), base64.b64decode(told["value"], validate=True)
        return int(told["position"]), salt, value
    except (ValueError, KeyError, TypeError):
        raise NotRestored("{quoted} is no line of grounds", quoted=_quoted(line)) from None


def _quoted(line: bytes) -> str:
    """The beginning of a line, for a message."""
    return f"“{line[:60].decode(errors='replace')}”"


@dataclass(slots=True)
class Part:
    """What of a file was read so far, held against what its end says."""

    source: Path
    kept: Checkpoint | None = None  # with which the log must begin
    begins: bool = False  # whether it does
    tree: Tree = field(default_factory=Tree)
    events: int = 0
    committing: int = 0  # events that commit to what judged them
    grounds: int = 0
    waits: bytes = b""  # the newest event, until its grounds have come
    end: Checkpoint | None = None  # of the log at the file's last event
    after: int = 0
    lacking: int = 0  # events without what judged them, when it was exported
    is_of_before: bool = True  # of a program whose exports did not say how they end: format 1 only

    def take_leaf(self, leaf: bytes) -> None:
        self.tree.add(leaf)
        if self.kept is not None and self.tree.size == self.kept.size:
            self.begins = self.tree.root == self.kept.root

    def take_event(self, data: bytes) -> None:
        self.take_leaf(leaf_hash(data))
        self.events += 1
        self.waits = data if COMMITTED in data else b""
        self.committing += bool(self.waits)
        self.is_of_before = self.is_of_before and b'"format":2,' not in data

    def take_grounds(self, line: bytes) -> None:
        """Raises NotRestored: it does not hold what judged the event before it, once."""
        position, salt, value = grounds_of(line)
        own = b"".join((COMMITTED, commitment(salt, value).hex().encode(), b'"'))
        if position != self.tree.size or own not in self.waits:
            raise NotRestored(
                "{source}: behind event {size} stands what judged event {position}, or not what the "
                "event commits to",
                source=self.source,
                size=self.tree.size,
                position=position,
            )
        self.waits = b""
        self.grounds += 1

    def must_begin(self) -> None:
        """Raises NotRestored: the log does not begin with what the kept checkpoint covers."""
        if self.kept is None or self.begins:
            return
        short = self.tree.size < self.kept.size
        missing = f"it has {self.tree.size} events" if short else "its root is another"
        raise NotRestored(
            "{source} does not begin with what the kept checkpoint at {size} covers: {missing}",
            source=self.source,
            size=self.kept.size,
            missing=missing,
        )

    def must_be_whole(self, of_before: bool) -> None:
        """Raises NotRestored: no last line says how it ends. of_before, and a kept checkpoint of its end: it
        is of a program that wrote none; then it holds nothing of format 2."""
        of_before = of_before or (self.begins and self.kept is not None and self.kept.size == self.tree.size)
        if self.end is None and not (of_before and self.is_of_before and self.events and not self.grounds):
            raise NotRestored(
                "{source} ends with event {size}, and no last line says that this is its end: it was "
                "cut short, or is of a program that wrote none (then say --of-before)",
                source=self.source,
                size=self.tree.size,
            )

    def take_end(self, line: bytes) -> None:
        """Raises NotRestored: the file is not what was written."""
        try:
            told = orjson.loads(line)["end"]
            self.end, after = Checkpoint.parse(told["checkpoint"]), int(told["after"])
            counts = int(told["events"]), int(told["grounds"])
            self.lacking = int(told["lacking"])
        except (ValueError, KeyError, TypeError, NotACheckpoint):
            raise NotRestored(
                "{source}: its last line does not say how it ends", source=self.source
            ) from None
        if after != self.after or after < 0:
            raise NotRestored(
                "{source} begins behind event {after}; its last line says: behind event {stated}",
                source=self.source,
                after=self.after,
                stated=after,
            )
        if counts != (self.events, self.grounds):
            raise NotRestored(
                "{source} holds {events} events and {grounds} grounds; its last line says that "
                "{events_written} and {grounds_written} were written: it is not whole",
                source=self.source,
                events=self.events,
                grounds=self.grounds,
                events_written=counts[0],
                grounds_written=counts[1],
            )
        if self.end.size != self.tree.size or self.end.root != self.tree.root:
            raise NotRestored(
                "{source} is not what was exported: its events have another root than its last line says",
                source=self.source,
            )


def begins_behind(first: bytes) -> int:
    """Behind which position a file begins, by its first line; 0 where that does not say."""
    if first.startswith(END):  # nothing had come since
        with suppress(ValueError, KeyError, TypeError):
            return int(orjson.loads(first)["end"]["after"])
        return 0
    event = event_of(first)
    behind = event.rfind(b',"position":')
    number = event[behind + 12 :].partition(b",")[0]
    return int(number) - 1 if behind >= 0 and number.isdigit() else 0


def batches(part: Part, lines: BinaryIO) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Events and their grounds, until the end, which must be the file's last line. Raises NotRestored."""
    events: list[bytes] = []
    grounds: list[bytes] = []
    for line in lines:
        data = line.rstrip(b"\n")
        if part.end is not None:
            raise NotRestored("{source}: something stands behind its end", source=part.source)
        if data.startswith(END):
            part.take_end(data)
        elif data.startswith(GROUNDS):
            part.take_grounds(data)
            grounds.append(data)
        else:
            if len(events) == BATCH:
                yield events, grounds
                events, grounds = [], []
            events.append(event_of(line))
            part.take_event(events[-1])
    if events or grounds:
        yield events, grounds


def must_be_right(part: Part, *, of_before: bool) -> None:
    """Hold a file that was read to its end against what it says of itself and what was kept. Raises
    NotRestored."""
    part.must_be_whole(of_before)
    part.must_begin()
    if (lacking := part.committing - part.grounds) > part.lacking:
        raise NotRestored(
            "{source} lacks what judged {lacking} of its events", source=part.source, lacking=lacking
        )


def read_whole(source: Path, *, kept: Checkpoint | None = None) -> Checkpoint:
    """A whole export's own end, once its events were read and give the root that it states. kept: with which
    it must begin. Raises NotRestored."""
    part = Part(source, kept)
    with source.open("rb") as lines:
        for _ in batches(part, lines):
            pass
    if part.end is None:
        raise NotRestored(
            "{source} is not a whole export from event 1 on: its last line does not say so", source=source
        )
    part.must_begin()
    return part.end
