"""What is known only from its announcement: titles, totals, notices, the calendar of a year."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from domain.events.fact import (
    Confidence,
    Day,
    Edtf,
    EntryId,
    Fact,
    ProgrammeId,
    RoundId,
    Source,
    SubjectId,
    fact,
)
from domain.tags import CALENDAR, DESIGNATION, ENTRY, EVERY_CALENDAR, PROGRAMME, PROVINCE, ROUND, SUBJECT


@fact("historical-designation.recorded", may_lie_ahead=True)
class HistoricalDesignationRecorded(Fact):
    """A title known only from its announcement: no procedure behind it is on record (L-6)."""

    designation: EntryId  # <programme>/<round>/<subject>
    programme: ProgrammeId
    round: RoundId
    subject: SubjectId
    subject_name: str  # as the source writes it
    province: SubjectId  # where it lies
    source: Source
    category: str | None = None  # None: the source does not give it
    fields: tuple[str, ...] = ()
    effective_words: str | None = None  # what the source says, where its date is not a day
    held_from: Edtf | None = None  # None: from the announcement on
    held_until: Edtf | None = None  # the last day; None: open-ended
    held_words: str | None = None
    rank_words: str | None = None
    note: str | None = None

    def tags(self) -> frozenset[str]:
        return frozenset(
            {
                DESIGNATION(self.designation),
                PROGRAMME(self.programme),
                PROVINCE(self.province),
                ROUND(self.programme, self.round),
                SUBJECT(self.subject),
            }
        )


@fact("historical-notice.recorded")
class HistoricalNoticeRecorded(Fact):
    """A subject that a published list put on notice (拟入选), known from that list only (L-6).

    It holds nothing by that. The event's day of effect is the first day of notice.
    """

    entry: EntryId  # <programme>/<round>/<subject>
    programme: ProgrammeId
    round: RoundId
    subject: SubjectId
    subject_name: str  # as the source writes it
    province: SubjectId  # where it lies
    until: Day  # the last day of notice
    source: Source
    category: str | None = None  # None: the source does not give it
    fields: tuple[str, ...] = ()
    where: str | None = None  # where the notice stood
    note: str | None = None

    def tags(self) -> frozenset[str]:
        return frozenset(
            {
                ENTRY(self.entry),
                SUBJECT(self.subject),
                PROVINCE(self.province),
                PROGRAMME(self.programme),
                ROUND(self.programme, self.round),
            }
        )


@fact("figures.attested")
class FiguresAttested(Fact):
    """A total that a source states; sources may disagree, and both are kept."""

    programme: ProgrammeId
    measure: Literal["planned", "applied", "on-notice", "selected", "commended"]
    value: int
    source: Source
    round: RoundId | None = None
    category: str | None = None
    province: SubjectId | None = None
    measure_words: str | None = None
    effective_words: str | None = None
    note: str | None = None

    def tags(self) -> frozenset[str]:
        return _of_a_round(self.programme, self.round, self.province)


@fact("notice.recorded")
class NoticeRecorded(Fact):
    """That a notice, a step or an announcement took place, as a source tells it."""

    programme: ProgrammeId
    act: Literal[
        "measure-issued",
        "call",
        "forwarded",
        "application",
        "defence",
        "publicity",
        "announcement",
        "circular",
    ]
    act_words: str
    source: Source
    confidence: Confidence | None = None
    round: RoundId | None = None
    province: SubjectId | None = None
    effective_words: str | None = None
    until: Edtf | None = None  # the last day of what lasts, a publicity period
    content: str | None = None
    note: str | None = None

    def tags(self) -> frozenset[str]:
        return _of_a_round(self.programme, self.round, self.province)


Year: TypeAlias = Annotated[int, Field(ge=2004, le=2200)]
DaysOfAYear: TypeAlias = Annotated[tuple[Day, ...], Field(max_length=200)]


@fact("calendar.published", may_lie_ahead=True)
class CalendarPublished(Fact):
    """The State Council's arrangement of a year's holidays: days off, and weekend days worked."""

    year: Year
    off: DaysOfAYear
    worked: DaysOfAYear = ()

    def tags(self) -> frozenset[str]:
        return frozenset({CALENDAR(self.year), EVERY_CALENDAR})


def _of_a_round(programme: str, round_: str | None, province: SubjectId | None) -> frozenset[str]:
    tags = {PROGRAMME(programme)}
    if round_ is not None:
        tags.add(ROUND(programme, round_))
    if province is not None:
        tags.add(PROVINCE(province))
    return frozenset(tags)
