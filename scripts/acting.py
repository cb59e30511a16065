"""Commands that act: any act from a JSON file, roles and their tokens, an erasure on an order."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from domain.access import Reader
from domain.acts import COMMANDS
from domain.commands import ConfirmErasure, ConfirmRole, Erase, GrantRole, RevokeRole
from domain.commands.command import Command
from domain.events import RoleGranted
from domain.kernel import Document
from domain.messages import Message, message
from domain.rules import Words
from eventlog.batch import Outcome
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.errors import LedgerError
from eventlog.ledger import identity
from eventlog.log import Log
from eventlog.queries import load
from projections.answers import encode
from projections.asking.acts import MalformedAct, act_asked, command_id
from projections.asking.moments import standing_time, today
from projections.asking.standpoint import Eyes
from projections.asking.tokens import digest_of, new_token
from projections.log.access import GrantShown, grants_on
from projections.log.outcomes import names_then, next_of, said_once, why
from projections.words.names import Register
from projections.words.reasons import told_of
from scripts.looking import table
from scripts.speaking import misused
from scripts.terminal import Json, open_log, tell, wait_for, who_acts, who_reads

commands = typer.Typer()
token_app = typer.Typer(help="Roles and their tokens.", no_args_is_help=True)
commands.add_typer(token_app, name="token")
_SQL = load("eventlog", "beside.sql")
Key = Annotated[
    str | None, typer.Option(help="Names the act: repeated with the same key it takes effect once.")
]


class NotDone(LedgerError):
    """The ledger refused the act; the message names every rule it breaks."""


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of an act, and how divisions were called then."""

    outcome: Outcome
    names: Register


def _carry_out(kind: type[Command], stated: object, key: str | None = None) -> _Done:
    """An act in the name of whoever acts here. Raises typer.BadParameter where it is malformed."""

    async def work() -> _Done:
        database = Database.from_environment()
        async with await Log.open(database, size=2) as log, Committer(database, log) as committer:
            actor = await who_acts(log)
            ledger = await identity(log)
            try:
                asked = await act_asked(log, kind, actor, stated, await today(log, ledger))
            except MalformedAct as malformed:
                raise misused(malformed) from None
            at = await standing_time(log, ledger)
            outcome = await committer.carry_out(asked, command_id(actor, key or str(uuid.uuid4())), at=at)
            return _Done(outcome, await names_then(log, outcome, await today(log, ledger), Reader(actor)))

    return wait_for(work())


def carried_out(kind: type[Command], **stated: object) -> Mapping[str, Any]:
    """Where the events of an act came to stand; what is None is not stated. Raises NotDone,
    typer.BadParameter."""
    done = _carry_out(kind, {key: value for key, value in stated.items() if value is not None})
    if not done.outcome.accepted:
        raise NotDone(told_refusal(done.outcome, done.names))
    return done.outcome.answer


def told_refusal(outcome: Outcome, names: Register) -> Message:
    """Every broken rule, with its text, why it refuses, and what to do; a line each."""
    if outcome.kind == "failed":
        return message("{failure}", failure=told_of(outcome.answer, names))
    rules = []
    for alike in said_once(outcome.answer["broken"]):
        b = alike[0]
        text = Words(b["text"]["zh"], b["text"]["en"])
        where = {"rule": b["rule"], "document": b["document"], "article": b["article"], "text": text}
        rules.append(message("{rule}, {document} {article}: {text}", **where))
        rules.append(message("  → {why}", why=why(alike, names)))
        if step := next_of(alike, names):
            rules.append(message("  → {step}", step=step))
    return message("the act was refused:{rules:lines}", rules=rules)


