"""Which field of an act a reason concerns, so that whoever is refused knows where to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from domain.commands.command import Command
from domain.reasons import listed_under

# A field, and under it the codes of the reasons that concern it.
_FIELDS = """
act
    ground-4-is-open-the-act-is
basis
    a-bonus-rests-on-the-state-council a-withdrawal-outside-the-text-names-its
    an-effect-on-needs-the-document-that event-names-another-order names-no-document
    rests-on-a-document-give-its-number the-approval-names-no-document
    the-document-is-not-said-to-be the-document-is-not-the-state-council
    the-document-is-of-which-has-not the-letter-of-recommendation-is-missing-give
    the-recommendation-document-is-missing-give-its
by
    approves-no-list-there-are
candidates
    equal-scores-decide-a-place-decide-the is-not-on-the-list-by-its
    of-west-and-northeast-nobody-is-left the-reviews-of-are-not-concluded
case
    a-incident-on-counts-until a-social-event-of-vile-influence-on has-led-to-a-title
    has-no-score-of-the-committee has-not-been-put-on-notice has-not-declined
    is-no-legal-entity-project is-on-a-list-already-its-rank is-with-the-ministry
    its-check-digit-is-right its-expert-review-is-over its-place-is-in-question
    its-unit-intake-is-not-closed of-places-at-the-close-are-taken of-places-of-are-taken
    was-sent-directly was-taken-at-the-close
category
    already-applies-as is-neither-comprehensive-nor-special is-neither-industry-nor-digital
    is-neither-pilot-nor-demonstration the-category-is-project-its-direction-a
    the-second-title-is-not-applied-for
channel
    a-project-comes-through-the-unit-of applies-directly-by-the-recorded-reading-of
    applies-directly-or-through-its-unit-nobody applies-through-not-directly
    is-put-forward-by-not-directly
choice
    offers
conditions
    condition-1-is-not-stated condition-1-names-no-document-that-lists
    condition-2-does-not-say-whether-the condition-4-does-not-say-whether-its conditions-not-stated
    conditions-not-stated-of-1-to-10 conditions-not-stated-of-1-to-5
consent
    consent-of-before-the-round-was-opened consent-of-submitted-before-it-on the-consent-is-not-of
    the-consent-names-no-document the-consent-of-the-provincial-government-or
criterion
    no-criterion-there-are
data
    a-change-of-a-division-has-its cannot-be-stored does-not-lie-in event-says-that-already
    follows-from-the-rest-not has-another-shape is-not-stated-right is-on-record-event
    is-to-be-sealed is-who-recorded-it-annul-the-event no-act-leads-to no-act-leads-to-such-a
    no-act-leads-to-this-what-it of-a-correction-only-what-it-puts puts-nothing-in-the-event-s-place
    the-calendar-of-is-recorded the-title-of-in-of-is-not would-break
designation
    no-title-is-on-record
document
    a-document-has-other-keys
effective
    a-acts-today-not-on is-before-the-measure-issue is-not-held-on-yet
    it-was-asked-on-the-title-ends its-is-of-after its-notice-is-closed-on-not-before
    sent-on-the-last-day-was takes-effect-on-before-its-document-of the-intake-is-open-until
    the-round-is-opened-on-not-before the-round-was-opened-on-not-before
    was-recommended-on-not-before was-sent-on-not-before
entity
    a-is-no-independent-legal-person a-project-names-its-legal-entity-project
    is-a-sole-trader-not-a-legal is-no-legal-entity-project-it-names
    is-not-registered-in-the-mainland-but
fields
    a-comprehensive-city-names-no-field a-field-is-named-twice a-project-is-of-exactly-one-direction
    a-special-city-names-at-least-one no-direction-is-called-there-are-1 no-field-is-called
ground
    is-none-of-the-four-grounds-of is-none-of-the-four-grounds-of-2
    the-newest-inspection-on-record-is-not the-newest-re-assessment-on-record-is
    the-text-gives-no-ground-the-ground
into
    is-known-its-name-is-not-stated is-not-known-state-its-name
jointly_with
    is-not-the-communications-administration-of is-put-forward-jointly-with-the-communications
list
    stands-on-list-not
materials
    is-missing the-electronic-copy-is-missing the-original-is-missing
