"""What a reader may see of all that is recorded of a subject, and of those that went into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, cast

import orjson
from pydantic import Field

from domain.access import Reader
from domain.canonical import Object
from domain.events import CORRECTION_TOPICS
from domain.kernel import Actor, Document, editions_in
from domain.rules import Words
from domain.subjects import Name, Subject
from domain.tags import SEAT, of_kinds
from projections.answers import NOT_STATED, Answer, AnyObject, Instant, NotStated, Position, answer, stated
from projections.asking.shown import Said, Shown, concluded, opened, show
from projections.asking.standpoint import Standpoint
from projections.history.rows import AuditTrail, names_beside
from projections.rules.answer import article_of
from projections.words.names import RecordedChange, Register

if TYPE_CHECKING:
    from asyncpg import Record


@answer("AName")
class NameThen(Answer):
    """A name and code that a subject has or had; until and since are years."""

    code: str | NotStated = NOT_STATED
    name: str | NotStated = NOT_STATED
    since: int | str | NotStated = NOT_STATED
    until: int | str | NotStated = NOT_STATED


@answer("AChange")
class DivisionChanged(Answer):
    """A recorded change of a division."""

    event: Position
    on: date
    kind: Literal["rename", "recode", "merger", "split", "identified"]
    subject: str
    name: str | None
    code: str | None
    into: tuple[str, ...]


@answer("ASubject")
class SubjectThroughTime(Answer):
    """A subject with all its names, and its recorded changes."""

    id: str
    name: str
    level: str
    province: str
    names: tuple[NameThen, ...]
    region: str | NotStated = NOT_STATED
    until: int | str | NotStated = NOT_STATED
    merged_into: tuple[str, ...] | NotStated = NOT_STATED
    changes: tuple[DivisionChanged, ...] | NotStated = NOT_STATED


@answer("NamedThen")
class NamedThen(Answer):
    """A subject under the name of the time, and today's."""

    id: str
    then: str
    today: str


@answer("ACommitment")
class Commitment(Answer):
    """A salted commitment to what lies beside the log; `why` tells of it what you may see."""

    sealed: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@answer("Judged")
class JudgedBy(Answer):
    """By what an act was judged, as it stands in the event: on which positions in format 1, with a commitment
    to them since format 2."""

    exceptions: tuple[Position, ...] | NotStated = NOT_STATED
    facts: tuple[Position, ...] | NotStated = NOT_STATED
    grounds: Commitment | NotStated = NOT_STATED
    readings: tuple[str, ...] | NotStated = NOT_STATED
    rulebook: str | NotStated = NOT_STATED
    rules: tuple[str, ...] | NotStated = NOT_STATED
    unset: tuple[str, ...] | NotStated = NOT_STATED
    articles: dict[str, str] | NotStated = NOT_STATED


@answer("HistoryEntry")
class HistoryEntry(Answer):
    """One event of a history, as it was believed."""

    event: Position
    topic: str
    recorded_at: Instant
    earliest: date | None
    latest: date | None
    actor: Actor | NotStated = NOT_STATED
    basis: Document | NotStated = NOT_STATED
    data: AnyObject
    effective: str | NotStated = NOT_STATED
    known_since: Position
    known_until: Position | None
    judged: JudgedBy | NotStated = NOT_STATED
    corrected_by: Position | NotStated = NOT_STATED
    subject: NamedThen
    sentence: Words
    withheld: tuple[str, ...] | NotStated = NOT_STATED


@answer("History")
class HistoryPage(Answer):
    """A subject's whole history."""

    subject: SubjectThroughTime
    as_of: date
    as_known: Position
    history: tuple[HistoryEntry, ...]


async def history(
    at: Standpoint, of: Subject, *, with_corrected: bool = True, with_sealed: bool = False
) -> list[HistoryEntry]:
    """What a reader may see of the events of a subject and of those that went into it, in the order of
    effect; each says whose it is, under the name of its time and today's.

    with_corrected: what was corrected, too, beside what replaced it. with_sealed: the sealed values
    that the reader may open, beside their commitments.
    """
    ids = (of.id, *at.names.origins(of.id))
    read = await at.fetch(AuditTrail(), "of_subjects", ids, at.view.as_known, with_corrected)
    told = [
        _Told(row, at.reader)
        for row in _once_each(read)
        if row["earliest"] is None or row["earliest"] <= at.view.as_of
    ]
    scored = (str(t.said.data.get("case")) for t in told if at.reader.cell(t.said.topic) == "closed")
    closed = await concluded(at.log, scored)
    seen = []
    for t in told:
        about = (t.row["subject"], *_seats(of, t.row))
        if shown := show(at.reader, at.names, t.said, about=about, closed=closed):
            seen.append((t, shown))
    data = [shown.said.data for _, shown in seen]
    if with_sealed:
        data = await opened(at.log, [shown for _, shown in seen])
    return [t.entry(shown, own, at.names) for (t, shown), own in zip(seen, data, strict=True)]


def _once_each(rows: Iterable[Record]) -> Iterator[Record]:
    """What concerns several of these subjects, a merger, is told once: of the one that is asked for, which
    comes first."""
    told: set[tuple[int, int]] = set()
    for row in rows:
        key = row["position"], row["known_since"]
        if key not in told:
            told.add(key)
            yield row


