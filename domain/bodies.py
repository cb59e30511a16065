"""Bodies that act beside the units: a place's government, its communications administration, its statistics.

A document names such a body by its place and by what it is: 四川省人民政府. The register of names says which
place is meant.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from domain.folding import folded
from domain.subjects import XPCC, Level, Subject, may_mean

Kind: TypeAlias = Literal["government", "communications-administration", "statistics", "survey-team"]
NATIONAL_STATISTICS = "国家统计局"
# What a body of each kind is called behind the name of its place; the first is the full form.
ENDS: dict[Kind, tuple[str, ...]] = {
    "government": ("人民政府", "政府"),
    "communications-administration": ("通信管理局",),
    "statistics": ("统计局",),
    "survey-team": ("调查总队", "调查队"),  # 国家统计局四川调查总队
}
_XPCC_DIVISION = re.compile("第?(?P<number>[一二三四五六七八九十]+)师(?P<city>.*)")
_CITY_OF_A_DIVISION = {
    "一": "阿拉尔市",
    "二": "铁门关市",
    "三": "图木舒克市",
    "四": "可克达拉市",
    "五": "双河市",
    "六": "五家渠市",
    "七": "胡杨河市",
    "八": "石河子市",
    "九": "白杨市",
    "十": "北屯市",
    "十三": "新星市",
    "十四": "昆玉市",
}


def called(kind: Kind, of: Subject) -> str:
    """How the body of a place is called: 四川省人民政府; the XPCC is its own government."""
    return of.today.name if of == XPCC and kind == "government" else of.today.name + ENDS[kind][0]


def places_of(kind: Kind, name: str) -> tuple[Subject, ...]:
    """The places whose body of this kind a name may mean; none: it names no such body."""
    text = folded(name)
    if kind == "survey-team" and (text := text.removeprefix(NATIONAL_STATISTICS)) == folded(name):
        return ()
    for end in ENDS[kind]:
        if text.endswith(end):
            return _meant(text.removesuffix(end))
    return (XPCC,) if kind == "government" and XPCC in may_mean(text) else ()


def _meant(place: str) -> tuple[Subject, ...]:
    """A place by its name or a short one, its administration behind it (喀什地区行政公署); a city of the XPCC
    by its division, or behind it: 第八师石河子市."""
    if found := may_mean(place.removesuffix("行政公署").removesuffix("行署")):
        return found
    of_xpcc = _XPCC_DIVISION.fullmatch(place.removeprefix(XPCC.today.name).removeprefix("兵团"))
    if of_xpcc is None:
        return ()
    city = of_xpcc["city"] or _CITY_OF_A_DIVISION.get(of_xpcc["number"], "")
    return tuple(s for s in may_mean(city) if s.is_of_xpcc)


def is_of(kind: Kind, name: str, of: Subject) -> bool:
    """Whether a name means the body of this kind of that place."""
    return of in places_of(kind, name)


def statistical_level(name: str) -> Level | Literal["nation"] | None:
    """Of which level a statistical organ is; None: the name means no statistical organ of a known place."""
    if folded(name) == NATIONAL_STATISTICS:
        return "nation"
    there = places_of("statistics", name) or places_of("survey-team", name)
    return there[0].level if there else None
