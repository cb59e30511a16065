"""The ministry and its experts review a case, then propose a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.cases import Case
from domain.commands.applying import OnACase
from domain.events import (
    STRICT,
    BonusRecorded,
    DefenceHeld,
    Fact,
    FormalReviewRecorded,
    InterestDeclared,
    ReviewConcluded,
    ScoreRecorded,
    SelectionProposed,
    SiteInspected,
    TieDecided,
)
from domain.events.fact import CaseId, Code, Name, Text
from domain.life import EXCEPTIONS, WHOLE_CASE, Life, excepted
from domain.programme import Choice, Programme
from domain.rules import Broken, Command, Facts, Seal, Seen, command
from domain.terms import TERMS, Terms


@command("review-formally", reads=(WHOLE_CASE,))
class ReviewFormally(OnACase):
    """Are the conditions stated and the materials complete? One that failed may be repeated."""

    case: CaseId
    passed: bool
    lacking: tuple[Code, ...] = ()  # kinds of material, numbers of conditions
    findings: Text | None = None

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        form = self.life(facts).form
        if form and form.fact.passed:
            yield form

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        findings = seal(self.findings) if self.findings else None
        yield FormalReviewRecorded(self.case, self.passed, self.lacking, findings)


@command("declare-interest", reads=(WHOLE_CASE,))
class DeclareInterest(OnACase):
    """A reviewer declares an interest in a subject."""

    case: CaseId
    explanation: Text

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        interests = self.life(facts).interests
        yield from (i for i in interests if i.fact.reviewer == self.actor.principal)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield InterestDeclared(self.case, self.actor.principal, seal(self.explanation))


@command("score", reads=(WHOLE_CASE, TERMS))
class Score(OnACase):
    """A reviewer gives points by one criterion, in hundredths of a point."""

    case: CaseId
    criterion: Code
    points: Annotated[int, Field(ge=0, le=1_000_000)]

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        own = (self.actor.principal, self.criterion)
        scores = self.life(facts).scores
        yield from (s for s in scores if (s.fact.reviewer, s.fact.criterion) == own)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        criterion = Terms.of(facts).criteria.get(self.criterion)
        yield ScoreRecorded(
            self.case, self.actor.principal, self.criterion, self.points,
            criterion.weight if criterion else None,
        )  # fmt: skip


@command("record-bonus", reads=(WHOLE_CASE,))
class RecordBonus(OnACase):
    """Points beside the experts' score, in hundredths, for what the act's basis commends."""

    case: CaseId
    points: Annotated[int, Field(ge=1, le=1_000_000)]
    words: Text

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from self.life(facts).bonus

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield BonusRecorded(self.case, self.points, seal(self.words))


@command("inspect-site", reads=(WHOLE_CASE,))
class InspectSite(OnACase):
    """The experts were on site."""

    case: CaseId
    findings: Text | None = None

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield SiteInspected(self.case, seal(self.findings) if self.findings else None)


@command("conclude-review", reads=(WHOLE_CASE,))
class ConcludeReview(OnACase):
    """The expert review of a case is over; its scores are closed."""

    case: CaseId
    passed: bool

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        if review := self.life(facts).review:
            yield review

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield ReviewConcluded(self.case, self.passed)


@command("hold-defence", reads=(WHOLE_CASE,))
class HoldDefence(OnACase):
    """The subject defended its application, on site or in another form."""

    case: CaseId
    passed: bool
    form: Literal["on-site", "online", "other"] = "on-site"
    form_words: Name | None = None

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        if defence := self.life(facts).defence:
            yield defence

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield DefenceHeld(self.case, self.passed, self.form, self.form_words)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Candidate:
    """A case on a proposed list."""

    case: CaseId
    category: Code
    fields: tuple[Code, ...] = ()
    reason: Text | None = None


class OnAList(Command):
    """An act on the cases of a list, all of one round; one event for each."""

    list: Code

    def __post_init__(self) -> None:
        cases = self.cases()
        if not cases:
            raise ValueError("a list names at least one case")
        if len({(case.programme, case.round) for case in cases}) > 1:
            raise ValueError("the cases of a list are of one round")
        if len({case.entry for case in cases}) < len(cases):
            raise ValueError("a list names each subject once")

    def lives(self, facts: Facts) -> Iterator[Life]:
        yield from (Life.of(facts, case) for case in self.cases())

    def missing(self, facts: Facts) -> Iterator[Broken]:
        for life in self.lives(facts):
            if life.application is None:
                yield Broken(f"there is no application {life.case}")
            elif life.retracted is not None:
                yield Broken(f"{life.case} was retracted", (life.retracted.position,))


@command("propose-selection", reads=(WHOLE_CASE, EXCEPTIONS))
class ProposeSelection(OnAList):
    """A proposed list: who is to have which title."""

    list: Code
    candidates: Annotated[tuple[Candidate, ...], Field(max_length=400)]

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(candidate.case) for candidate in self.candidates)

    def choices(self) -> tuple[Choice, ...]:
        return tuple((Case.parse(c.case), c.category, c.fields) for c in self.candidates)

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from (life.proposed for life in self.lives(facts) if life.proposed)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        for candidate, choice in zip(self.candidates, self.choices(), strict=True):
            pools = () if programme is None else programme.pools_of(choice)
            yield SelectionProposed(
                candidate.case, self.list, candidate.category, candidate.fields, pools,
                seal(candidate.reason) if candidate.reason else None,
                is_beside(programme, choice, facts),
            )  # fmt: skip


@command("decide-tie", reads=(WHOLE_CASE,))
class DecideTie(Command):
    """The ministry puts cases in order, the first before the second; it counts among equals only."""

    order: Annotated[tuple[CaseId, ...], Field(min_length=2, max_length=100)]
    reason: Text

    def __post_init__(self) -> None:
        if len({(case.programme, case.round) for case in self.cases()}) > 1:
            raise ValueError("the cases of a tie are of one round")
        if len(set(self.order)) < len(self.order):
            raise ValueError("a tie names each case once")

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(case) for case in self.order)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        for case in self.cases():
            life = Life.of(facts, case)
            if life.review is None or not life.review.fact.passed:
                yield Broken(f"{case} has passed no review: it is of no rank")

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        case = self.cases()[0]
        yield TieDecided(case.programme, case.round, self.order, seal(self.reason))


def is_beside(programme: Programme | None, choice: Choice, facts: Facts) -> bool:
    """Whether an exception lets it in beside the total: then it takes no place of it."""
    case, category, _ = choice
    rule = programme.totals.get(category, "") if programme else ""
    return excepted(rule, case.entry, facts)
