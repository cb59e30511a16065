"""A ranking of the incentives of 2022, of whom ten are chosen; an incident."""

from __future__ import annotations

from domain.commands import RecordIncident
from domain.kernel import Document
from domain.subjects import find
from tests.support.city_round import MINISTRY

FINDING = Document(number="调查〔2020〕1号", title="事故调查报告")


# Ten of nine provinces of the East and one of the West, best first.
EAST = ("杭州市", "苏州市", "佛山市", "泉州市", "合肥市", "武汉市", "长沙市", "潍坊市", "郑州市", "南昌市")


WESTERN = ("成都市", "西安市")


POINTS = {name: 9_900 - 100 * place for place, name in enumerate((*EAST, *WESTERN))}


THE_TEN = (*EAST[:8], *WESTERN)


def incident(
    name: str, day: str, grade: str | None = "serious", kind: str = "work-safety", place: str | None = None
) -> RecordIncident:
    return RecordIncident(
        actor=MINISTRY,
        basis=FINDING,
        subject=find(name).id,
        kind=kind,
        words="经认定",
        happened_on=day,
        grade=grade,  # type: ignore[arg-type]
        place=find(place).id if place else None,
    )
