"""Oracles of the other programmes: they judge recorded events again, by RULES.md alone.

Like tests/oracle.py they know nothing of the ledger's rules: plain JSON in, broken rules out. From the
domain they take reference data only (names, codes and levels of divisions, the calendar).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from typing import Any, TypeAlias

from domain.dates import is_working_day
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
        yield from ()

    def parameters(self, case: str) -> JSON:
        return self.rounds["/".join(case.split("/")[:2])]

    def caps(self, case: str) -> dict[str, int]:
        return {cap["pool"]: cap["places"] for cap in self.parameters(case).get("caps", [])}

    def exception_granted(self, event: JSON, data: JSON, day: date) -> Told:
        self.exceptions.add((data["rule"], data["entry"]))
        yield from ()

    def lifted(self, rule: str, case: str) -> bool:
        return (
            rule,
            "/".join(case.split("/")[: 4 if "project:" in case else 3]),
        ) in self.exceptions

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
            if other.startswith(f"{round_}/") and account.recommended and not account.retracted
            and account.application.get("unit") == unit and (not pools or account.pool in pools)
        ]  # fmt: skip


def _code(id_: str) -> str:
    return subject(id_).today.code


def _handed_in(materials: list[JSON], *kinds: str) -> bool:
    given = {m["kind"]: m for m in materials}
    return all(k in given and given[k].get("original") and "sha256" in given[k] for k in kinds)


def _named(document: JSON | None) -> bool:
    return bool(document and (document.get("number") or document.get("title")))


class Pilots(Oracle):
    """pilot-2013."""

    def application_submitted(self, event: JSON, data: JSON, day: date) -> Told:
        case, place = data["case"], data["case"].split("/")[2]
        self.cases[case] = Account(data, day)
        if data["category"] not in {"pilot", "demonstration"}:
            yield "P13-3"
        if data["category"] == "demonstration":
            if data["channel"] != "nominated":
                yield "P13-3"
            yield from self._was_a_pilot(place, day)
            return
        level, code = subject(place).level, _code(place)
        fields = {c.get("field") for c in data.get("conditions", [])}
        town = level == "town" and {"service-model", "product-cluster"} <= fields
        cities = level.endswith("city") or level in {"municipality", "district", "county", "banner"}
        if not (town or cities or level == "special-county") and not self.lifted("P13-5", case):
            yield "P13-5"
        own = None if code in DIRECT else f"cn:{code[:2]}0000"
        if (data["channel"] == "direct") != (own is None) or data.get("unit") != own:
            yield "P13-7"
        stated = {c["number"] for c in data.get("conditions", []) if "field" not in c}
        if not set(range(1, 11)) <= stated:
            yield "P13-9"
        if not _handed_in(data.get("materials", []), "application-report"):
            yield "P13-13"
        if own is None and self.late(case, day):
            yield "P13-11"

    def _was_a_pilot(self, place: str, day: date) -> Told:
        held = [t for t in self.titles if t.startswith("pilot-2013/batch") and t.endswith(place)]
        good = [
            t for t in held
            if t not in self.withdrawn and "held_until" in self.titles[t]
            and day > date.fromisoformat(self.titles[t]["held_until"])
        ]  # fmt: skip
        if not good:
            yield "P13-3"

    def application_recommended(self, event: JSON, data: JSON, day: date) -> Told:
        case = data["case"]
        before = [c for c in self.standing(case, data["unit"]) if not self.lifted("P13-4", c)]
        yield from self.recommends(self.cases[case], data, day, "P13-7")
        if len(before) >= self.caps(case)["unit"] and not self.lifted("P13-4", case):
            yield "P13-4"
        if not _named(event.get("basis")):
            yield "P13-13"
        if self.late(case, day):
            yield "P13-11"

    def may_review(self, account: Account, case: str) -> Told:
        if account.application["channel"] == "unit" and not account.recommended:
            yield "P13-7"

    def selection_proposed(self, event: JSON, data: JSON, day: date) -> Told:
        case = data["case"]
        account, caps = self.cases[case], self.caps(case)
        if not account.review:
            yield "P13-12"
        if data["category"] != account.application["category"]:
            yield "P13-14"
        on_it = sum(
            a.proposed and not self.lifted("P13-1", c) for c, a in self.cases.items()
            if c.split("/")[1] == case.split("/")[1]
        )  # fmt: skip
        if on_it >= caps["pilot"] and not self.lifted("P13-1", case):
            yield "P13-1"
        account.proposed = True

    def approval_recorded(self, event: JSON, data: JSON, day: date) -> Told:
        account = self.cases[data["case"]]
        if not account.proposed:
            yield "P13-12"
        account.approvals.add(data["by"])

    def designation_awarded(self, event: JSON, data: JSON, day: date) -> Told:
        account, place = self.cases[data["case"]], data["designation"].split("/")[2]
        if data["category"] == "demonstration":
            yield from self._was_a_pilot(place, day)
        else:
            if "leading-group" not in account.approvals:
                yield "P13-12"
            term = self.parameters(data["case"]).get("term")
            if term and day > date.fromisoformat(term["last"]):
                yield "P13-2"
            first = max(term["first"], day.isoformat()) if term else None
            if term and (data.get("held_from"), data.get("held_until")) != (first, term["last"]):
                yield "P13-2"
            if data["category"] != account.application["category"]:
                yield "P13-14"
        self.titles[data["designation"]] = data


class Guide(Oracle):
    """guide-2016: nothing to refuse but what is not held, and what ends without a document."""

    def historical_designation_recorded(self, event: JSON, data: JSON, day: date) -> Told:
        self.titles[data["designation"]] = data
        yield from ()

    def progress_reported(self, event: JSON, data: JSON, day: date) -> Told:
        if data["designation"] not in self.titles:
            yield "H-2"

    indicator_reported = arrangement_recorded = commendation_recorded = progress_reported


class Projects(Oracle):
    """project-2019."""

    def __init__(self) -> None:
        super().__init__()
        self.inspected: dict[str, bool] = {}
        self.orders: dict[str, set[int]] = defaultdict(set)
        self.closed: set[str] = set()  # units

    def application_submitted(self, event: JSON, data: JSON, day: date) -> Told:
        case, entity = data["case"], data.get("entity", {})
        code = case.split("/", 2)[2].removeprefix("project:").split("/")[0]
        legal = {"company", "public-institution", "association", "enterprise", "foundation"}
        if (
            not _credit_code(code)
            or entity.get("legal_form") not in legal
            or not entity.get("mainland", True)
        ):
            yield "J19-1"
        directions = {str(number) for number in range(1, 11)}
        if len(data.get("fields", [])) != 1 or not set(data["fields"]) <= directions:
            yield "J19-2"
        if data["channel"] != "unit" or data.get("unit") != _unit_of(entity["seat"]):
            yield "J19-12"
        if not _handed_in(data.get("materials", []), "application-report"):
            yield "J19-6"
        self.cases[case] = Account(data, day)

    def application_recommended(self, event: JSON, data: JSON, day: date) -> Told:
        case, unit = data["case"], data["unit"]
        account = self.cases[case]
        yield from self.recommends(account, data, day, "J19-12")
        order = data.get("order")
        taken = {o for c, o in self._orders(case, unit)}
        if order is None or order in taken or unit in self.closed:
            yield "J19-5"
        account.pool = "10" if account.application["fields"] == ["10"] else "1-9"
        if order is not None:
            self.orders[case] = {order}
        if self.late(case, day) or not _named(event.get("basis")):
            yield "J19-6"

    def _orders(self, case: str, unit: str) -> Iterator[tuple[str, int]]:
        for other in self.standing(case, unit):
            if other != case:
                yield from ((other, order) for order in self.orders[other])

    def intake_closed(self, event: JSON, data: JSON, day: date) -> Told:
        case = data["case"]
        account = self.cases[case]
        unit = account.application["unit"]
        deadline = self.parameters(case).get("deadline")
        if deadline and day <= date.fromisoformat(deadline["day"]):
            yield "J19-5"
        self.closed.add(unit)
        ahead = [
            other for other, order in self._orders(case, unit)
            if self.cases[other].pool == account.pool and order < min(self.orders[case], default=0)
        ]  # fmt: skip
        if data["taken"] != (len(ahead) < self._cap(case, account)):
            yield "J19-3/J19-4/J19-5"
        account.intake = data["taken"]

    def _cap(self, case: str, account: Account) -> int:
        unit = account.application["unit"]
        single = unit == "xpcc" or _code(unit) in SINGLE
        return self.caps(case)[f"{'single' if single else 'province'}/{account.pool}"]

    def case_admitted(self, event: JSON, data: JSON, day: date) -> Told:
        case = data["case"]
        account = self.cases[case]
        unit = account.application["unit"]
        there = [c for c in self.standing(case, unit, {account.pool}) if self.cases[c].intake]
        if len(there) >= self._cap(case, account):
            yield "J19-4" if unit == "xpcc" or _code(unit) in SINGLE else "J19-3"
        account.intake = True

    def may_review(self, account: Account, case: str) -> Told:
        if not account.recommended:
            yield "J19-12"
        if not account.intake:
            yield "J19-5"

    def may_score(self, account: Account) -> Told:
        if account.review is not None:
            yield "J19-7"

    def formal_review_recorded(self, event: JSON, data: JSON, day: date) -> Told:
        yield from self.may_review(self.cases[data["case"]], data["case"])

    def selection_proposed(self, event: JSON, data: JSON, day: date) -> Told:
        account = self.cases[data["case"]]
        if not account.review:
            yield "J19-7"
        if data.get("fields") != account.application["fields"]:
            yield "J19-2"
        account.proposed = True

    def publicity_opened(self, event: JSON, data: JSON, day: date) -> Told:
        if not self.cases[data["case"]].proposed:
            yield "J19-7"
        yield from super().publicity_opened(event, data, day)

    def may_close(self, account: Account, day: date) -> Told:
        if account.notice is None or day <= account.notice[1]:
            yield "J19-7"

    def designation_awarded(self, event: JSON, data: JSON, day: date) -> Told:
        account = self.cases[data["case"]]
        if (
            account.notice is None
            or not account.closed
            or "published" not in event.get("basis", {})
        ):
            yield "J19-7"
        self.titles[data["designation"]] = data

    def inspection_recorded(self, event: JSON, data: JSON, day: date) -> Told:
        self.inspected[data["designation"]] = data.get("passed", True)
        yield from ()

    def designation_withdrawn(self, event: JSON, data: JSON, day: date) -> Told:
        ground = data["ground"]
        failed = self.inspected.get(data["designation"]) is False
        if (
            ground not in {"1", "2", "3", "4"}
            or (ground == "1" and not failed)
            or (ground == "4" and "act" not in data)
            or "published" not in event.get("basis", {})
        ):
            yield "J19-11"


def _credit_code(code: str) -> bool:
    """GB 32100: eighteen characters, the last of them the check character."""
    characters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if len(code) != 18 or set(code) - set(characters):
        return False
    total = sum(characters.index(c) * 3**place for place, c in enumerate(code[:17]))
    return characters[-total % 31] == code[17]


def _unit_of(seat: str) -> str:
    code = _code(seat)
    if code[:4] + "00" in SINGLE:
        return f"cn:{code[:4]}00"
    return "xpcc" if code.startswith("6590") else f"cn:{code[:2]}0000"


class Incentives(Oracle):
    """incentive-2022."""

    def __init__(self) -> None:
        super().__init__()
        self.incidents: list[JSON] = []
        self.bars: list[JSON] = []
        self.decided: dict[str, int] = {}
        self.approved_on: dict[str, str] = {}

    def incident_recorded(self, event: JSON, data: JSON, day: date) -> Told:
        self.incidents.append(data)
        yield from ()

    def debarment_imposed(self, event: JSON, data: JSON, day: date) -> Told:
        self.bars.append({**data, "since": day})
        signed = date.fromisoformat(event["basis"].get("published", day.isoformat()))
        code = _code(data["subject"])
        unit = "xpcc" if code.startswith("6590") else f"cn:{code[:2]}0000"
        if data["until"] != _later(signed, 3).isoformat() or data["unit"] != unit:
            yield "I22-17"

    def _barred(self, case: str, unit: str | None, day: date) -> bool:
        place = case.split("/")[2]
        return any(
            bar["since"] <= day <= date.fromisoformat(bar["until"])
            and (bar["subject"] == place or bar["unit"] == unit)
            for bar in self.bars
        )

    def _hit(self, case: str, day: date, *, social: bool) -> bool:
        place = case.split("/")[2]
        for incident in self.incidents:
            happened = date.fromisoformat(incident["happened_on"])
            grave = incident.get("grade") in {"serious", "particularly-serious"}
            counts = (
                incident["kind"] == "social" if social else grave and incident["kind"] != "social"
            )
            if counts and place in incident["areas"] and happened <= day <= _later(happened, 3):
                return True
        return False

    def application_submitted(self, event: JSON, data: JSON, day: date) -> Told:
        case, place = data["case"], data["case"].split("/")[2]
        of, code = subject(place), _code(place)
        unit = "xpcc" if code.startswith("6590") else f"cn:{code[:2]}0000"
        if data["channel"] != "unit" or data.get("unit") != unit:
            yield "I22-2"
        municipal = of.level in {"district", "county"} and code[:2] in {"11", "12", "31", "50"}
        high = of.level in {"prefecture-city", "prefecture", "autonomous-prefecture", "league"}
        of_xpcc = unit == "xpcc" and of.level == "county-city"
        if not (high or municipal or of_xpcc) and not self.lifted("I22-3", case):
            yield "I22-3"
        if (
            data["category"] not in {"industry", "digital"}
            or data["category"] not in case.split("/")[1]
        ):
            yield "I22-4"
        stated = {c["number"] for c in data.get("conditions", [])}
        if not {1, 2, 3, 4, 5} <= stated and not self.lifted("I22-6", case):
            yield "I22-6"
        if not _handed_in(data.get("materials", []), "application-report"):
            yield "I22-7"
        yield from _statistics(data)
        if self._barred(case, None, day):
            yield "I22-17"
        self.cases[case] = Account(data, day)

    def application_recommended(self, event: JSON, data: JSON, day: date) -> Told:
        case = data["case"]
        account, before = self.cases[case], self.standing(case, data["unit"])
        yield from self.recommends(account, data, day, "I22-2")
        if len(before) >= self.caps(case)["unit"]:
            yield "I22-1"
        if self._hit(case, day, social=False):
            yield "I22-5"
        if self._hit(case, day, social=True) and not self.lifted("I22-18", case):
            yield "I22-18"
        consent = data.get("consent", {"on": "9999-12-31"})
        forms = _handed_in(data.get("materials", []), "recommendation-form", "declaration-of-truth")
        agreed = date.fromisoformat(consent["on"]) <= day and _named(consent.get("document"))
        if not (agreed and forms and _named(event.get("basis"))):
            yield "I22-7"
        yield from _statistics(data)
        if self.late(case, day):
            yield "I22-9"
        digital = account.application["category"] == "digital" and data["unit"] != "xpcc"
        if digital and "jointly_with" not in data:
            yield "I22-19"
        if self._barred(case, data["unit"], day):
            yield "I22-17"

    def may_review(self, account: Account, case: str) -> Told:
        if not account.recommended:
            yield "I22-2"

    def may_score(self, account: Account) -> Told:
        if account.review is not None:
            yield "I22-10"

    def bonus_recorded(self, event: JSON, data: JSON, day: date) -> Told:
        basis = event.get("basis", {})
        council = {"国务院", "国务院办公厅"}
        if basis.get("issuer") not in council and not basis.get("number", "").startswith("国办发"):
            yield "I22-14"
        self.cases[data["case"]].bonus += data["points"]

    def review_concluded(self, event: JSON, data: JSON, day: date) -> Told:
        if data["passed"] and not self.cases[data["case"]].scores:
            yield "I22-10"
        yield from super().review_concluded(event, data, day)

    def tie_decided(self, event: JSON, data: JSON, day: date) -> Told:
        self.decided.update({case: place for place, case in enumerate(data["order"])})
        yield from ()

    def selection_proposed(self, event: JSON, data: JSON, day: date) -> Told:
        case = data["case"]
        account = self.cases[case]
        if not account.review:
            yield "I22-11"
        if any(a.recommended and not a.retracted and a.review is None for a in self.cases.values()):
            yield "I22-10"
        if self._hit(case, day, social=False):
            yield "I22-5"
        if self._hit(case, day, social=True) and not self.lifted("I22-18", case):
            yield "I22-18"
        if self._barred(case, None, day):
            yield "I22-17"
        if "reason" not in data and case not in self._best(case):
            yield "I22-11"
        if any(case in tie for tie in self._undecided(case)):
            yield "I22-11"
        account.proposed = True
        listed = [
            c for c, a in self.cases.items() if a.proposed and "upheld" not in a.objections.values()
        ]
        if len(listed) > self.caps(case)[account.application["category"]]:
            yield "I22-4"
        units = [self.cases[c].application["unit"] for c in listed]
        if units.count(account.application["unit"]) > 1:
            yield "I22-12"

    def _ranked(self) -> list[str]:
        there = [
            c for c, a in self.cases.items()
            if a.review and not a.retracted and "upheld" not in a.objections.values()
        ]  # fmt: skip
        return sorted(there, key=lambda c: (-self._score(c), self.decided.get(c, 99), c))

    def _score(self, case: str) -> Fraction:
        account = self.cases[case]
        by: dict[str, list[int]] = defaultdict(list)
        for (_, criterion), points in account.scores.items():
            by[criterion].append(points)
        means = [Fraction(sum(p), len(p)) for p in by.values()]
        return sum(means, Fraction(0)) / max(len(means), 1) + account.bonus

    def _best(self, case: str, ranked: list[str] | None = None) -> set[str]:
        """Of all lists that keep the constraints, the one that is first by rank: by brute force."""
        ranked = self._ranked() if ranked is None else ranked
        places = self.caps(case)[self.cases[case].application["category"]]
        floor = self._floor(ranked)
        found: tuple[tuple[bool, ...], set[str]] = ((), set())
        for size in range(min(places, len(ranked)) + 1):
            for chosen in combinations(ranked, size):
                units = [self.cases[c].application["unit"] for c in chosen]
                if len(set(units)) < len(units) or sum(map(_is_west, units)) < min(floor, places):
                    continue
                order = tuple(c in chosen for c in ranked)
                if order > found[0]:
                    found = (order, set(chosen))
        return found[1]

    def _floor(self, ranked: list[str]) -> int:
        """Two, or as many as are there."""
        units = {self.cases[c].application["unit"] for c in ranked}
        return min(2, sum(map(_is_west, units)))

    def _undecided(self, case: str) -> Iterator[set[str]]:
        ranked = self._ranked()
        best = self._best(case)
        for points in {self._score(c) for c in ranked}:
            tied = [c for c in ranked if self._score(c) == points]
            if len(tied) < 2 or all(c in self.decided for c in tied):
                continue
            at = ranked.index(tied[0])
            for first in tied:
                rest = [c for c in tied if c != first]
                turned = [*ranked[:at], first, *rest, *ranked[at + len(tied) :]]
                if self._best(case, turned) != best:
                    yield set(tied)
                    break

    def approval_recorded(self, event: JSON, data: JSON, day: date) -> Told:
        account = self.cases[data["case"]]
        ministry = {"party-group-meeting", "ministry-meeting", "minister-signature"}
        if not account.proposed or data["by"] not in {*ministry, "state-council-general-office"}:
            yield "I22-11"
        if data["by"] == "state-council-general-office":
            standing = {"open", "upheld"} & set(account.objections.values())
            if account.notice is None or not account.closed or standing:
                yield "I22-15"
            self.approved_on[data["case"]] = event["basis"]["published"]
        account.approvals.add(data["by"])

    def lists(self, told: list[JSON]) -> Told:
        """At least two of West and Northeast on every list that a body has approved."""
        last = {e["command"]: e["position"] for e in told if e["topic"] == "approval.recorded"}
        approved: dict[str, set[str]] = defaultdict(set)
        for event in told:
            data = event["data"]
            if event["topic"] == "objection.resolved" and data["upheld"]:
                for cases in approved.values():
                    cases.discard(data["case"])
            if event["topic"] != "approval.recorded":
                continue
            approved[data["by"]].add(data["case"])
            units = [self.cases[case].application["unit"] for case in approved[data["by"]]]
            if event["position"] == last[event["command"]] and sum(map(_is_west, units)) < 2:
                yield f"{event['position']} approval.recorded: I22-13"

    def publicity_opened(self, event: JSON, data: JSON, day: date) -> Told:
        account = self.cases[data["case"]]
        until = date.fromisoformat(data["until"])
        days = [day + timedelta(days=n) for n in range(1, (until - day).days + 1)]
        ministry = {"party-group-meeting", "ministry-meeting", "minister-signature"}
        if sum(map(is_working_day, days)) < 5 or not ministry & account.approvals:
            yield "I22-11"
        yield from super().publicity_opened(event, data, day)

    def may_close(self, account: Account, day: date) -> Told:
        if account.notice is None or day <= account.notice[1]:
            yield "I22-11"

    def designation_awarded(self, event: JSON, data: JSON, day: date) -> Told:
        case = data["case"]
        account = self.cases[case]
        office = "state-council-general-office" in account.approvals
        if not office or "published" not in event.get("basis", {}):
            yield "I22-15"
        if {"open", "upheld"} & set(account.objections.values()):
            yield "I22-15"
        if self._hit(case, day, social=False):
            yield "I22-5"
        if self._barred(case, None, day):
            yield "I22-17"
        first = date.fromisoformat(self.approved_on.get(case, day.isoformat()))
        if (data.get("held_from"), data.get("held_until")) != (
            first.isoformat(), _later(first, 1).isoformat()
        ):  # fmt: skip
            yield "I22-4"
        self.titles[data["designation"]] = data


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def _is_west(unit: str) -> bool:
    return unit == "xpcc" or unit.removeprefix("cn:")[:2] in WEST


def _statistics(data: JSON) -> Told:
    for figure in data.get("statistics", []):
        standing, authority = figure.get("standing"), figure.get("authority", "")
        checked = standing == "checked" and authority == "local-statistics"
        if not checked and not (standing == "published" and authority.endswith("statistics")):
            yield "I22-8"
