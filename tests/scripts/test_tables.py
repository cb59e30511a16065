"""Tables as people have them: encodings, separators, workbooks, and what makes a file none."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from scripts import tables, workbooks
from scripts.cells import NoTable, Table, Unreadable, plain
from scripts.tables import read_table

LINES = "城市,公布日期\n武汉市,2022-01-25\n"


def read(tmp_path: Path, data: bytes, sheet: str | None = None) -> Table:
    path = tmp_path / "list"
    path.write_bytes(data)
    return read_table(path, sheet)


def cells(table: Table) -> list[tuple[int, tuple[object, ...]]]:
    return [(row.number, row.cells) for row in table.rows]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16"),
        ("utf-16-be", None),
    ],
)
@pytest.mark.parametrize(("delimiter", "words"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs")])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_in_any_encoding_with_any_separator(
    tmp_path: Path, encoding: str, told: str | None, delimiter: str, words: str, end: str
) -> None:
    text = LINES.replace(",", delimiter).replace("\n", end)
    data = text.encode(encoding)
    if told is None:
        data, told = b"\xfe\xff" + data, "UTF-16"
    table = read(tmp_path, data)
    assert cells(table) == [(1, ("城市", "公布日期")), (2, ("武汉市", "2022-01-25"))]
    assert str(table.told) == f"{told}, with {words}"


def test_a_cell_holds_what_ends_no_line(tmp_path: Path) -> None:
    text = '名称,备注\n"甲\u2028乙","一\x85二\x0b三"\n丙,"四\n五"\n\n丁,六\n'
    table = read(tmp_path, text.encode())
    assert cells(table) == [
        (1, ("名称", "备注")),
        (2, ("甲\u2028乙", "一\x85二\x0b三")),
        (3, ("丙", "四\n五")),
        (6, ("丁", "六")),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a,b\n\xff\xff,\n", "is neither UTF-8, UTF-16 nor GB18030"),
        (b"\xff\xfea", "begins as UTF-16, and is none"),
        (b'a,b\n"open', "is not CSV"),
        (b"PK\x03\x04damaged", "cut short or damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel 97"),
    ],
)
def test_what_is_no_table_is_said_to_be_none(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(NoTable, match=said):
        read(tmp_path, data)


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    to = io.BytesIO()
    book.save(to)
    return to.getvalue()


def test_a_workbooks_cells_are_read_as_they_are_meant(tmp_path: Path) -> None:
    row: list[object] = ["武汉市", date(2022, 1, 25), date(2022, 1, 26), 2021, 2021.0, 0.5, True, None, "01"]
    table = read(tmp_path, workbook(名单=[["城市", *"bcdefgh", None, None], row, [None], ["x"]]))
    assert cells(table)[1:] == [
        (2, ("武汉市", "2022-01-25", "2022-01-26", "2021", "2021", "0.5", "true", "", "01")),
        (4, ("x",)),
    ]
    assert str(table.told) == "a workbook's sheet “名单”"


def test_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    data = workbook(一=[["a"]], 二=[["b"]])
    assert cells(read(tmp_path, data)) == [(1, ("a",))]
    assert cells(read(tmp_path, data, "二")) == [(1, ("b",))]
    with pytest.raises(NoTable, match="there are: 一, 二"):
        read(tmp_path, data, "三")
    with pytest.raises(NoTable, match="has no sheets to choose from"):
        read(tmp_path, LINES.encode(), "一")


def test_a_formula_counts_by_the_value_stored_with_it(tmp_path: Path) -> None:
    """One that a program wrote without a value is no value, and never an empty cell."""
    ((_, _), (_, row)) = cells(read(tmp_path, workbook(a=[["h", "i", "j"], ["=1+1", "#N/A", "'=1+1"]])))
    formula, error, text = row
    assert isinstance(formula, Unreadable)
    assert "=1+1 has no value stored" in str(formula.reason)
    assert isinstance(error, Unreadable)
    assert text == "'=1+1"


def edited(data: bytes, old: str, new: str) -> bytes:
    """A workbook whose first sheet says something else, as another program would write it."""
    to = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as of, zipfile.ZipFile(to, "w") as packed:
        for part in of.namelist():
            content = of.read(part)
            if part == "xl/worksheets/sheet1.xml":
                text, count = re.subn(old, new, content.decode())
                assert count, f"{old} is not in {text}"
                content = text.encode()
            packed.writestr(part, content)
    return to.getvalue()


def test_what_a_workbook_says_of_its_extent_is_not_believed(tmp_path: Path) -> None:
    data = workbook(a=[["城市", "类别"], ["武汉市", "x"], ["深圳市", "y"]])
    wrong = edited(data, '<dimension ref="[^"]*"', '<dimension ref="A1:A2"')
    assert cells(read(tmp_path, wrong)) == [(1, ("城市", "类别")), (2, ("武汉市", "x")), (3, ("深圳市", "y"))]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('<f t="array" ref="A2">1+1</f><v/>', "=1+1 has no value stored"),
        ('<f t="dataTable" ref="A2"/><v/>', "= has no value stored"),
        ('<f t="array" ref="A2">1+1</f><v>2</v>', "2"),
    ],
)
def test_a_formula_of_several_cells_counts_by_its_value_too(tmp_path: Path, cell: str, told: str) -> None:
    data = edited(workbook(a=[["h", "i"], [7, "x"]]), '<c r="A2"[^>]*>.*?</c>', f'<c r="A2">{cell}</c>')
    read_as = cells(read(tmp_path, data))[1][1][0]
    assert str(read_as.reason if isinstance(read_as, Unreadable) else read_as).startswith(told)


def test_a_formula_whose_value_is_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    stored = '<c r="A2" t="str"><f>IF(1,"")</f><v></v></c>'
    data = edited(workbook(a=[["h", "i"], [7, "x"]]), '<c r="A2"[^>]*>.*?</c>', stored)
    assert cells(read(tmp_path, data)) == [(1, ("h", "i")), (2, ("", "x"))]


def test_a_chart_and_a_hidden_sheet_are_not_the_list(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    hidden = book["Sheet"]
    hidden.append(["z"])
    chart = BarChart()
    chart.add_data(Reference(hidden, min_col=1, min_row=1, max_row=1))
    book.create_chartsheet("图", 0).add_chart(chart)
    hidden.sheet_state = "hidden"
    book.create_sheet("名单").append(["a"])
    to = io.BytesIO()
    book.save(to)
    assert cells(read(tmp_path, to.getvalue())) == [(1, ("a",))]
    assert cells(read(tmp_path, to.getvalue(), "Sheet")) == [(1, ("z",))], "by its name, it is read"
    with pytest.raises(NoTable, match="has no sheet '图'; there are: Sheet, 名单"):
        read(tmp_path, to.getvalue(), "图")


def test_an_empty_cell_far_below_is_no_line(tmp_path: Path) -> None:
    far = '</row><row r="300000"><c r="A300000"/></row></sheetData>'
    data = edited(workbook(a=[["h"], ["x"]]), "</row></sheetData>", far)
    assert cells(read(tmp_path, data)) == [(1, ("h",)), (2, ("x",))]


def test_a_code_that_was_kept_as_a_number_has_lost_digits(tmp_path: Path) -> None:
    ((_, _), (_, row)) = cells(read(tmp_path, workbook(a=[["h", "i"], [911101085923663000, 9.1e17]])))
    assert all(isinstance(cell, Unreadable) and "has lost digits" in str(cell.reason) for cell in row)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_need_not_say_so(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, LINES.encode(encoding))
    assert cells(table)[1] == (2, ("武汉市", "2022-01-25"))
    assert str(table.told) == "UTF-16, with commas"


@pytest.mark.parametrize(
    ("data", "said", "line"),
    [
        ((LINES + "武汉").encode()[:-1], "is cut short, within a character", 3),
        (LINES.encode() + b"\xff\n" + LINES.encode(), "is UTF-8 until a byte that is none", 3),
        (b"a,b\n\0\0", "holds zero bytes", 2),
    ],
)
def test_what_is_damaged_is_not_taken_for_another_encoding(
    tmp_path: Path, data: bytes, said: str, line: int
) -> None:
    with pytest.raises(NoTable, match=said) as error:
        read(tmp_path, data)
    assert error.value.line == line


def test_what_is_beyond_all_lists_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    with pytest.raises(NoTable, match="unpacks to more than"):
        read(tmp_path, to.getvalue())
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    with pytest.raises(NoTable, match="more than 3 lines"):
        read(tmp_path, b"a\n" * 5)
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    with pytest.raises(NoTable, match="more than 3 lines"):
        read(tmp_path, workbook(a=[["x"]] * 5))
    monkeypatch.setattr(workbooks, "MOST_COLUMNS", 3)
    with pytest.raises(NoTable, match="more than 3 columns"):
        read(tmp_path, workbook(a=[["x"] * 5]))
    monkeypatch.setattr(tables, "MOST_BYTES", 3)
    with pytest.raises(NoTable, match="at most 3 are read"):
        read(tmp_path, LINES.encode())


def test_a_cell_is_read_in_normal_form_c() -> None:
    assert plain(" e\u0301\u3000") == "\xe9"


@pytest.mark.parametrize(
    ("shown_as", "read_as"),
    [
        ("mmm-yy", "2013-12"),
        ('yyyy"年"m"月"', "2013-12"),
        ("[$-804]yyyy\\年m\\月;@", "2013-12"),
        ("yyyy", "2013"),
        ("yyyy-mm-dd", "2013-12-01"),
        ("m/d/yy", "2013-12-01"),
        ('yyyy"年"m"月"d"日"', "2013-12-01"),
    ],
)
def test_a_date_is_read_as_far_as_its_format_shows_it(tmp_path: Path, shown_as: str, read_as: str) -> None:
    """What is typed as 2013-12 is kept as its first day, and shown as Dec-13."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([date(2013, 12, 1)])
    sheet["A1"].number_format = shown_as
    to = io.BytesIO()
    book.save(to)
    assert cells(read(tmp_path, to.getvalue())) == [(1, (read_as,))]


