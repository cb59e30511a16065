"""A table as people have it: the lines of a CSV file or of a sheet in a workbook, each cell as its text.

CSV is read in UTF-8, UTF-16 or GB18030, with `,` `;` or a tab between cells; a workbook as workbooks.py says.
How a file was read is said.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from contextlib import suppress
from pathlib import Path

from domain.messages import Message, message
from scripts.cells import MOST_BYTES, MOST_ROWS, NoTable, Row, Table
from scripts.workbooks import of_workbook

_DELIMITERS = {
    ",": message("{encoding}, with commas"),
    ";": message("{encoding}, with semicolons"),
    "\t": message("{encoding}, with tabs"),
}


def read_table(path: Path, sheet: str | None = None) -> Table:
    """The lines of a file. sheet: of a workbook, by its name; default: the first. Raises NoTable."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise NoTable("has {size} bytes; at most {most} are read", size=size, most=MOST_BYTES)
    data = path.read_bytes()
    if data.startswith(b"PK\x03\x04"):
        return of_workbook(data, sheet)
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
                raise NoTable("has more than {most} lines", line=reader.line_num, most=MOST_ROWS)
    except csv.Error as error:
        raise NoTable("is not CSV: {error}", line=reader.line_num, error=error) from None
    return Table(tuple(rows), Message(_DELIMITERS[delimiter].text, {"encoding": encoding}))


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
            what = (
                message("is cut short, within a character")
                if cut
                else message("is UTF-8 until a byte that is none")
            )
            raise NoTable("{what}: save it anew, or take the original", line=line, what=what) from None
        try:
            return data.decode("gb18030"), "GB18030"
        except UnicodeDecodeError:
            raise NoTable("is neither UTF-8, UTF-16 nor GB18030", line=line) from None


def _of_two_bytes(data: bytes) -> tuple[str, str]:
    """UTF-16 that does not say so: the zero bytes of its commas and digits stand on one side, but for those
    within characters (一 is 4E 00)."""
    sides = ((data[1::2].count(0), "utf-16-le"), (data[::2].count(0), "utf-16-be"))
    for zeros, encoding in sorted(sides, reverse=True):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if zeros and _is_text(text):
                return text, "UTF-16"
    raise NoTable("holds zero bytes: it is no text", line=data[: data.index(b"\0")].count(b"\n") + 1)


def _is_text(text: str) -> bool:
    """Whether it has no character that no text has."""
    kinds = (unicodedata.category(c) for c in text if c not in "\r\n\t\v\x85")
    return {"Cc", "Cn", "Co", "Cs"}.isdisjoint(kinds)


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
