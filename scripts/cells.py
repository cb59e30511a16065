"""What a table is made of: lines, cells, and what is wrong where."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TypeAlias

from domain.messages import Message, Told

MOST_BYTES = 200_000_000  # of a file, and of a workbook unpacked
MOST_ROWS = 200_000
MOST_COLUMNS = 200
Cell: TypeAlias = "str | Unreadable"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that has no value: why, and what to do."""

    reason: Message


@dataclass(frozen=True, slots=True)
class Row:
    """One line, as an editor or a spreadsheet counts it; the header is the first."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What stands in a file, and how it was read."""

    rows: tuple[Row, ...]
    told: Message  # UTF-8, with commas


class NoTable(Told):
    """A file is no table, or cannot be read as one; `line`: where."""

    def __init__(self, text: str, /, *, line: int = 1, **values: object) -> None:
        super().__init__(text, **values)
        self.line = line


def plain(cell: str) -> str:
    """A cell's text in Unicode normal form C, without blanks around it; what stands within is kept."""
    return unicodedata.normalize("NFC", cell).strip()
