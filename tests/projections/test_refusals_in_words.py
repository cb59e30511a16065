"""Every rule's refusals, as their readers are told them: with the values that its own tests lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any, cast

import pytest

from domain.commands import GrantException
from domain.commands.command import Command
from domain.judging import Refused
from domain.kernel import Recorded
from projections.log.outcomes import Stored, next_of, said_once, why
from projections.words.language import LANGUAGES, catalogue, speaking
from projections.words.names import SHIPPED
from scripts.documents.rules import BOOKS
from tests.support.city_round import LETTER, MINISTRY
from tests.support.ledger_in_memory import LedgerInMemory
from tests.support.proofs import every_proof
from tests.support.spelling import english_in

REFUSING = sorted({rule for rule, how, _ in every_proof() if how == "refuses"})
# I22-6 asks for what is missing of an application, which is supplied.
IN_PRINCIPLE = {rule.id for book in BOOKS for rule in book.rules if rule.strength == "principle"} - {"I22-6"}
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


@pytest.mark.parametrize("rule", REFUSING)
def test_an_exception_that_is_advised_lifts_the_rule(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is granted, in a copy of the ledger, and the act is asked for again."""
    carry_out, advised = LedgerInMemory.carry_out, 0

    def ask(ledger: LedgerInMemory, act: Command, now: datetime) -> list[Recorded]:
        nonlocal advised
        try:
            return carry_out(ledger, act, now)
        except Refused as refusal:
            for found in (cast("Stored", broken.as_json()) for broken in refusal.broken):
                if "/v1/exceptions" in (next_of([found], SHIPPED) or ""):
                    advised += 1
                    other = deepcopy(ledger)
                    carry_out(other, _exception(found), now)
                    assert (found["rule"], found["entry"]) not in _broken_by(other, act, now)
            raise

    def _broken_by(ledger: LedgerInMemory, act: Command, now: datetime) -> set[tuple[str, str | None]]:
        try:
            carry_out(ledger, act, now)
        except Refused as refusal:
            return {(broken.rule, broken.broken.entry) for broken in refusal.broken}
        return set()

    monkeypatch.setattr(LedgerInMemory, "carry_out", ask)
    for of, how, test in every_proof():
        if of == rule and how == "refuses":
            test()
    assert advised or rule not in IN_PRINCIPLE


def _exception(found: Stored) -> GrantException:
    return GrantException(
        actor=MINISTRY, basis=LETTER, entry=found["entry"], rule=found["rule"], reason="另有决定"
    )
