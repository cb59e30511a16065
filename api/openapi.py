"""The door's description, OpenAPI 3.1: every act and answer, with its shape, its problems and an example."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from types import GenericAlias
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from api.answers import SAYS, Says
from api.events import CLOUDEVENT, CLOUDEVENTS
from api.kinds import KINDS
from api.problems import MEDIA_TYPE, ProblemDocument
from api.schemas import form_of
from domain.access import ROLES, may_carry_out
from domain.acts import COMMANDS
from domain.commands.command import Command
from domain.programmes import PROGRAMMES
from projections.log.answer import CloudEvent
from projections.log.outcomes import Accepted

REF = "#/components/schemas/{model}"
JSON = "application/json"
_ALWAYS = ("bad-parameter", "bad-token", "too-many", "unavailable")
_BODY = (
    "refused",
    "not-yours",
    "not-there",
    "key-reused",
    "bad-body",
    "too-large",
    "cannot-be-stored",
    "not-json",
    "too-slow",
    "busy",
    "outcome-unknown",
    "clock",
)


_FORMS = {CLOUDEVENT: form_of(CloudEvent), CLOUDEVENTS: GenericAlias(list, (form_of(CloudEvent),))}


@cache
def examples() -> dict[str, Any]:
    """A whole round as it was played: of each operation what was sent and what was answered."""
    text = resources.files("api").joinpath("examples.json").read_bytes()
    found: dict[str, Any] = orjson.loads(text)
    return found


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole description; the same bytes for the same code."""
    schemas: dict[str, Any] = {}
    page = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        openapi_version="3.1.0",
    )
    paths: dict[str, Any] = {}
    acts = {f"/v1/{act.collection}": act for act in COMMANDS.values()}
    for path, operations in page["paths"].items():
        plain = path.replace(":path}", "}")
        paths[plain] = {}
        for method, operation in operations.items():
            if method == "head":
                continue
            operation["responses"] = {}
            if method == "post":
                _command(operation, acts[plain], schemas)
            else:
                _question(operation, plain, SAYS[operation["operationId"]], schemas)
            paths[plain][method] = operation
    page["paths"] = paths
    page["components"] = {
        "schemas": dict(sorted(schemas.items())),
        "securitySchemes": {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "`dlt_…`, granted by an administrator; without one you are the public",
            }
        },
    }
    page["tags"] = [
        {"name": "commands", "description": "Acts: each judged by its rules, recorded once or refused."}
    ]
    return page


