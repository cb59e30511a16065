"""Check that the event which a correction would make could have been recorded (H-5).

The act that would lead to that event is made again from it (recasting.py) and judged at the event's place, on
the past as it is believed now. A rule that the event already broke before the correction does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from domain.canonical import Object, encode
from domain.cases import Case
from domain.commands.calendars import flaws_of_a_calendar
from domain.commands.subjects import flaws_of_a_change
from domain.corrections.happened import states_what_happened
from domain.corrections.recasting import NotAnAct, can_be_recast, recast
from domain.corrections.rejudging import as_believed, group_at, replaced_group, same_place
from domain.corrections.replacing import (
    OF_THE_MOMENT,
    CannotStand,
    CorrectionAsked,
    alike,
    believed_at,
    judged,
    sealed_later,
    to_stand,
)
from domain.dates import parse
from domain.events import (
    CalendarPublished,
    Correction,
    CorrectionApproved,
    DesignationAwarded,
    HistoricalDesignationRecorded,
    IntakeClosed,
    Replacement,
    SubjectChanged,
    decode,
)
from domain.events.whom import named_in
from domain.history import Believed, believed, is_read
from domain.judging import DOORSTEP, Rejudged
from domain.life import standing_recommendations
from domain.programmes import PROGRAMMES
from domain.reasons import because
from domain.rules import Broken, Facts
from domain.subjects import UnknownSubject, is_registered, subject
from domain.tags import INTAKE, SUBJECT, of_kinds
from domain.terms import named

_AUTHORS = ("reviewer",)  # fields that say who recorded a fact: no correction changes them


def flaws_of_asked(asked: CorrectionAsked, facts: Facts) -> Iterator[Broken]:
    """Why a correction that is asked for cannot be made."""
    try:
        new = to_stand(asked, facts, sealed_later)
    except CannotStand as error:
        yield Broken(error.reason, error.where)
        return
    yield from flaws_of(Correction(asked.act, asked.target, new), facts, None)


def flaws_of(correction: Correction, facts: Facts, proposal: int | None) -> Iterator[Broken]:
    """Why a correction cannot hold. proposal: the position of its proposal; None: it is not proposed yet."""
    target, new = correction.target, correction.replacement
    now = None
    if target is not None:
        try:
            now = believed_at(target, facts.ever)
        except CannotStand as error:
            yield Broken(error.reason, error.where)
            return
        if proposal is not None and now.settled_by > proposal:
            reason = because("was-corrected-since-it-was-proposed", target=target, by=now.settled_by)
            yield Broken(reason, (now.settled_by,))
            return
    if new is None:
        yield from _a_number_twice(correction, facts)
        return
    if not is_read(new):
        yield Broken(because("what-is-to-stand-cannot-be-read", topic=new.topic))
        return
    if now is not None and _content(now) == _content(new):
        yield Broken(because("event-says-that-already", position=now.position), (now.settled_by,))
        return
    if (inner := _correction_in(new)) is not None:
        target, new = inner.target, inner.replacement
        assert new is not None  # else to_stand has refused: only what a correction puts in place is amended
        now = None
    yield from _wrong_references(new, target, facts)
    yield from _a_number_twice(Correction(correction.act, target, new), facts)
    yield from _broken_rules(new, target, now, facts)


def _content(of: Believed | Replacement) -> tuple[object, ...]:
    basis = of.basis.as_json() if of.basis else None
    return of.topic, encode(cast("Object", of.data)), of.effective, basis


def _correction_in(new: Replacement) -> Correction | None:
    """The correction that is to stand, if what stands is a correction; otherwise None."""
    if new.topic != CorrectionApproved.topic:
        return None
    fact = decode(new.topic, cast("Object", new.data))
    assert isinstance(fact, CorrectionApproved)
    return fact.correction


def _wrong_references(new: Replacement, target: int | None, facts: Facts) -> Iterator[Broken]:
    """Names of subjects or programmes that do not exist, and titles or calendars recorded already."""
    history = believed(facts.ever)
    changes = (b.fact for b in history if b.topic == SubjectChanged.topic)
    made = {new.id for change in changes if isinstance(change, SubjectChanged) for new in change.into}
    fact = decode(new.topic, cast("Object", new.data))
    if isinstance(fact, SubjectChanged):
        yield from _flaws_of_a_change(fact, new, target, facts)
        made |= {successor.id for successor in fact.into if successor.name is not None}
    if isinstance(fact, CalendarPublished):
        yield from flaws_of_a_calendar(fact)
        for b in history:
            if b.topic == new.topic and b.position != target and b.data.get("year") == fact.year:
                yield Broken(because("the-calendar-of-is-recorded", year=fact.year), (b.position,))
    named = () if can_be_recast(new.topic) else named_in(fact)  # for an act's fact, H-2 checks the names
    for about in sorted({*SUBJECT.among(fact.tags()), *named}):
        try:
            if not is_registered(about) and about not in made and not subject(about).beside:
                yield Broken(because("no-subject-has-the-id", about=about))
        except UnknownSubject as error:
            yield Broken(because("no-subject-has-the-id", about=error.about))
            return
    of = getattr(fact, "programme", None)
    if isinstance(of, str) and of not in PROGRAMMES:
        yield Broken(because("no-programme-is-called-there-are", of=of, those=list(PROGRAMMES)))
    if isinstance(fact, HistoricalDesignationRecorded):
        if fact.designation != f"{fact.programme}/{fact.round}/{fact.subject}":
            yield Broken(
                because(
                    "the-title-of-in-of-is-not",
                    subject=fact.subject,
                    round=fact.round,
                    programme=fact.programme,
                    designation=fact.designation,
                )
            )
        elif subject(fact.subject).province.startswith("cn:") and (
            subject(fact.subject).province != fact.province
        ):
            yield Broken(because("does-not-lie-in", subject=fact.subject, province=fact.province))
        for b in history:
            same = b.topic in {new.topic, DesignationAwarded.topic} and b.position != target
            if same and b.data.get("designation") == fact.designation:
                yield Broken(
                    because("is-on-record-event", designation=fact.designation, position=b.position),
                    (b.position,),
                )


def _flaws_of_a_change(
    fact: SubjectChanged, new: Replacement, target: int | None, facts: Facts
) -> Iterator[Broken]:
    """The flaws of a change of a division: the same that refuse the act which records one."""
    if new.effective is None or not named(new.basis):
        yield Broken(because("a-change-of-a-division-has-its"))
        return
    others = tuple(b for b in believed(facts.ever) if b.position != target)
    day = parse(new.effective).latest
    yield from flaws_of_a_change(fact, replace(facts, history=others, day=day))


def _a_number_twice(correction: Correction, facts: Facts) -> Iterator[Broken]:
    """The numbers in a unit's order that two of its projects would share. This is refused only while the
    unit's intake is open, since its order can then be put right; once the intake is closed, its close is
    called into question instead (L-3)."""
    new, target = correction.replacement, correction.target
    before = believed(facts.ever)
    after = [b for b in before if b.position != target]
    if new is not None:
        after.append(as_believed(new, target or max((b.position for b in before), default=0) + 1))
    carried = [b.tags for b in (*before, *after) if b not in before or b not in after]
    for intake in sorted({tag for tags in carried for tag in of_kinds(tags, INTAKE)}):
        was, is_ = (_numbers([b for b in all_ if intake in b.tags], facts) for all_ in (before, after))
        for case, (order, _) in is_.items():
            if case in was and was[case][0] == order:
                continue
            for other, (its, where) in is_.items():
                if order == its and case != other:
                    yield Broken(because("number-is", order=order, case=other), (where,))


def _numbers(stated: Sequence[Believed], facts: Facts) -> dict[str, tuple[int, int]]:
    """By case, the number and position of each standing recommendation; none once the intake is closed."""
    now = replace(facts, history=tuple(sorted(stated, key=lambda b: b.position)))
    if now.of(IntakeClosed):
        return {}
    return {
        r.fact.case: (r.fact.order, r.position)
        for r in standing_recommendations(now)
        if r.fact.order is not None and _orders_by_number(r.fact.case)
    }


def _orders_by_number(case: str) -> bool:
    """Whether closing a unit's intake takes the first projects by the numbers that the unit gave."""
    of = PROGRAMMES.get(Case.parse(case).programme)
    return of is not None and of.intake is not None and of.intake.closes


