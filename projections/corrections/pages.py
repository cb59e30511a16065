"""Proposals and questions read newest first, of those in one state only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from domain.dates import may_have_come
from domain.kernel import Query, Recorded, Selector
from eventlog.log import PAGE, Log


class InAState(Protocol):
    """What is open, or settled in one way or another."""

    @property
    def state(self) -> str: ...


T = TypeVar("T", bound=InAState)


async def newest_first(
    log: Log,
    of: Selector,
    known: int,
    tell: Callable[[Sequence[Recorded]], Awaitable[list[T]]],
    *,
    state: str | None,
    as_of: date | None,
    before: int | None,
    limit: int,
) -> list[T]:
    """What is told of events, the newest first, of those in a state; as known at a position, of those before
    another."""
    until = known if before is None else min(known, before - 1)
    found: list[T] = []
    size = PAGE if state or as_of else min(limit, PAGE)  # most may be settled
    while len(found) < limit and until > 0:
        page = await log.read(Query((of,)), until=until, limit=size, backwards=True)
        told = await tell([event for event in page if as_of is None or may_have_come(event.effective, as_of)])
        found += [one for one in told if state in {None, one.state}]
        if len(page) < size:
            break
        until = page[-1].position - 1
    return found[:limit]
