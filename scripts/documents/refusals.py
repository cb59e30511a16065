"""docs/refusals.md: every refusal of the simulated ledger, as whoever is refused reads it, in both languages.

`refused` plays simulations and keeps one of each kind (act, rule, reason) in refusals.json, as the ledger
stored it; the page is made of that file and of the catalogues.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TypeAlias, TypedDict

import orjson

from domain.acts import COMMANDS
from domain.rules import Words
from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.log import Log
from eventlog.queries import load
from projections.log.outcomes import Stored, next_of, said_once, why
from projections.words.language import LANGUAGES, said, speaking
from projections.words.names import SHIPPED
from scripts.demo import play

_SQL = load("scripts.documents", "refusals.sql")
REFUSALS = Path(__file__).with_name("refusals.json")
# Seed and size: what `designations demo` plays, and small ones, which come upon what is rare.
SIMULATIONS = ((2019, 60), *((seed, 3) for seed in range(1, 21)))
HEAD = """# What the simulated ledger refuses, in both languages

Made by `make docs`: `designations demo` is played with several seeds, and of each kind of refusal (act, rule,
reason) the first one stands here as it is told over HTTP and on the command line. **→** is the next step that
the answer advises.
"""


Kind: TypeAlias = tuple[str, str, str]  # act, rule, reason: what makes two refusals the same to a reader


class Refused(TypedDict):
    """What one rule found against one act."""

    act: str
    broken: list[Stored]  # alike: of several entries


async def refused(server: Server) -> list[Refused]:
    """One refusal of each kind, of simulations that are played here."""
    found: dict[Kind, Refused] = {}
    for seed, size in SIMULATIONS:
        database = Database.embedded(server, f"simulation_{seed}")
        await database.migrate()
        await play(database, seed, size, lambda _when, _acts: None)
        async with await Log.open(database) as log:
            found = await refusals_in(log) | found
    return [found[key] for key in sorted(found)]


async def refusals_in(log: Log) -> dict[Kind, Refused]:
    """The first refusal of each kind that a ledger holds."""
    rows = await log.pool.fetch(_SQL["refusals"])
    found: dict[Kind, Refused] = {}
    for row in rows:
        for alike in said_once(orjson.loads(row["answer"])["broken"]):
            key = row["act"], alike[0]["rule"], alike[0]["code"]
            found.setdefault(key, Refused(act=row["act"], broken=alike))
    return found


def written() -> list[Refused]:
    """Those of which the page is made."""
    refusals: list[Refused] = orjson.loads(REFUSALS.read_bytes())
    return refusals


def refusals_page() -> str:
    """The whole page."""
    text = HEAD
    for act, of_it in groupby(written(), key=lambda each: each["act"]):
        text += f"\n## {act} · `POST /v1/{COMMANDS[act].collection}`\n"
        text += "".join(_told(each["broken"]) for each in of_it)
    return text


def _told(alike: list[Stored]) -> str:
    found = alike[0]
    rule = Words(found["text"]["zh"], found["text"]["en"])
    lines = [f"\n**{found['rule']}** {found['article']} · {found['strength']} · `{found['code']}`\n\n"]
    for language in LANGUAGES:
        with speaking(language):
            lines.append(f"- *{said(rule)}*\n  {why(alike, SHIPPED)}\n")
            if (step := next_of(alike, SHIPPED)) is not None:
                lines.append(f"  **→** {step}\n")
    return "".join(lines)
