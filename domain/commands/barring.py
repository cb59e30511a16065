"""What happens in the area of a subject, and what follows for it and its unit: barred, referred."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any, Literal

from domain.commands.command import Command, command
from domain.commands.subjects import nobody
from domain.dates import a_day, years_later
from domain.events import DebarmentImposed, Fact, IncidentRecorded, ReferralRecorded, SubjectChanged
from domain.events.fact import Code, Day, Name, RoundId, Text, Whom
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Seal, read
from domain.subjects import UnknownSubject, areas_of
from domain.tags import CHANGES
from domain.terms import day_of_document


def _of_its_areas(act: Any, _day: date) -> Iterator[str]:
    with suppress(UnknownSubject):  # H-2 says so
        areas = areas_of(act.place or act.subject, a_day(act.happened_on))
        yield from (CHANGES(area) for area in areas)


ITS_AREAS = read(SubjectChanged, under=_of_its_areas)


@command(
    "record-incident",
    "incidents",
    reads=(ITS_AREAS,),
    leads_to=IncidentRecorded,
    rests_on_a_document=True,
    missed_by_decisions=True,
)
class RecordIncident(Command):
    """Something happened in a subject's area; the finding is the act's basis."""

    subject: Whom
    kind: Code
    words: Text
    happened_on: Day
    place: Whom | None = None
    grade: Literal["particularly-serious", "serious", "larger", "ordinary"] | None = None

    def subjects(self) -> tuple[str, ...]:
        return (self.subject,)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if lacking := list(nobody(self.subject, self.place or self.subject)):
            yield lacking[0]
            return
        if a_day(self.happened_on) > facts.today:
            yield Broken(because("has-not-come-yet", happened_on=self.happened_on))

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        day = a_day(self.happened_on)
        shipped = areas_of(self.place or self.subject, day)
        went_into = [
            new.id
            for change in facts.of(SubjectChanged)
            if change.fact.ends_a_division and change.fact.subject in shipped and change.day <= day
            for new in change.fact.into
        ]
        areas = tuple(dict.fromkeys((*shipped, *went_into)))
        yield IncidentRecorded(
            subject=self.subject,
            kind=self.kind,
            words=seal(self.words),
            happened_on=self.happened_on,
            areas=areas,
            place=self.place,
            grade=self.grade,
        )


class _AboutASubject(Command):
    """An act on a subject, under a programme, whatever it applied for."""

    of: RoundId  # programme
    subject: Whom

    def programme(self) -> str:
        return self.of

    def subjects(self) -> tuple[str, ...]:
        return (self.subject,)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from nobody(self.subject)


@command(
    "debar",
    "debarments",
    leads_to=DebarmentImposed,
    renamed={"programme": "of"},
    rests_on_a_document=True,
    missed_by_decisions=True,
)
class Debar(_AboutASubject):
    """For fraud by its unit: bar a subject from evaluation and the unit from recommending, for three
    years from the punishing document's day, that day of the third year included (Q-16)."""

    of: RoundId
    subject: Whom
    unit: Whom
    words: Text

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        yield from nobody(self.unit)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        until = years_later(day_of_document(self.basis, facts.day), 3).isoformat()
        yield DebarmentImposed(
            programme=self.of, subject=self.subject, unit=self.unit, until=until, words=seal(self.words)
        )


@command("refer", "referrals", leads_to=ReferralRecorded, renamed={"programme": "of"})
class Refer(_AboutASubject):
    """A grave case is referred to the body in charge; bodies by role, no persons."""

    of: RoundId
    subject: Whom
    to: Name
    words: Text
    result: Name | None = None

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield ReferralRecorded(
            programme=self.of, subject=self.subject, to=self.to, words=seal(self.words), result=self.result
        )
