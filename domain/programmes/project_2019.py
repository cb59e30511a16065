"""关于组织开展2019年新型信息消费示范项目申报工作的通知, 工信厅信软函〔2019〕41号: its rules, in its order.

The notice (一 … 四) and the plan it encloses (方案一 … 五) say most things twice; each rule stands at the
first place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

from stdnum.cn import uscc

from domain.cases import Case
from domain.commands import (
    Admit,
    Apply,
    Award,
    CloseIntake,
    ClosePublicity,
    ConcludeReview,
    ConfirmCreditCode,
    Decline,
    HoldDefence,
    InspectSite,
    OpenPublicity,
    ProposeSelection,
    Recommend,
    ReviewFormally,
    ReviseOrder,
    Score,
    Withdraw,
)
from domain.dates import a_day
from domain.events import (
    ApplicationSubmitted,
    ArrangementRecorded,
    Cap,
    CaseAdmitted,
    CreditCodeConfirmed,
    Deadline,
    InspectionRecorded,
    IntakeClosed,
    MaterialChangeReported,
    Parameters,
    SupportRecorded,
)
from domain.kernel import Document
from domain.life import (
    CONFIRMED_CODES,
    THE_INTAKE,
    WHOLE_CASE,
    Life,
    of_the_designation,
    standing_recommendations,
)
from domain.procedure.places import THE_QUESTIONS, its_place_is_decided_upon
from domain.procedure.steps import (
    Before,
    after,
    as_applied_for,
    by_its_name,
    by_the_deadline,
    handed_in,
    in_order,
    once_reviewed_no_more,
    published,
    recommended_first,
    through_its_unit,
    while_on_notice,
)
from domain.programme import Intake, Programme, Whose
from domain.reasons import because
from domain.rules import FROM_NOW_ON, Broken, Due, Facts, Finding, Held, Read, Rests, Seen, Unset, Words, read
from domain.subjects import XPCC, areas_of, credit_code_of, entity_of, is_entity, subject
from domain.terms import THE_TERMS, Terms, named

NOTICE = Document(
    number="工信厅信软函〔2019〕41号",
    title="关于组织开展2019年新型信息消费示范项目申报工作的通知",
    issuer="工业和信息化部办公厅",
    signed="2019-03-05",
)
DIRECTIONS = {
    "1": ("生活类：数字创意内容和服务", "daily life: digital creative content and services"),
    "2": ("生活类：线上线下融合服务", "daily life: services online and offline"),
    "3": ("公共服务类：健康医疗服务", "public services: health and medicine"),
    "4": ("公共服务类：在线教育服务", "public services: online education"),
    "5": ("行业类：电子商务平台服务", "industry: electronic commerce platforms"),
    "6": ("行业类：行业信息化服务", "industry: informatisation of industries"),
    "7": ("行业类：现代物流服务", "industry: modern logistics"),
    "8": ("新型信息产品：前沿电子信息产品", "new products: frontier electronics"),
    "9": ("新型信息产品：消费类电子产品", "new products: consumer electronics"),
    "10": ("支撑平台：信息消费体验中心", "platforms: information consumption experience centres"),
}
CENTRE = "10"
LEGAL_PERSONS = {  # 独立法人: what the legal form must be; a credit code alone does not make one
    "company",
    "enterprise",
    "public-institution",
    "association",
    "foundation",
    "private-institution",
    "cooperative",
    "agency",
}


def direction_group(fields: tuple[str, ...]) -> str:
    """方向1~9, or 方向10."""
    return "10" if fields == (CENTRE,) else "1-9"


def which_cap(unit: str, group: str) -> str:
    """12 = 10 + 2 of a province; 6 = 5 + 1 of a separately planned city and of the XPCC."""
    of = subject(unit)
    single = of.is_separately_planned or of.id == XPCC.id
    return f"{'single' if single else 'province'}/{group}"


def unit_of(seat: str) -> str:
    """Who puts forward what is registered there: a separately planned city, the XPCC, the province."""
    around = [subject(id_) for id_ in areas_of(seat)]
    single = next((of.id for of in around if of.is_separately_planned), None)
    return single or (XPCC.id if around[0].is_of_xpcc else around[0].province)


# Its caps; for the round that it calls, its deadline too.
PLACES_OF_A_UNIT = {"province/1-9": 10, "province/10": 2, "single/1-9": 5, "single/10": 1}
OF_EVERY_ROUND = Parameters(caps=tuple(Cap(pool, n, NOTICE) for pool, n in PLACES_OF_A_UNIT.items()))
OF_THE_ROUND_OF_2019 = replace(OF_EVERY_ROUND, deadline=Deadline("2019-04-04", NOTICE))


def whose_quota(id_: str) -> Whose:
    """Whose pool the projects of a seat use (二(二), 二(三))."""
    unit = unit_of(id_)
    name = subject(unit).today.name
    if which_cap(unit, CENTRE) == f"single/{CENTRE}":
        return Whose(
            unit,
            Words(
                f"由{name}推荐，自有名额6个＝5＋1（二(三)）",
                f"put forward by {unit}, a unit with a pool of its own: 6 = 5 + 1",
            ),
            ("Q-8",),
        )
    return Whose(
        unit,
        Words(f"由{name}推荐，名额12个＝10＋2（二(三)）", f"put forward by {unit}: its pool is 12 = 10 + 2"),
        ("Q-8",),
    )


PROJECT_2019 = Programme(
    "project-2019",
    "新型信息消费示范项目",
    "New information consumption demonstration projects",
    instrument=NOTICE.number,
    categories={"project": ("示范项目", "demonstration project")},
    fields=DIRECTIONS,
    titles={"project": "新型信息消费示范项目"},
    grounds={
        "1": ("监督检查不合格", "failed inspection"),
        "2": ("申报材料有重大虚假信息", "major false information in the application"),
        "3": (
            "严重损害消费者合法权益和社会公共利益",
            "serious harm to consumers' rights and the public interest",
        ),
        "4": ("其他违法失信等行为", "other unlawful or dishonest acts"),
    },
    intake=Intake(
        cap=which_cap,
        group=direction_group,
        closes=True,
        caps=("province/1-9", "province/10", "single/1-9", "single/10"),
    ),
    text=OF_THE_ROUND_OF_2019,
    judges_itself=frozenset({"deadline"}),
    points=("Q-1", "Q-6", "Q-7", "Q-8", "Q-9", "Q-19"),
    whose=whose_quota,
)


# ------------------------------------------------------------------ 二、申报要求 (一)


@PROJECT_2019.must("J19-1", "二(一), 方案四(一)", judges=Apply)
def an_independent_legal_person_of_the_mainland(act: Apply, facts: Facts) -> Iterator[Finding]:
    """申请主体应在中华人民共和国境内注册，具备独立法人资格。
    The applicant is registered in the mainland and an independent legal person. A valid credit code
    is necessary, not sufficient: branches and sole traders have one; public institutions and
    associations qualify."""
    code = credit_code_of(act.subject)
    if subject(act.subject).is_project and act.entity is not None and not uscc.is_valid(code):
        yield Broken(because("is-no-valid-unified-social-credit-code", code_=code))
    yield from _a_legal_person_of_the_mainland(act)


def _a_legal_person_of_the_mainland(act: Apply) -> Iterator[Finding]:
    of, code = subject(act.subject), credit_code_of(act.subject)
    if not of.is_project or act.entity is None:
        yield Broken(because("a-project-names-its-legal-entity-project"))
        return
    seat = subject(act.entity.seat)
    elsewhere = not seat.today.code or seat.today.code[:2] in {"71", "81", "82"}
    if not act.entity.mainland or (elsewhere and seat.id != XPCC.id):
        yield Broken(because("is-not-registered-in-the-mainland-but", name=act.entity.name, seat=seat))
    if code.startswith("92"):
        yield Broken(because("is-a-sole-trader-not-a-legal", code_=code))
    elif act.entity.legal_form not in LEGAL_PERSONS:
        yield Broken(because("a-is-no-independent-legal-person", legal_form=act.entity.legal_form))


@PROJECT_2019.record("J19-13", "二(一), 二(二)", ApplicationSubmitted)
def other_conditions(application: ApplicationSubmitted) -> Words | None:
    """较好的技术服务实力和融合创新能力，社会责任意识；行业或区域特色，代表性和示范性。
    Technical strength, credit, consumers, representativeness: stated, and judged by the experts."""
    stated = len(application.conditions)
    if not stated:
        return None
    return Words(f"其他条件已说明{stated}项", f"{stated} other conditions are stated")


# ------------------------------------------------------------------ (二)


@PROJECT_2019.must("J19-2", "二(二), 方案三, 方案四(二)", judges=Apply)
def one_of_ten_directions(act: Apply, facts: Facts) -> Iterator[Finding]:
    """示范内容包括5类领域10个方向。
    One of ten directions in five fields; exactly one, else the caps cannot be counted (Q-7)."""
    if act.category != "project":
        yield Broken(because("the-category-is-project-its-direction-a", category=act.category))
    if unknown := sorted(set(act.fields) - DIRECTIONS.keys()):
        yield Broken(because("no-direction-is-called-there-are-1", those=unknown))
    if len(act.fields) != 1:
        yield Broken(because("a-project-is-of-exactly-one-direction", count=len(act.fields)))
    yield Rests("Q-7")


@PROJECT_2019.must(
    "J19-2", "二(二), 方案三, 方案四(二)", judges=(ProposeSelection, Award), reads=(WHOLE_CASE,)
)
def in_the_direction_it_applied_in(act: ProposeSelection | Award, facts: Facts) -> Iterator[Finding]:
    """示范内容包括5类领域10个方向。
    A project is listed in the direction in which it applied, under the title's own name."""
    for case, _, fields in act.choices():
        if len(fields) != 1:
            yield Broken(
                because("a-project-is-of-exactly-one-direction-2", case=case, count=len(fields)),
                entry=case.entry,
            )
    yield from as_applied_for(act, facts)
    yield from by_its_name(PROJECT_2019, act, facts)


