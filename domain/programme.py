"""A programme: the rule book of one regulation, and what else differs from one to the other.

Whose quota a recommendation and a title use, what the text itself sets, from when to when a title is held,
and how a list is chosen; the life of a case is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

from domain.cases import Case
from domain.events import Parameters
from domain.life import Life
from domain.rules import Due, Facts, Rulebook, Words
from domain.terms import Terms

if TYPE_CHECKING:
    from domain.selection import Selection

NOTHING_SET = Parameters()
Choice: TypeAlias = tuple[Case, str, tuple[str, ...]]  # a case, a category, its fields


@dataclass(frozen=True, slots=True)
class Whose:
    """Through which unit a subject comes, whose quota it uses by that, and where the text says so."""

    unit: str | None  # None: directly, through no unit
    words: Words
    points: tuple[str, ...] = ()  # open points that it rests on


@dataclass(frozen=True)
class Intake:
    """What a unit may recommend: which of its quotas a choice uses, and which cap limits that."""

    cap: Callable[[str, str], str]  # unit, group: the cap's pool
    caps: tuple[str, ...]  # all of them
    group: Callable[[tuple[str, ...]], str] = lambda _fields: ""  # of a unit's several quotas
    least: int | None = None  # fewer are shown as a shortfall
    # The rule in principle that holds the cap: who is excepted from it takes no place of it.
    rule: str = ""
    # Whether the first in the unit's order are taken when its intake is closed.
    closes: bool = False

    def pool(self, unit: str, fields: tuple[str, ...]) -> str:
        """The unit's quota that a choice uses: cn:430000, cn:420000/1-9."""
        group = self.group(fields)
        return f"{unit}/{group}" if group else unit


@dataclass(frozen=True)
class Programme(Rulebook):
    """One rule book and the titles given under it; without rules it is for the record only."""

    name: str  # Chinese
    english: str
    categories: dict[str, tuple[str, str]] = field(default_factory=dict)  # code: Chinese, English
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)  # category: the title's words
    grounds: dict[str, tuple[str, str]] = field(default_factory=dict)  # of withdrawal
    pools: Callable[[str, tuple[str, ...]], tuple[str, ...]] = lambda _category, _fields: ()
    all_pools: tuple[str, ...] = ()
    totals: dict[str, str] = field(default_factory=dict)  # category: the rule that holds its total
    intake: Intake | None = None  # None: the text limits no unit
    # What the text itself sets for a round that is opened while it is in force, whatever the round's own
    # documents do not set.
    text: Parameters = NOTHING_SET
    widths_alike: bool = False  # whether a title in characters of full width is the same title
    # Whether a letter that was sent in time is recorded though it comes after the close, or when what was
    # sent later has taken every place: it waits to be admitted.
    late_letters: bool = False
    # From when to when a title is held: by its round's terms, its case and the award's day.
    held: Callable[[str, Terms, Life, date], tuple[date | None, date | None]] = (
        lambda _category, _terms, _life, _day: (None, None)
    )
    # A duty as the recorded readings (point: choice) have it; None: by them it is not owed.
    as_read: Callable[[Due, Mapping[str, str]], Due | None] = lambda due, _chosen: due
    debars: bool = False  # whether its text bars anybody
    binds: tuple[str, ...] = ()  # the programmes whose titles it binds beside its own
    # What its own rules judge, and L-11 leaves to them.
    judges_itself: frozenset[Literal["deadline", "publicity"]] = frozenset()
    points: tuple[str, ...] = ()  # where its text is silent
    whose: Callable[[str], Whose] | None = None  # whose quota a subject uses, and why
    # The list that the scores of a round lead to, where the text constrains it.
    selects: Callable[[Facts], Selection] | None = None

    def ever(self, table: Literal["categories", "fields", "grounds"]) -> dict[str, tuple[str, str]]:
        """What any of its editions calls by a code, in the newest one's words; titles outlast an edition."""
        found: dict[str, tuple[str, str]] = {}
        for one in reversed(self.editions):
            found |= getattr(one, table)
        return found

    def is_of_fields(self, category: str) -> bool:
        """Whether a title of a category is of one or more fields, too."""
        return bool(self.fields) and not self.pools(category, ())

    def that_judges(self, facts: Facts) -> Programme:
        """The edition of this book that judges an act; of another programme's act, the one in force."""
        own = (book for book in facts.books if isinstance(book, Programme) and book.id == self.id)
        return next(own, None) or self.in_force(facts.day, facts.place)

    def recommended_in(self, case: Case, unit: str, fields: tuple[str, ...]) -> tuple[str, ...]:
        """Whose quota of recommendations a case uses: <programme>/<round>/<unit>…"""
        if self.intake is None:
            return ()
        return (f"{case.programme}/{case.round}/{self.intake.pool(unit, fields)}",)

    def cap_of(self, pool: str) -> str:
        """Which cap of the round limits a quota of recommendations; empty: none."""
        if self.intake is None:
            return ""
        unit, _, group = pool.split("/", 2)[2].partition("/")
        return self.intake.cap(unit, group)

    def pools_of(self, choice: Choice) -> tuple[str, ...]:
        """Whose quota a choice uses: <programme>/<round>/<pool>."""
        case, category, fields = choice
        pools = self.pools(category, fields)
        return tuple(f"{case.programme}/{case.round}/{pool}" for pool in pools)
