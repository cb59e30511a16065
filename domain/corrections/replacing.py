"""Works out the whole event that is to stand in another's place, or where one was missing.

domain/corrections/checking.py checks it. Fields that follow from others (a quota from a category, a day from
a document) are worked out by judging the event's act again, at the place where the event was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from domain.canonical import NotCanonical, Object, encode
from domain.cases import Case, NotACase
from domain.commands.recommending import is_full
from domain.corrections.recasting import Attributed, NotAnAct, can_be_recast, recast
from domain.corrections.rejudging import as_believed, group_at, judged_at, replaced_group, same_place
from domain.dates import parse
from domain.documents import stated as in_its_spelling
from domain.documents import with_documents_stated
from domain.events import (
    TOPICS,
    ApplicationRecommended,
    Correction,
    CorrectionApproved,
    Fact,
    NotThatFact,
    Replacement,
    Sealed,
    UnknownTopic,
    commitments,
    decode,
)
from domain.history import Believed, believed, correction_tags
from domain.judging import Rejudged
from domain.kernel import Document, Recorded
from domain.programmes import in_force
from domain.reasons import Reason, because
from domain.rules import Facts, Seal
from domain.seats import seat_and_entity_tags, seats_by_events
from domain.tags import CASE, DESIGNATION, EVENT, SEALED, SUBJECT, of_kinds

OF_THE_MOMENT = frozenset({"waits"})  # fields that depend on when it was recorded, and decide nothing
_OF_A_DOCUMENT = ("number", "title", "issuer", "signed", "published", "sha256")
_NOT_YET = Sealed("0" * 64)  # a placeholder: words are sealed only when they are recorded


class CannotStand(ValueError):
    """What a correction states cannot be an event. where: positions of the events that show it."""

    def __init__(self, reason: Reason, *where: int) -> None:
        super().__init__(str(reason))
        self.reason, self.where = reason, where


@dataclass(frozen=True, slots=True)
class CorrectionAsked:
    """A correction as it is asked for: what is stated, before anything is worked out from it."""

    act: Literal["amend", "annul", "supply"]
    target: int | None  # position
    topic: str | None
    data: Any  # laid over what is believed of the event, or the data of one that was missing
    effective: str | None  # the event's own day, if it changes
    basis: Document | None  # the event's own document, if it changes


def correctable(topic: str) -> bool:
    """Whether a correction may touch an event of this topic; an unknown topic may be corrected."""
    kind = TOPICS.get(topic)
    return kind is None or kind.is_correctable


# --------------------------------------------------------- what is to stand instead


def proposed(asked: CorrectionAsked, facts: Facts, seal: Seal | None = None) -> Correction:
    """The correction that is asked for, with the whole event that is to stand. Call after H-2 and H-5."""
    return Correction(asked.act, asked.target, to_stand(asked, facts, seal or sealed_later))


def sealed_later(_value: str | bytes) -> Sealed:
    """In place of words that are not sealed yet."""
    return _NOT_YET


def tags_of(asked: CorrectionAsked, facts: Facts) -> frozenset[str]:
    """The tags that a proposal carries beside its own."""
    tags = correction_tags(proposed(asked, facts), facts.ever)
    return tags - {SEALED(_NOT_YET.sealed)}


def replacement(asked: CorrectionAsked, facts: Facts) -> Replacement | None:
    """What is to stand; None: nothing, or it cannot stand (H-5 says why)."""
    try:
        return to_stand(asked, facts, sealed_later)
    except CannotStand:
        return None


def to_stand(asked: CorrectionAsked, facts: Facts, seal: Seal) -> Replacement | None:
    """What is to stand instead, as it is stated. Raises CannotStand."""
    now = None
    if asked.target is not None:
        target = facts.event(asked.target)
        assert target is not None  # else H-2 has refused
        if not correctable(target.topic):
            raise CannotStand(because("is-not-corrected", topic=target.topic), target.position)
        now = believed_at(asked.target, facts.ever)
    if asked.act == "annul":
        return None
    topic = asked.topic or (now.topic if now else "")
    stated = _Said(topic, _sealing(asked.data or {}, seal), asked.effective, asked.basis)
    if now is not None and now.topic == CorrectionApproved.topic:
        return _of_a_correction(stated, now, facts)
    return _made(stated, now, facts)


@dataclass(frozen=True, slots=True)
class _Said:
    """An event as a correction states it; what it does not state is as it was."""

    topic: str
    data: Any
    effective: str | None
    basis: Document | None


_AMENDED = {"data", "effective", "topic", "basis"}


def _of_a_correction(stated: _Said, now: Believed, facts: Facts) -> Replacement:
    """What is to stand for a correction: the same one, with something else in the place of its event."""
    old = now.fact
    assert isinstance(old, CorrectionApproved)
    inner = old.correction
    patch = stated.data.get("correction", {}) if isinstance(stated.data, dict) else {}
    new = patch.get("replacement") if isinstance(patch, dict) else None
    only = stated.data == {"correction": {"replacement": new}}
    else_stated = stated.topic != now.topic or stated.effective or stated.basis
    if not isinstance(new, dict) or not only or else_stated or new.keys() - _AMENDED:
        raise CannotStand(because("of-a-correction-only-what-it-puts"), now.position)
    if inner.replacement is None:
        raise CannotStand(because("puts-nothing-in-the-event-s-place"), now.position)
    place = inner.target if inner.target is not None else now.position
    was = as_believed(inner.replacement, place)
    basis = _basis(new.get("basis"))
    topic = new.get("topic", was.topic)
    made = _made(_Said(topic, new.get("data", {}), new.get("effective"), basis), was, facts)
    correction = Correction(inner.act, inner.target, made)
    approved = CorrectionApproved(proposal=old.proposal, correction=correction)
    tags = correction_tags(approved.correction, facts.ever)
    return Replacement(now.topic, tuple(sorted(tags)), dict(approved.as_data()), now.effective, now.basis)


def _basis(stated: Any) -> Document | None:
    try:
        return None if stated is None else in_its_spelling(Document(**stated))
    except TypeError:
        raise CannotStand(because("a-document-has-other-keys", those=_OF_A_DOCUMENT)) from None


def _made(stated: _Said, now: Believed | None, facts: Facts) -> Replacement:
    """The whole of an event in another's place, or of one that was missing. Raises CannotStand."""
    if not correctable(stated.topic) or stated.topic == CorrectionApproved.topic:
        raise CannotStand(because("is-not-made-by-a-correction", topic=stated.topic))
    alike = now is not None and now.topic == stated.topic
    data = _laid_over(now.data, stated.data) if now is not None and alike else stated.data
    effective = stated.effective or (now.effective if now else None)
    basis = in_its_spelling(stated.basis) if stated.basis else (now.basis if now else None)
    _is_of_this_time(stated.topic, effective, facts)
    there = {event.position: event for event in facts.ever}
    try:
        encode(cast("Object", data))
        if now is None or not alike:
            data = _waiting(stated.topic, _filled(stated.topic, data, effective, basis, there), facts)
        fact = with_documents_stated(decode(stated.topic, data))
        data = dict(fact.as_data())  # as it will be stored: what is not stated is absent
        if now is not None and alike:
            data = _with_what_follows(fact, now, effective, basis, there)
            fact = decode(stated.topic, data)
    except UnknownTopic:
        raise CannotStand(because("no-fact-has-the-topic", topic=stated.topic)) from None
    except NotThatFact as error:
        raise CannotStand(
            because("is-not-stated-right", what=stated.topic, place=error.place, wrong=error.reason)
        ) from None
    except NotCanonical as error:
        raise CannotStand(because("cannot-be-stored", wrong=error.reason)) from None
    except TypeError as error:
        raise CannotStand(because("has-another-shape", topic=stated.topic)) from error
    lies = seat_and_entity_tags(fact.tags(), seats_by_events(fact, facts.ever))
    tags = fact.tags() | {SEALED(c) for c in commitments(data)} | lies
    if now is not None and alike and _whose(fact.tags()) == _whose(now.fact.tags()):
        added = now.tags - now.fact.tags()  # by which it was found beside what the fact declares
        tags |= added - of_kinds(added, SEALED, EVENT)
    return Replacement(stated.topic, tuple(sorted(tags)), data, effective, basis)


