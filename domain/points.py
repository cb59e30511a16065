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
            "Q-2",
            Words(
                "州、盟、地区、开发区（管委会）可否申报试点",
                "May prefectures, leagues and development zones be pilots?",
            ),
            Words("不可，可例外准予", "They may not, unless an exception lifts it."),
        ),
        Point(
            "Q-3",
            Words(
                "直报城市是否占本省2至3个名额；直辖市的区县如何申报",
                "Do direct cities count in their province's 2 or 3; how do municipal districts apply?",
            ),
            Words(
                "不占；区县经所在直辖市主管部门申报，占其2至3个名额",
                "They do not; a district goes through the municipality's unit and counts in its 2 or 3.",
            ),
        ),
        Point(
            "Q-4",
            Words("文本未规定撤销情形时如何撤销", "Withdrawal where the text gives no ground"),
            Words("写明文外依据并予以标明（L-9）", "By a document outside the text, shown as such (L-9)."),
        ),
        Point(
            "Q-5",
            Words("试点期限只写到月", "The pilot period is given in months only"),
            Words("自首月第一日至末月最后一日", "First day of the first month to last of the last."),
        ),
        Point(
            "Q-6",
            Words("“按顺序选取”的顺序；截止后可否递补", "“In order”: whose; who moves up after the close?"),
            Words("推荐单位的顺序；截止后仅凭决定递补", "The unit's order; later by decision only."),
        ),
        Point(
            "Q-7",
            Words("一个项目可否跨多个方向", "May a project be of several directions?"),
            Words("只能一个，否则名额无从计算", "Exactly one, else the caps cannot be counted."),
        ),
        Point(
            "Q-8",
            Words(
                "“本地区”指注册地还是实施地；一个主体可否报多个项目",
                "Is 本地区 where the entity is registered or works; may it have several projects?",
            ),
            Words(
                "以所记录的注册地为准（不由代码推断）；可以",
                "The registered seat as recorded, not read off its code; it may.",
            ),
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
                "直辖市、计划单列市“可”直接申报还是应直接申报", "May direct applicants apply through a unit?"
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
        Point(
            "Q-12",
            Words("“8月初”是哪一日", "Which day is “early August”?"),
            Words("8月10日", "10 August."),
            ("august-10", "august-05", "august-15"),
        ),
        Point(
            "Q-13",
            Words(
                "兵团所属（县级）城市、直辖市整体可否推荐",
                "May the XPCC's cities (of county level) and a municipality as a whole be put forward?",
            ),
            Words("前者接受并标明；后者须例外准予", "The former accepted, shown; the latter by exception."),
        ),
        Point(
            "Q-14",
            Words(
                "“三年”自何时起算；原因尚在调查；事发何处",
                "“Three years” from when; a cause still under inquiry; an accident where?",
            ),
            Words(
                "自事发日至第三年同日（含）；以当时认定的等级为准；在该地任何部分",
                "From date to date, the last day included; the official grade known at the time; anywhere "
                "in the subject's area.",
            ),
        ),
        Point(
            "Q-15",
            Words(
                "评分如何平均；同分；区域下限如何调整；谁递补",
                "Averaging, ties, how the floor displaces, who moves up",
            ),
            Words("由参数或决定设定，不由软件默定", "A parameter or a recorded decision, never silent."),
        ),
        Point(
            "Q-16",
            Words(
                "激励期、取消资格期自何时起算；兵团能否被取消推荐资格",
                "Start of the incentive's year and of the bar; the XPCC as a barred unit",
            ),
            Words(
                "自批准或处理文件之日起至届满年份同日（含）；依决定",
                "From the day of the approving or punishing document to the same day, included; by decision.",
            ),
        ),
        Point(
            "Q-17",
            Words("异议被驳回；名单因异议成立而缩短", "An objection rejected; a list shortened by another"),
            Words(
                "视为无异议；按缩短后的名单报批，有新增的重新公示",
                "As if there were none; approved as shortened, on notice again only if others join.",
            ),
        ),
        Point(
            "Q-18",
            Words("“西部和东北地区”的范围", "Which provinces are West and Northeast?"),
            Words(
                "西部12省区市及兵团，辽宁、吉林、黑龙江；为轮次参数",
                "Twelve western provinces with the XPCC, Liaoning, Jilin, Heilongjiang; a parameter.",
            ),
        ),
        Point(
            "Q-19",
            Words(
                "持有称号期间区划合并或更名；J19、C19称号无期限",
                "Divisions merged or renamed while holding a title; titles of J19 and C19 without end",
            ),
            Words(
                "称号随当时的主体，直至另有决定；无期限",
                "The title stays with the subject of the time until a decision; open-ended.",
            ),
        ),
        Point(
            "Q-20",
            Words(
                "“选取部分示范城市开展监测”，“各示范城市应填报”：谁应填报",
                "Some cities are chosen for monitoring, each is to report: who owes the figures?",
            ),
            Words("各示范城市", "Each city."),
            ("each-city", "chosen-only"),
        ),
        Point(
            "Q-21",
            Words(
                "推荐表哪些定量指标已纳入统计体系（附3、4未附）",
                "Which indicators of the form (附3, 4: not at hand) are in the statistical system?",
            ),
            Words(
                "未设定，直至文件列明；指标经审核或公开者均可，并标明",
                "Unset until a document names them; checked or published is taken, and shown.",
            ),
        ),
    )
}
