"""Every fact has its sentence, Chinese and English, and a date's doubt is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.events import decode
from domain.kernel import Recorded
from projections.words.names import SHIPPED
from projections.words.sentences import tell
from projections.words.terms import when

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*.json"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_every_fact_has_its_sentence(sample: Path) -> None:
    event = Recorded.from_bytes(sample.read_bytes())
    told = tell(decode(event.topic, event.data), event.effective, event.basis, SHIPPED)
    assert told.chinese.endswith("。")
    assert told.english.endswith(".")
    if event.basis and event.basis.number:
        assert event.basis.number in told.chinese
        assert event.basis.number in told.english


@pytest.mark.parametrize(
    ("edtf", "chinese", "english"),
    [
        ("2022-01-25", "2022-01-25", "on 2022-01-25"),
        ("2020-12", "2020-12", "in 2020-12"),
        ("../2020-04-07", "不晚于2020-04-07", "on or before 2020-04-07"),
        ("[2015,2016]", "2015或2016（存疑）", "in 2015 or 2016 (disputed)"),
        (None, "日期未知", "on an unknown date"),
    ],
)
def test_a_date_says_how_far_it_is_known(edtf: str | None, chinese: str, english: str) -> None:
    assert when(edtf).as_json() == {"zh": chinese, "en": english}
