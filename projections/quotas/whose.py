"""Through which unit a subject comes in a programme, whose quota it uses, and where the text says so."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.programme import Programme
from domain.rules import Words
from domain.subjects import subject as subject_of
from projections.answers import Answer, Named, Position, ProgrammeNamed, answer, named
from projections.asking.standpoint import Standpoint
from projections.quotas.answer import Unit, quotas


@answer("WhoseQuota")
class WhoseQuota(Answer):
    """Whose quota a subject uses, with that unit's figures in the round."""

    unit: Annotated[Named | None, Field(description="null: directly, through no unit")]
    words: Words
    points: Annotated[tuple[str, ...], Field(description="open points that it rests on")]
    figures: Annotated[Unit | None, Field(description="null: nothing came through it yet")]


@answer("QuotaWhy")
class QuotaWhy(Answer):
    """Whose quota a subject uses in a round."""

    programme: ProgrammeNamed
    as_of: date
    as_known: Position
    round: str
    subject: Named
    whose: Annotated[WhoseQuota | None, Field(description="null: the programme has no rules of it")]


async def quota_why(at: Standpoint, programme: Programme, round_: str, subject: str) -> QuotaWhy:
    """Whose quota a subject uses; the figures as far as the reader may see them."""
    return QuotaWhy(
        as_of=at.view.as_of,
        as_known=at.view.as_known,
        programme=named(programme),
        round=round_,
        subject=at.named(subject),
        whose=await _whose(at, programme, round_, subject),
    )


async def _whose(at: Standpoint, programme: Programme, round_: str, subject: str) -> WhoseQuota | None:
    if programme.whose is None or not subject_of(subject).province.startswith("cn:"):
        return None  # no place; where a project lies, only its application says: ask for its seat
    whose = programme.whose(subject)
    units = (await quotas(at, programme, round_)).units
    unit = whose.unit
    return WhoseQuota(
        unit=at.named(unit) if unit else None,
        words=whose.words,
        points=whose.points,
        figures=next((of for of in units if of.unit == (unit or "direct")), None),
    )
