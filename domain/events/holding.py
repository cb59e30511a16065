"""What happens to a title while it is held, and how it ends."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from domain.cases import Case, of_designation
from domain.events.fact import (
    Code,
    Day,
    Digest,
    Edtf,
    EntryId,
    Fact,
    Name,
    PoolId,
    RoundId,
    Sealed,
    SubjectId,
    fact,
)
from domain.tags import DEBARRED, HOLDERS, INCIDENTS, POOL, PROGRAMME, SUBJECT


@fact("progress.reported")
class ProgressReported(Fact):
    """The holder reports: once a year, or in between."""

    designation: EntryId
    kind: Literal["yearly", "half-year", "regular"]
    year: Annotated[int, Field(ge=2013, le=2200)] | None = None  # the year that is reported on
    sha256: Digest | None = None
    words: Sealed | None = None
    areas: tuple[Code, ...] = ()  # of the text, that it is filed under
    applications: Annotated[int, Field(ge=0, le=1_000)] | None = None  # typical ones, that come with it

    def tags(self) -> frozenset[str]:
        return frozenset(of_designation(self.designation))


@fact("assessment.recorded", judged_again="decision")
class AssessmentRecorded(Fact):
    """The ministry assesses a holder again (复查): it keeps the title, or there is ground to end it."""

    designation: EntryId
    passed: bool
    on_site: bool

    def tags(self) -> frozenset[str]:
        return frozenset(of_designation(self.designation))


@fact("inspection.recorded")
class InspectionRecorded(Fact):
    """The ministry or one it entrusts inspects or monitors a holder."""

    designation: EntryId
    by: Name
    passed: bool | None = None
    findings: Sealed | None = None

    def tags(self) -> frozenset[str]:
        return frozenset(of_designation(self.designation))


@fact("incident.recorded")
class IncidentRecorded(Fact):
    """Something happened that may count against a subject; graded by a finding, the event's basis."""

    subject: SubjectId
    kind: Code  # harm-to-environment, work-safety, environmental, social, …
    words: Sealed
    happened_on: Day
    areas: tuple[SubjectId, ...]  # all in whose area it happened: the place, its city, its province
    place: SubjectId | None = None  # where, if in a part of the subject's area
    grade: Literal["particularly-serious", "serious", "larger", "ordinary"] | None = None

    def tags(self) -> frozenset[str]:
        return frozenset({SUBJECT(self.subject), *(INCIDENTS(area) for area in self.areas)})


@fact("support.recorded")
class SupportRecorded(Fact):
    """What a holder is given: planning, branding, projects, encouragement elsewhere."""

    designation: EntryId
    kind: Code
    words: Name  # roles and units, no persons

    def tags(self) -> frozenset[str]:
        return frozenset(of_designation(self.designation))


Arranged: TypeAlias = Literal[
    "coordination-body",
    "facility-project",
    "assistance",
    "content-plan",
    "division-of-tasks",
    "goals-and-plan",
    "performance-review",
    "entrusted-monitoring",
    "entrusted-tour",
    "supervision",
    "follow-up",
]


@fact("arrangement.recorded")
class ArrangementRecorded(Fact):
    """What a holder or its unit sets up: a coordination body, a facility's project, help."""

    designation: EntryId
    kind: Arranged
    words: Name  # roles and units, no persons
    field: Code | None = None
    unit: SubjectId | None = None  # of `supervision`: the unit that supervises

    def tags(self) -> frozenset[str]:
        return frozenset(of_designation(self.designation))


@fact("designation.withdrawn", may_lie_ahead=True, judged_again="decision")
class DesignationWithdrawn(Fact):
    """The title ends: from the event's day of effect on it is not held."""

    designation: EntryId
    ground: Code  # as the programme numbers them; `outside`: a document outside its text (L-9)
    act: Sealed | None = None  # what was done; named where the ground is open
    pools: tuple[PoolId, ...] = ()  # whose quota it gives back

    def tags(self) -> frozenset[str]:
        programme = Case.parse(self.designation).programme
        return frozenset(
            {*of_designation(self.designation), *(POOL(pool) for pool in self.pools), HOLDERS(programme)}
        )


@fact("indicator.reported")
class IndicatorReported(Fact):
    """A holder reports a monitoring figure."""

    designation: EntryId
    indicator: Code
    value: Annotated[int, Field(gt=-(2**53), lt=2**53)]  # in `unit`; a share in hundredths of a percent
    unit: Name
    period: Edtf

    def tags(self) -> frozenset[str]:
        return frozenset(of_designation(self.designation))


@fact("commendation.recorded")
class CommendationRecorded(Fact):
    """A holder, or an application of it, is commended."""

    designation: EntryId
    kind: Literal["advanced-city", "excellent-application"]
    words: Name

    def tags(self) -> frozenset[str]:
        return frozenset(of_designation(self.designation))


@fact("monitoring.chosen")
class MonitoringChosen(Fact):
    """A holder is chosen (选取) to report monitoring figures."""

    designation: EntryId
    words: Name | None = None  # of which platform, of which stage

    def tags(self) -> frozenset[str]:
        return frozenset(of_designation(self.designation))


@fact("material-change.reported")
class MaterialChangeReported(Fact):
    """A holder reports a merger, a restructuring, a liquidation or another major change of itself."""

    designation: EntryId
    kind: Literal["merger", "restructuring", "liquidation", "other"]
    words: Sealed

    def tags(self) -> frozenset[str]:
        return frozenset(of_designation(self.designation))


@fact("debarment.imposed")
class DebarmentImposed(Fact):
    """For fraud, a city may not be evaluated, nor its unit recommend, until a day, that day included."""

    programme: RoundId
    subject: SubjectId
    unit: SubjectId  # that may not recommend; its province
    until: Day  # by the punishing document; never recomputed
    words: Sealed

    def tags(self) -> frozenset[str]:
        return frozenset(
            {
                SUBJECT(self.subject),
                PROGRAMME(self.programme),
                DEBARRED(self.programme, self.subject),
                DEBARRED(self.programme, self.unit),
            }
        )


@fact("referral.recorded")
class ReferralRecorded(Fact):
    """A grave case is referred to the body in charge, by role."""

    programme: RoundId
    subject: SubjectId
    to: Name
    words: Sealed
    result: Name | None = None

    def tags(self) -> frozenset[str]:
        return frozenset({SUBJECT(self.subject), PROGRAMME(self.programme)})
