"""The titles of a programme on a day, as known at a position: who holds, held or is announced."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, cast

import orjson
from pydantic import Field

from domain.canonical import Object
from domain.cases import Case
from domain.events import DecisionQuestioned
from domain.kernel import Document, Query, Selector
from domain.rules import Words
from domain.tags import DESIGNATION
from eventlog.log import WHOLE
from projections.answers import (
    NOT_STATED,
    Answer,
    EndedIn,
    Named,
    Next,
    NotStated,
    Position,
    ProgrammeNamed,
    answer,
    stated,
)
from projections.asking.questions import asked_in, decided
from projections.asking.standpoint import Standpoint, reached
from projections.roster.counting import RosterCounts
from projections.roster.question import PlaceInRoster, RosterQuestion
from projections.roster.rows import Roster, Status, status
from projections.words.terms import category

if TYPE_CHECKING:
    from asyncpg import Record

MOST_UNKNOWN = 100  # titles of unknown category that one answer shows
PAGE_OF_TITLES = 1_000


@answer("Days")
class Days(Answer):
    """A date as stated, and the days between which it lies; null where there is no bound."""

    edtf: str | NotStated = NOT_STATED
    earliest: date | None
    latest: date | None


@answer("ASource")
class ReadIn(Answer):
    """Where a fact was read, when that is not the document itself."""

    title: str
    where: str | NotStated = NOT_STATED


@answer("Withdrawn")
class Withdrawn(Answer):
    """What ended a title."""

    document: Document | NotStated = NOT_STATED
    effective: str | NotStated = NOT_STATED
    event: Position
    ground: str


@answer("Title")
class Title(Answer):
    """One title on a day; a question mark where it is not surely so."""

    designation: str
    programme: str
    round: str
    subject: Named
    province: Named
    category: str | None
    category_words: Words
    fields: tuple[str, ...]
    status: Status
    surely: bool
    announced: Days
    held_from: Days
    held_until: Days
    announced_words: str | NotStated = NOT_STATED
    case: str | NotStated = NOT_STATED
    document: Annotated[Document | None, Field(description="null: the award names none")] | NotStated = (
        NOT_STATED
    )
    held_words: str | NotStated = NOT_STATED
    list: str | NotStated = NOT_STATED
    note: str | NotStated = NOT_STATED
    rank_words: str | NotStated = NOT_STATED
    record: Literal["judged", "historical"]
    source: ReadIn | NotStated = NOT_STATED
    subject_name: str | NotStated = NOT_STATED
    title: str | NotStated = NOT_STATED
    withdrawn: Withdrawn | NotStated = NOT_STATED
    event: Position
    settled_by: Position
    known_since: Position
    ended: Annotated[EndedIn, Field(description="its holder, by the day")] | NotStated = NOT_STATED
    corrected: (
        Annotated[bool, Field(description="true: a correction settled it; else absent")] | NotStated
    ) = NOT_STATED
    questioned: (
        Annotated[
            tuple[Position, ...],
            Field(description="open questions of decisions of its case, to those who may know of them"),
        ]
        | NotStated
    ) = NOT_STATED


@answer("OfUnknownCategory")
class OfUnknownCategory(Answer):
    """Titles of which no source gives the category, or the field: each may be one that was asked for."""

    count: int
    titles: Annotated[tuple[Title, ...], Field(description=f"the first {MOST_UNKNOWN} of them")]


@answer("Roster")
class RosterPage(Answer):
    """A page of the titles of a programme."""

    programme: ProgrammeNamed
    as_of: date
    as_known: Position
    counts: (
        Annotated[RosterCounts, Field(description="on the first page, where they are asked for")] | NotStated
    ) = NOT_STATED
    titles: tuple[Title, ...]
    unknown: (
        Annotated[
            OfUnknownCategory, Field(description="on the first page, where a category or field is asked for")
        ]
        | NotStated
    ) = NOT_STATED
    next: Next


async def roster(
    at: Standpoint, question: RosterQuestion, *, after: PlaceInRoster | None, limit: int
) -> list[Title]:
    """Titles announced by the day, in the order asked for; those behind the place `after`."""
    rows = await _page(at, question, after, limit)
    asked = await _open_questions(at, [row["designation"] for row in rows])
    return [replace(_title(at, row), questioned=asked.get(row["designation"], NOT_STATED)) for row in rows]


async def _open_questions(at: Standpoint, designations: Collection[str]) -> Mapping[str, tuple[int, ...]]:
    """What waits for a decision of each title's case, where the reader may know."""
    if at.reader.cell(DecisionQuestioned.topic) == "-" or not designations:
        return {}
    topics = {DecisionQuestioned.topic}
    query = Query(tuple(Selector.of(topics=topics, tags={DESIGNATION(own)}) for own in designations))
    found = await at.log.read(query, until=at.view.as_known, limit=WHOLE)
    asked = asked_in(found)
    answers = await decided(at.log, asked.values(), at.view.as_known)
    open_: dict[str, tuple[int, ...]] = {}
    for position, question in asked.items():
        if position not in answers:
            own = Case.parse(question.about).entry
            open_[own] = (*open_.get(own, ()), position)
    return open_


