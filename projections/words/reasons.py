"""Why something is refused or called into question, in words: a sentence for each code (reasons.json)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import cast

from domain.events import DecisionQuestioned
from domain.reasons import Reason, Value

SENTENCES: Mapping[str, str] = json.loads(
    resources.files("projections.words").joinpath("reasons.json").read_text(encoding="utf-8")
)
_PLACE = re.compile(r"\{(\w+)(!r)?\}")


def english(reason: Reason) -> str:
    """A reason in a sentence; of a code that this program does not know, the code and its values."""
    sentence = SENTENCES.get(reason.code)
    if sentence is None:
        return str(reason)

    def said(place: re.Match[str]) -> str:
        text = _said(reason.values.get(place[1]))
        return repr(text) if place[2] else text

    return _PLACE.sub(said, sentence).replace("{{", "{").replace("}}", "}")


def reasons_of(question: DecisionQuestioned) -> tuple[str, ...]:
    """Why a decision was called into question; what was recorded as words is quoted."""
    return question.why + tuple(
        f"{found.rule} ({found.article}): {english(found.reason)}" if found.rule else english(found.reason)
        for found in question.found
    )


def told_of(broken: Mapping[str, object]) -> str:
    """Why a rule refused, as an outcome has it; what was stored as words is quoted."""
    if "code" not in broken:
        return str(broken.get("why", ""))
    values = cast("Mapping[str, Value]", broken.get("values", {}))
    return english(Reason(str(broken["code"]), values))


def _said(value: Value | None) -> str:
    match value:
        case None | []:
            return "nothing"
        case list():
            return ", ".join(map(_said, value))
        case {"code": str(code), **others}:
            return english(Reason(code, cast("Mapping[str, Value]", others.get("values", {}))))
    return str(value)
