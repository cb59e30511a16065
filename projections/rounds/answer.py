"""What a round's documents planned, beside what happened and what sources attest of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from domain.events import (
    ApprovalRecorded,
    DefenceHeld,
    DesignationAwarded,
    FiguresAttested,
    HistoricalDesignationRecorded,
    NoticeRecorded,
    PublicityOpened,
    ReadingRecorded,
    ReviewConcluded,
    RoundOpened,
    SelectionProposed,
)
from domain.history import Believed
from domain.kernel import Document
from domain.programme import Programme
from domain.terms import Terms
from projections.answers import Answer, Position, ProgrammeNamed, answer, named
from projections.asking.shown import is_shown
from projections.asking.standpoint import Standpoint
from projections.rounds.reading import round_as_believed

_STEPS = (
    ReviewConcluded,
    DefenceHeld,
    SelectionProposed,
    ApprovalRecorded,
    PublicityOpened,
    DesignationAwarded,
    HistoricalDesignationRecorded,
)
_TOLD = (RoundOpened, ReadingRecorded, FiguresAttested, NoticeRecorded, *_STEPS)


@answer("PlannedStep")
class PlannedStep(Answer):
    """When a step was to be."""

    step: str
    when: str
    source: Document | None


@answer("ATerm")
class HeldFromTo(Answer):
    """From when to when titles of the round are held."""

    first: date
    last: date


@answer("Plan")
class Plan(Answer):
    """What documents set for a round."""

    steps: tuple[PlannedStep, ...]
    places: dict[str, int]
    deadline: date | None
    term: HeldFromTo | None


@answer("AStep")
class StepTaken(Answer):
    """A step: its first and last day, and how many cases took it."""

    step: str
    first: date | None
    last: date | None
    cases: int


@answer("Happened")
class Happened(Answer):
    """What is on record of a round."""

    steps: tuple[StepTaken, ...]
    titles: int


@answer("Attested")
class Attested(Answer):
    """A total that a source states."""

    measure: str
    words: str | None
    value: int
    category: str | None
    source: str
    event: Position


@answer("ANotice")
class Noticed(Answer):
    """A notice, a step or an announcement, as a source tells it."""

    act: str
    words: str
    effective: str | None
    until: str | None
    content: str | None
    event: Position
    document: Document | None


@answer("RoundPage")
class RoundPage(Answer):
    """A round, planned beside happened."""

    programme: ProgrammeNamed
    as_of: date
    as_known: Position
    round: str
    planned: Plan
    happened: Happened
    attested: tuple[Attested, ...]
    notices: tuple[Noticed, ...]


async def round_page(at: Standpoint, programme: Programme, round_: str) -> RoundPage:
    """A round as far as the reader may see it."""
    topics = {kind.topic for kind in _TOLD if at.reader.cell(kind.topic) != "-"}
    facts = await round_as_believed(at, programme.id, round_, topics)
    visible = [b for b in facts.history if is_shown(at, b)]
    return RoundPage(
        as_of=at.view.as_of,
        as_known=at.view.as_known,
        programme=named(programme),
        round=round_,
        planned=_plan(Terms.of(facts)),
        happened=Happened(steps=tuple(_steps(visible)), titles=_titles(visible)),
        attested=tuple(_attested(visible)),
        notices=tuple(_notices(visible)),
    )


def _plan(terms: Terms) -> Plan:
    steps = (PlannedStep(step=p.step, when=p.when, source=p.source) for p in terms.plan.values())
    term = terms.term
    return Plan(
        steps=tuple(steps),
        places={name: cap.places for name, cap in terms.caps.items()},
        deadline=date.fromisoformat(terms.deadline.day) if terms.deadline else None,
        term=None
        if term is None
        else HeldFromTo(first=date.fromisoformat(term.first), last=date.fromisoformat(term.last)),
    )


def _steps(facts: Iterable[Believed]) -> Iterable[StepTaken]:
    of: dict[str, list[Believed]] = defaultdict(list)
    for b in facts:
        of[b.topic].append(b)
    for step in _STEPS:
        if there := of.get(step.topic):
            days = [b.latest_day for b in there if b.latest_day < date.max]
            yield StepTaken(
                step=step.topic,
                first=min(days, default=None),
                last=max(days, default=None),
                cases=len({b.data.get("case") or b.data.get("designation") for b in there}),
            )


def _titles(facts: Iterable[Believed]) -> int:
    awarded = {DesignationAwarded.topic, HistoricalDesignationRecorded.topic}
    return len({b.data["designation"] for b in facts if b.topic in awarded})


def _attested(facts: Iterable[Believed]) -> Iterable[Attested]:
    for b in facts:
        if isinstance(fact := b.fact, FiguresAttested):
            yield Attested(
                measure=fact.measure,
                words=fact.measure_words,
                value=fact.value,
                category=fact.category,
                source=fact.source.title,
                event=b.position,
            )


def _notices(facts: Iterable[Believed]) -> Iterable[Noticed]:
    for b in facts:
        if isinstance(fact := b.fact, NoticeRecorded):
            yield Noticed(
                act=fact.act,
                words=fact.act_words,
                effective=b.effective,
                until=fact.until,
                content=fact.content,
                event=b.position,
                document=b.basis,
            )
