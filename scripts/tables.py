"""A table as people have it: the lines of a CSV file or of a sheet in a workbook, each cell as its text.

CSV is read in UTF-8, UTF-16 or GB18030, with `,` `;` or a tab between cells; a workbook (XLSX) by its first
sheet or a named one, formulas by the values stored with them. How a file was read is said.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import zip_longest
from pathlib import Path
from typing import TypeAlias

import openpyxl

MOST_BYTES = 200_000_000  # of a file, and of a workbook unpacked
MOST_ROWS = 200_000
MOST_COLUMNS = 200
_PARTS = 10_000  # of a workbook
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
Cell: TypeAlias = "str | Unreadable"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that has no value: why, and what to do."""

    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line, as an editor or a spreadsheet counts it; the header is the first."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What stands in a file, and how it was read."""

    rows: tuple[Row, ...]
    told: str  # UTF-8, with commas


class NoTable(Exception):
    """A file is no table, or cannot be read as one; `line`: where."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.line = line


def read_table(path: Path, sheet: str | None = None) -> Table:
    """The lines of a file. sheet: of a workbook, by its name; default: the first. Raises NoTable."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise NoTable(f"has {size} bytes; at most {MOST_BYTES} are read")
    data = path.read_bytes()
    if data.startswith(b"PK\x03\x04"):
        return _of_workbook(data, sheet)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NoTable(
            "is a workbook of Excel 97 (.xls), or one with a password: save it as .xlsx without one"
        )
    if sheet is not None:
        raise NoTable("is no workbook: it has no sheets to choose from")
    return _of_csv(data)


# ------------------------------------------------------------------ CSV


def _of_csv(data: bytes) -> Table:
    text, encoding = _decoded(data)
    delimiter = _delimiter(text)
    # only CR and LF end lines: U+2028, U+0085 and VT may stand within a cell
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    rows: list[Row] = []
    begins = 1
    try:
        for cells in reader:
            if any(cells) or begins == 1:
                rows.append(Row(begins, tuple(cells)))
            begins = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise NoTable(f"has more than {MOST_ROWS} lines", reader.line_num)
    except csv.Error as error:
        raise NoTable(f"is not CSV: {error}", reader.line_num) from None
    return Table(tuple(rows), f"{encoding}, with {_DELIMITERS[delimiter]}")


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise NoTable("begins as UTF-16, and is none") from None
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        try:
            return data.decode("gb18030"), "GB18030"
        except UnicodeDecodeError:
            raise NoTable("is neither UTF-8, UTF-16 nor GB18030", line) from None


def _delimiter(text: str) -> str:
    """What stands between the cells of the header: whatever is most of these, outside quotes."""
    header, quoted = "", False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif character in "\r\n" and not quoted:
            break
        elif not quoted:
            header += character
    return max(_DELIMITERS, key=header.count)


# ------------------------------------------------------------------ workbooks


def _of_workbook(data: bytes, name: str | None) -> Table:
    _must_be_bounded(data)
    try:
        values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    except Exception as error:  # of whatever kind its parts give rise to
        raise NoTable("is no workbook that can be read: save it anew as .xlsx") from error
    if name is None:
        name = values.sheetnames[0]
    elif name not in values.sheetnames:
        raise NoTable(f"has no sheet {name}; there are: {', '.join(values.sheetnames)}")
    rows: list[Row] = []
    both = zip_longest(values[name].iter_rows(values_only=True), formulas[name].iter_rows(values_only=True))
    for number, (stored, stated) in enumerate(both, 1):
        if number > MOST_ROWS:
            raise NoTable(f"has more than {MOST_ROWS} lines", number)
        cells = tuple(_cells(stored or (), stated or ()))
        while cells and cells[-1] == "":
            cells = cells[:-1]
        if len(cells) > MOST_COLUMNS:
            raise NoTable(f"has more than {MOST_COLUMNS} columns", number)
        if cells or number == 1:
            rows.append(Row(number, cells))
    return Table(tuple(rows), f"a workbook's sheet “{name}”")


def _must_be_bounded(data: bytes) -> None:
    """Raises NoTable: it would unpack to more than any list has."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise NoTable("is no workbook that can be read: it is cut short or damaged") from None
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise NoTable(f"unpacks to more than {MOST_BYTES} bytes, or {_PARTS} parts: no list does")


def _cells(stored: tuple[object, ...], stated: tuple[object, ...]) -> Iterator[Cell]:
    for value, formula in zip_longest(stored, stated):
        if value is None and isinstance(formula, str) and formula.startswith("="):
            yield Unreadable(f"{formula} has no value stored: open the workbook, and save it with its values")
        else:
            yield _text(value)


def _text(value: object) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            is_a_day = value.time() == time()
            return value.date().isoformat() if is_a_day else value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case str() if value in _ERRORS:
            return Unreadable(f"{value} is an error of the spreadsheet: put the value in its place")
    return str(value)


def plain(cell: str) -> str:
    """A cell's text in Unicode normal form C, without blanks around it; what stands within is kept."""
    return unicodedata.normalize("NFC", cell).strip()
