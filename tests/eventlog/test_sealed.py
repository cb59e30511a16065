"""What may have to be erased stands beside the log; erased, nothing else changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.commands import ConfirmErasure, Erase, LodgeObjection
from domain.documents import stated
from domain.events import Correction, SealedValueErased, commitments
from domain.kernel import Document, Event
from eventlog import sealed
from eventlog.batch import Outcome
from eventlog.checkpoint import Checkpointer
from eventlog.committer import Committer
from eventlog.database import Connection, Database
from eventlog.embedded import Server
from eventlog.integrity import verify_log
from eventlog.ledger import identity
from eventlog.log import Log
from projections.following import projector
from projections.following.comparing import difference_from_rebuild
from scripts.export_files import NotRestored
from scripts.transfer import export, export_sealed, restore, restore_sealed, sealed_in
from tests.support.city_round import (
    ADMINISTRATOR,
    MINISTRY,
    applies,
    case,
    city,
    defence,
    form,
    founds,
    notice,
    opens,
    proposes,
    review,
)
from tests.support.databases import fresh_database
from tests.support.facts import approval

ORDER = Document(number="（2026）京01行初1号", title="行政裁定书")
NAME = "深圳市"
WORDS = "数据不实，另有材料。"


@pytest.fixture
async def committer(database: Database, log: Log) -> AsyncIterator[Committer]:
    async with Committer(database, log) as committer:
        yield committer


@pytest.fixture
async def objection(committer: Committer) -> Outcome:
    """A case brought to its notice, and an objection to it with words, author and a file."""
    for act in (
        *founds(),
        opens(),
        applies(NAME),
        form(NAME),
        review(NAME),
        defence(NAME),
        proposes(NAME),
        notice(NAME, until="2199-01-01"),
    ):
        assert (await committer.carry_out(act)).accepted, act
    return await committer.carry_out(
        LodgeObjection(
            actor=city("武汉市"),
            case=case(NAME),
            words=WORDS,
            author="某单位",
            attachments=(b"%PDF \x00\xff",),
        )
    )


async def erase(committer: Committer, commitment: str) -> Outcome:
    """By two people, on one order."""
    asks = Erase(actor=ADMINISTRATOR, basis=ORDER, sealed=commitment)
    confirms = ConfirmErasure(actor=MINISTRY, basis=ORDER, sealed=commitment)
    for act in (asks, confirms):
        outcome = await committer.carry_out(act)
        assert outcome.accepted, outcome
    return outcome


async def values(log: Log, outcome: Outcome) -> list[str]:
    """The commitments of the objection: its file, its author, its words."""
    (event,) = await log.read(after=outcome.answer["first"] - 1, limit=1)
    assert WORDS.encode() not in event.bytes
    return sorted(commitments(event.data), key=lambda text: list(commitments(event.data)).index(text))


async def flaws(log: Log) -> list[str]:
    return [str(flaw) for flaw in (await verify_log(log.pool)).flaws]


async def test_values_stand_beside_the_log(log: Log, objection: Outcome) -> None:
    held = await values(log, objection)
    assert list((await sealed.opened(log.pool, held)).values()) != []
    assert {bytes(v) for v in (await sealed.opened(log.pool, held)).values()} == {
        WORDS.encode(),
        "某单位".encode(),
        b"%PDF \x00\xff",
    }
    assert await flaws(log) == []


async def test_an_erasure_is_an_event_and_changes_nothing_else(
    committer: Committer, log: Log, database: Database, objection: Outcome
) -> None:
    held = await values(log, objection)
    before = await Checkpointer(log.pool, await identity(log)).checkpoint()
    connection = await database.connect()
    await projector.catch_up(connection)
    outcome = await erase(committer, held[0])
    assert held[0] not in await sealed.opened(log.pool, held)
    assert len(await sealed.opened(log.pool, held)) == len(held) - 1
    (event,) = await log.read(after=outcome.answer["first"] - 1)
    assert (event.topic, event.basis) == ("sealed-value.erased", stated(ORDER))
    assert event.data == {"sealed": held[0], "event": objection.answer["first"]}
    assert await flaws(log) == []
    report = await verify_log(log.pool, kept=before)
    assert report.flaws == [], "the log is the one of the checkpoint, and one event longer"
    await projector.catch_up(connection)
    assert await difference_from_rebuild(connection) is None
    await connection.close()


async def test_nothing_is_erased_without_its_event(log: Log, objection: Outcome) -> None:
    """The service may call erase; without an order in the log it erases nothing."""
    held = await values(log, objection)
    for position in range(1, objection.answer["last"] + 2):
        assert not await log.pool.fetchval("SELECT beside.erase($1)", position)
    assert len(await sealed.opened(log.pool, held)) == len(held)


async def test_only_an_administrator_with_an_order_asks_and_nobody_confirms_before(
    committer: Committer, log: Log, objection: Outcome
) -> None:
    held = await values(log, objection)
    for act, rule in (
        (Erase(actor=MINISTRY, basis=ORDER, sealed=held[0]), "H-1"),
        (Erase(actor=ADMINISTRATOR, sealed=held[0]), "H-3"),
        (Erase(actor=ADMINISTRATOR, basis=ORDER, sealed="0" * 64), "H-2"),
        (ConfirmErasure(actor=MINISTRY, basis=ORDER, sealed=held[0]), "H-2"),
    ):
        outcome = await committer.carry_out(act)
        assert [broken["rule"] for broken in outcome.answer["broken"]] == [rule]


async def test_a_value_whose_event_was_corrected_can_be_erased(
    committer: Committer, log: Log, objection: Outcome
) -> None:
    held = await values(log, objection)
    annul = Correction("annul", objection.answer["first"])
    await log.append([approval(annul, await log.read(limit=100))])
    assert (await erase(committer, held[0])).accepted
    assert held[0] not in await sealed.opened(log.pool, held)


async def test_an_erasure_without_its_document_or_its_event_erases_nothing(
    log: Log, objection: Outcome
) -> None:
    """Whoever has got hold of the service's connection still needs an order in the log."""
    held = await values(log, objection)
    for fact, basis in (
        (SealedValueErased(sealed=held[0], event=objection.answer["first"]), None),
        (SealedValueErased(sealed=held[0], event=1), ORDER),
    ):
        forged = Event(fact.topic, fact.tags(), fact.as_data(), ADMINISTRATOR, basis)
        appended = await log.append([forged])
        assert not await log.pool.fetchval("SELECT beside.erase($1)", appended.first)
    assert held[0] in await sealed.opened(log.pool, held)


