"""A round that was judged: three cities, two places."""

from __future__ import annotations

from dataclasses import replace

from domain.commands import LodgeObjection, ReportProgress, ResolveObjection, Statement
from domain.events import Criterion
from tests.support.city_round import (
    CIRCULAR,
    DIGEST,
    EXPERT,
    FIVE,
    MINISTRY,
    applied,
    applies,
    awards,
    cap,
    case,
    city,
    closes,
    defence,
    form,
    notice,
    opened,
    proposes,
    recommends,
    review,
    scores,
)
from tests.support.given import Given, Step, given, on

PLANNED = (FIVE[0], Statement(2, "计划建设", facility="planned"), *FIVE[2:])
SUPPLY = Criterion("supply", "供给水平", 10_000, 6_000, CIRCULAR)
COVER = Criterion("coverage", "覆盖面", 10_000, 4_000, CIRCULAR)


def the_round(*before: Step) -> Given:
    """Wuhan, Shenzhen and Kunming: two places; Kunming leaves by an objection, Wuhan reports late."""
    names = ("武汉市", "深圳市", "昆明市")
    other = replace(EXPERT, principal="p-expert-2")
    return given(
        *before,
        *opened(caps=(cap("comprehensive", 2),), criteria=(SUPPLY, COVER)),
        on("2021-05-01", applies("武汉市", conditions=PLANNED)),
        on("2021-05-25", recommends("武汉市")),
        *applied("深圳市", "昆明市"),
        *(on("2021-06-10", form(n)) for n in names),
        *(on("2021-06-12", scores(n, p)) for n, p in zip(names, (9_000, 9_500, 8_000), strict=True)),
        *(on("2021-06-12", scores(n, 8_500, criterion="coverage")) for n in names),
        on("2021-06-13", scores("武汉市", 8_001, by=other)),
        *(on("2021-07-10", review(n)) for n in names[:2]),
        on("2021-07-20", review("昆明市")),
        *(on("2021-10-10", defence(n)) for n in names),
        on("2021-11-01", proposes("昆明市", "武汉市")),
        on("2021-11-05", notice("昆明市", "武汉市")),
        on("2021-11-08", LodgeObjection(actor=city("深圳市"), case=case("昆明市"), words="不实")),
        on(
            "2021-11-10",
            ResolveObjection(actor=MINISTRY, case=case("昆明市"), objection=1, upheld=True, reason="属实"),
        ),
        on("2021-11-11", proposes("深圳市")),
        on("2021-11-12", notice("深圳市", until="2021-11-19")),
        on("2021-11-20", closes("昆明市", "武汉市", "深圳市")),
        on("2022-01-25", awards("武汉市", "深圳市")),
        on(
            "2023-02-01",
            ReportProgress(
                actor=city("武汉市"), designation=case("武汉市"), kind="yearly", year=2022, sha256=DIGEST
            ),
        ),
    )
