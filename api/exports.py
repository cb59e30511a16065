"""Rosters, quotas and histories for a spreadsheet: CSV in UTF-8 with BOM, or XLSX with typed cells."""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal, TypeAlias

from fastapi import Query, Response
from fastapi.responses import StreamingResponse
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from api.problems import Problem
from eventlog.ledger import Ledger
from projections.reading import View

if TYPE_CHECKING:
    from api.answers import Asked

Format = Annotated[
    Literal["json", "csv", "xlsx"], Query(description="csv and xlsx hold all rows, without pages")
]
Sheet: TypeAlias = Literal["roster", "quotas", "history"]
Cell: TypeAlias = "str | int | bool | date | None"
Row: TypeAlias = Mapping[str, Any]
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_LINES = 1_048_575  # of a sheet, beside its heading
_FIRST_YEAR = 1900  # that a sheet knows as a date
_PART = 500  # rows written at once
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and its cell of a row as the JSON answer has it."""

    heading: str
    cell: Callable[[Row], Cell]


def _at(*path: str) -> Callable[[Row], Cell]:
    def cell(row: Row) -> Cell:
        found: Any = row
        for step in path:
            found = found.get(step) if isinstance(found, Mapping) else None
        return found  # type: ignore[no-any-return]

    return cell


def _instant(*path: str) -> Callable[[Row], Cell]:
    """An instant, in UTC."""

    def cell(row: Row) -> Cell:
        text = _at(*path)(row)
        return datetime.fromisoformat(str(text)).astimezone(UTC) if text else None

    return cell


def _joined(*path: str) -> Callable[[Row], Cell]:
    return lambda row: "; ".join(str(item) for item in _at(*path)(row) or ())  # type: ignore[union-attr]


def _entries(key: str) -> Callable[[Row], Cell]:
    return lambda row: "; ".join(f"{e['name']} ({e['event']})" for e in row[key])


COLUMNS: Mapping[Sheet, tuple[Column, ...]] = {
    "roster": (
        Column("designation", _at("designation")),
        Column("round", _at("round")),
        Column("subject", _at("subject", "id")),
        Column("name", _at("subject", "name")),
        Column("province", _at("province", "name")),
        Column("category", _at("category")),
        Column("category_zh", _at("category_words", "zh")),
        Column("fields", _joined("fields")),
        Column("status", _at("status")),
        Column("surely", _at("surely")),
        *(
            Column(f"{when}_{bound}", _at(when, bound))
            for when in ("announced", "held_from", "held_until")
            for bound in ("earliest", "latest")
        ),
        Column("document", _at("document", "number")),
        Column("source", _at("source", "title")),
        Column("record", _at("record")),
        Column("event", _at("event")),
        Column("settled_by", _at("settled_by")),
        Column("known_since", _at("known_since")),
    ),
    "quotas": (
        Column("pool", _at("pool")),
        Column("pool_zh", _at("pool_words", "zh")),
        Column("cap", _at("cap", "places")),
        Column("cap_counts", _at("cap", "counts")),
        Column("cap_document", _at("cap", "source", "number")),
        Column("cap_event", _at("cap", "event")),
        *(Column(figure, _at(figure)) for figure in ("used", "left", "over")),
        *(
            Column(key, _entries(key))
            for key in ("used_by", "beside", "applied", "recommended", "proposed")
        ),
    ),
    "history": (
        Column("event", _at("event")),
        Column("topic", _at("topic")),
        Column("effective", _at("effective")),
        Column("earliest", _at("earliest")),
        Column("latest", _at("latest")),
        Column("recorded_at_utc", _instant("recorded_at")),
        Column("sentence_zh", _at("sentence", "zh")),
        Column("sentence_en", _at("sentence", "en")),
        Column("role", _at("actor", "role")),
        Column("unit", _at("actor", "unit")),
        Column("document", _at("basis", "number")),
        Column("rules", _joined("judged", "rules")),
        Column("known_since", _at("known_since")),
        Column("known_until", _at("known_until")),
        Column("corrected_by", _at("corrected_by")),
        Column("withheld", _joined("withheld")),
    ),
}


async def each(rows: Iterable[Row]) -> AsyncIterator[Row]:
    """Rows that are at hand, one by one."""
    for row in rows:
        yield row


async def export(
    asked: Asked, form: Literal["csv", "xlsx"], sheet: Sheet, view: View, rows: AsyncIterator[Row],
    filters: Mapping[str, str | None],
) -> Response:  # fmt: skip
    """The rows as a file to keep: its name says what of, and at which position."""
    name = f"{sheet}-{view.as_of}-at-{view.as_known}.{form}"
    headers = {
        **asked.headers(view.as_known),
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    if form == "csv":
        return StreamingResponse(_csv(sheet, rows), media_type=CSV, headers=headers)
    headers.pop("ETag", None)  # the same rows make other bytes each time
    with tempfile.TemporaryDirectory() as folder:  # an open file outlives its name
        path = Path(folder) / name
        async with asked.house.one_workbook:
            await write_xlsx(path, sheet, asked.house.ledger, view, rows, filters)
        file = path.open("rb")
    return StreamingResponse(_parts(file), media_type=XLSX, headers=headers)


def _parts(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while part := file.read(65_536):
            yield part


async def _csv(sheet: Sheet, rows: AsyncIterator[Row]) -> AsyncIterator[bytes]:
    """Line by line; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    columns = COLUMNS[sheet]
    line = io.StringIO()
    writer = csv.writer(line)
    line.write(_BOM)
    writer.writerow([column.heading for column in columns])
    async for row in rows:
        writer.writerow([_text(column.cell(row)) for column in columns])
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
        case str() if cell.startswith(_FORMULA):
            return f"'{cell}"
        case _:
            return str(cell)


