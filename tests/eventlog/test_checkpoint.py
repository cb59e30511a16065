"""The root of all hashes is RFC 6962's, however the tree grew."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventlog.checkpoint import Checkpoint, Checkpointer, Incomplete, NotACheckpoint, Tree, Verified, origin
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


VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "notes.json").read_text())
# What only somebody who knows the log's key, or its name, can refuse; or who asks for a signature at all.
_OF_ITS_KEY = {
    "another origin",
    "not signed at all",
    "signed by a stranger of the same name only",
    "a bit of the signature is another",
    "another size than was signed",
}


@pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda v: str(v.get("what", v["size"])))
def test_a_checkpoint_of_the_field_is_read(vector: dict[str, Any]) -> None:
    """Made by an independent program (C2SP signed notes)."""
    read = Checkpoint.parse(vector["note"])
    assert (read.size, base64.b64encode(read.root).decode()) == (vector["size"], vector["root"])


@pytest.mark.parametrize("vector", VECTORS["bad"], ids=lambda v: v["what"])
def test_another_spelling_of_a_checkpoint_is_refused(vector: dict[str, Any]) -> None:
    if vector["what"] in _OF_ITS_KEY:
        Checkpoint.parse(vector["note"])
        return
    with pytest.raises(NotACheckpoint):
        Checkpoint.parse(vector["note"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: b"\xef\xbb\xbf" + text.encode(), r"byte order mark \(BOM\)"),
        (lambda text: text.replace("\n", "\r\n").encode(), "line ends of another system"),
        (lambda text: text.encode("utf-16"), "UTF-16"),
        (lambda text: text.encode() + b"\xff\n", "not in UTF-8"),
        (lambda text: text.replace("3\n", "+3\n").encode(), "'\\+3' is no number of events"),
        (lambda text: text.replace("3\n", "-5\n").encode(), "'-5' is no number of events"),
    ],
)
def test_what_an_editor_did_to_a_kept_file_is_named(
    tmp_path: Path, change: Callable[[str], bytes], said: str
) -> None:
    file = tmp_path / "kept.txt"
    file.write_bytes(change(str(Checkpoint("designation-ledger/x", 3, bytes(32)))))
    with pytest.raises(NotACheckpoint, match=said):
        Checkpoint.read(file)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.integers(0, 40))
def test_a_verification_goes_on_where_it_was_kept(leaves: list[bytes], at: int) -> None:
    at = min(at, len(leaves))
    tree = Tree()
    for leaf in leaves[:at]:
        tree.add(leaf)
    on = Tree(tree.subtrees)
    for leaf in leaves[at:]:
        on.add(leaf)
    assert (on.size, on.root) == (len(leaves), merkle_tree_hash(leaves))


def test_what_was_verified_says_how_it_goes_on(tmp_path: Path) -> None:
    tree = Tree()
    for leaf in (b"x" * 32, b"y" * 32, b"z" * 32):
        tree.add(leaf)
    file = tmp_path / "kept.txt"
    own = Verified(Checkpoint("designation-ledger/x", 3, tree.root), tree.subtrees)
    file.write_text(str(own))
    assert Verified.read(file) == own
    assert Checkpoint.read(file) == own.checkpoint
    file.write_text(str(own.checkpoint))
    with pytest.raises(NotACheckpoint, match="verify --keep"):
        Verified.read(file)
