"""A city applies, adds, takes back; its unit recommends it or declines to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.cases import Case
from domain.commands.command import Command, Data, command
from domain.events import (
    ApplicationRetracted,
    ApplicationSubmitted,
    ApplicationSupplemented,
    Condition,
    CreditCodeConfirmed,
    Entity,
    Fact,
    Material,
    Statistic,
    SubjectChanged,
)
from domain.events.fact import STRICT, CaseId, Code, Day, Name, RoundId, StatedDocument, Text, Whom
from domain.life import APPLICATIONS_OF_THE_CITY, CONFIRMED_CODES, WHOLE_CASE, Life
from domain.programme import Choice, Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Seal, Seen, read
from domain.subjects import UnknownSubject, is_project, subject
from domain.tags import CASE, CHANGES
from domain.terms import THE_TERMS, Terms


@dataclass(frozen=True, config=STRICT)
class Statement:
    """One basic condition, as the applicant states that it is met; its words are sealed."""

    number: Annotated[int, Field(ge=1, le=20)]  # (一) is 1
    words: Text
    field: Code | None = None  # for which field, where the text asks it of each
    document: StatedDocument | None = None
    facility: Literal["built", "planned"] | None = None
    speciality: bool = False

    def sealed(self, seal: Seal) -> Condition:
        return Condition(
            self.number, seal(self.words), self.field, self.document, self.facility, self.speciality
        )


def _of_its_own(act: Any, _day: date) -> Iterator[str]:
    yield CHANGES(act.seat())


ITS_END = read(SubjectChanged, under=_of_its_own)


@command(
    "apply",
    "applications",
    reads=(THE_TERMS, APPLICATIONS_OF_THE_CITY, ITS_END),
    leads_to=ApplicationSubmitted,
)
class Apply(Command):
    """A subject applies in a round; `effective` is the day on which it sent its application."""

    of: RoundId  # programme
    round: RoundId
    subject: Whom  # id
    category: Code
    channel: Literal["direct", "unit", "nominated"]  # nominated: put forward by the ministry
    fields: tuple[Code, ...] = ()
    unit: Whom | None = None  # the recommending unit it goes through
    entity: Entity | None = None  # of a project
    conditions: Annotated[tuple[Statement, ...], Field(max_length=100)] = ()
    materials: Annotated[tuple[Material, ...], Field(max_length=100)] = ()
    statistics: Annotated[tuple[Statistic, ...], Field(max_length=100)] = ()
    led_by: Name | None = None
    received_on: Day | None = None

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        case = Case.parse(stated[0]["case"])
        own = {"of": case.programme, "round": case.round, "subject": case.subject}
        return {**stated[0], **own}

    def cases(self) -> tuple[Case, ...]:
        return (Case(self.of, self.round, self.subject),)

    def choices(self) -> tuple[Choice, ...]:
        return ((self.cases()[0], self.category, self.fields),)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if Terms.of(facts).opened is None:
            yield Broken(because("no-round-of-is-open", round=self.round, of=self.of))
        try:
            of, seat = subject(self.subject), subject(self.seat())
        except UnknownSubject as error:
            yield Broken(because("no-subject-has-the-id", about=error.about))
            return
        for change in facts.of(SubjectChanged):
            if change.fact.ends and change.fact.subject == self.seat() and change.day <= facts.day:
                yield Broken(
                    because("ended-on", seat=self.seat(), effective=change.effective), (change.position,)
                )
        if self.entity and seat.until is not None and seat.until < facts.day.year:  # as shipped
            yield Broken(because("ended-on", seat=self.seat(), effective=seat.until))
        if self.entity and not of.is_project:
            yield Broken(because("is-no-legal-entity-project-it-names", of=of))

    def seat(self) -> str:
        """Where it lies: a project, where its entity is registered."""
        return self.entity.seat if self.entity else self.subject

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        standing = standing_applications(facts)
        yield from (a for a in standing if a.fact.category == self.category)

    def _next_number(self, facts: Facts) -> int:
        """Never one that was given before, whatever a correction has made of it."""
        entry = self.cases()[0].entry
        named = {id_ for event in facts.ever for id_ in CASE.among(event.tags)}
        own = (id_ for id_ in named if id_ == entry or id_.startswith(f"{entry}/"))
        given = [Case.parse(id_).number for id_ in own]
        return max(given, default=0) + 1

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        case = replace(self.cases()[0], number=self._next_number(facts))
        conditions = tuple(condition.sealed(seal) for condition in self.conditions)
        pools = () if programme is None else programme.pools_of(self.choices()[0])
        yield ApplicationSubmitted(
            case=str(case),
            category=self.category,
            province=subject(self.seat()).province,
            channel=self.channel,
            fields=self.fields,
            unit=self.unit,
            pools=pools,
            conditions=conditions,
            materials=self.materials,
            statistics=self.statistics,
            led_by=self.led_by,
            received_on=self.received_on,
            entity=self.entity,
        )


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
            yield Broken(because("there-is-no-application", case=self.case))
        elif life.retracted is not None:
            yield Broken(because("was-retracted", case=self.case), (life.retracted.position,))


@command(
    "confirm-credit-code",
    "confirmed-credit-codes",
    reads=(WHOLE_CASE, CONFIRMED_CODES),
    leads_to=CreditCodeConfirmed,
    rests_on_a_document=True,
)
class ConfirmCreditCode(OnACase):
    """The ministry confirms the credit code of a project's entity, whose check digit is not what its rule
    gives."""

    case: CaseId

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        of = self.cases()[0].subject
        if not is_project(of):
            yield Broken(because("is-no-legal-entity-project", of=of))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(CreditCodeConfirmed)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield CreditCodeConfirmed(case=self.case)


@command("supplement", "supplements", reads=(WHOLE_CASE,), leads_to=ApplicationSupplemented)
class Supplement(OnACase):
    """The applicant adds what was missing."""

    case: CaseId
    conditions: Annotated[tuple[Statement, ...], Field(max_length=100)] = ()
    materials: Annotated[tuple[Material, ...], Field(max_length=100)] = ()
    statistics: Annotated[tuple[Statistic, ...], Field(max_length=100)] = ()

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        conditions = tuple(condition.sealed(seal) for condition in self.conditions)
        yield ApplicationSupplemented(
            case=self.case, conditions=conditions, materials=self.materials, statistics=self.statistics
        )


@command(
    "retract", "retractions", reads=(WHOLE_CASE,), leads_to=ApplicationRetracted, missed_by_decisions=True
)
class Retract(OnACase):
    """The applicant takes its application back, as long as no title has come of it."""

    case: CaseId
    reason: Text | None = None

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        if awarded := self.life(facts).awarded:
            yield Broken(because("has-led-to-a-title", case=self.case), (awarded.position,))

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        life = self.life(facts)
        yield ApplicationRetracted(
            case=self.case,
            reason=seal(self.reason) if self.reason else None,
            pools=life.proposed.fact.pools if life.proposed else (),
            recommended=life.recommended.fact.pools if life.recommended else (),
        )
