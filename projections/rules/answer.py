"""Rules as something to read: as this program knows them, and what they did in this ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from domain.access import SEE_ALL
from domain.acts import COMMANDS
from domain.commands.command import Command
from domain.events import CORRECTION_TOPICS, ExceptionGranted, ReadingRecorded
from domain.history import believed
from domain.kernel import Document, Query, Selector
from domain.ledger import LEDGER
from domain.points import POINTS
from domain.programme import Programme
from domain.programmes import PROGRAMMES
from domain.rules import FROM_NOW_ON, Rule, Rulebook, Strength, Words
from domain.tags import PROGRAMME
from eventlog.log import WHOLE
from eventlog.queries import load
from projections.answers import NOT_STATED, Answer, NotStated, Position, answer
from projections.asking.standpoint import Standpoint

_SQL = load("projections.rules", "refusals.sql")


@answer("ARule")
class RuleNamed(Answer):
    """A rule as this program knows it, all its parts; an id of an older rule book stands alone."""

    id: str
    document: str | NotStated = NOT_STATED
    article: str | NotStated = NOT_STATED
    strength: Strength | NotStated = NOT_STATED
    zh: str | NotStated = NOT_STATED
    en: str | NotStated = NOT_STATED


@answer("RulePage")
class RulePage(Answer):
    """One rule."""

    rule: RuleNamed


@answer("ARuleAtWork")
class RuleAtWork(Answer):
    """A rule, and what it did in this ledger."""

    id: str
    document: str
    article: str
    strength: Strength
    zh: str
    en: str
    acts: Annotated[tuple[str, ...], Field(description="that it judges; `*`: every one")]
    shows: Annotated[tuple[str, ...], Field(description="topics of which it shows something")]
    refused: Annotated[int | None, Field(description="commands; null: not shown to you")]
    lifted: Annotated[int | None, Field(description="exceptions; null: not shown to you")]


@answer("AReading")
class RecordedReading(Answer):
    """How an open point was read, by which event."""

    event: Position
    round: str | None
    reading: str
    choice: str | None
    effective: Annotated[str, Field(json_schema_extra={"format": "date"})] | None
    basis: Document | None


@answer("APoint")
class OpenPoint(Answer):
    """Where the text is silent: the ledger's default, and the recorded readings."""

    id: str
    question: Words
    default: Words
    choices: tuple[str, ...]
    readings: tuple[RecordedReading, ...]


@answer("ABook")
class BookNamed(Answer):
    """A rule book, and the document that it is of."""

    id: str
    document: str | None


@answer("Rules")
class RulesPage(Answer):
    """A rule book as it is read."""

    as_of: date
    as_known: Position
    programme: BookNamed
    rules: tuple[RuleAtWork, ...]
    points: tuple[OpenPoint, ...]


@answer("AProgrammesPage")
class ProgrammeListed(Answer):
    """One programme; without rules it is for the record only."""

    id: str
    name: str
    english: str
    document: str | None
    rules: int
    categories: dict[str, Words]
    fields: dict[str, Words]
    titles: dict[str, str]
    binds: Annotated[tuple[str, ...], Field(description="programmes whose titles it binds, too")]


@answer("Programmes")
class ProgrammesPage(Answer):
    """Every programme, in the order of its text."""

    programmes: tuple[ProgrammeListed, ...]


@lru_cache(1_024)
def rule_of(id_: str, judged_by: tuple[str, ...] = ()) -> RuleNamed:
    """A rule by its id, as the edition has it that judged an event (judged_by: what the event names), else
    as the newest edition that has one."""
    newest: list[Rulebook] = [LEDGER, *PROGRAMMES.values()]
    books = [one for of in newest for one in of.editions]
    if any("/" in name for name in judged_by):
        books.sort(key=lambda one: one.cited not in judged_by)
    elif judged_by:  # before editions had names, nothing was read anew
        books.sort(key=lambda one: one.behind >= FROM_NOW_ON)
    for book in books:
        if parts := [rule for rule in book.rules if rule.id == id_]:
            first = parts[0]
            return RuleNamed(
                id=id_,
                document=book.instrument or book.id,
                article=first.article,
                strength=first.strength,
                zh=_in_chinese(parts),
                en=_in_english(parts),
            )
    return RuleNamed(id=id_)


def _in_chinese(parts: Iterable[Rule]) -> str:
    return " ".join(dict.fromkeys(part.chinese for part in parts))


def _in_english(parts: Iterable[Rule]) -> str:
    return " ".join(dict.fromkeys(part.english for part in parts))


