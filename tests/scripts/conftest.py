"""The command line over a database of the test's own; a case on notice with an objection."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.commands import LodgeObjection
from eventlog.checkpoint import Checkpoint, Checkpointer
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.ledger import identity
from eventlog.log import Log
from scripts.cli import app
from scripts.transfer import export
from tests.support.city_round import (
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
from tests.support.cli import Say
from tests.support.exporting import ignore
from tests.support.facts import designation, event
from tests.support.facts import notice as announced

NAME = "深圳市"


@pytest.fixture
def say(database: Database, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Type a command line; it is run outside this test's event loop."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", database.service_url)
    monkeypatch.setenv("LEDGER_OWNER_DATABASE_URL", database.owner_url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LEDGER_LANGUAGE", "en")
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
async def objected(log: Log, database: Database) -> int:
    """A case on notice with an objection; the objection's position."""
    upto_the_notice = [opens(), applies(NAME), form(NAME), review(NAME), defence(NAME), proposes(NAME)]
    upto_the_notice.append(notice(NAME, until="2199-01-01"))
    async with Committer(database, log) as committer:
        for act in [*founds(), *upto_the_notice]:
            assert (await committer.carry_out(act)).accepted
        outcome = await committer.carry_out(
            LodgeObjection(actor=city("武汉市"), case=case(NAME), words="数据不实", author="某市民")
        )
    return int(outcome.answer["first"])


@pytest.fixture
async def exported(log: Log, tmp_path: Path) -> tuple[Path, Checkpoint]:
    await log.append([event(designation(name)) for name in ("武汉市", "深圳市")])
    for number in range(20):
        await log.append([event(announced(str(number)))])
    path = tmp_path / "log.ndjson"
    with path.open("wb") as to:
        assert await export(log, to, after=0, until=23, progress=ignore) == 23
    return path, await Checkpointer(log.pool, await identity(log)).checkpoint()
