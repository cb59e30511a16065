"""A sheet of a workbook (XLSX): its first visible one, or a named one.

Of a formula, the value stored with it is read; of a date, as much as its format shows; of cells merged over
several lines, the value in each of them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import zip_longest
from typing import Any, TypeAlias

import openpyxl
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from domain.messages import message
from scripts.cells import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Cell, NoTable, Row, Table, Unreadable

_PARTS = 10_000  # of a workbook
_MOST_MERGED = 1_000_000
_MOST_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_NOT_SHOWN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')  # of a format: words, colours, what is escaped
_Read: TypeAlias = "ReadOnlyCell | EmptyCell"  # a cell as the workbook has it
# By line: a column, and the line and the column of the cell that it shows.
_Merged: TypeAlias = Mapping[int, Sequence[tuple[int, int, int]]]


def of_workbook(data: bytes, name: str | None) -> Table:
    """The lines of a sheet. Raises NoTable."""
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
        raise NoTable("has no sheet {name!r}; there are: {those}", name=name or "", those=list(of_cells))
    rows: list[Row] = []
    try:
        rows.extend(_rows(values[name], formulas[name], _merged(values[name])))
    except NoTable:
        raise
    except Exception as error:  # damage shows only where it is read
        raise NoTable("is no workbook that can be read: save it anew as .xlsx", line=len(rows) + 1) from error
    return Table(tuple(rows), message("a workbook's sheet “{name}”", name=name))


def _rows(values: Any, formulas: Any, merged: _Merged) -> Iterator[Row]:
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # what a file says of its own extent may be wrong
    shown = {(line, column) for places in merged.values() for _, line, column in places}
    kept: dict[tuple[int, int], Cell] = {}  # what is shown in the lines below, too
    taken = 0
    for number, (stored, stated) in enumerate(zip_longest(values.iter_rows(), formulas.iter_rows()), 1):
        cells = _without_empty_ends(list(_cells(stored or (), stated or ())))
        for at, cell in enumerate(cells, 1):
            if (number, at) in shown:
                kept[number, at] = cell
        for column, line, first in merged.get(number, ()):
            cells.extend([""] * (column - len(cells)))
            cells[column - 1] = _as_merged(kept.get((line, first), ""), beside=column != first)
        cells = _without_empty_ends(cells)
        if len(cells) > MOST_COLUMNS:
            raise NoTable("has more than {most} columns", line=number, most=MOST_COLUMNS)
        if cells or number == 1:
            taken += 1
            yield Row(number, tuple(cells))
        if taken > MOST_ROWS:
            raise NoTable("has more than {most} lines", line=number, most=MOST_ROWS)


def _without_empty_ends(cells: list[Cell]) -> list[Cell]:
    used = len(cells)
    while used and cells[used - 1] == "":
        used -= 1
    return cells[:used]


def _as_merged(cell: Cell, *, beside: bool) -> Cell:
    """What a merged cell holds in another line than its first; beside it, nobody can tell which is meant."""
    if beside and cell != "":
        return Unreadable(message("is merged with the cell beside it: part them, and write each one's value"))
    return cell


def _merged(sheet: Any) -> _Merged:
    """Which cells show what another holds. Raises NoTable."""
    with sheet._get_source() as source:
        ranges = [range_boundaries(found.decode()) for found in _MERGED.findall(source.read())]
    if sum((right - left + 1) * (last - first + 1) for left, first, right, last in ranges) > _MOST_MERGED:
        raise NoTable("has more than {most} merged cells: part them", most=_MOST_MERGED)
    found: dict[int, list[tuple[int, int, int]]] = {}
    for left, first, right, last in ranges:
        for line in range(first, last + 1):
            places = [(column, first, left) for column in range(left, right + 1)]
            found.setdefault(line, []).extend(place for place in places if place[1:] != (line, place[0]))
    return found


def _must_be_bounded(data: bytes) -> None:
    """Raises NoTable: it would unpack to more than any list has."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise NoTable("is no workbook that can be read: it is cut short or damaged") from None
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise NoTable(
            "unpacks to more than {most} bytes, or {parts} parts: no list does", most=MOST_BYTES, parts=_PARTS
        )


def _cells(stored: Sequence[_Read | None], stated: Sequence[_Read | None]) -> Iterator[Cell]:
    for cell, as_stated in zip_longest(stored, stated):
        value, formula = (c.value if c is not None else None for c in (cell, as_stated))
        if isinstance(formula, ArrayFormula | DataTableFormula):
            formula = getattr(formula, "text", None) or "="
        kind = getattr(cell, "data_type", "")
        of_a_formula = isinstance(formula, str) and formula.startswith("=")
        if of_a_formula and value is None and kind != "str":  # an empty text is a value
            yield Unreadable(
                message(
                    "{formula} has no value stored: open the workbook, and save it with its values",
                    formula=formula,
                )
            )
        elif kind == "e":
            yield Unreadable(
                message("{cell} is an error of the spreadsheet: put the value in its place", cell=value)
            )
        else:
            yield _text(value, str(getattr(cell, "number_format", "")))


def _text(value: object, shown_as: str) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime() | date():
            return _as_shown(value, shown_as)
        case time():
            return value.isoformat()
        case int() | float() if abs(value) >= _MOST_EXACT:
            return Unreadable(
                message("{cell} was kept as a number, and has lost digits: type it as text", cell=value)
            )
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


def _as_shown(value: date, shown_as: str) -> str:
    """A date as far as its format shows it, since what was typed as a month is kept as its first day."""
    letters = _NOT_SHOWN.sub("", shown_as).lower()
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat(sep=" ")
    if "y" in letters and "d" not in letters and value.day == 1:
        return value.strftime("%Y-%m") if "m" in letters else value.strftime("%Y")
    return value.strftime("%Y-%m-%d")
