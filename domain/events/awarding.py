"""A list is put on notice, objections are heard, the title is given."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.cases import Case, of_designation
from domain.events.fact import CaseId, Code, Day, EntryId, Fact, Name, PoolId, Sealed, SubjectId, fact
from domain.tags import ANNOUNCED, HOLDERS, LIST, POOL, PROGRAMME, PROVINCE


@fact("publicity.opened", may_lie_ahead=True, judged_again="decision")
class PublicityOpened(Fact):
    """A case is on notice, from the event's day of effect to `until`, both included."""

    case: CaseId
    list: Code
    where: Name  # the portal
    until: Day  # computed or taken from the notice when it was recorded; never recomputed
    working_days: int | None = None  # where the length was given so
    first_day_counted: bool | None = None  # where it was counted

    def tags(self) -> frozenset[str]:
        case = Case.parse(self.case)
        listed = LIST(case.programme, case.round, self.list)
        return frozenset({*case.tags(), listed})


@fact("objection.lodged")
class ObjectionLodged(Fact):
    """Somebody objects to a case on notice."""

    case: CaseId
    objection: Annotated[int, Field(ge=1, le=1_000_000)]  # 1, 2, 3 … within the case
    within: bool  # the days of notice; one lodged later is kept and blocks nothing
    words: Sealed
    author: Sealed | None = None  # absent: not named
    attachments: tuple[Sealed, ...] = ()

    def tags(self) -> frozenset[str]:
        return frozenset(Case.parse(self.case).tags())


@fact("objection.resolved", judged_again="decision")
class ObjectionResolved(Fact):
    """An objection is upheld, and the case leaves the list, or it is rejected (L-5)."""

    case: CaseId
    objection: int
    upheld: bool
    reason: Sealed
    pools: tuple[PoolId, ...] = ()  # upheld: whose place it gives back

    def tags(self) -> frozenset[str]:
        pools = (POOL(pool) for pool in self.pools)
        return frozenset({*Case.parse(self.case).tags(), *pools})


@fact("publicity.closed", judged_again="decision")
class PublicityClosed(Fact):
    """The notice of a case is over."""

    case: CaseId
    list: Code

    def tags(self) -> frozenset[str]:
        case = Case.parse(self.case)
        listed = LIST(case.programme, case.round, self.list)
        return frozenset({*case.tags(), listed})


@fact("designation.awarded", may_lie_ahead=True, judged_again="decision")
class DesignationAwarded(Fact):
    """A title is given by a published document, the event's basis; it holds from its day of effect."""

    case: CaseId
    designation: EntryId  # the entry's name
    list: Code
    title: Name
    category: Code
    province: SubjectId
    year: int  # of the announcement
    fields: tuple[Code, ...] = ()
    pools: tuple[PoolId, ...] = ()  # whose quota it uses
    beside: bool = False  # the total, by an exception: it takes no place of it
    held_from: Day | None = None  # None: from the event's day of effect
    held_until: Day | None = None  # the last day; None: open-ended
    holder: Name | None = None  # where the subject has no name in the register: the entity's project

    def tags(self) -> frozenset[str]:
        case = Case.parse(self.case)
        return frozenset(
            {
                *case.tags(),
                *of_designation(self.designation),
                *(POOL(pool) for pool in self.pools),
                ANNOUNCED(case.programme, self.year),
                HOLDERS(case.programme),
                LIST(case.programme, case.round, self.list),
                PROGRAMME(case.programme),
                PROVINCE(self.province),
            }
        )


@fact("approval.recorded", judged_again="decision")
class ApprovalRecorded(Fact):
    """A body that decides approves a case on a list; its document is the event's basis."""

    case: CaseId
    list: Code
    by: Code  # leading-group, party-group-meeting, state-council-general-office, …
    reason: Sealed | None = None  # why the list departs from the ranking

    def tags(self) -> frozenset[str]:
        case = Case.parse(self.case)
        listed = LIST(case.programme, case.round, self.list)
        return frozenset({*case.tags(), listed})
