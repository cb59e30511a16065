"""Who may do what, and who is shown what: one table of acts, one of facts, field by field.

What no row names is nobody's; where a row has no entry for a field, the whole row's holds for it.
Both doors, every read model, feed and export ask here, and the tests are generated from here.

Acts     any    the role may carry it out      own    for its own area or city only
         paper  recorded for another, from a document that the act names (H-3)
Facts    see    shown, sealed values as commitments        open   sealed values too
         own    open, of its own area or city              self   open to whoever recorded it
         closed open to whoever recorded it; to others once the review of the case is concluded
Both     -      no

`judged.facts` and `judged.exceptions` stand in events of format 1 only; since format 2 an event holds a
commitment to them, so that its bytes are everybody's who is shown the event. `why` shows of them what may be
seen itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias, cast, get_args

from domain.kernel import Actor, Role
from domain.subjects import UnknownSubject, areas_of, everyone, is_entity, subject
from domain.tags import SEAT

ActCell: TypeAlias = Literal["any", "own", "paper", "-"]
FactCell: TypeAlias = Literal["see", "open", "own", "self", "closed", "-"]
Sight: TypeAlias = Literal["see", "open"]

_ACTS = """
                             ministry administrator auditor provincial-unit applicant reviewer public
open-round                   any      -             -       -               -         -        -
record-reading               any      any           -       -               -         -        -
grant-exception              any      -             -       -               -         -        -
apply                        paper    -             -       -               own       -        -
  received_on                any      -             -       -               -         -        -
confirm-credit-code          any      -             -       -               -         -        -
supplement                   paper    -             -       -               own       -        -
retract                      paper    -             -       -               own       -        -
recommend                    paper    -             -       own             -         -        -
  received_on                any      -             -       -               -         -        -
decline                      paper    -             -       own             -         -        -
revise-decline               paper    -             -       own             -         -        -
revise-order                 paper    -             -       own             -         -        -
close-intake                 any      -             -       -               -         -        -
admit                        any      -             -       -               -         -        -
review-formally              any      -             -       -               -         -        -
declare-interest             -        -             -       -               -         any      -
score                        -        -             -       -               -         any      -
record-bonus                 any      -             -       -               -         -        -
inspect-site                 any      -             -       -               -         -        -
conclude-review              any      -             -       -               -         -        -
hold-defence                 any      -             -       -               -         -        -
propose-selection            any      -             -       -               -         -        -
decide-tie                   any      -             -       -               -         -        -
approve                      any      -             -       -               -         -        -
open-publicity               any      -             -       -               -         -        -
lodge-objection              any      any           -       any             any       any      any
resolve-objection            any      -             -       -               -         -        -
close-publicity              any      -             -       -               -         -        -
award                        any      -             -       -               -         -        -
report-progress              paper    -             -       -               own       -        -
report-indicator             paper    -             -       -               own       -        -
report-change                paper    -             -       -               own       -        -
re-assess                    any      -             -       -               -         -        -
record-inspection            any      -             -       -               -         -        -
choose-for-monitoring        any      -             -       -               -         -        -
commend                      any      -             -       -               -         -        -
record-incident              any      any           -       -               -         -        -
debar                        any      -             -       -               -         -        -
refer                        any      -             -       -               -         -        -
record-support               any      -             -       own             -         -        -
record-arrangement           paper    -             -       own             own       -        -
withdraw                     any      -             -       -               -         -        -
propose-correction           any      any           -       -               -         -        -
approve-correction           any      any           -       -               -         -        -
reject-correction            any      any           -       -               -         -        -
decide-question              any      -             -       -               -         -        -
publish-calendar             any      any           -       -               -         -        -
change-subject               any      any           -       -               -         -        -
erase                        -        any           -       -               -         -        -
confirm-erasure              any      any           -       -               -         -        -
grant-role                   -        any           -       -               -         -        -
confirm-role                 any      any           -       -               -         -        -
revoke-role                  -        any           -       -               -         -        -
every-act
  effective                  any      any           -       -               -         -        -
"""

_FACTS = """
                               ministry administrator auditor provincial-unit applicant reviewer public
ledger.opened                  see      see           see     see             see       see      see
erasure.proposed               see      see           see     -               -         -        -
sealed-value.erased            see      see           see     -               -         -        -
role.proposed                  see      see           see     -               -         -        -
  token                        -        see           see     -               -         -        -
role.granted                   see      see           see     self            self      self     -
  token                        -        see           see     -               -         -        -
