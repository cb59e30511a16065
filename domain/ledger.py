"""The ledger's own rules: H, what any act needs; L, what holds whatever the regulation says.

One file, as it is one rule book.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.access import PUBLIC, ROLES, acts_for, may_carry_out, may_state
from domain.calendars import THE_CALENDARS
from domain.commands import (
    Admit,
    Apply,
    Award,
    CloseIntake,
    ConfirmRole,
    Debar,
    Decline,
    GrantException,
    GrantRole,
    OnATitle,
    OpenPublicity,
    OpenRound,
    Recommend,
    RecordReading,
    Retract,
    ReviseDecline,
    ReviseOrder,
    Score,
    Withdraw,
)
from domain.commands.command import OWN_READS, ByAGrantedRole, Command, Correcting
from domain.commands.roles import OPERATOR, THE_ACTORS_ROLE, THE_DECIDERS, THE_TOKEN, THEIR_ROLES
from domain.commands.subjects import changes_of, unknown, unknown_divisions
from domain.dates import NotYetDeterminable, a_day
from domain.events import (
    IntakeClosed,
    InterestDeclared,
    RoleGranted,
    RoleProposed,
    RoleRevoked,
    SubjectChanged,
)
from domain.events.whom import named_in
from domain.kernel import Actor
from domain.life import INTERESTS, THE_APPLICATION, THE_INTAKE, WHOLE_CASE, Life
from domain.points import POINTS
from domain.procedure.steps import by_the_deadline, long_enough_on_notice
from domain.programme import Programme
from domain.programmes import PROGRAMMES, UnknownProgramme, books_of, programme
from domain.reasons import Reason, because
from domain.roles import state_of
from domain.rules import FROM_NOW_ON, Broken, Facts, Finding, Rests, Rulebook, Seen, Unset, read
from domain.seats import WHERE_IT_LIES, homes, seats
from domain.subjects import XPCC, UnknownSubject, is_entity, subject
from domain.terms import THE_TERMS, Terms, named, without_source

RESERVED = frozenset({PUBLIC.principal, OPERATOR})  # who brings no token, and who keeps the machine
LEDGER_1 = Rulebook("ledger", instrument="台账规则")


@LEDGER_1.must("H-1", "行为人", judges=Command, reads=(WHERE_IT_LIES,))
def an_act_is_its_actors_own(act: Command, facts: Facts) -> Iterator[Finding]:
    """各行其职：单位为本地区、城市为本市；他人之纸质文件由工业和信息化部录入。
    Each acts in its own name: a unit for its province, a city for itself; the ministry may record
    another's act on paper, from a document."""
    who = act.actor
    may = may_carry_out(act.name, who.role)
    if may == "-":
        roles = sorted(r for r in ROLES if may_carry_out(act.name, r) in {"any", "own"})
        yield Broken(because("is-for-not-for", name=act.name, roles=roles, role=who.role))
        return
    if who.role == "ministry" and who.unit != "miit":
        yield Broken(because("the-ministry-acts-as-miit-not-as", unit=who.unit))
    if who.role == "reviewer" and who.unit != "independent" and not homes(who.unit):
        yield Broken(because("a-reviewer-unit-is-one-of-the", unit=who.unit))
    states_receipt = isinstance(act, Apply | Recommend) and act.received_on is not None
    if states_receipt and not may_state(act.name, "received_on", who.role):
        yield Broken(because("the-ministry-who-receives-it-states-the"))
    if may != "own":
        return
    if isinstance(act, Recommend | Decline | ReviseDecline | ReviseOrder) and act.unit != who.unit:
        yield Broken(because("does-not-act-in-the-name-of", unit=who.unit, unit_2=act.unit))
    for about in act.subjects():
        try:
            if not any(acts_for(who, whose) for whose in (about, *seats(act, about, facts))):
                yield Broken(_not_theirs(who, about))
        except UnknownSubject as error:
            yield Broken(because("no-subject-has-the-id", about=error.about))


def _not_theirs(who: Actor, about: str) -> Reason:
    of = subject(about)
    if who.role == "applicant" or of.is_project:
        return because("does-not-act-for", unit=who.unit, about=about)
    lies = "xpcc" if of.is_of_xpcc else of.province
    return because("does-not-act-for-what-lies-elsewhere", unit=who.unit, about=about, lies=lies)


