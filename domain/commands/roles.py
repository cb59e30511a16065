"""Grant a role with a token, and revoke it; the token itself is never known here, only its hash."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.commands.command import ByAGrantedRole, Command, command
from domain.commands.subjects import changes_of, unknown
from domain.events import Fact, RoleGranted, RoleProposed, RoleRevoked, SubjectChanged
from domain.events.fact import Day, Digest, Text
from domain.events.roles import Granted, Principal, Unit
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Seal, Seen, read
from domain.subjects import is_entity
from domain.tags import EVERY_DECIDER, PRINCIPAL, TOKEN

OPERATOR = "operator"  # whoever keeps the machine: no principal of a token


def _of_the_unit(act: Any, _day: date) -> Iterator[str]:
    yield from changes_of((act.unit,))


ITS_ORIGIN = read(SubjectChanged, under=_of_the_unit)


def _of_the_token(act: Any, _day: date) -> Iterator[str]:
    yield TOKEN(act.token)


def _of_the_actor(act: Any, _day: date) -> Iterator[str]:
    yield PRINCIPAL(act.actor.principal)


def _of_the_principal(act: Any, _day: date) -> Iterator[str]:
    yield PRINCIPAL(act.principal)


# Who decides with another: corrections, erasures, and who else decides.
DECIDING = frozenset({"ministry", "administrator"})
FOUNDERS = 2  # principals who decide that whoever keeps the machine may name alone
THE_TOKEN = read(RoleGranted, RoleProposed, RoleRevoked, under=_of_the_token)
THE_ACTORS_ROLE = read(RoleGranted, RoleRevoked, under=_of_the_actor)
THEIR_ROLES = read(RoleGranted, RoleRevoked, under=_of_the_principal)
THE_DECIDERS = read(RoleGranted, under=lambda _act, _day: (EVERY_DECIDER,))


def being_founded(facts: Facts) -> bool:
    """Whether fewer than two principals who decide were ever named, or the days of all are over.

    One who was revoked counts until then: else whoever revokes could found the ledger anew, alone. And one
    who is left is not joined by another of the keeper's choice: the keeper may be the one.
    """
    named = [g.fact for g in facts.of(RoleGranted) if g.fact.role in DECIDING]
    over = all(role.until < facts.today.isoformat() for role in named)
    return len({role.principal for role in named}) < FOUNDERS or over


@command("grant-role", "grants", reads=(THE_TOKEN, THE_DECIDERS, ITS_ORIGIN))
class GrantRole(ByAGrantedRole):
    """Give a principal a role: who shows the token whose SHA-256 this is acts in it.

    A role that decides, ministry or administrator, is given once another person confirms it; but the
    first two, which whoever keeps the machine names.
    """

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
            yield from unknown((self.unit,), facts)

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        given: list[Seen[Any]] = [*facts.of(RoleGranted), *facts.of(RoleProposed)]
        yield from (seen for seen in given if seen.fact.token == self.token)

    def takes_two(self, facts: Facts) -> bool:
        """Whether it gives a role that decides, and the ledger is founded."""
        founds = self.actor.principal == OPERATOR and being_founded(facts)
        return self.role in DECIDING and not founds

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        kind = RoleProposed if self.takes_two(facts) else RoleGranted
        yield kind(
            principal=self.principal, role=self.role, unit=self.unit, token=self.token, until=self.until
        )

    def more_tags(self, facts: Facts) -> frozenset[str]:
        return frozenset({EVERY_DECIDER} if self.role in DECIDING else ())


@command("confirm-role", "confirmed-grants", reads=(THE_TOKEN,))
class ConfirmRole(ByAGrantedRole):
    """Give a role that decides, which another person has proposed for this principal: from now on its token
    gives it."""

    principal: Principal
    token: Digest

    def proposed(self, facts: Facts) -> RoleProposed | None:
        return next((p.fact for p in facts.of(RoleProposed)), None)

    def missing(self, facts: Facts) -> Iterator[Broken]:
        role = self.proposed(facts)
        if role is None:
            yield Broken(because("no-role-was-proposed-with-this-token"))
        elif role.principal != self.principal:
            yield Broken(because("the-role-was-not-proposed-for", principal=self.principal))
        elif gone := facts.of(RoleRevoked):
            yield Broken(because("the-proposed-role-was-taken-back"), tuple(r.position for r in gone))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(RoleGranted)

    def proposers(self, facts: Facts) -> Iterator[tuple[str, int]]:
        yield from facts.recorders_of(RoleProposed)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        role = self.proposed(facts)
        assert role is not None  # else H-2 has refused
        yield RoleGranted(
            principal=role.principal, role=role.role, unit=role.unit, token=role.token, until=role.until
        )

    def more_tags(self, facts: Facts) -> frozenset[str]:
        return frozenset({EVERY_DECIDER})


@command("revoke-role", "revocations", reads=(THE_TOKEN,))
class RevokeRole(Command):
    """Take a role back: the token whose SHA-256 this is gives it no more."""

    token: Digest
    reason: Text | None = None

    def missing(self, facts: Facts) -> Iterator[Broken]:
        given: list[Seen[Any]] = [*facts.of(RoleGranted), *facts.of(RoleProposed)]
        if not given:
            yield Broken(because("no-role-was-granted-with-this-token"))

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        yield from facts.of(RoleRevoked)

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        given: list[Seen[Any]] = [*facts.of(RoleGranted), *facts.of(RoleProposed)]
        granted = given[0].fact
        yield RoleRevoked(
            principal=granted.principal, token=self.token, reason=seal(self.reason) if self.reason else None
        )