role.revoked                   see      see           open    -               -         -        -
  token                        -        see           see     -               -         -        -
historical-designation.recorded see     see           see     see             see       see      see
historical-notice.recorded     see      see           see     see             see       see      see
figures.attested               see      see           see     see             see       see      see
notice.recorded                see      see           see     see             see       see      see
correction.proposed            open     open          open    -               -         -        -
  correction                   open     see           open    -               -         -        -
correction.approved            open     see           open    -               -         -        -
correction.rejected            open     open          open    -               -         -        -
correction.published           see      see           see     see             see       see      see
decision.questioned            see      see           see     -               -         -        -
question.decided               open     see           open    -               -         -        -
calendar.published             see      see           see     see             see       see      see
subject.changed                see      see           see     see             see       see      see
round.opened                   see      see           see     see             see       see      see
reading.recorded               see      see           see     see             see       see      see
exception.granted              open     see           open    own             own       -        -
application.submitted          open     see           open    own             own       open     -
credit-code.confirmed          open     see           open    own             own       open     -
application.supplemented       open     see           open    own             own       open     -
application.retracted          open     see           open    own             own       open     -
  pools                        see      see           see     -               -         -        -
application.recommended        open     see           open    own             own       open     -
  order                        see      see           see     own             -         see      -
recommendation.declined        open     see           open    own             own       -        -
decline.revised                open     see           open    own             own       -        -
order.revised                  open     see           open    own             own       open     -
  order                        see      see           see     own             -         see      -
intake.closed                  open     see           open    own             own       open     -
  order                        see      see           see     own             -         see      -
case.admitted                  open     see           open    own             own       open     -
formal-review.recorded         open     see           open    own             own       open     -
interest.declared              open     see           open    -               -         self     -
score.recorded                 open     see           open    -               -         closed   -
  actor                        see      see           see     -               -         self     -
  command                      see      see           see     -               -         self     -
  reviewer                     see      see           see     -               -         self     -
bonus.recorded                 open     see           open    -               -         closed   -
tie.decided                    open     see           open    -               -         -        -
site.inspected                 open     see           open    -               -         open     -
review.concluded               open     see           open    own             own       open     -
defence.held                   open     see           open    own             own       open     -
selection.proposed             open     see           open    -               -         -        -
approval.recorded              open     see           open    own             own       -        -
publicity.opened               see      see           see     see             see       see      see
objection.lodged               open     see           open    own             own       -        -
  actor                        see      see           see     -               -         -        -
  command                      see      see           see     -               -         -        -
  author                       open     see           open    -               -         -        -
  attachments                  open     see           open    -               -         -        -
objection.resolved             open     see           open    own             own       -        -
publicity.closed               see      see           see     see             see       see      see
designation.awarded            see      see           see     see             see       see      see
progress.reported              open     see           open    own             own       -        -
indicator.reported             open     see           open    own             own       -        -
material-change.reported       open     see           open    own             own       -        -
assessment.recorded            open     see           open    own             own       -        -
inspection.recorded            open     see           open    own             own       -        -
monitoring.chosen              open     see           open    own             own       -        -
commendation.recorded          see      see           see     see             see       see      see
incident.recorded              open     see           open    own             own       -        -
debarment.imposed              open     see           open    own             own       -        -
referral.recorded              open     see           open    -               -         -        -
support.recorded               open     see           open    own             own       -        -
arrangement.recorded           open     see           open    own             own       -        -
designation.withdrawn          open     see           open    own             own       see      see
other-facts                    see      see           see     -               -         -        -
every-fact
  judged.facts                 see      see           see     -               -         -        -
  judged.exceptions            see      see           see     -               -         -        -
