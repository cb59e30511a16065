"""A checkpoint: how long the log was, and the one root of all its hashes then (RFC 6962, 2.1).

Whoever keeps one can later tell whether the log still begins with what it was: any rewriting, even
with every hash in the database made to fit, gives another root. Its text is the body of a C2SP
tlog-checkpoint: origin, size in decimal, root in base64, a line each.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eventlog.errors import LedgerError
from eventlog.ledger import Ledger
from eventlog.queries import load

if TYPE_CHECKING:
    from eventlog.database import Pool

_PAGE = 50_000
_SQL = load("eventlog", "integrity.sql")


class NotACheckpoint(LedgerError):
    """A text is not a checkpoint."""


class Incomplete(LedgerError):
    """The log has a hole: there is no root of it."""


_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_SIGNATURE = re.compile(r"\u2014 [^\s+]+ [A-Za-z0-9+/]+={0,2}")
_NOTHING = hashlib.sha256().digest()
_LINES = "a checkpoint has three lines: its origin, the number of events, the root in base64"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log was when it had `size` events."""

    origin: str  # designation-ledger/<ledger id>
    size: int
    root: bytes  # 32

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @staticmethod
    def read(file: Path) -> Checkpoint:
        """A checkpoint that was kept in a file. Raises NotACheckpoint, which names an editor's traces."""
        data = file.read_bytes()
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise NotACheckpoint("{file} is in UTF-16; a checkpoint is in UTF-8: save it as that", file=file)
        if data.startswith(b"\xef\xbb\xbf"):
            raise NotACheckpoint(
                "{file} begins with a byte order mark (BOM): save it as UTF-8 without one", file=file
            )
        if b"\r" in data:
            raise NotACheckpoint(
                "{file} has the line ends of another system (CR LF): save it with LF alone", file=file
            )
        try:
            return Checkpoint.parse(data.decode())
        except UnicodeDecodeError:
            raise NotACheckpoint("{file} is not in UTF-8: a checkpoint is", file=file) from None
        except NotACheckpoint as error:
            raise NotACheckpoint("{file}: {error}", file=file, error=error) from None

    @staticmethod
    def parse(text: str) -> Checkpoint:
        """The one spelling of it (C2SP tlog-checkpoint), alone or as a signed note, whose signatures are not
        looked at; lines behind the root are passed by. Raises NotACheckpoint."""
        body, blank, signatures = text.partition("\n\n")
        if any(ord(c) < 0x20 and c != "\n" for c in text):
            raise NotACheckpoint("a checkpoint holds no control characters")
        if blank:
            body += "\n"
            *signed, last = signatures.split("\n")
            if last or not signed or not all(_SIGNATURE.fullmatch(line) for line in signed):
                raise NotACheckpoint("behind the blank line stand signatures, a line each, and nothing else")
        *lines, last = body.split("\n")
        if any(_SIGNATURE.fullmatch(line) for line in lines) or text.startswith("\ufeff"):
            raise NotACheckpoint("a signature stands behind a blank line, and nothing before the origin")
        if last or len(lines) < 3 or not all(lines):
            raise NotACheckpoint("{lines}, each ended by a newline; none is empty", lines=_LINES)
        origin, size, root = lines[:3]
        if _NUMBER.fullmatch(size) is None or int(size) >= 2**63:
            raise NotACheckpoint("{size!r} is no number of events: {lines}", size=size, lines=_LINES)
        try:
            digest = base64.b64decode(root, validate=True)
        except ValueError:
            digest = b""
        if len(digest) != 32 or base64.b64encode(digest).decode() != root:
            raise NotACheckpoint(
                "{root!r} is no hash of 32 bytes in base64: {lines}", root=root, lines=_LINES
            )
        if size == "0" and digest != _NOTHING:
            raise NotACheckpoint("a log of no events has the hash of nothing as its root")
        return Checkpoint(origin, int(size), digest)


