"""Corrections worked out: what is to stand instead, and whether it could.

A correction is checked like the event it would make (H-5): the act that would lead to that event is recast
and judged at its place, on the past as it is believed now. What follows from what is stated (a quota from
a category, a day from a document) is worked out by the act, as it was when the event was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from domain.canonical import NotCanonical, Object, encode
from domain.commands import ApproveCorrection, ProposeCorrection
from domain.commands.subjects import flaws_of_a_change
from domain.dates import parse
from domain.events import (
    CORRECTION_TOPICS,
    ApplicationSubmitted,
    Correction,
    CorrectionApproved,
    DecisionQuestioned,
    DesignationAwarded,
    DesignationWithdrawn,
    ErasureProposed,
    Fact,
    HistoricalDesignationRecorded,
    LedgerOpened,
    NotThatFact,
    PublicityOpened,
    QuestionDecided,
    ReadingRecorded,
    Replacement,
    RoleGranted,
    RoleProposed,
    RoleRevoked,
    RoundOpened,
    Sealed,
    SealedValueErased,
    SubjectChanged,
    UnknownTopic,
    commitments,
    decode,
)
from domain.history import Believed, believed, correction_tags
from domain.judging import Rejudged
from domain.kernel import Document, Recorded
from domain.programmes import PROGRAMMES
from domain.recast import NotAnAct, Stated, can_be_recast, recast
from domain.rejudging import (
    as_believed,
    group_at,
    judged_at,
    replaced_group,
    same_place,
    shown,
)
from domain.rules import Broken, Facts, Seal
from domain.subjects import UnknownSubject, is_registered, subject
from domain.terms import named

# What no correction touches: which ledger it is, who has which role, what was erased or decided on an
# order, and what never held by itself.
NEVER_CORRECTED = frozenset(
    kind.topic
    for kind in (
        LedgerOpened, RoleGranted, RoleProposed, RoleRevoked, ErasureProposed, SealedValueErased,
        DecisionQuestioned, QuestionDecided,
    )
) | (CORRECTION_TOPICS - {CorrectionApproved.topic})  # fmt: skip
# What may be recorded before it takes effect.
_AHEAD = frozenset(
    kind.topic
    for kind in (
        RoundOpened, ReadingRecorded, PublicityOpened, DesignationAwarded, DesignationWithdrawn,
        HistoricalDesignationRecorded, SubjectChanged,
    )
)  # fmt: skip
_AUTHORS = ("reviewer",)  # who recorded a fact is no matter of correction
_NOT_YET = Sealed("0" * 64)  # stands for words that are sealed only once they are recorded


class CannotStand(ValueError):
    """What is stated is no event; `where`: positions that say so."""

    def __init__(self, why: str, *where: int) -> None:
        super().__init__(why)
        self.where = where


@dataclass(frozen=True, slots=True)
class _Stated:
    """An event as a correction states it."""

    topic: str
    data: Any
    effective: str | None
    basis: Document | None


# --------------------------------------------------------- what is to stand instead


def proposed(act: ProposeCorrection, facts: Facts, seal: Seal | None = None) -> Correction:
    """The correction that is asked for, with the whole of what is to stand. H-2 and H-5 have passed."""
    return Correction(act.act, act.target, _to_stand(act, facts, seal or sealed_later))


def sealed_later(_value: str | bytes) -> Sealed:
    """In place of words that are not sealed yet."""
    return _NOT_YET


def tags_of(act: ProposeCorrection, facts: Facts) -> frozenset[str]:
    """Those that a proposal carries."""
    tags = correction_tags(proposed(act, facts), facts.ever)
    return tags - {f"sealed:{_NOT_YET.sealed}"}


def replacement(act: ProposeCorrection, facts: Facts) -> Replacement | None:
    """What is to stand; None: nothing, or it cannot stand (H-5 says why)."""
    try:
        return _to_stand(act, facts, sealed_later)
    except CannotStand:
        return None


def _to_stand(act: ProposeCorrection, facts: Facts, seal: Seal) -> Replacement | None:
    """What is to stand instead, as it is stated. Raises CannotStand."""
    now = None
    if act.target is not None:
        target = next(e for e in facts.ever if e.position == act.target)  # else H-2 has refused
        if target.topic in NEVER_CORRECTED:
            raise CannotStand(f"{target.topic} is not corrected", target.position)
        now = _believed_at(act.target, facts.ever)
    if act.act == "annul":
        return None
    stated = _Stated(
        act.topic or (now.topic if now else ""), _sealing(act.data or {}, seal), act.takes_effect,
        act.document,
    )  # fmt: skip
    if now is not None and now.topic == CorrectionApproved.topic:
        return _of_a_correction(stated, now, facts)
    return _made(stated, now, facts)


def _of_a_correction(stated: _Stated, now: Believed, facts: Facts) -> Replacement:
    """What is to stand for a correction: the same one, with something else in the place of its event."""
    old = now.fact
    assert isinstance(old, CorrectionApproved)
    inner = old.correction
    patch = stated.data.get("correction", {}) if isinstance(stated.data, dict) else {}
    new = patch.get("replacement") if isinstance(patch, dict) else None
    only = stated.data == {"correction": {"replacement": new}}
    if (
        not isinstance(new, dict) or not only or stated.topic != now.topic or stated.effective
        or stated.basis or new.keys() - {"data", "effective", "topic", "basis"}
    ):  # fmt: skip
        raise CannotStand(
            "of a correction only what it puts in the event's place is amended: its `data`, `effective`, "
            "`basis` or `topic`; else annul it, and propose another", now.position,
        )  # fmt: skip
    if inner.replacement is None:
        raise CannotStand("it puts nothing in the event's place: annul it", now.position)
    place = inner.target if inner.target is not None else now.position
    was = as_believed(inner.replacement, place)
    basis = _basis(new.get("basis"))
    made = _made(
        _Stated(new.get("topic", was.topic), new.get("data", {}), new.get("effective"), basis), was,
        facts,
    )  # fmt: skip
    approved = CorrectionApproved(old.proposal, Correction(inner.act, inner.target, made))
    tags = correction_tags(approved.correction, facts.ever)
    return Replacement(
        now.topic, tuple(sorted(tags)), dict(approved.as_data()), now.effective, now.basis
    )


def _basis(stated: Any) -> Document | None:
    try:
        return None if stated is None else Document(**stated)
    except TypeError:
        raise CannotStand(
            "a document has number, title, issuer, signed, published, sha256"
        ) from None


def _made(stated: _Stated, now: Believed | None, facts: Facts) -> Replacement:
    """The whole of an event in another's place, or of one that was missing. Raises CannotStand."""
    if stated.topic in NEVER_CORRECTED | {CorrectionApproved.topic}:
        raise CannotStand(f"{stated.topic} is not made by a correction")
    alike = now is not None and now.topic == stated.topic
    data = _laid_over(now.data, stated.data) if now is not None and alike else stated.data
    effective = stated.effective or (now.effective if now else None)
    basis = stated.basis or (now.basis if now else None)
    _is_of_this_time(stated.topic, effective, facts)
    there = {event.position: event for event in facts.ever}
    try:
        encode(cast("Object", data))
        if now is None or not alike:
            data = _filled(stated.topic, data, effective, basis, there)
        fact = decode(stated.topic, data)
        data = dict(fact.as_data())  # as it will be stored: what is not stated is absent
        if now is not None and alike:
            data = _with_what_follows(fact, now, effective, basis, there)
            fact = decode(stated.topic, data)
    except (UnknownTopic, NotThatFact) as error:
        raise CannotStand(str(error)) from None
    except (NotCanonical, TypeError) as error:
        raise CannotStand(f"it cannot be stored: {error}") from None
    tags = fact.tags() | {f"sealed:{c}" for c in commitments(data)} | _seats(fact, facts.ever)
    if now is not None and alike and _whose(fact.tags()) == _whose(now.fact.tags()):
        own = {t for t in now.tags - now.fact.tags() if not t.startswith(("sealed:", "event:"))}
        tags |= own  # by which it was found beside what the fact declares
    return Replacement(stated.topic, tuple(sorted(tags)), data, effective, basis)


