"""What has not the form that it needs: a code and values that can be stored; words are made when it is told
(projections/words/language.py)."""

from __future__ import annotations

from domain.messages import Told
from domain.reasons import because


class Malformed(Told, ValueError):
    """A text or value has not the form it needs; `reason` says which, and of what."""

    def __init__(self, code: str, **values: str | int) -> None:
        self.reason = because(code, **values)
        super().__init__("{reason}", reason=self.reason)
