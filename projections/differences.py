"""What changed between two views of a roster, and by which events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from projections.model import queries
from projections.reading import RosterQuestion, View, titles_of
from projections.roster import Roster
from projections.shown import JSONObject

if TYPE_CHECKING:
    from asyncpg import Record

    from eventlog.log import Log

# Of a title, what says where a view found it and not what the title is.
_PROVENANCE = frozenset({"event", "settled_by", "known_since"})


@dataclass(frozen=True, slots=True)
class _Seen:
    """The titles of a view by designation, and their rows."""

    titles: Mapping[str, Sequence[JSONObject]]
    rows: Mapping[str, Sequence[Record]]


async def differences(
    log: Log, question: RosterQuestion, one: View, other: View
) -> list[JSONObject]:
    """Each title that two views show otherwise: added, removed or changed, what of it, and by which
    events; by none where the days alone make the difference."""
    before, after = await _seen(log, question, one), await _seen(log, question, other)
    told = []
    for designation in sorted({*before.titles, *after.titles}):
        was = before.titles.get(designation, ())
        is_ = after.titles.get(designation, ())
        if [_said(t) for t in was] == [_said(t) for t in is_]:
            continue
        rows = (before.rows.get(designation, ()), after.rows.get(designation, ()))
        told.append({
            "designation": designation,
            "change": "changed" if was and is_ else "added" if is_ else "removed",
            "before": list(was),
            "after": list(is_),
            "fields": _fields(was, is_),
            "by": await _causes(log, designation, *rows, one, other),
        })  # fmt: skip
    return told


async def _seen(log: Log, question: RosterQuestion, view: View) -> _Seen:
    titles: dict[str, list[JSONObject]] = defaultdict(list)
    rows: dict[str, list[Record]] = defaultdict(list)
    async for row, title in titles_of(log, question, view):
        titles[row["designation"]].append(title)
        rows[row["designation"]].append(row)
    return _Seen(titles, rows)


def _said(title: JSONObject) -> JSONObject:
    """What it says, but for the names of places, which are the register's."""
    kept = {key: value for key, value in title.items() if key not in _PROVENANCE}
    return {**kept, "subject": title["subject"]["id"], "province": title["province"]["id"]}


def _fields(was: Sequence[JSONObject], is_: Sequence[JSONObject]) -> list[str]:
    """What of a title differs, where it stands in both views once."""
    if len(was) != 1 or len(is_) != 1:
        return []
    one, other = _said(was[0]), _said(is_[0])
    return sorted(key for key in {*one, *other} if one.get(key) != other.get(key))


async def _causes(
    log: Log,
    designation: str,
    was: Sequence[Record],
    is_: Sequence[Record],
    one: View,
    other: View,
) -> list[int]:
    """The positions at which what is believed of a title changed between what was known, and the events that
    took effect between the days."""
    first, last = sorted((one.as_known, other.as_known))
    rows = await log.pool.fetch(queries(Roster())["causes"], designation, first, last)
    found = {row["position"] for row in rows}
    in_both = {_key(row) for row in was} & {_key(row) for row in is_}
    found |= {
        row["position"]
        for row in (*was, *is_)
        if _key(row) not in in_both and _came(row, one, other)
    }
    found |= {event for row in (*was, *is_) for event in _ends(row, one, other)}
    return sorted(found)


def _came(row: Record, one: View, other: View) -> bool:
    """Whether a title was announced between the days of two views."""
    first, last = sorted((one.as_of, other.as_of))
    earliest = row["announced_earliest"]
    return earliest is not None and first < earliest <= last


def _key(row: Record) -> tuple[Any, ...]:
    return row["designation"], row["position"], row["settled_by"]


def _ends(row: Record, one: View, other: View) -> list[int]:
    """The event that ended a title, where it took effect between the days of two views."""
    withdrawn = orjson.loads(row["details"]).get("withdrawn")
    first, last = sorted((one.as_of, other.as_of))
    until = row["until_latest"]
    return [withdrawn["event"]] if withdrawn and until and first <= until < last else []
