"""What the rules of several texts have in common: one step after the other, deadlines, announcements.

Each is written once here and stands in a programme under its own id and article.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import date
from typing import Any, Literal, TypeAlias

from domain.calendars import works
from domain.cases import Case
from domain.commands import (
    Apply,
    Award,
    ClosePublicity,
    Decline,
    OpenPublicity,
    ProposeSelection,
    Recommend,
    ReviseDecline,
    ReviseOrder,
    Withdraw,
)
from domain.commands.command import Command
from domain.dates import NotYetDeterminable, a_day, last_day_of, last_day_under_any_calendar, parse
from domain.folding import of_half_width
from domain.life import Life
from domain.programme import Programme
from domain.reasons import because
from domain.rules import Broken, Facts, Finding, Rests, Seen, Unset
from domain.subjects import Level, UnknownSubject, subject
from domain.terms import Terms, named

# A step, as a reason names it: a code, for which words/reasons.py has the word.
Step: TypeAlias = Literal[
    "application",
    "formal-review",
    "expert-review",
    "committee-review",
    "defence",
    "place-in-the-intake",
    "proposed-list",
    "ministry-approval",
    "leading-group-decision",
    "notice",
    "general-office-approval",
]
Announced: TypeAlias = Literal["award", "list", "withdrawal", "cancellation"]
Before: TypeAlias = Mapping[type[Command], tuple[Step, Callable[[Life], Seen[Any] | None]]]


def in_order(before: Before, act: Any, facts: Facts, but: Container[Case] = ()) -> Iterator[Finding]:
    """The step before this one was taken, passed, and not on a later day, for each case of the act but
    these."""
    for life in (Life.of(facts, case) for case in act.cases() if case not in but):
        if (step := before.get(type(act))) is not None:
            name, outcome = step
            yield from after(name, outcome(life), life, facts)


def after(step: Step, outcome: Seen[Any] | None, life: Life, facts: Facts) -> Iterator[Finding]:
    """A step that was taken, passed, and not on a later day."""
    if outcome is None:
        yield Broken(because("has-had-no-yet", case=life.case, step=step), entry=life.case.entry)
    elif not getattr(outcome.fact, "passed", True):
        yield Broken(
            because("did-not-pass-its", case=life.case, step=step), (outcome.position,), entry=life.case.entry
        )
    elif facts.day < outcome.day:
        yield Broken(
            because("its-is-of-after", case=life.case, step=step, day=outcome.day, day_2=facts.day),
            (outcome.position,),
            entry=life.case.entry,
        )


def while_on_notice(act: Command, life: Life, facts: Facts) -> Iterator[Finding]:
    """Nothing is closed or awarded on a day of notice, nor recorded while it lasts."""
    if life.notice is None:
        return
    until = a_day(life.notice.fact.until)
    if min(facts.day, facts.today) <= until:
        yield Broken(
            because("is-on-notice-until", case=life.case, until=until),
            (life.notice.position,),
            entry=life.case.entry,
        )
    elif isinstance(act, ClosePublicity):
        return
    elif life.closed is None:
        yield Broken(
            because("its-notice-is-not-closed", case=life.case),
            (life.notice.position,),
            entry=life.case.entry,
        )
    elif facts.day < life.closed.day:
        yield Broken(
            because("its-notice-is-closed-on-not-before", case=life.case, day=life.closed.day),
            (life.closed.position,),
            entry=life.case.entry,
        )


def once_reviewed_no_more(act: Command, life: Life) -> Iterator[Finding]:
    """What only an open review takes."""
    if life.review is not None:
        yield Broken(
            because("its-expert-review-is-over", case=life.case),
            (life.review.position,),
            entry=life.case.entry,
        )


def as_applied_for(act: ProposeSelection | Award, facts: Facts) -> Iterator[Finding]:
    """The category and fields of a title are among those applied for, and those proposed."""
    for case, category, fields in act.choices():
        life = Life.of(facts, case)
        stated: list[tuple[str, Seen[Any] | None]] = [("applied-for", life.application)]
        if isinstance(act, Award):
            stated.append(("proposed", life.proposed))
        for how, step in stated:
            if step is None:
                continue
            if category != step.fact.category:
                yield Broken(
                    because(
                        "as-not-as", case=case, how=how, category=step.fact.category, category_2=category
                    ),
                    (step.position,),
                    entry=case.entry,
                )
            elif more := sorted(set(fields) - set(step.fact.fields)):
                yield Broken(
                    because("but-not-in", case=case, how=how, those=more), (step.position,), entry=case.entry
                )


def by_its_name(programme: Programme, act: ProposeSelection | Award, facts: Facts) -> Iterator[Finding]:
    """A title is given by the name that the text gives it; in which width its characters are written plays no
    part."""
    edition = programme.that_judges(facts)
    for honour in act.honours if isinstance(act, Award) else ():
        title = edition.titles.get(honour.category)
        if title is None or honour.title == title:
            continue
        if not (edition.widths_alike and of_half_width(honour.title) == of_half_width(title)):
            why = because("the-title-is-not", case=honour.case, title=title, title_2=honour.title)
            yield Broken(why, entry=Case.parse(honour.case).entry)


# --------------------------------------------------------------------- the unit


def through_its_unit(act: Recommend | Decline, facts: Facts) -> Iterator[Finding]:
    """The unit that the application goes through recommends it, after its review of it, or declines
    to; before the ministry's review."""
    life = Life.of(facts, act.cases()[0])
    application = life.application
    if application is not None and application.fact.unit != act.unit:
        through = application.fact.unit
        yield Broken(
            because("goes-through", case=act.case, through=through)
            if through
            else because("was-sent-directly", case=act.case),
            (application.position,),
        )
    if life.form is not None:
        yield Broken(because("is-with-the-ministry", case=act.case), (life.form.position,))
    if application is not None and facts.day < application.day:
        yield Broken(
            because("was-sent-on-not-before", case=act.case, day=application.day), (application.position,)
        )
    if isinstance(act, Decline):
        return
    if act.reviewed_on is None:
        yield Broken(because("the-day-of-the-preliminary-review-is"))
    elif a_day(act.reviewed_on) > facts.day:
        yield Broken(because("reviewed-on-recommended-before-on", reviewed_on=act.reviewed_on, day=facts.day))
    elif application is not None and a_day(act.reviewed_on) < application.day:
        yield Broken(
            because("reviewed-on-sent-after-it-on", reviewed_on=act.reviewed_on, day=application.day)
        )


