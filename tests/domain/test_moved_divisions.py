"""Divisions that the register ends or moves: titles after their end, accidents before a move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.commands import Recommend, RecordIncident
from domain.events import DecisionQuestioned, Entity, decode
from domain.kernel import Document
from domain.subjects import areas_of, everyone, find, heirs_of, joined_since, subject
from projections.words.reasons import reasons_of
from tests.support.city_round import MINISTRY, founded
from tests.support.division_changes import changed, merges
from tests.support.given import Given, given, judged, on, proves, refused
from tests.support.other_rounds import (
    DECIDED,
    PROJECTS_OPENED,
    applies_as_pilot,
    applies_as_project,
    applies_for,
    approves,
    awards,
    opened_incentives,
    opens,
    proposes,
    puts_forward,
    recommends_pilot,
    review,
)
from tests.support.reading import told

FINDING = Document(title="事故调查报告", published="2022-12-01")


def id_of(name: str) -> str:
    return find(name).id


@pytest.mark.parametrize(
    ("part", "day", "city"),
    [
        ("简阳市", "2015-06-01", {"资阳市"}),
        ("简阳市", "2016-06-01", {"资阳市", "成都市"}),  # in the year of the change, possibly either
        ("简阳市", "2017-06-01", {"成都市"}),
        ("莱城区", "2017-06-01", {"莱芜市"}),
        ("莱芜区", "2020-06-01", {"济南市"}),
        ("武汉市江岸区", "2017-06-01", {"武汉市"}),
    ],
)
def test_where_a_part_lay_on_a_day(part: str, day: str, city: set[str]) -> None:
    areas = areas_of(id_of(part), date.fromisoformat(day))
    assert {subject(a).today.name for a in areas if a.endswith("00") and not a.endswith("0000")} == city


@pytest.mark.parametrize(
    ("inside", "day", "in_it", "not_in_it"),
    [
        ("cn:110228001", "2014-06-01", "密云", ""),
        ("cn:110228/kfq", "2014-06-01", "密云", ""),
        ("cn:340823/kfq", "2014-02-01", "安庆市", "铜陵市"),
        ("cn:340823/kfq", "2022-02-01", "铜陵市", "安庆市"),
        ("cn:340823001", "2022-02-01", "铜陵市", "安庆市"),
        ("cn:340823001", "2014-02-01", "安庆市", "铜陵市"),
    ],
)
def test_a_zone_and_a_town_lie_where_their_division_lay(
    inside: str, day: str, in_it: str, not_in_it: str
) -> None:
    areas = areas_of(inside, date.fromisoformat(day))
    names = [subject(a).today.name for a in areas[1:]]
    assert areas[0] == inside
    assert any(name.startswith(in_it) for name in names)
    assert not_in_it not in names


def test_what_joined_since_lay_elsewhere_before_and_lies_there_today() -> None:
    assert id_of("简阳市") in joined_since(id_of("成都市"))
    assert {id_of("莱芜市"), id_of("莱芜区"), id_of("钢城区")} <= set(joined_since(id_of("济南市")))
    assert joined_since(id_of("武汉市")) == ()
    for of in everyone():
        for part in joined_since(of.id):
            assert of.id in areas_of(part) or of.id in {a for h in heirs_of(part) for a in areas_of(h)}


def happened(place: str, city: str, day: str, grade: str = "serious") -> RecordIncident:
    return RecordIncident(
        actor=MINISTRY,
        basis=FINDING,
        subject=id_of(city),
        kind="work-safety",
        words="经认定",
        happened_on=day,
        place=id_of(place),
        grade=grade,  # type: ignore[arg-type]
    )


def puts(name: str) -> Recommend:
    return puts_forward(name, year="2018")


def a_round(*incidents: RecordIncident) -> Given:
    return given(
        *opened_incentives(year="2018", day="2018-12-02"),
        *(on("2018-12-04", incident) for incident in incidents),
        *(on("2018-12-05", applies_for(name, year="2018")) for name in ("成都市", "资阳市")),
    )


@proves("I22-5", "refuses", "accepts")
def test_an_accident_before_a_move_counts_where_the_part_lay_then_and_is_shown_today() -> None:
    """简阳 went from 资阳 to 成都 in 2016"""
    before = happened("简阳市", "资阳市", "2015-12-31")
    g = a_round(before)
    with refused("I22-5"):
        g.when("2018-12-20", puts("资阳市"))
    (event,) = a_round(before).recorded("2018-12-20", puts("成都市"))
    assert "Q-14" in judged(event, "readings"), "by today's map it would count"
    said = told(a_round(before).ledger.events)
    assert "按当时区划属资阳市，今属成都市（Q-14）" in said


def test_an_accident_in_the_year_of_the_move_counts_for_both_as_possibly_theirs() -> None:
    in_the_year = happened("简阳市", "成都市", "2016-03-01")
    for name in ("资阳市", "成都市"):
        with refused("I22-5"):
            a_round(in_the_year).when("2018-12-20", puts(name))
    assert "区划于当年调整，或属资阳市（Q-14）" in told(a_round(in_the_year).ledger.events)


def test_an_accident_after_the_move_is_the_new_citys_alone() -> None:
    after = happened("简阳市", "成都市", "2017-03-01")
    with refused("I22-5"):
        a_round(after).when("2018-12-20", puts("成都市"))
    (event,) = a_round(after).recorded("2018-12-20", puts("资阳市"))
    assert "Q-14" not in judged(event, "readings")
    assert "Q-14" not in told(a_round(after).ledger.events)


def test_whoever_names_the_city_of_today_does_not_move_the_accident() -> None:
    """− recorded of 成都 though 简阳 was 资阳's then: it counts where it happened"""
    g = a_round(happened("简阳市", "成都市", "2015-12-31"))
    assert g.when("2018-12-20", puts("成都市"))


