"""Commands over HTTP: one path for each act; a body is the act without its actor, whom the token names."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Header, Path, Request, Response

from api.addresses import address
from api.answers import Example, question
from api.house import AHouse, House, WhoAsks, address_of, count, granted_to
from api.problems import BadQuestion, Problem, problem
from domain.access import PUBLIC, Reader, may_carry_out
from domain.acts import COMMANDS
from domain.commands.command import Command
from domain.events import ObjectionLodged
from domain.judging import DOORSTEP
from domain.kernel import Actor, Query, Selector
from domain.messages import clauses, message
from domain.tags import CASE
from eventlog.batch import Outcome
from eventlog.errors import ClockRefused
from eventlog.log import WHOLE
from projections.answers import encode
from projections.asking.acts import BadField, MalformedAct, act_asked, command_id
from projections.asking.moments import standing_time, today
from projections.asking.standpoint import Eyes
from projections.asking.tokens import NotGranted
from projections.log.outcomes import Acceptance, Failure, OutcomePage, Refusal, names_then, told

router = APIRouter(prefix="/v1")
_KEY = r'^"?[\x21\x23-\x5b\x5d-\x7e]{1,100}"?$'  # a structured field's string may have its quotes
_BROKEN_KIND = {"H-1": "not-yours", "H-2": "not-there"}
_FAILED_KIND = {
    "too-large": "too-large",
    "not-canonical": "cannot-be-stored",
    "not-stored": "cannot-be-stored",
}
AKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=_KEY,
        description="names the act: sent again with the same key it takes effect once, and gets the "
        "same answer; 1 to 100 visible ASCII characters",
    ),
]
AClock = Annotated[
    str | None,
    # no real ledger takes it
    Header(alias="Ledger-Clock", max_length=40, include_in_schema=False),
]


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
        raise Problem("too-large", "a body has at most {most} bytes", most=most)
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise Problem("too-large", "a body has at most {most} bytes", most=most)
    except TimeoutError:
        raise Problem(
            "too-slow", "a body arrives within {seconds} seconds", seconds=format(seconds, "g")
        ) from None
    try:
        return orjson.loads(bytes(body))
    except orjson.JSONDecodeError as error:
        raise MalformedAct(BadField("", message("this is no JSON: {error}", error=str(error)))) from None


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
            raise Problem("no-token", "{act} is not for the public", act=act)
        raise Problem("not-yours", "{act} is not for: {role}", act=act, role=actor.role, more={"broken": ()})


def _open(kind: type[Command]) -> None:
    """Let an act be sent to its path."""

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
        body = await _read(request, most, settings.body_seconds)
        act = await act_asked(house.log, kind, actor, body, await today(house.log, house.ledger))
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
            raise BadQuestion("Ledger-Clock", "time does not go back: {error}", error=str(error)) from None
        request.state.outcome = outcome
        return await _answer(house, actor, kind.name, named, outcome)

    carry_out.__doc__ = kind.__doc__
    carry_out.__name__ = kind.name.replace("-", "_")
    router.add_api_route(
        f"/{kind.collection}",
        carry_out,
        methods=["POST"],
        status_code=201,
        name=kind.name,
        operation_id=kind.name,
        tags=["commands"],
    )


async def _room_for_another(house: House, act: Command, name: str) -> None:
    """To one case, so many objections by whoever shows no token; the others' are not touched by it."""
    tags = {CASE(case) for case in act.cases()}
    of_the_case = Query((Selector.of(topics={ObjectionLodged.topic}, tags=tags),))
    lodged = await house.log.read(of_the_case, limit=WHOLE)
    by_the_public = sum(event.actor["role"] == PUBLIC.role for event in lodged)
    if by_the_public < house.settings.public_objections:
        return
    if await house.committer.outcome(name) is None:
        raise Problem(
            "too-many",
            "object with a token: no more are taken without one to this case",
            headers={"Retry-After": "86400"},
        )


async def _told(house: House, actor: Actor, outcome: Outcome) -> Acceptance | Refusal | Failure:
    """What became of a command, as its actor may see it, by the names that were known when it was decided."""
    reader = Reader(actor)
    names = await names_then(house.log, outcome, await today(house.log, house.ledger), reader)
    answer = await told(Eyes(house.log, reader, names), outcome)
    if isinstance(answer, Refusal):
        return replace(answer, broken=tuple(replace(b, uri=address(b.uri)) for b in answer.broken))
    return answer


async def _answer(house: House, actor: Actor, act: str, key: str, outcome: Outcome) -> Response:
    """The same for the same outcome, however often it is asked for."""
    instance = address(f"/v1/commands/{quote(key, safe='')}")
    where = {"Location": instance} if actor != PUBLIC else {}
    match await _told(house, actor, outcome):
        case Acceptance() as recorded:
            body = {"ledger": house.ledger, "position": recorded.last, "act": act, "key": key}
            position = {"Ledger-Position": str(recorded.last), "Cache-Control": "no-store"}
            return Response(
                encode({**body, **recorded.members()}),
                201,
                media_type="application/json",
                headers={**where, **position},
            )
        case Refusal() as refusal:
            rules = {broken.rule for broken in refusal.broken}
            kinds = [_BROKEN_KIND[step] for step in DOORSTEP if step in rules]
            parts = [
                message("{rule} ({article}): {why}", rule=b.rule, article=b.article, why=b.why)
                for b in refusal.broken
            ]
            return problem(
                kinds[0] if kinds else "refused",
                clauses(parts),
                headers=where,
                instance=instance,
                broken=refusal.broken,
                position=refusal.position,
            )
        case Failure() as failure:
            kind = _FAILED_KIND.get(failure.cause, "internal")
            return problem(kind, failure.error, headers=where, instance=instance)


for _kind in COMMANDS.values():
    _open(_kind)


@question(
    router,
    "/commands/{key:path}",
    "outcome",
    OutcomePage,
    example=Example("applicant", "/v1/commands/example-apply"),
    problems=("no-such-command", "no-token"),
    conditional=False,
    positioned=False,
)
async def get_outcome(house: AHouse, actor: WhoAsks, key: Annotated[str, Path(max_length=100)]) -> Response:
    """What became of a command of yours: accepted, refused or failed; 404 if it was not settled yet."""
    if actor == PUBLIC:
        raise Problem("no-token", "whoever shows no token sends the act again, with the same key")
    outcome = await house.committer.outcome(command_id(actor, key)) if key.isprintable() else None
    if outcome is None:
        raise Problem("no-such-command", "no command of yours was settled under the key {key!r}", key=key)
    page = OutcomePage(key=key, outcome=outcome.kind, answer=await _told(house, actor, outcome))
    return Response(
        encode({"ledger": house.ledger, **page.members()}),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
