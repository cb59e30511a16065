"""A round of city-2019, and the years of its holders, by dice. One file, as the measure is one text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, TypeAlias

from domain.commands import (
    Apply,
    Award,
    Candidate,
    ClosePublicity,
    ConcludeReview,
    DeclareInterest,
    Decline,
    GrantException,
    HoldDefence,
    Honour,
    InspectSite,
    LodgeObjection,
    OpenPublicity,
    OpenRound,
    ProposeSelection,
    Reassess,
    Recommend,
    RecordArrangement,
    RecordIncident,
    RecordInspection,
    RecordReading,
    RecordSupport,
    ReportProgress,
    ResolveObjection,
    Retract,
    ReviewFormally,
    ReviseDecline,
    Score,
    Statement,
    Supplement,
    Withdraw,
)
from domain.commands.command import Command
from domain.events import Cap, Criterion, Deadline, Material, Parameters, Publicity, Statistic
from domain.kernel import Actor, Document
from domain.programmes.city_2019 import CITY_2019, FIELDS
from domain.subjects import Subject, everyone, subject
from scripts.dice import DIGEST, MINISTRY, Play, Script, Step

FIRST_YEAR, LAST_DAY = 2019, date(2026, 6, 30)


@cache
def cities() -> tuple[Subject, ...]:
    """The cities of prefecture level and above of all the years that are played."""
    years = range(FIRST_YEAR, LAST_DAY.year + 1)
    return tuple(
        place
        for place in everyone()
        if place.level in {"prefecture-city", "municipality"}
        and all(place.existed_in(year) for year in years)
    )


@cache
def others() -> tuple[Subject, ...]:
    """Places that are no such city: counties, districts, prefectures, leagues."""
    levels = {"county-city", "district", "autonomous-prefecture", "league", "prefecture", "county"}
    return tuple(p for p in everyone() if p.level in levels and p.existed_in(LAST_DAY.year))


@dataclass(slots=True)
class CityInARound:
    """A city in a round, as the script remembers it."""

    city: Subject
    category: str
    fields: tuple[str, ...]
    case: str = ""
    alive: bool = True  # as far as the script knows
    objections: int = 0


@dataclass(slots=True, kw_only=True)
class Round(Play):
    """One round of city-2019, played by dice."""

    entrants: list[CityInARound] = field(default_factory=list)
    id: str = ""
    terms: Parameters = field(default_factory=Parameters)
    holders: list[CityInARound] = field(default_factory=list)  # of this round, in the end

    def __post_init__(self) -> None:
        self.id = self.id or str(self.year)

    # --- the round

    def play(self) -> Script:
        """From its opening to its award."""
        yield from self.open()
        yield from self.intake()
        yield from self.reviews()
        yield from self.selection()
        yield from self.publicity()
        yield from self.award()

    def open(self) -> Script:
        day = max(self.day(3, 19, 10), date(2019, 3, 19))
        source = self.document("关于组织申报的通知", day)
        self.terms = self._terms(source)
        opening = OpenRound(
            actor=MINISTRY, basis=source, of="city-2019", round=self.id, parameters=self.terms
        )
        if self.slips():
            early = replace(opening, effective="2019-03-01")
            yield from self.ask(day, early)
            yield from self.ask(day, replace(opening, of="upgrading-2017"))
        if self.slips() and self.terms.caps:
            unnamed = tuple(replace(cap, source=None) for cap in self.terms.caps)
            parameters = replace(self.terms, caps=unnamed)
            yield from self.ask(day, replace(opening, parameters=parameters))
        yield from self.ask(day, opening)
        if self.slips():
            yield from self.ask(day, opening)
        if self.dice.random() < 0.3:
            reading = RecordReading(
                actor=MINISTRY,
                basis=source,
                of="city-2019",
                round=self.id,
                point="Q-9",
                reading="公示首日的计算",
                choice=self.dice.choice(["first-day-counted", "first-day-not-counted"]),
            )
            if self.slips():
                yield from self.ask(day, replace(reading, basis=None))
            yield from self.ask(day, reading)

    def _terms(self, source: Document) -> Parameters:
        """Some parameters are set, some are not."""
        dice = self.dice
        caps = []
        if dice.random() < 0.7:
            caps.append(Cap("comprehensive", dice.randrange(1, 4), source))
        caps += [
            Cap(f"special/{name}", dice.randrange(1, 3), source) for name in FIELDS if dice.random() < 0.6
        ]
        criteria = (
            [
                Criterion(code, name, 10_000, weight, source)
                for code, name, weight in (
                    ("supply", "供给水平", 4_000),
                    ("coverage", "覆盖面", 3_500),
                    ("environment", "发展环境", 2_500),
                )
            ]
            if dice.random() < 0.7
            else []
        )
        return Parameters(
            Deadline(date(self.year, 5, 31).isoformat(), source) if dice.random() < 0.7 else None,
            tuple(caps),
            tuple(criteria),
            Publicity(5, source) if dice.random() < 0.5 else None,
        )

    # --- intake

    def intake(self) -> Script:
        days = self.days(4, 1, 45, len(self.entrants))
        for entrant, day in zip(self.entrants, days, strict=True):
            yield from self._applies(entrant, day)
        through = [entrant for entrant in self.alive() if not _direct(entrant.city)]
        for entrant, day in zip(through, self.days(5, 16, 18, len(through)), strict=True):
            yield from self._recommended(entrant, day)

    def application(self, entrant: CityInARound) -> Apply:
        city, dice = entrant.city, self.dice
        direct = _direct(city) and dice.random() < 0.9
        figure = Statistic(
            "软件业务收入",
            dice.randrange(10, 9_000),
            "亿元",
            str(self.year - 1),
            "miit-statistics",
            "published",
        )
        return Apply(
            actor=Actor(f"p-{city.id}", "applicant", city.id),
            of="city-2019",
            round=self.id,
            subject=city.id,
            category=entrant.category,
            fields=entrant.fields,
            channel="direct" if direct else "unit",
            unit=None if direct else city.province,
            conditions=self._conditions(entrant),
            materials=(
                Material("application-form", DIGEST, True),
                Material("application-report", DIGEST, True),
            ),
            statistics=(figure,),
            led_by=f"{city.today.name}人民政府",
        )

    def _conditions(self, entrant: CityInARound) -> tuple[Statement, ...]:
        facility: Any = self.dice.choice(["built", "planned"])
        if entrant.category == "comprehensive":
            task = Document(title=f"{self.year}年政府工作报告重点任务")
            return (
                Statement(1, "列入市政府重点工作", document=task),
                Statement(2, "体验中心", facility=facility),
                *(Statement(number, "已具备") for number in (3, 4, 5)),
            )
        each = (
            Statement(number, "已具备", name, facility=facility if number == 4 else None)
            for name in entrant.fields
            for number in (2, 3, 4)
        )
        return (Statement(1, "有明确的机构"), *each)

    def _applies(self, entrant: CityInARound, day: date) -> Script:
        act = self.application(entrant)
        if self.slips():
            slip = self.dice.choice(_APPLYING_SLIPS)
            yield from self.ask(day, slip(self, act))
        told = yield from self.ask(day, act)
        entrant.alive = told.accepted
        if not told.accepted:
            return
        entrant.case = told.cases[0]
        if self.slips():
            other = CityInARound(entrant.city, *self.category(not_as=entrant.category))
            again = self.dice.choice([act, self.application(other)])
            yield from self.ask(day, again)
        if self.dice.random() < 0.15:
            more = Supplement(actor=act.actor, case=entrant.case, materials=(Material("annex", DIGEST),))
            yield from self.ask(day, more)
        if self.dice.random() < 0.1:
            yield from self.ask(day, Retract(actor=act.actor, case=entrant.case, reason="材料有误"))
            told = yield from self.ask(day, self.application(entrant))
            entrant.alive = told.accepted
            entrant.case = told.cases[0] if told.accepted else entrant.case

    def category(self, *, not_as: str | None = None) -> tuple[str, tuple[str, ...]]:
        """A category and its fields."""
        if not_as == "special" or (not_as is None and self.dice.random() < 0.4):
            return "comprehensive", ()
        return "special", tuple(self.dice.sample(sorted(FIELDS), self.dice.randrange(1, 3)))

    def _recommended(self, entrant: CityInARound, day: date) -> Script:
        unit = entrant.city.province
        own = Actor(f"p-{unit}", "provincial-unit", unit)
        act = Recommend(
            actor=own,
            basis=self.document("推荐函", day),
            case=entrant.case,
            unit=unit,
            reviewed_on=(day - timedelta(days=3)).isoformat(),
        )
        if self.slips():
            early = ReviewFormally(actor=MINISTRY, case=entrant.case, passed=True)
            far = replace(own, unit="cn:110000" if unit != "cn:110000" else "cn:120000")
            yield from self.ask(
                day,
                self.dice.choice(
                    [
                        replace(act, reviewed_on=None),
                        replace(act, basis=None),
                        replace(act, actor=far),
                        early,
                        replace(act, case=f"city-2019/{self.id}/{entrant.city.id}/9"),
                    ]
                ),
            )
        if self.dice.random() < 0.12:
            decline = Decline(actor=own, case=entrant.case, unit=unit, reason="条件尚不具备")
            yield from self.ask(day, decline)
            entrant.alive = False
            if self.slips():
                late = ReviewFormally(actor=MINISTRY, case=entrant.case, passed=True)
                yield from self.ask(day, late)
            if self.dice.random() < 0.6:
                return
            revised = ReviseDecline(actor=own, case=entrant.case, unit=unit, reason="材料已补齐")
            yield from self.ask(day + timedelta(days=self.dice.randrange(20)), revised)
        told = yield from self.ask(day, act)
        entrant.alive = told.accepted  # else it came too late

    # --- reviews

    def alive(self) -> Iterator[CityInARound]:
        yield from (entrant for entrant in self.entrants if entrant.alive)

    def reviews(self) -> Script:
        for entrant in self.alive():
            passed = self.dice.random() < 0.9
            if self.slips():
                yield from self._score(entrant, self._reviewer())
            act = ReviewFormally(actor=MINISTRY, case=entrant.case, passed=passed)
            yield from self.ask(self.day(6, 10, 15), act)
            entrant.alive = passed
        for entrant in self.alive():
            yield from self._expert_review(entrant)
        for entrant in self.alive():
            passed = self.dice.random() < 0.9
            form: Any = self.dice.choice(["on-site", "on-site", "online"])
            defence = HoldDefence(actor=MINISTRY, case=entrant.case, passed=passed, form=form)
            yield from self.ask(self.day(10, 10, 5), defence)
            entrant.alive = passed

    def _expert_review(self, entrant: CityInARound) -> Script:
        day = self.day(7, 1, 30)
        if self.dice.random() < 0.2:
            yield from self.ask(day, InspectSite(actor=MINISTRY, case=entrant.case, findings="情况属实"))
        for _ in range(2):
            yield from self._score(entrant, self._reviewer())
        if self.slips():
            home = replace(self._reviewer(), unit=entrant.city.province)
            yield from self._score(entrant, home)
        if self.dice.random() < 0.15:
            reviewer = self._reviewer()
            yield from self.ask(
                day, DeclareInterest(actor=reviewer, case=entrant.case, explanation="曾任顾问")
            )
            yield from self._score(entrant, reviewer)
        if self.slips():
            yield from self.ask(day, HoldDefence(actor=MINISTRY, case=entrant.case, passed=True))
        passed = self.dice.random() < 0.85
        yield from self.ask(day, ConcludeReview(actor=MINISTRY, case=entrant.case, passed=passed))
        if self.slips():
            yield from self._score(entrant, self._reviewer())
        if not passed and self.slips():
            yield from self.ask(day, HoldDefence(actor=MINISTRY, case=entrant.case, passed=True))
        entrant.alive = passed

    def _reviewer(self) -> Actor:
        number = self.dice.randrange(1, 13)
        return Actor(f"p-expert-{number}", "reviewer", f"cn:{self.dice.choice(['11', '31', '44'])}0000")

    def _score(self, entrant: CityInARound, reviewer: Actor) -> Script:
        codes = [criterion.code for criterion in self.terms.criteria] or ["overall"]
        for code in codes:
            points = self.dice.randrange(5_000, 10_000)
            if self.slips():
                points, code = self.dice.choice([(20_000, code), (points, "beauty")])
            yield from self.ask(
                self.day(7, 1, 30), Score(actor=reviewer, case=entrant.case, criterion=code, points=points)
            )

    # --- selection and publicity

    def selection(self) -> Script:
        day = self.day(11, 1, 3)
        for entrant in self.entrants:
            if entrant.case and not entrant.alive and self.slips():
                yield from self.ask(day, self._proposal(entrant))
        for entrant in self.alive():
            if self.slips():
                wrong = CityInARound(entrant.city, *self.category(), case=entrant.case)
                yield from self.ask(day, self._proposal(wrong))
            told = yield from self.ask(day, self._proposal(entrant))
            if not told.accepted and {"C19-6", "C19-7"} & set(told.rules) and self.slips():
                yield from self._grant(entrant, told.rules, day)
                told = yield from self.ask(day, self._proposal(entrant))
            entrant.alive = told.accepted

    def _grant(self, entrant: CityInARound, rules: Sequence[str], day: date) -> Script:
        for rule in rules:
            yield from self.ask(
                day,
                GrantException(
                    actor=MINISTRY,
                    basis=self.document("专项批复", day),
                    rule=rule,
                    reason="专项支持",
                    entry=f"city-2019/{self.id}/{entrant.city.id}",
                ),
            )

    def _proposal(self, entrant: CityInARound) -> ProposeSelection:
        candidate = Candidate(case=entrant.case, category=entrant.category, fields=entrant.fields)
        return ProposeSelection(actor=MINISTRY, list="1", candidates=(candidate,))

    def publicity(self) -> Script:
        listed = tuple(entrant.case for entrant in self.alive())
        if not listed:
            return
        day = self.day(11, 5, 3)
        notice = OpenPublicity(actor=MINISTRY, list="1", listed=listed, where="部门户网站", working_days=5)
        if self.slips():
            yield from self.ask(day, replace(notice, working_days=2))
        yield from self.ask(day, notice)  # refused, where the short one was no slip: no length is set
        for entrant in list(self.alive()):
            if self.dice.random() < 0.3:
                yield from self._objection(entrant, day + timedelta(days=self.dice.randrange(1, 4)))
        close = ClosePublicity(actor=MINISTRY, list="1", listed=listed)
        if self.slips():
            yield from self.ask(self.clock.date(), close)
        yield from self.ask(self.day(12, 1, 10), close)

    def _objection(self, entrant: CityInARound, day: date) -> Script:
        objection = LodgeObjection(
            actor=Actor("p-public", "public", "public"), case=entrant.case, words="材料不实", author="某市民"
        )
        yield from self.ask(day, objection)
        entrant.objections += 1
        if self.dice.random() < 0.8:
            upheld = self.dice.random() < 0.3
            yield from self.ask(
                day,
                ResolveObjection(
                    actor=MINISTRY,
                    case=entrant.case,
                    objection=entrant.objections,
                    upheld=upheld,
                    reason="经核查",
                ),
            )
            if upheld and not self.slips():
                entrant.alive = False

    # --- the award

    def award(self) -> Script:
        day = date(self.year + 1, 1, 10) + timedelta(days=self.dice.randrange(15))
        document = self.document("关于公布信息消费示范城市名单的公告", day)
        for entrant in self.alive():
            honour = Honour(
                case=entrant.case,
                title=CITY_2019.titles[entrant.category],
                category=entrant.category,
                fields=entrant.fields,
            )
            act = Award(actor=MINISTRY, basis=document, list="1", honours=(honour,))
            if self.slips():
                yield from self.ask(
                    day,
                    self.dice.choice(
                        [
                            replace(act, basis=None),
                            replace(act, honours=(replace(honour, title="示范城市"),)),
                            replace(act, honours=(replace(honour, fields=(*FIELDS,)),)),
                        ]
                    ),
                )
            told = yield from self.ask(day, act)
            if "L-5" in told.rules and entrant.objections and self.dice.random() < 0.7:
                for number in range(1, entrant.objections + 1):
                    yield from self.ask(
                        day,
                        ResolveObjection(
                            actor=MINISTRY,
                            case=entrant.case,
                            objection=number,
                            upheld=False,
                            reason="查无实据",
                        ),
                    )
                told = yield from self._later(act, entrant, day)
            if told.accepted:
                self.holders.append(entrant)
                if self.slips():
                    yield from self.ask(day, act)

    def _later(self, act: Award, entrant: CityInARound, day: date) -> Step:
        """An award of its own, later in the year: against the rule of one announcement a year."""
        if self.dice.random() < 0.5:
            told = yield from self.ask(day, act)
            return told
        later = day + timedelta(days=20)
        own = replace(act, basis=self.document("补充公告", later))
        told = yield from self.ask(later, own)
        if "C19-13" in told.rules and self.dice.random() < 0.6:
            yield from self._grant(entrant, ("C19-13",), later)
            told = yield from self.ask(later, own)
        return told

    # --- while titles are held

    def hold(self, year: int) -> Script:
        """One year in the life of this round's holders."""
        for entrant in list(self.holders):
            yield from self._held(entrant, year)

    def _held(self, entrant: CityInARound, year: int) -> Script:
        dice, years = self.dice, year - self.year
        title = f"city-2019/{self.id}/{entrant.city.id}"
        own = Actor(f"p-{entrant.city.id}", "applicant", entrant.city.id)
        unit = Actor(f"p-{entrant.city.province}", "provincial-unit", entrant.city.province)
        mid = self.day(6, 1, 60, years)
        if dice.random() < 0.5:
            acts: list[Command] = [
                ReportProgress(actor=own, designation=title, kind="regular", words="进展情况"),
                RecordArrangement(actor=own, designation=title, kind="coordination-body", words="领导小组"),
                RecordArrangement(
                    actor=own,
                    designation=title,
                    kind="facility-project",
                    words="体验中心立项",
                    field=entrant.fields[0] if entrant.fields else None,
                ),
                RecordArrangement(actor=unit, designation=title, kind="assistance", words="组织对接"),
                RecordSupport(actor=MINISTRY, designation=title, kind="branding", words="品牌宣传"),
                RecordInspection(
                    actor=MINISTRY, designation=title, carried_out_by="信息技术发展司", passed=True
                ),
            ]
            yield from self.ask(mid, dice.choice(acts))
        if dice.random() < 0.8:
            on = self.day(12, 1, 50, years)  # some are late
            report = ReportProgress(actor=own, designation=title, kind="yearly", year=year, sha256=DIGEST)
            if self.slips():
                stranger = replace(own, unit="cn:310000" if own.unit != "cn:310000" else "cn:120000")
                yield from self.ask(on, replace(report, actor=stranger))
            yield from self.ask(on, report)
        if dice.random() < 0.3:
            yield from self._assessed(entrant, title, years)

    def _assessed(self, entrant: CityInARound, title: str, years: int) -> Script:
        day = self.day(12, 20, 10, years)
        announcement = self.document("撤销公告", day)
        withdraw = Withdraw(actor=MINISTRY, basis=announcement, designation=title, ground="2")
        if self.slips():
            yield from self.ask(
                day,
                self.dice.choice(
                    [
                        replace(withdraw, ground="slow-growth"),
                        replace(withdraw, basis=None),
                        replace(withdraw, ground="4"),
                        withdraw,
                    ]
                ),
            )
        passed = self.dice.random() < 0.7
        yield from self.ask(day, Reassess(actor=MINISTRY, designation=title, passed=passed, on_site=True))
        if passed and self.dice.random() < 0.1:
            finding = self.document("事件通报", day)
            yield from self.ask(
                day,
                RecordIncident(
                    actor=MINISTRY,
                    basis=finding,
                    subject=entrant.city.id,
                    kind="harm-to-environment",
                    words="破坏信息消费环境的重大事件",
                    happened_on=day.isoformat(),
                    grade="serious",
                ),
            )
            withdraw = replace(withdraw, ground="3")
        elif passed:
            return
        told = yield from self.ask(day, withdraw)
        if told.accepted:
            self.holders = [h for h in self.holders if h is not entrant]


