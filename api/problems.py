"""Whatever goes wrong, as a problem document (RFC 9457), in one place; each type is a page."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import asyncpg
import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.tokens import NotGranted
from domain.programmes import UnknownProgramme
from domain.subjects import AmbiguousSubject, UnknownSubject
from eventlog.committer import Busy, IdReused
from eventlog.errors import ClockRefused, LedgerError, NotAppended, OutcomeUnknown, Unavailable
from projections.corrections import NoSuchCorrection
from projections.reading import NotYetKnown, describe
from projections.rounds import NotForThem
from projections.selections import NoSelection
from projections.why import NoSuchEvent

MEDIA_TYPE = "application/problem+json"
_LOGGER = logging.getLogger("designations.api")


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of problem: what it means, and what to do about it."""

    status: int
    title: str
    means: str
    do: str


_NOTHING = "Nothing was recorded."
KINDS: dict[str, Kind] = {
    "refused": Kind(
        409, "The act breaks rules",
        "Rules of the regulation or of the ledger refuse the act; `broken` names all of them, each with "
        f"its document, article, and the facts it was judged on. {_NOTHING}",
        "Read `broken`. What rests on an error of the record is put right by a correction; a rule in "
        "principle can be lifted by an exception. A changed act needs a new Idempotency-Key.",
    ),
    "not-yours": Kind(
        403, "The act is not yours",
        f"Your role may not carry out this act, or not for this subject (H-1). {_NOTHING}",
        "Use a token of the role and unit whose act it is: `broken` says whose.",
    ),
    "not-there": Kind(
        404, "What the act refers to is not there",
        f"The programme, round, case, title or value that the act names is not on record (H-2). {_NOTHING}",
        "Look the id up, or record first what comes first.",
    ),
    "not-for-you": Kind(
        403, "Your role is not shown this",
        "What is not public yet is shown to those only whom it concerns.",
        "Ask with a token of a role that may see it.",
    ),
    "no-token": Kind(
        401, "A token is needed", "The act or answer is not for the public.",
        "Send `Authorization: Bearer <token>`; an administrator grants tokens.",
    ),
    "bad-token": Kind(
        401, "The token gives no role", "It is unknown here, over, or was revoked.",
        "Ask an administrator for a new one.",
    ),
    "too-slow": Kind(
        408, "The body did not arrive in time", _NOTHING, "Send it again, with the same Idempotency-Key."
    ),
    "key-reused": Kind(
        422, "The Idempotency-Key was used for another act",
        f"A key names one act: the same content gets the same answer, another is refused. {_NOTHING}",
        "Send a new act with a new key.",
    ),
    "bad-body": Kind(
        422, "The body is malformed",
        f"A field is missing, unknown, or not of its form; `errors` names each. {_NOTHING}",
        "Correct the fields named; /openapi.json says what each takes.",
    ),
    "bad-parameter": Kind(
        422, "A parameter is malformed or makes no sense", "`errors` names each parameter.",
        "Correct the parameters named.",
    ),
    "ambiguous-subject": Kind(
        400, "The name has several bearers", "`candidates` names them.", "Ask by id or by code."
    ),
    "unknown-subject": Kind(
        404, "No such city, county or unit", "No division has this id, code or name.",
        "Ask by the code of GB/T 2260 or by the full name.",
    ),
    "unknown-programme": Kind(
        404, "No such programme", "The ledger knows no programme of this id.",
        "The answer lists those there are.",
    ),
    "no-such-event": Kind(
        404, "No such event for you",
        "There is no event at that position yet, or it is not shown to you.",
        "Ask for an earlier one, or with a token of a role that may see it.",
    ),
    "no-such-correction": Kind(
        404, "No such correction", "The event at that position, if there is one, proposes no correction.",
        "GET /v1/corrections lists the proposals; a correction's id is the position of its proposal.",
    ),
    "no-selection": Kind(
        404, "No selection to explain", "The programme's text sets no constraint on a round's list.",
        "Ask for the ranking instead.",
    ),
    "no-such-rule": Kind(
        404, "No such rule", "No rule of this ledger's programmes has this id.",
        "The refusal or the explanation that names a rule gives its page.",
    ),
    "no-such-problem": Kind(
        404, "No such type of problem", "This is no page.", "/problems lists those there are."
    ),
    "no-such-command": Kind(
        404, "No such command", "No command of yours was settled under this key (yet).",
        "Send it again with the same key: it takes effect once.",
    ),
    "too-large": Kind(
        413, "Too large",
        f"The body is larger than this server takes, or the event larger than any may be. {_NOTHING}",
        "Keep files beside the ledger and send their SHA-256.",
    ),
    "cannot-be-stored": Kind(
        422, "The act has no stored form",
        f"A text is not in Unicode normal form C, or holds what the database cannot store. {_NOTHING}",
        "Correct the text; send it with a new Idempotency-Key.",
    ),
    "not-json": Kind(
        415, "The body is not JSON",
        "Commands are sent as application/json, in UTF-8, not compressed.",
        "Send `Content-Type: application/json`.",
    ),
    "too-many": Kind(
        429, "Too many requests", "The rate of this server for one principal, or one address, is passed.",
        "Wait as many seconds as Retry-After says.",
    ),
    "not-yet-known": Kind(
        503, "Not yet known here", "The read model has not reached the position asked for.",
        "Ask again in a moment.",
    ),
    "busy": Kind(
        503, "Commands are waiting", f"More are waiting than can be carried out soon. {_NOTHING}",
        "Send it again, with the same Idempotency-Key, after Retry-After.",
    ),
    "unavailable": Kind(
        503, "The ledger's database does not answer", "It is down, or too slow for this question.",
        "Ask again in a moment.",
    ),
    "outcome-unknown": Kind(
        503, "Whether the act took effect is not known yet",
        "The database was lost in the middle of it: it took effect once, or not at all.",
        "Send it again with the same Idempotency-Key, or ask /v1/commands/{key}.",
    ),
    "clock": Kind(
        503, "The database's clock is refused",
        f"It stands behind the newest event, or was given by the wrong hand. {_NOTHING}",
        "Whoever keeps the server sets the clock right.",
    ),
    "not-ready": Kind(
        503, "A read model does not follow the log", "`models` says which, and where it stopped.",
        "Whoever keeps the ledger looks at its log and rebuilds.",
    ),
    "ledger": Kind(500, "The ledger cannot answer", "It is logged.", "Tell whoever keeps the ledger."),
    "internal": Kind(
        500, "The ledger failed", "It is logged; nothing was changed.", "Tell whoever keeps the ledger."
    ),
}  # fmt: skip


