"""Whole rounds played by dice: a script asks, is answered, and goes on from the answer.

It aims at every stage, every cap, and, by slips, at every rule that refuses; nothing in it decides what
is lawful. Each programme's rounds stand in scripts/plays/.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from heapq import heappop, heappush
from random import Random

from domain.commands.command import Command
from domain.dates import SHANGHAI
from scripts.dice import Script, Told
from scripts.plays import one_batch, one_call, one_measure
from scripts.plays.cities import FIRST_YEAR, LAST_DAY, CityInARound, Round, cities

BEGINNING = datetime(2013, 1, 1, 12, tzinfo=SHANGHAI)


def whole_rounds(seed: int, *, size: int = 60) -> Script:
    """A round of city-2019 every year, and the years of its holders; a round of pilots, of projects and
    of incentives; side by side until LAST_DAY."""
    dice = Random(seed)  # nosec B311
    lives = [one_batch(seed), one_call(seed), one_measure(seed), one_measure(seed + 1)]
    for year in range(FIRST_YEAR, LAST_DAY.year):
        round_ = Round(dice=Random(dice.random()), year=year, slip=0.1)  # nosec B311
        chosen = dice.sample(cities(), size)
        round_.entrants = [CityInARound(city, *round_.category()) for city in chosen]
        lives.append(_life(round_))
    yield from _side_by_side(lives)


def _life(round_: Round) -> Script:
    """A round, and each year of its holders."""
    yield from round_.play()
    for year in range(round_.year + 1, LAST_DAY.year + 1):
        yield from round_.hold(year)


def _side_by_side(scripts: Sequence[Script]) -> Script:
    """Several scripts as one, in the order of time; what would come after LAST_DAY is left out."""
    waiting: list[tuple[datetime, int, Command]] = []

    def wait(number: int, told: Told | None) -> None:
        try:
            when, act = scripts[number].send(told) if told else next(scripts[number])
        except StopIteration:
            return
        if when.date() <= LAST_DAY:
            heappush(waiting, (when, number, act))

    for number in range(len(scripts)):
        wait(number, None)
    while waiting:
        when, number, act = heappop(waiting)
        wait(number, (yield when, act))
