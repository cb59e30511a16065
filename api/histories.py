"""A subject's history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.answers import AQuestion, AsKnown, AsOf, Example, question
from api.exports import export
from api.parameters import READ, UNKNOWN_SUBJECT, Format
from api.problems import BadQuestion, Problem
from projections.history.answer import HistoryPage, describe, history
from projections.history.rows import AuditTrail
from projections.sheets.columns import HISTORY
from projections.sheets.sheet import CSV, XLSX, each

router = APIRouter(prefix="/v1")


@question(
    router,
    "/subjects/{subject:path}/history",
    "history",
    HistoryPage,
    example=Example("auditor", "/v1/subjects/cn:420100/history?as_of=2021-05-31"),
    problems=(*READ, *UNKNOWN_SUBJECT, "not-for-you"),
    also=(CSV, XLSX),
)
async def get_history(
    asked: AQuestion,
    subject: Annotated[str, Path(max_length=100, description="id, code or name")],
    as_of: AsOf = None,
    as_known: AsKnown = None,
    corrected: Annotated[bool, Query(description="with what was believed before a correction")] = True,
    sealed: Annotated[bool, Query(description="with the sealed values that you may open")] = False,
    format: Format = "json",  # noqa: A002 — the field's word
) -> Response:
    """What you may see of all that is recorded of a subject, and of those that went into it, in the order
    of effect; each under the name of its time and today's."""
    of = asked.names.look_up(subject)
    if sealed and format != "json":
        raise BadQuestion("sealed", "is for JSON: a sheet holds no sealed values")
    if sealed and not asked.reader.topics("open", "own"):
        raise Problem("not-for-you", "sealed values are not shown to: {role}", role=asked.reader.actor.role)
    asked.cached = not sealed  # what was sealed may be erased, whatever the position
    at = await asked.look(AuditTrail(), as_of, as_known)
    entries = await history(at, of, with_corrected=corrected, with_sealed=sealed)
    if format != "json":
        filters = {"subject": str(of), "corrected": str(corrected).lower()}
        return await export(asked, format, HISTORY, at.view, each(entries), filters)
    body = HistoryPage(
        as_of=at.view.as_of,
        as_known=at.view.as_known,
        subject=describe(at.names.subject(of.id), at.names.of(of.id), entries),
        history=tuple(entries),
    )
    return asked.answer(at.view.as_known, body)
