"""What the rounds of the other programmes share: entrants, exceptions, lists, notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random
from typing import Any

from domain.commands import Apply, ClosePublicity, GrantException, Honour, OpenPublicity, Withdraw
from domain.events import Material
from domain.kernel import Actor
from domain.programmes import PROGRAMMES
from domain.subjects import Subject, everyone
from scripts.dice import DIGEST, MINISTRY, Play, Script, Step

REPORT = Material("application-report", DIGEST, original=True)
FORMS = (
    Material("recommendation-form", DIGEST, original=True),
    Material("declaration-of-truth", DIGEST, original=True),
)


@cache
def places(*levels: str) -> tuple[Subject, ...]:
    """Divisions of these levels that were there all the time."""
    return tuple(
        p for p in everyone() if p.level in levels and all(p.existed_in(y) for y in range(2013, 2027))
    )


def of_a_province(dice: Random, count: int, level: str = "prefecture-city") -> list[Subject]:
    """Cities of one province, none of them separately planned."""
    while True:
        province = dice.choice(places("province")).id
        there = [p for p in places(level) if p.province == province and not p.is_separately_planned]
        if len(there) >= count:
            return dice.sample(there, count)


@dataclass(slots=True)
class Entrant:
    """One who applies, as the script remembers it."""

    subject: str
    unit: str | None  # None: directly
    case: str = ""
    alive: bool = True
    points: int = 0
    objected: bool = False  # with an objection that was not rejected
    fields: tuple[str, ...] = ()
    act: Apply | None = None
    order: int = 0  # in its unit's order
    gone: bool = False  # taken back


@dataclass(slots=True, kw_only=True)
class OfARound(Play):
    """What the three share: applications, experts, exceptions, notices, honours."""

    programme: str
    id: str
    entrants: list[Entrant] = field(default_factory=list)

    def alive(self) -> list[Entrant]:
        return [entrant for entrant in self.entrants if entrant.alive]

    def cases(self) -> tuple[str, ...]:
        return tuple(entrant.case for entrant in self.alive())

    def applies(self, entrant: Entrant, act: Apply, day: date) -> Script:
        told = yield from self.ask(day, act)
        entrant.alive, entrant.act = told.accepted, act
        if told.accepted:
            entrant.case = told.cases[0]
            if self.slips():
                yield from self.ask(day, act)

    def expert(self) -> Actor:
        number = self.dice.randrange(1, 9)
        home = f"cn:{self.dice.choice(['11', '31', '44'])}0000"
        return Actor(f"p-expert-{number}", "reviewer", home)

    def exception(self, rule: str, entry: str, day: date) -> Step:
        act = GrantException(
            actor=MINISTRY, basis=self.document("专项批复", day), rule=rule, entry=entry, reason="专项支持"
        )
        told = yield from self.ask(day, act)
        return told

    def notice(self, day: date, **length: Any) -> OpenPublicity:
        length = length or {"working_days": 5}
        return OpenPublicity(actor=MINISTRY, list="1", listed=self.cases(), where="部门户网站", **length)

    def closing(self) -> ClosePublicity:
        return ClosePublicity(actor=MINISTRY, list="1", listed=self.cases())

    def honours(self, category: str) -> tuple[Honour, ...]:
        title = PROGRAMMES[self.programme].titles[category]
        return tuple(
            Honour(case=e.case, title=title, category=category, fields=e.fields) for e in self.alive()
        )

    def outside(self, designation: str, day: date) -> Withdraw:
        return Withdraw(
            actor=MINISTRY, basis=self.document("文外依据", day), designation=designation, ground="outside"
        )


def as_unit(unit: str) -> Actor:
    return Actor(f"p-{unit}", "provincial-unit", unit)
