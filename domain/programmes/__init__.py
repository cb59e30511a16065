"""The programmes: rule books, and lists without one.

A programme whose rules the ledger does not have is record-only: what is known of it can be recorded
and read, nothing is judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class UnknownProgramme(LookupError):
    """No programme has that id."""


@dataclass(frozen=True, slots=True)
class Programme:
    """One rule book and the titles given under it."""

    id: str
    name: str  # Chinese
    english: str
    instrument: str | None = None  # the document's number, or its title where it has none
    categories: dict[str, tuple[str, str]] = field(default_factory=dict)  # code: Chinese, English
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)


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
            "工信厅信函〔2013〕701号",
            {"pilot": ("试点", "pilot")},
        ),
        Programme(
            "demo-2015", "国家信息消费示范城市", "National information consumption demonstration cities",
        ),
        Programme(
            "city-2019", "信息消费示范城市", "Information consumption demonstration cities",
            "工信部信软〔2019〕63号",
            {"comprehensive": ("综合型", "comprehensive"), "special": ("特色型", "special")},
            {
                "life": ("生活类", "daily life"),
                "public-service": ("公共服务类", "public services"),
                "industry": ("行业类", "industry"),
                "new-product": ("新型信息产品消费", "new information products"),
            },
        ),
        Programme(
            "project-2019", "新型信息消费示范项目", "New information consumption demonstration projects",
            "工信厅信软函〔2019〕41号",
        ),
        Programme(
            "incentive-2022", "工业和信息化领域督查激励", "Inspection incentives in industry and IT",
            "工信厅规函〔2022〕320号", _INCENTIVE,
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
