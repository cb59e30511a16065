"""Lists enter whole or not at all; a second time, nothing changes."""

from __future__ import annotations

import csv
import io
from importlib import resources
from pathlib import Path

import pytest

from eventlog.log import Log
from scripts.import_lists import import_files
from scripts.list_files import DESIGNATIONS, FIGURES, NOTICES, SHEETS, BadSheet, ListFile
from tests.support.facts import TESTER

REAL = sorted(
    Path(str(file)) for file in resources.files("scripts.lists").iterdir() if file.name.endswith("csv")
)
WUHAN = {
    "programme": "city-2019",
    "round": "2021",
    "subject": "武汉市",
    "province": "湖北省",
    "category": "comprehensive",
    "announced": "2022-01-25",
    "source": "来源",
}


def written(folder: Path, sheet: ListFile, *rows: dict[str, str]) -> Path:
    """A CSV file of these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, sheet.columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / f"{sheet.name}.csv"
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    return path


async def test_the_real_lists_enter_and_a_second_time_nothing_changes(log: Log) -> None:
    first = await import_files(log, REAL, TESTER, "c-1")
    assert first.appended is not None
    assert first.new == first.lines == first.appended.last - 1
    second = await import_files(log, REAL, TESTER, "c-2")
    assert (second.lines, second.new, second.appended) == (first.lines, 0, None)
    assert (await log.head()).position == first.appended.last


async def test_all_lines_share_a_command_and_a_time(log: Log) -> None:
    await import_files(log, REAL, TESTER, "c-1")
    events = await log.read(after=1)
    assert {event.command for event in events} == {"c-1"}
    assert len({event.recorded_at for event in events}) == 1


async def test_a_dry_run_counts_and_records_nothing(log: Log, tmp_path: Path) -> None:
    path = written(tmp_path, DESIGNATIONS, WUHAN)
    done = await import_files(log, [path], TESTER, "c", dry_run=True)
    assert (done.new, done.appended) == (1, None)
    assert (await log.head()).position == 1


async def test_a_row_more_is_one_event_more(log: Log, tmp_path: Path) -> None:
    await import_files(log, [written(tmp_path, DESIGNATIONS, WUHAN)], TESTER, "c")
    shenzhen = WUHAN | {"subject": "深圳市", "province": "广东省"}
    done = await import_files(log, [written(tmp_path, DESIGNATIONS, WUHAN, shenzhen)], TESTER, "d")
    assert (done.lines, done.new) == (2, 1)


async def test_what_stands_otherwise_is_not_edited(log: Log, tmp_path: Path) -> None:
    await import_files(log, [written(tmp_path, DESIGNATIONS, WUHAN)], TESTER, "c")
    other = WUHAN | {"category": "special", "announced": "2022-01-26"}
    with pytest.raises(BadSheet, match=r"line 2: .*event 2 with other category, date.*correction"):
        await import_files(log, [written(tmp_path, DESIGNATIONS, other)], TESTER, "d")
    assert (await log.head()).position == 2


async def test_one_bad_line_keeps_all_out(log: Log, tmp_path: Path) -> None:
    path = written(tmp_path, DESIGNATIONS, WUHAN, WUHAN | {"subject": "亚特兰蒂斯"})
    with pytest.raises(BadSheet):
        await import_files(log, [path], TESTER, "c")
    assert (await log.head()).position == 1


@pytest.mark.parametrize(
    ("sheet", "row", "where", "reason"),
    [
        (DESIGNATIONS, {"programme": "city-2020"}, "programme", "there are: pilot-2013"),
        (DESIGNATIONS, {"subject": "深圳"}, "subject", "candidates: 深圳市"),
        (DESIGNATIONS, {"subject": "鼓楼区", "province": ""}, "subject", "may be any of"),
        (DESIGNATIONS, {"subject": "莱芜市", "province": ""}, "subject", "until 2018"),
        (DESIGNATIONS, {"province": "四川省"}, "subject", "no division or unit"),
        (DESIGNATIONS, {"province": "楚国"}, "province", "楚国"),
        (DESIGNATIONS, {"category": "综合型"}, "category", "comprehensive, special"),
        (DESIGNATIONS, {"fields": "life;death"}, "fields", "'death' is none of"),
        (DESIGNATIONS, {"announced": "25.1.2022"}, "announced", "write 2013-12-31"),
        (DESIGNATIONS, {"announced": "2022"}, "announced_words", "quote what the source says"),
        (DESIGNATIONS, {"held_from": "2015-01-01", "held_until": "2014-01-01"}, "held_until", "lies before"),
        (DESIGNATIONS, {"source": ""}, "source", "required"),
        (DESIGNATIONS, {"round": ""}, "round", "required"),
        (FIGURES, {"value": "-3"}, "value", "whole number"),
        (FIGURES, {"value": "１２"}, "value", "whole number"),
        (FIGURES, {"measure": "guessed"}, "measure", "planned, applied"),
        (NOTICES, {"act": "rumour"}, "act", "measure-issued"),
        (NOTICES, {"confidence": "sure"}, "confidence", "medium-high"),
        (NOTICES, {"published": "soon"}, "published", "'soon'"),
    ],
)
async def test_a_bad_cell_is_reported_with_line_column_and_reason(
    log: Log, tmp_path: Path, sheet: ListFile, row: dict[str, str], where: str, reason: str
) -> None:
    good = {
        DESIGNATIONS: WUHAN,
        FIGURES: {"programme": "city-2019", "measure": "selected", "value": "3", "source": "s"},
        NOTICES: {
            "programme": "city-2019",
            "act": "call",
            "act_words": "通知",
            "confidence": "high",
            "source": "s",
        },
    }[sheet]
    path = written(tmp_path, sheet, good, good | row)
    with pytest.raises(BadSheet) as raised:
        await import_files(log, [path], TESTER, "c")
    problem = next(p for p in raised.value.problems if "stands on line" not in p.reason)
    assert (problem.line, problem.column) == (3, where)
    assert reason in problem.reason


async def test_every_bad_line_is_reported_at_once(log: Log, tmp_path: Path) -> None:
    rows = [WUHAN | {"subject": name} for name in ("武汉市", "甲", "乙", "丙")]
    with pytest.raises(BadSheet) as raised:
        await import_files(log, [written(tmp_path, DESIGNATIONS, *rows)], TESTER, "c")
    assert [problem.line for problem in raised.value.problems] == [3, 4, 5]


async def test_a_title_stands_once_in_a_file(log: Log, tmp_path: Path) -> None:
    path = written(tmp_path, DESIGNATIONS, WUHAN, WUHAN)
    with pytest.raises(BadSheet, match=r"line 3: .* stands on line 2 too"):
        await import_files(log, [path], TESTER, "c")


async def test_a_fact_stands_once_in_all_the_files_together(log: Log, tmp_path: Path) -> None:
    for sheet, row in (
        (DESIGNATIONS, WUHAN),
        (FIGURES, {"programme": "city-2019", "measure": "selected", "value": "3", "source": "s"}),
    ):
        first = written(tmp_path, sheet, row)
        copy = tmp_path / "copy.csv"
        copy.write_bytes(first.read_bytes())
        with pytest.raises(BadSheet, match=r"copy.csv has 1.*\n  line 2: .* stands on line 2 of "):
            await import_files(log, [first, copy], TESTER, "c")
    assert (await log.head()).position == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a,b\n1,2\n", r"not the header of a known sheet.*missing.*unknown: a, b"),
        (b"", "not the header"),
        (b"programme\xff\n", "line 1: is not UTF-8"),
        (",".join(NOTICES.columns).encode() + b"\nonly,three,cells\n", "has 3 cells"),
        (",".join(NOTICES.columns).encode() + b'\n"open', "is not CSV"),
    ],
)
async def test_what_is_no_sheet_is_said_to_be_none(
    log: Log, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(BadSheet, match=reason):
        await import_files(log, [path], TESTER, "c")


def test_the_documentation_describes_every_column() -> None:
    text = (Path(__file__).parents[2] / "docs" / "import.md").read_text()
    for sheet in SHEETS:
        part = text.split(f"## `{sheet.name}`")[1].split("\n## ")[0]
        shared = text.split("## Every sheet")[1].split("\n## ")[0]
        for column in sheet.columns:
            assert f"| `{column}`" in part + shared, f"{sheet.name}: {column}"


PROJECT = {
    **WUHAN,
    "programme": "project-2019",
    "round": "2019",
    "subject": "project:none-2019-list/3 某新型信息消费项目",
    "category": "",
}


async def test_a_project_without_a_code_enters_by_its_place_on_the_list(log: Log, tmp_path: Path) -> None:
    assert (await import_files(log, [written(tmp_path, DESIGNATIONS, PROJECT)], TESTER, "c")).new == 1
    title = (await log.read(after=1))[0]
    assert title.data["designation"] == "project-2019/2019/project:none-2019-list/3"
    assert (title.data["subject_name"], title.data["province"]) == ("某新型信息消费项目", "cn:420000")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"subject": "project:none-2019-list/3"}, "give the project's name"),
        ({"subject": "project:none-x 某项目"}, "is no project"),
        ({"province": ""}, "does not say where it lies"),
        ({"round": "第二批"}, "round"),
    ],
)
async def test_what_names_no_id_is_said(log: Log, tmp_path: Path, cells: dict[str, str], said: str) -> None:
    with pytest.raises(BadSheet, match=said):
        await import_files(log, [written(tmp_path, DESIGNATIONS, {**PROJECT, **cells})], TESTER, "c")


async def test_a_number_that_is_spelled_otherwise_is_the_same_document(log: Log, tmp_path: Path) -> None:
    """Nothing enters twice, and what was recorded before under another spelling is known again."""
    first = {**WUHAN, "document": "工业和信息化部公告〔2022〕2号"}
    await import_files(log, [written(tmp_path, DESIGNATIONS, first)], TESTER, "c")
    again = written(tmp_path, DESIGNATIONS, {**first, "document": " 工业和信息化部公告[2022]２号 "})
    assert (await import_files(log, [again], TESTER, "d")).new == 0
