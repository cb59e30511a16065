"""Lists of projects, zones and towns, which no register holds; and of those on notice, who hold nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from domain.events import SubjectChanged, Successor
from domain.programmes import PROGRAMMES
from eventlog.log import Log
from projections.following.projector import catch_up
from projections.publicity.answer import publicity
from projections.publicity.rows import PublicityPeriods
from projections.roster.answer import titles_of
from projections.roster.question import RosterQuestion
from projections.roster.rows import Roster
from projections.words.language import say
from scripts.import_lists import import_files
from scripts.list_files import DESIGNATIONS, ON_NOTICE
from scripts.list_sheet import BadSheet
from tests.support.city_round import founded, on_notice, opened
from tests.support.facts import TESTER, event
from tests.support.given import given
from tests.support.lists import WUHAN, written
from tests.support.live_rows import answered, standing
from tests.support.other_rounds import PROJECTS_OPENED, awarded_projects
from tests.support.played_rounds import as_appended

SHARED = {
    "programme": "project-2019",
    "round": "2019",
    "province": "湖北",
    "announced": "2019-09-01",
    "source": "名单",
}
A_PROJECT = {**SHARED, "project": "智慧社区平台", "entity": "某科技有限公司"}


@pytest.mark.parametrize(
    ("cells", "id_"),
    [
        ({"number": "12"}, "project:none-project-2019-2019/12"),
        ({"credit_code": "91420100MA4K00001U"}, "project:91420100MA4K00001U/1"),
        ({"credit_code": "91420100MA4K00001U", "number": "3"}, "project:91420100MA4K00001U/3"),
        (
            {"credit_code": "91420100MA4K00001A"},
            "project:91420100MA4K00001A/1",
        ),  # its check digit is not judged
    ],
)
async def test_a_project_enters_by_its_name_and_entity(
    log: Log, tmp_path: Path, cells: dict[str, str], id_: str
) -> None:
    path = written(tmp_path, DESIGNATIONS, A_PROJECT | cells)
    assert (await import_files(log, [path], TESTER, "c")).new == 1
    assert (await import_files(log, [path], TESTER, "d")).new == 0, "a second time it is there"
    (title,) = await log.read(after=1)
    assert title.data["subject"] == id_
    assert title.data["subject_name"] == "智慧社区平台（某科技有限公司）"
    assert title.data["province"] == "cn:420000"


@pytest.mark.parametrize(
    ("cells", "id_", "name", "province"),
    [
        ({"subject": "武汉市/donghu 东湖高新区"}, "cn:420100/donghu", "东湖高新区", "cn:420000"),
        ({"subject": "cn:420100/donghu 东湖高新区"}, "cn:420100/donghu", "东湖高新区", "cn:420000"),
        ({"subject": "420111001 关山街道"}, "cn:420111001", "关山街道", "cn:420000"),
        ({"subject": "cn:420111001 关山街道", "province": ""}, "cn:420111001", "关山街道", "cn:420000"),
    ],
)
async def test_a_zone_and_a_town_enter_by_where_they_lie(
    log: Log, tmp_path: Path, cells: dict[str, str], id_: str, name: str, province: str
) -> None:
    path = written(tmp_path, DESIGNATIONS, SHARED | {"programme": "pilot-2013", "round": "batch-1"} | cells)
    await import_files(log, [path], TESTER, "c")
    (title,) = await log.read(after=1)
    assert (title.data["subject"], title.data["subject_name"], title.data["province"]) == (
        id_,
        name,
        province,
    )


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({}, "number", "give the project's place on the list"),
        ({"number": "x"}, "number", "“x” is no number"),
        ({"number": "1", "province": ""}, "province", "does not say where it lies"),
        ({"credit_code": "12345"}, "credit_code", "a credit code has 18 characters"),
        ({"project": "", "subject": ""}, "subject", "is empty; it is required"),
        ({"project": "", "subject": "武汉市/donghu"}, "subject", "give the name behind the id"),
        ({"project": "", "subject": "某国市/donghu 高新区"}, "subject", "no project, zone or town"),
        ({"project": "", "subject": "999999001 某镇"}, "subject", "no project, zone or town"),
        ({"number": "1", "subject": "不存在市"}, "subject", "write its full name, or its code"),
        ({"number": "1", "subject": "长沙市"}, "province", "长沙市 lies in 湖南省, not in “湖北”"),
        (
            {"project": "", "entity": "", "subject": "武汉市", "credit_code": "x"},
            "credit_code",
            "is for a project",
        ),
        ({"project": "", "subject": "武汉市", "entity": ""} | {"number": "abc"}, "number", "is no number"),
        ({"number": "1", "category": "project;示范项目;x"}, "category", "“x” is none of"),
    ],
)
async def test_what_is_wrong_with_such_a_line_is_said_in_its_cell(
    log: Log, tmp_path: Path, cells: dict[str, str], column: str, said: str
) -> None:
    with pytest.raises(BadSheet) as error:
        await import_files(log, [written(tmp_path, DESIGNATIONS, A_PROJECT | cells)], TESTER, "c")
    assert [(p.line, p.column) for p in error.value.problems if said in say(p.told, of="en")] == [(2, column)]


async def test_two_projects_of_one_place_on_a_list_are_one_too_many(log: Log, tmp_path: Path) -> None:
    one = A_PROJECT | {"number": "1"}
    with pytest.raises(BadSheet, match="stands on line 2 too"):
        await import_files(
            log, [written(tmp_path, DESIGNATIONS, one, one | {"project": "另一项目"})], TESTER, "c"
        )


async def test_a_list_of_projects_has_no_column_of_subjects(log: Log, tmp_path: Path) -> None:
    """Chinese headings, as such lists have them."""
    path = tmp_path / "list.csv"
    path.write_text(
        "programme,年度,序号,项目名称,申报单位,省份,领域,公布日期,来源\n"
        "project-2019,2019,1,智慧社区平台,某科技有限公司,湖北,3,2019-09-01,名单\n",
        encoding="gb18030",
    )
    assert (await import_files(log, [path], TESTER, "c")).new == 1
    (title,) = await log.read(after=1)
    assert (title.data["subject"], title.data["fields"]) == ("project:none-project-2019-2019/1", ["3"])


async def test_a_place_beside_a_project_says_in_which_province_it_lies(log: Log, tmp_path: Path) -> None:
    cells = {"number": "1", "province": "", "subject": "长沙市"}
    await import_files(log, [written(tmp_path, DESIGNATIONS, A_PROJECT | cells)], TESTER, "c")
    (title,) = await log.read(after=1)
    assert title.data["province"] == "cn:430000"


async def test_a_zone_of_a_name_that_several_bear_is_told_by_its_province(log: Log, tmp_path: Path) -> None:
    line = SHARED | {"programme": "pilot-2013", "round": "batch-1", "subject": "朝阳区/cbd 商务区"}
    await import_files(log, [written(tmp_path, DESIGNATIONS, line | {"province": "北京"})], TESTER, "c")
    (title,) = await log.read(after=1)
    assert title.data["subject"] == "cn:110105/cbd"
    with pytest.raises(BadSheet, match="may be any of"):
        await import_files(log, [written(tmp_path, DESIGNATIONS, line | {"province": ""})], TESTER, "c")


async def test_a_list_of_those_on_notice_counts_by_itself(log: Log, tmp_path: Path) -> None:
    """Number 1 of the notice is another project than number 1 of the list of titles."""
    titles = tmp_path / "titles.csv"
    notices = tmp_path / "notices.csv"
    titles.write_bytes(written(tmp_path, DESIGNATIONS, A_PROJECT | {"number": "1"}).read_bytes())
    days = {"on_notice_from": "2019-08-01", "on_notice_until": "2019-08-08"}
    other = {key: value for key, value in A_PROJECT.items() if key != "announced"} | days
    notices.write_bytes(
        written(tmp_path, ON_NOTICE, other | {"number": "1", "project": "未入选项目"}).read_bytes()
    )
    await import_files(log, [titles, notices], TESTER, "c")
    assert {str(e.data["subject"]) for e in await log.read(after=1)} == {
        "project:none-project-2019-2019/1",
        "project:none-project-2019-2019-notice/1",
    }


async def test_a_project_that_is_on_record_is_not_entered_under_another_number(
    log: Log, tmp_path: Path
) -> None:
    """Of its round, by its name and its entity's; and a list that begins anew at 1 is told what to do."""
    first = written(tmp_path, DESIGNATIONS, A_PROJECT | {"number": "1"})
    await import_files(log, [first], TESTER, "c")
    for again in ({"number": "7"}, {"credit_code": "91420100MA4K00001U"}):
        with pytest.raises(BadSheet, match=r"is on record as event 2, under .*none-project-2019-2019/1"):
            await import_files(log, [written(tmp_path, DESIGNATIONS, A_PROJECT | again)], TESTER, "d")
    other = A_PROJECT | {"number": "1", "project": "另一项目"}
    with pytest.raises(BadSheet, match="give the credit codes, or go on counting"):
        await import_files(log, [written(tmp_path, DESIGNATIONS, other)], TESTER, "d")


