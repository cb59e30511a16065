"""Rounds of project-2019, played by dice: units with small caps, and more projects than these."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from stdnum.cn import uscc

from domain.commands import (
    Admit,
    Apply,
    Award,
    Candidate,
    CloseIntake,
    ConcludeReview,
    ConfirmCreditCode,
    Numbered,
    OpenRound,
    ProposeSelection,
    Recommend,
    RecordArrangement,
    RecordInspection,
    RecordSupport,
    ReportChange,
    Retract,
    ReviewFormally,
    ReviseOrder,
    Score,
    Withdraw,
)
from domain.commands.command import Command
from domain.events import Cap, Deadline, Entity, Parameters
from domain.kernel import Actor
from domain.programmes import project_2019
from domain.subjects import find
from scripts.dice import MINISTRY, Script
from scripts.plays.of_a_round import REPORT, Entrant, OfARound, as_unit, of_a_province, places


def credit_code(number: int, dice: Random) -> str:
    """A valid code of a company."""
    body = f"9142010{dice.randrange(10)}MA4{number:06}"
    return body + str(uscc.calc_check_digit(body))


@dataclass(slots=True, kw_only=True)
class Projects(OfARound):
    """Units with small caps, and more projects than these."""

    seats: list[str] = field(default_factory=list)  # one of each unit
    awarded: list[Entrant] = field(default_factory=list)

    def play(self) -> Script:
        yield from self._open()
        for seat in self.seats:
            yield from self._unit(seat)
            yield from self._reorder(project_2019.unit_of(seat))
        yield from self._close()
        yield from self._review()
        yield from self._publish()
        yield from self._hold()

    def _open(self) -> Script:
        day = self.day(3, 5, 1)
        source = self.document("申报通知", day)
        caps = tuple(
            Cap(name, self.dice.randrange(1, 4), source)
            for name in ("province/1-9", "province/10", "single/1-9", "single/10")
        )
        deadline = None if self.id == "2019" else Deadline(f"{self.year}-04-04", source)
        yield from self.ask(
            day,
            OpenRound(
                actor=MINISTRY,
                basis=source,
                of="project-2019",
                round=self.id,
                parameters=Parameters(deadline, caps),
            ),
        )

    def _unit(self, seat: str) -> Script:
        unit = project_2019.unit_of(seat)
        for order in range(1, self.dice.randrange(4, 8)):
            code = credit_code(self.dice.randrange(1_000_000), self.dice)
            failing = self.dice.random() < 0.15  # as codes were given before there was a rule for the digit
            if failing:
                code = code[:-1] + ("0" if code[-1] != "0" else "1")
            id_ = f"project:{code}/1"
            direction = self.dice.choice(["10", str(self.dice.randrange(1, 10))])
            entrant = Entrant(id_, unit, fields=(direction,))
            self.entrants.append(entrant)
            entity = Entity(f"企业{code[-6:]}", "项目", "company", seat)
            act = Apply(
                actor=Actor(f"p-{code}", "applicant", f"project:{code}"),
                of="project-2019",
                round=self.id,
                subject=id_,
                category="project",
                channel="unit",
                unit=unit,
                fields=(direction,),
                entity=entity,
                materials=(REPORT,),
            )
            day = self.day(3, 10, 3)
            if self.slips():
                bad = f"project:92{code[2:]}"
                yield from self.ask(
                    day,
                    self.dice.choice(
                        [
                            replace(act, entity=replace(entity, legal_form="branch")),
                            replace(act, entity=replace(entity, mainland=False)),
                            replace(act, subject=f"{bad}/1", actor=replace(act.actor, unit=bad)),
                            replace(act, fields=("1", "2")),
                            replace(act, fields=("11",)),
                            replace(act, channel="direct", unit=None),
                            replace(act, materials=()),
                            replace(act, unit="cn:110000"),
                        ]
                    ),
                )
            yield from self.applies(entrant, act, day)
            if entrant.alive and self.dice.random() < (0.5 if failing else 0.1):
                licence = self.document("营业执照", day)
                yield from self.ask(day, ConfirmCreditCode(actor=MINISTRY, basis=licence, case=entrant.case))
            if entrant.alive:
                yield from self._put_forward(entrant, order)

    def _put_forward(self, entrant: Entrant, order: int) -> Script:
        day = self.day(3, 14, 2)
        assert entrant.unit is not None  # every project comes through one
        act = Recommend(
            actor=as_unit(entrant.unit),
            basis=self.document("推荐意见函", day),
            case=entrant.case,
            unit=entrant.unit,
            order=order,
            reviewed_on=day.isoformat(),
        )
        if self.slips():
            yield from self.ask(
                day,
                self.dice.choice(
                    [
                        replace(act, order=None),
                        replace(act, basis=None),
                        replace(act, reviewed_on=None),
                        replace(act, order=max(order - 1, 1)),
                        ReviewFormally(actor=MINISTRY, case=entrant.case, passed=True),
                    ]
                ),
            )
        if self.dice.random() < 0.1:
            entrant.alive = False  # it comes too late
            return
        told = yield from self.ask(day, act)
        entrant.alive, entrant.order = told.accepted, order
        if entrant.alive and self.dice.random() < 0.1:
            entrant.alive, entrant.gone = False, True
            yield from self.ask(day, self._retraction(entrant))

    def _reorder(self, unit: str) -> Script:
        """The unit puts two of its projects the other way round, or says a number twice."""
        own = [e for e in self.alive() if e.unit == unit]
        if len(own) < 2 or self.dice.random() < 0.6:
            return
        one, other = self.dice.sample(own, 2)
        act = ReviseOrder(
            actor=as_unit(unit),
            of="project-2019",
            round=self.id,
            unit=unit,
            orders=(Numbered(one.case, other.order), Numbered(other.case, one.order)),
        )
        if self.slips():
            yield from self.ask(self.day(3, 28, 2), replace(act, orders=act.orders[:1]))
        told = yield from self.ask(self.day(4, 1, 4), act)
        if told.accepted:
            one.order, other.order = other.order, one.order
        if self.slips():
            yield from self.ask(self.day(4, 5, 1), replace(act, orders=act.orders[::-1]))

    def _late_letter(self, entrant: Entrant, order: int, day: date) -> Script:
        """Sent in time, or not; it comes after the close, and is admitted if there is a place."""
        assert entrant.unit is not None  # every project comes through one
        sent = f"{self.year}-04-0{self.dice.choice([4, 4, 4, 6])}"
        letter = Recommend(
            actor=MINISTRY,
            basis=self.document("推荐意见函", day),
            case=entrant.case,
            unit=entrant.unit,
            order=order,
            reviewed_on=sent,
            effective=sent,
            received_on=day.isoformat(),
        )
        told = yield from self.ask(day, letter)
        if self.slips():
            yield from self.ask(day, ConcludeReview(actor=MINISTRY, case=entrant.case, passed=True))
        if told.accepted:
            admit = Admit(actor=MINISTRY, case=entrant.case, unit=entrant.unit, reason="寄出在前")
            admitted = yield from self.ask(day, admit)
            entrant.alive = admitted.accepted

    def _retraction(self, entrant: Entrant) -> Retract:
        assert entrant.act is not None  # it was applied for
        return Retract(actor=entrant.act.actor, case=entrant.case, reason="另报")

    def _close(self) -> Script:
        late = [e for e in self.entrants if e.case and not e.alive]
        day = self.day(4, 7, 3)
        for entrant in late:
            if entrant.unit and self.slips():
                yield from self.ask(
                    day,
                    Recommend(
                        actor=as_unit(entrant.unit),
                        basis=self.document("推荐函", day),
                        case=entrant.case,
                        unit=entrant.unit,
                        order=90,
                        reviewed_on=day.isoformat(),
                    ),
                )
        for unit in dict.fromkeys(e.unit for e in self.alive() if e.unit):
            act = CloseIntake(actor=MINISTRY, of="project-2019", round=self.id, unit=unit)
            if self.slips():
                early = replace(act, basis=self.document("截止", day), effective=f"{self.year}-04-01")
                yield from self.ask(day, early)
            yield from self.ask(day, act)
            if self.slips():
                yield from self.ask(day, act)
        for order, entrant in enumerate(late, 70):
            if entrant.unit and not entrant.gone and self.dice.random() < 0.4:
                yield from self._late_letter(entrant, self.dice.choice([order, 1]), day + timedelta(days=1))
        for entrant in self.entrants:  # more than there are places for, and too late for the rest
            if entrant.alive and entrant.unit and self.slips():
                yield from self.ask(
                    day, Admit(actor=MINISTRY, case=entrant.case, unit=entrant.unit, reason="递补")
                )

    def _review(self) -> Script:
        day = self.day(5, 6, 10)
        if self.dice.random() < 0.5 and self.alive():
            gone = self.dice.choice(self.alive())
            gone.alive = False
            yield from self.ask(day, self._retraction(gone))
            for entrant in self.alive():
                if entrant.unit == gone.unit:
                    yield from self.ask(
                        day, Admit(actor=MINISTRY, case=entrant.case, unit=entrant.unit or "", reason="递补")
                    )
        for entrant in self.entrants:
            if entrant.case and not entrant.alive and self.slips():
                yield from self.ask(day, ConcludeReview(actor=MINISTRY, case=entrant.case, passed=True))
        for entrant in self.alive():
            if self.slips():
                yield from self.ask(day, self._list([entrant]))
            score = Score(actor=self.expert(), case=entrant.case, criterion="total", points=8_000)
            yield from self.ask(day, score)
            passed = self.dice.random() < 0.9
            told = yield from self.ask(day, ConcludeReview(actor=MINISTRY, case=entrant.case, passed=passed))
            entrant.alive = told.accepted and passed
            if self.slips():
                yield from self.ask(day, replace(score, criterion="more"))
            if told.accepted and not passed and self.slips():
                yield from self.ask(day, self._list([entrant]))

    def _list(self, entrants: list[Entrant]) -> ProposeSelection:
        return ProposeSelection(
            actor=MINISTRY,
            list="1",
            candidates=tuple(Candidate(case=e.case, category="project", fields=e.fields) for e in entrants),
        )

    def _publish(self) -> Script:
        if not self.alive():
            return
        day = self.day(6, 10, 5)
        if self.slips():
            yield from self.ask(day, self.notice(day))
        yield from self.ask(day, self._list(self.alive()))
        award_day = self.day(9, 1, 10)
        award = Award(
            actor=MINISTRY, basis=self.document("名单", award_day), list="1", honours=self.honours("project")
        )
        if self.slips():
            yield from self.ask(day, replace(award, basis=self.document("名单", day)))
        yield from self.ask(day, self.notice(day))
        if self.slips():
            yield from self.ask(day, self.closing())
        yield from self.ask(self.day(7, 1, 10), self.closing())
        if self.slips():
            yield from self.ask(award_day, replace(award, basis=None))
        told = yield from self.ask(award_day, award)
        self.awarded = self.alive() if told.accepted else []

    def _hold(self) -> Script:
        for entrant in self.awarded:
            day, title = self.day(3, 1, 40, years=1), f"project-2019/{self.id}/{entrant.subject}"
            assert entrant.act is not None and entrant.unit is not None  # noqa: PT018
            cancels = Withdraw(
                actor=MINISTRY, basis=self.document("通报", day), designation=title, ground="1"
            )
            if self.slips():
                yield from self.ask(
                    day,
                    ReportChange(
                        actor=entrant.act.actor, designation=title, kind="liquidation", words="清算"
                    ),
                )
                yield from self.ask(
                    day,
                    self.dice.choice(
                        [
                            replace(cancels, ground="liquidation"),
                            replace(cancels, ground="4"),
                            cancels,
                            replace(cancels, ground="3", basis=None),
                        ]
                    ),
                )
            more: list[Command] = [
                RecordArrangement(
                    actor=as_unit(entrant.unit), designation=title, kind="follow-up", words="跟踪检查"
                ),
                RecordSupport(actor=MINISTRY, designation=title, kind="cases", words="典型案例集"),
            ]
            yield from self.ask(day, self.dice.choice(more))
            passed = self.dice.random() < 0.6
            yield from self.ask(
                day,
                RecordInspection(
                    actor=MINISTRY, designation=title, carried_out_by="第三方机构", passed=passed
                ),
            )
            if not passed:
                yield from self.ask(day, cancels)


def one_call(seed: int) -> Script:
    """A round of projects: a province, a separately planned city, the XPCC."""
    dice = Random(seed)  # nosec B311
    year = dice.choice([2019, 2019, 2020, 2021, 2022])
    play = Projects(dice=dice, year=year, programme="project-2019", id=str(year))
    single = dice.choice([p for p in places("prefecture-city") if p.is_separately_planned])
    xpcc = find("石河子市")
    play.seats = [of_a_province(dice, 1)[0].id, single.id, xpcc.id][: dice.randrange(2, 4)]
    yield from play.play()
