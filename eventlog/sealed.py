"""Values beside the log: kept with their salt, found by their commitment, erased on an order.

commitment = SHA-256(salt || value). The log holds commitments only, so that hashes, proofs, rules and
rows never depend on a value, and none of them changes when it is erased.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.events import Sealed
from eventlog.queries import load

if TYPE_CHECKING:
    from eventlog.database import AnyConnection, Pool

SALT_BYTES = 16
_SQL = load("eventlog", "beside.sql")


def commitment(salt: bytes, value: bytes) -> bytes:
    """What the log holds of a value."""
    return hashlib.sha256(salt + value).digest()


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


async def erase(connection: AnyConnection, position: int) -> None:
    """Erase what the event at this position orders to be erased, in the caller's transaction."""
    await connection.execute(_SQL["erase"], position)


async def opened(pool: Pool, commitments: Iterable[str]) -> Mapping[str, bytes]:
    """The values that are there, by commitment; an erased one is not."""
    wanted = [bytes.fromhex(text) for text in commitments]
    if not wanted:
        return {}
    rows = await pool.fetch(_SQL["sealed"], wanted)
    return {row["commitment"].hex(): row["value"] for row in rows}
