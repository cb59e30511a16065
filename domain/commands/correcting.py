"""Put an error right: propose a correction, approve or reject it, decide what it calls into question.

What a correction puts in an event's place is worked out in domain/correcting.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from domain.cases import Case
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
    RoleGranted,
    RoleRevoked,
    decode,
)
from domain.events.corrections import Position
from domain.events.fact import Edtf, Stated, Text
from domain.history import believed, correction_tags
from domain.kernel import Recorded
from domain.programme import Programme
from domain.rules import Broken, Command, Facts, Read, Seal, Seen, command, read

F = TypeVar("F", bound=Fact)


def _of_the_actor(act: Any, _day: date) -> Iterator[str]:
    yield f"principal:{act.actor.principal}"


THE_ACTORS_ROLE = read(RoleGranted, RoleRevoked, under=_of_the_actor)


def event_at(facts: Facts, position: int) -> Recorded | None:
    """The event at a position, if it is among what was read."""
    return next((event for event in facts.ever if event.position == position), None)


def standing(facts: Facts, *kinds: type[F]) -> list[Seen[F]]:
    """The facts of these kinds among all that was read, as they are believed."""
    return replace(facts, history=tuple(believed(facts.ever))).of(*kinds)


@command("propose-correction")
class ProposeCorrection(Command):
    """Ask for a correction: amend an event, annul it, or supply one that is missing. It changes nothing
    until another person approves it.

    amend: `data` is laid over what is believed of the event (null takes a field away). supply: `topic`, its
    `data` and its day; what follows from them is worked out. Words to be kept sealed are given as
    {"seal": "…"}. `basis` is the document that authorises the correction; `document` and `takes_effect` are
    the event's own, if they change.
    """

    act: Literal["amend", "annul", "supply"]
    reason: Text
    target: Position | None = None
    topic: Annotated[str, Field(max_length=100)] | None = None
    data: dict[str, Any] | None = None
    takes_effect: Edtf | None = None
    document: Stated | None = None

    def __post_init__(self) -> None:
        if (self.act == "supply") == (self.target is not None):
            raise ValueError("amend and annul name the position of an event, supply names none")
        stated = any(
            field is not None for field in (self.topic, self.data, self.takes_effect, self.document)
        )
        if self.act == "annul" and stated:
            raise ValueError("annul puts nothing in the event's place")
        if self.act == "amend" and not stated:
            raise ValueError("amend says what is to stand: data, takes_effect, document or topic")
        if self.act == "supply" and (self.topic is None or self.data is None):
            raise ValueError("supply states the topic and the data of the missing event")

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if self.target is not None and event_at(facts, self.target) is None:
            yield Broken(f"there is no event {self.target}")

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        from domain.correcting import proposed  # which needs every act

        yield CorrectionProposed(proposed(self, facts, seal), seal(self.reason))

    def more_tags(self, facts: Facts) -> frozenset[str]:
        from domain.correcting import tags_of

        return tags_of(self, facts)


class _OnAProposal(Command):
    """An act on a proposed correction that is still open."""

    proposal: Position

    def proposed(self, facts: Facts) -> CorrectionProposed | None:
        event = event_at(facts, self.proposal)
        if event is None or event.topic != CorrectionProposed.topic:
            return None
        fact = decode(event.topic, event.data)
        assert isinstance(fact, CorrectionProposed)
        return fact

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if self.proposed(facts) is None:
            yield Broken(f"event {self.proposal} proposes no correction")

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        settled = {CorrectionApproved.topic, CorrectionRejected.topic}
        for event in facts.ever:  # as recorded: it is settled, whatever became of it since
            if event.topic in settled and event.data["proposal"] == self.proposal:
                fact = decode(event.topic, event.data)
                yield Seen(event.position, fact, event.effective, date.max, event.basis)

    def more_tags(self, facts: Facts) -> frozenset[str]:
        fact = self.proposed(facts)
        assert fact is not None  # else H-2 has refused
        own = frozenset({f"proposal:{self.proposal}"})
        return own | correction_tags(fact.correction, facts.ever)


def _of_the_proposal(act: Any, _day: date) -> Iterator[str]:
    yield f"proposal:{act.proposal}"


OF_THE_PROPOSAL = Read(frozenset(), _of_the_proposal)


@command("approve-correction", reads=(OF_THE_PROPOSAL,))
class ApproveCorrection(_OnAProposal):
    """Let a correction hold from now on. What it calls into question is recorded with it (L-3)."""

    proposal: Position

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        fact = self.proposed(facts)
        assert fact is not None  # else H-2 has refused
        yield CorrectionApproved(self.proposal, fact.correction)


@command("reject-correction", reads=(OF_THE_PROPOSAL,))
class RejectCorrection(_OnAProposal):
    """Refuse a correction, for a reason; it never held."""

    proposal: Position
    reason: Text

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield CorrectionRejected(self.proposal, seal(self.reason))


@command("decide-question")
class DecideQuestion(Command):
    """What becomes of a decision that was called into question: it stands; the title it gave is withdrawn
    from this act's day on; or it is opened again: its annulment is proposed, for another to approve."""

    question: Position
    outcome: Literal["let-stand", "withdraw", "re-open"]
    reason: Text

    def questioned(self, facts: Facts) -> DecisionQuestioned | None:
        event = event_at(facts, self.question)
        if event is None or event.topic != DecisionQuestioned.topic:
            return None
        fact = decode(event.topic, event.data)
        assert isinstance(fact, DecisionQuestioned)
        return fact

    def missing(self, facts: Facts) -> Iterator[Broken]:
        asked = self.questioned(facts)
        if asked is None:
            yield Broken(f"event {self.question} calls nothing into question")
        elif self.outcome == "withdraw":
            yield from self._not_to_be_withdrawn(asked, facts)

    def _not_to_be_withdrawn(self, asked: DecisionQuestioned, facts: Facts) -> Iterator[Broken]:
        titles: list[Seen[Any]] = [
            *standing(facts, DesignationAwarded), *standing(facts, HistoricalDesignationRecorded)
        ]  # fmt: skip
        event = event_at(facts, self.question)
        assert event is not None  # it is the question
        if not any(title.position == asked.decision for title in titles):
            yield Broken(f"event {asked.decision} gave no title: let it stand, or open it again")
        elif ended := standing(facts, DesignationWithdrawn):
            yield Broken(f"{ended[0].fact.designation} is withdrawn already",
                         tuple(end.position for end in ended))  # fmt: skip
        elif facts.day < day_of(event.recorded_at):
            yield Broken(
                f"it was asked on {day_of(event.recorded_at)}: the title ends no sooner",
                (event.position,),
            )

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        decided = standing(facts, QuestionDecided)
        yield from (d for d in decided if d.fact.question == self.question)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        asked = self.questioned(facts)
        assert asked is not None  # else H-2 has refused
        yield QuestionDecided(self.question, asked.decision, self.outcome, seal(self.reason))
        if self.outcome == "re-open":
            yield CorrectionProposed(Correction("annul", asked.decision), seal(self.reason))
        if self.outcome == "withdraw":
            titles = standing(facts, DesignationAwarded)
            pools = titles[0].fact.pools if titles else ()
            entry = Case.parse(asked.about).entry
            yield DesignationWithdrawn(entry, "corrected", None, pools)

    def more_tags(self, facts: Facts) -> frozenset[str]:
        asked = self.questioned(facts)
        assert asked is not None  # else H-2 has refused
        if self.outcome == "re-open":
            return correction_tags(Correction("annul", asked.decision), facts.ever)
        decision = event_at(facts, asked.decision)
        return frozenset(
            tag for tag in (decision.tags if decision else ())
            if tag.startswith(("case:", "entry:", "designation:", "round:", "subject:", "seat:", "entity:"))
        )  # fmt: skip
