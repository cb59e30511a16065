"""Record that a division changed: its name, its code, or what it went into and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.cases import Case
from domain.commands.command import ByAGrantedRole, command
from domain.events import (
    Correction,
    CorrectionProposed,
    DesignationAwarded,
    DesignationWithdrawn,
    Fact,
    HistoricalDesignationRecorded,
    Replacement,
    SubjectChanged,
    Successor,
)
from domain.events.fact import Name, Text
from domain.events.subjects import DivisionId, GBCode, ListedId
from domain.held import is_over
from domain.history import correction_tags
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Seal, Seen, read
from domain.subjects import UnknownSubject, division_of, is_project, is_registered, subject
from domain.tags import CHANGES


def _of_its_subjects(act: Any, _day: date) -> Iterator[str]:
    yield CHANGES(act.subject)
    yield from (CHANGES(successor.id) for successor in act.into)


def changes_of(subjects: Iterable[str]) -> Iterator[str]:
    """Where the changes are found that made those divisions which the register does not hold, or in which a
    town or a zone lies."""
    for of in subjects:
        about = division_of(of)
        if re.fullmatch(r"cn:\d{6}", about, re.ASCII) and not is_registered(about):
            yield CHANGES(about)


def unknown(ids: Iterable[str], facts: Facts) -> Iterator[Broken]:
    """Those that are nobody: the register does not hold them, no recorded change has made them by the act's
    day, and they are no project, zone or town."""
    for id_ in ids:
        yield from list(nobody(id_)) or unknown_divisions((id_,), facts)


def nobody(*ids: str) -> Iterator[Broken]:
    """Those ids that no subject can have."""
    for id_ in ids:
        try:
            subject(id_)
        except UnknownSubject as error:
            yield Broken(because("no-subject-has-the-id", about=error.about))


def unknown_divisions(subjects: Iterable[str], facts: Facts) -> Iterator[Broken]:
    """Those that neither the register holds nor a recorded change has made by the act's day."""
    for about in CHANGES.among(changes_of(subjects)):
        made = (change for change in facts.of(SubjectChanged) if change.day <= facts.day)
        if not any(new.id == about for change in made for new in change.fact.into):
            yield Broken(because("no-subject-has-the-id", about=about))


ITS_CHANGES = read(SubjectChanged, under=_of_its_subjects)


@command("change-subject", "changed-subjects", reads=(ITS_CHANGES,), rests_on_a_document=True)
class ChangeSubject(ByAGrantedRole):
    """Propose that a division is renamed, recoded, merged into others or split, or that a project which is
    known from a list only is identified by its credit code, by the document that is the act's basis, from its
    day of effect: a correction that supplies the change, for another person to approve. What a division holds
    stays with it until a decision (Q-19)."""

    kind: Literal["rename", "recode", "merger", "split", "identified"]
    subject: DivisionId | ListedId
    reason: Text
    new_name: Name | None = None
    new_code: GBCode | None = None
    into: Annotated[tuple[Successor, ...], Field(max_length=50)] = ()
    ends: bool = False

    def __post_init__(self) -> None:
        self.change()  # whose shape is the act's

    def change(self) -> SubjectChanged:
        """What is to be recorded."""
        return SubjectChanged(
            kind=self.kind,
            subject=self.subject,
            name=self.new_name,
            code=self.new_code,
            into=self.into,
            ends=self.ends,
        )

    def subjects(self) -> tuple[str, ...]:
        return (self.subject,)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from flaws_of_a_change(self.change(), facts)

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from (seen for seen in facts.of(SubjectChanged) if seen.fact == self.change())

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield CorrectionProposed(correction=self._correction(facts), reason=seal(self.reason))

    def more_tags(self, facts: Facts) -> frozenset[str]:
        return correction_tags(self._correction(facts), ())

    def _correction(self, facts: Facts) -> Correction:
        change = self.change()
        return Correction(
            "supply",
            None,
            Replacement(
                change.topic,
                tuple(sorted(change.tags())),
                dict(change.as_data()),
                facts.day.isoformat(),
                self.basis,
            ),
        )


def flaws_of_a_change(change: SubjectChanged, facts: Facts) -> Iterator[Broken]:
    """What it refers to and is not there, or has ended by its day."""
    try:
        subject(change.subject)
    except UnknownSubject as error:
        yield Broken(because("no-subject-has-the-id", about=error.about))
        return
    before = facts.of(SubjectChanged)
    made = {new.id for seen in before for new in seen.fact.into if new.name}
    for successor in change.into:
        known = is_registered(successor.id) or is_project(successor.id) or successor.id in made
        if not known and successor.name is None:
            yield Broken(because("is-not-known-state-its-name", id_=successor.id))
        elif known and successor.name is not None:
            yield Broken(because("is-known-its-name-is-not-stated", id_=successor.id))
        try:
            subject(successor.id)
        except UnknownSubject as error:
            yield Broken(because("no-subject-has-the-id", about=error.about))
    for seen in before:
        if seen.fact.subject == change.subject and seen.fact.ends and seen.day <= facts.day:
            yield Broken(because("ended-on", seat=change.subject, effective=seen.effective), (seen.position,))


def held_by(of: str, facts: Facts) -> Iterator[Seen[Any]]:
    """The titles that a subject holds on the day."""
    withdrawn = {w.fact.designation for w in facts.of(DesignationWithdrawn) if w.day <= facts.day}
    titles: list[Seen[Any]] = [*facts.of(DesignationAwarded), *facts.of(HistoricalDesignationRecorded)]
    for title in titles:
        over = is_over(title.fact.held_until, facts.day)
        own = Case.parse(title.fact.designation).subject == of
        if own and not over and title.fact.designation not in withdrawn:
            yield title
