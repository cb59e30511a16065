"""A subject's history as a person reads it: every event, what replaced it, and when that was known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from domain.canonical import JSON
from domain.dates import parse
from domain.history import Believed
from domain.kernel import EVERYTHING, Query, Recorded, Selector
from projections.model import Key, Reader, Row, compact

SUBJECT = "subject:"
EVENT = "event:"


class AuditTrail:
    """One history per event: itself and the corrections that name it."""

    name: ClassVar[str] = "audit_trail"
    version: ClassVar[int] = 1
    columns: ClassVar[tuple[str, ...]] = (
        "position", "subject", "settled_by", "topic", "content", "earliest", "latest",
    )  # fmt: skip
    topics: ClassVar[Query] = EVERYTHING

    async def histories(
        self, page: Sequence[Recorded], reader: Reader
    ) -> Mapping[Key, Sequence[Recorded]]:
        touched: dict[Key, list[Recorded]] = {}
        older: set[int] = set()
        for event in page:
            corrected = _corrected(event.tags)
            if corrected or any(tag.startswith(SUBJECT) for tag in event.tags):
                touched[event.position] = [event]
            for root in corrected - {event.position}:
                if root in touched:
                    touched[root].append(event)
                else:
                    older.add(root)
        if older:
            tagged = Query(tuple(Selector.of(tags={f"{EVENT}{root}"}) for root in older))
            histories: dict[Key, list[Recorded]] = {root: [] for root in older}
            for event in [*await reader.at(older), *await reader.matching(tagged)]:
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
    named = (tag.removeprefix(EVENT) for tag in tags if tag.startswith(EVENT))
    return {int(text) for text in named if text.isascii() and text.isdecimal() and len(text) < 16}


def _rows(believed: Believed) -> Iterable[Row]:
    content: dict[str, JSON] = {"data": believed.data}
    earliest = latest = None
    if believed.effective is not None:
        content["effective"] = believed.effective
        when = parse(believed.effective)
        earliest, latest = when.earliest, when.latest
    if believed.basis is not None:
        content["basis"] = believed.basis.as_json()
    for tag in sorted(believed.tags):
        if tag.startswith(SUBJECT):
            yield (
                believed.position, tag.removeprefix(SUBJECT), believed.settled_by,
                believed.topic, compact(content), earliest, latest,
            )  # fmt: skip