def _of_the_subjects(act: Command, _day: date) -> Iterator[str]:
    yield from changes_of(act.subjects())


def _texts(of: str, facts: Facts) -> tuple[Programme, ...]:
    """The editions of the rule books of a programme by which an act is judged."""
    judging = tuple(book for book in facts.books if isinstance(book, Programme))
    return judging or books_of(of, facts.day, facts.place)


THEIR_ORIGIN = read(SubjectChanged, under=_of_the_subjects)


@LEDGER_1.must("H-2", "所指", judges=Command, reads=(OWN_READS, THEIR_ORIGIN))
def what_an_act_refers_to_is_there(act: Command, facts: Facts) -> Iterator[Finding]:
    """所指的办法、轮次、申报、称号应已存在。
    The programme, round, case, title or value that an act refers to is on record."""
    if (of := act.programme()) is not None:
        try:
            rules = [rule for book in _texts(programme(of).id, facts) for rule in book.rules]
        except UnknownProgramme:
            yield Broken(because("no-programme-is-called-there-are", of=of, those=list(PROGRAMMES)))
            return
        text = programme(of).that_judges(facts)
        if not text.rules and not isinstance(act, OnATitle):
            yield Broken(because("the-ledger-has-no-rules-for-what", of=of))
        if isinstance(act, OpenRound) and not text.categories:
            yield Broken(because("takes-no-applications-it-has-no-rounds", of=of))
        intake = text.intake
        if (isinstance(act, CloseIntake) and not (intake and intake.closes)) or (
            isinstance(act, Admit) and intake is None
        ):
            yield Broken(because("the-text-of-closes-no-unit-intake", of=of))
        if isinstance(act, Debar) and not text.debars:
            yield Broken(because("the-text-of-bars-nobody", of=of))
    yield from act.missing(facts)
    yield from unknown_divisions(act.subjects(), facts)
    if isinstance(act, RecordReading):
        point = POINTS.get(act.point)
        if point is None:
            yield Broken(because("is-no-open-point-there-are", point=act.point, those=list(POINTS)))
        elif act.point not in (points := text.points):
            yield Broken(because("is-no-open-point-of-those-are", point=act.point, of=act.of, those=points))
        elif act.choice is not None and act.choice not in point.choices:
            yield Broken(because("offers", point=act.point, those=point.choices))
    elif isinstance(act, GrantException):
        liftable = {rule.id for rule in rules if rule.strength == "principle"}
        if act.rule not in liftable:
            yield Broken(
                because("is-not-a-rule-in-principle-of", rule=act.rule, of=of, those=sorted(liftable))
            )


@LEDGER_1.must("H-3", "依据", judges=Command)
def an_act_names_its_document(act: Command, facts: Facts) -> Iterator[Finding]:
    """例外、释明、事故认定、清除、更正、区划变更及代录应写明依据文件。
    An exception, a reading, a finding, an erasure, a correction and what is decided after one, a change
    of a division, and what is recorded for another, name their document."""
    for_another = may_carry_out(act.name, act.actor.role) == "paper"
    if (act.rests_on_a_document or for_another) and not named(act.basis):
        yield Broken(because("rests-on-a-document-give-its-number", name=act.name))


@LEDGER_1.must("H-4", "授权", judges=ConfirmRole, reads=(THEIR_ROLES, THE_TOKEN))
def a_role_is_confirmed_as_it_could_be_granted(act: ConfirmRole, facts: Facts) -> Iterator[Finding]:
    """角色不得自行确认；一人一职；期限未过。
    Nobody confirms a role for themself; a principal has one role, for one unit; its days are not over."""
    role = act.proposed(facts)
    assert role is not None  # else H-2 has refused
    yield from _another_role(role, facts)
    if role.principal == act.actor.principal:
        yield Broken(because("does-not-confirm-a-role-of-its", principal=role.principal))
    if a_day(role.until) < facts.today:
        yield Broken(because("is-over", until=role.until))


