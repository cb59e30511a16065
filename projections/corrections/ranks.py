"""The ranks that a correction would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from domain.cases import Case
from domain.corrections.standings import standings
from domain.events import ApplicationSubmitted
from domain.history import Believed, believed
from domain.kernel import Recorded
from projections.answers import Answer, Named, answer
from projections.asking.standpoint import Standpoint


@answer("APlace")
class Ranks(Answer):
    """Where a case ranks, among how many."""

    total: str
    rank: int
    of: int


@answer("Reranked")
class Reranked(Answer):
    """A case whose mean or rank would differ."""

    case: str
    subject: Named
    before: Ranks | None
    after: Ranks | None


def reranked(there: Mapping[int, Recorded], approval: Recorded, at: Standpoint) -> list[Reranked]:
    """The cases whose mean or rank would differ, by rank after."""
    before = believed(there.values())
    after = believed([*there.values(), approval])
    was, is_ = standings(before), standings(after)
    if was == is_:
        return []
    categories = _categories(after)
    told = []
    for case in {*was, *is_}:
        one, other = _ranks(case, was, categories), _ranks(case, is_, categories)
        if one != other:
            id_ = Case.parse(case).subject
            subject = at.named(id_)
            told.append(Reranked(case=case, subject=subject, before=one, after=other))
    return sorted(told, key=lambda t: (t.after.rank if t.after else 10**6, t.case))


def _categories(history: Iterable[Believed]) -> dict[str, tuple[str, str]]:
    """Of each case its round and category: among whom it ranks."""
    return {
        str(b.data["case"]): (Case.parse(str(b.data["case"])).round, str(b.data["category"]))
        for b in history
        if b.topic == ApplicationSubmitted.topic
    }


def _ranks(
    case: str, totals: Mapping[str, Fraction], categories: Mapping[str, tuple[str, str]]
) -> Ranks | None:
    if case not in totals:
        return None
    among = [t for other, t in totals.items() if categories.get(other) == categories.get(case)]
    ahead = sum(total > totals[case] for total in among)
    return Ranks(total=f"{float(totals[case] / 100):.4f}", rank=ahead + 1, of=len(among))
