"""The command line does what an operator needs: acts, tokens, quotas, publicity, obligations, sheets."""

from __future__ import annotations

import asyncio
import csv
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from eventlog.database import Database
from eventlog.log import Log
from projections.asking.tokens import digest_of
from scripts.acting import NotDone
from tests.support.city_round import applies, opens
from tests.support.cli import Say, run
from tests.support.every_act import body_of


def written(folder: Path, name: str, body: dict[str, object]) -> Path:
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"command": name, **body}, ensure_ascii=False))
    return file


async def token_of(say: Say, principal: str, role: str, unit: str = "miit") -> str:
    told = await run(
        say, "token", "create", principal, "--role", role, "--unit", unit, "--until", "2199-12-31", "--json"
    )
    return str(json.loads(told)["token"])


async def test_an_act_from_a_file_is_its_tokens(
    say: Say, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = written(tmp_path, "open-round", body_of(opens()))
    assert "not for an administrator" in str(await _failed(say, "act", opening))
    monkeypatch.setenv("LEDGER_TOKEN", await token_of(say, "p-1", "ministry"))
    told = json.loads(await run(say, "act", opening, "--key", "k", "--json"))
    assert (told["outcome"], told["command"]) == ("accepted", "p-1 k")
    again = json.loads(await run(say, "act", opening, "--key", "k", "--json"))
    assert again == told
    refused = json.loads(await run(say, "act", opening, "--json", code=1))
    assert {b["rule"] for b in refused["broken"]} == {"L-1"}
    assert "L-1" in str(await _failed(say, "act", opening))
    (event,) = [e async for e in log.stream() if e.topic == "round.opened"]
    assert event.actor == {"principal": "p-1", "role": "ministry", "unit": "miit"}


async def _failed(say: Say, *words: object) -> BaseException:
    result = await asyncio.to_thread(say, *words)
    assert isinstance(result.exception, NotDone | LookupError), result.output
    return result.exception


async def test_a_file_that_is_no_act_says_why(say: Say, log: Log, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert "cannot be read as JSON" in await run(say, "act", bad, code=2)
    assert "open-round" in await run(say, "act", written(tmp_path, "x", {}), code=2)
    wrong = written(tmp_path, "apply", {**body_of(applies("深圳市")), "channel": "post"})
    assert "channel" in await run(say, "act", wrong, code=2)


async def test_tokens_are_created_listed_and_revoked(
    say: Say, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await token_of(say, "p-1", "reviewer", "cn:420000")
    (listed,) = json.loads(await run(say, "token", "list", "--json"))
    assert (listed["principal"], listed["unit"], listed["state"]) == ("p-1", "cn:420000", "stands")
    assert listed["token"] == digest_of(token)
    assert token not in await run(say, "token", "list")
    assert "reviewer" in str(
        await _failed(say, "token", "create", "p-1", "--role", "ministry", "--until", "2199-01-01")
    )
    for wrong in (("--role", "emperor", "--until", "2199-01-01"), ("--role", "auditor", "--until", "x")):
        await run(say, "token", "create", "p-2", *wrong, code=2)
    await run(say, "token", "revoke", digest_of(token), "--reason", "改任")
    assert json.loads(await run(say, "token", "list", "--json"))[0]["state"] == "revoked"
    monkeypatch.setenv("LEDGER_TOKEN", token)
    result = await asyncio.to_thread(say, "replay", "深圳")
    assert "gives no role" in str(result.exception)
    new = (await run(say, "token", "new")).split()
    assert digest_of(new[0]) == new[1]


async def test_figures_notices_and_duties_on_a_terminal(say: Say, objected: int, tmp_path: Path) -> None:
    table = await run(say, "quotas", "city-2019", "2021")
    assert "not set" in table
    told = json.loads(await run(say, "quotas", "city-2019", "2021", "--json"))
    assert [p["event"] for p in told["pools"][0]["proposed"]] == [9]
    assert "on notice" in await run(say, "publicity", "city-2019")
    (notice,) = json.loads(await run(say, "publicity", "city-2019", "--json"))["notices"]
    assert notice["objections_open"] == 1
    await run(say, "ranking", "city-2019", "2021", code=1)
    await run(say, "obligations", code=1)
    file = tmp_path / "quotas.xlsx"
    await run(say, "quotas", "city-2019", "2021", "--to", file)
    assert openpyxl.load_workbook(file)["about"]["B4"].value == 11
    sheet = tmp_path / "history.csv"
    await run(say, "replay", "深圳市", "--to", sheet)
    with sheet.open(encoding="utf-8-sig", newline="") as lines:
        assert next(csv.DictReader(lines))["topic"] == "application.submitted"
    await run(say, "replay", "深圳市", "--to", tmp_path / "history.txt", code=2)


async def test_a_terminal_shows_what_its_token_may_see(
    say: Say, objected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = json.loads(await run(say, "replay", "深圳市", "--json"))["history"]
    monkeypatch.setenv("LEDGER_TOKEN", await token_of(say, "p-1", "applicant", "cn:420100"))
    shown = json.loads(await run(say, "replay", "深圳市", "--json"))["history"]
    assert {e["topic"] for e in shown} == {"publicity.opened"}
    assert len(everything) > len(shown)
    result = await _any_failure(say, "ranking", "city-2019", "2021")
    assert "not shown to: applicant" in str(result)
    await run(say, "why", 3, code=1)


async def _any_failure(say: Say, *words: object) -> BaseException | None:
    return (await asyncio.to_thread(say, *words)).exception


def test_the_shell_completes_words_and_help_is_worth_reading(database: Database) -> None:
    program = Path(sys.prefix) / "bin" / "designations"
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "_DESIGNATIONS_COMPLETE": "complete_bash"}
    done = subprocess.run(
        [program],
        env={**environment, "COMP_WORDS": "designations quotas city-", "COMP_CWORD": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["city-2019"]
    helped = subprocess.run([program, "act", "--help"], capture_output=True, text=True, check=True)
    assert "LEDGER_TOKEN" in helped.stdout
    assert "Exit code 1" in helped.stdout