async def test_a_project_that_the_ledger_awarded_is_not_entered_again_from_a_list_without_codes(
    log: Log, tmp_path: Path
) -> None:
    for recorded in given(*founded("2019-01-04"), *PROJECTS_OPENED, *awarded_projects(1)).ledger.events[1:]:
        await log.append([as_appended(recorded)])
    line = A_PROJECT | {"number": "5", "project": "项目1", "entity": "企业1"}
    with pytest.raises(BadSheet, match="项目1（企业1） is on record as event"):
        await import_files(log, [written(tmp_path, DESIGNATIONS, line)], TESTER, "c")


# ------------------------------------------------------------------ on notice

LISTED = {key: WUHAN[key] for key in ("programme", "round", "subject", "province", "category", "source")} | {
    "on_notice_from": "2021年11月5日",
    "on_notice_until": "2021-11-12",
    "where": "部门户网站",
}


async def test_who_is_on_notice_is_shown_by_publicity_and_holds_nothing(log: Log, tmp_path: Path) -> None:
    path = written(tmp_path, ON_NOTICE, LISTED)
    assert (await import_files(log, [path], TESTER, "c")).new == 1
    assert (await import_files(log, [path], TESTER, "d")).new == 0
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    for day, is_on_notice, left in ((date(2021, 11, 8), True, 4), (date(2021, 11, 13), False, None)):
        at = await standing(log, PublicityPeriods(), day)
        (notice,) = answered(await publicity(at, PROGRAMMES["city-2019"], "2021"))["notices"]
        assert (notice["on_notice"], notice["working_days_left"]) == (is_on_notice, left)
        assert (notice["since"], notice["until"], notice["source"]) == ("2021-11-05", "2021-11-12", "来源")
        assert (notice["category"], notice["entry"]) == ("comprehensive", "city-2019/2021/cn:420100")
        assert "case" not in notice
    at = await standing(log, Roster(), date(2024, 1, 1))
    assert [t async for _, t in titles_of(at, RosterQuestion(programme="city-2019"))] == []


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"on_notice_from": ""}, "on_notice_from", "is empty; it is required"),
        ({"on_notice_from": "2021-11"}, "on_notice_from", "is no day"),
        ({"on_notice_until": "2021-11-01"}, "on_notice_until", "lies before"),
        ({"subject": "亚特兰蒂斯"}, "subject", "no division or unit"),
    ],
)
async def test_what_is_no_notice_is_said(
    log: Log, tmp_path: Path, cells: dict[str, str], column: str, said: str
) -> None:
    with pytest.raises(BadSheet) as error:
        await import_files(log, [written(tmp_path, ON_NOTICE, LISTED | cells)], TESTER, "c")
    assert [p.column for p in error.value.problems if said in say(p.told, of="en")] == [column]


