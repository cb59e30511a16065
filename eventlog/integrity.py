"""Is the log what it was? Every byte, hash, position and index row, and a kept checkpoint.

What can be seen without a checkpoint: any change that does not make everything else fit. With one:
any change at all of what the checkpoint covers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import orjson
from asyncpg import Record

from domain.canonical import NotCanonical, decode, leaf_hash
from domain.events import LedgerOpened, NotThatFact, SealedValueErased, UnknownTopic, commitments
from domain.events import decode as decode_fact
from domain.kernel import FORMAT, Document, Recorded
from eventlog.checkpoint import Checkpoint, Tree, origin
from eventlog.ledger import Ledger
from eventlog.queries import load
from eventlog.sealed import commitment

if TYPE_CHECKING:
    from eventlog.database import Pool

MOST_FLAWS = 20
_PREFETCH = 2_000
_SQL = load("eventlog", "integrity.sql")
_BESIDE = load("eventlog", "beside.sql")
Progress = Callable[[int, int], None]  # events done, events in all


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it must be."""

    position: int  # 0: the log as a whole
    what: str

    def __str__(self) -> str:
        return f"event {self.position}: {self.what}" if self.position else f"the log: {self.what}"


@dataclass(slots=True)
class Report:
    """What was found; `flaws` holds the first MOST_FLAWS of them."""

    size: int = 0
    root: bytes = b""
    flaws: list[Flaw] = field(default_factory=list)

    def add(self, position: int, what: str) -> None:
        if len(self.flaws) < MOST_FLAWS:
            self.flaws.append(Flaw(position, what))


async def verify_log(
    pool: Pool, *, kept: Checkpoint | None = None, progress: Progress = lambda _done, _of: None
) -> Report:
    """Read the whole log in one snapshot and check it, against a kept checkpoint if there is one."""
    report, tree, sealed = Report(), Tree(), _SealedValues()
    own: str | None = None
    expected = 1
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        head = await connection.fetchrow(_SQL["head"])
        assert head is not None  # one row, made by the migration, that nothing can delete
        tags = _Grouped(connection.cursor(_SQL["tags"], prefetch=_PREFETCH).__aiter__())
        before: Record | None = None
        async for row in connection.cursor(_SQL["events"], prefetch=_PREFETCH):
            if row["position"] != expected:
                gap = f", and all up to event {row['position'] - 1}"
                far = row["position"] > expected + 1
                report.add(expected, f"is missing{gap if far else ''}")
            expected = row["position"] + 1
            async for stray in tags.before(row["position"]):
                report.add(stray, "has rows in the index, and is not in the log")
            for what in flaws_in_row(row, before, await tags.of(row["position"])):
                report.add(row["position"], what)
            tree.add(leaf_hash(row["bytes"]))  # after a gap the root cannot fit any more
            if kept is not None and kept.size == tree.size and kept.root != tree.root:
                report.add(0, f"its first {kept.size} events are not those of the checkpoint: another root")
            own = own or _origin(row)
            before = row
            sealed.see(row)
            if tree.size % 1_000 == 0:
                progress(tree.size, head["position"])
        async for stray in tags.before(2**62):
            report.add(stray, "has rows in the index, and is not in the log")
        async for value in connection.cursor(_BESIDE["all_sealed"], prefetch=_PREFETCH):
            sealed.check(report, value)
        sealed.check_missing(report)
        for row in await connection.fetch(_BESIDE["false_outcomes"]):
            report.add(
                row["position"], f"the command {row['command']!r} is said to have led to it; it has not"
            )
    report.size, report.root = tree.size, tree.root
    _check_head(report, head, before, own)
    if kept is not None:
        _check_kept(report, kept, own)
    return report


