"""Commands are carried out in batches: judged in order, stored once, each answered for ever."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime

import asyncpg
import pytest

from domain import judging
from domain.commands import OpenRound
from domain.commands.command import Command
from domain.dates import SHANGHAI
from domain.events import Statistic
from domain.kernel import Query
from eventlog import batch as batch_module
from eventlog import committer as committer_module
from eventlog import log as log_module
from eventlog.batch import Outcome
from eventlog.committer import Committer, IdReused
from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.errors import NotAppended, Unavailable
from eventlog.integrity import verify_log
from eventlog.ledger import open_ledger
from eventlog.log import Log
from projections.words.reasons import told_of
from tests.support.city_round import applies, case, opens, recommends
from tests.support.databases import LEDGER
from tests.support.facts import TESTER


def today() -> str:
    return datetime.now(SHANGHAI).date().isoformat()


@pytest.fixture
async def committer(database: Database, log: Log) -> AsyncIterator[Committer]:
    async with Committer(database, log) as committer:
        yield committer


async def test_an_act_is_recorded_with_what_judged_it(committer: Committer, log: Log) -> None:
    assert (await committer.carry_out(opens())).accepted
    outcome = await committer.carry_out(applies("武汉市"), "my-command")
    assert outcome == Outcome(
        "my-command",
        "accepted",
        {"first": 3, "last": 3, "recorded_at": outcome.answer["recorded_at"], "cases": [case("武汉市")]},
    )
    event = (await log.read(after=2))[0]
    assert (event.command, event.topic) == ("my-command", "application.submitted")
    assert event.judged is not None
    assert {"H-1", "C19-2", "C19-8"} <= set(event.judged["rules"])  # type: ignore[arg-type]


async def test_a_refusal_names_all_broken_rules_and_records_nothing(committer: Committer, log: Log) -> None:
    await committer.carry_out(opens())
    outcome = await committer.carry_out(replace(applies("昆山市"), channel="direct", unit=None, materials=()))
    assert outcome.kind == "refused"
    assert [rule["rule"] for rule in outcome.answer["broken"]][:3] == ["C19-2", "C19-3", "C19-10"]
    assert outcome.answer["position"] == 2
    assert (await log.head()).position == 2


async def test_the_same_id_gives_the_same_outcome_in_any_process(
    committer: Committer, database: Database, log: Log
) -> None:
    first = await committer.carry_out(opens(), "open")
    again = await committer.carry_out(opens(), "open")
    async with Committer(database, log) as other:
        assert await other.carry_out(opens(), "open") == first == again
        assert await other.outcome("open") == first
        assert await other.outcome("never") is None
    assert (await log.head()).position == 2
    refused = await committer.carry_out(opens(), "again")
    assert refused.kind == "refused"
    assert await committer.carry_out(opens(), "again") == refused


async def test_the_same_id_for_another_content_is_an_error(committer: Committer) -> None:
    await committer.carry_out(opens(), "open")
    with pytest.raises(IdReused, match="'open' was used before"):
        await committer.carry_out(opens("2022"), "open")


async def test_each_command_of_a_batch_sees_those_before_it(committer: Committer, log: Log) -> None:
    """The round, the application and its recommendation, asked for at once: one batch."""
    outcomes = await asyncio.gather(
        committer.carry_out(opens()),
        committer.carry_out(applies("武汉市")),
        committer.carry_out(applies("武汉市")),
        committer.carry_out(recommends("武汉市", today())),
    )
    assert [outcome.kind for outcome in outcomes] == ["accepted", "accepted", "refused", "accepted"]
    assert [rule["rule"] for rule in outcomes[2].answer["broken"]] == ["L-1"]
    assert outcomes[2].answer["broken"][0]["facts"] == [3]
    assert (committer.batches, committer.largest) == (1, 4)
    assert [event.position for event in await log.read()] == [1, 2, 3, 4]
    assert len({event.recorded_at for event in await log.read(after=1)}) == 1


async def test_the_same_command_twice_in_a_batch_is_done_once(committer: Committer, log: Log) -> None:
    one, two = await asyncio.gather(
        committer.carry_out(opens(), "open"), committer.carry_out(opens(), "open")
    )
    assert one == two
    assert (await log.head()).position == 2


async def test_one_poisonous_command_in_a_batch_of_200_takes_no_other_with_it(
    committer: Committer, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is too large for an event, one cannot be judged; 198 rounds are opened."""
    await committer.carry_out(opens())
    figure = Statistic("名" * 200, 1, "元", "2020", "miit-statistics", "published", "源" * 200)
    large = applies("武汉市", statistics=(figure,) * 100)
    broken = applies("深圳市")
    honest = type(broken).record

    def record(self, *rest):  # type: ignore[no-untyped-def]
        if self.subject == broken.subject:
            raise RuntimeError("poison")
        return honest(self, *rest)

    monkeypatch.setattr(type(broken), "record", record)
    acts: list[Command] = [opens(f"r{n}") for n in range(198)]
    acts[70:70] = [large, broken]
    outcomes = await asyncio.gather(*(committer.carry_out(act) for act in acts))
    assert committer.largest == 200
    assert [o.kind for o in outcomes[70:72]] == ["failed", "failed"]
    assert outcomes[70].answer["code"] == "takes-too-many-bytes"
    assert "an event has at most 65535" in told_of(outcomes[70].answer, of="en")
    assert outcomes[70].answer["cause"] == "too-large"
    assert outcomes[71].answer["cause"] == "not-judged"
    assert {o.kind for o in (*outcomes[:70], *outcomes[72:])} == {"accepted"}
    assert (await log.head()).position == 2 + 198
    assert (await verify_log(log.pool)).flaws == []


