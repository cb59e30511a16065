"""Why something is refused or called into question, in words: a sentence for each code (reasons.json)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from importlib import resources
from typing import cast

from pydantic_core import PydanticKnownError

from domain.events import DecisionQuestioned
from domain.malformed import SENTENCES as MALFORMED
from domain.reasons import Reason, Value

SENTENCES: Mapping[str, str] = json.loads(
    resources.files("projections.words").joinpath("reasons.json").read_text(encoding="utf-8")
)
# {case}; {by!r}: quoted; {step:words}: a code whose words are below, or its own: formal-review
_PLACE = re.compile(r"\{\{|\}\}|\{(\w+)(!r|:words)?\}")


def english(reason: Reason) -> str:
    """A reason in a sentence; of a code that this program does not know, the code and its values."""
    sentence = SENTENCES.get(reason.code) or MALFORMED.get(reason.code)
    if sentence is None:
        return _of_its_type(reason)

    def said(place: re.Match[str]) -> str:
        if place[1] is None:
            return place[0][0]
        text = _said(reason.values.get(place[1]))
        if place[2] == ":words":
            return SENTENCES.get(text) or text.replace("-", " ")
        return repr(text) if place[2] else text

    return _PLACE.sub(said, sentence)


def reasons_of(question: DecisionQuestioned) -> tuple[str, ...]:
    """Why a decision was called into question; what was recorded as words is quoted."""
    return question.why + tuple(
        f"{found.rule} ({found.article}): {english(found.reason)}" if found.rule else english(found.reason)
        for found in question.found
    )


def told_of(stored: Mapping[str, object]) -> str:
    """Why a rule refused, or why an act failed, as an outcome has it; what was stored as words is quoted."""
    if "code" not in stored:
        return str(stored.get("why", stored.get("error", "")))
    values = cast("Mapping[str, Value]", stored.get("values", {}))
    return english(Reason(str(stored["code"]), values))


def _of_its_type(reason: Reason) -> str:
    """What a type says of a value that it refuses, by the kind of its error; of anything else, the code."""
    stated = {key: _listed(value) for key, value in reason.values.items()}
    with suppress(KeyError, TypeError, ValueError):
        kind = reason.code.replace("-", "_")
        return PydanticKnownError(kind, stated or None).message()  # type: ignore[arg-type]
    return str(reason)


def _listed(value: Value) -> Value:
    """'a', 'b' or 'c'"""
    if not isinstance(value, list):
        return value
    *most, last = (f"'{item}'" for item in value) if value else ("nothing",)
    return f"{', '.join(most)} or {last}" if most else last


def _said(value: Value | None) -> str:
    match value:
        case None | [] | {} if not value:
            return "nothing"
        case list():
            return ", ".join(map(_said, value))
        case {"code": str(code), "values": dict(values)}:
            return english(Reason(code, values))
        case dict():
            return "; ".join(f"{key}: {_said(item)}" for key, item in value.items())
    return str(value)
