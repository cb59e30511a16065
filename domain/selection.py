"""From a ranking to a list: places, at most so many of a group, at least so many of a kind.

The list is the best lexicographically by rank: who ranks first is on it if any list that keeps the
constraints has them, then who ranks second, and so on. Why each is in or out is said. Equal scores are
no order: where they decide a place the tie is reported, and a recorded decision puts it in order. A
floor that cannot be met is reported, and met as far as it can be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import groupby
from typing import Literal, TypeAlias

Reason: TypeAlias = Literal["rank", "floor", "places", "group", "displaced", "tie"]


@dataclass(frozen=True, slots=True)
class Contender:
    """One in the ranking."""

    id: str
    score: Fraction  # more is better
    group: str = ""  # of which at most so many are taken: a province
    kind: str = ""  # of which at least so many are wanted: West and Northeast


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a list keeps, and the rule that says so."""

    places: int | None = None  # None: unset
    of_a_group: int | None = None
    floors: Mapping[str, int] = field(default_factory=dict)  # kind: least
    rules: Mapping[str, str] = field(default_factory=dict)  # places, group, or a kind: rule id


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate's fate, and why."""

    id: str
    rank: int  # from 1; equal scores share one
    chosen: bool
    reason: Reason
    rule: str = ""  # by which it is out, or in before its rank
    because_of: tuple[str, ...] = ()  # whose place it has, or who has its


@dataclass(frozen=True, slots=True)
class Selection:
    """The list, each candidate's fate, and what no software may decide."""

    placed: tuple[Placed, ...]
    ties: tuple[tuple[str, ...], ...] = ()  # equal scores that decide a place, not decided yet
    short: Mapping[str, int] = field(default_factory=dict)  # floors that cannot be met: by how many

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(placed.id for placed in self.placed if placed.chosen)


def select(
    candidates: Iterable[Contender], constraints: Constraints, decided: Sequence[Sequence[str]] = ()
) -> Selection:
    """The list from a ranking. decided: recorded orders of equals; of two that differ the later holds.

    Where not all floors can be met, the one that is stated first is met first.
    """
    before = _before(decided)
    ranked = _ranked(candidates, before)
    rank = _ranks(ranked)
    attainable, short = _attainable(ranked, constraints)
    chosen = _best(ranked, attainable)
    plain = _best(ranked, replace(attainable, floors={}))
    placed = tuple(
        _explained(candidate, rank[candidate.id], ranked, chosen, plain, constraints) for candidate in ranked
    )
    ties = tuple(_ties(ranked, chosen, attainable, before))
    undecided = {id_ for tie in ties for id_ in tie}
    return Selection(tuple(replace(p, reason="tie") if p.id in undecided else p for p in placed), ties, short)


def _before(decided: Sequence[Sequence[str]]) -> dict[str, set[str]]:
    """Who goes before each, by the decisions and by what follows from them."""
    before: dict[str, set[str]] = {}
    for order in decided:
        for place, id_ in enumerate(order):
            ahead = before.setdefault(id_, set())
            ahead -= set(order[place + 1 :])  # an earlier decision said otherwise
            ahead |= set(order[:place])
    while grown := {
        id_: more
        for id_, ahead in before.items()
        if (more := ahead | {far for near in ahead for far in before.get(near, ())}) != ahead
    }:
        before |= grown
    return before


def _ranked(candidates: Iterable[Contender], before: Mapping[str, set[str]]) -> list[Contender]:
    """By score; equals as decisions have them, else by id, which decides nothing."""
    in_order = sorted(candidates, key=lambda c: (-c.score, c.id))
    return [
        candidate
        for _, equals in groupby(in_order, key=lambda c: c.score)
        for candidate in _sorted(list(equals), before)
    ]


def _sorted(equals: list[Contender], before: Mapping[str, set[str]]) -> list[Contender]:
    """Each after whoever goes before it; decisions that contradict each other decide nothing."""
    found: list[Contender] = []
    left = list(equals)
    while left:
        there = {c.id for c in left}
        free = (c for c in left if not (before.get(c.id, set()) - {c.id}) & there)
        first = next(free, left[0])
        found.append(first)
        left.remove(first)
    return found


def _ranks(ranked: Sequence[Contender]) -> dict[str, int]:
    first: dict[Fraction, int] = {}
    for place, candidate in enumerate(ranked, 1):
        first.setdefault(candidate.score, place)
    return {candidate.id: first[candidate.score] for candidate in ranked}


def _best(ranked: Sequence[Contender], constraints: Constraints) -> set[str]:
    """Taken in order of rank, whoever leaves room for what the floors still want."""
    taken: list[Contender] = []
    for place, candidate in enumerate(ranked):
        there = [*taken, candidate]
        if _fits(there, constraints) and _can_be_met(there, ranked[place + 1 :], constraints):
            taken = there
    return {candidate.id for candidate in taken}


