"""What whoever was refused may do next: for each reason one step that works.

The words of a step stand in the catalogues, under the context "next"; here stands which reason leads to
which. A reason that a rule in principle gives for one entry may be lifted: that is the step then.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import cast

from domain import subjects
from domain.cases import Case
from domain.commands import (
    Apply,
    Approve,
    CloseIntake,
    ConcludeReview,
    HoldDefence,
    OpenPublicity,
    ProposeSelection,
    ReviewFormally,
)
from domain.commands.command import Command
from domain.messages import filled
from domain.procedure.steps import Step
from domain.reasons import Reason, listed_under
from projections.words.language import spelled, translated
from projections.words.names import SHIPPED, Register

# A step, and under it the codes of the reasons that lead to it.
_STEPS = """
act-with-a-token
    has-no-role-that-was-granted-act
admit
    is-over-quota waits-to-be-admitted
amend-that
    is-on-record-event it-is-recorded-already-event-put-an the-calendar-of-is-recorded
annul-and-supply
    is-who-recorded-it-annul-the-event
annul-it
    of-a-correction-only-what-it-puts puts-nothing-in-the-event-s-place
another-applicant
    a-is-no-independent-legal-person is-a-sole-trader-not-a-legal
    is-not-registered-in-the-mainland-but
another-id
    stands-for-nobody-in-particular-choose-another
another-number
    number-is
another-person
    does-not-confirm-a-role-of-its does-not-grant-a-role-to-itself
    proposed-it-another-person-decides
another-reviewer
    the-reviewer-has-declared-an-interest the-reviewer-is-of-the-subject-province
    the-reviewer-was-of-the-subject-province
another-subject
    did-not-exist-on is-a-neither-city-county-nor-district is-a-not-a-city-of-prefecture
    is-a-put-forward-by-exception-only
apply-again
    was-retracted
apply-as-pilot
    the-second-title-is-not-applied-for
apply-first
    there-is-no-application
ask-administrator
    a-reviewer-unit-is-one-of-the the-ministry-acts-as-miit-not-as
checked-figure
    checked-by-not-by-local-statistics is-checked-by-another-department
    is-in-the-statistical-system-and-not-checked its-source-is-neither-of-the-two
    neither-checked-by-local-statistics-nor-published neither-checked-nor-published-by-an-organ
choose
    a-special-city-names-at-least-one approves-no-list-there-are has-no-pool-it-has
    is-no-open-point-of-those-are is-no-open-point-there-are is-not-a-rule-in-principle-of
    no-criterion-there-are no-direction-is-called-there-are-1 no-programme-is-called-there-are
    offers
close-intake
    its-unit-intake-is-not-closed
close-notice
    its-notice-is-not-closed
conclude-review
    has-passed-no-review-it-is-of the-reviews-of-are-not-concluded
correct
    a-incident-on-counts-until a-social-event-of-vile-influence-on did-not-pass-its ended-on
    has-been-no-pilot has-left-the-list-an-objection-was is-on-a-list-already-its-rank
    the-pilot-period-ended-on the-practice-is-of-another-field was-not-recommended was-withdrawn-on
correct-that-correction
    is-struck-out-already
correct-the-cap
    of-places-at-the-close-are-taken
decide-question
    its-place-is-in-question
decide-tie
    equal-scores-decide-a-place-decide-the
erase-first
    nobody-has-asked-for-to-be-erased
find-subject
    no-subject-has-the-id
find-title
    no-title-is-on-record
first
    has-had-no-yet
give-the-reason
    is-not-on-the-list-by-its the-list-leaves-out-without-a-reason
later-day
    its-is-of-after its-notice-is-closed-on-not-before takes-effect-on-before-its-document-of
    the-round-is-opened-on-not-before the-round-was-opened-on-not-before
    was-recommended-on-not-before was-sent-on-not-before
later-until
    on-notice-until-working-days-end-on the-notice-would-end-on-before-it
leave-out-the-day
    a-acts-today-not-on is-before-the-measure-issue it-was-asked-on-the-title-ends
let-stand-or-re-open
    event-gave-no-title-let-it-stand is-withdrawn-already
name-the-document-or-leave-out
    an-effect-on-needs-the-document-that
