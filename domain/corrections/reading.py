"""What must be read before a correction, or a fact that is recorded late, can be judged (L-3).

Besides its boundary, such an act reads the events that it names, and every later decision that it may touch,
with the facts by which each was judged. Which events these are is found out step by step, while reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from domain import tags
from domain.cases import Case, NotACase
from domain.commands import GrantRole, Recommend
from domain.commands.command import Command
from domain.corrections.acts import ApproveCorrection, DecideQuestion, ProposeCorrection, RejectCorrection
from domain.corrections.recasting import Attributed, NotAnAct, can_be_recast, recast
from domain.corrections.rejudging import group_at, in_order, recorded_with, replaced_group, stated_by
from domain.corrections.replacing import replacement, sealed_later
from domain.corrections.standings import RANKED_BY
from domain.events import (
    TOPICS,
    ApplicationSubmitted,
    Correction,
    CorrectionApproved,
    CorrectionProposed,
    DecisionQuestioned,
    DesignationAwarded,
    DesignationWithdrawn,
    HistoricalDesignationRecorded,
    NotThatFact,
    PublicityOpened,
    Replacement,
    ReviewConcluded,
    RoundOpened,
    ScoreRecorded,
    UnknownTopic,
    decode,
)
from domain.events.fact import topics_of
from domain.history import Believed, believed, correction_tags, is_read
from domain.judging import boundary
from domain.kernel import Recorded, Selector
from domain.programmes import PROGRAMMES
from domain.rules import Facts
from domain.seats import homes
from domain.subjects import UnknownSubject
from domain.tags import (
    CALENDAR,
    CASE,
    CHANGES,
    DESIGNATION,
    EVENT,
    INTAKE,
    LIST,
    PROGRAMME,
    PROVINCE,
    QUESTION,
    ROUND,
    SUBJECT,
    of_kinds,
    parsed,
)

# What is judged again: decisions, and what must hold for them to rest on it.
DECISIONS = frozenset(t for t, kind in TOPICS.items() if kind.judged_again == "decision")
JUDGED_AGAIN = frozenset(t for t, kind in TOPICS.items() if kind.judged_again is not None)
_TITLES = topics_of(DesignationAwarded, HistoricalDesignationRecorded, DesignationWithdrawn)
_NOTICES = topics_of(PublicityOpened)
_CORRECTIONS = frozenset({CorrectionApproved.topic})


@dataclass(frozen=True, slots=True)
class Further:
    """What an act must read besides its boundary, as far as the events read so far tell."""

    positions: frozenset[int] = frozenset()
    items: frozenset[Selector] = field(default_factory=frozenset)

    def __or__(self, other: Further) -> Further:
        return Further(self.positions | other.positions, self.items | other.items)


NOTHING = Further()
_CORRECTING = (ProposeCorrection, ApproveCorrection, RejectCorrection, DecideQuestion)


def until_nothing_is_new(wanted: Callable[[], Further]) -> Iterator[Further]:
    """What to read next, step by step, until nothing is missing. wanted: tells what is needed, given all
    that was read so far."""
    has = NOTHING
    while (asked := has | wanted()) != has:
        yield Further(asked.positions - has.positions, asked.items - has.items)
        has = asked


def reads_further(act: Command) -> bool:
    """Whether what an act reads depends on what it finds."""
    return (
        isinstance(act, _CORRECTING)
        or moves_a_reviewer(act)
        or (act.missed_by_decisions and act.effective is not None)
    )


def moves_a_reviewer(act: Command) -> bool:
    """Whether an act grants a role for a province, to somebody who may have scored its cases (L-7)."""
    return isinstance(act, GrantRole) and bool(homes(act.unit))


def further(act: Command, there: Mapping[int, Recorded], today: date) -> Further:
    """What else to read, given what was read so far; it is called again until it names nothing new.

    An event at a known position never changes, so it may be read at any time; what is found by tags is read
    under the lock, like any boundary.
    """
    match act:
        case ProposeCorrection(target=target):
            wanted = NOTHING if target is None else of_event(target, there)
            facts = Facts((), today, today, ever=in_order(there))
            if (target is None or target in there) and (new := replacement(act.asked(), facts)) is not None:
                wanted |= _of_replacement(new, target, there)
            return wanted
        case ApproveCorrection(proposal=proposal) | RejectCorrection(proposal=proposal):
            return _of_proposal(proposal, there, whole=isinstance(act, ApproveCorrection))
        case DecideQuestion(question=question):
            return _of_question(question, there)
        case GrantRole(unit=unit) if moves_a_reviewer(act):
            return _of_what_was_scored(unit, there)
        case _ if is_late(act, today):
            return _of_later_decisions(_tags_of(act, there) | _intakes_of(act, there), there)
    return NOTHING


def is_late(act: Command, today: date) -> bool:
    """Whether an act records what decisions since its day may have missed."""
    return act.missed_by_decisions and act.day(today) < today


def _tags_of(act: Command, there: Mapping[int, Recorded]) -> frozenset[str]:
    """The tags of the facts that a late act leads to, as far as the events read so far tell."""
    facts = Facts(tuple(believed(there.values())), date.max, act.day(date.max))
    its_intake: frozenset[str] = frozenset(
        {INTAKE(case.programme, case.round, act.unit) for case in act.cases()}
        if isinstance(act, Recommend)
        else ()
    )
    try:
        return its_intake | frozenset(t for f in act.record(None, facts, sealed_later) for t in f.tags())
    except UnknownSubject:
        return frozenset()  # H-2 refuses


def _intakes_of(act: Command, there: Mapping[int, Recorded]) -> frozenset[str]:
    """The intakes that the cases of an act belong to, according to the events read so far."""
    own = {CASE(case) for case in act.cases()}
    return frozenset(t for e in there.values() if e.tags & own for t in of_kinds(e.tags, INTAKE))


def _under(*tags: str, topics: frozenset[str] = frozenset()) -> frozenset[Selector]:
    return frozenset(Selector(topics, frozenset({tag})) for tag in tags)


def of_event(target: int, there: Mapping[int, Recorded]) -> Further:
    """An event, what corrects it, those it was recorded with, and what judged them."""
    wanted = Further(frozenset({target}), _under(EVENT(target)))
    if (event := there.get(target)) is None:
        return wanted
    if event.topic == CorrectionApproved.topic and is_read(event):
        fact = decode(event.topic, event.data)
        assert isinstance(fact, CorrectionApproved)
        inner = fact.correction
        if inner.target is not None:
            wanted |= of_event(inner.target, there)
        if inner.replacement is not None:
            wanted |= _of_replacement(inner.replacement, inner.target, there)
        return wanted | _boundary_of(group_at(target, there))
    shared = of_kinds(event.tags, LIST, INTAKE, EVENT, CASE, DESIGNATION)
    return wanted | Further(items=_under(*shared)) | _boundary_of(group_at(target, there))


def _of_replacement(new: Replacement, target: int | None, there: Mapping[int, Recorded]) -> Further:
    """What is read to judge the event that a correction would make; if that is itself a correction, what
    that one concerns."""
    wanted = Further(items=_under(*of_kinds(new.tags, CASE, DESIGNATION, CHANGES, CALENDAR)))
    if new.topic == CorrectionApproved.topic and is_read(new):
        fact = decode(new.topic, cast("Any", new.data))
        assert isinstance(fact, CorrectionApproved)
        return wanted | of_correction(fact.correction, there, whole=False)
    group = replaced_group(new, target, there)
    return wanted | _boundary_of(group) | _boundary_of(group[:1])


def _of_proposal(proposal: int, there: Mapping[int, Recorded], *, whole: bool) -> Further:
    wanted = Further(frozenset({proposal}))
    event = there.get(proposal)
    if event is None or event.topic != CorrectionProposed.topic or not is_read(event):
        return wanted
    fact = decode(event.topic, event.data)
    assert isinstance(fact, CorrectionProposed)
    return wanted | of_correction(fact.correction, there, whole=whole)


def of_correction(correction: Correction, there: Mapping[int, Recorded], *, whole: bool = True) -> Further:
    """What is read for a correction: the events that it concerns; and if whole, every later decision that it
    may touch, with the facts by which each is judged."""
    wanted = NOTHING
    if correction.target is not None:
        wanted |= of_event(correction.target, there)
    if correction.replacement is not None:
        wanted |= _of_replacement(correction.replacement, correction.target, there)
    if whole:
        wanted |= _of_later_decisions(correction_tags(correction, there.values()), there)
    return wanted


def _of_later_decisions(tags: Iterable[str], there: Mapping[int, Recorded]) -> Further:
    """The decisions that may be touched by what carries these tags, with what judges each."""
    carried = frozenset(tags)
    wanted = Further(items=touched_by(carried, there))
    for group in later_decisions(carried, believed(there.values()), there):
        wanted |= _boundary_of(group)
    return wanted


def _of_question(question: int, there: Mapping[int, Recorded]) -> Further:
    wanted = Further(frozenset({question}))
    event = there.get(question)
    if event is None or event.topic != DecisionQuestioned.topic or not is_read(event):
        return wanted
    decision = int(str(event.data["decision"]))
    wanted |= Further(frozenset({decision}), _under(QUESTION(decision), EVENT(decision)))
    about = str(event.data["about"])
    return wanted | Further(items=_under(DESIGNATION(Case.parse(about).entry)))


def _of_what_was_scored(unit: str, there: Mapping[int, Recorded]) -> Further:
    """The cases of the unit's province, and their scores. Scores have no tag for the reviewer, since few may
    know who gave them, so they are found through the cases."""
    near = tuple(PROVINCE(str(place)) for place in homes(unit))
    cases = [
        CASE(e.data["case"])
        for e in there.values()
        if e.topic == ApplicationSubmitted.topic and e.tags & {*near} and is_read(e)
    ]
    steps = topics_of(ApplicationSubmitted, ScoreRecorded, ReviewConcluded) | _CORRECTIONS
    return Further(items=_under(*near, topics=topics_of(ApplicationSubmitted)) | _under(*cases, topics=steps))


def touched_by(carried: Iterable[str], there: Mapping[int, Recorded]) -> frozenset[Selector]:
    """Selects the decisions that may be touched by a fact which carries these tags."""
    wanted: set[Selector] = set()
    own = frozenset(carried)
    judged = JUDGED_AGAIN | _CORRECTIONS
    for tag in own:
        kind, rest = parsed(tag)
        match kind:
            case tags.CASE | tags.ENTRY | tags.DESIGNATION | tags.POOL | tags.TIES:
                wanted |= _under(tag)
            case tags.INTAKE:  # its cases, and all that happened to them
                put_forward = (e for e in there.values() if tag in e.tags)
                wanted |= _under(tag, *(t for e in put_forward for t in of_kinds(e.tags, CASE)))
            case tags.CHANGES:  # the titles that the subject holds
                wanted |= _under(SUBJECT(rest), topics=_TITLES | _CORRECTIONS)
            case tags.INCIDENTS:
                wanted |= _under(SUBJECT(rest), topics=judged)
            case tags.DEBARRED:
                wanted |= _under(SUBJECT(rest.partition("/")[2]), topics=judged)
            case tags.TERMS if "/" in rest:
                wanted |= _under(ROUND(rest), topics=judged)
            case tags.TERMS:  # terms of all rounds: every round that was opened
                opened = _CORRECTIONS | {RoundOpened.topic}
                wanted |= _under(PROGRAMME(rest), topics=opened)
                wanted |= _under(*_rounds_of(rest, there), topics=judged)
            case tags.CALENDAR:  # every round's notices; later_decisions picks those of the year
                for programme in PROGRAMMES:
                    wanted |= _under(PROGRAMME(programme), topics=_CORRECTIONS | {RoundOpened.topic})
                    wanted |= _under(*_rounds_of(programme, there), topics=_NOTICES | _CORRECTIONS)
            case tags.ROUND if of_kinds(own, CASE):  # the others in its ranking
                wanted |= _under(tag, topics=RANKED_BY | _CORRECTIONS)
    return frozenset(wanted)


def _counts_days_of(years: Collection[int], b: Believed) -> bool:
    """Whether it is a notice that may last into one of these years."""
    year = b.latest_day.year
    return b.topic == PublicityOpened.topic and (year in years or year + 1 in years)


def _rounds_of(programme: str, there: Mapping[int, Recorded]) -> Iterator[str]:
    """The tags of a programme's rounds that were opened."""
    for event in there.values():
        opened = event.topic == RoundOpened.topic and event.data.get("programme") == programme
        if opened and is_read(event):
            yield ROUND(programme, event.data["round"])


