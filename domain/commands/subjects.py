"""Record that a division changed: its name, its code, or what it went into and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.dates import parse
from domain.events import (
    DecisionQuestioned,
    DesignationAwarded,
    DesignationWithdrawn,
    Fact,
    HistoricalDesignationRecorded,
    SubjectChanged,
    Successor,
)
from domain.events.fact import Name
from domain.events.subjects import DivisionId, GBCode
from domain.programme import Programme
from domain.rules import Broken, Command, Facts, Seal, Seen, command, read
from domain.subjects import UnknownSubject, is_registered, subject


def _of_its_subjects(act: Any, _day: date) -> Iterator[str]:
    yield f"changes:{act.subject}"
    yield from (f"changes:{successor.id}" for successor in act.into)


def changes_of(subjects: Iterable[str]) -> Iterator[str]:
    """Where the changes are found that made those divisions which the register does not hold."""
    for about in subjects:
        if re.fullmatch(r"cn:\d{6}", about, re.ASCII) and not is_registered(about):
            yield f"changes:{about}"


def unknown_divisions(subjects: Iterable[str], facts: Facts) -> Iterator[Broken]:
    """Those that neither the register holds nor a recorded change has made by the act's day."""
    for tag in changes_of(subjects):
        about = tag.partition(":")[2]
        made = (change for change in facts.of(SubjectChanged) if change.day <= facts.day)
        if not any(new.id == about for change in made for new in change.fact.into):
            yield Broken(f"no subject has the id {about!r}")


def _of_its_titles(act: Any, _day: date) -> Iterator[str]:
    if act.ends:
        yield f"subject:{act.subject}"


ITS_TITLES = read(
    DesignationAwarded, HistoricalDesignationRecorded, DesignationWithdrawn, under=_of_its_titles
)
ITS_CHANGES = read(SubjectChanged, under=_of_its_subjects)


@command("change-subject", reads=(ITS_CHANGES, ITS_TITLES))
class ChangeSubject(Command):
    """A division is renamed, recoded, merged into others or split, by the document that is the act's basis,
    from its day of effect. What it holds stays with it until a decision (Q-19)."""

    kind: Literal["rename", "recode", "merger", "split"]
    subject: DivisionId
    new_name: Name | None = None
    new_code: GBCode | None = None
    into: Annotated[tuple[Successor, ...], Field(max_length=50)] = ()
    ends: bool = False

    def __post_init__(self) -> None:
        self._fact()  # whose shape is the act's

    def _fact(self) -> SubjectChanged:
        return SubjectChanged(
            self.kind, self.subject, self.new_name, self.new_code, self.into, self.ends
        )

    def subjects(self) -> tuple[str, ...]:
        return (self.subject,)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        try:
            subject(self.subject)
        except UnknownSubject as error:
            yield Broken(str(error))
            return
        changes = facts.of(SubjectChanged)
        made = {new.id for change in changes for new in change.fact.into if new.name}
        for successor in self.into:
            known = is_registered(successor.id) or successor.id in made
            if not known and successor.name is None:
                yield Broken(f"{successor.id} is not known: state its name")
            elif known and successor.name is not None:
                yield Broken(f"{successor.id} is known: its name is not stated again")
            try:
                subject(successor.id)
            except UnknownSubject as error:
                yield Broken(str(error))
        for change in changes:
            if change.fact.subject == self.subject and change.fact.ends and change.day <= facts.day:
                yield Broken(f"{self.subject} ended on {change.effective}", (change.position,))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        own = self._fact()
        yield from (change for change in facts.of(SubjectChanged) if change.fact == own)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield self._fact()
        into = ", ".join(successor.id for successor in self.into)
        for title in self._held(facts):
            why = f"{self.subject}, who holds it, went into {into} on {facts.day}"
            yield DecisionQuestioned(title.position, "merged", (why,), title.fact.designation)

    def _held(self, facts: Facts) -> Iterator[Seen[Any]]:
        """The titles that it holds on the day on which it ends."""
        if not self.ends:
            return
        withdrawn = {w.fact.designation for w in facts.of(DesignationWithdrawn)}
        titles: list[Seen[Any]] = [
            *facts.of(DesignationAwarded), *facts.of(HistoricalDesignationRecorded)
        ]  # fmt: skip
        for title in titles:
            until = title.fact.held_until
            over = until is not None and parse(until).latest < facts.day
            if not over and title.fact.designation not in withdrawn:
                yield title
