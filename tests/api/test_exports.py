"""Sheets to keep: all rows, typed cells, and what they are of."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from api import settings
from eventlog.ledger import Ledger
from eventlog.log import Log
from projections.asking.moments import View
from projections.following.projector import catch_up
from projections.sheets.sheet import Column, Sheet, csv_of, each, write_xlsx
from tests.support.facts import designation, event

ROSTER = "/v1/rosters/city-2019?round=2021&as_of=2022-12-31"


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf"), "a byte order mark, for spreadsheets"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def book_of(answer: httpx.Response) -> Any:
    return openpyxl.load_workbook(io.BytesIO(answer.content))


async def test_a_roster_as_csv_is_the_json_row_by_row(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{ROSTER}&format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["ledger-position"] == "60"
    assert 'filename="roster-2022-12-31-at-60.csv"' in answer.headers["content-disposition"]
    titles = (await client.get(ROSTER)).json()["titles"]
    rows = rows_of(answer)
    assert [r["designation"] for r in rows] == [t["designation"] for t in titles]
    assert [r["name"] for r in rows] == [t["subject"]["name"] for t in titles]
    assert {r["announced_latest"] for r in rows} == {"2022-01-25"}
    assert {r["surely"] for r in rows} == {"true"}


async def test_a_workbook_has_typed_cells_and_says_what_it_is_of(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{ROSTER}&category=special&format=xlsx")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    book = book_of(answer)
    sheet = book["roster"]
    headings = [cell.value for cell in sheet[1]]
    first = dict(zip(headings, sheet[2], strict=True))
    assert first["announced_latest"].value.date() == date(2022, 1, 25)
    assert first["announced_latest"].is_date
    assert isinstance(first["event"].value, int)
    assert first["surely"].value is True
    assert sheet.freeze_panes == "A2"
    about = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    assert about["as_known (position)"] == 60
    assert about["as_of"].date() == date(2022, 12, 31)
    assert (about["round"], about["category"], about["rows"]) == ("2021", "special", 5)
    assert about["simulated"] is False


@pytest.mark.parametrize(
    ("url", "sheet"), [("/v1/quotas/city-2019/2021", "quotas"), ("/v1/subjects/合肥/history", "history")]
)
async def test_quotas_and_histories_are_sheets_too(client: httpx.AsyncClient, url: str, sheet: str) -> None:
    told = (await client.get(url)).json()
    listed = told["pools"] if sheet == "quotas" else told["history"]
    rows = rows_of(await client.get(f"{url}?format=csv"))
    page = book_of(await client.get(f"{url}?format=xlsx"))[sheet]
    assert len(rows) == len(listed) == page.max_row - 1
    if sheet == "quotas":
        assert [int(r["used"]) for r in rows] == [pool["used"] for pool in listed]
        assert [r["cap"] for r in rows] == [""] * len(rows), "not set"
        assert all(isinstance(row[0], int) for row in page.iter_rows(2, min_col=7, values_only=True))
    else:
        at = [cell.value for cell in page[1]].index("recorded_at_utc") + 1
        assert all(page.cell(row, at).is_date for row in range(2, page.max_row + 1))
        assert [r["sentence_zh"] for r in rows] == [entry["sentence"]["zh"] for entry in listed]


async def test_a_text_is_no_formula(client: httpx.AsyncClient, lists: Log) -> None:
    evil = '=HYPERLINK("http://x","y")'
    fact = designation("长沙市")
    data = {**fact.as_data(), "source": {"title": evil}}
    stated = event(fact)
    await lists.append([type(stated)(stated.topic, stated.tags, data, stated.actor, effective="2022-01-25")])
    async with lists.pool.acquire() as connection:
        await catch_up(connection)
    (row,) = rows_of(await client.get("/v1/rosters/city-2019?subject=长沙&format=csv"))
    assert row["source"] == f"'{evil}"
    page = book_of(await client.get("/v1/rosters/city-2019?subject=长沙&format=xlsx"))["roster"]
    cells = [cell for cell in page[2] if cell.value == evil]
    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("''=1+1", "'''=1+1"),
        ("＝1", "'＝1"),
        ("＋86", "'＋86"),
        ("－1", "'－1"),
        ("@x", "'@x"),
        ("'90s", "'90s"),
        ("a=1", "a=1"),
    ],
)
async def test_texts_that_differ_stay_apart_in_csv(text: str, written: str) -> None:
    sheet = Sheet[str]("roster", (Column("x", lambda row: row),))
    lines = b"".join([part async for part in csv_of(sheet, each([text]))]).decode("utf-8-sig").splitlines()
    assert list(csv.reader(lines)) == [["x"], [written]]


async def test_a_cell_that_is_cut_says_so(tmp_path: Path) -> None:
    sheet = Sheet[str]("roster", (Column("x", lambda row: row),))
    ledger, view = Ledger("id", "name", simulated=False), View(date(2024, 1, 1), 1)
    texts = ["字" * 32_767, "字" * 32_768, "𠀀" * 20_000]
    await write_xlsx(tmp_path / "x.xlsx", sheet, ledger, view, each(texts), {})
    page = openpyxl.load_workbook(tmp_path / "x.xlsx")["roster"]
    whole, cut, wide = (page.cell(row, 1).value for row in (2, 3, 4))
    assert whole == texts[0]
    for told, text in ((cut, texts[1]), (wide, texts[2])):
        assert told.endswith(f" … (cut: {len(text)} characters; format=csv holds them all)")
        assert len(told.encode("utf-16-le")) <= 2 * 32_767


async def test_a_large_sheet_holds_all_pages(
    client: httpx.AsyncClient, lists: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.roster.answer.PAGE_OF_TITLES", 3)
    assert settings.MOST_ROWS == 1_000
    rows = rows_of(await client.get(f"{ROSTER}&format=csv&limit=1"))
    assert len(rows) == 8