@PROJECT_2019.must("J19-12", "二(二), 方案四(二)", judges=Apply)
def every_project_comes_through_its_unit(act: Apply, facts: Facts) -> Iterator[Finding]:
    """省级工业和信息化主管部门负责组织本地区的示范项目申报。
    Every project comes through its unit, a central enterprise's too: its seat's, as recorded (Q-8)."""
    if act.channel != "unit":
        yield Broken(because("a-project-comes-through-the-unit-of"))
        return
    if act.entity is None:
        return
    yield Rests("Q-8")
    if act.unit != (right := unit_of(act.entity.seat)):
        yield Broken(
            because(
                "is-of-through-not", name=act.entity.name, seat=act.entity.seat, right=right, unit=act.unit
            )
        )


@PROJECT_2019.must("J19-12", "二(二), 方案四(二)", judges=(Recommend, Decline), reads=(WHOLE_CASE,))
def its_own_unit_puts_it_forward(act: Recommend | Decline, facts: Facts) -> Iterator[Finding]:
    """各申报组织单位将申报材料报送工业和信息化部。
    The unit that it came through puts it forward, or declines to."""
    yield from through_its_unit(act, facts)


@PROJECT_2019.must(
    "J19-12", "二(二), 方案四(二)", judges=(ReviewFormally, Score, ConcludeReview), reads=(WHOLE_CASE,)
)
def put_forward_before_it_is_reviewed(
    act: ReviewFormally | Score | ConcludeReview, facts: Facts
) -> Iterator[Finding]:
    """推荐先于评审。
    A project is put forward before it is reviewed."""
    yield from recommended_first(act, facts)


