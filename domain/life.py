"""How far a case has come: its facts, folded. A fold of what is shown, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from domain.cases import Case
from domain.dates import a_day
from domain.events import (
    ApplicationRecommended,
    ApplicationRetracted,
    ApplicationSubmitted,
    ApplicationSupplemented,
    ApprovalRecorded,
    BonusRecorded,
    CaseAdmitted,
    CreditCodeConfirmed,
    DeclineRevised,
    DefenceHeld,
    DesignationAwarded,
    DesignationWithdrawn,
    ExceptionGranted,
    FormalReviewRecorded,
    HistoricalDesignationRecorded,
    IntakeClosed,
    InterestDeclared,
    ObjectionLodged,
    ObjectionResolved,
    OrderRevised,
    PublicityClosed,
    PublicityOpened,
    RecommendationDeclined,
    ReviewConcluded,
    ScoreRecorded,
    SelectionProposed,
    SiteInspected,
)
from domain.rules import Facts, Seen, read
from domain.subjects import entity_of, is_project
from domain.tags import CASE, DESIGNATION, ENTITY, ENTRY, INTAKE


def of_the_case(act: Any, _day: date) -> Iterator[str]:
    yield from (CASE(case) for case in act.cases())


def of_the_entry(act: Any, _day: date) -> Iterator[str]:
    yield from (ENTRY(case.entry) for case in act.cases())


def of_the_designation(act: Any, _day: date) -> Iterator[str]:
    yield from (DESIGNATION(case.entry) for case in act.cases())


def of_the_entity(act: Any, _day: date) -> Iterator[str]:
    """The legal entity whose project a case is."""
    yield from (ENTITY(entity_of(case.subject)) for case in act.cases() if is_project(case.subject))


STEPS = (
    ApplicationSubmitted,
    ApplicationSupplemented,
    ApplicationRetracted,
    ApplicationRecommended,
    RecommendationDeclined,
    DeclineRevised,
    IntakeClosed,
    CaseAdmitted,
    FormalReviewRecorded,
    InterestDeclared,
    ScoreRecorded,
    BonusRecorded,
    SiteInspected,
    ReviewConcluded,
    DefenceHeld,
    SelectionProposed,
    ApprovalRecorded,
    PublicityOpened,
    ObjectionLodged,
    ObjectionResolved,
    PublicityClosed,
    DesignationAwarded,
)
_OBJECTIONS = (ObjectionLodged, ObjectionResolved)
WHOLE_CASE = read(*STEPS, under=of_the_case)
THE_APPLICATION = read(ApplicationSubmitted, ApplicationRetracted, under=of_the_case)
APPLICATIONS_OF_THE_CITY = read(ApplicationSubmitted, ApplicationRetracted, under=of_the_entry)
THE_TITLE = read(
    HistoricalDesignationRecorded, DesignationAwarded, DesignationWithdrawn, under=of_the_designation
)
EXCEPTIONS = read(ExceptionGranted, under=of_the_entry)
CONFIRMED_CODES = read(CreditCodeConfirmed, under=of_the_entity)
INTERESTS = read(InterestDeclared, under=of_the_entry)


def excepted(rule: str, entry: str, facts: Facts) -> bool:
    """Whether an exception from a rule stands for an entry: it takes no place of what the rule limits."""
    return any(
        (grant.fact.rule, grant.fact.entry) == (rule, entry) and grant.day <= facts.day
        for grant in facts.of(ExceptionGranted)
    )


def of_the_intake(act: Any, _day: date) -> Iterator[str]:
    """A unit's recommendations in a round: what it has put forward, taken back, and what was taken."""
    unit = getattr(act, "unit", None)
    rounds = {(case.programme, case.round) for case in act.cases()}
    for programme, round_ in rounds or {(act.programme(), act.round)}:
        yield INTAKE(programme, round_, unit)


THE_INTAKE = read(
    ApplicationRecommended,
    ApplicationRetracted,
    OrderRevised,
    IntakeClosed,
    CaseAdmitted,
    under=of_the_intake,
)


def standing_recommendations(facts: Facts) -> list[Seen[ApplicationRecommended]]:
    """Recommendations whose applications were not retracted, each with the number that it has now."""
    gone = {r.fact.case for r in facts.of(ApplicationRetracted)}
    orders = {revised.fact.case: revised.fact.order for revised in facts.of(OrderRevised)}
    return [
        replace(r, fact=replace(r.fact, order=orders[r.fact.case])) if r.fact.case in orders else r
        for r in facts.of(ApplicationRecommended)
        if r.fact.case not in gone
    ]


