"""Of each pool of a round: its cap or that none is set, the places taken, left and over, by which events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, cast

import orjson
from pydantic import Field

from domain.events import (
    ApplicationRecommended,
    ApplicationSubmitted,
    DesignationAwarded,
    ExceptionGranted,
    Fact,
    IntakeClosed,
    RoundOpened,
    SelectionProposed,
)
from domain.kernel import Document
from domain.programme import Programme
from domain.programmes import edition_cited
from domain.rules import Words
from projections.answers import NOT_STATED, Answer, NotStated, Position, ProgrammeNamed, answer, named
from projections.asking.access import own_of, units_of
from projections.asking.moments import View
from projections.asking.standpoint import Standpoint
from projections.model import Value
from projections.quotas.rows import OPENED, Quotas
from projections.words.names import Names
from projections.words.terms import category

if TYPE_CHECKING:
    from asyncpg import Record

ARow: TypeAlias = "Mapping[str, Value] | Record"  # of the read model
_SAYS: dict[str, type[Fact]] = {  # what a row of the quotas says was recorded
    OPENED: RoundOpened,
    "cap": RoundOpened,
    "cap-of-text": RoundOpened,
    "applied": ApplicationSubmitted,
    "recommended": ApplicationRecommended,
    "put-forward": ApplicationRecommended,
    "put-forward-beside": ApplicationRecommended,
    "waiting": ApplicationRecommended,
    "taken": IntakeClosed,
    "over-quota": IntakeClosed,
    "proposed": SelectionProposed,
    "awarded": DesignationAwarded,
    "held": DesignationAwarded,
    "beside": DesignationAwarded,
    "exception": ExceptionGranted,
}
_CAPS = ("cap-of-text", "cap")  # the second holds before the first
_OF_TITLES = {"applied", "recommended", "proposed", "awarded", "beside"}
_PUT_FORWARD = {"put-forward", "put-forward-beside", "waiting", "taken", "over-quota"}


@answer("Place")
class Place(Answer):
    """Who takes a place, by which event."""

    entry: str
    name: str
    event: Position


@answer("ACap")
class PoolCap(Answer):
    """How many places a pool has."""

    places: int
    counts: Literal["awards", "holders"]
    source: Document
    event: Position


@answer("Pool")
class Pool(Answer):
    """A quota of titles: how much of it is used."""

    pool: str
    pool_words: Words
    cap: Annotated[PoolCap | None, Field(description="null: no document has set one")]
    used: int
    left: int | None
    over: int | None
    used_by: tuple[Place, ...]
    beside: tuple[Place, ...]
    applied: tuple[Place, ...]
    recommended: tuple[Place, ...]
    proposed: tuple[Place, ...]


@answer("AUnitsCap")
class UnitCap(Answer):
    """How many a unit may put forward."""

    places: int
    source: Document
    event: Position


@answer("UnitPool")
class UnitPool(Answer):
    """One quota of a unit: its cap, who counts in it, who is over it, and a shortfall."""

    pool: Annotated[str, Field(description="the unit, and of which of its quotas: cn:420000/1-9")]
    cap: Annotated[UnitCap | None, Field(description="null: no document has set one")]
    used: int
    short: Annotated[int, Field(description="by how many it stays under what the text expects")]
    put_forward: tuple[Place, ...]
    beside: Annotated[tuple[Place, ...], Field(description="put forward by an exception: takes no place")]
    taken: tuple[Place, ...]
    over_quota: tuple[Place, ...]
    waiting: (
        Annotated[tuple[Place, ...], Field(description="recommended late, to be admitted")] | NotStated
    ) = NOT_STATED


@answer("AUnit")
class Unit(Answer):
    """How many came through a unit, of how many it may put forward."""

    unit: str
    name: str
    applied: int
    recommended: int
    pools: tuple[UnitPool, ...]


@answer("AnException")
class Exempted(Answer):
    """An exception that was granted in the round."""

    event: Position
    entry: str
    rule: str


@answer("Quotas")
class QuotasPage(Answer):
    """The quotas of a round."""

    programme: ProgrammeNamed
    as_of: date
    as_known: Position
    round: str
    pools: tuple[Pool, ...]
    units: tuple[Unit, ...]
    exceptions: tuple[Exempted, ...]


async def quotas(at: Standpoint, programme: Programme, round_: str) -> QuotasPage:
    """The quotas of a round. Only rows of facts that the reader may see are read, so every count is of what
    they may see."""
    cells = {measure: at.reader.cell(of.topic) for measure, of in _SAYS.items()}
    ever = await at.fetch(
        Quotas(),
        "of_round",
        programme.id,
        round_,
        at.view.as_known,
        [measure for measure, cell in cells.items() if cell in {"see", "open"}],
        [measure for measure, cell in cells.items() if cell == "own"],
        own_of(at.reader, *cells.values()),
        units_of(at.reader),
    )
    day = at.view.as_of
    rows = [r for r in ever if r["since"] <= day and (r["until"] is None or r["until"] > day)]
    edition = edition_of(programme, round_, ever, at.view)
    pools = pools_of(round_, rows, edition)
    names = Names(at.names, day)
    exceptions = (
        Exempted(event=row["position"], entry=row["entry"], rule=orjson.loads(row["details"])["rule"])
        for row in rows
        if row["measure"] == "exception" and row["round"] == round_
    )
    return QuotasPage(
        as_of=at.view.as_of,
        as_known=at.view.as_known,
        programme=named(programme),
        round=round_,
        pools=tuple(_pool(programme, round_, name, rows, names) for name in pools),
        units=tuple(_units(edition, round_, rows, names)),
        exceptions=tuple(exceptions),
    )


def edition_of(programme: Programme, round_: str, rows: Iterable[ARow], view: View) -> Programme:
    """The edition of a round: that by which it was opened; of one known from lists only, that in force for
    what was recorded of it first; of none at all, that of the day asked about."""
    own = [row for row in rows if row["round"] == round_]
    for row in own:
        if row["measure"] == OPENED:
            found = edition_cited(orjson.loads(str(row["details"]))["edition"])
            return found or programme
    if not own:
        return programme.in_force(view.as_of, view.as_known + 1)
    first = min(own, key=lambda row: cast("int", row["position"]))
    return programme.in_force(cast("date", first["since"]), cast("int", first["position"]))


def pools_of(round_: str, rows: Sequence[ARow], edition: Programme) -> tuple[str, ...]:
    """The pools of a round: those of its edition, and any other in which a title of it has counted since."""
    used = (str(r["pool"]) for r in rows if r["round"] == round_ and r["measure"] in _OF_TITLES)
    return tuple(dict.fromkeys((*edition.all_pools, *sorted(used))))


def pools_on(
    programme: Programme, round_: str, rows: Iterable[ARow], day: date, names: Names, pools: Iterable[str]
) -> list[Pool]:
    """These pools of a round on a day, of rows that may count on any day."""
    then = [r for r in rows if r["since"] <= day and (r["until"] is None or r["until"] > day)]  # type: ignore[operator]
    return [_pool(programme, round_, name, then, names) for name in pools]


def _pool(programme: Programme, round_: str, name: str, rows: Iterable[ARow], names: Names) -> Pool:
    own = [row for row in rows if row["pool"] == name]
    taken: dict[str, list[ARow]] = defaultdict(list)
    for row in own:
        if row["measure"] not in _CAPS and (row["round"] == round_ or row["measure"] == "held"):
            taken[str(row["measure"])].append(row)
    cap = _cap(_caps(own).get(name))
    counts = cap.counts if cap else "awards"
    places = taken["held" if counts == "holders" else "awarded"]
    used = len({_subject(row) for row in places})  # a city counts once
    code, _, field = name.partition("/")
    return Pool(
        pool=name,
        pool_words=category(programme.id, code, (field,) if field else ()),
        cap=cap,
        used=used,
        left=None if cap is None else max(cap.places - used, 0),
        over=None if cap is None else max(used - cap.places, 0),
        used_by=_places(places, names),
        beside=_places(taken["beside"], names),
        applied=_places(taken["applied"], names),
        recommended=_places(taken["recommended"], names),
        proposed=_places(taken["proposed"], names),
    )


def _cap(row: ARow | None) -> PoolCap | None:
    """A cap as its row has it; by default it counts awards (open point Q-11)."""
    if row is None:
        return None
    return PoolCap(
        places=int(str(row["places"])),
        counts="holders" if row["counts"] == "holders" else "awards",
        source=_source(row),
        event=int(str(row["position"])),
    )


def _source(row: ARow) -> Document:
    return Document.from_json(orjson.loads(str(row["details"]))["source"])


def _caps(rows: Iterable[ARow]) -> dict[str, ARow]:
    """The cap of each pool: the later one holds, and a document's before the text's own."""
    rows = list(rows)
    return {str(row["pool"]): row for kind in _CAPS for row in rows if row["measure"] == kind}


def _subject(row: ARow) -> str:
    return str(row["entry"]).split("/", 2)[2]


def _places(rows: Iterable[ARow], names: Names) -> tuple[Place, ...]:
    return tuple(
        Place(entry=str(row["entry"]), name=names.name_of(_subject(row)), event=int(str(row["position"])))
        for row in rows
    )


def _units(programme: Programme, round_: str, rows: Iterable[Record], names: Names) -> Iterable[Unit]:
    """How many came through each unit, of how many it may put forward, and how many are over or short."""
    rows = list(rows)
    caps = _caps(rows)
    by_unit: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    pools: dict[str, dict[str, dict[str, list[ARow]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for row in rows:
        if row["round"] != round_:
            continue
        if row["measure"] in {"applied", "recommended"}:
            by_unit[row["unit"]][row["measure"]].add(row["entry"])
        if row["measure"] in _PUT_FORWARD:
            by_unit[row["unit"]]["recommended"].add(row["entry"])
            pools[row["unit"]][row["pool"]][row["measure"]].append(row)
    for unit, entries in sorted(by_unit.items()):
        yield Unit(
            unit=unit,
            name=names.name_of(unit),
            applied=len(entries["applied"]),
            recommended=len(entries["recommended"]),
            pools=tuple(
                _unit_pool(programme, round_, pool, taken, caps, names)
                for pool, taken in sorted(pools[unit].items())
            ),
        )


def _unit_pool(
    programme: Programme,
    round_: str,
    pool: str,
    rows: Mapping[str, list[ARow]],
    caps: Mapping[str, ARow],
    names: Names,
) -> UnitPool:
    row = caps.get(programme.cap_of(f"{programme.id}/{round_}/{pool}"))
    cap = None
    if row is not None:
        places, event = int(str(row["places"])), int(str(row["position"]))
        cap = UnitCap(places=places, source=_source(row), event=event)
    closed = rows["taken"] or rows["over-quota"]
    used = len(rows["taken"] if closed else rows["put-forward"])
    least = programme.intake.least if programme.intake else None
    return UnitPool(
        pool=pool,
        cap=cap,
        used=used,
        short=max(least - used, 0) if least is not None else 0,
        put_forward=_places(rows["put-forward"], names),
        beside=_places(rows["put-forward-beside"], names),
        taken=_places(rows["taken"], names),
        over_quota=_places(rows["over-quota"], names),
        waiting=_places(rows["waiting"], names) or NOT_STATED,
    )
