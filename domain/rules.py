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

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    TypeAlias,
    TypeVar,
    dataclass_transform,
)

from pydantic import AfterValidator, Field, TypeAdapter
from pydantic.dataclasses import dataclass as strict_dataclass

from domain.cases import Case
from domain.dates import a_day
from domain.events import STRICT, Fact, Sealed
from domain.events.fact import Stated
from domain.history import Believed
from domain.kernel import Actor, Document, Query, Recorded, Selector

if TYPE_CHECKING:
    from domain.programme import Programme

RULEBOOK = "2026-11-22.2"  # raised whenever a rule judges otherwise than before
Strength: TypeAlias = Literal["must", "principle", "duty", "record", "always"]
Seal: TypeAlias = Callable[[str | bytes], Sealed]
F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Words:
    """One thing said twice."""

    chinese: str
    english: str

    def as_json(self) -> dict[str, str]:
        return {"zh": self.chinese, "en": self.english}


# ------------------------------------------------------------------ what is shown to a rule


@dataclass(frozen=True, slots=True)
class Seen(Generic[F]):
    """A fact as believed, with the position it stands at."""

    position: int
    fact: F
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

    def of(self, *kinds: type[F], noted: bool = True) -> list[Seen[F]]:
        """The facts of these kinds; noted: as what the act was judged on."""
        topics = {kind.topic for kind in kinds}
        found = [b for b in self.history if b.topic in topics]
        if noted:
            self.looked_at.update(b.position for b in found)
        return [
            Seen(b.position, b.fact, b.effective, b.latest_day, b.basis)  # type: ignore[arg-type]
            for b in found
        ]

    def only(self, query: Query) -> Facts:
        """Those that a query matches."""
        shown = tuple(b for b in self.history if query.matches(b.topic, b.tags))
        return replace(self, history=shown)

    def under(self, tag: str) -> Facts:
        """Those that carry a tag."""
        shown = tuple(b for b in self.history if tag in b.tags)
        return replace(self, history=shown)


@dataclass(frozen=True, slots=True)
class Read:
    """Which past facts an act is judged by: of these topics, under each of these narrow tags."""

    topics: frozenset[str]
    under: Callable[[Any, date], Iterable[str]]  # the act, its day of effect

    def query(self, act: Command, day: date) -> list[Selector]:
        return [Selector(self.topics, frozenset({tag})) for tag in self.under(act, day)]


class _OwnReads(Read):
    """What the act itself says it reads."""

    def query(self, act: Command, day: date) -> list[Selector]:
        return [item for reading in act.reads for item in reading.query(act, day)]


OWN_READS = _OwnReads(frozenset(), lambda _act, _day: ())


def read(*kinds: type[Fact], under: Callable[[Any, date], Iterable[str]]) -> Read:
    """Facts of these kinds, under the tags that the act names."""
    return Read(frozenset(kind.topic for kind in kinds), under)


# ---------------------------------------------------------------------- commands


def _in_this_age(text: str) -> str:
    if not 1978 <= a_day(text).year <= 2199:
        raise ValueError(f"{text} is no day on which an act takes effect")
    return text


DayOfEffect = Annotated[
    str, AfterValidator(_in_this_age), Field(json_schema_extra={"format": "date"})
]


