"""What the database of a test begins with: made once in a run, then copied for each test that asks for it.

    @begins(after="log")
    async def lists(log: Log) -> None:
        await import_files(log, …)

makes a fixture `lists`: the log of a database of the test's own, in that state. A copy takes hundredths of a
second, however long the state took to make.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest

from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.log import Log
from tests.support.databases import connect_admin

Make: TypeAlias = "Callable[[Log], Awaitable[None]]"
MIGRATED = "template_ledger"


@dataclass(frozen=True, slots=True)
class State:
    """What is put into a log, after what is in another state."""

    make: Make
    after: str | None


STATES: dict[str, State] = {}  # by their fixtures' names; one that comes after another stands behind it


def begins(after: str | None = None) -> Callable[[Make], Any]:
    """A fixture for a log in a state. after: another state that it adds to; default: the empty schema."""

    def fixture(make: Make) -> Any:
        name = make.__name__
        assert after is None or after in STATES, after
        assert name not in STATES, f"there is a state {name} already"
        STATES[name] = State(make, after)

        async def log_in_that_state(empty_log: Log) -> Log:
            return empty_log

        return pytest.fixture(name=name)(log_in_that_state)

    return fixture


class Templates:
    """The databases of a run that are copied."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._made: set[str] = set()

    async def of(self, state: str | None) -> str:
        """The name of the database in a state; made when it is first asked for."""
        name = MIGRATED if state is None else f"state_{state}"
        if name in self._made:
            return name
        if state is None:
            await Database.embedded(self.server, name).migrate()
        else:
            await self._make(name, STATES[state])
        self._made.add(name)
        return name

    async def _make(self, name: str, state: State) -> None:
        copied = await self.of(state.after)
        maintenance = await connect_admin(Database.embedded(self.server, "postgres"))
        await maintenance.execute(f"DROP DATABASE IF EXISTS {name}")  # its making was cut off
        await maintenance.execute(f"CREATE DATABASE {name} TEMPLATE {copied} OWNER ledger_owner")
        await maintenance.close()
        async with await Log.open(Database.embedded(self.server, name)) as log:
            await state.make(log)


def wanted(fixtures: list[str]) -> str | None:
    """In which state the database of a test begins that uses these fixtures."""
    return next((name for name in reversed(STATES) if name in fixtures), None)