async def write_csv(path: Path, sheet: Sheet, rows: AsyncIterator[Row]) -> None:
    """The same as a file."""
    with path.open("wb") as file:
        async for lines in _csv(sheet, rows):
            file.write(lines)


async def write_xlsx(
    path: Path, sheet: Sheet, ledger: Ledger, view: View, rows: AsyncIterator[Row],
    filters: Mapping[str, str | None],
) -> None:  # fmt: skip
    """A workbook of two sheets: the rows, and what they are of. Rows are written as they come, beside
    whatever else this process does. Raises Problem: more than a sheet holds."""
    book = _Book(path, sheet)
    part: list[Row] = []
    async for row in rows:
        part.append(row)
        if len(part) == _PART:
            await asyncio.to_thread(book.write, part)
            part = []
    await asyncio.to_thread(book.write, part)
    await asyncio.to_thread(book.close, ledger, view, filters)


class _Book:
    """A workbook as it is written."""

    def __init__(self, path: Path, sheet: Sheet) -> None:
        plain = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = Workbook(str(path), {"constant_memory": True, "in_memory": False, **plain})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._bold = self._book.add_format({"bold": True})
        self._columns = COLUMNS[sheet]
        self._page = self._book.add_worksheet(sheet)
        self._page.freeze_panes(1, 0)
        self._page.set_column(0, len(self._columns) - 1, 18)
        self._lines = 0
        for at, column in enumerate(self._columns):
            self._page.write_string(0, at, column.heading, self._bold)

    def write(self, rows: Iterable[Row]) -> None:
        """Some more rows."""
        for row in rows:
            self._lines += 1
            if self._lines > MOST_LINES:
                raise Problem("too-large", f"a sheet holds {MOST_LINES} rows: ask for format=csv")
            for at, column in enumerate(self._columns):
                self._cell(self._page, self._lines, at, column.cell(row))

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
                page.write_string(line, at, str(cell))

    def close(self, ledger: Ledger, view: View, filters: Mapping[str, str | None]) -> None:
        """The second sheet, and the file."""
        about = self._book.add_worksheet("about")
        about.set_column(0, 1, 40)
        told: dict[str, Cell] = {
            "ledger": ledger.name, "ledger_id": ledger.id, "simulated": ledger.simulated,
            "as_known (position)": view.as_known, "as_of": view.as_of, "rows": self._lines,
            **{key: value for key, value in filters.items() if value is not None},
        }  # fmt: skip
        for line, (key, cell) in enumerate(told.items()):
            about.write_string(line, 0, key, self._bold)
            self._cell(about, line, 1, cell)
        self._book.close()
