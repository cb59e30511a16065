"""An act again, from the facts it led to, so that rules can judge it on a past that was corrected.

What was sealed is known by its commitment alone: it stands as a word that `unseal` gives back as the
same commitment.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, cast

import orjson
from pydantic import TypeAdapter, ValidationError

from domain.cases import Case
from domain.commands import (
    Admit,
    Apply,
    Approve,
    Award,
    CloseIntake,
    ClosePublicity,
    Commend,
    ConcludeReview,
    Debar,
    DecideTie,
    DeclareInterest,
    Decline,
    GrantException,
    HoldDefence,
    InspectSite,
    LodgeObjection,
    OpenPublicity,
    OpenRound,
    ProposeSelection,
    Reassess,
    Recommend,
    RecordArrangement,
    RecordBonus,
    RecordIncident,
    RecordInspection,
    RecordReading,
    RecordSupport,
    Refer,
    ReportChange,
    ReportIndicator,
    ReportProgress,
    ResolveObjection,
    Retract,
    ReviewFormally,
    Score,
    Supplement,
    Withdraw,
)
from domain.events import (
    ApplicationRecommended,
    ApplicationRetracted,
    ApplicationSubmitted,
    ApplicationSupplemented,
    ApprovalRecorded,
    ArrangementRecorded,
    AssessmentRecorded,
    BonusRecorded,
    CaseAdmitted,
    CommendationRecorded,
    DebarmentImposed,
    DefenceHeld,
    DesignationAwarded,
    DesignationWithdrawn,
    ExceptionGranted,
    Fact,
    FormalReviewRecorded,
    IncidentRecorded,
    IndicatorReported,
    InspectionRecorded,
    IntakeClosed,
    InterestDeclared,
    MaterialChangeReported,
    ObjectionLodged,
    ObjectionResolved,
    ProgressReported,
    PublicityClosed,
    PublicityOpened,
    ReadingRecorded,
    RecommendationDeclined,
    ReferralRecorded,
    ReviewConcluded,
    RoundOpened,
    ScoreRecorded,
    Sealed,
    SelectionProposed,
    SiteInspected,
    SupportRecorded,
    TieDecided,
)
from domain.history import Believed
from domain.kernel import Actor
from domain.rules import COMMANDS, Command

SEALED = "sealed:"
# In whose name a fact that is supplied is judged: as what the ministry records from a document.
ON_PAPER = Actor("ministry", "ministry", "miit")


class NotAnAct(ValueError):
    """No act would lead to such facts; the message says why."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact as it is believed, and who stated it."""

    believed: Believed
    actor: Actor


def unseal(value: str | bytes) -> Sealed:
    """The commitment that a word of a recast act stands for."""
    text = value.decode() if isinstance(value, bytes) else value
    return Sealed(text.removeprefix(SEALED))


def recast(facts: Sequence[Stated]) -> Command:
    """The act that led to these facts, all of one command, as they are believed. Raises NotAnAct."""
    first = facts[0].believed
    if (shape := _SHAPES.get(first.topic)) is None:
        raise NotAnAct(f"no act leads to {first.topic}")
    kind, stated_of = shape
    try:
        body = stated_of([stated.believed.data for stated in facts])
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise NotAnAct(f"{first.topic}: {error!r}") from None
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
        return cast("Command", _adapter(kind.name).validate_json(orjson.dumps(_words(whole))))
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(map(str, wrong["loc"]))
        raise NotAnAct(f"{kind.name}: {place}: {wrong['msg']}".replace(": :", ":")) from None


def can_be_recast(topic: str) -> bool:
    """Whether an act leads to facts of this topic."""
    return topic in _SHAPES


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(COMMANDS[name])


def _words(value: Any) -> Any:
    """The same with a word in place of each commitment."""
    match value:
        case {"sealed": str(commitment), **others} if not others:
            return f"{SEALED}{commitment}"
        case Mapping():
            return {key: _words(item) for key, item in value.items()}
        case list() | tuple():
            return [_words(item) for item in value]
    return value


# ------------------------------------------------------------- from facts to an act's fields

Data = Mapping[str, Any]
_Fields = Callable[[Sequence[Data]], dict[str, Any]]


