"""Whatever is done to the log behind the ledger's back, `verify` says that and where."""

from __future__ import annotations

import pytest

from domain.canonical import leaf_hash
from domain.kernel import Event
from eventlog.checkpoint import Checkpoint, Checkpointer
from eventlog.database import Connection
from eventlog.integrity import Report, flaws_in_row, verify_log
from eventlog.ledger import identity
from eventlog.log import Log
from tests.support.facts import TESTER, designation, event, notice

EVENTS = 6


@pytest.fixture
async def kept(log: Log) -> Checkpoint:
    """A log of six events, and its checkpoint."""
    await log.append([event(designation("武汉市")), event(designation("深圳市"))])
    await log.append([event(notice(word)) for word in "abc"])
    return await Checkpointer(log.pool, await identity(log)).checkpoint()


async def verify(log: Log, kept: Checkpoint | None = None) -> tuple[Report, list[str]]:
    report = await verify_log(log.pool, kept=kept)
    return report, [str(flaw) for flaw in report.flaws]


async def test_an_untouched_log_has_no_flaw(log: Log, kept: Checkpoint) -> None:
    report, flaws = await verify(log, kept)
    assert flaws == []
    assert (report.size, report.root) == (kept.size, kept.root)


async def test_a_log_that_has_grown_still_begins_with_its_checkpoint(log: Log, kept: Checkpoint) -> None:
    await log.append([event(notice("more"))])
    report, flaws = await verify(log, kept)
    assert flaws == []
    assert report.root != kept.root


@pytest.mark.parametrize("position", range(1, EVENTS + 1))
async def test_any_flipped_byte_of_any_event_is_found(
    log: Log, kept: Checkpoint, admin: Connection, position: int
) -> None:
    """Every byte in turn, by one bit each: all as the check sees a row, some in the database."""
    row = await admin.fetchrow("SELECT * FROM log.events WHERE position = $1", position)
    assert row is not None
    data: bytes = row["bytes"]
    for index in range(len(data)):
        flipped = bytes([*data[:index], data[index] ^ (1 << index % 8), *data[index + 1 :]])
        said = str(next(flaws_in_row({**row, "bytes": flipped}, None, set())))  # type: ignore[arg-type]
        assert said == "its bytes do not have its leaf hash"
        if index % 97:
            continue
        await admin.execute("UPDATE log.events SET bytes = $2 WHERE position = $1", position, flipped)
        _, flaws = await verify(log)
        assert flaws, f"byte {index}"
        assert flaws[0].startswith(f"event {position}: its bytes do not have its leaf hash")


TAMPERINGS = {
    "drop a row": ("DELETE FROM log.events WHERE position = 3", "event 3: is missing"),
    "drop the last row": ("DELETE FROM log.events WHERE position = 6", "its head says 6 events, there are 5"),
    "drop the last row and its traces": (
        (
            "DELETE FROM log.events WHERE position = 6; DELETE FROM log.tags WHERE position = 6;"
            "UPDATE log.head SET position = 5"
        ),
        "checkpoint",
    ),
    "swap two rows": (
        (
            "UPDATE log.events SET position = 100 WHERE position = 2;"
            "UPDATE log.events SET position = 2 WHERE position = 3;"
            "UPDATE log.events SET position = 3 WHERE position = 100"
        ),
        "event 2: its bytes say that it is event 3",
    ),
    "swap two events' bytes": (
        (
            "UPDATE log.events AS e SET bytes = o.bytes FROM log.events AS o"
            " WHERE (e.position, o.position) IN ((4, 5), (5, 4))"
        ),
        "event 4: its bytes do not have its leaf hash",
    ),
    "add a row": (
        (
            "INSERT INTO log.events SELECT 7, recorded_at, topic, bytes, leaf_hash FROM log.events"
            " WHERE position = 6; UPDATE log.head SET position = 7"
        ),
        "event 7: its bytes say that it is event 6",
    ),
    "add a row in front": (
        (
            "UPDATE log.events SET position = position + 10; INSERT INTO log.events"
            " SELECT 1, recorded_at, topic, bytes, leaf_hash FROM log.events WHERE position = 12"
        ),
        "event 1: its bytes say",
    ),
    "change a tag in the index": (
        "UPDATE log.tags SET tag = 'subject:cn:310000' WHERE tag = 'subject:cn:420100'",
        "event 2: the index lacks its tags 'subject:cn:420100'",
    ),
    "drop a tag from the index": (
        "DELETE FROM log.tags WHERE tag = 'subject:cn:440300'",
        "event 3: the index lacks its tags 'subject:cn:440300'",
    ),
    "add a tag to the index": (
        "INSERT INTO log.tags VALUES ('subject:cn:310000', 2)",
        "event 2: the index has tags that it does not carry: 'subject:cn:310000'",
    ),
    "add a tag of no event": (
        "INSERT INTO log.tags VALUES ('subject:cn:310000', 99)",
        "event 99: has rows in the index",
    ),
    "change a topic in the index": (
        "UPDATE log.events SET topic = 'figures.attested' WHERE position = 4",
        "event 4: its topic in the index",
    ),
    "change a time in the index": (
        "UPDATE log.events SET recorded_at = recorded_at + interval '1 microsecond' WHERE position = 4",
        "event 4: its recorded_at in the index",
    ),
    "change a hash": (
        "UPDATE log.events SET leaf_hash = sha256('x') WHERE position = 5",
        "event 5: its bytes do not have its leaf hash",
    ),
    "add a row far away": (
        (
            "INSERT INTO log.events SELECT 4000000000, recorded_at, topic, bytes, leaf_hash"
            " FROM log.events WHERE position = 6"
        ),
        "event 7: is missing, and all up to event 3999999999",
    ),
    "call a real ledger simulated": (
        "UPDATE log.head SET simulated = true",
        "whether the ledger is simulated",
    ),
    "set the head back": ("UPDATE log.head SET recorded_at = '2020-01-01'", "its head's recorded_at"),
}


@pytest.mark.parametrize("how", TAMPERINGS)
async def test_tampering_is_found_and_placed(log: Log, kept: Checkpoint, admin: Connection, how: str) -> None:
    statements, said = TAMPERINGS[how]
    await admin.execute(statements)
    _, flaws = await verify(log, kept)
    assert any(said in flaw for flaw in flaws), flaws


async def test_bytes_and_hash_changed_together_are_found_by_a_kept_checkpoint(
    log: Log, kept: Checkpoint, admin: Connection
) -> None:
    data: bytes = await admin.fetchval("SELECT bytes FROM log.events WHERE position = 5")
    forged = data.replace(b'"act_words":"b"', b'"act_words":"z"')
    assert forged != data
    await admin.execute(
        "UPDATE log.events SET bytes = $1, leaf_hash = $2 WHERE position = 5", forged, leaf_hash(forged)
    )
    _, unnoticed = await verify(log)
    assert unnoticed == []  # nothing in the database disagrees: this is what checkpoints are for
    _, flaws = await verify(log, kept)
    assert flaws == ["the log: its first 6 events are not those of the checkpoint: another root"]


async def test_a_checkpoint_of_another_ledger_is_told(log: Log, kept: Checkpoint) -> None:
    other = Checkpoint("designation-ledger/another", kept.size, kept.root)
    _, flaws = await verify(log, other)
    assert "the checkpoint is of designation-ledger/another" in flaws[0]


async def test_an_event_that_this_program_cannot_read_is_told(log: Log) -> None:
    await log.append([Event("strange.topic", frozenset(), {}, TESTER)])
    _, flaws = await verify(log)
    assert "event 2: this program cannot read it" in flaws[0]
