"""Commands are carried out in batches: judged in order, stored once, each answered for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from domain.events import Condition
from domain.rules import Command
from eventlog import committer as committer_module
from eventlog import log as log_module
from eventlog.batch import Outcome
from eventlog.committer import Committer, IdReused
from eventlog.database import Database
from eventlog.errors import NotAppended
from eventlog.integrity import verify_log
from eventlog.log import Log
from tests.cast import (
    FIVE,
    applies,
    case,
    opens,
    recommends,
)


@pytest.fixture
async def committer(database: Database, log: Log) -> AsyncIterator[Committer]:
    async with Committer(database, log) as committer:
        yield committer


async def test_an_act_is_recorded_with_what_judged_it(committer: Committer, log: Log) -> None:
    assert (await committer.carry_out(opens())).accepted
    outcome = await committer.carry_out(applies("武汉市"), "my-command")
    assert outcome == Outcome(
        "my-command", "accepted",
        {"first": 3, "last": 3, "recorded_at": outcome.answer["recorded_at"],
         "cases": [case("武汉市")]},
    )  # fmt: skip
    event = (await log.read(after=2))[0]
    assert (event.command, event.topic) == ("my-command", "application.submitted")
    assert event.judged is not None
    assert {"H-1", "C19-2", "C19-8"} <= set(event.judged["rules"])  # type: ignore[arg-type]


async def test_a_refusal_names_all_broken_rules_and_records_nothing(
    committer: Committer, log: Log
) -> None:
    await committer.carry_out(opens())
    outcome = await committer.carry_out(
        replace(applies("昆山市"), channel="direct", unit=None, materials=())
    )
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
        committer.carry_out(replace(recommends("武汉市"), reviewed="2021-05-20")),
    )
    assert [outcome.kind for outcome in outcomes] == ["accepted", "accepted", "refused", "accepted"]
    assert [rule["rule"] for rule in outcomes[2].answer["broken"]] == ["L-1"]
    assert outcomes[2].answer["broken"][0]["facts"] == [3]
    assert (committer.batches, committer.largest) == (1, 4)
    assert [event.position for event in await log.read()] == [1, 2, 3, 4]
    assert len({event.recorded_at for event in await log.read(after=1)}) == 1


async def test_the_same_command_twice_in_a_batch_is_done_once(
    committer: Committer, log: Log
) -> None:
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
    large = applies("武汉市", conditions=(*FIVE, *[Condition(5, "字" * 2_000)] * 90))
    broken = applies("深圳市")
    honest = type(broken).facts

    def facts(self, *rest):  # type: ignore[no-untyped-def]
        if self.subject == broken.subject:
            raise RuntimeError("poison")
        return honest(self, *rest)

    monkeypatch.setattr(type(broken), "facts", facts)
    acts: list[Command] = [opens(f"r{n}") for n in range(198)]
    acts[70:70] = [large, broken]
    outcomes = await asyncio.gather(*(committer.carry_out(act) for act in acts))
    assert committer.largest == 200
    assert [o.kind for o in outcomes[70:72]] == ["failed", "failed"]
    assert "an event has at most 65535" in outcomes[70].answer["error"]
    assert "poison" in outcomes[71].answer["error"]
    assert {o.kind for o in (*outcomes[:70], *outcomes[72:])} == {"accepted"}
    assert (await log.head()).position == 2 + 198
    assert (await verify_log(log.pool)).flaws == []


async def test_what_only_the_server_refuses_takes_no_other_with_it(
    committer: Committer, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole batch is refused by the log; then one by one, and only the bad one fails."""
    honest = log_module.append_halves

    async def append_halves(connection, halves, *rest, **more):  # type: ignore[no-untyped-def]
        bad = [(b, a) if "r3" not in b else (b.replace('"format":1', '"format":2'), a)
               for b, a in halves]  # fmt: skip
        return await honest(connection, bad, *rest, **more)

    monkeypatch.setattr(committer_module, "append_halves", append_halves)
    outcomes = await asyncio.gather(*(committer.carry_out(opens(f"r{n}")) for n in range(8)))
    assert [o.kind for o in outcomes] == ["accepted"] * 3 + ["failed"] + ["accepted"] * 4
    assert [o.answer.get("first") for o in outcomes] == [2, 3, 4, None, 5, 6, 7, 8]
    assert "format" in outcomes[3].answer["error"]
    assert [e.data["round"] for e in await log.read(after=1)] == [
        "r0", "r1", "r2", "r4", "r5", "r6", "r7",
    ]  # fmt: skip
    assert NotAppended.__name__ not in outcomes[3].answer["error"]


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
