"""Reasons are codes and values; each code has its sentence, and each sentence finds its values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.canonical import encode
from domain.cases import Case
from domain.events import DecisionQuestioned, Found
from domain.reasons import Reason, because
from projections.words.reasons import SENTENCES, english, reasons_of, told_of

DOMAIN = Path(__file__).parents[2] / "domain"
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FOUND_ELSEWHERE = {
    "of-west-and-northeast-on-a-list",
    "of-west-and-northeast-nobody-is-left",
    "not-recorded",
    "recorded-otherwise",
    "ranks-behind",
    "is-not-stated-right",
}  # stored as they are found, or given with whatever values there are


def stated() -> Iterator[tuple[str, int, str, set[str]]]:
    """Every reason that the domain gives: where, its code, the names of its values."""
    for file in sorted(DOMAIN.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "because":
                code = node.args[0]
                if isinstance(code, ast.Constant) and code.value:
                    named = [keyword.arg for keyword in node.keywords]
                    if None in named:
                        continue  # values that several sentences share
                    names = {str(name).rstrip("_") for name in named}
                    yield file.name, node.lineno, str(code.value), names


STATED = list(stated())


def test_every_code_has_its_sentence_and_every_sentence_its_code() -> None:
    assert {code for *_, code, _ in STATED} | FOUND_ELSEWHERE == set(SENTENCES)
    assert all(CODE.fullmatch(code) for code in SENTENCES)


@pytest.mark.parametrize(("file", "line", "code", "names"), STATED)
def test_a_sentence_finds_its_values(file: str, line: int, code: str, names: set[str]) -> None:
    assert set(re.findall(r"\{(\w+)(?:!r)?\}", SENTENCES[code])) == names


def test_a_reason_can_be_stored() -> None:
    case = Case.parse("city-2019/2021/cn:420100")
    reason = because("x", case=case, day=date(2021, 1, 1), those={"a"}, n=3, of=None, inner=because("y", z=1))
    assert reason.values == {
        "case": "city-2019/2021/cn:420100",
        "day": "2021-01-01",
        "those": ["a"],
        "n": 3,
        "inner": {"code": "y", "values": {"z": 1}},
    }
    assert encode(reason.as_json())


def test_words_are_made_when_read() -> None:
    inner = because("left-the-list", case="x")
    whole = because("would-break", rule="L-1", article="不改", reason=inner)
    assert english(whole) == "L-1 (不改): left-the-list (case=x)"
    assert english(Reason("nobody-knows", {"a": 1})) == "nobody-knows (a=1)"
    assert told_of({"why": "as it was said"}) == "as it was said"
    assert told_of({"code": "not-recorded", "values": {}}) == SENTENCES["not-recorded"]


def test_what_was_recorded_as_words_is_quoted() -> None:
    about = "city-2019/2021/cn:420100"
    old = DecisionQuestioned(
        decision=3, ground="refused", about=about, why=("its own words",), rules=("L-1",)
    )
    new = DecisionQuestioned(
        decision=3,
        ground="refused",
        about=about,
        found=(Found(code="not-recorded", values={}, rule="L-1", article="不改"),),
    )
    assert reasons_of(old) == ("its own words",)
    assert reasons_of(new) == (f"L-1 (不改): {SENTENCES['not-recorded']}",)
