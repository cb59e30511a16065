"""The figure that is shown is the judge's own count."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from domain.history import believed
from domain.procedure.places import who_has_a_place
from domain.programmes import PROGRAMMES
from domain.rules import Facts
from eventlog.log import Log
from projections.following.projector import catch_up
from projections.quotas.answer import quotas
from projections.quotas.rows import Quotas
from tests.support.live_rows import standing
from tests.support.played_rounds import as_appended, correction, round_of


@pytest.mark.parametrize("seed", range(20))
async def test_what_is_used_is_who_has_a_place_by_the_rules(log: Log, seed: int) -> None:
    """On any day, as known at any position, corrections included."""
    dice = Random(seed)
    await log.append([as_appended(event) for event in round_of(seed)])
    for _ in range(seed % 3):
        await log.append([correction(dice, await log.read(limit=100_000))])
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    whole = await log.read(limit=100_000)
    rounds = sorted(
        {(str(e.data["programme"]), str(e.data["round"])) for e in whole if e.topic == "round.opened"}
    )
    compared = 0
    for _ in range(8):
        known = dice.choice([len(whole), dice.randrange(1, len(whole) + 1)])
        day = date(2013, 1, 1) + timedelta(days=dice.randrange(14 * 365))
        at = await standing(log, Quotas(), day, known)
        facts = Facts(tuple(b for b in believed(whole[:known]) if b.latest_day <= day), day, day)
        for programme, round_ in ((PROGRAMMES[of], round_) for of, round_ in rounds):
            for pool in (await quotas(at, programme, round_)).pools:
                counts = pool.cap.counts if pool.cap else "awards"
                its = f"{programme.id}/{round_}/{pool.pool}"
                judged = who_has_a_place(programme, pool.pool, its, counts, facts)
                assert {place.entry.split("/", 2)[2] for place in pool.used_by} == judged.keys()
                assert pool.used == len(judged)
                compared += pool.used
    assert compared or seed % 5 not in {0, 1}, "somebody has a place"
