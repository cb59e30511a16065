"""The table of rules is whole and not stale."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from domain.rules import Rule, Rulebook
from scripts.documents.rules import BOOKS, ids, proofs
from tests.support.numbers import NUMBERS
from tests.support.proofs import every_proof

ASKED = {
    "must": {"refuses", "accepts"},
    "principle": {"refuses", "accepts", "lifts"},
    "duty": {"owed", "records"},
    "record": {"records"},
    "always": {"holds"},
}


def every_rule() -> Iterator[Rule]:
    for book in BOOKS:
        yield from book.rules


@pytest.mark.parametrize("rule", list(every_rule()), ids=lambda rule: f"{rule.id} {rule.strength}")
def test_every_rule_is_proved_by_its_strength(rule: Rule) -> None:
    assert ASKED[rule.strength] <= proofs()[rule.id].keys()


@pytest.mark.parametrize("rule", ["C16-3", "C16-4", "C19-15", "C19-20"])
def test_a_duty_with_a_date_is_shown_late_and_overdue(rule: str) -> None:
    assert {"late", "overdue"} <= proofs()[rule].keys()


PREFIX = {
    "pilot-2013": "P13",
    "guide-2016": "C16",
    "project-2019": "J19",
    "city-2019": "C19",
    "incentive-2022": "I22",
}


def test_no_rule_of_the_regulations_is_left_out() -> None:
    """All 83, and the ledger's own."""
    ledger, *texts = BOOKS
    assert sum(NUMBERS.values()) == 83
    assert {book.id: ids(book) for book in texts} == {
        id_: [f"{PREFIX[id_]}-{number}" for number in range(1, last + 1)] for id_, last in NUMBERS.items()
    }
    assert {f"L-{number}" for number in range(1, 12)} <= set(ids(ledger))


ARTICLES = [
    *"一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十 二十一 二十二".split()
]


def _places(article: str) -> list[tuple[int, int, int]]:
    """Where the text says it: notice or its plan or its measure, which part, which section of it."""
    found = []
    for place in article.split(", "):
        enclosed = 1 if place.startswith(("方案", "第")) else 2 if place.startswith("附件") else 0
        parts = re.findall(r"[一二三四五六七八九十]+", place)
        if parts:
            section = ARTICLES.index(parts[1]) if "(" in place and len(parts) > 1 else -1
            found.append((enclosed, ARTICLES.index(parts[0]), section))
            if "、" in place:
                found += [(enclosed, ARTICLES.index(part), -1) for part in parts[1:]]
    return found or [(9, 0, 0)]


@pytest.mark.parametrize("book", BOOKS[1:], ids=lambda book: book.id)
def test_the_rules_stand_in_the_order_of_their_articles(book: Rulebook) -> None:
    """A rule of several articles stands at one of them; a part of it at another."""
    reached = (0, -1, -1)
    for rule in book.rules:
        places = [place for place in _places(rule.article) if place >= reached]
        assert places, f"{rule.id} ({rule.article}) stands behind its place"
        reached = min(places)


def test_the_marks_are_read_from_the_text_as_they_are_when_the_tests_are_loaded() -> None:
    marked = {(rule, how, test.__name__) for rule, how, test in every_proof()}
    read = {
        (rule, how, name) for rule, hows in proofs().items() for how, names in hows.items() for name in names
    }
    assert read == marked
