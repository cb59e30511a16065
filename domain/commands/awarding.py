"""Publicity, objections, the award."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.calendars import THE_CALENDARS, works
from domain.cases import Case
from domain.commands.applying import OnACase
from domain.commands.command import Data, command, stand_in
from domain.commands.reviewing import OnAList, is_beside, of_all, of_each
from domain.dates import last_day_of, last_day_under_any_calendar, parse
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
    SubjectChanged,
)
from domain.events.fact import CaseId, Code, Day, Name, Text
from domain.history import is_read
from domain.life import EXCEPTIONS, THE_TITLE, WHOLE_CASE, Life
from domain.malformed import Malformed
from domain.programme import Choice, Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Seal, Seen, read
from domain.tags import CHANGES
from domain.terms import THE_TERMS, Terms

LongText = Annotated[str, Field(min_length=1, max_length=100_000)]


@command("open-publicity", "notices", reads=(WHOLE_CASE, THE_TERMS, THE_CALENDARS), leads_to=PublicityOpened)
class OpenPublicity(OnAList):
    """Put a list on notice: until a stated last day, or for some working days."""

    list: Code
    listed: Annotated[tuple[CaseId, ...], Field(max_length=400)]
    where: Name  # the portal
    until: Day | None = None
    working_days: Annotated[int, Field(ge=1, le=60)] | None = None

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        length = "working_days" if "working_days" in stated[0] else "until"
        return {length: stated[0][length], **of_all(stated, "listed", "where")}

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.until is None) == (self.working_days is None):
            raise Malformed("states-the-last-day-or-the-length")

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(case) for case in self.listed)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        for life in self.lives(facts):
            if life.proposed is not None and life.proposed.fact.list != self.list:
                yield Broken(
                    because(
                        "stands-on-list-not", case=life.case, list=life.proposed.fact.list, list_2=self.list
                    )
                )
            if life.awarded is not None:
                yield Broken(because("has-led-to-a-title", case=life.case), (life.awarded.position,))

    def surely_over(self, facts: Facts) -> date:
        """A day by which its working days are over, and those that the round sets, whatever calendars are
        published later."""
        return self._counted(facts, last_day_under_any_calendar, least=self._least(facts))

    def last_day(self, facts: Facts) -> str:
        """As stated; else counted by the calendars known on the day on which it is recorded. Raises
        NotYetDeterminable."""
        if self.until is not None:
            return self.until
        return self._counted(facts, last_day_of).isoformat()

    def _least(self, facts: Facts) -> int:
        publicity = Terms.of(facts).publicity
        return 0 if publicity is None else publicity.working_days

    def _counted(self, facts: Facts, last_day: Callable[..., date], least: int = 0) -> date:
        """The last day of its working days, as a way of counting has it. Raises NotYetDeterminable."""
        assert self.working_days is not None  # where no last day is stated
        first = Terms.of(facts).first_day_counted
        length = max(self.working_days, least)
        return last_day(facts.day, working_days=length, first_day_counted=first, works=works(facts))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from (life.notice for life in self.lives(facts) if life.notice and life.closed is None)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        counted = Terms.of(facts).first_day_counted if self.working_days else None
        for case in self.listed:
            yield PublicityOpened(
                case=case,
                list=self.list,
                where=self.where,
                until=self.last_day(facts),
                working_days=self.working_days,
                first_day_counted=counted,
            )


@command(
    "lodge-objection", "objections", reads=(WHOLE_CASE,), leads_to=ObjectionLodged, missed_by_decisions=True
)
class LodgeObjection(OnACase):
    """Somebody objects to a case that is, or was, on notice."""

    case: CaseId
    words: LongText
    author: Name | None = None
    attachments: Annotated[tuple[bytes, ...], Field(max_length=10)] = ()

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        words = [stand_in(kept["sealed"]).encode() for kept in stated[0].get("attachments", ())]
        return {**stated[0], "attachments": [base64.b64encode(word).decode() for word in words]}

    def missing(self, facts: Facts) -> Iterator[Broken]:
        """What was never on notice is not there: nobody learns whether it was applied for, nor,
        once it was on notice, whether it was taken back since."""
        if self.life(facts).notice is None:
            yield Broken(because("has-not-been-put-on-notice", case=self.case))

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        life = self.life(facts)
        lodged = (e for e in facts.ever if e.topic == ObjectionLodged.topic and is_read(e))
        ever = [int(str(e.data["objection"])) for e in lodged]
        yield ObjectionLodged(
            case=self.case,
            objection=max([*ever, *life.objections], default=0) + 1,
            within=life.on_notice(facts.day),
            words=seal(self.words),
            author=seal(self.author) if self.author else None,
            attachments=tuple(seal(attachment) for attachment in self.attachments),
        )


@command("resolve-objection", "resolved-objections", reads=(WHOLE_CASE,), leads_to=ObjectionResolved)
class ResolveObjection(OnACase):
    """The ministry upholds an objection, and the case leaves the list, or rejects it."""

    case: CaseId
    objection: int
    upheld: bool
    reason: LongText

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        if self.objection not in self.life(facts).objections:
            yield Broken(because("there-is-no-objection-to", objection=self.objection, case=self.case))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        if resolved := self.life(facts).resolved.get(self.objection):
            yield resolved

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        life = self.life(facts)
        gives_back = life.proposed.fact.pools if self.upheld and life.proposed else ()
        if life.upheld:  # an earlier one gave its place back
            gives_back = ()
        yield ObjectionResolved(
            case=self.case,
            objection=self.objection,
            upheld=self.upheld,
            reason=seal(self.reason),
            pools=gives_back,
        )


@command("close-publicity", "closed-notices", reads=(WHOLE_CASE,), leads_to=PublicityClosed)
class ClosePublicity(OnAList):
    """The notice of a list is over."""

    list: Code
    listed: Annotated[tuple[CaseId, ...], Field(max_length=400)]

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        return of_all(stated, "listed")

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(case) for case in self.listed)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        yield from _on_another_list(self, facts)

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from (life.closed for life in self.lives(facts) if life.closed)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        for case in self.listed:
            yield PublicityClosed(case=case, list=self.list)


def _on_another_list(act: ClosePublicity | Award, facts: Facts) -> Iterator[Broken]:
    """What is not on notice under this list's id."""
    for life in act.lives(facts):
        if life.notice is not None and life.notice.fact.list != act.list:
            yield Broken(
                because(
                    "is-on-notice-with-list-not", case=life.case, list=life.notice.fact.list, list_2=act.list
                )
            )


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Honour:
    """Who is given which title."""

    case: CaseId
    title: Name
    category: Code
    fields: tuple[Code, ...] = ()


