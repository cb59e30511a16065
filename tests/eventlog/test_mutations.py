"""Every table changed behind the ledger's back, with the rights of the owner or of the service: `verify` says
so, or docs/verifying.md says why it cannot."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from domain.canonical import leaf_hash
from domain.kernel import Grounds
from eventlog import sealed
from eventlog.checkpoint import Checkpoint, Checkpointer
from eventlog.committer import Committer
from eventlog.database import Connection, Database
from eventlog.integrity import verify_log
from eventlog.ledger import identity
from eventlog.log import Log, append
from projections.following.checking import flaws_of_live_rows
from projections.following.projector import catch_up
from tests.support.city_round import applies, founds, opens
from tests.support.facts import designation, event
from tests.support.live_rows import live

PAGE = (Path(__file__).parents[2] / "docs" / "verifying.md").read_text(encoding="utf-8")

# By whoever may do everything: a statement, and what is said of it without a checkpoint.
BY_THE_OWNER = {
    "bytes": ("UPDATE log.events SET bytes = bytes || 'x'::bytea WHERE position = :at", "leaf hash"),
    "hash": ("UPDATE log.events SET leaf_hash = sha256('x') WHERE position = :at", "leaf hash"),
    "topic": ("UPDATE log.events SET topic = 'x' WHERE position = :at", "topic in the index"),
    "time": ("UPDATE log.events SET recorded_at = now() WHERE position = :at", "recorded_at in the index"),
    "gone": ("DELETE FROM log.events WHERE position = :at", "is missing"),
    "exchanged": (
        """UPDATE log.events SET position = 999 WHERE position = :at;
        UPDATE log.events SET position = :at WHERE position = :at + 1;
        UPDATE log.events SET position = :at + 1 WHERE position = 999""",
        "bytes say that it is event",
    ),
    "a tag gone": ("DELETE FROM log.tags WHERE position = :at AND tag LIKE 'case:%'", "index lacks its tags"),
    "a tag added": ("INSERT INTO log.tags VALUES ('subject:x', :at)", "tags that it does not carry"),
    "the head gone": ("DELETE FROM log.head", "its head is gone"),
    "a tag of nothing below all": ("INSERT INTO log.tags VALUES ('x', -1)", "is not in the log"),
    "a tag of nothing": ("INSERT INTO log.tags VALUES ('x', 999)", "is not in the log"),
    "head back": ("UPDATE log.head SET position = position - 1", "its head says"),
    "head's time": ("UPDATE log.head SET recorded_at = now() + '1 h'", "head's recorded_at"),
    "head's kind": ("UPDATE log.head SET simulated = true", "whether the ledger is simulated"),
    "restoring": ("UPDATE log.head SET restoring = true", "begun and not finished"),
    "grounds gone": ("DELETE FROM beside.grounds WHERE position = :at", "what judged it is missing"),
    "grounds changed": (
        """UPDATE beside.grounds SET value = '{"exceptions":[],"facts":[1],"searched":[]}'
        WHERE position = :at""",
        "is not what it commits to",
    ),
    "grounds' salt": (
        "UPDATE beside.grounds SET salt = '0123456789abcdef' WHERE position = :at",
        "commits to",
    ),
    "grounds of none": (
        "INSERT INTO beside.grounds VALUES (1, '0123456789abcdef', 'x')",
        "commits to nothing",
    ),
    "grounds of nothing": (
        "INSERT INTO beside.grounds VALUES (999, '0123456789abcdef', 'x')",
        "not in the log",
    ),
    "a sealed value gone": ("DELETE FROM beside.sealed_values", "is missing, and no order erased it"),
    "a sealed value changed": ("UPDATE beside.sealed_values SET value = 'x'", "is not what was sealed"),
    "a sealed value of nobody": (
        "INSERT INTO beside.sealed_values VALUES (sha256('0123456789abcdefx'), '0123456789abcdef', 'x')",
        "no event holds it",
    ),
    "an outcome of another": (
        "UPDATE beside.command_outcomes SET answer = '{\"first\": 2}' WHERE outcome = 'accepted'",
        "is said to have led to it",
    ),
    "an outcome that is no JSON": (
        """ALTER TABLE beside.command_outcomes DROP CONSTRAINT answer_is_json;
        UPDATE beside.command_outcomes SET answer = 'x'""",
        "cannot be read",
    ),
    "an outcome too deep": (
        """ALTER TABLE beside.command_outcomes DROP CONSTRAINT answer_is_json;
        UPDATE beside.command_outcomes SET answer = repeat('[', 1100) || repeat(']', 1100)""",
        "cannot be read",
    ),
}
BY_THE_SERVICE = {
    "a row changed": ("UPDATE {home}.roster SET category = 'special'", "from a rebuild: roster"),
    "a row gone": ("DELETE FROM {home}.roster", "from a rebuild: roster"),
    "a row twice": ("INSERT INTO {home}.audit_trail SELECT * FROM {home}.audit_trail", "from a rebuild"),
    "a definition": ("UPDATE projections.checkpoints SET definition = 'x'", "of another definition"),
    "a checkpoint gone": (
        "DELETE FROM projections.checkpoints WHERE model = 'roster'",
        "there are no live rows",
    ),
    "nothing is live": ("UPDATE projections.homes SET role = NULL, definition = NULL", "not made yet"),
    "another is live": (
        "UPDATE projections.homes SET definition = 'x' WHERE role = 'live'",
        "not as this program defines them",
    ),
    "a row of the future": ("UPDATE {home}.roster SET known_since = 1000", "say more than the log"),
    "a checkpoint of the future": (
        "UPDATE projections.checkpoints SET position = 1000 WHERE model = 'roster'",
        "say more than the log",
    ),
    "a failure made up": (
        "UPDATE projections.checkpoints SET failed_at = 2, failure = 'x' WHERE model = 'roster'",
        "cannot take in event 2",
    ),
}


@pytest.fixture
async def kept(log: Log, database: Database) -> Checkpoint:
    """A ledger with a case, what judged it, a sealed value and a title; its checkpoint."""
    async with Committer(database, log) as committer:
        for act in (*founds(), opens(), applies("武汉市")):
            assert (await committer.carry_out(act)).accepted
    held = sealed.Sealing()
    words = held("封存")
    stray = event(designation("深圳市"), tags={f"sealed:{words.sealed}"})
    async with log.pool.acquire() as connection, connection.transaction():
        await append(connection, [stray])
        await sealed.keep(connection, [held])
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    assert (await verify_log(log.pool)).flaws == []
    return await Checkpointer(log.pool, await identity(log)).checkpoint()


@pytest.mark.parametrize("what", BY_THE_OWNER)
async def test_what_the_owner_changes_is_found(
    log: Log, kept: Checkpoint, admin: Connection, what: str
) -> None:
    statement, said = BY_THE_OWNER[what]
    at = await admin.fetchval("SELECT position FROM log.events WHERE topic = 'application.submitted'")
    await admin.execute(statement.replace(":at", str(at)))
    flaws = [str(flaw) for flaw in (await verify_log(log.pool)).flaws]
    assert any(said in str(flaw) for flaw in flaws), flaws


@pytest.mark.parametrize("what", BY_THE_SERVICE)
async def test_what_the_service_changes_is_found(
    log: Log, kept: Checkpoint, database: Database, what: str
) -> None:
    statement, said = BY_THE_SERVICE[what]
    service = await database.connect()
    await service.execute(statement.format(home=await live(service)))
    flaws = await flaws_of_live_rows(service)
    await service.close()
    assert any(said in str(flaw) for flaw in flaws), flaws


async def test_whatever_is_made_to_fit_is_found_against_a_checkpoint(
    log: Log, kept: Checkpoint, admin: Connection
) -> None:
    """Bytes, hash, index and head: a whole log, another one."""
    row = await admin.fetchrow("SELECT position, bytes FROM log.events ORDER BY position DESC LIMIT 1")
    assert row is not None
    forged = row["bytes"].replace("来源".encode(), "他处".encode())
    assert forged != row["bytes"]
    await admin.execute(
        "UPDATE log.events SET bytes = $2, leaf_hash = $3 WHERE position = $1",
        row["position"],
        forged,
        leaf_hash(forged),
    )
    assert (await verify_log(log.pool)).flaws == []
    (flaw,) = (await verify_log(log.pool, kept=kept)).flaws
    assert "another root" in str(flaw)


async def test_a_rollback_that_is_made_to_fit_is_found_against_a_checkpoint(
    log: Log, kept: Checkpoint, admin: Connection
) -> None:
    await admin.execute("DELETE FROM log.tags WHERE position = (SELECT position FROM log.head)")
    await admin.execute("DELETE FROM log.events WHERE position = (SELECT position FROM log.head)")
    await admin.execute("DELETE FROM beside.sealed_values WHERE value = convert_to('封存', 'UTF8')")
    await admin.execute(
        "UPDATE log.head SET (position, recorded_at) = "
        "(SELECT position, recorded_at FROM log.events ORDER BY position DESC LIMIT 1)"
    )
    assert (await verify_log(log.pool)).flaws == []
    assert "at the checkpoint it had" in str((await verify_log(log.pool, kept=kept)).flaws[0])


async def test_the_service_writes_no_outcome_that_is_none(log: Log, kept: Checkpoint) -> None:
    for answer in ("x", "[]", "[" * 1_100 + "]" * 1_100, '{"a":' * 40 + "1" + "}" * 40):
        with pytest.raises(asyncpg.CheckViolationError):
            await log.pool.execute(
                "INSERT INTO beside.command_outcomes VALUES ('c', NULL, 'a', 'refused', $1, now())", answer
            )


async def test_what_cannot_be_found_is_said(log: Log, kept: Checkpoint, admin: Connection) -> None:
    await admin.execute("DELETE FROM beside.command_outcomes")
    assert (await verify_log(log.pool, kept=kept)).flaws == []
    assert "| an outcome gone | owner | **not**" in PAGE
    assert Grounds().value() == b'{"exceptions":[],"facts":[],"searched":[]}'
