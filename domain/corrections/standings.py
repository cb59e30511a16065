"""The ranking by the scores as they are believed, and the cases that were chosen before better ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.cases import Case
from domain.events import (
    ApplicationRetracted,
    ApplicationSubmitted,
    BonusRecorded,
    DecisionQuestioned,
    DefenceHeld,
    DesignationAwarded,
    FormalReviewRecorded,
    Found,
    ObjectionResolved,
    ReviewConcluded,
    ScoreRecorded,
    SelectionProposed,
)
from domain.events.fact import topics_of
from domain.history import Believed
from domain.procedure.scores import totals_of
from domain.programmes import in_force

RANKED_BY = topics_of(
    ApplicationSubmitted,
    ApplicationRetracted,
    FormalReviewRecorded,
    ScoreRecorded,
    BonusRecorded,
    ReviewConcluded,
    DefenceHeld,
    SelectionProposed,
    ObjectionResolved,
    DesignationAwarded,
)


@dataclass(frozen=True, slots=True)
class _Standings:
    """The cases of a ranking as they are believed."""

    totals: Mapping[str, Fraction]
    chosen: Mapping[str, Believed]
    pools: Mapping[str, Collection[str]]
    out: Collection[str]  # cases that were taken back, failed a step, or left the list


def standings(history: Iterable[Believed]) -> dict[str, Fraction]:
    """The mean points with bonus, in hundredths of a point, of each case that passed its review and was not
    taken back."""
    passed: set[str] = set()
    gone: set[str] = set()
    bonuses: list[BonusRecorded] = []
    scores: list[ScoreRecorded] = []
    for b in history:
        if b.topic not in RANKED_BY:
            continue
        match b.fact:
            case ReviewConcluded(case=case, passed=True):
                passed.add(case)
            case ApplicationRetracted(case=case):
                gone.add(case)
            case BonusRecorded() as bonus:
                bonuses.append(bonus)
            case ScoreRecorded() as score:
                scores.append(score)
    scored = {score.case for score in scores}
    totals = totals_of(scores, bonuses)
    return {case: total for case, total in totals.items() if case in (passed - gone) & scored}


def _as_believed(history: Sequence[Believed]) -> _Standings:
    chosen: dict[str, Believed] = {}
    pools: dict[str, tuple[str, ...]] = {}
    out: set[str] = set()
    for b in sorted(history, key=lambda b: b.position):
        if b.topic not in RANKED_BY:
            continue
        match b.fact:
            case SelectionProposed(case=case) | DesignationAwarded(case=case):
                chosen[case] = b
            case ApplicationSubmitted(case=case, pools=of):
                pools[case] = of
            case (
                FormalReviewRecorded(case=case, passed=False)
                | DefenceHeld(case=case, passed=False)
                | ObjectionResolved(case=case, upheld=True)
            ):
                out.add(case)
    return _Standings(standings(history), chosen, pools, out)


def outranked(
    before: Sequence[Believed], after: Sequence[Believed], proposal: int
) -> Iterator[DecisionQuestioned]:
    """Questions about chosen cases that, only since the correction, rank behind a case of the same pool that
    was not chosen. Programmes whose text says how to select are left out: their rules judge this."""
    was, is_ = _as_believed(before), _as_believed(after)
    for case, decision in is_.chosen.items() if was.totals != is_.totals else ():
        of = Case.parse(case)
        programme = in_force(of.programme, decision.latest_day, decision.position, decision.cited)
        if programme is None or programme.selects is not None or case not in is_.totals:
            continue
        ahead = [
            other
            for other, points in is_.totals.items()
            if points > is_.totals[case]
            and other not in {*is_.chosen, *is_.out}
            and set(is_.pools.get(other, ())) & set(is_.pools.get(case, ()))
            and not was.totals.get(other, Fraction(-1)) > was.totals.get(case, Fraction(0))
        ]
        if ahead:
            best = max(ahead, key=lambda other: is_.totals[other])
            values = {
                "case": case,
                "points": _points(is_, case),
                "best": best,
                "best_points": _points(is_, best),
            }
            yield DecisionQuestioned(
                decision=decision.position,
                ground="outranked",
                found=(Found(code="ranks-behind", values=values),),
                about=case,
                proposal=proposal,
            )


def _points(standings: _Standings, case: str) -> str:
    """To the hundredth, as they are shown."""
    return f"{float(standings.totals[case]) / 100:.2f}"
