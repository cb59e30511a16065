"""The figure that is shown is the judge's own count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from domain.events import (
    Cap,
    DesignationAwarded,
    DesignationWithdrawn,
    HistoricalDesignationRecorded,
    Parameters,
    RoundOpened,
    Source,
)
from domain.history import believed
from domain.kernel import Document, Recorded
from domain.procedure.places import who_has_a_place
from domain.programme import Programme
from domain.programmes import PROGRAMMES
from domain.rules import Facts
from domain.subjects import Subject
from eventlog.log import Log
from projections.asking.standpoint import Standpoint
from projections.following.projector import catch_up
from projections.quotas.answer import quotas
from projections.quotas.rows import Quotas
from scripts.plays.cities import cities
from tests.support.city_round import LETTER, MINISTRY, annuls, approves
from tests.support.facts import event
from tests.support.given import given, on
from tests.support.late import of, of_few_places
from tests.support.live_rows import answered, standing
from tests.support.other_rounds import (
    applies_as_project,
    closes_intake,
    project,
    recommended_projects,
    recommends_project,
)
from tests.support.played_rounds import as_appended, correction, round_of

SOURCE = Document(title="总量")
PLACES: dict[str, list[tuple[str, tuple[str, ...]]]] = {  # category and fields of which titles are given
    "city-2019": [("comprehensive", ()), ("special", ("life",)), ("special", ("life", "industry"))],
    "incentive-2022": [("industry", ()), ("digital", ())],
}


async def caught_up(log: Log) -> list[Recorded]:
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    return await log.read(limit=100_000)


async def agree(
    at: Standpoint, programme: Programme, round_: str, whole: Sequence[Recorded]
) -> dict[str, int]:
    """What the judge finds and what is shown are the same, in every pool; how many, by what counts."""
    facts = Facts(
        tuple(b for b in believed(whole[: at.view.as_known]) if b.latest_day <= at.view.as_of),
        at.view.as_of,
        at.view.as_of,
    )
    found = {"awards": 0, "holders": 0}
    for pool in (await quotas(at, programme, round_)).pools:
        counts = pool.cap.counts if pool.cap else "awards"
        its = f"{programme.id}/{round_}/{pool.pool}"
        judged = who_has_a_place(programme, pool.pool, its, counts, facts)
        assert {place.entry.split("/", 2)[2] for place in pool.used_by} == judged.keys()
        assert pool.used == len(judged)
        found[counts] += pool.used
    return found


@pytest.mark.parametrize("seed", range(20))
async def test_of_a_round_as_it_was_played(log: Log, seed: int) -> None:
    """On any day, as known at any position, with corrections by dice."""
    dice = Random(seed)
    await log.append([as_appended(event) for event in round_of(seed)])
    for _ in range(seed % 3):
        await log.append([correction(dice, await log.read(limit=100_000))])
    whole = await caught_up(log)
    opened = [e.data for e in whole if e.topic == RoundOpened.topic]
    rounds = sorted({(str(data["programme"]), str(data["round"])) for data in opened})
    for _ in range(8):
        known = dice.choice([len(whole), dice.randrange(1, len(whole) + 1)])
        at = await standing(log, Quotas(), a_day(dice), known)
        for programme, round_ in rounds:
            await agree(at, PROGRAMMES[programme], round_, whole)


def a_day(dice: Random) -> date:
    return date(2013, 1, 1) + timedelta(days=dice.randrange(14 * 365))


@pytest.mark.parametrize("of", PLACES)
@pytest.mark.parametrize("seed", range(5))
async def test_of_holders_whose_titles_end(log: Log, of: str, seed: int) -> None:
    """Awarded or known from an announcement; withdrawn, over by their last day, or beside the total."""
    dice = Random(seed)
    programme = PROGRAMMES[of]
    rounds = ("2019", "2020", "2021")
    for round_ in rounds:
        caps = tuple(
            Cap(pool, 3, SOURCE, dice.choice([None, "awards", "holders", "holders"]))
            for pool in programme.all_pools
            if dice.random() < 0.8
        )
        opening = RoundOpened(programme=of, round=round_, parameters=Parameters(caps=caps))
        await log.append([event(opening, f"{round_}-03-20")])
    for round_, city in dice.sample([(r, c) for r in rounds for c in cities()[:20]], 40):
        title = a_title(dice, programme, round_, city)
        await log.append([event(title, f"20{dice.randrange(19, 23)}-0{dice.randrange(1, 10)}-15")])
        if dice.random() < 0.3:
            ended = DesignationWithdrawn(designation=title.designation, ground="1")
            await log.append([event(ended, f"20{dice.randrange(22, 26)}-06-01")])
    whole = await caught_up(log)
    found = {"awards": 0, "holders": 0}
    for day in (date(year, 12, 1) for year in range(2019, 2027)):
        at = await standing(log, Quotas(), day, dice.choice([len(whole), dice.randrange(30, len(whole))]))
        for round_ in rounds:
            for counts, used in (await agree(at, programme, round_, whole)).items():
                found[counts] += used
    assert found["holders"] > 0
    assert found["awards"] > 0


def a_title(
    dice: Random, programme: Programme, round_: str, city: Subject
) -> DesignationAwarded | HistoricalDesignationRecorded:
    category, fields = dice.choice(PLACES[programme.id])
    entry = f"{programme.id}/{round_}/{city.id}"
    until = f"20{dice.randrange(20, 27)}-12-31" if dice.random() < 0.4 else None
    if dice.random() < 0.4:
        return HistoricalDesignationRecorded(
            designation=entry,
            programme=programme.id,
            round=round_,
            subject=city.id,
            subject_name=city.today.name,
            province=city.province,
            source=Source("来源"),
            category=category,
            fields=fields,
            held_until=until,
        )
    return DesignationAwarded(
        case=entry,
        designation=entry,
        list="1",
        title="称号",
        category=category,
        fields=fields,
        province=city.province,
        year=int(round_),
        pools=tuple(f"{programme.id}/{round_}/{pool}" for pool in programme.pools(category, fields)),
        beside=dice.random() < 0.2,
        held_until=until,
    )


async def test_a_late_letter_waits_until_its_intake_is_closed_anew(log: Log) -> None:
    """Then it is taken, and waits no more."""
    g = given(*of_few_places(1), *recommended_projects(3), on("2019-04-05", closes_intake()))
    letter: dict[str, Any] = {"actor": MINISTRY, "basis": LETTER}
    g.when("2019-04-09", replace(applies_as_project(2), effective="2019-03-20", **letter))
    late = replace(recommends_project(2, 2), effective="2019-04-04", received_on="2019-04-09", **letter)
    g.when("2019-04-09", late)
    (proposal,) = g.recorded("2019-04-10", annuls(of(g, "intake.closed", project(3)).position))
    g.when("2019-04-10", approves(proposal.position))
    g.when("2019-04-11", closes_intake())
    for recorded in g.ledger.events[1:]:
        await log.append([as_appended(recorded)])
    await caught_up(log)
    for day, where in (("2019-04-10", "waiting"), ("2019-04-12", "taken")):
        at = await standing(log, Quotas(), date.fromisoformat(day))
        (unit,) = answered(await quotas(at, PROGRAMMES["project-2019"], "2019"))["units"]
        (pool,) = [p for p in unit["pools"] if p.get("waiting") or p["taken"]]
        places = {how: [p["entry"] for p in pool.get(how, ())] for how in ("waiting", "taken")}
        assert places == {"waiting": [], "taken": []} | {where: [project(2)]}
