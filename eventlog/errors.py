"""The errors of the log. Each says in its docstring what its caller does about it.

All are kinds of `LedgerError`; what other rooms add stands where it is raised.
"""

from __future__ import annotations

from domain.messages import Told


class LedgerError(Told):
    """The root of all errors that a caller of the log may want to catch."""


class Conflict(LedgerError):
    """An event matches what must not have happened; nothing was appended, no position used: read again and
    decide again."""

    def __init__(self, selector: int, position: int) -> None:
        super().__init__(
            "the append condition fails: event {position} matches its selector {selector}; "
            "read again and decide again",
            position=position,
            selector=selector,
        )
        self.selector = selector  # index into the condition's query items
        self.position = position  # the first event behind `after` that matches


class NotAppended(LedgerError):
    """The log refused the events as they are; nothing was appended: the caller has made them wrong."""


class ClockRefused(LedgerError):
    """The clock stands more than 5 s behind the newest event, or came from the wrong hand: set it right."""


class OutcomeUnknown(LedgerError):
    """The connection broke before the answer: the events are in the log once, or not at all.

    Look whether they are there before you append them again."""


class UnsafeServer(LedgerError):
    """A setting of the server or session keeps a promise from being kept; nothing was recorded.
    Set it right."""


class Unavailable(LedgerError):
    """No database server answers: start it, or correct its address."""


class SchemaMismatch(LedgerError):
    """The database was migrated by a newer program, not yet by this one, or by an edited one.
    Migrate it, or use the newer program."""