def _same(renamed: Mapping[str, str] | None = None) -> _Fields:
    """One fact, whose fields are the act's, but for these."""
    names = renamed or {}
    return lambda facts: {names.get(key, key): value for key, value in facts[0].items()}


def _applied(facts: Sequence[Data]) -> dict[str, Any]:
    case = Case.parse(facts[0]["case"])
    return {**facts[0], "of": case.programme, "round": case.round, "subject": case.subject}


def _admitted(facts: Sequence[Data]) -> dict[str, Any]:
    return {**facts[0], "unit": facts[0]["pool"].split("/")[2]}


def _objected(facts: Sequence[Data]) -> dict[str, Any]:
    words = [f"{SEALED}{kept['sealed']}".encode() for kept in facts[0].get("attachments", ())]
    return {**facts[0], "attachments": [base64.b64encode(word).decode() for word in words]}


def _closed(facts: Sequence[Data]) -> dict[str, Any]:
    programme, round_, unit = facts[0]["pool"].split("/")[:3]
    return {"of": programme, "round": round_, "unit": unit}


def _noticed(facts: Sequence[Data]) -> dict[str, Any]:
    first = facts[0]
    length = "working_days" if "working_days" in first else "until"
    listed = [fact["case"] for fact in facts]
    return {"list": first["list"], "where": first["where"], "listed": listed, length: first[length]}


def _listed(name: str, *more: str) -> _Fields:
    """A list of cases under one name, and what they share."""
    return lambda facts: {
        name: [fact["case"] for fact in facts],
        **{key: facts[0][key] for key in ("list", *more) if key in facts[0]},
    }


def _each(name: str, *keys: str) -> _Fields:
    """A list of what is said of each case."""
    return lambda facts: {
        "list": facts[0]["list"],
        name: [{key: fact[key] for key in ("case", *keys) if key in fact} for fact in facts],
    }


_SHAPES: dict[str, tuple[type[Command], _Fields]] = {
    kind.topic: shape
    for kind, shape in cast("dict[type[Fact], tuple[type[Command], _Fields]]", {
        RoundOpened: (OpenRound, _same({"programme": "of"})),
        ReadingRecorded: (RecordReading, _same({"programme": "of"})),
        ExceptionGranted: (GrantException, _same()),
        ApplicationSubmitted: (Apply, _applied),
        ApplicationSupplemented: (Supplement, _same()),
        ApplicationRetracted: (Retract, _same()),
        ApplicationRecommended: (Recommend, _same()),
        RecommendationDeclined: (Decline, _same()),
        IntakeClosed: (CloseIntake, _closed),
        CaseAdmitted: (Admit, _admitted),
        FormalReviewRecorded: (ReviewFormally, _same({"missing": "lacking"})),
        InterestDeclared: (DeclareInterest, _same()),
        ScoreRecorded: (Score, _same()),
        BonusRecorded: (RecordBonus, _same()),
        SiteInspected: (InspectSite, _same()),
        ReviewConcluded: (ConcludeReview, _same()),
        DefenceHeld: (HoldDefence, _same()),
        SelectionProposed: (ProposeSelection, _each("candidates", "category", "fields", "reason")),
        TieDecided: (DecideTie, _same()),
        ApprovalRecorded: (Approve, _listed("approved", "by", "reason")),
        PublicityOpened: (OpenPublicity, _noticed),
        ObjectionLodged: (LodgeObjection, _objected),
        ObjectionResolved: (ResolveObjection, _same()),
        PublicityClosed: (ClosePublicity, _listed("listed")),
        DesignationAwarded: (Award, _each("honours", "title", "category", "fields")),
        ProgressReported: (ReportProgress, _same()),
        IndicatorReported: (ReportIndicator, _same()),
        MaterialChangeReported: (ReportChange, _same()),
        AssessmentRecorded: (Reassess, _same()),
        InspectionRecorded: (RecordInspection, _same({"by": "carried_out_by"})),
        CommendationRecorded: (Commend, _same()),
        IncidentRecorded: (RecordIncident, _same()),
        DebarmentImposed: (Debar, _same({"programme": "of"})),
        ReferralRecorded: (Refer, _same({"programme": "of"})),
        SupportRecorded: (RecordSupport, _same()),
        ArrangementRecorded: (RecordArrangement, _same()),
        DesignationWithdrawn: (Withdraw, _same()),
    }).items()
}  # fmt: skip
