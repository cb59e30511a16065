"""Commands over HTTP: one path for each act; a body is the act without its actor, whom the token names."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import TypeAdapter, ValidationError

from api.house import AHouse, House, WhoAsks, address_of, count, granted_to
from api.problems import BadQuestion, Problem, problem
from api.tokens import NotGranted
from domain.access import PUBLIC, Reader, may_carry_out
from domain.events import ObjectionLodged
from domain.judging import DOORSTEP
from domain.kernel import Actor, Query, Selector
from domain.rules import COMMANDS, Command
from eventlog.batch import Outcome
from eventlog.errors import ClockRefused
from eventlog.log import WHOLE
from projections.reading import standing_time
from projections.shown import show_events

router = APIRouter(prefix="/v1")
PATHS: dict[str, str] = {
    "open-round": "rounds",
    "record-reading": "readings",
    "grant-exception": "exceptions",
    "apply": "applications",
    "supplement": "supplements",
    "retract": "retractions",
    "recommend": "recommendations",
    "decline": "declined-recommendations",
    "close-intake": "closed-intakes",
    "admit": "admissions",
    "review-formally": "formal-reviews",
    "declare-interest": "interests",
    "score": "scores",
    "record-bonus": "bonuses",
    "inspect-site": "site-inspections",
    "conclude-review": "concluded-reviews",
    "hold-defence": "defences",
    "propose-selection": "selections",
    "decide-tie": "decided-ties",
    "approve": "approvals",
    "open-publicity": "notices",
    "lodge-objection": "objections",
    "resolve-objection": "resolved-objections",
    "close-publicity": "closed-notices",
    "award": "awards",
    "report-progress": "progress-reports",
    "report-indicator": "indicators",
    "report-change": "changes",
    "re-assess": "re-assessments",
    "record-inspection": "inspections",
    "commend": "commendations",
    "record-incident": "incidents",
    "debar": "debarments",
    "refer": "referrals",
    "record-support": "support",
    "record-arrangement": "arrangements",
    "withdraw": "withdrawals",
    "propose-correction": "corrections",
    "approve-correction": "approved-corrections",
    "reject-correction": "rejected-corrections",
    "decide-question": "decided-questions",
    "change-subject": "changed-subjects",
    "erase": "erasures",
    "confirm-erasure": "confirmed-erasures",
    "grant-role": "grants",
    "confirm-role": "confirmed-grants",
    "revoke-role": "revocations",
}
_KEY = r'^"?[\x21\x23-\x5b\x5d-\x7e]{1,100}"?$'  # a structured field's string may have its quotes
_ADAPTERS: dict[str, TypeAdapter[Any]] = {n: TypeAdapter(kind) for n, kind in COMMANDS.items()}
_MOST_ERRORS = 20  # that one answer names
_BROKEN_KIND = {"H-1": "not-yours", "H-2": "not-there"}
_FAILED_KIND = {"too-large": "too-large", "not-canonical": "cannot-be-stored",
                "not-stored": "cannot-be-stored"}  # fmt: skip
AKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", pattern=_KEY,
        description="names the act: sent again with the same key it takes effect once, and gets the "
        "same answer; 1 to 100 visible ASCII characters",
    ),
]  # fmt: skip
AClock = Annotated[
    str | None,
    Header(
        alias="Ledger-Clock", max_length=40, include_in_schema=False,  # no real ledger takes it
    ),
]  # fmt: skip


def command_id(actor: Actor, key: str, act: Command | None = None) -> str:
    """A key is its principal's own: two principals may use the same one.

    Whoever shows no token shares a principal with everybody who does not: there, what is asked for
    (act) is part of the id, so that nobody takes another's key.
    """
    if act is not None and actor == PUBLIC:
        return f"{actor.principal} {key} {hashlib.sha256(act.as_json()).hexdigest()[:32]}"
    return f"{actor.principal} {key}"


def parse(kind: type[Command], actor: Actor, body: object) -> Command:
    """An act by its actor, of a decoded JSON body. Raises Problem, with every malformed field."""
    if not isinstance(body, dict):
        raise _bad_body([{"field": "", "detail": "a command is a JSON object"}])
    if "actor" in body:
        raise _bad_body([{"field": "actor", "detail": "is whom the token names"}])
    known = {field.name for field in fields(kind)}
    if unknown := [name for name in body if name not in known][:_MOST_ERRORS]:
        raise _bad_body([{"field": name[:100], "detail": "is no field of it"} for name in unknown])
    try:
        whole = orjson.dumps({**body, "actor": actor.as_json()})
        act: Command = _ADAPTERS[kind.name].validate_json(whole)
    except orjson.JSONEncodeError:
        raise _bad_body([{"field": "", "detail": "is nested too deeply"}]) from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise _bad_body([
            {"field": ".".join(str(step)[:100] for step in e["loc"][:20]), "detail": e["msg"][:300]}
            for e in found[:_MOST_ERRORS]
        ]) from None  # fmt: skip
    return act


def _bad_body(errors: list[dict[str, str]]) -> Problem:
    told = "; ".join(f"{e['field'] or 'body'}: {e['detail']}" for e in errors)
    return Problem("bad-body", told, errors=errors)


async def _read(request: Request, most: int, seconds: float) -> object:
    """The decoded body. Raises Problem: the framework's own limit answers without a problem document."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in {"", "utf-8"}:
        raise Problem("not-json", "send Content-Type: application/json")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Problem("not-json", "send the body as it is, not compressed")
    body = bytearray()
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise Problem("too-large", f"a body has at most {most} bytes")
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise Problem("too-large", f"a body has at most {most} bytes")
    except TimeoutError:
        raise Problem("too-slow", f"a body arrives within {seconds:g} seconds") from None
    try:
        return orjson.loads(bytes(body))
    except orjson.JSONDecodeError as error:
        raise _bad_body([{"field": "", "detail": f"is no JSON: {error}"}]) from None