def article_of(id_: str) -> str | None:
    """In which article a rule stands; None: it is of an older rule book."""
    article = rule_of(id_).article
    return article if isinstance(article, str) else None


def book_of(id_: str) -> Rulebook | None:
    """The rule book of an id: a programme's, or the ledger's own."""
    return LEDGER if id_ == LEDGER.id else PROGRAMMES.get(id_)


def acts_of(parts: Iterable[Rule]) -> list[str]:
    """The acts that a rule judges; `*`: every one."""
    kinds = [kind for part in parts for kind in part.judges]
    if Command in kinds:
        return ["*"]
    named = (act for kind in kinds for act, of in COMMANDS.items() if issubclass(of, kind))
    return list(dict.fromkeys(named))


async def rules_of(at: Standpoint, book: Rulebook) -> RulesPage:
    """A rule book: its rules in the text's order, how often each refused, and how many exceptions were
    granted from it (null: not shown); the open points of its text, how they are read, and by which events.
    All as known at a position; readings and exceptions of that day."""
    refused = await _refused(at) if at.reader.actor.role in SEE_ALL else None
    shows_exceptions = at.reader.cell(ExceptionGranted.topic) in {"see", "open"}
    lifted = await _lifted(at) if shows_exceptions else None
    by_id: dict[str, list[Rule]] = defaultdict(list)
    for rule in book.rules:
        by_id[rule.id].append(rule)
    rules = (
        RuleAtWork(
            id=id_,
            document=book.instrument or book.id,
            article=parts[0].article,
            strength=parts[0].strength,
            zh=_in_chinese(parts),
            en=_in_english(parts),
            acts=tuple(acts_of(parts)),
            shows=tuple(dict.fromkeys(fact.topic for part in parts for fact in part.of)),
            refused=None if refused is None else refused[id_],
            lifted=None if lifted is None else lifted[id_],
        )
        for id_, parts in by_id.items()
    )
    return RulesPage(
        as_of=at.view.as_of,
        as_known=at.view.as_known,
        programme=BookNamed(id=book.id, document=book.instrument),
        rules=tuple(rules),
        points=await _points(at, book) if isinstance(book, Programme) else (),
    )


async def _refused(at: Standpoint) -> Counter[str]:
    """How many commands each rule refused."""
    rows = await at.log.pool.fetch(_SQL["refusals"], at.view.as_known)
    return Counter({row["rule"]: row["commands"] for row in rows})


async def _lifted(at: Standpoint) -> Counter[str]:
    """How many exceptions were granted from each rule."""
    query = Query((Selector.of(topics={ExceptionGranted.topic, *CORRECTION_TOPICS}),))
    found = believed(await at.log.read(query, until=at.view.as_known, limit=WHOLE))
    return Counter(
        str(b.data["rule"])
        for b in found
        if b.topic == ExceptionGranted.topic and b.latest_day <= at.view.as_of
    )


async def _points(at: Standpoint, book: Programme) -> tuple[OpenPoint, ...]:
    """The open points of a text: by default, and as readings were recorded."""
    topics = {ReadingRecorded.topic, *CORRECTION_TOPICS}
    query = Query((Selector.of(topics=topics, tags={PROGRAMME(book.id)}),))
    recorded: dict[str, list[RecordedReading]] = defaultdict(list)
    for b in believed(await at.log.read(query, until=at.view.as_known, limit=WHOLE)):
        fact = b.fact
        if isinstance(fact, ReadingRecorded) and b.latest_day <= at.view.as_of:
            recorded[fact.point].append(
                RecordedReading(
                    event=b.position,
                    round=fact.round,
                    reading=fact.reading,
                    choice=fact.choice,
                    effective=b.effective,
                    basis=b.basis,
                )
            )
    return tuple(
        OpenPoint(
            id=id_,
            question=POINTS[id_].question,
            default=POINTS[id_].default,
            choices=tuple(POINTS[id_].choices),
            readings=tuple(recorded[id_]),
        )
        for id_ in book.points
    )


def programmes() -> ProgrammesPage:
    """Every programme."""
    return ProgrammesPage(
        programmes=tuple(
            ProgrammeListed(
                id=of.id,
                name=of.name,
                english=of.english,
                document=of.instrument,
                rules=len({rule.id for rule in of.rules}),
                categories={code: Words(*words) for code, words in of.categories.items()},
                fields={code: Words(*words) for code, words in of.fields.items()},
                titles=dict(of.titles),
                binds=tuple(of.binds),
            )
            for of in PROGRAMMES.values()
        )
    )
