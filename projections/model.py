"""What a read model is: which histories an event touches, how they are read, and their rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import ClassVar, Protocol, TypeAlias

import orjson

from domain.canonical import Object
from domain.history import Believed, through_time
from domain.kernel import Query, Recorded
from domain.programmes import PROGRAMMES
from eventlog.queries import load

Value: TypeAlias = "str | int | bool | date | tuple[str, ...] | None"
Row: TypeAlias = tuple[Value, ...]
Key: TypeAlias = "str | int"
_COMMENT = re.compile(r"^--.*\n", re.MULTILINE)  # of a whole line


class LogSoFar(Protocol):
    """The log as far as the page that is being taken in."""

    async def matching(self, query: Query) -> list[Recorded]: ...

    async def at(self, positions: Collection[int]) -> list[Recorded]: ...


class ReadModel(Protocol):
    """One question asked of the log, and the table that answers it; its SQL lies beside its class."""

    name: ClassVar[str]
    package: ClassVar[str]  # whose rows.sql holds its table and its queries
    version: ClassVar[int]  # raised whenever `fold` gives other rows for the same history
    columns: ClassVar[tuple[str, ...]]  # without the range of positions, which comes last
    topics: ClassVar[Query]  # what it follows; everything else cannot change its rows

    async def histories(self, page: Sequence[Recorded], log: LogSoFar) -> Mapping[Key, Sequence[Recorded]]:
        """The whole history, to the end of this page, of everything that the page touches."""
        ...

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        """The rows of one history as believed at one moment."""
        ...


def compact(content: Object) -> str:
    """JSON for a row: the same text for the same content."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()


def rows(model: ReadModel, key: Key, history: Sequence[Recorded]) -> Iterable[Row]:
    """All rows of one history, each with the range of positions in which it was believed."""
    for known in through_time(history, lambda events: model.fold(key, events)):
        yield (*known.row, known.since, known.until)


def queries(model: ReadModel) -> Mapping[str, str]:
    """The model's named queries."""
    return load(model.package, "rows.sql")


@cache
def sql_at(package: str, file: str, query: str, home: str) -> str:
    """A named query, over the rows of one schema where it says `{home}`. Where it says the name of another
    part of its file, that part stands in it: what several queries share is written once."""
    parts = load(package, file)

    def whole(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda name: home if name[1] == "home" else part(name[1]), text)

    def part(name: str) -> str:
        return whole(_COMMENT.sub("", parts[name]).strip())

    return whole(parts[query])


def query_at(model: ReadModel, query: str, home: str) -> str:
    """One of the model's queries, over the rows that stand in a schema."""
    return sql_at(model.package, "rows.sql", query, home)


def definition(model: ReadModel) -> str:
    """Changes when the model's tables or its fold do, or the editions of rule books that a fold goes by."""
    books = [one for book in PROGRAMMES.values() for one in book.editions]
    editions = "\n".join(f"{one.cited} {one.since} {one.behind}" for one in books)
    stated = f"{model.version}\n{queries(model)['define']}\n{editions}"
    return hashlib.sha256(stated.encode()).hexdigest()[:16]