async def test_no_guess_of_an_erased_value_can_be_confirmed(
    committer: Committer, log: Log, objection: Outcome
) -> None:
    """The digest of what was asked for goes with the value."""
    held = await values(log, objection)
    digest = "SELECT digest IS NOT NULL FROM beside.command_outcomes WHERE command = $1"
    assert await log.pool.fetchval(digest, objection.command)
    await erase(committer, held[0])
    assert not await log.pool.fetchval(digest, objection.command)
    assert await committer.outcome(objection.command) == objection


async def test_a_changed_missing_or_stray_value_is_found(
    log: Log, objection: Outcome, admin: Connection
) -> None:
    held = await values(log, objection)
    at = f"event {objection.answer['first']}"
    first, second, _ = held
    await admin.execute(
        "UPDATE beside.sealed_values SET value = 'other' WHERE commitment = $1", bytes.fromhex(first)
    )
    assert await flaws(log) == [f"{at}: the sealed value {first} is not what was sealed"]
    await admin.execute(
        "DELETE FROM beside.sealed_values WHERE commitment = ANY ($1::bytea[])",
        [bytes.fromhex(first), bytes.fromhex(second)],
    )
    assert await flaws(log) == [
        f"{at}: its sealed value {text} is missing, and no order erased it"
        for text in sorted((first, second))
    ]
    await admin.execute("SELECT beside.keep(ARRAY[decode(repeat('00', 16), 'hex')], ARRAY['x'::bytea])")
    assert not any("no event holds it" in flaw for flaw in await flaws(log)), "it is not kept"
    await put(admin, bytes(16), b"x")
    assert any("no event holds it" in flaw for flaw in await flaws(log))


async def put(admin: Connection, salt: bytes, value: bytes) -> None:
    """A value put into the table past its function."""
    await admin.execute(
        "INSERT INTO beside.sealed_values SELECT sha256($1::bytea || $2::bytea), $1, $2", salt, value
    )


async def test_an_erased_value_that_comes_back_is_found(
    committer: Committer, log: Log, objection: Outcome, admin: Connection
) -> None:
    held = await values(log, objection)
    row = await admin.fetchrow(
        "SELECT salt, value FROM beside.sealed_values WHERE commitment = $1", bytes.fromhex(held[0])
    )
    assert row is not None
    await erase(committer, held[0])
    await log.pool.execute("SELECT beside.keep($1, $2)", [row["salt"]], [row["value"]])
    assert await flaws(log) == [], "what was ordered to be erased is not kept again"
    await put(admin, row["salt"], row["value"])
    assert any("ordered to be erased, and is there" in flaw for flaw in await flaws(log))


async def test_values_travel_in_a_file_of_their_own(
    log: Log, objection: Outcome, tmp_path: Path, server: Server, template: str
) -> None:
    held = await values(log, objection)
    log_file, sealed_file = tmp_path / "log.ndjson", tmp_path / "sealed.ndjson"
    with log_file.open("wb") as to:
        await export(log, to, after=0, until=objection.answer["last"], progress=lambda _: None)
    with sealed_file.open("wb") as to:
        assert await export_sealed(log, to) == 8, "five conditions, and the objection's three"
    async with fresh_database(server, template) as other:
        await restore(other, log_file, lambda _: None, unchecked=True)
        async with await Log.open(other) as restored:
            assert len(await flaws(restored)) == 8, "without the values each is missed"
            assert await restore_sealed(other, sealed_in(sealed_file)) == 8
            assert await flaws(restored) == []
            assert await sealed.opened(restored.pool, held) == await sealed.opened(log.pool, held)
        sealed_file.write_bytes(sealed_file.read_bytes().replace(b'"value":"', b'"value":"AAAA', 1))
        with pytest.raises(NotRestored, match="line 1: the value is not what was sealed"):
            await restore_sealed(other, sealed_in(sealed_file))