# ------------------------------------------------------------------ (三)


@PROJECT_2019.must(
    "J19-3", "二(三), 方案四(三)", judges=(CloseIntake, Admit), reads=(THE_TERMS, THE_INTAKE, WHOLE_CASE)
)
def at_most_twelve_of_a_province(act: CloseIntake | Admit, facts: Facts) -> Iterator[Finding]:
    """推荐项目数量不超过12个（其中方向1~9不超过10个，方向10不超过2个）。
    A province: at most 12, of which directions 1-9 at most 10 and direction 10 at most 2."""
    yield from _within("province", act, facts)


@PROJECT_2019.must(
    "J19-4", "二(三), 方案四(三)", judges=(CloseIntake, Admit), reads=(THE_TERMS, THE_INTAKE, WHOLE_CASE)
)
def at_most_six_of_a_single_city(act: CloseIntake | Admit, facts: Facts) -> Iterator[Finding]:
    """各计划单列市和兵团推荐项目数量不超过6个（其中方向1~9不超过5个，方向10不超过1个）。
    A separately planned city or the XPCC: at most 6, of which 1-9 at most 5 and 10 at most 1."""
    yield from _within("single", act, facts)


def _within(kind: str, act: CloseIntake | Admit, facts: Facts) -> Iterator[Finding]:
    """At the close the first are taken; after it nobody moves up beyond the cap."""
    terms = Terms.of(facts)
    pools = _pools(act, facts)
    for pool in sorted(pools):
        name = PROJECT_2019.cap_of(pool)
        if not name.startswith(kind):
            continue
        cap = terms.caps.get(name)
        if cap is None:
            yield Unset(f"cap:{name}")
        elif isinstance(act, Admit) and len(taken := _taken(pool, facts)) >= cap.places:
            yield Broken(
                because("of-places-of-are-taken", count=len(taken), places=cap.places, pool=pool),
                (terms.set_by[f"cap:{name}"], *taken.values()),
                figures={"pool": pool, "used": len(taken), "cap": cap.places},
            )


