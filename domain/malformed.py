"""What has not the form that it needs: a code and values that can be stored, and the sentence for each code.

These sentences stand here and not with the others (projections/words/reasons.json), because what is malformed
is told at once as well, wherever it is found.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.reasons import because

_DATES = "write 2013-12-31, 2013-12, 2013, [2015,2016] or ../2021-08-17"
SENTENCES: Mapping[str, str] = {
    "is-not-a-date": "{text!r} is not a date of the ledger's: " + _DATES,
    "offers-no-choice": "{text!r} offers no choice: " + _DATES,
    "names-a-day-that-no-calendar-has": "{text!r} names a day that no calendar has",
    "is-no-day": "{text!r} is no day: write 2013-12-31",
    "is-no-day-of-effect": "{text} is no day on which an act takes effect",
    "names-no-case": "{text!r} names no case: write city-2019/2021/cn:420100",
    "names-a-later-application": "{text!r} names a later application; an entry or a title bears no number",
    "is-no-id-of-a-subject": "{text!r} has not the form of a subject's id, as cn:420100 has",
    "is-no-name": "a name is written in characters that can be seen",
    "a-date-is-too-long": "a date has at most {most} characters",
    "is-no-words-of-a-document": "a document's number, title and issuer are words, at most {most} "
    "characters, or absent",
    "is-no-digest": "a document's sha256 is 64 hexadecimal digits",
    "a-change-states-what-it-changes": "a rename states the new name, a recode the new code; a merger into "
    "whom, and that it ends; a split what comes of it; what is identified as which project, and that it ends",
    "a-division-goes-into-divisions": "a division goes into divisions; a project known from a list only is "
    "identified as one of a credit code",
    "does-not-go-into-itself": "{subject} does not go into itself",
    "a-correction-states-its-parts": "amend names a target and its replacement, annul a target, supply a "
    "replacement",
    "of-what-is-annulled-nothing-stands": "of what is annulled nothing stands, of anything else something "
    "does",
    "names-its-event-or-none": "amend and annul name the position of an event, supply names none",
    "annul-states-nothing": "annul puts nothing in the event's place",
    "amend-states-what-is-to-stand": "amend says what is to stand: data, takes_effect, document or topic",
    "supply-states-topic-and-data": "supply states the topic and the data of the missing event",
    "states-the-last-day-or-the-length": "state the last day, or the number of working days",
    "a-list-names-a-case": "a list names at least one case",
    "a-list-is-of-one-round": "the cases of a list are of one round",
    "a-list-names-a-subject-once": "a list names each subject once",
    "a-tie-is-of-one-round": "the cases of a tie are of one round",
    "a-tie-names-a-case-once": "a tie names each case once",
    "a-report-says-of-which-year": "a {kind} report says on which year it is",
    "half-of-a-pair": "half of a surrogate pair is no character",
    "is-no-json": "not JSON, from character {at} on",
    "has-another-spelling": "JSON, but not in its canonical spelling (RFC 8785)",
    "is-not-in-form-c": "{place}: a string is written in Unicode normal form C",
    "is-no-character-yet": "{place}: {character} is no character of Unicode {version}, by which texts are "
    "compared here",
    "holds-u-0000": "{place}: U+0000 cannot be stored",
    "is-too-large-an-integer": "{place}: an integer is smaller than 2^53",
    "has-too-many-levels": "{place}: more than {most} levels",
    "has-a-key-that-is-not-ascii": "{place}: the key {key!r} is not ASCII",
    "is-a-float": "{place}: {number} is a float; use an integer in a stated unit",
    "is-null": "{place}: null is never written; leave the key out",
    "has-no-form-in-json": "{place}: {kind} has no form in JSON",
    "takes-too-many-bytes": "{topic} takes {bytes} bytes; an event has at most {most}: keep files and long "
    "texts beside the log",
}


class Malformed(ValueError):
    """A text or value has not the form it needs: in words, and as a reason."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(SENTENCES[code].format(**values))
        self.reason = because(code, **values)
