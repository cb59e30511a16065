"""Random rounds, judged again by an independent oracle; every rule and stage is reached.

LEDGER_ORACLE_ROUNDS: how many (200 by default; `make test-deep` plays 10,000).
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest

from domain.events import TOPICS
from domain.judging import Refused
from domain.kernel import Recorded
from domain.rules import Rulebook
from scripts.simulate import Script, Told, one_round
from tests.book import Book
from tests.oracle import Oracle
from tests.table import BOOKS

ROUNDS = int(os.environ.get("LEDGER_ORACLE_ROUNDS", "200"))
PARTS = 2
# What no round of city-2019 can reach: L-9 is for programmes without grounds of their own, H-4 is of
# roles, which are granted outside any round.
ELSEWHERE = {"H-4", "L-9"}
STAGES = set(TOPICS) - {
    "correction.approved", "correction.proposed", "correction.rejected", "figures.attested",
    "historical-designation.recorded", "ledger.opened", "notice.recorded", "role.granted",
    "role.revoked", "sealed-value.erased",
}  # fmt: skip


def play(script: Script) -> tuple[Book, Counter[str], Counter[str]]:
    """A script against a ledger in memory: the book, and how often each rule refused and accepted."""
    book, refused, accepted = Book(), Counter[str](), Counter[str]()
    told: Told | None = None
    while True:
        try:
            when, act = script.send(told) if told else next(script)
        except StopIteration:
            return book, refused, accepted
        try:
            events = book.carry_out(act, when)
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


@pytest.mark.parametrize("part", range(PARTS))
def test_no_accepted_sequence_breaks_a_rule(part: int) -> None:
    refused, accepted, stages = Counter[str](), Counter[str](), Counter[str]()
    for seed in range(part, ROUNDS, PARTS):
        book, its_refused, its_accepted = play(one_round(seed))
        oracle = Oracle()
        oracle.read(event.bytes for event in book.events)
        assert oracle.broken == [], f"round {seed}"
        refused += its_refused
        accepted += its_accepted
        stages.update(event.topic for event in book.events)
    judging = {
        rule.id for book_ in BOOKS for rule in book_.rules if rule.strength in {"must", "principle"}
    } - ELSEWHERE
    assert judging - refused.keys() == set(), "these never refused"
    assert judging - accepted.keys() == set(), "these never accepted"
    assert STAGES - stages.keys() == set(), "these stages were not reached"


def test_the_same_dice_play_the_same_round() -> None:
    one, two = (play(one_round(7))[0] for _ in range(2))
    assert [event.bytes for event in one.events] == [event.bytes for event in two.events]


@pytest.mark.parametrize(
    ("topic", "before", "after", "rule"),
    [
        ("application.submitted", b'"category":"', b'"category":"x', "C19-1"),
        ("application.submitted", b'"original":true', b'"original":false', "C19-10"),
        ("defence.held", b'"effective":"2', b'"effective":"1', "C19-22"),
        ("designation.awarded", "信息消费示范城市(".encode(), "示范城市(".encode(), "C19-12"),
        ("application.recommended", b'"reviewed_on"', b'"unseen"', "C19-3"),
        ("publicity.closed", b'"effective":"2', b'"effective":"1', "C19-11"),
    ],
)
def test_the_oracle_can_see(topic: str, before: bytes, after: bytes, rule: str) -> None:
    """A broken sequence is told, with the rule it breaks."""
    book = play(one_round(3, size=12))[0]
    spoilt = [
        replace(event, bytes=event.bytes.replace(before, after)) if event.topic == topic else event
        for event in book.events
    ]
    oracle = Oracle()
    oracle.read(event.bytes for event in spoilt)
    assert any(rule in found for found in oracle.broken)


SEEN = [
    (book, id_)
    for book in BOOKS
    for id_ in dict.fromkeys(r.id for r in book.rules if r.strength in {"must", "principle"})
    if id_ not in ELSEWHERE
]


@pytest.mark.parametrize(("book", "rule"), SEEN, ids=lambda value: str(getattr(value, "id", value)))
def test_the_oracle_sees_when_a_rule_is_switched_off(book: Rulebook, rule: str) -> None:
    """Within some rounds it is broken, and the oracle says so (or the round cannot go on)."""
    kept = book.rules[:]
    book.rules[:] = [other for other in kept if other.id != rule]
    try:
        assert any(_is_seen(seed, rule) for seed in range(60))
    finally:
        book.rules[:] = kept


def _is_seen(seed: int, rule: str) -> bool:
    oracle = Oracle()
    try:
        oracle.read(event.bytes for event in play(one_round(seed))[0].events)
    except (AssertionError, LookupError):
        return True
    return any(rule in found for found in oracle.broken)
