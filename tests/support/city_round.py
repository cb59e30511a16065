"""Who acts in the tests, and the acts of a whole round, made the short way."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from domain.commands import (
    Apply,
    Award,
    Candidate,
    ClosePublicity,
    ConcludeReview,
    GrantRole,
    HoldDefence,
    Honour,
    OpenPublicity,
    OpenRound,
    ProposeSelection,
    Recommend,
    ReviewFormally,
    Score,
    Statement,
)
from domain.corrections.acts import ApproveCorrection, ProposeCorrection
from domain.events import Cap, Material, Parameters, RoleGranted
from domain.events.roles import Granted
from domain.kernel import Actor, Document
from domain.programmes.city_2019 import CITY_2019
from domain.subjects import find
from projections.asking.tokens import digest_of
from tests.support.given import Step, on, stands

MINISTRY = Actor("p-ministry", "ministry", "miit")
ADMINISTRATOR = Actor("p-administrator", "administrator", "miit")
EXPERT = Actor("p-expert", "reviewer", "cn:110000")
CIRCULAR = Document(number="工信厅信发函〔2021〕1号", title="关于组织申报的通知", published="2021-03-01")
ANNOUNCEMENT = Document(number="工业和信息化部公告〔2022〕3号", published="2022-01-25")
DEPUTY = Actor("p-deputy", "ministry", "miit")
AUTHORISED = Document(number="工信部信软函〔2023〕7号", title="关于更正的批复")
LETTER = Document(number="鄂经信函〔2021〕5号", title="推荐函")
DIGEST = "ab" * 32


def city(name: str) -> Actor:
    """A city acting for itself."""
    id_ = find(name).id
    return Actor(f"p-{id_}", "applicant", id_)


def unit(name: str) -> Actor:
    """A province's industry department."""
    id_ = find(name).id
    return Actor(f"p-{id_}", "provincial-unit", id_)


def case(name: str, round_: str = "2021") -> str:
    return f"city-2019/{round_}/{find(name).id}"


FORM = Material("application-form", DIGEST, original=True)
REPORT = Material("application-report", DIGEST, original=True)
KEY_TASK = Document(title="2021年政府工作报告重点任务分工")
FIVE = (
    Statement(1, "列入市政府重点工作", document=KEY_TASK),
    Statement(2, "已建成体验中心", facility="built"),
    Statement(3, "居民信息素养良好"),
    Statement(4, "产业实力较强"),
    Statement(5, "已开展技能大赛"),
)


def four(*fields: str) -> tuple[Statement, ...]:
    """The conditions of 第七条 for these fields."""
    each = tuple(
        condition
        for field in fields
        for condition in (
            Statement(2, "支持性政策", field),
            Statement(3, "全国领先", field),
            Statement(4, "已建成体验中心", field, facility="built"),
        )
    )
    return (Statement(1, "有明确的机构"), *each)


def opens(round_: str = "2021", **parameters: Any) -> OpenRound:
    return OpenRound(
        actor=MINISTRY, basis=CIRCULAR, of="city-2019", round=round_, parameters=Parameters(**parameters)
    )


def cap(pool: str, places: int, **more: Any) -> Cap:
    return Cap(pool, places, CIRCULAR, **more)


def applies(name: str, *fields: str, round_: str = "2021", **more: Any) -> Apply:
    """Through its province unless it may apply directly; special if it names fields."""
    subject = find(name)
    direct = subject.is_municipality or subject.is_separately_planned
    act = Apply(
        actor=city(name),
        of="city-2019",
        round=round_,
        subject=subject.id,
        category="special" if fields else "comprehensive",
        fields=fields,
        channel="direct" if direct else "unit",
        unit=None if direct else subject.province,
        conditions=four(*fields) if fields else FIVE,
        materials=(FORM, REPORT),
        led_by=f"{name}人民政府",
    )
    return replace(act, **more)


def recommends(name: str, reviewed_on: str | None = "2021-05-20", **more: Any) -> Recommend:
    province = find(name).province
    act = Recommend(
        actor=Actor(f"p-{province}", "provincial-unit", province),
        basis=LETTER,
        case=case(name),
        unit=province,
        reviewed_on=reviewed_on,
    )
    return replace(act, **more)


def form(name: str, *, passed: bool = True) -> ReviewFormally:
    return ReviewFormally(actor=MINISTRY, case=case(name), passed=passed)


def scores(name: str, points: int = 9_000, by: Actor = EXPERT, criterion: str = "supply") -> Score:
    return Score(actor=by, case=case(name), criterion=criterion, points=points)


def review(name: str, *, passed: bool = True) -> ConcludeReview:
    return ConcludeReview(actor=MINISTRY, case=case(name), passed=passed)


def defence(name: str, *, passed: bool = True, **more: Any) -> HoldDefence:
    return HoldDefence(actor=MINISTRY, case=case(name), passed=passed, **more)


def proposes(*names: str, fields: tuple[str, ...] = ()) -> ProposeSelection:
    category = "special" if fields else "comprehensive"
    candidates = tuple(Candidate(case=case(name), category=category, fields=fields) for name in names)
    return ProposeSelection(actor=MINISTRY, list="1", candidates=candidates)


