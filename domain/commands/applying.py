"""A city applies, adds, takes back; its unit recommends it or declines to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.cases import Case
from domain.events import (
    ApplicationRecommended,
    ApplicationRetracted,
    ApplicationSubmitted,
    ApplicationSupplemented,
    Condition,
    Fact,
    Material,
    RecommendationDeclined,
    Statistic,
)
from domain.events.fact import STRICT, CaseId, Code, Day, Name, RoundId, Stated, Text
from domain.life import APPLICATIONS_OF_THE_CITY, WHOLE_CASE, Life
from domain.rules import Broken, Choice, Command, Facts, Programme, Seal, Seen, command
from domain.subjects import UnknownSubject, subject
from domain.terms import TERMS, Terms


@dataclass(frozen=True, config=STRICT)
class Statement:
    """One basic condition, as the applicant states that it is met; its words are sealed."""

    number: Annotated[int, Field(ge=1, le=20)]  # (一) is 1
    words: Text
    field: Code | None = None  # for which field, where the text asks it of each
    document: Stated | None = None
    facility: Literal["built", "planned"] | None = None

    def sealed(self, seal: Seal) -> Condition:
        return Condition(self.number, seal(self.words), self.field, self.document, self.facility)


@command("apply", reads=(TERMS, APPLICATIONS_OF_THE_CITY))
class Apply(Command):
    """A subject applies in a round; `effective` is the day on which it sent its application."""

    of: RoundId  # programme
    round: RoundId
    subject: Name  # id
    category: Code
    channel: Literal["direct", "unit"]
    fields: tuple[Code, ...] = ()
    unit: Name | None = None  # the recommending unit it goes through
    conditions: Annotated[tuple[Statement, ...], Field(max_length=100)] = ()
    materials: Annotated[tuple[Material, ...], Field(max_length=100)] = ()
    statistics: Annotated[tuple[Statistic, ...], Field(max_length=100)] = ()
    led_by: Name | None = None
    received_on: Day | None = None

    def cases(self) -> tuple[Case, ...]:
        return (Case(self.of, self.round, self.subject),)

    def choices(self) -> tuple[Choice, ...]:
        return ((self.cases()[0], self.category, self.fields),)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if Terms.of(facts).opened is None:
            yield Broken(f"no round {self.round} of {self.of} is open")
        try:
            subject(self.subject)
        except UnknownSubject as error:
            yield Broken(str(error))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        standing = standing_applications(facts)
        yield from (a for a in standing if a.fact.category == self.category)

    def _next_number(self, facts: Facts) -> int:
        """Never one that was given before, whatever a correction has made of it."""
        prefix = f"case:{self.cases()[0]}"
        given = [
            Case.parse(tag.removeprefix("case:")).number
            for event in facts.ever
            for tag in event.tags
            if tag == prefix or tag.startswith(f"{prefix}/")
        ]
        return max(given, default=0) + 1

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        case = replace(self.cases()[0], number=self._next_number(facts))
        conditions = tuple(condition.sealed(seal) for condition in self.conditions)
        pools = () if programme is None else programme.pools_of(self.choices()[0])
        yield ApplicationSubmitted(
            str(case), self.category, subject(self.subject).province, self.channel, self.fields,
            self.unit, pools, conditions, self.materials, self.statistics, self.led_by,
            self.received_on,
        )  # fmt: skip


def standing_applications(facts: Facts) -> list[Seen[ApplicationSubmitted]]:
    """Applications that have not been retracted."""
    gone = {r.fact.case for r in facts.of(ApplicationRetracted)}
    return [a for a in facts.of(ApplicationSubmitted) if a.fact.case not in gone]


class OnACase(Command):
    """An act on one application that stands."""

    case: CaseId

    def cases(self) -> tuple[Case, ...]:
        return (Case.parse(self.case),)

    def life(self, facts: Facts) -> Life:
        return Life.of(facts, Case.parse(self.case))

    def missing(self, facts: Facts) -> Iterator[Broken]:
        life = self.life(facts)
        if life.application is None:
            yield Broken(f"there is no application {self.case}")
        elif life.retracted is not None:
            yield Broken(f"{self.case} was retracted", (life.retracted.position,))


@command("supplement", reads=(WHOLE_CASE,))
class Supplement(OnACase):
    """The applicant adds what was missing."""

    case: CaseId
    conditions: Annotated[tuple[Statement, ...], Field(max_length=100)] = ()
    materials: Annotated[tuple[Material, ...], Field(max_length=100)] = ()
    statistics: Annotated[tuple[Statistic, ...], Field(max_length=100)] = ()

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        conditions = tuple(condition.sealed(seal) for condition in self.conditions)
        yield ApplicationSupplemented(self.case, conditions, self.materials, self.statistics)


@command("retract", reads=(WHOLE_CASE,))
class Retract(OnACase):
    """The applicant takes its application back, as long as no title has come of it."""

    case: CaseId
    reason: Text | None = None

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        if awarded := self.life(facts).awarded:
            yield Broken(f"{self.case} has led to a title", (awarded.position,))

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        proposed = self.life(facts).proposed
        yield ApplicationRetracted(
            self.case,
            seal(self.reason) if self.reason else None,
            proposed.fact.pools if proposed else (),
        )


@command("recommend", reads=(WHOLE_CASE,))
class Recommend(OnACase):
    """The unit recommends, after its preliminary review; `basis` is its recommendation document."""

    case: CaseId
    unit: Name
    reviewed_on: Day | None = None  # the preliminary review
    order: Annotated[int, Field(ge=1)] | None = None
    received_on: Day | None = None

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        life = self.life(facts)
        yield from (step for step in (life.recommended, life.declined) if step)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield ApplicationRecommended(
            self.case, self.unit, self.reviewed_on, self.order, self.received_on
        )


@command("decline", reads=(WHOLE_CASE,))
class Decline(OnACase):
    """The unit does not recommend, for a reason."""

    case: CaseId
    unit: Name
    reason: Text

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        life = self.life(facts)
        yield from (step for step in (life.recommended, life.declined) if step)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield RecommendationDeclined(self.case, self.unit, seal(self.reason))
