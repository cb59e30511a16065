"""Everything that can go wrong between a caller and the log, drawn once:

LedgerError
├── Conflict            the append condition fails: read again, decide again
├── NotAppended         the database refused the event's form or place: the caller's bug
├── ClockRefused        the database's clock is behind the log: set it right
├── IdReused            a command's id was used for another content (eventlog.committer)
├── OutcomeUnknown      the connection broke in mid-append: look before appending again
├── UnsafeServer        a setting keeps a promise from being kept: set it right
├── Unavailable         no server answers: start it, or correct the address
└── SchemaMismatch      the database's schema is not this program's: migrate, or use the newer program
"""

from __future__ import annotations

from domain.messages import Told


class LedgerError(Told):
    """The root of all errors that a caller of the log may want to catch."""


class Conflict(LedgerError):
    """An event matches what must not have happened; nothing was appended, no position used."""

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
    """The log refused the events as they are; nothing was appended."""


class ClockRefused(LedgerError):
    """The clock stands more than 5 s behind the newest event, or came from the wrong hand."""


class OutcomeUnknown(LedgerError):
    """The connection broke before the answer: the events are in the log once, or not at all."""


class UnsafeServer(LedgerError):
    """A setting of the server or session keeps a promise from being kept; nothing was recorded."""


class Unavailable(LedgerError):
    """No database server answers."""


class SchemaMismatch(LedgerError):
    """The database was migrated by a newer program, not yet by this one, or by an edited one."""
