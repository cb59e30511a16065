"""The programmes: rule books, and lists without one.

A programme whose rules the ledger does not have is record-only: what is known of it can be recorded
and read, nothing is judged.
"""

from __future__ import annotations

from domain.programmes.city_2019 import CITY_2019
from domain.rules import Programme


class UnknownProgramme(LookupError):
    """No programme has that id."""


_INCENTIVE = {
    "industry": ("工业稳增长和转型升级", "steady industrial growth and upgrading"),
    "digital": (
        "建设信息基础设施和推进产业数字化",
        "information infrastructure and digitalisation",
    ),
}

PROGRAMMES = {
    programme.id: programme
    for programme in (
        Programme(
            "pilot-2013", "国家信息消费试点市(县、区)", "National information consumption pilots",
            instrument="工信厅信函〔2013〕701号", categories={"pilot": ("试点", "pilot")},
        ),
        Programme(
            "demo-2015", "国家信息消费示范城市", "National information consumption demonstration cities",
        ),
        CITY_2019,
        Programme(
            "project-2019", "新型信息消费示范项目", "New information consumption demonstration projects",
            instrument="工信厅信软函〔2019〕41号",
        ),
        Programme(
            "incentive-2022", "工业和信息化领域督查激励", "Inspection incentives in industry and IT",
            instrument="工信厅规函〔2022〕320号", categories=_INCENTIVE,
        ),
        Programme(
            "upgrading-2017", "工业稳增长和转型升级成效明显市(州)",
            "Cities with steady industrial growth and upgrading",
        ),
        Programme(
            "incentive-state-council", "国务院督查激励(全部项目)",
            "Inspection incentives of the State Council, all items",
        ),
        Programme(
            "incentive-shandong", "山东省工业和信息化领域督查激励推荐",
            "Shandong's own selection for the inspection incentives",
        ),
    )
}  # fmt: skip


def programme(id_: str) -> Programme:
    """The programme of an id. Raises UnknownProgramme, which lists those there are."""
    try:
        return PROGRAMMES[id_]
    except KeyError:
        raise UnknownProgramme(
            f"no programme is called {id_!r}; there are: {', '.join(PROGRAMMES)}"
        ) from None
