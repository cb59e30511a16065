"""The root of all hashes is RFC 6962's, however the tree grew."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventlog.checkpoint import Checkpoint, Checkpointer, Incomplete, NotACheckpoint, Tree, origin
from eventlog.database import Connection
from eventlog.ledger import identity
from eventlog.log import Log
from tests.support.facts import event, notice


def merkle_tree_hash(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    left, right = merkle_tree_hash(leaves[:k]), merkle_tree_hash(leaves[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_the_root_is_the_merkle_tree_hash(leaves: list[bytes]) -> None:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    assert (tree.size, tree.root) == (len(leaves), merkle_tree_hash(leaves))


def test_a_known_tree() -> None:
    """The reference roots of the eight leaves used by Certificate Transparency's own tests."""
    inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    tree = Tree()
    for text in inputs:
        tree.add(hashlib.sha256(b"\x00" + bytes.fromhex(text)).digest())
    assert tree.root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


async def test_a_witness_follows_a_growing_log(log: Log) -> None:
    witness = Checkpointer(log.pool, await identity(log))
    sizes = []
    for _ in range(3):
        await log.append([event(notice("x")), event(notice("y"))])
        taken = await witness.checkpoint()
        fresh = await Checkpointer(log.pool, await identity(log)).checkpoint()
        assert taken == fresh
        assert taken.origin == origin(await identity(log))
        sizes.append(taken.size)
    assert sizes == [3, 5, 7]


@pytest.mark.parametrize("position", [2, 3])
async def test_a_log_with_a_hole_has_no_root(log: Log, admin: Connection, position: int) -> None:
    await log.append([event(notice("x")), event(notice("y"))])
    await admin.execute("DELETE FROM log.events WHERE position = $1", position)
    with pytest.raises(Incomplete, match=f"event {position} is missing"):
        await Checkpointer(log.pool, await identity(log)).checkpoint()


def test_a_checkpoint_is_three_lines() -> None:
    checkpoint = Checkpoint("designation-ledger/x", 3, bytes(32))
    assert Checkpoint.parse(str(checkpoint)) == checkpoint
    assert str(checkpoint).splitlines()[1] == "3"
    for text in ("", "x", "a\nb\nc\n", "a\n3\n!!\n"):
        with pytest.raises(NotACheckpoint, match="three lines"):
            Checkpoint.parse(text)
