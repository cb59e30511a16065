"""Terms in words: dates as far as they are known, categories and titles, what is set, grounds."""

from __future__ import annotations

from domain.dates import parse
from domain.events import Parameters
from domain.programme import Programme
from domain.programmes import PROGRAMMES
from domain.rules import Words

CONFIDENCE = {
    "high": Words("高", "high"),
    "medium-high": Words("中高", "medium to high"),
    "medium": Words("中", "medium"),
    "low": Words("低", "low"),
    None: Words("未评", "not rated"),
}


def when(edtf: str | None) -> Words:
    """A date in words, as far as it is known."""
    if edtf is None:
        return Words("日期未知", "on an unknown date")
    if edtf.startswith("../"):
        return Words(f"不晚于{edtf[3:]}", f"on or before {edtf[3:]}")
    if edtf.startswith("["):
        choices = [choice.strip() for choice in edtf[1:-1].split(",")]
        return Words("或".join(choices) + "（存疑）", "in " + " or ".join(choices) + " (disputed)")
    return Words(edtf, f"on {edtf}" if parse(edtf).is_a_day else f"in {edtf}")


def category(programme: str, code: str | None, fields: tuple[str, ...] = ()) -> Words:
    """A category and its fields in words; what the source does not give is said to be unknown."""
    if code is None:
        return Words("类别未知", "category not known")
    of = PROGRAMMES.get(programme) or Programme(programme, programme, programme)
    categories, called = of.ever("categories"), of.ever("fields")
    names = [categories.get(code, (code, code)), *(called.get(f, (f, f)) for f in fields)]
    (chinese, english), *rest = names
    if not rest:
        return Words(chinese, english)
    return Words(
        f"{chinese}（{'、'.join(zh for zh, _ in rest)}）", f"{english} ({', '.join(en for _, en in rest)})"
    )


def title(programme: str, round_: str | None) -> Words:
    of = PROGRAMMES.get(programme) or Programme(programme, programme, programme)
    return Words(
        of.name + (f"（{round_}）" if round_ else ""), of.english + (f" ({round_})" if round_ else "")
    )


def set_by(parameters: Parameters) -> Words:
    """What a document or reading sets."""
    chinese, english = [], []
    if parameters.deadline:
        chinese.append(f"截止{parameters.deadline.day}")
        english.append(f"deadline {parameters.deadline.day}")
    for cap in parameters.caps:
        chinese.append(f"{cap.pool}名额{cap.places}")
        english.append(f"{cap.places} places of {cap.pool}")
    if parameters.criteria:
        chinese.append(f"评分指标{len(parameters.criteria)}项")
        english.append(f"{len(parameters.criteria)} criteria")
    if parameters.publicity:
        chinese.append(f"公示{parameters.publicity.working_days}个工作日")
        english.append(f"publicity of {parameters.publicity.working_days} working days")
    if parameters.term:
        chinese.append(f"期限{parameters.term.first}至{parameters.term.last}")
        english.append(f"held from {parameters.term.first} to {parameters.term.last}")
    for floor in parameters.floors:
        chinese.append(f"{floor.code}不少于{floor.least}")
        english.append(f"at least {floor.least} of {floor.code}")
    for planned in parameters.plan:
        chinese.append(f"计划{planned.when}：{planned.step}")
        english.append(f"{planned.step} planned for {planned.when}")
    if parameters.indicators:
        names = [indicator.name for indicator in parameters.indicators]
        chinese.append(f"纳入统计体系的指标：{'、'.join(names)}")
        english.append(f"indicators in the statistical system: {', '.join(names)}")
    if not chinese:
        return Words("各参数均未设定", "no parameter is set")
    return Words("、".join(chinese), ", ".join(english))
