"""An act from JSON, as both doors take it; and the id under which it takes effect once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import orjson
from pydantic import ValidationError

from domain.access import PUBLIC
from domain.commands.command import Command, adapter_of
from domain.kernel import Actor

_MOST_ERRORS = 20  # that one answer names


@dataclass(frozen=True, slots=True)
class BadField:
    """A field of an act that is missing, unknown, or not of its form; empty: the act as a whole."""

    field: str
    detail: str

    def as_json(self) -> dict[str, str]:
        return {"field": self.field, "detail": self.detail}


class MalformedAct(ValueError):
    """A body is no act; `errors` name each field that is wrong."""

    def __init__(self, *errors: BadField) -> None:
        super().__init__("; ".join(f"{e.field or 'body'}: {e.detail}" for e in errors))
        self.errors = errors


def act_of(kind: type[Command], actor: Actor, body: object) -> Command:
    """An act by its actor, of a decoded JSON body. Raises MalformedAct."""
    if not isinstance(body, dict):
        raise MalformedAct(BadField("", "a command is a JSON object"))
    if "actor" in body:
        raise MalformedAct(BadField("actor", "is whom the token names"))
    known = {field.name for field in fields(kind)}
    if unknown := [name for name in body if name not in known][:_MOST_ERRORS]:
        raise MalformedAct(*(BadField(name[:100], "is no field of it") for name in unknown))
    try:
        whole = orjson.dumps({**body, "actor": actor.as_json()})
        act: Command = adapter_of(kind).validate_json(whole)
    except orjson.JSONEncodeError as error:
        said = str(error)
        of_text = "holds half of a surrogate pair" if "surrogate" in said else "is nested too deeply"
        raise MalformedAct(
            BadField("", "holds too large a number" if "64-bit" in said else of_text)
        ) from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        wrong = ((e["loc"][:20], e["msg"][:300]) for e in found[:_MOST_ERRORS])
        raise MalformedAct(
            *(BadField(".".join(str(step)[:100] for step in loc), said) for loc, said in wrong)
        ) from None
    return act


def command_id(actor: Actor, key: str, act: Command | None = None) -> str:
    """A key is its principal's own: two principals may use the same one.

    Whoever shows no token shares a principal with everybody who does not: there, what is asked for
    (act) is part of the id, so that nobody takes another's key.
    """
    if act is not None and actor == PUBLIC:
        return f"{actor.principal} {key} {hashlib.sha256(act.as_json()).hexdigest()[:32]}"
    return f"{actor.principal} {key}"
