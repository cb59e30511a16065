"""What a correction, or a fact that is recorded late, calls into question (L-3).

Each later act that the correction or late fact may touch is judged twice at its own place: on the past
without it, and on the past with it. If only the second judgement refuses the act, or if it gives other facts,
the decision is called into question. A decision refused in this way does not stand for the judging of later
ones, so that what rests on it is called into question, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from domain.access import is_public
from domain.canonical import Object, encode
from domain.cases import Case
from domain.commands import DeclareInterest
from domain.commands.command import Command
from domain.corrections.acts import ApproveCorrection
from domain.corrections.moving import (
    asked_by_a_move,
    asked_by_an_interest,
    asked_of_the_ended,
    day_of_effect,
    merged,
)
from domain.corrections.reading import DECISIONS, is_late, later_decisions, moves_a_reviewer
from domain.corrections.recasting import ON_PAPER, Attributed, NotAnAct, recast
from domain.corrections.rejudging import group_at, judged_at, same_place
from domain.corrections.replacing import OF_THE_MOMENT
from domain.corrections.standings import outranked
from domain.dates import day_of
from domain.events import (
    ApplicationRetracted,
    Correction,
    CorrectionApproved,
    CorrectionProposed,
    CorrectionPublished,
    DecisionQuestioned,
    Fact,
    Found,
    QuestionDecided,
    Replacement,
    decode,
)
from domain.history import Believed, believed, correction_tags, is_read
from domain.judging import Rejudged, cited, judge
from domain.kernel import Event, Judged, Recorded
from domain.ledger import LEDGER
from domain.programmes import books_of
from domain.reasons import because
from domain.rules import Seal
from domain.seats import carried_on
from domain.tags import PROPOSAL


def judged_whole(
    act: Command, history: Iterable[Recorded], *, now: datetime, command: str, seal: Seal, head: int
) -> list[Event]:
    """The events that an act leads to; with what an approved correction, or what is recorded late, calls
    into question. Raises Refused. head: the position before its first event."""
    events = tuple(history)
    led_to = judge(act, events, now=now, command=command, seal=seal, head=head)
    there = {event.position: event for event in events}
    new = [Recorded.provisional(event, head + n, now) for n, event in enumerate(led_to, 1)]
    if isinstance(act, ApproveCorrection):
        proposal = decode(CorrectionProposed.topic, there[act.proposal].data)
        assert isinstance(proposal, CorrectionProposed)
        led_to += published(led_to[0], there, new[0])
        asked = questions(proposal.correction, act.proposal, there, new[0])
        stands = believed([*there.values(), new[0]])
        asked += asked_of_the_ended([b for b in stands if b.settled_by == new[0].position], there)
    elif is_late(act, day_of(now)):
        asked = asked_by_late(new, there)
    elif moves_a_reviewer(act):
        asked = _new_only(asked_by_a_move(new, there), there)
    elif isinstance(act, DeclareInterest):
        asked = _new_only(asked_by_an_interest(new, there), there)
    else:
        asked = asked_of_the_ended(believed(new), there)
    there |= {event.position: event for event in new}
    return led_to + [_as_event(fact, led_to[0], there) for fact in asked]


def published(approved: Event, there: Mapping[int, Recorded], approval: Recorded) -> list[Event]:
    """The public notices of an approved correction: for each event that it changes and that is or was
    public, what stands from now on."""
    before = {b.position: b for b in believed(there.values())}
    after = {b.position: b for b in believed([*there.values(), approval])}
    found = []
    for position in sorted({*before, *after}):
        old, new = _public(before.get(position)), _public(after.get(position))
        if (old is None and new is None) or old == new:
            continue
        recorded = there.get(position)
        fact = CorrectionPublished(
            event=position,
            act="annulled"
            if new is None
            else "supplied"
            if old is None and (recorded is None or recorded.topic == CorrectionApproved.topic)
            else "restored"
            if new.settled_by == position
            else "amended",
            stands=None
            if new is None
            else Replacement(new.topic, tuple(sorted(new.tags)), dict(new.data), new.effective, new.basis),
        )
        tags = {tag for b in (old, new) if b is not None for tag in b.tags}
        found.append(
            replace(approved, topic=fact.topic, tags=fact.tags() | tags, data=fact.as_data(), basis=None)
        )
    return found


def _public(content: Believed | None) -> Believed | None:
    """What everybody is shown of what is believed; corrections themselves are no part of it."""
    return content if content is not None and is_public(content.topic) else None


def _as_event(fact: DecisionQuestioned, cause: Event, there: Mapping[int, Recorded]) -> Event:
    """The event that records a question, together with the act that raised it. It carries the seat and entity
    tags of the questioned decision, and names the editions by which that decision was judged again."""
    decision = there[fact.decision]
    own = carried_on(decision.tags)
    of = Case.parse(fact.about).programme
    day = day_of_effect(decision)
    its = decision.editions
    books = (LEDGER.in_force(day, fact.decision, its), *books_of(of, day, fact.decision, its))
    if fact.proposal is not None:
        own |= {PROPOSAL(fact.proposal)}
    return replace(
        cause,
        topic=fact.topic,
        tags=fact.tags() | own,
        data=fact.as_data(),
        judged=Judged(cited(books), ("L-3",)),
    )


def hypothetical(
    correction: Correction, proposal: int, events: Iterable[Recorded], position: int, now: datetime
) -> Recorded:
    """The approval of a correction as it would stand at a position."""
    fact = CorrectionApproved(proposal=proposal, correction=correction)
    tags = correction_tags(correction, events)
    event = Event(fact.topic, tags, fact.as_data(), ON_PAPER, effective=day_of(now).isoformat())
    return Recorded.provisional(event, position, now)


def questions(
    correction: Correction, proposal: int, there: Mapping[int, Recorded], approval: Recorded
) -> list[DecisionQuestioned]:
    """What a correction calls into question, in the order of the decisions' positions.

    there: the events that `of_correction` asks for. approval: the correction's approval, at a position after
    all of these.
    """
    before = believed(there.values())
    after = believed([*there.values(), approval])
    own = _of_itself(correction, there, approval, proposal)
    found = own + _judged_twice(
        approval.tags, there, [approval], proposal, but=correction.target, fallen={q.decision for q in own}
    )
    found += list(outranked(before, after, proposal))
    found += list(merged(correction, there, proposal))
    return _new_only(_not_taken_back(found, after), there)


def _of_itself(
    correction: Correction, there: Mapping[int, Recorded], approval: Recorded, proposal: int
) -> list[DecisionQuestioned]:
    """Questions about the corrected event itself, if its act would have been refused as corrected."""
    with_it = {**there, approval.position: approval}
    own = correction.target
    while own is not None and (event := there[own]).topic == CorrectionApproved.topic:
        own = cast("CorrectionApproved", decode(event.topic, event.data)).correction.target
    if own is None or correction.replacement is None:
        return []
    was, is_ = _judged_as_believed(own, there), _judged_as_believed(own, with_it)
    if is_ is None:
        return []
    group, now = is_
    known = {(b.rule, b.broken.entry) for b in was[1].broken} if was else set()
    broken = [b for b in now.broken if (b.rule, b.broken.entry) not in known]
    return list(_refused(group[:1], broken, proposal)) if broken else []


def _judged_as_believed(
    position: int, there: Mapping[int, Recorded]
) -> tuple[list[Attributed], Rejudged] | None:
    """An event with those its act recorded, that event first; and what the rules find of the act."""
    group = group_at(position, there)
    try:
        act = recast(group[:1]) if group else None
    except NotAnAct:
        act = None
    if act is None:
        return None
    return group, judged_at(act, position, believed(there.values()), there)


def asked_by_late(new: Sequence[Recorded], there: Mapping[int, Recorded]) -> list[DecisionQuestioned]:
    """What facts that are recorded late call into question."""
    tags = frozenset(tag for event in new for tag in event.tags)
    return _new_only(_judged_twice(tags, there, new, None), there)


def _judged_twice(
    tags: Iterable[str],
    there: Mapping[int, Recorded],
    new: Sequence[Recorded],
    proposal: int | None,
    but: int | None = None,
    fallen: Iterable[int] = (),
) -> list[DecisionQuestioned]:
    """What is called into question by judging each later act without and with the new events. but: an event
    whose own act is left out. fallen: decisions already known to be refused; they count as not standing."""
    with_it = {**there, **{event.position: event for event in new}}
    before, after = believed(there.values()), believed(with_it.values())
    late = frozenset(event.position for event in new)
    found: list[DecisionQuestioned] = []
    gone = set(fallen)
    back = _taken_back(before) - _taken_back(after)  # cases that are under way again
    for group in later_decisions(tags, before, there, but):
        place = group[0].believed.position
        try:
            act = recast(group)
        except NotAnAct:
            continue
        was = judged_at(act, place, before, there)
        is_ = judged_at(act, place, after, with_it, late=late, but=gone)
        known = {(b.rule, b.broken.entry) for b in was.broken}
        if back & {str(case) for case in act.cases()}:
            known = set()  # no question was asked while the case was taken back
        broken = [b for b in is_.broken if (b.rule, b.broken.entry) not in known]
        if broken:
            refused = list(_refused(group, broken, proposal))
            gone |= {question.decision for question in refused}
            found += refused
        elif not is_.broken and group[0].believed.topic in DECISIONS:
            found += _recorded_otherwise(group, was.facts, is_.facts, proposal)
    return _not_taken_back(found, after)


_QUESTIONS = frozenset({DecisionQuestioned.topic, QuestionDecided.topic})


def _new_only(found: Iterable[DecisionQuestioned], there: Mapping[int, Recorded]) -> list[DecisionQuestioned]:
    """The questions that are not open already, each once, in the order of the decisions' positions."""
    asked = {e.position: e for e in there.values() if e.topic in _QUESTIONS and is_read(e)}
    decided = {int(str(e.data["question"])) for e in asked.values() if e.topic == QuestionDecided.topic}
    waiting = {
        _same(cast("DecisionQuestioned", decode(e.topic, e.data)))
        for e in asked.values()
        if e.topic == DecisionQuestioned.topic and e.position not in decided
    }
    unique = {
        (q.decision, q.ground): q for q in found if not waiting & {_same(q), _same(replace(q, found=()))}
    }
    return [unique[key] for key in sorted(unique)]