name-the-issuer
    the-document-is-not-the-state-council
new-consent
    consent-of-before-the-round-was-opened consent-of-submitted-before-it-on the-consent-is-not-of
no-more-candidates
    of-west-and-northeast-nobody-is-left
nothing-else
    is-not-corrected is-not-made-by-a-correction no-act-leads-to
    takes-no-applications-it-has-no-rounds the-text-of-bars-nobody the-text-of-closes-no-unit-intake
nothing-to-do
    event-says-that-already has-not-declined its-check-digit-is-right the-calendar-of-is-known
    was-sent-directly was-taken-at-the-close
one-announcement
    results-of-were-announced-by
open-round
    no-round-of-is-open
propose-again
    was-corrected-since-it-was-proposed what-is-to-stand-cannot-be-read
propose-role-again
    the-proposed-role-was-taken-back
publish-calendar
    calendar-of-a-year-is-not-known
re-assess
    the-newest-re-assessment-on-record-is
recommend
    waits-for-its-unit-recommendation
record-as-announced
    the-ledger-has-no-rules-for-what
record-inspection
    the-newest-inspection-on-record-is-not
resolve-objection
    an-objection-stands-against-it objections-are-not-resolved
retract-and-apply
    already-applies-as
retract-another
    has-put-forward-of of-places-of-are-taken
revise-order
    have-one-number
revoke-role
    is-for-revoke-that-first-or-choose
score
    has-no-score-of-the-committee
see-corrections
    event-proposes-no-correction
see-grants
    no-role-was-granted-with-this-token no-role-was-proposed-with-this-token
    the-role-was-not-proposed-for
see-questions
    event-calls-nothing-into-question
send-again
    a-case-is-numbered-twice a-comprehensive-city-names-no-field
    a-direct-application-goes-through-no-unit a-document-has-other-keys a-field-is-named-twice
    a-measure-round-is-one-of-a a-pool-or-a-criterion-is-set a-project-comes-through-the-unit-of
    a-project-is-of-exactly-one-direction a-project-is-of-exactly-one-direction-2
    a-round-is-of-one-measure-and-year applies-directly-by-the-recorded-reading-of
    applies-directly-or-through-its-unit-nobody applies-through-not-directly
    applies-through-not-through came-through cannot-be-stored dataclass-type
    days-are-not-of-the-year days-are-off-and-worked days-are-worked-anyway does-not-lie-in
    event-names-another-order follows-from-the-rest-not gives-at-most-hundredths-of-a-point
    has-another-shape has-not-come-yet has-recommended-nobody-in-of
    is-held-since-there-is-nothing-to is-known-its-name-is-not-stated
    is-neither-comprehensive-nor-special is-neither-industry-nor-digital
    is-neither-pilot-nor-demonstration is-no-city-or-county-a-is is-no-credit-code-of-the-form
    is-no-legal-entity-project is-no-legal-entity-project-it-names
    is-no-province-and-not-separately-planned is-no-valid-unified-social-credit-code
    is-none-of-the-four-grounds-of is-none-of-the-four-grounds-of-2 is-not-held-on-yet
    is-not-recommended-by is-not-stated-right is-not-the-communications-administration-of
    is-of-through-not is-on-notice-with-list-not is-over is-put-forward-by-not-by
    is-put-forward-by-not-directly is-put-forward-by-not-through
    is-submitted-directly-by-its-government-through is-to-be-sealed no-act-leads-to-such-a
    no-act-leads-to-this-what-it no-event-holds-the-sealed-value no-fact-has-the-topic
    no-field-is-called received-before-it-was-sent reviewed-on-recommended-before-on
    reviewed-on-sent-after-it-on stands-on-list-not the-category-is-project-its-direction-a
    the-document-is-of-which-has-not the-ministry-who-receives-it-states-the
    the-text-gives-no-ground-the-ground the-title-is-not the-title-of-in-of-is-not
    the-unit-of-a-is-miit-not there-is-no-event there-is-no-objection-to tuple-type would-break
sent-in-time
    sent-on-the-last-day-was the-intake-of-is-closed
shorten-the-list
    of-are-on-the-list-one-is
state-its-name
    is-not-known-state-its-name
