"""Set the terms: open a round, record a reading of an open point, grant an exception."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Annotated, Any

from pydantic import Field

from domain.cases import Case
from domain.events import (
    ExceptionGranted,
    Fact,
    Parameters,
    ReadingRecorded,
    RoundOpened,
)
from domain.events.fact import Code, EntryId, RoundId, Text
from domain.life import EXCEPTIONS
from domain.programme import Programme
from domain.rules import Broken, Command, Facts, Seal, Seen, command
from domain.subjects import UnknownSubject, subject
from domain.terms import TERMS


@command("open-round", reads=(TERMS,))
class OpenRound(Command):
    """The ministry opens a round; what its documents do not set stays unset."""

    of: RoundId  # programme
    round: RoundId
    parameters: Parameters = field(default_factory=Parameters)

    def programme(self) -> str:
        return self.of

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(RoundOpened)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        text = programme.text(self.round) if programme else Parameters()
        yield RoundOpened(
            self.of, self.round, self.parameters, text if text != Parameters() else None
        )  # fmt: skip


@command("record-reading", reads=(TERMS,))
class RecordReading(Command):
    """How an open point is read from now on, by which document."""

    of: RoundId  # programme
    point: Annotated[str, Field(pattern=r"^Q-\d+$")]
    reading: Text
    round: RoundId | None = None  # None: of all rounds
    choice: Code | None = None
    parameters: Parameters | None = None

    def programme(self) -> str:
        return self.of

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if self.round is not None and not facts.of(RoundOpened):
            yield Broken(f"no round {self.round} of {self.of} is open")

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield ReadingRecorded(
            self.of, self.point, self.reading, self.round, self.choice, self.parameters
        )


@command("grant-exception", reads=(TERMS, EXCEPTIONS))
class GrantException(Command):
    """Lift a rule that holds in principle, for one entry."""

    entry: EntryId
    rule: Annotated[str, Field(pattern=r"^[A-Z]\d*-\d+$")]
    reason: Text

    def cases(self) -> tuple[Case, ...]:
        return (Case.parse(self.entry),)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        entry = Case.parse(self.entry)
        if not facts.of(RoundOpened):
            yield Broken(f"no round {entry.round} of {entry.programme} is open")
        try:
            subject(entry.subject)
        except UnknownSubject as error:
            yield Broken(str(error))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from (g for g in facts.of(ExceptionGranted) if g.fact.rule == self.rule)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield ExceptionGranted(self.rule, self.entry, seal(self.reason))