@proves("I22-5", "accepts")
def test_a_lesser_accident_there_is_not_shown() -> None:
    lesser = happened("简阳市", "资阳市", "2015-12-31", "larger")
    (event,) = a_round(lesser).recorded("2018-12-20", puts("成都市"))
    assert "Q-14" not in judged(event, "readings")


# ------------------------------------------------------------------ after the end

ENDED = "cn:130603"  # 保定市北市区, into 莲池区 in 2015


def under_way() -> tuple[Given, str]:
    """A case of a district that the register ends in the next year, approved and not awarded."""
    case = f"pilot-2013/batch-2/{ENDED}"
    applies = applies_as_pilot("保定市北市区", round="batch-2")
    recommends = recommends_pilot("保定市北市区", case=case, reviewed_on="2014-11-02")
    g = given(
        on("2014-10-10", opens("pilot-2013", "batch-2")),
        on("2014-11-01", applies),
        on("2014-11-02", recommends),
        on("2014-11-20", review(case)),
        on("2014-12-01", proposes("pilot", case)),
        on("2014-12-05", approves("leading-group", case)),
    )
    return g, case


@pytest.mark.parametrize(("day", "asks"), [("2014-12-31", 0), ("2015-07-01", 0), ("2016-01-04", 1)])
def test_a_title_awarded_after_the_end_is_questioned(day: str, asks: int) -> None:
    """In the year of the end it may have been there; the title stands until a decision (Q-19)."""
    g, case = under_way()
    assert subject(ENDED).until == 2015
    award, *asked = g.recorded(day, awards("pilot", case, basis=replace(DECIDED, published=day)))
    assert len(asked) == asks
    for question in asked:
        assert question.data["ground"] == "merged"
        assert question.data["decision"] == award.position
        fact = decode(question.topic, question.data)
        assert isinstance(fact, DecisionQuestioned)
        (why,) = reasons_of(fact)
        assert "cn:130606" in why or heirs_of(ENDED)[0] in why
        assert "2015" in why


@proves("I22-5", "refuses")
def test_an_accident_in_what_a_recorded_merger_took_in_counts_from_the_merger_on() -> None:
    """襄阳市 goes into 武汉市 on 2022-12-10: from then on 襄城区's accidents are 武汉's."""
    for day, counts in (("2022-12-11", True), ("2022-07-01", False)):
        g = given(*founded(), *opened_incentives(), on("2022-12-05", applies_for("武汉市")))
        changed(g, "2022-12-10", merges())
        g.when("2022-12-12", happened("襄城区", "襄阳市", day))
        if counts:
            with refused("I22-5"):
                g.when("2022-12-20", puts_forward("武汉市"))
        else:
            assert g.when("2022-12-20", puts_forward("武汉市"))


@proves("H-2", "refuses")
def test_no_project_is_registered_in_a_division_that_has_ended() -> None:
    """莱芜市 ended in 2018, 保定市北市区 in 2015."""
    for seat in ("cn:371200", "cn:130603"):
        entity = Entity("企业1", "项目1", "company", seat)
        with refused("H-2") as why:
            given(*PROJECTS_OPENED).when("2019-03-20", applies_as_project(1, entity=entity))
        assert "ended on" in why[0]
