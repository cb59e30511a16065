"""How much of each quota of a round is used; whose quota a subject uses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.answers import AQuestion, AsKnown, AsOf, Example, question
from api.exports import export
from api.parameters import READ, UNKNOWN_SUBJECT, AProgramme, ARound, Format
from domain.programmes import programme as programme_of
from projections.quotas.answer import QuotasPage, quotas
from projections.quotas.rows import Quotas
from projections.quotas.whose import QuotaWhy, quota_why
from projections.sheets.columns import QUOTAS
from projections.sheets.sheet import CSV, XLSX, each

router = APIRouter(prefix="/v1")


@question(
    router,
    "/quotas/{programme}/{round}",
    "quotas",
    QuotasPage,
    example=Example("ministry", "/v1/quotas/city-2019/2021", {"text/csv": "?format=csv"}),
    problems=(*READ, "unknown-programme"),
    also=(CSV, XLSX),
)
async def get_quotas(
    asked: AQuestion,
    programme: AProgramme,
    round: ARound,  # noqa: A002 — the field's word
    as_of: AsOf = None,
    as_known: AsKnown = None,
    format: Format = "json",  # noqa: A002
) -> Response:
    """Of each pool of a round: its cap (null: not set), what is used, left, over, and by which events."""
    of = programme_of(programme)
    at = await asked.look(Quotas(), as_of, as_known)
    page = await quotas(at, of, round)
    if format != "json":
        filters = {"programme": of.name, "round": round}
        return await export(asked, format, QUOTAS, at.view, each(page.pools), filters)
    return asked.answer(at.view.as_known, page)


@question(
    router,
    "/quotas/{programme}/{round}/why",
    "quota-why",
    QuotaWhy,
    example=Example("ministry", "/v1/quotas/project-2019/2021/why?subject=cn:210200"),
    problems=(*READ, "unknown-programme", *UNKNOWN_SUBJECT),
)
async def get_quota_why(
    asked: AQuestion,
    programme: AProgramme,
    round: ARound,  # noqa: A002
    subject: Annotated[str, Query(max_length=100, description="id, code or name")],
    as_of: AsOf = None,
    as_known: AsKnown = None,
) -> Response:
    """Whose quota a subject (of a project: its seat) uses in a programme, and where the text says so."""
    of, about = programme_of(programme), asked.names.look_up(subject)
    at = await asked.look(Quotas(), as_of, as_known)
    return asked.answer(at.view.as_known, await quota_why(at, of, round, about.id))
