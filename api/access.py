"""Who you are to the ledger, and who has which role."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.answers import AQuestion, AsKnown, AsOf
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
async def get_grants(asked: AQuestion, as_of: AsOf = None, as_known: AsKnown = None) -> Response:
    """Every role that was granted: to whom, for which unit, until when, and whether it stands on a day."""
    if asked.reader.cell(RoleGranted.topic) not in {"see", "open"}:
        raise Problem("not-for-you", f"grants are not shown to: {asked.reader.actor.role}")
    day = as_of or await today(asked.log, asked.house.ledger)
    known = await asked.log_position(as_known)
    listed = grants([event async for event in asked.log.stream(EVERY_GRANT, until=known)], day)
    hides = asked.reader.cell(RoleGranted.topic, "token") == "-"
    told = [
        {k: v for k, v in grant.as_json().items() if not (hides and k == "token")}
        for grant in listed
    ]
    return asked.answer(known, {"as_of": day, "as_known": known, "grants": told})
