"""The pages for people: what this is, and what each type of problem means."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from api.addresses import address
from api.answers import question
from api.house import AHouse
from api.kinds import KINDS
from api.problems import Problem
from domain.messages import Message, message
from projections.words.language import language, say

router = APIRouter()
# Where to go from the first page.
PLACES = {
    "/docs": message("every act and question, to be tried"),
    "/openapi.json": message("the same for machines (OpenAPI 3.1)"),
    "/v1/programmes": message("the programmes, their rules and rounds"),
    "/v1/rosters/city-2019": message("a roster: who holds a title"),
    "/v1/search": message("subjects by name or code: /v1/search?q=…"),
    "/v1/events": message("the log itself, with its proofs at /v1/checkpoint"),
    "/problems": message("what each type of problem means"),
    "/readyz": message("whether the server is ready"),
}


@question(router, "/", "about", None, also=("text/html",), conditional=False, response_class=HTMLResponse)
async def get_about(house: AHouse) -> Response:
    """What this is, and where to go."""
    of = house.ledger
    kind = message("a simulated ledger") if of.simulated else message("a real ledger")
    about = message(
        "{name}, {kind} (id {id}): who held which title, from when to when, by which document.",
        name=of.name,
        kind=kind,
        id=of.id,
    )
    rows = "".join(
        f'<li><a href="{address(path)}">{path}</a>: {escape(say(what))}</li>' for path, what in PLACES.items()
    )
    return HTMLResponse(_page(message("Designation Ledger"), f"{_p(about)}<ul>{rows}</ul>"))


@question(
    router,
    "/problems/{kind}",
    "problem",
    None,
    problems=("no-such-problem",),
    also=("text/html",),
    conditional=False,
    response_class=HTMLResponse,
)
async def get_problem(kind: str) -> Response:
    """What a type of problem means, and what to do about it."""
    if (of := KINDS.get(kind)) is None:
        raise Problem("no-such-problem", "no problem is of the type {kind!r}", kind=kind)
    status = message("Status {status}.", status=of.status)
    return HTMLResponse(_page(of.title, "".join(map(_p, (status, of.means, of.do)))))


@question(
    router, "/problems", "problems", None, also=("text/html",), conditional=False, response_class=HTMLResponse
)
async def get_problems() -> Response:
    """Every type of problem."""
    rows = "".join(
        f'<li><a href="{address(f"/problems/{kind}")}">{kind}</a> ({of.status}): {escape(say(of.title))}</li>'
        for kind, of in KINDS.items()
    )
    return HTMLResponse(_page(message("Problems"), f"<ul>{rows}</ul>"))


def _p(told: Message) -> str:
    return f"<p>{escape(say(told))}</p>"


def _page(title: Message, body: str) -> str:
    called = escape(say(title))
    return (
        f'<!doctype html><html lang="{language()}"><meta charset="utf-8">'
        f"<title>{called}</title><h1>{called}</h1>{body}</html>"
    )
