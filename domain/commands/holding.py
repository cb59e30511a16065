"""While a title is held: reports, assessments, inspections, what is set up; and its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.cases import Case
from domain.commands.command import Command, command
from domain.events import (
    Arranged,
    ArrangementRecorded,
    AssessmentRecorded,
    CommendationRecorded,
    DesignationAwarded,
    DesignationWithdrawn,
    Fact,
    HistoricalDesignationRecorded,
    IndicatorReported,
    InspectionRecorded,
    MaterialChangeReported,
    MonitoringChosen,
    ProgressReported,
    SupportRecorded,
)
from domain.events.fact import Code, Digest, Edtf, EntryId, Name, Text, Whom
from domain.held import bounds_of, last_day_held
from domain.life import THE_TITLE, of_the_designation
from domain.malformed import Malformed
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Seal, Seen, read


class OnATitle(Command):
    """An act on a title that is held on the act's day, however it is known (L-6)."""

    designation: EntryId

    def cases(self) -> tuple[Case, ...]:
        return (Case.parse(self.designation),)

    def title(self, facts: Facts) -> Seen[DesignationAwarded] | Seen[HistoricalDesignationRecorded] | None:
        """The fact that gave it."""
        for awarded in facts.of(DesignationAwarded):
            return awarded
        for known in facts.of(HistoricalDesignationRecorded):
            return known
        return None

    def missing(self, facts: Facts) -> Iterator[Broken]:
        title = self.title(facts)
        if title is None:
            yield Broken(because("no-title-is-on-record", designation=self.designation))
            return
        if withdrawn := facts.of(DesignationWithdrawn):
            if facts.day >= withdrawn[0].day:
                yield Broken(
                    because(
                        "was-withdrawn-on", designation=self.designation, effective=withdrawn[0].effective
                    ),
                    (withdrawn[0].position,),
                )
        elif (last := _last_day(title)) is not None and facts.day > last:
            yield Broken(because("ended-on", seat=self.designation, effective=last), (title.position,))
        if facts.day < _first_day(title):
            yield Broken(
                because("is-not-held-on-yet", designation=self.designation, day=facts.day), (title.position,)
            )


def _first_day(title: Seen[DesignationAwarded] | Seen[HistoricalDesignationRecorded]) -> date:
    """The earliest day on which it may have been held."""
    held_from = title.fact.held_from or title.effective
    return bounds_of(held_from)[0] or date.min


def _last_day(title: Seen[DesignationAwarded] | Seen[HistoricalDesignationRecorded]) -> date | None:
    """The last day that its record gives it."""
    return last_day_held(title.fact.held_until, None)


REPORTS = read(ProgressReported, under=of_the_designation)


@command("report-progress", "progress-reports", reads=(THE_TITLE, REPORTS), leads_to=ProgressReported)
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
            raise Malformed("a-report-says-of-which-year", kind=self.kind)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        title = self.title(facts)
        if title is None or self.year is None:
            return
        first = _first_day(title).year
        if not first <= self.year <= facts.day.year:
            yield Broken(
                because(
                    "is-held-since-there-is-nothing-to",
                    designation=self.designation,
                    first=first,
                    year=self.year,
                ),
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

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        words = seal(self.words) if self.words else None
        yield ProgressReported(
            designation=self.designation,
            kind=self.kind,
            year=self.year,
            sha256=self.sha256,
            words=words,
            areas=self.areas,
            applications=self.applications,
        )


@command("re-assess", "re-assessments", reads=(THE_TITLE,), leads_to=AssessmentRecorded)
class Reassess(OnATitle):
    """The ministry assesses a holder again."""

    designation: EntryId
    passed: bool
    on_site: bool = False

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield AssessmentRecorded(designation=self.designation, passed=self.passed, on_site=self.on_site)


@command(
    "record-inspection",
    "inspections",
    reads=(THE_TITLE,),
    leads_to=InspectionRecorded,
    renamed={"by": "carried_out_by"},
)
class RecordInspection(OnATitle):
    """An inspection or monitoring of a holder, by the ministry or one it entrusts."""

    designation: EntryId
    carried_out_by: Name
    passed: bool | None = None
    findings: Text | None = None

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        findings = seal(self.findings) if self.findings else None
        yield InspectionRecorded(
            designation=self.designation, by=self.carried_out_by, passed=self.passed, findings=findings
        )


@command("record-support", "support", reads=(THE_TITLE,), leads_to=SupportRecorded)
class RecordSupport(OnATitle):
    """What a holder is given for its title."""

    designation: EntryId
    kind: Code
    words: Name

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield SupportRecorded(designation=self.designation, kind=self.kind, words=self.words)


@command("record-arrangement", "arrangements", reads=(THE_TITLE,), leads_to=ArrangementRecorded)
class RecordArrangement(OnATitle):
    """What a holder or its unit sets up: a coordination body, a facility's project, help."""

    designation: EntryId
    kind: Arranged
    words: Name
    field: Code | None = None
    unit: Whom | None = None  # of `supervision`: the unit that supervises

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield ArrangementRecorded(
            designation=self.designation, kind=self.kind, words=self.words, field=self.field, unit=self.unit
        )


THE_CHOICE = read(MonitoringChosen, under=of_the_designation)


@command(
    "choose-for-monitoring", "monitored-holders", reads=(THE_TITLE, THE_CHOICE), leads_to=MonitoringChosen
)
class ChooseForMonitoring(OnATitle):
    """The ministry chooses a holder to report monitoring figures."""

    designation: EntryId
    words: Name | None = None

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(MonitoringChosen)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield MonitoringChosen(designation=self.designation, words=self.words)


@command("report-indicator", "indicators", reads=(THE_TITLE,), leads_to=IndicatorReported)
class ReportIndicator(OnATitle):
    """The holder reports a monitoring figure, in its unit; a share in hundredths of a percent."""

    designation: EntryId
    indicator: Code
    value: Annotated[int, Field(gt=-(2**53), lt=2**53)]
    unit: Name
    period: Edtf

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield IndicatorReported(
            designation=self.designation,
            indicator=self.indicator,
            value=self.value,
            unit=self.unit,
            period=self.period,
        )


@command("commend", "commendations", reads=(THE_TITLE,), leads_to=CommendationRecorded)
class Commend(OnATitle):
    """The ministry commends a holder, or an application of it."""

    designation: EntryId
    kind: Literal["advanced-city", "excellent-application"]
    words: Name

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield CommendationRecorded(designation=self.designation, kind=self.kind, words=self.words)


@command("report-change", "changes", reads=(THE_TITLE,), leads_to=MaterialChangeReported)
class ReportChange(OnATitle):
    """A holder reports a major change of itself, in writing."""

    designation: EntryId
    kind: Literal["merger", "restructuring", "liquidation", "other"]
    words: Text

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield MaterialChangeReported(designation=self.designation, kind=self.kind, words=seal(self.words))


ASSESSMENTS = read(AssessmentRecorded, under=of_the_designation)


@command("withdraw", "withdrawals", reads=(THE_TITLE,), leads_to=DesignationWithdrawn)
class Withdraw(OnATitle):
    """End a title on one of the grounds of its text, by an announcement."""

    designation: EntryId
    ground: Code  # as the programme numbers them; `outside`: a document outside its text (L-9)
    act: Text | None = None  # what was done, where the ground is open

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(DesignationWithdrawn)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        title = self.title(facts)
        assert title is not None  # else H-2 has refused
        pools = getattr(title.fact, "pools", ())
        act = seal(self.act) if self.act else None
        yield DesignationWithdrawn(designation=self.designation, ground=self.ground, act=act, pools=pools)
