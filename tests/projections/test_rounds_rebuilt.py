"""For whole rounds with corrections in them: rebuilt equals live, and every model the naive fold."""

from __future__ import annotations

from random import Random

import pytest

from eventlog.log import Log
from projections.following import projector, rebuilding
from projections.following.comparing import difference_from_rebuild
from projections.following.models import MODELS
from projections.following.taking_in import advance
from tests.support.live_rows import live
from tests.support.played_rounds import as_appended, correction, round_of, the_naive_fold_agrees


@pytest.mark.parametrize("seed", range(20))
async def test_rebuilt_equals_live_and_the_naive_fold(log: Log, seed: int) -> None:
    dice = Random(seed)
    async with log.pool.acquire() as connection:
        await rebuilding.ensure(connection)
        events = list(round_of(seed))
        while events:
            size = dice.randrange(1, 15)
            await log.append([as_appended(event) for event in events[:size]])
            events = events[size:]
            if dice.random() < 0.5:
                await log.append([correction(dice, await log.read(limit=100_000))])
            if dice.random() < 0.5:
                model = dice.choice(MODELS)
                await advance(connection, model, page=dice.choice([1, 3, 100]))
        for _ in range(10):
            await log.append([correction(dice, await log.read(limit=100_000))])
            await projector.catch_up(connection)
        assert await difference_from_rebuild(connection) is None
        home = await live(connection)

    whole = await log.read(limit=100_000)
    for known in [*sorted(dice.sample(range(2, len(whole) + 1), 8)), len(whole)]:
        for model in MODELS:
            await the_naive_fold_agrees(log, home, model, whole[:known])