def _another_role(asked: GrantRole | RoleProposed, facts: Facts) -> Iterator[Broken]:
    """What the principal is already."""
    revoked = {r.fact.token for r in facts.of(RoleRevoked)}
    for held in facts.of(RoleGranted):
        counts = state_of(held.fact, held.day, revoked, facts.today) in {"to come", "stands"}
        if counts and (held.fact.role, held.fact.unit) != (asked.role, asked.unit):
            yield Broken(
                because(
                    "is-for-revoke-that-first-or-choose",
                    principal=asked.principal,
                    role=held.fact.role,
                    unit=held.fact.unit,
                ),
                (held.position,),
            )


@LEDGER_1.must("H-4", "授权", judges=GrantRole, reads=(THEIR_ROLES,))
def a_role_is_granted_to_another_and_to_its_unit(act: GrantRole, facts: Facts) -> Iterator[Finding]:
    """角色不得自授；一人一职；角色与单位相符；期限未过。
    Nobody grants a role to themself; a principal has one role, for one unit; the unit is one of the
    role's kind; its days are not over."""
    yield from _another_role(act, facts)
    if act.principal == act.actor.principal:
        yield Broken(because("does-not-grant-a-role-to-itself", principal=act.principal))
    if act.principal in RESERVED:
        yield Broken(because("stands-for-nobody-in-particular-choose-another", principal=act.principal))
    if act.role in {"ministry", "administrator"} and act.unit != "miit":
        yield Broken(because("the-unit-of-a-is-miit-not", role=act.role, unit=act.unit))
    if act.role == "provincial-unit":
        of = subject(act.unit)
        a_province = not of.beside and of.today.code.endswith("0000")
        if not (a_province or of.is_separately_planned or of.id == XPCC.id):
            yield Broken(because("is-no-province-and-not-separately-planned", unit=act.unit))
    of_a_place = act.role in {"applicant", "reviewer"} and act.unit != "independent"
    an_entity = act.role == "applicant" and is_entity(act.unit)
    if of_a_place and not an_entity and not subject(act.unit).today.code:
        yield Broken(because("is-no-city-or-county-a-is", unit=act.unit, role=act.role))
    if a_day(act.until) < facts.today:
        yield Broken(because("is-over", until=act.until))


@LEDGER_1.must("H-5", "更正内容", judges=Correcting)
def a_correction_makes_an_event_that_could_be(act: Correcting, facts: Facts) -> Iterator[Finding]:
    """更正按其所成事项审查：内容可读、所指存在、合于各条规则。
    A correction is checked like the event that it would make: at that event's place, by the rules that
    judge it; what the event broke before is not held against it."""
    yield from act.flaws(facts)


@LEDGER_1.must("L-1", "不改", judges=Command, reads=(OWN_READS,))
def nothing_is_recorded_twice(act: Command, facts: Facts) -> Iterator[Finding]:
    """已记录的不重记、不改动；有误以更正事件更正。
    What is recorded stands: it is not recorded again, an error is put right by a correction."""
    done = [seen.position for seen in act.repeats(facts)]
    if done:
        at = list(done)
        yield Broken(because("it-is-recorded-already-event-put-an", at=at), tuple(done))


@LEDGER_1.must("L-2", "两人", judges=ByAGrantedRole, reads=(THE_ACTORS_ROLE, THE_DECIDERS))
def what_changes_the_record_takes_two(act: ByAGrantedRole, facts: Facts) -> Iterator[Finding]:
    """更正须两人：一人提出，另一有权者核准；在此之前不生效。清除、区划变更及有决定权的角色亦同。
    A correction takes two people: one proposes, another with the right approves; until then it changes
    nothing. So do an erasure, a change of a division and a role that decides. Each, also whoever decides a
    question, acts by a role that was granted to them: whoever keeps the machine may be anybody."""
    who = act.actor
    if not act.takes_two(facts):
        return
    revoked = {r.fact.token for r in facts.of(RoleRevoked)}
    own = [
        granted
        for granted in facts.of(RoleGranted)
        if granted.fact.principal == who.principal
        and (granted.fact.role, granted.fact.unit) == (who.role, who.unit)
        and state_of(granted.fact, granted.day, revoked, facts.today) == "stands"
    ]
    if not own:
        yield Broken(because("has-no-role-that-was-granted-act", principal=who.principal))
    for proposer, position in act.proposers(facts):
        if proposer == who.principal:
            yield Broken(because("proposed-it-another-person-decides", proposer=proposer), (position,))


