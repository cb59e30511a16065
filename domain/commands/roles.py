"""Grant a role with a token, and revoke it; the token itself is never known here, only its hash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from domain.events import CorrectionApproved, Fact, RoleGranted, RoleRevoked
from domain.events.fact import Day, Digest, Text
from domain.events.roles import Granted, Principal, Unit
from domain.history import believed
from domain.kernel import Actor, Query, Recorded, Selector
from domain.rules import Broken, Command, Facts, Programme, Seal, Seen, command, read
from domain.subjects import UnknownSubject, subject


def _of_the_token(act: Any, _day: date) -> Iterator[str]:
    yield f"token:{act.token}"


def _of_the_principal(act: Any, _day: date) -> Iterator[str]:
    yield f"principal:{act.principal}"


THE_TOKEN = read(RoleGranted, RoleRevoked, under=_of_the_token)
THEIR_ROLES = read(RoleGranted, RoleRevoked, under=_of_the_principal)


@command("grant-role", reads=(THE_TOKEN,))
class GrantRole(Command):
    """Give a principal a role: who shows the token whose SHA-256 this is acts in it."""

    principal: Principal
    role: Granted
    unit: Unit
    token: Digest
    until: Day

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if self.role in {"provincial-unit", "applicant"} or (
            self.role == "reviewer" and self.unit != "independent"
        ):
            try:
                subject(self.unit)
            except UnknownSubject as error:
                yield Broken(str(error))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(RoleGranted)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        yield RoleGranted(self.principal, self.role, self.unit, self.token, self.until)


@command("revoke-role", reads=(THE_TOKEN,))
class RevokeRole(Command):
    """Take a role back: the token whose SHA-256 this is gives it no more."""

    token: Digest
    reason: Text | None = None

    def missing(self, facts: Facts) -> Iterator[Broken]:
        if not facts.of(RoleGranted):
            yield Broken("no role was granted with this token")

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(RoleRevoked)

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        granted = facts.of(RoleGranted)[0].fact
        yield RoleRevoked(granted.principal, self.token, seal(self.reason) if self.reason else None)


def of_token(digest: str) -> Query:
    """All that says what a token gives; corrections carry its tag too."""
    return Query.tagged(f"token:{digest}")


def holder(history: Iterable[Recorded], today: date) -> Actor | None:
    """Who acts by a token on a day, by what is recorded of it; None: nobody (any more)."""
    granted: RoleGranted | None = None
    for stated in believed(history):
        match stated.topic:
            case RoleGranted.topic if stated.latest_day <= today:
                assert isinstance(stated.fact, RoleGranted)
                granted = stated.fact
            case RoleRevoked.topic:
                return None
    if granted is None or today.isoformat() > granted.until:
        return None
    return Actor(granted.principal, granted.role, granted.unit)


EVERY_GRANT = Query((
    Selector.of(topics={RoleGranted.topic, RoleRevoked.topic, CorrectionApproved.topic}),
))  # fmt: skip


def grants(history: Iterable[Recorded], today: date) -> list[dict[str, str | int]]:
    """Every grant in order, with its event, and whether it stands, is over or revoked on a day."""
    listed: dict[str, dict[str, str | int]] = {}
    for stated in sorted(believed(history), key=lambda b: b.position):
        if stated.topic == RoleGranted.topic:
            fact = stated.fact
            assert isinstance(fact, RoleGranted)
            listed[fact.token] = {
                "event": stated.position, "principal": fact.principal, "role": fact.role,
                "unit": fact.unit, "until": fact.until, "token": fact.token,
                "state": "over" if today.isoformat() > fact.until
                else "stands" if stated.latest_day <= today else "to come",
            }  # fmt: skip
        elif stated.topic == RoleRevoked.topic and (of := listed.get(str(stated.data["token"]))):
            of |= {"state": "revoked", "revoked_by": stated.position}
    return list(listed.values())