async def _clock(house: House, text: str | None) -> datetime | None:
    """By the driver's clock, where this ledger has one; else a simulated one's stands still. Raises
    BadQuestion."""
    if text is None:
        return await standing_time(house.log, house.ledger)
    if not (house.ledger.simulated and house.settings.driven):
        raise BadQuestion("Ledger-Clock", "this ledger takes its time from its database")
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None or not 1978 <= when.year <= 2198:
        raise BadQuestion("Ledger-Clock", "write an instant: 2021-05-01T09:00:00+08:00")
    return when.astimezone(UTC)


def _may(actor: Actor, act: str) -> None:
    """Whoever may not carry it out at all is told so before anything is read. Raises Problem."""
    if may_carry_out(act, actor.role) == "-":
        if actor == PUBLIC:
            raise Problem("no-token", f"{act} is not for the public")
        raise Problem("not-yours", f"{act} is not for: {actor.role}", broken=[])


def _door(kind: type[Command]) -> Callable[..., Awaitable[Response]]:
    async def carry_out(
        request: Request, house: AHouse, actor: WhoAsks, key: AKey = None, clock: AClock = None
    ) -> Response:
        _may(actor, kind.name)
        if actor == PUBLIC:
            count(house, house.settings.public_command_rate, "commands", address_of(request))
        named = key.strip('"') if key is not None else str(uuid.uuid4())
        at = await _clock(house, clock)
        settings = house.settings
        most = settings.public_body_bytes if actor == PUBLIC else settings.body_bytes
        act = parse(kind, actor, await _read(request, most, settings.body_seconds))
        if await granted_to(request, house) != actor:  # while the body was on its way
            raise NotGranted("the token was revoked in the meantime")
        name = command_id(actor, named, act)
        if actor == PUBLIC:
            await _room_for_another(house, act, name)
        request.state.act = kind.name
        try:
            outcome = await house.committer.carry_out(act, name, at=at)
        except ClockRefused as error:
            if clock is None:
                raise
            raise BadQuestion("Ledger-Clock", f"time does not go back: {error}") from None
        request.state.outcome = outcome
        return await _answer(house, actor, kind.name, named, outcome)

    carry_out.__doc__ = kind.__doc__
    carry_out.__name__ = kind.name.replace("-", "_")
    return carry_out


