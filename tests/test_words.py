"""What people are told is in the catalogues, in each language, with the same places."""

from __future__ import annotations

import re

import pytest

from domain.commands.fields import FIELD_OF
from domain.messages import places
from domain.reasons import Reason
from projections.words.language import LANGUAGES, accepted, catalogue, of_the_system, say, translated
from projections.words.steps import STEP_OF, next_step
from scripts.documents.catalogues import texts_told, update

SPOKEN = sorted(texts_told())


@pytest.mark.parametrize("text", SPOKEN)
def test_every_text_is_told_in_chinese_with_its_values(text: str) -> None:
    chinese = translated(text, of="zh")
    assert chinese, "write it in projections/words/catalogues/zh.po"
    assert places(chinese) == places(text)


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
    assert set(STEP_OF.values()) | {"exception", "is-it-this"} == steps
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
