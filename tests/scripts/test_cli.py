"""The command line, as its users type it."""

from __future__ import annotations

import json
from pathlib import Path

from domain.events import Correction
from eventlog.database import Connection
from eventlog.log import Log
from tests.support.cli import Say, run
from tests.support.facts import approval, designation, event, replacing
from tests.support.live_rows import live


async def test_a_ledger_is_opened_once(say: Say) -> None:
    assert len((await run(say, "open", "城市")).strip()) == 36
    await run(say, "open", "城市", code=1)


async def test_replay_shows_corrections_beside_what_they_replaced(say: Say, log: Log) -> None:
    await log.append([event(designation("武汉市"))])
    target = (await log.read(after=1))[0]
    right = designation("武汉市", category="special")
    correction = Correction("amend", 2, replacing(right, "2022-01-26"))
    await log.append([approval(correction, [target])])
    table = await run(say, "replay", "武汉")
    assert "综合型" in table
    assert "corrected by event 3" in table
    assert "2 (by 3)" in table
    english = await run(say, "replay", "420100", "--language", "en")
    assert "special" in english
    answer = json.loads(await run(say, "replay", "武汉市", "--format", "json"))
    assert answer["subject"]["id"] == "cn:420100"
    assert [e["event"] for e in answer["history"]] == [2, 2, 3]
    then = await run(say, "replay", "武汉市", "--format", "ndjson", "--as-known", "2")
    assert json.loads(then.splitlines()[0])["position"] == 2
    assert [json.loads(line)["data"]["category"] for line in then.splitlines()] == ["comprehensive"]


async def test_replay_of_nothing_is_exit_code_1(say: Say, log: Log) -> None:
    await run(say, "replay", "长沙", code=1)
    await run(say, "replay", "亚特兰蒂斯", code=1)


async def test_verify_and_checkpoint(say: Say, log: Log, admin: Connection, tmp_path: Path) -> None:
    await log.append([event(designation("武汉市"))])
    kept = tmp_path / "kept"
    kept.write_text(await run(say, "checkpoint"))
    taken = json.loads(await run(say, "checkpoint", "--json"))
    assert taken["size"] == 2
    good = await run(say, "verify", "--checkpoint", kept)
    assert "2 events" in good
    assert "no flaw, and against the checkpoint at 2" in good
    await admin.execute(f"UPDATE {await live(admin)}.roster SET category = 'special'")
    bad = json.loads(await run(say, "verify", "--json", code=1))
    assert bad["flaws"][0].startswith("read models differ from a rebuild: roster")
    await run(say, "rebuild", code=1)  # it says that the live rows differ
    assert "was interrupted" in await run(say, "rebuild", "--status")
    assert "differed" in await run(say, "rebuild", "--anyway")
    await run(say, "rebuild", "--back")
    await run(say, "verify", code=1)
    await run(say, "rebuild", "--back")
    await run(say, "rebuild", "--forget")
    assert "no rebuild" in await run(say, "rebuild", "--status")
    await run(say, "rebuild", "--cancel", code=1)
    await run(say, "verify")
    await admin.execute("UPDATE log.tags SET tag = 'x' WHERE tag = 'subject:cn:420100'")
    bad = json.loads(await run(say, "verify", "--json", code=1))
    assert "event 2: the index lacks its tags subject:cn:420100" in bad["flaws"]


async def test_export_to_a_file_and_to_standard_output(say: Say, log: Log, tmp_path: Path) -> None:
    await log.append([event(designation("武汉市"))])
    file = tmp_path / "log.ndjson"
    await run(say, "export", file)
    stored = [e.bytes for e in await log.read()]
    assert file.read_bytes().splitlines() == stored
    assert (await run(say, "export", file, "--after", "1")).strip() == "1 events of the ledger “test” written"
    assert file.read_bytes().splitlines() == stored[1:]


async def test_import_counts_what_is_new(say: Say, log: Log, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text(
        "programme,round,measure,measure_words,category,province,value,stated,stated_words,document,"
        "document_title,issuer,signed,published,source,source_where,note\n"
        "city-2019,2021,selected,,special,,5,2022-01-25,,,,,,,来源,,\n"
    )
    assert "1 of 1 lines are new; nothing recorded" in await run(say, "import", file, "--dry-run")
    assert "1 of 1 lines recorded: events 2 to 2" in await run(say, "import", file)
    assert "nothing new: all 1 lines" in await run(say, "import", file)
    file.write_text("x\n")
    await run(say, "import", file, code=1)


async def test_help_is_worth_reading(say: Say) -> None:
    text = await run(say, "--help")
    for command in (
        "run",
        "serve",
        "migrate",
        "open",
        "import",
        "replay",
        "rebuild",
        "export",
        "restore",
        "checkpoint",
        "verify",
        "server",
        "why",
        "erase",
        "demo",
    ):
        assert command in text
