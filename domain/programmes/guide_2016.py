"""2016年国家信息消费示范城市建设指南: a calendar of duties for the holders of that title in 2016.

The guide has no number and no applications. It names neither 工信厅信函[2013]701号 nor its titles: that it
binds the cities chosen among those pilots (programme demo-2015) is ours, from the published lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from domain.events import (
    ArrangementRecorded,
    AssessmentRecorded,
    CommendationRecorded,
    IndicatorReported,
    MonitoringChosen,
    ProgressReported,
)
from domain.programme import Programme
from domain.rules import Due, Held, Words
from domain.subjects import XPCC, Subject, UnknownSubject, subject

YEAR = 2016
AREAS = {
    "infrastructure": ("信息基础设施升级改造", "infrastructure"),
    "supply": ("信息消费高端供给", "supply"),
    "public-services": ("公共服务能力", "public services"),
    "culture": ("新兴文化服务", "culture"),
    "new-demand": ("信息消费新需求", "new demand"),
    "innovation": ("大众创业万众创新", "innovation and start-ups"),
}
EARLY_AUGUST = date(YEAR, 8, 10)  # 8月初, by open point Q-12


CHOSEN = "chosen"


def as_read(due: Due, chosen: Mapping[str, str]) -> Due | None:
    """Early August as a recorded reading has it (Q-12); and whether each holder reports monitoring figures,
    or who was chosen only (Q-20)."""
    if due.rests == "Q-20" and due.filed is None:
        chosen_only = chosen.get("Q-20", "each-city") == "chosen-only"
        return due if chosen_only == (due.of == CHOSEN) else None
    if due.rests != "Q-12" or due.due is None:
        return due
    choice = chosen.get("Q-12", "august-10")
    return replace(due, due=due.due.replace(day=int(choice.removeprefix("august-"))))


GUIDE_2016 = Programme(
    "guide-2016",
    "国家信息消费示范城市建设指南（2016年）",
    "Guide for the national information consumption demonstration cities, 2016",
    instrument="2016年国家信息消费示范城市建设指南",
    fields=AREAS,
    binds=("demo-2015",),
    points=("Q-4", "Q-12", "Q-20"),
    as_read=as_read,
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is to reach; without `least` it rises or is basically reached: shown, not judged."""

    words: Words
    least: int | None = None  # in the unit: a share in hundredths of a percent
    unit: str = "%"
    more: bool = False  # than the least, not the least itself


def _by_the_end(chinese: str, english: str, least: int | None = None) -> Target:
    return Target(Words(f"{chinese}（2016年末）", f"{english} by the end of 2016"), least)


TARGETS = {
    "fibre-coverage": _by_the_end("城市光纤网络全覆盖", "fibre to the whole city", 10_000),
    "government-interconnection": _by_the_end(
        "政府信息系统基本实现互联互通", "government systems basically interconnected"
    ),
    "open-data-share": _by_the_end("公共数据开放共享比例持续提高", "a rising share of open data"),
    "broadband-20m": Target(
        Words("20M以上高速宽带用户比例超过50%", "over 50% of users at 20 Mbit/s or more"), 5_000, more=True
    ),
    "access-rate": Target(Words("20M以上", "20 Mbit/s or more"), 20_000, "kbit/s"),
    "public-wlan": Target(Words("主要公共区域WLAN全覆盖", "WLAN in all main public areas"), 10_000),
    "village-fibre": Target(
        Words("基本实现行政村光纤通达", "fibre to basically all administrative villages")
    ),
    "shared-infrastructure": Target(
        Words("基础设施集约化建设比例持续提升", "a rising share of shared infrastructure")
    ),
}


# ------------------------------------------------------------------ 一、主要目标


@GUIDE_2016.record("C16-1", "一, 二(一)", IndicatorReported)
def the_targets(figure: IndicatorReported) -> Words | None:
    """2016年末光纤网络全覆盖；20M以上高速宽带用户比例超过50%；主要公共区域WLAN全覆盖等。
    Indicators beside their targets: fibre to the whole city by the end of 2016; over 50 % of users at
    20 Mbit/s or more; WLAN in all main areas; others rising or basically reached."""
    target = TARGETS.get(figure.indicator)
    if target is None:
        return None
    chinese, english = f"目标：{target.words.chinese}", f"target: {target.words.english}"
    if target.least is None or figure.unit != target.unit:
        return Words(chinese, english)
    met = figure.value > target.least if target.more else figure.value >= target.least
    return Words(f"{chinese}，{'已达到' if met else '未达到'}", f"{english}: {'met' if met else 'not met'}")


# ------------------------------------------------------------------ 二、示范内容


@GUIDE_2016.record("C16-7", "二(一)–(六)", ProgressReported)
def filed_under_six_areas(report: ProgressReported) -> Words | None:
    """示范内容（一）至（六）。
    Reports are filed under six areas: infrastructure, supply, public services, culture, new demand,
    innovation and start-ups."""
    named = [AREAS[area] for area in report.areas if area in AREAS]
    if not named:
        return None
    return Words(f"领域：{'、'.join(zh for zh, _ in named)}", f"areas: {', '.join(en for _, en in named)}")


# ------------------------------------------------------------------ 三、措施与要求

ORGANISED = ("coordination-body", "division-of-tasks", "goals-and-plan", "performance-review")