class BadQuestion(Exception):
    """A parameter has the right form and makes no sense; `parameter` says which."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter


class Problem(Exception):
    """A problem of a kind, where it is found out."""

    def __init__(
        self, kind: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.headers = dict(headers or {})
        self.more = more


def problem(
    kind: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """One problem document."""
    of = KINDS[kind]
    body = {
        "type": f"/problems/{kind}", "title": of.title, "status": of.status, "detail": detail, **more
    }  # fmt: skip
    told = {"Cache-Control": "no-store", **(headers or {})}
    if of.status == 401:
        told["WWW-Authenticate"] = 'Bearer realm="designation-ledger"'
    elif of.status == 503:
        told.setdefault("Retry-After", "2")
    return Response(orjson.dumps(body), of.status, media_type=MEDIA_TYPE, headers=told)


def _ambiguous_subject(error: AmbiguousSubject) -> Response:
    candidates = [describe(candidate) for candidate in error.candidates]
    return problem("ambiguous-subject", str(error), candidates=candidates)


def _bad_question(error: BadQuestion) -> Response:
    errors = [{"parameter": error.parameter, "detail": str(error)}]
    return problem("bad-parameter", str(error), errors=errors)


def _not_yet_known(error: NotYetKnown) -> Response:
    return problem("not-yet-known", str(error), headers={"Retry-After": "1"}, reached=error.reached)


def _unavailable(error: Exception) -> Response:
    _LOGGER.warning("the database does not answer: %s", type(error).__name__)
    return problem("unavailable", "Ask again in a moment.")


def _malformed(error: RequestValidationError) -> Response:
    errors = [
        {"parameter": ".".join(str(step) for step in e["loc"][1:]), "detail": e["msg"]}
        for e in error.errors()
    ]
    detail = "; ".join(f"{e['parameter']}: {e['detail']}" for e in errors)
    return problem("bad-parameter", detail, errors=errors)


def _not_searchable(error: asyncpg.DataError) -> Response:
    return problem("bad-parameter", f"It cannot be searched for: {error}.")


def _http(request: Request, error: HTTPException) -> Response:
    """What the framework itself answers: no such path, no such method."""
    title = error.detail if isinstance(error.detail, str) else "Error"
    body = {"type": "about:blank", "title": title, "status": error.status_code, "detail": title}
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
    return Response(orjson.dumps(body), error.status_code, media_type=MEDIA_TYPE, headers=headers)


def _methods(request: Request) -> list[str]:
    """All that a path takes: one of its routes knows its own method only."""
    path = str(getattr(request.scope.get("route"), "path", "")).replace(":path}", "}")
    methods = [method.upper() for method in request.app.openapi()["paths"].get(path, {})]
    return [*methods, "HEAD"] if "GET" in methods else methods


def _broken(error: LedgerError) -> Response:
    _LOGGER.error("the ledger cannot answer: %s", error)
    return problem("ledger", "It is logged; nothing was changed.")


def _unforeseen(error: Exception) -> Response:
    _LOGGER.error("a request failed", exc_info=error)
    return problem("internal", "It is logged; nothing was changed.")


def _said(kind: str) -> Callable[[Exception], Response]:
    return lambda error: problem(kind, str(error))


_HANDLERS: dict[type[Exception], Callable[[Any], Response]] = {
    Problem: lambda error: problem(error.kind, str(error), headers=error.headers, **error.more),
    UnknownProgramme: _said("unknown-programme"),
    UnknownSubject: _said("unknown-subject"),
    AmbiguousSubject: _ambiguous_subject,
    BadQuestion: _bad_question,
    NotYetKnown: _not_yet_known,
    NotForThem: _said("not-for-you"),
    NoSelection: _said("no-selection"),
    NoSuchCorrection: _said("no-such-correction"),
    NotGranted: _said("bad-token"),
    NoSuchEvent: _said("no-such-event"),
    IdReused: lambda _: problem("key-reused", "the key names another act of yours already"),
    NotAppended: _said("cannot-be-stored"),
    OutcomeUnknown: _said("outcome-unknown"),
    ClockRefused: _said("clock"),
    Busy: _said("busy"),
    Unavailable: _unavailable,
    LedgerError: _broken,
    OSError: _unavailable,
    asyncpg.PostgresConnectionError: _unavailable,
    asyncpg.InterfaceError: _unavailable,
    asyncpg.InternalClientError: _unavailable,
    asyncpg.OperatorInterventionError: _unavailable,
    asyncpg.UndefinedTableError: _unavailable,  # rows made anew twice meanwhile: it is asked again
    asyncpg.DataError: _not_searchable,
    RequestValidationError: _malformed,
    ClientDisconnect: lambda _: Response(status_code=499),  # nobody is there to read it
    Exception: _unforeseen,
}


def install(app: FastAPI) -> None:
    """Answer every error with its problem document."""
    for kind, handle in _HANDLERS.items():
        app.add_exception_handler(kind, _handler(handle))

    async def unknown(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return marked(app, _http(request, error))

    app.add_exception_handler(HTTPException, unknown)


def _handler(
    handle: Callable[[Any], Response],
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        return marked(request.app, handle(error))

    return answer


def marked(app: FastAPI, response: Response) -> Response:
    """An answer that says of which ledger it is; every one does, errors and pages too."""
    mark(app, response.headers)
    return response


def mark(app: FastAPI, headers: MutableHeaders) -> None:
    """Say in an answer's headers of which ledger it is."""
    if (of := getattr(app.state, "house", None)) is not None:
        headers["Ledger-Id"] = of.ledger.id
        headers["Ledger-Simulated"] = str(of.ledger.simulated).lower()


# ------------------------------------------------------------------------- the pages

router = APIRouter()


@router.get("/problems/{kind}", operation_id="problem", response_class=HTMLResponse)
async def get_problem(kind: str) -> Response:
    """What a type of problem means, and what to do about it."""
    if (of := KINDS.get(kind)) is None:
        raise Problem("no-such-problem", f"no problem is of the type {kind!r}")
    return HTMLResponse(_page(of.title, f"<p>Status {of.status}.</p>{_p(of.means)}{_p(of.do)}"))


@router.get("/problems", operation_id="problems", response_class=HTMLResponse)
async def get_problems() -> Response:
    """Every type of problem."""
    rows = "".join(
        f'<li><a href="/problems/{kind}">{kind}</a> ({of.status}): {escape(of.title)}</li>'
        for kind, of in KINDS.items()
    )
    return HTMLResponse(_page("Problems", f"<ul>{rows}</ul>"))


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1>{body}</html>"
    )