def test_a_cell_merged_over_lines_stands_in_each_and_one_over_columns_in_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (["省份", "城市", "起"], ["湖北", "武汉市", "2014"], ["", "襄阳市", ""], ["", "宜昌市", "x"]):
        sheet.append(line)
    sheet.merge_cells("A2:A4")
    sheet.merge_cells("B3:C3")
    to = io.BytesIO()
    book.save(to)
    lines = [row.cells for row in read(tmp_path, to.getvalue()).rows[1:]]
    assert [line[0] for line in lines] == ["湖北"] * 3
    assert [line[1] for line in lines] == ["武汉市", "襄阳市", "宜昌市"]
    assert isinstance(lines[1][2], Unreadable)
    assert "merged with the cell beside it" in str(lines[1][2].reason)


def repacked(data: bytes, was: bytes, now: bytes) -> bytes:
    """A workbook with something else in its sheet."""
    to = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(was, now) if "sheet1" in name else part)
    return to.getvalue()


@pytest.mark.parametrize(
    ("was", "now"),
    [(b"<v>7</v>", b"<v>abc</v>"), (b'r="A1"', b'r="??"'), (b'r="A1"', b'r="abc"'), (b"</sheetData>", b"")],
)
def test_damage_within_a_sheet_is_told(tmp_path: Path, was: bytes, now: bytes) -> None:
    data = repacked(workbook(a=[[7, 8]]), was, now)
    with pytest.raises(NoTable, match="save it anew"):
        read(tmp_path, data)


