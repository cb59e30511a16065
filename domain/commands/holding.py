"""While a title is held: reports, assessments, inspections, what is set up; and its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.cases import Case
from domain.dates import a_day, parse, years_later
from domain.events import (
    Arranged,
    ArrangementRecorded,
    AssessmentRecorded,
    CommendationRecorded,
    DebarmentImposed,
    DesignationAwarded,
    DesignationWithdrawn,
    Fact,
    HistoricalDesignationRecorded,
    IncidentRecorded,
    IndicatorReported,
    InspectionRecorded,
    MaterialChangeReported,
    ProgressReported,
    ReferralRecorded,
    SupportRecorded,
)
from domain.events.fact import Code, Day, Digest, Edtf, EntryId, Name, RoundId, Text
from domain.life import THE_TITLE, of_the_designation
from domain.programme import Programme
from domain.rules import Broken, Command, Facts, Seal, Seen, command, read
from domain.subjects import UnknownSubject, areas_of, subject
from domain.terms import day_of


class OnATitle(Command):
    """An act on a title that is held on the act's day, however it is known (L-6)."""

    designation: EntryId

    def cases(self) -> tuple[Case, ...]:
        return (Case.parse(self.designation),)

    def title(
        self, facts: Facts
    ) -> Seen[DesignationAwarded] | Seen[HistoricalDesignationRecorded] | None:
        """The fact that gave it."""
        for awarded in facts.of(DesignationAwarded):
            return awarded
        for known in facts.of(HistoricalDesignationRecorded):
            return known
        return None

    def missing(self, facts: Facts) -> Iterator[Broken]:
        title = self.title(facts)
        if title is None:
            yield Broken(f"no title {self.designation} is on record")
            return
        if withdrawn := facts.of(DesignationWithdrawn):
            if facts.day >= withdrawn[0].day:
                yield Broken(
                    f"{self.designation} was withdrawn on {withdrawn[0].effective}",
                    (withdrawn[0].position,),
                )
        elif (last := _last_day(title)) is not None and facts.day > last:
            yield Broken(f"{self.designation} ended on {last}", (title.position,))
        if facts.day < _first_day(title):
            yield Broken(f"{self.designation} is not held on {facts.day} yet", (title.position,))


def _first_day(title: Seen[DesignationAwarded] | Seen[HistoricalDesignationRecorded]) -> date:
    """The earliest day on which it may have been held."""
    held_from = title.fact.held_from or title.effective
    return (parse(held_from).earliest if held_from else None) or date.min


def _last_day(title: Seen[Any]) -> date | None:
    """The last day that its record gives it."""
    until = title.fact.held_until
    return parse(until).latest if until else None


REPORTS = read(ProgressReported, under=of_the_designation)


@command("report-progress", reads=(THE_TITLE, REPORTS))
class ReportProgress(OnATitle):
    """The holder reports on a year, or in between."""

    designation: EntryId
    kind: Literal["yearly", "half-year", "regular"]
    year: Annotated[int, Field(ge=2013, le=2200)] | None = None
    sha256: Digest | None = None
    words: Text | None = None
    areas: Annotated[tuple[Code, ...], Field(max_length=20)] = ()  # of the text, it is filed under
    applications: Annotated[int, Field(ge=0, le=1_000)] | None = None  # typical ones, with it

    def __post_init__(self) -> None:
        if self.kind != "regular" and self.year is None:
            raise ValueError(f"a {self.kind} report says on which year it is")

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        title = self.title(facts)
        if title is None or self.year is None:
            return
        first = _first_day(title).year
        if not first <= self.year <= facts.day.year:
            yield Broken(
                f"{self.designation} is held since {first}: there is nothing to report of {self.year}",
                (title.position,),
            )

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        for report in facts.of(ProgressReported):
            same = self.kind == report.fact.kind and self.year == report.fact.year
            adds = (self.areas and not report.fact.areas) or (
                self.applications and not report.fact.applications
            )
            if same and not adds and self.kind != "regular":
                yield report

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        words = seal(self.words) if self.words else None
        yield ProgressReported(
            self.designation, self.kind, self.year, self.sha256, words, self.areas,
            self.applications,
        )  # fmt: skip


@command("re-assess", reads=(THE_TITLE,))
class Reassess(OnATitle):
    """The ministry assesses a holder again."""

    designation: EntryId
    passed: bool
    on_site: bool = False

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield AssessmentRecorded(self.designation, self.passed, self.on_site)