def _whose(tags: Iterable[str]) -> frozenset[str]:
    return of_kinds(tags, CASE, DESIGNATION, SUBJECT)


def _is_of_this_time(topic: str, effective: str | None, facts: Facts) -> None:
    """Raises CannotStand if the event lies in the future, or has no day on which to judge its act."""
    if effective is None:
        if can_be_recast(topic):
            raise CannotStand(because("took-effect-on-no-day"))
        return
    earliest = parse(effective).earliest
    if earliest is not None and earliest > facts.today and not _may_lie_ahead(topic):
        raise CannotStand(because("has-not-come-yet", happened_on=effective))


def _may_lie_ahead(topic: str) -> bool:
    kind = TOPICS.get(topic)
    return kind is not None and kind.may_lie_ahead


def believed_at(position: int, events: Iterable[Recorded]) -> Believed:
    """What is believed of an event now. Raises CannotStand if the event is struck out."""
    there = tuple(events)
    for content in believed(there):
        if content.position == position:
            return content
    own = [event for event in there if EVENT(position) in event.tags]
    by = [event.position for event in own if event.topic == CorrectionApproved.topic]
    raise CannotStand(because("is-struck-out-already", position=position, by=by), *by)


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
    topic: str, data: Any, effective: str | None, basis: Document | None, there: Mapping[int, Recorded]
) -> Any:
    """The data stated of a missing event, completed with what its act would have recorded."""
    if not isinstance(data, dict) or not can_be_recast(topic):
        return data
    new = Replacement(topic, (), data, effective, basis)
    found = _judged(new, None, there)
    led_to = [] if found is None else [f.as_data() for f in found.facts if f.topic == topic]
    own = [d for d in led_to if d.get("case") in {None, data.get("case")}]
    return {**own[0], **data} if own else data


