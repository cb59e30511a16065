"""Questions put to the read models: of which day, as known at which position; answers in JSON.

A question's day is `as_of`, its knowledge `as_known`: a position of the log. An answer is true at
the position that the read model has reached, and says so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import orjson

from domain.access import Reader
from domain.dates import SHANGHAI
from domain.events import CORRECTION_TOPICS
from domain.subjects import Subject
from eventlog.errors import LedgerError
from eventlog.ledger import Ledger
from eventlog.log import Log
from projections.audit_trail import AuditTrail
from projections.model import ReadModel, queries
from projections.register import SHIPPED, RecordedChange, Register
from projections.roster import Roster, status
from projections.rulebooks import rule_of
from projections.runner import followed
from projections.sentences import category, name_of
from projections.shown import JSONObject, concluded, opened, show, subjects_of

if TYPE_CHECKING:
    from asyncpg import Record

    from eventlog.database import Pool

PAGE_OF_TITLES = 1_000
Place = tuple[str, int]  # a designation and the position of its event


class NotYetKnown(LedgerError):
    """The read model has not reached that position: ask again, or for an earlier one."""

    def __init__(self, model: str, reached: int, asked: int) -> None:
        super().__init__(
            f"{model} has reached position {reached}; {asked} was asked for: ask again in a moment"
        )
        self.reached = reached


@dataclass(frozen=True, slots=True)
class View:
    """From where in two-dimensional time a question looks."""

    as_of: date
    as_known: int


class NotAMoment(ValueError):
    """A text says neither a position nor an instant."""


async def position_of(log: Log, as_known: str | None) -> int | None:
    """The position that `as_known` names: itself, or that of an instant. Raises NotAMoment."""
    if as_known is None:
        return None
    if as_known.isascii() and as_known.isdecimal() and len(as_known) <= 15:
        return int(as_known)
    if (instant := _instant(as_known)) is None:
        raise NotAMoment(
            f"{as_known!r} is neither a position nor an instant: "
            "write 17, or 2026-11-22T09:30:00Z with its offset"
        )
    return await log.position_at(instant)


async def known_to(log: Log, as_known: str | None) -> int:
    """The position of the log that is asked about; by default the newest. Raises NotAMoment, NotYetKnown."""
    asked, head = await position_of(log, as_known), (await log.head()).position
    if asked is not None and asked > head:
        raise NotYetKnown("the log", head, asked)
    return head if asked is None else asked


def _instant(text: str) -> datetime | None:
    """An instant with its offset, in UTC; None for any other text."""
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None


async def today(log: Log, ledger: Ledger) -> date:
    """The day in Shanghai; on a simulated ledger the day of its newest event."""
    now = await standing_time(log, ledger) or datetime.now(SHANGHAI)
    return now.astimezone(SHANGHAI).date()


async def standing_time(log: Log, ledger: Ledger) -> datetime | None:
    """The time of a simulated ledger whose driver says none: it stands still. None: a real one's."""
    if not ledger.simulated:
        return None
    return (await log.read(limit=1, backwards=True))[0].recorded_at


@dataclass(frozen=True, slots=True)
class RosterQuestion:
    """Which titles; what is None is not asked."""

    programme: str | None = None
    round: str | None = None
    category: str | None = None
    field: str | None = None
    province: str | None = None
    subject: str | None = None


async def reached(log: Log, model: ReadModel, asked: int | None) -> int:
    """The position to answer at: the one asked for, or the newest. Raises NotYetKnown.

    From now on this task reads the rows that are live at this moment.
    """
    async with log.pool.acquire() as connection:
        home, found = await followed(connection)
    if home is not None:
        log.tables.look_in(home)
    newest = found[model.name].position if model.name in found else 0
    if model.name not in found or (asked is not None and asked > newest):
        raise NotYetKnown(model.name, newest, asked or 1)
    return newest if asked is None else asked


async def roster(
    pool: Pool, question: RosterQuestion, view: View, *, after: Place | None, limit: int
) -> list[JSONObject]:
    """Titles announced by `view.as_of`, by (designation, event); those behind the place `after`."""
    return [_title(row, view.as_of) for row in await _page(pool, question, view, after, limit)]


async def titles_of(
    log: Log, question: RosterQuestion, view: View
) -> AsyncIterator[tuple[Record, JSONObject]]:
    """Every title that a question finds, with its row, page by page."""
    after: Place | None = None
    while True:
        # by the time somebody has read a page, the rows may have been made anew elsewhere: the same ones
        await reached(log, Roster(), view.as_known)
        if not (rows := await _page(log.pool, question, view, after, PAGE_OF_TITLES)):
            return
        for row in rows:
            yield row, _title(row, view.as_of)
        after = rows[-1]["designation"], rows[-1]["position"]


async def _page(
    pool: Pool, question: RosterQuestion, view: View, after: Place | None, limit: int
) -> list[Record]:
    return await pool.fetch(
        queries(Roster())["page"],
        view.as_known,
        view.as_of,
        question.programme,
        question.round,
        question.category,
        question.field,
        question.province,
        question.subject,
        after[0] if after else None,
        after[1] if after else None,
        limit,
    )


