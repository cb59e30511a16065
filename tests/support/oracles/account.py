"""What the oracles share: an account of each case, the steps that all texts have.

They know nothing of the ledger's rules: plain JSON in, broken rules out. From the domain they take reference
data only (names, codes and levels of divisions, the calendar).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from domain.subjects import subject

JSON: TypeAlias = dict[str, Any]
Told: TypeAlias = Iterator[str]
DIRECT = {"110000", "120000", "310000", "500000", "210200", "330200", "350200", "370200", "440300"}
SINGLE = {"210200", "330200", "350200", "370200", "440300"}
WEST = set("15 45 50 51 52 53 54 61 62 63 64 65 21 22 23".split())


@dataclass
class Account:
    """What an oracle has noted of one case."""

    application: JSON
    sent: date
    recommended: date | None = None
    declined: bool = False
    retracted: bool = False
    intake: bool | None = None
    pool: str = ""
    scores: dict[tuple[str, str], int] = field(default_factory=dict)
    bonus: int = 0
    form: bool = False
    review: bool | None = None
    proposed: bool = False
    approvals: set[str] = field(default_factory=set)
    notice: tuple[date, date] | None = None
    closed: bool = False
    objections: dict[int, str] = field(default_factory=dict)
    awarded: bool = False


class Oracle:
    """Reads a ledger's events, in order; `broken` is what it found."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self.cases: dict[str, Account] = {}
        self.rounds: dict[str, JSON] = {}
        self.opened_on: dict[str, date] = {}
        self.exceptions: set[tuple[str, str]] = set()
        self.titles: dict[str, JSON] = {}
        self.withdrawn: dict[str, date] = {}

    def read(self, events: Iterable[bytes]) -> None:
        told = [json.loads(text) for text in events]
        for event in told:
            handler = getattr(self, event["topic"].replace(".", "_").replace("-", "_"), None)
            if handler is None:
                continue
            day = date.fromisoformat(event["effective"])
            for rule in handler(event, event["data"], day):
                self.broken.append(f"{event['position']} {event['topic']}: {rule}")
        for rule in self.lists(told):
            self.broken.append(rule)

    def lists(self, told: list[JSON]) -> Told:
        """What is judged on a whole list."""
        yield from ()

    # --- what they share

    def round_opened(self, event: JSON, data: JSON, day: date) -> Told:
        stated, text = data.get("parameters", {}), data.get("text", {})
        caps = {c["pool"]: c for c in (*text.get("caps", []), *stated.get("caps", []))}
        whole = {**text, **stated, "caps": list(caps.values())}
        self.rounds[f"{data['programme']}/{data['round']}"] = whole
        self.opened_on[f"{data['programme']}/{data['round']}"] = day
        yield from ()

    def opened(self, case: str) -> date:
        return self.opened_on["/".join(case.split("/")[:2])]

    def parameters(self, case: str) -> JSON:
        return self.rounds["/".join(case.split("/")[:2])]

    def caps(self, case: str) -> dict[str, int]:
        return {cap["pool"]: cap["places"] for cap in self.parameters(case).get("caps", [])}

    def exception_granted(self, event: JSON, data: JSON, day: date) -> Told:
        self.exceptions.add((data["rule"], data["entry"]))
        yield from ()

    def lifted(self, rule: str, case: str) -> bool:
        return (rule, "/".join(case.split("/")[: 4 if "project:" in case else 3])) in self.exceptions

    def late(self, case: str, day: date) -> bool:
        deadline = self.parameters(case).get("deadline")
        return deadline is not None and day > date.fromisoformat(deadline["day"])

    def application_retracted(self, event: JSON, data: JSON, day: date) -> Told:
        self.cases[data["case"]].retracted = True
        yield from ()

    def score_recorded(self, event: JSON, data: JSON, day: date) -> Told:
        account = self.cases[data["case"]]
        yield from self.may_review(account, data["case"])
        yield from self.may_score(account)
        account.scores[data["reviewer"], data["criterion"]] = data["points"]

    def may_review(self, account: Account, case: str) -> Told:
        yield from ()

    def may_score(self, account: Account) -> Told:
        yield from ()

    def review_concluded(self, event: JSON, data: JSON, day: date) -> Told:
        account = self.cases[data["case"]]
        yield from self.may_review(account, data["case"])
        account.review = data["passed"]

    def publicity_opened(self, event: JSON, data: JSON, day: date) -> Told:
        account = self.cases[data["case"]]
        account.notice, account.closed = (day, date.fromisoformat(data["until"])), False
        yield from ()

    def objection_lodged(self, event: JSON, data: JSON, day: date) -> Told:
        self.cases[data["case"]].objections[data["objection"]] = "open"
        yield from ()

    def objection_resolved(self, event: JSON, data: JSON, day: date) -> Told:
        found = "upheld" if data["upheld"] else "rejected"
        self.cases[data["case"]].objections[data["objection"]] = found
        yield from ()

    def publicity_closed(self, event: JSON, data: JSON, day: date) -> Told:
        account = self.cases[data["case"]]
        account.closed = True
        yield from self.may_close(account, day)

    def may_close(self, account: Account, day: date) -> Told:
        yield from ()

    def designation_withdrawn(self, event: JSON, data: JSON, day: date) -> Told:
        if data["ground"] != "outside":
            yield "L-9"
        self.withdrawn[data["designation"]] = day

    def recommends(self, account: Account, data: JSON, day: date, rule: str) -> Told:
        """The unit it goes through, after its review."""
        reviewed = date.fromisoformat(data.get("reviewed_on", "9999-12-31"))
        if account.application.get("unit") != data["unit"] or not account.sent <= reviewed <= day:
            yield rule
        account.recommended = day

    def standing(self, case: str, unit: str, pools: Iterable[str] = ()) -> list[str]:
        """Whom a unit has recommended in a round, those taken back apart."""
        round_ = "/".join(case.split("/")[:2])
        return [
            other
            for other, account in self.cases.items()
            if other.startswith(f"{round_}/")
            and account.recommended
            and not account.retracted
            and account.application.get("unit") == unit
            and (not pools or account.pool in pools)
        ]


def code_of(id_: str) -> str:
    return subject(id_).today.code


def handed_in(materials: list[JSON], *kinds: str) -> bool:
    given = {m["kind"]: m for m in materials}
    return all(k in given and given[k].get("original") and "sha256" in given[k] for k in kinds)


def named(document: JSON | None) -> bool:
    return bool(document and (document.get("number") or document.get("title")))
