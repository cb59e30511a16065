"""A checkpoint: how long the log was, and the one root of all its hashes then (RFC 6962, 2.1).

Whoever keeps one can later tell whether the log still begins with what it was: any rewriting, even
with every hash in the database made to fit, gives another root. Its text is the body of a C2SP
tlog-checkpoint: origin, size in decimal, root in base64, a line each.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log was when it had `size` events."""

    origin: str  # designation-ledger/<ledger id>
    size: int
    root: bytes  # 32

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @staticmethod
    def parse(text: str) -> Checkpoint:
        """Raises NotACheckpoint."""
        try:
            origin, size, root, *_ = text.splitlines()
            return Checkpoint(origin, int(size), base64.b64decode(root, validate=True))
        except ValueError:
            raise NotACheckpoint(
                "a checkpoint has three lines: its origin, the number of events, the root in base64"
            ) from None


class Tree:
    """A Merkle tree that only grows: the roots of its perfect subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[tuple[int, bytes]] = []  # leaves, root

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
            return hashlib.sha256().digest()
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
                        f"event {self._tree.size + 1} is missing from the log; run: designations verify"
                    )
            return Checkpoint(self._origin, self._tree.size, self._tree.root)