async def history(
    log: Log, reader: Reader, of: Subject, view: View, *, with_corrected: bool = True,
    with_sealed: bool = False, names: Register = SHIPPED,
) -> list[JSONObject]:  # fmt: skip
    """What a reader may see of the events of a subject and of those that went into it, in the order of
    effect; each says whose it is, under the name of its time and today's.

    with_corrected: what was corrected, too, beside what replaced it. with_sealed: the sealed values
    that the reader may open, beside their commitments. names: the divisions, as known at the view.
    """
    ids = (of.id, *names.origins(of.id))
    read = await log.pool.fetch(
        queries(AuditTrail())["of_subjects"], ids, view.as_known, with_corrected
    )
    rows = [
        row for row in _once_each(read)
        if row["earliest"] is None or row["earliest"] <= view.as_of
    ]  # fmt: skip
    entries = [{**_entry(row, reader), "subject": _named(row, names)} for row in rows]
    scored = (e["data"]["case"] for e in entries if reader.cell(e["topic"]) == "closed")
    closed = await concluded(log, scored)
    shown = [
        found
        for row, entry in zip(rows, entries, strict=True)
        if (found := show(
            reader, entry["topic"], entry, about=(row["subject"], *_seats(of, row)), closed=closed
        ))
    ]  # fmt: skip
    if with_sealed:
        return await opened(log, shown)
    return [found.as_json() for found in shown]


def _once_each(rows: Iterable[Record]) -> Iterator[Record]:
    """What concerns several of these subjects, a merger, is told once: of the one that is asked for, which
    comes first."""
    told: set[tuple[int, int]] = set()
    for row in rows:
        key = row["position"], row["known_since"]
        if key not in told:
            told.add(key)
            yield row


def _named(row: Record, names: Register) -> JSONObject:
    """Whose event it is: as they were called then, and today."""
    id_ = row["subject"]
    return {
        "id": id_, "then": names.name_on(id_, row["latest"]), "today": names.name_on(id_, None)
    }  # fmt: skip


def _seats(of: Subject, row: Record) -> tuple[str, ...]:
    """Where a subject lies that the register does not hold, as its events say."""
    if of.beside is None:
        return ()
    tags = orjson.loads(row["original"])["tags"]
    return tuple(about for about in subjects_of(tags) if about.startswith("seat:"))


def describe(of: Subject, changes: Iterable[RecordedChange] = ()) -> JSONObject:
    """A subject as an answer shows it, with its recorded changes."""
    told: JSONObject = {
        "id": of.id,
        "name": of.today.name,
        "level": of.level,
        "province": of.province,
        "names": [
            {
                key: value
                for key in ("code", "name", "since", "until")
                if (value := getattr(name, key)) not in {None, ""}
            }
            for name in of.names
        ],
    }
    if of.region:
        told["region"] = of.region
    if of.until:
        told["until"] = of.until
    if of.merged_into:
        told["merged_into"] = list(of.merged_into)
    if recorded := [change.as_json() for change in changes]:
        told["changes"] = recorded
    return told


def _title(row: Record, as_of: date) -> JSONObject:
    details = orjson.loads(row["details"])
    word, surely = status(row, as_of)
    said = category(row["programme"], row["category"], tuple(row["fields"]))
    title: JSONObject = {
        "designation": row["designation"],
        "programme": row["programme"],
        "round": row["round"],
        "subject": {
            "id": row["subject"],
            "name": details.pop("holder", None) or name_of(row["subject"]),
        },
        "province": {"id": row["province"], "name": name_of(row["province"])},
        "category": row["category"],
        "category_words": said.as_json(),
        "fields": list(row["fields"]),
        "status": word,
        "surely": surely,
        "announced": _days(row, "announced", details.pop("announced", None)),
        "held_from": _days(row, "from", details.pop("held_from", None)),
        "held_until": _days(row, "until", details.pop("held_until", None)),
        **details,
        "event": row["position"],
        "settled_by": row["settled_by"],
        "known_since": row["known_since"],
    }
    return title


def _days(row: Record, which: str, edtf: str | None) -> JSONObject:
    """A date as stated, and the days between which it lies; null where there is no bound."""
    days: JSONObject = {"earliest": row[f"{which}_earliest"], "latest": row[f"{which}_latest"]}
    return {"edtf": edtf, **days} if edtf else days


def _entry(row: Record, reader: Reader) -> JSONObject:
    """What is believed of an event, and who recorded it: of what a correction put in its place, who
    made the correction, where the reader may see that."""
    content = orjson.loads(row["content"])
    recorded = orjson.loads(row["bytes"])
    if row["settled_by"] != row["position"] and not reader.sees_all:
        recorded = orjson.loads(row["original"])
        if recorded["topic"] in CORRECTION_TOPICS:  # the correction itself, that supplied the fact
            recorded = {"recorded_at": recorded["recorded_at"]}
    entry: JSONObject = {
        "event": row["position"],
        "topic": row["topic"],
        "recorded_at": recorded["recorded_at"],
        "earliest": row["earliest"],
        "latest": row["latest"],
        **({"actor": recorded["actor"]} if "actor" in recorded else {}),
        **content,
        "known_since": row["known_since"],
        "known_until": row["known_until"],
    }
    if "judged" in recorded:
        rules = recorded["judged"].get("rules", ())
        articles = {id_: article for id_ in rules if (article := rule_of(id_).get("article"))}
        entry["judged"] = {**recorded["judged"], "articles": articles}
    if row["settled_by"] != row["position"]:
        entry["corrected_by"] = row["settled_by"]
    return entry
