"""given(what happened).when(an act): the facts it leads to; `refused(rule)` where it must not.

A step is an act with its day, `on("2021-06-01", act)`, or a fact with its day, `stands(fact, day)`.
Every test of a rule says which rule it proves, and how: `@proves("C19-8", "refuses")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar, cast

from domain.commands.command import Command
from domain.dates import SHANGHAI
from domain.events import Fact, decode
from domain.judging import Refused
from domain.kernel import Recorded
from domain.messages import filled, plainly
from domain.reasons import Reason
from projections.words.language import translated
from tests.support.ledger_in_memory import GROUNDS, LedgerInMemory, noon

How = Literal["refuses", "accepts", "lifts", "owed", "late", "overdue", "records", "holds"]
PROOFS: list[tuple[str, How, Callable[[], None]]] = []
T = TypeVar("T", bound=Callable[[], None])


def proves(rule: str, *hows: How) -> Callable[[T], T]:
    """Mark a test as the proof of a rule; the table of rules and the switch-off program read it."""

    def mark(test: T) -> T:
        PROOFS.extend((rule, how, test) for how in hows)
        return test

    return mark


@dataclass(frozen=True)
class Step:
    """An act, or a fact, on a day."""

    day: str
    what: Command | Fact | Callable[[str], Command]  # of the day it comes to be

    def __call__(self, ledger: LedgerInMemory) -> list[Recorded]:
        if isinstance(self.what, Fact):
            return [ledger.record(self.what, self.day)]
        when = max(ledger.now, noon(date.fromisoformat(self.day)))
        today = when.astimezone(SHANGHAI).date().isoformat()
        act = self.what if isinstance(self.what, Command) else self.what(today)
        return ledger.carry_out(act, when)


def on(day: str, act: Command | Callable[[str], Command]) -> Step:
    return Step(day, act)


def stands(fact: Fact, day: str) -> Step:
    return Step(day, fact)


class Given:
    """What has happened so far."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self.ledger = LedgerInMemory()
        for step in steps:
            step(self.ledger)

    def recorded(self, day: str, act: Command) -> list[Recorded]:
        """The events that an act on a day leads to. Raises Refused."""
        return on(day, act)(self.ledger)

    def when(self, day: str, act: Command) -> list[Fact]:
        """The facts that an act on a day leads to. Raises Refused."""
        return [decode(event.topic, event.data) for event in self.recorded(day, act)]


def given(*steps: Step) -> Given:
    return Given(steps)


@contextmanager
def refused(*rules: str) -> Iterator[list[str]]:
    """The act breaks these rules, and no others; gives what is said of each."""
    said: list[str] = []
    try:
        yield said
    except Refused as refusal:
        said.extend(plain(broken.broken.reason) for broken in refusal.broken)
        if {broken.rule for broken in refusal.broken} != set(rules):
            raise AssertionError(f"{', '.join(rules)} should refuse, and no other: {refusal}") from None
    else:
        raise AssertionError(f"nothing was refused; {', '.join(rules)} should have been")


def judged(event: Recorded, key: str) -> list[object]:
    """What an event was judged by, as it says or commits to."""
    told = event.judged or {}
    if key in {"facts", "exceptions"}:
        committed = cast("dict[str, str]", told["grounds"])
        return list(getattr(GROUNDS[committed["sealed"]], key))
    found = told.get(key, [])
    assert isinstance(found, list)
    return found


def plain(reason: Reason) -> str:
    """A reason in English, with its values as they are stored."""
    text = translated(reason.code, "reason", "en") or reason.code
    about = "" if "{case" in text or "case" not in reason.values else f"{reason.values['case']}: "
    return about + filled(text, reason.values, _as_stored)


def _as_stored(value: object, form: str) -> str:
    if isinstance(value, dict) and value.keys() == {"code", "values"}:
        return plain(Reason(str(value["code"]), value["values"]))
    return plainly("nothing" if value in (None, [], {}) else value, form)
