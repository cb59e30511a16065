"""An act is judged: what is read, what the rules find, what is recorded.

`boundary` says what must be read; `judge` takes what was read and gives the events, or raises
`Refused` with every rule that is broken. Neither reads a clock or a log: both bring their facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from domain.commands.command import OWN_READS, Command
from domain.commands.fields import field_of
from domain.dates import NotYetDeterminable, day_of
from domain.documents import stated, with_documents_stated
from domain.events import CorrectionApproved, ExceptionGranted, Fact, commitments
from domain.history import Believed, believed
from domain.kernel import Event, Grounds, Judged, Query, Recorded, Searched, Selector
from domain.ledger import LEDGER
from domain.life import EXCEPTIONS
from domain.programme import Programme
from domain.programmes import PROGRAMMES, books_of, ever_books_of, in_force
from domain.reasons import Reason
from domain.rules import EVER, Broken, Facts, Rests, Rule, Rulebook, Seal, Strength, Unset, Words
from domain.seats import seat_and_entity_tags, seats
from domain.tags import CASE, ENTRY, SEALED

# The rules that an act must pass before any other is asked: its actor may carry it out (H-1), and what it
# refers to is on record (H-2).
DOORSTEP = ("H-1", "H-2")


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One rule that refuses an act: which, by which text, and the facts it was judged on."""

    rule: str
    article: str
    document: str
    strength: Strength
    text: Words
    broken: Broken
    field: str | None = None  # the field of the act that is at fault; None: the whole act

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "rule": self.rule,
            "article": self.article,
            "document": self.document,
            "strength": self.strength,
            "text": self.text.as_json(),
            **self.broken.reason.as_json(),
            "facts": list(self.broken.facts),
            "figures": dict(self.broken.figures),
        }
        if self.broken.entry is not None:
            told["entry"] = self.broken.entry
        if self.field is not None:
            told["field"] = self.field
        return told

    def __str__(self) -> str:
        return f"{self.rule} ({self.document} {self.article}): {self.broken.reason}"


class Refused(Exception):
    """An act breaks rules; all of them are named. Nothing of it is recorded."""

    def __init__(self, broken: tuple[BrokenRule, ...]) -> None:
        super().__init__("; ".join(map(str, broken)))
        self.broken = broken


def books_for(
    act: Command, day: date, place: int = EVER, cited: Collection[str] = ()
) -> tuple[Rulebook, ...]:
    """The rule books that judge an act which takes effect on a day and is recorded at a place of the log: the
    ledger's own, then its programme's, each in the edition in force."""
    return (LEDGER.in_force(day, place, cited), *books_of(act.programme() or "", day, place, cited))


def rules_for(
    act: Command, day: date, place: int = EVER, cited: Collection[str] = ()
) -> Iterator[tuple[Rulebook, Rule]]:
    """The rules that judge such an act, in the order of their texts."""
    return rules_of(act, books_for(act, day, place, cited))


def rules_of(act: Command, books: Iterable[Rulebook]) -> Iterator[tuple[Rulebook, Rule]]:
    """The rules of these books that judge an act."""
    for book in books:
        yield from ((book, rule) for rule in book.judging(act))


def boundary(act: Command, today: date) -> Query:
    """Selects all that an act, or any rule that judges it, may read, with the corrections of all that."""
    corrections = frozenset({CorrectionApproved.topic})
    return Query(
        tuple(
            Selector(item.topics | corrections if item.topics else item.topics, item.tags)
            for item in Query.joined(_items(act, act.day(today))).items
        )
    )


def _items(act: Command, day: date) -> Iterator[Selector]:
    for reading in (OWN_READS, EXCEPTIONS):
        yield from reading.query(act, day)
    editions = (*LEDGER.editions, *ever_books_of(act.programme() or ""))
    for book in editions:  # all, as the one in force depends on the position that the act will get
        for rule in book.judging(act):
            for reading in rule.reads:
                yield from reading.query(act, day)