def _boundary_of(group: Sequence[Attributed]) -> Further:
    """What judges the act that led to these facts."""
    if not group:
        return NOTHING
    try:
        act = recast(group)
        return Further(items=frozenset(boundary(act, act.day(date.max)).items))
    except (NotAnAct, NotThatFact, UnknownTopic, UnknownSubject, NotACase, OverflowError):
        return NOTHING


def later_decisions(
    carried: Iterable[str], history: Sequence[Believed], there: Mapping[int, Recorded], but: int | None = None
) -> Iterator[list[Attributed]]:
    """The facts that are judged again because a fact with these tags may touch them. They come in groups, in
    the order of their positions; a group is what one act recorded of one kind, document and day."""
    own_tags = frozenset(carried)
    wide = tuple(touched_by(own_tags, there))
    years = {int(year) for year in CALENDAR.among(own_tags)}
    groups: dict[tuple[Any, ...], list[Attributed]] = defaultdict(list)
    own = there.get(but) if but is not None else None
    for b in sorted(history, key=lambda b: b.position):
        event = there.get(b.position)
        if event is None or b.topic not in JUDGED_AGAIN or not can_be_recast(b.topic):
            continue
        if own is not None and recorded_with(own, event):
            continue
        if years and not _counts_days_of(years, b):
            continue
        if any(item.matches(b.topic, b.tags) for item in wide):
            supplied = event.topic == CorrectionApproved.topic or event.command is None
            act = b.position if supplied else event.command
            groups[act, b.topic, b.effective, b.basis].append(stated_by(event, b))
    yield from sorted(groups.values(), key=lambda group: group[0].believed.position)
