"""docs/rules.md: every rule, the acts that it judges, and the tests that prove it.

Which test proves what is read from the tests' text, where `@proves("C19-8", "refuses")` stands over each.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from domain.ledger import LEDGER
from domain.programmes import PROGRAMMES
from domain.rules import Rule, Rulebook
from projections.rules.answer import acts_of

TESTS = Path(__file__).parent.parent.parent / "tests" / "domain"
BOOKS: tuple[Rulebook, ...] = (LEDGER, *(book for book in PROGRAMMES.values() if book.rules))
HEAD = """# The rules, and what proves them

Made by `make docs` from the rules and the tests themselves; CI fails when it is stale or has a hole. A rule
may have several parts under one id. *must* refuses; *principle* refuses unless an exception lifts it;
*duty* is owed and shown; *record* is shown; *always* holds by how the ledger is built. H and L are the
ledger's own. Each of these tests, but those that accept, fails when its rule is switched off
(`tests/domain/test_each_rule_matters.py`).
"""
Proofs = Mapping[str, Mapping[str, list[str]]]  # rule: how: names of tests


@cache
def proofs(folder: Path = TESTS) -> dict[str, dict[str, list[str]]]:
    """Which tests prove a rule, and how, in the order of their files."""
    found: dict[str, dict[str, list[str]]] = {}
    for file in sorted(folder.glob("test_*.py")):
        for test in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(test, ast.FunctionDef):
                for rule, hows in _marks(test):
                    for how in hows:
                        names = found.setdefault(rule, {}).setdefault(how, [])
                        if test.name not in names:
                            names.append(test.name)
    return found


def _marks(test: ast.FunctionDef) -> Iterator[tuple[str, list[str]]]:
    """Its marks, the nearest first."""
    for mark in reversed(test.decorator_list):
        match mark:
            case ast.Call(func=ast.Name(id="proves")):
                rule, *hows = (str(ast.literal_eval(word)) for word in mark.args)
                yield rule, hows


def ids(book: Rulebook) -> list[str]:
    """Its rules' ids, in order of number."""
    return sorted({rule.id for rule in book.rules}, key=_number)


def _number(id_: str) -> tuple[str, int]:
    text, _, number = id_.rpartition("-")
    return text, int(number)


def rules_page() -> str:
    """The whole page."""
    known = proofs()
    return HEAD + "".join(_section(book, known) for book in BOOKS)


def _section(book: Rulebook, known: Proofs) -> str:
    lines = [f"\n## {book.id} · {book.instrument}\n\n"]
    lines += [
        "| id | article | strength | rule | acts | tests |\n",
        "| --- | --- | --- | --- | --- | --- |\n",
    ]
    for id_ in ids(book):
        parts = [rule for rule in book.rules if rule.id == id_]
        tests = (f"{how}: {', '.join(names)}" for how, names in known.get(id_, {}).items())
        lines.append(
            f"| {id_} | {_each(p.article for p in parts)} | {_each(p.strength for p in parts)} "
            f"| {'<br>'.join(dict.fromkeys(f'{p.chinese} {p.english}' for p in parts))} "
            f"| {_each(_acts(parts))} | {'<br>'.join(tests)} |\n"
        )
    return "".join(lines)


def _each(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def _acts(parts: list[Rule]) -> Iterator[str]:
    for act in acts_of(parts):
        yield "every act" if act == "*" else act
    yield from (f"shows {fact.topic}" for part in parts for fact in part.of)