async def test_what_only_the_server_refuses_takes_no_other_with_it(
    committer: Committer, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole batch is refused by the log; then one by one, and only the bad one fails."""
    honest = log_module.append_spelled

    async def append_spelled(connection, events, *rest, **more):  # type: ignore[no-untyped-def]
        bad = [
            replace(e, before=re.sub('"format":[0-9]', '"format":3', e.before)) if "r3" in e.before else e
            for e in events
        ]
        return await honest(connection, bad, *rest, **more)

    monkeypatch.setattr(committer_module, "append_spelled", append_spelled)
    outcomes = await asyncio.gather(*(committer.carry_out(opens(f"r{n}")) for n in range(8)))
    assert [o.kind for o in outcomes] == ["accepted"] * 3 + ["failed"] + ["accepted"] * 4
    assert [o.answer.get("first") for o in outcomes] == [2, 3, 4, None, 5, 6, 7, 8]
    assert outcomes[3].answer == {
        "cause": "not-stored",
        "code": "was-not-stored",
        "values": {"sqlstate": "DL003"},
    }
    assert [e.data["round"] for e in await log.read(after=1)] == ["r0", "r1", "r2", "r4", "r5", "r6", "r7"]


async def test_an_outcome_cannot_be_changed_by_the_service(committer: Committer, log: Log) -> None:
    await committer.carry_out(opens(), "open")
    for statement in (
        "UPDATE beside.command_outcomes SET outcome = 'refused'",
        "DELETE FROM beside.command_outcomes",
        "DELETE FROM beside.sealed_values",
        "UPDATE beside.sealed_values SET value = 'x'",
        "INSERT INTO beside.sealed_values VALUES ('x', 'x', 'x')",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await log.pool.execute(statement)


async def test_a_closing_committer_carries_out_what_waits(database: Database, log: Log) -> None:
    committer = Committer(database, log)
    waiting = [asyncio.create_task(committer.carry_out(opens(f"r{n}"))) for n in range(500)]
    await asyncio.sleep(0)
    await committer.close()
    assert {(await task).kind for task in waiting} == {"accepted"}
    assert (await log.head()).position == 501


async def test_nobody_is_left_waiting_when_a_committer_closes(database: Database, log: Log) -> None:
    committer = Committer(database, log)
    asked = [asyncio.create_task(committer.carry_out(opens(f"r{n}"))) for n in range(300)]
    await asyncio.sleep(0)
    closing = [asyncio.create_task(committer.close()) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="closing"):
        await committer.carry_out(opens("late"))
    await asyncio.gather(*closing)
    assert {(await task).kind for task in asked} == {"accepted"}


async def test_a_close_that_is_given_up_leaves_nobody_waiting(database: Database, log: Log) -> None:
    committer = Committer(database, log)
    asked = [asyncio.create_task(committer.carry_out(opens(f"r{n}"))) for n in range(500)]
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await committer.close()
    async with asyncio.timeout(20):
        assert {(await task).kind for task in asked} == {"accepted"}
        await committer.close()


@pytest.mark.parametrize("bad", ["", "x" * 201, "a\0b", "\ud800"])
async def test_an_id_that_cannot_be_stored_is_refused_at_once(committer: Committer, bad: str) -> None:
    with pytest.raises(NotAppended, match="1 to 200 bytes"):
        await committer.carry_out(opens(), bad)


async def test_what_cannot_be_read_for_one_command_takes_no_other_with_it(
    committer: Committer, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = judging.boundary

    def boundary(act: Command, day: date) -> Query:
        if isinstance(act, OpenRound) and act.round == "r1":
            raise RuntimeError("poison")
        return honest(act, day)

    monkeypatch.setattr(batch_module, "boundary", boundary)
    outcomes = await asyncio.gather(
        *(committer.carry_out(opens(f"r{n}")) for n in range(3)), return_exceptions=True
    )
    assert isinstance(outcomes[1], RuntimeError)
    assert [o.kind for o in (outcomes[0], outcomes[2])] == ["accepted"] * 2  # type: ignore[union-attr]


async def test_a_lock_that_another_keeps_is_told_as_such(
    committer: Committer, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer_module, "LOCK_WAIT", "200ms")
    async with log.pool.acquire() as other, other.transaction():
        await other.execute("SELECT log.take_turn()")
        with pytest.raises(Unavailable, match="keeps the log's lock"):
            await committer.carry_out(opens())
    assert (await committer.carry_out(opens())).accepted


async def test_a_ledger_that_is_not_opened_is_told_as_such(database: Database, empty_log: Log) -> None:
    async with Committer(database, empty_log) as committer:
        with pytest.raises(Unavailable, match="not opened"):
            await committer.carry_out(opens(), "open")
        assert await committer.outcome("open") is None


async def test_a_restore_in_between_is_no_outcome(
    committer: Committer, log: Log, admin: asyncpg.Connection[asyncpg.Record]
) -> None:
    await admin.execute("UPDATE log.head SET restoring = true")
    with pytest.raises(Unavailable, match="restore"):
        await committer.carry_out(opens(), "open")
    await admin.execute("UPDATE log.head SET restoring = false")
    assert (await committer.carry_out(opens(), "open")).accepted


async def test_a_database_that_is_away_is_told_as_such(own: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committer_module, "TRIES", 2)
    database = Database.embedded(own, "ledger")
    await database.migrate()
    async with await Log.open(database) as log, Committer(database, log) as committer:
        await open_ledger(log, ledger=LEDGER, name="x", kind="real", actor=TESTER)
        own.stop()
        with pytest.raises(Unavailable):
            await committer.carry_out(opens(), "open")
        own.start()
        assert (await committer.carry_out(opens(), "open")).accepted


async def test_an_outcome_that_no_event_bears_out_is_found(committer: Committer, log: Log) -> None:
    """The service may write outcomes; what it invents is seen."""
    await committer.carry_out(opens(), "open")
    assert (await verify_log(log.pool)).flaws == []
    await log.pool.execute(
        "INSERT INTO beside.command_outcomes SELECT 'forged', digest, act, outcome, answer, recorded_at"
        " FROM beside.command_outcomes"
    )
    (flaw,) = (await verify_log(log.pool)).flaws
    assert "'forged' is said to have led to it; it has not" in str(flaw.what)
