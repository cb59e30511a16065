"""Tokens: who shows one acts in the role that was granted with it; the ledger knows its hash alone."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date

from domain.access import PUBLIC
from domain.kernel import Actor
from domain.roles import holder, of_token
from eventlog.errors import LedgerError
from eventlog.log import WHOLE, Log

_FORM = re.compile(r"dlt_[A-Za-z0-9_-]{43}")


class NotGranted(LedgerError):
    """A token gives no role: it is none of this ledger's, has expired, or was revoked."""


def new_token() -> str:
    """A new secret of 32 random bytes; whoever has it has the role that its hash was granted."""
    return f"dlt_{secrets.token_urlsafe(32)}"


def digest_of(token: str) -> str:
    """What the ledger keeps of a token: SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


async def actor_of(log: Log, token: str | None, today: date) -> Actor:
    """Who shows this token; without one, the public. Raises NotGranted.

    Asked of the log itself: what was revoked gives nothing from the next request on.
    """
    if token is None:
        return PUBLIC
    if _FORM.fullmatch(token):
        history = await log.read(of_token(digest_of(token)), limit=WHOLE)
        if (actor := holder(history, today)) is not None:
            return actor
    raise NotGranted("the token gives no role here: it is unknown, over, or revoked")
