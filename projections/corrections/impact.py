"""What a correction would change, before it is approved: rows, figures, ranks; what rests on the fact.

Worked out from the log at a position: each read model folds the histories that the correction would touch,
without it and with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, cast

import orjson
from pydantic import Field

from domain.corrections.acts import ApproveCorrection
from domain.corrections.questioning import hypothetical, questions
from domain.corrections.reading import of_correction
from domain.corrections.recasting import ON_PAPER
from domain.corrections.rejudging import in_order
from domain.dates import day_of
from domain.events import Correction, CorrectionApproved, decode
from domain.history import believed
from domain.kernel import Grounds, Recorded
from domain.rules import Facts, Words
from eventlog.sealed import grounds_of
from projections.answers import Answer, Position, answer
from projections.asking.moments import View
from projections.asking.shown import show_events
from projections.asking.standpoint import Eyes, Standpoint, reached
from projections.corrections.answer import proposal_at, proposal_of, settled
from projections.corrections.changed_rows import ChangedRows, WithIt, changed, rows_told
from projections.corrections.figures import ChangedFigure, fetch, figures
from projections.corrections.gathering import gathered
from projections.corrections.questions import Questioned, questioned
from projections.corrections.ranks import Reranked, reranked
from projections.obligations.rows import Obligations
from projections.publicity.rows import PublicityPeriods
from projections.quotas.rows import Quotas
from projections.roster.rows import Roster
from projections.words.language import say
from projections.words.reasons import told_of


@answer("Rested")
class Rested(Answer):
    """A later event that was judged on the fact."""

    event: Position
    topic: str
    sentence: Words


@answer("RefusedOn")
class RefusedOn(Answer):
    """An act that was refused on the fact."""

    act: str
    at: datetime
    rules: tuple[str, ...]
    why: tuple[str, ...]


@answer("Impact", is_open=True)
class Impact(Answer):
    """What would change if a proposal were approved."""

    correction: Position
    as_known: Position
    stands: Annotated[bool, Field(description="whether it could be approved as things are")]
    why_not: tuple[str, ...]
    roster: ChangedRows
    quotas: ChangedRows
    obligations: ChangedRows
    publicity: ChangedRows
    figures: tuple[ChangedFigure, ...]
    ranking: tuple[Reranked, ...]
    rested: tuple[Rested, ...]
    refusals: tuple[RefusedOn, ...]
    questions: tuple[Questioned, ...]


async def impact(eyes: Eyes, id_: int, known: int, now: datetime) -> Impact:
    """What would change if a proposal were approved now, as known at a position; of one that is settled,
    what it would have changed then. Raises NotForThem, NoSuchCorrection."""
    log = eyes.log
    proposal = await proposal_at(eyes, id_, known)
    end = (await settled(log, [proposal], known)).get(id_)
    if end is not None:
        known, now = end.position - 1, end.recorded_at
    correction = proposal_of(proposal).correction
    there = await gathered(log, lambda so_far: of_correction(correction, so_far), known)
    approval = hypothetical(correction, id_, there.values(), known + 1, now)
    asked = await asyncio.to_thread(questions, correction, id_, there, approval)
    with_it = WithIt(log, known, approval)
    roster, quotas, obligations, publicity = [
        await changed(model, with_it, approval)
        for model in (Roster(), Quotas(), Obligations(), PublicityPeriods())
    ]
    decisions = {e.position: e for e in await log.at({question.decision for question in asked})}
    wrong = [] if end is not None else _wrong(id_, there, proposal, now)
    # it was long ago that somebody looked where rows are
    home, _ = await reached(log, Quotas(), known)
    view = View(day_of(now), known)
    at = Standpoint(log, eyes.reader, eyes.names, view=view, home=home)
    return Impact(
        as_known=known,
        correction=id_,
        stands=not wrong,
        why_not=tuple(wrong),
        roster=rows_told(Roster.name, roster, eyes.names),
        quotas=rows_told(Quotas.name, quotas, eyes.names),
        obligations=rows_told(Obligations.name, obligations, eyes.names),
        publicity=rows_told(PublicityPeriods.name, publicity, eyes.names),
        figures=tuple(await figures(at, quotas)),
        ranking=tuple(reranked(there, approval, at)),
        rested=tuple(await _rested(eyes, correction, there.values())),
        refusals=tuple(await _refusals(at, _concerned(correction, there.values()))),
        questions=tuple(questioned(q, decisions[q.decision], eyes.names) for q in asked),
    )


def _wrong(id_: int, there: Mapping[int, Recorded], proposal: Recorded, now: datetime) -> list[str]:
    """Why an open proposal could not be approved as things are."""
    today = day_of(now)
    events = in_order({**there, id_: proposal})
    facts = Facts(tuple(believed(events)), today, today, ever=events)
    act = ApproveCorrection(actor=ON_PAPER, proposal=id_)
    return [say(broken.reason) for broken in act.flaws(facts)]


def _concerned(correction: Correction, events: Iterable[Recorded]) -> set[int]:
    """The event that a correction concerns, and those in between where it concerns a correction."""
    there = {event.position: event for event in events}
    found: set[int] = set()
    target = correction.target
    while target is not None and target not in found:
        found.add(target)
        event = there.get(target)
        if event is None or event.topic != CorrectionApproved.topic:
            break
        fact = decode(event.topic, event.data)
        assert isinstance(fact, CorrectionApproved)
        target = fact.correction.target
    return found


async def _rested(eyes: Eyes, correction: Correction, events: Iterable[Recorded]) -> list[Rested]:
    """Later events that were judged on the fact, or on what corrected it before."""
    there = {event.position: event for event in events}
    on_it = _concerned(correction, there.values())
    facts = [there[position] for position in on_it if position in there]
    grounds = await grounds_of(eyes.log.pool, there.values())
    found = [there[at] for at in sorted(grounds) if _rests_on(grounds[at], on_it, facts)]
    return [
        Rested(event=event.position, topic=event.topic, sentence=shown.sentence)
        for event, shown in await show_events(eyes, found)
    ]


def _rests_on(grounds: Grounds, on_it: set[int], facts: Iterable[Recorded]) -> bool:
    """Whether these grounds name one of the positions, or what was looked through held one of the facts."""
    return bool(on_it & set(grounds.facts)) or any(
        fact.position <= search.upto and search.tag in fact.tags and fact.topic in search.topics
        for search in grounds.searched
        for fact in facts
    )


async def _refusals(at: Standpoint, on_it: set[int]) -> list[RefusedOn]:
    """Acts that were refused on the fact: had it been right, they might have been accepted."""
    told = []
    for position in sorted(on_it):
        for row in await fetch(at, "refused_on", position):
            outcome = orjson.loads(str(row["answer"]))
            broken = [b for b in outcome["broken"] if position in b["facts"]]
            if outcome["position"] <= at.view.as_known:
                told.append(
                    RefusedOn(
                        act=str(row["act"]),
                        at=cast("datetime", row["recorded_at"]),
                        rules=tuple(b["rule"] for b in broken),
                        why=tuple(told_of(b, at.names) for b in broken),
                    )
                )
    return told