def _direct(city: Subject) -> bool:
    return city.is_municipality or city.is_separately_planned


Slip: TypeAlias = Callable[[Round, Apply], Command]


def _elsewhere(round_: Round, act: Apply) -> Apply:
    place = round_.dice.choice(others())
    return replace(
        act, actor=replace(act.actor, unit=place.id), subject=place.id, channel="unit", unit=place.province
    )


def _other_way(_round: Round, act: Apply) -> Apply:
    if act.channel == "direct":
        return replace(act, unit=subject(act.subject).province)
    return replace(act, channel="direct", unit=None)


_APPLYING_SLIPS: tuple[Slip, ...] = (
    _elsewhere,
    _other_way,
    lambda _, act: replace(act, actor=replace(act.actor, unit="cn:330300")),
    lambda _, act: replace(act, round="never"),
    lambda _, act: replace(act, effective="2019-04-01"),
    lambda _, act: replace(act, actor=MINISTRY, basis=Document(title="纸质申报"), effective="2019-03-01"),
    lambda _, act: replace(act, actor=MINISTRY),
    lambda _, act: replace(act, category="smart"),
    lambda _, act: replace(act, category="special", fields=()),
    lambda _, act: replace(act, channel="unit", unit="cn:540000"),
    lambda _, act: replace(act, conditions=act.conditions[1:]),
    lambda _, act: replace(act, conditions=act.conditions[:-1]),
    lambda _, act: replace(act, materials=act.materials[1:]),
    lambda _, act: replace(act, statistics=(replace(act.statistics[0], authority="city-bureau"),)),
)


def one_round(seed: int, *, size: int = 8) -> Script:
    """A single round and the year after it, of a few cities; for the oracle."""
    dice = Random(seed)  # nosec B311
    year = dice.randrange(FIRST_YEAR, 2025)
    round_ = Round(dice=dice, year=year)
    chosen = dice.sample(cities(), size)
    round_.entrants = [CityInARound(city, *round_.category()) for city in chosen]
    yield from round_.play()
    yield from round_.hold(year + 1)
