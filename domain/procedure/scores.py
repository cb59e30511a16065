"""From scores to a total: the weighted mean by criterion, and the bonus beside it, in hundredths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from domain.events import BonusRecorded, ScoreRecorded

# Of one criterion: the sum of points, the number of scores, the weight in ten-thousandths (None: unset).
OfACriterion: TypeAlias = tuple[int, int, int | None]


def weights_are_set(criteria: Iterable[OfACriterion]) -> bool:
    """Whether a document sets the weights of all of them; if not, all weigh alike."""
    return all(weight for _, _, weight in criteria)


def weighted_total(criteria: Iterable[OfACriterion], bonus: int = 0) -> Fraction:
    """The mean by weight, where a document sets all weights, else all criteria alike; and the bonus."""
    stated = list(criteria)
    weighted = weights_are_set(stated)
    weights = [weight if weighted and weight else 1 for _, _, weight in stated]
    means = (Fraction(points, scores) for points, scores, _ in stated)
    whole = sum((m * weight for m, weight in zip(means, weights, strict=True)), Fraction(0))
    return whole / (sum(weights) or 1) + bonus


def totals_of(scores: Iterable[ScoreRecorded], bonuses: Iterable[BonusRecorded]) -> dict[str, Fraction]:
    """Of each case that was given a score or a bonus. A criterion's weight is its newest score's: scores come
    in the order of effect."""
    given: dict[str, dict[str, list[ScoreRecorded]]] = defaultdict(lambda: defaultdict(list))
    beside: dict[str, int] = defaultdict(int)
    for score in scores:
        given[score.case][score.criterion].append(score)
    for bonus in bonuses:
        beside[bonus.case] += bonus.points
    return {
        case: weighted_total(
            ((sum(score.points for score in own), len(own), own[-1].weight) for own in given[case].values()),
            beside[case],
        )
        for case in [*given, *(case for case in beside if case not in given)]
    }
