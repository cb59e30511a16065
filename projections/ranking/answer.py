"""The cases of a round whose review is concluded, by their weighted mean."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from domain.procedure.scores import OfACriterion, weighted_total, weights_are_set
from domain.programme import Programme
from projections.answers import NOT_STATED, Answer, Named, NotStated, Position, ProgrammeNamed, answer, named
from projections.asking.access import may_rank
from projections.asking.standpoint import Standpoint
from projections.ranking.rows import BONUS, Ranking

if TYPE_CHECKING:
    from asyncpg import Record


@answer("ByCriterion")
class ByCriterion(Answer):
    """The scores of a case by one criterion."""

    criterion: str
    scores: int
    points: Annotated[int, Field(description="their sum, in hundredths of a point")]
    weight: int | None
    events: tuple[Position, ...]


@answer("Ranked")
class Ranked(Answer):
    """One case in the ranking."""

    case: str
    subject: Named
    category: str | None
    passed: bool
    total: Annotated[str, Field(description="weighted mean and bonus, in points")]
    bonus: Annotated[int, Field(description="in hundredths of a point, in the total")]
    criteria: tuple[ByCriterion, ...]
    weights_set: bool
    rank: int


@answer("OwnScore")
class OwnScore(Answer):
    """What the reviewer who asks has given."""

    case: str
    criterion: str
    points: int
    weight: int | None
    scored: date
    event: Position


@answer("Ranking")
class RankingPage(Answer):
    """The ranking of a round."""

    programme: ProgrammeNamed
    as_of: date
    as_known: Position
    round: str
    ranking: tuple[Ranked, ...]
    not_yet_shown: int | NotStated = NOT_STATED
    own_scores: tuple[OwnScore, ...] | NotStated = NOT_STATED


async def ranking(at: Standpoint, programme: Programme, round_: str) -> RankingPage:
    """Cases whose review is concluded, by weighted mean.

    A reviewer is also shown their own scores; the scores of reviews that are not concluded are counted
    for those only who may see them. Raises NotForThem.
    """
    cell = may_rank(at.reader)
    question = (programme.id, round_, at.view.as_known, at.view.as_of)
    cases: dict[str, list[Record]] = defaultdict(list)
    for row in await at.fetch(Ranking(), "of_round", *question):
        cases[row["case_id"]].append(row)
    totals = {case: _total(rows) for case, rows in cases.items()}
    in_order = sorted(totals, key=lambda case: (-totals[case], case))
    ahead = [totals[case] for case in in_order]  # equal totals share a rank; no software breaks a tie
    ranked = (_ranked(cases[case], totals[case], ahead.index(totals[case]) + 1, at) for case in in_order)
    own: tuple[OwnScore, ...] | NotStated = NOT_STATED
    waiting: int | NotStated = NOT_STATED
    if cell == "closed":
        rows = await at.fetch(Ranking(), "own", *question, at.reader.actor.principal)
        own = tuple(OwnScore(**row) for row in rows)
    else:
        waiting = (await at.fetch(Ranking(), "closed", *question))[0]["count"]
    return RankingPage(
        as_of=at.view.as_of,
        as_known=at.view.as_known,
        programme=named(programme),
        round=round_,
        ranking=tuple(ranked),
        not_yet_shown=waiting,
        own_scores=own,
    )


def _bonus(rows: list[Record]) -> int:
    return int(sum(row["points"] for row in rows if row["criterion"] == BONUS))


def _total(rows: list[Record]) -> Fraction:
    """A case's mean points, weighted where a document sets all weights, else all criteria alike; and
    the bonus beside them."""
    return weighted_total(_criteria(rows), _bonus(rows))


def _criteria(rows: list[Record]) -> list[OfACriterion]:
    return [(int(row["points"]), row["scores"], row["weight"]) for row in rows if row["criterion"] != BONUS]


def _ranked(rows: list[Record], total: Fraction, rank: int, at: Standpoint) -> Ranked:
    first = rows[0]
    scored = [row for row in rows if row["criterion"] != BONUS]
    return Ranked(
        rank=rank,
        case=first["case_id"],
        subject=at.named(first["subject"]),
        category=first["category"],
        passed=first["passed"],
        total=f"{float(total / 100):.4f}",
        bonus=_bonus(rows),
        criteria=tuple(
            ByCriterion(
                criterion=row["criterion"],
                scores=row["scores"],
                points=row["points"],
                weight=row["weight"],
                events=tuple(row["events"]),
            )
            for row in scored
        ),
        weights_set=weights_are_set(_criteria(rows)),
    )