"""

EVERY_ACT, EVERY_FACT = "every-act", "every-fact"
OTHER_FACTS = "other-facts"  # of topics that this program does not know
ENVELOPE = frozenset({"actor", "command", "judged.facts", "judged.exceptions"})

Key: TypeAlias = tuple[str, str | None]  # an act or topic, and a field of it; None: the whole
Table: TypeAlias = Mapping[Key, Mapping[Role, str]]


def _read(text: str) -> Table:
    """A table as it is written: a row each, an indented one for a field of the row above."""
    heading, *lines = text.strip("\n").splitlines()
    roles = heading.split()
    assert set(roles) <= set(get_args(Role)), "a column is a role"
    table: dict[Key, dict[Role, str]] = {}
    whole = ""
    for line in lines:
        name, *cells = line.split()
        if not line.startswith(" "):
            whole = name
        if name in {EVERY_ACT, EVERY_FACT}:
            continue  # its fields only
        assert len(cells) == len(roles), f"{name} says something of every role"
        key = (whole, name if line.startswith(" ") else None)
        assert key not in table, f"{key} has one row"
        table[key] = {cast("Role", role): cell for role, cell in zip(roles, cells, strict=True)}
    return table


ACTS: Table = _read(_ACTS)
FACTS: Table = _read(_FACTS)
ROLES: tuple[Role, ...] = tuple(next(iter(ACTS.values())))
SEE_ALL = frozenset(
    role for role in ROLES if all(row[role] in {"see", "open"} for (_, f), row in FACTS.items() if not f)
)

PUBLIC = Actor("public", "public", "public")  # whoever brings no token


def may_carry_out(act: str, role: Role) -> ActCell:
    """Whether a role may carry out an act, and for whom."""
    return cast("ActCell", ACTS.get((act, None), {}).get(role, "-"))


def may_state(act: str, field: str, role: Role) -> bool:
    """Whether a role that may carry out an act may fill this field of it."""
    rows = (ACTS.get((of, field)) for of in (act, EVERY_ACT))
    return all(row is None or row.get(role, "-") == "any" for row in rows)


def acts_for(actor: Actor, about: str) -> bool:
    """Whether an applicant or a provincial unit acts for a subject. Raises UnknownSubject.

    A city acts for itself, an entity for its projects. What lies in a province is its unit's; a city
    of the XPCC also the XPCC's; a separately planned city also that of its own department. Where a
    project, a town or a zone lies, `seat:<division>` says: that is the unit's, not the division's.
    """
    if actor.role == "applicant":
        return about == actor.unit or (is_entity(actor.unit) and about.startswith(f"{actor.unit}/"))
    place = SEAT.says(about) or about
    of = subject(place)
    if actor.unit == place or (place != about and actor.unit in areas_of(place)):
        its = subject(actor.unit)
        return its.is_separately_planned or its.province == its.id
    return actor.unit in {"xpcc" if of.is_of_xpcc else of.province, of.province}


@lru_cache(1_024)
def own_subjects(actor: Actor) -> tuple[str, ...]:
    """The ids of all whom an applicant or a provincial unit acts for."""
    if actor.role == "applicant":
        return (actor.unit,)
    return tuple(of.id for of in everyone() if acts_for(actor, of.id))


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose eyes: what of the log may be shown to them."""

    actor: Actor = PUBLIC

    @property
    def sees_all(self) -> bool:
        """Ministry, administrator, auditor: every fact; some sealed values as commitments only."""
        return self.actor.role in SEE_ALL

    def cell(self, topic: str, field: str | None = None) -> FactCell:
        """What the table says; of a field without a row, what it says of the whole."""
        keys = ((topic, field), (EVERY_FACT, field), (topic, None), (OTHER_FACTS, None))
        row: Mapping[Role, str] = next((FACTS[key] for key in keys if key in FACTS), {})
        return cast("FactCell", row.get(self.actor.role, "-"))

    def sight(
        self, topic: str, subjects: Iterable[str], author: object, *, closed: bool, field: str | None = None
    ) -> Sight | None:
        """How a fact, or a field of it, is shown; None: not at all.

        subjects: whom it is about. author: the principal who recorded it. closed: whether the review
        of its case is concluded.
        """
        match self.cell(topic, field):
            case "see" | "open" as shown:
                return shown
            case "own" if any(self._is_own(about) for about in subjects):
                return "open"
            case "self" | "closed" if author == self.actor.principal:
                return "open"
            case "closed" if closed:
                return "open"
        return None

    def _is_own(self, about: str) -> bool:
        try:
            return acts_for(self.actor, about)
        except UnknownSubject:
            return False

    def topics(self, *cells: FactCell) -> frozenset[str]:
        """The topics whose cell is one of these."""
        return frozenset(
            topic
            for (topic, field), row in FACTS.items()
            if field is None and row.get(self.actor.role, "-") in cells
        )


def is_public(topic: str) -> bool:
    """Whether everybody is shown the facts of a topic."""
    return Reader().cell(topic) == "see"


def fields_of(topic: str) -> tuple[str, ...]:
    """The fields that have a row of their own, the envelope's included."""
    return tuple(dict.fromkeys(field for (of, field) in FACTS if of in {topic, EVERY_FACT} and field))
