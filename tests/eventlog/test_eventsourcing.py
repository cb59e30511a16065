"""An application of `eventsourcing`: the program of docs/eventsourcing.md, and what it is refused."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.persistence import (
    IntegrityError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    Tracking,
)
from eventsourcing.utils import Environment

from eventlog.database import Database
from eventlog.dcb import Factory, TrackedView
from eventlog.log import Log
from tests.support.facts import designation, event
from tests.support.states import begins

PAGE = Path(__file__).parents[2] / "docs" / "eventsourcing.md"


@begins(after="log")
async def with_a_title(log: Log) -> None:
    await log.append([event(designation("武汉市"))])


@pytest.fixture
def environment(with_a_title: Log, database: Database) -> dict[str, str]:
    """The ledger, and a database of its own for views: here the same one, as its owner."""
    return {
        "PERSISTENCE_MODULE": "eventlog.dcb",
        "LEDGER_DATABASE_URL": database.service_url,
        "VIEWS_DATABASE_URL": database.owner_url,
    }


@pytest.fixture
def factory(environment: dict[str, str]) -> Iterator[Factory]:
    factory = Factory(Environment("Office", environment))
    yield factory
    factory.close()


async def test_the_program_of_the_page_decides_and_follows(
    environment: dict[str, str], database: Database, with_a_title: Log, tmp_path: Path
) -> None:
    program, said = re.findall(r"```(?:python|text)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    file = tmp_path / "visits.py"
    file.write_text(program, encoding="utf-8")
    (title,) = [str(e.data["designation"]) async for e in with_a_title.stream(after=1)]
    assert title == "city-2019/2021/cn:420100", "the page's own"
    runs = [await asyncio.to_thread(_run, file, environment) for _ in range(2)]
    assert runs[0].stdout == said, runs[0].stderr
    assert "a visit is planned already, on 2027-03-01" in runs[1].stderr, "it goes on where it was"
    planned = [e async for e in with_a_title.stream(after=2)]
    assert [e.topic for e in planned] == ["audit-office.visit-planned"]
    assert planned[0].actor["principal"] == "application-AuditOffice"


def _run(file: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, file],
        env={**os.environ, **environment, "PYTHONPATH": str(PAGE.parents[1])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (DCBEvent("designation.awarded", b"{}"), "comes by acts"),
        (DCBEvent("office.planned", b"{}", ["subject:cn:420100"]), "tags of its own"),
    ],
)
def test_what_is_the_ledgers_is_not_appended_past_its_rules(
    factory: Factory, wrong: DCBEvent, says: str
) -> None:
    recorder = factory.dcb_recorder()
    with pytest.raises(ProgrammingError, match=says):
        recorder.append([DCBEvent("office.other", b"{}"), wrong])
    assert recorder.read().head == 2


def test_a_condition_that_looks_behind_the_end_is_refused(factory: Factory) -> None:
    recorder = factory.dcb_recorder()
    planned = DCBEvent("office.planned", b"{}", ["visit:1"])
    query = DCBQuery([DCBQueryItem(tags=["visit:1"])])
    with pytest.raises(ProgrammingError, match="the log ends at 2"):
        recorder.append([planned], DCBAppendCondition(query, after=3))
    assert recorder.append([planned], DCBAppendCondition(query, after=2)) == 3
    with pytest.raises(IntegrityError, match="event 3"):
        recorder.append([planned], DCBAppendCondition(query, after=2))


def test_errors_of_the_database_are_those_of_the_library(factory: Factory) -> None:
    with pytest.raises(ProgrammingError):
        factory.dcb_recorder().append([DCBEvent("office.planned", b"x" * 3_000_000)])
    view = factory.tracking_recorder()
    with pytest.raises(ProgrammingError, match="nothing_there"):
        view.rows("SELECT * FROM nothing_there")
    away = Factory(Environment("Office", {"LEDGER_DATABASE_URL": "postgresql://u@127.0.0.1:9/x"}))
    with pytest.raises(OperationalError):
        away.dcb_recorder()


def test_a_view_and_how_far_it_is_are_one(factory: Factory) -> None:
    class Counted(TrackedView):
        tables = "CREATE TABLE IF NOT EXISTS counted (n bigint PRIMARY KEY)"

    view = factory.tracking_recorder(Counted)
    assert view.max_tracking_id("Office") is None
    view.record(Tracking("Office", 7), ("INSERT INTO counted VALUES ($1)", 7))
    with pytest.raises(IntegrityError, match="7 was taken in already"):
        view.record(Tracking("Office", 7), ("INSERT INTO counted VALUES ($1)", 70))
    with pytest.raises(IntegrityError):
        view.record(Tracking("Office", 8), ("INSERT INTO counted VALUES ($1)", 7))
    assert view.max_tracking_id("Office") == 7, "a view that fails is no further"
    assert [row["n"] for row in view.rows("SELECT n FROM counted")] == [7]


def test_aggregates_are_told_that_this_is_a_log_with_tags(factory: Factory) -> None:
    for ask in (factory.aggregate_recorder, factory.application_recorder, factory.process_recorder):
        with pytest.raises(NotSupportedError, match="DCBApplication"):
            ask()


def test_an_application_finds_the_factory_by_the_modules_name(environment: dict[str, str]) -> None:
    with DCBApplication(environment) as application:
        assert isinstance(application.factory, Factory)
        assert application.recorder.read().head == 2
