"""What each holder owes, by when, and what it filed; the day is the question's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar

from domain.cases import Case
from domain.dates import a_day
from domain.duties import dues
from domain.events import (
    ApplicationSubmitted,
    ApplicationSupplemented,
    ArrangementRecorded,
    AssessmentRecorded,
    DesignationAwarded,
    DesignationWithdrawn,
    HistoricalDesignationRecorded,
    IndicatorReported,
    InspectionRecorded,
    MaterialChangeReported,
    MonitoringChosen,
    ProgressReported,
)
from domain.held import last_day_held
from domain.history import Believed
from domain.kernel import Query
from domain.rules import Facts, Held, Seen
from projections.entries import OfEntries, following, seen
from projections.model import Key, Row

_DUTIES = (
    ApplicationSubmitted,
    ApplicationSupplemented,
    ProgressReported,
    AssessmentRecorded,
    ArrangementRecorded,
    IndicatorReported,
    InspectionRecorded,
    MaterialChangeReported,
    MonitoringChosen,
)


class Obligations(OfEntries):
    """One history per entry: a row for each duty of its title, and for each thing filed."""

    name: ClassVar[str] = "obligations"
    package: ClassVar[str] = "projections.obligations"
    version: ClassVar[int] = 4
    columns: ClassVar[tuple[str, ...]] = tuple(
        (
            "designation programme round subject province edition rule what which due yearly filed "
            "filed_by rests lacking begins since until position settled_by"
        ).split()
    )
    topics: ClassVar[Query] = following(
        DesignationAwarded, DesignationWithdrawn, HistoricalDesignationRecorded, *_DUTIES
    )

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        settled = {b.position: b.settled_by for b in history}
        ends = [end.day for end in seen(history, key, DesignationWithdrawn)]
        withdrawn = min(ends, default=None)
        cited = {b.position: b.cited for b in history}
        own = {stated.position for stated in seen(history, key, *_DUTIES)}
        facts = tuple(b for b in history if b.position in own)
        titles: Iterable[Seen[DesignationAwarded | HistoricalDesignationRecorded]] = seen(
            history, key, DesignationAwarded, HistoricalDesignationRecorded
        )
        for title in titles:
            if title.fact.designation != key or title.day == date.max:
                continue  # another entry's title, or nobody knows since when
            case = Case.parse(title.fact.designation)
            shown = Facts(facts, title.day, title.day)
            case_id = getattr(title.fact, "case", None)
            until = last_day_held(title.fact.held_until, withdrawn)
            since = a_day(title.fact.held_from) if case_id and title.fact.held_from else title.day
            held = Held(
                title.fact.designation, since, until, shown, case_id, title.position, cited[title.position]
            )
            for book, rule, due in dues(case.programme, held):
                announced_only = isinstance(title.fact, HistoricalDesignationRecorded)
                if announced_only and due.filed is None and book.id == case.programme:
                    continue  # what its own procedure asks is not judged from the announcement (L-6)
                yield (
                    title.fact.designation,
                    case.programme,
                    case.round,
                    case.subject,
                    title.fact.province,
                    book.cited,
                    rule,
                    due.what,
                    due.of,
                    due.due,
                    due.yearly,
                    due.filed,
                    due.filed_by,
                    due.rests,
                    due.lacking,
                    due.begins,
                    since,
                    until,
                    title.position,
                    settled[title.position],
                )
