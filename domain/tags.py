"""Every kind of tag: by what facts are found. Fixed for ever, and written here only.

A tag is a prefix, a colon, and what it says: `case:city-2019/2021/cn:420100`. An event carries the tags that
its fact declares, and those that the ledger adds: where its subject lies, what a correction concerns, which
sealed values stand in it. docs/tags.md is made from this page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Prefix:
    """One kind of tag: it makes the tags of its kind, and reads them."""

    name: str
    form: str  # of what stands behind the colon
    finds: str  # what is found by it
    begins: str = field(init=False)  # how its tags begin

    def __post_init__(self) -> None:
        object.__setattr__(self, "begins", f"{self.name}:")

    def __call__(self, *says: object) -> str:
        """The tag that says this; several parts are joined by a slash."""
        return self.begins + "/".join(map(str, says))

    def says(self, tag: str) -> str | None:
        """What a tag of this kind says; None: it is of another kind."""
        return tag[len(self.begins) :] if tag.startswith(self.begins) else None

    def among(self, tags: Iterable[str]) -> list[str]:
        """What those of these tags say that are of this kind."""
        begins, rest = self.begins, slice(len(self.begins), None)
        return [tag[rest] for tag in tags if tag.startswith(begins)]


CASE = Prefix("case", "<case>", "all events of one application")
ENTRY = Prefix("entry", "<entry>", "all events of a subject in a round, whichever application")
DESIGNATION = Prefix("designation", "<entry>", "all events of a title")
SUBJECT = Prefix("subject", "<subject>", "all events about a subject")
ROUND = Prefix("round", "<programme>/<round>", "all events of a round")
PROGRAMME = Prefix("programme", "<programme>", "rounds, readings, applications and titles of a programme")
TERMS = Prefix("terms", "<programme>[/<round>]", "what sets the terms of a round, or of all rounds")
INTAKE = Prefix("intake", "<programme>/<round>/<unit>", "what a unit put forward in a round")
POOL = Prefix("pool", "<programme>/<round>/<pool>", "what uses a quota, or gives a place of it back")
LIST = Prefix("list", "<programme>/<round>/<list>", "the cases of a list")
TIES = Prefix("ties", "<programme>/<round>", "decisions that put equals in order")
HOLDERS = Prefix("holders", "<programme>", "awards and withdrawals of a programme, of all rounds")
ANNOUNCED = Prefix("announced", "<programme>/<year>", "awards by the year of their announcement")
PROVINCE = Prefix("province", "<subject>", "what lies in a province, by its own record")
SEAT = Prefix("seat", "<division>", "what lies in a division and is none: a project, a town, a zone")
ENTITY = Prefix("entity", "project:<credit code>", "the projects of a legal entity")
INCIDENTS = Prefix("incidents", "<division>", "what happened in the area of a division")
DEBARRED = Prefix("debarred", "<programme>/<subject or unit>", "who is barred from a programme")
CHANGES = Prefix("changes", "<division>", "changes that a division went through, or came of")
CALENDAR = Prefix("calendar", "<year>", "the working days of a year")
REGISTER = Prefix("register", "divisions | calendars", "every change of a division, every calendar")
PRINCIPAL = Prefix("principal", "<principal>", "the roles of a principal")
TOKEN = Prefix("token", "<SHA-256>", "what a token gives")
DECIDERS = Prefix("deciders", "ledger", "every role that decides with another person")
EVENT = Prefix("event", "<position>", "the corrections of an event")
PROPOSAL = Prefix("proposal", "<position>", "what became of a proposed correction")
QUESTION = Prefix("question", "<position>", "what called a decision into question, and its answer")
SEALED = Prefix("sealed", "<SHA-256>", "the event that holds a sealed value, and the orders to erase it")

# Tags that ever more events carry: of what is counted or looked through, an act's grounds name the tag, and
# not each event.
OF_MANY = frozenset(
    {
        ROUND,
        PROGRAMME,
        INTAKE,
        POOL,
        LIST,
        HOLDERS,
        ANNOUNCED,
        PROVINCE,
        SEAT,
        ENTITY,
        INCIDENTS,
        REGISTER,
        DECIDERS,
    }
)
PREFIXES = tuple(value for value in globals().values() if isinstance(value, Prefix))
EVERY_DIVISION = REGISTER("divisions")
EVERY_CALENDAR = REGISTER("calendars")
EVERY_DECIDER = DECIDERS("ledger")


_BY_NAME = {prefix.name: prefix for prefix in PREFIXES}


def is_of_many(tag: str) -> bool:
    """Whether ever more events carry this tag."""
    return parsed(tag)[0] in OF_MANY


def parsed(tag: str) -> tuple[Prefix | None, str]:
    """Of which kind a tag is, and what it says; None: of no kind that is known here."""
    name, _, rest = tag.partition(":")
    return _BY_NAME.get(name), rest


def of_kinds(tags: Iterable[str], *kinds: Prefix) -> frozenset[str]:
    """Those of these tags that are of one of these kinds."""
    begins = tuple(kind.begins for kind in kinds)
    return frozenset(tag for tag in tags if tag.startswith(begins))
