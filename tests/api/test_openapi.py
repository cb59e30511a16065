"""The published description is the door's own; its examples are what is sent and answered."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest
from pydantic import TypeAdapter

from api.answers import SAYS
from api.openapi import examples
from api.schemas import form_of
from domain.access import PUBLIC
from domain.acts import COMMANDS
from eventlog.database import Database
from projections.asking.acts import act_of
from projections.log.outcomes import Accepted
from scripts.documents.examples import play
from scripts.documents.pages import description

DESCRIPTION: dict[str, Any] = orjson.loads(description())
OPERATIONS = {
    operation["operationId"]: (path, operation)
    for path, methods in DESCRIPTION["paths"].items()
    for operation in methods.values()
}


def test_every_act_and_every_question_is_described() -> None:
    assert {OPERATIONS[name][0] for name in COMMANDS} == {
        f"/v1/{act.collection}" for act in COMMANDS.values()
    }
    assert DESCRIPTION["openapi"] == "3.1.0"
    for name, (_, operation) in OPERATIONS.items():
        assert operation.get("description"), name


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_acts_example_is_one(name: str) -> None:
    _, operation = OPERATIONS[name]
    body = operation["requestBody"]["content"]["application/json"]["example"]
    act_of(COMMANDS[name], PUBLIC, body)
    answer = operation["responses"]["201"]["content"]["application/json"]["example"]
    TypeAdapter(form_of(Accepted, enveloped=True, positioned=True)).validate_python(answer)


@pytest.mark.parametrize("name", sorted(name for name, says in SAYS.items() if says.answer))
def test_an_answers_example_is_one(name: str) -> None:
    _, operation = OPERATIONS[name]
    example = operation["responses"]["200"]["content"]["application/json"]["example"]
    says = SAYS[name]
    assert says.answer is not None
    form = form_of(says.answer, enveloped=says.enveloped, positioned=says.positioned)
    TypeAdapter(form).validate_json(orjson.dumps(example))


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
