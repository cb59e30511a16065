"""What each holder owes, by when, and what it filed; the day is the question's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from domain.cases import Case
from domain.duties import dues
from domain.events import (
    ApplicationSubmitted,
    ApplicationSupplemented,
    ArrangementRecorded,
    AssessmentRecorded,
    DesignationAwarded,
    DesignationWithdrawn,
    HistoricalDesignationRecorded,
    ProgressReported,
)
from domain.history import Believed
from domain.kernel import Query
from domain.rules import Facts, Held, Seen
from projections.entries import OfEntries, following, seen
from projections.model import Key, Row

_DUTIES = (
    ApplicationSubmitted, ApplicationSupplemented, ProgressReported, AssessmentRecorded,
    ArrangementRecorded,
)  # fmt: skip


def _day_before(day: date) -> date:
    """The last day held; there is none before the first."""
    return day - timedelta(days=1) if day > date.min else day


class Obligations(OfEntries):
    """One history per entry: a row for each duty of its title, and for each thing filed."""

    name: ClassVar[str] = "obligations"
    version: ClassVar[int] = 1
    columns: ClassVar[tuple[str, ...]] = (
        "designation", "programme", "round", "subject", "province", "rule", "what", "which", "due",
        "yearly", "filed", "filed_by", "since", "until", "position", "settled_by",
    )  # fmt: skip
    topics: ClassVar[Query] = following(
        DesignationAwarded, DesignationWithdrawn, HistoricalDesignationRecorded, *_DUTIES
    )

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        settled = {b.position: b.settled_by for b in history}
        ends = [end.day for end in seen(history, key, DesignationWithdrawn)]
        until = _day_before(min(ends)) if ends else None
        own = {stated.position for stated in seen(history, key, *_DUTIES)}
        facts = tuple(b for b in history if b.position in own)
        titles: Iterable[Seen[Any]] = seen(
            history, key, DesignationAwarded, HistoricalDesignationRecorded
        )
        for title in titles:
            if title.fact.designation != key or title.day == date.max:
                continue  # another entry's title, or nobody knows since when
            case = Case.parse(title.fact.designation)
            shown = Facts(facts, title.day, title.day)
            case_id = getattr(title.fact, "case", None)
            held = Held(title.fact.designation, title.day, until, shown, case_id)
            for rule, due in dues(case.programme, held):
                if isinstance(title.fact, HistoricalDesignationRecorded) and due.filed is None:
                    continue  # what it owes is not judged from the announcement alone (L-6)
                yield (
                    title.fact.designation, case.programme, case.round, case.subject,
                    title.fact.province, rule, due.what, due.of, due.due, due.yearly, due.filed,
                    due.filed_by, title.day, until, title.position, settled[title.position],
                )  # fmt: skip
