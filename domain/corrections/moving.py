"""What is called into question when a division is merged into others, when a reviewer moves to another
province, and when a reviewer declares an interest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from domain.cases import Case
from domain.commands.subjects import held_by
from domain.dates import day_of, parse
from domain.events import (
    ApplicationSubmitted,
    Correction,
    DecisionQuestioned,
    DesignationAwarded,
    Found,
    InterestDeclared,
    ReviewConcluded,
    RoleGranted,
    ScoreRecorded,
    SubjectChanged,
    decode,
)
from domain.history import Believed, believed, is_read
from domain.kernel import Recorded
from domain.reasons import Reason, because
from domain.rules import Facts
from domain.seats import homes
from domain.subjects import UnknownSubject, heirs_of, subject


def day_of_effect(event: Recorded) -> date:
    """The latest possible day on which an event took effect; if it states none, its day of recording."""
    return parse(event.effective).latest if event.effective else day_of(event.recorded_at)


def asked_by_a_move(new: Sequence[Recorded], there: Mapping[int, Recorded]) -> list[DecisionQuestioned]:
    """Questions about the scores that a reviewer gave to subjects of a province which the reviewer is now
    granted a role for, unless their review was concluded before the role took effect (L-7)."""
    stated = believed(there.values())
    concluded = {b.fact.case: b.latest_day for b in stated if isinstance(b.fact, ReviewConcluded)}
    lies = {f.case: {f.province, f.unit} for b in stated if isinstance(f := b.fact, ApplicationSubmitted)}
    grants = [
        (g.data["principal"], homes(str(g.data["unit"])), day_of_effect(g))
        for g in new
        if g.topic == RoleGranted.topic
    ]
    found = []
    for b in stated:
        score = b.fact
        if not isinstance(score, ScoreRecorded):
            continue
        of, until = lies.get(score.case, set()), concluded.get(score.case, date.max)
        for principal, provinces, day in grants:
            if principal == score.reviewer and day <= until and (near := provinces & of):
                why = because("the-reviewer-is-of-the-subject-province", near=min(near, key=str))
                found.append(_of_a_score(b.position, score, why))
    return found


def asked_by_an_interest(new: Sequence[Recorded], there: Mapping[int, Recorded]) -> list[DecisionQuestioned]:
    """The scores that a reviewer has given to a case before declaring an interest in it, where its review is
    not concluded (L-7)."""
    stated = believed(there.values())
    concluded = {b.fact.case for b in stated if isinstance(b.fact, ReviewConcluded)}
    declared = {(i.data["case"], i.data["reviewer"]) for i in new if i.topic == InterestDeclared.topic}
    why = because("the-reviewer-has-declared-an-interest")
    return [
        _of_a_score(b.position, score, why)
        for b in stated
        if isinstance(score := b.fact, ScoreRecorded)
        and (score.case, score.reviewer) in declared
        and score.case not in concluded
    ]


def _of_a_score(position: int, score: ScoreRecorded, why: Reason) -> DecisionQuestioned:
    return DecisionQuestioned(
        decision=position,
        ground="refused",
        about=score.case,
        found=(Found.of(why, "L-7", "回避"),),
        rules=("L-7",),
    )


def merged(
    correction: Correction, there: Mapping[int, Recorded], proposal: int
) -> Iterator[DecisionQuestioned]:
    """Questions about the titles of a division, where a correction says that the division ended (Q-19)."""
    new = correction.replacement
    if new is None or new.topic != SubjectChanged.topic or new.effective is None or not is_read(new):
        return
    change = decode(new.topic, cast("Any", new.data))
    assert isinstance(change, SubjectChanged)
    if not change.ends_a_division:
        return
    day = parse(new.effective).latest
    facts = Facts(tuple(believed(there.values())), day, day)
    into = [successor.id for successor in change.into]
    for title in held_by(change.subject, facts):
        why = because("went-into", subject=change.subject, into=into, day=day)
        yield DecisionQuestioned(
            decision=title.position,
            ground="merged",
            found=(Found.of(why),),
            about=title.fact.designation,
            proposal=proposal,
        )


def asked_of_the_ended(given: Iterable[Believed], there: Mapping[int, Recorded]) -> list[DecisionQuestioned]:
    """Questions about titles that were given to a division after it had ended (Q-19). Its end is known from
    a recorded change, or from the shipped register, which gives only the year."""
    awards = [b for b in given if b.topic == DesignationAwarded.topic]
    if not awards:
        return []
    changes = [b for b in believed(there.values()) if b.topic == SubjectChanged.topic]
    found = []
    for b in awards:
        about = str(b.data["designation"])
        if (end := _ended_before(Case.parse(about).subject, b.latest_day, changes)) is not None:
            found.append(
                DecisionQuestioned(decision=b.position, ground="merged", found=(Found.of(end),), about=about)
            )
    return found


def _ended_before(id_: str, day: date, changes: Iterable[Believed]) -> Reason | None:
    """Into what a division had gone before a day; None: on that day it existed, or may have existed."""
    for b in changes:
        change = cast("SubjectChanged", b.fact)
        if change.ends_a_division and change.subject == id_ and b.latest_day < day:
            into = [successor.id for successor in change.into]
            return because("went-into", subject=id_, into=into, day=b.latest_day)
    try:
        until = subject(id_).until
    except UnknownSubject:
        return None
    if until is None or until >= day.year:
        return None
    return because("went-into", subject=id_, into=list(heirs_of(id_)), day=until)
