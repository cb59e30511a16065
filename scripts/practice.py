"""`designations practice`: an empty simulated ledger to try a round on, with a token of each role."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.commands import GrantRole
from domain.dates import day_of
from domain.events.roles import Granted
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.errors import LedgerError
from eventlog.ledger import find_or_open
from eventlog.log import Log
from projections.asking.moments import standing_time
from projections.asking.tokens import NotGranted, actor_of, digest_of, new_token
from scripts.terminal import DRIVER, Host, Port, operator, serve_application, tell, wait_for

commands = typer.Typer()
BEGINNING = datetime(2021, 1, 4, 1, tzinfo=UTC)
NAME = "practice"
ROLES: dict[str, tuple[Granted, str]] = {  # by the name of the variable that holds the token
    "MINISTRY": ("ministry", "miit"),
    "UNIT": ("provincial-unit", "cn:420000"),
    "CITY": ("applicant", "cn:420100"),
    "REVIEWER": ("reviewer", "cn:110000"),
    "OTHER_REVIEWER": ("reviewer", "independent"),
    "ADMINISTRATOR": ("administrator", "miit"),
    "AUDITOR": ("auditor", "audit-office"),
}


class NotForPractice(LedgerError):
    """The database holds something else than a ledger to practise on."""


@commands.command()
def practice(
    tokens: Annotated[
        Path, typer.Option(help="Where to write the tokens, for the shell to read.", dir_okay=False)
    ] = Path("practice.env"),
    name: Annotated[
        str, typer.Option(help="Of the embedded database; another name begins another ledger.")
    ] = NAME,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """A simulated ledger in a database of its own, with a token of each role; docs/round.md uses it.

    Its clock is what a request says in `Ledger-Clock`. Every answer of it says that it is simulated.
    """
    database = Database.from_environment(name)
    tell("==> database {name}", name=name)
    wait_for(database.migrate())
    granted = wait_for(grant_all(database, tokens_in(tokens)))
    with os.fdopen(os.open(tokens, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        os.fchmod(file.fileno(), 0o600)  # also where it was there before
        file.write(f"export LEDGER=http://{host}:{port}\n")
        file.writelines(f"export {role}={token}\n" for role, token in granted.items())
    tell("==> tokens of {those!r} in {tokens}", those=list(granted), tokens=tokens)
    tell("==> http://{host}:{port} (simulated; stop with Ctrl-C)", host=host, port=port)
    serve_application(database, host, port, driven=True)


def tokens_in(file: Path) -> dict[str, str]:
    """The tokens that an earlier run has written, by the names of their variables."""
    if not file.exists():
        return {}
    lines = (line.removeprefix("export ").partition("=") for line in file.read_text().splitlines())
    return {name: token for name, _, token in lines if name in ROLES}


async def grant_all(database: Database, there: Mapping[str, str] | None = None) -> dict[str, str]:
    """A token of each role, in a ledger that is opened now if it is not there: those that are there
    already and still give their roles, else new ones. Raises NotForPractice."""
    async with await Log.open(database) as log, Committer(database, log) as committer:
        ledger = await find_or_open(
            log, ledger=uuid.uuid4(), name=NAME, kind="simulated", actor=DRIVER, clock=BEGINNING
        )
        if not ledger.simulated or ledger.name != NAME:
            raise NotForPractice(
                "the database holds “{name}”: give practice one of its own", name=ledger.name
            )
        now = await standing_time(log, ledger)
        assert now is not None  # it is simulated
        granted = dict(there or {})
        for name, (role, unit) in ROLES.items():
            if await _gives(log, granted.get(name, ""), role, unit, day_of(now)):
                continue
            token = new_token()
            act = GrantRole(
                actor=operator(),
                principal=f"p-{name.lower().replace('_', '-')}",
                role=role,
                unit=unit,
                token=digest_of(token),
                until="2199-12-31",
            )
            outcome = await committer.carry_out(act, at=now)
            if not outcome.accepted:
                raise NotForPractice(
                    "{name}: no role could be granted: {answer}", name=name, answer=str(outcome.answer)
                )
            if not await _gives(log, token, role, unit, day_of(now)):
                raise NotForPractice(
                    "{name} was named before, and its token is lost: whoever decides is confirmed by "
                    "another; begin another ledger with --name",
                    name=name,
                )
            granted[name] = token
    return granted


async def _gives(log: Log, token: str, role: Granted, unit: str, day: date) -> bool:
    """Whether a token gives a role here."""
    try:
        actor = await actor_of(log, token, day)
    except NotGranted:
        return False
    return (actor.role, actor.unit) == (role, unit)
