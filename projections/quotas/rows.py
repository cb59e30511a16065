"""How much of each quota is used: caps, and the places taken in each pool, each with its event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar

from domain.cases import Case
from domain.events import (
    ApplicationRecommended,
    ApplicationRetracted,
    ApplicationSubmitted,
    CaseAdmitted,
    DesignationAwarded,
    DesignationWithdrawn,
    ExceptionGranted,
    Fact,
    HistoricalDesignationRecorded,
    IntakeClosed,
    ObjectionResolved,
    ReadingRecorded,
    RoundOpened,
    SelectionProposed,
)
from domain.held import first_day_not_held
from domain.history import Believed
from domain.kernel import Query, Recorded, Selector
from domain.programmes import in_force
from domain.rules import Seen
from domain.tags import TERMS, of_kinds
from projections.entries import following, of_entries, seen
from projections.model import Key, LogSoFar, Row, compact

OPENED = "opened"  # the measure of a row that says so of a round
_ENDS = (ApplicationRetracted, ObjectionResolved, DesignationWithdrawn)


class Quotas:
    """One history per entry, one per set of terms."""

    name: ClassVar[str] = "quotas"
    package: ClassVar[str] = "projections.quotas"
    version: ClassVar[int] = 5
    columns: ClassVar[tuple[str, ...]] = tuple(
        (
            "programme round pool measure entry unit province places counts since until details "
            "position settled_by"
        ).split()
    )
    topics: ClassVar[Query] = following(
        RoundOpened,
        ReadingRecorded,
        ApplicationSubmitted,
        ApplicationRecommended,
        IntakeClosed,
        CaseAdmitted,
        SelectionProposed,
        DesignationAwarded,
        HistoricalDesignationRecorded,
        ExceptionGranted,
        *_ENDS,
    )

    async def histories(self, page: Sequence[Recorded], log: LogSoFar) -> Mapping[Key, Sequence[Recorded]]:
        terms: dict[Key, list[Recorded]] = {tag: [] for event in page for tag in of_kinds(event.tags, TERMS)}
        if terms:
            items = tuple(Selector.of(tags={str(tag)}) for tag in terms)
            for event in await log.matching(Query(items)):
                for tag in event.tags & {str(key) for key in terms}:
                    terms[tag].append(event)
        return {**terms, **await of_entries(page, log)}

    def fold(self, key: Key, history: Sequence[Believed]) -> Iterable[Row]:
        settled = {b.position: b.settled_by for b in history}
        is_terms = TERMS.says(str(key)) is not None
        rows = _caps(str(key), history) if is_terms else _places(key, history)
        for row in rows:
            yield (*row, settled[int(str(row[-1]))])


def _caps(key: str, history: Sequence[Believed]) -> Iterator[Row]:
    """What documents and readings set; round is empty where it holds for all."""
    for b in history:
        fact = b.fact
        if not isinstance(fact, RoundOpened | ReadingRecorded):
            continue
        if isinstance(fact, RoundOpened):
            yield from _opened(key, b, fact)
        stated = fact.parameters.caps if fact.parameters is not None else ()
        text = fact.text.caps if isinstance(fact, RoundOpened) and fact.text else ()
        scope = TERMS(fact.programme, *((fact.round,) if fact.round else ()))
        if scope != key:
            continue
        for measure, cap in (*(("cap", c) for c in stated), *(("cap-of-text", c) for c in text)):
            source = cap.source.as_json() if cap.source else {}
            yield (
                fact.programme,
                fact.round or "",
                cap.pool,
                measure,
                key,
                "",
                "",
                cap.places,
                cap.counts or "",
                b.latest_day,
                None,
                compact({"source": source}),
                b.position,
            )


def _opened(key: str, b: Believed, fact: RoundOpened) -> Iterator[Row]:
    """A round is opened: by which edition of its rule book."""
    edition = in_force(fact.programme, b.latest_day, b.position, b.cited)
    if TERMS(fact.programme, fact.round) == key and edition is not None:
        yield (
            fact.programme,
            fact.round,
            "",
            OPENED,
            key,
            "",
            "",
            None,
            "",
            b.latest_day,
            None,
            compact({"edition": edition.cited}),
            b.position,
        )


def _places(key: Key, history: Sequence[Believed]) -> Iterator[Row]:
    """Who has applied, been recommended, proposed, awarded, and holds; until what ended it."""
    ends: list[Seen[Fact]] = list(seen(history, key, *_ENDS))
    retracted = {e.fact.case: e.day for e in ends if isinstance(e.fact, ApplicationRetracted)}
    upheld = [(e.fact.case, e.day) for e in ends if isinstance(e.fact, ObjectionResolved) and e.fact.upheld]
    withdrawn = [e.day for e in ends if isinstance(e.fact, DesignationWithdrawn)]
    applications = {a.fact.case: a.fact for a in seen(history, key, ApplicationSubmitted)}
    for applied in seen(history, key, ApplicationSubmitted):
        until = retracted.get(applied.fact.case)
        yield from _in_pools(key, "applied", applied, applied.fact, applied.fact.pools, until)
    admitted = {a.fact.case: a for a in seen(history, key, CaseAdmitted)}
    closed = {i.fact.case: i.day for i in seen(history, key, IntakeClosed)}
    for recommended in seen(history, key, ApplicationRecommended):
        if (application := applications.get(recommended.fact.case)) is not None:
            until = retracted.get(recommended.fact.case)
            yield from _in_pools(key, "recommended", recommended, application, application.pools, until)
            late = admitted.get(recommended.fact.case)
            waits_until = late.day if late else closed.get(recommended.fact.case, until)
            yield from _put_forward(key, recommended, application, late, until, waits_until)
    yield from _intake(key, history, applications, admitted, retracted)
    for proposed in seen(history, key, SelectionProposed):
        left = [day for case, day in upheld if case == proposed.fact.case]
        until = min([*left, retracted.get(proposed.fact.case, date.max)])
        yield from _in_pools(
            key,
            "proposed",
            proposed,
            applications.get(proposed.fact.case),
            proposed.fact.pools,
            None if until == date.max else until,
        )
    end = min(withdrawn, default=None)
    for awarded in seen(history, key, DesignationAwarded):
        application = applications.get(awarded.fact.case)
        places = awarded.fact.pools
        if awarded.fact.beside:
            yield from _in_pools(key, "beside", awarded, application, places, None)
            continue
        yield from _in_pools(key, "awarded", awarded, application, places, None)
        last = first_day_not_held(awarded.fact.held_until, end)
        yield from _in_pools(key, "held", awarded, application, places, last)
    for known in map(_or_ever, seen(history, key, HistoricalDesignationRecorded)):
        programme = in_force(known.fact.programme, known.day, known.position)
        case = Case.parse(known.fact.designation)
        if programme is None or known.fact.category not in programme.categories:
            continue
        pools = programme.pools_of((case, known.fact.category, known.fact.fields))
        yield from _in_pools(key, "awarded", known, None, pools, None)
        last = first_day_not_held(known.fact.held_until, end)
        yield from _in_pools(key, "held", known, None, pools, last)
    for granted in seen(history, key, ExceptionGranted):
        case = Case.parse(granted.fact.entry)
        yield (
            case.programme,
            case.round,
            "",
            "exception",
            str(key),
            "",
            "",
            None,
            "",
            granted.day,
            None,
            compact({"rule": granted.fact.rule}),
            granted.position,
        )


def _or_ever(known: Seen[HistoricalDesignationRecorded]) -> Seen[HistoricalDesignationRecorded]:
    """A title of which no source gives the day may have been given on any: it has its place."""
    return known if known.effective is not None else replace(known, day=date.min)


def _put_forward(
    key: Key,
    recommended: Seen[ApplicationRecommended],
    of: ApplicationSubmitted,
    admitted: Seen[CaseAdmitted] | None,
    until: date | None,
    waits_until: date | None,
) -> Iterator[Row]:
    """Who counts as put forward by its unit: one that waits, from its admission on; an intake that is closed
    anew decides of it, too."""
    pools = recommended.fact.pools
    if not recommended.fact.waits:
        how = "put-forward-beside" if recommended.fact.beside else "put-forward"
        yield from _in_pools(key, how, recommended, of, pools, until)
        return
    yield from _in_pools(key, "waiting", recommended, of, pools, waits_until)
    if admitted is not None:
        yield from _in_pools(key, "put-forward", admitted, of, pools, until)


def _intake(
    key: Key,
    history: Sequence[Believed],
    applications: Mapping[str, ApplicationSubmitted],
    admitted: Mapping[str, Seen[CaseAdmitted]],
    retracted: Mapping[str, date],
) -> Iterator[Row]:
    """Who was taken at the close of its unit's intake, or admitted since; who is over quota."""
    closed = list(seen(history, key, IntakeClosed))
    for case in admitted.keys() - {intake.fact.case for intake in closed}:
        late = admitted[case]
        edition = in_force(Case.parse(case).programme, late.day, late.position)
        if edition is not None and edition.intake is not None and edition.intake.closes:
            until = retracted.get(case)
            yield from _in_pools(key, "taken", late, applications.get(case), (late.fact.pool,), until)
    for intake in closed:
        case, pools = intake.fact.case, (intake.fact.pool,)
        until, moved_up = retracted.get(case), admitted.get(case)
        of = applications.get(case)
        if intake.fact.taken or moved_up is not None:
            yield from _in_pools(key, "taken", moved_up or intake, of, pools, until)
        if not intake.fact.taken:
            left = moved_up.day if moved_up else until
            yield from _in_pools(key, "over-quota", intake, of, pools, left)


def _in_pools(
    key: Key,
    measure: str,
    stated: Seen[Fact],
    application: ApplicationSubmitted | None,
    pools: Iterable[str],
    until: date | None,
) -> Iterator[Row]:
    """One row for each pool whose quota is used; unit: through whom, or `direct`."""
    unit = (application.unit or "direct") if application is not None else ""
    province = application.province if application is not None else getattr(stated.fact, "province", "")
    for pool in pools:
        programme, _, rest = pool.partition("/")
        round_, _, name = rest.partition("/")
        yield (
            programme,
            round_,
            name,
            measure,
            str(key),
            unit,
            province,
            None,
            "",
            stated.day,
            until,
            "{}",
            stated.position,
        )