def _not_taken_back(
    found: Iterable[DecisionQuestioned], history: Iterable[Believed]
) -> list[DecisionQuestioned]:
    """The questions without those about cases that were taken back: of these there is nothing left to
    decide."""
    gone = _taken_back(history)
    return [question for question in found if question.about not in gone]


def _taken_back(history: Iterable[Believed]) -> set[object]:
    return {b.data["case"] for b in history if b.topic == ApplicationRetracted.topic}


def _same(question: DecisionQuestioned) -> tuple[object, ...]:
    """What makes two questions the same: decision, ground, rules, and what was found. An older question,
    whose reasons were recorded as prose, has nothing found, and is compared by the first three."""
    found = encode([{"code": f.code, "values": f.values} for f in question.found])
    return question.decision, question.ground, question.rules, found


def _refused(
    group: Sequence[Attributed], broken: Sequence[Any], proposal: int | None
) -> Iterator[DecisionQuestioned]:
    """A question for each of an act's facts that some of the broken rules concern."""
    for stated in group:
        about = _about(stated.believed)
        entry = Case.parse(about).entry
        if own := [b for b in broken if b.broken.entry in {None, entry}]:
            yield DecisionQuestioned(
                decision=stated.believed.position,
                ground="refused",
                about=about,
                found=tuple(Found.of(b.broken.reason, b.rule, b.article) for b in own),
                rules=tuple(dict.fromkeys(b.rule for b in own)),
                proposal=proposal,
            )


