"""A file of a list: which kind it is by its header, the event of each line, all that is wrong with it.

No event is made of a file in which anything is wrong; every bad cell is reported with its line, its column,
what was read and what to write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.folding import folded
from domain.kernel import Actor, Event
from domain.messages import Message, Told, message
from projections.words.names import SHIPPED, Register
from scripts.cells import NoTable, Row, Unreadable, plain
from scripts.list_files import SHEETS, ListFile
from scripts.list_line import Line, Wrong, as_compared
from scripts.tables import read_table


@dataclass(frozen=True, slots=True)
class BadLine:
    """One thing that is wrong with a sheet, and where."""

    line: int  # as an editor counts, the header is line 1
    column: str  # empty: the line as a whole
    told: Message

    @property
    def message(self) -> Message:
        """What is wrong, and where."""
        if not self.column:
            return message("line {line}: {wrong}", line=self.line, wrong=self.told)
        return message(
            "line {line}, {column!r}: {wrong}", line=self.line, column=self.column, wrong=self.told
        )


class BadSheet(Told):
    """A sheet cannot be taken in; `problems` are all that is wrong with it."""

    def __init__(self, path: Path, problems: list[BadLine]) -> None:
        super().__init__(
            "{path} has {count} problems; nothing was recorded:{problems:lines}",
            path=path,
            count=len(problems),
            problems=[problem.message for problem in problems],
        )
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a sheet as the event it makes."""

    line: int
    event: Event


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of a file, and how it was read."""

    entries: tuple[Entry, ...]
    told: Message


# What people call the columns, in the words of notices and lists; each column's own name is taken, too.
HEADINGS: Mapping[str, str] = {
    "项目": "programme",
    "批次": "round",
    "轮次": "round",
    "年度": "round",
    "城市": "subject",
    "申报城市": "subject",
    "名称": "subject",
    "项目名称": "project",
    "申报单位": "entity",
    "申报主体": "entity",
    "企业名称": "entity",
    "实施单位": "entity",
    "统一社会信用代码": "credit_code",
    "序号": "number",
    "公示起始日期": "on_notice_from",
    "公示截止日期": "on_notice_until",
    "公示网站": "where",
    "省份": "province",
    "省(自治区、直辖市)": "province",
    "类别": "category",
    "领域": "fields",
    "公布日期": "announced",
    "公布日期原文": "announced_words",
    "起始日期": "held_from",
    "截止日期": "held_until",
    "期限原文": "held_words",
    "释明": "readings",
    "文号": "document",
    "文件名称": "document_title",
    "发文机关": "issuer",
    "成文日期": "signed",
    "发布日期": "published",
    "来源": "source",
    "来源位置": "source_where",
    "名次原文": "rank_words",
    "备注": "note",
    "指标": "measure",
    "指标原文": "measure_words",
    "数值": "value",
    "统计日期": "stated",
    "统计日期原文": "stated_words",
    "事项": "act",
    "事项原文": "act_words",
    "日期": "effective",
    "日期原文": "effective_words",
    "截至": "until",
    "内容": "content",
    "可信度": "confidence",
}


def read_sheet(
    path: Path,
    actor: Actor,
    command: str,
    advance: Callable[[int], None] = lambda _bytes: None,
    sheet: str | None = None,
    names: Register = SHIPPED,
) -> Sheet:
    """All lines of a file as events. Raises BadSheet with everything that is wrong with it.

    advance: told the bytes of each line as it is done. sheet: which one of a workbook. names: of the
    divisions, with the changes that the ledger knows.
    """
    try:
        table = read_table(path, sheet)
    except NoTable as error:
        raise BadSheet(path, [BadLine(error.line, "", error.message)]) from None
    header, *rows = table.rows or (Row(1, ()),)
    kind, columns = _kind_of(path, header)
    entries: list[Entry] = []
    problems: list[BadLine] = []
    for row in rows:
        advance(sum(len(str(cell).encode()) + 1 for cell in row.cells))
        if not any(isinstance(cell, Unreadable) or plain(cell) for cell in row.cells):
            continue
        line = Line(dict.fromkeys(kind.columns, "") | _cells(row, columns), names)
        line.problems.extend(_unread(row, columns))
        try:
            entries.append(Entry(row.number, kind.event(line, actor, command)))
        except Wrong:
            problems += [BadLine(row.number, *problem) for problem in line.problems]
    if problems:
        raise BadSheet(path, problems)
    return Sheet(tuple(entries), table.told)


def _kind_of(path: Path, header: Row) -> tuple[ListFile, list[str]]:
    """Which kind of sheet a header is of, and which column each of its cells begins; empty: none. Raises
    BadSheet."""
    given = ["" if isinstance(cell, Unreadable) else plain(cell) for cell in header.cells]
    columns = [HEADINGS.get(folded(heading), heading) for heading in given]
    stated = {column for column in columns if column}
    fitting = [kind for kind in SHEETS if not kind.lacks(stated) and stated <= set(kind.columns)]
    twice = sorted(column for column in stated if columns.count(column) > 1)
    if len(fitting) != 1 or twice:
        raise BadSheet(path, [_wrong_header(columns, twice)])
    return fitting[0], columns


def _cells(row: Row, columns: Sequence[str]) -> dict[str, str]:
    pairs = zip(columns, row.cells, strict=False)
    return {
        column: as_compared(column, plain(cell))
        for column, cell in pairs
        if column and not isinstance(cell, Unreadable)
    }


def _unread(row: Row, columns: Sequence[str]) -> Iterator[tuple[str, Message]]:
    """What of a line has no value, or no heading."""
    for at, cell in enumerate(row.cells):
        column = columns[at] if at < len(columns) else ""
        if isinstance(cell, Unreadable):
            yield column, cell.reason
        elif not column and plain(cell):
            yield (
                "",
                message(
                    "{cell!r} stands in column {column}, which has no heading: give it one, or empty it",
                    cell=plain(cell),
                    column=at + 1,
                ),
            )


def _wrong_header(columns: Sequence[str], twice: Sequence[str]) -> BadLine:
    stated = [column for column in columns if column]
    nearest = max(SHEETS, key=lambda s: len(set(s.columns) & set(stated)))
    missing = nearest.lacks(stated)
    strange = [c for c in stated if c not in nearest.columns]
    told = [message("is not the header of a known sheet; nearest is {nearest!r}", nearest=nearest.name)]
    if missing:
        told.append(message("missing: {columns}", columns=missing))
    if strange:
        told.append(message("unknown: {columns}", columns=strange))
    if twice:
        told.append(message("more than once: {columns}", columns=list(twice)))
    return BadLine(1, "", message("{wrong:clauses} (docs/import.md describes them)", wrong=told))
