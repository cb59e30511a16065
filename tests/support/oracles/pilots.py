"""The oracle of pilot-2013, by RULES.md alone."""

from __future__ import annotations

from datetime import date

from domain.subjects import subject
from tests.support.oracles.account import DIRECT, JSON, Account, Oracle, Told, code_of, handed_in, named


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
        level, code = subject(place).level, code_of(place)
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
        if not handed_in(data.get("materials", []), "application-report"):
            yield "P13-13"
        if own is None and self.late(case, day):
            yield "P13-11"

    def _was_a_pilot(self, place: str, day: date) -> Told:
        held = [t for t in self.titles if t.startswith("pilot-2013/batch") and t.endswith(place)]
        good = [
            t
            for t in held
            if t not in self.withdrawn
            and "held_until" in self.titles[t]
            and day > date.fromisoformat(self.titles[t]["held_until"])
        ]
        if not good:
            yield "P13-3"

    def application_recommended(self, event: JSON, data: JSON, day: date) -> Told:
        case = data["case"]
        before = [c for c in self.standing(case, data["unit"]) if not self.lifted("P13-4", c)]
        yield from self.recommends(self.cases[case], data, day, "P13-7")
        if len(before) >= self.caps(case)["unit"] and not self.lifted("P13-4", case):
            yield "P13-4"
        if not named(event.get("basis")):
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
            a.proposed and not self.lifted("P13-1", c)
            for c, a in self.cases.items()
            if c.split("/")[1] == case.split("/")[1]
        )
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
