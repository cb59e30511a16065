"""Each type of problem is a page."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from api.answers import question
from api.kinds import KINDS
from api.problems import Problem
from domain.messages import Message, message
from projections.words.language import language, say

router = APIRouter()


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
        f'<li><a href="/problems/{kind}">{kind}</a> ({of.status}): {escape(say(of.title))}</li>'
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
