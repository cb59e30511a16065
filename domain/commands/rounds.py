"""Set the terms: open a round, record a reading of an open point, grant an exception."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Annotated, Any

from pydantic import Field

from domain.cases import Case
from domain.commands.command import Command, command
from domain.events import ExceptionGranted, Fact, Parameters, ReadingRecorded, RoundOpened
from domain.events.fact import Code, EntryId, RoundId, Text
from domain.life import EXCEPTIONS
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Seal, Seen
from domain.subjects import UnknownSubject, subject
from domain.terms import THE_TERMS


@command("open-round", "rounds", reads=(THE_TERMS,), leads_to=RoundOpened, renamed={"programme": "of"})
class OpenRound(Command):
    """The ministry opens a round; what its documents do not set stays unset."""

    of: RoundId  # programme
    round: RoundId
    parameters: Parameters = field(default_factory=Parameters)

    def programme(self) -> str:
        return self.of

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(RoundOpened)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        text = programme.text if programme else Parameters()
        yield RoundOpened(
            programme=self.of,
            round=self.round,
            parameters=self.parameters,
            text=text if text != Parameters() else None,
        )


@command(
    "record-reading",
    "readings",
    reads=(THE_TERMS,),
    leads_to=ReadingRecorded,
    renamed={"programme": "of"},
    rests_on_a_document=True,
    missed_by_decisions=True,
)
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
            yield Broken(because("no-round-of-is-open", round=self.round, of=self.of))

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield ReadingRecorded(
            programme=self.of,
            point=self.point,
            reading=self.reading,
            round=self.round,
            choice=self.choice,
            parameters=self.parameters,
        )


@command(
    "grant-exception",
    "exceptions",
    reads=(THE_TERMS, EXCEPTIONS),
    leads_to=ExceptionGranted,
    rests_on_a_document=True,
)
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
            yield Broken(because("no-round-of-is-open", round=entry.round, of=entry.programme))
        try:
            subject(entry.subject)
        except UnknownSubject as error:
            yield Broken(because("no-subject-has-the-id", about=error.about))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from (g for g in facts.of(ExceptionGranted) if g.fact.rule == self.rule)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield ExceptionGranted(rule=self.rule, entry=self.entry, reason=seal(self.reason))
