"""Is the log what it was? Every byte, hash, position and index row, and a kept checkpoint.

What can be seen without a checkpoint: any change that does not make everything else fit. With one:
any change at all of what the checkpoint covers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from asyncpg import Record

from domain.canonical import NotCanonical, decode, leaf_hash
from domain.events import LedgerOpened, NotThatFact, UnknownTopic, commitments
from domain.events import decode as decode_fact
from domain.kernel import FORMAT, Document, Recorded, commitment
from domain.messages import Message, message
from domain.tags import SEALED
from eventlog.checkpoint import Checkpoint, Tree, Verified, origin
from eventlog.ledger import Ledger
from eventlog.queries import load

if TYPE_CHECKING:
    from eventlog.database import Pool

MOST_FLAWS = 20
_PREFETCH = 2_000
_SQL = load("eventlog", "integrity.sql")
_BESIDE = load("eventlog", "beside.sql")
Progress = Callable[[int, int], None]  # events done, events in all
Row: TypeAlias = "Mapping[str, Any] | Record"
_BEFORE_ALL = -(2**62)  # whatever was put below position 1 is read as well
_NO_HEAD: Row = {"position": 0, "recorded_at": None, "simulated": None, "restoring": False}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it must be."""

    position: int  # 0: the log as a whole
    what: Message

    @property
    def message(self) -> Message:
        """What it is, and where."""
        if self.position:
            return message("event {position}: {what}", position=self.position, what=self.what)
        return message("the log: {what}", what=self.what)

    def __str__(self) -> str:
        return str(self.message)


@dataclass(slots=True)
class Report:
    """What was found. What concerns the log as a whole is always told, and first: another ledger, fewer
    events than at the checkpoint, another root, an unfinished restore. Of the rest the first MOST_FLAWS, and
    how many more there are."""

    size: int = 0
    root: bytes = b""
    subtrees: tuple[tuple[int, bytes], ...] = ()  # to go on from (eventlog.checkpoint.Verified)
    of_the_whole: list[Flaw] = field(default_factory=list)
    of_events: list[Flaw] = field(default_factory=list)
    more: int = 0  # flaws beyond those that are told

    @property
    def flaws(self) -> list[Flaw]:
        return [*self.of_the_whole, *self.of_events]

    def add(self, position: int, what: Message) -> None:
        """One more flaw, of an event or of what lies beside."""
        if len(self.of_events) < MOST_FLAWS:
            self.of_events.append(Flaw(position, what))
        else:
            self.more += 1

    def add_whole(self, what: Message) -> None:
        """One more flaw of the log as a whole."""
        self.of_the_whole.append(Flaw(0, what))