def _about(b: Believed) -> str:
    return str(b.data.get("case") or b.data.get("designation") or cast("Any", b.data)["order"][0])


def _recorded_otherwise(
    group: Sequence[Attributed], was: Sequence[Fact], is_: Sequence[Fact], proposal: int | None
) -> Iterator[DecisionQuestioned]:
    """A question for each of an act's facts that it would have recorded differently."""
    for stated in group:
        if found := otherwise(stated.believed.fact, was, is_):
            yield DecisionQuestioned(
                decision=stated.believed.position,
                ground="otherwise",
                found=found,
                about=_about(stated.believed),
                proposal=proposal,
            )


def otherwise(own: Fact, was: Sequence[Fact], is_: Sequence[Fact]) -> tuple[Found, ...]:
    """How an act would now record its fact `own` differently. was, is_: all its facts, then and now."""
    old = next((f for f in was if same_place(f, own)), None)
    new = next((f for f in is_ if same_place(f, own)), None)
    if old is None:
        return ()
    if new is None:
        return (Found(code="not-recorded", values={}),)
    then, now = old.as_data(), new.as_data()
    return tuple(
        Found(code="recorded-otherwise", values=_otherwise(key, now, then))
        for key in sorted({*then, *now} - OF_THE_MOMENT)
        if then.get(key) != now.get(key)
    )


def _otherwise(key: str, now: Object, then: Object) -> dict[str, Any]:
    """A field that would say something else; what is absent says nothing."""
    return dict(because("", field=key, now=now.get(key), was=then.get(key)).values)
