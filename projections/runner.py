"""Follow the log in order: rows and checkpoint in one transaction.

A read model takes the log in by pages; each page's rows and the model's checkpoint are committed
together, so whoever dies in the middle of it has lost nothing. A model that cannot take an event in stops
there and says so in `checkpoints`; the others go on. Rows of another definition are never touched: after a
deployment the program before finds its own where the new ones were put in their place (`home_of`).
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg

from domain.kernel import Query, Recorded
from eventlog.errors import LedgerError
from eventlog.log import LOST, WHOLE, at, query_json, read
from eventlog.queries import load
from projections.audit_trail import AuditTrail
from projections.model import ReadModel, Row, definition, queries, rows
from projections.obligations import Obligations
from projections.publicity import Publicity
from projections.quotas import Quotas
from projections.ranking import Ranking
from projections.roster import Roster

if TYPE_CHECKING:
    from eventlog.database import AnyConnection

LIVE, PREVIOUS = "projections", "projections_previous"
NEXT, CHECK = "projections_next", "projections_check"  # where rows are made before, and to compare
PAGE = 1_000
MODELS: tuple[ReadModel, ...] = (
    Roster(), AuditTrail(), Quotas(), Publicity(), Obligations(), Ranking()
)  # fmt: skip

_SQL = load("projections", "runner.sql")


class Failed(LedgerError):
    """A read model cannot take an event in; nothing of that page was written."""

    def __init__(self, model: str, position: int, cause: BaseException) -> None:
        super().__init__(f"{model} cannot take in event {position}: {cause!r}")
        self.model = model
        self.position = position


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a read model has come."""

    model: str
    definition: str
    position: int
    failed_at: int | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class _Page:
    """The log as far as a page's end, read in one transaction; `at` is asked for what lies before."""

    connection: AnyConnection
    until: int

    async def matching(self, query: Query) -> list[Recorded]:
        return await read(self.connection, query, until=self.until, limit=WHOLE)

    async def at(self, positions: Collection[int]) -> list[Recorded]:
        return await at(self.connection, positions)


async def checkpoints(connection: AnyConnection, schema: str = LIVE) -> list[Checkpoint]:
    """How far each read model has come; empty before the first projector has run."""
    query = _SQL["checkpoints"].format(schema=schema)
    try:
        if not connection.is_in_transaction():
            return [Checkpoint(**row) for row in await connection.fetch(query)]
        async with connection.transaction():  # so that a table that is not there harms nothing
            return [Checkpoint(**row) for row in await connection.fetch(query)]
    except asyncpg.UndefinedTableError:
        return []


async def advance(
    connection: AnyConnection, model: ReadModel, *, schema: str = LIVE, page: int = PAGE
) -> int | None:
    """Take in one page. Returns the position reached, or None if there was nothing new.

    A page that fails is tried again event by event, up to the one that cannot be taken in; that is
    written down, and Failed is raised for it, now and at every further call.
    """
    try:
        return await take_page(connection, model, schema, page)
    except (*LOST, Failed):
        raise
    except Exception:
        reached = None
    try:
        for _ in range(page):  # the culprit is in this page, unless its cause has gone
            if (step := await take_page(connection, model, schema, 1)) is None:
                break
            reached = step
    except (*LOST, Failed):
        raise
    except Exception as cause:
        raise await _write_down(connection, model, schema, cause) from cause
    return reached


async def take_page(
    connection: AnyConnection, model: ReadModel, schema: str, size: int
) -> int | None:
    """One page, whole or not at all; in the caller's transaction if it is in one."""
    async with connection.transaction():
        if schema in {LIVE, PREVIOUS}:
            await connection.execute(_SQL["quiet"])
        await use(connection, schema)
        checkpoint = await connection.fetchrow(_SQL["checkpoint"], model.name)
        assert checkpoint is not None  # whoever made the tables made it
        after: int = checkpoint["position"]
        if checkpoint["failed_at"] is not None:
            raise Failed(model.name, checkpoint["failed_at"], RuntimeError("stopped there before"))
        if checkpoint["definition"] != definition(model):
            raise Failed(model.name, after + 1, RuntimeError("another definition of it is live"))
        head: int = await connection.fetchval(_SQL["head"])
        events = await read(connection, model.topics, after=after, until=head, limit=size)
        reached = events[-1].position if len(events) == size else head
        if reached == after:
            return None
        await _take_in(connection, model, events, reached)
        await connection.execute(_SQL["reached"], model.name, reached)
    return reached


async def _take_in(
    connection: AnyConnection, model: ReadModel, events: list[Recorded], until: int
) -> None:
    """Replace the rows of every history that these events touch."""
    histories = await model.histories(events, _Page(connection, until))
    if not histories:
        return
    records: Iterable[Row] = (
        row for key, history in histories.items() for row in rows(model, key, history)
    )
    if (
        len(events) <= PAGE
    ):  # beside whatever else this process does; a rebuild takes them as they come
        records = await asyncio.to_thread(list, records)
    await connection.execute(queries(model)["forget"], list(histories))
    await connection.copy_records_to_table(
        model.name, columns=[*model.columns, "known_since", "known_until"], records=records
    )


async def _write_down(
    connection: AnyConnection, model: ReadModel, schema: str, cause: Exception
) -> Failed:
    """On which event a model stopped, and why."""
    async with connection.transaction():
        if schema in {LIVE, PREVIOUS}:
            await connection.execute(_SQL["quiet"])
        await use(connection, schema)
        checkpoint = await connection.fetchrow(_SQL["checkpoint"], model.name)
        if checkpoint is None or checkpoint["definition"] != definition(model):
            return Failed(model.name, 0, cause)  # they are another program's rows by now
        after = checkpoint["position"]
        culprit = await connection.fetchval(_SQL["next"], query_json(model.topics), after)
        failed = Failed(model.name, culprit or after + 1, cause)
        await connection.execute(_SQL["failed"], model.name, failed.position, str(failed))
    return failed


async def use(connection: AnyConnection, schema: str) -> None:
    """Let unqualified names mean the tables of a schema, until the transaction ends."""
    await connection.execute(_SQL["use_schema"].format(schema=schema))


def own_definitions() -> dict[str, str]:
    """Of each read model, as this program has them."""
    return {model.name: definition(model) for model in MODELS}


def lead_of(definitions: Mapping[str, str]) -> int:
    """Which lock the one holds who leads: each definition of the read models has its own, so that after a
    deployment both programs follow, each its own rows."""
    stated = " ".join(f"{name} {definitions[name]}" for name in sorted(definitions))
    return zlib.crc32(stated.encode()) >> 1  # a key has 31 bits


async def followed(connection: AnyConnection) -> tuple[str | None, dict[str, Checkpoint]]:
    """The schema whose rows are as this program defines them, and how far they have come: the live one, or
    after a newer program was deployed the one before. None: neither."""
    own = own_definitions()
    for schema in (LIVE, PREVIOUS):
        there = {c.model: c for c in await checkpoints(connection, schema)}
        if {name: c.definition for name, c in there.items()} == own:
            return schema, there
    return None, {}


async def home_of(connection: AnyConnection) -> str | None:
    """The schema whose rows are as this program defines them; None: there is none."""
    return (await followed(connection))[0]
