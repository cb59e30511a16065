"""Who is on notice on a day, until when, and which objections are open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from domain.cases import Case
from domain.dates import a_day
from domain.events import ObjectionLodged, ObjectionResolved, PublicityClosed, PublicityOpened
from domain.history import Believed
from domain.kernel import Query
from projections.entries import OfEntries, following, seen
from projections.model import Key, Row


class Publicity(OfEntries):
    """One history per entry: a row for each notice, one for each objection."""

    name: ClassVar[str] = "publicity"
    version: ClassVar[int] = 1
    columns: ClassVar[tuple[str, ...]] = (
        "entry", "case_id", "programme", "round", "subject", "kind", "list", "number", "place",
        "since", "until", "ended", "outcome", "position", "settled_by",
    )  # fmt: skip
    topics: ClassVar[Query] = following(
        PublicityOpened, PublicityClosed, ObjectionLodged, ObjectionResolved
    )

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        settled = {b.position: b.settled_by for b in history}
        closed = list(seen(history, key, PublicityClosed))
        for notice in seen(history, key, PublicityOpened):
            own = [c.day for c in closed
                   if c.position > notice.position and c.fact.case == notice.fact.case]  # fmt: skip
            yield (
                *_case(notice.fact.case), "notice", notice.fact.list, 0, notice.fact.where,
                notice.day, a_day(notice.fact.until), own[0] if own else None, "",
                notice.position, settled[notice.position],
            )  # fmt: skip
        resolved = {
            (r.fact.case, r.fact.objection): r for r in seen(history, key, ObjectionResolved)
        }
        for objection in seen(history, key, ObjectionLodged):
            end = resolved.get((objection.fact.case, objection.fact.objection))
            outcome = "open" if end is None else "upheld" if end.fact.upheld else "rejected"
            if not objection.fact.within and end is None:
                outcome = "late"
            yield (
                *_case(objection.fact.case), "objection", "", objection.fact.objection, "",
                objection.day, None, end.day if end else None, outcome,
                objection.position, settled[objection.position],
            )  # fmt: skip


def _case(case: str) -> tuple[str, str, str, str, str]:
    of = Case.parse(case)
    return of.entry, case, of.programme, of.round, of.subject
