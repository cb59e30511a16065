"""Rounds of incentive-2022, played by dice: one measure of a year. One file, as the measure is one text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.bodies import called
from domain.commands import (
    Apply,
    Approve,
    Award,
    Candidate,
    ConcludeReview,
    Debar,
    DecideTie,
    LodgeObjection,
    OpenRound,
    ProposeSelection,
    Recommend,
    RecordBonus,
    RecordIncident,
    RecordSupport,
    Refer,
    ResolveObjection,
    Score,
    Statement,
)
from domain.events import Cap, Consent, Deadline, Indicator, Parameters, Statistic
from domain.kernel import Actor, Document
from domain.programmes import incentive_2022
from domain.subjects import find, subject
from scripts.dice import MINISTRY, Script, Step
from scripts.plays.of_a_round import FORMS, REPORT, Entrant, OfARound, as_unit, of_a_province, places

FIVE = tuple(Statement(number, "已具备") for number in range(1, 6))
OFFICE = "state-council-general-office"


def joins(unit: str | None) -> str | None:
    """The communications administration that a unit puts forward with; the XPCC has none named."""
    return None if unit in {None, "xpcc"} else called("communications-administration", subject(str(unit)))


@dataclass(slots=True, kw_only=True)
class Incentives(OfARound):
    """One measure of a year."""

    measure: str

    def play(self) -> Script:
        yield from self._before()
        yield from self._open()
        yield from self._intake()
        yield from self._committee()
        yield from self._settle()
        yield from self._publish()
        yield from self._after()

    def _before(self) -> Script:
        """What happened in the years before, and who was barred."""
        for entrant in self.entrants:
            if self.slips():
                day = self.day(2, 1, 200)
                happened = day - timedelta(days=self.dice.randrange(10, 1_400))
                kind = self.dice.choice(["work-safety", "environmental", "social"])
                grades: Any = ["serious", "larger", "particularly-serious", None]
                yield from self.ask(
                    day,
                    RecordIncident(
                        actor=MINISTRY,
                        basis=self.document("认定书", day),
                        subject=entrant.subject,
                        kind=kind,
                        words="经认定",
                        happened_on=happened.isoformat(),
                        grade=None if kind == "social" else self.dice.choice(grades),
                    ),
                )
        if self.slips():
            yield from self._debar(self.dice.choice(self.entrants), self.day(10, 1, 20))

    def _debar(self, entrant: Entrant, day: date) -> Step:
        told = yield from self.ask(
            day,
            Debar(
                actor=MINISTRY,
                basis=self.document("处理通报", day),
                of="incentive-2022",
                subject=entrant.subject,
                unit=incentive_2022.unit_of(entrant.subject),
                words="弄虚作假",
            ),
        )
        return told

    def _open(self) -> Script:
        day = self.day(12, 2, 1)
        source = self.document("申报通知", day)
        deadline = None if self.year == 2022 else Deadline(f"{self.year}-12-22", source)
        caps = [Cap(self.measure, self.dice.randrange(2, 5), source)]
        if self.dice.random() < 0.4:
            caps.append(Cap("unit", 2, source))
        act = OpenRound(
            actor=MINISTRY,
            basis=source,
            of="incentive-2022",
            round=self.id,
            parameters=Parameters(deadline, tuple(caps), indicators=self._indicators(source)),
        )
        yield from self.ask(day, act)
        if self.slips():
            yield from self.ask(day, replace(act, round=self.dice.choice([str(self.year), self.measure])))

    def _indicators(self, source: Document) -> tuple[Indicator, ...]:
        """What the round's form names of the statistical system: in some rounds, nothing is known of it."""
        return (Indicator("工业增加值", source),) if self.dice.random() < 0.5 else ()

    def _consent(self, unit: str | None, day: date) -> Consent:
        government = called("government", subject(unit or self.entrants[0].subject))
        return Consent(government, day.isoformat(), self.document("同意函", day))

    def _intake(self) -> Script:
        for entrant in self.entrants:
            day = self.day(12, 4, 2)
            figure = Statistic("工业增加值", 9, "亿元", str(self.year), "local-statistics", "checked")
            figure = replace(figure, name=self.dice.choice(["工业增加值", "技改投资"]))
            if self.dice.random() < 0.3:
                figure = replace(figure, standing="published", authority="provincial-statistics")
            else:
                figure = replace(figure, organ=called("statistics", subject(entrant.subject)))
            act = Apply(
                actor=Actor(f"p-{entrant.subject}", "applicant", entrant.subject),
                of="incentive-2022",
                round=self.id,
                subject=entrant.subject,
                category=self.measure,
                channel="unit",
                unit=entrant.unit,
                conditions=FIVE,
                materials=(REPORT,),
                statistics=(figure,),
            )
            entry = f"incentive-2022/{self.id}/{entrant.subject}"
            if self.slips():
                other = "digital" if self.measure == "industry" else "industry"
                yield from self.ask(
                    day,
                    self.dice.choice(
                        [
                            replace(act, channel="direct", unit=None),
                            replace(act, unit="cn:110000"),
                            replace(act, category="green"),
                            replace(act, category=other),
                            replace(act, conditions=FIVE[:3]),
                            replace(act, materials=()),
                            replace(act, statistics=(replace(figure, standing=None),)),
                            replace(act, statistics=(replace(figure, organ="国家统计局"),)),
                            replace(act, statistics=(replace(figure, organ=None, authority="own"),)),
                        ]
                    ),
                )
            told = yield from self.ask(day, act)
            for rule in ("I22-3", "I22-6"):
                if rule in told.rules and self.dice.random() < 0.5:
                    yield from self.exception(rule, entry, day)
            if not told.accepted:
                yield from self.applies(entrant, act, day)
            else:
                entrant.case, entrant.act = told.cases[0], act
        for entrant in self.alive():
            yield from self._put_forward(entrant)

    def _put_forward(self, entrant: Entrant) -> Script:
        day = self.day(12, 10, 3)
        assert entrant.unit is not None  # every subject comes through one
        digital = self.measure == "digital" and entrant.unit != "xpcc"
        act = Recommend(
            actor=as_unit(entrant.unit),
            basis=self.document("推荐函", day),
            case=entrant.case,
            unit=entrant.unit,
            reviewed_on=day.isoformat(),
            materials=FORMS,
            consent=self._consent(entrant.unit, day),
            jointly_with=joins(entrant.unit) if digital else None,
        )
        if self.slips():
            assert act.consent is not None  # stated above
            late = replace(act.consent, on=(day + timedelta(days=1)).isoformat())
            yield from self.ask(
                day,
                self.dice.choice(
                    [
                        replace(act, consent=None),
                        replace(act, consent=late),
                        replace(act, consent=replace(act.consent, on=f"{self.year}-01-04")),
                        replace(act, consent=replace(act.consent, by="工业和信息化厅")),
                        replace(act, basis=None),
                        replace(act, materials=()),
                        replace(act, jointly_with=None),
                        replace(act, jointly_with="商务厅"),
                        replace(act, reviewed_on=None),
                        Score(actor=self.expert(), case=entrant.case, criterion="total", points=1),
                    ]
                ),
            )
        if self.slips():
            entrant.alive = False
            return  # it comes too late
        told = yield from self.ask(day, act)
        if "I22-18" in told.rules and self.dice.random() < 0.6:
            yield from self.exception("I22-18", f"incentive-2022/{self.id}/{entrant.subject}", day)
            told = yield from self.ask(day, act)
        entrant.alive = told.accepted

    def _committee(self) -> Script:
        last = self.day(12, 24, 3)
        for entrant in self.entrants:
            if entrant.case and not entrant.alive and entrant.unit and self.slips():
                yield from self.ask(
                    last,
                    Recommend(
                        actor=as_unit(entrant.unit),
                        basis=self.document("推荐函", last),
                        case=entrant.case,
                        unit=entrant.unit,
                        reviewed_on=last.isoformat(),
                        materials=FORMS,
                        jointly_with=joins(entrant.unit),
                        consent=self._consent(entrant.unit, last),
                    ),
                )
        day = self.day(1, 10, 10, years=1)
        for entrant in self.alive():
            ends = ConcludeReview(actor=MINISTRY, case=entrant.case, passed=True)
            if self.slips():
                yield from self.ask(day, ends)
            entrant.points = self.dice.choice([7_000, 8_000, 8_500, 9_000, 9_500])
            expert = Actor(f"p-expert-{self.dice.randrange(1, 9)}", "reviewer", "independent")
            score = Score(actor=expert, case=entrant.case, criterion="total", points=entrant.points)
            yield from self.ask(day, score)
            if self.dice.random() < 0.3:
                praise = Document(number=f"国办发〔{self.year}〕33号", issuer="国务院办公厅")
                bonus = RecordBonus(
                    actor=MINISTRY,
                    basis=praise,
                    case=entrant.case,
                    points=300,
                    words="通报表扬",
                    practice="industry",
                )
                if self.slips():
                    yield from self.ask(day, replace(bonus, basis=None))
                told = yield from self.ask(day, bonus)
                entrant.points += 300 if told.accepted else 0
            yield from self.ask(day, ends)
            if self.slips():
                yield from self.ask(day, replace(score, criterion="more"))
        if self.slips() and self.alive():
            hit = self.dice.choice(self.alive())
            yield from self.ask(
                day,
                RecordIncident(
                    actor=MINISTRY,
                    basis=self.document("认定书", day),
                    subject=hit.subject,
                    kind="work-safety",
                    words="经认定",
                    happened_on=day.isoformat(),
                    grade="serious",
                ),
            )
        if self.slips() and self.alive():
            yield from self._debar(self.dice.choice(self.alive()), day)

    def _settle(self) -> Script:
        """A list, and again until one is accepted."""
        day = self.day(2, 10, 5, years=1)
        best = sorted(self.alive(), key=lambda e: -e.points)
        size = self.dice.randrange(2, 5)
        for attempt in range(8):
            chosen = best[:size]
            if attempt and self.dice.random() < 0.7:
                chosen = self._with_the_west(best, size)
            if not chosen:
                break
            act = self._list(chosen, reasons=attempt > 2)
            told = yield from self.ask(day, act)
            if told.accepted:
                for entrant in self.entrants:
                    entrant.alive = entrant in chosen
                return
            if "I22-11" in told.rules:
                yield from self._decide(best, day)
            if {"I22-5", "I22-17", "I22-18"} & set(told.rules):
                best.remove(self.dice.choice(chosen))
            if "I22-4" in told.rules:
                size -= 1
            if "I22-13" in told.rules and self.dice.random() < 0.5:
                size += 1
        for entrant in self.entrants:
            entrant.alive = False

    def _with_the_west(self, best: list[Entrant], size: int) -> list[Entrant]:
        west = [e for e in best if subject(e.unit or "").region or e.unit == "xpcc"][:2]
        rest = [e for e in best if e not in west]
        chosen, units = list(west), {e.unit for e in west}
        for entrant in rest:
            if len(chosen) < size and entrant.unit not in units:
                chosen.append(entrant)
                units.add(entrant.unit)
        return chosen

    def _decide(self, best: list[Entrant], day: date) -> Script:
        for points in sorted({e.points for e in best}):
            tied = tuple(e.case for e in best if e.points == points)
            if len(tied) > 1:
                yield from self.ask(day, DecideTie(actor=MINISTRY, order=tied, reason="会议决定"))

    def _list(self, entrants: list[Entrant], *, reasons: bool = False) -> ProposeSelection:
        return ProposeSelection(
            actor=MINISTRY,
            list="1",
            candidates=tuple(
                Candidate(case=e.case, category=self.measure, reason="现场核实" if reasons else None)
                for e in entrants
            ),
        )

    def _publish(self) -> Script:
        if not self.alive():
            return
        day = self.day(2, 18, 5, years=1)
        approves = Approve(actor=MINISTRY, list="1", approved=self.cases(), by="ministry-meeting")
        if self.slips():
            yield from self.ask(
                day,
                self.dice.choice(
                    [self.notice(day), replace(approves, by="department"), replace(approves, by=OFFICE)]
                ),
            )
        if self.slips() and len(self.cases()) > 1:
            yield from self.ask(day, replace(approves, approved=self.cases()[:1]))
        told = yield from self.ask(day, approves)
        if not told.accepted:
            yield from self.ask(day, replace(approves, reason="名额从严"))
        if self.slips():
            yield from self.ask(day, self.notice(day, working_days=2))
        told = yield from self.ask(day, self.notice(day))
        if not told.accepted:
            return
        for entrant in self.alive():
            if self.dice.random() < 0.25:
                yield from self._objection(entrant, day)
        if not self.alive():
            return  # all have left the list
        if self.slips():
            yield from self.ask(day, self.closing())
        closed = self.day(3, 8, 5, years=1)
        yield from self.ask(closed, self.closing())
        yield from self._award()

    def _objection(self, entrant: Entrant, day: date) -> Script:
        yield from self.ask(
            day,
            LodgeObjection(actor=Actor("p-public", "public", "public"), case=entrant.case, words="数据不实"),
        )
        if self.dice.random() < 0.8:
            upheld = self.dice.random() < 0.4
            yield from self.ask(
                day,
                ResolveObjection(
                    actor=MINISTRY, case=entrant.case, objection=1, upheld=upheld, reason="经核查"
                ),
            )
            entrant.objected = upheld
            entrant.alive = not upheld or self.slips()
        else:
            entrant.objected = True

    def _award(self) -> Script:
        day = self.day(5, 10, 5, years=1)
        basis = replace(self.document("督查激励通报", day), issuer="国务院办公厅")
        award = Award(actor=MINISTRY, basis=basis, list="1", honours=self.honours(self.measure))
        if self.slips():
            yield from self.ask(day, award)
        told = yield from self.ask(day, self._by_the_office(basis))
        if not told.accepted:
            for entrant in self.alive():
                entrant.alive = not entrant.objected
            if not self.alive():
                return
            yield from self.ask(day, self._by_the_office(basis))
        for honour in self.honours(self.measure):
            own = replace(award, honours=(honour,))
            if self.slips():
                yield from self.ask(day, replace(own, basis=None))
            told = yield from self.ask(day, own)
            for entrant in self.alive():
                if entrant.case == honour.case:
                    entrant.alive = told.accepted

    def _by_the_office(self, basis: Document) -> Approve:
        return Approve(actor=MINISTRY, basis=basis, list="1", approved=self.cases(), by=OFFICE)

    def _after(self) -> Script:
        for entrant in self.alive():
            day, title = self.day(8, 1, 20, years=1), f"incentive-2022/{self.id}/{entrant.subject}"
            yield from self.ask(
                day, RecordSupport(actor=MINISTRY, designation=title, kind="special-funds", words="专项资金")
            )
            if self.slips():
                yield from self.ask(day, replace(self.outside(title, day), ground="3"))
                yield from self.ask(day, self.outside(title, day))
                yield from self._debar(entrant, day)
                yield from self.ask(
                    day,
                    Refer(
                        actor=MINISTRY,
                        of="incentive-2022",
                        subject=entrant.subject,
                        to="主管单位",
                        words="情节严重",
                    ),
                )


def one_measure(seed: int) -> Script:
    """One measure of a year: two of one province, some of the West and Northeast, a district, the XPCC."""
    dice = Random(seed)  # nosec B311
    year = dice.choice([2022, 2022, 2021, 2023])
    measure = dice.choice(["industry", "digital"])
    cities = [p for p in places("prefecture-city") if not p.is_separately_planned]
    chosen = [
        *of_a_province(dice, 2),
        *dice.sample([p for p in cities if p.region], 3),
        *dice.sample([p for p in cities if not p.region], 2),
        dice.choice([p for p in places("prefecture-city") if p.is_separately_planned]),
        dice.choice([p for p in places("district") if subject(p.province).is_municipality]),
        dice.choice([find("石河子市"), *dice.sample(places("county-city", "municipality"), 2)]),
    ]
    play = Incentives(
        dice=dice, year=year, programme="incentive-2022", id=f"{year}-{measure}", measure=measure
    )
    play.entrants = [Entrant(p.id, incentive_2022.unit_of(p.id)) for p in dict.fromkeys(chosen)]
    yield from play.play()
