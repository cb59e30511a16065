"""Reasons are codes and values; each code has its sentence, and each sentence finds its values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import orjson
import pytest

from domain.canonical import encode
from domain.cases import Case
from domain.events import DecisionQuestioned, Found, NotThatFact, decode
from domain.kernel import Document
from domain.messages import places
from domain.reasons import Reason, because
from projections.words.language import LANGUAGES, Language, catalogue, say, translated
from projections.words.reasons import reasons_of, told_of

DOMAIN = Path(__file__).parents[2] / "domain"
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FOUND_ELSEWHERE = {
    "of-west-and-northeast-on-a-list",
    "of-west-and-northeast-nobody-is-left",
    "not-recorded",
    "recorded-otherwise",
    "ranks-behind",
    "is-to-be-sealed",
    "committee-review",
    "leading-group-decision",
    "ministry-approval",
    "general-office-approval",
    "dataclass-type",
    "tuple-type",
    "could-not-be-judged",
    "was-not-stored",
    "its-outcome-cannot-be-read",
}  # stored as they are found, or given with whatever values there are


# Codes that are given no more; what holds one is told as before.
OF_BEFORE = {"calendar-of-a-year-is-not-known", "state-the-last-day-instead"}
# Errors of types (pydantic's, with - for _) that JSON sent by people gives rise to.
OF_TYPES = set(
    """bool-parsing bool-type date-from-datetime-parsing date-parsing datetime-from-date-parsing
    datetime-parsing dict-type enum extra-forbidden greater-than greater-than-equal int-from-float
    int-parsing int-parsing-size int-type json-invalid less-than less-than-equal list-type
    literal-error mapping-type missing missing-argument none-required recursion-loop
    string-pattern-mismatch string-too-long string-too-short string-type string-unicode too-long
    too-short unexpected-keyword-argument""".split()
)


def given(calls: set[str]) -> Iterator[tuple[str, int, str, set[str]]]:
    """Every reason that the domain gives by these calls: where, its code, the names of its values."""
    for file in sorted(DOMAIN.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in calls:
                code = node.args[0] if node.args else None
                if isinstance(code, ast.Constant) and code.value:
                    named = [keyword.arg for keyword in node.keywords]
                    if None in named:
                        continue  # values that several sentences share
                    names = {str(name).rstrip("_") for name in named}
                    yield file.name, node.lineno, str(code.value), names


STATED = list(given({"because", "Malformed", "NotADate", "NotCanonical", "NotACase", "TooLarge"}))
CODES = {code for *_, code, _ in STATED} | FOUND_ELSEWHERE | OF_BEFORE | OF_TYPES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_sentence_and_every_sentence_its_code(language: Language) -> None:
    told = {str(one.id) for one in catalogue(language) if one.context == "reason" and one.string}
    assert told == CODES
    assert all(CODE.fullmatch(code) for code in told)


@pytest.mark.parametrize(("file", "line", "code", "names"), STATED)
def test_a_sentence_finds_its_values(file: str, line: int, code: str, names: set[str]) -> None:
    """Of which case something is said may stand before the sentence."""
    for language in LANGUAGES:
        assert names - {"case"} <= places(translated(code, "reason", language) or "") <= names, language


def values_of(call: ast.Call) -> Iterator[ast.expr]:
    for keyword in call.keywords:
        yield from (node for node in ast.walk(keyword.value) if isinstance(node, ast.expr))


def test_no_value_of_a_reason_is_a_word_of_ours() -> None:
    said = [
        f"{file.name}:{call.lineno}: {ast.unparse(value)}"
        for file in sorted(DOMAIN.rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "because"
        for value in values_of(call)
        if isinstance(value, ast.JoinedStr)
        or (isinstance(value, ast.Constant) and isinstance(value.value, str) and " " in value.value)
        or (isinstance(value, ast.Call) and ast.unparse(value.func) in {"repr", "str"})
    ]
    assert not said


@pytest.mark.parametrize(
    "value", [ValueError("x"), {"a": ("b",)}, b"x", [{"a": 1}, b"x"], Document(number="x"), object()]
)
def test_words_of_a_program_and_tables_are_no_values(value: object) -> None:
    with pytest.raises(TypeError, match="a reason holds"):
        because("x", those=value)


@pytest.mark.parametrize(
    ("quoted", "stored"), [("a\x00b", "a\ufffdb"), ("e\u0301", "\xe9"), ("\ud800", "?"), (2**60, str(2**60))]
)
def test_what_is_quoted_can_be_stored_whatever_it_is(quoted: object, stored: str) -> None:
    assert because("x", of=quoted).values == {"of": stored}
    assert encode(because("x", of=quoted).as_json())


SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.json"))
OTHERWISE: list[object] = [None, 2**50, -1, "", "x" * 5_000, "\x07", [], {}, [[]], {"sealed": 5}, True]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_what_a_type_refuses_is_a_code_that_has_words(sample: Path) -> None:
    event = orjson.loads(sample.read_bytes())
    for key in [*event["data"], "unknown"]:
        for value in OTHERWISE:
            if (error := refused(event["topic"], {**event["data"], key: value})) is None:
                continue
            assert CODE.fullmatch(error.reason.code)
            assert encode(error.reason.as_json())
            assert not any(" " in word for word in texts_in(error.reason.values) if word != value)
            assert error.reason.code in CODES


def refused(topic: str, data: dict[str, object]) -> NotThatFact | None:
    try:
        decode(topic, data)  # type: ignore[arg-type]
    except NotThatFact as error:
        return error
    return None


def texts_in(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for item in value.values() for text in texts_in(item))
        case list():
            yield from (text for item in value for text in texts_in(item))


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
    reason = because("did-not-pass-its", case="city-2019/2021/cn:420100", step="expert-review")
    assert say(reason, of="en") == "武汉市 (city-2019/2021/cn:420100): did not pass the expert review"
    assert say(reason, of="zh") == "武汉市（city-2019/2021/cn:420100）：专家评审未通过"
    of_data = because("recorded-otherwise", field="caps", was=None, now=[{"pool": "p", "places": 3}])
    assert say(of_data, of="en") == '“caps”: [{"places":3,"pool":"p"}], not nothing'
    inner = because("left-the-list", case="x")
    whole = because("would-break", rule="L-1", article="不改", reason=inner)
    assert say(whole, of="en") == "L-1 (不改): left-the-list (case=x)"
    assert say(Reason("nobody-knows", {"a": 1}), of="zh") == "nobody-knows (a=1)"
    assert told_of({"why": "as it was said"}) == "as it was said"
    assert told_of({"code": "not-recorded", "values": {}}, of="zh") == "不会有此记录"


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
    assert reasons_of(new, of="en") == ("L-1 (不改): would not have been recorded",)
    assert reasons_of(new, of="zh") == ("L-1 (不改): 不会有此记录",)