LEDGER_1.always(
    "L-3",
    "更正",
    "截止、名额、否决等按当时更正后的事实判断；此后的更正不自动撤销已作决定。",
    "A deadline, cap, veto or barring is judged on the facts as corrected at that moment; a later "
    "correction never silently undoes a decision.",
)


@LEDGER_1.must("L-4", "双时", judges=Command)
def another_day_needs_a_document(act: Command, facts: Facts) -> Iterator[Finding]:
    """生效日与记录日分开；非当日生效的，由部或管理员依文件记录。
    Every fact has two times; only the ministry or an administrator, with a document, gives an
    effective day other than today."""
    if facts.day == facts.today:
        return
    if not may_state(act.name, "effective", act.actor.role):
        yield Broken(because("a-acts-today-not-on", role=act.actor.role, today=facts.today, day=facts.day))
    elif not named(act.basis):
        yield Broken(because("an-effect-on-needs-the-document-that", day=facts.day))


@LEDGER_1.must("L-5", "异议", judges=(Award, OpenPublicity, Retract), reads=(WHOLE_CASE,))
def an_objection_blocks_the_award(act: Award | OpenPublicity | Retract, facts: Facts) -> Iterator[Finding]:
    """公示期内的异议未处理前不得授予；异议成立的退出名单；不得以撤回重报规避。
    An objection lodged within publicity blocks that subject's award until it is resolved; upheld,
    the subject leaves the list. Neither is got round by taking the application back."""
    for life in (Life.of(facts, case) for case in act.cases()):
        if upheld := life.upheld:
            where = tuple(o.position for o in upheld)
            yield Broken(
                because("has-left-the-list-an-objection-was", case=life.case), where, entry=life.case.entry
            )
        elif not isinstance(act, OpenPublicity) and (waiting := life.open_objections):
            where = tuple(o.position for o in waiting)
            yield Broken(
                because("objections-are-not-resolved", case=life.case, count=len(waiting)),
                where,
                figures={"open": len(waiting)},
                entry=life.case.entry,
            )


LEDGER_1.always(
    "L-6",
    "公告所载",
    "仅见于公告的名单可作历史记录，写明公告，不按程序判断。",
    "A roster known only from its announcement is recorded as such, and is not judged by procedure.",
)


@LEDGER_1.must("L-7", "回避", judges=Score, reads=(THE_APPLICATION, INTERESTS))
def a_reviewer_is_not_of_the_province(act: Score, facts: Facts) -> Iterator[Finding]:
    """评审人不评本省的申报，也不评已声明利害关系的申报。
    A reviewer does not score a subject of their own province, nor one with a declared interest."""
    life = Life.of(facts, act.cases()[0])
    for interest in facts.of(InterestDeclared):
        if interest.fact.reviewer == act.actor.principal:
            yield Broken(because("the-reviewer-has-declared-an-interest"), (interest.position,))
    application = life.application
    if application is None:
        return
    of_it = {application.fact.province, application.fact.unit}
    if near := sorted(homes(act.actor.unit) & of_it, key=str):
        yield Broken(
            because("the-reviewer-is-of-the-subject-province", near=near[0]), (application.position,)
        )


LEDGER_1.always(
    "L-8",
    "未设定",
    "未由文件或释明设定的参数不作判断依据，并标明未设定。",
    "An open parameter is unset until a document or a recorded reading sets it; no rule judges by it.",
)


@LEDGER_1.must("L-9", "文外撤销", judges=Withdraw)
def a_withdrawal_outside_the_text_names_its_document(act: Withdraw, facts: Facts) -> Iterator[Finding]:
    """办法未规定撤销情形的，写明文外依据并予以标明。
    Where the text gives no ground, a withdrawal names the document outside it and is shown as such."""
    if programme(str(act.programme())).grounds:
        return
    if act.ground != "outside":
        yield Broken(because("the-text-gives-no-ground-the-ground", ground=act.ground))
    yield Rests("Q-4")
    if not named(act.basis):
        yield Broken(because("a-withdrawal-outside-the-text-names-its"))


