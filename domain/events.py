"""Every fact that can be recorded, in the order of a case's life; how each is tagged.

A fact's topic is a name for ever, never derived from its class. Dates in it are EDTF (domain.dates);
codes are ASCII; Chinese stands for proper names and for a source's own words. A field that may hold
what must one day be erased is `Sealed`: a commitment, the value lies beside the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Annotated, Any, ClassVar, Literal, TypeVar, cast, dataclass_transform

import orjson
from pydantic import AfterValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from domain.canonical import Object
from domain.dates import parse
from domain.kernel import Document

STRICT = ConfigDict(extra="forbid", strict=True)


def _edtf(text: str) -> str:
    parse(text)
    return text


Edtf = Annotated[str, AfterValidator(_edtf)]
Confidence = Literal["high", "medium-high", "medium", "low"]


class UnknownTopic(LookupError):
    """No fact of this program has that topic."""


class NotThatFact(ValueError):
    """The data are not what their topic promises."""


class Fact:
    """What all facts share. A subclass is a frozen record with a topic."""

    topic: ClassVar[str]

    def tags(self) -> frozenset[str]:
        """By what this fact can be found; declared here, once."""
        return frozenset()

    def as_data(self) -> Object:
        """The `data` of its event: what is not stated is absent."""
        return cast("Object", _adapter(type(self)).dump_python(self, exclude_defaults=True))


TOPICS: dict[str, type[Fact]] = {}
_ADAPTERS: dict[type[Fact], TypeAdapter[Any]] = {}
F = TypeVar("F", bound=type[Fact])


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def fact(topic: str) -> Callable[[F], F]:
    """Declare a class as the fact of that topic."""

    def declare(cls: F) -> F:
        frozen = cast("F", dataclass(cls, frozen=True, config=STRICT))
        frozen.topic = topic
        TOPICS[topic] = frozen
        return frozen

    return declare


def _adapter(cls: type[Fact]) -> TypeAdapter[Any]:
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


def decode(topic: str, data: Object) -> Fact:
    """The fact that stands in an event. Raises UnknownTopic, NotThatFact."""
    try:
        cls = TOPICS[topic]
    except KeyError:
        raise UnknownTopic(f"no fact of this program has the topic {topic!r}") from None
    try:
        return cast("Fact", _adapter(cls).validate_json(orjson.dumps(data)))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise NotThatFact(f"{topic}: {place}: {first['msg']}") from None


@dataclass(frozen=True, config=STRICT)
class Sealed:
    """A salted commitment to a value that lies beside the log and may be erased on an order."""

    sealed: str  # SHA-256, hexadecimal


@dataclass(frozen=True, config=STRICT)
class Source:
    """Where a fact was read, when that is not the document itself."""

    title: str
    where: str | None = None


# ------------------------------------------------------------------ the ledger


@fact("ledger.opened")
class LedgerOpened(Fact):
    """Event 1: which ledger this is, for ever."""

    ledger: str  # UUID
    name: str  # its origin's name
    kind: Literal["real", "simulated"]


# ------------------------------------- what is known only from its announcement


@fact("historical-designation.recorded")
class HistoricalDesignationRecorded(Fact):
    """A title known only from its announcement: no procedure behind it is on record (L-6)."""

    designation: str  # <programme>/<round>/<subject>
    programme: str
    round: str
    subject: str
    subject_name: str  # as the source writes it
    province: str  # where it lies
    source: Source
    category: str | None = None  # None: the source does not give it
    fields: tuple[str, ...] = ()
    effective_words: str | None = None  # what the source says, where its date is not a day
    held_from: Edtf | None = None  # None: from the announcement on
    held_until: Edtf | None = None  # the last day; None: open-ended
    held_words: str | None = None
    rank_words: str | None = None
    note: str | None = None

    def tags(self) -> frozenset[str]:
        return frozenset({
            f"designation:{self.designation}",
            f"programme:{self.programme}",
            f"province:{self.province}",
            f"round:{self.programme}/{self.round}",
            f"subject:{self.subject}",
        })  # fmt: skip


@fact("figures.attested")
class FiguresAttested(Fact):
    """A total that a source states; sources may disagree, and both are kept."""

    programme: str
    measure: Literal["planned", "applied", "on-notice", "selected", "commended"]
    value: int
    source: Source
    round: str | None = None
    category: str | None = None
    province: str | None = None
    measure_words: str | None = None
    effective_words: str | None = None
    note: str | None = None

    def tags(self) -> frozenset[str]:
        return _of_a_round(self.programme, self.round, self.province)


@fact("notice.recorded")
class NoticeRecorded(Fact):
    """That a notice, a step or an announcement took place, as a source tells it."""

    programme: str
    act: Literal[
        "measure-issued", "call", "forwarded", "application", "defence", "publicity",
        "announcement", "circular",
    ]  # fmt: skip
    act_words: str
    source: Source
    confidence: Confidence | None = None
    round: str | None = None
    province: str | None = None
    effective_words: str | None = None
    until: Edtf | None = None  # the last day of what lasts, a publicity period
    content: str | None = None
    note: str | None = None

    def tags(self) -> frozenset[str]:
        return _of_a_round(self.programme, self.round, self.province)


def _of_a_round(programme: str, round_: str | None, province: str | None) -> frozenset[str]:
    tags = {f"programme:{programme}"}
    if round_ is not None:
        tags.add(f"round:{programme}/{round_}")
    if province is not None:
        tags.add(f"province:{province}")
    return frozenset(tags)


# ------------------------------------------------------------------ corrections


@dataclass(frozen=True, config=STRICT)
class Replacement:
    """The whole of what is to stand instead."""

    topic: str
    tags: tuple[str, ...]
    data: dict[str, Any]
    effective: Edtf | None = None
    basis: Document | None = None


@dataclass(frozen=True, config=STRICT)
class Correction:
    """amend: `replacement` stands for `target`; annul: `target` falls; supply: a missing fact."""

    act: Literal["amend", "annul", "supply"]
    target: int | None = None  # position
    replacement: Replacement | None = None

    def __post_init__(self) -> None:
        stated = (self.target is not None, self.replacement is not None)
        if (
            stated
            != {"amend": (True, True), "annul": (True, False), "supply": (False, True)}[self.act]
        ):
            raise ValueError(
                "amend names a target and its replacement, annul a target, supply a replacement"
            )


@fact("correction.proposed")
class CorrectionProposed(Fact):
    """One person asks for a correction; it changes nothing yet (L-2)."""

    correction: Correction
    reason: Sealed


@fact("correction.approved")
class CorrectionApproved(Fact):
    """Another person approves it: from this position on the correction holds."""

    proposal: int  # position of its CorrectionProposed
    correction: Correction


@fact("correction.rejected")
class CorrectionRejected(Fact):
    """Another person rejects it; it never held."""

    proposal: int
    reason: Sealed


CORRECTION_TOPICS = frozenset(
    {CorrectionProposed.topic, CorrectionApproved.topic, CorrectionRejected.topic}
)
