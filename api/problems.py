"""Whatever goes wrong, as a problem document (RFC 9457), in one place; each type is a page."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias, TypedDict, TypeVar

import asyncpg
import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from typing_extensions import Unpack

from api.addresses import address, below
from api.kinds import KINDS
from api.speaking import asked_for, tell
from domain.events.fact import reason_of
from domain.messages import Message, Told, clauses, message
from domain.programmes import UnknownProgramme
from domain.reasons import Reason
from domain.subjects import AmbiguousSubject, UnknownSubject
from eventlog.committer import Busy, IdReused
from eventlog.errors import ClockRefused, LedgerError, NotAppended, OutcomeUnknown, Unavailable, UnsafeServer
from projections.answers import NOT_STATED, Answer, NotStated, Position, answer, encode
from projections.asking.acts import MalformedAct
from projections.asking.moments import NotYetKnown
from projections.asking.standpoint import NotForThem
from projections.asking.tokens import NotGranted
from projections.corrections.answer import NoSuchCorrection
from projections.following.progress import ModelState
from projections.history.answer import SubjectThroughTime, describe
from projections.log.answer import NoSuchEvent
from projections.log.outcomes import BrokenRuleTold
from projections.roster.question import NotAsked
from projections.selection.answer import NoSelection
from projections.sheets.sheet import TooManyLines
from projections.words.language import say, speaking

MEDIA_TYPE = "application/problem+json"
_LOGGER = logging.getLogger("designations.api")


class BadQuestion(Told):
    """A parameter has the right form and makes no sense; `parameter` says which."""

    def __init__(self, parameter: str, text: str | Message, /, **values: object) -> None:
        super().__init__(text, **values)
        self.parameter = parameter


@answer("Problem", is_open=True)
class ProblemDocument(Answer):
    """RFC 9457; more members as its type's page says."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | NotStated = NOT_STATED
    broken: tuple[BrokenRuleTold, ...] | NotStated = NOT_STATED
    errors: tuple[dict[str, str], ...] | NotStated = NOT_STATED
    candidates: tuple[SubjectThroughTime, ...] | NotStated = NOT_STATED
    position: Position | NotStated = NOT_STATED
    reached: Position | NotStated = NOT_STATED
    models: dict[str, ModelState] | NotStated = NOT_STATED


class More(TypedDict, total=False):
    """What a problem document may have beside its type, title, status and detail."""

    instance: str
    broken: tuple[BrokenRuleTold, ...]
    errors: tuple[dict[str, str], ...]
    candidates: tuple[SubjectThroughTime, ...]
    position: int
    reached: int
    models: dict[str, ModelState]


class Problem(Told):
    """A problem of a kind, where it is found out."""

    def __init__(
        self,
        kind: str,
        text: str,
        /,
        *,
        headers: Mapping[str, str] | None = None,
        more: More | None = None,
        **values: object,
    ) -> None:
        super().__init__(text, **values)
        self.kind = kind
        self.headers = dict(headers or {})
        self.more = more or {}


def problem(
    kind: str, detail: Message | Told | str, *, headers: Mapping[str, str] | None = None, **more: Unpack[More]
) -> Response:
    """One problem document, in the language that is asked for."""
    of = KINDS[kind]
    body = ProblemDocument(
        type=address(f"/problems/{kind}"), title=say(of.title), status=of.status, detail=say(detail), **more
    )
    told = {"Cache-Control": "no-store", **(headers or {})}
    if of.status == 401:
        told["WWW-Authenticate"] = 'Bearer realm="designation-ledger"'
    elif of.status == 503:
        told.setdefault("Retry-After", "2")
    return Response(encode(body), of.status, media_type=MEDIA_TYPE, headers=told)


def _ambiguous_subject(error: AmbiguousSubject) -> Response:
    candidates = tuple(describe(candidate) for candidate in error.candidates)
    return problem("ambiguous-subject", error, candidates=candidates)


def _unknown_subject(error: UnknownSubject) -> Response:
    more: More = {}
    if error.candidates:
        more["candidates"] = tuple(describe(candidate) for candidate in error.candidates)
    return problem("unknown-subject", error, **more)


def _bad_question(error: BadQuestion | NotAsked) -> Response:
    errors = ({"parameter": error.parameter, "detail": say(error)},)
    told = message("{parameter!r}: {wrong}", parameter=error.parameter, wrong=error)
    return problem("bad-parameter", told, errors=errors)


