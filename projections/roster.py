"""Who holds, held or is announced for which title, from when to when, by which document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from domain.canonical import JSON
from domain.dates import Uncertain, parse
from domain.events import CORRECTION_TOPICS, HistoricalDesignationRecorded
from domain.history import Believed
from domain.kernel import Query, Recorded, Selector
from projections.model import Key, Reader, Row, compact

if TYPE_CHECKING:
    from asyncpg import Record

PREFIX = "designation:"
Status: TypeAlias = Literal["announced", "holds", "held"]


class Roster:
    """One history per designation."""

    name: ClassVar[str] = "roster"
    version: ClassVar[int] = 1
    columns: ClassVar[tuple[str, ...]] = (
        "designation", "programme", "round", "subject", "province", "category", "fields",
        "announced_earliest", "announced_latest", "from_earliest", "from_latest",
        "until_earliest", "until_latest", "details", "position", "settled_by",
    )  # fmt: skip
    topics: ClassVar[Query] = Query(
        (Selector.of(topics={HistoricalDesignationRecorded.topic, *CORRECTION_TOPICS}),)
    )

    async def histories(
        self, page: Sequence[Recorded], reader: Reader
    ) -> Mapping[Key, Sequence[Recorded]]:
        touched: dict[Key, list[Recorded]] = {
            key: [] for event in page for key in _designations(event.tags)
        }
        if not touched:
            return {}
        items = (Selector.of(tags={f"{PREFIX}{designation}"}) for designation in touched)
        for event in await reader.matching(Query(tuple(items))):
            for key in _designations(event.tags):
                if key in touched:
                    touched[key].append(event)
        return touched

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        for believed in history:
            if believed.topic != HistoricalDesignationRecorded.topic:
                continue  # another topic under the same tag: no row, whatever it says
            fact = believed.fact
            assert isinstance(fact, HistoricalDesignationRecorded)
            if fact.designation == key:  # else a correction moved it to another designation
                yield _row(believed, fact)


def _designations(tags: frozenset[str]) -> list[str]:
    return [tag.removeprefix(PREFIX) for tag in tags if tag.startswith(PREFIX)]


def _row(believed: Believed, fact: HistoricalDesignationRecorded) -> Row:
    announced = _bounds(believed.effective)
    begins = _bounds(fact.held_from or believed.effective)
    ends = _bounds(fact.held_until)
    source: dict[str, JSON] = {"title": fact.source.title}
    if fact.source.where is not None:
        source["where"] = fact.source.where
    details: dict[str, JSON] = {
        "subject_name": fact.subject_name,
        "source": source,
        "record": "historical",
    }
    optional = {
        "announced": believed.effective,
        "announced_words": fact.effective_words,
        "held_from": fact.held_from,
        "held_until": fact.held_until,
        "held_words": fact.held_words,
        "rank_words": fact.rank_words,
        "note": fact.note,
    }
    details.update({key: value for key, value in optional.items() if value is not None})
    if believed.basis is not None:
        details["document"] = believed.basis.as_json()
    return (
        fact.designation, fact.programme, fact.round, fact.subject, fact.province, fact.category,
        fact.fields, *announced, *begins, *ends, compact(details),
        believed.position, believed.settled_by,
    )  # fmt: skip


def _bounds(edtf: str | None) -> tuple[date | None, date | None]:
    """Earliest and latest; nothing known has no bound."""
    if edtf is None:
        return None, None
    when: Uncertain = parse(edtf)
    return when.earliest, when.latest


def status(row: Mapping[str, date | None] | Record, day: date) -> tuple[Status, bool]:
    """What a row says of a day: announced, holds or held, and whether surely (else possibly).

    An unknown first day may be any day; an absent last day means that the title is open-ended.
    """
    earliest, latest = row["from_earliest"] or date.min, row["from_latest"] or date.max
    ends_earliest, ends_latest = row["until_earliest"] or date.max, row["until_latest"] or date.max
    if day > ends_latest:
        return "held", True
    if day < earliest:
        return "announced", row["announced_latest"] is not None and row["announced_latest"] <= day
    return "holds", latest <= day <= ends_earliest