@command("approve", "approvals", reads=(WHOLE_CASE,), leads_to=ApprovalRecorded)
class Approve(OnAList):
    """A body that decides approves a list; its document is the act's basis."""

    list: Code
    approved: Annotated[tuple[CaseId, ...], Field(max_length=400)]
    by: Code  # leading-group, party-group-meeting, state-council-general-office, …
    reason: Text | None = None  # why the list departs from the ranking

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        return of_all(stated, "approved", "by", "reason")

    def cases(self) -> tuple[Case, ...]:
        return tuple(Case.parse(case) for case in self.approved)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        for life in self.lives(facts):
            if life.proposed is not None and life.proposed.fact.list != self.list:
                yield Broken(
                    because(
                        "stands-on-list-not", case=life.case, list=life.proposed.fact.list, list_2=self.list
                    )
                )

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from (a for life in self.lives(facts) if (a := life.approved(self.by)))

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        reason = seal(self.reason) if self.reason else None
        for case in self.approved:
            yield ApprovalRecorded(case=case, list=self.list, by=self.by, reason=reason)


def _of_the_subjects(act: Any, _day: date) -> Iterator[str]:
    yield from (CHANGES(case.subject) for case in act.cases())


THEIR_END = read(SubjectChanged, under=_of_the_subjects)


@command(
    "award",
    "awards",
    reads=(WHOLE_CASE, THE_TITLE, EXCEPTIONS, THE_TERMS, THEIR_END),
    leads_to=DesignationAwarded,
)
class Award(OnAList):
    """Give the title by a published document, the act's basis."""

    list: Code
    honours: Annotated[tuple[Honour, ...], Field(max_length=400)]

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        return of_each(stated, "honours", "title", "category", "fields")

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

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
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
                case=honour.case,
                designation=case.entry,
                list=self.list,
                title=honour.title,
                category=honour.category,
                province=application.fact.province,
                year=self.year(facts.day),
                fields=honour.fields,
                pools=pools,
                beside=is_beside(programme, choice, facts),
                held_from=first.isoformat() if first else None,
                held_until=last.isoformat() if last else None,
                holder=f"{of_a_project.name}：{of_a_project.project}" if of_a_project else None,
            )
