"""Who may act: a role granted to a principal with a token, and taken back."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from domain.events.fact import Day, Digest, Fact, Sealed, fact, resolved
from domain.tags import PRINCIPAL, TOKEN

Principal = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]  # an opaque id
Unit = Annotated[str, BeforeValidator(resolved), Field(pattern=r"^[a-z0-9][A-Za-z0-9:/-]{0,63}$")]
Granted: TypeAlias = Literal[
    "ministry", "administrator", "auditor", "provincial-unit", "applicant", "reviewer"
]


@fact("role.granted", correctable=False)
class RoleGranted(Fact):
    """A principal may act in a role for a unit, by showing a token, until a day, that day included."""

    principal: Principal
    role: Granted
    unit: Unit
    token: Digest  # SHA-256 of the token; who has the token alone has the role
    until: Day

    def tags(self) -> frozenset[str]:
        return frozenset({TOKEN(self.token), PRINCIPAL(self.principal)})


@fact("role.proposed", correctable=False)
class RoleProposed(Fact):
    """One person would give a role that decides; its token gives nothing until another confirms it."""

    principal: Principal
    role: Granted
    unit: Unit
    token: Digest
    until: Day

    def tags(self) -> frozenset[str]:
        return frozenset({TOKEN(self.token), PRINCIPAL(self.principal)})


@fact("role.revoked", correctable=False)
class RoleRevoked(Fact):
    """From now on a token gives no role."""

    principal: Principal
    token: Digest
    reason: Sealed | None = None

    def tags(self) -> frozenset[str]:
        return frozenset({TOKEN(self.token), PRINCIPAL(self.principal)})
