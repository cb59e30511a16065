"""A unit's intake: its end, and who moves up after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from domain.commands.applying import OnACase
from domain.commands.command import Command, Data, command
from domain.events import CaseAdmitted, Fact, IntakeClosed
from domain.events.fact import CaseId, RoundId, Text, Whom
from domain.life import THE_INTAKE, WHOLE_CASE, standing_recommendations
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Seal, Seen
from domain.terms import THE_TERMS, Terms


@command("close-intake", "closed-intakes", reads=(THE_TERMS, THE_INTAKE), leads_to=IntakeClosed)
class CloseIntake(Command):
    """End a unit's intake: the first in its order are taken within each cap, the rest are over quota. What
    is closed is not closed again."""

    of: RoundId  # programme
    round: RoundId
    unit: Whom

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        programme, round_, unit = stated[0]["pool"].split("/")[:3]
        return {"of": programme, "round": round_, "unit": unit}

    def programme(self) -> str:
        return self.of

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if Terms.of(facts).opened is None:
            yield Broken(because("no-round-of-is-open", round=self.round, of=self.of))
        elif not standing_recommendations(facts):
            yield Broken(
                because("has-recommended-nobody-in-of", unit=self.unit, round=self.round, of=self.of)
            )

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(IntakeClosed)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        places = Terms.of(facts).caps
        standing = standing_recommendations(facts)
        admitted = {a.fact.case: a.fact.pool for a in facts.of(CaseAdmitted)}
        # Who was admitted before an intake was opened again has a place.
        taken = Counter(admitted[r.fact.case] for r in standing if r.fact.case in admitted)
        others = [r for r in standing if r.fact.case not in admitted]
        for recommended in sorted(others, key=lambda r: (r.fact.order or 0, r.position)):
            for pool in recommended.fact.pools:
                name = "" if programme is None else programme.cap_of(pool)
                cap = places.get(name)
                within = cap is None or taken[pool] < cap.places
                taken[pool] += within
                yield IntakeClosed(
                    case=recommended.fact.case,
                    pool=pool,
                    taken=within,
                    order=recommended.fact.order,
                    places=None if cap is None else cap.places,
                )


@command("admit", "admissions", reads=(WHOLE_CASE, THE_INTAKE), leads_to=CaseAdmitted)
class Admit(OnACase):
    """Let a case take a place of its unit's quota, by a decision: one that was over it at the close moves up;
    one whose letter came late and waits is taken."""

    case: CaseId
    unit: Whom  # whose quota
    reason: Text

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        return {**stated[0], "unit": stated[0]["pool"].split("/")[2]}

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        life = self.life(facts)
        if (pool := self.pool(facts)) is None:
            yield Broken(because("its-unit-intake-is-not-closed", case=self.case))
        elif life.intake is not None and life.intake.fact.taken:
            yield Broken(because("was-taken-at-the-close", case=self.case), (life.intake.position,))
        elif (through := pool.split("/")[2]) != self.unit:
            yield Broken(because("came-through", case=self.case, pool=through))

    def pool(self, facts: Facts) -> str | None:
        """The quota in which it would take a place; None: it waits for none."""
        life = self.life(facts)
        if life.intake is not None:
            return life.intake.fact.pool
        recommended = life.recommended
        if recommended is None or not (recommended.fact.waits or facts.of(IntakeClosed)):
            return None
        return next(iter(recommended.fact.pools), None)

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        if admitted := self.life(facts).admitted:
            yield admitted

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        pool = self.pool(facts)
        assert pool is not None  # else H-2 has refused
        yield CaseAdmitted(case=self.case, pool=pool, reason=seal(self.reason))