def _waiting(topic: str, data: Any, facts: Facts) -> Any:
    """The data; of a supplied recommendation, marked as waiting if no place is free any more."""
    if topic != ApplicationRecommended.topic or not isinstance(data, dict) or data.get("beside"):
        return data
    try:
        case = Case.parse(str(data.get("case")))
    except NotACase:
        return data
    programme = in_force(case.programme, facts.day, facts.place)
    now = replace(facts, history=tuple(believed(facts.ever)))
    full = any(is_full(programme, str(pool), case, now) for pool in data.get("pools", ()))
    return {**data, "waits": True} if full else data


def _with_what_follows(
    fact: Fact, now: Believed, effective: str | None, basis: Document | None, there: Mapping[int, Recorded]
) -> dict[str, Any]:
    """A fact's data with what follows from them: a quota from a category, a year from a document.

    A field is worked out again only if the correction does not state it anew and its old value followed from
    the old data, so that neither a newer calendar nor a newer rule book changes what nobody meant to correct.
    """
    data = dict(fact.as_data())
    was, is_ = _followed(now, fact, Replacement(now.topic, (), data, effective, basis), there)
    for key in {*was, *is_}:
        untouched = alike(data.get(key), now.data.get(key))
        if untouched and alike(was.get(key), now.data.get(key)) and not alike(was.get(key), is_.get(key)):
            data.pop(key, None)
            if key in is_:
                data[key] = is_[key]
    return data


def _followed(
    now: Believed, fact: Fact, new: Replacement, there: Mapping[int, Recorded]
) -> tuple[Object, Object]:
    """What the act would have recorded for the event as it is believed, and as it is to stand. Both are
    empty if for either of them no act, or no such fact, can be worked out."""
    old_act = judged(group_at(now.position, there), now.position, there)
    new_act = _judged(new, now.position, there)
    if old_act is None or new_act is None:
        return {}, {}
    old = next((f for f in old_act.facts if same_place(f, now.fact)), None)
    worked_out = next((f for f in new_act.facts if same_place(f, fact)), None)
    return ({}, {}) if old is None or worked_out is None else (old.as_data(), worked_out.as_data())


def alike(one: Any, other: Any) -> bool:
    return encode([one if one is not None else ""]) == encode([other if other is not None else ""])


def _judged(new: Replacement, target: int | None, there: Mapping[int, Recorded]) -> Rejudged | None:
    return judged(replaced_group(new, target, there), target, there)


def judged(group: Sequence[Attributed], place: int | None, there: Mapping[int, Recorded]) -> Rejudged | None:
    """The act that led to these facts, judged at its place; None: there is no such act.

    place: the position of the corrected event; the act is judged at the first event that it recorded. None:
    the fact is supplied, and its act is judged by its day.
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
