"""Divisions as shipped and as recorded changes have them: names through time, what went into what.

The shipped register seeds it; what is recorded later (`subject.changed`) is laid over it, as known at a
position. Rules ask for the changes they need; this is for finding, naming and crossing histories.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from domain import subjects
from domain.cases import is_an_id
from domain.events import CorrectionApproved, SubjectChanged
from domain.folding import folded
from domain.held import day_before
from domain.history import Believed, believed
from domain.kernel import Query, Selector
from domain.subjects import Name, Subject, UnknownSubject
from domain.tags import EVERY_DIVISION
from eventlog.log import WHOLE, Log

_CHANGE_TOPICS = {SubjectChanged.topic, CorrectionApproved.topic}
_CODE = re.compile(r"(?:cn:)?([1-9]\d{5})", re.ASCII)  # GB/T 2260, as people write it
_ZONE = re.compile(r"((?:cn:)?[1-9]\d{5}|[^\x00-\x7f]+)/([a-z][a-z0-9-]{0,31})")  # by code or by name
_TOWN = re.compile(r"(?:cn:)?([1-9]\d{5})(\d{3})", re.ASCII)  # GB/T 10114: its county's code first
_CHANGES = Query((Selector.of(topics=_CHANGE_TOPICS, tags={EVERY_DIVISION}),))


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """One recorded change of a division."""

    event: int  # position
    day: date
    fact: SubjectChanged

    def named(self) -> Iterator[tuple[str, str | None]]:
        """Whom it names, and how."""
        yield self.fact.subject, self.fact.name
        yield from ((new.id, new.name) for new in self.fact.into)


@dataclass(frozen=True, slots=True)
class End:
    """That a division ended: on a day or in a year (EDTF), in which others, by which event."""

    on: str
    into: tuple[str, ...]
    event: int | None


@dataclass(frozen=True)
class Register:
    """All divisions, as recorded changes have them."""

    changes: tuple[RecordedChange, ...] = ()  # in the order of effect
    beside: Mapping[str, str] = field(default_factory=dict, hash=False)  # what applications call a project

    @property
    def newest(self) -> int:
        """The position of the newest change; 0: there is none."""
        return max((change.event for change in self.changes), default=0)

    @cached_property
    def names(self) -> dict[str, str]:
        """What recorded changes call a subject today."""
        found: dict[str, str] = {}
        for change in self.changes:
            if change.fact.name is not None:
                found[change.fact.subject] = change.fact.name
            found |= {new.id: new.name for new in change.fact.into if new.name is not None}
        return found

    def name_of(self, id_: str) -> str:
        """A subject's name today; its id where there is none."""
        if (recorded := self.names.get(id_) or self.beside.get(id_)) is not None:
            return recorded
        try:
            return subjects.subject(id_).today.name
        except UnknownSubject:
            return id_

    def of(self, id_: str) -> Iterator[RecordedChange]:
        """The changes that a subject has gone through, or came of."""
        for change in self.changes:
            if id_ in {change.fact.subject, *(new.id for new in change.fact.into)}:
                yield change

    def subject(self, id_: str) -> Subject:
        """A subject with all its names. Raises UnknownSubject."""
        found = subjects.subject(id_)
        for change in self.changes:
            for new in change.fact.into:
                if new.id == id_ and new.name is not None:
                    made = replace(found.today, name=new.name, since=change.day.year)
                    found = replace(found, names=(made,))
        for change in self.changes:
            if change.fact.subject == id_:
                found = _changed(found, change)
        return found

    def id_of(self, text: str, years: Collection[int], on: date) -> str:
        """The id of the one subject that an act means: by its id, by a code that it bears in one of these
        years (else ever bore), or by its name, that of the day first.

        What has the form of an id and is not known stays as it is: whether it is there is the rules' to say.
        Raises UnknownSubject, AmbiguousSubject.
        """
        asked = folded(text)
        if self._is_known(asked):
            return asked
        if (beside := _beside(asked, lambda place: self.id_of(place, years, on))) is not None:
            return beside
        if (code := _CODE.fullmatch(asked)) is not None:
            bearers = self.of_code(code[1], years)
            if len(bearers) > 1:
                raise subjects.several_called(text, bearers)
            if bearers:
                return bearers[0].id
        if is_an_id(asked):
            return asked if code is None else f"cn:{code[1]}"
        return self.find(asked, on=on).id

    def of_code(self, code: str, years: Collection[int]) -> tuple[Subject, ...]:
        """Who bears a code in one of these years, a recorded change before the shipped register."""
        recorded = [change.fact.subject for change in self.changes if change.fact.code == code]
        return (self.subject(recorded[-1]),) if recorded else subjects.of_code(code, years)

    def _is_known(self, id_: str) -> bool:
        return subjects.is_registered(id_) or any(id_ == of for c in self.changes for of, _ in c.named())

    def find(self, text: str, *, on: date | None, province: str | None = None) -> Subject:
        """The one subject that a source of a day means, by a name, a code or an id; by a short name, if only
        one is called so. province: the id of the one that it lies in. Raises UnknownSubject,
        AmbiguousSubject."""
        asked = folded(text)

        def place(of: str) -> str:
            return self.find(of, on=on, province=province).id

        if (beside := _beside(asked, place)) is not None:
            return subjects.subject(beside)
        why = subjects.nobody_called(text)
        recorded = list(self._called(asked))
        try:
            shipped = [subjects.find(asked, on=on, province=province).id]
        except UnknownSubject as unknown:
            why = unknown
            shipped = [] if recorded else [of.id for of in subjects.may_mean(asked)]
        both = [self.subject(id_) for id_ in dict.fromkeys((*recorded, *shipped))]
        if province is not None:
            both = [of for of in both if of.lies_in(province)]
        if on is not None:
            then = [of for of in both if of.existed_in(on.year)]
            # One that has ended is meant where its id says so, and its title is shown to have outlived it.
            both = then or [of for of in both if of.id == asked and of.existed_before(on.year)]
            both = [of for of in both if _is_called(of, asked, on)] or both
        if not both:
            raise why
        if len(both) > 1:
            raise subjects.several_called(text, tuple(both))
        return both[0]

    def look_up(self, text: str) -> Subject:
        """The one subject that a person asks for, by a name of any time, a code or an id. Raises
        UnknownSubject, AmbiguousSubject."""
        asked = folded(text)
        if (beside := _beside(asked, lambda place: self.look_up(place).id)) is not None:
            return subjects.subject(beside)
        for id_ in self._called(asked):
            return self.subject(id_)
        return self.subject(subjects.look_up(asked).id)

    def _called(self, asked: str) -> Iterator[str]:
        """Whom recorded changes call so, by a name, a short one, a code or an id; the newest first."""
        bare = asked.removeprefix("cn:")
        for change in reversed(self.changes):
            for id_, name in change.named():
                if name is not None and bare in {name, *subjects.short_names(name)}:
                    yield id_
            if bare == change.fact.code:
                yield change.fact.subject
            yield from (new.id for new in change.fact.into if new.name and bare == new.id.removeprefix("cn:"))

    def origins(self, id_: str) -> tuple[str, ...]:
        """The subjects that went into this one, or that it came of, and theirs; nearest first."""
        found: list[str] = []
        waiting = [id_]
        while waiting:
            of = waiting.pop(0)
            for origin in (*subjects.merged_from(of), *self._recorded_origins(of)):
                if origin not in {id_, *found}:
                    found.append(origin)
                    waiting.append(origin)
        return tuple(found)

    def known_as(self, id_: str) -> tuple[str, ...]:
        """A subject's id, and those by which lists knew it before it was identified."""
        identified = (change.fact for change in self.changes if change.fact.kind == "identified")
        return (id_, *dict.fromkeys(fact.subject for fact in identified if fact.into[0].id == id_))

    def _recorded_origins(self, id_: str) -> Iterator[str]:
        for change in self.changes:
            if id_ in {new.id for new in change.fact.into}:
                yield change.fact.subject

    def end_of(self, id_: str) -> End | None:
        """When a division ended and what it went into; None: it is there."""
        for change in self.changes:
            if change.fact.subject == id_ and change.fact.ends_a_division:
                into = tuple(successor.id for successor in change.fact.into)
                return End(change.day.isoformat(), into, change.event)
        try:
            until = subjects.subject(id_).until
        except UnknownSubject:
            return None
        return None if until is None else End(str(until), subjects.heirs_of(id_), None)

    def name_on(self, id_: str, day: date | None) -> str:
        """What a subject was called on a day; None: today."""
        given = [
            name
            for change in self.changes
            if day is None or change.day <= day
            for of, name in change.named()
            if of == id_ and name is not None
        ]
        if given:
            return given[-1]
        try:
            of = subjects.subject(id_)
        except UnknownSubject:
            return id_
        if day is not None and subjects.is_registered(id_):
            with suppress(UnknownSubject):
                return of.named(day).name
        return of.today.name


