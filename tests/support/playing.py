"""Simulated rounds played into a ledger in memory, beside an oracle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from domain.events import Fact
from domain.judging import Refused
from domain.kernel import Recorded
from scripts.dice import Script, Told
from tests.support.ledger_in_memory import LedgerInMemory


def play(
    script: Script, known: Sequence[tuple[Fact, str]] = ()
) -> tuple[LedgerInMemory, Counter[str], Counter[str]]:
    """A script against a ledger in memory, and how often each rule refused and accepted.

    known: what stands there from its announcement, with its day.
    """
    ledger, refused, accepted = LedgerInMemory(), Counter[str](), Counter[str]()
    for fact, day in known:
        ledger.record(fact, day)
    told: Told | None = None
    while True:
        try:
            when, act = script.send(told) if told else next(script)
        except StopIteration:
            return ledger, refused, accepted
        try:
            events = ledger.carry_out(act, when)
        except Refused as refusal:
            rules = tuple(broken.rule for broken in refusal.broken)
            refused.update(set(rules))
            told = Told(accepted=False, rules=rules)
        else:
            accepted.update({str(rule) for event in events for rule in _rules(event)})
            cases = {str(event.data["case"]) for event in events if "case" in event.data}
            told = Told(accepted=True, cases=tuple(sorted(cases)))


def _rules(event: Recorded) -> list[str]:
    assert event.judged is not None
    rules = event.judged["rules"]
    assert isinstance(rules, list)
    return rules
