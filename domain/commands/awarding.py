"""Publicity, objections, the award."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.cases import Case
from domain.commands.applying import OnACase
from domain.commands.reviewing import OnAList, is_beside
from domain.dates import NotYetDeterminable, last_day_of, parse
from domain.events import (
    STRICT,
    ApprovalRecorded,
    DesignationAwarded,
    Fact,
    HistoricalDesignationRecorded,
    ObjectionLodged,
    ObjectionResolved,
    PublicityClosed,
    PublicityOpened,
)
from domain.events.fact import CaseId, Code, Day, Name, Text
from domain.life import EXCEPTIONS, THE_TITLE, WHOLE_CASE, Life
from domain.programme import Choice, Programme
from domain.rules import Broken, Facts, Seal, Seen, command
from domain.terms import TERMS, Terms

LongText = Annotated[str, Field(min_length=1, max_length=100_000)]


@command("open-publicity", reads=(WHOLE_CASE, TERMS))
class OpenPublicity(OnAList):
    """Put a list on notice: until a stated last day, or for some working days."""

    list: Code
    listed: Annotated[tuple[CaseId, ...], Field(max_length=400)]
    where: Name  # the portal
    until: Day | None = None
    working_days: Annotated[int, Field(ge=1, le=60)] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.until is None) == (self.working_days is None):
            raise ValueError("state the last day, or the number of working days")

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(case) for case in self.listed)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        for life in self.lives(facts):
            if life.proposed is not None and life.proposed.fact.list != self.list:
                yield Broken(
                    f"{life.case} stands on list {life.proposed.fact.list}, not {self.list}"
                )
            if life.awarded is not None:
                yield Broken(f"{life.case} has led to a title", (life.awarded.position,))
        try:
            self.last_day(facts)
        except NotYetDeterminable as error:
            yield Broken(f"{error}; state the last day instead")

    def last_day(self, facts: Facts) -> str:
        """As stated; else counted by the calendar of the day on which it is recorded."""
        if self.until is not None:
            return self.until
        assert self.working_days is not None  # one of the two is stated
        first = first_day_counted(Terms.of(facts))
        last = last_day_of(facts.day, working_days=self.working_days, first_day_counted=first)
        return last.isoformat()

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from (
            life.notice for life in self.lives(facts) if life.notice and life.closed is None
        )

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        counted = first_day_counted(Terms.of(facts)) if self.working_days else None
        for case in self.listed:
            yield PublicityOpened(
                case, self.list, self.where, self.last_day(facts), self.working_days, counted
            )


def first_day_counted(terms: Terms) -> bool:
    """Open point Q-9; by default the first day is not counted (民法典 第二百零一条)."""
    return terms.chosen.get("Q-9") == "first-day-counted"


@command("lodge-objection", reads=(WHOLE_CASE,))
class LodgeObjection(OnACase):
    """Somebody objects to a case that is, or was, on notice."""

    case: CaseId
    words: LongText
    author: Name | None = None
    attachments: Annotated[tuple[bytes, ...], Field(max_length=10)] = ()

    def missing(self, facts: Facts) -> Iterator[Broken]:
        """What was never on notice is not there: nobody learns whether it was applied for, nor,
        once it was on notice, whether it was taken back since."""
        if self.life(facts).notice is None:
            yield Broken(f"{self.case} has not been put on notice")

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        life = self.life(facts)
        ever = [
            int(str(e.data["objection"])) for e in facts.ever if e.topic == ObjectionLodged.topic
        ]
        yield ObjectionLodged(
            self.case,
            max([*ever, *life.objections], default=0) + 1,
            life.on_notice(facts.day),
            seal(self.words),
            seal(self.author) if self.author else None,
            tuple(seal(attachment) for attachment in self.attachments),
        )


@command("resolve-objection", reads=(WHOLE_CASE,))
class ResolveObjection(OnACase):
    """The ministry upholds an objection, and the case leaves the list, or rejects it."""

    case: CaseId
    objection: int
    upheld: bool
    reason: LongText

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        if self.objection not in self.life(facts).objections:
            yield Broken(f"there is no objection {self.objection} to {self.case}")

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        if resolved := self.life(facts).resolved.get(self.objection):
            yield resolved

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        life = self.life(facts)
        gives_back = life.proposed.fact.pools if self.upheld and life.proposed else ()
        if life.upheld:  # an earlier one gave its place back
            gives_back = ()
        yield ObjectionResolved(
            self.case, self.objection, self.upheld, seal(self.reason), gives_back
        )


@command("close-publicity", reads=(WHOLE_CASE,))
class ClosePublicity(OnAList):
    """The notice of a list is over."""

    list: Code
    listed: Annotated[tuple[CaseId, ...], Field(max_length=400)]

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(case) for case in self.listed)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        yield from _on_another_list(self, facts)

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from (life.closed for life in self.lives(facts) if life.closed)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        for case in self.listed:
            yield PublicityClosed(case, self.list)


def _on_another_list(act: ClosePublicity | Award, facts: Facts) -> Iterator[Broken]:
    """What is not on notice under this list's id."""
    for life in act.lives(facts):
        if life.notice is not None and life.notice.fact.list != act.list:
            yield Broken(
                f"{life.case} is on notice with list {life.notice.fact.list}, not {act.list}"
            )


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Honour:
    """Who is given which title."""

    case: CaseId
    title: Name
    category: Code
    fields: tuple[Code, ...] = ()