@GUIDE_2016.duty("C16-8", "三(一)")
def leadership_and_coordination(title: Held) -> Iterator[Due]:
    """建立完善跨部门协调机制，明确责任分工和任务目标，纳入绩效考核。
    A coordination body, a division of tasks, goals and a plan, inclusion in performance review."""
    for kind in ORGANISED:
        yield Due(kind)
        for arranged in title.facts.of(ArrangementRecorded):
            if arranged.fact.kind == kind:
                yield Due(kind, None, filed=arranged.day, filed_by=arranged.position)


@GUIDE_2016.duty("C16-2", "三(二)")
def monitoring_figures(title: Held) -> Iterator[Due]:
    """各示范城市应积极配合，及时准确填报监测信息。
    Chosen cities report monitoring figures in time and accurately; no interval is set. A trial
    platform by the end of July, wider by the year's end. Whether each city owes them or the chosen
    ones only is open (Q-20)."""
    yield Due("monitoring-figures", rests="Q-20")
    for choice in title.facts.of(MonitoringChosen):
        yield Due("monitoring-figures", of=CHOSEN, rests="Q-20", begins=choice.day)
    for figure in title.facts.of(IndicatorReported):
        yield Due(
            "monitoring-figures", None, of=figure.fact.indicator, filed=figure.day, filed_by=figure.position
        )


@GUIDE_2016.record("C16-6", "三(二), 三(四)", ArrangementRecorded)
def entrusted_to_third_parties(arranged: ArrangementRecorded) -> Words | None:
    """委托第三方机构承担监测分析工作、开展“城市行”活动。
    Monitoring and the city tour are entrusted to third parties: which, by which document."""
    if arranged.kind not in {"entrusted-monitoring", "entrusted-tour"}:
        return None
    return Words(f"受托：{arranged.words}", f"entrusted: {arranged.words}")


@GUIDE_2016.duty("C16-3", "三(三)")
def two_reports_in_the_year(title: Held) -> Iterator[Due]:
    """8月初报送上半年示范工作进展情况，11月底报送全年示范工作进展情况及信息消费典型应用。
    Progress of the first half in early August (Q-12), of the year by the end of November, the latter
    with typical applications; one without is incomplete, and so is one that names no area."""
    calendar = {"half-year": EARLY_AUGUST, "yearly": date(YEAR, 11, 30)}
    for kind, due in calendar.items():
        point = "Q-12" if kind == "half-year" else ""
        yield Due(f"{kind}-report", due, of=str(YEAR), rests=point)
        for report in title.facts.of(ProgressReported):
            if report.fact.kind == kind and report.fact.year == YEAR:
                lacking = ["areas"] if not report.fact.areas else []
                if kind == "yearly" and not report.fact.applications:
                    lacking.append("typical-applications")
                yield Due(
                    f"{kind}-report",
                    due,
                    of=str(YEAR),
                    filed=report.day,
                    filed_by=report.position,
                    rests=point,
                    lacking=tuple(lacking),
                )


@GUIDE_2016.duty("C16-4", "三(三)")
def assessed_in_december(title: Held) -> Iterator[Due]:
    """12月组织开展示范城市年度评估、经验总结、成果验收工作。
    December: assessment, summary, acceptance. Who holds them and what failing means is not said."""
    due = date(YEAR, 12, 31)
    yield Due("yearly-assessment", due, of=str(YEAR))
    for assessed in title.facts.of(AssessmentRecorded):
        if assessed.day < date(YEAR, 12, 1):
            continue
        yield Due("yearly-assessment", due, of=str(YEAR), filed=assessed.day, filed_by=assessed.position)


@GUIDE_2016.record("C16-5", "三(三)", CommendationRecorded)
def commended(commendation: CommendationRecorded) -> Words | None:
    """对信息消费示范建设先进城市和优秀应用进行表彰。
    Commendation of advanced cities and of excellent applications."""
    return Words(f"表彰：{commendation.words}", f"commended: {commendation.words}")


# ------------------------------------------------------------------ 末段


@GUIDE_2016.record("C16-9", "末段", ArrangementRecorded)
def who_works_with_the_city(arranged: ArrangementRecorded) -> Words | None:
    """工业和信息化主管部门会同通信管理局等部门共同推进示范城市建设。
    The supervising unit and the communications administration that work with the city."""
    if arranged.kind != "supervision":
        return None
    named = Words("", "")
    if arranged.unit is not None:
        unit = _unit(arranged.unit)
        name = arranged.unit if unit is None else unit.today.name
        named = Words(f"；监管单位{name}", f"; supervised by {name}")
        if unit is None or not is_named(unit):
            named = Words(f"{named.chinese}，本文未列名", f"{named.english}, which the text does not name")
    return Words(
        f"共同推进：{arranged.words}{named.chinese}", f"working with it: {arranged.words}{named.english}"
    )


def _unit(id_: str) -> Subject | None:
    """A unit that the register holds; None: a recorded change made it, or nobody is there."""
    try:
        return subject(id_)
    except UnknownSubject:
        return None


def is_named(unit: Subject) -> bool:
    """Whether a unit is one of those that the text calls on: of a province, region, municipality or of a
    separately planned city."""
    of_a_province = unit.id == unit.province and unit != XPCC
    return of_a_province or unit.is_separately_planned
