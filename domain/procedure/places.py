"""The places of a round: who has one, and whether a list goes beyond their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from domain.cases import Case
from domain.commands import Admit, Award, ProposeSelection, Recommend
from domain.commands.reviewing import is_beside
from domain.events import (
    ApplicationRetracted,
    DecisionQuestioned,
    DesignationAwarded,
    DesignationWithdrawn,
    HistoricalDesignationRecorded,
    ObjectionResolved,
    QuestionDecided,
    SelectionProposed,
)
from domain.held import is_over
from domain.life import EXCEPTIONS, standing_recommendations, waiting
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Finding, Read, Rests, Seen, Unset, read
from domain.tags import HOLDERS, POOL, PROGRAMME, ROUND
from domain.terms import THE_TERMS, Terms


def places(programme: Programme) -> tuple[Read, ...]:
    """What `within_total` of a programme reads."""

    def of_the_pools(act: Any, _day: date) -> Iterator[str]:
        for choice in act.choices():
            yield from (POOL(pool) for pool in programme.pools_of(choice))

    def of_the_programme(_act: Any, _day: date) -> Iterator[str]:
        yield PROGRAMME(programme.id)

    def of_its_holders(_act: Any, _day: date) -> Iterator[str]:
        yield HOLDERS(programme.id)

    return (
        THE_TERMS,
        read(
            SelectionProposed, ObjectionResolved, ApplicationRetracted, DesignationAwarded, under=of_the_pools
        ),
        read(DesignationAwarded, DesignationWithdrawn, under=of_its_holders),
        read(HistoricalDesignationRecorded, under=of_the_programme),
        EXCEPTIONS,
    )


def within_total(
    programme: Programme, category: str, act: ProposeSelection | Award, facts: Facts
) -> Iterator[Finding]:
    """Places used in each pool, those of this act before it included; who is beside it uses none."""
    terms = Terms.of(facts)
    here: Counter[str] = Counter()
    for choice in act.choices():
        case, its_category, fields = choice
        if its_category != category:
            continue
        for name in programme.pools(category, fields):
            cap = terms.caps.get(name)
            if cap is None:
                yield Unset(f"cap:{name}", case.entry)
                continue
            if cap.counts is None and "Q-11" in programme.points:
                yield Rests("Q-11", case.entry)
            pool = f"{case.programme}/{case.round}/{name}"
            taken = who_has_a_place(programme, name, pool, cap.counts or "awards", facts)
            if isinstance(act, ProposeSelection):
                taken |= _on_a_list(pool, cap.counts or "awards", facts)
            taken.pop(case.subject, None)
            used = len(taken) + here[name]
            if is_beside(programme, choice, facts):
                yield Broken(because("stands-beside-the-total-of", case=case, name=name), entry=case.entry)
                continue
            here[name] += 1
            if used >= cap.places:
                yield Broken(
                    because("of-places-of-are-used", case=case, used=used, places=cap.places, name=name),
                    (terms.set_by[f"cap:{name}"], *sorted(taken.values())),
                    case.entry,
                    {"pool": name, "used": used, "cap": cap.places},
                )


def who_has_a_place(programme: Programme, name: str, pool: str, counts: str, facts: Facts) -> dict[str, int]:
    """Which subjects have a place by an award: of this round, or held on the day (Q-11); position."""
    ended = _ended(facts)
    if counts == "awards":
        awards = facts.under(POOL(pool)).of(DesignationAwarded)
    else:
        awards = [
            award
            for award in facts.under(HOLDERS(programme.id)).of(DesignationAwarded)
            if name in {p.split("/", 2)[2] for p in award.fact.pools} and award.fact.designation not in ended
        ]
    taken = {Case.parse(award.fact.case).subject: award.position for award in awards if not award.fact.beside}
    round_ = pool.split("/", 2)[1]
    for known in facts.of(HistoricalDesignationRecorded):
        title = known.fact
        if name not in programme.pools(title.category or "", title.fields):
            continue
        if title.round == round_ if counts == "awards" else title.designation not in ended:
            taken[title.subject] = known.position
    return taken


def _ended(facts: Facts) -> set[str]:
    """The titles that are not held any more on the day: withdrawn, or their last day has passed."""
    withdrawn = {e.fact.designation for e in facts.of(DesignationWithdrawn) if e.day <= facts.day}
    titles: list[Seen[DesignationAwarded | HistoricalDesignationRecorded]] = facts.of(
        DesignationAwarded, HistoricalDesignationRecorded, noted=False
    )
    return withdrawn | {t.fact.designation for t in titles if is_over(t.fact.held_until, facts.day)}


def _on_a_list(pool: str, counts: str, facts: Facts) -> dict[str, int]:
    """Which subjects stand on a proposed list and have not left it, nor, where holders count, lost the
    title that came of it; position."""
    there = facts.under(POOL(pool))
    gone = {r.fact.case for r in there.of(ApplicationRetracted)}
    gone |= {r.fact.case for r in there.of(ObjectionResolved) if r.fact.upheld}
    ended = _ended(facts) if counts == "holders" else set()
    return {
        Case.parse(p.fact.case).subject: p.position
        for p in there.of(SelectionProposed)
        if p.fact.case not in gone and Case.parse(p.fact.case).entry not in ended and not p.fact.beside
    }


def within_the_units_quota(programme: Programme, act: Recommend, facts: Facts) -> Iterator[Finding]:
    """How many a unit has put forward in the round, against its cap; who is beside it takes no place.
    A letter that comes late is judged by what had been sent by its day."""
    case, terms = act.cases()[0], Terms.of(facts)
    cap = terms.caps.get("unit")
    if cap is None:
        yield Unset("cap:unit", case.entry)
        return
    used = [r for r in standing_recommendations(facts) if r.fact.case != act.case and not r.fact.beside]
    if programme.that_judges(facts).late_letters:
        used = [r for r in used if r.day <= facts.day]
    if len(used) >= cap.places:
        by = [r.fact.case for r in used]
        yield Broken(
            because("has-put-forward-of", unit=act.unit, count=len(used), places=cap.places, by=by),
            (terms.set_by["cap:unit"], *(r.position for r in used)),
            case.entry,
            {"used": len(used), "cap": cap.places},
        )


def _of_the_round(act: Any, _day: date) -> Iterator[str]:
    yield from sorted({ROUND(case.programme, case.round) for case in act.cases()})


THE_QUESTIONS = read(DecisionQuestioned, QuestionDecided, under=_of_the_round)


def its_place_is_decided_upon(
    taken: Collection[str], facts: Facts, entry: str | None = None
) -> Iterator[Finding]:
    """Where every place is taken, and one of those who took them is in question, that is decided first.
    entry: whose exception from the cap makes that no matter."""
    decided = {decision.fact.question for decision in facts.of(QuestionDecided)}
    for question in facts.of(DecisionQuestioned):
        if question.fact.about in taken and question.position not in decided:
            yield Broken(
                because("its-place-is-in-question", about=question.fact.about, question=question.position),
                (question.position,),
                entry,
            )


def within_the_units_places(act: Admit, facts: Facts) -> Iterator[Finding]:
    """Nobody is admitted beyond the unit's cap: a place is given up first."""
    case, terms = act.cases()[0], Terms.of(facts)
    cap = terms.caps.get("unit")
    if cap is None:
        yield Unset("cap:unit", case.entry)
        return
    yield from its_place_is_decided_upon({act.case}, facts)
    late = waiting(facts)
    taken = [r for r in standing_recommendations(facts) if not r.fact.beside and r.fact.case not in late]
    if len(taken) >= cap.places:
        by = [r.fact.case for r in taken]
        yield Broken(
            because("has-put-forward-of", unit=act.unit, count=len(taken), places=cap.places, by=by),
            (terms.set_by["cap:unit"], *(r.position for r in taken)),
            case.entry,
            {"used": len(taken), "cap": cap.places},
        )
        yield from its_place_is_decided_upon(by, facts, case.entry)
