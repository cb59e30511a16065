"""How an event is told: one sentence for each kind of fact, written in the files beside this one."""

from __future__ import annotations

from functools import singledispatch

from domain.cases import Case
from domain.events import Fact, UnknownTopic
from domain.rules import Words
from projections.words.names import Names
from projections.words.terms import title

NOTHING = Words("", "")


@singledispatch
def told(fact: Fact, date: Words, names: Names) -> Words:
    """What happened, and when. Raises UnknownTopic where no sentence is written."""
    raise UnknownTopic("no sentence is written for {topic!r}", topic=fact.topic)


def called(names: Names, id_: str) -> str:
    """The name of the subject of a case or title."""
    return names.name_of(Case.parse(id_).subject)


def title_of(id_: str) -> Words:
    """The title that a case or designation is about."""
    case = Case.parse(id_)
    return title(case.programme, case.round)


def passed_or_not(passed: bool) -> Words:
    return Words("通过", "passed") if passed else Words("未通过", "did not pass")
