"""What a correction, or a fact that is recorded late, calls into question (L-3); what must be read for it.

Each later act that it may touch is judged twice at its place: on the past as it is believed, and on the past
with it. What would be refused, or recorded otherwise, and was not before, is called into question; what
rests on a decision that would have been refused falls with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, cast

from domain.cases import Case, NotACase
from domain.commands import (
    ApproveCorrection,
    Debar,
    DecideQuestion,
    ProposeCorrection,
    RecordIncident,
    RecordReading,
    RejectCorrection,
)
from domain.commands.subjects import held_by
from domain.correcting import replacement, sealed_later
from domain.dates import day_of, parse
from domain.events import (
    ApplicationRecommended,
    ApplicationRetracted,
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
    Fact,
    FormalReviewRecorded,
    HistoricalDesignationRecorded,
    IntakeClosed,
    NotThatFact,
    ObjectionResolved,
    PublicityClosed,
    PublicityOpened,
    QuestionDecided,
    Replacement,
    ReviewConcluded,
    RoundOpened,
    ScoreRecorded,
    SelectionProposed,
    SubjectChanged,
    TieDecided,
    UnknownTopic,
    decode,
)
from domain.history import Believed, believed, correction_tags
from domain.judging import boundary, judge
from domain.kernel import Event, Judged, Query, Recorded, Selector
from domain.programmes import PROGRAMMES
from domain.programmes.selection import weighted_mean
from domain.recast import ON_PAPER, NotAnAct, Stated, can_be_recast, recast
from domain.rejudging import (
    group_at,
    in_order,
    judged_at,
    recorded_with,
    replaced_group,
    same_place,
    shown,
    stated_by,
)
from domain.rules import RULEBOOK, Command, Facts, Seal
from domain.subjects import UnknownSubject

# What is judged again: decisions, and what must hold for them to rest on it.
DECISIONS = frozenset(
    kind.topic
    for kind in (
        ApplicationRecommended, IntakeClosed, CaseAdmitted, FormalReviewRecorded, ReviewConcluded,
        DefenceHeld, SelectionProposed, TieDecided, ApprovalRecorded, PublicityOpened, PublicityClosed,
        ObjectionResolved, DesignationAwarded, AssessmentRecorded, DesignationWithdrawn,
    )
)  # fmt: skip
_STATEMENTS = frozenset({ApplicationSubmitted.topic, ScoreRecorded.topic})  # refused, or not at all
_JUDGED_AGAIN = DECISIONS | _STATEMENTS
_RANKED_BY = frozenset(
    kind.topic
    for kind in (
        ApplicationSubmitted, ApplicationRetracted, FormalReviewRecorded, ScoreRecorded,
        BonusRecorded, ReviewConcluded, DefenceHeld, SelectionProposed, ObjectionResolved,
        DesignationAwarded,
    )
)  # fmt: skip
_TITLES = frozenset(
    kind.topic for kind in (DesignationAwarded, HistoricalDesignationRecorded, DesignationWithdrawn)
)
_CORRECTIONS = frozenset({CorrectionApproved.topic})


# ------------------------------------------------------------------------ what is read


@dataclass(frozen=True, slots=True)
class Further:
    """What an act needs beside its boundary, once some of it was read."""

    positions: frozenset[int] = frozenset()
    items: frozenset[Selector] = field(default_factory=frozenset)

    def __or__(self, other: Further) -> Further:
        return Further(self.positions | other.positions, self.items | other.items)


NOTHING = Further()
_CORRECTING = (ProposeCorrection, ApproveCorrection, RejectCorrection, DecideQuestion)
# What one person records, and decisions may have missed: where it is of a day that has passed.
_LATE = (RecordIncident, RecordReading, Debar)


def reads_further(act: Command) -> bool:
    """Whether what an act reads depends on what it finds."""
    return isinstance(act, _CORRECTING) or (isinstance(act, _LATE) and act.effective is not None)


def further(act: Command, there: Mapping[int, Recorded], today: date) -> Further:
    """What else to read, given what was read so far: asked again until nothing is new.

    A position's event never changes; the rest is read under the lock, like any boundary.
    """
    match act:
        case ProposeCorrection(target=target):
            wanted = NOTHING if target is None else _of_event(target, there)
            facts = Facts((), today, today, ever=in_order(there))
            if (target is None or target in there) and (new := replacement(act, facts)) is not None:
                wanted |= _of_replacement(new, target, there)
            return wanted
        case ApproveCorrection(proposal=proposal) | RejectCorrection(proposal=proposal):
            return _of_proposal(proposal, there, whole=isinstance(act, ApproveCorrection))
        case DecideQuestion(question=question):
            return _of_question(question, there)
        case _ if is_late(act, today):
            return _of_later_decisions(_tags_of(act), there)
    return NOTHING


def is_late(act: Command, today: date) -> bool:
    """Whether an act records what decisions since its day may have missed."""
    return isinstance(act, _LATE) and act.day(today) < today


def _tags_of(act: Command) -> frozenset[str]:
    """Those of the facts that a late act leads to, which need nothing that was read."""
    nothing = Facts((), date.max, act.day(date.max))
    try:
        return frozenset(t for f in act.facts(None, nothing, sealed_later) for t in f.tags())
    except UnknownSubject:
        return frozenset()  # H-2 refuses


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
        inner = fact.correction
        if inner.target is not None:
            wanted |= _of_event(inner.target, there)
        if inner.replacement is not None:
            wanted |= _of_replacement(inner.replacement, inner.target, there)
        return wanted | _boundary_of(group_at(target, there))
    shared = [tag for tag in event.tags if tag.startswith(("list:", "intake:", "event:"))]
    own = [tag for tag in event.tags if tag.startswith(("case:", "designation:"))]
    return wanted | Further(items=_under(*shared, *own)) | _boundary_of(group_at(target, there))


def _of_replacement(new: Replacement, target: int | None, there: Mapping[int, Recorded]) -> Further:
    """What judges the event that a correction would make; of a correction, what it makes in turn."""
    own = [tag for tag in new.tags if tag.startswith(("case:", "designation:", "changes:"))]
    wanted = Further(items=_under(*own))
    if new.topic == CorrectionApproved.topic:
        fact = decode(new.topic, cast("Any", new.data))
        assert isinstance(fact, CorrectionApproved)
        return wanted | of_correction(fact.correction, there, whole=False)
    group = replaced_group(new, target, there)
    return wanted | _boundary_of(group) | _boundary_of(group[:1])


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
    if whole:
        wanted |= _of_later_decisions(correction_tags(correction, there.values()), there)
    return wanted


def _of_later_decisions(tags: Iterable[str], there: Mapping[int, Recorded]) -> Further:
    """The decisions that may be touched by what carries these tags, with what judges each."""
    wide = _wide(tags, there)
    wanted = Further(items=wide)
    for group in _later_decisions(wide, believed(there.values()), there):
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


def _wide(tags: Iterable[str], there: Mapping[int, Recorded]) -> frozenset[Selector]:
    """Under which tags the decisions stand that are touched by what carries these."""
    wanted: set[Selector] = set()
    own = frozenset(tags)
    for tag in own:
        prefix, _, rest = tag.partition(":")
        match prefix:
            case "case" | "entry" | "designation" | "pool" | "intake" | "ties":
                wanted.add(Selector(frozenset(), frozenset({tag})))
            case "changes":  # the titles that it holds
                wanted |= _under(f"subject:{rest}", topics=_TITLES | _CORRECTIONS)
            case "incidents":
                wanted |= _under(f"subject:{rest}", topics=_JUDGED_AGAIN | _CORRECTIONS)
            case "debarred":
                of = f"subject:{rest.partition('/')[2]}"
                wanted |= _under(of, topics=_JUDGED_AGAIN | _CORRECTIONS)
            case "terms" if "/" in rest:
                wanted |= _under(f"round:{rest}", topics=_JUDGED_AGAIN | _CORRECTIONS)
            case "terms":  # of all rounds: those that were opened
                wanted |= _under(f"programme:{rest}", topics=_CORRECTIONS | {RoundOpened.topic})
                rounds = [f"round:{rest}/{e.data['round']}" for e in there.values()
                          if e.topic == RoundOpened.topic and e.data["programme"] == rest]  # fmt: skip
                wanted |= _under(*rounds, topics=_JUDGED_AGAIN | _CORRECTIONS)
            case "round" if any(t.startswith("case:") for t in own):  # the others in its ranking
                wanted |= _under(tag, topics=_RANKED_BY | _CORRECTIONS)
    return frozenset(wanted)


def _boundary_of(group: Sequence[Stated]) -> Further:
    """What judges the act that led to these facts."""
    if not group:
        return NOTHING
    try:
        act = recast(group)
        return Further(items=frozenset(boundary(act, act.day(date.max)).items))
    except (NotAnAct, NotThatFact, UnknownTopic, UnknownSubject, NotACase, OverflowError):
        return NOTHING


# ------------------------------------------------------------ what is called into question


def judged_whole(
    act: Command, history: Iterable[Recorded], *, now: datetime, command: str, seal: Seal, head: int
) -> list[Event]:
    """The events that an act leads to; with what an approved correction, or what is recorded late, calls
    into question. Raises Refused. head: the position before its first event."""
    events = tuple(history)
    led_to = judge(act, events, now=now, command=command, seal=seal)
    there = {event.position: event for event in events}
    new = [_as_recorded(event, head + n, now) for n, event in enumerate(led_to, 1)]
    if isinstance(act, ApproveCorrection):
        proposal = decode(CorrectionProposed.topic, there[act.proposal].data)
        assert isinstance(proposal, CorrectionProposed)
        asked = questions(proposal.correction, act.proposal, there, new[0])
    elif is_late(act, day_of(now)):
        asked = asked_by_late(new, there)
    else:
        return led_to
    return led_to + [_as_event(fact, led_to[0], there) for fact in asked]


def _as_recorded(event: Event, position: int, now: datetime) -> Recorded:
    return Recorded(
        position, now, event.topic, event.tags, event.data, event.actor.as_json(), event.basis,
        event.command, event.effective, None, "", b"",
    )  # fmt: skip


def _as_event(fact: DecisionQuestioned, cause: Event, there: Mapping[int, Recorded]) -> Event:
    """A question as it is recorded with its cause, found by whoever finds the decision."""
    own = {tag for tag in there[fact.decision].tags if tag.startswith(("seat:", "entity:"))}
    if fact.proposal is not None:
        own.add(f"proposal:{fact.proposal}")
    return Event(
        fact.topic, fact.tags() | own, fact.as_data(), cause.actor, cause.basis, cause.command,
        cause.effective, Judged(RULEBOOK, ("L-3",)),
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
    before = believed(there.values())
    after = believed([*there.values(), approval])
    found = _judged_twice(approval.tags, there, [approval], proposal, but=correction.target)
    found += list(_outranked(before, after, proposal))
    found += list(_merged(correction, there, proposal))
    return _new_only(found, there)


def asked_by_late(
    new: Sequence[Recorded], there: Mapping[int, Recorded]
) -> list[DecisionQuestioned]:
    """What facts that are recorded late call into question."""
    tags = frozenset(tag for event in new for tag in event.tags)
    return _new_only(_judged_twice(tags, there, new, None), there)


def _judged_twice(
    tags: Iterable[str], there: Mapping[int, Recorded], new: Sequence[Recorded],
    proposal: int | None, but: int | None = None,
) -> list[DecisionQuestioned]:  # fmt: skip
    """Each later act on the past as it is believed, and on the past with new events."""
    with_it = {**there, **{event.position: event for event in new}}
    before, after = believed(there.values()), believed(with_it.values())
    late = frozenset(event.position for event in new)
    found: list[DecisionQuestioned] = []
    fallen: set[int] = set()  # what would have been refused: what rests on it falls, too
    for group in _later_decisions(_wide(tags, there), before, there, but):
        place = group[0].believed.position
        try:
            act = recast(group)
        except NotAnAct:
            continue
        was = judged_at(act, place, before, there)
        is_ = judged_at(act, place, after, with_it, late=late, but=fallen)
        known = {(b.rule, b.broken.entry) for b in was.broken}
        broken = [b for b in is_.broken if (b.rule, b.broken.entry) not in known]
        if broken:
            refused = list(_refused(group, broken, proposal))
            fallen |= {question.decision for question in refused}
            found += refused
        elif not was.broken and not is_.broken and group[0].believed.topic in DECISIONS:
            found += _recorded_otherwise(group, was.facts, is_.facts, proposal)
    return found


def _new_only(
    found: Iterable[DecisionQuestioned], there: Mapping[int, Recorded]
) -> list[DecisionQuestioned]:
    """Those that nobody waits for already, by decision."""
    decided = {
        int(str(e.data["question"])) for e in there.values() if e.topic == QuestionDecided.topic
    }
    waiting = {
        (e.data["decision"], e.data["ground"], tuple(cast("Any", e.data["why"])))
        for e in there.values()
        if e.topic == DecisionQuestioned.topic and e.position not in decided
    }
    unique = {
        (q.decision, q.ground): q for q in found if (q.decision, q.ground, q.why) not in waiting
    }
    return [unique[key] for key in sorted(unique)]


def _later_decisions(
    wide: Iterable[Selector], history: Sequence[Believed], there: Mapping[int, Recorded],
    but: int | None = None,
) -> Iterator[list[Stated]]:  # fmt: skip
    """What stands under these tags and is judged again, as its acts recorded it together: of one kind, one
    document and one day; in the order of their places."""
    query = Query(tuple(wide))
    groups: dict[tuple[Any, ...], list[Stated]] = defaultdict(list)
    own = there.get(but) if but is not None else None
    for b in sorted(history, key=lambda b: b.position):
        event = there.get(b.position)
        if event is None or b.topic not in _JUDGED_AGAIN or not can_be_recast(b.topic):
            continue
        if (own is not None and recorded_with(own, event)) or not query.items:
            continue
        if query.matches(b.topic, b.tags):
            supplied = event.topic == CorrectionApproved.topic or event.command is None
            act = b.position if supplied else event.command
            groups[act, b.topic, b.effective, b.basis].append(stated_by(event, b))
    yield from sorted(groups.values(), key=lambda group: group[0].believed.position)


def _refused(
    group: Sequence[Stated], broken: Sequence[Any], proposal: int | None
) -> Iterator[DecisionQuestioned]:
    """Those of an act's facts that the broken rules concern."""
    for stated in group:
        about = _about(stated.believed)
        entry = Case.parse(about).entry
        if own := [b for b in broken if b.broken.entry in {None, entry}]:
            yield DecisionQuestioned(
                stated.believed.position, "refused",
                tuple(f"{b.rule} ({b.article}): {b.broken.why}"[:2_000] for b in own), about,
                tuple(dict.fromkeys(b.rule for b in own)), proposal,
            )  # fmt: skip


