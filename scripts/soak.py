"""Figures at 1,000,000 events: `make soak`. Not a test: nothing here passes or fails.

Fills a database of its own, measures reading by tag beside the physical floor and the indexes that
were not chosen, rosters of the past beside rosters of now once 1,000 hot cases were corrected 20 times
each, and a rebuild with its peak memory. Every figure is a median with p95 and p99, one client.
"""

from __future__ import annotations

import asyncio
import platform
import resource
import statistics
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice, product
from random import Random

from domain.access import Reader
from domain.events import (
    Correction,
    CorrectionApproved,
    HistoricalDesignationRecorded,
    Replacement,
    Source,
    decode,
)
from domain.history import correction_tags
from domain.kernel import Actor, Event, Query, Selector
from domain.programmes import PROGRAMMES
from domain.subjects import MUNICIPALITIES
from domain.tags import DESIGNATION, PROGRAMME, PROVINCE, SUBJECT
from eventlog.database import Connection, Database
from eventlog.embedded import Server, home
from eventlog.ledger import open_ledger
from eventlog.log import Log, read
from eventlog.queries import load
from projections.asking.moments import View
from projections.asking.standpoint import Standpoint, reached
from projections.following import rebuilding
from projections.following.projector import catch_up
from projections.following.taking_in import home_of
from projections.roster.answer import roster
from projections.roster.question import RosterQuestion
from projections.roster.rows import Roster

EVENTS = 1_000_000
HOT, HOT_ROUNDS, CORRECTIONS = "city-2019", ("2020", "2021"), 20
SUBJECTS = 33_334
STRIDE = 617_371  # prime to EVENTS: the titles and subjects come well mixed
BATCH = 1_000
READS = 1_000
_SQL = load("scripts", "soak.sql")
ACTOR = Actor("soak", "driver", "miit")
FREQUENT, HUBEI, NONE = PROGRAMME("city-2019"), PROVINCE("cn:420000"), PROGRAMME("pilot-2013")
PROVINCES = sorted(
    MUNICIPALITIES | {f"{n}0000" for n in (13, 14, 15, 21, 22, 23, 32, 33, 34, 35, 36, 37, 41, 42)}
)


