"""The rows of a read model that a correction would change: folded from the log without it and with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import orjson

from domain.history import believed
from domain.kernel import Query, Recorded
from domain.tags import TERMS
from eventlog.log import WHOLE, Log
from projections.answers import Answer, answer
from projections.model import Key, ReadModel, Row, Value
from projections.quotas.rows import OPENED
from projections.roster.answer import withdrawn
from projections.roster.rows import Roster
from projections.words.names import Register

_HIDDEN = frozenset({"details", "settled_by", "edition"})  # of a row: words, who settled it, by which text
ARow: TypeAlias = Mapping[str, Value]
# A row as an answer has it: codes, days, the event of each, and whose it is.
RowTold: TypeAlias = Annotated[Mapping[str, object], "any members"]


@answer("ChangedRows")
class ChangedRows(Answer):
    """Rows of a read model that would no longer be believed, and those that would be."""

    gone: tuple[RowTold, ...]
    new: tuple[RowTold, ...]


@dataclass(frozen=True, slots=True)
class WithIt:
    """The log up to a position, and an approval behind it."""

    log: Log
    until: int
    approval: Recorded

    async def matching(self, query: Query) -> list[Recorded]:
        found = await self.log.read(query, until=self.until, limit=WHOLE)
        own = [self.approval] if query.matches(self.approval.topic, self.approval.tags) else []
        return [*found, *own]

    async def at(self, positions: Collection[int]) -> list[Recorded]:
        found = await self.log.at([p for p in positions if p <= self.until])
        return [*found, *([self.approval] if self.approval.position in positions else [])]


@dataclass(frozen=True, slots=True)
class Changed:
    """The rows of one read model that would no longer be believed, and those that would be."""

    gone: tuple[ARow, ...]
    new: tuple[ARow, ...]


async def changed(model: ReadModel, log: WithIt, approval: Recorded) -> Changed:
    histories = await model.histories([approval], log)
    gone: list[Row] = []
    new: list[Row] = []
    for key, history in histories.items():
        before = _fold(model, key, [e for e in history if e.position != approval.position])
        after = _fold(model, key, history)
        said_before = {_said(model, row) for row in before}
        said_after = {_said(model, row) for row in after}
        gone += [row for row in before if _said(model, row) not in said_after]
        new += [row for row in after if _said(model, row) not in said_before]
    return Changed(
        tuple(dict(zip(model.columns, row, strict=True)) for row in gone),
        tuple(dict(zip(model.columns, row, strict=True)) for row in new),
    )


def _said(model: ReadModel, row: Row) -> Row:
    """A row without who settled it."""
    return tuple(v for name, v in zip(model.columns, row, strict=True) if name != "settled_by")


def _fold(model: ReadModel, key: Key, history: Iterable[Recorded]) -> list[Row]:
    return list(dict.fromkeys(model.fold(key, believed(history))))


def rows_told(name: str, rows: Changed, names: Register) -> ChangedRows:
    """The rows as they stand in the model."""
    return ChangedRows(
        gone=tuple(_row(name, row, names) for row in rows.gone if row.get("measure") != OPENED),
        new=tuple(_row(name, row, names) for row in rows.new if row.get("measure") != OPENED),
    )


def _row(name: str, row: ARow, names: Register) -> RowTold:
    kept = (item for item in row.items() if item[0] not in _HIDDEN)
    told: dict[str, object] = {key: value for key, value in kept if value is not None}
    entry = str(row.get("entry", ""))
    subject = row.get("subject") or entry.split("/", 2)[-1]
    if subject and TERMS.says(entry) is None:
        told["name"] = names.name_of(str(subject))
    if name == Roster.name:
        ended = withdrawn(orjson.loads(str(row["details"])).get("withdrawn"))
        told["withdrawn"] = ended or None
    return told
