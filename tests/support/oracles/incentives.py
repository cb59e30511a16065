"""The oracle of incentive-2022, by RULES.md alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations

from domain.dates import is_working_day
from domain.subjects import subject
from tests.support.oracles.account import JSON, WEST, Account, Oracle, Told, code_of, handed_in, named


class Incentives(Oracle):
    """incentive-2022."""

    def __init__(self) -> None:
        super().__init__()
        self.incidents: list[JSON] = []
        self.bars: list[JSON] = []
        self.decided: dict[str, int] = {}
        self.approved_on: dict[str, str] = {}

    def round_opened(self, event: JSON, data: JSON, day: date) -> Told:
        year, _, measure = data["round"].partition("-")
        if not (len(year) == 4 and year.isdecimal() and measure in {"industry", "digital"}):
            yield "I22-4"
        yield from super().round_opened(event, data, day)

    def incident_recorded(self, event: JSON, data: JSON, day: date) -> Told:
        self.incidents.append(data)
        yield from ()

    def debarment_imposed(self, event: JSON, data: JSON, day: date) -> Told:
        self.bars.append({**data, "since": day})
        signed = date.fromisoformat(event["basis"].get("published", day.isoformat()))
        code = code_of(data["subject"])
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
            counts = incident["kind"] == "social" if social else grave and incident["kind"] != "social"
            if counts and place in incident["areas"] and happened <= day <= _later(happened, 3):
                return True
        return False

    def application_submitted(self, event: JSON, data: JSON, day: date) -> Told:
        case, place = data["case"], data["case"].split("/")[2]
        of, code = subject(place), code_of(place)
        unit = "xpcc" if code.startswith("6590") else f"cn:{code[:2]}0000"
        if data["channel"] != "unit" or data.get("unit") != unit:
            yield "I22-2"
        municipal = of.level in {"district", "county"} and code[:2] in {"11", "12", "31", "50"}
        high = of.level in {"prefecture-city", "prefecture", "autonomous-prefecture", "league"}
        of_xpcc = unit == "xpcc" and of.level == "county-city"
        if not (high or municipal or of_xpcc) and not self.lifted("I22-3", case):
            yield "I22-3"
        if data["category"] not in {"industry", "digital"} or data["category"] not in case.split("/")[1]:
            yield "I22-4"
        stated = {c["number"] for c in data.get("conditions", [])}
        if not {1, 2, 3, 4, 5} <= stated and not self.lifted("I22-6", case):
            yield "I22-6"
        if not handed_in(data.get("materials", []), "application-report"):
            yield "I22-7"
        yield from _statistics(data, case, self.parameters(case))
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
        forms = handed_in(data.get("materials", []), "recommendation-form", "declaration-of-truth")
        agreed = self.opened(case) <= date.fromisoformat(consent["on"]) <= day
        agreed = agreed and named(consent.get("document"))
        agreed = agreed and consent.get("by") == _is_called(data["unit"], "人民政府")
        if not (agreed and forms and named(event.get("basis"))):
            yield "I22-7"
        yield from _statistics(data, case, self.parameters(case))
        if self.late(case, day):
            yield "I22-9"
        digital = account.application["category"] == "digital" and data["unit"] != "xpcc"
        joins = _is_called(subject(case.split("/")[2]).province, "通信管理局")
        if data.get("jointly_with", joins if not digital else None) != joins:
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
        if not set(data.get("practice", "none").split("-and-")) <= {"industry", "informatisation"}:
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
        listed = [c for c, a in self.cases.items() if a.proposed and "upheld" not in a.objections.values()]
        if len(listed) > self.caps(case)[account.application["category"]]:
            yield "I22-4"
        units = [self.cases[c].application["unit"] for c in listed]
        if units.count(account.application["unit"]) > 1:
            yield "I22-12"

    def _ranked(self) -> list[str]:
        there = [
            c
            for c, a in self.cases.items()
            if a.review and not a.retracted and "upheld" not in a.objections.values()
        ]
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
        """At least two of West and Northeast, of whom a body has approved and who is on other lists."""
        last = {e["command"]: e["position"] for e in told if e["topic"] == "approval.recorded"}
        approved: dict[str, set[str]] = defaultdict(set)
        listed: dict[str, str] = {}
        for event in told:
            data = event["data"]
            if event["topic"] == "selection.proposed":
                listed[data["case"]] = data["list"]
            left = event["topic"] == "objection.resolved" and data["upheld"]
            if left or event["topic"] == "application.retracted":
                listed.pop(data["case"], None)
            if event["topic"] != "approval.recorded":
                continue
            approved[data["by"]].add(data["case"])
            cases = {c for c, name in listed.items() if c in approved[data["by"]] or name != data["list"]}
            units = [self.cases[case].application["unit"] for case in cases]
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
            first.isoformat(),
            _later(first, 1).isoformat(),
        ):
            yield "I22-4"
        self.titles[data["designation"]] = data


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def _is_west(unit: str) -> bool:
    return unit == "xpcc" or unit.removeprefix("cn:")[:2] in WEST


def _is_called(place: str, body: str) -> str:
    return subject(place).today.name + ("" if (place, body) == ("xpcc", "人民政府") else body)


def _statistics(data: JSON, case: str, parameters: JSON) -> Told:
    """In the list: checked by the subject's own department. Else an organ of some level may publish it."""
    own = _is_called(case.split("/")[2], "统计局")
    listed = {indicator["name"] for indicator in parameters.get("indicators", [])}
    levels = {"national", "provincial", "prefecture", "county"}
    for figure in data.get("statistics", []):
        checked = figure.get("standing") == "checked" and figure.get("organ") == own
        level = figure.get("authority", "").removesuffix("-statistics")
        published = figure.get("standing") == "published" and level in levels
        if not checked and (figure["name"] in listed or not published):
            yield "I22-8"
