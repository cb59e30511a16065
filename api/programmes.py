"""The programmes and their rules as something to read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.answers import AQuestion, AsKnown, AsOf, Example, question
from api.parameters import AProgramme
from api.problems import Problem
from domain.programmes import programme as programme_of
from projections.asking.moments import View
from projections.rules.answer import (
    ProgrammesPage,
    RulePage,
    RulesPage,
    book_of,
    programmes,
    rule_of,
    rules_of,
)

router = APIRouter(prefix="/v1")


@question(
    router,
    "/programmes",
    "programmes",
    ProgrammesPage,
    example=Example("public", "/v1/programmes"),
    conditional=False,
)
async def get_programmes(asked: AQuestion) -> Response:
    """Every programme: its name, its document, its categories and titles, how many rules it has."""
    return asked.answer(await asked.head(), programmes())


@question(
    router,
    "/programmes/{programme}/rules",
    "rules",
    RulesPage,
    example=Example("auditor", "/v1/programmes/city-2019/rules"),
    problems=("unknown-programme",),
    conditional=False,
)
async def get_rules(
    asked: AQuestion, programme: AProgramme, as_of: AsOf = None, as_known: AsKnown = None
) -> Response:
    """The rules of a programme (or of the `ledger` itself) in the text's order: what each says, which
    acts it judges, how often it refused and was lifted here; the open points and their readings."""
    book = book_of(programme) or programme_of(programme)
    asked.cached = False  # what was refused is no part of the log
    known = await asked.log_position(as_known)
    at = asked.at(View(as_of or await asked.today(), known))
    return asked.answer(known, await rules_of(at, book))


@question(
    router,
    "/rules/{rule}",
    "rule",
    RulePage,
    example=Example("public", "/v1/rules/C19-8"),
    problems=("no-such-rule",),
    conditional=False,
)
async def get_rule(asked: AQuestion, rule: Annotated[str, Path(max_length=20)]) -> Response:
    """A rule: its document, article, strength, and its words in Chinese and English."""
    told = rule_of(rule)
    if not told.document:
        raise Problem("no-such-rule", "no rule has the id {rule!r}", rule=rule)
    return asked.answer(await asked.head(), RulePage(rule=told))
