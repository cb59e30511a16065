"""The process that serves: what a request needs of it, who asks, and how often they may."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.problems import Problem
from api.settings import Settings
from domain.access import PUBLIC
from domain.kernel import Actor
from eventlog.checkpoint import Checkpointer
from eventlog.ledger import Ledger
from eventlog.log import Log
from projections.asking.moments import today
from projections.asking.tokens import NotGranted, actor_of

if TYPE_CHECKING:
    from eventlog.committer import Committer


@dataclass(frozen=True, slots=True)
class House:
    """What a request needs of the process that serves it."""

    log: Log
    ledger: Ledger
    checkpointer: Checkpointer
    committer: Committer
    settings: Settings
    stopping: asyncio.Event  # set when the process is asked to stop: streams end
    rates: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))
    one_workbook: asyncio.Semaphore = field(default_factory=asyncio.Semaphore)  # made at a time
    streams: Counter[str] = field(default_factory=Counter)  # those that are open, by whose they are


async def house(request: Request) -> House:
    """Given to every endpoint; a coroutine, since a function would be given to another thread."""
    found: House = request.app.state.house
    return found


AHouse = Annotated[House, Depends(house)]


# ------------------------------------------------------------------------ who asks


async def who_asks(request: Request, house: AHouse) -> Actor:
    """Who shows the token of a request; the public without one. Counts the request against its rate."""
    actor = await _who_asks(request, house)
    request.state.role = actor.role
    return actor


async def _who_asks(request: Request, house: House) -> Actor:
    settings = house.settings
    reads = request.method in {"GET", "HEAD"}
    if not request.headers.get("authorization"):
        count(house, settings.public_rate, "address", address_of(request))
        return PUBLIC
    try:
        actor = await granted_to(request, house)
    except NotGranted:
        count(house, settings.public_rate, "guesses", address_of(request))
        raise
    rate = settings.read_rate if reads else settings.command_rate
    count(house, rate, "principal", actor.principal, str(reads))
    return actor


async def granted_to(request: Request, house: House) -> Actor:
    """Whom the token of a request names now; without one, the public. Raises NotGranted."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return PUBLIC
    shown = token.strip() if scheme.lower() == "bearer" else ""
    return await actor_of(house.log, shown, await today(house.log, house.ledger))


_limit = cache(parse)  # a rate as it is written


def address_of(request: Request) -> str:
    """Where a request comes from; behind a proxy that the server trusts, as the proxy says."""
    return request.client.host if request.client else "?"


def count(house: House, rate: str, *whose: str) -> None:
    """One more of whose they are. Raises Problem if that is too often."""
    if not house.rates.hit(_limit(rate), *whose):
        _too_many(house, rate, *whose)


def _too_many(house: House, rate: str, *whose: str) -> None:
    free = house.rates.get_window_stats(_limit(rate), *whose).reset_time - time.time()
    raise Problem(
        "too-many", "at most {rate}", rate=rate, headers={"Retry-After": str(max(1, int(free) + 1))}
    )


WhoAsks = Annotated[Actor, Depends(who_asks)]