async def test_its_title_is_another_list(log: Log, tmp_path: Path) -> None:
    """Who was on notice and was then announced: both are there, and neither is the other."""
    await import_files(
        log, [written(tmp_path, ON_NOTICE, LISTED), written(tmp_path, DESIGNATIONS, WUHAN)], TESTER, "c"
    )
    topics = [event.topic for event in await log.read(after=1)]
    assert topics == ["historical-notice.recorded", "historical-designation.recorded"]


async def test_a_notice_that_stands_otherwise_is_said_to(log: Log, tmp_path: Path) -> None:
    await import_files(log, [written(tmp_path, ON_NOTICE, LISTED)], TESTER, "c")
    other = written(tmp_path, ON_NOTICE, LISTED | {"on_notice_until": "2021-11-15"})
    with pytest.raises(BadSheet, match="city-2019/2021/cn:420100 is recorded as event 2 with other 'until'"):
        await import_files(log, [other], TESTER, "d")
    twice = written(tmp_path, ON_NOTICE, LISTED, LISTED | {"on_notice_until": "2021-11-15"})
    with pytest.raises(BadSheet, match="stands on line 2 too"):
        await import_files(log, [twice], TESTER, "d")


async def test_whom_the_ledger_put_on_notice_itself_no_list_does(log: Log, tmp_path: Path) -> None:
    g = given(*opened(), *on_notice("武汉市"))
    await log.append([as_appended(event) for event in g.ledger.events])
    opened_at = next(e.position for e in await log.read() if e.topic == "publicity.opened")
    with pytest.raises(BadSheet, match=f"was put on notice by the ledger itself, by event {opened_at}"):
        await import_files(log, [written(tmp_path, ON_NOTICE, LISTED)], TESTER, "c")


