"""A whole round of each programme, with the numbers of its text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from domain.commands import (
    Debar,
    DecideTie,
    GrantException,
    LodgeObjection,
    ProposeSelection,
    RecordBonus,
    RecordIncident,
    ResolveObjection,
    Retract,
)
from domain.commands.reviewing import Candidate
from domain.kernel import Actor, Document, Recorded
from domain.programmes.incentive_2022 import unit_of
from domain.subjects import Subject, everyone, find
from tests.support.city_round import MINISTRY, city
from tests.support.given import Given, given, refused
from tests.support.other_rounds import (
    DECIDED,
    LIST,
    PILOTS_OPENED,
    PRAISED,
    PROJECTS_OPENED,
    SELECTED,
    applies_as_project,
    applies_for,
    approves,
    awards,
    closes,
    closes_intake,
    incentive,
    notice,
    opened_incentives,
    pilots,
    project,
    proposes,
    puts_forward,
    recommends_pilot,
    recommends_project,
    review,
    score,
)

DAYS = (date(2013, 10, 20), date(2022, 12, 5))
EXPERT = Actor("p-expert-9", "reviewer", "independent")


def provinces() -> list[Subject]:
    """The 31 units: provinces, autonomous regions, municipalities."""
    return [p for p in everyone() if p.level in {"province", "municipality"}]


def divisions(province: str, *levels: str) -> Iterator[Subject]:
    yield from (
        p
        for p in everyone()
        if p.province == province
        and p.level in levels
        and not p.is_separately_planned
        and all(p.existed_in(d.year) and p.level_on(d) in levels for d in DAYS)
    )


def of_topic(g: Given, topic: str) -> list[Recorded]:
    return [event for event in g.ledger.events if event.topic == topic]


def test_2013_thirty_one_units_nine_direct_cities_fifty_places_and_exceptions_beyond() -> None:
    g = given(*PILOTS_OPENED)
    units = provinces()
    assert len(units) == 31
    direct = [p for p in everyone() if p.is_municipality or p.is_separately_planned]
    assert len(direct) == 9
    cases = []
    for of in direct:
        (event,) = g.recorded("2013-10-20", pilots(of.id))
        cases.append(str(event.data["case"]))
    through: Counter[str] = Counter()
    for unit in units:
        levels = ("district",) if unit.is_municipality else ("prefecture-city", "county-city")
        for of in list(divisions(unit.id, *levels))[: 1 if unit.id == "cn:630000" else 2]:
            (event,) = g.recorded("2013-10-21", pilots(of.id))
            cases.append(str(event.data["case"]))
            through[unit.id] += 1
    for case in cases[9:]:
        name = find(case.split("/")[2]).today.name
        act = recommends_pilot(case.split("/")[2], "2013-11-05")
        assert g.when("2013-11-05", act), name
    assert set(through.values()) == {1, 2}, "one is a shortfall, shown and not refused"
    for case in cases:
        g.when("2013-11-25", review(case))
    assert len(cases) == 9 + sum(through.values()) >= 68
    with refused("P13-1") as why:
        g.when("2013-11-28", proposes("pilot", *cases))
    assert len(why) == len(cases) - 50
    beyond = cases[50:68]
    for case in beyond:
        g.when(
            "2013-11-29",
            GrantException(
                actor=MINISTRY, basis=DECIDED, entry=case, rule="P13-1", reason="公告〔2013〕67号"
            ),
        )
    chosen = cases[:68]
    g.when("2013-12-02", proposes("pilot", *chosen))
    g.when("2013-12-20", approves("leading-group", *chosen))
    titles = g.when("2013-12-31", awards("pilot", *chosen))
    assert len(titles) == 68
    assert sum(bool(e.data.get("beside")) for e in of_topic(g, "designation.awarded")) == 18


def test_2019_fourteen_of_a_province_seven_of_a_single_city_five_and_two_of_the_xpcc() -> None:
    g = given(*PROJECTS_OPENED)
    plan = [
        *((n, "武汉市", "1" if n <= 11 else "10") for n in range(1, 15)),
        *((n, "大连市", "3" if n <= 26 else "10") for n in range(21, 28)),
        *((n, "石河子市", "5" if n <= 35 else "10") for n in range(31, 38)),
    ]
    for number, seat, direction in plan:
        g.when("2019-03-20", applies_as_project(number, seat, direction))
    for number, seat, _ in plan:
        g.when("2019-04-04", recommends_project(number, number, seat))
    for unit in ("湖北省", "大连市", "新疆生产建设兵团"):
        g.when("2019-04-08", closes_intake(unit))
    over = {str(e.data["case"]) for e in of_topic(g, "intake.closed") if not e.data["taken"]}
    assert over == set(map(project, (11, 14, 26, 37)))
    taken = [project(n) for n, _, _ in plan if project(n) not in over]
    assert len(taken) == 12 + 6 + 6
    for case in taken:
        g.when("2019-05-10", review(case))
    directions = {project(n): (direction,) for n, _, direction in plan}
    candidates = tuple(Candidate(case=case, category="project", fields=directions[case]) for case in taken)
    g.when("2019-06-03", ProposeSelection(actor=MINISTRY, list="1", candidates=candidates))
    g.when("2019-06-04", notice(*taken))
    g.when("2019-06-14", closes(*taken))
    whole = awards("project", *taken, basis=LIST)
    honours = tuple(replace(h, fields=directions[h.case]) for h in whole.honours)
    assert len(g.when("2019-09-01", replace(whole, honours=honours))) == 24


@pytest.fixture(scope="module")
def of_2022() -> Given:
    """31 units and the XPCC put forward one each for both measures; all are scored."""
    g = given(*opened_incentives("industry", "digital"))
    for measure in ("industry", "digital"):
        for name in _one_of_each():
            g.when("2022-12-05", applies_for(name, measure))
    for measure in ("industry", "digital"):
        for name in _one_of_each():
            g.when("2022-12-20", puts_forward(name, measure))
    for measure in ("industry", "digital"):
        for number, name in enumerate(_one_of_each()):
            points = 9_900 - 50 * number
            if measure == "digital" and number == 9:
                points += 50  # as many as the one before it
            g.when("2023-01-10", score(incentive(name, measure), points, EXPERT))
    for measure in ("industry", "digital"):
        for name in _one_of_each():
            g.when("2023-01-15", review(incentive(name, measure)))
    return g


def _one_of_each() -> list[str]:
    """The East first, so that the floor bites; the last is the XPCC's."""
    names = []
    for unit in sorted(provinces(), key=lambda p: (p.region is not None, p.id)):
        levels = ("district",) if unit.is_municipality else ("prefecture-city",)
        of = next(divisions(unit.id, *levels))
        names.append(of.today.code)
    return [*names, "石河子市"]


