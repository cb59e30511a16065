"""Corrections: proposed by one person, approved or rejected by another (L-2)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic.dataclasses import dataclass

from domain.events.fact import STRICT, Edtf, Fact, Sealed, fact
from domain.kernel import Document


@dataclass(frozen=True, config=STRICT)
class Replacement:
    """The whole of what is to stand instead."""

    topic: str
    tags: tuple[str, ...]
    data: dict[str, Any]
    effective: Edtf | None = None
    basis: Document | None = None


@dataclass(frozen=True, config=STRICT)
class Correction:
    """amend: `replacement` stands for `target`; annul: `target` falls; supply: a missing fact."""

    act: Literal["amend", "annul", "supply"]
    target: int | None = None  # position
    replacement: Replacement | None = None

    def __post_init__(self) -> None:
        stated = (self.target is not None, self.replacement is not None)
        if (
            stated
            != {"amend": (True, True), "annul": (True, False), "supply": (False, True)}[self.act]
        ):
            raise ValueError(
                "amend names a target and its replacement, annul a target, supply a replacement"
            )


@fact("correction.proposed")
class CorrectionProposed(Fact):
    """One person asks for a correction; it changes nothing yet (L-2)."""

    correction: Correction
    reason: Sealed


@fact("correction.approved")
class CorrectionApproved(Fact):
    """Another person approves it: from this position on the correction holds."""

    proposal: int  # position of its CorrectionProposed
    correction: Correction


@fact("correction.rejected")
class CorrectionRejected(Fact):
    """Another person rejects it; it never held."""

    proposal: int
    reason: Sealed


CORRECTION_TOPICS = frozenset(
    {CorrectionProposed.topic, CorrectionApproved.topic, CorrectionRejected.topic}
)