def events() -> Iterator[Event]:
    """Designations of many subjects under all programmes; every subject has about thirty."""
    titles = list(product(PROGRAMMES, ("2019", "2020", "2021", "2022")))
    for step in range(EVENTS):
        number = step * STRIDE % EVENTS
        subject_number, (programme, round_) = number % SUBJECTS, titles[number // SUBJECTS]
        province = f"cn:{PROVINCES[subject_number % len(PROVINCES)]}"
        subject = f"{province}/soak-{subject_number}"
        fact = HistoricalDesignationRecorded(
            designation=f"{programme}/{round_}/{subject}",
            programme=programme,
            round=round_,
            subject=subject,
            subject_name=f"模拟市{subject_number}",
            province=province,
            source=Source("模拟数据，仅用于测量"),
        )
        yield Event(fact.topic, fact.tags(), fact.as_data(), ACTOR, effective="2022-01-25")


async def measure(name: str, calls: Callable[[int], Awaitable[object]], count: int = READS) -> None:
    """Print a line: p50 and p99 in milliseconds of so many calls."""
    for number in range(min(count, 20)):
        await calls(number)
    times = []
    for number in range(count):
        began = time.perf_counter()
        await calls(number)
        times.append((time.perf_counter() - began) * 1000)
    p99 = statistics.quantiles(times, n=100)[98]
    print(f"{name:<58} p50 {statistics.median(times):8.2f} ms   p99 {p99:8.2f} ms", flush=True)


async def fill(log: Log) -> None:
    if (await log.head()).position == 0:
        await open_ledger(log, ledger=uuid.uuid4(), name="soak", kind="simulated", actor=ACTOR)
    there = (await log.head()).position - 1
    began, made = time.perf_counter(), islice(events(), there, None)
    while batch := list(islice(made, BATCH)):
        await log.append(batch)
    if there < EVENTS:
        seconds = time.perf_counter() - began
        print(
            f"appended {EVENTS - there} events in {seconds:.0f} s, batches of {BATCH}: "
            f"{(EVENTS - there) / seconds:,.0f}/s"
        )


async def reading(connection: Connection) -> None:
    """By tag and by two tags, the chosen index beside the others."""
    subject = [SUBJECT(e) for e in _subjects()]

    def ask(*tags: str, limit: int = 1_000) -> Awaitable[object]:
        return read(connection, Query((Selector.of(tags=tags),)), limit=limit)

    def in_order(*tags: str, limit: int = 1_000) -> Awaitable[object]:
        """As `read`, with the tags in just this order, and no decoding."""
        item = '[{"topics":[],"tags":["' + '","'.join(tags) + '"]}]'
        return connection.fetch(_SQL["in_order"], item, limit)

    await measure("one subject's 30 events: floor", lambda n: connection.fetch(_SQL["floor"], subject[n]))
    await measure("one subject's 30 events: the log, decoded", lambda n: ask(subject[n]))
    await measure("rare and frequent tag: the log", lambda n: in_order(subject[n], FREQUENT))
    await measure("frequent and rare tag: the log", lambda n: in_order(FREQUENT, subject[n]))
    await measure(
        "two frequent tags, first 100: the log", lambda n: in_order(FREQUENT, HUBEI, limit=100), 200
    )
    await measure("two frequent tags, none common: the log", lambda n: in_order(FREQUENT, NONE), 5)
    await measure("a frequent tag, a page of 100: the log", lambda n: in_order(FREQUENT, limit=100), 200)

    began = time.perf_counter()
    await connection.execute(_SQL["alternatives"])
    print(f"(the alternatives were built in {time.perf_counter() - began:.0f} s)")
    print(dict(await connection.fetchrow(_SQL["alternative_sizes"]) or {}))
    for name in ("join", "numbered"):
        await others(connection, name, subject, lambda *tags: tags)
    for name in ("gin", "gin_forced"):
        await others(connection, name, subject, lambda *tags: (list(tags),), count=10)
    await connection.execute(_SQL["drop_alternatives"])


async def others(
    connection: Connection,
    name: str,
    subject: list[str],
    given: Callable[..., tuple[object, ...]],
    count: int = 100,
) -> None:
    """The same questions put to an index that was not chosen."""

    def ask(first: str, second: str, limit: int) -> Awaitable[object]:
        return connection.fetch(_SQL[name], *given(first, second), limit)

    await measure(f"rare and frequent tag: {name}", lambda n: ask(subject[n], FREQUENT, 1_000), count)
    await measure(f"frequent and rare tag: {name}", lambda n: ask(FREQUENT, subject[n], 1_000), count)
    await measure(f"two frequent tags, first 100: {name}", lambda _: ask(FREQUENT, HUBEI, 100), 10)
    await measure(f"two frequent tags, none common: {name}", lambda _: ask(FREQUENT, NONE, 100), 5)
    if name.startswith("gin"):
        await measure(
            f"one subject's 30 events: {name}",
            lambda n: connection.fetch(_SQL[name], [subject[n]], 1_000),
            count,
        )
        await measure(
            f"a frequent tag, a page of 100: {name}",
            lambda _: connection.fetch(_SQL[name], [FREQUENT], 100),
            10,
        )


def _subjects() -> list[str]:
    return [f"cn:{PROVINCES[n % len(PROVINCES)]}/soak-{n}" for n in range(7, 7 + 29 * (READS + 20), 29)]


# ------------------------------------------------------------- the past as it was known


def hot() -> list[HistoricalDesignationRecorded]:
    """The titles of the 1,000 cases that are corrected again and again: the first 500 of two rounds in the
    order in which they are shown, so that a page is of hot cases alone; or has to pass them all over, as of
    a day before that of their last correction."""
    of_two = (e for e in events() if e.data["programme"] == HOT and e.data["round"] in HOT_ROUNDS)
    rounds = defaultdict(list)
    for event in sorted(of_two, key=lambda e: str(e.data["designation"])):
        rounds[event.data["round"]].append(event)
    chosen = [event for of_one in rounds.values() for event in of_one[:500]]
    found = [decode(e.topic, e.data) for e in chosen]
    return [fact for fact in found if isinstance(fact, HistoricalDesignationRecorded)]


async def correct(log: Log) -> None:
    """20 amendments of each hot case, one after the other: another category, another day."""
    if (await log.head()).position > EVENTS + 1:
        return
    began = time.perf_counter()
    for fact in hot():
        (target,) = await log.read(Query.tagged(DESIGNATION(fact.designation)), limit=1)
        made = []
        for number in range(CORRECTIONS):
            new = replace(fact, category=("comprehensive", "special")[number % 2])
            day = f"2022-{1 + number % 12:02}-{1 + number:02}"
            replacement = Replacement(new.topic, tuple(sorted(new.tags())), dict(new.as_data()), day)
            correction = Correction("amend", target.position, replacement)
            approved = CorrectionApproved(proposal=1, correction=correction)
            tags = correction_tags(correction, [target])
            made.append(Event(approved.topic, tags, approved.as_data(), ACTOR, effective=day))
        await log.append(made)
    print(
        f"{CORRECTIONS} corrections of each of 1,000 hot cases appended in "
        f"{time.perf_counter() - began:.0f} s"
    )


async def the_past(log: Log) -> None:
    """A roster of now beside the same roster of another day, as known at another position: p95, and how
    many times as long; that no plan walks a table, tests/projections/test_plans.py holds."""
    head = (await log.head()).position
    dice = Random(1)  # nosec B311
    questions = {
        "a page of the hot round": RosterQuestion(programme=HOT, round=HOT_ROUNDS[0]),
        "a page of its programme": RosterQuestion(programme=HOT),
        "one hot case": RosterQuestion(programme=HOT, subjects=(hot()[500].subject,)),
    }
    home, _ = await reached(log, Roster(), None)
    everybody = Reader()
    for name, question in questions.items():
        views: dict[str, Callable[[], View]] = {
            "now": lambda: View(date(2026, 11, 22), head),
            "as_of": lambda: View(date(2022, dice.randint(1, 12), 1), head),
            "as_known": lambda: View(date(2026, 11, 22), dice.randint(EVENTS, head)),
            "as_of and as_known": lambda: View(
                date(2022, dice.randint(1, 12), 1), dice.randint(EVENTS, head)
            ),
        }
        times: dict[str, list[float]] = {which: [] for which in views}
        for _ in range(300):  # in turn, so that noise falls on all alike
            for which, view in views.items():
                at = Standpoint(log, everybody, view=view(), home=home)
                began = time.perf_counter()
                await roster(at, question, after=None, limit=100)
                times[which].append((time.perf_counter() - began) * 1000)
        now = statistics.quantiles(times["now"], n=20)[18]
        for which, taken in times.items():
            p95 = statistics.quantiles(taken, n=20)[18]
            print(
                f"{name + ', ' + which:<58} p50 {statistics.median(taken):8.2f} ms   p95 {p95:8.2f} ms   "
                f"{p95 / now:.2f} x now",
                flush=True,
            )


async def rebuild(connection: Connection) -> None:
    began = time.perf_counter()
    await rebuilding.rebuild(connection)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"rebuild of all read models: {seconds:.0f} s, {EVENTS / seconds:,.0f} events/s, "
        f"peak memory of this process {peak:.0f} MiB"
    )


async def soak() -> None:
    database = Database.embedded(Server(home()), "ledger_soak")
    await database.migrate()
    print(f"{platform.platform()}, Python {platform.python_version()}")
    async with await Log.open(database, size=2) as log:
        await fill(log)
    owner = await database.connect_owner()
    print(
        (await owner.fetchval("SELECT version()")).split(",")[0],
        dict(await owner.fetchrow(_SQL["sizes"]) or {}),
    )
    await owner.execute("VACUUM ANALYZE log.events, log.tags")
    if "--only-rebuild" not in sys.argv:
        await reading(owner)
    await owner.close()
    service = await database.connect()
    async with await Log.open(database, size=2) as log:
        await correct(log)
        await catch_up(service)
        await service.execute(f"VACUUM ANALYZE {await home_of(service)}.roster")
        await the_past(log)
    if "--no-rebuild" not in sys.argv:
        await rebuild(service)
    await service.close()


if __name__ == "__main__":
    asyncio.run(soak())
