"""A subject's history as a person reads it: every event, what replaced it, and when that was known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from domain.canonical import JSON
from domain.dates import parse
from domain.documents import number_of
from domain.events import CorrectionPublished
from domain.folding import folded
from domain.history import Believed
from domain.kernel import EVERYTHING, Query, Recorded, Selector
from domain.subjects import credit_code_of, is_beside, is_project
from domain.tags import EVENT, SUBJECT
from projections.model import Key, LogSoFar, Row, compact

_LONGEST = 200  # of what is found by a document's number or title


class AuditTrail:
    """One history per event: itself and the corrections that name it."""

    name: ClassVar[str] = "audit_trail"
    package: ClassVar[str] = "projections.history"
    version: ClassVar[int] = 3
    columns: ClassVar[tuple[str, ...]] = tuple(
        "position subject settled_by topic content earliest latest document called".split()
    )
    topics: ClassVar[Query] = EVERYTHING

    async def histories(self, page: Sequence[Recorded], log: LogSoFar) -> Mapping[Key, Sequence[Recorded]]:
        touched: dict[Key, list[Recorded]] = {}
        older: set[int] = set()
        for event in page:
            if event.topic == CorrectionPublished.topic:
                continue  # the correction itself is told beside what it replaced
            corrected = _corrected(event.tags)
            if corrected or any(SUBJECT.among(event.tags)):
                touched[event.position] = [event]
            for root in corrected - {event.position}:
                if root in touched:
                    touched[root].append(event)
                else:
                    older.add(root)
        if older:
            tagged = Query(tuple(Selector.of(tags={EVENT(root)}) for root in older))
            histories: dict[Key, list[Recorded]] = {root: [] for root in older}
            for event in [*await log.at(older), *await log.matching(tagged)]:
                for root in {event.position, *_corrected(event.tags)} & older:
                    histories[root].append(event)
            touched |= histories
        return touched

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        for believed in history:
            if believed.position == key:
                yield from _rows(believed)


def _corrected(tags: frozenset[str]) -> set[int]:
    """The positions that a correction's tags name; any tag that only looks like one is passed by."""
    named = EVENT.among(tags)
    return {int(text) for text in named if text.isascii() and text.isdecimal() and len(text) < 16}


def names_beside(data: Mapping[str, JSON]) -> Iterator[str]:
    """How an event calls what the register does not hold: a project and its entity; a zone or a town."""
    if isinstance(listed := data.get("subject_name"), str) and is_beside(str(data.get("subject"))):
        yield listed
    if isinstance(holder := data.get("holder"), str):
        yield holder
    if isinstance(entity := data.get("entity"), Mapping):
        yield from (str(entity[key]) for key in ("project", "name") if key in entity)


def found_by(subject: str, data: Mapping[str, JSON]) -> list[str]:
    """By what a person may look for such a one: its names, first the one that it is told by; of a project,
    the credit code, too."""
    names = [*names_beside(data)]
    return [*names, credit_code_of(subject)] if names and is_project(subject) else names


def _rows(believed: Believed) -> Iterable[Row]:
    content: dict[str, JSON] = {"data": believed.data}
    earliest = latest = None
    if believed.effective is not None:
        content["effective"] = believed.effective
        when = parse(believed.effective)
        earliest, latest = when.earliest, when.latest
    document = None
    if believed.basis is not None:
        content["basis"] = believed.basis.as_json()
        number = believed.basis.number or believed.basis.title
        document = number_of(number)[:_LONGEST] if number else None
    said = believed.stated_topic, compact(content), earliest, latest, document
    for subject in sorted(SUBJECT.among(believed.tags)):
        called = "\n".join(map(folded, found_by(subject, believed.data))) or None
        yield (believed.position, subject, believed.settled_by, *said, called)