def _fits(there: Sequence[Contender], constraints: Constraints) -> bool:
    if constraints.places is not None and len(there) > constraints.places:
        return False
    most = constraints.of_a_group
    return most is None or max(Counter(c.group for c in there).values(), default=0) <= most


def _can_be_met(there: Sequence[Contender], rest: Sequence[Contender], constraints: Constraints) -> bool:
    """Whether some of the rest, beside those there, bring every floor to its least."""
    wanted = [
        kind
        for kind, least in constraints.floors.items()
        for _ in range(least - sum(c.kind == kind for c in there))
    ]
    return len(_matched(wanted, there, rest, constraints)) == len(wanted)


def _matched(
    wanted: Sequence[str], there: Sequence[Contender], rest: Sequence[Contender], constraints: Constraints
) -> dict[int, Contender]:
    """As many of the wanted as can be had at once, each from a candidate of its own (augmenting paths)."""
    places = constraints.places
    room = len(wanted) if places is None else max(places - len(there), 0)
    taken_of = Counter(c.group for c in there)
    found: dict[int, Contender] = {}

    def place(slot: int, tried: set[str]) -> bool:
        for candidate in rest:
            if wanted[slot] != candidate.kind or candidate.id in tried:
                continue
            tried.add(candidate.id)
            holders = [s for s, c in found.items() if c.id == candidate.id]
            most = constraints.of_a_group
            if not holders and most is not None:
                same = [s for s, c in found.items() if c.group == candidate.group]
                if taken_of[candidate.group] + len(same) >= most:
                    holders = same
                    if not holders:
                        continue
            if not holders:
                found[slot] = candidate
                return True
            for holder in holders:
                left = found.pop(holder)
                found[slot] = candidate
                if place(holder, tried):
                    return True
                del found[slot]
                found[holder] = left
        return False

    for slot in range(len(wanted)):
        if len(found) < room:
            place(slot, set())
    return found


def _attainable(ranked: Sequence[Contender], constraints: Constraints) -> tuple[Constraints, dict[str, int]]:
    """The floors as far as anybody can meet them, and by how much each falls short."""
    wanted = [kind for kind, least in constraints.floors.items() for _ in range(least)]
    found = Counter(wanted[slot] for slot in _matched(wanted, (), ranked, constraints))
    short = {kind: least - found[kind] for kind, least in constraints.floors.items() if found[kind] < least}
    return replace(constraints, floors=dict(found)), short


def _explained(
    candidate: Contender,
    rank: int,
    ranked: Sequence[Contender],
    chosen: set[str],
    plain: set[str],
    constraints: Constraints,
) -> Placed:
    id_, rules = candidate.id, constraints.rules
    if id_ in chosen:
        if id_ in plain:
            return Placed(id_, rank, True, "rank")
        gone = tuple(c.id for c in ranked if c.id in plain and c.id not in chosen)
        return Placed(id_, rank, True, "floor", _of_floors({candidate.kind}, constraints), gone)
    if id_ in plain:
        came = tuple(c.id for c in ranked if c.id in chosen and c.id not in plain)
        return Placed(id_, rank, False, "displaced", _of_floors(constraints.floors, constraints), came)
    same = tuple(c.id for c in ranked if c.id in chosen and c.group == candidate.group)
    if constraints.of_a_group is not None and len(same) >= constraints.of_a_group:
        return Placed(id_, rank, False, "group", rules.get("group", ""), same)
    return Placed(id_, rank, False, "places", rules.get("places", ""))


def _of_floors(kinds: Iterable[str], constraints: Constraints) -> str:
    named = (constraints.rules.get(kind, "") for kind in constraints.floors if kind in set(kinds))
    return ", ".join(dict.fromkeys(named))


def _ties(
    ranked: Sequence[Contender], chosen: set[str], constraints: Constraints, before: Mapping[str, set[str]]
) -> Iterable[tuple[str, ...]]:
    """Equal scores on whose order, as far as no decision gives it, the list depends: each of them is
    put as far ahead as it may stand."""
    for _, equals in groupby(ranked, key=lambda c: c.score):
        tied = list(equals)
        at = ranked.index(tied[0])
        for candidate in tied:
            ahead = before.get(candidate.id, set())
            first = [c for c in tied if c.id in ahead and c is not candidate]
            rest = [c for c in tied if c is not candidate and c not in first]
            turned = [*ranked[:at], *first, candidate, *rest, *ranked[at + len(tied) :]]
            if _best(turned, constraints) != chosen:
                yield tuple(c.id for c in tied)
                break
