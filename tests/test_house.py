"""The rooms of the house: no circles, each thing in one place, files that fit a reader."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import grimp

from domain.tags import PREFIXES

ROOT = Path(__file__).parent.parent
ROOMS = ("domain", "eventlog", "projections", "api", "scripts")
_BUILD = f"{sys.executable} -m pip wheel --quiet --no-deps --no-build-isolation --no-index"
REGULATION = re.compile(r"_20\d\d")  # in a file's name
LONGEST = 400  # lines, unless its head says why it is longer


def programs(*rooms: str) -> Iterator[Path]:
    """Every Python file of these rooms."""
    return (file for room in rooms for file in sorted((ROOT / room).rglob("*.py")))


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_no_module_needs_one_that_needs_it() -> None:
    """Imports for the type checker alone included."""
    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    needs = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    graphlib.TopologicalSorter(needs).prepare()  # raises CycleError, which names the circle


# The rooms of projections, from the ground up: what a module stands on is below it.
FLOORS = (
    r"model|answers|entries",
    r"\w+\.rows",
    r"following(\.\w+)?|words(\.\w+)?",
    r"asking(\.\w+)?",
    r"(?!sheets)\w+(\.\w+)?",  # the questions
    r"sheets(\.\w+)?",
)
QUESTIONS = 4
# Which question's answer holds, or is worked out from, another's.
ON_ANOTHER = {
    "corrections": {"quotas", "roster"},
    "history": {"rules"},
    "log": {"history"},
    "selection": {"rounds"},
    "why": {"corrections", "history", "log", "rules"},
}


def test_projections_stand_in_floors() -> None:
    """Beside its own folder a module knows lower floors only; a question another where it is said here."""
    graph = grimp.build_graph("projections", cache_dir=None)
    above: list[str] = []
    on_another: dict[str, set[str]] = defaultdict(set)
    for module in graph.modules - {"projections"}:
        for needed in graph.find_modules_directly_imported_by(module):
            own, its = floor(module), floor(needed)
            folder, other = module.split(".")[1], needed.split(".")[1]
            if own < its or (own == its and folder != other and own in {1, 2, 3, 5}):
                above.append(f"{module} imports {needed}")
            elif own == its == QUESTIONS and folder != other:
                on_another[folder].add(other)
    assert above == []
    assert on_another == ON_ANOTHER


def floor(module: str) -> int:
    own = module.removeprefix("projections.")
    return next(n for n, names in enumerate(FLOORS) if re.fullmatch(names, own))


def test_tags_are_spelled_in_one_place() -> None:
    """No other program spells a tag, nor takes one apart; of the queries, one that is for ever."""
    spelled = re.compile(rf"(?<![\w{{-])({'|'.join(prefix.name for prefix in PREFIXES)}):(?=\S|$)")
    found = [
        f"{named(file)}:{node.lineno}: {node.value}"
        for file in programs(*ROOMS)
        if file != ROOT / "domain" / "tags.py"
        for node in literals(ast.parse(file.read_text(encoding="utf-8")))
        if spelled.search(node.value)
    ]
    taken_apart = re.compile(r"\.r?(partition|split)\(\":\"")
    found = [
        named(file)
        for file in programs(*ROOMS)
        if file != ROOT / "domain" / "tags.py" and taken_apart.search(file.read_text(encoding="utf-8"))
    ]
    assert found == []
    queries = (file for room in ROOMS for file in (ROOT / room).rglob("*.sql"))
    in_quotes = re.compile(r"'" + spelled.pattern)
    known = {file.name for file in queries if in_quotes.search(file.read_text(encoding="utf-8"))}
    assert known == {"019_sealed_values.sql"}


class Literal(NamedTuple):
    """A text in a program that is no docstring."""

    lineno: int
    value: str


def literals(tree: ast.Module) -> Iterator[Literal]:
    explained = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained:
            yield Literal(node.lineno, node.value)


def test_every_folder_says_what_it_holds() -> None:
    silent = [
        named(file)
        for file in programs(*ROOMS)
        if file.name == "__init__.py" and not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_a_file_is_short_or_says_why_not() -> None:
    """A regulation is one file, and its tests are; the head of another begins its reason with “One file”."""
    long = [
        named(file)
        for file in programs(*ROOMS, "tests")
        if not REGULATION.search(file.stem)
        and (text := file.read_text(encoding="utf-8")).count("\n") > LONGEST
        and "One file" not in (ast.get_docstring(ast.parse(text)) or "")
    ]
    assert long == []


def test_lines_are_broken_by_the_formatter_alone() -> None:
    left_out = re.compile(r"#\s*fmt:\s*(skip|off)")
    kept = [named(file) for file in programs(*ROOMS, "tests") if left_out.search(file.read_text("utf-8"))]
    assert kept == []


def test_what_tests_share_stands_in_support() -> None:
    """No test module imports another."""
    found = [
        f"{named(file)}: {module}"
        for file in programs("tests")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for module in imported(node)
        if re.match(r"tests\b(?!\.support\b)", module)
    ]
    assert found == []


def test_no_test_reaches_for_a_private_name() -> None:
    """Neither by importing it, nor at an object, nor by its name as `monkeypatch` and `vars` take it."""
    found = [
        f"{named(file)}:{node.lineno}: {ast.unparse(node)}"
        for file in programs("tests")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in (*imported(node), *reached(node))
        if re.search(r"(^|\.)_[^_]", name) and isinstance(node, ast.stmt | ast.expr)
    ]
    assert found == []


def imported(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import():
            yield from (of.name for of in node.names)
        case ast.ImportFrom():
            yield from (f"{node.module}.{of.name}" for of in node.names)


def reached(node: ast.AST) -> Iterator[str]:
    """What is taken from elsewhere by its name."""
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return
        case ast.Attribute():
            yield node.attr
        case ast.Call(func=ast.Attribute(attr="setattr" | "setitem" | "delattr") | ast.Name(id="getattr")):
            yield from (
                of.value for of in node.args if isinstance(of, ast.Constant) and isinstance(of.value, str)
            )
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id="vars")) | ast.Attribute(attr="__dict__"),
            slice=ast.Constant(value=str(name)),
        ):
            yield name


def test_the_wheel_holds_every_room(tmp_path: Path) -> None:
    """All that the program reads when it is installed: programs, queries, lists, examples."""
    subprocess.run(
        [*_BUILD.split(), "--wheel-dir", str(tmp_path), str(_copied(tmp_path / "source"))],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert {named(file) for room in ROOMS for file in _files(ROOT / room)} - held == set()


def _files(room: Path) -> Iterator[Path]:
    return (f for f in room.rglob("*") if f.is_file() and "__pycache__" not in f.parts)


def _copied(to: Path) -> Path:
    """What is built from: the rooms and the project's own description."""
    for file in [*(f for room in ROOMS for f in _files(ROOT / room)), ROOT / "pyproject.toml"]:
        copy = to / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    (to / "README.md").write_bytes((ROOT / "README.md").read_bytes())
    return to
