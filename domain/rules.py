"""How an act is judged: commands, rules, what a rule may read and what it may answer.

A *command* says who wants to do what. A *rule* is a generator that is shown the command and the facts
it says it reads, and yields what it found: `Broken`, that it `Rests` on the reading of an open point,
or that a parameter is `Unset`. It stands with its id and article in a *rulebook*; a programme is the
rulebook of one regulation. The first line of a rule's docstring is the text's, the rest is ours.

Strengths: *must* refuses; *principle* refuses unless an `ExceptionGranted` lifts it for that entry;
*duty* says what is owed and by when; *record* says what is shown; *always* holds by how the ledger is
built, whatever the act.
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
# Behind which a reading of ours that was wrong is put right in every ledger: for what is judged from now on.
# What was judged before names its edition, or was judged before editions had names.
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
    asked: tuple[Selector, ...] = ()  # by which readings these were found
    searched: set[Selector] = field(default_factory=set)  # one tag each, of which ever more carry the same

    def of(self, *kinds: type[F], noted: bool = True) -> list[Seen[F]]:
        """The facts of these kinds; noted: as what the act was judged on."""
        topics = {kind.topic for kind in kinds}
        found = [b for b in self.history if b.topic in topics]
        if noted:
            self._note(found, topics)
        return [
            Seen(b.position, b.fact, b.effective, b.latest_day, b.basis)  # type: ignore[arg-type]
            for b in found
        ]

    def _note(self, found: Iterable[Believed], topics: Iterable[str]) -> None:
        """What was asked for: what is found under a tag of its own by position, what is looked through by the
        tag and the topics."""
        through = [item for item in self.asked if any(map(is_of_many, item.tags))]
        named = [item for item in self.asked if item not in through]
        for item in through:
            if wanted := item.topics & frozenset(topics):
                self.searched.add(replace(item, topics=wanted))
        for b in found:
            if not through or any(item.matches(b.topic, b.tags) for item in named):
                self.looked_at.add(b.position)

    def only(self, query: Query) -> Facts:
        """Those that a query matches."""
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
    """Which past facts an act is judged by: of these topics, under each of these narrow tags."""

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
    entry: str | None = None  # of which entry; None: of the whole act, which no exception lifts
    figures: Mapping[str, int | str] = field(default_factory=dict)
    of_form: bool = False  # what is stated makes no sense, whatever happened: no correction may state it


@dataclass(frozen=True, slots=True)
class Rests:
    """The act holds by the reading of an open point of the text."""

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
    """What a holder owes: by a day, or with no date set; once, or each year; and what was filed."""

    what: str  # yearly-report, re-assessment, …
    due: date | None = None  # of the first, where it comes each year; None: the text sets no date
    yearly: bool = False
    of: str = ""  # a year, a field: which one of several
    filed: date | None = None
    filed_by: int | None = None  # position
    rests: str = ""  # on which open point the day rests
    lacking: tuple[str, ...] = ()  # of what was filed: what the text asks for and is not there
    begins: date | None = None  # from which day on it is owed; None: as long as the title is held


@dataclass(frozen=True, slots=True)
class Held:
    """What a duty is worked out from: a title, from when to when, and its holder's facts."""

    designation: str
    since: date
    until: date | None  # the last day; None: it goes on
    facts: Facts
    case: str | None = None  # the application that led to it; None: known from its announcement
    place: int = EVER  # of its event in the log,
    cited: tuple[str, ...] = ()  # and the editions that judged it: by them its duties are known


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

    A text is amended, and a rule may turn out to have been read wrongly: then the book has another edition,
    and the one before stands beside it (`amended`). An act is judged by the edition that was in force on its
    day of effect, as it was read when the act was recorded.
    """

    id: str
    # The document's number, or its title where it has none.
    instrument: str | None = field(default=None, kw_only=True)
    rules: list[Rule] = field(default_factory=list, kw_only=True)
    edition: str = field(default="1", kw_only=True)
    since: date | None = field(default=None, kw_only=True)  # the first day on which it is in force
    behind: int = field(default=0, kw_only=True)  # for acts that are recorded behind this position
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
        """The next edition: the same rules but for those that end, to which others are then declared.

        since: from which day on the text says so; default: since when this one does. behind: of a reading of
        ours that was wrong, from which position of the log on it is put right; what was recorded before stays
        judged as it was. beside: editions that were made of earlier ones, and stand beside this one as well.
        Raises ValueError.
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
        """All of them, the newest first."""
        return (self, *self.before)

    def until(self, one: Self) -> date | None:
        """The last day on which an edition of this book is in force; None: no later one has been made."""
        begins = [other.since for other in self.editions if other.since is not None]
        later = [day for day in begins if one.since is None or day > one.since]
        return min(later) - timedelta(days=1) if later else None

    def in_force(self, day: date, place: int = EVER, cited: Collection[str] = ()) -> Self:
        """The edition by which an act is judged that takes effect on a day and is recorded at a place.

        The one that an event says has judged it (cited); else, of those that have begun by the day and are
        read so at the place, the one that began last. Of a day before the first, the first. An event that was
        judged before editions had names keeps to what was read then, too.
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
        """Refused otherwise; no override. after: the rule that it follows in the text, empty: it comes first;
        else it comes last."""
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
        """Refused unless an exception lifts it for that entry. after: as for `must`."""
        return self._judging(id_, article, "principle", judges, reads, after)

    def duty(
        self, id_: str, article: str
    ) -> Callable[[Callable[[Held], Iterator[Due]]], Callable[[Held], Iterator[Due]]]:
        """Owed, by a date where the text gives one; nothing is refused."""

        def declare(owes: Callable[[Held], Iterator[Due]]) -> Callable[[Held], Iterator[Due]]:
            self.rules.append(Rule(id_, article, "duty", *_texts(owes), owes=owes))
            return owes

        return declare

    def record(
        self, id_: str, article: str, *of: type[Fact]
    ) -> Callable[[Callable[[Any], Words | None]], Callable[[Any], Words | None]]:
        """Recordable and shown, nothing more."""

        def declare(shows: Callable[[Any], Words | None]) -> Callable[[Any], Words | None]:
            self.rules.append(Rule(id_, article, "record", *_texts(shows), of=of, shows=shows))
            return shows

        return declare

    def always(self, id_: str, article: str, chinese: str, english: str) -> None:
        """Held by how the ledger is built."""
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
