"""Export and restore: the same bytes at the same positions, so the same root."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eventlog.checkpoint import Checkpoint, Checkpointer
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.errors import NotAppended
from eventlog.integrity import verify_log
from eventlog.ledger import identity
from eventlog.log import Log
from scripts import transfer
from scripts.transfer import NotRestored, export, restore
from tests.support.city_round import opens
from tests.support.databases import fresh_database
from tests.support.facts import designation, event, notice


def ignore(_position: int) -> None:
    """No progress."""


@pytest.fixture
async def exported(log: Log, tmp_path: Path) -> tuple[Path, Checkpoint]:
    await log.append([event(designation(name)) for name in ("武汉市", "深圳市")])
    for number in range(20):
        await log.append([event(notice(str(number)))])
    path = tmp_path / "log.ndjson"
    with path.open("wb") as to:
        assert await export(log, to, after=0, until=23, progress=ignore) == 23
    return path, await Checkpointer(log.pool, await identity(log)).checkpoint()


async def test_a_restored_ledger_has_the_same_root(
    exported: tuple[Path, Checkpoint], server: Server, template: str
) -> None:
    path, checkpoint = exported
    async with fresh_database(server, template) as database:
        assert await restore(database, path, ignore) == 23
        async with await Log.open(database) as copy:
            report = await verify_log(copy.pool, kept=checkpoint)
            assert (report.flaws, report.root) == ([], checkpoint.root)
            assert (await copy.append([event(notice("goes on"))])).first == 24


async def test_an_interrupted_restore_goes_on(
    exported: tuple[Path, Checkpoint], server: Server, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, checkpoint = exported
    monkeypatch.setattr(transfer, "BATCH", 5)

    def stop(position: int) -> None:
        if position >= 10:
            raise KeyboardInterrupt

    async with fresh_database(server, template) as database:
        with pytest.raises(KeyboardInterrupt):
            await restore(database, path, stop)
        async with await Log.open(database) as half:
            assert (await half.head()).position == 10
            with pytest.raises(NotAppended, match="restore into this ledger is not finished"):
                await half.append([event(notice("too early"))])
            report = await verify_log(half.pool)
            assert "begun and not finished" in str(report.flaws[0])
            assert await restore(database, path, ignore) == 23
            assert (await verify_log(half.pool, kept=checkpoint)).flaws == []


async def test_a_ledger_in_use_takes_no_restore(
    exported: tuple[Path, Checkpoint], database: Database
) -> None:
    path, _ = exported
    await restore(database, path, ignore)  # its own export: nothing to do
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[-1])
    with pytest.raises(NotRestored, match="in use"):
        await restore(database, path, ignore)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda lines: [*lines[:5], *lines[6:]], "another position"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "another position"),
        (lambda lines: [*lines[:3], lines[3].replace(b":", b": ", 1)], "line 4 .* canonical"),
        (lambda lines: [*lines[:3], b"{}\n"], "envelope|lacks|null value"),
        (lambda lines: lines[1:], "another position|event 1"),
    ],
)
async def test_what_is_not_an_export_is_refused(
    exported: tuple[Path, Checkpoint],
    server: Server,
    template: str,
    change: Callable[[list[bytes]], list[bytes]],
    reason: str,
) -> None:
    path, _ = exported
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    async with fresh_database(server, template) as database:
        with pytest.raises(NotRestored, match=reason):
            await restore(database, path, ignore)


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
        await restore(other, path, ignore)
        async with await Log.open(other) as restored, Committer(other, restored) as committer:
            assert await committer.carry_out(opens(), "open") == before
            assert (await restored.head()).position == before.answer["last"]
            assert (await verify_log(restored.pool)).flaws == []
