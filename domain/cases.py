"""The ids that a ledger gives: a case, the entry it belongs to, the designation it may lead to.

An entry is a subject in a round, `city-2019/2021/cn:420100`. Its first application is a case of the
same name, a second one (the first was retracted) ends in `/2`. A designation bears the entry's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from domain.malformed import Malformed
from domain.tags import CASE, DESIGNATION, ENTRY, ROUND, SUBJECT

_SUBJECT = r"project:[\w-]+/\d+|(?:cn:)?[\w-]+(?:/(?!\d+(?:/|$))[\w-]+)?"
_ROUND = "[A-Za-z0-9-]+"
_FORM = re.compile(rf"([a-z0-9-]+)/({_ROUND})/({_SUBJECT})(?:/([2-9]|[1-9]\d+))?", re.ASCII)


_A_ROUND = re.compile(_ROUND, re.ASCII)
_A_SUBJECT = re.compile(_SUBJECT, re.ASCII)


class NotACase(Malformed):
    """A text is not the id of a case."""


def is_a_round(text: str) -> bool:
    """Whether a text has the form of a round's code: 2021, batch-1."""
    return _A_ROUND.fullmatch(text) is not None


def is_an_id(text: str) -> bool:
    """Whether a text has the form of a subject's id: of a division, a unit, a project, a town."""
    return _A_SUBJECT.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Case:
    """One application, as its id says."""

    programme: str
    round: str
    subject: str
    number: int = 1

    @staticmethod
    @lru_cache(16_384)
    def parse(text: str) -> Case:
        """Raises NotACase."""
        if (found := _FORM.fullmatch(text)) is None:
            raise NotACase("names-no-case", text=text)
        programme, round_, subject, number = found.groups()
        return Case(programme, round_, subject, int(number or 1))

    @property
    def entry(self) -> str:
        return f"{self.programme}/{self.round}/{self.subject}"

    def __str__(self) -> str:
        return self.entry if self.number == 1 else f"{self.entry}/{self.number}"

    def tags(self) -> set[str]:
        """What every event of the case carries."""
        return {CASE(self), ENTRY(self.entry), ROUND(self.programme, self.round), SUBJECT(self.subject)}


def subject_of(id_: str) -> str:
    """The subject of the application, entry or title of this id; of any other id, itself."""
    try:
        return Case.parse(id_).subject
    except NotACase:
        return id_


def of_designation(designation: str) -> set[str]:
    """What every event of a held title carries; a designation bears its entry's name."""
    entry = Case.parse(designation)
    return {DESIGNATION(designation), ROUND(entry.programme, entry.round), SUBJECT(entry.subject)}
