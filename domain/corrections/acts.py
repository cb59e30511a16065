"""Put an error right: propose a correction, approve or reject it, decide what it calls into question.

replacing.py works out the event that is to stand in another's place, and checking.py checks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field

from domain.cases import Case
from domain.commands.command import ByAGrantedRole, Correcting, command
from domain.corrections.checking import flaws_of, flaws_of_asked
from domain.corrections.replacing import CorrectionAsked, proposed, tags_of
from domain.dates import day_of
from domain.events import (
    Correction,
    CorrectionApproved,
    CorrectionProposed,
    CorrectionRejected,
    DecisionQuestioned,
    DesignationAwarded,
    DesignationWithdrawn,
    Fact,
    HistoricalDesignationRecorded,
    QuestionDecided,
    decode,
)
from domain.events.corrections import Position
from domain.events.fact import Edtf, StatedDocument, Text, resolved_within
from domain.history import believed, correction_tags, is_read
from domain.malformed import Malformed
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Read, Seal, Seen
from domain.tags import CASE, DESIGNATION, ENTITY, ENTRY, PROPOSAL, ROUND, SEAT, SUBJECT, of_kinds

F = TypeVar("F", bound=Fact)


def standing(facts: Facts, *kinds: type[F]) -> list[Seen[F]]:
    """The facts of these kinds among all that was read, as they are believed."""
    return replace(facts, history=tuple(believed(facts.ever))).of(*kinds)


@command("propose-correction", "corrections", rests_on_a_document=True)
class ProposeCorrection(Correcting):
    """Ask for a correction: amend an event, annul it, or supply one that is missing. It changes nothing
    until another person approves it.

    amend: `data` is laid over what is believed of the event (null takes a field away). supply: `topic`, its
    `data` and its day; what follows from them is worked out. Words to be kept sealed are given as
    {"seal": "…"}. `basis` is the document that authorises the correction; `document` and `takes_effect` are
    what the corrected event itself is to have as its document and its day, where these change.
    """

    act: Literal["amend", "annul", "supply"]
    reason: Text
    target: Position | None = None
    topic: Annotated[str, Field(max_length=100)] | None = None
    data: Annotated[dict[str, Any], AfterValidator(resolved_within)] | None = None
    takes_effect: Edtf | None = None
    document: StatedDocument | None = None

    def __post_init__(self) -> None:
        if (self.act == "supply") == (self.target is not None):
            raise Malformed("names-its-event-or-none")
        stated = any(field is not None for field in (self.topic, self.data, self.takes_effect, self.document))
        if self.act == "annul" and stated:
            raise Malformed("annul-states-nothing")
        if self.act == "amend" and not stated:
            raise Malformed("amend-states-what-is-to-stand")
        if self.act == "supply" and (self.topic is None or self.data is None):
            raise Malformed("supply-states-topic-and-data")

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if self.target is not None and facts.event(self.target) is None:
            yield Broken(because("there-is-no-event", target=self.target))

    def asked(self) -> CorrectionAsked:
        """What is stated, before anything is worked out from it."""
        return CorrectionAsked(self.act, self.target, self.topic, self.data, self.takes_effect, self.document)

    def flaws(self, facts: Facts) -> Iterator[Broken]:
        yield from flaws_of_asked(self.asked(), facts)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        correction = proposed(self.asked(), facts, seal)
        yield CorrectionProposed(correction=correction, reason=seal(self.reason))

    def more_tags(self, facts: Facts) -> frozenset[str]:
        return tags_of(self.asked(), facts)


class _OnAProposal(ByAGrantedRole):
    """An act on a proposed correction that is still open."""

    proposal: Position

    def proposed(self, facts: Facts) -> CorrectionProposed | None:
        event = facts.event(self.proposal)
        if event is None or event.topic != CorrectionProposed.topic or not is_read(event):
            return None
        fact = decode(event.topic, event.data)
        assert isinstance(fact, CorrectionProposed)
        return fact

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if self.proposed(facts) is None:
            yield Broken(because("event-proposes-no-correction", proposal=self.proposal))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        settled = {CorrectionApproved.topic, CorrectionRejected.topic}
        for event in facts.ever:  # as recorded: a later correction does not make it open again
            if event.topic in settled and event.data.get("proposal") == self.proposal and is_read(event):
                fact = decode(event.topic, event.data)
                yield Seen(event.position, fact, event.effective, date.max, event.basis)

    def proposers(self, facts: Facts) -> Iterator[tuple[str, int]]:
        event = facts.event(self.proposal)
        if event is not None and event.topic == CorrectionProposed.topic:
            yield str(event.actor["principal"]), event.position

    def more_tags(self, facts: Facts) -> frozenset[str]:
        fact = self.proposed(facts)
        assert fact is not None  # else H-2 has refused
        own = frozenset({PROPOSAL(self.proposal)})
        return own | correction_tags(fact.correction, facts.ever)


def _of_the_proposal(act: Any, _day: date) -> Iterator[str]:
    yield PROPOSAL(act.proposal)


OF_THE_PROPOSAL = Read(frozenset(), _of_the_proposal)


@command("approve-correction", "approved-corrections", reads=(OF_THE_PROPOSAL,))
class ApproveCorrection(_OnAProposal, Correcting):
    """Let a correction hold from now on. What it calls into question is recorded with it (L-3)."""

    proposal: Position

    def flaws(self, facts: Facts) -> Iterator[Broken]:
        fact = self.proposed(facts)
        assert fact is not None  # else H-2 has refused
        yield from flaws_of(fact.correction, facts, self.proposal)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        fact = self.proposed(facts)
        assert fact is not None  # else H-2 has refused
        yield CorrectionApproved(proposal=self.proposal, correction=fact.correction)


@command("reject-correction", "rejected-corrections", reads=(OF_THE_PROPOSAL,))
class RejectCorrection(_OnAProposal):
    """Refuse a correction, for a reason; it never held."""

    proposal: Position
    reason: Text

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield CorrectionRejected(proposal=self.proposal, reason=seal(self.reason))


@command("decide-question", "decided-questions", rests_on_a_document=True)
class DecideQuestion(ByAGrantedRole):
    """Decide what becomes of a decision that was called into question: let it stand; withdraw the title that
    it gave, from this act's day on; or re-open it, which proposes its annulment for another person to
    approve."""

    question: Position
    outcome: Literal["let-stand", "withdraw", "re-open"]
    reason: Text

    def questioned(self, facts: Facts) -> DecisionQuestioned | None:
        event = facts.event(self.question)
        if event is None or event.topic != DecisionQuestioned.topic or not is_read(event):
            return None
        fact = decode(event.topic, event.data)
        assert isinstance(fact, DecisionQuestioned)
        return fact

    def missing(self, facts: Facts) -> Iterator[Broken]:
        asked = self.questioned(facts)
        if asked is None:
            yield Broken(because("event-calls-nothing-into-question", question=self.question))
        elif self.outcome == "withdraw":
            yield from self._not_to_be_withdrawn(asked, facts)

    def _not_to_be_withdrawn(self, asked: DecisionQuestioned, facts: Facts) -> Iterator[Broken]:
        titles: list[Seen[Any]] = [
            *standing(facts, DesignationAwarded),
            *standing(facts, HistoricalDesignationRecorded),
        ]
        event = facts.event(self.question)
        assert event is not None  # it is the question
        if not any(title.position == asked.decision for title in titles):
            yield Broken(because("event-gave-no-title-let-it-stand", decision=asked.decision))
        elif ended := standing(facts, DesignationWithdrawn):
            yield Broken(
                because("is-withdrawn-already", designation=ended[0].fact.designation),
                tuple(end.position for end in ended),
            )
        elif facts.day < day_of(event.recorded_at):
            yield Broken(
                because("it-was-asked-on-the-title-ends", day_of=day_of(event.recorded_at)), (event.position,)
            )

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        decided = standing(facts, QuestionDecided)
        yield from (d for d in decided if d.fact.question == self.question)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        asked = self.questioned(facts)
        assert asked is not None  # else H-2 has refused
        yield QuestionDecided(
            question=self.question, decision=asked.decision, outcome=self.outcome, reason=seal(self.reason)
        )
        if self.outcome == "re-open":
            yield CorrectionProposed(correction=Correction("annul", asked.decision), reason=seal(self.reason))
        if self.outcome == "withdraw":
            titles = standing(facts, DesignationAwarded)
            pools = titles[0].fact.pools if titles else ()
            entry = Case.parse(asked.about).entry
            yield DesignationWithdrawn(designation=entry, ground="corrected", act=None, pools=pools)

    def more_tags(self, facts: Facts) -> frozenset[str]:
        asked = self.questioned(facts)
        assert asked is not None  # else H-2 has refused
        if self.outcome == "re-open":
            return correction_tags(Correction("annul", asked.decision), facts.ever)
        decision = facts.event(asked.decision)
        own = decision.tags if decision is not None else ()
        return of_kinds(own, CASE, ENTRY, DESIGNATION, ROUND, SUBJECT, SEAT, ENTITY)
