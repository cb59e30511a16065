"""An act made again from the facts it led to, so that rules can judge it on a past that was corrected.

Of a sealed value only its commitment is known. The act made again has a placeholder word instead of the
value, and `unseal` turns that word back into the same commitment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

import orjson
from pydantic import ValidationError

from domain.commands.command import Command, act_that_leads_to, adapter_of, commitment_of, stand_in
from domain.events import Sealed
from domain.events.fact import wrong
from domain.history import Believed
from domain.kernel import Actor
from domain.reasons import Reason, because

# The actor of a supplied fact: it is judged as if the ministry had recorded it from a document.
ON_PAPER = Actor("ministry", "ministry", "miit")


class NotAnAct(ValueError):
    """No act would lead to such facts; the reason says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attributed:
    """A fact as it is believed, and who stated it."""

    believed: Believed
    actor: Actor


def unseal(value: str | bytes) -> Sealed:
    """The commitment that a word of a recast act stands for."""
    return Sealed(commitment_of(value))


def recast(facts: Sequence[Attributed]) -> Command:
    """The act that would lead to these facts; all of them are of one command. Raises NotAnAct."""
    first = facts[0].believed
    if (kind := act_that_leads_to(first.topic)) is None:
        raise NotAnAct(because("no-act-leads-to", topic=first.topic))
    try:
        body = kind.again([stated.believed.data for stated in facts])
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise NotAnAct(because("no-act-leads-to-such-a", topic=first.topic)) from error
    actor = facts[0].actor
    if (principal := body.pop("reviewer", None)) is not None:  # whoever scores is the reviewer
        unit = actor.unit if actor.principal == principal else "independent"
        actor = Actor(str(principal), "reviewer", unit)
    known = {field.name for field in fields(kind)}
    whole: dict[str, Any] = {key: value for key, value in body.items() if key in known}
    whole["actor"] = actor.as_json()
    if first.basis is not None:
        whole["basis"] = first.basis.as_json()
    if first.effective is not None:
        whole["effective"] = first.latest_day.isoformat()
    try:
        return cast("Command", adapter_of(kind).validate_json(orjson.dumps(_words(whole))))
    except ValidationError as error:
        place, reason = wrong(error)
        raise NotAnAct(because("is-not-stated-right", what=kind.name, place=place, wrong=reason)) from None


def can_be_recast(topic: str) -> bool:
    """Whether an act leads to facts of this topic."""
    return act_that_leads_to(topic) is not None


def _words(value: Any) -> Any:
    """The same with a word in place of each commitment."""
    match value:
        case {"sealed": str(commitment), **others} if not others:
            return stand_in(commitment)
        case Mapping():
            return {key: _words(item) for key, item in value.items()}
        case list() | tuple():
            return [_words(item) for item in value]
    return value
