"""Who you are to the ledger, and who has which role."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.answers import AQuestion
from api.problems import Problem
from domain.access import may_carry_out
from domain.events import RoleGranted
from domain.roles import EVERY_GRANT, grants
from domain.rules import COMMANDS
from projections.reading import today

router = APIRouter(prefix="/v1")


@router.get("/me", operation_id="me")
async def get_me(asked: AQuestion) -> Response:
    """Whom your token names, and which acts are yours."""
    actor = asked.reader.actor
    acts = {act: may for act in COMMANDS if (may := may_carry_out(act, actor.role)) != "-"}
    return asked.answer(await asked.head(), {"actor": actor.as_json(), "acts": acts})


@router.get("/grants", operation_id="list-grants")
async def get_grants(asked: AQuestion) -> Response:
    """Every role that was granted: to whom, for which unit, until when, and whether it stands."""
    if asked.reader.cell(RoleGranted.topic) not in {"see", "open"}:
        raise Problem("not-for-you", f"grants are not shown to: {asked.reader.actor.role}")
    day = await today(asked.log, asked.house.ledger)
    listed = grants([event async for event in asked.log.stream(EVERY_GRANT)], day)
    hides = asked.reader.cell(RoleGranted.topic, "token") == "-"
    told = [
        {k: v for k, v in grant.as_json().items() if not (hides and k == "token")}
        for grant in listed
    ]
    return asked.answer(await asked.head(), {"grants": told})
