"""The programmes and their rules as something to read; a round as planned and as it went; its list."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.answers import AQuestion, AsKnown, AsOf
from api.problems import Problem
from api.rounds import AProgramme, ARound, head_of
from domain.programmes import programme as programme_of
from projections import selections
from projections.quotas import Quotas
from projections.reading import View, today
from projections.rulebooks import book_of, programmes, rule_of, rules_of

router = APIRouter(prefix="/v1")


@router.get("/programmes", operation_id="programmes")
async def get_programmes(asked: AQuestion) -> Response:
    """Every programme: its name, its document, its categories and titles, how many rules it has."""
    return asked.answer(await asked.head(), {"programmes": programmes()})


@router.get("/programmes/{programme}/rules", operation_id="rules")
async def get_rules(
    asked: AQuestion, programme: AProgramme, as_of: AsOf = None, as_known: AsKnown = None
) -> Response:
    """The rules of a programme (or of the `ledger` itself) in the text's order: what each says, which
    acts it judges, how often it refused and was lifted here; the open points and their readings."""
    book = book_of(programme) or programme_of(programme)
    asked.cached = False  # what was refused is no part of the log
    known = await asked.log_position(as_known)
    view = View(as_of or await today(asked.log, asked.house.ledger), known)
    told = await rules_of(asked.log, asked.reader, book, view)
    about = {"id": book.id, "document": book.instrument}
    seen = {"as_of": view.as_of, "as_known": known}
    return asked.answer(known, {**seen, "programme": about, **told})


@router.get("/rules/{rule}", operation_id="rule")
async def get_rule(asked: AQuestion, rule: Annotated[str, Path(max_length=20)]) -> Response:
    """A rule: its document, article, strength, and its words in Chinese and English."""
    told = rule_of(rule)
    if "document" not in told:
        raise Problem("no-such-rule", f"no rule has the id {rule!r}")
    return asked.answer(await asked.head(), {"rule": told})


@router.get("/programmes/{programme}/rounds/{round}", operation_id="round")
async def get_round(
    asked: AQuestion, programme: AProgramme, round: ARound, as_of: AsOf = None,  # noqa: A002
    as_known: AsKnown = None,
) -> Response:  # fmt: skip
    """What a round's documents planned, beside what happened and what sources attest of it."""
    of = programme_of(programme)
    view = await asked.view(Quotas(), as_of, as_known)
    told = await selections.round_page(asked.log, asked.reader, of, round, view)
    return asked.answer(view.as_known, {**head_of(of, view), "round": round, **told})


@router.get("/selections/{programme}/{round}", operation_id="selection")
async def get_selection(
    asked: AQuestion, programme: AProgramme, round: ARound, as_of: AsOf = None,  # noqa: A002
    as_known: AsKnown = None,
) -> Response:  # fmt: skip
    """The list that the scores of a round lead to under its constraints: who is in or out, and by which
    rule; the ties that a decision must break; the floors that nobody is left to meet."""
    of = programme_of(programme)
    selections.may_select(asked.reader)
    view = await asked.view(Quotas(), as_of, as_known)
    told = await selections.selection(asked.log, asked.reader, of, round, view)
    return asked.answer(view.as_known, {**head_of(of, view), "round": round, **told})


@router.get("/quotas/{programme}/{round}/why", operation_id="quota-why")
async def get_quota_why(
    asked: AQuestion, programme: AProgramme, round: ARound,  # noqa: A002
    subject: Annotated[str, Query(max_length=100, description="id, code or name")],
    as_of: AsOf = None, as_known: AsKnown = None,
) -> Response:  # fmt: skip
    """Whose quota a subject (of a project: its seat) uses in a programme, and where the text says so."""
    of, about = programme_of(programme), asked.names.look_up(subject)
    view = await asked.view(Quotas(), as_of, as_known)
    told = await selections.quota_why(asked.log, asked.reader, of, round, about.id, view)
    return asked.answer(view.as_known, {**head_of(of, view), "round": round, **told})
