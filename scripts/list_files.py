"""Lists as tables: three kinds of sheet, told by their header, each line one fact.

docs/import.md describes the columns; scripts/list_sheet.py reads a file of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import ValidationError

from domain.canonical import NotCanonical
from domain.dates import parse
from domain.events import (
    Fact,
    FiguresAttested,
    HistoricalDesignationRecorded,
    NoticeRecorded,
    NotThatFact,
    decode,
)
from domain.kernel import Actor, Event, Judged
from domain.ledger import LEDGER
from domain.points import POINTS
from domain.programme import Programme
from domain.programmes import UnknownProgramme, programme
from domain.subjects import Subject, UnknownSubject, is_project, subject
from scripts.list_line import Line, Wrong

F = TypeVar("F", bound=Fact)
DOCUMENT_COLUMNS = ("document", "document_title", "issuer", "signed", "published")
SOURCE_COLUMNS = ("source", "source_where")


@dataclass(frozen=True, slots=True)
class ListFile:
    """One kind of list: its columns, and what a line says."""

    name: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    dated: str  # the column of the day of effect
    fact: Callable[[Line, Programme], Fact | None]
    rules: tuple[str, ...] = ()  # of the ledger itself, that such a record rests on

    def event(self, line: Line, actor: Actor, command: str) -> Event:
        """The event that a line makes. Raises Wrong."""
        for column in self.required:
            if not line[column]:
                line.wrong(column, "is empty; it is required")
        effective = line.date(self.dated)
        words = f"{self.dated}_words"
        if effective and not parse(effective).is_a_day and not line[words]:
            line.wrong(words, f"is empty; {effective} is no day: quote what the source says")
        basis, readings = line.document(), _readings(line)
        of = _programme(line)
        fact = self.fact(line, of) if of is not None else None
        if fact is None or line.problems:
            raise Wrong
        event = Event(
            topic=fact.topic,
            tags=fact.tags(),
            data=fact.as_data(),
            actor=actor,
            basis=basis,
            command=command,
            effective=effective,
            judged=Judged(LEDGER.cited, self.rules, readings=readings) if self.rules else None,
        )
        try:
            decode(fact.topic, fact.as_data())
            event.spelled(bytes(16))
        except (NotThatFact, NotCanonical) as error:
            line.wrong("", str(error))
            raise Wrong from None
        return event


def _programme(line: Line) -> Programme | None:
    try:
        return programme(line["programme"])
    except UnknownProgramme as error:
        line.wrong("programme", str(error))
        return None


def _readings(line: Line) -> tuple[str, ...]:
    """The open points whose reading a line rests on."""
    return line.listed("readings", POINTS) if "readings" in line.cells else ()


def _made(kind: type[F], line: Line, **stated: Any) -> F | None:
    """A fact, if its own type takes what the cells say."""
    if line.problems:
        return None
    try:
        return kind(**stated)
    except ValidationError as error:
        for wrong in error.errors():
            column = str(wrong["loc"][0]) if wrong["loc"] and wrong["loc"][0] in line.cells else ""
            line.wrong(column, f"{line.cells.get(column, '')!r}: {wrong['msg']}")
        return None


def _designation(line: Line, of: Programme) -> Fact | None:
    announced = line.date("announced")
    on = parse(announced).latest if announced else None
    within = line.province()
    name = line["subject"]
    place: Subject | None
    if is_project(name):
        place, name = _listed(line)
        province = within.id if within else None
        if province is None and not line["province"]:
            line.wrong("province", "is empty; a project's id does not say where it lies")
    else:
        place = line.subject("subject", on=on, province=within.id if within else None)
        province = place.province if place else None
    category = next(iter(line.coded("category", of.ever("categories"))), None)
    fields = line.coded("fields", of.ever("fields"))
    held_from, held_until = line.date("held_from"), line.date("held_until")
    if held_from and held_until:
        begins = parse(held_from).earliest
        if begins and begins > parse(held_until).latest:
            line.wrong("held_until", f"{held_until} lies before held_from {held_from}")
    if place is None:
        return None
    return _made(
        HistoricalDesignationRecorded,
        line,
        designation=f"{of.id}/{line['round']}/{place.id}",
        programme=of.id,
        round=line["round"],
        subject=place.id,
        subject_name=name,
        province=province,
        source=line.source(),
        category=category,
        fields=fields,
        effective_words=line.get("announced_words"),
        held_from=held_from,
        held_until=held_until,
        held_words=line.get("held_words"),
        rank_words=line.get("rank_words"),
        note=line.get("note"),
    )


def _listed(line: Line) -> tuple[Subject | None, str]:
    """A project by its id, and behind a blank its name as the list gives it."""
    id_, _, name = line["subject"].partition(" ")
    try:
        of = subject(id_)
    except UnknownSubject:
        line.wrong(
            "subject",
            f"{id_} is no project: write project:<credit code>/<number>, or project:none-<list>/<line> where "
            "the list gives no credit code",
        )
        return None, name
    if not name.strip():
        line.wrong("subject", f"give the project's name behind its id: {id_} 某项目")
    return of, name.strip()


def _figure(line: Line, of: Programme) -> Fact | None:
    category = next(iter(line.coded("category", of.ever("categories"))), None)
    if not re.fullmatch(r"[0-9]{1,15}", line["value"]):
        line.wrong("value", f"{line['value']!r} is not a whole number of at most 15 digits")
    measure = line.one_of("measure", _allowed(FiguresAttested, "measure"))
    province = line.province()
    return _made(
        FiguresAttested,
        line,
        programme=of.id,
        measure=measure,
        value=int(line["value"]) if line["value"].isdecimal() else 0,
        source=line.source(),
        round=line.get("round"),
        category=category,
        province=province.id if province else None,
        measure_words=line.get("measure_words"),
        effective_words=line.get("stated_words"),
        note=line.get("note"),
    )


def _notice(line: Line, of: Programme) -> Fact | None:
    act = line.one_of("act", _allowed(NoticeRecorded, "act"))
    confidence = None
    if line["confidence"]:
        confidence = line.one_of("confidence", _allowed(NoticeRecorded, "confidence"))
    province = line.province()
    until = line.date("until")
    return _made(
        NoticeRecorded,
        line,
        programme=of.id,
        act=act,
        act_words=line["act_words"],
        source=line.source(),
        confidence=confidence,
        round=line.get("round"),
        province=province.id if province else None,
        effective_words=line.get("effective_words"),
        until=until,
        content=line.get("content"),
        note=line.get("note"),
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


def _allowed(cls: type[Fact], name: str) -> list[str]:
    """The values that a fact's field allows."""
    parts = get_args(get_type_hints(cls)[name])  # of a Literal, or of one that may be None
    return [word for part in parts for word in (get_args(part) or (part,)) if isinstance(word, str)]
