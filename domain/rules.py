"""How an act is judged: commands, rules, what a rule may read and what it may answer.

A *command* says who wants to do what. A *rule* is a generator that is shown the command and the facts
it says it reads, and yields what it found: `Broken`, that it `Rests` on the reading of an open point,
or that a parameter is `Unset`. It stands with its id and article in a *rulebook*; a programme is the
rulebook of one regulation. The first line of a rule's docstring states it in Chinese, the rest in English.

Strengths: a *must* refuses an act that breaks it; a *principle* does so too, unless an `ExceptionGranted`
lifts it for that entry; a *duty* says what is owed and by when; a *record* says what is shown; an *always*
rule needs no check, because the ledger is built so that no act can break it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Generic, Literal, Self, TypeAlias, TypeVar

from domain.events import Fact, Sealed
from domain.history import Believed
from domain.kernel import Document, Query, Recorded, Selector
from domain.reasons import Reason
from domain.tags import is_of_many

EVER = 2**53  # behind every event: a place in the log that no event has yet
# The `behind` of an edition that corrects a wrong reading of ours in every ledger, for all later judgements.
# Earlier events keep the old reading: they cite its edition, or were judged before editions had names.
FROM_NOW_ON = 1
Strength: TypeAlias = Literal["must", "principle", "duty", "record", "always"]
Seal: TypeAlias = Callable[[str | bytes], Sealed]
F = TypeVar("F", bound=Fact)
F_co = TypeVar("F_co", bound=Fact, covariant=True)


@dataclass(frozen=True, slots=True)
class Words:
    """One thing said twice."""

    chinese: str
    english: str

    def __str__(self) -> str:
        return self.english

    def as_json(self) -> dict[str, str]:
        return {"zh": self.chinese, "en": self.english}


# ------------------------------------------------------------------ what is shown to a rule


@dataclass(frozen=True, slots=True)
class Seen(Generic[F_co]):
    """A fact as believed, with the position it stands at."""

    position: int
    fact: F_co
    effective: str | None  # EDTF
    day: date  # the latest possible day of effect
    basis: Document | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule is shown: the facts it reads, in the order of effect; the day; today."""

    history: tuple[Believed, ...]
    today: date  # in Shanghai, when the act is judged
    day: date  # on which the act takes effect
    looked_at: set[int] = field(default_factory=set)  # positions of what was asked for
    ever: tuple[Recorded, ...] = ()  # all that was read, as recorded, corrected or not
    place: int = EVER  # of the act's first event: by which edition of a rule book it is judged
    books: tuple[Rulebook, ...] = ()  # the editions that judge; none: those of the day and place
    asked: tuple[Selector, ...] = ()  # the selectors by which `history` was found
    searched: set[Selector] = field(default_factory=set)  # selectors of one tag that many events share

    def of(self, *kinds: type[F], noted: bool = True) -> list[Seen[F]]:
        """The facts of these kinds. noted: remember them as facts that the act was judged on."""
        topics = {kind.topic for kind in kinds}
        found = [b for b in self.history if b.topic in topics]
        if noted:
            self._note(found, topics)
        return [
            Seen(b.position, b.fact, b.effective, b.latest_day, b.basis)  # type: ignore[arg-type]
            for b in found
        ]

    def _note(self, found: Iterable[Believed], topics: Iterable[str]) -> None:
        """Remember what a rule asked for. A fact found under a narrow tag is remembered by its position; a
        search under a tag that many events share is remembered by that tag and the topics."""
        through = [item for item in self.asked if any(map(is_of_many, item.tags))]
        named = [item for item in self.asked if item not in through]
        for item in through:
            if wanted := item.topics & frozenset(topics):
                self.searched.add(replace(item, topics=wanted))
        for b in found:
            if not through or any(item.matches(b.topic, b.tags) for item in named):
                self.looked_at.add(b.position)

    def only(self, query: Query) -> Facts:
        """The same, with only those facts of the history that a query matches."""
        shown = tuple(b for b in self.history if query.matches(b.topic, b.tags))
        return replace(self, history=shown, asked=query.items)

    def event(self, position: int) -> Recorded | None:
        """The event at a position, if it is among all that was read."""
        return next((event for event in self.ever if event.position == position), None)

    def recorders_of(self, kind: type[Fact]) -> Iterator[tuple[str, int]]:
        """Which principals recorded facts of a kind, corrected or not, and at which positions."""
        for event in self.ever:
            if event.topic == kind.topic:
                yield str(event.actor["principal"]), event.position

    def under(self, tag: str) -> Facts:
        """Those that carry a tag."""
        shown = tuple(b for b in self.history if tag in b.tags)
        return replace(self, history=shown)


@dataclass(frozen=True, slots=True)
class Read:
    """Which past facts an act is judged by: those of these topics that carry one of these tags."""

    topics: frozenset[str]
    under: Callable[[Any, date], Iterable[str]]  # the act, its day of effect

    def query(self, act: Any, day: date) -> list[Selector]:
        return [Selector(self.topics, frozenset({tag})) for tag in self.under(act, day)]