def judge(
    act: Command, history: Iterable[Recorded], *, now: datetime, command: str, seal: Seal, head: int
) -> list[Event]:
    """The events that an act leads to. Raises Refused, with all rules that are broken.

    history: what `boundary` asks for, and maybe more. command: the act's id. head: the position before the
    act's first event.
    """
    ever = tuple(history)
    verdict = _Verdict(act, tuple(believed(ever)), ever, day_of(now), head + 1)
    for step in DOORSTEP:
        verdict.by({step})
    verdict.by({rule.id for _, rule in verdict.rules()} - set(DOORSTEP))
    programme = verdict.programme()
    own = verdict.shown((OWN_READS,))
    more = act.more_tags(own)
    return [verdict.event(fact, more, command, head) for fact in act.record(programme, own, seal)]


def newest_for(programme: str) -> str:
    """The names of the newest editions of the rule books that judge a programme's acts."""
    return cited((LEDGER, *books_of(programme)))


def is_of_before(edition: str) -> bool:
    """Whether an event names an edition that is no longer the newest; False if it names no edition."""
    newest = {book.id: book for book in (LEDGER, *PROGRAMMES.values())}.get(edition.partition("/")[0])
    return newest is not None and "/" in edition and edition != newest.cited


def cited(books: Iterable[Rulebook]) -> str:
    """How an event names the editions that judged it: ledger/1 city-2019/1."""
    return " ".join(book.cited for book in books if book.rules)


# Rules that a recorded act is not asked again, since who did it, and on which day, is on record.
AS_RECORDED = frozenset({"H-1", "L-4"})


@dataclass(frozen=True, slots=True)
class Rejudged:
    """The rules that an act would break on another past, and the facts that it would lead to there; no facts
    if they cannot be worked out, for example because what the act refers to is not there."""

    broken: tuple[BrokenRule, ...]
    facts: tuple[Fact, ...] = ()


def rejudged(
    act: Command,
    history: Iterable[Believed],
    ever: Iterable[Recorded],
    *,
    today: date,
    seal: Seal,
    place: int = EVER,
    by: date | None = None,
    cited: Collection[str] = (),
) -> Rejudged:
    """Judge an act that was carried out once more, on the past as it is believed now.

    It is judged by the editions that its event cites (cited), otherwise by those in force on its day and at
    its place. by: take the editions in force on this day instead of the act's own day.
    """
    verdict = _Verdict(act, tuple(history), tuple(ever), today, place, by, cited)
    others = {rule.id for _, rule in verdict.rules()} - {*DOORSTEP, *AS_RECORDED}
    broken: tuple[BrokenRule, ...] = ()
    for ids in ({"H-2"}, others):  # other rules are asked only if what it refers to is there
        try:
            verdict.by(ids)
        except Refused as refusal:
            if "H-2" in ids:
                return Rejudged(refusal.broken)
            broken = refusal.broken
    try:
        return Rejudged(broken, tuple(act.record(verdict.programme(), verdict.shown((OWN_READS,)), seal)))
    except NotYetDeterminable:  # that past has no calendar for a day it needs; L-11 refuses that
        return Rejudged(broken)