async def verify_log(
    pool: Pool,
    *,
    kept: Checkpoint | None = None,
    since: Verified | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Report:
    """Read the log in one snapshot and check it, against a kept checkpoint if there is one.

    In bounded memory: events, index and grounds side by side, each in order of position; what is sealed is
    compared in the database. since: what somebody has verified before; only what is behind it is read.
    """
    begin = since.checkpoint.size if since is not None else 0
    report, tree = Report(), Tree(since.subtrees if since is not None else ())
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        head = await connection.fetchrow(_SQL["head"]) or _NO_HEAD
        newest: int = await connection.fetchval(_SQL["newest"])
        own = _origin(await connection.fetchval(_SQL["first"]))
        tags = _Grouped(connection.cursor(_SQL["tags"], begin or _BEFORE_ALL, prefetch=_PREFETCH).__aiter__())
        grounds = _Grouped(
            connection.cursor(_BESIDE["all_grounds"], begin or _BEFORE_ALL, prefetch=_PREFETCH).__aiter__()
        )
        before: Record | None = await connection.fetchrow(_SQL["event"], begin) if begin else None
        if begin and before is None:
            report.add_whole(message("event {begin}, the last that was verified, is gone", begin=begin))
        expected = begin + 1
        async for row in connection.cursor(_SQL["events"], begin or _BEFORE_ALL, prefetch=_PREFETCH):
            if row["position"] != expected:
                told = message("is missing")
                if row["position"] > expected + 1:
                    told = message("is missing, and all up to event {position}", position=row["position"] - 1)
                report.add(expected, told)
            expected = row["position"] + 1
            await _strays(report, tags, grounds, row["position"])
            indexed = {line["tag"] for line in await tags.of(row["position"])}
            for what in flaws_in_row(row, before, indexed, await grounds.of(row["position"])):
                report.add(row["position"], what)
            tree.add(leaf_hash(row["bytes"]))  # after a gap the root cannot fit any more
            if kept is not None and kept.size == tree.size and kept.root != tree.root:
                report.add_whole(
                    message(
                        "its first {size} events are not those of the checkpoint: another root",
                        size=kept.size,
                    )
                )
            before = row
            if tree.size % 1_000 == 0:
                progress(tree.size, head["position"])
        await _strays(report, tags, grounds, 2**62)
        for row in await connection.fetch(_BESIDE["not_as_sealed"], SEALED.begins):
            report.add(
                row["position"], Message(_NOT_AS_SEALED[row["flaw"]].text, {"sealed": row["commitment"]})
            )
        for row in await connection.fetch(_BESIDE["false_outcomes"], begin):
            report.add(
                row["position"] or 0,
                message(
                    "the command {command!r} is said to have led to it; it has not", command=row["command"]
                )
                if row["is_read"]
                else message("the outcome of the command {command!r} cannot be read", command=row["command"]),
            )
    report.size, report.root, report.subtrees = tree.size, tree.root, tree.subtrees
    against = [kept, since.checkpoint if since else None]
    for what in _of_the_whole(min(newest, tree.size), head, before, own, against):
        report.add_whole(what)
    return report


_NOT_AS_SEALED: Mapping[str, Message] = {
    "missing": message("its sealed value {sealed} is missing, and no order erased it"),
    "another": message("the sealed value {sealed} is not what was sealed"),
    "erased": message("the sealed value {sealed} was ordered to be erased, and is there"),
    "nobodys": message("the sealed value {sealed} stands beside it, and no event holds it"),
}


async def _strays(report: Report, tags: _Grouped, grounds: _Grouped, position: int) -> None:
    """What stands in the index, or beside the log, of events that are not there."""
    async for stray in tags.before(position):
        report.add(stray, message("has rows in the index, and is not in the log"))
    async for stray in grounds.before(position):
        report.add(stray, message("something is kept as what judged it, and it is not in the log"))


def flaws_in_row(
    row: Record, before: Record | None, indexed: set[str], grounds: Sequence[Record] = ()
) -> Iterator[Message]:
    """What is wrong with one event: its bytes, its hash, the index over it, what is kept as its grounds."""
    data: bytes = row["bytes"]
    if leaf_hash(data) != row["leaf_hash"]:
        yield message("its bytes do not have its leaf hash")
    try:
        decoded = cast("dict[str, object]", decode(data))
        event = Recorded.from_bytes(data)
    except (NotCanonical, UnicodeDecodeError) as error:
        yield message("its bytes are not canonical: {error}", error=error)
        return
    except (KeyError, TypeError, ValueError, AttributeError):
        yield message("its bytes are no envelope of format 1 or {newest}", newest=FORMAT)
        return
    if event.flaw is not None:
        yield message("of its envelope {flaw}", flaw=event.flaw)
    if (basis := decoded.get("basis")) is not None and not _is_document(basis):
        yield message("its basis is no document")
    if event.position != row["position"]:
        yield message("its bytes say that it is event {position}", position=event.position)
    if event.recorded_at != row["recorded_at"]:
        yield message("its recorded_at in the index is not that in its bytes")
    if before is not None and row["recorded_at"] < before["recorded_at"]:
        yield message("it is recorded before its predecessor")
    if event.topic != row["topic"]:
        yield message(
            "its topic in the index is {topic!r}, in its bytes {own!r}", topic=row["topic"], own=event.topic
        )
    if (event.topic == LedgerOpened.topic) != (row["position"] == 1):
        yield message("event 1, and no other, is {topic}", topic=LedgerOpened.topic)
    declared: frozenset[str] = frozenset()
    try:
        declared = decode_fact(event.topic, event.data).tags()
    except (UnknownTopic, NotThatFact) as error:
        yield message("this program cannot read it: {error}", error=error)
    if missing := event.tags - indexed:
        yield message("the index lacks its tags {those!r}", those=sorted(missing))
    if stray := indexed - event.tags - declared:
        yield message("the index has tags that it does not carry: {those!r}", those=sorted(stray))
    if b'"sealed"' in data and (hidden := {SEALED(c) for c in commitments(event.data)} - event.tags):
        yield message("it holds what is sealed and lacks the tags {those!r}", those=sorted(hidden))
    yield from _flaws_in_grounds(event, grounds)


def _is_document(basis: object) -> bool:
    return isinstance(basis, dict) and basis.keys() <= set(Document.__slots__)


def _flaws_in_grounds(event: Recorded, kept: Sequence[Record]) -> Iterator[Message]:
    """Whether what is kept as the grounds of an event is what it commits to."""
    committed = cast("dict[str, dict[str, str]]", event.judged or {}).get("grounds")
    if committed is None:
        if kept:
            yield message("something is kept as what judged it, and it commits to nothing")
    elif not kept:
        yield message("what judged it is missing beside the log")
    elif commitment(kept[0]["salt"], kept[0]["value"]).hex() != committed.get("sealed"):
        yield message("what is kept as what judged it is not what it commits to")


def _of_the_whole(
    size: int, head: Row, newest: Record | None, own: str | None, kept: Iterable[Checkpoint | None]
) -> Iterator[Message]:
    """size: how many events there are, or, if fewer, the newest one's position."""
    position: int = newest["position"] if newest else size
    for checkpoint in kept:
        if checkpoint is None:
            continue
        if own != checkpoint.origin:
            yield message(
                "it is {own}; the checkpoint is of {origin}",
                own=own or message("not opened"),
                origin=checkpoint.origin,
            )
        if checkpoint.size > size:
            yield message(
                "it has {size} events; at the checkpoint it had {kept}", size=size, kept=checkpoint.size
            )
    if head is _NO_HEAD:
        yield message("its head is gone")
    elif head["position"] != position:
        yield message(
            "its head says {position} events, there are {found}", position=head["position"], found=position
        )
    elif newest and head["recorded_at"] != newest["recorded_at"]:
        yield message("its head's recorded_at is not the newest event's")
    if own is not None and head is not _NO_HEAD and head["simulated"] != own.endswith("/simulated"):
        yield message("its head says otherwise than event 1 whether the ledger is simulated")
    if head["restoring"]:
        yield message("a restore into it was begun and not finished")


def _origin(first: bytes | None) -> str | None:
    """The origin that the first event gives this log; None: there is no event."""
    try:
        return None if first is None else origin(Ledger.of(Recorded.from_bytes(first)))
    except (KeyError, ValueError, TypeError, AttributeError):
        return "no ledger that this program knows"


class _Grouped:
    """Rows in order of position, handed out event by event."""

    def __init__(self, rows: AsyncIterator[Record]) -> None:
        self._rows = rows
        self._next: Record | None = None

    async def _peek(self) -> Record | None:
        if self._next is None:
            self._next = await anext(self._rows, None)
        return self._next

    async def before(self, position: int) -> AsyncIterator[int]:
        """Positions with rows that lie before this one and were not asked for."""
        while (row := await self._peek()) is not None and row["position"] < position:
            yield row["position"]
            await self.of(row["position"])

    async def of(self, position: int) -> list[Record]:
        """The rows of one event, which must be the next that has any."""
        rows: list[Record] = []
        while (row := await self._peek()) is not None and row["position"] == position:
            rows.append(row)
            self._next = None
        return rows