LEDGER_1.always(
    "L-10",
    "互不排斥",
    "各称号互不排斥，也不互为条件（P13-3除外）。",
    "No title excludes or conditions another, P13-3 apart.",
)


@LEDGER_1.must("L-11", "轮次参数", judges=(OpenRound, RecordReading))
def a_parameter_names_its_source(act: OpenRound | RecordReading, facts: Facts) -> Iterator[Finding]:
    """总量、名额单位、截止日等属轮次，各有出处。
    Caps, quota units and deadlines belong to the round, each with its source."""
    if act.parameters is None:
        return
    for parameter in without_source(act.parameters):
        yield Broken(because("names-no-document-without-one-it-stays", parameter=parameter))
    of = programme(act.of).that_judges(facts)
    pools = (*of.all_pools, *(of.intake.caps if of.intake else ()))
    caps = [cap.pool for cap in act.parameters.caps]
    codes = [criterion.code for criterion in act.parameters.criteria]
    if len(set(caps)) < len(caps) or len(set(codes)) < len(codes):
        yield Broken(because("a-pool-or-a-criterion-is-set"))
    for cap in act.parameters.caps:
        if cap.pool not in pools:
            yield Broken(because("has-no-pool-it-has", of=act.of, pool=cap.pool, those=pools))


@LEDGER_1.must("L-11", "轮次参数", judges=(Apply, Recommend), reads=(THE_TERMS, WHOLE_CASE))
def sent_by_the_rounds_deadline(act: Apply | Recommend, facts: Facts) -> Iterator[Finding]:
    """报送不迟于该轮次截止日（含当日，以寄出为准）。
    What goes to the ministry is sent by the round's deadline, that day included (Q-1); received
    later is shown. Nothing is sent before the round is opened."""
    terms = Terms.of(facts)
    if terms.opened is not None and facts.day < terms.opened.day:
        yield Broken(
            because("the-round-is-opened-on-not-before", day=terms.opened.day), (terms.opened.position,)
        )
    if "deadline" not in programme(str(act.programme())).judges_itself:
        yield from by_the_deadline(act, facts)


@LEDGER_1.must("L-11", "轮次参数", judges=Score, reads=(THE_TERMS,))
def scored_by_the_rounds_criteria(act: Score, facts: Facts) -> Iterator[Finding]:
    """指标已由文件设定的，按该指标及满分打分。
    Where a document has set the criteria, a score is by one of them and within its points."""
    criteria = Terms.of(facts).criteria
    if not criteria:
        yield Unset("criteria")
    elif (criterion := criteria.get(act.criterion)) is None:
        why = because("no-criterion-there-are", criterion=act.criterion, those=sorted(criteria))
        yield Broken(why, of_form=True)
    elif act.points > criterion.most:
        yield Broken(
            because("gives-at-most-hundredths-of-a-point", criterion=act.criterion, most=criterion.most),
            figures={"points": act.points, "most": criterion.most},
            of_form=True,
        )


@LEDGER_1.must("L-11", "轮次参数", judges=OpenPublicity, reads=(THE_TERMS, THE_CALENDARS))
def on_notice_as_long_as_the_round_sets(act: OpenPublicity, facts: Facts) -> Iterator[Finding]:
    """公示期限已由文件设定的，不得少于该期限。
    Where a document has set its length, a notice is no shorter (the first day by Q-9)."""
    try:
        until = a_day(act.last_day(facts))
    except NotYetDeterminable as error:
        surely = act.surely_over(facts)
        yield Broken(because("no-calendar-yet-state-the-last-day", year=error.year, surely=surely))
        return
    if act.working_days is not None:
        yield Rests("Q-9")
    if until < facts.day:
        yield Broken(because("the-notice-would-end-on-before-it", until=until, day=facts.day), of_form=True)
    if "publicity" not in programme(str(act.programme())).judges_itself:
        yield from long_enough_on_notice(act, facts)


# ------------------------------------------------------------------ readings put right

