"""A log that stands ahead of the true time: everything is refused, and founded anew it goes on."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.events import FoundedAnew, LedgerOpened, decode
from eventlog import log as log_module
from eventlog.checkpoint import Checkpoint
from eventlog.committer import Committer
from eventlog.database import Connection, Database
from eventlog.embedded import Server
from eventlog.errors import ClockRefused
from eventlog.integrity import verify_log
from eventlog.ledger import identity
from eventlog.log import Log
from scripts.export_files import NotRestored
from scripts.refounding import founded_anew
from tests.support.city_round import opens
from tests.support.cli import Say, run
from tests.support.databases import fresh_database
from tests.support.facts import event, notice

AHEAD = timedelta(hours=1)


@pytest.mark.parametrize("apart", [AHEAD, -AHEAD])
async def test_two_clocks_that_differ_record_nothing(
    log: Log, database: Database, monkeypatch: pytest.MonkeyPatch, apart: timedelta
) -> None:
    """As if the database's clock had jumped: it stands apart from that of the process that asks."""
    ours = log_module.own_clock
    for module in ("eventlog.log", "eventlog.committer"):
        monkeypatch.setattr(f"{module}.own_clock", lambda: ours() - apart)
    with pytest.raises(ClockRefused, match="more than a minute apart"):
        await log.append([event(notice("x"))])
    async with Committer(database, log) as committer:
        with pytest.raises(ClockRefused, match="more than a minute apart"):
            await committer.carry_out(opens(), "open")
        monkeypatch.undo()
        assert (await committer.carry_out(opens(), "open")).answer["first"] == 2


async def test_a_log_ahead_of_its_time_is_founded_anew(
    say: Say,
    log: Log,
    database: Database,
    admin: Connection,
    tmp_path: Path,
    server: Server,
    template: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for word in "abc":
        await log.append([event(notice(word))])
    kept = tmp_path / "kept.txt"
    kept.write_text(await run(say, "checkpoint"))
    before = [e.bytes for e in await log.read()]
    await admin.execute("SELECT * FROM log.append($1, $2)", *_in_the_future())
    await admin.execute("UPDATE log.head SET recorded_at = now() + interval '5 years'")
    with pytest.raises(ClockRefused, match=r"behind the newest event.*docs/clock\.md"):
        await log.append([event(notice("never"))])
    file = tmp_path / "before.ndjson"
    await run(say, "export", file, "--as-known", "4")
    old = await identity(log)
    async with fresh_database(server, template) as other:
        monkeypatch.setenv("LEDGER_DATABASE_URL", other.service_url)
        monkeypatch.setenv("LEDGER_OWNER_DATABASE_URL", other.owner_url)
        part = tmp_path / "before.ndjson.anew"
        wrong = await asyncio.to_thread(founded_anew, file, part, "another reason")
        begun = await asyncio.to_thread(founded_anew, file, part, "时钟误置")
        assert begun.id != wrong.id, "another reason, another ledger"
        await run(say, "refound", file, "--reason", "时钟误置", "--checkpoint", kept)
        assert not part.exists()
        async with await Log.open(other) as anew:
            events = await anew.read()
            assert [e.bytes for e in events[1:]] == before[1:]
            opened = decode(events[0].topic, events[0].data)
            assert isinstance(opened, LedgerOpened)
            assert isinstance(opened.anew, FoundedAnew)
            assert (opened.anew.of, opened.anew.reason) == (old.id, "时钟误置")
            assert Checkpoint.parse(opened.anew.checkpoint) == Checkpoint.read(kept)
            assert (await identity(anew)).id == opened.ledger == begun.id != old.id
            assert (await verify_log(anew.pool)).flaws == []
            assert (await anew.append([event(notice("goes on"))])).first == 5
            told = json.loads(await run(say, "verify", "--json"))
            assert told["size"] == 5


def _in_the_future() -> tuple[list[str], list[str]]:
    spelled = event(notice("x")).spelled(bytes(16))
    return [spelled.before], [spelled.after]


async def test_only_a_whole_export_is_founded_anew(say: Say, log: Log, tmp_path: Path) -> None:
    await log.append([event(notice("a"))])
    file = tmp_path / "log.ndjson"
    await run(say, "export", file)
    lines = file.read_bytes().splitlines(keepends=True)
    for cut in (lines[:-1], [lines[0], lines[2]], [*lines, lines[1]]):
        file.write_bytes(b"".join(cut))
        with pytest.raises(NotRestored):
            await asyncio.to_thread(founded_anew, file, tmp_path / "anew", "x")
    file.write_bytes(b"".join(lines))
    other = Checkpoint("designation-ledger/x", 1, bytes(32))
    with pytest.raises(NotRestored, match="kept checkpoint"):
        await asyncio.to_thread(founded_anew, file, tmp_path / "anew", "x", other)
    for reason in ("", " ", "x" * 2_001, "\udcff", "e\u0301"):
        with pytest.raises(NotRestored, match="a reason is words"):
            await asyncio.to_thread(founded_anew, file, tmp_path / "anew", reason)
    for odd in (b"", b"{}\n", b"[]\n", lines[0], b"\xff"):
        (tmp_path / "anew").write_bytes(odd)
        with pytest.raises(NotRestored, match="stands where the new ledger"):
            await asyncio.to_thread(founded_anew, file, tmp_path / "anew", "x")
    assert datetime.now(UTC) > (await log.read())[0].recorded_at
