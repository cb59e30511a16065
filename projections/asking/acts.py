"""Reads an act from JSON, for HTTP and the command line, and makes the id by which it takes effect once."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date

import orjson
from pydantic import ValidationError

from domain import subjects
from domain.access import PUBLIC
from domain.commands.command import Command, adapter_of
from domain.dates import NotADate, a_day
from domain.events.fact import Naming, reason_of
from domain.kernel import Actor
from domain.messages import Message, Told, message
from domain.reasons import Reason, because
from domain.subjects import AmbiguousSubject, UnknownSubject
from eventlog.log import Log
from projections.words.names import SHIPPED, Register, register

_MOST_ERRORS = 20  # the most that one answer lists


@dataclass(frozen=True, slots=True)
class BadField:
    """A field of an act that is missing, unknown or malformed; an empty name means the act as a whole."""

    field: str
    told: Message | Reason


class MalformedAct(Told, ValueError):
    """A request body that is not a valid act; `errors` has an entry for each wrong field."""

    def __init__(self, *errors: BadField) -> None:
        fields = [message("{field!r}: {wrong}", field=e.field or "body", wrong=e.told) for e in errors]
        super().__init__("the act is malformed: {fields}", fields=fields)
        self.errors = errors


@dataclass(slots=True)
class _Named:
    """Finds whom an act names (domain.events.fact.Naming) in a register of divisions."""

    register: Register
    today: date
    effective: object  # as the body states it
    sure: bool = True  # whether every text so far needed no recorded change to be resolved

    def id_of(self, text: str) -> str:
        self.sure = self.sure and (subjects.is_registered(text) or subjects.is_project(text))
        return self.register.id_of(text, {self.today.year, self._day.year}, self._day)

    def id_today(self, text: str) -> str:
        self.sure = self.sure and subjects.is_registered(text)
        code = text.strip().removeprefix("cn:")
        there = [s for s in self.register.of_code(code, {self.today.year}) if s.existed_in(self.today.year)]
        return there[0].id if len(there) == 1 and not subjects.is_registered(text) else text

    @property
    def _day(self) -> date:
        """The act's day of effect; today, if the body states none that can be read."""
        if isinstance(self.effective, str):
            with suppress(NotADate):
                return a_day(self.effective)
        return self.today


async def act_asked(log: Log, kind: type[Command], actor: Actor, body: object, today: date) -> Command:
    """Read an act in which subjects are named by name, code or id; each is replaced by its id here.

    Raises MalformedAct, UnknownSubject, AmbiguousSubject.
    """
    effective = body.get("effective") if isinstance(body, dict) else None
    shipped = _Named(SHIPPED, today, effective)
    with suppress(UnknownSubject, AmbiguousSubject):
        act = act_of(kind, actor, body, shipped)
        if shipped.sure:
            return act
    return act_of(kind, actor, body, _Named(await register(log, today), today, effective))


def act_of(kind: type[Command], actor: Actor, body: object, naming: Naming | None = None) -> Command:
    """Read an act of this actor from a decoded JSON body. Raises MalformedAct."""
    if not isinstance(body, dict):
        raise MalformedAct(BadField("", message("an act is a JSON object")))
    if "actor" in body:
        raise MalformedAct(BadField("actor", message("the actor is whom the token names: leave it out")))
    known = {field.name for field in fields(kind)}
    if unknown := [name for name in body if name not in known][:_MOST_ERRORS]:
        raise MalformedAct(*(BadField(name[:100], because("extra-forbidden")) for name in unknown))
    try:
        whole = orjson.dumps({**body, "actor": actor.as_json()})
        act: Command = adapter_of(kind).validate_json(whole, context=naming)
    except orjson.JSONEncodeError as error:
        detail = because("recursion-loop")
        if "surrogate" in str(error):
            detail = because("half-of-a-pair")
        elif "64-bit" in str(error):
            detail = because("int-parsing-size")
        raise MalformedAct(BadField("", detail)) from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:_MOST_ERRORS]
        raise MalformedAct(
            *(BadField(".".join(str(step)[:100] for step in e["loc"][:20]), reason_of(e)) for e in found)
        ) from None
    return act


def command_id(actor: Actor, key: str, act: Command | None = None) -> str:
    """The id of a command: its key after its principal, so that two principals may use the same key.

    All who show no token share one principal. Their ids also contain a hash of the act, so that nobody
    can use up another person's key.
    """
    if act is not None and actor == PUBLIC:
        return f"{actor.principal} {key} {hashlib.sha256(act.as_json()).hexdigest()[:32]}"
    return f"{actor.principal} {key}"