LEDGER = LEDGER_1.amended("1.1", behind=FROM_NOW_ON, without=("H-5",))


@LEDGER.must("H-5", "更正内容", judges=Correcting, after="H-4")
def a_correction_may_state_what_happened(act: Correcting, facts: Facts) -> Iterator[Finding]:
    """更正按其所成事项审查：内容可读、所指存在、合于各条规则；所述日期、数字、文件，虽不合规则亦予记录并提请复核。
    A correction is checked like the event that it would make: at that event's place, by the rules that
    judge it; what the event broke before is not held against it. A date, a number or a document that it
    states is recorded though a rule would have refused the act: what it undoes is called into question
    (L-3)."""
    yield from act.flaws(facts)


def _of_all_it_names(act: Command, _day: date) -> Iterator[str]:
    yield from changes_of(named_in(act))


@LEDGER.must(
    "H-2", "所指", judges=Command, reads=(read(SubjectChanged, under=_of_all_it_names),), after="H-2"
)
def whoever_an_act_names_is_there(act: Command, facts: Facts) -> Iterator[Finding]:
    """所提及的地区、单位应已存在。
    Whoever an act names, in whatever field, is there: a division, a unit, a project."""
    yield from unknown([of for of in named_in(act) if of not in act.subjects()], facts)


@LEDGER.must(
    "L-1", "不改", judges=(ReviseDecline, ReviseOrder), reads=(THE_TERMS, WHOLE_CASE, THE_INTAKE), after="L-1"
)
def a_unit_revises_its_own_in_time(act: ReviseDecline | ReviseOrder, facts: Facts) -> Iterator[Finding]:
    """推荐单位可另行修改自己的不推荐决定和排序，原记录保留：至截止日；未设定截止日的，至本单位截止或部受理前。
    A unit revises its own decline and order by an act of its own, and the earlier one stays: until the
    round's deadline; where none is set, until its intake is closed or the ministry takes the case up."""
    terms = Terms.of(facts)
    for life in (Life.of(facts, case) for case in act.cases()):
        revised = life.declined or life.recommended
        if revised is not None and facts.day < revised.day:
            why = because("was-recommended-on-not-before", case=life.case, day=revised.day)
            yield Broken(why, (revised.position,))
    closed = [c for c in facts.of(IntakeClosed) if terms.deadline is None or c.day < facts.day]
    if closed:
        yield Broken(because("the-intake-of-is-closed", unit=act.unit), (closed[0].position,))
    if terms.deadline is not None:
        yield from by_the_deadline(act, facts)
        return
    yield Unset("deadline")
    for life in (Life.of(facts, case) for case in act.cases()):
        if (taken_up := life.form or life.review) is not None:
            yield Broken(
                because("is-with-the-ministry", case=life.case), (taken_up.position,), entry=life.case.entry
            )


@LEDGER.must("L-7", "回避", judges=Score, reads=(THE_APPLICATION, THE_TERMS, THE_ACTORS_ROLE), after="L-7")
def nor_was_of_the_province_since_the_round_was_opened(act: Score, facts: Facts) -> Iterator[Finding]:
    """自轮次开启以来曾代表申报所在省的，亦应回避。
    Nor did the reviewer act for a unit of that province on any day since the round was opened."""
    application = Life.of(facts, act.cases()[0]).application
    if application is None:
        return
    of_it = {application.fact.province, application.fact.unit} - homes(act.actor.unit)
    for granted in _since_the_round_was_opened(facts):
        if near := sorted(homes(granted.fact.unit) & of_it, key=str):
            yield Broken(
                because("the-reviewer-was-of-the-subject-province", near=near[0]),
                (application.position, granted.position),
            )


def _since_the_round_was_opened(facts: Facts) -> Iterator[Seen[RoleGranted]]:
    """The reviewer's grants that stood on any day from the opening of the round to this one."""
    opened = Terms.of(facts).opened
    first = opened.day if opened is not None else facts.day
    ended = {r.fact.token: r.day for r in facts.of(RoleRevoked)}
    for granted in facts.of(RoleGranted):
        last = min(a_day(granted.fact.until), ended.get(granted.fact.token, date.max))
        if granted.day <= facts.day and last >= first:
            yield granted
