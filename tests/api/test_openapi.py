"""The published description is the door's own; its examples are what is sent and answered."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest
from pydantic import TypeAdapter

from api import shapes
from api.commands import PATHS, parse
from api.openapi import ANSWERS, examples
from domain.access import PUBLIC
from domain.rules import COMMANDS
from eventlog.database import Database
from tests.examples import OPENAPI, play, published

DESCRIPTION: dict[str, Any] = orjson.loads(published())
OPERATIONS = {
    operation["operationId"]: (path, operation)
    for path, methods in DESCRIPTION["paths"].items()
    for operation in methods.values()
}


def test_the_published_file_is_the_codes_own() -> None:
    assert OPENAPI.read_bytes() == published(), "write it anew: python -m tests.examples"


def test_every_act_and_every_question_is_described() -> None:
    assert set(COMMANDS) == set(PATHS)
    assert {OPERATIONS[name][0] for name in COMMANDS} == {f"/v1/{path}" for path in PATHS.values()}
    assert DESCRIPTION["openapi"] == "3.1.0"
    for name, (_, operation) in OPERATIONS.items():
        assert operation.get("description"), name


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_acts_example_is_one(name: str) -> None:
    _, operation = OPERATIONS[name]
    body = operation["requestBody"]["content"]["application/json"]["example"]
    parse(COMMANDS[name], PUBLIC, body)
    answer = operation["responses"]["201"]["content"]["application/json"]["example"]
    TypeAdapter(shapes.Accepted).validate_python(answer)


@pytest.mark.parametrize("path", sorted(path for path, says in ANSWERS.items() if says.shape))
def test_an_answers_example_is_one(path: str) -> None:
    operation = DESCRIPTION["paths"][path]["get"]
    answer = operation["responses"]["200"]["content"]["application/json"]["example"]
    TypeAdapter(ANSWERS[path].shape).validate_json(orjson.dumps(answer))


async def test_the_examples_are_still_answered_so(database: Database) -> None:
    """The same acts, played now, are answered in the same words and shapes."""
    now = await play(database)
    assert now.keys() == examples().keys()
    assert {"refused", "not-yours", "no-token", "not-there", "bad-body"} <= now["problems"].keys()
    assert now.pop("problems").keys() == examples()["problems"].keys()
    for name, example in examples().items():
        if name == "problems":
            continue
        assert now[name].get("request", {}).keys() == example.get("request", {}).keys(), name
        assert now[name]["response"].keys() == example["response"].keys(), name
    assert now["award"]["request"] == examples()["award"]["request"]
    assert now["award"]["response"] == examples()["award"]["response"]


async def test_the_description_is_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/openapi.json")).json() == DESCRIPTION
    assert (await client.get("/docs")).status_code == 200
