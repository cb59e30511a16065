"""The register against another one, where LEDGER_AREA_CODES names it: a CSV of codes and what became of each.

Its columns: 代码, 名称, 状态 (在用, or another), 变更/弃用时间 (a year), 新代码 (codes, with ; between).
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain import subjects
from domain.subjects import FIRST_PROGRAMME

OTHER = os.environ.get("LEDGER_AREA_CODES")
KNOWN_OTHERWISE = {"371200"}  # 莱芜市 went into 济南市 (MCA 2018); there nothing follows
LAST = 2024


def ended() -> Iterator[dict[str, str]]:
    assert OTHER is not None
    with Path(OTHER).open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            year = line["变更/弃用时间"]
            if line["状态"] != "在用" and year and FIRST_PROGRAMME <= int(year) <= LAST:
                yield line


@pytest.mark.skipif(OTHER is None, reason="LEDGER_AREA_CODES names no other register")
def test_whoever_ended_elsewhere_ended_or_goes_on_here_with_the_same_heirs() -> None:
    looked_at = 0
    for line in ended():
        heirs = {code for code in line["新代码"].split(";") if code.isdecimal()}
        parts = set(re.findall(r"(\d{6})\[", line["新代码"]))  # that went elsewhere before: 450405[2003]
        (of,) = {s for s in subjects.of_code(line["代码"], range(2010, 2026)) if _was(s, line["名称"])}
        looked_at += 1
        if of.until is None:  # it goes on under another code
            assert not heirs or heirs & {name.code for name in of.names}, line
        elif line["代码"] not in KNOWN_OTHERWISE:
            assert heirs <= set(of.merged_into) <= heirs | parts, line
    assert looked_at > 200


def _was(of: subjects.Subject, name: str) -> bool:
    return any(known.name == name for known in of.names)


def test_whoever_ended_has_heirs_and_each_is_there() -> None:
    gone = [s for s in subjects.everyone() if s.until is not None]
    assert {"北市区", "南市区", "宣化县", "乌马河区"} <= {s.today.name for s in gone}
    for of in gone:
        assert of.merged_into, of
        for code in of.merged_into:
            heirs = subjects.of_code(code, {of.until or 0})
            assert heirs, (of, code)
            assert any(of.id in subjects.merged_from(heir.id) for heir in heirs)
