"""What every answer has: the ledger it is of, the position it is true at, a cursor that pins it."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import Depends, Query, Request, Response

from api.problems import BadQuestion
from eventlog.checkpoint import Witness
from eventlog.ledger import Ledger
from eventlog.log import Log

MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class House:
    """What a request needs of the process that serves it."""

    log: Log
    ledger: Ledger
    witness: Witness


def house(request: Request) -> House:
    """Given to every endpoint."""
    found: House = request.app.state.house
    return found


AHouse = Annotated[House, Depends(house)]
AsOf = Annotated[date | None, Query(description="the day asked about; default: today in Shanghai")]
AsKnown = Annotated[
    str | None,
    Query(description="as known at this position or instant; default: now", max_length=40),
]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="rows in a page")]
Cursor = Annotated[str | None, Query(description="`next` of the page before", max_length=1000)]


def answer(of: House, position: int, body: dict[str, Any]) -> Response:
    """A JSON answer that says of which ledger it is, and at which position it is true."""
    whole = {"ledger": of.ledger.as_json(), "position": position, **body}
    return Response(orjson.dumps(whole), media_type="application/json", headers=headers(position))


def headers(position: int) -> dict[str, str]:
    """The same for answers that are no JSON object; which ledger it is, every answer's headers say."""
    return {"Ledger-Position": str(position)}


def next_cursor(**pinned: str | int) -> str:
    """Where the next page goes on, and what it must keep."""
    return base64.urlsafe_b64encode(orjson.dumps(pinned)).decode().rstrip("=")


def read_cursor(cursor: str, **kinds: type) -> dict[str, Any]:
    """What a cursor pins. Raises BadQuestion."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        pinned = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        pinned = None
    if (
        not isinstance(pinned, dict)
        or pinned.keys() != kinds.keys()
        or any(type(pinned[key]) is not kind for key, kind in kinds.items())
    ):
        raise BadQuestion("cursor", "is not a `next` of this question: ask without a cursor")
    return pinned
