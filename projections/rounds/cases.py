"""The cases of a round, each with the stage that it has reached, as far as the reader may see it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import Field

from domain.cases import Case
from domain.events import CORRECTION_TOPICS, DefenceHeld, Fact, FormalReviewRecorded, ReviewConcluded
from domain.history import Believed
from domain.life import STEPS, Life
from domain.programme import Programme
from domain.rules import Facts, Seen, Words
from projections.answers import (
    NOT_STATED,
    Answer,
    EndedIn,
    Named,
    Next,
    NotStated,
    Position,
    ProgrammeNamed,
    answer,
)
from projections.asking.shown import is_shown
from projections.asking.standpoint import Standpoint
from projections.rounds.reading import round_as_believed
from projections.words.terms import category

Stage: TypeAlias = Literal[
    "sent",
    "declined",
    "recommended",
    "waiting",
    "over-quota",
    "taken",
    "form-failed",
    "form-passed",
    "review-failed",
    "reviewed",
    "defence-failed",
    "defended",
    "listed",
    "approved",
    "on-notice",
    "notice-closed",
    "left-the-list",
    "awarded",
    "retracted",
]


@answer("RoundCase")
class RoundCase(Answer):
    """One case, and how far it has come: by which event, on which day."""

    case: str
    subject: Named
    unit: Annotated[Named | None, Field(description="through which it applies; null: directly, or not shown")]
    category: str | None
    category_words: Words
    fields: tuple[str, ...]
    stage: Stage
    since: date
    event: Position
    ended: Annotated[EndedIn, Field(description="the subject, by the day")] | NotStated = NOT_STATED


@answer("StageCount")
class StageCount(Answer):
    """How many cases have come so far, and no further."""

    stage: Stage
    cases: int


@answer("RoundCases")
class RoundCases(Answer):
    """A page of the cases of a round."""

    programme: ProgrammeNamed
    as_of: date
    as_known: Position
    round: str
    stages: tuple[StageCount, ...]
    cases: tuple[RoundCase, ...]
    next: Next


async def round_cases(at: Standpoint, programme: Programme, round_: str) -> list[RoundCase]:
    """Every case of a round of which the reader may see anything, by its id."""
    topics = {kind.topic for kind in STEPS if at.reader.cell(kind.topic) != "-"}
    facts = await round_as_believed(at, programme.id, round_, topics)
    own: dict[str, list[Believed]] = defaultdict(list)
    for b in facts.history:
        case = b.data.get("case")
        if isinstance(case, str) and b.topic not in CORRECTION_TOPICS and is_shown(at, b):
            own[case].append(b)
    return [_told(at, programme.id, own[case], case) for case in sorted(own)]


def counted(cases: list[RoundCase]) -> tuple[StageCount, ...]:
    """How many cases have each stage, in the order of stages."""
    stages = Counter(case.stage for case in cases)
    return tuple(StageCount(stage=stage, cases=stages[stage]) for stage in get_args(Stage) if stage in stages)


def _told(at: Standpoint, programme: str, shown: Sequence[Believed], case: str) -> RoundCase:
    facts = Facts(tuple(shown), at.view.as_of, at.view.as_of)
    life = Life.of(facts, Case.parse(case))
    stage, step = next(_steps(life), (None, None))
    stated = life.awarded or life.proposed or life.application
    kind, fields = (stated.fact.category, stated.fact.fields) if stated else (None, ())
    unit = life.application.fact.unit if life.application else None
    return RoundCase(
        case=str(life.case),
        subject=at.named(life.case.subject),
        unit=at.named(unit) if unit else None,
        category=kind,
        category_words=category(programme, kind, fields),
        fields=fields,
        stage=stage or "sent",  # of a case of which something is shown, and none of its stages
        since=step.day if step else shown[0].latest_day,
        event=step.position if step else shown[0].position,
        ended=at.ended(life.case.subject),
    )


def _passed(
    step: Seen[FormalReviewRecorded] | Seen[ReviewConcluded] | Seen[DefenceHeld] | None,
    passed: Stage,
    failed: Stage,
) -> Iterator[tuple[Stage, Seen[Fact]]]:
    if step is not None:
        yield (passed if step.fact.passed else failed), step


def _steps(life: Life) -> Iterator[tuple[Stage, Seen[Fact]]]:
    """The stages that a case has reached, the last first."""
    single: tuple[tuple[Stage, Callable[[Life], Seen[Fact] | None]], ...] = (
        ("retracted", lambda of: of.retracted),
        ("awarded", lambda of: of.awarded),
        ("left-the-list", lambda of: next(iter(of.upheld), None)),
        ("notice-closed", lambda of: of.closed),
        ("on-notice", lambda of: of.notice),
        ("approved", lambda of: next(iter(reversed(of.approvals)), None)),
        ("listed", lambda of: of.proposed),
    )
    yield from ((stage, step) for stage, of in single if (step := of(life)) is not None)
    yield from _passed(life.defence, "defended", "defence-failed")
    yield from _passed(life.review, "reviewed", "review-failed")
    yield from _passed(life.form, "form-passed", "form-failed")
    if life.admitted is not None:
        yield "taken", life.admitted
    if life.intake is not None:
        yield ("taken" if life.intake.fact.taken else "over-quota"), life.intake
    if life.recommended is not None:
        yield ("waiting" if life.recommended.fact.waits else "recommended"), life.recommended
    if life.declined is not None:
        yield "declined", life.declined
    if life.application is not None:
        yield "sent", life.application
