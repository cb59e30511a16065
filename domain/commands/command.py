"""What an act is: who wants to do what, what it reads, what it leads to, and what it is declared to be."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, TypeVar, dataclass_transform

from pydantic import AfterValidator, Field, TypeAdapter
from pydantic.dataclasses import dataclass as strict_dataclass

from domain.cases import Case
from domain.dates import a_day
from domain.events import STRICT, Fact
from domain.events.fact import StatedDocument
from domain.kernel import Actor, Selector
from domain.malformed import Malformed
from domain.programme import Programme
from domain.rules import Broken, Facts, Read, Seal, Seen

Data = Mapping[str, Any]  # of a stored fact, decoded


_STANDS_IN = "sealed as "


def stand_in(commitment: str) -> str:
    """A word in the place of what is sealed, of which the commitment alone is known."""
    return f"{_STANDS_IN}{commitment}"


def commitment_of(word: str | bytes) -> str:
    """The commitment that a word stands in for."""
    text = word.decode() if isinstance(word, bytes) else word
    return text.removeprefix(_STANDS_IN)


def _in_this_age(text: str) -> str:
    if not 1978 <= a_day(text).year <= 2199:
        raise Malformed("is-no-day-of-effect", text=text)
    return text


DayOfEffect = Annotated[str, AfterValidator(_in_this_age), Field(json_schema_extra={"format": "date"})]


@strict_dataclass(frozen=True, kw_only=True, config=STRICT)
class Command:
    """Who wants to do what; by which document; from which day on (None: from today)."""

    name: ClassVar[str]
    collection: ClassVar[str]  # what it adds to: its address over HTTP
    reads: ClassVar[tuple[Read, ...]]
    leads_to: ClassVar[type[Fact] | None] = None  # the fact of which the act can be made again
    # Fields of that fact that the act calls otherwise: the fact's name, the act's.
    renamed: ClassVar[Mapping[str, str]] = MappingProxyType({})
    rests_on_a_document: ClassVar[bool] = False  # H-3
    # Whether it records what decisions since its day of effect may have missed (L-3).
    missed_by_decisions: ClassVar[bool] = False

    actor: Actor
    basis: StatedDocument | None = None
    effective: DayOfEffect | None = None

    def as_json(self) -> bytes:
        """What is asked for, the same bytes for the same content."""
        return b"".join((self.name.encode(), b" ", adapter_of(type(self)).dump_json(self)))

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

    def record(self, programme: Programme | None, facts: Facts, seal: Seal) -> Iterator[Fact]:
        """What is recorded once no rule refuses it; seal: keeps a value beside the log."""
        yield from ()

    def more_tags(self, facts: Facts) -> frozenset[str]:
        """Tags beyond those that its facts declare."""
        return frozenset()

    @classmethod
    def again(cls, stated: Sequence[Data]) -> dict[str, Any]:
        """The fields of the act that led to these facts; the first is the one that is asked about.

        Raises KeyError, IndexError, ValueError or TypeError where no act leads to them.
        """
        return {cls.renamed.get(key, key): value for key, value in stated[0].items()}


class ByAGrantedRole(Command):
    """An act that changes the record, or who may: by a granted role, and with a second person (L-2)."""

    def takes_two(self, facts: Facts) -> bool:
        """Whether L-2 asks for a granted role and another person."""
        return True

    def proposers(self, facts: Facts) -> Iterator[tuple[str, int]]:
        """Who proposed what the act would settle, and at which position."""
        yield from ()


class Correcting(ByAGrantedRole, ABC):
    """An act that would put something in an event's place."""

    @abstractmethod
    def flaws(self, facts: Facts) -> Iterator[Broken]:
        """What is wrong with the event that it would make (H-5)."""


class OwnReads(Read):
    """What the act itself says it reads."""

    def query(self, act: Any, day: date) -> list[Selector]:
        return [item for reading in act.reads for item in reading.query(act, day)]


OWN_READS = OwnReads(frozenset(), lambda _act, _day: ())

DECLARED: dict[str, type[Command]] = {}  # by name; domain/acts.py has all of them
_BY_TOPIC: dict[str, type[Command]] = {}
_ADAPTERS: dict[type[Command], TypeAdapter[Any]] = {}


def adapter_of(kind: type[Command]) -> TypeAdapter[Any]:
    """What reads and writes acts of a kind as JSON."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def act_that_leads_to(topic: str) -> type[Command] | None:
    """The kind of act that can be made again of a fact of this topic."""
    return _BY_TOPIC.get(topic)


C = TypeVar("C", bound=type[Command])


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def command(
    name: str,
    collection: str,
    *,
    reads: Iterable[Read] = (),
    leads_to: type[Fact] | None = None,
    renamed: Mapping[str, str] | None = None,
    rests_on_a_document: bool = False,
    missed_by_decisions: bool = False,
) -> Callable[[C], C]:
    """Declare a class as the command of that name; who may carry it out, domain/access.py says.

    collection, leads_to, renamed, rests_on_a_document, missed_by_decisions: see Command.
    """

    def declare(cls: C) -> C:
        made: C = strict_dataclass(cls, frozen=True, kw_only=True, config=STRICT)  # type: ignore[assignment]
        made.name, made.collection, made.reads = name, collection, tuple(reads)
        made.leads_to, made.renamed = leads_to, MappingProxyType(dict(renamed or {}))
        made.rests_on_a_document = rests_on_a_document
        made.missed_by_decisions = missed_by_decisions
        DECLARED[name] = made
        if leads_to is not None:
            assert leads_to.topic not in _BY_TOPIC, f"two acts lead to {leads_to.topic}"
            _BY_TOPIC[leads_to.topic] = made
        return made

    return declare