def _whose(tags: Iterable[str]) -> set[str]:
    return {tag for tag in tags if tag.startswith(("case:", "designation:", "subject:"))}


def _is_of_this_time(topic: str, effective: str | None, facts: Facts) -> None:
    """Raises CannotStand: what has not come yet, or has no day on which an act could be judged."""
    if effective is None:
        if can_be_recast(topic):
            raise CannotStand("state the day on which it took effect")
        return
    earliest = parse(effective).earliest
    if earliest is not None and earliest > facts.today and topic not in _AHEAD:
        raise CannotStand(f"{effective} has not come yet")


def _believed_at(position: int, events: Iterable[Recorded]) -> Believed:
    """What stands for an event now. Raises CannotStand: nothing does."""
    there = tuple(events)
    for content in believed(there):
        if content.position == position:
            return content
    by = [e.position for e in there if f"event:{position}" in e.tags
          and e.topic == CorrectionApproved.topic]  # fmt: skip
    raise CannotStand(
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


def _filled(
    topic: str, data: Any, effective: str | None, basis: Document | None,
    there: Mapping[int, Recorded],
) -> Any:  # fmt: skip
    """What is stated of a missing event, and what follows from it."""
    if not isinstance(data, dict) or not can_be_recast(topic):
        return data
    new = Replacement(topic, (), data, effective, basis)
    found = _judged(new, None, there)
    led_to = [] if found is None else [f.as_data() for f in found.facts if f.topic == topic]
    own = [d for d in led_to if d.get("case") in {None, data.get("case")}]
    return {**own[0], **data} if own else data


def _with_what_follows(
    fact: Fact, now: Believed, effective: str | None, basis: Document | None,
    there: Mapping[int, Recorded],
) -> dict[str, Any]:  # fmt: skip
    """A fact's data with what follows from them: a quota from a category, a year from a document.

    Only what followed from the old ones in the same way is worked out again, so that neither a newer
    calendar nor a newer rule book changes what nobody meant to correct.
    """
    data = dict(fact.as_data())
    was, is_ = _followed(now, fact, Replacement(now.topic, (), data, effective, basis), there)
    for key in {*was, *is_}:
        untouched = _alike(data.get(key), now.data.get(key))
        if (
            untouched
            and _alike(was.get(key), now.data.get(key))
            and not _alike(was.get(key), is_.get(key))
        ):
            data.pop(key, None)
            if key in is_:
                data[key] = is_[key]
    return data


def _followed(
    now: Believed, fact: Fact, new: Replacement, there: Mapping[int, Recorded]
) -> tuple[Object, Object]:
    """What the act would have recorded of the event as it is believed, and as it is to stand; empty, if
    either would be refused or is no act's."""
    old_act = judged(group_at(now.position, there), now.position, there)
    new_act = _judged(new, now.position, there)
    if old_act is None or new_act is None or old_act.broken or new_act.broken:
        return {}, {}
    old = next((f for f in old_act.facts if same_place(f, now.fact)), None)
    worked_out = next((f for f in new_act.facts if same_place(f, fact)), None)
    return ({}, {}) if old is None or worked_out is None else (old.as_data(), worked_out.as_data())


def _alike(one: Any, other: Any) -> bool:
    return encode([one if one is not None else ""]) == encode([other if other is not None else ""])


def _judged(new: Replacement, target: int | None, there: Mapping[int, Recorded]) -> Rejudged | None:
    return judged(replaced_group(new, target, there), target, there)


def judged(
    group: Sequence[Stated], place: int | None, there: Mapping[int, Recorded]
) -> Rejudged | None:
    """The act that led to these facts, judged at its place; None: there is no such act.

    place: of the event that is corrected; the act's is that of the first event it recorded. None: it is not
    recorded there.
    """
    if not group:
        return None
    try:
        act = recast(group)
    except NotAnAct:
        return None
    at = max(there, default=0) + 1
    if place is not None:
        at = min(stated.believed.position for stated in (*group_at(place, there), *group))
    return judged_at(act, at, believed(there.values()), there, by_day=place is None)


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


def nonsense(act: ProposeCorrection | ApproveCorrection, facts: Facts) -> Iterator[Broken]:
    """Why a correction cannot be made: what is wrong with the event that it would make (H-5)."""
    if isinstance(act, ApproveCorrection):
        fact = act.proposed(facts)
        assert fact is not None  # else H-2 has refused
        yield from _flaws(fact.correction, facts, act.proposal)
        return
    try:
        new = _to_stand(act, facts, sealed_later)
    except CannotStand as error:
        yield Broken(str(error), error.where)
        return
    yield from _flaws(Correction(act.act, act.target, new), facts, None)


def _flaws(correction: Correction, facts: Facts, proposal: int | None) -> Iterator[Broken]:
    """What keeps a correction from holding. proposal: where it was proposed, if it was."""
    target, new = correction.target, correction.replacement
    now = None
    if target is not None:
        try:
            now = _believed_at(target, facts.ever)
        except CannotStand as error:
            yield Broken(str(error), error.where)
            return
        if proposal is not None and now.settled_by > proposal:
            yield Broken(
                f"event {target} was corrected since this was proposed (by {now.settled_by}): propose it "
                "again", (now.settled_by,),
            )  # fmt: skip
            return
    if new is None:
        return
    if now is not None and _content(now) == _content(new):
        yield Broken(f"event {now.position} says that already", (now.settled_by,))
        return
    if (inner := _correction_in(new)) is not None:
        target, new = inner.target, inner.replacement
        assert new is not None  # only what it puts in the event's place is amended
        now = None
    yield from _wrong_references(new, target, facts)
    yield from _broken_rules(new, target, now, facts)


def _content(of: Believed | Replacement) -> tuple[object, ...]:
    basis = of.basis.as_json() if of.basis else None
    return of.topic, encode(cast("Object", of.data)), of.effective, basis


def _correction_in(new: Replacement) -> Correction | None:
    """The correction that is to stand for another."""
    if new.topic != CorrectionApproved.topic:
        return None
    fact = decode(new.topic, cast("Object", new.data))
    assert isinstance(fact, CorrectionApproved)
    return fact.correction


def _wrong_references(new: Replacement, target: int | None, facts: Facts) -> Iterator[Broken]:
    """Subjects and programmes that are none; a title that is announced twice."""
    history = believed(facts.ever)
    changes = (b.fact for b in history if b.topic == SubjectChanged.topic)
    made = {
        new.id for change in changes if isinstance(change, SubjectChanged) for new in change.into
    }
    fact = decode(new.topic, cast("Object", new.data))
    if isinstance(fact, SubjectChanged):
        yield from _flaws_of_a_change(fact, new, target, facts)
        made |= {successor.id for successor in fact.into if successor.name is not None}
    for about in sorted(t.partition(":")[2] for t in fact.tags() if t.startswith("subject:")):
        try:
            if not is_registered(about) and about not in made and not _is_beside(about):
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
        for b in history:
            same = b.topic in {new.topic, DesignationAwarded.topic} and b.position != target
            if same and b.data.get("designation") == fact.designation:
                yield Broken(f"{fact.designation} is on record (event {b.position})", (b.position,))


def _flaws_of_a_change(
    fact: SubjectChanged, new: Replacement, target: int | None, facts: Facts
) -> Iterator[Broken]:
    """Of a division: what any act that records it is asked."""
    if new.effective is None or not named(new.basis):
        yield Broken("a change of a division has its day, and names its document")
        return
    others = tuple(b for b in believed(facts.ever) if b.position != target)
    day = parse(new.effective).latest
    yield from flaws_of_a_change(fact, replace(facts, history=others, day=day))


def _is_beside(about: str) -> bool:
    """Whether it is a town, a zone or a project, which the register does not hold."""
    of = subject(about)
    return of.inside is not None or of.is_project


def _broken_rules(
    new: Replacement, target: int | None, now: Believed | None, facts: Facts
) -> Iterator[Broken]:
    """The rules that the corrected event would break, and the event as it is believed does not; and what
    does not follow from the rest of it."""
    if not can_be_recast(new.topic):
        return
    there = {event.position: event for event in facts.ever}
    group = replaced_group(new, target, there)
    for stated in ([group[0]], group) if len(group) > 1 else (group,):
        try:
            recast(stated)
        except NotAnAct as error:
            yield Broken(str(error))
            return
    found = judged(group, target, there)
    alone = judged(group[:1], target, there)
    assert found is not None  # it can be recast
    assert alone is not None
    old = judged(group_at(target, there), target, there) if target is not None else None
    before = {(b.rule, b.broken.entry) for b in old.broken} if old else set()
    broken = {(b.rule, b.broken.why): b for b in (*found.broken, *alone.broken)
              if (b.rule, b.broken.entry) not in before}  # fmt: skip
    for b in broken.values():
        yield Broken(f"{b.rule} ({b.article}): {b.broken.why}", b.broken.facts,
                     figures=b.broken.figures)  # fmt: skip
    if not broken:
        yield from _what_does_not_follow(new, now, found, old)


def _what_does_not_follow(
    new: Replacement, now: Believed | None, found: Rejudged, old: Rejudged | None
) -> Iterator[Broken]:
    """Fields that are stated otherwise than the act would have recorded them; what differed before, in the
    same way, is left as it is."""
    fact = decode(new.topic, cast("Object", new.data))
    worked_out = next((f for f in found.facts if same_place(f, fact)), None)
    if found.broken:
        return
    if worked_out is None:
        yield Broken(
            f"no act leads to this {new.topic}: what it is about does not follow from the rest"
        )
        return
    was = None
    if now is not None and old is not None and now.topic == new.topic:
        was = next((f for f in old.facts if same_place(f, now.fact)), None)
    is_, stated = worked_out.as_data(), new.data
    for key in sorted({*is_, *stated}):
        if _alike(is_.get(key), stated.get(key)):
            continue
        kept = now is not None and _alike(stated.get(key), now.data.get(key))
        if kept and (was is None or not _alike(was.as_data().get(key), now.data.get(key))):  # type: ignore[union-attr]
            continue
        yield Broken(
            f"{key} follows from the rest: {shown(is_.get(key))}, not {shown(stated.get(key))}"
        )
    for key in _AUTHORS:
        if now is not None and key in now.data and not _alike(stated.get(key), now.data.get(key)):
            yield Broken(f"{key} is who recorded it: annul the event, and supply another's")
