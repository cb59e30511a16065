"""Rounds of pilot-2013, played by dice: a batch, and what became of its pilots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from domain.commands import (
    Apply,
    Approve,
    Award,
    Candidate,
    ConcludeReview,
    HoldDefence,
    Honour,
    OpenRound,
    ProposeSelection,
    Reassess,
    Recommend,
    RecordArrangement,
    Score,
    Statement,
)
from domain.events import Cap, Parameters
from domain.kernel import Actor
from domain.programmes import PROGRAMMES
from domain.subjects import subject
from scripts.dice import MINISTRY, Script
from scripts.plays.of_a_round import REPORT, Entrant, OfARound, as_unit, of_a_province, places

TEN = tuple(Statement(number, "已具备") for number in range(1, 11))


@dataclass(slots=True, kw_only=True)
class Pilots(OfARound):
    """The first batch, or one of later years whose documents set no period."""

    def play(self) -> Script:
        yield from self._open()
        yield from self._intake()
        yield from self._select()
        yield from self._hold()

    def _open(self) -> Script:
        day = self.day(10, 10, 1)
        source = self.document("征选通知", day)
        caps = (Cap("pilot", self.dice.randrange(1, 6), source),) if self.slips() else ()
        act = OpenRound(
            actor=MINISTRY, basis=source, of="pilot-2013", round=self.id, parameters=Parameters(caps=caps)
        )
        if self.slips():
            unnamed = replace(act, parameters=Parameters(caps=(Cap("pilot", 3),)))
            yield from self.ask(day, unnamed)
            yield from self.ask(day, replace(act, effective="2013-09-01", basis=None))
        yield from self.ask(day, act)

    def application(self, entrant: Entrant) -> Apply:
        conditions = TEN
        if subject(entrant.subject).level == "town":
            model = (Statement(1, "已形成", "service-model"), Statement(1, "已形成", "product-cluster"))
            conditions = (*TEN, *model[: 1 if self.slips() else 2])
        return Apply(
            actor=Actor(f"p-{entrant.subject}", "applicant", entrant.subject),
            of="pilot-2013",
            round=self.id,
            subject=entrant.subject,
            category="pilot",
            channel="unit" if entrant.unit else "direct",
            unit=entrant.unit,
            conditions=conditions,
            materials=(REPORT,),
            led_by="人民政府",
        )

    def _intake(self) -> Script:
        for entrant, day in zip(self.entrants, self.days(10, 15, 12, len(self.entrants)), strict=True):
            act = self.application(entrant)
            other = replace(act, channel="direct" if entrant.unit else "unit")
            if self.slips():
                yield from self.ask(
                    day,
                    self.dice.choice(
                        [
                            replace(other, unit=None if entrant.unit else "cn:110000"),
                            replace(act, conditions=TEN[:9]),
                            replace(act, materials=()),
                            replace(act, actor=replace(act.actor, unit="cn:330300")),
                            replace(act, category="demonstration"),
                            replace(act, round="never"),
                            replace(act, effective="2013-10-14"),
                            replace(act, actor=MINISTRY),
                        ]
                    ),
                )
            entry = f"pilot-2013/{self.id}/{entrant.subject}"
            level = subject(entrant.subject).level
            if level in {"autonomous-prefecture", "league", "prefecture"} and self.dice.random() < 0.5:
                yield from self.exception("P13-5", entry, day)
            yield from self.applies(entrant, act, day)
        through = [e for e in self.alive() if e.unit]
        for entrant, day in zip(through, self.days(10, 28, 10, len(through)), strict=True):
            yield from self._recommended(entrant, day)
        last = self.day(11, 11, 3)
        for entrant in self.entrants:
            if not entrant.case and self.slips():
                yield from self.applies(entrant, self.application(entrant), last)
            elif entrant.case and entrant.unit and not entrant.alive and self.slips():
                yield from self.ask(
                    last,
                    Recommend(
                        actor=as_unit(entrant.unit),
                        basis=self.document("推荐函", last),
                        case=entrant.case,
                        unit=entrant.unit,
                        reviewed_on=last.isoformat(),
                    ),
                )

    def _recommended(self, entrant: Entrant, day: date) -> Script:
        assert entrant.unit is not None  # those that are directly submitted have none
        act = Recommend(
            actor=as_unit(entrant.unit),
            basis=self.document("推荐函", day),
            case=entrant.case,
            unit=entrant.unit,
            reviewed_on=day.isoformat(),
        )
        if self.slips():
            early = ConcludeReview(actor=MINISTRY, case=entrant.case, passed=True)
            yield from self.ask(
                day,
                self.dice.choice(
                    [
                        replace(act, reviewed_on=None),
                        replace(act, basis=None),
                        early,
                        Score(actor=self.expert(), case=entrant.case, criterion="total", points=1),
                    ]
                ),
            )
        if self.dice.random() < 0.1:
            entrant.alive = False  # it comes too late
            return
        told = yield from self.ask(day, act)
        if "P13-4" in told.rules and self.dice.random() < 0.5:
            yield from self.exception("P13-4", f"pilot-2013/{self.id}/{entrant.subject}", day)
            told = yield from self.ask(day, act)
        entrant.alive = told.accepted

    def _select(self) -> Script:
        day = self.day(11, 20, 8)
        for entrant in self.entrants:
            if entrant.case and not entrant.alive and self.slips():
                yield from self.ask(day, self._list([entrant]))
        for entrant in self.alive():
            yield from self.ask(
                day, Score(actor=self.expert(), case=entrant.case, criterion="total", points=8_000)
            )
            if self.slips():
                yield from self.ask(day, self._list([entrant]))
            if self.slips():
                yield from self.ask(day, HoldDefence(actor=MINISTRY, case=entrant.case, passed=True))
            entrant.alive = self.dice.random() < 0.9
            yield from self.ask(day, ConcludeReview(actor=MINISTRY, case=entrant.case, passed=entrant.alive))
        for entrant in self.alive():
            if self.slips():
                yield from self.ask(day, self._approval([entrant]))
            told = yield from self.ask(day, self._list([entrant]))
            if "P13-1" in told.rules and self.dice.random() < 0.6:
                yield from self.exception("P13-1", f"pilot-2013/{self.id}/{entrant.subject}", day)
                told = yield from self.ask(day, self._list([entrant]))
            entrant.alive = told.accepted
        for entrant in self.alive():
            award = Award(
                actor=MINISTRY,
                basis=self.document("公告", date(self.year, 12, 31)),
                list="1",
                honours=tuple(h for h in self.honours("pilot") if h.case == entrant.case),
            )
            decided = self.day(12, 10, 3)
            if self.slips():
                wrong = replace(self._approval([entrant]), by="ministry-meeting")
                yield from self.ask(decided, wrong)
                published = self.document("公告", decided)
                yield from self.ask(decided, replace(award, basis=published))
            yield from self.ask(decided, self._approval([entrant]))
            if self.slips():
                entrant.alive = False
                years = max(2016 - self.year, 1)
                late = self.day(1, 5, 5, years)
                yield from self.ask(late, replace(award, basis=self.document("公告", late)))
                continue
            told = yield from self.ask(self.day(12, 31, 1), award)
            entrant.alive = told.accepted

    def _list(self, entrants: list[Entrant]) -> ProposeSelection:
        return ProposeSelection(
            actor=MINISTRY,
            list="1",
            candidates=tuple(Candidate(case=e.case, category="pilot", reason="兼顾区域") for e in entrants),
        )

    def _approval(self, entrants: list[Entrant]) -> Approve:
        cases = tuple(e.case for e in entrants)
        return Approve(actor=MINISTRY, list="1", approved=cases, by="leading-group")

    def _hold(self) -> Script:
        for entrant in self.alive():
            title = f"pilot-2013/{self.id}/{entrant.subject}"
            own = Actor(f"p-{entrant.subject}", "applicant", entrant.subject)
            mid = self.day(6, 1, 60, years=1)
            yield from self.ask(
                mid, RecordArrangement(actor=own, designation=title, kind="content-plan", words="试点方案")
            )
            if self.slips():
                yield from self.ask(mid, replace(self.outside(title, mid), ground="1"))
                yield from self.ask(mid, self.outside(title, mid))
            elif self.dice.random() < 0.7:
                yield from self.ask(mid, Reassess(actor=MINISTRY, designation=title, passed=True))
        if self.id != "batch-1":
            return
        yield from self._second_titles()

    def _second_titles(self) -> Script:
        """全国信息消费示范市 among those that were pilots, and, by slips, among others."""
        round_ = "demonstration"
        early = self.day(12, 1, 10, years=2)
        source = self.document("示范市评选方案", early)
        yield from self.ask(early, OpenRound(actor=MINISTRY, basis=source, of="pilot-2013", round=round_))
        for entrant in self.entrants:
            if not entrant.case or (not entrant.alive and not self.slips()):
                continue
            act = Apply(
                actor=MINISTRY,
                basis=source,
                of="pilot-2013",
                round=round_,
                subject=entrant.subject,
                category="demonstration",
                channel="nominated",
            )
            if self.slips():
                yield from self.ask(early, act)
            told = yield from self.ask(self.day(1, 5, 5, years=3), act)
            if told.accepted:
                day = self.day(1, 15, 5, years=3)
                honour = Honour(
                    case=told.cases[0],
                    category="demonstration",
                    title=PROGRAMMES["pilot-2013"].titles["demonstration"],
                )
                basis = self.document("示范市公告", day)
                yield from self.ask(day, Award(actor=MINISTRY, basis=basis, list="2", honours=(honour,)))


def one_batch(seed: int) -> Script:
    """A round of pilots and what became of them."""
    dice = Random(seed)  # nosec B311
    first = dice.random() < 0.8
    play = Pilots(
        dice=dice, year=2013 if first else 2014, programme="pilot-2013", id="batch-1" if first else "batch-2"
    )
    chosen = [
        *of_a_province(dice, 5),
        *dice.sample([p for p in places("prefecture-city") if p.is_separately_planned], 1),
        *dice.sample(places("municipality"), 1),
        *dice.sample(places("county-city", "county", "district"), 2),
        *dice.sample(places("autonomous-prefecture", "league"), 1),
    ]
    counties = places("county", "county-city")
    chosen.append(subject(f"{dice.choice(counties).id}101"))
    play.entrants = [
        Entrant(p.id, None if p.is_municipality or p.is_separately_planned else p.province)
        for p in dict.fromkeys(chosen)
    ]
    yield from play.play()
