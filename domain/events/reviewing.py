"""The ministry and its experts review: form, substance, on site, in a defence; then a list."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.cases import Case
from domain.events.fact import CaseId, Code, Fact, Name, PoolId, RoundId, Sealed, fact
from domain.tags import LIST, POOL, TIES


@fact("formal-review.recorded", judged_again="decision")
class FormalReviewRecorded(Fact):
    """Are the conditions stated and the materials complete?"""

    case: CaseId
    passed: bool
    missing: tuple[Code, ...] = ()  # kinds of material, numbers of conditions
    findings: Sealed | None = None

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("interest.declared")
class InterestDeclared(Fact):
    """A reviewer has an interest in a subject, and does not score it (L-7)."""

    case: CaseId
    reviewer: str  # principal
    explanation: Sealed

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("score.recorded", judged_again="statement")
class ScoreRecorded(Fact):
    """What one reviewer gives a case by one criterion."""

    case: CaseId
    reviewer: str  # principal
    criterion: Code
    points: Annotated[int, Field(ge=0, le=1_000_000)]  # hundredths of a point
    weight: Annotated[int, Field(ge=1, le=10_000)] | None = None  # parts of ten thousand; None: unset

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("bonus.recorded")
class BonusRecorded(Fact):
    """Points beside the experts' score, for what a document commends; the document is the event's basis."""

    case: CaseId
    points: Annotated[int, Field(ge=1, le=1_000_000)]  # hundredths of a point
    words: Sealed
    practice: Code | None = None  # of which field that is commended: industry, informatisation

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("tie.decided", judged_again="decision")
class TieDecided(Fact):
    """Cases are put in order by a decision, which counts among those of equal score."""

    programme: RoundId
    round: RoundId
    order: tuple[CaseId, ...]  # the first goes before the second
    reason: Sealed

    def tags(self) -> frozenset[str]:
        cases = (tag for case in self.order for tag in Case.parse(case).tags())
        return frozenset({*cases, TIES(self.programme, self.round)})


@fact("site.inspected")
class SiteInspected(Fact):
    """The experts were on site."""

    case: CaseId
    findings: Sealed | None = None

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("review.concluded", judged_again="decision")
class ReviewConcluded(Fact):
    """The expert review of a case is over: its scores are closed, and it has passed or not."""

    case: CaseId
    passed: bool

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("defence.held", judged_again="decision")
class DefenceHeld(Fact):
    """The subject defended its application."""

    case: CaseId
    passed: bool
    form: Literal["on-site", "online", "other"]
    form_words: Name | None = None

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("selection.proposed", judged_again="decision")
class SelectionProposed(Fact):
    """A case stands on the proposed list; one event for each, with the list's id."""

    case: CaseId
    list: Code
    category: Code
    fields: tuple[Code, ...] = ()
    pools: tuple[PoolId, ...] = ()
    reason: Sealed | None = None
    beside: bool = False  # the total, by an exception: it takes no place of it

    def tags(self) -> frozenset[str]:
        case = Case.parse(self.case)
        return frozenset(
            {*case.tags(), *(POOL(pool) for pool in self.pools), LIST(case.programme, case.round, self.list)}
        )
