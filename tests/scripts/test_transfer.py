"""Export and restore: the same bytes at the same positions, so the same root."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eventlog.checkpoint import Checkpoint
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.errors import NotAppended
from eventlog.integrity import verify_log
from eventlog.log import Log
from scripts import export_files
from scripts.export_files import NotRestored
from scripts.transfer import export, restore
from tests.support.city_round import opens
from tests.support.databases import fresh_database
from tests.support.exporting import ignore, stop_at
from tests.support.facts import event, notice


async def test_a_restored_ledger_has_the_same_root(
    exported: tuple[Path, Checkpoint], server: Server, template: str
) -> None:
    path, checkpoint = exported
    async with fresh_database(server, template) as database:
        assert await restore(database, path, ignore, unchecked=True) == 23
        async with await Log.open(database) as copy:
            report = await verify_log(copy.pool, kept=checkpoint)
            assert (report.flaws, report.root) == ([], checkpoint.root)
            assert (await copy.append([event(notice("goes on"))])).first == 24


async def test_an_interrupted_restore_goes_on(
    exported: tuple[Path, Checkpoint], server: Server, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, checkpoint = exported
    monkeypatch.setattr(export_files, "BATCH", 5)
    async with fresh_database(server, template) as database:
        with pytest.raises(KeyboardInterrupt):
            await restore(database, path, stop_at(10, of=23), unchecked=True)
        async with await Log.open(database) as half:
            assert (await half.head()).position == 10
            with pytest.raises(NotAppended, match="restore into this ledger is not finished"):
                await half.append([event(notice("too early"))])
            report = await verify_log(half.pool)
            assert "begun and not finished" in str(report.flaws[0])
            assert await restore(database, path, ignore, unchecked=True) == 23
            assert (await verify_log(half.pool, kept=checkpoint)).flaws == []


async def test_a_ledger_in_use_takes_no_restore(
    exported: tuple[Path, Checkpoint], log: Log, database: Database, server: Server, template: str
) -> None:
    path, _ = exported
    await restore(database, path, ignore, unchecked=True)  # its own export: nothing to do
    async with fresh_database(server, template) as other:
        await restore(other, path, ignore, unchecked=True)
        owner = await other.connect_owner()
        await owner.execute("UPDATE log.head SET restored = NULL")  # as if it had come to these by itself
        await owner.close()
        await log.append([event(notice("more"))])
        with path.open("wb") as to:
            await export(log, to, after=0, until=24, progress=ignore)
        with pytest.raises(NotRestored, match="in use"):
            await restore(other, path, ignore, unchecked=True)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda lines: [*lines[:5], *lines[6:-1]], "another position"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "another root"),
        (lambda lines: [*lines[:3], b"{}\n"], "event 4 lacks one of"),
        (lambda lines: [line.replace(b"\n", b"\r\n") for line in lines], "CR LF"),
        (lambda lines: [lines[0], b'{"raw":"###"}\n', *lines[1:]], "no event in base64"),
        (lambda lines: [lines[0], b'{"grounds":{"position":1}}\n', *lines[1:]], "no line of grounds"),
        (lambda lines: [*lines[:-1], lines[-1].replace(b'"after":0', b'"after":7')], "behind event 7"),
        (lambda lines: lines[1:], "begins with event 2, and the database has 0"),
        (lambda lines: lines[:-1], "ends with event 23, and no last line says"),
        (lambda lines: [*lines[:5], *lines[6:]], "22 events .* says that 23"),
        (lambda lines: [*lines[:-2], lines[-1]], "22 events .* says that 23"),
        (
            lambda lines: [*lines[:3], lines[3].replace(b"act_words", b"act_wordz"), *lines[4:]],
            "another root",
        ),
        (lambda lines: [*lines, lines[5]], "something stands behind its end"),
        (lambda lines: [*lines[:-1], lines[-1].replace(b'"events":23', b'"events":"x"')], "how it ends"),
        (lambda _lines: [], "no last line"),
    ],
)
async def test_what_is_not_an_export_is_refused(
    exported: tuple[Path, Checkpoint],
    server: Server,
    template: str,
    change: Callable[[list[bytes]], list[bytes]],
    reason: str,
) -> None:
    """And nothing of it is put in, neither into a new ledger nor into one that holds an earlier part."""
    path, _ = exported
    whole = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(change(whole)))
    async with fresh_database(server, template) as database:
        with pytest.raises(NotRestored, match=reason):
            await restore(database, path, ignore, unchecked=True)
        async with await Log.open(database) as log:
            assert (await log.head()).position == 0
        path.write_bytes(b"".join(whole))
        assert await restore(database, path, ignore, unchecked=True) == 23


async def test_a_line_that_is_not_canonical_is_put_back_as_it_was(
    exported: tuple[Path, Checkpoint], server: Server, template: str
) -> None:
    """A log that once took it is carried on, byte for byte; `verify` names it."""
    path, _ = exported
    lines = path.read_bytes().splitlines(keepends=True)[:-1]
    lines = [line.replace(b'"format":2', b'"format":1') for line in lines]  # of before files had an end
    lines[3] = lines[3].replace(b":", b": ", 1)
    path.write_bytes(b"".join(lines))
    async with fresh_database(server, template) as database:
        with pytest.raises(NotRestored, match="--of-before"):
            await restore(database, path, ignore, unchecked=True)
        await restore(database, path, ignore, unchecked=True, of_before=True)
        async with await Log.open(database) as log:
            assert [e.bytes + b"\n" async for e in log.stream()] == lines
            (flaw,) = (await verify_log(log.pool)).flaws
            assert str(flaw).startswith("event 4: its bytes are not canonical")


async def test_an_event_with_line_ends_in_it_is_carried_on(
    exported: tuple[Path, Checkpoint], tmp_path: Path, server: Server, template: str
) -> None:
    """As a door of before let it in."""
    path, _ = exported
    events = [line.replace(b'"format":2', b'"format":1') for line in path.read_bytes().splitlines()[:-1]]
    events[3] = events[3].replace(b":", b":\n ", 1)
    path.write_bytes(b"".join(map(export_files.line_of, events)))
    async with fresh_database(server, template) as one, fresh_database(server, template) as two:
        await restore(one, path, ignore, unchecked=True, of_before=True)
        again = tmp_path / "again.ndjson"
        async with await Log.open(one) as log:
            with again.open("wb") as to:
                await export(log, to, after=0, until=23, progress=ignore)
        for _ in range(2):
            await restore(two, again, ignore, unchecked=True)
        async with await Log.open(two) as copy:
            assert [event.bytes async for event in copy.stream()] == events


async def test_without_a_checkpoint_one_says_so(
    exported: tuple[Path, Checkpoint], server: Server, template: str
) -> None:
    path, checkpoint = exported
    async with fresh_database(server, template) as database:
        with pytest.raises(NotRestored, match=r"--checkpoint FILE.*--unchecked"):
            await restore(database, path, ignore)
        for other, said in (
            (Checkpoint(checkpoint.origin, 23, bytes(32)), "its root is another"),
            (Checkpoint(checkpoint.origin, 24, bytes(32)), "it has 23 events"),
        ):
            with pytest.raises(NotRestored, match=said):
                await restore(database, path, ignore, kept=other)
            async with await Log.open(database) as log:
                assert (await log.head()).position == 0
        assert await restore(database, path, ignore, kept=checkpoint) == 23


async def test_what_judged_the_events_is_part_of_the_whole(
    log: Log, database: Database, tmp_path: Path, server: Server, template: str
) -> None:
    async with Committer(database, log) as committer:
        assert (await committer.carry_out(opens())).accepted
    path = tmp_path / "log.ndjson"
    with path.open("wb") as to:
        await export(log, to, after=0, until=2, progress=ignore)
    whole = path.read_bytes()
    assert whole.count(b'{"grounds":{"position":2,') == 1
    bare = b"".join(line for line in whole.splitlines(keepends=True) if not line.startswith(b'{"grounds"'))
    path.write_bytes(bare.replace(b'"grounds":1,', b'"grounds":0,'))
    async with fresh_database(server, template) as other:
        with pytest.raises(NotRestored, match="lacks what judged 1 of its events"):
            await restore(other, path, ignore, unchecked=True)
        path.write_bytes(whole)
        assert await restore(other, path, ignore, unchecked=True) == 2
        async with await Log.open(other) as copy:
            assert (await verify_log(copy.pool)).flaws == []


async def test_a_command_of_before_the_restore_is_not_done_again(
    log: Log, database: Database, tmp_path: Path, server: Server, template: str
) -> None:
    """Outcomes are no part of the log; of what was accepted the events know enough."""
    async with Committer(database, log) as committer:
        before = await committer.carry_out(opens(), "open")
    path = tmp_path / "log.ndjson"
    with path.open("wb") as to:
        await export(log, to, after=0, until=before.answer["last"], progress=ignore)
    async with fresh_database(server, template) as other:
        await restore(other, path, ignore, unchecked=True)
        async with await Log.open(other) as restored, Committer(other, restored) as committer:
            assert await committer.carry_out(opens(), "open") == before
            assert (await restored.head()).position == before.answer["last"]
            assert (await verify_log(restored.pool)).flaws == []
