"""`designations demo`: a simulated ledger in a database of its own, played by dice, then served."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from eventlog.batch import Outcome
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.errors import LedgerError
from eventlog.ledger import find_or_open
from eventlog.log import Log
from scripts.dice import Told
from scripts.plays.cities import LAST_DAY
from scripts.simulate import BEGINNING, whole_rounds
from scripts.terminal import DRIVER, Host, Port, bar, serve_application, tell, wait_for

commands = typer.Typer()
NAMESPACE = uuid.UUID("6f0f3f43-3b0c-4b86-9a57-2f7c7b1d5c11")
Advance = Callable[[datetime, int], None]  # the simulation's time, acts so far


class NotForADemo(LedgerError):
    """The database holds something else than this simulation."""


@commands.command()
def demo(
    seed: Annotated[int, typer.Option(help="Of the dice: the same seed, the same ledger.")] = 2019,
    size: Annotated[int, typer.Option(min=1, max=300, help="Cities that apply each year.")] = 60,
    only_build: Annotated[bool, typer.Option(help="Build it and do not serve.")] = False,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """A simulated ledger, rounds of 2013 to 2026, built in a database of its own and served.

    Stopped, it is taken up where it stopped. Every answer of it says that it is simulated.
    """
    database = Database.from_environment("demo")
    tell("==> database demo")
    wait_for(database.migrate())
    tell(
        "==> rounds of {first} to {last}, played by dice (seed {seed})",
        first=BEGINNING.year,
        last=LAST_DAY.year,
        seed=seed,
    )
    with bar("playing") as (progress, task):
        accepted, refused = wait_for(play(database, seed, size, _shown(progress, task)))
    tell("    {accepted} acts were accepted, {refused} refused", accepted=accepted, refused=refused)
    if not only_build:
        tell("==> http://{host}:{port} (simulated; stop with Ctrl-C)", host=host, port=port)
        serve_application(database, host, port)


def _shown(progress: Progress, task: TaskID) -> Advance:
    progress.update(task, total=(LAST_DAY - BEGINNING.date()).days)

    def advance(when: datetime, acts: int) -> None:
        day = when.date()
        progress.update(task, completed=(day - BEGINNING.date()).days, description=f"{day}: {acts} acts")

    return advance


async def play(database: Database, seed: int, size: int, advance: Advance) -> tuple[int, int]:
    """Play the whole script against the ledger; what was played before is not played again.

    Returns how many acts were accepted and refused. Raises NotForADemo.
    """
    name = f"simulation {seed}/{size}"
    async with await Log.open(database) as log, Committer(database, log) as committer:
        await _open(log, uuid.uuid5(NAMESPACE, name), name)
        script = whole_rounds(seed, size=size)
        told: Told | None = None
        counts = [0, 0]
        while True:
            try:
                when, act = script.send(told) if told else next(script)
            except StopIteration:
                return counts[0], counts[1]
            command = f"{name} {sum(counts)}"
            outcome = await committer.outcome(command) or await committer.carry_out(act, command, at=when)
            told = _told(outcome)
            counts[not told.accepted] += 1
            advance(when, sum(counts))


def _told(outcome: Outcome) -> Told:
    if outcome.kind == "failed":
        raise NotForADemo("{command} failed: {error}", command=outcome.command, error=outcome.answer["error"])
    rules = tuple(broken["rule"] for broken in outcome.answer.get("broken", ()))
    return Told(outcome.accepted, rules, tuple(outcome.answer.get("cases", ())))


async def _open(log: Log, ledger: uuid.UUID, name: str) -> None:
    """Open the simulated ledger, or find that it is this one. Raises NotForADemo."""
    there = await find_or_open(log, ledger=ledger, name=name, kind="simulated", actor=DRIVER, clock=BEGINNING)
    if not there.simulated or there.id != str(ledger):
        raise NotForADemo(
            "the database holds “{name}”, not this simulation; give the demo a database of its own, "
            "or the same seed and size",
            name=there.name,
        )
