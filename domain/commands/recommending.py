"""A unit recommends a city's application or declines to, in an order of its own; and revises both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.cases import Case
from domain.commands.applying import OnACase
from domain.commands.command import Command, Data, command
from domain.events import (
    ApplicationRecommended,
    Consent,
    DeclineRevised,
    Fact,
    IntakeClosed,
    Material,
    OrderRevised,
    RecommendationDeclined,
    Statistic,
)
from domain.events.fact import STRICT, CaseId, Day, Name, RoundId, Text, Whom
from domain.life import EXCEPTIONS, THE_INTAKE, WHOLE_CASE, excepted, standing_recommendations, waiting
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Seal, Seen
from domain.terms import THE_TERMS, Terms

Number = Annotated[int, Field(ge=1)]  # in the unit's order


@command(
    "recommend",
    "recommendations",
    reads=(WHOLE_CASE, EXCEPTIONS, THE_TERMS, THE_INTAKE),
    leads_to=ApplicationRecommended,
    missed_by_decisions=True,
)
class Recommend(OnACase):
    """The unit recommends, after its preliminary review; `basis` is its recommendation document.

    A letter that was sent in time and comes after the intake is closed, or when every place is taken by what
    was sent later, waits to be admitted.
    """

    case: CaseId
    unit: Whom
    reviewed_on: Day | None = None  # the preliminary review
    order: Number | None = None
    received_on: Day | None = None
    jointly_with: Name | None = None  # the communications administration
    consent: Consent | None = None  # of the province's government, or the XPCC
    materials: Annotated[tuple[Material, ...], Field(max_length=100)] = ()
    statistics: Annotated[tuple[Statistic, ...], Field(max_length=100)] = ()

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        life = self.life(facts)
        yield from (step for step in (life.recommended, life.declined) if step)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        application = self.life(facts).application
        case, rule = Case.parse(self.case), ""
        pools: tuple[str, ...] = ()
        if programme is not None and application is not None:
            pools = programme.recommended_in(case, self.unit, application.fact.fields)
            rule = programme.intake.rule if programme.intake else ""
        beside = excepted(rule, case.entry, facts)
        yield ApplicationRecommended(
            case=self.case,
            unit=self.unit,
            reviewed_on=self.reviewed_on,
            order=self.order,
            received_on=self.received_on,
            pools=pools,
            jointly_with=self.jointly_with,
            consent=self.consent,
            materials=self.materials,
            statistics=self.statistics,
            beside=beside,
            waits=not beside and any(is_full(programme, pool, case, facts) for pool in pools),
        )


def is_full(programme: Programme | None, pool: str, case: Case, facts: Facts) -> bool:
    """Whether a unit's intake is closed, or, where none is closed, every place of its quota taken."""
    if programme is None or programme.intake is None:
        return False
    if programme.intake.closes:
        return bool(facts.of(IntakeClosed))
    cap, late = Terms.of(facts).caps.get(programme.cap_of(pool)), waiting(facts)
    others = [
        r
        for r in standing_recommendations(facts)
        if pool in r.fact.pools and not r.fact.beside and r.fact.case not in {str(case), *late}
    ]
    return cap is not None and len(others) >= cap.places


@command("decline", "declined-recommendations", reads=(WHOLE_CASE,), leads_to=RecommendationDeclined)
class Decline(OnACase):
    """The unit does not recommend, for a reason."""

    case: CaseId
    unit: Whom
    reason: Text

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        life = self.life(facts)
        yield from (step for step in (life.recommended, life.declined) if step)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield RecommendationDeclined(case=self.case, unit=self.unit, reason=seal(self.reason))


@command("revise-decline", "revised-declines", reads=(WHOLE_CASE,), leads_to=DeclineRevised)
class ReviseDecline(OnACase):
    """The unit takes its decline back, for a reason; then it may recommend."""

    case: CaseId
    unit: Whom
    reason: Text

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        declined = self.life(facts).declined
        if declined is None or declined.fact.unit != self.unit:
            yield Broken(because("has-not-declined", unit=self.unit, case=self.case))

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield DeclineRevised(case=self.case, unit=self.unit, reason=seal(self.reason))


@dataclass(frozen=True, config=STRICT)
class Numbered:
    """A case, and its number in the unit's order."""

    case: CaseId
    order: Number


@command(
    "revise-order",
    "revised-orders",
    reads=(THE_TERMS, THE_INTAKE),
    leads_to=OrderRevised,
    missed_by_decisions=True,
)
class ReviseOrder(Command):
    """The unit puts what it recommended in another order: each case that gets another number, all at once."""

    of: RoundId  # programme
    round: RoundId
    unit: Whom
    orders: Annotated[tuple[Numbered, ...], Field(min_length=1, max_length=400)]

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        case = Case.parse(stated[0]["case"])
        orders = [{"case": one["case"], "order": one["order"]} for one in stated]
        return {"of": case.programme, "round": case.round, "unit": stated[0]["unit"], "orders": orders}

    def programme(self) -> str:
        return self.of

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(numbered.case) for numbered in self.orders)

    def subjects(self) -> tuple[str, ...]:
        return (self.unit,)

    def numbers(self) -> Mapping[str, int]:
        return {numbered.case: numbered.order for numbered in self.orders}

    def missing(self, facts: Facts) -> Iterator[Broken]:
        there = {r.fact.case for r in standing_recommendations(facts) if r.fact.unit == self.unit}
        for case in self.cases():
            if (case.programme, case.round) != (self.of, self.round) or str(case) not in there:
                yield Broken(because("is-not-recommended-by", case=case, unit=self.unit))
        if len(self.numbers()) < len(self.orders):
            yield Broken(because("a-case-is-numbered-twice"))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        numbers = self.numbers()
        there = [r for r in standing_recommendations(facts) if r.fact.case in numbers]
        if there and all(r.fact.order == numbers[r.fact.case] for r in there):
            yield there[0]

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        for numbered in self.orders:
            yield OrderRevised(case=numbered.case, unit=self.unit, order=numbered.order)