state-until
    no-calendar-yet-state-the-last-day no-calendar-yet-surely-by state-the-last-day-instead
supply
    a-bonus-rests-on-the-state-council a-bonus-says-of-which-field-the-practice-is
    a-change-of-a-division-has-its a-new-town-states-its a-project-names-its-legal-entity-project
    a-withdrawal-outside-the-text-names-its condition-1-is-not-stated
    condition-1-names-no-document-that-lists condition-2-does-not-say-whether-the
    condition-4-does-not-say-whether-its conditions-not-stated conditions-not-stated-of-1-to-10
    conditions-not-stated-of-1-to-5 ground-4-is-open-the-act-is is-missing
    is-put-forward-jointly-with-the-communications it-is-not-said-to-be-published names-no-document
    the-approval-names-no-document the-calendar-leaves-out
    the-check-does-not-say-by-which-department the-consent-names-no-document
    the-consent-of-the-provincial-government-or the-day-of-the-preliminary-review-is
    the-document-is-not-said-to-be the-electronic-copy-is-missing the-original-is-missing
    the-project-number-in-the-unit-order took-effect-on-no-day
supply-or-leave-out
    names-no-document-without-one-it-stays
supply-the-document
    rests-on-a-document-give-its-number the-letter-of-recommendation-is-missing-give
    the-recommendation-document-is-missing-give-its
take-what-was-applied-for
    as-not-as but-not-in
tell-keeper
    could-not-be-judged was-not-stored
their-act
    does-not-act-for does-not-act-for-what-lies-elsewhere does-not-act-in-the-name-of goes-through
    is-for-not-for
too-late-correct
    is-with-the-ministry its-expert-review-is-over
total-is-full
    of-places-of-are-used
verify
    its-outcome-cannot-be-read
wait-for-end
    has-not-ended-yet
wait-for-the-day
    the-intake-is-open-until
wait-for-notice
    has-not-been-put-on-notice
wait-for-the-end-of-the-notice
    is-on-notice-until
wait-or-correct
    is-barred-until may-not-recommend-until
west-and-northeast
    of-west-and-northeast-on-a-list
withdraw-or-correct
    has-led-to-a-title
"""
# By which act a case takes a step of its way.
_WAY: Mapping[Step, type[Command]] = {
    "application": Apply,
    "formal-review": ReviewFormally,
    "expert-review": ConcludeReview,
    "committee-review": ConcludeReview,
    "defence": HoldDefence,
    "place-in-the-intake": CloseIntake,
    "proposed-list": ProposeSelection,
    "ministry-approval": Approve,
    "leading-group-decision": Approve,
    "notice": OpenPublicity,
    "general-office-approval": Approve,
}


STEP_OF: Mapping[str, str] = listed_under(_STEPS)


def next_step(
    reason: Reason, rule: str, strength: str, entry: str | None, names: Register = SHIPPED
) -> str | None:
    """What to do next about a reason for which a rule refused, in words; None: there is nothing to say."""
    step = STEP_OF.get(reason.code)
    values: dict[str, object] = {**reason.values, "rule": rule, "entry": entry or ""}
    if strength == "principle" and entry is not None and step != "supply":
        step = "exception-from" if "exception_from" in reason.values else "exception"
    elif step == "first":
        values["path"] = f"/v1/{_WAY[cast('Step', reason.values['step'])].collection}"
    elif step == "west-and-northeast":
        of = {"programme": "{programme}", "round": "{round}", **reason.values}  # older ones do not say
        values["path"] = f"/v1/selections/{of['programme']}/{of['round']}"
    elif step == "find-title":
        values["path"] = f"/v1/rosters/{Case.parse(str(reason.values['designation'])).programme}"
    elif step == "find-subject" and (near := _nearest(str(reason.values["about"]), names)):
        step, values["near"] = "is-it-this", near
    if step is None or (text := translated(step, "next")) is None:
        return None
    return filled(text, values, spelled(names))


def _nearest(id_: str, names: Register) -> list[str]:
    """Whose ids are most like one that nobody has."""
    there = [of.id for of in subjects.everyone() if names.end_of(of.id) is None]
    return get_close_matches(id_, there, n=3, cutoff=0.85)
