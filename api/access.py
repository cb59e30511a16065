"""Who you are to the ledger, who has which role, and the pages of the rules that refusals name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.answers import AQuestion
from api.problems import Problem
from domain.access import may_carry_out
from domain.events import RoleGranted
from domain.roles import EVERY_GRANT, grants
from domain.rules import COMMANDS
from projections.reading import today
from projections.rulebooks import rule_of

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


@router.get("/rules/{rule}", operation_id="rule")
async def get_rule(asked: AQuestion, rule: Annotated[str, Path(max_length=20)]) -> Response:
    """A rule: its document, article, strength, and its words in Chinese and English."""
    told = rule_of(rule)
    if "document" not in told:
        raise Problem("no-such-rule", f"no rule has the id {rule!r}")
    return asked.answer(await asked.head(), {"rule": told})
