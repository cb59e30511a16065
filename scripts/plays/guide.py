"""The year 2016 under the guide, played by dice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from domain.commands import (
    ChooseForMonitoring,
    Commend,
    Reassess,
    RecordArrangement,
    ReportIndicator,
    ReportProgress,
)
from domain.commands.command import Command
from domain.events import Fact, HistoricalDesignationRecorded, Source
from domain.kernel import Actor
from scripts.dice import MINISTRY, Script
from scripts.plays.of_a_round import OfARound, places


def titles_of_the_guide(seed: int) -> list[tuple[Fact, str]]:
    """What is known of the holders from the announcement."""
    dice = Random(seed)  # nosec B311
    return [
        (
            HistoricalDesignationRecorded(
                designation=f"demo-2015/2015/{p.id}",
                programme="demo-2015",
                round="2015",
                subject=p.id,
                subject_name=p.today.name,
                province=p.province,
                source=Source("报道"),
            ),
            "2015-12-31",
        )
        for p in dice.sample(places("prefecture-city"), 3)
    ]


def year_of_the_guide(seed: int) -> Script:
    """2016 under the guide, of the cities that were announced, and of one that was not."""
    titles = [str(fact.designation) for fact, _ in titles_of_the_guide(seed)]  # type: ignore[attr-defined]
    dice = Random(seed)  # nosec B311
    play = OfARound(dice=dice, year=2016, programme="demo-2015", id="2015")
    titles.append(f"demo-2015/2015/{dice.choice(places('municipality')).id}")
    for title in titles:
        city = title.rpartition("/")[2]
        own = Actor(f"p-{city}", "applicant", city)
        plan: list[tuple[date, Command]] = [
            (
                date(2016, 3, 1),
                RecordArrangement(
                    actor=own,
                    designation=title,
                    kind=dice.choice(["coordination-body", "division-of-tasks", "goals-and-plan"]),
                    words="领导小组",
                ),
            ),
            (
                date(2016, 8, dice.randrange(1, 28)),
                ReportProgress(actor=own, designation=title, kind="half-year", year=2016, areas=("supply",)),
            ),
            (date(2016, 7, 20), ChooseForMonitoring(actor=dice.choice([MINISTRY, own]), designation=title)),
            (
                date(2016, 9, 1),
                ReportIndicator(
                    actor=own,
                    designation=title,
                    indicator="broadband-20m",
                    unit="%",
                    value=dice.randrange(3_000, 9_000),
                    period="2016-06",
                ),
            ),
            (
                date(2016, 11, dice.randrange(15, 30)),
                ReportProgress(
                    actor=own,
                    designation=title,
                    kind="yearly",
                    year=2016,
                    areas=("culture",),
                    applications=dice.choice([None, 2]),
                ),
            ),
            (date(2016, 12, 20), Reassess(actor=MINISTRY, designation=title, passed=True)),
            (
                date(2016, 12, 28),
                Commend(actor=MINISTRY, designation=title, kind="advanced-city", words="先进城市"),
            ),
        ]
        for day, act in plan:
            if dice.random() < 0.7:
                yield from play.ask(max(day, play.clock.date()), act)
        day = play.day(3, 1, 30, years=1)
        if play.slips():
            yield from play.ask(day, replace(play.outside(title, day), ground="1"))
            yield from play.ask(day, play.outside(title, day))
