"""The table of rules is whole and not stale."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from domain.rules import Rule
from tests.table import ACCESS, BOOKS, FILE, access_page, ids, load, proofs, table

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
    load()
    assert ASKED[rule.strength] <= proofs(rule.id).keys()


@pytest.mark.parametrize("rule", ["C19-15", "C19-20"])
def test_a_duty_with_a_date_is_shown_late_and_overdue(rule: str) -> None:
    load()
    assert {"late", "overdue"} <= proofs(rule).keys()


def test_no_rule_of_the_regulation_is_left_out() -> None:
    ledger, city = BOOKS
    assert ids(city) == [f"C19-{number}" for number in range(1, 23)]
    assert {f"L-{number}" for number in (1, *range(3, 12))} <= set(ids(ledger))


def test_the_rules_stand_in_the_order_of_their_articles() -> None:
    """A rule of several articles stands at one of them; a part of it at another."""
    _, city = BOOKS
    order = "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十 二十一 二十二"
    numbers = {word: number for number, word in enumerate(order.split())}
    reached = 0
    for rule in city.rules:
        named = re.findall(
            r"[一二三四五六七八九十]+(?=[(、条])", re.sub(r"\(.*?\)", "(", rule.article)
        )
        places = [numbers[word] for word in named if numbers[word] >= reached]
        assert places, f"{rule.id} ({rule.article}) stands behind its place"
        reached = min(places)


def test_the_page_is_not_stale() -> None:
    assert FILE.read_text(encoding="utf-8") == table(), "run: python -m tests.table"


def test_the_page_of_access_is_not_stale() -> None:
    assert ACCESS.read_text(encoding="utf-8") == access_page(), "python -m tests.table"