def flaws_in_row(row: Record, before: Record | None, indexed: set[str]) -> Iterator[str]:
    """What is wrong with one event: its bytes, its hash, and the index over it."""
    data: bytes = row["bytes"]
    if leaf_hash(data) != row["leaf_hash"]:
        yield "its bytes do not have its leaf hash"
    try:
        decoded = cast("dict[str, object]", decode(data))
        event = Recorded.from_bytes(data)
    except (NotCanonical, UnicodeDecodeError) as error:
        yield f"its bytes are not canonical: {error}"
        return
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield f"its bytes are no envelope of format {FORMAT}: {error!r}"
        return
    if (basis := decoded.get("basis")) is not None and not _is_document(basis):
        yield "its basis is no document"
    if event.position != row["position"]:
        yield f"its bytes say that it is event {event.position}"
    if event.recorded_at != row["recorded_at"]:
        yield "its recorded_at in the index is not that in its bytes"
    if before is not None and row["recorded_at"] < before["recorded_at"]:
        yield "it is recorded before its predecessor"
    if event.topic != row["topic"]:
        yield f"its topic in the index is {row['topic']!r}, in its bytes {event.topic!r}"
    if (event.topic == LedgerOpened.topic) != (row["position"] == 1):
        yield f"event 1, and no other, is {LedgerOpened.topic}"
    declared: frozenset[str] = frozenset()
    try:
        declared = decode_fact(event.topic, event.data).tags()
    except (UnknownTopic, NotThatFact) as error:
        yield f"this program cannot read it: {error}"
    if missing := event.tags - indexed:
        yield f"the index lacks its tags {', '.join(sorted(missing))}"
    if stray := indexed - event.tags - declared:
        yield f"the index has tags that it does not carry: {', '.join(sorted(stray))}"


def _is_document(basis: object) -> bool:
    return isinstance(basis, dict) and basis.keys() <= set(Document.__slots__)


def _check_head(report: Report, head: Record, newest: Record | None, opened: str | None) -> None:
    position: int = newest["position"] if newest else 0
    if head["position"] != position:
        report.add(0, f"its head says {head['position']} events, there are {position}")
    elif newest and head["recorded_at"] != newest["recorded_at"]:
        report.add(0, "its head's recorded_at is not the newest event's")
    if opened is not None and head["simulated"] != opened.endswith("/simulated"):
        report.add(0, "its head says otherwise than event 1 whether the ledger is simulated")
    if head["restoring"]:
        report.add(0, "a restore into it was begun and not finished")


def _check_kept(report: Report, kept: Checkpoint, own: str | None) -> None:
    if own != kept.origin:
        report.add(0, f"it is {own}; the checkpoint is of {kept.origin}")
    if kept.size > report.size:
        report.add(0, f"it has {report.size} events; at the checkpoint it had {kept.size}")


def _origin(first: Record) -> str:
    """The origin that the first event gives this log."""
    try:
        return origin(Ledger.of(Recorded.from_bytes(first["bytes"])))
    except (KeyError, ValueError, TypeError, AttributeError):
        return "no ledger that this program knows"


class _SealedValues:
    """The commitments that events hold, held against the values beside the log."""

    def __init__(self) -> None:
        self._held: dict[str, int] = {}  # commitment: position of the event that holds it
        self._erased: set[str] = set()
        self._there: set[str] = set()

    def see(self, row: Record) -> None:
        """Note the commitments of an event; most hold none, and are not decoded for it."""
        if b'"sealed"' not in row["bytes"]:
            return
        try:
            data = orjson.loads(row["bytes"])["data"]
        except (ValueError, KeyError, TypeError):
            return  # said already: its bytes are no event
        if row["topic"] == SealedValueErased.topic:
            if isinstance(named := data.get("sealed"), str):
                self._erased.add(named)
            return
        for text in commitments(data):
            self._held.setdefault(text, row["position"])

    def check(self, report: Report, row: Record) -> None:
        """One value: does it fit its commitment, and may it be there?"""
        text = row["commitment"].hex()
        self._there.add(text)
        at = self._held.get(text, 0)
        if commitment(row["salt"], row["value"]) != row["commitment"]:
            report.add(at, f"the sealed value {text} is not what was sealed")
        if text in self._erased:
            report.add(at, f"the sealed value {text} was ordered to be erased, and is there")
        elif not at:
            report.add(0, f"the sealed value {text} stands beside it, and no event holds it")

    def check_missing(self, report: Report) -> None:
        for text, position in self._held.items():
            if text not in self._there and text not in self._erased:
                report.add(position, f"its sealed value {text} is missing, and no order erased it")


class _Grouped:
    """Index rows in order of position, handed out event by event."""

    def __init__(self, rows: AsyncIterator[Record]) -> None:
        self._rows = rows
        self._next: Record | None = None

    async def _peek(self) -> Record | None:
        if self._next is None:
            self._next = await anext(self._rows, None)
        return self._next

    async def before(self, position: int) -> AsyncIterator[int]:
        """Positions with index rows that lie before this one and were not asked for."""
        while (row := await self._peek()) is not None and row["position"] < position:
            yield row["position"]
            await self.of(row["position"])

    async def of(self, position: int) -> set[str]:
        """The tags of one event, which must be the next that has any."""
        tags: set[str] = set()
        while (row := await self._peek()) is not None and row["position"] == position:
            tags.add(row["tag"])
            self._next = None
        return tags