@command("record-inspection", reads=(THE_TITLE,))
class RecordInspection(OnATitle):
    """An inspection or monitoring of a holder, by the ministry or one it entrusts."""

    designation: EntryId
    carried_out_by: Name
    passed: bool | None = None
    findings: Text | None = None

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        findings = seal(self.findings) if self.findings else None
        yield InspectionRecorded(self.designation, self.carried_out_by, self.passed, findings)


@command("record-incident")
class RecordIncident(Command):
    """Something happened in a subject's area; the finding is the act's basis."""

    subject: Name
    kind: Code
    words: Text
    happened_on: Day
    place: Name | None = None
    grade: Literal["particularly-serious", "serious", "larger", "ordinary"] | None = None

    def subjects(self) -> tuple[str, ...]:
        return (self.subject,)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        for id_ in (self.subject, self.place or self.subject):
            try:
                subject(id_)
            except UnknownSubject as error:
                yield Broken(str(error))
                return
        if a_day(self.happened_on) > facts.today:
            yield Broken(f"{self.happened_on} has not come yet")

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        areas = areas_of(self.place or self.subject)
        yield IncidentRecorded(
            self.subject, self.kind, seal(self.words), self.happened_on,
            tuple(dict.fromkeys((self.subject, *areas))), self.place, self.grade,
        )  # fmt: skip


@command("record-support", reads=(THE_TITLE,))
class RecordSupport(OnATitle):
    """What a holder is given for its title."""

    designation: EntryId
    kind: Code
    words: Name

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield SupportRecorded(self.designation, self.kind, self.words)


@command("record-arrangement", reads=(THE_TITLE,))
class RecordArrangement(OnATitle):
    """What a holder or its unit sets up: a coordination body, a facility's project, help."""

    designation: EntryId
    kind: Arranged
    words: Name
    field: Code | None = None

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield ArrangementRecorded(self.designation, self.kind, self.words, self.field)


@command("report-indicator", reads=(THE_TITLE,))
class ReportIndicator(OnATitle):
    """The holder reports a monitoring figure, in its unit; a share in hundredths of a percent."""

    designation: EntryId
    indicator: Code
    value: Annotated[int, Field(gt=-(2**53), lt=2**53)]
    unit: Name
    period: Edtf

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield IndicatorReported(
            self.designation, self.indicator, self.value, self.unit, self.period
        )


@command("commend", reads=(THE_TITLE,))
class Commend(OnATitle):
    """The ministry commends a holder, or an application of it."""

    designation: EntryId
    kind: Literal["advanced-city", "excellent-application"]
    words: Name

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield CommendationRecorded(self.designation, self.kind, self.words)


@command("report-change", reads=(THE_TITLE,))
class ReportChange(OnATitle):
    """A holder reports a major change of itself, in writing."""

    designation: EntryId
    kind: Literal["merger", "restructuring", "liquidation", "other"]
    words: Text

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield MaterialChangeReported(self.designation, self.kind, seal(self.words))


class _AboutASubject(Command):
    """An act on a subject, under a programme, whatever it applied for."""

    of: RoundId  # programme
    subject: Name

    def programme(self) -> str:
        return self.of

    def subjects(self) -> tuple[str, ...]:
        return (self.subject,)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        try:
            subject(self.subject)
        except UnknownSubject as error:
            yield Broken(str(error))


@command("debar")
class Debar(_AboutASubject):
    """For fraud by its unit: bar a subject from evaluation and the unit from recommending, for three
    years from the punishing document's day, that day of the third year included (Q-16)."""

    of: RoundId
    subject: Name
    unit: Name
    words: Text

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        try:
            subject(self.unit)
        except UnknownSubject as error:
            yield Broken(str(error))

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        until = years_later(day_of(self.basis, facts.day), 3).isoformat()
        yield DebarmentImposed(self.of, self.subject, self.unit, until, seal(self.words))


@command("refer")
class Refer(_AboutASubject):
    """A grave case is referred to the body in charge; bodies by role, no persons."""

    of: RoundId
    subject: Name
    to: Name
    words: Text
    result: Name | None = None

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield ReferralRecorded(self.of, self.subject, self.to, seal(self.words), self.result)


ASSESSMENTS = read(AssessmentRecorded, under=of_the_designation)


@command("withdraw", reads=(THE_TITLE,))
class Withdraw(OnATitle):
    """End a title on one of the grounds of its text, by an announcement."""

    designation: EntryId
    ground: Code  # as the programme numbers them; `outside`: a document outside its text (L-9)
    act: Text | None = None  # what was done, where the ground is open

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(DesignationWithdrawn)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        title = self.title(facts)
        assert title is not None  # else H-2 has refused
        pools = getattr(title.fact, "pools", ())
        act = seal(self.act) if self.act else None
        yield DesignationWithdrawn(self.designation, self.ground, act, pools)
