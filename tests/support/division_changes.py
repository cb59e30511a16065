"""Changes of divisions, by two people: 襄阳市 renamed, merged into 武汉市; 武汉市 split."""

from __future__ import annotations

from typing import Any

from domain.commands import ChangeSubject
from domain.events import Fact, Successor
from domain.kernel import Document
from tests.support.city_round import ADMINISTRATOR, approves
from tests.support.given import Given

APPROVAL = Document(number="国函〔2025〕1号", title="关于同意调整行政区划的批复")
WUHAN, XIANGYANG, NEW = "cn:420100", "cn:420600", "cn:420119"


def changes(kind: str, **more: Any) -> ChangeSubject:
    stated = {"actor": ADMINISTRATOR, "basis": APPROVAL, "subject": XIANGYANG, "reason": "批复已公布", **more}
    return ChangeSubject(kind=kind, **stated)  # type: ignore[arg-type]


def changed(g: Given, day: str, act: ChangeSubject) -> list[Fact]:
    """By two people: what its approval leads to."""
    (proposal,) = g.recorded(day, act)
    return g.when(day, approves(proposal.position))


def merges(**more: Any) -> ChangeSubject:
    return changes("merger", **{"into": (Successor(WUHAN),), "ends": True, **more})
