"""What people are told is in the catalogues, in each language, with the same places."""

from __future__ import annotations

import inspect
import re

import pytest
import typer

from api.app import application
from api.kinds import KINDS
from domain.commands.fields import FIELD_OF
from domain.messages import places
from domain.reasons import Reason
from eventlog.database import Database
from projections.words.language import LANGUAGES, accepted, catalogue, of_the_system, say, translated
from projections.words.steps import STEP_OF, next_step
from scripts.cli import app
from scripts.documents.catalogues import texts_told, update
from scripts.speaking import helps
from tests.support.spelling import english_in

SPOKEN = sorted(texts_told())


def test_every_text_is_told_in_chinese_with_its_values() -> None:
    untold = [text for text in SPOKEN if places(translated(text, of="zh") or "") != places(text)]
    untold += [text for text in SPOKEN if not translated(text, of="zh")]
    assert not untold, "write them in projections/words/catalogues/zh.po"


def test_the_catalogues_hold_what_is_told_and_nothing_else() -> None:
    for file, content in update():
        assert file.read_bytes() == content, "write it anew: make docs"


def test_both_catalogues_have_the_same_codes() -> None:
    chinese, english = (
        {(one.context, one.id) for one in catalogue(of) if one.context and one.string} for of in LANGUAGES
    )
    assert chinese == english


def test_every_step_that_a_reason_leads_to_has_its_words() -> None:
    steps = {str(one.id) for one in catalogue("en") if one.context == "next"}
    assert set(STEP_OF.values()) | {"exception", "exception-from", "is-it-this"} == steps
    codes = {str(one.id) for one in catalogue("en") if one.context == "reason"}
    assert STEP_OF.keys() | FIELD_OF.keys() <= codes


def test_a_rule_in_principle_is_lifted_for_the_entry_by_an_exception() -> None:
    reason = Reason("of-places-of-are-used", {"used": 1, "places": 1, "name": "comprehensive"})
    step = next_step(reason, "C19-6", "principle", "city-2019/2021/cn:420100")
    assert step is not None
    assert "/v1/exceptions" in step
    assert "武汉市（city-2019/2021/cn:420100）" in step


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("*", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-Hans-CN, en;q=0.5", "zh"),
        ("fr, en;q=0.2, zh;q=0.1", "en"),
        ("en;q=0, zh", "zh"),
        ("de", "zh"),
        ("en;q=much", "zh"),
    ],
)
def test_a_header_asks_for_a_language(header: str, language: str) -> None:
    assert accepted(header) == language


def test_the_command_line_speaks_the_systems_language() -> None:
    assert of_the_system({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert of_the_system({"LANG": "C.UTF-8"}) == "en"
    assert of_the_system({"LANG": "zh_CN.UTF-8", "LEDGER_LANGUAGE": "en"}) == "en"


def test_no_reason_in_chinese_names_an_id_where_a_name_is_known() -> None:
    reason = Reason(
        "does-not-act-for-what-lies-elsewhere", dict.fromkeys(("unit", "about", "lies"), "cn:420000")
    )
    told = say(reason, of="zh")
    assert told == "湖北省（cn:420000）位于湖北省（cn:420000），湖北省（cn:420000）不能代其办理"
    assert not re.search(r"[A-Za-z]{3,}", told.replace("cn:", ""))


def test_every_address_that_is_named_is_one() -> None:
    """A step that sends somebody somewhere sends them to what is there."""
    paths = {path.split("{")[0].rstrip("/") for path in application(Database("", "")).openapi()["paths"]}
    for of in LANGUAGES:
        for one in catalogue(of):
            for named in re.findall(r"/v1/[a-z-]+", str(one.string)):
                assert named in paths, one.id


@pytest.mark.parametrize("kind", KINDS)
def test_a_type_of_problem_is_told_in_chinese(kind: str) -> None:
    of = KINDS[kind]
    assert all(is_chinese(say(told, of="zh")) for told in (of.title, of.means, of.do))


def test_every_command_helps_in_chinese() -> None:
    told = {text for text in helps(typer.main.get_command(app)) if is_words(text)}
    assert len(told) > 100
    assert all(is_chinese(say(inspect.cleandoc(text), of="zh")) for text in told)


def test_no_english_stands_in_chinese_but_names() -> None:
    found = {str(one.id): english_in(str(one.string)) for one in catalogue("zh") if one.id}
    assert not {code: words for code, words in found.items() if words}


def is_words(text: str) -> bool:
    """Whether a text is more than examples of what may be typed."""
    return re.search(r"[A-Za-z]{2,} [a-z]{2,}", text) is not None


def is_chinese(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]", text) is not None
