"""For random histories, at any day and as known at any position: the indexed answer is the naive fold's, and
rebuilt is live, byte for byte.

Rounds of all programmes, announcements of uncertain date, corrections of corrections, late facts, renames,
mergers and splits come in any order; read models follow by pages of any size, are made anew and put back in
between. The naive side folds the raw log from its beginning, for each question anew.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.access import Reader
from domain.dates import parse
from domain.events import SubjectChanged, Successor
from domain.history import Believed, believed
from domain.kernel import Actor, Recorded
from domain.programmes import PROGRAMMES
from domain.subjects import subject
from eventlog.database import Connection
from eventlog.embedded import Server
from eventlog.ledger import open_ledger
from eventlog.log import Log
from projections.asking.moments import View
from projections.following.comparing import difference_from_rebuild
from projections.following.models import MODELS
from projections.following.projector import catch_up
from projections.following.rebuilding import NothingThere, back, ensure, rebuild
from projections.following.taking_in import advance
from projections.history.answer import history
from projections.history.rows import AuditTrail
from projections.model import ReadModel
from projections.obligations.rows import Obligations
from projections.publicity.rows import PublicityPeriods
from projections.quotas.rows import Quotas
from projections.ranking.rows import Ranking
from projections.roster.answer import roster
from projections.roster.question import RosterQuestion
from projections.roster.rows import Roster, status
from projections.words.names import of_history
from tests.support.databases import LEDGER, fresh_database
from tests.support.facts import TESTER, designation, event
from tests.support.live_rows import live, standing
from tests.support.played_rounds import Everything, as_appended, correction, round_of, the_naive_fold_agrees

EXAMPLES = int(os.environ.get("LEDGER_TWO_DATES_EXAMPLES", "6"))
AUDITOR = Reader(Actor("p-auditor", "auditor", "audit-office"))
CITIES = ["武汉市", "深圳市", "莱芜市", "济南市", "襄阳市"]
DATES = ["2022-01-25", "../2020-04-07", "[2015,2016]", "2021-08", "2013", None]
ENDS = [None, "2023-12-31"]
DAYS = st.dates(date(2012, 1, 1), date(2027, 1, 1))
T = TypeVar("T")
Row = Mapping[str, Any]


class Histories(RuleBasedStateMachine):
    """One ledger, written to, followed, corrected, rebuilt; asked at the end."""

    def __init__(self, server: Server, template: str) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.database = fresh_database(server, template)
        self.views: list[tuple[date, int]] = []
        self.wait(self._open())

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    async def _open(self) -> None:
        self.log = await Log.open(await self.database.__aenter__(), size=3)
        await open_ledger(self.log, ledger=LEDGER, name="x", kind="real", actor=TESTER)
        self.connection: Connection = await self.log.pool.acquire()  # type: ignore[assignment]
        await ensure(self.connection)

    def _record(self, *events: Any) -> None:
        self.wait(self.log.append(events))

    # -------------------------------------------------------------------- what happens

    @initialize(seed=st.integers(0, 19))
    def a_round_begins(self, seed: int) -> None:
        self.left = list(round_of(seed))
        self.a_round_goes_on(40)

    @precondition(lambda self: bool(self.left))
    @rule(size=st.integers(1, 30))
    def a_round_goes_on(self, size: int) -> None:
        self._record(*(as_appended(one) for one in self.left[:size]))
        self.left = self.left[size:]

    @rule(name=st.sampled_from(CITIES), when=st.sampled_from(DATES), until=st.sampled_from(ENDS))
    def a_title_is_announced(self, name: str, when: str | None, until: str | None) -> None:
        self._record(event(designation(name, held_until=until), when))

    @rule(name=st.sampled_from(CITIES), day=DAYS, number=st.integers(1, 99))
    def a_city_is_renamed(self, name: str, day: date, number: int) -> None:
        change = SubjectChanged(kind="rename", subject=_id(name), name=f"{name[:-1]}{number}市")
        self._record(event(change, day.isoformat()))

    @rule(one=st.sampled_from(CITIES), other=st.sampled_from(CITIES), day=DAYS)
    def a_city_goes_into_another(self, one: str, other: str, day: date) -> None:
        if one != other:
            into = (Successor(_id(other)),)
            self._record(
                event(SubjectChanged(kind="merger", subject=_id(one), into=into, ends=True), day.isoformat())
            )

    @rule(name=st.sampled_from(CITIES), day=DAYS)
    def a_district_comes_of_a_city(self, name: str, day: date) -> None:
        new = Successor(f"{_id(name)[:7]}20", f"{name}新区")
        self._record(event(SubjectChanged(kind="split", subject=_id(name), into=(new,)), day.isoformat()))

    @rule(dice=st.integers(0, 10**9))
    def something_is_corrected(self, dice: int) -> None:
        self._record(correction(Random(dice), self.wait(self.log.read(limit=100_000))))

    # ------------------------------------------------------------- what follows and is asked

    @rule(model=st.sampled_from(MODELS), page=st.sampled_from([1, 3, 100]))
    def a_read_model_follows(self, model: ReadModel, page: int) -> None:
        self.wait(advance(self.connection, model, page=page))

    @rule(day=DAYS)
    def somebody_looks(self, day: date) -> None:
        """And is told the same later, whatever is corrected until then."""
        self.views.append((day, self.wait(self.log.head()).position))

    @rule()
    def all_is_made_anew(self) -> None:
        self.wait(catch_up(self.connection))
        assert self.wait(rebuild(self.connection)) is None

    @rule()
    def the_rows_from_before_are_put_back(self) -> None:
        with suppress(NothingThere):
            self.wait(back(self.connection))

    def teardown(self) -> None:
        try:
            self.wait(self._all_agree())
        finally:
            self.wait(self._close())
            self.loop.close()

    async def _close(self) -> None:
        await self.log.pool.release(self.connection)  # type: ignore[arg-type]
        await self.log.close()
        await self.database.__aexit__(None, None, None)

    async def _all_agree(self) -> None:
        await catch_up(self.connection)
        assert await difference_from_rebuild(self.connection) is None
        home = await live(self.connection)
        whole = await self.log.read(limit=100_000)
        dice = Random(len(whole))
        asked = [*self.views, (date(2026, 11, 22), len(whole))]
        asked += [(date(dice.randrange(2013, 2027), 7, 1), dice.randint(1, len(whole))) for _ in range(4)]
        for day, known in asked:
            for model in MODELS:
                await the_naive_fold_agrees(self.log, home, model, whole[:known])
            await answers_agree(self.log, whole[:known], View(day, known))


def _id(name: str) -> str:
    return {
        "武汉市": "cn:420100",
        "深圳市": "cn:440300",
        "莱芜市": "cn:371200",
        "济南市": "cn:370100",
        "襄阳市": "cn:420600",
    }[name]


# ------------------------------------------------------------------------- the naive answers


async def folded(model: ReadModel, whole: list[Recorded]) -> list[Row]:
    """The rows that are believed at the end of a log, folded from its beginning."""
    keys = await model.histories(whole, Everything(whole))
    everything = believed(whole)
    rows = {row for key in keys for row in model.fold(key, everything)}
    return [dict(zip(model.columns, row, strict=True)) for row in rows]


async def answers_agree(log: Log, whole: list[Recorded], view: View) -> None:
    """Each indexed question, beside a walk over all rows."""
    await _rosters_agree(log, whole, view)
    await _rounds_agree(log, whole, view)
    await _histories_agree(log, whole, view)


async def _rosters_agree(log: Log, whole: list[Recorded], view: View) -> None:
    rows = await folded(Roster(), whole)
    for programme in PROGRAMMES:
        at = await standing(log, Roster(), view.as_of, view.as_known)
        told = await roster(at, RosterQuestion(programme=programme), after=None, limit=10_000)
        keys = ("designation", "event", "settled_by", "status", "surely")
        found = sorted(tuple(getattr(title, key) for key in keys) for title in told)
        expected = sorted(
            (r["designation"], r["position"], r["settled_by"], *status(r, view.as_of))
            for r in rows
            if r["programme"] == programme and _by(r["announced_earliest"], view.as_of)
        )
        assert found == expected, (programme, view)


def _by(earliest: date | None, day: date) -> bool:
    return earliest is None or earliest <= day


def _counts_on(row: Row, day: date) -> bool:
    return bool(row["since"] <= day) and (row["until"] is None or row["until"] > day)


async def _rounds_agree(log: Log, whole: list[Recorded], view: View) -> None:
    """Quotas, publicity, ranking and obligations: the rows that their queries find."""
    day, known = view.as_of, view.as_known
    at = await standing(log, Quotas(), day, known)
    of: dict[str, list[Row]] = {
        model.name: await folded(model, whole)
        for model in (Quotas(), PublicityPeriods(), Ranking(), Obligations())
    }
    rounds = {(r["programme"], r["round"]) for rows in of.values() for r in rows if r["round"]}
    for programme, round_ in sorted(rounds):
        measures = sorted({r["measure"] for r in of["quotas"]})
        found = await at.fetch(Quotas(), "of_round", programme, round_, known, measures, [], [], [])
        assert _keys(r for r in found if _counts_on(dict(r), day)) == _keys(
            r
            for r in of["quotas"]
            if r["programme"] == programme
            and _counts_on(r, day)
            and (r["round"] in {round_, ""} or r["measure"] == "held")
        ), (programme, round_, view)
        found = await at.fetch(PublicityPeriods(), "of_programme", programme, round_, known, day, True, [])
        assert _keys(found) == _keys(
            r
            for r in of["publicity"]
            if (r["programme"], r["round"]) == (programme, round_) and r["since"] <= day
        ), (programme, round_, view)
        found = await at.fetch(Ranking(), "of_round", programme, round_, known, day)
        shown = [
            r
            for r in of["ranking"]
            if (r["programme"], r["round"]) == (programme, round_)
            and r["concluded"] is not None
            and r["concluded"] <= day
            and (r["retracted"] is None or r["retracted"] > day)
        ]
        assert sorted(p for r in found for p in r["events"]) == sorted(r["position"] for r in shown)
        assert sum(r["points"] for r in found) == sum(r["points"] for r in shown)
    found = await at.fetch(Obligations(), "page", known, day, None, None, None, 10_000, None, [])
    owed = (r for r in of["obligations"] if r["since"] <= day)
    assert sorted(map(_duty, found), key=repr) == sorted(map(_duty, owed), key=repr)


def _keys(rows: Iterable[Any]) -> list[tuple[Any, ...]]:
    kept = ("measure", "kind", "pool", "entry", "position", "since")
    return sorted(tuple(str(r[k]) for k in kept if k in r) for r in map(dict, rows))


def _duty(row: Any) -> tuple[Any, ...]:
    return tuple(row[k] for k in ("designation", "rule", "what", "which", "due", "filed", "filed_by"))


async def _histories_agree(log: Log, whole: list[Recorded], view: View) -> None:
    """Of each city, and of those that went into it, under the name of the time."""
    everything = believed(whole)
    names = of_history(everything, date.max)
    for id_ in map(_id, CITIES):
        at = await standing(log, AuditTrail(), view.as_of, view.as_known)
        told = await history(replace(at, names=names), subject(id_), with_corrected=False)
        ids = (id_, *names.origins(id_))
        expected = [
            (b.position, b.settled_by, _whose(b, ids))
            for b in everything
            if _whose(b, ids) and _by(_earliest(b), view.as_of)
        ]
        found = [(e.event, e.corrected_by or e.event, e.subject.id) for e in told]
        assert found == expected, (id_, view)
        for entry in told:
            called = _called(everything, entry.subject.id, entry.latest)
            assert entry.subject.then == called


def _whose(b: Believed, ids: Iterable[str]) -> str | None:
    return next((id_ for id_ in ids if f"subject:{id_}" in b.tags), None)


def _earliest(b: Believed) -> date | None:
    return parse(b.effective).earliest if b.effective else None


def _called(everything: Iterable[Believed], id_: str, day: date | None) -> str:
    """A division's name on a day: the last it was given by then, else the register's."""
    given = [
        (b.latest_day, str(b.data["name"]))
        for b in everything
        if b.topic == "subject.changed" and b.data.get("subject") == id_ and b.data.get("name")
    ]
    if by_then := [name for when, name in given if day is None or when <= day]:
        return by_then[-1]
    of = subject(id_)
    if day is None or (given and day.year < 2010):
        return of.today.name
    try:
        return of.named(day).name
    except LookupError:
        return of.today.name


def test_the_indexed_answer_is_the_naive_folds(server: Server, template: str) -> None:
    class Here(Histories):
        def __init__(self) -> None:
            super().__init__(server, template)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
