"""The table of who may do what and is shown what: whole, and nothing beside it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from domain.access import (
    ACTS,
    ENVELOPE,
    EVERY_ACT,
    EVERY_FACT,
    FACTS,
    OTHER_FACTS,
    ROLES,
    Reader,
    may_carry_out,
    may_state,
    own_subjects,
)
from domain.acts import COMMANDS
from domain.commands import Apply, Recommend
from domain.commands.command import Command
from domain.events import TOPICS
from domain.kernel import Actor, Role
from domain.ledger import an_act_is_its_actors_own, another_day_needs_a_document
from domain.rules import Facts
from tests.support.city_round import CIRCULAR
from tests.support.every_act import ACTS as ACTS_ONCE


def test_every_act_and_every_fact_has_its_row_and_nothing_else_has() -> None:
    assert {of for of, field in ACTS if field is None} == set(COMMANDS)
    assert {of for of, field in FACTS if field is None} == {*TOPICS, OTHER_FACTS}


def test_every_field_that_has_a_row_is_there() -> None:
    for of, field in ACTS:
        kinds = COMMANDS.values() if of == EVERY_ACT else (COMMANDS[of],)
        for kind in kinds if field else ():
            assert field in {f.name for f in fields(kind)}, (of, field)
    for of, field in FACTS:
        if field and of != EVERY_FACT and field not in ENVELOPE:
            assert field in {f.name for f in fields(TOPICS[of])}, (of, field)  # type: ignore[arg-type]
        elif of == EVERY_FACT:
            assert field in ENVELOPE


def test_the_tables_words_are_the_ones_it_explains() -> None:
    assert {cell for row in ACTS.values() for cell in row.values()} <= {"any", "own", "paper", "-"}
    shown = {"see", "open", "own", "self", "closed", "-"}
    assert {cell for row in FACTS.values() for cell in row.values()} <= shown


@pytest.mark.parametrize("role", ROLES)
def test_what_no_row_names_is_nobodys(role: Role) -> None:
    assert may_carry_out("unheard-of", role) == "-"
    reader = Reader(Actor("p", role, "miit"))
    seen = reader.sight("unheard.of", ["cn:420100"], "p", closed=True)
    assert (seen is not None) == reader.sees_all, "who sees all sees what this program does not know"
    assert may_carry_out("award", "driver") == "-"


def test_an_auditor_sees_all_and_can_write_nothing() -> None:
    assert {may_carry_out(act, "auditor") for act in COMMANDS} == {"-"}
    auditor = Reader(Actor("p", "auditor", "audit-office"))
    assert auditor.sees_all
    assert "-" not in {auditor.cell(of, field) for of, field in FACTS}


def test_the_public_sees_what_was_published_and_no_other_fact() -> None:
    assert Reader().topics("see", "open", "own", "self", "closed") == {
        "calendar.published",
        "commendation.recorded",
        "correction.published",
        "designation.awarded",
        "designation.withdrawn",
        "figures.attested",
        "historical-designation.recorded",
        "historical-notice.recorded",
        "ledger.opened",
        "notice.recorded",
        "publicity.closed",
        "publicity.opened",
        "reading.recorded",
        "round.opened",
        "subject.changed",
    }
    assert {act for act in COMMANDS if may_carry_out(act, "public") != "-"} == {"lodge-objection"}


def test_a_unit_acts_for_what_lies_in_its_area() -> None:
    def own(role: Role, unit: str) -> set[str]:
        return set(own_subjects(Actor("p", role, unit)))

    assert own("applicant", "cn:420100") == {"cn:420100"}
    assert {"cn:420000", "cn:420100", "cn:420600"} <= own("provincial-unit", "cn:420000")
    assert "cn:430100" not in own("provincial-unit", "cn:420000")
    assert own("provincial-unit", "cn:210200") == {"cn:210200"}
    assert "cn:659001" in own("provincial-unit", "xpcc") & own("provincial-unit", "cn:650000")
    assert own("provincial-unit", "cn:420100") == set()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", ACTS_ONCE, ids=lambda act: str(act.name))
def test_each_field_is_stated_by_whom_the_table_says(act: Command, role: Role) -> None:
    """At the rules themselves, whatever else would refuse the act."""
    theirs = replace(act, actor=Actor("p", role, "miit"), basis=CIRCULAR)
    today = date(2021, 5, 1)
    facts = Facts((), today, date(2021, 4, 30))
    refused = list(another_day_needs_a_document(theirs, facts))
    assert (refused == []) == may_state(act.name, "effective", role)
    if isinstance(theirs, Apply | Recommend) and may_carry_out(act.name, role) != "-":
        received = replace(theirs, received_on="2021-05-01")
        said = str(list(an_act_is_its_actors_own(received, Facts((), today, today))))
        assert ("who-receives-it" in said) != may_state(act.name, "received_on", role)