def _pools(act: CloseIntake | Admit, facts: Facts) -> set[str]:
    if isinstance(act, CloseIntake):
        return {pool for r in standing_recommendations(facts) for pool in r.fact.pools}
    return {pool} if (pool := act.pool(facts)) is not None else set()


def _taken(pool: str, facts: Facts) -> dict[str, int]:
    """The cases that have a place of a pool: taken at the close or admitted since, not retracted."""
    standing = {r.fact.case for r in standing_recommendations(facts)}
    taken: list[Seen[Any]] = [i for i in facts.of(IntakeClosed) if i.fact.taken]
    return {
        place.fact.case: place.position
        for place in (*taken, *facts.of(CaseAdmitted))
        if place.fact.pool == pool and place.fact.case in standing
    }


@PROJECT_2019.must("J19-5", "二(三)", judges=Recommend, reads=(THE_INTAKE, WHOLE_CASE))
def in_the_units_order(act: Recommend, facts: Facts) -> Iterator[Finding]:
    """若推荐项目超过规定数量上限，将默认按顺序选取。
    Recommendations carry the unit's order, unique numbers (Q-6); over the cap nothing is refused at
    the door. Once the unit's intake is closed nothing is added."""
    yield Rests("Q-6")
    if act.order is None:
        yield Broken(because("the-project-number-in-the-unit-order"), of_form=True)
    for other in standing_recommendations(facts):
        if other.fact.order == act.order and other.fact.case != act.case:
            yield Broken(because("number-is", order=act.order, case=other.fact.case), (other.position,))
    if (closed := facts.of(IntakeClosed)) and not _was_sent_in_time(act, closed[0], facts):
        yield Broken(because("the-intake-of-is-closed", unit=act.unit), (closed[0].position,))


def _was_sent_in_time(act: Recommend, closed: Seen[IntakeClosed], facts: Facts) -> bool:
    """Whether it is a letter that the ministry records from paper, sent no later than the close."""
    late_letters = PROJECT_2019.that_judges(facts).late_letters
    return late_letters and act.actor.role == "ministry" and facts.day <= closed.day


@PROJECT_2019.must("J19-5", "二(三)", judges=CloseIntake, reads=(THE_TERMS, THE_INTAKE))
def closed_after_the_deadline(act: CloseIntake, facts: Facts) -> Iterator[Finding]:
    """超过数量上限的，默认按顺序选取。
    At the close, and not before it, the first ones within each direction group are taken."""
    terms = Terms.of(facts)
    if terms.deadline is not None and facts.day <= a_day(terms.deadline.day):
        yield Broken(because("the-intake-is-open-until", day=terms.deadline.day), (terms.set_by["deadline"],))


