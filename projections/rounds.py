"""Questions about a round and its holders: quotas, publicity, ranking, obligations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from domain.access import FactCell, Reader, own_subjects
from domain.duties import as_read, obligations
from domain.events import (
    CORRECTION_TOPICS,
    ApplicationRecommended,
    ApplicationSubmitted,
    DesignationAwarded,
    ExceptionGranted,
    Fact,
    IntakeClosed,
    ObjectionLodged,
    ProgressReported,
    ReadingRecorded,
    RoundOpened,
    ScoreRecorded,
    SelectionProposed,
)
from domain.history import believed
from domain.kernel import Query, Selector
from domain.programme import Programme
from domain.programmes import books_of
from domain.programmes.selection import weighted_mean
from domain.rules import Due
from eventlog.errors import LedgerError
from eventlog.log import WHOLE, Log
from projections.model import queries
from projections.obligations import Obligations
from projections.publicity import Publicity
from projections.quotas import Quotas
from projections.ranking import BONUS, Ranking
from projections.reading import View
from projections.sentences import category, name_of
from projections.shown import JSONObject

if TYPE_CHECKING:
    from asyncpg import Record

    from eventlog.database import Pool


ARow: TypeAlias = "Mapping[str, Any] | Record"  # of a read model


class NotForThem(LedgerError):
    """A read model that the reader's role may not see at all; what is in it plays no part."""


def may_rank(reader: Reader) -> FactCell:
    """What of scores they may see. Raises NotForThem."""
    return _may(reader, ScoreRecorded, "scores and rankings are")


def may_owe(reader: Reader) -> FactCell:
    """What of duties they may see. Raises NotForThem."""
    return _may(reader, ProgressReported, "what holders owe is")


def _may(reader: Reader, of: type[Fact], what: str) -> FactCell:
    if (cell := reader.cell(of.topic)) == "-":
        raise NotForThem(f"{what} not shown to: {reader.actor.role}")
    return cell


_SAYS: dict[str, type[Fact]] = {  # what a row of the quotas says was recorded
    "cap": RoundOpened,
    "cap-of-text": RoundOpened,
    "applied": ApplicationSubmitted,
    "recommended": ApplicationRecommended,
    "put-forward": ApplicationRecommended,
    "put-forward-beside": ApplicationRecommended,
    "taken": IntakeClosed,
    "over-quota": IntakeClosed,
    "proposed": SelectionProposed,
    "awarded": DesignationAwarded,
    "held": DesignationAwarded,
    "beside": DesignationAwarded,
    "exception": ExceptionGranted,
}


_CAPS = ("cap-of-text", "cap")  # the second holds before the first


async def quotas(
    pool: Pool, reader: Reader, programme: Programme, round_: str, view: View
) -> JSONObject:
    """Of each pool: its cap or that none is set, the places taken, left and over, and by which events.

    Only rows of facts that the reader may see are read, so every count is of what they may see.
    """
    cells = {measure: reader.cell(of.topic) for measure, of in _SAYS.items()}
    rows = await pool.fetch(
        queries(Quotas())["of_round"], programme.id, round_, view.as_known, view.as_of,
        [measure for measure, cell in cells.items() if cell in {"see", "open"}],
        [measure for measure, cell in cells.items() if cell == "own"],
        _own(reader, *cells.values()), _units_of(reader),
    )  # fmt: skip
    exceptions = [
        {"event": row["position"], "entry": row["entry"], **orjson.loads(row["details"])}
        for row in rows
        if row["measure"] == "exception" and row["round"] == round_
    ]
    return {
        "pools": [_pool(programme, round_, name, rows) for name in programme.all_pools],
        "units": _units(programme, round_, rows),
        "exceptions": exceptions,
    }


def pools_on(
    programme: Programme, round_: str, rows: Iterable[ARow], day: date
) -> list[JSONObject]:
    """The pools of a round on a day, of rows that may count on any day."""
    then = [r for r in rows if r["since"] <= day and (r["until"] is None or r["until"] > day)]
    return [_pool(programme, round_, name, then) for name in programme.all_pools]


