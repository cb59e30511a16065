"""What a move calls into question: of a division into others, of a reviewer to another province."""

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
    """The latest possible day on which an event took effect; where it says none, that of its recording."""
    return parse(event.effective).latest if event.effective else day_of(event.recorded_at)


def asked_by_a_move(new: Sequence[Recorded], there: Mapping[int, Recorded]) -> list[DecisionQuestioned]:
    """The scores that a reviewer has given to subjects of the province that they act for from now on, where
    the review is not concluded (L-7)."""
    stated = [b.fact for b in believed(there.values())]
    concluded = {fact.case for fact in stated if isinstance(fact, ReviewConcluded)}
    lies = {f.case: {f.province, f.unit} for f in stated if isinstance(f, ApplicationSubmitted)}
    found = []
    for b in believed(there.values()):
        score = b.fact
        if not isinstance(score, ScoreRecorded) or score.case in concluded:
            continue
        for granted in new:
            if granted.topic != RoleGranted.topic or granted.data["principal"] != score.reviewer:
                continue
            if near := sorted(homes(str(granted.data["unit"])) & lies.get(score.case, set()), key=str):
                why = because("the-reviewer-is-of-the-subject-province", near=near[0])
                of_rule = Found(code=why.code, values=dict(why.values), rule="L-7", article="回避")
                found.append(
                    DecisionQuestioned(
                        decision=b.position,
                        ground="refused",
                        about=score.case,
                        found=(of_rule,),
                        rules=("L-7",),
                    )
                )
    return found


def merged(
    correction: Correction, there: Mapping[int, Recorded], proposal: int
) -> Iterator[DecisionQuestioned]:
    """The titles that a division holds which a correction makes end (Q-19)."""
    new = correction.replacement
    if new is None or new.topic != SubjectChanged.topic or new.effective is None or not is_read(new):
        return
    change = decode(new.topic, cast("Any", new.data))
    assert isinstance(change, SubjectChanged)
    if not change.ends or change.kind == "identified":
        return  # a title that a project holds goes on under its other id
    day = parse(new.effective).latest
    facts = Facts(tuple(believed(there.values())), day, day)
    into = [successor.id for successor in change.into]
    for title in held_by(change.subject, facts):
        why = because("went-into", subject=change.subject, into=into, day=day)
        yield DecisionQuestioned(
            decision=title.position,
            ground="merged",
            found=(Found(code=why.code, values=dict(why.values)),),
            about=title.fact.designation,
            proposal=proposal,
        )


def asked_of_the_ended(given: Iterable[Believed], there: Mapping[int, Recorded]) -> list[DecisionQuestioned]:
    """The titles that are given to a division which has ended before (Q-19): by a recorded change, or by
    the shipped register, which knows the year."""
    found = []
    for b in given:
        if b.topic != DesignationAwarded.topic:
            continue
        about = str(b.data["designation"])
        if (end := _ended_before(Case.parse(about).subject, b.latest_day, there)) is not None:
            found.append(
                DecisionQuestioned(
                    decision=b.position,
                    ground="merged",
                    found=(Found(code=end.code, values=dict(end.values)),),
                    about=about,
                )
            )
    return found


def _ended_before(id_: str, day: date, there: Mapping[int, Recorded]) -> Reason | None:
    """What a division has gone into by a day; None: it is there, or may be."""
    for b in believed(there.values()):
        change = b.fact
        ends = isinstance(change, SubjectChanged) and change.ends and change.kind != "identified"
        if isinstance(change, SubjectChanged) and ends and change.subject == id_ and b.latest_day < day:
            into = [successor.id for successor in change.into]
            return because("went-into", subject=id_, into=into, day=b.latest_day)
    try:
        until = subject(id_).until
    except UnknownSubject:
        return None
    if until is None or until >= day.year:
        return None
    return because("went-into", subject=id_, into=list(heirs_of(id_)), day=until)
