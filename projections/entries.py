"""Histories of entries: all that concerns a subject in a round, its cases and its title."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from domain.cases import Case, NotACase
from domain.events import CORRECTION_TOPICS, Fact
from domain.history import Believed
from domain.kernel import Query, Recorded, Selector
from domain.rules import Seen
from domain.tags import CASE, DESIGNATION, ENTRY
from projections.model import Key, LogSoFar

F = TypeVar("F", bound=Fact)
_OF_ENTRIES = (CASE, DESIGNATION, ENTRY)


def following(*kinds: type[Fact]) -> Query:
    """Facts of these kinds, and corrections."""
    return Query((Selector.of(topics={*(kind.topic for kind in kinds), *CORRECTION_TOPICS}),))


class OfEntries:
    """A read model of one history per entry."""

    async def histories(self, page: Sequence[Recorded], log: LogSoFar) -> Mapping[Key, Sequence[Recorded]]:
        return await of_entries(page, log)


async def of_entries(page: Sequence[Recorded], log: LogSoFar) -> Mapping[Key, Sequence[Recorded]]:
    """The whole history, to the end of this page, of every entry that the page touches.

    Every event of a case carries its entry's tag, every event of a title the title's.
    """
    touched: dict[Key, list[Recorded]] = {entry: [] for event in page for entry in _entries(event.tags)}
    if not touched:
        return {}
    tags = (kind(entry) for entry in touched for kind in (DESIGNATION, ENTRY))
    for event in await log.matching(Query(tuple(Selector.of(tags={tag}) for tag in tags))):
        for entry in _entries(event.tags):
            if entry in touched:
                touched[entry].append(event)
    return touched


def _entries(tags: Iterable[str]) -> set[str]:
    """The entries that an event's tags name; any tag that only looks like one is passed by."""
    named = {text for kind in _OF_ENTRIES for text in kind.among(tags)}
    return {entry for text in named if (entry := _entry(text)) is not None}


def _entry(text: str) -> str | None:
    try:
        return Case.parse(text).entry
    except NotACase:
        return None


def seen(history: Iterable[Believed], key: Key, *kinds: type[F]) -> Iterator[Seen[F]]:
    """The facts of these kinds that are this entry's own, after correction, by position."""
    topics = {kind.topic for kind in kinds}
    for b in sorted(history, key=lambda believed: believed.position):
        if b.topic not in topics:
            continue
        fact = b.fact
        named = (
            getattr(fact, "case", None) or getattr(fact, "designation", None) or getattr(fact, "entry", None)
        )
        if named is not None and _entry(named) == key:
            yield Seen(b.position, fact, b.effective, b.latest_day, b.basis)  # type: ignore[arg-type]