def _schema(of: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type; what it is made of goes to the components."""
    told = TypeAdapter(of).json_schema(ref_template=REF)
    _keep(schemas, told.pop("$defs", {}))
    title = told.get("title")
    if title and told.get("type") == "object":
        _keep(schemas, {title: told})
        return {"$ref": REF.format(model=title)}
    return told


def _keep(schemas: dict[str, Any], more: dict[str, Any]) -> None:
    """Two shapes of one name are an error."""
    for name, schema in more.items():
        assert schemas.setdefault(name, schema) == schema, f"two shapes are called {name}"


def _command(operation: dict[str, Any], kind: type[Command], schemas: dict[str, Any]) -> None:
    whole = TypeAdapter(kind).json_schema(ref_template=REF)
    parts = whole.pop("$defs", {})
    _keep(schemas, {name: part for name, part in parts.items() if name != "Actor"})
    whole["properties"].pop("actor")
    whole["required"] = [name for name in whole.get("required", ()) if name != "actor"]
    whole["description"] = _who(kind.name)
    if "of" in whole["properties"]:
        whole["properties"]["of"]["enum"] = [id_ for id_, of in PROGRAMMES.items() if of.rules]
    _keep(schemas, {kind.__name__: whole})
    shown = examples().get(kind.name, {})
    operation["requestBody"] = {
        "required": True,
        "content": {
            JSON: _with_example({"schema": {"$ref": REF.format(model=kind.__name__)}}, shown.get("request"))
        },
    }
    content = _with_example(
        {"schema": _schema(form_of(Accepted, enveloped=True, positioned=True), schemas)},
        shown.get("response"),
    )
    operation["responses"]["201"] = {
        "description": "Recorded; sent again with the same key, the same answer.",
        "headers": _headers("Ledger-Position", "Location"),
        "content": {JSON: content},
        "links": {
            "outcome": {"operationId": "outcome", "parameters": {"key": "$response.body#/key"}},
            "event": {"operationId": "event", "parameters": {"position": "$response.body#/first"}},
            "why": {"operationId": "why", "parameters": {"position": "$response.body#/last"}},
        },
    }
    public = may_carry_out(kind.name, "public") != "-"
    operation["security"] = [{"token": []}, *([{}] if public else [])]
    kinds = (*_BODY, *_ALWAYS, *(() if public else ("no-token",)))
    _problems(operation, kinds, schemas)


def _who(act: str) -> str:
    may = {role: cell for role in ROLES if (cell := may_carry_out(act, role)) != "-"}
    said = {"any": "", "own": " (its own)", "paper": " (on paper, from a document)"}
    return "For: " + ", ".join(f"{role}{said[cell]}" for role, cell in may.items()) + "."


def _question(operation: dict[str, Any], path: str, says: Says, schemas: dict[str, Any]) -> None:
    shown = examples().get(operation["operationId"], {})
    content: dict[str, Any] = {}
    if says.answer is not None:
        form = form_of(says.answer, enveloped=says.enveloped, positioned=says.positioned)
        answer = {"schema": _schema(form, schemas)}
        content[JSON] = _with_example(answer, shown.get("response"))
    for media in says.also:
        of = _FORMS.get(media)
        plain = media.partition(";")[0]
        schema = _schema(of, schemas) if of is not None else {"type": "string"}
        content[plain] = _with_example({"schema": schema}, shown.get("also", {}).get(plain))
    headers = ("Ledger-Position", "ETag") if says.conditional else ()
    operation["responses"]["200"] = {
        "description": "The answer.",
        "content": content,
        "headers": _headers(*headers),
    }
    if says.conditional:
        operation["responses"]["304"] = {"description": "You have it already (If-None-Match)."}
        operation.setdefault("parameters", []).append(
            {
                "name": "If-None-Match",
                "in": "header",
                "required": False,
                "schema": {"type": "string"},
                "description": "the ETag of the answer you have",
            }
        )
    operation["security"] = [{"token": []}, {}]
    if path == "/" or path.startswith(("/problems", "/healthz", "/readyz")):
        operation["security"] = []
        _problems(operation, says.problems + (("unavailable",) if path == "/readyz" else ()), schemas)
        return
    _problems(operation, (*says.problems, *_ALWAYS), schemas)


def _with_example(content: dict[str, Any], example: object) -> dict[str, Any]:
    return content if example is None else {**content, "example": example}


def _headers(*names: str) -> dict[str, Any]:
    every = ("Ledger-Id", "Ledger-Simulated", "Request-Id")
    return {name: {"schema": {"type": "string"}} for name in (*every, *names)}


def _example(kind: str) -> dict[str, Any]:
    """One as it was answered, where one was; else in the words of its page."""
    if kind in (shown := examples().get("problems", {})):
        found: dict[str, Any] = shown[kind]
        return found
    of = KINDS[kind]
    return {"type": f"/problems/{kind}", "title": str(of.title), "status": of.status, "detail": str(of.means)}


def _problems(operation: dict[str, Any], kinds: Iterable[str], schemas: dict[str, Any]) -> None:
    """Of each status, the types it may have."""
    by_status: dict[int, list[str]] = {}
    for kind in dict.fromkeys(kinds):
        by_status.setdefault(KINDS[kind].status, []).append(kind)
    schema = _schema(form_of(ProblemDocument), schemas)
    for status, names in sorted(by_status.items()):
        operation["responses"][str(status)] = {
            "description": "; ".join(f"/problems/{n}: {KINDS[n].title}" for n in names),
            "content": {
                MEDIA_TYPE: {
                    "schema": schema,
                    "examples": {name: {"value": _example(name)} for name in names},
                }
            },
        }


def install(app: FastAPI) -> None:
    """Let the application describe itself so."""
    described: list[dict[str, Any]] = []

    def openapi() -> dict[str, Any]:
        if not described:
            described.append(describe(app))
        return described[0]

    openapi_of: Callable[[], dict[str, Any]] = openapi
    app.openapi = openapi_of  # type: ignore[method-assign]
