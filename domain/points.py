"""Open points: where a text is silent, what the ledger reads by default, what else may be chosen.

A recorded reading (`ReadingRecorded`) chooses otherwise; an act that rests on a point says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.rules import Words


@dataclass(frozen=True, slots=True)
class Point:
    """One open point: its question, the default, and the choices a reading may make."""

    id: str
    question: Words
    default: Words
    choices: tuple[str, ...] = ()  # the first is the default


POINTS = {
    point.id: point
    for point in (
        Point(
            "Q-1",
            Words("截止日是否包含当日；以寄出还是收到为准", "Is the last day included; sent or received?"),
            Words(
                "包含当日，以寄出为准；逾期收到的予以标明",
                "Included, and sent counts; what was received later is shown.",
            ),
            ("included", "excluded"),
        ),
        Point(
            "Q-9",
            Words("公示期长度；首日是否计入", "How long is the publicity; is its first day counted?"),
            Words(
                "未设定，以公告为准；首日不计入（民法典第二百零一条）",
                "Unset, taken from the notice; the first day is not counted (Civil Code, art. 201).",
            ),
            ("first-day-not-counted", "first-day-counted"),
        ),
        Point(
            "Q-10",
            Words(
                "直辖市、计划单列市“可”直接申报还是应直接申报",
                "May direct applicants apply through a unit?",
            ),
            Words(
                "直接申报；经省级主管部门的予以接受并标明",
                "Directly; through the province is accepted and shown.",
            ),
            ("either", "direct-only"),
        ),
        Point(
            "Q-11",
            Words(
                "总量控制按年度还是按存量；已获称号城市再报另一类",
                "Do caps count a year's awards or all holders; may a holder apply in the other category?",
            ),
            Words("由轮次参数设定；接受并标明", "A parameter of the round; accepted and shown."),
        ),
    )
}  # fmt: skip
