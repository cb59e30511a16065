"""Corrections, proposed by one person and approved by another (L-2); what they call into question."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.cases import Case, of_designation
from domain.events.fact import STRICT, CaseId, Code, Edtf, Fact, Sealed, Text, fact
from domain.kernel import Document
from domain.malformed import Malformed
from domain.reasons import Reason
from domain.tags import EVENT, QUESTION

Position = Annotated[int, Field(ge=1, le=2**53)]


@dataclass(frozen=True, config=STRICT)
class Replacement:
    """The whole of what is to stand instead."""

    topic: str
    tags: tuple[str, ...]
    data: dict[str, Any]
    effective: Edtf | None = None
    basis: Document | None = None


@dataclass(frozen=True, config=STRICT)
class Correction:
    """amend: `replacement` stands for `target`; annul: `target` falls; supply: a missing fact."""

    act: Literal["amend", "annul", "supply"]
    target: int | None = None  # position
    replacement: Replacement | None = None

    def __post_init__(self) -> None:
        stated = (self.target is not None, self.replacement is not None)
        if stated != {"amend": (True, True), "annul": (True, False), "supply": (False, True)}[self.act]:
            raise Malformed("a-correction-states-its-parts")


@fact("correction.proposed", correctable=False)
class CorrectionProposed(Fact):
    """One person asks for a correction; it changes nothing yet (L-2)."""

    correction: Correction
    reason: Sealed


@fact("correction.approved")
class CorrectionApproved(Fact):
    """Another person approves it: from this position on the correction holds."""

    proposal: int  # position of its CorrectionProposed
    correction: Correction


@fact("correction.published", correctable=False)
class CorrectionPublished(Fact):
    """What an approved correction changed for everybody: what stands for a public event from here on. Rules
    and rows read the correction itself; by this one the public can follow it."""

    event: Position  # which event it concerns; a supplied one stands where its approval does
    act: Literal["amended", "annulled", "supplied", "restored"]
    stands: Replacement | None = None  # None: nothing does

    def __post_init__(self) -> None:
        if (self.act == "annulled") != (self.stands is None):
            raise Malformed("of-what-is-annulled-nothing-stands")

    def tags(self) -> frozenset[str]:
        return frozenset({EVENT(self.event)})


@fact("correction.rejected", correctable=False)
class CorrectionRejected(Fact):
    """Another person rejects it; it never held."""

    proposal: int
    reason: Sealed


@dataclass(frozen=True, config=STRICT)
class Found:
    """One reason for which a decision is called into question (domain/reasons.py)."""

    code: Code
    values: dict[str, Any]
    rule: str | None = None  # that it would break
    article: str | None = None

    @staticmethod
    def of(reason: Reason, rule: str | None = None, article: str | None = None) -> Found:
        return Found(code=reason.code, values=dict(reason.values), rule=rule, article=article)

    @property
    def reason(self) -> Reason:
        return Reason(self.code, self.values)


@fact("decision.questioned", correctable=False)
class DecisionQuestioned(Fact):
    """A decision that stands would not be what it is on the facts as they are believed now (L-3).

    Why stands as codes and values (`found`); what was recorded before that as words is quoted (`why`).

    refused: rules that it would break. otherwise: it would have been recorded with other content.
    outranked: it chose a case that now ranks behind one that was not chosen. merged: the division
    that holds the title has gone into others (Q-19).
    """

    decision: Position  # of the event that is called into question
    ground: Literal["refused", "otherwise", "outranked", "merged"]
    about: CaseId  # the case that it concerns, or the title
    found: tuple[Found, ...] = ()
    why: tuple[Text, ...] = ()  # in English, as it was recorded before 2026-11-28
    rules: tuple[str, ...] = ()  # ids
    proposal: Position | None = None  # of the correction that called it into question

    def tags(self) -> frozenset[str]:
        case = Case.parse(self.about)
        own = {*case.tags(), *of_designation(case.entry)}
        return frozenset({QUESTION(self.decision), *own})


@fact("question.decided", correctable=False)
class QuestionDecided(Fact):
    """The ministry decides what becomes of a decision that was called into question."""

    question: Position  # of its DecisionQuestioned
    decision: Position
    outcome: Literal["let-stand", "withdraw", "re-open"]
    reason: Sealed

    def tags(self) -> frozenset[str]:
        return frozenset({QUESTION(self.decision)})


CORRECTION_TOPICS = frozenset({CorrectionProposed.topic, CorrectionApproved.topic, CorrectionRejected.topic})
