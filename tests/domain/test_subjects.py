"""A city is the same city under each name and code it had."""

from __future__ import annotations

from datetime import date

import pytest
from gb2260.data import data as gb2260
from hypothesis import given
from hypothesis import strategies as st

from domain.cases import Case, NotACase
from domain.divisions import BEFORE_2020, SINCE_2019
from domain.subjects import (
    NORTHEAST,
    SEPARATELY_PLANNED,
    WEST,
    XPCC,
    AmbiguousSubject,
    UnknownSubject,
    areas_of,
    find,
    look_up,
    may_mean,
    region_of,
    subject,
)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("襄樊市", "襄阳市"),
        ("海东地区", "海东市"),
        ("632100", "630200"),
        ("密云县", "110118"),
        ("沙县", "沙县区"),
        ("郧县", "郧阳区"),
        ("吐鲁番地区", "650400"),
        ("横县", "450181"),
        ("469003", "460400"),
        ("米林县", "米林市"),
        ("东陵区", "浑南区"),
    ],
)
def test_a_name_or_code_of_2013_and_one_of_today_are_one_subject(then: str, now: str) -> None:
    assert find(then).id == find(now).id


def test_the_id_is_the_code_when_the_first_programme_was_issued() -> None:
    assert find("襄阳市").id == "cn:420600"
    assert find("密云区").id == "cn:110228"
    assert find("钱塘区").id == "cn:330114"


def test_laiwu_was_a_city_until_2018() -> None:
    laiwu = find("莱芜市", on=date(2018, 6, 1))
    assert (laiwu.id, laiwu.until, laiwu.merged_into) == ("cn:371200", 2018, ("370100",))
    with pytest.raises(UnknownSubject, match=r"莱芜市.*2019.*371200, until 2018"):
        find("莱芜市", on=date(2019, 6, 1))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("武汉市", "prefecture-city"),
        ("凉山彝族自治州", "autonomous-prefecture"),
        ("锡林郭勒盟", "league"),
        ("大兴安岭地区", "prefecture"),
        ("昆山市", "county-city"),
        ("重庆市渝北区", "district"),
        ("重庆市", "municipality"),
        ("广东省", "province"),
        ("神农架林区", "special-county"),
        ("伊吾县", "county"),
        ("莫力达瓦达斡尔族自治旗", "banner"),
        ("兵团", "unit"),
        ("香港特别行政区", "special-region"),
    ],
)
def test_levels_are_told_apart(text: str, level: str) -> None:
    assert look_up(text).level == level


def test_a_level_is_that_of_the_day() -> None:
    haidong = find("海东市")
    assert haidong.level_on(date(2012, 6, 1)) == "prefecture"
    assert haidong.level_on(date(2020, 6, 1)) == "prefecture-city"


def test_special_units() -> None:
    assert {find(code).today.name for code in SEPARATELY_PLANNED} == {
        "大连市",
        "宁波市",
        "厦门市",
        "青岛市",
        "深圳市",
    }
    assert find("深圳市").is_separately_planned
    assert not find("广州市").is_separately_planned
    assert find("天津市").is_municipality
    assert find("石河子市").is_of_xpcc
    assert XPCC.province == "xpcc"


def test_twelve_western_provinces_with_xpcc_and_three_northeastern() -> None:
    assert (len(WEST), len(NORTHEAST)) == (12, 3)
    assert find("延边朝鲜族自治州").region == "northeast"
    assert find("凉山彝族自治州").region == "west"
    assert region_of("xpcc") == "west"
    assert find("恩施土家族苗族自治州").region is None


def test_an_ambiguous_name_lists_its_bearers() -> None:
    with pytest.raises(AmbiguousSubject, match="鼓楼区 \\(350102\\)") as raised:
        find("鼓楼区")
    assert len(raised.value.candidates) == 4
    assert find("鼓楼区", province="福建省").id == "cn:350102"
    assert find("福州市鼓楼区").id == "cn:350102"
    assert find("江苏省徐州市鼓楼区").id == "cn:320302"
    with pytest.raises(AmbiguousSubject, match=r"吉林省.*吉林市"):
        look_up("吉林")


def test_the_day_tells_bearers_of_one_name_apart() -> None:
    with pytest.raises(AmbiguousSubject):
        find("哈密市")
    assert find("哈密市", on=date(2014, 1, 1)).id == "cn:652201"
    assert find("哈密市", on=date(2020, 1, 1)).id == "cn:652200"