objection
    there-is-no-objection-to
of
    no-programme-is-called-there-are takes-no-applications-it-has-no-rounds
    the-ledger-has-no-rules-for-what the-text-of-bars-nobody the-text-of-closes-no-unit-intake
off
    days-are-not-of-the-year the-calendar-leaves-out
order
    has-passed-no-review-it-is-of number-is the-project-number-in-the-unit-order
orders
    a-case-is-numbered-twice is-not-recommended-by
outcome
    event-gave-no-title-let-it-stand is-withdrawn-already
parameters
    a-pool-or-a-criterion-is-set has-no-pool-it-has names-no-document-without-one-it-stays
point
    is-no-open-point-of-those-are is-no-open-point-there-are
points
    gives-at-most-hundredths-of-a-point
practice
    a-bonus-says-of-which-field-the-practice-is the-practice-is-of-another-field
principal
    does-not-confirm-a-role-of-its does-not-grant-a-role-to-itself
    is-for-revoke-that-first-or-choose stands-for-nobody-in-particular-choose-another
    the-role-was-not-proposed-for
proposal
    event-proposes-no-correction was-corrected-since-it-was-proposed what-is-to-stand-cannot-be-read
question
    event-calls-nothing-into-question
reason
    the-list-leaves-out-without-a-reason
received_on
    received-before-it-was-sent the-ministry-who-receives-it-states-the
reviewed_on
    reviewed-on-recommended-before-on reviewed-on-sent-after-it-on
    the-day-of-the-preliminary-review-is
round
    a-measure-round-is-one-of-a a-round-is-of-one-measure-and-year no-round-of-is-open
rule
    is-not-a-rule-in-principle-of
sealed
    no-event-holds-the-sealed-value nobody-has-asked-for-to-be-erased
statistics
    a-new-town-states-its checked-by-not-by-local-statistics is-checked-by-another-department
    is-in-the-statistical-system-and-not-checked it-is-not-said-to-be-published
    its-source-is-neither-of-the-two neither-checked-by-local-statistics-nor-published
    neither-checked-nor-published-by-an-organ the-check-does-not-say-by-which-department
subject
    did-not-exist-on has-been-no-pilot has-not-ended-yet is-a-neither-city-county-nor-district
    is-a-not-a-city-of-prefecture is-a-put-forward-by-exception-only is-no-credit-code-of-the-form
    is-no-valid-unified-social-credit-code
takes_effect
    took-effect-on-no-day
target
    is-not-corrected is-struck-out-already there-is-no-event
token
    no-role-was-granted-with-this-token no-role-was-proposed-with-this-token
    the-proposed-role-was-taken-back
topic
    is-not-made-by-a-correction no-fact-has-the-topic
unit
    a-direct-application-goes-through-no-unit applies-through-not-through came-through
    does-not-act-in-the-name-of goes-through has-put-forward-of has-recommended-nobody-in-of
    is-no-city-or-county-a-is is-no-province-and-not-separately-planned is-of-through-not
    is-put-forward-by-not-by is-put-forward-by-not-through
    is-submitted-directly-by-its-government-through may-not-recommend-until the-intake-of-is-closed
    the-unit-of-a-is-miit-not
until
    is-over no-calendar-yet-surely-by on-notice-until-working-days-end-on state-the-last-day-instead
    the-notice-would-end-on-before-it
worked
    days-are-off-and-worked days-are-worked-anyway
working_days
    no-calendar-yet-state-the-last-day
year
    is-held-since-there-is-nothing-to the-calendar-of-is-known
"""
# Where an act names its cases, entries or titles: the first that it has.
_OF_CASES = (
    "case",
    "candidates",
    "honours",
    "listed",
    "approved",
    "order",
    "entry",
    "designation",
    "subject",
)


FIELD_OF: Mapping[str, str] = listed_under(_FIELDS)


def field_of(act: Command, code: str, *, of_an_entry: bool) -> str | None:
    """The field of an act that a reason concerns; of_an_entry: it is given for one of the act's entries.

    None: it concerns who acts, or the act as a whole.
    """
    there = {field.name for field in fields(act)}
    if (field := FIELD_OF.get(code)) in there:
        return field
    if field is not None or of_an_entry:
        return next((name for name in _OF_CASES if name in there), None)
    return None