@dataclass(frozen=True, slots=True)
class Verified:
    """A checkpoint by somebody who verified all that it covers, with what a later verification goes on from:
    the roots of the perfect subtrees, in lines behind the checkpoint's own."""

    checkpoint: Checkpoint
    subtrees: tuple[tuple[int, bytes], ...]  # leaves, root; largest first

    def __str__(self) -> str:
        lines = (f"subtree {leaves} {base64.b64encode(root).decode()}\n" for leaves, root in self.subtrees)
        return f"{self.checkpoint}{''.join(lines)}"

    @staticmethod
    def read(file: Path) -> Verified:
        """Raises NotACheckpoint."""
        checkpoint = Checkpoint.read(file)
        subtrees = []
        for line in file.read_text(encoding="utf-8").partition("\n\n")[0].split("\n")[3:]:
            word, _, rest = line.partition(" ")
            leaves, _, root = rest.partition(" ")
            if word == "subtree" and _NUMBER.fullmatch(leaves):
                with suppress(ValueError):  # then it gives another root
                    subtrees.append((int(leaves), base64.b64decode(root)))
        tree = Tree(subtrees)
        if (tree.size, tree.root) != (checkpoint.size, checkpoint.root):
            raise NotACheckpoint(
                "{file} does not say how the verification went on to its root: take one that "
                "`designations verify --keep` wrote, or hold the whole log against it with "
                "--checkpoint",
                file=file,
            )
        return Verified(checkpoint, tuple(subtrees))


class Tree:
    """A Merkle tree that only grows: the roots of its perfect subtrees, largest first."""

    def __init__(self, subtrees: Iterable[tuple[int, bytes]] = ()) -> None:
        """subtrees: leaves and root of those of a smaller tree, to go on from."""
        self._subtrees = list(subtrees)
        self.size = sum(leaves for leaves, _ in self._subtrees)

    @property
    def subtrees(self) -> tuple[tuple[int, bytes], ...]:
        """Leaves and root of each perfect subtree, largest first."""
        return tuple(self._subtrees)

    def add(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        self.size += 1
        leaves, root = 1, leaf
        while self._subtrees and self._subtrees[-1][0] == leaves:
            _, left = self._subtrees.pop()
            leaves, root = 2 * leaves, _node(left, root)
        self._subtrees.append((leaves, root))

    @property
    def root(self) -> bytes:
        """The root; of no leaf at all, the hash of nothing."""
        if not self._subtrees:
            return _NOTHING
        *rest, (_, root) = self._subtrees
        for _, left in reversed(rest):
            root = _node(left, root)
        return root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def origin(ledger: Ledger) -> str:
    """The checkpoint's first line: which log it is of."""
    kind = "/simulated" if ledger.simulated else ""
    return f"designation-ledger/{ledger.id}{kind}"


class Checkpointer:
    """Takes checkpoints of a growing log, reading each leaf hash once."""

    def __init__(self, pool: Pool, ledger: Ledger) -> None:
        self._pool = pool
        self._origin = origin(ledger)
        self._tree = Tree()
        self._alone = asyncio.Lock()

    async def checkpoint(self) -> Checkpoint:
        """Of the log as it is now. Trusts the stored hashes; `verify` is what recomputes them.

        Raises Incomplete.
        """
        async with self._alone, self._pool.acquire() as connection:
            head = await connection.fetchrow(_SQL["head"])
            assert head is not None  # one row, made by the migration, that nothing can delete
            while self._tree.size < head["position"]:
                page = await connection.fetch(_SQL["leaf_hashes"], self._tree.size, head["position"], _PAGE)
                for row in page:
                    if row["position"] != self._tree.size + 1:
                        break
                    self._tree.add(row["leaf_hash"])
                if not page or page[-1]["position"] != self._tree.size:
                    raise Incomplete(
                        "event {position} is missing from the log; run: designations verify",
                        position=self._tree.size + 1,
                    )
            return Checkpoint(self._origin, self._tree.size, self._tree.root)