def test_an_unknown_name_lists_what_is_near() -> None:
    with pytest.raises(UnknownSubject, match="candidates: 广东省深圳市"):
        find("深圳")
    with pytest.raises(UnknownSubject, match="亚特兰蒂斯"):
        find("亚特兰蒂斯")
    with pytest.raises(UnknownSubject, match="999999"):
        find("999999")


def test_a_short_name_means_a_city_before_a_district() -> None:
    assert look_up("深圳").id == "cn:440300"
    assert look_up("朝阳").id == "cn:211300"
    assert look_up("河北").id == "cn:130000"


@pytest.mark.parametrize(
    ("short", "prefecture", "meant"),
    [
        ("甘南", "甘南藏族自治州", {"甘南藏族自治州", "甘南县"}),
        ("恩施", "恩施土家族苗族自治州", {"恩施土家族苗族自治州", "恩施市"}),
        ("大理", "大理白族自治州", {"大理白族自治州", "大理市"}),
        ("恩施州", "恩施土家族苗族自治州", {"恩施土家族苗族自治州"}),
        ("延边州", "延边朝鲜族自治州", {"延边朝鲜族自治州"}),
        ("巴州", "巴音郭楞蒙古自治州", {"巴音郭楞蒙古自治州", "巴州区"}),
        ("锡盟", "锡林郭勒盟", {"锡林郭勒盟"}),
    ],
)
def test_an_autonomous_prefecture_has_its_short_names(short: str, prefecture: str, meant: set[str]) -> None:
    """A question means the prefecture; a source and an act name one that is alone in being called so."""
    assert look_up(short).today.name == prefecture
    assert {of.today.name for of in may_mean(short)} == meant


def test_every_code_of_gb_t_2260_in_2013_is_known() -> None:
    """Against another package. Its 市辖区 and 县 rows are no divisions; 三沙's parts came later."""
    rows = {str(code): name for code, name in gb2260[2013].items()}
    divisions = {
        code: name
        for code, name in rows.items()
        if name not in {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
        and not code.startswith("4603")
    }
    unknown = [f"{code} {name}" for code, name in divisions.items() if not _knows(code)]
    assert len(divisions) > 3_000
    assert unknown == []


def _knows(code: str) -> bool:
    try:
        return bool(find(code))
    except UnknownSubject:
        return False


@pytest.mark.parametrize("change", [*BEFORE_2020, *SINCE_2019], ids=str)
def test_every_change_names_its_source_and_known_divisions(change) -> None:  # type: ignore[no-untyped-def]
    assert change.source
    for code, name in zip(change.new.split(";"), change.new_name.split(";"), strict=True):
        assert name in {n.name for n in find(code).names}


@given(st.text(max_size=12))
def test_any_text_is_a_subject_or_a_clear_error(text: str) -> None:
    try:
        found = look_up(text)
    except (UnknownSubject, AmbiguousSubject):
        return
    assert subject(found.id) == found


def test_a_town_a_zone_and_a_project_are_known_by_where_they_lie_or_whose_they_are() -> None:
    town, zone = subject("cn:330782101"), subject("cn:370200/xihaian")
    assert (town.level, town.province, town.inside) == ("town", "cn:330000", "cn:330782")
    assert (zone.level, zone.province, zone.inside) == ("zone", "cn:370000", "cn:370200")
    assert not zone.is_separately_planned, "it lies in one"
    project = subject("project:91420100MA4K00001U/1")
    assert (project.is_project, project.inside) == (True, None)
    assert areas_of(town.id) == ("cn:330782101", "cn:330782", "cn:330700", "cn:330000")


@pytest.mark.parametrize(
    "id_",
    [
        "cn:370200/2",
        "cn:370200/1",
        f"cn:370200/{'x' * 40}",
        "cn:999999101",
        "project:91/1",
        "cn:370200/西海岸",
    ],
)
def test_what_is_none_of_them_is_no_subject(id_: str) -> None:
    with pytest.raises(UnknownSubject):
        subject(id_)


@pytest.mark.parametrize("text", ["city-2019/2021/cn:420100/1２", "city-2019/2021/cn:420100/5/2"])
def test_a_case_has_one_way_to_be_written(text: str) -> None:
    with pytest.raises(NotACase):
        Case.parse(text)
