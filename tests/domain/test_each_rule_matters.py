"""Each rule is switched off, alone; the tests listed for it must then fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.rules import Rule, Rulebook
from scripts.documents.rules import BOOKS, ids
from tests.support.proofs import every_proof
from tests.support.switched_off import switched_off

NOTICES = {"refuses", "lifts", "owed", "late", "overdue", "records"}
RULES = [(book, id_) for book in BOOKS for id_ in ids(book)]
PARTS = [(book, rule) for book in BOOKS for rule in book.rules if rule.strength != "always"]


def fails(test: Callable[[], None]) -> bool:
    try:
        test()
    except Exception:
        return True
    return False


def listed(rule: str) -> list[Callable[[], None]]:
    return [test for id_, how, test in every_proof() if id_ == rule and how in NOTICES]


@pytest.mark.parametrize(("book", "rule"), RULES, ids=lambda value: str(getattr(value, "id", value)))
def test_without_the_rule_its_tests_fail(book: Rulebook, rule: str) -> None:
    with switched_off(book, lambda other: other.id == rule):
        asleep = [test.__name__ for test in listed(rule) if not fails(test)]
    assert asleep == []


@pytest.mark.parametrize(("book", "part"), PARTS, ids=lambda value: str(getattr(value, "id", value)))
def test_without_a_part_of_it_a_test_fails(book: Rulebook, part: Rule) -> None:
    with switched_off(book, lambda other: other is part):
        assert any(fails(test) for test in listed(part.id))
