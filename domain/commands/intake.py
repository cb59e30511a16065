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
        taken: Counter[str] = Counter()
        in_order = sorted(standing_recommendations(facts), key=lambda r: (r.fact.order or 0, r.position))
        for recommended in in_order:
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


@command("admit", "admissions", reads=(WHOLE_CASE,), leads_to=CaseAdmitted)
class Admit(OnACase):
    """After the close, let a case that was over its unit's quota move up, by a decision."""

    case: CaseId
    unit: Whom  # whose quota
    reason: Text

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        return {**stated[0], "unit": stated[0]["pool"].split("/")[2]}

    def missing(self, facts: Facts) -> Iterator[Broken]:
        yield from super().missing(facts)
        intake = self.life(facts).intake
        if intake is None:
            yield Broken(because("its-unit-intake-is-not-closed", case=self.case))
        elif intake.fact.taken:
            yield Broken(because("was-taken-at-the-close", case=self.case), (intake.position,))
        elif intake.fact.pool.split("/")[2] != self.unit:
            yield Broken(because("came-through", case=self.case, pool=intake.fact.pool.split("/")[2]))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        if admitted := self.life(facts).admitted:
            yield admitted

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        intake = self.life(facts).intake
        assert intake is not None  # else H-2 has refused
        yield CaseAdmitted(case=self.case, pool=intake.fact.pool, reason=seal(self.reason))