@command("approve", reads=(WHOLE_CASE,))
class Approve(OnAList):
    """A body that decides approves a list; its document is the act's basis."""

    list: Code
    approved: Annotated[tuple[CaseId, ...], Field(max_length=400)]
    by: Code  # leading-group, party-group-meeting, state-council-general-office, …
    reason: Text | None = None  # why the list departs from the ranking

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(case) for case in self.approved)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        for life in self.lives(facts):
            if life.proposed is not None and life.proposed.fact.list != self.list:
                yield Broken(
                    f"{life.case} stands on list {life.proposed.fact.list}, not {self.list}"
                )

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from (a for life in self.lives(facts) if (a := life.approved(self.by)))

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        for case in self.approved:
            reason = seal(self.reason) if self.reason else None
            yield ApprovalRecorded(case, self.list, self.by, reason)


@command("award", reads=(WHOLE_CASE, THE_TITLE, EXCEPTIONS, TERMS))
class Award(OnAList):
    """Give the title by a published document, the act's basis."""

    list: Code
    honours: Annotated[tuple[Honour, ...], Field(max_length=400)]

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(honour.case) for honour in self.honours)

    def choices(self) -> tuple[Choice, ...]:
        return tuple((Case.parse(h.case), h.category, h.fields) for h in self.honours)

    def year(self, day: date) -> int:
        """Of the announcement: when its document was published."""
        published = self.basis.published if self.basis is not None else None
        return parse(published).latest.year if published else day.year

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        yield from _on_another_list(self, facts)

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(HistoricalDesignationRecorded)
        yield from facts.of(DesignationAwarded)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        terms = Terms.of(facts)
        for honour, choice in zip(self.honours, self.choices(), strict=True):
            case = choice[0]
            pools = () if programme is None else programme.pools_of(choice)
            life = Life.of(facts, case)
            first, last = (None, None)
            if programme is not None:
                first, last = programme.held(honour.category, terms, life, facts.day)
            application = life.application
            assert application is not None  # else H-2 has refused
            of_a_project = application.fact.entity
            yield DesignationAwarded(
                honour.case, case.entry, self.list, honour.title, honour.category,
                application.fact.province, self.year(facts.day), honour.fields, pools,
                is_beside(programme, choice, facts),
                first.isoformat() if first else None, last.isoformat() if last else None,
                f"{of_a_project.name}：{of_a_project.project}" if of_a_project else None,
            )  # fmt: skip
