"""Where those lie whom the register does not hold, and whose projects they are: tags that the ledger adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from domain.cases import Case
from domain.events import ApplicationSubmitted, DesignationAwarded, Fact
from domain.kernel import Recorded
from domain.rules import Facts, read
from domain.subjects import XPCC, UnknownSubject, entity_of, is_project, subject
from domain.tags import CASE, DESIGNATION, ENTITY, ENTRY, SEAT, SUBJECT, of_kinds


def _of_its_project(act: Any, _day: date) -> Iterator[str]:
    """The applications of each project that an act is about: where it lies, only these say."""
    yield from (ENTRY(case.entry) for case in act.cases() if is_project(case.subject))


WHERE_IT_LIES = read(ApplicationSubmitted, DesignationAwarded, under=_of_its_project)


def seat_and_entity_tags(own: Iterable[str], seats: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Of the subjects that tags name: where each lies, and the entity whose project it is.

    seats: the seat tags of a subject, as an act or as events say.
    """
    subjects = set(SUBJECT.among(own))
    owned = {ENTITY(entity_of(about)) for about in subjects if is_project(about)}
    return frozenset(owned.union(*(seats(about) for about in subjects)))


def carried_on(tags: Iterable[str]) -> frozenset[str]:
    """Those tags of an event that say the same of what is recorded because of it."""
    return of_kinds(tags, SEAT, ENTITY)


def seats(act: Any, about: str, facts: Facts) -> Iterator[str]:
    """Where a subject lies that is no division of the register: the tag of its seat; of a project, as the
    application of the case at hand says, else the unit whose act it is. Raises UnknownSubject."""
    of = subject(about)
    if of.inside is not None:
        yield SEAT(of.inside)
    if not of.is_project:
        return
    if getattr(act, "entity", None):
        yield SEAT(act.entity.seat)
        return
    cases = {str(case) for case in act.cases()}
    if designation := getattr(act, "designation", None):
        cases = {
            title.fact.case
            for title in facts.of(DesignationAwarded, noted=False)
            if title.fact.designation == designation
        }
    yield from (
        SEAT(application.fact.entity.seat)
        for application in facts.of(ApplicationSubmitted, noted=False)
        if application.fact.entity
        and application.fact.case in cases
        and Case.parse(application.fact.case).subject == about
    )
    if not cases and getattr(act, "unit", None):
        yield SEAT(act.unit)


def seats_by_events(fact: Fact, events: Iterable[Recorded]) -> Callable[[str], Iterable[str]]:
    """The same for a fact that no act brings: of a project, as the application says, or the events of its
    case or title."""
    if isinstance(fact, ApplicationSubmitted) and fact.entity is not None:
        of_a_project = frozenset({SEAT(fact.entity.seat)})
    else:
        of_it = of_kinds(fact.tags(), CASE, DESIGNATION)
        of_a_project = of_kinds((tag for e in events if e.tags & of_it for tag in e.tags), SEAT)

    def found(about: str) -> Iterable[str]:
        try:
            inside = subject(about).inside
        except UnknownSubject:
            inside = None
        own = {SEAT(inside)} if inside is not None else set()
        return own | of_a_project if is_project(about) else own

    return found


def homes(unit: str) -> set[str | None]:
    """The province of a reviewer's unit; of the XPCC's, the XPCC too."""
    try:
        of = subject(unit)
    except UnknownSubject:
        return set()
    return {of.province, XPCC.id} if of.is_of_xpcc else {of.province}
