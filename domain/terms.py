"""The terms of a round, as its documents and the recorded readings set them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.dates import parse
from domain.events import (
    Cap,
    Criterion,
    Deadline,
    Floor,
    Indicator,
    Parameters,
    Planned,
    Publicity,
    ReadingRecorded,
    RoundOpened,
    Term,
)
from domain.folding import folded
from domain.kernel import Document
from domain.rules import Facts, Seen, read
from domain.tags import TERMS


def of_the_terms(act: Any, _day: date) -> Iterator[str]:
    """The tags of a round's terms, and of what holds for all rounds."""
    rounds = {(case.programme, case.round) for case in act.cases()}
    if not rounds and act.programme() is not None:
        rounds = {(act.programme(), act.round)}
    for programme, round_ in sorted(rounds, key=str):
        yield TERMS(programme)
        if round_ is not None:
            yield TERMS(programme, round_)


THE_TERMS = read(RoundOpened, ReadingRecorded, under=of_the_terms)


@dataclass(slots=True)
class Terms:
    """What is set, what set it, and which readings were chosen; what is absent is unset (L-8)."""

    opened: Seen[RoundOpened] | None = None
    deadline: Deadline | None = None
    caps: dict[str, Cap] = field(default_factory=dict)
    criteria: dict[str, Criterion] = field(default_factory=dict)
    publicity: Publicity | None = None
    term: Term | None = None
    floors: dict[str, Floor] = field(default_factory=dict)
    plan: dict[str, Planned] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)  # by their names, folded
    chosen: dict[str, str] = field(default_factory=dict)  # point: choice
    set_by: dict[str, int] = field(default_factory=dict)  # parameter: position

    @property
    def first_day_counted(self) -> bool:
        """Open point Q-9; by default the first day is not counted (民法典 第二百零一条)."""
        return self.chosen.get("Q-9") == "first-day-counted"

    @staticmethod
    def of(facts: Facts) -> Terms:
        """Folded in the order in which they took effect; the later one holds."""
        terms = Terms()
        seen: list[Seen[Any]] = facts.of(RoundOpened, ReadingRecorded)
        for stated in seen:  # what the text itself sets gives way to whatever a document says
            if isinstance(stated.fact, RoundOpened) and stated.fact.text and stated.day <= facts.day:
                terms._take(stated.fact.text, stated.position)
        for stated in seen:
            if isinstance(stated.fact, RoundOpened):
                terms.opened = stated
            if stated.day > facts.day:
                continue  # what it sets holds from a later day on
            if isinstance(stated.fact, ReadingRecorded) and stated.fact.choice is not None:
                terms.chosen[stated.fact.point] = stated.fact.choice
            if stated.fact.parameters is not None:
                terms._take(stated.fact.parameters, stated.position)
        return terms

    def _take(self, set_: Parameters, position: int) -> None:
        if set_.deadline is not None:
            self.deadline = set_.deadline
            self.set_by["deadline"] = position
        if set_.publicity is not None:
            self.publicity = set_.publicity
            self.set_by["publicity"] = position
        if set_.term is not None:
            self.term = set_.term
            self.set_by["term"] = position
        for floor in set_.floors:
            self.floors[floor.code] = floor
            self.set_by[f"floor:{floor.code}"] = position
        for planned in set_.plan:
            self.plan[planned.step] = planned
        for indicator in set_.indicators:
            self.indicators[folded(indicator.name)] = indicator
            self.set_by["indicators"] = position
        for cap in set_.caps:
            self.caps[cap.pool] = cap
            self.set_by[f"cap:{cap.pool}"] = position
        for criterion in set_.criteria:
            self.criteria[criterion.code] = criterion
            self.set_by[f"criterion:{criterion.code}"] = position


def without_source(parameters: Parameters) -> Iterable[str]:
    """The parameters that do not name the document they come from."""
    if parameters.deadline and not named(parameters.deadline.source):
        yield "deadline"
    if parameters.publicity and not named(parameters.publicity.source):
        yield "publicity"
    if parameters.term and not named(parameters.term.source):
        yield "term"
    yield from (f"floor:{floor.code}" for floor in parameters.floors if not named(floor.source))
    yield from (f"plan:{step.step}" for step in parameters.plan if not named(step.source))
    yield from (f"cap:{cap.pool}" for cap in parameters.caps if not named(cap.source))
    yield from (f"criterion:{c.code}" for c in parameters.criteria if not named(c.source))
    yield from (f"indicator:{i.name}" for i in parameters.indicators if not named(i.source))


def filled(stated: Parameters, text: Parameters) -> Parameters:
    """What a round's documents state; what they do not, as the text itself sets it."""
    caps = {cap.pool for cap in stated.caps}
    floors = {floor.code for floor in stated.floors}
    steps = {planned.step for planned in stated.plan}
    return Parameters(
        stated.deadline or text.deadline,
        (*stated.caps, *(cap for cap in text.caps if cap.pool not in caps)),
        stated.criteria or text.criteria,
        stated.publicity or text.publicity,
        stated.term or text.term,
        (*stated.floors, *(floor for floor in text.floors if floor.code not in floors)),
        (*stated.plan, *(planned for planned in text.plan if planned.step not in steps)),
        stated.indicators or text.indicators,
    )


def day_of_document(document: Document | None, otherwise: date) -> date:
    """The day of a document: when it was published, else signed; where it says neither, another."""
    stated = (document.published or document.signed) if document is not None else None
    return parse(stated).latest if stated else otherwise


def named(document: Any) -> bool:
    """Whether a document can be found: it has a number or a title."""
    return document is not None and bool(document.number or document.title)
