"""Lists as tables: four kinds of sheet, told by their header, each line one fact.

docs/import.md describes the columns; scripts/list_sheet.py reads a file of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import ValidationError

from domain.canonical import NotCanonical
from domain.cases import is_a_round
from domain.dates import parse
from domain.events import (
    Fact,
    FiguresAttested,
    HistoricalDesignationRecorded,
    HistoricalNoticeRecorded,
    NoticeRecorded,
    NotThatFact,
    decode,
)
from domain.events.fact import reason_of
from domain.folding import folded
from domain.kernel import Actor, Event, Judged
from domain.ledger import LEDGER
from domain.points import POINTS
from domain.programme import Programme
from domain.programmes import PROGRAMMES, UnknownProgramme, programme
from scripts.list_line import Line, Wrong
from scripts.list_subject import about

F = TypeVar("F", bound=Fact)
DOCUMENT_COLUMNS = ("document", "document_title", "issuer", "signed", "published")
SOURCE_COLUMNS = ("source", "source_where")
PROJECT_COLUMNS = ("project", "entity", "credit_code", "number")


@dataclass(frozen=True, slots=True)
class ListFile:
    """One kind of list: its columns, and what a line says."""

    name: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    dated: str  # the column of the day of effect
    fact: Callable[[Line, Programme], Fact | None]
    rules: tuple[str, ...] = ()  # of the ledger itself, that such a record rests on
    instead: tuple[tuple[str, str], ...] = ()  # of a required column, another that says the same

    def lacks(self, stated: Collection[str]) -> list[str]:
        """The required columns that are not among these, nor another that says the same."""
        instead = dict(self.instead)
        return [c for c in self.required if c not in stated and instead.get(c) not in stated]

    def event(self, line: Line, actor: Actor, command: str) -> Event:
        """The event that a line makes. Raises Wrong."""
        told = {column for column, _ in line.problems}
        for column in self.lacks([column for column, cell in line.cells.items() if cell or column in told]):
            line.wrong(column, "is empty; it is required")
        effective = line.date(self.dated)
        words = f"{self.dated}_words"
        if effective and words in line.cells and not parse(effective).is_a_day and not line[words]:
            line.wrong(
                words, "is empty; {effective} is no day: quote what the source says", effective=effective
            )
        basis, readings = line.document(), _readings(line)
        of = _programme(line)
        if "subject" in line.cells and line["round"] and not is_a_round(line["round"]):
            line.wrong(
                "round", "{round!r} is no code of a round: 2021, batch-1, 2022-18", round=line["round"]
            )
        if of is not None:
            fact = self.fact(line, of)
        else:  # what else is wrong is said too
            fact = None
            if "subject" in line.cells:
                about(line, effective)
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
            line.wrong("", error)
            raise Wrong from None
        return event


def _programme(line: Line) -> Programme | None:
    """The programme of an id, or of a name."""
    called = folded(line["programme"])
    id_ = next((of.id for of in PROGRAMMES.values() if called in {of.id, folded(of.name)}), called)
    try:
        return programme(id_)
    except UnknownProgramme as error:
        line.wrong("programme", error)
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
            cell = line.cells.get(column, "")
            line.wrong(column, "{cell!r}: {wrong}", cell=cell, wrong=reason_of(wrong))
        return None


def _category(line: Line, of: Programme) -> str | None:
    codes = line.coded("category", of.ever("categories"))
    if len(codes) > 1:
        line.wrong(
            "category", "names {count} categories; a line is of one: {those}", count=len(codes), those=codes
        )
    return next(iter(codes), None)


def _listed(line: Line, of: Programme, on: str | None) -> dict[str, Any] | None:
    """What a list of a day says of each that stands on it; None: the line has said what is wrong."""
    whom, category = about(line, on), _category(line, of)
    fields = line.coded("fields", of.ever("fields"))
    if whom is None:
        return None
    return {
        "programme": of.id,
        "round": line["round"],
        "subject": whom.id,
        "subject_name": whom.name,
        "province": whom.province,
        "source": line.source(),
        "category": category,
        "fields": fields,
        "note": line.get("note"),
    }


def _designation(line: Line, of: Programme) -> Fact | None:
    listed = _listed(line, of, line.date("announced"))
    held_from, held_until = line.date("held_from"), line.date("held_until")
    if held_from and held_until:
        begins = parse(held_from).earliest
        if begins and begins > parse(held_until).latest:
            line.wrong(
                "held_until",
                "{held_until} lies before held_from {held_from}",
                held_until=held_until,
                held_from=held_from,
            )
    if listed is None:
        return None
    return _made(
        HistoricalDesignationRecorded,
        line,
        designation=f"{of.id}/{line['round']}/{listed['subject']}",
        effective_words=line.get("announced_words"),
        held_from=held_from,
        held_until=held_until,
        held_words=line.get("held_words"),
        rank_words=line.get("rank_words"),
        **listed,
    )


def _on_notice(line: Line, of: Programme) -> Fact | None:
    first, last = line.day("on_notice_from"), line.day("on_notice_until")
    listed = _listed(line, of, first)
    if first and last and last < first:
        line.wrong("on_notice_until", "{last} lies before on_notice_from {first}", last=last, first=first)
    if listed is None:
        return None
    return _made(
        HistoricalNoticeRecorded,
        line,
        entry=f"{of.id}/{line['round']}/{listed['subject']}",
        until=last,
        where=line.get("where"),
        **listed,
    )


def _figure(line: Line, of: Programme) -> Fact | None:
    category = _category(line, of)
    if not re.fullmatch(r"[0-9]{1,15}", line["value"]):
        line.wrong("value", "{value!r} is not a whole number of at most 15 digits", value=line["value"])
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
        *PROJECT_COLUMNS,
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
    (("subject", "project"),),
)
ON_NOTICE = ListFile(
    "on-notice",
    (
        "programme",
        "round",
        "subject",
        *PROJECT_COLUMNS,
        "province",
        "category",
        "fields",
        "on_notice_from",
        "on_notice_until",
        "where",
        *DOCUMENT_COLUMNS,
        *SOURCE_COLUMNS,
        "note",
    ),
    ("programme", "round", "subject", "on_notice_from", "on_notice_until", "source"),
    "on_notice_from",
    _on_notice,
    ("L-6",),
    (("subject", "project"),),
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
SHEETS = (DESIGNATIONS, ON_NOTICE, FIGURES, NOTICES)


def _allowed(cls: type[Fact], name: str) -> list[str]:
    """The values that a fact's field allows."""
    parts = get_args(get_type_hints(cls)[name])  # of a Literal, or of one that may be None
    return [word for part in parts for word in (get_args(part) or (part,)) if isinstance(word, str)]
