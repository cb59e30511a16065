"""Where the live rows of read models stand, for tests that look at the tables themselves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import orjson

from eventlog.log import Log
from projections.answers import encode
from projections.asking.moments import View
from projections.asking.standpoint import Standpoint, reached
from projections.following.taking_in import HowFar, followed, home_of
from projections.model import ReadModel
from tests.support.databases import AUDITOR

if TYPE_CHECKING:
    from eventlog.database import AnyConnection


async def live(connection: AnyConnection) -> str:
    """The schema of the live rows."""
    home = await home_of(connection)
    assert home is not None
    return home


async def standing(log: Log, model: ReadModel, day: date, known: int | None = None) -> Standpoint:
    """An auditor who looks at the live rows of a model: of a day, as known at a position or now."""
    home, position = await reached(log, model, known)
    return Standpoint(log, AUDITOR, view=View(day, position), home=home)


def answered(answer: object) -> Any:
    """An answer as whoever asked over HTTP reads it."""
    return orjson.loads(encode(answer))


async def live_checkpoints(connection: AnyConnection) -> list[HowFar]:
    """How far the live rows have come."""
    return list((await followed(connection))[1].values())
