"""Scores, and their sums by criterion, once a case's expert review is concluded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from domain.cases import Case
from domain.events import (
    ApplicationRetracted,
    ApplicationSubmitted,
    BonusRecorded,
    ReviewConcluded,
    ScoreRecorded,
)
from domain.history import Believed
from domain.kernel import Query
from projections.entries import OfEntries, following, seen
from projections.model import Key, Row

BONUS = ""  # stands for a criterion: points that no reviewer gave, beside the scores


class Ranking(OfEntries):
    """One history per entry: a row for each score, and for each bonus beside them."""

    name: ClassVar[str] = "ranking"
    package: ClassVar[str] = "projections.ranking"
    version: ClassVar[int] = 2
    columns: ClassVar[tuple[str, ...]] = tuple(
        (
            "entry case_id programme round subject category reviewer criterion points weight "
            "scored concluded passed retracted position settled_by"
        ).split()
    )
    topics: ClassVar[Query] = following(
        ApplicationSubmitted, ApplicationRetracted, ScoreRecorded, BonusRecorded, ReviewConcluded
    )

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        settled = {b.position: b.settled_by for b in history}
        categories = {a.fact.case: a.fact.category for a in seen(history, key, ApplicationSubmitted)}
        concluded = {c.fact.case: c for c in seen(history, key, ReviewConcluded)}
        retracted = {r.fact.case: r.day for r in seen(history, key, ApplicationRetracted)}
        for bonus in seen(history, key, BonusRecorded):
            case = Case.parse(bonus.fact.case)
            end = concluded.get(bonus.fact.case)
            yield (
                case.entry,
                bonus.fact.case,
                case.programme,
                case.round,
                case.subject,
                categories.get(bonus.fact.case),
                "",
                BONUS,
                bonus.fact.points,
                None,
                bonus.day,
                end.day if end else None,
                end.fact.passed if end else None,
                retracted.get(bonus.fact.case),
                bonus.position,
                settled[bonus.position],
            )
        for score in seen(history, key, ScoreRecorded):
            case = Case.parse(score.fact.case)
            end = concluded.get(score.fact.case)
            yield (
                case.entry,
                score.fact.case,
                case.programme,
                case.round,
                case.subject,
                categories.get(score.fact.case),
                score.fact.reviewer,
                score.fact.criterion,
                score.fact.points,
                score.fact.weight,
                score.day,
                end.day if end else None,
                end.fact.passed if end else None,
                retracted.get(score.fact.case),
                score.position,
                settled[score.position],
            )
