"""Acts sent over HTTP by tokens of every role."""

from __future__ import annotations

from typing import Any

import httpx
import orjson

from domain.commands.command import Command
from domain.events import RoleGranted
from projections.asking.tokens import digest_of, new_token
from tests.support.city_round import ADMINISTRATOR, EXPERT, MINISTRY, city, unit
from tests.support.every_act import body_of
from tests.support.serving import as_who

NAME = "深圳市"  # it applies directly


TOKENS = {name: new_token() for name in ("ministry", "city", "other-city", "unit", "reviewer", "admin")}


ACTORS = {
    "ministry": MINISTRY,
    "city": city(NAME),
    "other-city": city("昆明市"),
    "unit": unit("湖北省"),
    "reviewer": EXPERT,
    "admin": ADMINISTRATOR,
}


def granted(name: str, until: str = "2199-12-31") -> RoleGranted:
    who = ACTORS[name]
    return RoleGranted(
        principal=who.principal,
        role=who.role,  # type: ignore[arg-type]
        unit=who.unit,
        token=digest_of(TOKENS[name]),
        until=until,
    )


async def post(
    client: httpx.AsyncClient, who: str | None, act: Command | dict[str, Any], path: str = "", **headers: str
) -> httpx.Response:
    body = body_of(act) if isinstance(act, Command) else act
    path = path or act.collection  # type: ignore[union-attr]
    sent = {**as_who(TOKENS[who] if who else None), "Content-Type": "application/json", **headers}
    return await client.post(f"/v1/{path}", content=orjson.dumps(body), headers=sent)


def key(text: str) -> dict[str, str]:
    return {"Idempotency-Key": text}