async def _room_for_another(house: House, act: Command, name: str) -> None:
    """To one case, so many objections by whoever shows no token; the others' are not touched by it."""
    tags = {f"case:{case}" for case in act.cases()}
    of_the_case = Query((Selector.of(topics={ObjectionLodged.topic}, tags=tags),))
    lodged = await house.log.read(of_the_case, limit=WHOLE)
    by_the_public = sum(event.actor["role"] == PUBLIC.role for event in lodged)
    if by_the_public < house.settings.public_objections:
        return
    if await house.committer.outcome(name) is None:
        raise Problem(
            "too-many", "object with a token: no more are taken without one to this case",
            headers={"Retry-After": "86400"},
        )  # fmt: skip


async def _answer(house: House, actor: Actor, act: str, key: str, outcome: Outcome) -> Response:
    """The same for the same outcome, however often it is asked for."""
    told = await told_to(house, actor, outcome)
    instance = f"/v1/commands/{quote(key, safe='')}"
    where = {"Location": instance} if actor != PUBLIC else {}
    if outcome.accepted:
        body = {"ledger": house.ledger.as_json(), "position": told["last"], "act": act, "key": key}
        return Response(
            orjson.dumps({**body, **told}), 201, media_type="application/json",
            headers={**where, "Ledger-Position": str(told["last"]), "Cache-Control": "no-store"},
        )  # fmt: skip
    if outcome.kind == "refused":
        rules = {broken["rule"] for broken in told["broken"]}
        kinds = [_BROKEN_KIND[step] for step in DOORSTEP if step in rules]
        detail = "; ".join(f"{b['rule']}: {b['why']}" for b in told["broken"])
        return problem(
            kinds[0] if kinds else "refused", detail, headers=where, instance=instance, **told
        )
    cause = _FAILED_KIND.get(told.get("cause", ""), "internal")
    return problem(cause, told["error"], headers=where, instance=instance)


async def told_to(house: House, actor: Actor, outcome: Outcome) -> dict[str, Any]:
    """What became of a command, as its actor may see it: each rule with its page, no fact that they
    may not see."""
    answer: dict[str, Any] = dict(outcome.answer)
    if outcome.kind != "refused":
        return answer
    broken: list[Mapping[str, Any]] = answer["broken"]
    reader = Reader(actor)
    shown = {position for b in broken for position in b["facts"]}
    if not reader.sees_all and shown:
        events = await house.log.at(shown)
        shown = {event.position for event, _ in await show_events(house.log, reader, events)}
    answer["broken"] = [
        {**b, "uri": f"/v1/rules/{b['rule']}", "facts": [p for p in b["facts"] if p in shown]}
        for b in broken
    ]
    return answer


for _name, _kind in COMMANDS.items():
    router.add_api_route(
        f"/{PATHS[_name]}", _door(_kind), methods=["POST"], status_code=201, name=_name,
        operation_id=_name, tags=["commands"],
    )  # fmt: skip


@router.get("/commands/{key:path}", operation_id="outcome")
async def get_outcome(
    house: AHouse, actor: WhoAsks, key: Annotated[str, Path(max_length=100)]
) -> Response:
    """What became of a command of yours: accepted, refused or failed; 404 if it was not settled yet."""
    if actor == PUBLIC:
        raise Problem("no-token", "whoever shows no token sends the act again, with the same key")
    outcome = await house.committer.outcome(command_id(actor, key)) if key.isprintable() else None
    if outcome is None:
        raise Problem("no-such-command", f"no command of yours was settled under the key {key!r}")
    body = {
        "ledger": house.ledger.as_json(), "key": key, "outcome": outcome.kind,
        "answer": await told_to(house, actor, outcome),
    }  # fmt: skip
    return Response(
        orjson.dumps(body), media_type="application/json", headers={"Cache-Control": "no-store"}
    )