@strict_dataclass(frozen=True, kw_only=True, config=STRICT)
class Command:
    """Who wants to do what; by which document; from which day on (None: from today)."""

    name: ClassVar[str]
    reads: ClassVar[tuple[Read, ...]]

    actor: Actor
    basis: Stated | None = None
    effective: DayOfEffect | None = None

    def as_json(self) -> bytes:
        """What is asked for, the same bytes for the same content."""
        return b"".join((self.name.encode(), b" ", _adapter(type(self)).dump_json(self)))

    def programme(self) -> str | None:
        """Under whose rules it falls; None: under the ledger's own only."""
        return next((case.programme for case in self.cases()), None)

    def cases(self) -> tuple[Case, ...]:
        """The cases (or entries) that it is about."""
        return ()

    def subjects(self) -> tuple[str, ...]:
        """The subjects that it is about."""
        return tuple(case.subject for case in self.cases())

    def day(self, today: date) -> date:
        """On which it takes effect."""
        return a_day(self.effective) if self.effective else today

    def missing(self, facts: Facts) -> Iterator[Broken]:
        """What it refers to and is not there (H-2)."""
        yield from ()

    def repeats(self, facts: Facts) -> Iterator[Seen[Any]]:
        """The facts that say it has been done already (L-1)."""
        yield from ()

    def facts(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        """What is recorded once no rule refuses it; seal: keeps a value beside the log."""
        yield from ()

    def more_tags(self, facts: Facts) -> frozenset[str]:
        """Tags beyond those that its facts declare."""
        return frozenset()


COMMANDS: dict[str, type[Command]] = {}
_ADAPTERS: dict[type[Command], TypeAdapter[Any]] = {}


def _adapter(kind: type[Command]) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


C = TypeVar("C", bound=type[Command])


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def command(name: str, *, reads: Iterable[Read] = ()) -> Callable[[C], C]:
    """Declare a class as the command of that name; who may carry it out, domain/access.py says."""

    def declare(cls: C) -> C:
        made: C = strict_dataclass(cls, frozen=True, kw_only=True, config=STRICT)  # type: ignore[assignment]
        made.name, made.reads = name, tuple(reads)
        COMMANDS[name] = made
        return made

    return declare


# ------------------------------------------------------------------- what a rule answers


@dataclass(frozen=True, slots=True)
class Broken:
    """The act breaks the rule, and why."""

    why: str
    facts: tuple[int, ...] = ()  # positions of what it was judged on
    entry: str | None = None  # of which entry, where an exception could lift it
    figures: Mapping[str, int | str] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Held:
    """What a duty is worked out from: a title, from when to when, and its holder's facts."""

    designation: str
    since: date
    until: date | None  # the last day; None: it goes on
    facts: Facts
    case: str | None = None  # the application that led to it; None: known from its announcement


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: where it stands, how strong it is, and what it does."""

    id: str
    article: str
    strength: Strength
    chinese: str
    english: str
    judges: tuple[type[Command], ...] = ()
    reads: tuple[Read, ...] = ()
    check: Check | None = None  # must, principle
    owes: Callable[[Held], Iterator[Due]] | None = None  # duty
    of: tuple[type[Fact], ...] = ()  # record: the facts it shows something of
    shows: Callable[[Any], Words | None] | None = None  # record


@dataclass(frozen=True)
class Rulebook:
    """The rules of one text, in its order; a rule may have several parts under one id."""

    id: str
    # The document's number, or its title where it has none.
    instrument: str | None = field(default=None, kw_only=True)
    rules: list[Rule] = field(default_factory=list, kw_only=True)

    def must(
        self, id_: str, article: str, *, judges: type[Command] | tuple[type[Command], ...],
        reads: tuple[Read, ...] = (),
    ) -> Callable[[Check], Check]:  # fmt: skip
        """Refused otherwise; no override."""
        return self._judging(id_, article, "must", judges, reads)

    def principle(
        self, id_: str, article: str, *, judges: type[Command] | tuple[type[Command], ...],
        reads: tuple[Read, ...] = (),
    ) -> Callable[[Check], Check]:  # fmt: skip
        """Refused unless an exception lifts it for that entry."""
        return self._judging(id_, article, "principle", judges, reads)

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
        self, id_: str, article: str, strength: Strength,
        judges: type[Command] | tuple[type[Command], ...], reads: tuple[Read, ...],
    ) -> Callable[[Check], Check]:  # fmt: skip
        kinds = judges if isinstance(judges, tuple) else (judges,)

        def declare(check: Check) -> Check:
            texts = _texts(check)
            self.rules.append(Rule(id_, article, strength, *texts, kinds, reads, check))
            return check

        return declare

    def judging(self, act: Command) -> list[Rule]:
        """The rules that judge an act of this kind, in the text's order."""
        return [rule for rule in self.rules if isinstance(act, rule.judges)]


def _texts(of: Callable[..., Any]) -> tuple[str, str]:
    """Chinese and English, from a docstring: its first line, and the rest."""
    chinese, _, english = (of.__doc__ or "").strip().partition("\n")
    assert english.strip(), f"{of.__name__} states its rule in Chinese and in English"
    return chinese.strip(), " ".join(english.split())
