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
from typing import Any

import orjson

from domain.access import Reader
from domain.cases import Case
from domain.commands import ApproveCorrection
from domain.correcting import nonsense
from domain.dates import day_of
from domain.events import ApplicationSubmitted, Correction, CorrectionApproved, decode
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
from domain.recast import ON_PAPER
from domain.rejudging import in_order
from domain.rules import Facts
from eventlog.log import WHOLE, Log
from eventlog.queries import load
from projections import rounds
from projections.corrections import proposal_at, proposal_of, question_as_json, settled
from projections.model import Key, ReadModel, Row
from projections.obligations import Obligations
from projections.publicity import Publicity
from projections.quotas import Quotas
from projections.reading import reached
from projections.roster import Roster
from projections.sentences import name_of
from projections.shown import JSONObject, show_events

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
    correction = proposal_of(proposal).correction
    there = await _gathered(log, correction, known)
    approval = hypothetical(correction, id_, there.values(), known + 1, now)
    asked = await asyncio.to_thread(questions, correction, id_, there, approval)
    changed = {
        model.name: await _changed(model, _WithIt(log, known, approval), approval)
        for model in (Roster(), Quotas(), Obligations(), Publicity())
    }
    decisions = {e.position: e for e in await log.at({question.decision for question in asked})}
    wrong = [] if end is not None else _wrong(id_, there, proposal, now)
    return {
        "as_known": known,
        "stands": not wrong,
        "why_not": wrong,
        **{name: _rows_told(name, rows) for name, rows in changed.items()},
        "figures": await _figures(log, changed["quotas"], known),
        "ranking": _reranked(there, approval),
        "rested": await _rested(log, reader, correction, there.values()),
        "refusals": await _refusals(log, _concerned(correction, there.values()), known),
        "questions": [question_as_json(q, decisions[q.decision]) for q in asked],
    }


def _wrong(id_: int, there: Mapping[int, Recorded], proposal: Recorded, now: datetime) -> list[str]:
    """Why an open proposal could not be approved as things are."""
    today = day_of(now)
    events = in_order({**there, id_: proposal})
    facts = Facts(tuple(believed(events)), today, today, ever=events)
    act = ApproveCorrection(actor=ON_PAPER, proposal=id_)
    return [broken.why for broken in nonsense(act, facts)]


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
        said_before = {_said(model, row) for row in before}
        said_after = {_said(model, row) for row in after}
        gone += [row for row in before if _said(model, row) not in said_after]
        new += [row for row in after if _said(model, row) not in said_before]
    return _Changed(
        tuple(dict(zip(model.columns, row, strict=True)) for row in gone),
        tuple(dict(zip(model.columns, row, strict=True)) for row in new),
    )


def _said(model: ReadModel, row: Row) -> Row:
    """A row without who settled it."""
    return tuple(v for name, v in zip(model.columns, row, strict=True) if name != "settled_by")


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
    """Of each pool that the changed rows count in, in every round: what is used, left and over, before and
    after, from each day on from which they differ in another way."""
    moved = (*changed.gone, *changed.new)
    told = []
    await reached(log, Quotas(), known)  # it was long ago that somebody looked where rows are
    for programme, round_ in await _rounds_of(log, moved, known):
        rows = await log.pool.fetch(_SQL["quotas_of_round"], programme, round_, known)
        before = [dict(row) for row in rows]
        gone = {_key(row) for row in changed.gone}
        after = [row for row in before if _key(row) not in gone]
        after += [dict(row) for row in changed.new if row["programme"] == programme]
        after.sort(key=lambda r: (r["since"], r["position"], r["pool"], r["measure"], r["entry"]))
        told += _figures_of(programme, round_, before, after, min(r["since"] for r in moved))
    return told


async def _rounds_of(
    log: Log, moved: Iterable[Mapping[str, Any]], known: int
) -> list[tuple[str, str]]:
    """The rounds in which rows count: their own; of who holds a place, and of a cap for all rounds, every
    one of the programme."""
    given = list(moved)
    found = {(row["programme"], row["round"]) for row in given if row["round"]}
    wide = {r["programme"] for r in given if not r["round"] or r["measure"] == "held"}
    for programme in sorted(wide):
        rows = await log.pool.fetch(_SQL["rounds_with_caps"], programme, known)
        found |= {(programme, row["round"]) for row in rows}
    return sorted(found)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[key] for key in ("measure", "pool", "entry", "position", "since", "until"))


def _figures_of(
    programme: str, round_: str, before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]], first: date,
) -> list[JSONObject]:  # fmt: skip
    """first: the day from which on anything may differ."""
    of = PROGRAMMES[programme]
    days = {row[which] for row in (*before, *after) for which in ("since", "until") if row[which]}
    told: list[JSONObject] = []
    last: dict[str, tuple[JSONObject, JSONObject]] = {}
    for day in sorted(day for day in days if first <= day < date.max):
        was = {p["pool"]: p for p in rounds.pools_on(of, round_, before, day)}
        is_ = {p["pool"]: p for p in rounds.pools_on(of, round_, after, day)}
        for pool in was:
            pair = _figure(was[pool]), _figure(is_[pool])
            differs, differed = pair[0] != pair[1], pool in last and last[pool][0] != last[pool][1]
            if (differs and last.get(pool) != pair) or (differed and not differs):
                told.append({
                    "programme": programme, "round": round_, "pool": pool, "since": day,
                    "before": pair[0], "after": pair[1],
                })  # fmt: skip
            last[pool] = pair
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


def _concerned(correction: Correction, events: Iterable[Recorded]) -> set[int]:
    """The event that a correction concerns, and those in between where it concerns a correction."""
    there = {event.position: event for event in events}
    found: set[int] = set()
    target = correction.target
    while target is not None and target not in found:
        found.add(target)
        event = there.get(target)
        if event is None or event.topic != CorrectionApproved.topic:
            break
        fact = decode(event.topic, event.data)
        assert isinstance(fact, CorrectionApproved)
        target = fact.correction.target
    return found


async def _rested(
    log: Log, reader: Reader, correction: Correction, events: Iterable[Recorded]
) -> list[JSONObject]:
    """Later events that were judged on the fact, or on what corrected it before."""
    given = list(events)
    on_it = _concerned(correction, given)
    found = [
        event
        for event in sorted(given, key=lambda event: event.position)
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


async def _refusals(log: Log, on_it: set[int], known: int) -> list[JSONObject]:
    """Acts that were refused on the fact: had it been right, they might have been accepted."""
    told = []
    for position in sorted(on_it):
        for row in await log.pool.fetch(_SQL["refused_on"], position):
            answer = orjson.loads(row["answer"])
            broken = [b for b in answer["broken"] if position in b["facts"]]
            if answer["position"] <= known:
                told.append({
                    "act": row["act"], "at": row["recorded_at"],
                    "rules": [b["rule"] for b in broken], "why": [b["why"] for b in broken],
                })  # fmt: skip
    return told