def test_2022_two_measures_a_veto_a_bonus_a_floor_a_tie_an_objection_an_approval_a_fraud(
    of_2022: Given,
) -> None:
    g, names = of_2022, _one_of_each()
    assert len(names) == 32
    east = [n for n in names if find(n).region is None]
    west = [n for n in names if find(n).region is not None]
    assert len(of_topic(g, "application.recommended")) == 64
    g.when(
        "2023-01-20",
        RecordIncident(
            actor=MINISTRY,
            basis=Document(title="事故认定书"),
            subject=find(east[0]).id,
            words="重大事故",
            kind="work-safety",
            happened_on="2023-01-18",
            grade="serious",
        ),
    )
    praised = incentive(east[12])
    g.when(
        "2023-01-21",
        RecordBonus(
            actor=MINISTRY, basis=PRAISED, case=praised, points=1_000, words="通报表扬", practice="industry"
        ),
    )
    listed = [praised, *(incentive(n) for n in (*east[1:8], *west[:2]))]
    with refused("I22-5"):
        g.when("2023-02-10", proposes("industry", incentive(east[0])))
    with refused("I22-13"):
        g.when("2023-02-10", proposes("industry", *listed[:9], reason="综合"))
        g.when("2023-02-10", proposes("industry", incentive(east[8]), reason="综合"))
    done = {str(e.data["case"]) for e in of_topic(g, "selection.proposed")}
    assert done == set(listed[:9]), "nine stand, the floor holds the tenth place for the West"
    g.when("2023-02-11", proposes("industry", listed[9], reason="综合"))
    g.when("2023-02-15", approves("party-group-meeting", *listed))
    g.when("2023-02-20", notice(*listed))
    g.when("2023-02-21", LodgeObjection(actor=city("昆明市"), case=listed[1], words="数据不实"))
    g.when(
        "2023-02-24",
        ResolveObjection(actor=MINISTRY, case=listed[1], objection=1, upheld=True, reason="属实"),
    )
    g.when("2023-03-01", closes(*listed))
    left = [case for case in listed if case != listed[1]]
    g.when("2023-05-10", approves("state-council-general-office", *left, basis=SELECTED))
    titles = g.recorded("2023-05-10", awards("industry", *left, basis=SELECTED))
    assert {t.data["held_until"] for t in titles} == {"2024-05-10"}
    # the other measure: without the city of the accident two of equal scores are left for the last place
    g.when("2023-05-11", Retract(actor=city(east[0]), case=incentive(east[0], "digital")))
    tied = (incentive(east[9], "digital"), incentive(east[8], "digital"))
    digital = [incentive(n, "digital") for n in (*east[1:8], east[9], *west[:2])]
    with refused("I22-11") as why:
        g.when("2023-05-12", proposes("digital", *digital))
    assert "equal scores decide a place" in why[0]
    g.when("2023-05-13", DecideTie(actor=MINISTRY, order=tied, reason="部务会议决定"))
    assert len(g.when("2023-05-14", proposes("digital", *digital))) == 10
    # a fraud found in the following year bars city and province, for both measures
    guilty = left[0].split("/")[2]
    g.when(
        "2024-03-01",
        Debar(
            actor=MINISTRY,
            basis=Document(title="处理通报"),
            of="incentive-2022",
            subject=guilty,
            unit=unit_of(guilty),
            words="弄虚作假",
        ),
    )
    for step in opened_incentives("industry", "digital", year="2024", day="2024-12-02"):
        step(g.ledger)
    for measure in ("industry", "digital"):
        with refused("I22-17"):
            g.when("2024-12-05", applies_for(find(guilty).today.code, measure, "2024"))
