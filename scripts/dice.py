"""What every simulated round has in common: dice, a clock that never goes back, slips, documents.

A script is a generator: it yields (when, act) and is sent what became of the act. It does not know who
judges, so the same dice play against a real ledger and against a ledger in memory.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeAlias

from domain.commands.command import Command
from domain.dates import SHANGHAI
from domain.kernel import Actor, Document

FIRST_DAY = datetime(2013, 1, 1, 12, tzinfo=SHANGHAI)
MINISTRY = Actor("p-ministry", "ministry", "miit")
DIGEST = "5f" * 32


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an act."""

    accepted: bool
    rules: tuple[str, ...] = ()  # broken
    cases: tuple[str, ...] = ()


Script: TypeAlias = Generator[tuple[datetime, Command], Told, None]
Step: TypeAlias = Generator[tuple[datetime, Command], Told, Told]


def moment(day: date, dice: Random) -> datetime:
    """Some time in office hours."""
    return datetime.combine(day, time(9), SHANGHAI) + timedelta(seconds=dice.randrange(8 * 3600))


@dataclass(slots=True, kw_only=True)
class Play:
    """Some round, played by dice."""

    dice: Random
    year: int
    slip: float = 0.25  # how often somebody asks for what the rules do not allow
    clock: datetime = FIRST_DAY

    def ask(self, day: date, act: Command) -> Step:
        """Ask for an act on a day; time never goes back."""
        when = max(moment(day, self.dice), self.clock)
        self.clock = when
        told = yield when, act
        return told

    def slips(self) -> bool:
        return self.dice.random() < self.slip

    def day(self, month: int, day: int, spread: int = 20, years: int = 0) -> date:
        """A day of the round's year, or so many years later; never before what came before."""
        found = date(self.year + years, month, day) + timedelta(days=self.dice.randrange(spread))
        return max(found, self.clock.date())

    def days(self, month: int, day: int, spread: int, count: int) -> list[date]:
        """As many days as that, in order."""
        return sorted(self.day(month, day, spread) for _ in range(count))

    def document(self, what: str, day: date) -> Document:
        number = f"模拟函〔{day.year}〕{self.dice.randrange(1, 900)}号"
        return Document(number=number, title=what, published=day.isoformat())
