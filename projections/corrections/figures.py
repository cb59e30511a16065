"""The figures of quotas that a correction would change, and from which day on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

from domain.programmes import PROGRAMMES
from projections.answers import Answer, answer
from projections.asking.standpoint import Standpoint
from projections.corrections.changed_rows import ARow, Changed
from projections.model import Value, sql_at
from projections.quotas.answer import Pool, edition_of, pools_of, pools_on
from projections.words.names import Names


@answer("AFigure")
class Figure(Answer):
    """How much of a pool is used."""

    cap: int | None
    used: int
    left: int | None
    over: int | None


@answer("ChangedFigure")
class ChangedFigure(Answer):
    """A pool's figures, before and after, from a day on."""

    programme: str
    round: str
    pool: str
    since: date
    before: Figure
    after: Figure


async def figures(at: Standpoint, changed: Changed) -> list[ChangedFigure]:
    """Of each pool that the changed rows count in, in every round: what is used, left and over, before and
    after, from each day on from which they differ in another way."""
    moved = (*changed.gone, *changed.new)
    told: list[ChangedFigure] = []
    for programme, round_ in await _rounds_of(at, moved):
        rows = await fetch(at, "quotas_of_round", programme, round_, at.view.as_known)
        gone = {_key(row) for row in changed.gone}
        after = [row for row in rows if _key(row) not in gone]
        after += [dict(row) for row in changed.new if row["programme"] == programme]
        after.sort(
            key=lambda r: tuple(
                cast("str", r[key]) for key in ("since", "position", "pool", "measure", "entry")
            )
        )
        first = min(cast("date", r["since"]) for r in moved)
        told += _figures_of(at, programme, round_, rows, after, first)
    return told


async def fetch(at: Standpoint, query: str, *arguments: object) -> list[dict[str, Value]]:
    sql = sql_at("projections.corrections", "impact.sql", query, at.home)
    return [dict(row) for row in await at.log.pool.fetch(sql, *arguments)]


async def _rounds_of(at: Standpoint, moved: Iterable[ARow]) -> list[tuple[str, str]]:
    """The rounds in which rows count: their own; of who holds a place, and of a cap for all rounds, every
    one of the programme."""
    given = list(moved)
    found = {(str(row["programme"]), str(row["round"])) for row in given if row["round"]}
    wide = {str(r["programme"]) for r in given if not r["round"] or r["measure"] == "held"}
    for programme in sorted(wide):
        rows = await fetch(at, "rounds_with_caps", programme, at.view.as_known)
        found |= {(programme, str(row["round"])) for row in rows}
    return sorted(found)


def _key(row: ARow) -> tuple[Value, ...]:
    return tuple(row[key] for key in ("measure", "pool", "entry", "position", "since", "until"))


def _figures_of(
    at: Standpoint, programme: str, round_: str, before: Sequence[ARow], after: Sequence[ARow], first: date
) -> list[ChangedFigure]:
    """first: the day from which on anything may differ."""
    names = Names(at.names, at.view.as_of)
    of = PROGRAMMES[programme]
    stated = (row[which] for row in (*before, *after) for which in ("since", "until"))
    days = {day for day in stated if isinstance(day, date)}
    told: list[ChangedFigure] = []
    last: dict[str, tuple[Figure, Figure]] = {}
    pools = dict.fromkeys(
        (
            *pools_of(round_, before, edition_of(of, round_, before, at.view)),
            *pools_of(round_, after, edition_of(of, round_, after, at.view)),
        )
    )
    for day in sorted(day for day in days if first <= day < date.max):
        was = {p.pool: p for p in pools_on(of, round_, before, day, names, pools)}
        is_ = {p.pool: p for p in pools_on(of, round_, after, day, names, pools)}
        for pool in was:
            pair = _figure(was[pool]), _figure(is_[pool])
            differs, differed = pair[0] != pair[1], pool in last and last[pool][0] != last[pool][1]
            if (differs and last.get(pool) != pair) or (differed and not differs):
                told.append(
                    ChangedFigure(
                        programme=programme, round=round_, pool=pool, since=day, before=pair[0], after=pair[1]
                    )
                )
            last[pool] = pair
    return told


def _figure(pool: Pool) -> Figure:
    cap = pool.cap.places if pool.cap else None
    return Figure(cap=cap, used=pool.used, left=pool.left, over=pool.over)
