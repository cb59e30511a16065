"""Lists as CSV files: three kinds of sheet, told by their header, each line one fact.

docs/import.md describes the columns. A sheet is read whole; every bad line is reported with the first
bad column and the reason, and no event is made of a sheet that has one.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic import ValidationError

from domain.canonical import NotCanonical
from domain.dates import NotADate, parse
from domain.documents import stated as in_its_spelling
from domain.events import (
    Fact,
    FiguresAttested,
    HistoricalDesignationRecorded,
    NoticeRecorded,
    NotThatFact,
    Source,
    decode,
)
from domain.kernel import Actor, Document, Event, Judged
from domain.ledger import LEDGER
from domain.programmes import UnknownProgramme, programme
from domain.subjects import AmbiguousSubject, Subject, UnknownSubject, find, is_project, subject

DOCUMENT_COLUMNS = ("document", "document_title", "issuer", "signed", "published")
SOURCE_COLUMNS = ("source", "source_where")
Line = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BadLine:
    """One thing that is wrong with a sheet, and where."""

    line: int  # as an editor counts, the header is line 1
    column: str  # empty: the line as a whole
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.column}' if self.column else ''}: {self.reason}"


class BadSheet(Exception):
    """A sheet cannot be taken in; `problems` are all that is wrong with it."""

    def __init__(self, path: Path, problems: list[BadLine]) -> None:
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{path} has {len(problems)} problems; nothing was recorded:\n{listed}")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a sheet as the event it makes."""

    line: int
    event: Event


