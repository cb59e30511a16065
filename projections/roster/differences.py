"""What changed between two views of a roster, and by which events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import orjson
from pydantic import Field

from projections.answers import NOT_STATED, Answer, NotStated, Position, ProgrammeNamed, answer
from projections.asking.moments import View
from projections.asking.standpoint import Standpoint
from projections.roster.answer import Title, of_unknown_category, titles_of
from projections.roster.question import RosterQuestion
from projections.roster.rows import Roster

if TYPE_CHECKING:
    from asyncpg import Record

# Of a title, what says where a view found it and not what the title is.
_PROVENANCE = frozenset({"event", "settled_by", "known_since", "corrected"})


@answer("AViewpoint")
class Viewpoint(Answer):
    """From where in two-dimensional time one of the views looks."""

    as_of: date
    as_known: Position

    @staticmethod
    def of(view: View) -> Viewpoint:
        return Viewpoint(as_of=view.as_of, as_known=view.as_known)


@answer("ChangedTitle")
class ChangedTitle(Answer):
    """A title that two views show otherwise."""

    designation: str
    change: Literal["added", "removed", "changed"]
    before: tuple[Title, ...]
    after: tuple[Title, ...]
    fields: Annotated[tuple[str, ...], Field(description="what of it differs")]
    by: Annotated[tuple[Position, ...], Field(description="the events that make the difference")]


@answer("RosterDiff", is_open=True, from_="from")
class RosterDiff(Answer):
    """What changed of a roster between two views."""

    programme: ProgrammeNamed
    from_: Viewpoint
    to: Viewpoint
    changes: tuple[ChangedTitle, ...]
    unknown: (
        Annotated[
            int, Field(description="titles of the later view that may be among these: no source says so")
        ]
        | NotStated
    ) = NOT_STATED


@dataclass(frozen=True, slots=True)
class _Seen:
    """The titles of a view by designation, and their rows."""

    titles: Mapping[str, Sequence[Title]]
    rows: Mapping[str, Sequence[Record]]


async def differences(at: Standpoint, question: RosterQuestion, one: View, other: View) -> list[ChangedTitle]:
    """Each title that two views show otherwise: added, removed or changed, what of it, and by which
    events; by none where the days alone make the difference."""
    before = await _seen(replace(at, view=one), question)
    after = await _seen(replace(at, view=other), question)
    told = []
    for designation in sorted({*before.titles, *after.titles}):
        was = tuple(before.titles.get(designation, ()))
        is_ = tuple(after.titles.get(designation, ()))
        if [_said(t) for t in was] == [_said(t) for t in is_]:
            continue
        rows = (before.rows.get(designation, ()), after.rows.get(designation, ()))
        told.append(
            ChangedTitle(
                designation=designation,
                change="changed" if was and is_ else "added" if is_ else "removed",
                before=was,
                after=is_,
                fields=_fields(was, is_),
                by=await _causes(at, designation, *rows, one, other),
            )
        )
    return told


async def unknown_of(at: Standpoint, question: RosterQuestion) -> int | NotStated:
    """How many titles of a view a question by category or field cannot tell of, for want of a source."""
    unknown = await of_unknown_category(at, question, 1)
    return NOT_STATED if isinstance(unknown, NotStated) else unknown.count


async def _seen(at: Standpoint, question: RosterQuestion) -> _Seen:
    titles: dict[str, list[Title]] = defaultdict(list)
    rows: dict[str, list[Record]] = defaultdict(list)
    async for row, title in titles_of(at, question):
        titles[row["designation"]].append(title)
        rows[row["designation"]].append(row)
    return _Seen(titles, rows)


def _said(title: Title) -> dict[str, object]:
    """What it says, but for the names of places, which are the register's."""
    kept = {key: value for key, value in title.members().items() if key not in _PROVENANCE}
    return {**kept, "subject": title.subject.id, "province": title.province.id}


def _fields(was: Sequence[Title], is_: Sequence[Title]) -> tuple[str, ...]:
    """What of a title differs, where it stands in both views once."""
    if len(was) != 1 or len(is_) != 1:
        return ()
    one, other = _said(was[0]), _said(is_[0])
    return tuple(sorted(key for key in {*one, *other} if one.get(key) != other.get(key)))


async def _causes(
    at: Standpoint, designation: str, was: Sequence[Record], is_: Sequence[Record], one: View, other: View
) -> tuple[int, ...]:
    """The positions at which what is believed of a title changed between what was known, and the events that
    took effect between the days."""
    first, last = sorted((one.as_known, other.as_known))
    found = {row["position"] for row in await at.fetch(Roster(), "causes", designation, first, last)}
    in_both = {_key(row) for row in was} & {_key(row) for row in is_}
    found |= {row["position"] for row in (*was, *is_) if _key(row) not in in_both and _came(row, one, other)}
    found |= {event for row in (*was, *is_) for event in _ends(row, one, other)}
    return tuple(sorted(found))


def _came(row: Record, one: View, other: View) -> bool:
    """Whether a title was announced between the days of two views."""
    first, last = sorted((one.as_of, other.as_of))
    earliest: date | None = row["announced_earliest"]
    return earliest is not None and first < earliest <= last


def _key(row: Record) -> tuple[str, int, int]:
    return row["designation"], row["position"], row["settled_by"]


def _ends(row: Record, one: View, other: View) -> list[int]:
    """The event that ended a title, where it took effect between the days of two views."""
    withdrawn = orjson.loads(row["details"]).get("withdrawn")
    first, last = sorted((one.as_of, other.as_of))
    until = row["until_latest"]
    return [withdrawn["event"]] if withdrawn and until and first <= until < last else []