@PROJECT_2019.must(
    "J19-5", "二(三)", judges=(ReviewFormally, Score, InspectSite, ConcludeReview), reads=(WHOLE_CASE,)
)
def over_quota_is_not_reviewed(
    act: ReviewFormally | Score | InspectSite | ConcludeReview, facts: Facts
) -> Iterator[Finding]:
    """超过数量上限的不予评审。
    What is over quota cannot be reviewed, nor anything before its unit's intake is closed."""
    life = Life.of(facts, act.cases()[0])
    if life.application is None:
        return
    place = life.admitted or life.intake
    if place is None:
        if not life.waits:  # else said above
            yield Broken(because("its-unit-intake-is-not-closed", case=life.case), entry=life.case.entry)
    elif life.admitted is None and life.intake is not None and not life.intake.fact.taken:
        yield Broken(because("is-over-quota", case=life.case), (life.intake.position,), entry=life.case.entry)
    else:
        yield from after("place-in-the-intake", place, life, facts)


# ------------------------------------------------------------------ (四), 三、报送方式


BEFORE: Before = {
    HoldDefence: ("expert-review", lambda life: life.review),
    ProposeSelection: ("expert-review", lambda life: life.review),
    OpenPublicity: ("proposed-list", lambda life: life.proposed),
    ClosePublicity: ("notice", lambda life: life.notice),
    Award: ("notice", lambda life: life.notice),
}


@PROJECT_2019.must(
    "J19-7",
    "二(四), 方案四(四), 方案五(一)3",
    reads=(WHOLE_CASE,),
    judges=(Score, HoldDefence, ProposeSelection, OpenPublicity, ClosePublicity, Award),
)
def reviewed_proposed_on_notice_listed(
    act: Score | HoldDefence | ProposeSelection | OpenPublicity | ClosePublicity | Award, facts: Facts
) -> Iterator[Finding]:
    """组织行业专家评审；研究确定拟支持项目，并进行公示。
    Expert review of the report, the proposed list, publicity (its length unset, Q-9), then the list,
    a published document."""
    yield from in_order(BEFORE, act, facts)
    for life in (Life.of(facts, case) for case in act.cases()):
        if isinstance(act, Score):
            yield from once_reviewed_no_more(act, life)
        elif isinstance(act, ClosePublicity | Award):
            yield from while_on_notice(act, life, facts)
    if isinstance(act, Award):
        yield Rests("Q-19")
        yield from published("list", act, facts)


@PROJECT_2019.must("J19-6", "三", judges=(Apply, Recommend), reads=(THE_TERMS, WHOLE_CASE))
def sent_by_the_fourth_of_april(act: Apply | Recommend, facts: Facts) -> Iterator[Finding]:
    """2019年4月4日前将包括申报书和推荐意见函在内的申报材料报送。
    By the round's deadline, that day included (Q-1), with the report and the letter of
    recommendation; on paper twice and on a disc is recorded only."""
    if isinstance(act, Apply):
        yield from handed_in(act.materials, "application-report")
    elif not named(act.basis):
        yield Broken(because("the-letter-of-recommendation-is-missing-give"))
    yield from by_the_deadline(act, facts)


# ------------------------------------------------------------------ 方案五、工作组织和保障


@PROJECT_2019.duty("J19-8", "方案五(一)1")
def the_unit_follows_up(title: Held) -> Iterator[Due]:
    """各省级主管部门负有监督主体责任，加强跟踪检查和业务指导。
    The unit answers for truthfulness, follows up and checks; no interval is set."""
    yield Due("follow-up")
    for arranged in title.facts.of(ArrangementRecorded):
        if arranged.fact.kind == "follow-up":
            yield Due("follow-up", None, filed=arranged.day, filed_by=arranged.position)


@PROJECT_2019.duty("J19-9", "方案五(一)2")
def inspected_by_third_parties(title: Held) -> Iterator[Due]:
    """委托第三方机构定期进行监督检查，并将结果进行公开。
    Third-party inspections, regular, with no interval; their results are public."""
    yield Due("third-party-inspection")
    for inspection in title.facts.of(InspectionRecorded):
        yield Due("third-party-inspection", None, filed=inspection.day, filed_by=inspection.position)


@PROJECT_2019.duty("J19-10", "方案五(一)3")
def major_changes_are_reported(title: Held) -> Iterator[Due]:
    """项目承担主体发生兼并重组、破产清算等重大变化，应及时书面报备。
    Merger, restructuring, liquidation or another major change is reported promptly, in writing; the
    title is not touched by it."""
    yield Due("major-change-report")
    for change in title.facts.of(MaterialChangeReported):
        yield Due(
            "major-change-report", None, of=change.fact.kind, filed=change.day, filed_by=change.position
        )


