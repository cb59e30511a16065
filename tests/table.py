"""The table of rules: article × strength × command × tests, as docs/rules.md holds it.

`python -m tests.table` writes it anew, and docs/access.md, the table of access; a stale or incomplete one
fails tests/domain/test_table.py.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType

from api.commands import PATHS
from domain.access import ACTS, FACTS, ROLES, Table
from domain.programmes.city_2019 import CITY_2019
from domain.programmes.guide_2016 import GUIDE_2016
from domain.programmes.incentive_2022 import INCENTIVE_2022
from domain.programmes.ledger import LEDGER
from domain.programmes.pilot_2013 import PILOT_2013
from domain.programmes.project_2019 import PROJECT_2019
from domain.rules import COMMANDS, Command, Rule, Rulebook
from tests.judging import PROOFS, How

MODULES = (
    "tests.domain.test_city_2019_applying", "tests.domain.test_city_2019_selecting",
    "tests.domain.test_city_2019_holding", "tests.domain.test_ledger_rules",
    "tests.domain.test_corrections",
    "tests.domain.test_pilot_2013", "tests.domain.test_guide_2016", "tests.domain.test_project_2019",
    "tests.domain.test_incentive_2022",
)  # fmt: skip
BOOKS: tuple[Rulebook, ...] = (
    LEDGER, PILOT_2013, GUIDE_2016, PROJECT_2019, CITY_2019, INCENTIVE_2022,
)  # fmt: skip
FILE = Path(__file__).parent.parent / "docs" / "rules.md"
ACCESS = FILE.with_name("access.md")
ACCESS_HEAD = """# Who may do what, and who is shown what

Made by `python -m tests.table` from domain/access.py; `tests/api/test_access.py` tries every cell over
HTTP. What no row names is nobody's; an empty cell is no. Whoever shows no token is the public.

## Acts
*any*: the role may carry it out; *own*: for its own area or city only; *paper*: recorded for another, from
a document (H-3). Rows with a dot are fields: who may fill them.

"""
FACTS_HEAD = """
## Facts
*see*: shown, sealed values as commitments; *open*: sealed values too; *own*: open, of its own area or
city; *self*: open to whoever recorded it; *closed*: open to whoever recorded it, to others once the review
of the case is concluded. Rows with a dot are fields that are shown to fewer.

"""
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
    for id_, how, test in sorted(PROOFS, key=_place):
        if id_ == rule and test.__name__ not in found.setdefault(how, []):
            found[how].append(test.__name__)
    return found


def _place(proof: tuple[str, How, Callable[[], None]]) -> tuple[int, int]:
    """Where a test stands, whichever module was imported first."""
    code: CodeType = inspect.unwrap(proof[2]).__code__
    return MODULES.index(proof[2].__module__), code.co_firstlineno


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


def access_page() -> str:
    """The table of access as a page."""
    return ACCESS_HEAD + _grid("act", ACTS) + FACTS_HEAD + _grid("fact", FACTS)


def _grid(what: str, rows: Table) -> str:
    paths = {name: f"`POST /v1/{path}`" for name, path in PATHS.items()}
    lines = [f"| {what} | {' | '.join(ROLES)} |\n", f"| --- |{' --- |' * len(ROLES)}\n"]
    for (of, field), row in rows.items():
        name = f"{of} {paths.get(of, '')}".strip() if field is None else f"· {of}: {field}"
        cells = ("" if row[role] == "-" else row[role] for role in ROLES)
        lines.append(f"| {name} | {' | '.join(cells)} |\n")
    return "".join(lines)


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
    ACCESS.write_text(access_page(), encoding="utf-8")
