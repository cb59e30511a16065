"""A restore that is interrupted, in parts, or of a wrong file: nothing is opened by halves, or spoilt."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from domain.canonical import leaf_hash
from eventlog.checkpoint import Checkpoint, Checkpointer, Tree
from eventlog.committer import Committer
from eventlog.database import Connection, Database
from eventlog.embedded import Server
from eventlog.errors import NotAppended
from eventlog.integrity import verify_log
from eventlog.ledger import identity
from eventlog.log import Head, Log
from scripts import export_files
from scripts.export_files import NotRestored
from scripts.transfer import export, restore
from tests.support.city_round import opens
from tests.support.cli import Say
from tests.support.databases import fresh_database
from tests.support.exporting import ignore, stop_at
from tests.support.facts import event, notice


async def test_a_wrong_part_spoils_nothing(
    exported: tuple[Path, Checkpoint], log: Log, tmp_path: Path, server: Server, template: str
) -> None:
    path, checkpoint = exported
    part = tmp_path / "part.ndjson"
    await log.append([event(notice("more"))])
    with part.open("wb") as to:
        await export(log, to, after=23, until=24, progress=ignore)
    right = part.read_bytes()
    async with fresh_database(server, template) as database:
        await restore(database, path, ignore, unchecked=True)
        part.write_bytes(right.replace(b"more", b"less"))
        with pytest.raises(NotRestored, match="another root"):
            await restore(database, part, ignore, unchecked=True)
        async with await Log.open(database) as copy:
            assert await copy.head() == Head(23, simulated=False, restoring=False)
        part.write_bytes(right)
        assert await restore(database, part, ignore, kept=checkpoint) == 24
        async with await Log.open(database) as copy:
            assert (await copy.append([event(notice("goes on"))])).first == 25


async def test_a_later_part_waits_for_the_whole_of_the_earlier_one(
    log: Log,
    database: Database,
    tmp_path: Path,
    server: Server,
    template: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An earlier one that was interrupted: its events are here, and not all that judged them."""
    async with Committer(database, log) as committer:
        for number in range(4):
            assert (await committer.carry_out(opens(f"r{number}"))).accepted
    parts = [tmp_path / "1.ndjson", tmp_path / "2.ndjson"]
    for part, (after, until) in zip(parts, ((0, 3), (3, 5)), strict=True):
        with part.open("wb") as to:
            await export(log, to, after=after, until=until, progress=ignore)
    async with fresh_database(server, template) as other:
        monkeypatch.setattr(export_files, "BATCH", 3)
        owner = await other.connect_owner()  # the events alone, as a program of before could leave them
        whole = parts[0].read_bytes().splitlines()
        await owner.execute(
            "SELECT log.restore($1)", [line for line in whole if line.startswith(b'{"actor"')]
        )
        await owner.close()
        with pytest.raises(NotRestored, match="is not restored to its end"):
            await restore(other, parts[1], ignore, unchecked=True)
        assert await restore(other, parts[0], ignore, unchecked=True) == 3
        monkeypatch.setattr(export_files, "BATCH", 1)
        with pytest.raises(KeyboardInterrupt):
            await restore(other, parts[1], stop_at(4, of=5), unchecked=True)
        with pytest.raises(NotRestored, match="a restore of 5 events was begun and is not finished"):
            await restore(other, parts[0], ignore, unchecked=True)
        async with await Log.open(other) as copy:
            assert (await copy.head()).restoring
            assert await restore(other, parts[1], ignore, unchecked=True) == 5
            assert (await verify_log(copy.pool)).flaws == []


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (lambda kept: Checkpoint(kept.origin, 0, hashlib.sha256().digest()), "says nothing of any"),
        (
            lambda kept: Checkpoint("designation-ledger/another", kept.size, kept.root),
            "is of designation-ledger",
        ),
    ],
)
async def test_a_checkpoint_that_says_nothing_of_the_file_is_refused(
    exported: tuple[Path, Checkpoint],
    server: Server,
    template: str,
    other: Callable[[Checkpoint], Checkpoint],
    said: str,
) -> None:
    path, kept = exported
    async with fresh_database(server, template) as database:
        with pytest.raises(NotRestored, match=said):
            await restore(database, path, ignore, kept=other(kept))


