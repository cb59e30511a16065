"""Each type of problem is a page."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from api.answers import question
from api.kinds import KINDS
from api.problems import Problem

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
        raise Problem("no-such-problem", f"no problem is of the type {kind!r}")
    return HTMLResponse(_page(of.title, f"<p>Status {of.status}.</p>{_p(of.means)}{_p(of.do)}"))


@question(
    router, "/problems", "problems", None, also=("text/html",), conditional=False, response_class=HTMLResponse
)
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
