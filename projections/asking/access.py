"""Who may ask what, and whose rows are theirs."""

from __future__ import annotations

from domain.access import FactCell, Reader, own_subjects
from domain.events import (
    CorrectionProposed,
    Fact,
    ProgressReported,
    RoleGranted,
    ScoreRecorded,
    SelectionProposed,
)
from projections.asking.standpoint import NotForThem


def may_rank(reader: Reader) -> FactCell:
    """What of scores they may see. Raises NotForThem."""
    return _may(reader, ScoreRecorded, "scores and rankings are")


def may_owe(reader: Reader) -> FactCell:
    """What of duties they may see. Raises NotForThem."""
    return _may(reader, ProgressReported, "what holders owe is")


def _may(reader: Reader, of: type[Fact], what: str) -> FactCell:
    if (cell := reader.cell(of.topic)) == "-":
        raise NotForThem("{what} not shown to: {role}", what=what, role=reader.actor.role)
    return cell


def may_correct(reader: Reader) -> None:
    """Raises NotForThem: corrections are shown to those who see all."""
    if reader.cell(CorrectionProposed.topic) not in {"see", "open"}:
        raise NotForThem("corrections are not shown to: {role}", role=reader.actor.role)


def may_select(reader: Reader) -> None:
    """Raises NotForThem: what is on a list is not shown before it is published."""
    if reader.cell(SelectionProposed.topic) not in {"see", "open"}:
        raise NotForThem("the selection is not shown to: {role}", role=reader.actor.role)


def units_of(reader: Reader) -> list[str]:
    """The unit through which what is not in the register is a provincial unit's own."""
    return [reader.actor.unit] if reader.actor.role == "provincial-unit" else []


def own_of(reader: Reader, *cells: FactCell) -> list[str]:
    """The subjects that are the reader's own, where any of these cells asks for them."""
    return list(own_subjects(reader.actor)) if "own" in cells else []


def may_see_grants(reader: Reader) -> None:
    """Raises NotForThem: who has which role is not shown to all."""
    if reader.cell(RoleGranted.topic) not in {"see", "open"}:
        raise NotForThem("grants are not shown to: {role}", role=reader.actor.role)
