"""One act of every kind, of 武汉 in the round of 2021, as a body that a client sends."""

from __future__ import annotations

from typing import Any

import orjson

from domain.acts import COMMANDS
from domain.commands import (
    Admit,
    Approve,
    ChangeSubject,
    ChooseForMonitoring,
    CloseIntake,
    Commend,
    ConfirmCreditCode,
    ConfirmErasure,
    ConfirmRole,
    Debar,
    DecideTie,
    DeclareInterest,
    Decline,
    Erase,
    GrantException,
    GrantRole,
    InspectSite,
    LodgeObjection,
    Numbered,
    PublishCalendar,
    Reassess,
    RecordArrangement,
    RecordBonus,
    RecordIncident,
    RecordInspection,
    RecordReading,
    RecordSupport,
    Refer,
    ReportChange,
    ReportIndicator,
    ReportProgress,
    ResolveObjection,
    Retract,
    ReviseDecline,
    ReviseOrder,
    RevokeRole,
    Supplement,
    Withdraw,
)
from domain.commands.command import Command
from domain.corrections.acts import DecideQuestion, RejectCorrection
from tests.support.city_round import (
    ADMINISTRATOR,
    DIGEST,
    EXPERT,
    FIVE,
    LETTER,
    MINISTRY,
    amends,
    applies,
    approves,
    awards,
    case,
    city,
    closes,
    defence,
    form,
    notice,
    opens,
    proposes,
    recommends,
    review,
    scores,
    unit,
)

NAME = "武汉市"
PROJECT = "project:91420100MA4K000033/1"
ACTS: tuple[Command, ...] = (
    opens("2023"),
    RecordReading(actor=MINISTRY, of="city-2019", point="Q-9", reading="自次日起算"),
    GrantException(actor=MINISTRY, entry=case(NAME), rule="C19-6", reason="另有文件"),
    applies(NAME),
    ConfirmCreditCode(actor=MINISTRY, case=f"project-2019/2021/{PROJECT}", basis=LETTER),
    Supplement(actor=city(NAME), case=case(NAME), conditions=FIVE[:1]),
    Retract(actor=city(NAME), case=case(NAME), reason="另报"),
    recommends(NAME),
    Decline(actor=unit("湖北省"), case=case(NAME), unit="cn:420000", reason="材料不全"),
    PublishCalendar(
        actor=ADMINISTRATOR, basis=LETTER, year=2199, off=("2199-01-01", "2199-05-01", "2199-10-01")
    ),
    ReviseDecline(actor=unit("湖北省"), case=case(NAME), unit="cn:420000", reason="材料已补齐"),
    ReviseOrder(
        actor=unit("湖北省"),
        of="city-2019",
        round="2021",
        unit="cn:420000",
        orders=(Numbered(case(NAME), 2),),
    ),
    CloseIntake(actor=MINISTRY, of="city-2019", round="2021", unit="cn:420000"),
    Admit(actor=MINISTRY, case=case(NAME), unit="cn:420000", reason="递补"),
    form(NAME),
    DeclareInterest(actor=EXPERT, case=case(NAME), explanation="曾任顾问"),
    scores(NAME),
    RecordBonus(actor=MINISTRY, case=case(NAME), points=200, words="国务院大督查通报表扬"),
    DecideTie(actor=MINISTRY, order=(case(NAME), case("襄阳市")), reason="部务会议决定"),
    InspectSite(actor=MINISTRY, case=case(NAME)),
    review(NAME),
    defence(NAME),
    proposes(NAME),
    Approve(actor=MINISTRY, list="1", approved=(case(NAME),), by="leading-group"),
    notice(NAME),
    LodgeObjection(actor=city("昆明市"), case=case(NAME), words="不实"),
    ResolveObjection(actor=MINISTRY, case=case(NAME), objection=1, upheld=False, reason="不实"),
    closes(NAME),
    awards(NAME),
    ReportProgress(actor=city(NAME), designation=case(NAME), kind="yearly", year=2022, sha256=DIGEST),
    ReportIndicator(
        actor=city(NAME),
        designation=case(NAME),
        indicator="broadband-20m",
        value=5_100,
        unit="%",
        period="2016-06",
    ),
    ReportChange(actor=city(NAME), designation=case(NAME), kind="merger", words="兼并重组"),
    Reassess(actor=MINISTRY, designation=case(NAME), passed=True),
    ChooseForMonitoring(actor=MINISTRY, designation=case(NAME)),
    Commend(actor=MINISTRY, designation=case(NAME), kind="advanced-city", words="先进城市"),
    RecordInspection(actor=MINISTRY, designation=case(NAME), carried_out_by="部委托机构"),
    RecordIncident(
        actor=MINISTRY, subject="cn:420100", kind="environmental", words="事故", happened_on="2022-01-01"
    ),
    Debar(actor=MINISTRY, of="city-2019", subject="cn:420100", unit="cn:420000", words="弄虚作假"),
    Refer(actor=MINISTRY, of="city-2019", subject="cn:420100", to="有管理权限的单位", words="情节严重"),
    RecordSupport(actor=MINISTRY, designation=case(NAME), kind="brand", words="品牌宣传"),
    RecordArrangement(actor=city(NAME), designation=case(NAME), kind="coordination-body", words="领导小组"),
    Withdraw(actor=MINISTRY, designation=case(NAME), ground="4", act="消极应付"),
    amends(3, data={"points": 9_300}),
    approves(4),
    RejectCorrection(actor=MINISTRY, proposal=4, reason="原件无误"),
    DecideQuestion(actor=MINISTRY, question=5, outcome="let-stand", reason="名单不变"),
    ChangeSubject(
        actor=ADMINISTRATOR, kind="rename", subject="cn:420100", new_name="新武汉市", reason="更名"
    ),
    Erase(actor=ADMINISTRATOR, sealed=DIGEST),
    ConfirmErasure(actor=MINISTRY, sealed=DIGEST),
    GrantRole(
        actor=ADMINISTRATOR,
        principal="p-9",
        role="reviewer",
        unit="independent",
        token=DIGEST,
        until="2199-12-31",
    ),
    ConfirmRole(actor=MINISTRY, principal="p-9", token=DIGEST),
    RevokeRole(actor=ADMINISTRATOR, token=DIGEST),
)


def body_of(act: Command) -> dict[str, Any]:
    """The JSON that a client sends: without the actor, whom the token names; absent is what is unset."""
    whole = orjson.loads(act.as_json().partition(b" ")[2])
    told: dict[str, Any] = _stated(whole)
    del told["actor"]
    return told


def _stated(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _stated(v) for k, v in value.items() if v is not None and v != []}
    return [_stated(v) for v in value] if isinstance(value, list) else value


EVERY_ACT_ONCE: dict[str, bytes] = {act.name: orjson.dumps(body_of(act)) for act in ACTS}
assert EVERY_ACT_ONCE.keys() == COMMANDS.keys(), "one act of every kind"
