"""Values beside the log: kept with their salt, found by their commitment, erased on an order.

commitment = SHA-256(salt || value). The log holds commitments only, so that hashes, proofs, rules and
rows never depend on a value, and none of them changes when it is erased.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from domain.events import Sealed
from domain.kernel import Grounds, Recorded, Spelled, commitment
from eventlog.queries import load

if TYPE_CHECKING:
    from eventlog.database import AnyConnection, Pool

SALT_BYTES = 16
_HASH = re.compile(r"[0-9a-f]{64}")
_SQL = load("eventlog", "beside.sql")


@dataclass(slots=True)
class Sealing:
    """The values of one act, sealed as it is judged, kept when it is stored."""

    salts: list[bytes] = field(default_factory=list)
    values: list[bytes] = field(default_factory=list)

    def __call__(self, value: str | bytes) -> Sealed:
        data = value.encode() if isinstance(value, str) else value
        salt = secrets.token_bytes(SALT_BYTES)
        self.salts.append(salt)
        self.values.append(data)
        return Sealed(commitment(salt, data).hex())


async def keep(connection: AnyConnection, sealings: Sequence[Sealing]) -> None:
    """Keep what these sealed, in the caller's transaction."""
    salts = [salt for sealing in sealings for salt in sealing.salts]
    values = [value for sealing in sealings for value in sealing.values]
    if salts:
        await connection.execute(_SQL["keep"], salts, values)


async def keep_grounds(connection: AnyConnection, first: int, events: Sequence[Spelled]) -> None:
    """Keep what judged these events, the first of which stands at that position, in the caller's
    transaction."""
    kept = [(first + n, *event.grounds) for n, event in enumerate(events) if event.grounds is not None]
    if kept:
        positions, salts, values = zip(*kept, strict=True)
        await connection.execute(_SQL["keep_grounds"], positions, salts, values)


async def grounds_of(pool: Pool, events: Iterable[Recorded]) -> dict[int, Grounds]:
    """On what each of these events was judged, by position: what lies beside the log since format 2, and
    before stood in the event itself. What is not kept, or is none, is not there: `verify` says so."""
    found: dict[int, Grounds] = {}
    beside: list[int] = []
    for event in events:
        judged = cast("Mapping[str, list[int]]", event.judged or {})
        if "grounds" in judged:
            beside.append(event.position)
        elif judged:
            facts, exceptions = judged.get("facts", ()), judged.get("exceptions", ())
            found[event.position] = Grounds(tuple(facts), tuple(exceptions))
    for row in await pool.fetch(_SQL["grounds"], beside) if beside else ():
        with suppress(ValueError, KeyError, TypeError):
            found[row["position"]] = Grounds.from_value(row["value"])
    return found


async def erase(connection: AnyConnection, position: int) -> None:
    """Erase what the event at this position orders to be erased, in the caller's transaction."""
    await connection.execute(_SQL["erase"], position)


async def opened(pool: Pool, commitments: Iterable[str]) -> Mapping[str, bytes]:
    """The values that are there, by commitment; an erased one is not."""
    wanted = [bytes.fromhex(text) for text in commitments if _HASH.fullmatch(text)]
    if not wanted:
        return {}
    rows = await pool.fetch(_SQL["sealed"], wanted)
    return {row["commitment"].hex(): row["value"] for row in rows}