def read(*kinds: type[Fact], under: Callable[[Any, date], Iterable[str]]) -> Read:
    """Facts of these kinds, under the tags that the act names."""
    return Read(frozenset(kind.topic for kind in kinds), under)


# ------------------------------------------------------------------- what a rule answers


@dataclass(frozen=True, slots=True)
class Broken:
    """The act breaks the rule, and why."""

    reason: Reason
    facts: tuple[int, ...] = ()  # positions of what it was judged on
    entry: str | None = None  # which entry breaks it; None: the whole act does, and no exception lifts that
    figures: Mapping[str, int | str] = field(default_factory=dict)
    of_form: bool = False  # the statement itself makes no sense, so that no correction may make it either


@dataclass(frozen=True, slots=True)
class Rests:
    """The act passes only because of how the ledger reads an open point of the text."""

    point: str
    entry: str | None = None  # of which entry; None: of the whole act


@dataclass(frozen=True, slots=True)
class Unset:
    """A parameter that no document has set: nothing is judged by it (L-8)."""

    parameter: str
    entry: str | None = None  # of which entry; None: of the whole act


Finding: TypeAlias = Broken | Rests | Unset
Check: TypeAlias = Callable[[Any, Facts], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that a holder owes, once or each year, by a day if the text sets one; and what was filed."""

    what: str  # yearly-report, re-assessment, …
    due: date | None = None  # if it is owed each year, the first due day; None: the text sets no date
    yearly: bool = False
    of: str = ""  # a year, a field: which one of several
    filed: date | None = None
    filed_by: int | None = None  # position
    rests: str = ""  # the open point on whose reading the day depends
    lacking: tuple[str, ...] = ()  # what the text asks for and what was filed does not contain
    begins: date | None = None  # from which day on it is owed; None: as long as the title is held


@dataclass(frozen=True, slots=True)
class Held:
    """What a duty is worked out from: a title, from when to when, and its holder's facts."""

    designation: str
    since: date
    until: date | None  # the last day; None: it goes on
    facts: Facts
    case: str | None = None  # the application that led to it; None: known from its announcement
    place: int = EVER  # the position of the title's event in the log
    cited: tuple[str, ...] = ()  # the editions that judged that event; its duties are read from them


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: where it stands, how strong it is, and what it does."""

    id: str
    article: str
    strength: Strength
    chinese: str
    english: str
    judges: tuple[type, ...] = ()  # kinds of acts, or what several kinds have in common
    reads: tuple[Read, ...] = ()
    check: Check | None = None  # must, principle
    owes: Callable[[Held], Iterator[Due]] | None = None  # duty
    of: tuple[type[Fact], ...] = ()  # record: the facts it shows something of
    shows: Callable[[Any], Words | None] | None = None  # record


@dataclass(frozen=True)
class Rulebook:
    """The rules of one text, in its order; a rule may have several parts under one id.

    When the text is amended, or when we find that we read a rule wrongly, the book gets a new edition, which
    keeps the earlier ones in `before` (see `amended`). An act is judged by the edition that was in force on
    its day of effect, as it was read when the act was recorded.
    """

    id: str
    # The document's number, or its title where it has none.
    instrument: str | None = field(default=None, kw_only=True)
    rules: list[Rule] = field(default_factory=list, kw_only=True)
    edition: str = field(default="1", kw_only=True)
    since: date | None = field(default=None, kw_only=True)  # the first day on which it is in force
    behind: int = field(default=0, kw_only=True)  # it judges only acts recorded after this position
    before: tuple[Self, ...] = field(
        default=(), kw_only=True, repr=False
    )  # the editions that stand beside it

    def amended(
        self,
        edition: str,
        *,
        since: date | None = None,
        behind: int = 0,
        without: Iterable[str] = (),
        beside: Iterable[Self] = (),
        **changes: Any,
    ) -> Self:
        """The next edition. It begins with the rules of this one, without those that end (`without`); new
        rules are then declared on it.

        since: the first day on which the new text is in force; default: that of this edition. behind: for an
        edition that corrects a wrong reading of ours, the position of the log after which it judges; what was
        recorded up to there stays judged as it was. beside: editions made from an earlier one than this; the
        new edition keeps them too. Raises ValueError.
        """
        ended = frozenset(without)
        if unknown := ended - {rule.id for rule in self.rules}:
            raise ValueError(f"{self.id} has no rule {', '.join(sorted(unknown))}")
        if edition in {one.edition for one in self.editions}:
            raise ValueError(f"{self.id} has an edition {edition} already")
        first = since or self.since
        if self.since is not None and first is not None and first < self.since:
            raise ValueError(
                f"{first} lies before {self.since}, since when edition {self.edition} is in force"
            )
        others = {one.edition: one for other in beside for one in other.editions}
        return replace(
            self,
            edition=edition,
            since=first,
            behind=behind,
            rules=[rule for rule in self.rules if rule.id not in ended],
            before=tuple(
                sorted(
                    {**{one.edition: one for one in self.editions}, **others}.values(),
                    key=lambda one: (one.since or date.min, one.behind),
                    reverse=True,
                )
            ),
            **changes,
        )

    @property
    def editions(self) -> tuple[Self, ...]:
        """This edition, then those that it keeps, the newest first."""
        return (self, *self.before)

    def until(self, one: Self) -> date | None:
        """The last day on which an edition of this book is in force; None: no later one has been made."""
        begins = [other.since for other in self.editions if other.since is not None]
        later = [day for day in begins if one.since is None or day > one.since]
        return min(later) - timedelta(days=1) if later else None

    def in_force(self, day: date, place: int = EVER, cited: Collection[str] = ()) -> Self:
        """The edition by which an act is judged that takes effect on a day and is recorded at a place.

        If an event cites an edition of this book as having judged it (cited), that one. Otherwise, of the
        editions that have begun by the day and whose `behind` lies before the place, the one that began last;
        if none has, the earliest. An event that was judged before editions had names is judged as if it stood
        at `FROM_NOW_ON` at the latest, so that it keeps the reading of its time.
        """
        for one in self.editions:
            if one.cited in cited:
                return one
        if cited and not any("/" in name for name in cited):
            place = min(place, FROM_NOW_ON)
        begun = [
            one for one in self.editions if (one.since is None or one.since <= day) and one.behind < place
        ]
        if not begun:
            return min(self.editions, key=lambda one: (one.since or date.min, one.behind))
        return max(begun, key=lambda one: (one.since or date.min, one.behind))

    @property
    def cited(self) -> str:
        """How an event names what judged it: city-2019/1."""
        return f"{self.id}/{self.edition}"

    def must(
        self,
        id_: str,
        article: str,
        *,
        judges: type | tuple[type, ...],
        reads: tuple[Read, ...] = (),
        after: str | None = None,
    ) -> Callable[[Check], Check]:
        """Declare a rule that refuses every act that breaks it, without exception. after: the id of the rule
        that it follows in the text; an empty string puts it first, None puts it last."""
        return self._judging(id_, article, "must", judges, reads, after)

    def principle(
        self,
        id_: str,
        article: str,
        *,
        judges: type | tuple[type, ...],
        reads: tuple[Read, ...] = (),
        after: str | None = None,
    ) -> Callable[[Check], Check]:
        """Declare a rule that refuses, unless an exception lifts it for that entry. after: see `must`."""
        return self._judging(id_, article, "principle", judges, reads, after)

    def duty(
        self, id_: str, article: str
    ) -> Callable[[Callable[[Held], Iterator[Due]]], Callable[[Held], Iterator[Due]]]:
        """Declare something that holders owe, by a date where the text gives one; it refuses nothing."""

        def declare(owes: Callable[[Held], Iterator[Due]]) -> Callable[[Held], Iterator[Due]]:
            self.rules.append(Rule(id_, article, "duty", *_texts(owes), owes=owes))
            return owes

        return declare

    def record(
        self, id_: str, article: str, *of: type[Fact]
    ) -> Callable[[Callable[[Any], Words | None]], Callable[[Any], Words | None]]:
        """Declare a rule that only shows something of the facts of these kinds; it refuses nothing."""

        def declare(shows: Callable[[Any], Words | None]) -> Callable[[Any], Words | None]:
            self.rules.append(Rule(id_, article, "record", *_texts(shows), of=of, shows=shows))
            return shows

        return declare

    def always(self, id_: str, article: str, chinese: str, english: str) -> None:
        """Declare a rule that the ledger keeps by how it is built, so that no act is checked for it."""
        self.rules.append(Rule(id_, article, "always", chinese, english))

    def _judging(
        self,
        id_: str,
        article: str,
        strength: Strength,
        judges: type | tuple[type, ...],
        reads: tuple[Read, ...],
        after: str | None,
    ) -> Callable[[Check], Check]:
        kinds = judges if isinstance(judges, tuple) else (judges,)

        def declare(check: Check) -> Check:
            texts = _texts(check)
            rule = Rule(id_, article, strength, *texts, kinds, reads, check)
            places = [n for n, other in enumerate(self.rules, 1) if other.id == after]
            last = 0 if after == "" else len(self.rules)
            self.rules.insert(places[-1] if places else last, rule)
            return check

        return declare

    def judging(self, act: object) -> list[Rule]:
        """The rules that judge an act of this kind, in the text's order."""
        return [rule for rule in self.rules if isinstance(act, rule.judges)]


def _texts(of: Callable[..., Any]) -> tuple[str, str]:
    """Chinese and English, from a docstring: its first line, and the rest."""
    chinese, _, english = (of.__doc__ or "").strip().partition("\n")
    assert english.strip(), f"{of.__name__} states its rule in Chinese and in English"
    return chinese.strip(), " ".join(english.split())
