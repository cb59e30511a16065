"""Tokens: a request with a token acts in the role granted to it; the ledger stores only the token's hash."""

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
    """A token that gives no role: it is unknown to this ledger, has expired, or was revoked."""


def new_token() -> str:
    """A new secret of 32 random bytes; whoever shows it acts in the role that is granted to its hash."""
    return f"dlt_{secrets.token_urlsafe(32)}"


def digest_of(token: str) -> str:
    """What the ledger keeps of a token: SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


async def actor_of(log: Log, token: str | None, today: date) -> Actor:
    """The actor to whom this token belongs; without a token, the public. Raises NotGranted.

    It is looked up in the log at each request, so that a revocation counts from the next request on.
    """
    if token is None:
        return PUBLIC
    if _FORM.fullmatch(token):
        history = await log.read(of_token(digest_of(token)), limit=WHOLE)
        if (actor := holder(history, today)) is not None:
            return actor
    raise NotGranted("the token gives no role here: it is unknown, over, or revoked")
