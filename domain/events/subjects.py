"""Divisions change: renamed, recoded, merged into others, split, each by its document."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass

from domain.events.fact import STRICT, Fact, Name, fact, resolved, resolved_if_there
from domain.malformed import Malformed
from domain.subjects import is_listed_only, is_project
from domain.tags import CHANGES, EVERY_DIVISION, SUBJECT

GBCode = Annotated[str, Field(pattern=r"^[1-9]\d{5}$")]  # GB/T 2260
_DIVISION = Field(pattern=r"^cn:[1-9]\d{5}$")
DivisionId = Annotated[str, BeforeValidator(resolved), _DIVISION]
SuccessorId = Annotated[str, BeforeValidator(resolved_if_there), _DIVISION]
ListedId = Annotated[str, Field(pattern=r"^project:none-[a-z0-9][a-z0-9-]{0,39}/[1-9]\d{0,8}$")]
ProjectId = Annotated[str, Field(pattern=r"^project:[0-9A-HJ-NPQRTUWXY]{18}/\d{1,9}$")]


@dataclass(frozen=True, config=STRICT)
class Successor:
    """A division that others go into, or that comes of one; the project that one known from a list is."""

    id: SuccessorId | ProjectId
    name: Name | None = None  # of one that the ledger does not know yet


@fact("subject.changed", may_lie_ahead=True)
class SubjectChanged(Fact):
    """A division changes, from the event's day of effect, by the document that is its basis.

    rename, recode: it keeps its id, under a new name, a new code or both. merger: it ends, and goes into
    others. split: others come of it; `ends` says whether it goes on beside them. identified: a project that
    was known from a list only is that of a credit code, which carries its history on.
    """

    kind: Literal["rename", "recode", "merger", "split", "identified"]
    subject: DivisionId | ListedId
    name: Name | None = None  # its new one
    code: GBCode | None = None  # its new one
    into: tuple[Successor, ...] = ()
    ends: bool = False

    def __post_init__(self) -> None:
        stated = (self.name is not None, self.code is not None, bool(self.into), self.ends)
        shapes = {
            "rename": {(True, False, False, False)},
            "recode": {(False, True, False, False), (True, True, False, False)},
            "merger": {(False, False, True, True)},
            "split": {(False, False, True, False), (False, False, True, True)},
            "identified": {(False, False, True, True)},
        }
        if stated not in shapes[self.kind]:
            raise Malformed("a-change-states-what-it-changes")
        of_projects = {is_listed_only(self.subject), *(is_project(new.id) for new in self.into)}
        identified = self.kind == "identified"
        if of_projects != {identified} or (identified and len(self.into) != 1):
            raise Malformed("a-division-goes-into-divisions")
        if self.subject in {successor.id for successor in self.into}:
            raise Malformed("does-not-go-into-itself", subject=self.subject)

    @property
    def ends_a_division(self) -> bool:
        """What a project that is identified held goes on under its other id: nothing ends."""
        return self.ends and self.kind != "identified"

    def tags(self) -> frozenset[str]:
        of = (self.subject, *(successor.id for successor in self.into))
        own = (tag for id_ in of for tag in (SUBJECT(id_), CHANGES(id_)))
        return frozenset({EVERY_DIVISION, *own})
