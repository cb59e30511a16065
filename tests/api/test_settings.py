"""What a process may be told by its environment, and what it is not."""

from __future__ import annotations

import pytest

from api.settings import NotASetting, Settings
from eventlog.database import Database
from eventlog.log import Log
from tests.support.asking import asking
from tests.support.live_rows import live


def test_the_environment_sets_what_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.from_environment() == Settings()
    for name, text in (("READ_RATE", "5/second"), ("AT_LEAST_SECONDS", "0.5"), ("STREAMS", "7")):
        monkeypatch.setenv(f"LEDGER_{name}", text)
    found = Settings.from_environment()
    assert (found.read_rate, found.at_least_seconds, found.streams) == ("5/second", 0.5, 7)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("READ_RATE", "often"),
        ("STREAMS", "many"),
        ("STREAMS", "0"),
        ("STATEMENT_SECONDS", "0"),
        ("BODY_BYTES", "-1"),
        ("AT_LEAST_SECONDS", "nan"),
    ],
)
def test_what_cannot_be_used_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.setenv(f"LEDGER_{name}", text)
    with pytest.raises(NotASetting, match=f"LEDGER_{name}"):
        Settings.from_environment()


async def test_a_question_that_takes_too_long_is_given_up(lists: Log, database: Database) -> None:
    """The server keeps the lock that the question waits for; it is told to come back."""
    async with asking(database, project=False, settings=Settings(statement_seconds=0.2)) as client:
        async with lists.pool.acquire() as connection, connection.transaction():
            table = f"{await live(connection)}.roster"
            await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            answer = await client.get("/v1/rosters/city-2019")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
        assert answer.headers["retry-after"]
        assert (await client.get("/v1/rosters/city-2019")).status_code == 200


async def test_a_question_whose_rows_were_dropped_meanwhile_is_asked_again(
    lists: Log, database: Database
) -> None:
    """It began where rows were live before, and stood still for longer than it took to drop them."""
    async with asking(database, project=False) as client:
        async with lists.pool.acquire() as connection:
            await connection.execute(f"DROP TABLE {await live(connection)}.roster")
        answer = await client.get("/v1/rosters/city-2019")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert answer.headers["retry-after"]
