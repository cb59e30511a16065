"""Roles folded from their facts: which grants stand on a day, and who acts by a token."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from domain.events import CorrectionApproved, RoleGranted, RoleRevoked
from domain.history import believed
from domain.kernel import Actor, Query, Recorded, Selector
from domain.tags import TOKEN

State: TypeAlias = Literal["to come", "stands", "over", "revoked"]
EVERY_GRANT = Query((Selector.of(topics={RoleGranted.topic, RoleRevoked.topic, CorrectionApproved.topic}),))


def of_token(digest: str) -> Query:
    """All that says what a token gives; corrections carry its tag too."""
    return Query.tagged(TOKEN(digest))


def state_of(granted: RoleGranted, since: date, revoked: Collection[str], day: date) -> State:
    """What a grant is worth on a day. revoked: the hashes of tokens that were."""
    if granted.token in revoked:
        return "revoked"
    if day.isoformat() > granted.until:
        return "over"
    return "stands" if since <= day else "to come"


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant, as it stands on a day."""

    event: int  # position
    fact: RoleGranted
    state: State
    revoked_by: int | None  # position


def grants(history: Iterable[Recorded], day: date) -> list[Grant]:
    """Every grant of a history, in the order of its recording, as it stands on a day."""
    stated = sorted(believed(history), key=lambda b: b.position)
    revoked = {str(b.data["token"]): b.position for b in stated if b.topic == RoleRevoked.topic}
    return [
        Grant(b.position, fact, state_of(fact, b.latest_day, revoked, day), revoked.get(fact.token))
        for b in stated
        if b.topic == RoleGranted.topic and isinstance(fact := b.fact, RoleGranted)
    ]


def holder(history: Iterable[Recorded], day: date) -> Actor | None:
    """Who acts by a token on a day, by what is recorded of it; None: nobody (any more)."""
    for grant in grants(history, day):
        if grant.state == "stands":
            return Actor(grant.fact.principal, grant.fact.role, grant.fact.unit)
    return None
