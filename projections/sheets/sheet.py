"""Rows as a file for a spreadsheet: CSV in UTF-8 with BOM, or XLSX with typed cells."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Generic, Literal, TypeAlias, TypeVar

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from eventlog.errors import LedgerError
from eventlog.ledger import Ledger
from projections.answers import NotStated
from projections.asking.moments import View

Cell: TypeAlias = "str | int | bool | date | datetime | None"
SheetName: TypeAlias = Literal["roster", "quotas", "history"]
T = TypeVar("T")
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_LINES = 1_048_575  # of a sheet, beside its heading
_FIRST_YEAR = 1900  # that a sheet knows as a date
_PART = 500  # rows written at once
# What a spreadsheet takes for a formula, in either width; what has apostrophes before it gets one more, so
# that two texts stay two.
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
MOST_CHARACTERS = 32_767  # of a cell
_BOM = "\ufeff"


class TooManyLines(LedgerError):
    """An XLSX sheet holds no more rows."""

    def __init__(self) -> None:
        super().__init__("a sheet holds {most} rows: ask for format=csv", most=MOST_LINES)


@dataclass(frozen=True)
class Column(Generic[T]):
    """A heading, and its cell of a row."""

    heading: str
    cell: Callable[[T], Cell | NotStated]

    def of(self, row: T) -> Cell:
        """The cell; what is absent from the answer is empty."""
        found = self.cell(row)
        return None if isinstance(found, NotStated) else found


@dataclass(frozen=True)
class Sheet(Generic[T]):
    """One kind of sheet."""

    name: SheetName
    columns: tuple[Column[T], ...]


async def each(rows: Iterable[T]) -> AsyncIterator[T]:
    """Rows that are at hand, one by one."""
    for row in rows:
        yield row


async def csv_of(sheet: Sheet[T], rows: AsyncIterator[T]) -> AsyncIterator[bytes]:
    """Line by line; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    line = io.StringIO()
    writer = csv.writer(line)
    line.write(_BOM)
    writer.writerow([column.heading for column in sheet.columns])
    async for row in rows:
        writer.writerow([_text(column.of(row)) for column in sheet.columns])
        if line.tell() > 65_536:
            yield line.getvalue().encode()
            line.seek(0)
            line.truncate()
    yield line.getvalue().encode()


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case str() if _FORMULA.match(cell):
            return f"'{cell}"
        case _:
            return str(cell)


def _cut(text: str) -> str:
    """A text as long as a cell can be; one that is cut says so. A spreadsheet counts UTF-16."""
    if len(text.encode("utf-16-le")) <= 2 * MOST_CHARACTERS:
        return text
    said = f" … (cut: {len(text)} characters; format=csv holds them all)"
    kept = text.encode("utf-16-le")[: 2 * (MOST_CHARACTERS - len(said))]
    return kept.decode("utf-16-le", "ignore") + said


async def write_xlsx(
    to: Path | BinaryIO,
    sheet: Sheet[T],
    ledger: Ledger,
    view: View,
    rows: AsyncIterator[T],
    filters: Mapping[str, str | None],
) -> None:
    """A workbook of two sheets: the rows, and what they are of. Rows are written as they come, beside
    whatever else this process does. Raises TooManyLines."""
    book = _Book(to, sheet)
    part: list[T] = []
    async for row in rows:
        part.append(row)
        if len(part) == _PART:
            await asyncio.to_thread(book.write, part)
            part = []
    await asyncio.to_thread(book.write, part)
    await asyncio.to_thread(book.close, ledger, view, filters)


class _Book(Generic[T]):
    """A workbook as it is written."""

    def __init__(self, to: Path | BinaryIO, sheet: Sheet[T]) -> None:
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = Workbook(
            str(to) if isinstance(to, Path) else to, {"constant_memory": True, "in_memory": False, **plain}
        )
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._bold = self._book.add_format({"bold": True})
        self._columns = sheet.columns
        self._page = self._book.add_worksheet(sheet.name)
        self._page.freeze_panes(1, 0)
        self._page.set_column(0, len(self._columns) - 1, 18)
        self._lines = 0
        for at, column in enumerate(self._columns):
            self._page.write_string(0, at, column.heading, self._bold)

    def write(self, rows: Iterable[T]) -> None:
        """Some more rows."""
        for row in rows:
            self._lines += 1
            if self._lines > MOST_LINES:
                raise TooManyLines
            for at, column in enumerate(self._columns):
                self._cell(self._page, self._lines, at, column.of(row))

    def _cell(self, page: Worksheet, line: int, at: int, cell: Cell) -> None:
        match cell:
            case None:
                pass
            case bool():
                page.write_boolean(line, at, cell)
            case int():
                page.write_number(line, at, cell)
            case datetime():
                page.write_datetime(line, at, cell.replace(tzinfo=None), self._instant)
            case date() if cell.year >= _FIRST_YEAR:
                page.write_datetime(line, at, cell, self._day)
            case _:
                page.write_string(line, at, _cut(str(cell)))

    def close(self, ledger: Ledger, view: View, filters: Mapping[str, str | None]) -> None:
        """The second sheet, and the file."""
        about = self._book.add_worksheet("about")
        about.set_column(0, 1, 40)
        told: dict[str, Cell] = {
            "ledger": ledger.name,
            "ledger_id": ledger.id,
            "simulated": ledger.simulated,
            "as_known (position)": view.as_known,
            "as_of": view.as_of,
            "rows": self._lines,
            **{key: value for key, value in filters.items() if value is not None},
        }
        for line, (key, cell) in enumerate(told.items()):
            about.write_string(line, 0, key, self._bold)
            self._cell(about, line, 1, cell)
        self._book.close()