def _about(b: Believed) -> str:
    return str(b.data.get("case") or b.data.get("designation") or cast("Any", b.data)["order"][0])


def _recorded_otherwise(
    group: Sequence[Stated], was: Sequence[Fact], is_: Sequence[Fact], proposal: int | None
) -> Iterator[DecisionQuestioned]:
    """What an act would have recorded otherwise."""
    for stated in group:
        own = stated.believed.fact
        old = next((f for f in was if same_place(f, own)), None)
        new = next((f for f in is_ if same_place(f, own)), None)
        if old is None:
            continue
        about = _about(stated.believed)
        if new is None:
            why: tuple[str, ...] = ("it would not have been recorded",)
        else:
            then, now = old.as_data(), new.as_data()
            why = tuple(
                f"{key}: {shown(now.get(key))}, not {shown(then.get(key))}"[:2_000]
                for key in sorted({*then, *now})
                if then.get(key) != now.get(key)
            )
        if why:
            yield DecisionQuestioned(
                stated.believed.position, "otherwise", why, about, (), proposal
            )


def _merged(
    correction: Correction, there: Mapping[int, Recorded], proposal: int
) -> Iterator[DecisionQuestioned]:
    """The titles that a division holds which a correction makes end (Q-19)."""
    new = correction.replacement
    if new is None or new.topic != SubjectChanged.topic or new.effective is None:
        return
    change = decode(new.topic, cast("Any", new.data))
    assert isinstance(change, SubjectChanged)
    if not change.ends:
        return
    day = parse(new.effective).latest
    facts = Facts(tuple(believed(there.values())), day, day)
    into = ", ".join(successor.id for successor in change.into)
    for title in held_by(change.subject, facts):
        why = f"{change.subject}, who holds it, went into {into} on {day}"
        yield DecisionQuestioned(
            title.position, "merged", (why,), title.fact.designation, (), proposal
        )


