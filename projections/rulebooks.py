"""Rules as something to read: as this program knows them, and what they did in this ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from domain.access import SEE_ALL, Reader
from domain.events import CORRECTION_TOPICS, ExceptionGranted, ReadingRecorded
from domain.history import believed
from domain.kernel import Query, Selector
from domain.points import POINTS
from domain.programme import Programme
from domain.programmes import PROGRAMMES
from domain.programmes.ledger import LEDGER
from domain.rules import COMMANDS, Command, Rule, Rulebook
from eventlog.log import WHOLE, Log
from eventlog.queries import load

JSONObject = dict[str, Any]
_SQL = load("projections", "rulebooks.sql")
_NAMES = {kind: name for name, kind in COMMANDS.items()}


class Point(Protocol):
    """From where in two-dimensional time a question looks."""

    @property
    def as_of(self) -> date: ...

    @property
    def as_known(self) -> int: ...


@lru_cache(1_024)
def rule_of(id_: str) -> JSONObject:
    """A rule as this program knows it, all its parts; an id of an older rule book stands alone."""
    books: list[Rulebook] = [LEDGER, *PROGRAMMES.values()]
    for book in books:
        parts = [rule for rule in book.rules if rule.id == id_]
        if parts:
            first = parts[0]
            return {
                "id": id_,
                "document": book.instrument or book.id,
                "article": first.article,
                "strength": first.strength,
                "zh": " ".join(dict.fromkeys(part.chinese for part in parts)),
                "en": " ".join(dict.fromkeys(part.english for part in parts)),
            }
    return {"id": id_}


def book_of(id_: str) -> Rulebook | None:
    """The rule book of an id: a programme's, or the ledger's own."""
    return LEDGER if id_ == LEDGER.id else PROGRAMMES.get(id_)


def _acts(parts: Iterable[Rule]) -> list[str]:
    """The acts that a rule judges; `*`: every one."""
    kinds = (kind for part in parts for kind in part.judges)
    return list(dict.fromkeys("*" if kind is Command else _NAMES[kind] for kind in kinds))


async def rules_of(log: Log, reader: Reader, book: Rulebook, view: Point) -> JSONObject:
    """A rule book as it is read: its rules in the text's order, how often each refused, and how many
    exceptions were granted from it (null: not shown); the open points of its text, how they are read,
    and by which events. All as known at a position; readings and exceptions of that day."""
    refused = await _refused(log, view) if reader.actor.role in SEE_ALL else None
    shows_exceptions = reader.cell(ExceptionGranted.topic) in {"see", "open"}
    lifted = await _lifted(log, view) if shows_exceptions else None
    rules = []
    for id_ in dict.fromkeys(rule.id for rule in book.rules):
        parts = [rule for rule in book.rules if rule.id == id_]
        rules.append({
            **rule_of(id_),
            "acts": _acts(parts),
            "shows": list(dict.fromkeys(fact.topic for part in parts for fact in part.of)),
            "refused": None if refused is None else refused[id_],
            "lifted": None if lifted is None else lifted[id_],
        })  # fmt: skip
    points = await _points(log, book, view) if isinstance(book, Programme) else []
    return {"rules": rules, "points": points}


async def _refused(log: Log, view: Point) -> Counter[str]:
    """How many commands each rule refused."""
    rows = await log.pool.fetch(_SQL["refusals"], view.as_known)
    return Counter({row["rule"]: row["commands"] for row in rows})


async def _lifted(log: Log, view: Point) -> Counter[str]:
    """How many exceptions were granted from each rule."""
    query = Query((Selector.of(topics={ExceptionGranted.topic, *CORRECTION_TOPICS}),))
    return Counter(
        str(b.data["rule"])
        for b in believed(await log.read(query, until=view.as_known, limit=WHOLE))
        if b.topic == ExceptionGranted.topic and b.latest_day <= view.as_of
    )


async def _points(log: Log, book: Programme, view: Point) -> list[JSONObject]:
    """The open points of a text: by default, and as readings were recorded."""
    query = Query((
        Selector.of(
            topics={ReadingRecorded.topic, *CORRECTION_TOPICS}, tags={f"programme:{book.id}"}
        ),
    ))  # fmt: skip
    recorded: dict[str, list[JSONObject]] = {}
    for b in believed(await log.read(query, until=view.as_known, limit=WHOLE)):
        fact = b.fact
        if isinstance(fact, ReadingRecorded) and b.latest_day <= view.as_of:
            recorded.setdefault(fact.point, []).append({
                "event": b.position, "round": fact.round, "reading": fact.reading,
                "choice": fact.choice, "effective": b.effective,
                "basis": b.basis.as_json() if b.basis else None,
            })  # fmt: skip
    return [
        {
            "id": id_,
            "question": POINTS[id_].question.as_json(),
            "default": POINTS[id_].default.as_json(),
            "choices": list(POINTS[id_].choices),
            "readings": recorded.get(id_, []),
        }
        for id_ in book.points
    ]


def programmes() -> list[JSONObject]:
    """Every programme, in the order of its text; without rules it is for the record only."""
    return [
        {
            "id": of.id,
            "name": of.name,
            "english": of.english,
            "document": of.instrument,
            "rules": len({rule.id for rule in of.rules}),
            "categories": {code: {"zh": zh, "en": en} for code, (zh, en) in of.categories.items()},
            "fields": {code: {"zh": zh, "en": en} for code, (zh, en) in of.fields.items()},
            "titles": dict(of.titles),
            "binds": list(of.binds),
        }
        for of in PROGRAMMES.values()
    ]
