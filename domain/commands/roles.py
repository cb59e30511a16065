"""Grant a role with a token, and revoke it; the token itself is never known here, only its hash."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.events import Fact, RoleGranted, RoleRevoked
from domain.events.fact import Day, Digest, Text
from domain.events.roles import Granted, Principal, Unit
from domain.programme import Programme
from domain.rules import Broken, Command, Facts, Seal, Seen, command, read
from domain.subjects import UnknownSubject, is_entity, subject


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
            if self.role == "applicant" and is_entity(self.unit):
                return
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
