"""Cells as people write them: codes, programmes by name, days, categories."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventlog.log import Log
from scripts.import_lists import import_files
from scripts.list_files import DESIGNATIONS
from scripts.list_sheet import BadSheet
from tests.support.facts import TESTER
from tests.support.lists import WUHAN, written


@pytest.mark.parametrize(
    ("cells", "subject", "name"),
    [
        ({"subject": "110228", "announced": "2015-01-10"}, "cn:110228", "密云县"),
        ({"subject": "110118", "announced": "2015-12-10"}, "cn:110228", "密云区"),
        ({"subject": "cn:371200", "announced": "2020-01-02"}, "cn:371200", "莱芜市"),
    ],
)
async def test_what_a_code_names_is_called_as_it_was_when_it_had_the_code(
    log: Log, tmp_path: Path, cells: dict[str, str], subject: str, name: str
) -> None:
    """And one that has ended is meant where its id says so: the advice of a refusal is taken."""
    line = WUHAN | {"province": "", "announced_words": ""} | cells
    await import_files(log, [written(tmp_path, DESIGNATIONS, line)], TESTER, "c")
    (title,) = await log.read(after=1)
    assert (title.data["subject"], title.data["subject_name"]) == (subject, name)
    if subject == "cn:371200":
        with pytest.raises(BadSheet, match=subject):
            await import_files(
                log, [written(tmp_path, DESIGNATIONS, line | {"subject": "莱芜市"})], TESTER, "d"
            )


async def test_cells_as_people_write_them(log: Log, tmp_path: Path) -> None:
    """A programme's name, a round in full width, a day with single digits, a code in small letters."""
    line = WUHAN | {"programme": "信息消费示范城市", "round": "２０２１", "announced": "2022-1-25"}
    await import_files(log, [written(tmp_path, DESIGNATIONS, line)], TESTER, "c")
    (title,) = await log.read(after=1)
    assert (title.data["programme"], title.data["round"], title.effective) == (
        "city-2019",
        "2021",
        "2022-01-25",
    )


async def test_one_line_is_of_one_category(log: Log, tmp_path: Path) -> None:
    line = WUHAN | {"category": "综合型;特色型"}
    with pytest.raises(BadSheet, match="names 2 categories; a line is of one"):
        await import_files(log, [written(tmp_path, DESIGNATIONS, line)], TESTER, "c")
