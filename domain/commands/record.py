"""Acts on the record itself: erase a sealed value on an order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.events import Fact, SealedValueErased, commitments
from domain.events.fact import Digest
from domain.programme import Programme
from domain.rules import Broken, Command, Facts, Read, Seal, Seen, command


def _of_the_value(act: Any, _day: date) -> Iterator[str]:
    yield f"sealed:{act.sealed}"


OF_THE_VALUE = Read(frozenset(), _of_the_value)  # whatever holds it


@command("erase", reads=(OF_THE_VALUE,))
class Erase(Command):
    """Erase a sealed value; the order is the act's basis. Its commitment stands for ever."""

    sealed: Digest

    def _holder(self, facts: Facts) -> int | None:
        """The position of the event in which the value stands."""
        for event in facts.ever:  # as recorded: a correction takes nothing out of the log
            if self.sealed in commitments(event.data) and event.topic != SealedValueErased.topic:
                return event.position
        return None

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if self._holder(facts) is None:
            yield Broken(f"no event holds the sealed value {self.sealed}")

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(SealedValueErased)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        holder = self._holder(facts)
        assert holder is not None  # else H-2 has refused
        yield SealedValueErased(self.sealed, holder)

    def more_tags(self, facts: Facts) -> frozenset[str]:
        """Those of the event in which the value stands, so that its history shows the erasure."""
        kept = ("case:", "designation:", "round:", "subject:")
        return frozenset(tag for event in facts.ever for tag in event.tags if tag.startswith(kept))
