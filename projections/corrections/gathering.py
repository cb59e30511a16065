"""What judging an act again needs to be read, which shows only as it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.corrections.reading import Further, until_nothing_is_new
from domain.kernel import Query, Recorded
from eventlog.log import WHOLE, Log


async def gathered(
    log: Log, wanted: Callable[[Mapping[int, Recorded]], Further], known: int
) -> dict[int, Recorded]:
    """What is wanted, given what was read so far, until nothing is new; as known at a position."""
    there: dict[int, Recorded] = {}
    for new in until_nothing_is_new(lambda: wanted(there)):
        query = Query.joined(new.items)
        found = [
            *await log.at(p for p in new.positions if p <= known),
            *(await log.read(query, until=known, limit=WHOLE) if query.items else ()),
        ]
        there.update((event.position, event) for event in found)
    return there