def _malformed_act(error: MalformedAct) -> Response:
    errors = tuple(
        {
            "field": of.field,
            **({"code": of.told.code} if isinstance(of.told, Reason) else {}),
            "detail": say(of.told),
        }
        for of in error.errors
    )
    return problem("bad-body", error, errors=errors)


def _not_yet_known(error: NotYetKnown) -> Response:
    headers = {"Retry-After": "1"}
    return problem("not-yet-known", error, headers=headers, reached=error.reached)


def _unavailable(error: Exception) -> Response:
    _LOGGER.warning("the database does not answer: %s", type(error).__name__)
    return problem("unavailable", message("Ask again in a moment."))


def _malformed(error: RequestValidationError) -> Response:
    wrong = [(".".join(str(step) for step in e["loc"][1:]), reason_of(e)) for e in error.errors()]
    errors = tuple({"parameter": name, "code": why.code, "detail": say(why)} for name, why in wrong)
    parts = [message("{parameter!r}: {wrong}", parameter=name, wrong=why) for name, why in wrong]
    return problem("bad-parameter", clauses(parts), errors=errors)


def _not_searchable(error: asyncpg.DataError) -> Response:
    return problem("bad-parameter", message("It cannot be searched for: {error}.", error=str(error)))


def _http(request: Request, error: HTTPException) -> Response:
    """What the framework itself answers: no such path, no such method."""
    title = say(error.detail if isinstance(error.detail, str) else "Error")
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
    return problem("ledger", message("It is logged; nothing was changed."))


def _unforeseen(error: Exception) -> Response:
    _LOGGER.error("a request failed", exc_info=error)
    return problem("internal", message("It is logged; nothing was changed."))


def _said(kind: str) -> Callable[[Exception], Response]:
    return lambda error: problem(kind, error if isinstance(error, Told) else str(error))


E = TypeVar("E", bound=Exception)
Handler: TypeAlias = Callable[[Exception], Response]
_HANDLERS: dict[type[Exception], Handler] = {}


def _answers(kind: type[E], handle: Callable[[E], Response]) -> None:
    """Answer errors of a kind so."""

    def of_that_kind(error: Exception) -> Response:
        assert isinstance(error, kind)
        return handle(error)

    _HANDLERS[kind] = of_that_kind


_answers(Problem, lambda e: problem(e.kind, e, headers=e.headers, **e.more))
_answers(UnknownProgramme, _said("unknown-programme"))
_answers(UnknownSubject, _unknown_subject)
_answers(AmbiguousSubject, _ambiguous_subject)
_answers(BadQuestion, _bad_question)
_answers(NotAsked, _bad_question)
_answers(MalformedAct, _malformed_act)
_answers(NotYetKnown, _not_yet_known)
_answers(NotForThem, _said("not-for-you"))
_answers(NoSelection, _said("no-selection"))
_answers(NoSuchCorrection, _said("no-such-correction"))
_answers(NotGranted, _said("bad-token"))
_answers(NoSuchEvent, _said("no-such-event"))
_answers(TooManyLines, _said("too-large"))
_answers(IdReused, lambda _: problem("key-reused", message("the key names another act of yours already")))
_answers(NotAppended, _said("cannot-be-stored"))
_answers(OutcomeUnknown, _said("outcome-unknown"))
_answers(ClockRefused, _said("clock"))
_answers(UnsafeServer, _said("unsafe-server"))
_answers(Busy, _said("busy"))
_answers(Unavailable, _unavailable)
_answers(LedgerError, _broken)
_answers(OSError, _unavailable)
_answers(asyncpg.PostgresConnectionError, _unavailable)
_answers(asyncpg.InterfaceError, _unavailable)
_answers(asyncpg.InternalClientError, _unavailable)
_answers(asyncpg.OperatorInterventionError, _unavailable)
# rows made anew twice meanwhile: it is asked again
_answers(asyncpg.UndefinedTableError, _unavailable)
_answers(asyncpg.DataError, _not_searchable)
_answers(RequestValidationError, _malformed)
_answers(ClientDisconnect, lambda _: Response(status_code=499))  # nobody is there to read it
_answers(Exception, _unforeseen)


def install(app: FastAPI) -> None:
    """Answer every error with its problem document."""
    for kind, handle in _HANDLERS.items():
        app.add_exception_handler(kind, _handler(handle))

    async def unknown(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return marked(app, _http(request, error))

    app.add_exception_handler(HTTPException, unknown)


def _handler(handle: Handler) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        spoken = asked_for(request.headers)
        # what nobody foresaw is answered outside of everything else
        with speaking(spoken), below(request.scope):
            response = marked(request.app, handle(error))
        tell(spoken, response.headers)
        return response

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
