"""A city applies; its unit recommends it or declines to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.cases import Case
from domain.events.fact import (
    STRICT,
    CaseId,
    Code,
    Day,
    Digest,
    Edtf,
    Fact,
    Name,
    PoolId,
    Sealed,
    StatedDocument,
    SubjectId,
    Whom,
    fact,
)
from domain.tags import INTAKE, POOL, PROGRAMME, PROVINCE


@dataclass(frozen=True, config=STRICT)
class Condition:
    """One basic condition of the text, as the applicant states that it is met."""

    number: Annotated[int, Field(ge=1, le=20)]  # (一) is 1
    words: Sealed
    field: Code | None = None  # for which field, where the text asks it of each
    document: StatedDocument | None = None
    facility: Literal["built", "planned"] | None = None
    speciality: bool = False  # the applicant lays stress on it


@dataclass(frozen=True, config=STRICT)
class Material:
    """A document handed in."""

    kind: Code  # application-form, application-report, …
    sha256: Digest | None = None  # of the electronic copy
    original: bool = False  # on paper, signed and sealed
    title: Name | None = None


@dataclass(frozen=True, config=STRICT)
class Statistic:
    """A figure, and who stands behind it."""

    name: Name
    value: Annotated[int, Field(gt=-(2**53), lt=2**53)]  # in `unit`
    unit: Name
    period: Edtf
    authority: Code | None = None  # national-statistics, miit-statistics, or another
    standing: Literal["published", "recognised", "checked"] | None = None
    source: Name | None = None
    organ: Name | None = None  # the statistical department or organ, by its name: 成都市统计局


@dataclass(frozen=True, config=STRICT)
class Entity:
    """Who carries out a project: its name, what it is in law, where it is registered."""

    name: Name
    project: Name
    legal_form: Code  # company, public-institution, association, branch, …
    seat: Whom  # id of the division in which it is registered; not read off its code
    mainland: bool = True


@dataclass(frozen=True, config=STRICT)
class Consent:
    """A government agrees to a recommendation."""

    by: Name
    on: Day
    document: StatedDocument | None = None


@fact("application.submitted", judged_again="statement")
class ApplicationSubmitted(Fact):
    """A subject applies; its day of effect is the day it was sent."""

    case: CaseId
    category: Code
    province: SubjectId
    channel: Literal["direct", "unit", "nominated"]
    fields: tuple[Code, ...] = ()
    unit: SubjectId | None = None  # the recommending unit it goes through
    pools: tuple[PoolId, ...] = ()  # whose quota it would use: <programme>/<round>/<pool>
    conditions: tuple[Condition, ...] = ()
    materials: tuple[Material, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    led_by: Name | None = None
    received_on: Day | None = None
    entity: Entity | None = None  # of a project

    def tags(self) -> frozenset[str]:
        case = Case.parse(self.case)
        return frozenset(
            {
                *case.tags(),
                *(POOL(pool) for pool in self.pools),
                PROGRAMME(case.programme),
                PROVINCE(self.province),
            }
        )


@fact("credit-code.confirmed")
class CreditCodeConfirmed(Fact):
    """The ministry confirms, from a document, a credit code whose check digit is not what its rule gives."""

    case: CaseId  # of a project of the entity; all of its projects have the code

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("application.supplemented")
class ApplicationSupplemented(Fact):
    """The applicant adds to what it handed in."""

    case: CaseId
    conditions: tuple[Condition, ...] = ()
    materials: tuple[Material, ...] = ()
    statistics: tuple[Statistic, ...] = ()

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("application.retracted")
class ApplicationRetracted(Fact):
    """The applicant takes its application back."""

    case: CaseId
    reason: Sealed | None = None
    pools: tuple[PoolId, ...] = ()  # whose place, if it was proposed, it gives back
    recommended: tuple[PoolId, ...] = ()  # whose quota of recommendations it gives back

    def tags(self) -> frozenset[str]:
        case = Case.parse(self.case)
        pools = (POOL(pool) for pool in (*self.pools, *self.recommended))
        return frozenset({*case.tags(), *pools, *_intakes(self.recommended)})


@fact("application.recommended", judged_again="decision")
class ApplicationRecommended(Fact):
    """The unit, after its preliminary review, recommends; the document is the event's basis."""

    case: CaseId
    unit: SubjectId
    reviewed_on: Day | None = None  # the preliminary review (初审)
    order: Annotated[int, Field(ge=1)] | None = None  # the unit's own order
    received_on: Day | None = None
    pools: tuple[PoolId, ...] = ()  # whose quota it uses: <programme>/<round>/<unit>…
    jointly_with: Name | None = None  # the communications administration
    consent: Consent | None = None
    materials: tuple[Material, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    beside: bool = False  # the unit's quota, by an exception: it takes no place of it
    # Sent in time, and recorded when the intake was closed or every place taken: it waits to be admitted.
    waits: bool = False

    def tags(self) -> frozenset[str]:
        pools = (POOL(pool) for pool in self.pools)
        return frozenset({*Case.parse(self.case).tags(), *pools, *_intakes(self.pools)})


def _intakes(pools: tuple[PoolId, ...]) -> Iterator[str]:
    """The unit's intake that a quota of recommendations belongs to: <programme>/<round>/<unit>."""
    for pool in pools:
        yield INTAKE(*pool.split("/")[:3])


@fact("order.revised")
class OrderRevised(Fact):
    """The unit gives a case another number in its order; the earlier one stays on record."""

    case: CaseId
    unit: SubjectId
    order: Annotated[int, Field(ge=1)]

    def tags(self) -> frozenset[str]:
        case = Case.parse(self.case)
        return frozenset({*case.tags(), INTAKE(case.programme, case.round, self.unit)})


@fact("decline.revised")
class DeclineRevised(Fact):
    """The unit takes its decline back, and may recommend; the decline stays on record."""

    case: CaseId
    unit: SubjectId
    reason: Sealed

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("recommendation.declined")
class RecommendationDeclined(Fact):
    """The unit does not recommend."""

    case: CaseId
    unit: SubjectId
    reason: Sealed

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("intake.closed", judged_again="decision")
class IntakeClosed(Fact):
    """The intake of a unit is over: a case is taken, or recorded as over quota, in the unit's order."""

    case: CaseId
    pool: PoolId  # whose quota: <programme>/<round>/<unit>…
    taken: bool
    order: int | None = None  # the unit's
    places: int | None = None  # of the pool; None: unset

    def tags(self) -> frozenset[str]:
        own = {POOL(self.pool), *_intakes((self.pool,))}
        return frozenset({*Case.parse(self.case).tags(), *own})


@fact("case.admitted", judged_again="decision")
class CaseAdmitted(Fact):
    """After the close, a case over quota moves up by a decision."""

    case: CaseId
    pool: PoolId
    reason: Sealed

    def tags(self) -> frozenset[str]:
        own = {POOL(self.pool), *_intakes((self.pool,))}
        return frozenset({*Case.parse(self.case).tags(), *own})
