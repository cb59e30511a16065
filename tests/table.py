"""The table of rules: article × strength × command × tests, as docs/rules.md holds it.

`python -m tests.table` writes it anew; a stale or incomplete one fails tests/domain/test_table.py.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from domain.programmes.city_2019 import CITY_2019
from domain.programmes.ledger import LEDGER
from domain.rules import COMMANDS, Command, Rule, Rulebook
from tests.judging import PROOFS

MODULES = (
    "tests.domain.test_city_2019_applying", "tests.domain.test_city_2019_selecting",
    "tests.domain.test_city_2019_holding", "tests.domain.test_ledger_rules",
)  # fmt: skip
BOOKS: tuple[Rulebook, ...] = (LEDGER, CITY_2019)
FILE = Path(__file__).parent.parent / "docs" / "rules.md"
HEAD = """# The rules, and what proves them

Made by `python -m tests.table` from the rules and the tests themselves; CI fails when it is stale or
has a hole. A rule may have several parts under one id. *must* refuses; *principle* refuses unless an
exception lifts it; *duty* is owed and shown; *record* is shown; *always* holds by how the ledger is
built. H and L are the ledger's own. Each of these tests, but those that accept, fails when its rule is
switched off (`tests/domain/test_each_rule_matters.py`).
"""


def load() -> None:
    """Import the tests, so that their proofs are known."""
    for module in MODULES:
        importlib.import_module(module)


def proofs(rule: str) -> dict[str, list[str]]:
    """How a rule is proved, and by which tests."""
    found: dict[str, list[str]] = {}
    for id_, how, test in PROOFS:
        if id_ == rule and test.__name__ not in found.setdefault(how, []):
            found[how].append(test.__name__)
    return found


def ids(book: Rulebook) -> list[str]:
    """Its rules' ids, in order of number."""
    return sorted({rule.id for rule in book.rules}, key=_number)


def _number(id_: str) -> tuple[str, int]:
    text, _, number = id_.rpartition("-")
    return text, int(number)


def table() -> str:
    """The whole page."""
    load()
    return HEAD + "".join(_section(book) for book in BOOKS)


def _section(book: Rulebook) -> str:
    lines = [f"\n## {book.id} · {book.instrument}\n\n"]
    lines += [
        "| id | article | strength | rule | acts | tests |\n",
        "| --- | --- | --- | --- | --- | --- |\n",
    ]
    for id_ in ids(book):
        parts = [rule for rule in book.rules if rule.id == id_]
        lines.append(
            f"| {id_} | {_each(p.article for p in parts)} | {_each(p.strength for p in parts)} "
            f"| {'<br>'.join(dict.fromkeys(f'{p.chinese} {p.english}' for p in parts))} "
            f"| {', '.join(dict.fromkeys(_acts(parts)))} | {_tests(id_)} |\n"
        )
    return "".join(lines)


def _each(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def _acts(parts: list[Rule]) -> Iterator[str]:
    names = {kind: name for name, kind in COMMANDS.items()}
    for part in parts:
        for kind in part.judges:
            yield "every act" if kind is Command else names[kind]
        yield from (f"shows {fact.topic}" for fact in part.of)


def _tests(id_: str) -> str:
    return "<br>".join(f"{how}: {', '.join(tests)}" for how, tests in proofs(id_).items())


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
