"""The oracle of city-2019: judges recorded events again, by RULES.md alone. One file, as the measure is
one text.

It knows nothing of the ledger's rules: it reads the events' plain JSON in order, keeps its own account
of each case, and says where an accepted sequence breaks a rule. From the domain it takes reference
data only (names and codes of divisions, the calendar of working days).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from domain.dates import is_working_day
from domain.subjects import subject

FIELDS = {"life", "public-service", "industry", "new-product"}
DIRECT = {"110000", "120000", "310000", "500000", "210200", "330200", "350200", "370200", "440300"}
TITLES = {"comprehensive": "信息消费示范城市(综合型)", "special": "信息消费示范城市(特色型)"}


@dataclass
class Account:
    """What the oracle has noted of one case."""

    application: dict[str, Any]
    supplements: list[dict[str, Any]] = field(default_factory=list)
    retracted: bool = False
    recommended: bool = False
    declined: bool = False
    form: bool | None = None
    review: bool | None = None
    defence: bool | None = None
    proposed: dict[str, Any] | None = None
    notice: tuple[date, date] | None = None
    closed: bool = False
    objections: dict[int, str] = field(default_factory=dict)  # number: open, late, upheld, rejected
    interests: set[str] = field(default_factory=set)
    scores: set[tuple[str, str]] = field(default_factory=set)
    awarded: bool = False


class City:
    """Reads a ledger's events, in order; `broken` is what it found."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self.cases: dict[str, Account] = {}
        self.parameters: dict[str, dict[str, Any]] = {}
        self.choices: dict[str, dict[str, str]] = defaultdict(dict)
        self.exceptions: set[tuple[str, str]] = set()
        self.places: dict[str, set[str]] = defaultdict(set)  # pool: entries awarded
        self.announced: dict[int, str] = {}  # year: document
        self.titles: dict[str, dict[str, Any]] = {}  # entry: award
        self.assessed: dict[str, list[bool]] = defaultdict(list)
        self.withdrawn: dict[str, date] = {}

    def read(self, events: Iterable[bytes]) -> None:
        for text in events:
            event = json.loads(text)
            handler = getattr(self, event["topic"].replace(".", "_").replace("-", "_"), None)
            day = date.fromisoformat(event["effective"])
            for rule in self.always(event, day):
                self.broken.append(f"{event['position']} {event['topic']}: {rule}")
            if handler is not None:
                for rule in handler(event, event["data"], day):
                    self.broken.append(f"{event['position']} {event['topic']}: {rule}")

    # --- whatever the act

    def always(self, event: dict[str, Any], day: date) -> Iterator[str]:
        if day < date(2019, 3, 18):
            yield "C19-22"
        today = date.fromisoformat(_shanghai(event["recorded_at"]))
        actor, basis = event["actor"], event.get("basis", {})
        document = basis.get("number") or basis.get("title")
        if day != today and not (actor["role"] in {"ministry", "administrator"} and document):
            yield "L-4"
        about = event["data"].get("case") or event["data"].get("designation")
        if about and actor["role"] in {"applicant", "provincial-unit"}:
            place = about.split("/")[2]
            own = place if actor["role"] == "applicant" else f"cn:{_code(place, day)[:2]}0000"
            if actor["unit"] != own and event["topic"] != "objection.lodged":
                yield "H-1"

    def account(self, data: dict[str, Any]) -> Account:
        return self.cases[data["case"]]

    # --- terms

    def round_opened(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        key = f"{data['programme']}/{data['round']}"
        if key in self.parameters:
            yield "L-1"
        self.parameters[key] = data.get("parameters", {})
        for stated in self._stated(data.get("parameters", {})):
            source = stated.get("source", {})
            if not (source.get("number") or source.get("title")):
                yield "L-11"

    @staticmethod
    def _stated(parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield from parameters.get("caps", [])
        yield from parameters.get("criteria", [])
        yield from (parameters[key] for key in ("deadline", "publicity") if key in parameters)

    def reading_recorded(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        if not event.get("basis"):
            yield "H-3"
        if "choice" in data:
            self.choices[f"{data['programme']}/{data['round']}"][data["point"]] = data["choice"]

    def exception_granted(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        if not event.get("basis"):
            yield "H-3"
        if data["rule"] not in {"C19-6", "C19-7", "C19-13"}:
            yield "H-2"
        self.exceptions.add((data["rule"], data["entry"]))

    def terms(self, case: str) -> dict[str, Any]:
        return self.parameters["/".join(case.split("/")[:2])]

    # --- intake

    def application_submitted(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        case, fields = data["case"], data.get("fields", [])
        programme, round_, place = case.split("/")[:3]
        entry = f"{programme}/{round_}/{place}"
        if f"{programme}/{round_}" not in self.parameters:
            yield "H-2"
            return
        yield from _category(data["category"], fields)
        code = _code(place, day)
        name = subject(place).named(day).name
        if not (name.endswith("市") and code.endswith("00")):
            yield "C19-2"
        if data["channel"] == "direct":
            if code not in DIRECT:
                yield "C19-3"
        elif data.get("unit") != f"cn:{code[:2]}0000":
            yield "C19-3"
        yield from _conditions(data["category"], fields, data.get("conditions", []))
        yield from _materials(data)
        for other, account in self.cases.items():
            if "/".join(other.split("/")[:3]) == entry and not account.retracted:
                yield "L-1" if account.application["category"] == data["category"] else "C19-8"
        if data["channel"] == "direct":
            yield from self._deadline(case, day)
        self.cases[case] = Account(data)

    def _deadline(self, case: str, day: date) -> Iterator[str]:
        deadline = self.terms(case).get("deadline")
        if deadline and day > date.fromisoformat(deadline["day"]):
            yield "L-11"

    def application_supplemented(
        self, event: dict[str, Any], data: dict[str, Any], day: date
    ) -> Iterator[str]:
        account = self.account(data)
        if account.retracted:
            yield "H-2"
        if account.review is not None:
            yield "C19-11"
        yield from _statistics(data)
        account.supplements.append(data)

    def application_retracted(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account = self.account(data)
        if account.retracted or account.awarded:
            yield "H-2"
        account.retracted = True

    def application_recommended(
        self, event: dict[str, Any], data: dict[str, Any], day: date
    ) -> Iterator[str]:
        account = self.account(data)
        basis = event.get("basis", {})
        if account.retracted:
            yield "H-2"
        if account.recommended or account.declined:
            yield "L-1"
        reviewed = date.fromisoformat(data.get("reviewed_on", "9999-12-31"))
        if account.application.get("unit") != data["unit"] or reviewed > day:
            yield "C19-3"
        if not (basis.get("number") or basis.get("title")):
            yield "C19-10"
        yield from self._deadline(data["case"], day)
        account.recommended = True

    def recommendation_declined(
        self, event: dict[str, Any], data: dict[str, Any], day: date
    ) -> Iterator[str]:
        account = self.account(data)
        if account.recommended or account.declined:
            yield "L-1"
        account.declined = True

    def decline_revised(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account = self.account(data)
        if not account.declined or account.application.get("unit") != data["unit"]:
            yield "H-2"
        deadline = self.terms(data["case"]).get("deadline")
        if day > date.fromisoformat(deadline["day"]) if deadline else account.form is not None:
            yield "L-1"
        account.declined = False

    # --- reviews

    def formal_review_recorded(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account = self.account(data)
        if account.retracted:
            yield "H-2"
        if account.application["channel"] == "unit" and not account.recommended:
            yield "C19-3"
        if account.form:
            yield "L-1"
        account.form = data["passed"]

    def interest_declared(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        self.account(data).interests.add(data["reviewer"])
        yield from ()

    def score_recorded(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account = self.account(data)
        yield from self._under_review(account)
        home = event["actor"]["unit"]
        if data["reviewer"] in account.interests or home == account.application["province"]:
            yield "L-7"
        if (data["reviewer"], data["criterion"]) in account.scores:
            yield "L-1"
        criteria = {c["code"]: c for c in self.terms(data["case"]).get("criteria", [])}
        if criteria:
            own = criteria.get(data["criterion"])
            if own is None or data["points"] > own["most"] or data["weight"] != own["weight"]:
                yield "L-11"
        account.scores.add((data["reviewer"], data["criterion"]))

    def site_inspected(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        yield from self._under_review(self.account(data))

    def _under_review(self, account: Account) -> Iterator[str]:
        if account.retracted:
            yield "H-2"
        if not account.form or account.review is not None:
            yield "C19-11"

    def review_concluded(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account = self.account(data)
        yield from self._under_review(account)
        account.review = data["passed"]

    def defence_held(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account = self.account(data)
        if not account.review:
            yield "C19-11"
        if account.defence is not None:
            yield "L-1"
        account.defence = data["passed"]

    # --- the list and the award

    def selection_proposed(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account = self.account(data)
        if account.retracted:
            yield "H-2"
        if not account.defence:
            yield "C19-11"
        if account.proposed:
            yield "L-1"
        yield from self._as_applied(data, account)
        account.proposed = data

    def _as_applied(self, data: dict[str, Any], account: Account) -> Iterator[str]:
        fields = data.get("fields", [])
        yield from _category(data["category"], fields)
        applied = account.application
        if data["category"] != applied["category"] or set(fields) - set(applied.get("fields", [])):
            yield "C19-8"

    def publicity_opened(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account = self.account(data)
        until = date.fromisoformat(data["until"])
        if account.proposed is None:
            yield "C19-11"
        if "upheld" in account.objections.values():
            yield "L-5"
        round_ = "/".join(data["case"].split("/")[:2])
        first = self.choices[round_].get("Q-9") == "first-day-counted"
        length = self.terms(data["case"]).get("publicity", {}).get("working_days", 1)
        days = [day + timedelta(days=n) for n in range(0 if first else 1, (until - day).days + 1)]
        if sum(map(is_working_day, days)) < length and "publicity" in self.terms(data["case"]):
            yield "L-11"
        account.notice, account.closed = (day, until), False

    def objection_lodged(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account = self.account(data)
        if account.notice is None:
            yield "H-2"
            return
        within = account.notice[0] <= day <= account.notice[1]
        if data["within"] != within:
            yield "L-5"
        account.objections[data["objection"]] = "open" if within else "late"

    def objection_resolved(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account = self.account(data)
        if account.objections.get(data["objection"]) not in {"open", "late"}:
            yield "L-1"
        account.objections[data["objection"]] = "upheld" if data["upheld"] else "rejected"

    def publicity_closed(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account = self.account(data)
        if account.notice is None or day <= account.notice[1]:
            yield "C19-11"
        account.closed = True

    def designation_awarded(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        account, entry = self.account(data), data["designation"]
        basis = event.get("basis", {})
        document = basis.get("number") or basis.get("title")
        words = data["title"].replace("（", "(").replace("）", ")").replace(" ", "")
        if not document or "published" not in basis or words != TITLES[data["category"]]:
            yield "C19-12"
        if account.notice is None or not account.closed or day <= account.notice[1]:
            yield "C19-11"
        if {"open", "upheld"} & set(account.objections.values()):
            yield "L-5"
        if account.retracted:
            yield "H-2"
        if account.awarded:
            yield "L-1"
        yield from self._as_applied(data, account)
        listed = account.proposed or {}
        if set(data.get("fields", [])) - set(listed.get("fields", [])):
            yield "C19-8"
        yield from self._within_the_total(event, data, entry)
        year = int(basis.get("published", str(day))[:4])
        if self.announced.setdefault(year, document or "") != document:
            if ("C19-13", entry) not in self.exceptions:
                yield "C19-13"
            elif not event["judged"].get("exceptions"):
                yield "C19-13 lifted without a trace"
        account.awarded = True
        self.titles[entry] = data

    def _within_the_total(self, event: dict[str, Any], data: dict[str, Any], entry: str) -> Iterator[str]:
        caps = {c["pool"]: c["places"] for c in self.terms(data["case"]).get("caps", [])}
        round_ = "/".join(entry.split("/")[:2])
        names = [f"special/{f}" for f in data.get("fields", [])] or ["comprehensive"]
        for name in names:
            taken = self.places[f"{round_}/{name}"]
            rule = "C19-6" if name == "comprehensive" else "C19-7"
            excepted = (rule, entry) in self.exceptions
            if excepted != data.get("beside", False):
                yield f"{rule}: an exception that is not said, or is said and not there"
            if name not in caps:
                if f"cap:{name}" not in event["judged"].get("unset", []):
                    yield f"L-8: {name} is not said to be unset"
            elif excepted:
                if not event["judged"].get("exceptions"):
                    yield f"{rule} lifted without a trace"
            elif len(taken) >= caps[name]:
                yield rule
            if not excepted:
                taken.add(entry)

    # --- while it is held

    def _held(self, data: dict[str, Any], day: date) -> Iterator[str]:
        title = data["designation"]
        if title not in self.titles or (title in self.withdrawn and day >= self.withdrawn[title]):
            yield "H-2"

    def progress_reported(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        yield from self._held(data, day)

    def assessment_recorded(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        yield from self._held(data, day)
        self.assessed[data["designation"]].append(data["passed"])

    inspection_recorded = support_recorded = arrangement_recorded = progress_reported

    def designation_withdrawn(self, event: dict[str, Any], data: dict[str, Any], day: date) -> Iterator[str]:
        yield from self._held(data, day)
        ground, basis = data["ground"], event.get("basis", {})
        failed = self.assessed[data["designation"]][-1:] == [False]
        if (
            ground not in {"1", "2", "3", "4"}
            or (ground == "2" and not failed)
            or (ground == "4" and "act" not in data)
            or "published" not in basis
        ):
            yield "C19-16"
        self.withdrawn[data["designation"]] = day


def _code(place: str, day: date) -> str:
    return subject(place).named(day).code


def _shanghai(instant: str) -> str:
    """The day in Shanghai, eight hours ahead of UTC."""
    day, hour = date.fromisoformat(instant[:10]), int(instant[11:13])
    return (day + timedelta(days=(hour + 8) // 24)).isoformat()


def _category(category: str, fields: list[str]) -> Iterator[str]:
    one_of_two = category in TITLES
    right = not fields if category == "comprehensive" else bool(fields)
    if not one_of_two or not right or set(fields) - FIELDS or len(set(fields)) < len(fields):
        yield "C19-1"


def _conditions(category: str, fields: list[str], conditions: list[dict[str, Any]]) -> Iterator[str]:
    numbers = {c["number"] for c in conditions}
    if category == "comprehensive":
        first = [c for c in conditions if c["number"] == 1 and c.get("document", {}).get("title")]
        second = [c for c in conditions if c["number"] == 2 and "facility" in c]
        if not {1, 2, 3, 4, 5} <= numbers or not first or not second:
            yield "C19-4"
        return
    for name in fields:
        own = {c["number"]: c for c in conditions if c.get("field") == name}
        if not {2, 3, 4} <= own.keys() or "facility" not in own[4]:
            yield "C19-5"
    if 1 not in numbers:
        yield "C19-5"


def _materials(data: dict[str, Any]) -> Iterator[str]:
    given = {m["kind"]: m for m in data.get("materials", [])}
    for kind in ("application-form", "application-report"):
        if kind not in given or not given[kind].get("original") or "sha256" not in given[kind]:
            yield "C19-10"
    yield from _statistics(data)


def _statistics(data: dict[str, Any]) -> Iterator[str]:
    for figure in data.get("statistics", []):
        known = figure.get("authority") in {"national-statistics", "miit-statistics"}
        if not known or figure.get("standing") not in {"published", "recognised"}:
            yield "C19-10"