@dataclass(frozen=True)
class Names:
    """How divisions were called on a day; who was named is kept, so that today's names can be told."""

    register: Register
    day: date | None  # None: today
    called: dict[str, str] = field(default_factory=dict)  # by id

    def name_of(self, id_: str) -> str:
        """Its name on the day."""
        name = self.register.name_on(id_, self.day)
        self.called[id_] = name
        return name

    def as_said(self, id_: str, name: str) -> str:
        """Its name as the source has it."""
        self.called[id_] = name
        return name

    def before(self, id_: str) -> str:
        """Its name before what happened on the day."""
        return self.register.name_on(id_, None if self.day is None else day_before(self.day))

    def changed_since(self) -> Iterator[tuple[str, str]]:
        """What those are called today who had other names on the day; or, in the year of a change, are told
        of under the older one."""
        for id_, name in self.called.items():
            then, today = self.register.name_on(id_, self.day), self.register.name_of(id_)
            if today not in {then, name} or (today != name and self._was_called(id_, name)):
                yield name, today

    def _was_called(self, id_: str, name: str) -> bool:
        """Whether it had that name in the year of the day; before it may stand where it lies."""
        if self.day is None or not subjects.is_registered(id_):
            return False
        year, today = self.day.year, self.register.name_of(id_)
        names = self.register.subject(id_).names
        return any(n.valid_in(year) and name.endswith(n.name) for n in names if n.name != today)


