"""What facts and events say, made the short way."""

from __future__ import annotations

from domain.events import Fact
from domain.history import believed
from domain.kernel import Recorded
from projections.words.names import SHIPPED
from projections.words.sentences import tell


def first(facts: list[Fact]) -> Fact:
    (fact,) = facts
    return fact


def told(events: list[Recorded]) -> str:
    return "".join(tell(b.fact, b.effective, b.basis, SHIPPED).chinese for b in believed(events))