def _seats(of: Subject, row: Record) -> tuple[str, ...]:
    """Where a subject lies that the register does not hold, as its events say."""
    if of.beside is None:
        return ()
    return tuple(sorted(of_kinds(orjson.loads(row["original"])["tags"], SEAT)))


def _cited(original: Mapping[str, object]) -> tuple[str, ...]:
    """The editions that judged an event; what a correction supplied, none has."""
    if original["topic"] in CORRECTION_TOPICS:
        return ()
    return editions_in(cast("Mapping[str, object] | None", original.get("judged")))


class _Told:
    """A row of the history: what is believed of an event, and who recorded it; of what a correction put in
    its place, who made the correction, where the reader may see that."""

    def __init__(self, row: Record, reader: Reader) -> None:
        self.row = row
        content = orjson.loads(row["content"])
        recorded = orjson.loads(row["bytes"])
        if row["settled_by"] != row["position"] and not reader.sees_all:
            recorded = orjson.loads(row["original"])
            if recorded["topic"] in CORRECTION_TOPICS:  # the correction itself, that supplied the fact
                recorded = {"recorded_at": recorded["recorded_at"]}
        self.recorded_at: str = recorded["recorded_at"]
        basis = content.get("basis")
        self.said = Said(
            topic=row["topic"],
            data=content["data"],
            effective=content.get("effective"),
            basis=Document.from_json(basis) if basis is not None else None,
            actor=recorded.get("actor"),
            judged=recorded.get("judged"),
            place=row["position"],
            cited=_cited(orjson.loads(row["original"])),
        )

    def entry(self, shown: Shown, data: Object, names: Register) -> HistoryEntry:
        """As it is shown. data: with what was sealed, where that is opened."""
        row, said, id_ = self.row, shown.said, self.row["subject"]
        then, today = names.name_on(id_, row["latest"]), names.name_on(id_, None)
        if called := next(names_beside(data), None):  # the register names no project, zone or town
            then = today = called
        corrected = row["settled_by"] != row["position"]
        return HistoryEntry(
            event=row["position"],
            subject=NamedThen(id=id_, then=then, today=today),
            topic=said.topic,
            recorded_at=self.recorded_at,
            earliest=row["earliest"],
            latest=row["latest"],
            sentence=shown.sentence,
            data=data,
            known_since=row["known_since"],
            known_until=row["known_until"],
            actor=actor(said),
            effective=stated(said.effective),
            basis=stated(said.basis),
            judged=judged_by(said.judged),
            corrected_by=row["settled_by"] if corrected else NOT_STATED,
            withheld=shown.withheld or NOT_STATED,
        )


def actor(said: Said) -> Actor | NotStated:
    """Who recorded an event, as far as that is shown."""
    return NOT_STATED if said.actor is None else Actor(**said.actor)  # type: ignore[arg-type]


def judged_by(judged: Object | None) -> JudgedBy | NotStated:
    """What an event says it was judged by, with the articles of its rules."""
    if judged is None:
        return NOT_STATED
    rules = cast("list[str]", judged.get("rules", []))
    articles = {id_: article for id_ in rules if (article := article_of(id_))}
    return JudgedBy(
        rulebook=cast("str | NotStated", judged.get("rulebook", NOT_STATED)),
        rules=_texts(judged, "rules"),
        articles=articles,
        exceptions=_positions(judged, "exceptions"),
        readings=_texts(judged, "readings"),
        unset=_texts(judged, "unset"),
        facts=_positions(judged, "facts"),
        grounds=_grounds(judged),
    )


def _texts(judged: Object, key: str) -> tuple[str, ...] | NotStated:
    return tuple(cast("list[str]", judged[key])) if key in judged else NOT_STATED


def _grounds(judged: Object) -> Commitment | NotStated:
    committed = cast("dict[str, str] | None", judged.get("grounds"))
    return NOT_STATED if committed is None else Commitment(sealed=committed["sealed"])


def _positions(judged: Object, key: str) -> tuple[int, ...] | NotStated:
    return tuple(cast("list[int]", judged[key])) if key in judged else NOT_STATED


def describe(
    of: Subject, changes: Iterable[RecordedChange] = (), history: Sequence[HistoryEntry] = ()
) -> SubjectThroughTime:
    """A subject as an answer shows it, with its recorded changes; what a project, a zone or a town is called,
    and where it lies, its history says."""
    said = [entry.data for entry in history if entry.subject.id == of.id] if of.beside is not None else []
    names = [name for data in said for name in names_beside(data)]
    provinces = [str(data["province"]) for data in said if "province" in data]
    recorded = tuple(
        DivisionChanged(
            event=change.event,
            on=change.day,
            kind=change.fact.kind,
            subject=change.fact.subject,
            name=change.fact.name,
            code=change.fact.code,
            into=tuple(new.id for new in change.fact.into),
        )
        for change in changes
    )
    return SubjectThroughTime(
        id=of.id,
        name=next(iter(names), of.today.name),
        level=of.level,
        province=next(iter(provinces), of.province),
        names=tuple(_name(name) for name in of.names),
        region=of.region or NOT_STATED,
        until=of.until or NOT_STATED,
        merged_into=of.merged_into or NOT_STATED,
        changes=recorded or NOT_STATED,
    )


def _name(name: Name) -> NameThen:
    return NameThen(
        code=name.code or NOT_STATED,
        name=name.name or NOT_STATED,
        since=stated(name.since),
        until=stated(name.until),
    )
