"""The command line, as its users type it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from domain.events import Correction
from eventlog.checkpoint import NotACheckpoint, Verified
from eventlog.database import Connection, Database
from eventlog.log import Log
from scripts import cli
from tests.support.cli import Say, run
from tests.support.facts import approval, designation, event, replacing
from tests.support.live_rows import live


async def test_a_ledger_is_opened_once(say: Say) -> None:
    assert len((await run(say, "open", "城市")).strip()) == 36
    await run(say, "open", "城市", code=1)


@pytest.mark.parametrize("command", ["serve", "run"])
def test_a_server_that_cannot_serve_says_so_in_one_sentence(command: str, database: Database) -> None:
    """serve: no ledger is opened; run: the port is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [Path(sys.prefix) / "bin" / "designations", command, "--port", str(taken.getsockname()[1])],
            env={
                **os.environ,
                "LEDGER_DATABASE_URL": database.service_url,
                "LEDGER_OWNER_DATABASE_URL": database.owner_url,
                "LEDGER_LANGUAGE": "en",
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    wanted = {"serve": "designations open NAME", "run": "choose another address"}
    assert wanted[command] in last, done.stderr


async def test_replay_shows_corrections_beside_what_they_replaced(say: Say, log: Log) -> None:
    await log.append([event(designation("武汉市"))])
    target = (await log.read(after=1))[0]
    right = designation("武汉市", category="special")
    correction = Correction("amend", 2, replacing(right, "2022-01-26"))
    await log.append([approval(correction, [target])])
    table = await run(say, "--language", "zh", "replay", "武汉")
    assert "综合型" in table
    assert "已由事件3更正" in table
    assert "2 (见3)" in table
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
    assert "event 2: the index lacks its tags “subject:cn:420100”" in bad["flaws"]


async def test_export_to_a_file_and_to_standard_output(say: Say, log: Log, tmp_path: Path) -> None:
    await log.append([event(designation("武汉市"))])
    file = tmp_path / "log.ndjson"
    await run(say, "export", file)
    stored = [e.bytes for e in await log.read()]
    *lines, end = file.read_bytes().splitlines()
    assert lines == stored
    assert json.loads(end)["end"]["checkpoint"] == await run(say, "checkpoint")
    assert file.stat().st_mode & 0o777 == 0o600
    assert (await run(say, "export", file, "--after", "1")).strip() == "1 events of the ledger “test” written"
    assert file.read_bytes().splitlines()[:-1] == stored[1:]


async def test_an_export_that_fails_leaves_the_last_one(say: Say, database: Database, tmp_path: Path) -> None:
    """No ledger is opened there."""
    file = tmp_path / "log.ndjson"
    file.write_bytes(b"the good one")
    await run(say, "export", file, code=1)
    assert file.read_bytes() == b"the good one"
    assert not (tmp_path / ".log.ndjson.part").exists()


async def test_verify_says_first_what_concerns_the_whole(
    say: Say, log: Log, admin: Connection, tmp_path: Path
) -> None:
    """Thirty flaws hide no rollback; a checkpoint that compares nothing is refused."""
    await log.append([event(designation("武汉市"), tags={f"x:{n}"}) for n in range(30)])
    kept = tmp_path / "kept"
    kept.write_text(await run(say, "checkpoint"))
    await run(say, "verify", "--checkpoint", kept)
    await admin.execute(
        "DELETE FROM log.events WHERE position = 31; DELETE FROM log.tags WHERE tag LIKE 'x:%'"
    )
    bad = json.loads(await run(say, "verify", "--checkpoint", kept, "--json", code=1))
    assert bad["flaws"][0] == "the log: it has 30 events; at the checkpoint it had 31"
    assert (len(bad["flaws"]), bad["more"]) == (22, 10)
    for size in ("0", "-5", "+31", "x"):
        origin, _, root = kept.read_text().splitlines()
        (tmp_path / "none").write_text(f"{origin}\n{size}\n{root}\n")
        result = await asyncio.to_thread(say, "verify", "--checkpoint", tmp_path / "none")
        assert isinstance(result.exception, NotACheckpoint)
        assert "no flaw" not in result.output


async def test_verify_goes_on_from_what_was_verified(
    say: Say, log: Log, admin: Connection, tmp_path: Path
) -> None:
    await log.append([event(designation("武汉市"))])
    own = tmp_path / "own"
    await run(say, "verify", "--keep", own)
    await log.append([event(designation("深圳市"))])
    assert "3 events" in await run(say, "verify", "--since", own, "--keep", own)
    assert own.read_text().splitlines()[1] == "3"
    await run(say, "verify", "--since", own, "--checkpoint", own, code=2)
    await admin.execute("UPDATE log.events SET recorded_at = recorded_at + interval '1 s' WHERE position = 2")
    await run(say, "verify", "--since", own)  # it reads only what is new
    await run(say, "verify", code=1)
    await admin.execute("UPDATE log.events SET recorded_at = recorded_at - interval '1 s' WHERE position = 2")
    kept = Verified.read(own)
    forged = Verified(replace(kept.checkpoint, origin="designation-ledger/other"), kept.subtrees)
    own.write_text(str(forged))
    assert "the checkpoint is of designation-ledger/other" in await run(say, "verify", "--since", own, code=1)
    own.write_text(str(kept))
    await admin.execute("DELETE FROM log.tags WHERE position = 3")
    await admin.execute("DELETE FROM log.events WHERE position = 3")
    for head in (3, 2, 0):  # whatever is made to fit
        await admin.execute("UPDATE log.head SET position = $1", head)
        said = await run(say, "verify", "--since", own, code=1)
        assert "event 3, the last that was verified, is gone" in said
        assert "it has 2 events; at the checkpoint it had 3" in said


async def test_a_forged_roster_is_not_hidden_by_another_definition(
    say: Say, log: Log, admin: Connection, database: Database
) -> None:
    """All of it is within the rights of the service."""
    await log.append([event(designation("武汉市"))])
    await run(say, "verify")
    service = await database.connect()
    home = await live(service)
    await service.execute(f"UPDATE {home}.roster SET category = 'special'")
    await service.execute("UPDATE projections.checkpoints SET definition = 'x' WHERE model = 'roster'")
    assert "the live rows of roster say that they are of another definition" in await run(
        say, "verify", code=1
    )
    assert "another definition" in str((await asyncio.to_thread(say, "rebuild")).exception)
    await service.execute("DELETE FROM projections.checkpoints WHERE model = 'roster'")
    assert "of roster there are no live rows" in await run(say, "verify", code=1)
    await service.execute("UPDATE projections.homes SET role = NULL, definition = NULL WHERE role = 'live'")
    assert "not made yet" in await run(say, "verify", code=1)
    await service.close()


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


async def test_a_run_takes_the_lists_in_once(say: Say, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was corrected of them since is left alone."""
    monkeypatch.setattr(cli, "serve", lambda _host, _port: None)
    assert "lines recorded" in await run(say, "run")
    head = (await log.head()).position
    target = next(e for e in await log.read() if e.topic == "historical-designation.recorded")
    await log.append([approval(Correction("annul", target.position), [target])])
    assert "no list is taken in again" in await run(say, "run")
    assert (await log.head()).position == head + 1


async def test_a_roster_by_category_tells_apart_what_no_source_says(
    say: Say, log: Log, tmp_path: Path
) -> None:
    await log.append([event(designation("武汉市")), event(designation("襄阳市", category=None))])
    asked = ("roster", "city-2019", "--category", "comprehensive")
    answer = json.loads((await run(say, *asked, "--json")).splitlines()[-1])
    assert [t["subject"]["id"] for t in answer["titles"]] == ["cn:420100"]
    assert [t["subject"]["id"] for t in answer["unknown"]["titles"]] == ["cn:420600"]
    sheet = tmp_path / "roster.csv"
    await run(say, *asked, "--to", sheet)
    lines = sheet.read_text(encoding="utf-8-sig")
    assert "cn:420100" in lines
    assert "cn:420600" in lines


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


async def test_a_roster_is_asked_for_in_the_same_words_as_over_http(say: Say, log: Log) -> None:
    for name, held_until in (("武汉市", None), ("深圳市", "2022-12-31"), ("长沙市", None)):
        await log.append([event(designation(name, held_until=held_until))])

    async def names(*asked: str) -> list[str]:
        told = json.loads(await run(say, "roster", "city-2019", "--as-of", "2023-06-01", "--json", *asked))
        return [title["subject"]["name"] for title in told["titles"]]

    assert await names() == ["武汉市", "长沙市", "深圳市"], "by designation"
    assert await names("--status", "held") == ["深圳市"]
    assert await names("--sort", "province") == ["武汉市", "长沙市", "深圳市"]
    assert await names("--subject", "深圳") == ["深圳市"]
    assert await names("--province", "湖南") == ["长沙市"]
    for option, wrong in (("--category", "none-such"), ("--field", "none-such"), ("--province", "武汉市")):
        await run(say, "roster", "city-2019", option, wrong, code=1)
        await run(say, "diff", "city-2019", "--from", "@2", "--to", "@3", option, wrong, code=1)


async def test_a_table_and_a_verdict_speak_the_language_that_is_asked_for(say: Say, log: Log) -> None:
    await log.append([event(designation("武汉市"))])
    table = await run(say, "roster", "city-2019", "--language", "zh")
    for words in ("台账“test”，位置2", "轮次", "主体", "类别", "状态", "现持有", "综合型"):
        assert words in table
    assert "没有缺陷" in await run(say, "verify", "--language=zh")
    told = await run(say, "roster", "city-2020", "--language", "zh", code=1)
    assert told == ""