class _BadCell(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(column, reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ListFile:
    """One kind of list: its columns, and what a line says."""

    name: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    dated: str  # the column of the day of effect
    fact: Callable[[Line], Fact]
    rules: tuple[str, ...] = ()  # of the ledger itself, that such a record rests on

    def event(self, cells: Line, actor: Actor, command: str) -> Event:
        """The event that a line makes. Raises _BadCell."""
        for column in self.required:
            if not cells[column]:
                raise _BadCell(column, "is empty; it is required")
        effective = _date(cells, self.dated)
        words = f"{self.dated}_words"
        if effective and not parse(effective).is_a_day and not cells[words]:
            raise _BadCell(words, f"is empty; {effective} is no day: quote what the source says")
        try:
            fact = self.fact(cells)
            decode(fact.topic, fact.as_data())
        except ValidationError as error:
            found = error.errors()
            wrong = next((e for e in found if e["loc"][:1] in {(c,) for c in cells}), found[0])
            column = str(wrong["loc"][0]) if wrong["loc"] and wrong["loc"][0] in cells else ""
            raise _BadCell(column, f"{cells.get(column, '')!r}: {wrong['msg']}") from None
        except NotThatFact as error:
            raise _BadCell("", str(error)) from None
        readings = tuple(cells.get("readings", "").split(";")) if cells.get("readings") else ()
        event = Event(
            topic=fact.topic,
            tags=fact.tags(),
            data=fact.as_data(),
            actor=actor,
            basis=_document(cells),
            command=command,
            effective=effective,
            judged=Judged(LEDGER.cited, self.rules, readings=readings) if self.rules else None,
        )
        try:
            event.spelled(bytes(16))
        except NotCanonical as error:
            raise _BadCell("", str(error)) from None
        return event


def _designation(cells: Line) -> Fact:
    of = programme(cells["programme"])
    announced = _date(cells, "announced")
    on = parse(announced).latest if announced else None
    province = _found(cells, "province").id if cells["province"] else None
    name = cells["subject"]
    if is_project(name):
        place, name = _listed(name)
        if province is None:
            raise _BadCell("province", "is empty; a project's id does not say where it lies")
    else:
        place = _found(cells, "subject", on=on, province=province)
        province = place.province
    category = cells["category"] or None
    fields = tuple(sorted(part.strip() for part in cells["fields"].split(";") if part.strip()))
    if category is not None and category not in of.ever("categories"):
        raise _BadCell("category", _not_among(category, of.ever("categories")))
    for field in fields:
        if field not in of.ever("fields"):
            raise _BadCell("fields", _not_among(field, of.ever("fields")))
    held_from, held_until = _date(cells, "held_from"), _date(cells, "held_until")
    if held_from and held_until:
        begins = parse(held_from).earliest
        if begins and begins > parse(held_until).latest:
            raise _BadCell("held_until", f"{held_until} lies before held_from {held_from}")
    return HistoricalDesignationRecorded(
        designation=f"{of.id}/{cells['round']}/{place.id}",
        programme=of.id,
        round=cells["round"],
        subject=place.id,
        subject_name=name,
        province=province,
        source=_source(cells),
        category=category,
        fields=fields,
        effective_words=cells["announced_words"] or None,
        held_from=held_from,
        held_until=held_until,
        held_words=cells["held_words"] or None,
        rank_words=cells["rank_words"] or None,
        note=cells["note"] or None,
    )


def _listed(cell: str) -> tuple[Subject, str]:
    """A project by its id, and behind a blank its name as the list gives it."""
    id_, _, name = cell.partition(" ")
    try:
        of = subject(id_)
    except UnknownSubject:
        raise _BadCell(
            "subject",
            f"{id_} is no project: write project:<credit code>/<number>, or project:none-<list>/<line> where "
            "the list gives no credit code",
        ) from None
    if not name.strip():
        raise _BadCell("subject", f"give the project's name behind its id: {id_} 某项目")
    return of, name.strip()


def _figure(cells: Line) -> Fact:
    of = programme(cells["programme"])
    if cells["category"] and cells["category"] not in of.ever("categories"):
        raise _BadCell("category", _not_among(cells["category"], of.ever("categories")))
    if not re.fullmatch(r"[0-9]{1,15}", cells["value"]):
        raise _BadCell("value", f"{cells['value']!r} is not a whole number of at most 15 digits")
    return FiguresAttested(
        programme=of.id,
        measure=_one_of(FiguresAttested, cells, "measure"),
        value=int(cells["value"]),
        source=_source(cells),
        round=cells["round"] or None,
        category=cells["category"] or None,
        province=_found(cells, "province").id if cells["province"] else None,
        measure_words=cells["measure_words"] or None,
        effective_words=cells["stated_words"] or None,
        note=cells["note"] or None,
    )


def _notice(cells: Line) -> Fact:
    return NoticeRecorded(
        programme=programme(cells["programme"]).id,
        act=_one_of(NoticeRecorded, cells, "act"),
        act_words=cells["act_words"],
        source=_source(cells),
        confidence=_one_of(NoticeRecorded, cells, "confidence") if cells["confidence"] else None,
        round=cells["round"] or None,
        province=_found(cells, "province").id if cells["province"] else None,
        effective_words=cells["effective_words"] or None,
        until=_date(cells, "until"),
        content=cells["content"] or None,
        note=cells["note"] or None,
    )


DESIGNATIONS = ListFile(
    "designations",
    (
        "programme",
        "round",
        "subject",
        "province",
        "category",
        "fields",
        "announced",
        "announced_words",
        "held_from",
        "held_until",
        "held_words",
        "readings",
        *DOCUMENT_COLUMNS,
        *SOURCE_COLUMNS,
        "rank_words",
        "note",
    ),
    ("programme", "round", "subject", "source"),
    "announced",
    _designation,
    ("L-6",),
)
FIGURES = ListFile(
    "figures",
    (
        "programme",
        "round",
        "measure",
        "measure_words",
        "category",
        "province",
        "value",
        "stated",
        "stated_words",
        *DOCUMENT_COLUMNS,
        *SOURCE_COLUMNS,
        "note",
    ),
    ("programme", "measure", "value", "source"),
    "stated",
    _figure,
)
NOTICES = ListFile(
    "notices",
    (
        "programme",
        "round",
        "act",
        "act_words",
        "effective",
        "effective_words",
        "until",
        "province",
        *DOCUMENT_COLUMNS,
        "content",
        "confidence",
        *SOURCE_COLUMNS,
        "note",
    ),
    ("programme", "act", "act_words", "source"),
    "effective",
    _notice,
)
SHEETS = (DESIGNATIONS, FIGURES, NOTICES)


def read_sheet(
    path: Path, actor: Actor, command: str, advance: Callable[[int], None] = lambda _bytes: None
) -> list[Entry]:
    """All lines of a file as events. Raises BadSheet with everything that is wrong with it.

    advance: told the bytes of each line as it is done.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = _line_of(path, error.start)
        raise BadSheet(path, [BadLine(line, "", f"is not UTF-8: {error.reason}")]) from None
    lines = csv.reader(unicodedata.normalize("NFC", text).splitlines(keepends=True), strict=True)
    header = next(lines, [])
    sheet = next((s for s in SHEETS if set(s.columns) == set(header)), None)
    if sheet is None or len(set(header)) != len(header):
        raise BadSheet(path, [_wrong_header(header)])
    entries: list[Entry] = []
    problems: list[BadLine] = []
    try:
        for cells in lines:
            advance(sum(len(cell.encode()) + 1 for cell in cells))
            if not any(cells):
                continue
            number = lines.line_num
            if len(cells) != len(header):
                reason = f"has {len(cells)} cells where the header has {len(header)}"
                problems.append(BadLine(number, "", reason))
                continue
            stripped = {c: v.strip() for c, v in zip(header, cells, strict=True)}
            try:
                entries.append(Entry(number, sheet.event(stripped, actor, command)))
            except UnknownProgramme as error:
                problems.append(BadLine(number, "programme", str(error)))
            except _BadCell as bad:
                problems.append(BadLine(number, bad.column, bad.reason))
    except csv.Error as error:
        problems.append(BadLine(lines.line_num, "", f"is not CSV: {error}"))
    if problems:
        raise BadSheet(path, sorted(problems, key=lambda problem: problem.line))
    return entries


def _wrong_header(header: list[str]) -> BadLine:
    nearest = max(SHEETS, key=lambda s: len(set(s.columns) & set(header)))
    missing = [c for c in nearest.columns if c not in header]
    strange = [c for c in header if c not in nearest.columns]
    reason = f"is not the header of a known sheet; nearest is {nearest.name}"
    if missing:
        reason += f"; missing: {', '.join(missing)}"
    if strange:
        reason += f"; unknown: {', '.join(strange)}"
    return BadLine(1, "", f"{reason} (docs/import.md describes them)")


def _date(cells: Line, column: str) -> str | None:
    if not cells[column]:
        return None
    try:
        parse(cells[column])
    except NotADate as error:
        raise _BadCell(column, str(error)) from None
    return cells[column]


def _found(cells: Line, column: str, *, on: date | None = None, province: str | None = None) -> Subject:
    """The subject that a cell names, on its day and in its province."""
    try:
        return find(cells[column], on=on, province=province)
    except (UnknownSubject, AmbiguousSubject) as error:
        raise _BadCell(column, str(error)) from None


def _one_of(cls: type[Fact], cells: Line, column: str) -> Any:
    """A cell that is one of the values that the fact's field allows."""
    parts = get_args(get_type_hints(cls)[column])  # of a Literal, or of one that may be None
    allowed = [word for part in parts for word in (get_args(part) or (part,)) if isinstance(word, str)]
    if cells[column] not in allowed:
        raise _BadCell(column, _not_among(cells[column], allowed))
    return cells[column]


def _not_among(given: str, allowed: Iterable[str]) -> str:
    return f"{given!r} is none of: {', '.join(allowed) or '(none are defined)'}"


def _source(cells: Line) -> Source:
    return Source(cells["source"], cells["source_where"] or None)


def _document(cells: Line) -> Document | None:
    stated = Document(
        number=cells["document"] or None,
        title=cells["document_title"] or None,
        issuer=cells["issuer"] or None,
        signed=_date(cells, "signed"),
        published=_date(cells, "published"),
    )
    return in_its_spelling(stated) if stated.as_json() else None


def _line_of(path: Path, byte: int) -> int:
    return path.read_bytes()[:byte].count(b"\n") + 1