@commands.command()
def act(
    file: Annotated[Path, typer.Argument(help="JSON; - for standard input.", dir_okay=False)],
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Carry out an act from a JSON file: its fields, and `command`, its name.

    {"command": "report-progress", "designation": "city-2019/2021/cn:420100", …}

    It acts in the name of the token in LEDGER_TOKEN; without one, of whoever keeps the machine, as an
    administrator. Exit code 1: refused, every broken rule is named.
    """
    try:
        stated = orjson.loads(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise misused("{file} cannot be read as JSON: {error}", file=file, error=str(error)) from None
    name = stated.pop("command", None) if isinstance(stated, dict) else None
    if (kind := COMMANDS.get(str(name))) is None:
        acts = ", ".join(COMMANDS)
        raise misused("`command` is none of the ledger's acts; those are: {acts}", acts=acts)
    done = _carry_out(kind, stated, key)
    outcome = done.outcome
    if as_json:
        told = {"outcome": outcome.kind, "command": outcome.command, **outcome.answer}
        typer.echo(orjson.dumps(told).decode())
    elif outcome.accepted:
        first, last = outcome.answer["first"], outcome.answer["last"]
        if last > first:
            tell("recorded: events {first} to {last}", first=first, last=last)
        else:
            tell("recorded: event {first}", first=first)
    else:
        raise NotDone(told_refusal(outcome, done.names))
    if not outcome.accepted:
        raise typer.Exit(1)


# -------------------------------------------------------------------------- tokens


@token_app.command(name="create")
def create_token(
    principal: Annotated[str, typer.Argument(help="An opaque id; no person's name.")],
    role: Annotated[
        str, typer.Option(help="ministry, administrator, auditor, provincial-unit, applicant, reviewer.")
    ],
    until: Annotated[str, typer.Option(help="The last day on which it holds: 2027-12-31.")],
    unit: Annotated[
        str, typer.Option(help="Acted for: miit, cn:420000, xpcc, cn:420100, independent.")
    ] = "miit",
    as_json: Json = False,
) -> None:
    """Grant a role, and print its token: once, for the ledger keeps its hash alone."""
    token = new_token()
    told = carried_out(
        GrantRole, principal=principal, role=role, unit=unit, token=digest_of(token), until=until
    )
    if as_json:
        granted = {"token": token, "sha256": digest_of(token), "event": told["first"]}
        typer.echo(orjson.dumps(granted).decode())
    else:
        typer.echo(token)
        tell("granted by event {first}", first=told["first"])


@token_app.command(name="new")
def new() -> None:
    """A new token and its SHA-256, granted nothing yet: send the hash to an administrator."""
    token = new_token()
    typer.echo(f"{token}\n{digest_of(token)}")


@token_app.command(name="list")
def list_tokens(as_json: Json = False) -> None:
    """Every role that was granted: to whom, until when, and whether it stands."""

    async def work() -> tuple[GrantShown, ...]:
        async with open_log() as log:
            reader = await who_reads(log)
            if reader.cell(RoleGranted.topic, "token") == "-":
                raise NotDone(
                    "grants and their tokens' hashes are not shown to: {role}", role=reader.actor.role
                )
            day, head = await today(log, await identity(log)), (await log.head()).position
            return (await grants_on(Eyes(log, reader), day, head)).grants

    listed = wait_for(work())
    if as_json:
        typer.echo(encode(listed).decode())
        return
    headings = ("event", "principal", "role", "unit", "until", "state", "token (SHA-256)")
    rows = ((g.event, g.principal, g.role, g.unit, g.until, g.state, g.token) for g in listed)
    table(headings, rows)


@token_app.command(name="revoke")
def revoke_token(
    token: Annotated[str, typer.Argument(help="Its SHA-256, from `token list`.")],
    reason: Annotated[str | None, typer.Option(help="Why; kept beside the log, sealed.")] = None,
) -> None:
    """Take a role back; from the next request on the token gives nothing."""
    told = carried_out(RevokeRole, token=token, reason=reason)
    tell("revoked by event {first}", first=told["first"])


@token_app.command(name="confirm")
def confirm_token(
    principal: Annotated[str, typer.Argument(help="For whom it was proposed.")],
    token: Annotated[str, typer.Argument(help="Its SHA-256, from `token list` or its holder.")],
) -> None:
    """Give a role that decides, which another person has proposed."""
    told = carried_out(ConfirmRole, principal=principal, token=token)
    tell("granted by event {first}", first=told["first"])


Number = Annotated[str | None, typer.Option(help="The order's document number.")]
Title = Annotated[str | None, typer.Option(help="The order's title.")]
Issuer = Annotated[str | None, typer.Option(help="Who ordered it.")]
Signed = Annotated[str | None, typer.Option(help="When, a day.")]
ASealed = Annotated[str, typer.Argument(help="The commitment that stands in the event.")]


@commands.command()
def erase(
    sealed: ASealed, number: Number = None, title: Title = None, issuer: Issuer = None, signed: Signed = None
) -> None:
    """Ask for a sealed value to be erased, on an order; another person confirms it."""
    order = Document(number=number, title=title, issuer=issuer, signed=signed).as_json()
    told = carried_out(Erase, basis=order, sealed=sealed)
    tell("proposed by event {first}; another person runs confirm-erasure", first=told["first"])


@commands.command()
def confirm_erasure(
    sealed: ASealed, number: Number = None, title: Title = None, issuer: Issuer = None, signed: Signed = None
) -> None:
    """Erase a sealed value that another person asked to have erased, on the same order. The event and
    its commitment stand; the erasure is an event."""
    order = Document(number=number, title=title, issuer=issuer, signed=signed).as_json()
    told = carried_out(ConfirmErasure, basis=order, sealed=sealed)

    async def clear() -> None:  # the row's remains on disk go too
        owner = await Database.from_environment().connect_owner()
        try:
            await owner.execute(_SQL["clear_erased"])
        finally:
            await owner.close()

    wait_for(clear())
    tell("erased; the order is event {first}", first=told["first"])
