"""Acts on the record itself: erase a sealed value on an order, which takes two people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.commands.command import ByAGrantedRole, command
from domain.documents import same_document
from domain.events import ErasureProposed, Fact, SealedValueErased, commitments
from domain.events.fact import Digest
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Read, Seal, Seen
from domain.tags import CASE, DESIGNATION, ROUND, SEALED, SUBJECT, of_kinds


def _of_the_value(act: Any, _day: date) -> Iterator[str]:
    yield SEALED(act.sealed)


OF_THE_VALUE = Read(frozenset(), _of_the_value)  # whatever holds it


class _OnAValue(ByAGrantedRole):
    """An act on one sealed value."""

    sealed: Digest

    def holder(self, facts: Facts) -> int | None:
        """The position of the event in which the value stands."""
        for event in facts.ever:  # as recorded: a correction takes nothing out of the log
            if self.sealed in commitments(event.data):
                return event.position
        return None

    def more_tags(self, facts: Facts) -> frozenset[str]:
        """Those of the event in which the value stands, so that its history shows the erasure."""
        there = (tag for event in facts.ever for tag in event.tags)
        return of_kinds(there, CASE, DESIGNATION, ROUND, SUBJECT)


@command("erase", "erasures", reads=(OF_THE_VALUE,), rests_on_a_document=True)
class Erase(_OnAValue):
    """Ask for a sealed value to be erased; the order is the act's basis. It stays until another person
    confirms it."""

    sealed: Digest

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if self.holder(facts) is None:
            yield Broken(because("no-event-holds-the-sealed-value", sealed=self.sealed))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(ErasureProposed)
        yield from facts.of(SealedValueErased)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        holder = self.holder(facts)
        assert holder is not None  # else H-2 has refused
        yield ErasureProposed(sealed=self.sealed, event=holder)


@command("confirm-erasure", "confirmed-erasures", reads=(OF_THE_VALUE,), rests_on_a_document=True)
class ConfirmErasure(_OnAValue):
    """Erase a sealed value that another person asked to have erased, on the same order. Its commitment
    stands for ever."""

    sealed: Digest

    def missing(self, facts: Facts) -> Iterator[Broken]:
        asked = facts.of(ErasureProposed)
        if not asked:
            yield Broken(because("nobody-has-asked-for-to-be-erased", sealed=self.sealed))
        elif self.basis is not None and not same_document(self.basis, asked[0].basis):
            yield Broken(
                because("event-names-another-order", position=asked[0].position), (asked[0].position,)
            )

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(SealedValueErased)

    def proposers(self, facts: Facts) -> Iterator[tuple[str, int]]:
        yield from facts.recorders_of(ErasureProposed)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield SealedValueErased(sealed=self.sealed, event=facts.of(ErasureProposed)[0].fact.event)
