"""Who is on notice on a day, until when, and which objections are open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from domain.cases import Case
from domain.dates import a_day
from domain.events import (
    ApplicationRetracted,
    HistoricalNoticeRecorded,
    ObjectionLodged,
    ObjectionResolved,
    PublicityClosed,
    PublicityOpened,
    SelectionProposed,
)
from domain.history import Believed
from domain.kernel import Query
from projections.entries import OfEntries, following, seen
from projections.model import Key, Row


class PublicityPeriods(OfEntries):
    """One history per entry: a row for each notice, one for each objection."""

    name: ClassVar[str] = "publicity"
    package: ClassVar[str] = "projections.publicity"
    version: ClassVar[int] = 2
    columns: ClassVar[tuple[str, ...]] = tuple(
        (
            "entry case_id programme round subject kind list number place since until ended "
            "left_on outcome notice category fields source called position settled_by"
        ).split()
    )
    topics: ClassVar[Query] = following(
        PublicityOpened,
        PublicityClosed,
        ObjectionLodged,
        ObjectionResolved,
        ApplicationRetracted,
        SelectionProposed,
        HistoricalNoticeRecorded,
    )

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        settled = {b.position: b.settled_by for b in history}
        closed = list(seen(history, key, PublicityClosed))
        notices = list(seen(history, key, PublicityOpened))
        resolved = list(seen(history, key, ObjectionResolved))
        proposed = {p.fact.case: p.fact for p in seen(history, key, SelectionProposed)}
        left = [(r.fact.case, r.day) for r in resolved if r.fact.upheld]
        left += [(r.fact.case, r.day) for r in seen(history, key, ApplicationRetracted)]
        for notice in notices:
            case = notice.fact.case
            own = [c.day for c in closed if c.position > notice.position and c.fact.case == case]
            gone = [day for left_case, day in left if left_case == case and day >= notice.day]
            yield (
                *_case(case),
                "notice",
                notice.fact.list,
                0,
                notice.fact.where,
                notice.day,
                a_day(notice.fact.until),
                own[0] if own else None,
                min(gone, default=None),
                "",
                notice.position,
                *_what_is_listed(proposed.get(case)),
                "",
                "",
                notice.position,
                settled[notice.position],
            )
        yield from _known_from_lists(key, history, settled)
        ends = {(r.fact.case, r.fact.objection): r for r in resolved}
        for objection in seen(history, key, ObjectionLodged):
            case = objection.fact.case
            under = [n.position for n in notices if n.position < objection.position and n.fact.case == case]
            end = ends.get((case, objection.fact.objection))
            outcome = "open" if end is None else "upheld" if end.fact.upheld else "rejected"
            if not objection.fact.within and end is None:
                outcome = "late"
            yield (
                *_case(case),
                "objection",
                "",
                objection.fact.objection,
                "",
                objection.day,
                None,
                end.day if end else None,
                None,
                outcome,
                max(under, default=0),
                None,
                (),
                "",
                "",
                objection.position,
                settled[objection.position],
            )


def _known_from_lists(key: Key, history: Sequence[Believed], settled: Mapping[int, int]) -> Iterable[Row]:
    """Whom a published list put on notice, without any case here."""
    for known in seen(history, key, HistoricalNoticeRecorded):
        fact = known.fact
        yield (
            fact.entry,
            "",
            fact.programme,
            fact.round,
            fact.subject,
            "notice",
            "",
            0,
            fact.where or "",
            known.day,
            a_day(fact.until),
            None,
            None,
            "",
            known.position,
            fact.category,
            fact.fields,
            fact.source.title,
            fact.subject_name,
            known.position,
            settled[known.position],
        )


def _what_is_listed(proposed: SelectionProposed | None) -> tuple[str | None, tuple[str, ...]]:
    """The category and fields in which a case stands on its list."""
    return (None, ()) if proposed is None else (proposed.category, proposed.fields)


def _case(case: str) -> tuple[str, str, str, str, str]:
    of = Case.parse(case)
    return of.entry, case, of.programme, of.round, of.subject