def test_an_error_of_the_spreadsheet_is_none_that_somebody_typed(tmp_path: Path) -> None:
    typed = workbook(a=[["#SPILL!"]])
    assert cells(read(tmp_path, typed)) == [(1, ("#SPILL!",))]
    data = repacked(workbook(a=[[7]]), b'<c r="A1" t="n"><v>7</v>', b'<c r="A1" t="e"><v>#SPILL!</v>')
    ((_, (cell,)),) = cells(read(tmp_path, data))
    assert isinstance(cell, Unreadable)
    assert str(cell.reason).startswith("#SPILL! is an error of the spreadsheet")


def test_an_empty_cell_far_to_the_right_is_nothing(tmp_path: Path) -> None:
    data = repacked(workbook(a=[["甲"]] * 3), b"</row>", b'<c r="XFD1" s="0"/></row>')
    assert [row for _, row in cells(read(tmp_path, data))] == [("甲",)] * 3


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_that_does_not_say_so_may_hold_characters_with_a_zero_byte(
    tmp_path: Path, encoding: str
) -> None:
    text = "名称,备注\n第一中心,最好的言一一\n"
    table = read(tmp_path, text.encode(encoding))
    assert cells(table) == [(1, ("名称", "备注")), (2, ("第一中心", "最好的言一一"))]
    assert str(table.told) == "UTF-16, with commas"
