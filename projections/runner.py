"""Follow the log in order: rows and checkpoint in one transaction, by one projector a database.

A read model takes the log in by pages; each page's rows and the model's checkpoint are committed
together, so a projector that dies has lost nothing. A model that cannot take an event in stops there
and says so in `checkpoints`; the others go on. `rebuild` makes all rows anew beside the live ones,
catches up, and puts them in their place in one step.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel import Query, Recorded
from eventlog.database import Database
from eventlog.errors import Unavailable
from eventlog.log import LOST, POLL_SECONDS, WHOLE, Log, at, query_json, read, wait
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

LIVE, NEXT, CHECK = "projections", "projections_next", "projections_check"
_LOCKS = {NEXT: 4, CHECK: 5}
PAGE = 1_000
REBUILD_PAGE = 20_000
MODELS: tuple[ReadModel, ...] = (
    Roster(), AuditTrail(), Quotas(), Publicity(), Obligations(), Ranking()
)  # fmt: skip

_SQL = load("projections", "runner.sql")
_LOGGER = logging.getLogger("designations.projector")


class Failed(Exception):
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
    async with connection.transaction():
        if not await connection.fetch(_SQL["tables"], schema):
            return []
        await _use(connection, schema)
        return [Checkpoint(**row) for row in await connection.fetch(_SQL["checkpoints"])]


async def advance(
    connection: AnyConnection, model: ReadModel, *, schema: str = LIVE, page: int = PAGE
) -> int | None:
    """Take in one page. Returns the position reached, or None if there was nothing new.

    A page that fails is tried again event by event, up to the one that cannot be taken in; that is
    written down, and Failed is raised for it, now and at every further call.
    """
    try:
        return await _advance(connection, model, schema, page)
    except (*LOST, Failed):
        raise
    except Exception:
        reached = None
    try:
        for _ in range(page):  # the culprit is in this page, unless its cause has gone
            if (step := await _advance(connection, model, schema, 1)) is None:
                break
            reached = step
    except LOST:
        raise
    except Exception as cause:
        raise await _write_down(connection, model, schema, cause) from cause
    return reached


async def _advance(
    connection: AnyConnection, model: ReadModel, schema: str, size: int
) -> int | None:
    async with connection.transaction():
        if schema == LIVE:
            await connection.execute(_SQL["quiet"])
        await _use(connection, schema)
        checkpoint = await connection.fetchrow(_SQL["checkpoint"], model.name)
        assert checkpoint is not None  # `_begin` made it
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
        await _use(connection, schema)
        checkpoint = await connection.fetchrow(_SQL["checkpoint"], model.name)
        assert checkpoint is not None
        after = checkpoint["position"]
        culprit = await connection.fetchval(_SQL["next"], query_json(model.topics), after)
        failed = Failed(model.name, culprit or after + 1, cause)
        await connection.execute(_SQL["failed"], model.name, failed.position, str(failed))
    return failed


async def _use(connection: AnyConnection, schema: str) -> None:
    await connection.execute(_SQL["use_schema"].format(schema=schema))


async def _clear(connection: AnyConnection, schema: str) -> None:
    for row in await connection.fetch(_SQL["tables"], schema):
        await connection.execute(_SQL["drop_table"].format(schema=schema, table=row["tablename"]))


async def _begin(connection: AnyConnection, schema: str) -> None:
    """Empty tables for all read models."""
    async with connection.transaction():
        await _clear(connection, schema)
        await _use(connection, schema)
        await connection.execute(_SQL["define"])
        for model in MODELS:
            await connection.execute(queries(model)["define"])
            await connection.execute(_SQL["begin_model"], model.name, definition(model))


Progress = Callable[[str, int], None]  # a model's name, the position it has reached


@asynccontextmanager
async def _making(connection: AnyConnection, schema: str) -> AsyncIterator[None]:
    """One process at a time makes rows in a schema beside the live one; it is empty afterwards."""
    lock = _LOCKS[schema]
    await connection.execute(_SQL["begin_making"], lock)
    try:
        yield
    finally:
        if not connection.is_closed():
            await _clear(connection, schema)
            await connection.execute(_SQL["end_making"], lock)


async def _build(connection: AnyConnection, schema: str, progress: Progress) -> list[Failed]:
    """Make all rows anew. Returns the models that stopped on an event."""
    await _begin(connection, schema)
    failures = []
    for model in MODELS:
        try:
            while reached := await advance(connection, model, schema=schema, page=REBUILD_PAGE):
                progress(model.name, reached)
        except Failed as failed:
            failures.append(failed)
    return failures


def _silent(_model: str, _position: int) -> None:
    """No progress is shown."""


async def rebuild(
    connection: AnyConnection, progress: Progress = _silent, *, whole: bool = True
) -> None:
    """Make all rows anew beside the live ones, then put them in their place in one step.

    Interrupted, the live ones stand as they were. Raises Failed, unless the rows of a model that
    stops on an event are to be put in place as far as they go (whole=False).
    """
    async with _making(connection, NEXT):
        await _rebuild(connection, progress, whole=whole)


async def _rebuild(connection: AnyConnection, progress: Progress, *, whole: bool) -> None:
    failures = await _build(connection, NEXT, progress)
    if failures and whole:
        raise failures[0]
    stopped = {failed.model for failed in failures}
    async with connection.transaction():
        await connection.execute(_SQL["quiet"])
        for model in MODELS:  # what was appended since
            while model.name not in stopped and await _advance(connection, model, NEXT, PAGE):
                pass
        await _clear(connection, LIVE)
        for row in await connection.fetch(_SQL["tables"], NEXT):
            await connection.execute(
                _SQL["move_table"].format(schema=NEXT, table=row["tablename"], to=LIVE)
            )


async def ensure(connection: AnyConnection) -> None:
    """Make the read models if they are not there, or not as this program defines them."""
    if await _as_defined(connection):
        return
    async with _making(connection, NEXT):
        if not await _as_defined(connection):  # another process may have made them meanwhile
            _LOGGER.info("the read models are made anew")
            await _rebuild(connection, _silent, whole=False)


async def _as_defined(connection: AnyConnection) -> bool:
    there = {c.model: c.definition for c in await checkpoints(connection)}
    return there == {model.name: definition(model) for model in MODELS}


async def catch_up(connection: AnyConnection, *models: ReadModel) -> None:
    """Bring these read models (default: all) to the head of the log, once. Raises Failed."""
    await ensure(connection)
    for model in models or MODELS:
        while await advance(connection, model):
            pass


async def difference_from_rebuild(
    connection: AnyConnection, progress: Progress = _silent
) -> str | None:
    """Where the live rows differ from rows made anew; None if they are the same, byte for byte."""
    async with _making(connection, CHECK):
        if failures := await _build(connection, CHECK, progress):
            return str(failures[0])
        async with connection.transaction():
            await connection.execute(_SQL["quiet"])
            for model in MODELS:
                for schema in (LIVE, CHECK):
                    while await _advance(connection, model, schema, PAGE):
                        pass
            for model in MODELS:
                difference = await connection.fetchrow(
                    _SQL["first_difference"].format(live=LIVE, rebuilt=CHECK, table=model.name)
                )
                if difference is not None:
                    return f"{model.name}: a {difference['side']} row only: {difference['line']}"
    return None


class Projector:
    """Keeps a database's read models up, while it is the one that leads; ready to take over."""

    def __init__(self, database: Database, log: Log) -> None:
        self._database = database
        self._log = log
        self._listening = asyncio.Event()

    async def run(self) -> None:
        """Never ends; a lost connection is made again, a model that failed stays stopped."""
        while True:
            try:
                async with self._leading() as connection:
                    await ensure(connection)
                    await self._follow(connection)
            except (*LOST, Unavailable) as error:
                _LOGGER.warning("the projector lost its database: %s", error)
            except Exception:
                _LOGGER.exception("the projector failed; it begins again")
            await asyncio.sleep(POLL_SECONDS)

    @asynccontextmanager
    async def _leading(self) -> AsyncIterator[AnyConnection]:
        """A session that holds the lead; the server gives it up when the session ends."""
        connection = await self._database.connect()
        try:
            while not await connection.fetchval(_SQL["try_lead"]):  # noqa: ASYNC110 — another process
                await asyncio.sleep(POLL_SECONDS)
            yield connection
        finally:
            connection.terminate()

    async def _follow(self, connection: AnyConnection) -> None:
        stop_listening = self._log.listener.add(self._listening)
        told: set[tuple[str, int]] = set()
        try:
            while True:
                self._listening.clear()
                for model in MODELS:
                    try:
                        while await advance(connection, model):
                            pass
                    except Failed as failed:  # the others go on; `rebuild` may set it going again
                        if (failed.model, failed.position) not in told:
                            told.add((failed.model, failed.position))
                            _LOGGER.error("a read model stopped: %s", failed)  # noqa: TRY400
                await wait(self._listening, POLL_SECONDS)
        finally:
            stop_listening()
