"""Every rule's refusals, as their readers are told them: with the values that its own tests lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

from domain.judging import Refused
from projections.log.outcomes import Stored, next_of, said_once, why
from projections.words.language import LANGUAGES, catalogue, speaking
from projections.words.names import SHIPPED
from tests.support.proofs import every_proof
from tests.support.spelling import english_in

REFUSING = sorted({rule for rule, how, _ in every_proof() if how == "refuses"})
# An id that stands alone: beside a name it stands in brackets, where it is no one's it is quoted.
BARE = re.compile(r"(?<![（(/“\w:-])(?:cn:\d{6}|[a-z]+-20\d\d(?:/[\w-]+)*/cn:\d{6})\b")


@pytest.mark.parametrize("rule", REFUSING)
def test_a_refusal_is_told_in_both_languages_by_names(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = list(_refusals(rule, monkeypatch))
    assert any(found["rule"] == rule for found in told)
    for alike in said_once(told):
        for language in LANGUAGES:
            with speaking(language):
                said, step = why(alike, SHIPPED), next_of(alike, SHIPPED) or ""
            assert said, alike
            assert step, ("a next step", alike)
            assert "{" not in said, alike
            assert not BARE.search(said + step), alike
            if language == "zh":
                assert not english_in(_without_values(said, alike)), (said, alike)
                assert not english_in(_without_values(step, alike)), (step, alike)


def _refusals(rule: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stored]:
    """What is found when the tests that prove how a rule refuses are run."""
    found: list[Refused] = []
    made = Refused.__init__

    def keep(self: Refused, broken: Any) -> None:
        made(self, broken)
        found.append(self)

    monkeypatch.setattr(Refused, "__init__", keep)
    for of, how, test in every_proof():
        if of == rule and how == "refuses":
            test()
    for refusal in found:
        yield from (cast("Stored", broken.as_json()) for broken in refusal.broken)


def _without_values(said: str, alike: list[Stored]) -> str:
    """A sentence without what somebody stated, which may be in any language."""
    for found in alike:
        for value in found["values"].values():
            for text in value if isinstance(value, list) else [value]:
                if not str(text).isdecimal():
                    said = said.replace(str(text), "")
    return re.sub(r"[A-Z]+\d*-\d+|[0-9A-Z]{18}(/\d+)?|（[a-z-]+）|zone", "", said)


def test_hardly_a_reason_is_met_by_no_rules_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that no rule's tests meet are the door's and the form's, which tests of the door meet."""
    met = {found["code"] for rule in REFUSING for found in _refusals(rule, monkeypatch)}
    reasons = {str(one.id) for one in catalogue("en") if one.context == "reason"}
    assert len(met & reasons) > 200
