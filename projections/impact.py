"""What a correction would change, before it is approved: rows, figures, ranks; what rests on the fact.

Worked out from the log at a position: each read model folds the histories that the correction would touch,
without it and with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import orjson

from domain.access import Reader
from domain.cases import Case
from domain.events import ApplicationSubmitted, Correction
from domain.history import Believed, believed
from domain.kernel import Query, Recorded
from domain.programmes import PROGRAMMES
from domain.questioning import (
    NOTHING,
    Further,
    hypothetical,
    of_correction,
    questions,
    standings,
)
from eventlog.log import WHOLE, Log
from eventlog.queries import load
from projections import rounds
from projections.corrections import as_fact, proposal_at, question_as_json, settled
from projections.model import Key, ReadModel, Row
from projections.obligations import Obligations
from projections.publicity import Publicity
from projections.quotas import Quotas
from projections.roster import Roster
from projections.sentences import name_of
from projections.shown import JSONObject, show_events

if TYPE_CHECKING:
    from domain.events import CorrectionProposed

_SQL = load("projections", "impact.sql")
_HIDDEN = frozenset({"details", "settled_by"})  # of a row: words, and who settled it


@dataclass(frozen=True, slots=True)
class _WithIt:
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


async def impact(log: Log, reader: Reader, id_: int, known: int, now: datetime) -> JSONObject:
    """What would change if a proposal were approved now, as known at a position; of one that is settled,
    what it would have changed then. Raises NotForThem, NoSuchCorrection."""
    proposal = await proposal_at(log, reader, id_, known)
    if (end := (await settled(log, [proposal], known)).get(id_)) is not None:
        known, now = end.position - 1, end.recorded_at
    fact: CorrectionProposed = as_fact(proposal)  # type: ignore[assignment]
    correction = fact.correction
    there = await _gathered(log, correction, known)
    approval = hypothetical(correction, id_, there.values(), known + 1, now)
    asked = await asyncio.to_thread(questions, correction, id_, there, approval)
    changed = {
        model.name: await _changed(model, _WithIt(log, known, approval), approval)
        for model in (Roster(), Quotas(), Obligations(), Publicity())
    }
    decisions = {e.position: e for e in await log.at({question.decision for question in asked})}
    return {
        "as_known": known,
        **{name: _rows_told(name, rows) for name, rows in changed.items()},
        "figures": await _figures(log, changed["quotas"], known),
        "ranking": _reranked(there, approval),
        "rested": await _rested(log, reader, correction, there.values()),
        "refusals": await _refusals(log, correction, known),
        "questions": [question_as_json(q, decisions[q.decision]) for q in asked],
    }


async def _gathered(log: Log, correction: Correction, known: int) -> dict[int, Recorded]:
    """What `of_correction` asks for, until nothing is new."""
    there: dict[int, Recorded] = {}
    has: Further = NOTHING
    while (wanted := has | of_correction(correction, there)) != has:
        new = Further(wanted.positions - has.positions, wanted.items - has.items)
        query = Query.joined(new.items)
        found = [
            *await log.at(p for p in new.positions if p <= known),
            *(await log.read(query, until=known, limit=WHOLE) if query.items else ()),
        ]
        there |= {event.position: event for event in found}
        has = wanted
    return there


# ------------------------------------------------------------------------------ rows


@dataclass(frozen=True, slots=True)
class _Changed:
    """The rows of one read model that would no longer be believed, and those that would be."""

    gone: tuple[dict[str, Any], ...]
    new: tuple[dict[str, Any], ...]


async def _changed(model: ReadModel, reader: _WithIt, approval: Recorded) -> _Changed:
    histories = await model.histories([approval], reader)
    gone: list[Row] = []
    new: list[Row] = []
    for key, history in histories.items():
        before = _fold(model, key, [e for e in history if e.position != approval.position])
        after = _fold(model, key, history)
        gone += [row for row in before if row not in after]
        new += [row for row in after if row not in before]
    return _Changed(
        tuple(dict(zip(model.columns, row, strict=True)) for row in gone),
        tuple(dict(zip(model.columns, row, strict=True)) for row in new),
    )


def _fold(model: ReadModel, key: Key, history: Iterable[Recorded]) -> list[Row]:
    return list(dict.fromkeys(model.fold(key, believed(history))))


def _rows_told(name: str, rows: _Changed) -> JSONObject:
    """The rows as they stand in the model: codes, days, the event of each."""
    return {"gone": [_row(name, r) for r in rows.gone], "new": [_row(name, r) for r in rows.new]}


def _row(name: str, row: Mapping[str, Any]) -> JSONObject:
    told = {key: value for key, value in row.items() if key not in _HIDDEN and value is not None}
    subject = row.get("subject") or str(row.get("entry", "")).split("/", 2)[-1]
    if subject and not str(row.get("entry", "")).startswith("terms:"):
        told["name"] = name_of(str(subject))
    if name == Roster.name:
        told["withdrawn"] = orjson.loads(row["details"]).get("withdrawn")
    return told


# ---------------------------------------------------------------------------- figures


async def _figures(log: Log, changed: _Changed, known: int) -> list[JSONObject]:
    """Of each pool of a round whose rows change: what is used, left and over, before and after, on each
    day from which on it differs."""
    touched = {
        (row["programme"], row["round"]) for row in (*changed.gone, *changed.new) if row["round"]
    }
    told = []
    for programme, round_ in sorted(touched):
        rows = await log.pool.fetch(_SQL["quotas_of_round"], programme, round_, known)
        before = [dict(row) for row in rows]
        gone = [_key(row) for row in changed.gone]
        after = [row for row in before if _key(row) not in gone] + [dict(r) for r in changed.new]
        moved = (*changed.gone, *changed.new)
        days = {row[which] for row in moved for which in ("since", "until") if row[which]}
        told += _figures_of(programme, round_, before, after, sorted(days - {date.max}))
    return told


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[key] for key in ("measure", "pool", "entry", "position", "since", "until"))


def _figures_of(
    programme: str, round_: str, before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]], days: Iterable[date],
) -> list[JSONObject]:  # fmt: skip
    of = PROGRAMMES[programme]
    told: list[JSONObject] = []
    last: dict[str, tuple[object, object]] = {}
    for day in days:
        was = {p["pool"]: p for p in rounds.pools_on(of, round_, before, day)}
        is_ = {p["pool"]: p for p in rounds.pools_on(of, round_, after, day)}
        for pool in was:
            pair = tuple(_figure(found[pool]) for found in (was, is_))
            if pair[0] != pair[1] and last.get(pool) != pair:
                told.append({
                    "programme": programme, "round": round_, "pool": pool, "since": day,
                    "before": pair[0], "after": pair[1],
                })  # fmt: skip
            last[pool] = (pair[0], pair[1])
    return told


def _figure(pool: JSONObject) -> JSONObject:
    cap = pool["cap"]["places"] if pool["cap"] else None
    return {"cap": cap, **{key: pool[key] for key in ("used", "left", "over")}}


# ---------------------------------------------------------------------------- ranking


def _reranked(there: Mapping[int, Recorded], approval: Recorded) -> list[JSONObject]:
    """The cases whose mean or rank would differ, by rank after."""
    before = believed(there.values())
    after = believed([*there.values(), approval])
    was, is_ = standings(before), standings(after)
    if was == is_:
        return []
    categories = _categories(after)
    told = []
    for case in {*was, *is_}:
        one, other = _place(case, was, categories), _place(case, is_, categories)
        if one != other:
            subject = Case.parse(case).subject
            told.append({
                "case": case, "subject": {"id": subject, "name": name_of(subject)}, "before": one,
                "after": other,
            })  # fmt: skip
    return sorted(told, key=lambda t: ((t["after"] or {}).get("rank", 10**6), t["case"]))


def _categories(history: Iterable[Believed]) -> dict[str, tuple[str, str]]:
    """Of each case its round and category: among whom it ranks."""
    return {
        str(b.data["case"]): (Case.parse(str(b.data["case"])).round, str(b.data["category"]))
        for b in history
        if b.topic == ApplicationSubmitted.topic
    }


def _place(
    case: str, totals: Mapping[str, Fraction], categories: Mapping[str, tuple[str, str]]
) -> JSONObject | None:
    if case not in totals:
        return None
    among = [t for other, t in totals.items() if categories.get(other) == categories.get(case)]
    ahead = sum(total > totals[case] for total in among)
    return {"total": f"{float(totals[case] / 100):.4f}", "rank": ahead + 1, "of": len(among)}


# ------------------------------------------------------------------ what rested on the fact


async def _rested(
    log: Log, reader: Reader, correction: Correction, events: Iterable[Recorded]
) -> list[JSONObject]:
    """Later events that were judged on the fact, or on what corrected it before."""
    if correction.target is None:
        return []
    on_it = {correction.target}
    found = [
        event
        for event in sorted(events, key=lambda event: event.position)
        if event.judged and on_it & {int(str(p)) for p in _facts(event)}
    ]
    return [
        {"event": event.position, "topic": event.topic, "sentence": shown.sentence.as_json()}
        for event, shown in await show_events(log, reader, found)
    ]


def _facts(event: Recorded) -> Sequence[Any]:
    stated = event.judged or {}
    facts = stated.get("facts", ())
    return facts if isinstance(facts, list | tuple) else ()


async def _refusals(log: Log, correction: Correction, known: int) -> list[JSONObject]:
    """Acts that were refused on the fact: had it been right, they might have been accepted."""
    if correction.target is None:
        return []
    rows = await log.pool.fetch(_SQL["refused_on"], correction.target)
    told = []
    for row in rows:
        answer = orjson.loads(row["answer"])
        broken = [b for b in answer["broken"] if correction.target in b["facts"]]
        if answer["position"] <= known:
            told.append({
                "act": row["act"], "at": row["recorded_at"],
                "rules": [b["rule"] for b in broken], "why": [b["why"] for b in broken],
            })  # fmt: skip
    return told
