"""How many titles a question finds, and how many by each value of what may be asked further."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

from pydantic import Field

from projections.answers import Answer, answer
from projections.asking.standpoint import Standpoint
from projections.roster.question import RosterQuestion
from projections.roster.rows import Roster


@answer("AFacet")
class Facet(Answer):
    """How many titles have one value of what may be asked for."""

    value: Annotated[str | None, Field(description="null: no source gives it")]
    titles: int


@answer("RosterCounts")
class RosterCounts(Answer):
    """How many titles a question finds, in all and by what may be asked further."""

    titles: int
    status: tuple[Facet, ...]
    round: tuple[Facet, ...]
    category: tuple[Facet, ...]
    field: Annotated[tuple[Facet, ...], Field(description="a title of several fields counts in each")]
    province: tuple[Facet, ...]


async def counts(at: Standpoint, question: RosterQuestion) -> RosterCounts:
    """How many titles a question finds, and how many by each value of what may be asked further."""
    rows = await at.fetch(Roster(), "counts", *question.at(at.view))
    by: dict[str, list[Facet]] = defaultdict(list)
    for row in rows:
        by[row["facet"]].append(Facet(value=row["value"], titles=row["titles"]))
    return RosterCounts(
        titles=sum(facet.titles for facet in by["status"]),
        status=tuple(by["status"]),
        round=tuple(by["round"]),
        category=tuple(by["category"]),
        field=tuple(by["field"]),
        province=tuple(by["province"]),
    )
