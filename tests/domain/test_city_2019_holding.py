"""While the title of 工信部信软〔2019〕63号 is held: duties, supports, withdrawal.

Every rule by its strength; the scenarios under their own words.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.commands import (
    Reassess,
    RecordArrangement,
    RecordInspection,
    RecordSupport,
    ReportProgress,
    Statement,
    Withdraw,
)
from domain.duties import Obligation, dues, obligations
from domain.events import DesignationAwarded
from domain.history import believed
from domain.kernel import Document, Query, Selector
from domain.rules import Facts, Held
from tests.support.city_round import DIGEST, FIVE, MINISTRY, applies, awarded, case, city, opened, unit
from tests.support.given import Given, Step, given, on, proves, refused
from tests.support.reading import first, told

WITHDRAWAL = Document(number="工业和信息化部公告〔2024〕9号", published="2024-05-10")


def owed(g: Given, as_of: str, name: str = "武汉市") -> dict[tuple[str, str], Obligation]:
    """A holder's obligations on a day, by (what, which); what was filed before what goes on."""
    return {(o.due.what, o.due.of): o for o in reversed(all_owed(g, as_of, name))}


def all_owed(g: Given, as_of: str, name: str = "武汉市") -> list[Obligation]:
    """A holder's obligations on a day, in their order."""
    held = case(name)
    query = Query((Selector.of(tags={f"designation:{held}"}), Selector.of(tags={f"entry:{held}"})))
    history = believed(g.ledger.read(query))
    day = date.fromisoformat(as_of)
    facts = Facts(tuple(history), day, day)
    since = facts.of(DesignationAwarded)[0].day
    title = Held(held, since, None, facts, held)
    stated = [(rule, due) for _, rule, due in dues("city-2019", title)]
    return obligations(stated, until=None, as_of=day)


HOLDER = (*opened(), *awarded("武汉市"))


def reports(kind: str, year: int | None = None) -> ReportProgress:
    return ReportProgress(
        actor=city("武汉市"),
        designation=case("武汉市"),
        kind=kind,  # type: ignore[arg-type]
        year=year,
        sha256=DIGEST,
    )


@proves("C19-14", "owed")
def test_regular_progress_is_owed_with_no_date_set() -> None:
    assert owed(given(*HOLDER), "2023-01-01")["progress-report", ""].state == "no-date-set"


@proves("C19-14", "records")
def test_a_regular_report_is_filed() -> None:
    g = given(*HOLDER, on("2022-07-01", reports("regular")))
    assert owed(g, "2022-08-01")["progress-report", ""].state == "filed"
    states = [o.state for o in all_owed(g, "2031-01-01") if o.due.what == "progress-report"]
    assert states == ["filed", "no-date-set"], "regularly: one does not do for ever"
    then = [o.state for o in all_owed(g, "2022-06-01") if o.due.what == "progress-report"]
    assert then == ["no-date-set"], "filed later, it was owed once"


@proves("C19-15", "owed")
def test_a_yearly_report_is_owed_for_the_running_year() -> None:
    found = owed(given(*HOLDER), "2022-12-31")["yearly-report", "2022"]
    assert (found.state, found.due.due, found.rule) == ("owed", date(2022, 12, 31), "C19-15")


@proves("C19-15", "overdue")
def test_a_yearly_report_that_is_missing_is_overdue_and_the_title_stays() -> None:
    """! yearly report missing: overdue, title stays"""
    found = owed(given(*HOLDER), "2023-01-02")
    assert (found["yearly-report", "2022"].state, found["yearly-report", "2022"].days_late) == ("overdue", 2)
    assert found["yearly-report", "2023"].state == "owed"


@proves("C19-15", "late")
def test_a_yearly_report_in_the_next_year_is_late() -> None:
    g = given(*HOLDER, on("2023-01-10", reports("yearly", 2022)))
    found = owed(g, "2023-02-01")["yearly-report", "2022"]
    assert (found.state, found.days_late, found.due.filed_by) == ("late", 10, len(g.ledger.events))
    assert owed(g, "2023-01-09")["yearly-report", "2022"].state == "overdue", "as it stood then"


@proves("C19-15", "records")
def test_a_yearly_report_in_time_is_filed() -> None:
    g = given(*HOLDER, on("2022-12-20", reports("yearly", 2022)))
    assert owed(g, "2023-02-01")["yearly-report", "2022"].state == "filed"


@proves("C19-15", "owed")
def test_a_re_assessment_is_owed_with_no_date_set() -> None:
    assert owed(given(*HOLDER), "2023-01-01")["re-assessment", ""].state == "no-date-set"
    passed = Reassess(actor=MINISTRY, designation=case("武汉市"), passed=True)
    g = given(*HOLDER, on("2023-06-01", passed))
    assert owed(g, "2023-07-01")["re-assessment", ""].state == "filed"


def planned() -> tuple[Step, ...]:
    """A holder whose centre was planned when it applied, on 2021-05-01."""
    conditions = (FIVE[0], Statement(2, "计划建设", facility="planned"), *FIVE[2:])
    _, *rest = awarded("武汉市")
    return (*opened(), on("2021-05-01", applies("武汉市", conditions=conditions)), *rest)