def _broken_rules(
    new: Replacement, target: int | None, now: Believed | None, facts: Facts
) -> Iterator[Broken]:
    """The rules that the corrected event would break and the present one does not; and the fields of the
    corrected event that do not follow from its other fields."""
    if not can_be_recast(new.topic):
        return
    there = {event.position: event for event in facts.ever}
    group = replaced_group(new, target, there)
    for stated in ([group[0]], group) if len(group) > 1 else (group,):
        try:
            recast(stated)
        except NotAnAct as error:
            yield Broken(error.reason)
            return
    found = judged(group, target, there)
    alone = judged(group[:1], target, there)
    assert found is not None  # it can be recast
    assert alone is not None
    old = judged(group_at(target, there), target, there) if target is not None else None
    before = {(b.rule, b.broken.entry) for b in old.broken} if old else set()
    new_ones = (b for b in (*found.broken, *alone.broken) if (b.rule, b.broken.entry) not in before)
    broken = {(b.rule, str(b.broken.reason)): b for b in new_ones}
    happened = now is not None and states_what_happened(now, new)
    for b in broken.values():
        if happened and b.rule not in DOORSTEP and not b.broken.of_form:
            continue  # what happened is recorded all the same, and what it upsets is questioned
        yield Broken(
            because("would-break", rule=b.rule, article=b.article, reason=b.broken.reason),
            b.broken.facts,
            figures=b.broken.figures,
        )
    if happened or not broken:
        yield from _what_does_not_follow(new, now, found, old)


def _what_does_not_follow(
    new: Replacement, now: Believed | None, found: Rejudged, old: Rejudged | None
) -> Iterator[Broken]:
    """The fields that are stated differently from what the act would have recorded. A field that the
    correction leaves unchanged may differ, if it differed already before."""
    fact = decode(new.topic, cast("Object", new.data))
    worked_out = next((f for f in found.facts if same_place(f, fact)), None)
    if worked_out is None and found.broken:
        return
    if worked_out is None:
        yield Broken(because("no-act-leads-to-this-what-it", topic=new.topic))
        return
    was = None
    if now is not None and old is not None and now.topic == new.topic:
        was = next((f for f in old.facts if same_place(f, now.fact)), None)
    is_, stated = worked_out.as_data(), new.data
    for key in sorted({*is_, *stated} - OF_THE_MOMENT):
        if alike(is_.get(key), stated.get(key)):
            continue
        kept = now is not None and alike(stated.get(key), now.data.get(key))
        if kept and (was is None or not alike(was.as_data().get(key), now.data.get(key))):  # type: ignore[union-attr]
            continue
        yield Broken(because("follows-from-the-rest-not", key=key, now=is_.get(key), stated=stated.get(key)))
    for key in _AUTHORS:
        if now is not None and key in now.data and not alike(stated.get(key), now.data.get(key)):
            yield Broken(because("is-who-recorded-it-annul-the-event", key=key))
