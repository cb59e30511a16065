"""The ministry and its experts review a case, then propose a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.cases import Case
from domain.commands.applying import OnACase
from domain.commands.command import Command, Data, command
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
from domain.malformed import Malformed
from domain.programme import Choice, Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Seal, Seen
from domain.terms import THE_TERMS, Terms


@command(
    "review-formally",
    "formal-reviews",
    reads=(WHOLE_CASE,),
    leads_to=FormalReviewRecorded,
    renamed={"missing": "lacking"},
)
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

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        findings = seal(self.findings) if self.findings else None
        yield FormalReviewRecorded(
            case=self.case, passed=self.passed, missing=self.lacking, findings=findings
        )


@command("declare-interest", "interests", reads=(WHOLE_CASE,), leads_to=InterestDeclared)
class DeclareInterest(OnACase):
    """A reviewer declares an interest in a subject."""

    case: CaseId
    explanation: Text

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        interests = self.life(facts).interests
        yield from (i for i in interests if i.fact.reviewer == self.actor.principal)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield InterestDeclared(
            case=self.case, reviewer=self.actor.principal, explanation=seal(self.explanation)
        )


@command("score", "scores", reads=(WHOLE_CASE, THE_TERMS), leads_to=ScoreRecorded)
class Score(OnACase):
    """A reviewer gives points by one criterion, in hundredths of a point."""

    case: CaseId
    criterion: Code
    points: Annotated[int, Field(ge=0, le=1_000_000)]

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        own = (self.actor.principal, self.criterion)
        scores = self.life(facts).scores
        yield from (s for s in scores if (s.fact.reviewer, s.fact.criterion) == own)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        criterion = Terms.of(facts).criteria.get(self.criterion)
        yield ScoreRecorded(
            case=self.case,
            reviewer=self.actor.principal,
            criterion=self.criterion,
            points=self.points,
            weight=criterion.weight if criterion else None,
        )


@command("record-bonus", "bonuses", reads=(WHOLE_CASE,), leads_to=BonusRecorded)
class RecordBonus(OnACase):
    """Points beside the experts' score, in hundredths, for what the act's basis commends."""

    case: CaseId
    points: Annotated[int, Field(ge=1, le=1_000_000)]
    words: Text
    practice: Code | None = None  # of which field that is commended

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from self.life(facts).bonus

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield BonusRecorded(
            case=self.case, points=self.points, words=seal(self.words), practice=self.practice
        )


@command("inspect-site", "site-inspections", reads=(WHOLE_CASE,), leads_to=SiteInspected)
class InspectSite(OnACase):
    """The experts were on site."""

    case: CaseId
    findings: Text | None = None

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield SiteInspected(case=self.case, findings=seal(self.findings) if self.findings else None)


@command("conclude-review", "concluded-reviews", reads=(WHOLE_CASE,), leads_to=ReviewConcluded)
class ConcludeReview(OnACase):
    """The expert review of a case is over; its scores are closed."""

    case: CaseId
    passed: bool

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        if review := self.life(facts).review:
            yield review

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield ReviewConcluded(case=self.case, passed=self.passed)


@command("hold-defence", "defences", reads=(WHOLE_CASE,), leads_to=DefenceHeld)
class HoldDefence(OnACase):
    """The subject defended its application, on site or in another form."""

    case: CaseId
    passed: bool
    form: Literal["on-site", "online", "other"] = "on-site"
    form_words: Name | None = None

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        if defence := self.life(facts).defence:
            yield defence

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield DefenceHeld(case=self.case, passed=self.passed, form=self.form, form_words=self.form_words)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Candidate:
    """A case on a proposed list."""

    case: CaseId
    category: Code
    fields: tuple[Code, ...] = ()
    reason: Text | None = None


def of_each(stated: Sequence[Data], name: str, *keys: str) -> dict[str, Any]:
    """The fields of an act that says something of each case of a list, from its facts."""
    said = [{key: fact[key] for key in ("case", *keys) if key in fact} for fact in stated]
    return {"list": stated[0]["list"], name: said}


def of_all(stated: Sequence[Data], name: str, *shared: str) -> dict[str, Any]:
    """The fields of an act that says the same of all cases of a list, from its facts."""
    said = {key: stated[0][key] for key in ("list", *shared) if key in stated[0]}
    return {name: [fact["case"] for fact in stated], **said}


class OnAList(Command):
    """An act on the cases of a list, all of one round; one event for each."""

    list: Code

    def __post_init__(self) -> None:
        cases = self.cases()
        if not cases:
            raise Malformed("a-list-names-a-case")
        if len({(case.programme, case.round) for case in cases}) > 1:
            raise Malformed("a-list-is-of-one-round")
        if len({case.entry for case in cases}) < len(cases):
            raise Malformed("a-list-names-a-subject-once")

    def lives(self, facts: Facts) -> Iterator[Life]:
        yield from (Life.of(facts, case) for case in self.cases())

    def missing(self, facts: Facts) -> Iterator[Broken]:
        for life in self.lives(facts):
            if life.application is None:
                yield Broken(because("there-is-no-application", case=life.case))
            elif life.retracted is not None:
                yield Broken(because("was-retracted", case=life.case), (life.retracted.position,))


@command("propose-selection", "selections", reads=(WHOLE_CASE, EXCEPTIONS), leads_to=SelectionProposed)
class ProposeSelection(OnAList):
    """A proposed list: who is to have which title."""

    list: Code
    candidates: Annotated[tuple[Candidate, ...], Field(max_length=400)]

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        return of_each(stated, "candidates", "category", "fields", "reason")

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(candidate.case) for candidate in self.candidates)

    def choices(self) -> tuple[Choice, ...]:
        return tuple((Case.parse(c.case), c.category, c.fields) for c in self.candidates)

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from (life.proposed for life in self.lives(facts) if life.proposed)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        for candidate, choice in zip(self.candidates, self.choices(), strict=True):
            pools = () if programme is None else programme.pools_of(choice)
            yield SelectionProposed(
                case=candidate.case,
                list=self.list,
                category=candidate.category,
                fields=candidate.fields,
                pools=pools,
                reason=seal(candidate.reason) if candidate.reason else None,
                beside=is_beside(programme, choice, facts),
            )


@command("decide-tie", "decided-ties", reads=(WHOLE_CASE,), leads_to=TieDecided)
class DecideTie(Command):
    """The ministry puts cases in order, the first before the second; it counts among equals only."""

    order: Annotated[tuple[CaseId, ...], Field(min_length=2, max_length=100)]
    reason: Text

    def __post_init__(self) -> None:
        if len({(case.programme, case.round) for case in self.cases()}) > 1:
            raise Malformed("a-tie-is-of-one-round")
        if len(set(self.order)) < len(self.order):
            raise Malformed("a-tie-names-a-case-once")

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(case) for case in self.order)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        for case in self.cases():
            life = Life.of(facts, case)
            if life.review is None or not life.review.fact.passed:
                yield Broken(because("has-passed-no-review-it-is-of", case=case))

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        case = self.cases()[0]
        yield TieDecided(
            programme=case.programme, round=case.round, order=self.order, reason=seal(self.reason)
        )


def is_beside(programme: Programme | None, choice: Choice, facts: Facts) -> bool:
    """Whether an exception lets it in beside the total: then it takes no place of it."""
    case, category, _ = choice
    rule = programme.totals.get(category, "") if programme else ""
    return excepted(rule, case.entry, facts)
