"""Why something is refused or called into question, in words of the language that is spoken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from domain.events import DecisionQuestioned
from domain.reasons import Reason, Value
from projections.words.language import Language, say
from projections.words.names import SHIPPED, Register


def reason_in(stored: Mapping[str, object]) -> Reason | None:
    """The reason that an outcome holds; None: it was stored as words."""
    if "code" not in stored:
        return None
    return Reason(str(stored["code"]), cast("Mapping[str, Value]", stored.get("values", {})))


def told_of(stored: Mapping[str, object], names: Register = SHIPPED, of: Language | None = None) -> str:
    """Why a rule refused, or why an act failed, as an outcome has it; what was stored as words is quoted."""
    if (reason := reason_in(stored)) is None:
        return str(stored.get("why", stored.get("error", "")))
    return say(reason, names, of)


def reasons_of(
    question: DecisionQuestioned, names: Register = SHIPPED, of: Language | None = None
) -> tuple[str, ...]:
    """Why a decision was called into question; what was recorded as words is quoted."""
    return question.why + tuple(
        f"{found.rule} ({found.article}): {say(found.reason, names, of)}"
        if found.rule
        else say(found.reason, names, of)
        for found in question.found
    )
