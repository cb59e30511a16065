"""Corrections worked out: what is to be read, what is to stand instead, what is called into question.

A correction is judged at the place of the event it concerns: the act that would lead to the corrected
event is recast (domain/recast.py) and judged on the past before that event, as it is believed now. In
the same way each later decision that the correction may touch is judged twice, on the past as it is
believed and on the past with the correction; what differs is called into question (L-3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, cast

from domain.canonical import Object, encode
from domain.cases import Case, NotACase
from domain.commands import (
    ApproveCorrection,
    DecideQuestion,
    ProposeCorrection,
    RejectCorrection,
)
from domain.dates import day_of
from domain.events import (
    CORRECTION_TOPICS,
    ApplicationRecommended,
    ApplicationSubmitted,
    ApprovalRecorded,
    AssessmentRecorded,
    BonusRecorded,
    CaseAdmitted,
    Correction,
    CorrectionApproved,
    CorrectionProposed,
    DecisionQuestioned,
    DefenceHeld,
    DesignationAwarded,
    DesignationWithdrawn,
    ErasureProposed,
    Fact,
    FormalReviewRecorded,
    HistoricalDesignationRecorded,
    IntakeClosed,
    LedgerOpened,
    NotThatFact,
    PublicityOpened,
    QuestionDecided,
    Replacement,
    ReviewConcluded,
    RoleGranted,
    RoleProposed,
    RoleRevoked,
    ScoreRecorded,
    Sealed,
    SealedValueErased,
    SelectionProposed,
    SubjectChanged,
    TieDecided,
    UnknownTopic,
    commitments,
    decode,
)
from domain.history import Believed, believed, correction_tags
from domain.judging import boundary, judge, rejudged
from domain.kernel import Actor, Event, Judged, Query, Recorded, Selector
from domain.programmes import PROGRAMMES
from domain.programmes.selection import weighted_mean
from domain.recast import ON_PAPER, NotAnAct, Stated, can_be_recast, recast, unseal
from domain.rules import RULEBOOK, Broken, Command, Facts, Seal
from domain.subjects import UnknownSubject, is_registered, subject

# What no correction touches: which ledger it is, who has which role, what was erased or decided on an
# order, and what never held by itself.
NEVER_CORRECTED = frozenset(
    kind.topic
    for kind in (
        LedgerOpened, RoleGranted, RoleProposed, RoleRevoked, ErasureProposed, SealedValueErased,
        DecisionQuestioned, QuestionDecided,
    )
) | (CORRECTION_TOPICS - {CorrectionApproved.topic})  # fmt: skip
DECISIONS = frozenset(
    kind.topic
    for kind in (
        ApplicationRecommended, IntakeClosed, CaseAdmitted, FormalReviewRecorded, ReviewConcluded,
        DefenceHeld, SelectionProposed, TieDecided, ApprovalRecorded, PublicityOpened,
        DesignationAwarded, AssessmentRecorded, DesignationWithdrawn,
    )
)  # fmt: skip
_RANKED_BY = frozenset(
    kind.topic
    for kind in (
        ScoreRecorded, BonusRecorded, ReviewConcluded, SelectionProposed, DesignationAwarded,
        ApplicationSubmitted,
    )
)  # fmt: skip
_NOT_YET = Sealed("0" * 64)  # stands for words that are sealed only once they are recorded


# ------------------------------------------------------------------------ what is read


@dataclass(frozen=True, slots=True)
class Further:
    """What an act needs beside its boundary, once some of it was read."""

    positions: frozenset[int] = frozenset()
    items: frozenset[Selector] = field(default_factory=frozenset)

    def __or__(self, other: Further) -> Further:
        return Further(self.positions | other.positions, self.items | other.items)


NOTHING = Further()
CORRECTING = (ProposeCorrection, ApproveCorrection, RejectCorrection, DecideQuestion)


def further(act: Command, there: Mapping[int, Recorded], today: date) -> Further:
    """What else to read, given what was read so far: asked again until nothing is new.

    A position's event never changes; the rest is read under the lock, like any boundary.
    """
    match act:
        case ProposeCorrection(target=int(target)):
            wanted = _of_event(target, there)
            facts = Facts((), today, today, ever=_in_order(there))
            if target in there and (found := _replacement(act, facts, _sealed_later)) is not None:
                wanted |= _of_replacement(found, target, there)
            return wanted
        case ProposeCorrection():
            facts = Facts((), today, today, ever=_in_order(there))
            found = _replacement(act, facts, _sealed_later)
            return NOTHING if found is None else _of_replacement(found, None, there)
        case ApproveCorrection(proposal=proposal) | RejectCorrection(proposal=proposal):
            return _of_proposal(proposal, there, whole=isinstance(act, ApproveCorrection))
        case DecideQuestion(question=question):
            return _of_question(question, there)
    return NOTHING


def _in_order(there: Mapping[int, Recorded]) -> tuple[Recorded, ...]:
    return tuple(there[position] for position in sorted(there))


def _under(*tags: str, topics: frozenset[str] = frozenset()) -> frozenset[Selector]:
    return frozenset(Selector(topics, frozenset({tag})) for tag in tags)


def _of_event(target: int, there: Mapping[int, Recorded]) -> Further:
    """An event, what corrects it, those it was recorded with, and what judged them."""
    wanted = Further(frozenset({target}), _under(f"event:{target}"))
    if (event := there.get(target)) is None:
        return wanted
    if event.topic == CorrectionApproved.topic:
        fact = decode(event.topic, event.data)
        assert isinstance(fact, CorrectionApproved)
        inner = fact.correction.target
        return wanted | _of_event(inner, there) if inner is not None else wanted
    shared = [tag for tag in event.tags if tag.startswith(("list:", "intake:", "event:"))]
    wanted |= Further(items=_under(*shared))
    group = _group(event, believed(there.values()), there)
    return wanted | _boundary_of(group)


def _of_replacement(new: Replacement, target: int | None, there: Mapping[int, Recorded]) -> Further:
    """What judges the event that a correction would make; of a correction, its target too."""
    own = [tag for tag in new.tags if tag.startswith(("case:", "designation:", "changes:"))]
    wanted = Further(items=_under(*own))
    if new.topic == CorrectionApproved.topic:
        inner = _correction_in(new)
        if inner is not None and inner.target is not None:
            wanted |= _of_event(inner.target, there)
        return wanted
    return wanted | _boundary_of(_replaced_group(new, target, there))


def _of_proposal(proposal: int, there: Mapping[int, Recorded], *, whole: bool) -> Further:
    wanted = Further(frozenset({proposal}))
    event = there.get(proposal)
    if event is None or event.topic != CorrectionProposed.topic:
        return wanted
    fact = decode(event.topic, event.data)
    assert isinstance(fact, CorrectionProposed)
    return wanted | of_correction(fact.correction, there, whole=whole)


def of_correction(
    correction: Correction, there: Mapping[int, Recorded], *, whole: bool = True
) -> Further:
    """What a correction concerns; whole: and every later decision that it may touch, with what judges
    each."""
    wanted = NOTHING
    if correction.target is not None:
        wanted |= _of_event(correction.target, there)
    if correction.replacement is not None:
        wanted |= _of_replacement(correction.replacement, correction.target, there)
    if not whole:
        return wanted
    tags = correction_tags(correction, there.values())
    wide = _wide(tags)
    wanted |= Further(items=wide)
    history = believed(there.values())
    for group in _later_decisions(wide, history, there):
        wanted |= _boundary_of(group)
    return wanted


def _of_question(question: int, there: Mapping[int, Recorded]) -> Further:
    wanted = Further(frozenset({question}))
    event = there.get(question)
    if event is None or event.topic != DecisionQuestioned.topic:
        return wanted
    decision = int(str(event.data["decision"]))
    wanted |= Further(frozenset({decision}), _under(f"question:{decision}", f"event:{decision}"))
    about = str(event.data["about"])
    return wanted | Further(items=_under(f"designation:{Case.parse(about).entry}"))


def _wide(tags: Iterable[str]) -> frozenset[Selector]:
    """Under which tags the decisions stand that a correction with these tags may touch."""
    corrections = frozenset({CorrectionApproved.topic})
    wanted: set[Selector] = set()
    for tag in tags:
        prefix, _, rest = tag.partition(":")
        match prefix:
            case "case" | "entry" | "designation" | "pool" | "intake" | "ties":
                wanted.add(Selector(frozenset(), frozenset({tag})))
            case "incidents":
                wanted |= _under(f"subject:{rest}", topics=DECISIONS | corrections)
            case "debarred":
                wanted |= _under(
                    f"subject:{rest.partition('/')[2]}", topics=DECISIONS | corrections
                )
            case "terms":
                of = "round" if "/" in rest else "programme"
                wanted |= _under(f"{of}:{rest}", topics=DECISIONS | corrections)
            case "round" if any(t.startswith("case:") for t in tags):  # the others in its ranking
                wanted |= _under(tag, topics=_RANKED_BY | corrections)
    return frozenset(wanted)


def _boundary_of(group: Sequence[Stated]) -> Further:
    """What judges the act that led to these facts."""
    if not group:
        return NOTHING
    try:
        act = recast(group)
        return Further(items=frozenset(boundary(act, act.day(date.max)).items))
    except (NotAnAct, NotThatFact, UnknownTopic, UnknownSubject, NotACase):
        return NOTHING


# --------------------------------------------------------- what is to stand instead


def proposed(act: ProposeCorrection, facts: Facts, seal: Seal | None = None) -> Correction:
    """The correction that is asked for, with the whole of what is to stand. H-2 and H-5 have passed."""
    new = _replacement(act, facts, seal or _sealed_later)
    return Correction(act.act, act.target, new)


def nonsense(act: ProposeCorrection | ApproveCorrection, facts: Facts) -> Iterator[Broken]:
    """Why a correction cannot be made: what is wrong with the event that it would make (H-5)."""
    if isinstance(act, ApproveCorrection):
        fact = act.proposed(facts)
        assert fact is not None  # else H-2 has refused
        yield from _flaws(fact.correction, facts, act.proposal)
        return
    try:
        new = _stated(act, facts, _sealed_later)
    except _CannotStand as error:
        yield Broken(str(error), error.where)
        return
    yield from _flaws(Correction(act.act, act.target, new), facts, None)


class _CannotStand(ValueError):
    """What is stated is no event; `where`: positions that say so."""

    def __init__(self, why: str, *where: int) -> None:
        super().__init__(why)
        self.where = where


def _sealed_later(_value: str | bytes) -> Sealed:
    return _NOT_YET


def _replacement(act: ProposeCorrection, facts: Facts, seal: Seal) -> Replacement | None:
    """What is to stand; None: nothing, or it cannot stand (H-5 says why)."""
    try:
        return _stated(act, facts, seal)
    except _CannotStand:
        return None


def _stated(act: ProposeCorrection, facts: Facts, seal: Seal) -> Replacement | None:
    """What is to stand instead, as it is stated. Raises _CannotStand."""
    target = next((e for e in facts.ever if e.position == act.target), None)
    now = None
    if act.target is not None:
        assert target is not None  # else H-2 has refused
        if target.topic in NEVER_CORRECTED:
            raise _CannotStand(f"{target.topic} is not corrected", target.position)
        now = _believed_at(target.position, facts.ever)
    if act.act == "annul":
        return None
    data: Any = _sealing(act.data or {}, seal)
    topic = act.topic or (now.topic if now else "")
    if now is not None and topic == now.topic:
        data = _laid_over(now.data, data)
    if topic in NEVER_CORRECTED:
        raise _CannotStand(f"{topic} is not made by a correction")
    try:
        fact = decode(topic, data)
        data = fact.as_data()  # as it will be stored: what is not stated is absent
        if now is not None and now.topic == topic:
            fact, data = _with_what_follows(fact, now, target, facts)
    except (UnknownTopic, NotThatFact) as error:
        raise _CannotStand(str(error)) from None
    effective = act.takes_effect or (now.effective if now else None)
    basis = act.document or (now.basis if now else None)
    tags = fact.tags() | {f"sealed:{c}" for c in commitments(data)} | _seats(fact, facts.ever)
    if isinstance(fact, CorrectionApproved):
        tags |= correction_tags(fact.correction, facts.ever)
    return Replacement(topic, tuple(sorted(tags)), dict(data), effective, basis)


def _believed_at(position: int, events: Iterable[Recorded]) -> Believed:
    """What stands for an event now. Raises _CannotStand: nothing does."""
    there = tuple(events)
    for content in believed(there):
        if content.position == position:
            return content
    by = [e.position for e in there if f"event:{position}" in e.tags
          and e.topic == CorrectionApproved.topic]  # fmt: skip
    raise _CannotStand(
        f"event {position} is struck out already (by {', '.join(map(str, by))}): "
        "correct that correction instead", *by,
    )  # fmt: skip


def _sealing(value: Any, seal: Seal) -> Any:
    """The same with {"seal": words} sealed."""
    match value:
        case {"seal": str(words), **others} if not others:
            return {"sealed": seal(words).sealed}
        case dict():
            return {key: _sealing(item, seal) for key, item in value.items()}
        case list():
            return [_sealing(item, seal) for item in value]
    return value


def _laid_over(there: Any, patch: Any) -> Any:
    """A patch laid over what is there (RFC 7396): null takes a field away, a list is a whole."""
    if not isinstance(patch, dict) or not isinstance(there, Mapping) or patch.keys() == {"sealed"}:
        return patch
    kept = {key: item for key, item in there.items() if patch.get(key, item) is not None}
    return {**kept, **{k: _laid_over(there.get(k), v) for k, v in patch.items() if v is not None}}


def _with_what_follows(
    fact: Fact, now: Believed, target: Recorded | None, facts: Facts
) -> tuple[Fact, Object]:
    """The fact with what follows from it: a quota from a category, a weight from a criterion.

    Only what followed from the old one in the same way is worked out again, so that neither a newer
    calendar nor a newer rule book changes what nobody meant to correct.
    """
    data = dict(fact.as_data())
    there = {event.position: event for event in facts.ever}
    new = Replacement(now.topic, (), data, now.effective, now.basis)
    old_act = _facts_led_to(_group_at(now.position, there), now.position, facts.ever, there)
    new_act = _facts_led_to(
        _replaced_group(new, now.position, there), now.position, facts.ever, there
    )
    if target is None or old_act is None or new_act is None:
        return fact, data
    old = next((f for f in old_act if _same_place(f, now.fact)), None)
    worked_out = next((f for f in new_act if _same_place(f, fact)), None)
    if old is None or worked_out is None:
        return fact, data
    was, is_ = old.as_data(), worked_out.as_data()
    for key in {*was, *is_}:
        kept = encode([was.get(key, ""), data.get(key, "")]) == encode([now.data.get(key, "")] * 2)
        if kept and encode([was.get(key, "")]) != encode([is_.get(key, "")]):
            data.pop(key, None)
            if key in is_:
                data[key] = is_[key]
    return decode(now.topic, data), data


def _same_place(one: Fact, other: Fact) -> bool:
    """Whether two facts are of one kind, and of one case where they are of any."""
    key = "case" if hasattr(other, "case") else "designation"
    alone = not isinstance(other, SelectionProposed | DesignationAwarded | IntakeClosed)
    return type(one) is type(other) and (
        alone or getattr(one, key, None) == getattr(other, key, None)
    )


def _facts_led_to(
    group: Sequence[Stated], place: int, events: Iterable[Recorded], there: Mapping[int, Recorded]
) -> tuple[Fact, ...] | None:
    """The facts that an act leads to at its place; None: it would be refused, or there is no such act."""
    if not group:
        return None
    try:
        act = recast(group)
    except NotAnAct:
        return None
    found = judged_at(act, place, believed(events), there)
    return None if found is None or found.broken else found.facts


def _seats(fact: Fact, events: Iterable[Recorded]) -> frozenset[str]:
    """Where those lie whom a fact is about, if the register does not say; whose projects they are."""
    own = fact.tags()
    found: set[str] = set()
    for about in (tag.partition(":")[2] for tag in own if tag.startswith("subject:")):
        if about.startswith("project:"):
            found.add(f"entity:{about.rpartition('/')[0]}")
        try:
            inside = subject(about).inside
        except UnknownSubject:
            continue
        if inside is not None:
            found.add(f"seat:{inside}")
    if isinstance(fact, ApplicationSubmitted) and fact.entity is not None:
        return frozenset({*found, f"seat:{fact.entity.seat}"})
    if any(tag.startswith("entity:") for tag in found):
        of_it = {tag for tag in own if tag.startswith(("case:", "designation:"))}
        found |= {t for e in events if e.tags & of_it for t in e.tags if t.startswith("seat:")}
    return frozenset(found)


# -------------------------------------------------------------- is it an event that could be


def _flaws(correction: Correction, facts: Facts, proposal: int | None) -> Iterator[Broken]:
    """What keeps a correction from holding."""
    there = {event.position: event for event in facts.ever}
    target, new = correction.target, correction.replacement
    now = None
    if target is not None:
        try:
            now = _believed_at(target, facts.ever)
        except _CannotStand as error:
            yield Broken(str(error), error.where)
            return
    if new is None:
        return
    if now is not None and _content(now) == _content(new):
        yield Broken(f"event {now.position} says that already", (now.settled_by,))
        return
    if new.topic == CorrectionApproved.topic:
        yield from _flaws_of_inner(new, target, facts)
        return
    yield from _wrong_references(new, there)
    yield from _broken_rules(new, target, facts, there, proposal)


def _content(of: Believed | Replacement) -> tuple[object, ...]:
    basis = of.basis.as_json() if of.basis else None
    return of.topic, encode(of.data), of.effective, basis


def _correction_in(new: Replacement) -> Correction | None:
    try:
        fact = decode(new.topic, new.data)
    except NotThatFact:
        return None
    return fact.correction if isinstance(fact, CorrectionApproved) else None


def _flaws_of_inner(new: Replacement, target: int | None, facts: Facts) -> Iterator[Broken]:
    """Of a correction that is to stand for another: it concerns an event before it, and makes one."""
    inner = _correction_in(new)
    old = next((e for e in facts.ever if e.position == target), None)
    if inner is None or old is None or old.topic != CorrectionApproved.topic:
        yield Broken("a correction stands in the place of a correction only")
        return
    if inner.target is not None:
        if inner.target >= old.position:
            yield Broken(f"a correction at {old.position} concerns an event before it")
            return
        if (event := next((e for e in facts.ever if e.position == inner.target), None)) is None:
            yield Broken(f"there is no event {inner.target}")
            return
        if event.topic in NEVER_CORRECTED:
            yield Broken(f"{event.topic} is not corrected", (event.position,))
    if inner.replacement is not None:
        if inner.replacement.topic in NEVER_CORRECTED | {CorrectionApproved.topic}:
            yield Broken(f"{inner.replacement.topic} is not made by a correction of a correction")
            return
        try:
            decode(inner.replacement.topic, cast("Object", inner.replacement.data))
        except (NotThatFact, UnknownTopic) as error:
            yield Broken(str(error))


def _wrong_references(new: Replacement, there: Mapping[int, Recorded]) -> Iterator[Broken]:
    """Subjects and programmes that are none."""
    made = {
        successor["id"]
        for event in there.values() if event.topic == SubjectChanged.topic
        for successor in cast("Any", event.data).get("into", ())
    }  # fmt: skip
    fact = decode(new.topic, cast("Object", new.data))
    for about in sorted(t.partition(":")[2] for t in fact.tags() if t.startswith("subject:")):
        try:
            if not is_registered(about) and about not in made and subject(about).beside is None:
                yield Broken(f"no subject has the id {about!r}")
        except UnknownSubject as error:
            yield Broken(str(error))
            return
    of = getattr(fact, "programme", None)
    if isinstance(of, str) and of not in PROGRAMMES:
        yield Broken(f"no programme is called {of!r}; there are: {', '.join(PROGRAMMES)}")
    if isinstance(fact, HistoricalDesignationRecorded):
        if fact.designation != f"{fact.programme}/{fact.round}/{fact.subject}":
            yield Broken(
                f"the title of {fact.subject} in {fact.round} of {fact.programme} is not called "
                f"{fact.designation}"
            )
        elif subject(fact.subject).province.startswith("cn:") and (
            subject(fact.subject).province != fact.province
        ):
            yield Broken(f"{fact.subject} does not lie in {fact.province}")


def _broken_rules(
    new: Replacement, target: int | None, facts: Facts, there: Mapping[int, Recorded],
    proposal: int | None,
) -> Iterator[Broken]:  # fmt: skip
    """The rules that the corrected event would break, and the event as it is believed does not."""
    if not can_be_recast(new.topic):
        return
    history = believed(facts.ever)
    try:
        act = recast(_replaced_group(new, target, there))
    except NotAnAct as error:
        yield Broken(str(error))
        return
    place = target if target is not None else (proposal or max(there, default=0) + 1)
    found = judged_at(act, place, history, there, supplied=target is None)
    if found is None or not found.broken:
        return
    before = set()
    if target is not None and (group := _group_at(target, there)):
        try:
            old = judged_at(recast(group), place, history, there)
            before = {(b.rule, b.broken.entry) for b in old.broken} if old else set()
        except NotAnAct:
            pass
    for broken in found.broken:
        if (broken.rule, broken.broken.entry) not in before:
            yield Broken(f"{broken.rule} ({broken.article}): {broken.broken.why}",
                         broken.broken.facts, figures=broken.broken.figures)  # fmt: skip


def _group_at(position: int, there: Mapping[int, Recorded]) -> list[Stated]:
    event = there.get(position)
    return [] if event is None else _group(event, believed(there.values()), there)


def _group(
    event: Recorded, history: Iterable[Believed], there: Mapping[int, Recorded]
) -> list[Stated]:
    """What is believed of the events that were recorded by one act with this one, of its kind."""
    return [
        Stated(b, Actor(**there[b.position].actor))  # type: ignore[arg-type]
        for b in sorted(history, key=lambda b: b.position)
        if b.position in there and _recorded_with(event, there[b.position])
        and can_be_recast(b.topic)
        and there[b.position].topic == event.topic
    ]  # fmt: skip


def _recorded_with(event: Recorded, other: Recorded) -> bool:
    return other.position == event.position or (
        event.command is not None and other.command == event.command
    )


def _replaced_group(
    new: Replacement, target: int | None, there: Mapping[int, Recorded]
) -> list[Stated]:
    """The facts of an act with one of them replaced; of a supplied fact, it alone."""
    if not can_be_recast(new.topic):
        return []
    if target is None or target not in there:
        place = max(there, default=0) + 1
        return [Stated(_as_believed(new, place), ON_PAPER)]
    event = there[target]
    actor = Actor(**event.actor)  # type: ignore[arg-type]
    if event.topic == CorrectionApproved.topic:  # that supplied a fact
        return [Stated(_as_believed(new, target), ON_PAPER)]
    group = _group(event, believed(there.values()), there)
    others = [s for s in group if s.believed.position != target and s.believed.topic == new.topic]
    own = Stated(_as_believed(new, target), actor)
    return sorted((*others, own), key=lambda stated: stated.believed.position)


def _as_believed(new: Replacement, position: int) -> Believed:
    return Believed(
        position, position, new.topic, frozenset(new.tags), cast("Object", new.data), new.effective,
        new.basis,
    )  # fmt: skip


def judged_at(
    act: Command,
    place: int,
    history: Sequence[Believed],
    there: Mapping[int, Recorded],
    *,
    supplied: bool = False,
) -> Any:
    """An act judged at its place: on what stands before it as it is believed now, and on what was supplied
    since and had taken effect by then. None: no rule can say."""
    event = there.get(place)
    today = day_of(event.recorded_at) if event is not None else act.day(date.max)
    if supplied or (event is not None and event.topic == CorrectionApproved.topic):
        today = act.day(today)
    day = act.day(today)

    def was_there(b: Believed) -> bool:
        recorded = there.get(b.position)
        came_later = recorded is not None and recorded.topic == CorrectionApproved.topic
        if b.topic in CORRECTION_TOPICS or b.position == place:
            return False
        if came_later or supplied:
            return b.latest_day <= day
        return b.position < place

    past = [b for b in history if was_there(b)]
    at = {b.position for b in past}
    ever = [e for e in there.values() if e.position in at]
    return rejudged(act, past, ever, today=today, seal=unseal)


# ------------------------------------------------------------ what is called into question


def judged_whole(
    act: Command, history: Iterable[Recorded], *, now: datetime, command: str, seal: Seal, head: int
) -> list[Event]:
    """The events that an act leads to; of an approved correction, what it calls into question with it.
    Raises Refused. head: the position before its first event."""
    events = tuple(history)
    led_to = judge(act, events, now=now, command=command, seal=seal)
    if not isinstance(act, ApproveCorrection):
        return led_to
    approval = _as_recorded(led_to[0], head + 1, now)
    there = {event.position: event for event in events}
    proposal = decode(CorrectionProposed.topic, there[act.proposal].data)
    assert isinstance(proposal, CorrectionProposed)
    asked = questions(proposal.correction, act.proposal, there, approval)
    return led_to + [_as_event(fact, led_to[0], there) for fact in asked]


def _as_recorded(event: Event, position: int, now: datetime) -> Recorded:
    return Recorded(
        position, now, event.topic, event.tags, event.data, event.actor.as_json(), event.basis,
        event.command, event.effective, None, "", b"",
    )  # fmt: skip


def _as_event(fact: DecisionQuestioned, approval: Event, there: Mapping[int, Recorded]) -> Event:
    """A question as it is recorded with the approval, found by whoever finds the decision."""
    own = {tag for tag in there[fact.decision].tags if tag.startswith(("seat:", "entity:"))}
    return Event(
        fact.topic, fact.tags() | own, fact.as_data(), approval.actor, approval.basis,
        approval.command, approval.effective, Judged(RULEBOOK, ("L-3",)),
    )  # fmt: skip


def hypothetical(
    correction: Correction, proposal: int, events: Iterable[Recorded], position: int, now: datetime
) -> Recorded:
    """The approval of a correction as it would stand at a position."""
    fact = CorrectionApproved(proposal, correction)
    tags = correction_tags(correction, events)
    event = Event(fact.topic, tags, fact.as_data(), ON_PAPER, effective=day_of(now).isoformat())
    return _as_recorded(event, position, now)


def questions(
    correction: Correction, proposal: int, there: Mapping[int, Recorded], approval: Recorded
) -> list[DecisionQuestioned]:
    """What a correction calls into question, in the order of the decisions' positions.

    there: what `of_correction` asks for. approval: the correction's, in its place behind all of it.
    """
    with_it = {**there, approval.position: approval}
    before, after = believed(there.values()), believed(with_it.values())
    wide = _wide(approval.tags)
    asked = {event.position for event in there.values() if event.topic == DecisionQuestioned.topic}
    open_ = {int(str(there[p].data["decision"])) for p in asked} - {
        int(str(e.data["decision"])) for e in there.values() if e.topic == QuestionDecided.topic
    }
    found: list[DecisionQuestioned] = []
    fallen: set[int] = (
        set()
    )  # decisions that would have been refused: what rests on them falls, too
    for group in _later_decisions(wide, before, there, but=correction.target):
        left = [b for b in after if b.position not in fallen]
        new = list(_differs(group, before, left, there, with_it, proposal))
        fallen |= {question.decision for question in new if question.ground == "refused"}
        found += new
    found += _outranked(before, after, correction, proposal)
    unique = {(q.decision, q.ground): q for q in found if q.decision not in open_}
    return [unique[key] for key in sorted(unique)]


def _later_decisions(
    wide: Iterable[Selector], history: Sequence[Believed], there: Mapping[int, Recorded],
    but: int | None = None,
) -> Iterator[list[Stated]]:  # fmt: skip
    """The decisions that stand under these tags, as their acts recorded them together."""
    query = Query(tuple(wide))
    groups: dict[str, list[Stated]] = defaultdict(list)
    for b in sorted(history, key=lambda b: b.position):
        event = there.get(b.position)
        if event is None or b.topic not in DECISIONS or event.topic != b.topic:
            continue
        if but is not None and _recorded_with(there[but], event) if but in there else False:
            continue
        if query.items and query.matches(b.topic, b.tags):
            actor = Actor(**event.actor)  # type: ignore[arg-type]
            groups[f"{event.command or b.position} {b.topic}"].append(Stated(b, actor))
    yield from groups.values()


def _differs(
    group: Sequence[Stated], before: Sequence[Believed], after: Sequence[Believed],
    there: Mapping[int, Recorded], with_it: Mapping[int, Recorded], proposal: int,
) -> Iterator[DecisionQuestioned]:  # fmt: skip
    """One act judged on the past as it is believed, and on the past with the correction."""
    place = group[0].believed.position
    try:
        act = recast(group)
    except NotAnAct:
        return
    was = judged_at(act, place, before, there)
    is_ = judged_at(act, place, after, with_it)
    known = {(b.rule, b.broken.entry) for b in was.broken}
    new = [b for b in is_.broken if (b.rule, b.broken.entry) not in known]
    if new:
        for stated in group:
            about = _about(stated.believed)
            entry = Case.parse(about).entry
            own = [b for b in new if b.broken.entry in {None, entry}]
            if own:
                yield DecisionQuestioned(
                    stated.believed.position, "refused",
                    tuple(f"{b.rule} ({b.article}): {b.broken.why}"[:2_000] for b in own), about,
                    tuple(dict.fromkeys(b.rule for b in own)), proposal,
                )  # fmt: skip
    elif not was.broken and not is_.broken:
        yield from _recorded_otherwise(group, was.facts, is_.facts, proposal)


def _about(b: Believed) -> str:
    return str(b.data.get("case") or b.data.get("designation") or cast("Any", b.data)["order"][0])


def _recorded_otherwise(
    group: Sequence[Stated], was: Sequence[Fact], is_: Sequence[Fact], proposal: int
) -> Iterator[DecisionQuestioned]:
    """What an act would have recorded otherwise."""
    for stated in group:
        own = stated.believed.fact
        old = next((f for f in was if _same_place(f, own)), None)
        new = next((f for f in is_ if _same_place(f, own)), None)
        if old is None:
            continue
        about = _about(stated.believed)
        if new is None:
            why: tuple[str, ...] = ("it would not have been recorded",)
        else:
            then, now = old.as_data(), new.as_data()
            why = tuple(
                f"{key}: {_shown(now.get(key))}, not {_shown(then.get(key))}"[:2_000]
                for key in sorted({*then, *now})
                if then.get(key) != now.get(key)
            )
        if why:
            yield DecisionQuestioned(
                stated.believed.position, "otherwise", why, about, (), proposal
            )


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if value is None else str(value)


# ------------------------------------------------------------------------- who ranks where


def standings(history: Iterable[Believed]) -> dict[str, Fraction]:
    """The mean points of each case whose review is passed, with its bonus; hundredths of a point."""
    passed: set[str] = set()
    bonus: dict[str, int] = defaultdict(int)
    scores: dict[str, dict[str, list[ScoreRecorded]]] = defaultdict(lambda: defaultdict(list))
    for b in history:
        if b.topic not in _RANKED_BY:
            continue
        match b.fact:
            case ReviewConcluded(case=case, passed=True):
                passed.add(case)
            case BonusRecorded(case=case, points=points):
                bonus[case] += points
            case ScoreRecorded() as score:
                scores[score.case][score.criterion].append(score)
    return {
        case: bonus[case]
        + weighted_mean(
            (sum(s.points for s in given), len(given), given[-1].weight)
            for given in scores[case].values()
        )
        for case in passed
        if case in scores
    }


def _outranked(
    before: Sequence[Believed], after: Sequence[Believed], correction: Correction, proposal: int
) -> Iterator[DecisionQuestioned]:
    """Chosen cases that rank behind one that was not chosen, and did not before: where the text itself
    constrains the list, its rules have judged that already."""
    was, is_ = standings(before), standings(after)
    if was == is_:
        return
    chosen: dict[str, Believed] = {}
    category: dict[str, str] = {}
    for b in sorted(after, key=lambda b: b.position):
        if b.topic in {SelectionProposed.topic, DesignationAwarded.topic}:
            chosen[str(b.data["case"])] = b
        if b.topic == ApplicationSubmitted.topic:
            category[str(b.data["case"])] = str(b.data["category"])
    for case, decision in chosen.items():
        of = Case.parse(case)
        programme = PROGRAMMES.get(of.programme)
        if programme is None or programme.selects is not None or case not in is_:
            continue
        ahead = [
            other for other, points in is_.items()
            if other not in chosen and points > is_[case]
            and Case.parse(other).round == of.round and Case.parse(other).programme == of.programme
            and category.get(other) == category.get(case)
            and not (other in was and case in was and was[other] > was[case])
        ]  # fmt: skip
        if ahead:
            best = max(ahead, key=lambda other: is_[other])
            why = (
                f"{case} has {float(is_[case]) / 100:.2f} points, behind {best} with "
                f"{float(is_[best]) / 100:.2f}, which was not chosen"
            )
            yield DecisionQuestioned(decision.position, "outranked", (why,), case, (), proposal)