def waiting(facts: Facts) -> set[str]:
    """The cases that were recommended late and wait to be admitted; an intake that was closed anew with them
    has decided of them."""
    seen: list[Seen[CaseAdmitted | IntakeClosed]] = facts.of(CaseAdmitted, IntakeClosed)
    decided = {step.fact.case for step in seen}
    return {r.fact.case for r in facts.of(ApplicationRecommended) if r.fact.waits} - decided


@dataclass(slots=True)
class Life:
    """One case as far as it is shown; each step is its newest fact."""

    case: Case
    application: Seen[ApplicationSubmitted] | None = None
    retracted: Seen[ApplicationRetracted] | None = None
    recommended: Seen[ApplicationRecommended] | None = None
    declined: Seen[RecommendationDeclined] | None = None
    intake: Seen[IntakeClosed] | None = None
    admitted: Seen[CaseAdmitted] | None = None
    form: Seen[FormalReviewRecorded] | None = None
    interests: list[Seen[InterestDeclared]] = field(default_factory=list)
    scores: list[Seen[ScoreRecorded]] = field(default_factory=list)
    bonus: list[Seen[BonusRecorded]] = field(default_factory=list)
    review: Seen[ReviewConcluded] | None = None
    defence: Seen[DefenceHeld] | None = None
    proposed: Seen[SelectionProposed] | None = None
    approvals: list[Seen[ApprovalRecorded]] = field(default_factory=list)
    notice: Seen[PublicityOpened] | None = None
    closed: Seen[PublicityClosed] | None = None
    objections: dict[int, Seen[ObjectionLodged]] = field(default_factory=dict)
    resolved: dict[int, Seen[ObjectionResolved]] = field(default_factory=dict)
    looked_at: set[int] = field(default_factory=set)  # that of the facts: objections may be many
    awarded: Seen[DesignationAwarded] | None = None

    @staticmethod
    def of(facts: Facts, case: Case) -> Life:
        life = Life(case, looked_at=facts.looked_at)
        others = [step for step in STEPS if step not in _OBJECTIONS]
        seen: list[Seen[Any]] = [*facts.of(*others), *facts.of(*_OBJECTIONS, noted=False)]
        for stated in sorted(seen, key=lambda step: (step.day, step.position)):
            if stated.fact.case == str(case):
                life._take(stated)
        return life

    def _take(self, stated: Seen[Any]) -> None:
        match stated.fact:
            case ApplicationSubmitted():
                self.application = stated
            case ApplicationRetracted():
                self.retracted = stated
            case ApplicationRecommended():
                self.recommended = stated
            case RecommendationDeclined():
                self.declined = stated
            case DeclineRevised():
                self.declined = None
            case IntakeClosed():
                self.intake = stated
            case CaseAdmitted():
                self.admitted = stated
            case FormalReviewRecorded():
                self.form = stated
            case InterestDeclared():
                self.interests.append(stated)
            case ScoreRecorded():
                self.scores.append(stated)
            case BonusRecorded():
                self.bonus.append(stated)
            case ReviewConcluded():
                self.review = stated
            case DefenceHeld():
                self.defence = stated
            case SelectionProposed():
                self.proposed = stated
            case ApprovalRecorded():
                self.approvals.append(stated)
            case PublicityOpened():
                self.notice, self.closed = stated, None
            case PublicityClosed():
                self.closed = stated
            case ObjectionLodged(objection=number):
                self.objections[number] = stated
            case ObjectionResolved(objection=number):
                self.resolved[number] = stated
            case DesignationAwarded():
                self.awarded = stated

    @property
    def waits(self) -> bool:
        """Whether it was recommended late, and nobody has decided yet whether it is taken."""
        recommended = self.recommended
        return (
            recommended is not None
            and recommended.fact.waits
            and self.admitted is None
            and self.intake is None
        )

    def approved(self, *by: str) -> Seen[ApprovalRecorded] | None:
        """The newest approval by one of these bodies."""
        return next((a for a in reversed(self.approvals) if a.fact.by in by), None)

    @property
    def open_objections(self) -> list[Seen[ObjectionLodged]]:
        """Lodged within the notice and not resolved."""
        self._judged_on_objections()
        return [o for n, o in self.objections.items() if o.fact.within and n not in self.resolved]

    @property
    def upheld(self) -> list[Seen[ObjectionResolved]]:
        self._judged_on_objections()
        return [o for o in self.resolved.values() if o.fact.upheld]

    def _judged_on_objections(self) -> None:
        stated: list[Seen[Any]] = [*self.objections.values(), *self.resolved.values()]
        self.looked_at.update(step.position for step in stated)

    def on_notice(self, day: date) -> bool:
        """Whether the notice runs on a day, the first and the last included."""
        notice = self.notice
        return notice is not None and notice.day <= day <= a_day(notice.fact.until)