INSPECTIONS: Read = read(InspectionRecorded, under=of_the_designation)


@PROJECT_2019.must("J19-11", "方案五(一)3", judges=Withdraw, reads=(INSPECTIONS,))
def cancelled_on_one_of_four_grounds(act: Withdraw, facts: Facts) -> Iterator[Finding]:
    """监督检查不合格、重大虚假信息、严重损害消费者权益和公共利益、其他违法失信行为的，取消资格并通报。
    Cancelled on one of four grounds: failed inspection, one being recorded; major false information;
    serious harm to consumers' rights and the public interest, either of which suffices; other
    unlawful or dishonest acts, the act named. Circulated."""
    if act.ground not in PROJECT_2019.grounds:
        yield Broken(because("is-none-of-the-four-grounds-of-2", ground=act.ground))
    if act.ground == "1":
        inspections = [
            i for i in facts.of(InspectionRecorded) if i.day <= facts.day and i.fact.passed is not None
        ]
        if not inspections or inspections[-1].fact.passed:
            yield Broken(
                because("the-newest-inspection-on-record-is-not"), tuple(i.position for i in inspections)
            )
    if act.ground == "4" and act.act is None:
        yield Broken(because("ground-4-is-open-the-act-is"))
    yield from published("cancellation", act, facts)


@PROJECT_2019.record("J19-14", "方案五(二), 方案五(三)", SupportRecorded)
def the_supports(support: SupportRecorded) -> Words | None:
    """争取资金支持，鼓励地方配套；案例集、信息消费城市行。
    National and local funds, case collection, city tour."""
    return Words(f"支持：{support.words}", f"support: {support.words}")


# ------------------------------------------------------------------ after 2019

# The deadline that the notice sets is that of the round that it calls; the caps go on.
PROJECT_2020 = PROJECT_2019.amended("2", since=date(2020, 1, 1), text=OF_EVERY_ROUND)

# ------------------------------------------------------------------ readings put right

# A title whose characters are written in full width is the same title. The text knows no check digits: a code
# of the form is taken; companies have published codes that were given before there was a rule for the digit.
PROJECT_1_1 = PROJECT_2019.amended(
    "1.1", behind=FROM_NOW_ON, widths_alike=True, late_letters=True, without=("J19-1",)
)


@PROJECT_1_1.must("J19-1", "二(一), 方案四(一)", judges=Apply, after="")
def a_legal_person_of_the_mainland(act: Apply, facts: Facts) -> Iterator[Finding]:
    """申请主体应在中华人民共和国境内注册，具备独立法人资格。
    The applicant is registered in the mainland and an independent legal person. A credit code of the form
    is necessary, not sufficient: branches and sole traders have one; public institutions and
    associations qualify."""
    if subject(act.subject).is_project and not _OF_THE_FORM.fullmatch(credit_code_of(act.subject)):
        yield Broken(because("is-no-credit-code-of-the-form", code_=credit_code_of(act.subject)))
    yield from _a_legal_person_of_the_mainland(act)


# GB 32100: who registers it, and what; six digits of the division; the organisation's code; a check digit.
_OF_THE_FORM = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)


@PROJECT_1_1.must(
    "J19-1",
    "二(一), 方案四(一)",
    judges=(Apply, Recommend, ConcludeReview, ProposeSelection, Award),
    reads=(CONFIRMED_CODES,),
    after="J19-1",
)
def a_failed_check_digit_is_shown(
    act: Apply | Recommend | ConcludeReview | ProposeSelection | Award, facts: Facts
) -> Iterator[Finding]:
    """统一社会信用代码校验位不符的，予以标明，直至依文件确认。
    A credit code whose check digit is not what its rule gives is shown, until the ministry confirms it from
    a document."""
    confirmed = {entity_of(Case.parse(c.fact.case).subject) for c in facts.of(CreditCodeConfirmed)}
    for case in act.cases():
        if entity_of(case.subject) not in confirmed and _fails_its_check_digit(case):
            yield Unset("check-digit", case.entry)