# ------------------------------------------------------------------------- who ranks where


@dataclass(frozen=True, slots=True)
class _Field:
    """The cases of a ranking as they are believed."""

    totals: Mapping[str, Fraction]
    chosen: Mapping[str, Believed]
    pools: Mapping[str, Collection[str]]
    out: Collection[str]  # cases that were taken back, failed a step, or left the list


def standings(history: Iterable[Believed]) -> dict[str, Fraction]:
    """The mean points of each case whose review is passed and which was not taken back, with its bonus;
    hundredths of a point."""
    passed: set[str] = set()
    gone: set[str] = set()
    bonus: dict[str, int] = defaultdict(int)
    scores: dict[str, dict[str, list[ScoreRecorded]]] = defaultdict(lambda: defaultdict(list))
    for b in history:
        if b.topic not in _RANKED_BY:
            continue
        match b.fact:
            case ReviewConcluded(case=case, passed=True):
                passed.add(case)
            case ApplicationRetracted(case=case):
                gone.add(case)
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
        for case in passed - gone
        if case in scores
    }


def _field(history: Sequence[Believed]) -> _Field:
    chosen: dict[str, Believed] = {}
    pools: dict[str, tuple[str, ...]] = {}
    out: set[str] = set()
    for b in sorted(history, key=lambda b: b.position):
        if b.topic not in _RANKED_BY:
            continue
        match b.fact:
            case SelectionProposed(case=case) | DesignationAwarded(case=case):
                chosen[case] = b
            case ApplicationSubmitted(case=case, pools=of):
                pools[case] = of
            case (
                FormalReviewRecorded(case=case, passed=False)
                | DefenceHeld(case=case, passed=False)
                | ObjectionResolved(case=case, upheld=True)
            ):
                out.add(case)
    return _Field(standings(history), chosen, pools, out)


def _outranked(
    before: Sequence[Believed], after: Sequence[Believed], proposal: int
) -> Iterator[DecisionQuestioned]:
    """Chosen cases that rank behind one of their pool that was not chosen, and did not before: where the
    text itself constrains the list, its rules have judged that already."""
    was, is_ = _field(before), _field(after)
    for case, decision in is_.chosen.items() if was.totals != is_.totals else ():
        of = Case.parse(case)
        programme = PROGRAMMES.get(of.programme)
        if programme is None or programme.selects is not None or case not in is_.totals:
            continue
        ahead = [
            other for other, points in is_.totals.items()
            if points > is_.totals[case] and other not in {*is_.chosen, *is_.out}
            and set(is_.pools.get(other, ())) & set(is_.pools.get(case, ()))
            and not was.totals.get(other, Fraction(-1)) > was.totals.get(case, Fraction(0))
        ]  # fmt: skip
        if ahead:
            best = max(ahead, key=lambda other: is_.totals[other])
            why = (
                f"{case} has {float(is_.totals[case]) / 100:.2f} points, behind {best} with "
                f"{float(is_.totals[best]) / 100:.2f}, which was not chosen"
            )
            yield DecisionQuestioned(decision.position, "outranked", (why,), case, (), proposal)