ON_A_ZONE = SHARED | {"programme": "pilot-2013", "round": "batch-1", "subject": "武汉市/donghu 东湖高新区"}
IDENTIFIED = "project:91420100MA4K00001U/1"


async def test_a_project_that_was_identified_since_is_not_entered_twice(log: Log, tmp_path: Path) -> None:
    listed = A_PROJECT | {"number": "12"}
    await import_files(log, [written(tmp_path, DESIGNATIONS, listed)], TESTER, "c")
    change = SubjectChanged(
        kind="identified",
        subject="project:none-project-2019-2019/12",
        into=(Successor(IDENTIFIED),),
        ends=True,
    )
    await log.append([event(change, "2020-01-01")])
    by_code = A_PROJECT | {"number": "1", "credit_code": "91420100MA4K00001U"}
    for row in (listed, by_code):
        assert (await import_files(log, [written(tmp_path, DESIGNATIONS, row)], TESTER, "d")).new == 0
    other = written(tmp_path, DESIGNATIONS, by_code | {"note": "另注"})
    with pytest.raises(BadSheet, match="none-project-2019-2019/12 is recorded as event 2 with other 'note'"):
        await import_files(log, [other], TESTER, "d")


async def test_a_list_names_divisions_as_the_ledger_knows_them(log: Log, tmp_path: Path) -> None:
    renamed = SubjectChanged(kind="recode", subject="cn:420600", name="新襄阳市", code="420699")
    await log.append([event(renamed, "2020-01-01")])
    for number, given_as in enumerate(("新襄阳市", "新襄阳", "420699", "湖北襄阳市")):
        row = WUHAN | {"subject": given_as, "round": f"r{number}", "announced": "2021-01-25"}
        await import_files(log, [written(tmp_path, DESIGNATIONS, row)], TESTER, f"c{number}")
    titles = [e.data for e in await log.read() if e.topic == "historical-designation.recorded"]
    assert [title["subject"] for title in titles] == ["cn:420600"] * 4
    assert titles[2]["subject_name"] == "新襄阳市", "of a code, the name of the day"


async def test_a_roster_names_a_project_as_its_list_does(log: Log, tmp_path: Path) -> None:
    rows = [A_PROJECT | {"number": "1"}, ON_A_ZONE]
    for number, row in enumerate(rows):
        await import_files(log, [written(tmp_path, DESIGNATIONS, row)], TESTER, f"c{number}")
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    at = await standing(log, Roster(), date(2024, 1, 1))
    for programme, name in (("project-2019", "智慧社区平台（某科技有限公司）"), ("pilot-2013", "东湖高新区")):
        (title,) = [t async for _, t in titles_of(at, RosterQuestion(programme=programme))]
        assert title.subject.name == name


@pytest.mark.parametrize(
    ("subject", "column", "said"),
    [
        ("武汉市/donghu 东湖高新区", "province", "武汉市 lies in 湖北省, not in “湖南”"),
        ("420111001 关山街道", "province", "洪山区 lies in 湖北省, not in “湖南”"),
    ],
)
async def test_a_zone_lies_where_its_line_says(
    log: Log, tmp_path: Path, subject: str, column: str, said: str
) -> None:
    row = SHARED | {"programme": "pilot-2013", "round": "batch-1", "subject": subject, "province": "湖南"}
    with pytest.raises(BadSheet) as error:
        await import_files(log, [written(tmp_path, DESIGNATIONS, row)], TESTER, "c")
    assert [(p.column, say(p.told, of="en")) for p in error.value.problems] == [(column, said)]


async def test_a_notice_names_a_zone_as_its_list_does(log: Log, tmp_path: Path) -> None:
    listed = LISTED | {"subject": "武汉市/donghu 东湖高新区"}
    await import_files(log, [written(tmp_path, ON_NOTICE, listed)], TESTER, "c")
    async with log.pool.acquire() as connection:
        await catch_up(connection)
    at = await standing(log, PublicityPeriods(), date(2021, 11, 8))
    (notice,) = answered(await publicity(at, PROGRAMMES["city-2019"], "2021"))["notices"]
    assert notice["subject"] == {"id": "cn:420100/donghu", "name": "东湖高新区"}
