"""What CONTRIBUTING.md says that a change touches is what something of that kind stands in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROOMS = ("domain", "eventlog", "projections", "api", "scripts")
MOST = {
    "A question over HTTP": 5,
    "A read model": 6,
    "An act with its fact": 7,
    "A field on a fact": 4,
    "A programme": 2,
}
# Where a regulation judges what is there, and where rounds are played; and what is generated.
BESIDES = re.compile(r"domain/programmes/|scripts/plays/|api/examples\.json")


def lists() -> dict[str, tuple[str, int, set[str]]]:
    """By its title: as what, how many files it says, and which."""
    found = {}
    for title, example, count, body in re.findall(
        r"^### ([^:]+): as `([^`]+)`, (\d+) files\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL
    ):
        files = re.findall(r"^\d\. `([^`]+)`", body, re.MULTILINE)
        found[title] = (example, int(count), set(files))
    return found


def files() -> Iterator[Path]:
    for room in ROOMS:
        for file in (ROOT / room).rglob("*"):
            if file.suffix in {".py", ".sql", ".json"} and not BESIDES.search(named(file)):
                yield file


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


def in_which(*words: str) -> set[str]:
    """The files in which one of these words stands."""
    any_of = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, words)) + r")(?![\w-])")
    return {named(file) for file in files() if any_of.search(file.read_text(encoding="utf-8"))}


def who_needs(*modules: str, among: tuple[str, ...]) -> set[str]:
    """The files of these rooms that import one of these modules."""
    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    needing = {of for module in modules for of in graph.find_modules_that_directly_import(module)}
    paths = (Path(*of.split(".")) for of in needing if of.split(".")[0] in among)
    return {str(p / "__init__.py" if (ROOT / p).is_dir() else p.with_suffix(".py")) for p in paths}


def folder(path: str) -> set[str]:
    return {named(f) for f in (ROOT / path).iterdir() if f.is_file()}


ACTUAL: dict[str, Callable[[str], set[str]]] = {
    "A question over HTTP": lambda of: (
        folder(f"projections/{of}")
        | {f"api/{of}.py"}
        | who_needs(f"projections.{of}.answer", f"api.{of}", among=("projections", "api"))
    ),
    "A read model": lambda of: (
        folder(f"projections/{of}") | who_needs(f"projections.{of}.rows", among=("eventlog", "projections"))
    ),
    "An act with its fact": lambda _: in_which(
        "commend", "Commend", "commendation.recorded", "CommendationRecorded"
    ),
    "A field on a fact": lambda of: in_which(of),
    "A programme": lambda of: (
        {
            named(file)
            for room in ROOMS[:-1]  # the plays and lists of the command line are its own
            for file in (ROOT / room).rglob("*.py")
            if re.search(of.replace("-", "[-_]"), file.read_text(encoding="utf-8"), re.IGNORECASE)
        }
        | {f"domain/programmes/{of.replace('-', '_')}.py"}
    ),
}


@pytest.mark.parametrize("title", MOST)
def test_a_worked_list_names_the_files_that_such_a_thing_stands_in(title: str) -> None:
    example, count, listed = lists()[title]
    assert listed == ACTUAL[title](example)
    assert len(listed) == count <= MOST[title]


def test_what_the_table_of_names_says_is_now_is_there() -> None:
    names = (ROOT / "docs" / "former-names.md").read_text(encoding="utf-8")
    table = names.split("| before | now |")[1].split("\n\n")[0]
    now = " ".join(line.split("|")[2] for line in table.splitlines()[2:])
    modules = re.findall(r"`((?:domain|eventlog|projections|api|scripts|tests)(?:\.\w+)+)`", now)
    assert len(modules) > 20
    for module in modules:
        *folders, last = module.split(".")
        at = ROOT.joinpath(*folders)
        in_file = at.with_suffix(".py")
        assert (at / last).is_dir() or (at / f"{last}.py").is_file() or last in in_file.read_text(), module
