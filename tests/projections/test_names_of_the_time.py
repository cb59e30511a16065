"""A sentence and an answer bear the names of their day, with today's beside them where they are others."""

from __future__ import annotations

from datetime import date

import pytest

from domain.events import HistoricalDesignationRecorded, Source, SubjectChanged
from domain.kernel import Document
from eventlog.log import Log
from projections.following.projector import catch_up
from projections.roster.answer import titles_of
from projections.roster.question import RosterQuestion
from projections.roster.rows import Roster
from projections.words.names import SHIPPED, RecordedChange, Register
from projections.words.sentences import tell
from tests.support.facts import event
from tests.support.live_rows import answered, standing

XIANGYANG = "cn:420600"
RENAMED = SubjectChanged(kind="rename", subject=XIANGYANG, name="新襄阳市")
REGISTER = Register((RecordedChange(5, date(2030, 1, 1), RENAMED),))


def listed(subject: str, name: str, province: str) -> HistoricalDesignationRecorded:
    return HistoricalDesignationRecorded(
        designation=f"pilot-2013/2013/{subject}",
        programme="pilot-2013",
        round="2013",
        subject=subject,
        subject_name=name,
        province=province,
        source=Source("名单"),
    )


@pytest.mark.parametrize(
    ("subject", "day", "then", "today"),
    [
        ("cn:110228", "2013-12-31", "密云县", "密云区"),
        ("cn:542300", "2013-12-31", "日喀则地区", "日喀则市"),
        ("cn:630200", "../2012-06-01", "海东地区", "海东市"),
        ("cn:110228", "2015-01-10", "密云县", "密云区"),  # in the year of the change, as its source has it
        ("cn:330603", "2013-12-31", "绍兴县", "柯桥区"),
        ("cn:110228", "2020-01-01", "密云区", None),
        ("cn:420100", "2013-12-31", "武汉市", None),
    ],
)
def test_a_sentence_uses_the_name_of_its_day(subject: str, day: str, then: str, today: str | None) -> None:
    said = tell(listed(subject, then, subject[:5] + "0000"), day, None, SHIPPED)
    assert then in said.chinese
    assert then in said.english
    if today is None:
        assert "今称" not in said.chinese
        assert "today" not in said.english
    else:
        assert said.chinese.endswith(f"{then}今称{today}。")
        assert said.english.endswith(f"{then} is called {today} today.")


def test_a_recorded_rename_says_from_what_to_what() -> None:
    said = tell(RENAMED, "2030-01-01", Document(number="民函〔2030〕1号"), REGISTER)
    assert said.chinese.startswith("襄阳市更名为新襄阳市")
    assert said.english.startswith("襄阳市 was renamed 新襄阳市")
    assert "今称" not in said.chinese
    before = tell(listed(XIANGYANG, "襄阳市", "cn:420000"), "2029-12-31", None, REGISTER)
    assert before.chinese.endswith("襄阳市今称新襄阳市。")
    after = tell(listed(XIANGYANG, "新襄阳市", "cn:420000"), "2030-01-02", None, REGISTER)
    assert "今称" not in after.chinese


async def test_a_roster_of_then_names_whom_it_lists_as_then(log: Log) -> None:
    await log.append([event(listed("cn:110228", "密云县", "cn:110000"), effective="2013-12-31")])
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    question = RosterQuestion(programme="pilot-2013")
    for day, named in (
        (date(2014, 6, 1), {"id": "cn:110228", "name": "密云县", "today": "密云区"}),
        (date(2024, 6, 1), {"id": "cn:110228", "name": "密云区"}),
    ):
        at = await standing(log, Roster(), day)
        (title,) = [answered(title) async for _, title in titles_of(at, question)]
        assert title["subject"] == named
