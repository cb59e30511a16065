"""The acts of the other regulations, made the short way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stdnum.cn import uscc

from domain.bodies import called
from domain.commands import (
    Apply,
    Approve,
    Award,
    Candidate,
    CloseIntake,
    ClosePublicity,
    ConcludeReview,
    Honour,
    OpenPublicity,
    OpenRound,
    ProposeSelection,
    Recommend,
    Score,
    Statement,
)
from domain.events import Consent, Entity, Material
from domain.kernel import Actor, Document
from domain.programmes import PROGRAMMES, incentive_2022, pilot_2013, project_2019
from domain.subjects import find, subject
from scripts.plays.incentives import joins
from tests.support.city_round import DIGEST, EXPERT, LETTER, MINISTRY, city
from tests.support.given import Step, on

REPORT = Material("application-report", DIGEST, original=True)
INSTRUMENT = {
    "pilot-2013": pilot_2013.NOTICE,
    "project-2019": project_2019.NOTICE,
    "incentive-2022": incentive_2022.NOTICE,
}
DECIDED = Document(number="工业和信息化部公告〔2013〕67号", published="2013-12-31")


def opens(programme: str, round_: str, **more: Any) -> OpenRound:
    basis = INSTRUMENT[programme]
    return replace(OpenRound(actor=MINISTRY, basis=basis, of=programme, round=round_), **more)


def review(case: str, **more: Any) -> ConcludeReview:
    return replace(ConcludeReview(actor=MINISTRY, case=case, passed=True), **more)


def score(case: str, points: int = 9_000, by: Actor = EXPERT, criterion: str = "total") -> Score:
    return Score(actor=by, case=case, criterion=criterion, points=points)


def proposes(category: str, *cases: str, list_: str = "1", **more: Any) -> ProposeSelection:
    candidates = tuple(Candidate(case=case, category=category, **more) for case in cases)
    return ProposeSelection(actor=MINISTRY, list=list_, candidates=candidates)


def approves(by: str, *cases: str, list_: str = "1", **more: Any) -> Approve:
    return replace(Approve(actor=MINISTRY, list=list_, approved=cases, by=by), **more)


def notice(*cases: str, list_: str = "1", **length: Any) -> OpenPublicity:
    return OpenPublicity(
        actor=MINISTRY, list=list_, listed=cases, where="部门户网站", **(length or {"working_days": 5})
    )


def closes(*cases: str, list_: str = "1") -> ClosePublicity:
    return ClosePublicity(actor=MINISTRY, list=list_, listed=cases)


def awards(
    category: str,
    *cases: str,
    basis: Document = DECIDED,
    list_: str = "1",
    fields: tuple[str, ...] = (),
    **more: Any,
) -> Award:
    title = PROGRAMMES[cases[0].partition("/")[0]].titles[category]
    honours = tuple(Honour(case=c, title=title, category=category, fields=fields) for c in cases)
    return replace(Award(actor=MINISTRY, basis=basis, list=list_, honours=honours), **more)


# ------------------------------------------------------------------ 2013

TEN = tuple(Statement(number, f"条件{number}已具备") for number in range(1, 11))


def pilot(name: str, round_: str = "batch-1") -> str:
    return f"pilot-2013/{round_}/{find(name).id}"


def applies_as_pilot(name: str, **more: Any) -> Apply:
    """Through its province unless its government submits it."""
    return pilots(find(name).id, name, **more)


def pilots(id_: str, name: str = "", **more: Any) -> Apply:
    of = subject(id_)
    direct = of.is_municipality or of.is_separately_planned
    act = Apply(
        actor=Actor(f"p-{id_}", "applicant", id_),
        of="pilot-2013",
        round="batch-1",
        subject=id_,
        category="pilot",
        channel="direct" if direct else "unit",
        unit=None if direct else of.province,
        conditions=TEN,
        materials=(REPORT,),
        led_by=f"{name}人民政府",
    )
    return replace(act, **more)


def recommends_pilot(name: str, day: str = "2013-11-01", **more: Any) -> Recommend:
    province = find(name).province
    act = Recommend(
        actor=Actor(f"p-{province}", "provincial-unit", province),
        basis=LETTER,
        case=pilot(name),
        unit=province,
        reviewed_on=day,
    )
    return replace(act, **more)


PILOTS_OPENED = (on("2013-10-10", opens("pilot-2013", "batch-1")),)


def recommended_pilots(*names: str) -> tuple[Step, ...]:
    acts = {name: applies_as_pilot(name) for name in names}
    sent = (on("2013-10-20", act) for act in acts.values())
    then = (on("2013-11-01", recommends_pilot(n)) for n, a in acts.items() if a.channel == "unit")
    return (*sent, *then)


def proposed_pilots(*names: str) -> tuple[Step, ...]:
    return (
        *recommended_pilots(*names),
        *(on("2013-11-25", review(pilot(name))) for name in names),
        on("2013-11-28", proposes("pilot", *map(pilot, names))),
    )


def awarded_pilots(*names: str) -> tuple[Step, ...]:
    cases = tuple(map(pilot, names))
    return (
        *proposed_pilots(*names),
        on("2013-12-20", approves("leading-group", *cases)),
        on("2013-12-31", awards("pilot", *cases)),
    )


# ------------------------------------------------------------------ 2019, projects

LIST = Document(number="工信厅信软函〔2019〕200号", published="2019-09-01")
PROJECTS_OPENED = (on("2019-03-05", opens("project-2019", "2019")),)


def code(number: int) -> str:
    """A valid credit code of a company."""
    body = f"91420100MA4K{number:05}"
    return body + str(uscc.calc_check_digit(body))


def project(number: int) -> str:
    return f"project-2019/2019/project:{code(number)}/1"


def applies_as_project(number: int, seat: str = "武汉市", direction: str = "1", **more: Any) -> Apply:
    entity = more.pop("entity", None) or Entity(f"企业{number}", f"项目{number}", "company", find(seat).id)
    id_ = project(number).split("/", 2)[2]
    act = Apply(
        actor=Actor(f"p-{number}", "applicant", id_.rpartition("/")[0]),
        of="project-2019",
        round="2019",
        subject=id_,
        category="project",
        channel="unit",
        fields=(direction,),
        unit=project_2019.unit_of(entity.seat),
        entity=entity,
        materials=(REPORT,),
    )
    return replace(act, **more)


def recommends_project(number: int, order: int, seat: str = "武汉市", **more: Any) -> Recommend:
    its = project_2019.unit_of(find(seat).id)
    act = Recommend(
        actor=Actor(f"p-{its}", "provincial-unit", its),
        basis=LETTER,
        case=project(number),
        unit=its,
        order=order,
        reviewed_on="2019-03-25",
    )
    return replace(act, **more)


def recommended_projects(*numbers: int, seat: str = "武汉市", direction: str = "1") -> tuple[Step, ...]:
    return (
        *(on("2019-03-20", applies_as_project(n, seat, direction)) for n in numbers),
        *(on("2019-03-25", recommends_project(n, n, seat)) for n in numbers),
    )


def closes_intake(name: str = "湖北省") -> CloseIntake:
    return CloseIntake(actor=MINISTRY, of="project-2019", round="2019", unit=find(name).id)


def taken_projects(*numbers: int) -> tuple[Step, ...]:
    return (*recommended_projects(*numbers), on("2019-04-08", closes_intake()))


def listed_projects(*numbers: int) -> tuple[Step, ...]:
    cases = tuple(map(project, numbers))
    return (
        *taken_projects(*numbers),
        *(on("2019-05-10", review(case)) for case in cases),
        on("2019-06-01", proposes("project", *cases, fields=("1",))),
        on("2019-06-03", notice(*cases)),
        on("2019-06-12", closes(*cases)),
    )


def awarded_projects(*numbers: int) -> tuple[Step, ...]:
    cases = tuple(map(project, numbers))
    return (
        *listed_projects(*numbers),
        on("2019-09-01", awards("project", *cases, basis=LIST, fields=("1",))),
    )


# ------------------------------------------------------------------ 2022

CONSENT = Consent("四川省人民政府", "2022-12-15", Document(title="同意推荐的函"))
FORMS = (
    Material("recommendation-form", DIGEST, original=True),
    Material("declaration-of-truth", DIGEST, original=True),
)
FIVE = tuple(Statement(number, f"条件{number}已具备") for number in range(1, 6))
PRAISED = Document(
    number="国办发〔2022〕33号",
    title="关于对国务院第九次大督查发现的典型经验做法给予表扬的通报",
    issuer="国务院办公厅",
    published="2022-09-20",
)
SELECTED = Document(number="国办发〔2023〕15号", issuer="国务院办公厅", published="2023-05-10")


def incentive(name: str, measure: str = "industry", year: str = "2022") -> str:
    return f"incentive-2022/{year}-{measure}/{find(name).id}"


def opened_incentives(*measures: str, year: str = "2022", day: str = "2022-12-02") -> tuple[Step, ...]:
    return tuple(on(day, opens("incentive-2022", f"{year}-{m}")) for m in measures or ("industry",))


def applies_for(name: str, measure: str = "industry", year: str = "2022", **more: Any) -> Apply:
    of = find(name)
    act = Apply(
        actor=city(name),
        of="incentive-2022",
        round=f"{year}-{measure}",
        subject=of.id,
        category=measure,
        channel="unit",
        unit=incentive_2022.unit_of(of.id),
        conditions=FIVE,
        materials=(REPORT,),
    )
    return replace(act, **more)


def puts_forward(name: str, measure: str = "industry", year: str = "2022", **more: Any) -> Recommend:
    its = incentive_2022.unit_of(find(name).id)
    act = Recommend(
        actor=Actor(f"p-{its}", "provincial-unit", its),
        basis=LETTER,
        case=incentive(name, measure, year),
        unit=its,
        reviewed_on=f"{year}-12-10",
        consent=replace(CONSENT, by=called("government", subject(its)), on=f"{year}-12-15"),
        materials=FORMS,
        jointly_with=joins(its) if measure == "digital" else None,
    )
    return replace(act, **more)


def put_forward(*names: str, measure: str = "industry", year: str = "2022") -> tuple[Step, ...]:
    return (
        *(on(f"{year}-12-05", applies_for(n, measure, year)) for n in names),
        *(on(f"{year}-12-20", puts_forward(n, measure, year)) for n in names),
    )


def ranked(points: dict[str, int], measure: str = "industry") -> tuple[Step, ...]:
    """Put forward, scored, their reviews concluded."""
    cases = {incentive(name, measure): given for name, given in points.items()}
    return (
        *put_forward(*points, measure=measure),
        *(on("2023-01-10", score(case, given)) for case, given in cases.items()),
        *(on("2023-01-15", review(case)) for case in cases),
    )


def on_notice(*names: str, measure: str = "industry") -> tuple[Step, ...]:
    """Proposed, approved by the ministry, on notice, and closed."""
    cases = tuple(incentive(name, measure) for name in names)
    return (
        on("2023-02-10", proposes(measure, *cases)),
        on("2023-02-15", approves("ministry-meeting", *cases)),
        on("2023-02-20", notice(*cases)),
    )


def selected(*names: str, measure: str = "industry") -> tuple[Step, ...]:
    cases = tuple(incentive(name, measure) for name in names)
    return (
        *on_notice(*names, measure=measure),
        on("2023-03-01", closes(*cases)),
        on("2023-05-10", approves("state-council-general-office", *cases, basis=SELECTED)),
        on("2023-05-10", awards(measure, *cases, basis=SELECTED)),
    )