def _pool(programme: Programme, round_: str, name: str, rows: Iterable[ARow]) -> JSONObject:
    own = [row for row in rows if row["pool"] == name]
    caps = _caps(own)
    taken: dict[str, list[ARow]] = defaultdict(list)
    for row in own:
        if row["measure"] not in _CAPS and (row["round"] == round_ or row["measure"] == "held"):
            taken[row["measure"]].append(row)
    cap = caps.get(name)
    counts = (cap["counts"] or "awards") if cap else "awards"  # by default, open point Q-11
    places = taken["held" if counts == "holders" else "awarded"]
    used = len({row["entry"].split("/", 2)[2] for row in places})  # a city counts once
    code, _, field = name.partition("/")
    told: JSONObject = {
        "pool": name,
        "pool_words": category(programme.id, code, (field,) if field else ()).as_json(),
        "cap": None,
        "used": used,
        "left": None,
        "over": None,
        "used_by": _entries(places),
        "beside": _entries(taken["beside"]),
        **{measure: _entries(taken[measure]) for measure in ("applied", "recommended", "proposed")},
    }
    if cap is not None:
        source = orjson.loads(cap["details"])["source"]
        told |= {
            "cap": {"places": cap["places"], "counts": counts, "source": source,
                    "event": cap["position"]},
            "left": max(cap["places"] - used, 0),
            "over": max(used - cap["places"], 0),
        }  # fmt: skip
    return told


def _caps(rows: Iterable[ARow]) -> dict[str, ARow]:
    """The cap of each pool: the later one holds, and a document's before the text's own."""
    rows = list(rows)
    return {row["pool"]: row for kind in _CAPS for row in rows if row["measure"] == kind}


def _entries(rows: Iterable[ARow]) -> list[JSONObject]:
    return [
        {"entry": row["entry"], "name": name_of(row["entry"].split("/", 2)[2]),
         "event": row["position"]}
        for row in rows
    ]  # fmt: skip


