"""A round as it was planned and as it went; the list its scores lead to, explained; whose quota is used.

These are worked out from the log when they are asked for, as known at a position.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.access import Reader
from domain.cases import Case
from domain.events import (
    CORRECTION_TOPICS,
    ApprovalRecorded,
    DefenceHeld,
    DesignationAwarded,
    FiguresAttested,
    HistoricalDesignationRecorded,
    NoticeRecorded,
    PublicityOpened,
    ReadingRecorded,
    ReviewConcluded,
    RoundOpened,
    SelectionProposed,
)
from domain.history import Believed, believed
from domain.kernel import Query, Recorded, Selector
from domain.programme import Programme
from domain.rules import Facts
from domain.subjects import subject as subject_of
from domain.terms import Terms
from eventlog.log import WHOLE, Log
from projections.reading import View
from projections.rounds import NotForThem, quotas
from projections.sentences import name_of
from projections.shown import JSONObject, show, subjects_of

_STEPS = (
    ReviewConcluded, DefenceHeld, SelectionProposed, ApprovalRecorded, PublicityOpened,
    DesignationAwarded, HistoricalDesignationRecorded,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoSelection(LookupError):
    """The programme's text does not constrain its list."""

    programme: str

    def __str__(self) -> str:
        return f"the text of {self.programme} sets no constraint on the list of a round"


async def _read(
    log: Log, programme: str, round_: str, view: View, topics: Iterable[str] = ()
) -> tuple[list[Recorded], Facts]:
    """A round (of it, these topics; default: all) and its terms: as recorded up to a position, and as
    believed there, up to a day."""
    of_it = frozenset(topics)
    of_it = of_it | CORRECTION_TOPICS if of_it else of_it
    terms = (f"terms:{programme}", f"terms:{programme}/{round_}")
    query = Query((
        Selector(of_it, frozenset({f"round:{programme}/{round_}"})),
        *(Selector.of(tags={tag}) for tag in terms),
    ))  # fmt: skip
    events = await log.read(query, until=view.as_known, limit=WHOLE)
    known = (b for b in believed(events) if b.latest_day <= view.as_of)
    return events, Facts(tuple(known), view.as_of, view.as_of)


def may_select(reader: Reader) -> None:
    """Raises NotForThem: what is on a list is not shown before it is published."""
    if reader.cell(SelectionProposed.topic) not in {"see", "open"}:
        raise NotForThem(f"the selection is not shown to: {reader.actor.role}")


async def selection(
    log: Log, reader: Reader, programme: Programme, round_: str, view: View
) -> JSONObject:
    """Who is on the list by rank and constraints, who is not, and by which rule; ties that decide a
    place and are not decided; floors that nobody can meet. Raises NotForThem, NoSelection."""
    may_select(reader)
    if programme.selects is None:
        raise NoSelection(programme.id)
    _, facts = await _read(log, programme.id, round_, view)
    found = await asyncio.to_thread(programme.selects, facts)  # beside whatever else is asked
    return {
        "candidates": [
            {
                "case": placed.id,
                "subject": _named(placed.id),
                "rank": placed.rank,
                "chosen": placed.chosen,
                "reason": placed.reason,
                "rule": placed.rule or None,
                "because_of": [{"case": case, **_named(case)} for case in placed.because_of],
            }
            for placed in found.placed
        ],
        "ties": [list(tie) for tie in found.ties],
        "short": dict(found.short),
    }


def _named(case: str) -> dict[str, str]:
    id_ = Case.parse(case).subject
    return {"id": id_, "name": name_of(id_)}


# ------------------------------------------------------------------- plan and outcome


async def round_page(
    log: Log, reader: Reader, programme: Programme, round_: str, view: View
) -> JSONObject:
    """What the round's documents planned, beside what happened, as far as the reader may see it."""
    told = (RoundOpened, ReadingRecorded, FiguresAttested, NoticeRecorded, *_STEPS)
    topics = {kind.topic for kind in told if reader.cell(kind.topic) != "-"}
    _, facts = await _read(log, programme.id, round_, view, topics)
    visible = [b for b in facts.history if _is_shown(reader, b)]
    terms = Terms.of(facts)
    return {
        "planned": {
            "steps": [
                {"step": p.step, "when": p.when, "source": p.source.as_json() if p.source else None}
                for p in terms.plan.values()
            ],
            "places": {name: cap.places for name, cap in terms.caps.items()},
            "deadline": terms.deadline.day if terms.deadline else None,
            "term": {"first": terms.term.first, "last": terms.term.last} if terms.term else None,
        },
        "happened": {
            "steps": list(_happened(visible)),
            "titles": _titles(visible),
        },
        "attested": [
            {
                "measure": fact.measure, "words": fact.measure_words, "value": fact.value,
                "category": fact.category, "source": fact.source.title, "event": b.position,
            }
            for b in visible
            if isinstance(fact := b.fact, FiguresAttested)
        ],
        "notices": [
            {
                "act": fact.act, "words": fact.act_words, "effective": b.effective,
                "until": fact.until, "content": fact.content, "event": b.position,
                "document": b.basis.as_json() if b.basis else None,
            }
            for b in visible
            if isinstance(fact := b.fact, NoticeRecorded)
        ],
    }  # fmt: skip


def _is_shown(reader: Reader, b: Believed) -> bool:
    """Whether a reader may see what is believed of an event; scores are not of this page."""
    content: JSONObject = {"data": b.data, "tags": sorted(b.tags)}
    return show(reader, b.topic, content, about=subjects_of(b.tags)) is not None


def _happened(facts: Iterable[Believed]) -> Iterable[JSONObject]:
    """Of each step its first and last day, and how many cases took it."""
    of: dict[str, list[Believed]] = {}
    for b in facts:
        of.setdefault(b.topic, []).append(b)
    for step in _STEPS:
        if there := of.get(step.topic):
            days = [b.latest_day for b in there if b.latest_day < date.max]
            yield {
                "step": step.topic,
                "first": min(days, default=None),
                "last": max(days, default=None),
                "cases": len({_whose(b) for b in there}),
            }


def _whose(b: Believed) -> object:
    return b.data.get("case") or b.data.get("designation")


def _titles(facts: Iterable[Believed]) -> int:
    awarded = {DesignationAwarded.topic, HistoricalDesignationRecorded.topic}
    return len({b.data["designation"] for b in facts if b.topic in awarded})


# ------------------------------------------------------------------------- whose quota


async def quota_why(
    log: Log, reader: Reader, programme: Programme, round_: str, subject: str, view: View
) -> JSONObject:
    """Through which unit a subject comes in a programme, whose quota it uses, and where the text says
    so; with that unit's figures in the round, as far as the reader may see them."""
    told: dict[str, Any] = {"subject": {"id": subject, "name": name_of(subject)}, "whose": None}
    if programme.whose is None or not subject_of(subject).province.startswith("cn:"):
        return told  # no place; where a project lies, only its application says: ask for its seat
    whose = programme.whose(subject)
    figures = await quotas(log.pool, reader, programme, round_, view)
    told["whose"] = {
        "unit": {"id": whose.unit, "name": name_of(whose.unit)} if whose.unit else None,
        "words": whose.words.as_json(),
        "points": list(whose.points),
        "figures": next(
            (u for u in figures["units"] if u["unit"] == (whose.unit or "direct")), None
        ),
    }
    return told
