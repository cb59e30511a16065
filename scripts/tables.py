"""A table as people have it: the lines of a CSV file or of a sheet in a workbook, each cell as its text.

CSV is read in UTF-8, UTF-16 or GB18030, with `,` `;` or a tab between cells; a workbook (XLSX) by its first
visible sheet or a named one, formulas by the values stored with them. How a file was read is said.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import zip_longest
from pathlib import Path
from typing import TypeAlias

import openpyxl
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

MOST_BYTES = 200_000_000  # of a file, and of a workbook unpacked
MOST_ROWS = 200_000
MOST_COLUMNS = 200
_PARTS = 10_000  # of a workbook
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_MOST_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number
Cell: TypeAlias = "str | Unreadable"
_Read: TypeAlias = "ReadOnlyCell | EmptyCell"  # a cell as the workbook has it


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
    if b"\0" in data:
        return _of_two_bytes(data)
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        if _is_chinese(data[: error.start].decode("utf-8-sig")):
            cut = error.end == len(data) and error.reason == "unexpected end of data"
            what = "is cut short, within a character" if cut else "is UTF-8 until a byte that is none"
            raise NoTable(f"{what}: save it anew, or take the original", line) from None
        try:
            return data.decode("gb18030"), "GB18030"
        except UnicodeDecodeError:
            raise NoTable("is neither UTF-8, UTF-16 nor GB18030", line) from None


def _of_two_bytes(data: bytes) -> tuple[str, str]:
    """UTF-16 that does not say so: the zero bytes of its commas and digits stand all on one side."""
    for side, encoding in ((data[::2], "utf-16-le"), (data[1::2], "utf-16-be")):
        if b"\0" not in side:
            with suppress(UnicodeDecodeError):
                return data.decode(encoding), "UTF-16"
    raise NoTable("holds zero bytes: it is no text", data[: data.index(b"\0")].count(b"\n") + 1)


def _is_chinese(text: str) -> bool:
    """Whether what could be read as UTF-8 is: in GB18030, two bytes may look like a letter of Latin or
    Cyrillic, three seldom like a Chinese character."""
    characters = sum("\u3000" <= c <= "\uffef" for c in text)
    return characters > sum("\u0080" <= c < "\u0800" for c in text)


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
    of_cells = {sheet.title: sheet for sheet in values.worksheets}  # and no charts
    visible = [title for title, sheet in of_cells.items() if sheet.sheet_state == "visible"]
    if name is None:
        name = next(iter(visible or of_cells), None)
    if name is None or name not in of_cells:
        raise NoTable(f"has no sheet{f' {name}' if name else ''}; there are: {', '.join(of_cells) or 'none'}")
    for sheet in (values[name], formulas[name]):
        sheet.reset_dimensions()  # what a file says of its own extent may be wrong
    rows: list[Row] = []
    both = zip_longest(values[name].iter_rows(), formulas[name].iter_rows())
    for number, (stored, stated) in enumerate(both, 1):
        cells = tuple(_cells(stored or (), stated or ()))
        while cells and cells[-1] == "":
            cells = cells[:-1]
        if len(cells) > MOST_COLUMNS:
            raise NoTable(f"has more than {MOST_COLUMNS} columns", number)
        if cells or number == 1:
            rows.append(Row(number, cells))
        if len(rows) > MOST_ROWS:
            raise NoTable(f"has more than {MOST_ROWS} lines", number)
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


def _cells(stored: Sequence[_Read | None], stated: Sequence[_Read | None]) -> Iterator[Cell]:
    for cell, as_stated in zip_longest(stored, stated):
        value, formula = (c.value if c is not None else None for c in (cell, as_stated))
        if isinstance(formula, ArrayFormula | DataTableFormula):
            formula = getattr(formula, "text", None) or "="
        of_a_formula = isinstance(formula, str) and formula.startswith("=")
        if (
            of_a_formula and value is None and getattr(cell, "data_type", "") != "str"
        ):  # an empty text is a value
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
        case int() | float() if abs(value) >= _MOST_EXACT:
            return Unreadable(f"{value} was kept as a number, and has lost digits: type it as text")
        case float() if value.is_integer():
            return str(int(value))
        case str() if value in _ERRORS:
            return Unreadable(f"{value} is an error of the spreadsheet: put the value in its place")
    return str(value)


def plain(cell: str) -> str:
    """A cell's text in Unicode normal form C, without blanks around it; what stands within is kept."""
    return unicodedata.normalize("NFC", cell).strip()