def _units(programme: Programme, round_: str, rows: Iterable[Record]) -> list[JSONObject]:
    """How many came through each unit, of how many it may put forward, and how many are over or short."""
    rows = list(rows)
    caps = _caps(rows)
    by_unit: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    pools: dict[str, dict[str, dict[str, list[Record]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for row in rows:
        if row["round"] != round_:
            continue
        if row["measure"] in {"applied", "recommended"}:
            by_unit[row["unit"]][row["measure"]].add(row["entry"])
        if row["measure"] in {"put-forward", "put-forward-beside", "taken", "over-quota"}:
            by_unit[row["unit"]]["recommended"].add(row["entry"])
            pools[row["unit"]][row["pool"]][row["measure"]].append(row)
    return [
        {
            "unit": unit,
            "name": name_of(unit),
            **{measure: len(entries[measure]) for measure in ("applied", "recommended")},
            "pools": [
                _unit_pool(programme, round_, pool, taken, caps)
                for pool, taken in sorted(pools[unit].items())
            ],
        }
        for unit, entries in sorted(by_unit.items())
    ]


def _unit_pool(
    programme: Programme, round_: str, pool: str, rows: Mapping[str, list[Record]],
    caps: Mapping[str, ARow],
) -> JSONObject:  # fmt: skip
    """One quota of a unit: its cap, who counts in it, who is over it, and a shortfall."""
    cap = caps.get(programme.cap_of(f"{programme.id}/{round_}/{pool}"))
    closed = rows["taken"] or rows["over-quota"]
    used = len(rows["taken"] if closed else rows["put-forward"])
    least = programme.intake.least if programme.intake else None
    told: JSONObject = {
        "pool": pool,
        "cap": None,
        "used": used,
        "short": max(least - used, 0) if least is not None else 0,
        "put_forward": _entries(rows["put-forward"]),
        "beside": _entries(rows["put-forward-beside"]),
        "taken": _entries(rows["taken"]),
        "over_quota": _entries(rows["over-quota"]),
    }
    if cap is not None:
        source = orjson.loads(cap["details"])["source"]
        told["cap"] = {"places": cap["places"], "source": source, "event": cap["position"]}
    return told


def _units_of(reader: Reader) -> list[str]:
    """The unit through which what is not in the register is a provincial unit's own."""
    return [reader.actor.unit] if reader.actor.role == "provincial-unit" else []


def _own(reader: Reader, *cells: FactCell) -> list[str]:
    """The subjects that are the reader's own, where any of these cells asks for them."""
    return list(own_subjects(reader.actor)) if "own" in cells else []


async def publicity(
    pool: Pool, reader: Reader, programme: Programme, round_: str | None, view: View
) -> list[JSONObject]:
    """The notices that run on the day, or have run: until when, and the objections to each case, as
    far as the reader may see them (null: not shown)."""
    cell = reader.cell(ObjectionLodged.topic)
    own = _own(reader, cell)
    all_shown = cell in {"see", "open"}
    rows = await pool.fetch(
        queries(Publicity())["of_programme"], programme.id, round_, view.as_known, view.as_of,
        all_shown, own,
    )  # fmt: skip
    objections: dict[int, list[JSONObject]] = defaultdict(list)  # by the notice's position
    for row in rows:
        if row["kind"] == "objection":
            resolved = row["ended"] is not None and row["ended"] <= view.as_of
            still = "late" if row["outcome"] == "late" else "open"
            objections[row["notice"]].append({
                "number": row["number"],
                "lodged": row["since"],
                "outcome": row["outcome"] if resolved else still,
                "resolved": row["ended"] if resolved else None,
                "event": row["position"],
            })  # fmt: skip
    shown = set(own)
    return [
        {
            "case": row["case_id"],
            "round": row["round"],
            "subject": {"id": row["subject"], "name": name_of(row["subject"])},
            "list": row["list"],
            "where": row["place"],
            "since": row["since"],
            "until": row["until"],
            "on_notice": view.as_of <= row["until"]
            and (row["left_on"] is None or row["left_on"] > view.as_of),
            "left_on": row["left_on"] if row["left_on"] and row["left_on"] <= view.as_of else None,
            "closed": row["ended"] if row["ended"] and row["ended"] <= view.as_of else None,
            "objections": objections[row["position"]]
            if all_shown or row["subject"] in shown
            else None,
            "objections_open": sum(o["outcome"] == "open" for o in objections[row["position"]])
            if all_shown or row["subject"] in shown
            else None,
            "event": row["position"],
        }
        for row in rows
        if row["kind"] == "notice"
    ]


async def ranking(
    pool: Pool, reader: Reader, programme: Programme, round_: str, view: View
) -> JSONObject:
    """Cases whose review is concluded, by weighted mean.

    A reviewer is also shown their own scores; the scores of reviews that are not concluded are counted
    for those only who may see them. Raises NotForThem.
    """
    cell = may_rank(reader)
    question = (programme.id, round_, view.as_known, view.as_of)
    cases: dict[str, list[Record]] = defaultdict(list)
    for row in await pool.fetch(queries(Ranking())["of_round"], *question):
        cases[row["case_id"]].append(row)
    ranked = sorted((_ranked(rows) for rows in cases.values()), key=lambda r: (-r[0], r[1]["case"]))
    totals = [total for total, _ in ranked]
    for total, told in ranked:
        told["rank"] = (
            totals.index(total) + 1
        )  # equal totals share a rank; no software breaks a tie
    told_of = {"ranking": [told for _, told in ranked]}
    if cell == "closed":
        own = await pool.fetch(queries(Ranking())["own"], *question, reader.actor.principal)
        return {**told_of, "own_scores": [dict(row) for row in own]}
    waiting = await pool.fetchval(queries(Ranking())["closed"], *question)
    return {**told_of, "not_yet_shown": waiting}


def _ranked(rows: list[Record]) -> tuple[Fraction, JSONObject]:
    """A case's mean points, weighted where a document sets all weights, else all criteria alike; and
    the bonus beside them."""
    first = rows[0]
    bonus = sum(row["points"] for row in rows if row["criterion"] == BONUS)
    rows = [row for row in rows if row["criterion"] != BONUS]
    criteria = [
        {
            "criterion": row["criterion"],
            "scores": row["scores"],
            "points": row["points"],
            "weight": row["weight"],
            "events": row["events"],
        }
        for row in rows
    ]
    weighted = all(row["weight"] for row in rows)
    means = ((int(row["points"]), row["scores"], row["weight"]) for row in rows)
    total = weighted_mean(means) + bonus
    told: JSONObject = {
        "case": first["case_id"],
        "subject": {"id": first["subject"], "name": name_of(first["subject"])},
        "category": first["category"],
        "passed": first["passed"],
        "total": f"{float(total / 100):.4f}",
        "bonus": int(bonus),
        "criteria": criteria,
        "weights_set": weighted,
    }
    return total, told


async def _chosen(
    log: Log, programmes: Collection[str], view: View
) -> Mapping[str, Mapping[str, str]]:
    """How the open points that the duties of each programme rest on are read, as known at a position,
    on a day: point, choice."""
    books = {book.id for programme in programmes for book in books_of(programme)}
    query = Query(tuple(
        Selector.of(topics={ReadingRecorded.topic, *CORRECTION_TOPICS}, tags={f"terms:{book}"})
        for book in books
    ))  # fmt: skip
    found = believed(await log.read(query, until=view.as_known, limit=WHOLE)) if books else []
    chosen: dict[str, dict[str, str]] = defaultdict(dict)
    for b in found:
        fact = b.fact
        if isinstance(fact, ReadingRecorded) and fact.choice and b.latest_day <= view.as_of:
            for programme in programmes:
                if fact.programme in {book.id for book in books_of(programme)}:
                    chosen[programme][fact.point] = fact.choice
    return chosen


async def owed(
    log: Log, reader: Reader, view: View, *, programme: str | None, subject: str | None, after: str | None,
    limit: int,
) -> list[JSONObject]:  # fmt: skip
    """Titles, each with what its holder owes, as it stands on the day; at most `limit` titles.

    To a unit or city, its own. Raises NotForThem.
    """
    cell = may_owe(reader)
    rows = await log.pool.fetch(
        queries(Obligations())["page"],
        view.as_known, view.as_of, programme, subject, after, limit,
        _own(reader, cell) if cell == "own" else None, _units_of(reader),
    )  # fmt: skip
    titles: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        titles[row["designation"]].append(row)
    rests = {row["programme"] for row in rows if row["rests"]}
    chosen = await _chosen(log, rests, view)
    return [
        _owing(designation, own, view, chosen.get(own[0]["programme"], {}))
        for designation, own in titles.items()
    ]


def _owing(
    designation: str, rows: list[Record], view: View, chosen: Mapping[str, str]
) -> JSONObject:
    first = rows[0]
    stated = [
        (
            row["rule"],
            Due(
                row["what"],
                row["due"],
                row["yearly"],
                row["which"],
                row["filed"],
                row["filed_by"],
                row["rests"],
                tuple(row["lacking"]),
            ),
        )
        for row in rows
    ]
    stated = [(rule, as_read(first["programme"], due, chosen)) for rule, due in stated]
    found = obligations(stated, until=first["until"], as_of=view.as_of)
    return {
        "designation": designation,
        "programme": first["programme"],
        "round": first["round"],
        "subject": {"id": first["subject"], "name": name_of(first["subject"])},
        "held_from": first["since"],
        "held_until": first["until"],
        "obligations": [_obligation(o.rule, o.due, o.state, o.days_late) for o in found],
    }


def _obligation(rule: str, due: Due, state: str, days_late: int) -> JSONObject:
    told: dict[str, Any] = {
        "rule": rule,
        "what": due.what,
        "of": due.of or None,
        "due": due.due,
        "state": state,
        "filed": due.filed,
        "filed_by": due.filed_by,
    }
    if days_late:
        told["days_late"] = days_late
    if due.rests:
        told["rests"] = due.rests
    if due.lacking:
        told["lacking"] = list(due.lacking)
    return told
