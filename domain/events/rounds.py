"""The terms of a round: opened with its parameters, filled by readings, bent by exceptions.

A parameter that no document has set is absent: it is unset, and no rule judges by it (L-8).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.events.fact import (
    STRICT,
    Code,
    Day,
    Edtf,
    EntryId,
    Fact,
    Name,
    RoundId,
    Sealed,
    StatedDocument,
    Text,
    Whom,
    fact,
)
from domain.tags import ENTRY, PROGRAMME, ROUND, SUBJECT, TERMS

Whole = Annotated[int, Field(ge=1, le=1_000_000)]


@dataclass(frozen=True, config=STRICT)
class Cap:
    """How many places there are in a pool."""

    pool: Code  # the programme's name for it: comprehensive, special/life
    places: Annotated[int, Field(ge=0, le=1_000_000)]
    source: StatedDocument | None = None
    counts: Literal["awards", "holders"] | None = None  # of this round, or all holders


@dataclass(frozen=True, config=STRICT)
class Criterion:
    """What the experts score by."""

    code: Code
    name: Name
    most: Whole  # hundredths of a point
    weight: Annotated[int, Field(ge=1, le=10_000)]  # parts of ten thousand
    source: StatedDocument | None = None


@dataclass(frozen=True, config=STRICT)
class Deadline:
    """The last day on which applications may be sent (Q-1)."""

    day: Day
    source: StatedDocument | None = None


@dataclass(frozen=True, config=STRICT)
class Publicity:
    """How long a list is on notice."""

    working_days: Annotated[int, Field(ge=1, le=60)]
    source: StatedDocument | None = None


@dataclass(frozen=True, config=STRICT)
class Term:
    """From which day to which a title of the round is held."""

    first: Day
    last: Day
    source: StatedDocument | None = None


@dataclass(frozen=True, config=STRICT)
class Floor:
    """How many of a list are to be of a group of provinces."""

    code: Code  # west-northeast
    least: Annotated[int, Field(ge=0, le=1_000)]
    provinces: Annotated[tuple[Whom, ...], Field(max_length=50)]  # ids; what the group is, is a reading
    source: StatedDocument | None = None


@dataclass(frozen=True, config=STRICT)
class Planned:
    """When a step was to be, by the document that announced it."""

    step: Code  # expert-review, decision, …
    when: Edtf
    source: StatedDocument | None = None


@dataclass(frozen=True, config=STRICT)
class Indicator:
    """A figure of a round's form that is in the statistical system, so that it needs the local check."""

    name: Name
    source: StatedDocument | None = None


@dataclass(frozen=True, config=STRICT)
class Parameters:
    """What a document or a reading sets; whatever is absent stays as it was."""

    deadline: Deadline | None = None
    caps: tuple[Cap, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    publicity: Publicity | None = None
    term: Term | None = None
    floors: tuple[Floor, ...] = ()
    plan: tuple[Planned, ...] = ()
    indicators: Annotated[tuple[Indicator, ...], Field(max_length=200)] = ()


@fact("round.opened", may_lie_ahead=True)
class RoundOpened(Fact):
    """A round of a programme begins, with the parameters its documents set."""

    programme: RoundId
    round: RoundId
    parameters: Parameters
    text: Parameters | None = None  # what the programme's text sets, where no document says otherwise

    def tags(self) -> frozenset[str]:
        return frozenset(
            {PROGRAMME(self.programme), ROUND(self.programme, self.round), TERMS(self.programme, self.round)}
        )


@fact("reading.recorded", may_lie_ahead=True)
class ReadingRecorded(Fact):
    """How an open point of the text is read, by which document; for one round or for all."""

    programme: RoundId
    point: Annotated[str, Field(pattern=r"^Q-\d+$")]
    reading: Text
    round: RoundId | None = None
    choice: Code | None = None  # where the point has two or more readings, which one
    parameters: Parameters | None = None  # what the reading sets

    def tags(self) -> frozenset[str]:
        return frozenset(
            {PROGRAMME(self.programme), TERMS(self.programme) + (f"/{self.round}" if self.round else "")}
        )


@fact("exception.granted")
class ExceptionGranted(Fact):
    """A rule that holds in principle is lifted for one entry, by a document, for a reason."""

    rule: Annotated[str, Field(pattern=r"^[A-Z]\d*-\d+$")]
    entry: EntryId  # <programme>/<round>/<subject>
    reason: Sealed

    def tags(self) -> frozenset[str]:
        programme, round_, subject = self.entry.split("/", 2)
        return frozenset({ENTRY(self.entry), ROUND(programme, round_), SUBJECT(subject)})