def notice(*names: str, **more: Any) -> OpenPublicity:
    length = more or {"until": "2021-11-12"}
    listed = tuple(case(name) for name in names)
    return OpenPublicity(actor=MINISTRY, list="1", listed=listed, where="部门户网站", **length)


def closes(*names: str) -> ClosePublicity:
    return ClosePublicity(actor=MINISTRY, list="1", listed=tuple(case(n) for n in names))


def awards(*names: str, fields: tuple[str, ...] = (), **more: Any) -> Award:
    category = "special" if fields else "comprehensive"
    honours = tuple(
        Honour(case=case(n), title=CITY_2019.titles[category], category=category, fields=fields)
        for n in names
    )
    act = Award(actor=MINISTRY, basis=ANNOUNCEMENT, list="1", honours=honours)
    return replace(act, **more)


DECIDERS: tuple[tuple[Actor, Granted, str], ...] = (
    (MINISTRY, "ministry", "a1"),
    (ADMINISTRATOR, "administrator", "a2"),
    (DEPUTY, "ministry", "a3"),
)


def founded(day: str = "2019-06-01") -> tuple[Step, ...]:
    """Those who decide together have their roles by grants."""
    return tuple(
        stands(
            RoleGranted(
                principal=who.principal, role=role, unit=who.unit, token=token * 32, until="2199-12-31"
            ),
            day,
        )
        for who, role, token in DECIDERS
    )


KEEPER = Actor("operator", "administrator", "miit")  # of the machine


def founds() -> tuple[GrantRole, ...]:
    """The acts that name the first two who decide."""
    return tuple(
        GrantRole(
            actor=KEEPER,
            principal=who.principal,
            role=role,
            unit=who.unit,
            token=digest_of(token_of(who)),
            until="2199-12-31",
        )
        for who, role, _ in DECIDERS[:2]
    )


def token_of(who: Actor) -> str:
    """The token by which somebody acts over HTTP, where `founds` has named them."""
    return f"dlt_{who.principal:_<43}"


def amends(target: int, **more: Any) -> ProposeCorrection:
    stated = {"actor": ADMINISTRATOR, "basis": AUTHORISED, "reason": "录入有误", **more}
    return ProposeCorrection(act="amend", target=target, **stated)


def annuls(target: int, **more: Any) -> ProposeCorrection:
    stated = {"actor": ADMINISTRATOR, "basis": AUTHORISED, "reason": "不应记录", **more}
    return ProposeCorrection(act="annul", target=target, **stated)


def supplies(topic: str, data: dict[str, Any], day: str | None, **more: Any) -> ProposeCorrection:
    stated = {"actor": ADMINISTRATOR, "basis": AUTHORISED, "reason": "漏记", "takes_effect": day, **more}
    return ProposeCorrection(act="supply", topic=topic, data=data, **stated)


def approves(proposal: int, by: Actor = MINISTRY) -> ApproveCorrection:
    return ApproveCorrection(actor=by, proposal=proposal)


def opened(**parameters: Any) -> tuple[Step, ...]:
    """The round of 2021."""
    return (on("2021-03-01", opens(**parameters)),)


def applied(*names: str, fields: tuple[str, ...] = ()) -> tuple[Step, ...]:
    """Applications, recommended where they go through a unit."""
    acts = {name: applies(name, *fields) for name in names}
    return (
        *(on("2021-05-01", act) for act in acts.values()),
        *(on("2021-05-25", partial(recommends, name)) for name, act in acts.items() if act.channel == "unit"),
    )


def passed_form(*names: str, fields: tuple[str, ...] = ()) -> tuple[Step, ...]:
    return (*applied(*names, fields=fields), *(on("2021-06-10", form(n)) for n in names))


def reviewed(*names: str, fields: tuple[str, ...] = ()) -> tuple[Step, ...]:
    return (*passed_form(*names, fields=fields), *(on("2021-07-10", review(n)) for n in names))


def defended(*names: str, fields: tuple[str, ...] = ()) -> tuple[Step, ...]:
    return (*reviewed(*names, fields=fields), *(on("2021-10-10", defence(n)) for n in names))


def proposed(*names: str, fields: tuple[str, ...] = ()) -> tuple[Step, ...]:
    return (*defended(*names, fields=fields), on("2021-11-01", proposes(*names, fields=fields)))


def on_notice(*names: str, fields: tuple[str, ...] = ()) -> tuple[Step, ...]:
    return (*proposed(*names, fields=fields), on("2021-11-05", notice(*names)))


def noticed(*names: str, fields: tuple[str, ...] = ()) -> tuple[Step, ...]:
    return (*on_notice(*names, fields=fields), on("2021-11-15", closes(*names)))


def awarded(*names: str, fields: tuple[str, ...] = ()) -> tuple[Step, ...]:
    return (*noticed(*names, fields=fields), on("2022-01-25", awards(*names, fields=fields)))