async def of_unknown_category(
    at: Standpoint, question: RosterQuestion, most: int | None = MOST_UNKNOWN
) -> OfUnknownCategory | NotStated:
    """What a question by category or field cannot tell of, for want of a source; at most so many titles."""
    if question.category is None and question.field is None:
        return NOT_STATED
    anything = replace(question, category=None, field=None)
    rows = await at.fetch(Roster(), "unknown", *anything.at(at.view), most, question.may_be_of_its_field())
    titles = tuple(_title(at, row) for row in rows)
    return OfUnknownCategory(count=rows[0]["of_all"] if rows else 0, titles=titles)


async def titles_of(at: Standpoint, question: RosterQuestion) -> AsyncIterator[tuple[Record, Title]]:
    """Every title that a question finds, with its row, page by page."""
    after: PlaceInRoster | None = None
    while True:
        # by the time somebody has read a page, the rows may have been made anew elsewhere: the same ones
        home, _ = await reached(at.log, Roster(), at.view.as_known)
        at = replace(at, home=home)
        if not (rows := await _page(at, question, after, PAGE_OF_TITLES)):
            return
        for row in rows:
            yield row, _title(at, row)
        after = rows[-1]["designation"], rows[-1]["position"], rows[-1].get("key") or ""


async def all_of(at: Standpoint, question: RosterQuestion) -> AsyncIterator[Title]:
    """Every title that a question finds; last those of which no source says whether they are among them."""
    async for _, title in titles_of(at, question):
        yield title
    if not isinstance(unknown := await of_unknown_category(at, question, None), NotStated):
        for title in unknown.titles:
            yield title


async def _page(
    at: Standpoint, question: RosterQuestion, after: PlaceInRoster | None, limit: int
) -> list[Record]:
    by_key = question.sort != "designation"
    return await at.fetch(
        Roster(),
        "sorted" if by_key else "page",
        *question.at(at.view),
        after[0] if after else None,
        after[1] if after else None,
        limit,
        *((question.sort, after[2] if after else None) if by_key else ()),
    )


def _title(at: Standpoint, row: Record) -> Title:
    details = orjson.loads(row["details"])
    word, surely = status(row, at.view.as_of)
    called = details.get("holder") or details.get("subject_name")
    return Title(
        designation=row["designation"],
        programme=row["programme"],
        round=row["round"],
        subject=at.named(row["subject"], called),
        province=at.named(row["province"]),
        category=row["category"],
        category_words=category(row["programme"], row["category"], tuple(row["fields"])),
        fields=tuple(row["fields"]),
        status=word,
        surely=surely,
        announced=_days(row, "announced", details.get("announced")),
        held_from=_days(row, "from", details.get("held_from")),
        held_until=_days(row, "until", details.get("held_until")),
        record=details["record"],
        event=row["position"],
        settled_by=row["settled_by"],
        known_since=row["known_since"],
        ended=at.ended(row["subject"]),
        corrected=row["settled_by"] != row["position"] or NOT_STATED,
        case=stated(details.get("case")),
        title=stated(details.get("title")),
        list=stated(details.get("list")),
        document=None if _names_none(details) else _document(details),
        withdrawn=withdrawn(details.get("withdrawn")),
        subject_name=stated(details.get("subject_name")),
        source=_source(details.get("source")),
        announced_words=stated(details.get("announced_words")),
        held_words=stated(details.get("held_words")),
        rank_words=stated(details.get("rank_words")),
        note=stated(details.get("note")),
    )


def _days(row: Record, which: str, edtf: str | None) -> Days:
    earliest, latest = row[f"{which}_earliest"], row[f"{which}_latest"]
    return Days(edtf=edtf or NOT_STATED, earliest=earliest, latest=latest)


def withdrawn(told: Object | None) -> Withdrawn | NotStated:
    """What ended a title, as its row has it."""
    if told is None:
        return NOT_STATED
    return Withdrawn(
        ground=str(told["ground"]),
        event=int(str(told["event"])),
        effective=cast("str | NotStated", told.get("effective", NOT_STATED)),
        document=_document(told),
    )


def _names_none(details: Object) -> bool:
    """Whether an award, not an announcement, names no document."""
    return details["record"] == "judged" and "document" not in details


def _document(told: Object) -> Document | NotStated:
    """The document of a title or of its end, as its row has it."""
    if (document := told.get("document")) is None:
        return NOT_STATED
    return Document.from_json(cast("Object", document))


def _source(told: Mapping[str, str] | None) -> ReadIn | NotStated:
    if told is None:
        return NOT_STATED
    return ReadIn(title=told["title"], where=stated(told.get("where")))


def place_of(question: RosterQuestion, title: Title) -> PlaceInRoster:
    """Where a title stands in the order asked for: behind it a page goes on."""
    match question.sort:
        case "designation":
            key = ""
        case "province":
            key = title.province.id
        case "category":
            key = title.category or "~"
        case "announced":
            key = (title.announced.latest or date.max).isoformat()
        case "newest":
            key = f"{(date.max - (title.announced.latest or date.min)).days:08}"
    return title.designation, title.event, key
