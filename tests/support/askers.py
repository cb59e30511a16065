"""Askers in a process of their own: commands through a committer, each outcome a line in a file.

`python -m tests.support.askers URL propose RESULTS PREFIX CITY…`: propose each city, all at once.
`python -m tests.support.askers URL open RESULTS PREFIX COUNT`: open that many rounds, all within seconds.
Each command is asked for again, under its id, until it is answered.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys

from domain.commands.command import Command
from domain.subjects import subject
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.errors import LedgerError, Unavailable
from eventlog.log import LOST, Log
from tests.support.city_round import opens, proposes

_SPREAD_SECONDS = 5.0


async def ask(committer: Committer, act: Command, id_: str, results: int, after: float) -> None:
    """Until there is an answer; whoever dies in between leaves no line."""
    await asyncio.sleep(after)
    os.write(results, f"asked {id_}\n".encode())
    while True:
        try:
            outcome = await committer.carry_out(act, id_)
        except (LedgerError, *LOST):
            await asyncio.sleep(0.1)
            continue
        told = json.dumps({"id": id_, "kind": outcome.kind, **outcome.answer}, ensure_ascii=False)
        os.write(results, f"told {told}\n".encode())
        return


async def _open(database: Database) -> Log:
    """Once the server is through with its recovery."""
    while True:
        try:
            return await Log.open(database)
        except Unavailable:
            await asyncio.sleep(0.1)


async def main() -> None:
    url, what, file, prefix, *rest = sys.argv[1:]
    results = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    database = Database(url, url)
    acts: dict[str, Command]
    if what == "propose":
        acts = {f"{prefix}-{id_}": proposes(subject(id_).today.name) for id_ in rest}
    else:
        acts = {f"{prefix}-{n}": opens(f"{prefix}-{n}") for n in range(int(rest[0]))}
    async with await _open(database) as log, Committer(database, log) as committer:
        spread = 0.0 if what == "propose" else _SPREAD_SECONDS
        await asyncio.gather(
            *(ask(committer, act, id_, results, random.uniform(0, spread)) for id_, act in acts.items())
        )


if __name__ == "__main__":
    asyncio.run(main())