def recommended_first(act: Any, facts: Facts) -> Iterator[Finding]:
    """What goes through a unit is recommended by it before the ministry takes it up."""
    for life in (Life.of(facts, case) for case in act.cases()):
        application = life.application
        if application is None or application.fact.channel != "unit":
            continue
        if life.declined is not None:
            yield Broken(
                because("was-not-recommended", case=life.case),
                (life.declined.position,),
                entry=life.case.entry,
            )
        elif life.recommended is None:
            yield Broken(
                because("waits-for-its-unit-recommendation", case=life.case),
                (application.position,),
                entry=life.case.entry,
            )
        elif facts.day < life.recommended.day:
            yield Broken(
                because("was-recommended-on-not-before", case=life.case, day=life.recommended.day),
                (life.recommended.position,),
                entry=life.case.entry,
            )
        elif life.waits:
            yield Broken(
                because("waits-to-be-admitted", case=life.case),
                (life.recommended.position,),
                entry=life.case.entry,
            )


def handed_in(given: tuple[Any, ...], *kinds: str) -> Iterator[Finding]:
    """These materials, each as a sealed original and as an electronic copy."""
    by_kind = {material.kind: material for material in given}
    for kind in kinds:
        if kind not in by_kind:
            yield Broken(because("is-missing", kind=kind))
            continue
        if not by_kind[kind].original:
            yield Broken(because("the-original-is-missing", kind=kind))
        if by_kind[kind].sha256 is None:
            yield Broken(because("the-electronic-copy-is-missing", kind=kind))


def level_of(id_: str, facts: Facts) -> Level | None:
    """What a subject is on the day of the act; None: it was not there."""
    try:
        return subject(id_).level_on(facts.day)
    except UnknownSubject:
        return None


# ------------------------------------------------------------------ days and documents


def by_the_deadline(act: Apply | Recommend | ReviseDecline | ReviseOrder, facts: Facts) -> Iterator[Finding]:
    """What goes to the ministry is sent by the round's deadline, that day included (Q-1); received
    later is shown. What goes to a unit first, the unit sends on."""
    if isinstance(act, Apply) and act.channel == "unit":
        return
    if isinstance(act, Apply | Recommend) and act.received_on and a_day(act.received_on) < facts.day:
        why = because("received-before-it-was-sent", received_on=act.received_on, day=facts.day)
        yield Broken(why, of_form=True)
    terms = Terms.of(facts)
    if terms.deadline is None:
        yield Unset("deadline")
        return
    last = a_day(terms.deadline.day)
    excluded = terms.chosen.get("Q-1") == "excluded"
    if facts.day > last or (excluded and facts.day == last):
        yield Broken(
            because("sent-on-the-last-day-was", day=facts.day, last=last),
            (terms.set_by["deadline"],),
            figures={"deadline": str(last)},
        )
    elif facts.day == last or _is_received_after(act, last):
        yield Rests("Q-1")


def _is_received_after(act: Apply | Recommend | ReviseDecline | ReviseOrder, last: date) -> bool:
    received_on = act.received_on if isinstance(act, Apply | Recommend) else None
    return received_on is not None and a_day(received_on) > last


def long_enough_on_notice(act: OpenPublicity, facts: Facts) -> Iterator[Finding]:
    """A notice is no shorter than the round sets (its first day by Q-9)."""
    terms = Terms.of(facts)
    if terms.publicity is None:
        yield Unset("publicity")
        return
    days = terms.publicity.working_days
    counted = terms.first_day_counted
    yield Rests("Q-9")
    try:
        until = a_day(act.last_day(facts))
    except NotYetDeterminable:
        return  # L-11 says so
    known = works(facts)
    try:
        least = last_day_of(facts.day, working_days=days, first_day_counted=counted, works=known)
    except NotYetDeterminable as error:
        surely = last_day_under_any_calendar(
            facts.day, working_days=days, first_day_counted=counted, works=known
        )
        if until < surely:
            yield Broken(because("no-calendar-yet-surely-by", year=error.year, days=days, surely=surely))
        return
    if until < least:
        yield Broken(
            because("on-notice-until-working-days-end-on", until=until, days=days, least=least),
            (terms.set_by["publicity"],),
            figures={"working_days": days},
        )


def published(announced: Announced, act: Award | Withdraw, facts: Facts) -> Iterator[Finding]:
    """An announcement: a document that can be found, published by the day it is recorded."""
    if act.basis is None or not named(act.basis):
        yield Broken(because("names-no-document", announced=announced))
    elif act.basis.published is None:
        yield Broken(because("the-document-is-not-said-to-be", announced=announced))
    elif (earliest := parse(act.basis.published).earliest) is not None and earliest > facts.today:
        yield Broken(
            because("the-document-is-of-which-has-not", announced=announced, published=act.basis.published)
        )
    elif earliest is not None and earliest > facts.day:
        yield Broken(
            because(
                "takes-effect-on-before-its-document-of",
                announced=announced,
                day=facts.day,
                earliest=earliest,
            )
        )
