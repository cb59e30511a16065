"""Parameters that several questions take."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Annotated, Literal, get_args, get_origin

from fastapi import Path, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.problems import BadQuestion
from domain.messages import Message, message

AProgramme = Annotated[str, Path(max_length=64)]
ARound = Annotated[str, Path(max_length=64)]
Code = Annotated[str | None, Query(max_length=64)]
Format = Annotated[
    Literal["json", "csv", "xlsx"], Query(description="csv and xlsx hold all rows, without pages")
]
UNKNOWN_SUBJECT = ("unknown-subject", "ambiguous-subject")  # kinds of problems
READ = ("not-yet-known",)  # of whoever asks a read model


async def only_known(request: Request) -> None:
    """Whatever is asked is asked by parameters that the question has, each once but for those made to repeat.

    An answer to half a question would look like one to all of it. Raises BadQuestion, with the nearest name.
    """
    route = request.scope["route"]
    if not isinstance(route, APIRoute) or not route.path.startswith("/v1/"):
        return
    known = {name: _repeats(kind) for name, kind in _asked_by(route.dependant)}
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in known:
            raise BadQuestion(name[:100], _unknown(name, list(known)))
        if given.count(name) > 1 and not known[name]:
            raise BadQuestion(name, "is given more than once: give it once")


def _asked_by(dependant: Dependant) -> Iterator[tuple[str, object]]:
    """The query parameters of an endpoint and of all that it depends on: each name, and its type."""
    for parameter in dependant.query_params:
        yield parameter.alias, parameter.field_info.annotation
    for inner in dependant.dependencies:
        yield from _asked_by(inner)


def _repeats(annotation: object) -> bool:
    """Whether a parameter is a list, or may be one."""
    return any(get_origin(one) is list for one in (annotation, *get_args(annotation)))


def _unknown(name: str, known: list[str]) -> Message:
    if not known:
        return message("is no parameter: there are none")
    folded = {_folded(one): one for one in known}
    if near := get_close_matches(_folded(name), folded, 1):
        return message("is no parameter: did you mean {near!r}?", near=folded[near[0]])
    return message("is no parameter; there are: {known!r}", known=known)


def _folded(name: str) -> str:
    """asOf, as-of and AS_OF are written for one thing."""
    return "".join(c for c in name.lower() if c.isalnum())
