"""Who is on notice on a day, until when, and which objections are open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from domain.cases import Case
from domain.dates import a_day
from domain.events import (
    ApplicationRetracted,
    ObjectionLodged,
    ObjectionResolved,
    PublicityClosed,
    PublicityOpened,
)
from domain.history import Believed
from domain.kernel import Query
from projections.entries import OfEntries, following, seen
from projections.model import Key, Row


class PublicityPeriods(OfEntries):
    """One history per entry: a row for each notice, one for each objection."""

    name: ClassVar[str] = "publicity"
    package: ClassVar[str] = "projections.publicity"
    version: ClassVar[int] = 1
    columns: ClassVar[tuple[str, ...]] = tuple(
        (
            "entry case_id programme round subject kind list number place since until ended "
            "left_on outcome notice position settled_by"
        ).split()
    )
    topics: ClassVar[Query] = following(
        PublicityOpened, PublicityClosed, ObjectionLodged, ObjectionResolved, ApplicationRetracted
    )

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        settled = {b.position: b.settled_by for b in history}
        closed = list(seen(history, key, PublicityClosed))
        notices = list(seen(history, key, PublicityOpened))
        resolved = list(seen(history, key, ObjectionResolved))
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
                notice.position,
                settled[notice.position],
            )
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
                objection.position,
                settled[objection.position],
            )


def _case(case: str) -> tuple[str, str, str, str, str]:
    of = Case.parse(case)
    return of.entry, case, of.programme, of.round, of.subject
