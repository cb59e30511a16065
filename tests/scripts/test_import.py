"""Lists enter whole or not at all; a second time, nothing changes."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from pathlib import Path

import openpyxl
import pytest

from domain.events import Correction, CorrectionApproved
from domain.history import correction_tags
from domain.kernel import Event
from eventlog.ledger import NotOpened
from eventlog.log import Log
from projections.words.language import say
from scripts.import_lists import import_files
from scripts.list_files import DESIGNATIONS, FIGURES, NOTICES, SHEETS, ListFile
from scripts.list_sheet import HEADINGS, BadSheet
from tests.support.city_round import awarded, opened
from tests.support.facts import TESTER
from tests.support.given import given
from tests.support.lists import WUHAN, written
from tests.support.played_rounds import as_appended

REAL = sorted(
    Path(str(file)) for file in resources.files("scripts.lists").iterdir() if file.name.endswith("csv")
)


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
    with pytest.raises(BadSheet, match=r"line 2: .*event 2 with other 'category', 'date'.*correction"):
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
        (
            DESIGNATIONS,
            {"programme": "city-2020"},
            "programme",
            "there are: National information consumption pilots (pilot-2013)",
        ),
        (DESIGNATIONS, {"subject": "长沙", "province": ""}, "subject", "may be any of: 湖南省长沙市"),
        (DESIGNATIONS, {"round": "第一批"}, "round", "“第一批” is no code of a round"),
        (DESIGNATIONS, {"province": "武汉市"}, "province", "“武汉市” is no province"),
        (DESIGNATIONS, {"readings": "Q-99"}, "readings", "“Q-99” is none of: Q-1"),
        (DESIGNATIONS, {"readings": "Q-5;x"}, "readings", "“x” is none of"),
        (DESIGNATIONS, {"subject": "鼓楼区", "province": ""}, "subject", "may be any of"),
        (DESIGNATIONS, {"subject": "莱芜市", "province": ""}, "subject", "until 2018"),
        (DESIGNATIONS, {"province": "四川省"}, "province", "武汉市 lies in 湖北省, not in “四川省”"),
        (DESIGNATIONS, {"province": "楚国"}, "province", "楚国"),
        (DESIGNATIONS, {"category": "综合"}, "category", "comprehensive, special"),
        (DESIGNATIONS, {"fields": "life;death"}, "fields", "“death” is none of"),
        (DESIGNATIONS, {"announced": "25.1.2022"}, "announced", "write 2013-12-31"),
        (DESIGNATIONS, {"announced": "2022"}, "announced_words", "quote what the source says"),
        (DESIGNATIONS, {"held_from": "2015-01-01", "held_until": "2014-01-01"}, "held_until", "lies before"),
        (DESIGNATIONS, {"source": ""}, "source", "required"),
        (DESIGNATIONS, {"round": ""}, "round", "required"),
        (FIGURES, {"value": "-3"}, "value", "whole number"),
        (FIGURES, {"value": "1,234"}, "value", "whole number"),
        (FIGURES, {"province": "武昌区"}, "province", "“武昌区” is no province"),
        (FIGURES, {"measure": "guessed"}, "measure", "planned, applied"),
        (NOTICES, {"act": "rumour"}, "act", "measure-issued"),
        (NOTICES, {"confidence": "sure"}, "confidence", "medium-high"),
        (NOTICES, {"published": "soon"}, "published", "“soon”"),
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
    problem = next(p for p in raised.value.problems if "stands on line" not in str(p.told))
    assert (problem.line, problem.column) == (3, where)
    assert reason in say(problem.told, of="en")


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
        (b"programme\xff\n", "line 1: is neither UTF-8, UTF-16 nor GB18030"),
        (b"programme,round,round,subject,source\n", "more than once: round"),
        (",".join(NOTICES.columns).encode() + b"\n" + b"x," * 40 + b"\n", "which has no heading"),
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


def test_the_documentation_names_every_heading() -> None:
    text = (Path(__file__).parents[2] / "docs" / "import.md").read_text().split("## Chinese headings")[1]
    rows = re.findall(r"\| `(\w+)` \| (.*) \|", text)
    assert {heading: column for column, also in rows for heading in also.split()} == HEADINGS


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
        ({"subject": "project:none-2019-list/3"}, "give the name behind the id"),
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


async def test_every_bad_cell_of_a_line_is_reported(log: Log, tmp_path: Path) -> None:
    wrong = {
        "programme": "city-2019",
        "subject": "甲",
        "category": "x",
        "announced": "25.1.2022",
        "readings": "Q-0",
    }
    with pytest.raises(BadSheet) as raised:
        await import_files(log, [written(tmp_path, DESIGNATIONS, WUHAN | wrong)], TESTER, "c")
    assert {(p.line, p.column) for p in raised.value.problems} == {
        (2, "subject"),
        (2, "category"),
        (2, "announced"),
        (2, "readings"),
    }


@pytest.mark.parametrize(
    ("given", "id_"),
    [
        ("武汉市", "cn:420100"),
        ("湖北省武汉市", "cn:420100"),
        ("湖北武汉市", "cn:420100"),
        ("武\u200b汉市", "cn:420100"),
        (" 武汉 市 ", "cn:420100"),
        ("广西南宁市", "cn:450100"),
        ("新疆石河子市", "cn:659001"),
        ("内蒙古呼和浩特市", "cn:150100"),
        ("⻓沙市", "cn:430100"),
        ("⻘岛市", "cn:370200"),
        ("⾦华市", "cn:330700"),
        ("深圳", "cn:440300"),
        ("上海杨浦区", "cn:310110"),
    ],
)
async def test_a_name_is_found_however_it_is_written_and_kept_as_it_is(
    log: Log, tmp_path: Path, given: str, id_: str
) -> None:
    path = written(tmp_path, DESIGNATIONS, WUHAN | {"subject": given, "province": ""})
    await import_files(log, [path], TESTER, "c")
    (event,) = await log.read(after=1)
    assert (event.data["subject"], event.data["subject_name"]) == (id_, given.strip())


@pytest.mark.parametrize("given", ["５４０２００", "cn:540200", "540200", "cn:542300"])
async def test_who_is_given_by_a_code_has_the_name_of_the_day(log: Log, tmp_path: Path, given: str) -> None:
    path = written(tmp_path, DESIGNATIONS, WUHAN | {"subject": given, "province": ""})
    await import_files(log, [path], TESTER, "c")
    (event,) = await log.read(after=1)
    assert (event.data["subject"], event.data["subject_name"]) == ("cn:542300", "日喀则市")


async def test_a_city_of_the_xpcc_may_stand_under_it(log: Log, tmp_path: Path) -> None:
    path = written(tmp_path, DESIGNATIONS, WUHAN | {"subject": "石河子市", "province": "兵团"})
    await import_files(log, [path], TESTER, "c")
    (event,) = await log.read(after=1)
    assert (event.data["subject"], event.data["province"]) == ("cn:659001", "cn:650000")


async def test_all_that_is_wrong_is_said_once_whatever_the_programme(log: Log, tmp_path: Path) -> None:
    row = WUHAN | {"programme": "city-2099", "subject": "亚特兰蒂斯", "announced": "2022-13-45"}
    with pytest.raises(BadSheet) as error:
        await import_files(log, [written(tmp_path, DESIGNATIONS, row)], TESTER, "c")
    assert sorted(problem.column for problem in error.value.problems) == ["announced", "programme", "subject"]


@pytest.mark.parametrize("dry_run", [True, False])
async def test_no_list_enters_a_ledger_that_is_not_opened(
    empty_log: Log, tmp_path: Path, dry_run: bool
) -> None:
    path = written(tmp_path, DESIGNATIONS, WUHAN)
    with pytest.raises(NotOpened, match="run: designations open NAME"):
        await import_files(empty_log, [path], TESTER, "c", dry_run=dry_run)
    assert (await empty_log.head()).position == 0


async def test_digits_of_full_width_and_lines_of_blanks(log: Log, tmp_path: Path) -> None:
    row = WUHAN | {"announced": "２０２２年１月２５日"}
    path = written(tmp_path, DESIGNATIONS, row, dict.fromkeys(WUHAN, " \u3000"))
    assert (await import_files(log, [path], TESTER, "c")).lines == 1
    (event,) = await log.read(after=1)
    assert event.effective == "2022-01-25"


async def test_a_title_that_the_ledger_awarded_is_not_imported(log: Log, tmp_path: Path) -> None:
    g = given(*opened(), *awarded("武汉市"))
    await log.append([as_appended(event) for event in g.ledger.events])
    awarded_at = next(e.position for e in await log.read() if e.topic == "designation.awarded")
    with pytest.raises(BadSheet, match=f"line 2: .* was awarded by the ledger itself, by event {awarded_at}"):
        await import_files(log, [written(tmp_path, DESIGNATIONS, WUHAN)], TESTER, "c")


async def test_what_was_annulled_is_not_there_and_the_right_line_enters(log: Log, tmp_path: Path) -> None:
    wrong = written(tmp_path, DESIGNATIONS, WUHAN | {"category": "special", "fields": "life"})
    await import_files(log, [wrong], TESTER, "c")
    right = written(tmp_path, DESIGNATIONS, WUHAN)
    with pytest.raises(BadSheet, match="with other 'category'"):
        await import_files(log, [right], TESTER, "c")
    (there,) = await log.read(after=1)
    correction = Correction("annul", there.position)
    approved = CorrectionApproved(proposal=1, correction=correction)
    tags = correction_tags(correction, [there])
    await log.append([Event(approved.topic, tags, approved.as_data(), TESTER, effective="2022-03-01")])
    assert (await import_files(log, [right], TESTER, "d")).new == 1
    assert (await import_files(log, [right], TESTER, "e")).new == 0
    again = written(tmp_path, DESIGNATIONS, WUHAN | {"category": "special", "fields": "life"})
    with pytest.raises(BadSheet, match="with other 'category'"):
        await import_files(log, [again], TESTER, "f")


CHINESE = {
    "来源": "工业和信息化部公告",
    "公布日期": "2022年1月25日",
    "类别": "特色型",
    "领域": "生活类；行业类",
    "城市": "武汉市",
    "": "",
    "省份": "湖北",
    "年度": "2021",
    "项目": "city-2019",
}


@pytest.mark.parametrize("form", ["gb18030", "utf-16", "xlsx"])
async def test_chinese_headings_in_any_order_of_a_few_columns(log: Log, tmp_path: Path, form: str) -> None:
    path = tmp_path / "名单"
    rows = [[f"{heading} " for heading in CHINESE], list(CHINESE.values())]
    if form == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.active["B2"] = date(2022, 1, 25)
        book.save(path)
    else:
        path.write_bytes("".join(";".join(row) + "\r\n" for row in rows).encode(form))
    done = await import_files(log, [path], TESTER, "c")
    (event,) = await log.read(after=1)
    assert event.effective == "2022-01-25"
    assert (event.data["category"], event.data["fields"]) == ("special", ["industry", "life"])
    assert event.data["designation"] == "city-2019/2021/cn:420100"
    assert (
        str(done.told[path])
        == {
            "xlsx": "a workbook's sheet “Sheet”",
            "gb18030": "GB18030, with semicolons",
            "utf-16": "UTF-16, with semicolons",
        }[form]
    )
