"""The list that the scores of a round lead to under its constraints, each candidate's fate and why."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated

from pydantic import Field

from domain.cases import Case
from domain.events import SelectionProposed
from domain.messages import Told
from domain.programme import Programme
from domain.selection import Placed, Reason
from projections.answers import Answer, Named, Position, ProgrammeNamed, answer, named
from projections.asking.access import may_select
from projections.asking.standpoint import Standpoint
from projections.rounds.reading import round_as_believed


@answer("BecauseOf")
class BecauseOf(Answer):
    """Whose place somebody has, or who has theirs."""

    id: str
    name: str
    case: str


@answer("Placed")
class Candidacy(Answer):
    """A candidate's fate, and why."""

    case: str
    subject: Named
    rank: int
    chosen: bool
    reason: Reason
    rule: str | None
    because_of: tuple[BecauseOf, ...]


@answer("Selection")
class SelectionPage(Answer):
    """The list of a round, explained."""

    programme: ProgrammeNamed
    as_of: date
    as_known: Position
    round: str
    candidates: tuple[Candidacy, ...]
    ties: Annotated[tuple[tuple[str, ...], ...], Field(description="equal scores that decide a place")]
    short: Annotated[dict[str, int], Field(description="floors that nobody is left to meet")]


class NoSelection(Told, LookupError):
    """The programme's text does not constrain its list."""

    def __init__(self, programme: str) -> None:
        super().__init__(
            "the text of {programme} sets no constraint on the list of a round", programme=programme
        )


async def selection(at: Standpoint, programme: Programme, round_: str) -> SelectionPage:
    """Who is on the list by rank and constraints, who is not, and by which rule; ties that decide a
    place and are not decided; floors that nobody can meet.

    By the edition that was in force when the list was proposed, else on the day asked about. Raises
    NotForThem, NoSelection.
    """
    may_select(at.reader)
    facts = await round_as_believed(at, programme.id, round_)
    proposed = next((b for b in facts.history if b.topic == SelectionProposed.topic), None)
    edition = (
        programme.in_force(proposed.latest_day, proposed.position, proposed.cited)
        if proposed is not None
        else programme.in_force(at.view.as_of, at.view.as_known + 1)
    )
    if edition.selects is None:
        raise NoSelection(programme.id)
    found = await asyncio.to_thread(edition.selects, facts)  # beside whatever else is asked
    return SelectionPage(
        as_of=at.view.as_of,
        as_known=at.view.as_known,
        programme=named(programme),
        round=round_,
        candidates=tuple(_candidacy(placed, at) for placed in found.placed),
        ties=found.ties,
        short=dict(found.short),
    )


def _candidacy(placed: Placed, at: Standpoint) -> Candidacy:
    id_ = Case.parse(placed.id).subject
    return Candidacy(
        case=placed.id,
        subject=at.named(id_),
        rank=placed.rank,
        chosen=placed.chosen,
        reason=placed.reason,
        rule=placed.rule or None,
        because_of=tuple(_because_of(case, at) for case in placed.because_of),
    )


def _because_of(case: str, at: Standpoint) -> BecauseOf:
    id_ = Case.parse(case).subject
    return BecauseOf(id=id_, name=at.named(id_).name, case=case)