def _beside(asked: str, id_of: Callable[[str], str]) -> str | None:
    """The id of a zone or a town, which begins with that of the division that it lies in; None: neither."""
    if (zone := _ZONE.fullmatch(asked)) is not None:
        return f"{id_of(zone[1])}/{zone[2]}"
    if (town := _TOWN.fullmatch(asked)) is None:
        return None
    try:
        return id_of(town[1]) + town[2]
    except UnknownSubject:  # whether it is there is the rules' to say
        return f"cn:{town[1]}{town[2]}"


def _is_called(of: Subject, asked: str, on: date) -> bool:
    """Whether it bears a name or a code in the year of a day; before the name may stand where it lies."""
    bare = asked.removeprefix("cn:")
    then = [name for name in of.names if name.valid_in(on.year)]
    return any(bare in {n.code, *subjects.short_names(n.name)} or bare.endswith(n.name) for n in then)


def _changed(of: Subject, change: RecordedChange) -> Subject:
    """A subject after one change."""
    year, fact = change.day.year, change.fact
    *older, last = of.names
    if fact.kind in {"rename", "recode"}:
        new = Name(fact.code or last.code, fact.name or last.name, year, None)
        return replace(of, names=(*older, replace(last, until=year), new))
    into = tuple(successor.id.removeprefix("cn:") for successor in fact.into)
    if fact.ends:
        return replace(of, names=(*older, replace(last, until=year)), merged_into=into)
    return of


SHIPPED = Register()


async def register(log: Log, today: date, known: int | None = None) -> Register:
    """The register of a day, as known at a position; by default now."""
    found = await log.read(_CHANGES, until=known, limit=WHOLE)
    return of_history(believed(found), today) if found else SHIPPED


def of_history(history: Iterable[Believed], today: date) -> Register:
    """The register by what is believed; what has not come yet on that day is left out."""
    by_then = (b for b in history if b.topic == SubjectChanged.topic and b.latest_day <= today)
    return Register(
        tuple(
            RecordedChange(b.position, b.latest_day, fact)
            for b in by_then
            if isinstance(fact := b.fact, SubjectChanged)
        )
    )