class _Verdict:
    """What the rules found of one act."""

    def __init__(
        self,
        act: Command,
        history: tuple[Believed, ...],
        ever: tuple[Recorded, ...],
        today: date,
        place: int,
        by: date | None = None,
        cited: Collection[str] = (),
    ) -> None:
        self._act = act
        self._by = by or act.day(today)
        self._cited = cited
        books = books_for(act, self._by, place, cited)
        self._all = Facts(history, today, act.day(today), ever=ever, place=place, books=books)
        self._shown: dict[tuple[Any, ...], Facts] = {}
        self._broken: list[BrokenRule] = []
        self._rules: dict[str, None] = {}
        self._readings: set[Rests] = set()
        self._unset: set[Unset] = set()
        self._lifted: set[tuple[int, str]] = set()  # position, entry

    def rules(self) -> Iterator[tuple[Rulebook, Rule]]:
        """The rules that judge the act, in the editions in force."""
        return rules_of(self._act, self._all.books)

    def programme(self) -> Programme | None:
        """The act's programme, in the edition in force."""
        return in_force(self._act.programme() or "", self._by, self._all.place, self._cited)

    def shown(self, reads: Iterable[Any]) -> Facts:
        """Only the facts that these readings ask for; kept, since several rules may ask for the same."""
        asked = tuple(reads)
        if (facts := self._shown.get(asked)) is None:
            items = [i for reading in asked for i in reading.query(self._act, self._all.day)]
            facts = self._all.only(Query(tuple(items))) if items else replace(self._all, history=())
            self._shown[asked] = facts
        return facts

    def by(self, ids: set[str]) -> None:
        """Let these rules judge. Raises Refused if any of them is broken."""
        for book, rule in self.rules():
            if rule.check is None or rule.id not in ids:
                continue
            self._rules[rule.id] = None
            for finding in rule.check(self._act, self.shown(rule.reads)):
                match finding:
                    case Rests():
                        self._readings.add(finding)
                    case Unset():
                        self._unset.add(finding)
                    case Broken():
                        self._take(book, rule, finding)
        if self._broken:
            raise Refused(tuple(self._broken))

    def _take(self, book: Rulebook, rule: Rule, found: Broken) -> None:
        """Refuse for this, unless an exception lifts the rule; one that takes effect later is told of."""
        entry = found.entry
        if rule.strength == "principle" and entry is not None:
            for grant in self.shown((EXCEPTIONS,)).of(ExceptionGranted):
                if (grant.fact.rule, grant.fact.entry) != (rule.id, entry):
                    continue
                if grant.day <= self._all.day:
                    self._lifted.add((grant.position, entry))
                    return
                later = {**found.reason.values, "exception_from": grant.day.isoformat()}
                found = replace(found, reason=Reason(found.reason.code, later))
        self._broken.append(
            BrokenRule(
                rule.id,
                rule.article,
                book.instrument or book.id,
                rule.strength,
                Words(rule.chinese, rule.english),
                found,
                field_of(self._act, found.reason.code, of_an_entry=entry is not None),
            )
        )

    def event(self, fact: Fact, more: frozenset[str], command: str, head: int) -> Event:
        """A fact as it is recorded: with its document, its day, and what judged it."""
        fact = with_documents_stated(fact)
        basis = self._act.basis
        data = fact.as_data()
        sealed = {SEALED(commitment) for commitment in commitments(data)}
        own = fact.tags()
        lies = seat_and_entity_tags(own, lambda about: seats(self._act, about, self._all))
        return Event(
            topic=fact.topic,
            tags=own | more | sealed | lies,
            data=data,
            actor=self._act.actor,
            basis=basis if basis is None else stated(basis),
            command=command,
            effective=self._all.day.isoformat(),
            judged=self._judged(fact, head),
        )

    def _judged(self, fact: Fact, head: int) -> Judged:
        """By what a fact was judged; of an act on a list, only what concerns this fact's entry."""
        cases = self._act.cases()
        own = {case.entry for case in cases if str(case) == getattr(fact, "case", "")}
        own = own or {case.entry for case in cases}
        others = {tag for case in cases if case.entry not in own for tag in (CASE(case), ENTRY(case.entry))}
        concern = {b.position for b in self._all.history if not b.tags & others}
        here = {None, *own}
        lifted = {position for position, entry in self._lifted if entry in here}
        readings = {rests.point for rests in self._readings if rests.entry in here}
        unset = {unset.parameter for unset in self._unset if unset.entry in here}
        return Judged(
            rulebook=cited(self._all.books),
            rules=tuple(self._rules),
            readings=tuple(sorted(readings)),
            unset=tuple(sorted(unset)),
            grounds=Grounds(
                facts=tuple(sorted(self._all.looked_at & concern)),
                exceptions=tuple(sorted(lifted)),
                searched=self._searched(head),
            ),
        )

    def _searched(self, head: int) -> tuple[Searched, ...]:
        """The tags and topics that the rules searched, each with the number of facts that it held."""
        topics: dict[str, frozenset[str]] = {}
        for item in self._all.searched:
            for tag in item.tags:
                topics[tag] = topics.get(tag, frozenset()) | item.topics
        counted = Counter(
            tag for b in self._all.history for tag, of in topics.items() if b.topic in of and tag in b.tags
        )
        return tuple(Searched(tag, tuple(sorted(topics[tag])), head, counted[tag]) for tag in sorted(topics))
