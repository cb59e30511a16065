"""What is found by a few words: subjects, programmes, cases and titles, events, documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Annotated, Literal

import orjson
from pydantic import Field

from domain.access import FactCell
from domain.cases import Case, NotACase
from domain.dates import may_have_come
from domain.documents import number_of
from domain.folding import folded
from domain.kernel import Recorded
from domain.programmes import PROGRAMMES
from domain.rules import Words
from domain.subjects import AmbiguousSubject, UnknownSubject, areas_of, everyone, subject
from domain.tags import CASE, DESIGNATION
from projections.answers import NOT_STATED, Answer, NotStated, Position, answer
from projections.asking.shown import Shown, read_shown, show_events
from projections.asking.standpoint import Standpoint
from projections.history.rows import AuditTrail, found_by

MOST = 20  # of each kind
LOOKED_AT = 200  # events at once, of which some may turn out to be hidden
_SHOWN: tuple[FactCell, ...] = ("see", "open", "own", "self", "closed")


@answer("Found")
class Found(Answer):
    """One thing that is found, and by what."""

    kind: Literal["subject", "programme", "case", "title", "event", "document"]
    id: Annotated[str, Field(description="of the subject, programme, case or title; an event's position")]
    words: Words
    by: Annotated[str, Field(description="the name, code or number by which it is found")]
    event: Position | NotStated = NOT_STATED


@answer("Search")
class SearchPage(Answer):
    """What is found; of each kind the first few."""

    q: str
    as_of: date
    as_known: Position
    found: tuple[Found, ...]


async def search(at: Standpoint, q: str) -> SearchPage:
    """Whatever the reader may see that is called so, begins so, or has that code, number or position."""
    text = q.strip()
    found = [
        *_first(_subjects(at, text)),
        *_first(_programmes(text)),
        *await _called_beside(at, text),
        *await _cases(at, text),
        *await _event(at, text),
        *await _documents(at, text),
    ]
    return SearchPage(q=q, as_of=at.view.as_of, as_known=at.view.as_known, found=tuple(found))


def _first(found: Iterable[Found]) -> list[Found]:
    return [one for one, _ in zip(found, range(MOST), strict=False)]


def _subjects(at: Standpoint, text: str) -> Iterator[Found]:
    """By a name of any time, whole, its beginning, or a part; by a code or id of any time."""
    asked = folded(text)
    if not asked:
        return
    ranked: dict[str, tuple[int, str]] = dict.fromkeys(_meant(at, text), (0, text))  # id: how well, by what
    for id_, called, compared in _called(at):
        how = _how_well(asked, compared)
        if how is not None and (id_ not in ranked or how < ranked[id_][0]):
            ranked[id_] = how, called
    for id_, (_, by) in sorted(ranked.items(), key=lambda item: (item[1][0], item[0])):
        name = at.names.name_of(id_)
        where = _lies_in(at, id_)
        yield Found(kind="subject", id=id_, words=Words(f"{where}{name}", f"{where}{name}"), by=by)


def _meant(at: Standpoint, text: str) -> list[str]:
    """Whom the whole text names as a question would: with where it lies before the name (湖北武汉市), as a
    zone, a town, or a project by its id."""
    try:
        return [at.names.look_up(text).id]
    except AmbiguousSubject as several:
        return [of.id for of in several.candidates]
    except UnknownSubject:
        return []


def _called(at: Standpoint) -> Iterator[tuple[str, str, str]]:
    """Every name and code of every subject, then and now, recorded changes included, each with how it is
    compared."""
    yield from _as_shipped()
    for change in at.names.changes:
        for id_, recorded in (*change.named(), (change.fact.subject, change.fact.code)):
            if recorded is not None:
                yield id_, recorded, _compared(recorded)


@cache
def _as_shipped() -> tuple[tuple[str, str, str], ...]:
    """Those of the shipped register, some 10,000: they are made ready once."""
    called = ((of.id, (*(n.name for n in of.names), *(n.code for n in of.names), of.id)) for of in everyone())
    return tuple((id_, own, _compared(own)) for id_, given in called for own in given if own)


def _compared(called: str) -> str:
    return folded(called).removeprefix("cn:")


def _how_well(asked: str, called: str) -> int | None:
    """0: whole, 1: its beginning, 2: a part of a name; None: not at all."""
    if called == asked.removeprefix("cn:"):
        return 0
    if called.startswith(asked):
        return 1
    return 2 if not asked.isdecimal() and len(asked) > 1 and asked in called else None


def _lies_in(at: Standpoint, id_: str) -> str:
    """The province and the city around a division; of one that ended, its province."""
    try:
        above = [place for place in areas_of(id_) if place != id_] or [subject(id_).province]
    except UnknownSubject:
        return ""
    return "".join(at.names.name_of(place) for place in reversed(above) if place != id_)


def _programmes(text: str) -> Iterator[Found]:
    """By its id, a part of its name, or the number of its text."""
    asked, number = folded(text).lower(), number_of(text)
    for of in PROGRAMMES.values():
        instrument = of.instrument or ""
        if len(asked) > 1 and (asked in of.id or asked in of.name or asked in of.english.lower()):
            yield Found(kind="programme", id=of.id, words=Words(of.name, of.english), by=of.name)
        elif number and instrument and number_of(instrument).startswith(number):
            yield Found(kind="programme", id=of.id, words=Words(of.name, of.english), by=instrument)


async def _cases(at: Standpoint, text: str) -> list[Found]:
    """The case and the title of an id, by the newest event of each that may be seen."""
    try:
        case = Case.parse(text)
    except NotACase:
        return []
    with suppress(UnknownSubject, AmbiguousSubject):  # by a code that it bears today, too
        case = replace(case, subject=at.names.look_up(case.subject).id)
    found = []
    tags: tuple[tuple[Literal["case", "title"], str], ...] = (
        ("case", CASE(case)),
        ("title", DESIGNATION(case.entry)),
    )
    for kind, tag in tags:
        until, day = at.view.as_known, at.view.as_of
        newest = await read_shown(at, (), {tag}, after=0, until=until, limit=1, backwards=True, as_of=day)
        found += [_told(kind, str(case) if kind == "case" else case.entry, text, *one) for one in newest]
    return found


async def _event(at: Standpoint, text: str) -> list[Found]:
    """The event at a position."""
    if not (text.isascii() and text.isdecimal() and len(text) < 16) or int(text) > at.view.as_known:
        return []
    events = [e for e in await at.log.at({int(text)}) if may_have_come(e.effective, at.view.as_of)]
    return [_told("event", text, text, event, shown) for event, shown in await show_events(at, events)]


async def _documents(at: Standpoint, text: str) -> list[Found]:
    """Events that rest on a document whose number, or title, begins so."""
    number = number_of(text)
    if len(number) < 2:
        return []
    topics = _topics(at)
    found: list[Found] = []
    begin, behind = number, 0
    while len(found) < MOST:  # what is hidden is passed over, so that it neither shows nor hides what is not
        rows = await at.fetch(
            AuditTrail(),
            "of_document",
            begin,
            f"{number}\U0010ffff",
            at.view.as_known,
            LOOKED_AT,
            behind,
            topics,
            at.view.as_of,
        )
        if not rows:
            break
        begin, behind = rows[-1]["document"], rows[-1]["position"]
        by = {row["position"]: row["document"] for row in rows}
        events = sorted(await at.log.at(by), key=lambda e: (by[e.position], e.position))
        shown = await show_events(at, events)
        found += [_told("document", str(e.position), by[e.position], e, own) for e, own in shown]
    return found[:MOST]


async def _called_beside(at: Standpoint, text: str) -> list[Found]:
    """Projects, zones and towns by a part of a name that the reader may see, or of their entity's."""
    asked, topics = folded(text), _topics(at)
    if len(asked) < 2:
        return []
    found: dict[str, Found] = {}
    of, behind = "", 0
    while len(found) < MOST:
        view = at.view
        rows = await at.fetch(
            AuditTrail(), "of_called", asked, view.as_known, LOOKED_AT, of, behind, topics, view.as_of
        )
        if not rows:
            break
        of, behind = rows[-1]["subject"], rows[-1]["position"]
        believed = {row["position"]: row for row in rows}
        for event, shown in await show_events(at, await at.log.at(believed)):
            row = believed[event.position]
            hidden = {field.split(".")[0] for field in shown.withheld}
            data = {k: v for k, v in orjson.loads(row["content"])["data"].items() if k not in hidden}
            names = found_by(row["subject"], data)
            if by := next((name for name in names if asked in folded(name)), None):
                words = Words(names[0], names[0])
                one = Found(kind="subject", id=row["subject"], words=words, by=by, event=event.position)
                found[row["subject"]] = one
    return list(found.values())[:MOST]


def _topics(at: Standpoint) -> list[str] | None:
    """What the reader may see some of; None: all."""
    return None if at.reader.sees_all else list(at.reader.topics(*_SHOWN))


def _told(
    kind: Literal["case", "title", "event", "document"], id_: str, by: str, event: Recorded, shown: Shown
) -> Found:
    return Found(kind=kind, id=id_, words=shown.sentence, by=by, event=event.position)
