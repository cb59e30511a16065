"""The oracle of project-2019, by RULES.md alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from tests.support.oracles.account import JSON, SINGLE, Account, Oracle, Told, code_of, handed_in, named


class Projects(Oracle):
    """project-2019."""

    def __init__(self) -> None:
        super().__init__()
        self.inspected: dict[str, bool] = {}
        self.orders: dict[str, set[int]] = defaultdict(set)
        self.closed: dict[str, date] = {}  # units, and when their intake was closed
        self.confirmed: set[str] = set()  # credit codes

    def credit_code_confirmed(self, event: JSON, data: JSON, day: date) -> Told:
        code = _code_of(data["case"])
        if not _check_digit_fails(code) or not named(event.get("basis")):
            yield "J19-1"
        self.confirmed.add(code)

    def _is_shown(self, event: JSON, case: str) -> bool:
        """Whether a failed check digit is shown of a case, and nothing where it does not fail."""
        code = _code_of(case)
        fails = _check_digit_fails(code) and code not in self.confirmed
        return fails == ("check-digit" in event["judged"].get("unset", []))

    def application_submitted(self, event: JSON, data: JSON, day: date) -> Told:
        case, entity = data["case"], data.get("entity", {})
        code = _code_of(case)
        legal = {"company", "public-institution", "association", "enterprise", "foundation"}
        if (
            not _has_the_form(code)
            or entity.get("legal_form") not in legal
            or not entity.get("mainland", True)
        ):
            yield "J19-1"
        if not self._is_shown(event, case):
            yield "J19-1"
        directions = {str(number) for number in range(1, 11)}
        if len(data.get("fields", [])) != 1 or not set(data["fields"]) <= directions:
            yield "J19-2"
        if data["channel"] != "unit" or data.get("unit") != _unit_of(entity["seat"]):
            yield "J19-12"
        if not handed_in(data.get("materials", []), "application-report"):
            yield "J19-6"
        self.cases[case] = Account(data, day)

    def application_recommended(self, event: JSON, data: JSON, day: date) -> Told:
        case, unit = data["case"], data["unit"]
        account = self.cases[case]
        if not self._is_shown(event, case):
            yield "J19-1"
        yield from self.recommends(account, data, day, "J19-12")
        order = data.get("order")
        taken = {o for c, o in self._orders(case, unit)}
        closed = self.closed.get(unit)
        on_paper = event["actor"]["role"] == "ministry"
        if order is None or order in taken or (closed and not (on_paper and day <= closed)):
            yield "J19-5"
        if data.get("waits", False) != (closed is not None):
            yield "J19-5"
        account.pool = "10" if account.application["fields"] == ["10"] else "1-9"
        if order is not None:
            self.orders[case] = {order}
        if self.late(case, day) or not named(event.get("basis")):
            yield "J19-6"

    def _orders(self, case: str, unit: str) -> Iterator[tuple[str, int]]:
        for other in self.standing(case, unit):
            if other != case:
                yield from ((other, order) for order in self.orders[other])

    def order_revised(self, event: JSON, data: JSON, day: date) -> Told:
        case, unit = data["case"], data["unit"]
        if case not in self.standing(case, unit):
            yield "H-2"
        if self.late(case, day) or unit in self.closed:
            yield "L-1"
        self.orders[case] = {data["order"]}

    def intake_closed(self, event: JSON, data: JSON, day: date) -> Told:
        case = data["case"]
        account = self.cases[case]
        unit = account.application["unit"]
        deadline = self.parameters(case).get("deadline")
        if deadline and day <= date.fromisoformat(deadline["day"]):
            yield "J19-5"
        self.closed.setdefault(unit, day)
        if any(order in self.orders[case] for other, order in self._orders(case, unit)):
            yield "J19-5"
        ahead = [
            other
            for other, order in self._orders(case, unit)
            if self.cases[other].pool == account.pool and order < min(self.orders[case], default=0)
        ]
        if data["taken"] != (len(ahead) < self._cap(case, account)):
            yield "J19-3/J19-4/J19-5"
        account.intake = data["taken"]

    def _cap(self, case: str, account: Account) -> int:
        unit = account.application["unit"]
        single = unit == "xpcc" or code_of(unit) in SINGLE
        return self.caps(case)[f"{'single' if single else 'province'}/{account.pool}"]

    def case_admitted(self, event: JSON, data: JSON, day: date) -> Told:
        case = data["case"]
        account = self.cases[case]
        unit = account.application["unit"]
        there = [c for c in self.standing(case, unit, {account.pool}) if self.cases[c].intake]
        if len(there) >= self._cap(case, account):
            yield "J19-4" if unit == "xpcc" or code_of(unit) in SINGLE else "J19-3"
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
        if account.notice is None or not account.closed or "published" not in event.get("basis", {}):
            yield "J19-7"
        if not self._is_shown(event, data["case"]):
            yield "J19-1"
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


_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _has_the_form(code: str) -> bool:
    """GB 32100: eighteen characters; 92…: a sole trader, who is no legal person."""
    return len(code) == 18 and not set(code) - set(_CHARACTERS) and not code.startswith("92")


def _check_digit_fails(code: str) -> bool:
    total = sum(_CHARACTERS.index(c) * 3**place for place, c in enumerate(code[:17]))
    return _CHARACTERS[-total % 31] != code[17]


def _code_of(case: str) -> str:
    return case.split("/", 2)[2].removeprefix("project:").split("/")[0]


def _unit_of(seat: str) -> str:
    code = code_of(seat)
    if code[:4] + "00" in SINGLE:
        return f"cn:{code[:4]}00"
    return "xpcc" if code.startswith("6590") else f"cn:{code[:2]}0000"
