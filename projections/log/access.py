"""Who you are to the ledger, and who has which role."""

from __future__ import annotations

from datetime import date
from typing import Literal

from domain.access import may_carry_out
from domain.acts import COMMANDS
from domain.events import RoleGranted
from domain.kernel import Actor, Role
from domain.roles import EVERY_GRANT, Grant, State, grants
from projections.answers import NOT_STATED, Answer, NotStated, Position, answer, stated
from projections.asking.access import may_see_grants
from projections.asking.standpoint import Eyes
from projections.log.answer import Hash


@answer("Me")
class Me(Answer):
    """Whom a token names, and which acts are theirs."""

    actor: Actor
    acts: dict[str, Literal["any", "own", "paper"]]


@answer("Grant")
class GrantShown(Answer):
    """One grant of a role, as it stands on a day."""

    event: Position
    principal: str
    role: Role
    unit: str
    until: date
    token: Hash | NotStated = NOT_STATED
    state: State
    revoked_by: Position | NotStated = NOT_STATED


@answer("Grants")
class GrantsPage(Answer):
    """Every role that was granted."""

    as_of: date
    as_known: Position
    grants: tuple[GrantShown, ...]


def me(actor: Actor) -> Me:
    """Whom a token names."""
    acts = {act: may for act in COMMANDS if (may := may_carry_out(act, actor.role)) != "-"}
    return Me(actor=actor, acts=acts)


async def grants_on(eyes: Eyes, day: date, known: int) -> GrantsPage:
    """Every grant as known at a position, as it stands on a day; tokens' hashes to those only who may see
    them. Raises NotForThem."""
    may_see_grants(eyes.reader)
    hides = eyes.reader.cell(RoleGranted.topic, "token") == "-"
    listed = grants([event async for event in eyes.log.stream(EVERY_GRANT, until=known)], day)
    shown = tuple(_shown(grant, hides_token=hides) for grant in listed)
    return GrantsPage(as_of=day, as_known=known, grants=shown)


def _shown(grant: Grant, *, hides_token: bool) -> GrantShown:
    fact = grant.fact
    return GrantShown(
        event=grant.event,
        principal=fact.principal,
        role=fact.role,
        unit=fact.unit,
        until=date.fromisoformat(fact.until),
        state=grant.state,
        token=NOT_STATED if hides_token else fact.token,
        revoked_by=stated(grant.revoked_by),
    )
