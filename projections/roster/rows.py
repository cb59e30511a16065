"""Who holds, held or is announced for which title, from when to when, by which document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from domain.canonical import JSON
from domain.cases import Case
from domain.events import DesignationAwarded, DesignationWithdrawn, HistoricalDesignationRecorded
from domain.held import bounds_of, last_day_bounds
from domain.history import Believed
from domain.kernel import Query, Recorded, Selector
from domain.tags import DESIGNATION
from projections.entries import following
from projections.model import Key, LogSoFar, Row, compact

if TYPE_CHECKING:
    from asyncpg import Record

Status: TypeAlias = Literal["announced", "holds", "held"]
ATitle: TypeAlias = HistoricalDesignationRecorded | DesignationAwarded
_TOPICS = (HistoricalDesignationRecorded, DesignationAwarded, DesignationWithdrawn)


class Roster:
    """One history per designation."""

    name: ClassVar[str] = "roster"
    package: ClassVar[str] = "projections.roster"
    version: ClassVar[int] = 3
    columns: ClassVar[tuple[str, ...]] = tuple(
        (
            "designation programme round subject province category fields announced_earliest "
            "announced_latest from_earliest from_latest until_earliest until_latest details "
            "position settled_by"
        ).split()
    )
    topics: ClassVar[Query] = following(*_TOPICS)

    async def histories(self, page: Sequence[Recorded], log: LogSoFar) -> Mapping[Key, Sequence[Recorded]]:
        touched: dict[Key, list[Recorded]] = {key: [] for event in page for key in _designations(event.tags)}
        if not touched:
            return {}
        items = (Selector.of(tags={DESIGNATION(key)}) for key in touched)
        for event in await log.matching(Query(tuple(items))):
            for key in _designations(event.tags):
                if key in touched:
                    touched[key].append(event)
        return touched

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        end = _withdrawal(key, history)
        for believed in history:
            if believed.topic not in _TITLES:
                continue  # another topic under the same tag: no row, whatever it says
            fact = believed.fact
            assert isinstance(fact, ATitle)
            if fact.designation == key:  # else a correction moved it to another designation
                yield _row(believed, fact, end)


_TITLES = {HistoricalDesignationRecorded.topic, DesignationAwarded.topic}


def _designations(tags: frozenset[str]) -> list[str]:
    return list(DESIGNATION.among(tags))


def _withdrawal(key: Key, history: Iterable[Believed]) -> Believed | None:
    """What ended the title: the first that took effect."""
    for believed in history:
        if believed.topic == DesignationWithdrawn.topic:
            fact = believed.fact
            assert isinstance(fact, DesignationWithdrawn)
            if fact.designation == key:
                return believed
    return None


def _row(believed: Believed, fact: ATitle, end: Believed | None) -> Row:
    if isinstance(fact, HistoricalDesignationRecorded):
        of = (fact.programme, fact.round, fact.subject)
    else:
        case = Case.parse(fact.case)
        of = (case.programme, case.round, case.subject)
    details = _details(believed, fact)
    if end is not None:
        details["withdrawn"] = _withdrawn(end)
    begins = bounds_of(fact.held_from or believed.effective)
    ends = bounds_of(fact.held_until)
    if end is not None:
        ends = last_day_bounds(fact.held_until, end.effective)
    days = (*bounds_of(believed.effective), *begins, *ends)
    said = (fact.designation, *of, fact.province, fact.category, fact.fields)
    return (*said, *days, compact(details), believed.position, believed.settled_by)


def _details(believed: Believed, fact: ATitle) -> dict[str, JSON]:
    """What is shown and never searched."""
    details: dict[str, JSON] = {}
    if believed.effective is not None:
        details["announced"] = believed.effective
    if isinstance(fact, DesignationAwarded):
        details |= {"record": "judged", "case": fact.case, "title": fact.title, "list": fact.list}
        term = {"held_from": fact.held_from, "held_until": fact.held_until, "holder": fact.holder}
        details |= {key: value for key, value in term.items() if value is not None}
    else:
        source: dict[str, JSON] = {"title": fact.source.title}
        if fact.source.where is not None:
            source["where"] = fact.source.where
        optional = {
            "announced_words": fact.effective_words,
            "held_from": fact.held_from,
            "held_until": fact.held_until,
            "held_words": fact.held_words,
            "rank_words": fact.rank_words,
            "note": fact.note,
        }
        details |= {"record": "historical", "subject_name": fact.subject_name, "source": source}
        details |= {key: value for key, value in optional.items() if value is not None}
    if believed.basis is not None:
        details["document"] = believed.basis.as_json()
    return details


def _withdrawn(end: Believed) -> dict[str, JSON]:
    fact = end.fact
    assert isinstance(fact, DesignationWithdrawn)
    told: dict[str, JSON] = {"ground": fact.ground, "event": end.position}
    if end.effective is not None:
        told["effective"] = end.effective
    if end.basis is not None:
        told["document"] = end.basis.as_json()
    return told


def status(row: Mapping[str, date | None] | Record, day: date) -> tuple[Status, bool]:
    """What a row says of a day: announced, holds or held, and whether surely (else possibly).

    An unknown first day may be any day; an absent last day means that the title is open-ended.
    """
    earliest, latest = row["from_earliest"] or date.min, row["from_latest"] or date.max
    ends_latest = row["until_latest"] or date.max  # open-ended; an end without a first day may be any
    ends_earliest = row["until_earliest"] or (date.max if row["until_latest"] is None else date.min)
    if day > ends_latest:
        return "held", True
    if day < earliest:
        return "announced", row["announced_latest"] is not None and row["announced_latest"] <= day
    return "holds", latest <= day <= ends_earliest
