"""Whatever goes wrong, as a problem document (RFC 9457), in one place."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import asyncpg
import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from domain.programmes import UnknownProgramme
from domain.subjects import AmbiguousSubject, UnknownSubject
from eventlog.errors import LedgerError, Unavailable
from projections.reading import NotYetKnown, describe

MEDIA_TYPE = "application/problem+json"
_LOGGER = logging.getLogger("designations.api")


class BadQuestion(Exception):
    """A parameter has the right form and makes no sense; `parameter` says which."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter


def problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """One problem document."""
    body = {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail, **more}
    return Response(orjson.dumps(body), status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def _unknown_programme(error: UnknownProgramme) -> Response:
    return problem(404, "unknown-programme", "No such programme", str(error))


def _unknown_subject(error: UnknownSubject) -> Response:
    return problem(404, "unknown-subject", "No such city, county or unit", str(error))


def _ambiguous_subject(error: AmbiguousSubject) -> Response:
    candidates = [describe(candidate) for candidate in error.candidates]
    return problem(
        400, "ambiguous-subject", "The name has several bearers", str(error), candidates=candidates
    )


def _bad_question(error: BadQuestion) -> Response:
    errors = [{"parameter": error.parameter, "detail": str(error)}]
    return problem(422, "bad-parameter", "A parameter makes no sense", str(error), errors=errors)


def _not_yet_known(error: NotYetKnown) -> Response:
    return problem(
        503, "not-yet-known", "Not yet known here", str(error),
        headers={"Retry-After": "1"}, reached=error.reached,
    )  # fmt: skip


def _unavailable(error: Exception) -> Response:
    _LOGGER.warning("the database does not answer: %s", error)
    return problem(
        503, "unavailable", "The ledger's database does not answer",
        "Ask again in a moment.", headers={"Retry-After": "2"},
    )  # fmt: skip


def _malformed(error: RequestValidationError) -> Response:
    errors = [
        {"parameter": ".".join(str(step) for step in e["loc"][1:]), "detail": e["msg"]}
        for e in error.errors()
    ]
    detail = "; ".join(f"{e['parameter']}: {e['detail']}" for e in errors)
    return problem(422, "bad-parameter", "A parameter is malformed", detail, errors=errors)


def _not_searchable(error: asyncpg.DataError) -> Response:
    return problem(
        422, "bad-parameter", "A parameter cannot be searched for", f"The database says: {error}."
    )


def _http(error: HTTPException) -> Response:
    title = error.detail if isinstance(error.detail, str) else "Error"
    return problem(
        error.status_code, f"http-{error.status_code}", title, title, headers=error.headers
    )


def _broken(error: LedgerError) -> Response:
    _LOGGER.error("the ledger cannot answer: %s", error)
    return problem(500, "ledger", "The ledger cannot answer", str(error))


def _unforeseen(error: Exception) -> Response:
    _LOGGER.exception("a request failed", exc_info=error)
    return problem(500, "internal", "The ledger failed", "It is logged; nothing was changed.")


_HANDLERS: dict[type[Exception], Callable[[Any], Response]] = {
    UnknownProgramme: _unknown_programme,
    UnknownSubject: _unknown_subject,
    AmbiguousSubject: _ambiguous_subject,
    BadQuestion: _bad_question,
    NotYetKnown: _not_yet_known,
    Unavailable: _unavailable,
    LedgerError: _broken,
    OSError: _unavailable,
    asyncpg.PostgresConnectionError: _unavailable,
    asyncpg.InterfaceError: _unavailable,
    asyncpg.InternalClientError: _unavailable,
    asyncpg.OperatorInterventionError: _unavailable,
    asyncpg.DataError: _not_searchable,
    RequestValidationError: _malformed,
    HTTPException: _http,
    Exception: _unforeseen,
}


def install(app: FastAPI) -> None:
    """Answer every error with its problem document."""
    for kind, handle in _HANDLERS.items():
        app.add_exception_handler(kind, _handler(handle))


def _handler(handle: Callable[[Any], Response]) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, error: Exception) -> Response:
        return marked(request.app, handle(error))

    return answer


def marked(app: FastAPI, response: Response) -> Response:
    """An answer that says of which ledger it is; every one does, errors and pages too."""
    if (of := getattr(app.state, "house", None)) is not None:
        response.headers["Ledger-Id"] = of.ledger.id
        response.headers["Ledger-Simulated"] = str(of.ledger.simulated).lower()
    return response
