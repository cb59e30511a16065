"""`designations practice`: an empty simulated ledger to try a round on, with a token of each role."""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.settings import Settings
from api.tokens import digest_of, new_token
from domain.commands import GrantRole
from domain.events.roles import Granted
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.errors import LedgerError
from eventlog.ledger import find_or_open
from eventlog.log import Log
from projections.reading import standing_time
from scripts.serving import serve_application
from scripts.terminal import DRIVER, Host, Port, err, operator, wait_for

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
    err.print(f"==> database {name}")
    wait_for(database.migrate())
    granted = wait_for(grant_all(database))
    with os.fdopen(os.open(tokens, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        os.fchmod(file.fileno(), 0o600)  # also where it was there before
        file.write(f"export LEDGER=http://{host}:{port}\n")
        file.writelines(f"export {role}={token}\n" for role, token in granted.items())
    err.print(f"==> tokens of {', '.join(granted)} in {tokens}", highlight=False)
    err.print(f"==> http://{host}:{port} (simulated; stop with Ctrl-C)")
    serve_application(database, host, port, replace(Settings.from_environment(), driven=True))


async def grant_all(database: Database) -> dict[str, str]:
    """A new token of each role, in a ledger that is opened now if it is not there. Raises
    NotForPractice."""
    async with await Log.open(database) as log, Committer(database, log) as committer:
        there = await find_or_open(
            log, ledger=uuid.uuid4(), name=NAME, kind="simulated", actor=DRIVER, clock=BEGINNING
        )
        if not there.simulated or there.name != NAME:
            raise NotForPractice(f"the database holds “{there.name}”: give practice one of its own")
        now = await standing_time(log, there)
        granted = {}
        for name, (role, unit) in ROLES.items():
            token = new_token()
            act = GrantRole(
                actor=operator(), principal=f"p-{name.lower().replace('_', '-')}", role=role,
                unit=unit, token=digest_of(token), until="2199-12-31",
            )  # fmt: skip
            outcome = await committer.carry_out(act, at=now)
            if not outcome.accepted:
                raise NotForPractice(f"{name}: no role could be granted: {outcome.answer}")
            granted[name] = token
    return granted
