"""Acts on the record itself: erase a sealed value on an order, which takes two people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.events import ErasureProposed, Fact, SealedValueErased, commitments
from domain.events.fact import Digest
from domain.programme import Programme
from domain.rules import Broken, Command, Facts, Read, Seal, Seen, command


def _of_the_value(act: Any, _day: date) -> Iterator[str]:
    yield f"sealed:{act.sealed}"


OF_THE_VALUE = Read(frozenset(), _of_the_value)  # whatever holds it


class _OnAValue(Command):
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
        kept = ("case:", "designation:", "round:", "subject:")
        return frozenset(tag for event in facts.ever for tag in event.tags if tag.startswith(kept))


@command("erase", reads=(OF_THE_VALUE,))
class Erase(_OnAValue):
    """Ask for a sealed value to be erased; the order is the act's basis. It stays until another person
    confirms it."""

    sealed: Digest

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if self.holder(facts) is None:
            yield Broken(f"no event holds the sealed value {self.sealed}")

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(ErasureProposed)
        yield from facts.of(SealedValueErased)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        holder = self.holder(facts)
        assert holder is not None  # else H-2 has refused
        yield ErasureProposed(self.sealed, holder)


@command("confirm-erasure", reads=(OF_THE_VALUE,))
class ConfirmErasure(_OnAValue):
    """Erase a sealed value that another person asked to have erased, on the same order. Its commitment
    stands for ever."""

    sealed: Digest

    def missing(self, facts: Facts) -> Iterator[Broken]:
        asked = facts.of(ErasureProposed)
        if not asked:
            yield Broken(f"nobody has asked for {self.sealed} to be erased")
        elif self.basis is not None and self.basis != asked[0].basis:
            yield Broken(f"event {asked[0].position} names another order", (asked[0].position,))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(SealedValueErased)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield SealedValueErased(self.sealed, facts.of(ErasureProposed)[0].fact.event)