@PROJECT_1_1.must("J19-1", "二(一), 方案四(一)", judges=ConfirmCreditCode, after="J19-1")
def only_a_failed_check_digit_is_confirmed(act: ConfirmCreditCode, facts: Facts) -> Iterator[Finding]:
    """校验位相符的代码无须确认。
    A code whose check digit is what its rule gives needs no confirmation."""
    for case in act.cases():
        if not _fails_its_check_digit(case):
            yield Broken(because("its-check-digit-is-right", code_=credit_code_of(case.subject)))


@PROJECT_1_1.must("J19-5", "二(三)", judges=(CloseIntake, ReviseOrder), reads=(THE_INTAKE,), after="J19-5")
def each_number_once(act: CloseIntake | ReviseOrder, facts: Facts) -> Iterator[Finding]:
    """按顺序选取：序号不得重复。
    No two projects of a unit have one number, neither when it puts them in order nor at the close."""
    numbers = {r.fact.case: r.fact.order for r in standing_recommendations(facts)}
    if isinstance(act, ReviseOrder):
        numbers |= act.numbers()
    for one, other in combinations(numbers, 2):
        if numbers[one] == numbers[other]:
            yield Broken(because("have-one-number", case=one, other=other, order=numbers[one]))


@PROJECT_1_1.must("J19-5", "二(三)", judges=CloseIntake, reads=(THE_TERMS, THE_INTAKE), after="J19-5")
def nobody_is_taken_before_being_recommended(act: CloseIntake, facts: Facts) -> Iterator[Finding]:
    """截止不早于轮次开启，也不早于所取项目的推荐。
    An intake is closed neither before its round was opened nor before what it takes was recommended."""
    opened = Terms.of(facts).opened
    if opened is not None and facts.day < opened.day:
        why = because("the-round-was-opened-on-not-before", day=opened.day)
        yield Broken(why, (opened.position,), of_form=True)
    for recommended in standing_recommendations(facts):
        if facts.day < recommended.day:
            why = because("was-recommended-on-not-before", case=recommended.fact.case, day=recommended.day)
            yield Broken(why, (recommended.position,), of_form=True)


@PROJECT_1_1.must(
    "J19-5", "二(三)", judges=Admit, reads=(THE_TERMS, THE_INTAKE, WHOLE_CASE, THE_QUESTIONS), after="J19-5"
)
def moving_up_is_within_the_cap_of_the_close(act: Admit, facts: Facts) -> Iterator[Finding]:
    """截止后提高的名额不再适用；名额已满且所涉入选待复核的，先作决定。
    A cap that was raised after the close takes nobody more; and where one of those taken is in question, that
    is decided before another is admitted in their place."""
    yield from its_place_is_decided_upon({act.case}, facts)
    at_the_close, now = Terms.of(_at_the_close(facts)).caps, Terms.of(facts).caps
    for pool in _pools(act, facts):
        taken, name = _taken(pool, facts), PROJECT_2019.cap_of(pool)
        if (cap := at_the_close.get(name)) is None or len(taken) < cap.places:
            continue
        if now[name].places > cap.places:
            yield Broken(
                because("of-places-at-the-close-are-taken", count=len(taken), places=cap.places, pool=pool),
                tuple(taken.values()),
                figures={"pool": pool, "used": len(taken), "cap": cap.places},
            )
        yield from its_place_is_decided_upon(taken, facts)


def _at_the_close(facts: Facts) -> Facts:
    """What stood when the unit's intake was closed: of that day, only what was recorded before it."""
    closed = min(facts.of(IntakeClosed), key=lambda c: (c.day, c.position), default=None)
    if closed is None:
        return facts
    by_then = tuple(b for b in facts.history if (b.latest_day, b.position) < (closed.day, closed.position))
    return replace(facts, history=by_then, day=closed.day)


def _fails_its_check_digit(case: Case) -> bool:
    return is_entity(entity_of(case.subject)) and not uscc.is_valid(credit_code_of(case.subject))


PROJECT_2_1 = PROJECT_1_1.amended(
    "2.1", since=PROJECT_2020.since, behind=FROM_NOW_ON, text=OF_EVERY_ROUND, beside=(PROJECT_2020,)
)
