"""Random rounds, judged again by an independent oracle; every rule and stage is reached.

LEDGER_ORACLE_ROUNDS: how many (200 by default; `make test-deep` plays 10,000).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import pytest

from domain.events import TOPICS, Fact
from domain.ledger import LEDGER
from scripts import plays
from scripts.dice import Script
from scripts.documents.rules import BOOKS
from tests.support import oracles
from tests.support.ledger_in_memory import with_grounds
from tests.support.oracles.account import Oracle
from tests.support.playing import play
from tests.support.switched_off import switched_off

ROUNDS = int(os.environ.get("LEDGER_ORACLE_ROUNDS", "200"))
PARTS = 2
Judge: TypeAlias = Callable[[], "oracles.City | Oracle"]


@dataclass(frozen=True)
class Game:
    """A programme's rounds by dice, and who judges them again."""

    script: Callable[[int], Script]
    oracle: Judge
    known: Callable[[int], Sequence[tuple[Fact, str]]] = lambda _seed: ()


GAMES = {
    "city-2019": Game(plays.one_round, oracles.City),
    "pilot-2013": Game(plays.one_batch, oracles.Pilots),
    "guide-2016": Game(plays.year_of_the_guide, oracles.Guide, plays.titles_of_the_guide),
    "project-2019": Game(plays.one_call, oracles.Projects),
    "incentive-2022": Game(plays.one_measure, oracles.Incentives),
}
# What no round reaches, or no oracle can see broken: roles are granted (H-4) and corrections made (H-5,
# L-2) outside any round; P13-7 and P13-12 already keep off whom P13-14 keeps off.
ELSEWHERE = {"H-4", "H-5", "L-2"}
IMPLIED = {"P13-14"}
STAGES = set(TOPICS) - {
    "correction.approved",
    "correction.proposed",
    "correction.rejected",
    "figures.attested",
    "ledger.opened",
    "notice.recorded",
    "role.granted",
    "role.revoked",
    "sealed-value.erased",
    "decision.questioned",
    "question.decided",
    "role.proposed",
    "subject.changed",
    "erasure.proposed",
    "correction.published",
    "calendar.published",
    "historical-notice.recorded",
}


def _judging(id_: str) -> set[str]:
    """The rules of a programme that refuse; the ledger's own are met in city-2019 and the guide."""
    books = [b for b in BOOKS if b.id == id_ or (b is LEDGER and id_ == "city-2019")]
    return {rule.id for book in books for rule in book.rules if rule.strength in {"must", "principle"}}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("of", GAMES)
def test_no_accepted_sequence_breaks_a_rule(of: str, part: int) -> None:
    refused, accepted = Counter[str](), Counter[str]()
    for seed in range(part, ROUNDS, PARTS):
        ledger, its_refused, its_accepted = play(GAMES[of].script(seed), GAMES[of].known(seed))
        oracle = GAMES[of].oracle()
        oracle.read(map(with_grounds, ledger.events))
        assert oracle.broken == [], f"round {seed}"
        refused += its_refused
        accepted += its_accepted
    judging = _judging(of) - ELSEWHERE - {"L-9"}
    assert judging - refused.keys() == set(), "these never refused"
    assert judging - accepted.keys() == set(), "these never accepted"
    if of == "guide-2016":
        assert refused["L-9"], "a withdrawal where the text gives no ground"


def test_every_stage_is_reached() -> None:
    missing = set(STAGES)
    for seed in range(60):
        for game in GAMES.values():
            missing -= {event.topic for event in play(game.script(seed), game.known(seed))[0].events}
        if not missing:
            break
    assert missing == set()


def test_the_same_dice_play_the_same_round() -> None:
    one, two = (play(plays.one_round(7))[0] for _ in range(2))
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
    ledger = play(plays.one_round(3, size=12))[0]
    spoilt = [
        replace(event, bytes=event.bytes.replace(before, after)) if event.topic == topic else event
        for event in ledger.events
    ]
    oracle = oracles.City()
    oracle.read(map(with_grounds, spoilt))
    assert any(rule in found for found in oracle.broken)


SEEN = [(of, id_) for of in GAMES for id_ in sorted(_judging(of) - ELSEWHERE - IMPLIED - {"L-9"})]
SEEN.append(("guide-2016", "L-9"))


@pytest.mark.slow
@pytest.mark.parametrize(("of", "rule"), SEEN)
def test_the_oracle_sees_when_a_rule_is_switched_off(of: str, rule: str) -> None:
    """Within some rounds it is broken, and the oracle says so (or the round cannot go on)."""
    ledger = next(ledger for ledger in BOOKS if any(r.id == rule for r in ledger.rules))
    with switched_off(ledger, lambda other: other.id == rule):
        assert any(_is_seen(GAMES[of], seed, rule) for seed in range(100))


def _is_seen(game: Game, seed: int, rule: str) -> bool:
    oracle = game.oracle()
    try:
        events = play(game.script(seed), game.known(seed))[0].events
        oracle.read(map(with_grounds, events))
    except (AssertionError, LookupError):
        return True
    return any(rule in found for found in oracle.broken)