SET_UP = RecordArrangement(
    actor=city("武汉市"), designation=case("武汉市"), kind="facility-project", words="体验中心立项"
)


@proves("C19-20", "owed")
def test_a_planned_centre_is_owed_within_three_years_of_the_application() -> None:
    found = owed(given(*planned()), "2024-05-01")["facility", ""]
    assert (found.state, found.due.due) == ("owed", date(2024, 5, 1))
    assert ("facility", "") not in owed(given(*HOLDER), "2024-05-01"), "a built one owes nothing"


@proves("C19-20", "overdue")
def test_a_planned_centre_that_is_not_set_up_is_overdue() -> None:
    assert owed(given(*planned()), "2024-05-02")["facility", ""].state == "overdue"


@proves("C19-20", "late")
def test_a_planned_centre_set_up_after_three_years_is_late() -> None:
    g = given(*planned(), on("2024-06-01", SET_UP))
    assert owed(g, "2024-07-01")["facility", ""].state == "late"


@proves("C19-20", "records")
def test_a_planned_centre_that_is_set_up_is_filed() -> None:
    g = given(*planned(), on("2023-06-01", SET_UP))
    assert owed(g, "2024-07-01")["facility", ""].state == "filed"


def withdraws(ground: str, act: str | None = None, basis: Document | None = WITHDRAWAL) -> Withdraw:
    return Withdraw(actor=MINISTRY, basis=basis, designation=case("武汉市"), ground=ground, act=act)


@proves("C19-16", "refuses")
def test_slow_growth_is_no_ground() -> None:
    """− withdrawal for "slow growth" """
    with refused("C19-16"):
        given(*HOLDER).when("2024-05-10", withdraws("slow-growth"))


@proves("C19-16", "refuses")
def test_a_failed_re_assessment_is_on_record_before_it_is_a_ground() -> None:
    passed = Reassess(actor=MINISTRY, designation=case("武汉市"), passed=True)
    failed = replace(passed, passed=False)
    with refused("C19-16"):  # it failed later than the withdrawal is to take effect
        early = replace(withdraws("2"), effective="2023-01-01")
        given(*HOLDER, on("2024-04-01", failed)).when("2024-05-10", early)
    for steps in (
        (),
        (on("2024-04-01", passed),),
        (on("2023-04-01", failed), on("2024-04-01", passed)),  # passing keeps the title
    ):
        with refused("C19-16"):
            given(*HOLDER, *steps).when("2024-05-10", withdraws("2"))


@proves("C19-16", "refuses")
def test_the_open_ground_names_the_act() -> None:
    with refused("C19-16"):
        given(*HOLDER).when("2024-05-10", withdraws("4"))


@proves("C19-16", "refuses")
def test_a_withdrawal_is_announced() -> None:
    for basis in (None, Document(number="公告〔2024〕9号")):
        with refused("C19-16"):
            given(*HOLDER).when("2024-05-10", withdraws("1", basis=basis))


@proves("C19-16", "accepts")
def test_each_of_the_four_grounds_ends_the_title() -> None:
    failed = Reassess(actor=MINISTRY, designation=case("武汉市"), passed=False, on_site=True)
    for ground, act in (("1", None), ("2", None), ("3", None), ("4", "连续三年未报送进展")):
        g = given(*HOLDER, on("2024-04-01", failed))
        fact = first(g.when("2024-05-10", withdraws(ground, act)))
        assert fact.as_data()["ground"] == ground
        with refused("H-2"):
            g.when("2024-05-11", reports("regular"))
        again = withdraws("3")
        with refused("H-2"):
            g.when("2024-05-11", again)
    g = given(*HOLDER)
    g.when("2024-05-10", replace(withdraws("1"), effective="2025-01-01"))
    with refused("L-1"):  # it is to end, and is held until then
        g.when("2024-05-11", withdraws("3"))


@proves("C19-17", "records")
def test_a_support_is_shown() -> None:
    act = RecordSupport(actor=MINISTRY, designation=case("武汉市"), kind="branding", words="品牌宣传")
    assert "支持：品牌宣传（C19-17）" in told(given(*HOLDER).recorded("2022-06-01", act))


@proves("C19-18", "records")
def test_an_inspection_and_a_units_help_are_shown() -> None:
    inspection = RecordInspection(actor=MINISTRY, designation=case("武汉市"), carried_out_by="信息技术发展司")
    help_ = RecordArrangement(
        actor=unit("湖北省"), designation=case("武汉市"), kind="assistance", words="组织对接"
    )
    g = given(*HOLDER)
    assert "督导检查：信息技术发展司（C19-18）" in told(g.recorded("2022-06-01", inspection))
    assert "主管部门的支持：组织对接（C19-18）" in told(g.recorded("2022-06-02", help_))


@proves("C19-21", "records")
def test_the_coordination_body_is_shown() -> None:
    act = RecordArrangement(
        actor=city("武汉市"), designation=case("武汉市"), kind="coordination-body", words="领导小组"
    )
    assert "协同推进机制：领导小组（C19-21）" in told(given(*HOLDER).recorded("2022-06-01", act))