async def test_what_was_begun_is_not_ended_by_a_shorter_file(
    exported: tuple[Path, Checkpoint],
    log: Log,
    tmp_path: Path,
    server: Server,
    template: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, checkpoint = exported
    shorter = tmp_path / "shorter.ndjson"
    with shorter.open("wb") as to:
        await export(log, to, after=0, until=15, progress=ignore)
    monkeypatch.setattr(export_files, "BATCH", 5)
    async with fresh_database(server, template) as database:
        with pytest.raises(KeyboardInterrupt):
            await restore(database, path, stop_at(10, of=23), unchecked=True)
        with pytest.raises(NotRestored, match="a restore of 23 events was begun and is not finished"):
            await restore(database, shorter, ignore, unchecked=True)
        async with await Log.open(database) as half:
            assert await half.head() == Head(10, simulated=False, restoring=True)
        assert await restore(database, path, ignore, unchecked=True) == 23
        async with await Log.open(database) as whole:
            assert (await verify_log(whole.pool, kept=checkpoint)).flaws == []


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("wrong", ["of another ledger", "changed at event 8", "no events at its end"])
async def test_a_wrong_longer_file_closes_nothing(
    exported: tuple[Path, Checkpoint],
    log: Log,
    tmp_path: Path,
    server: Server,
    template: str,
    monkeypatch: pytest.MonkeyPatch,
    wrong: str,
    half: bool,
) -> None:
    """Whole and true to its own end, and not what was begun, or nothing that the log takes."""
    path, checkpoint = exported
    await log.append([event(notice(f"more {number}")) for number in range(8)])
    longer = tmp_path / "longer.ndjson"
    with longer.open("wb") as to:
        await export(log, to, after=0, until=31, progress=ignore)
    *lines, _ = longer.read_bytes().splitlines()
    if wrong == "of another ledger":
        lines[0] = lines[0].replace(b"0000-0000", b"0000-0001", 1)
    elif wrong == "changed at event 8":
        lines[7] = lines[7].replace(b"act_words", b"act_wordz")
    else:
        lines[-2:] = [b'{"x":1}', b'{"y":2}']
    longer.write_bytes(b"".join([line + b"\n" for line in [*lines, _end_of(lines, checkpoint.origin)]]))
    monkeypatch.setattr(export_files, "BATCH", 5)
    async with fresh_database(server, template) as database:
        if half:
            with pytest.raises(KeyboardInterrupt):
                await restore(database, path, stop_at(10, of=23), unchecked=True)
        else:
            await restore(database, path, ignore, unchecked=True)
        with pytest.raises(NotRestored):
            await restore(database, longer, ignore, unchecked=True)
        async with await Log.open(database) as copy:
            assert await copy.head() == Head(10 if half else 23, simulated=False, restoring=half)
        assert await restore(database, path, ignore, kept=checkpoint) == 23
        async with await Log.open(database) as copy:
            assert (await verify_log(copy.pool, kept=checkpoint)).flaws == []
            assert (await copy.append([event(notice("goes on"))])).first == 24


def _end_of(events: list[bytes], origin: str, after: int = 0) -> bytes:
    tree = Tree()
    for data in events:
        tree.add(leaf_hash(data))
    checkpoint = str(Checkpoint(origin, tree.size, tree.root))
    told = {"after": after, "checkpoint": checkpoint, "events": len(events), "grounds": 0, "lacking": 0}
    return orjson.dumps({"end": told})


async def test_a_file_of_nothing_is_none(tmp_path: Path, server: Server, template: str) -> None:
    path = tmp_path / "end.ndjson"
    path.write_bytes(_end_of([], "designation-ledger/x", after=-3) + b"\n")
    nul = tmp_path / "nul.ndjson"
    nul.write_bytes(bytes(100))
    async with fresh_database(server, template) as database:
        with pytest.raises(NotRestored):
            await restore(database, path, ignore, unchecked=True)
        with pytest.raises(NotRestored):
            await restore(database, nul, ignore, unchecked=True, of_before=True)
        async with await Log.open(database) as copy:
            assert await copy.head() == Head(0, simulated=None, restoring=False)


@pytest.mark.parametrize("wrong", ["twice", "another's", "another value", "another position", "no value"])
async def test_wrong_grounds_spoil_nothing(
    log: Log, database: Database, tmp_path: Path, server: Server, template: str, wrong: str
) -> None:
    async with Committer(database, log) as committer:
        for number in range(3):
            assert (await committer.carry_out(opens(f"r{number}"))).accepted
    path = tmp_path / "log.ndjson"
    with path.open("wb") as to:
        await export(log, to, after=0, until=4, progress=ignore)
    whole = path.read_bytes().splitlines(keepends=True)
    own = [n for n, line in enumerate(whole) if line.startswith(b'{"grounds"')]
    told = orjson.loads(whole[own[1]])["grounds"]
    lines = {
        "twice": whole[own[1]] * 2,
        "another's": whole[own[0]],
        "another value": _grounds({**told, "value": base64.b64encode(b"{}").decode()}),
        "another position": _grounds({**told, "position": 2}),
        "no value": _grounds({"position": 3}),
    }
    path.write_bytes(b"".join([*whole[: own[1]], lines[wrong], *whole[own[1] + 1 :]]))
    async with fresh_database(server, template) as other:
        with pytest.raises(NotRestored, match=r"what judged event|no line of grounds"):
            await restore(other, path, ignore, unchecked=True)
        async with await Log.open(other) as copy:
            assert (await copy.head()).position == 0


def _grounds(told: dict[str, object]) -> bytes:
    return orjson.dumps({"grounds": told}) + b"\n"


async def test_what_is_lost_is_told(
    say: Say, log: Log, database: Database, admin: Connection, tmp_path: Path
) -> None:
    """By the export that lacks it, and by its restore."""
    async with Committer(database, log) as committer:
        assert (await committer.carry_out(opens())).accepted
    await admin.execute("ALTER TABLE beside.grounds DISABLE TRIGGER USER")
    await admin.execute("DELETE FROM beside.grounds")
    file = tmp_path / "log.ndjson"
    result = await asyncio.to_thread(say, "export", file)
    assert "what judged 1 events is not there: 2" in result.stderr
    assert b'"lacking":1' in file.read_bytes()
    result = await asyncio.to_thread(say, "restore", file, "--unchecked")
    assert "what judged 1 events is not there: 2" in result.stderr


async def test_half_a_ledger_is_not_exported(say: Say, log: Log, admin: Connection, tmp_path: Path) -> None:
    assert (await log.head()).position == 1
    await admin.execute("UPDATE log.head SET restoring = true")
    file = tmp_path / "log.ndjson"
    result = await asyncio.to_thread(say, "export", file)
    assert isinstance(result.exception, NotAppended)
    assert not file.exists()


async def test_sealed_values_are_looked_at_before_anything_is_restored(
    say: Say,
    exported: tuple[Path, Checkpoint],
    server: Server,
    template: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, _ = exported
    wrong = path.with_name("sealed.ndjson")
    wrong.write_text('{"salt":"00"}\n')
    async with fresh_database(server, template) as other:
        monkeypatch.setenv("LEDGER_DATABASE_URL", other.service_url)
        monkeypatch.setenv("LEDGER_OWNER_DATABASE_URL", other.owner_url)
        result = await asyncio.to_thread(say, "restore", path, "--unchecked", "--sealed", wrong)
        assert str(result.exception).endswith("line 1: no sealed value")
        async with await Log.open(other) as copy:
            assert (await copy.head()).position == 0


async def test_parts_are_restored_one_after_the_other(
    log: Log, tmp_path: Path, server: Server, template: str
) -> None:
    for number in range(9):
        await log.append([event(notice(str(number)))])
    checkpoint = await Checkpointer(log.pool, await identity(log)).checkpoint()
    parts = []
    for after, until in ((0, 4), (4, 7), (7, 10)):
        parts.append(tmp_path / f"{after}.ndjson")
        with parts[-1].open("wb") as to:
            await export(log, to, after=after, until=until, progress=ignore)
    async with fresh_database(server, template) as database:
        await restore(database, parts[0], ignore, unchecked=True)
        with pytest.raises(NotRestored, match="begins with event 8, and the database has 4"):
            await restore(database, parts[2], ignore, unchecked=True)
        for part, reached in ((parts[1], 7), (parts[1], 7), (parts[0], 4), (parts[2], 10)):
            assert await restore(database, part, ignore, unchecked=True) == reached
        async with await Log.open(database) as copy:
            assert (await verify_log(copy.pool, kept=checkpoint)).flaws == []
            assert (await copy.append([event(notice("goes on"))])).first == 11
        with parts[2].open("wb") as to:
            await log.append([event(notice("another"))])
            await export(log, to, after=10, until=11, progress=ignore)
        with pytest.raises(NotRestored, match=r"is not that of the file|in use"):
            await restore(database, parts[2], ignore, unchecked=True)


async def test_a_part_of_a_quiet_night_is_restored_as_nothing(
    exported: tuple[Path, Checkpoint], log: Log, tmp_path: Path, server: Server, template: str
) -> None:
    path, _ = exported
    quiet = tmp_path / "quiet.ndjson"
    with quiet.open("wb") as to:
        assert await export(log, to, after=23, until=23, progress=ignore) == 0
    async with fresh_database(server, template) as database:
        with pytest.raises(NotRestored, match="begins with event 24, and the database has 0"):
            await restore(database, quiet, ignore, unchecked=True)
        await restore(database, path, ignore, unchecked=True)
        assert await restore(database, quiet, ignore, unchecked=True) == 23
