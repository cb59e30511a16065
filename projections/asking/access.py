"""Which questions a reader may ask, and which rows count as the reader's own."""

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
    """The reader's cell for scores in the table of access. Raises NotForThem if no score is shown."""
    return _may(reader, ScoreRecorded, "scores and rankings are")


def may_owe(reader: Reader) -> FactCell:
    """The reader's cell for duties in the table of access. Raises NotForThem if no duty is shown."""
    return _may(reader, ProgressReported, "what holders owe is")


def _may(reader: Reader, of: type[Fact], what: str) -> FactCell:
    if (cell := reader.cell(of.topic)) == "-":
        raise NotForThem("{what} not shown to: {role}", what=what, role=reader.actor.role)
    return cell


def may_correct(reader: Reader) -> None:
    """Raises NotForThem unless the reader may see proposed corrections."""
    if reader.cell(CorrectionProposed.topic) not in {"see", "open"}:
        raise NotForThem("corrections are not shown to: {role}", role=reader.actor.role)


def may_select(reader: Reader) -> None:
    """Raises NotForThem unless the reader may see a selection before it is published."""
    if reader.cell(SelectionProposed.topic) not in {"see", "open"}:
        raise NotForThem("the selection is not shown to: {role}", role=reader.actor.role)


def units_of(reader: Reader) -> list[str]:
    """A provincial unit's own id, by which projects, towns and zones in its area are found; else nothing."""
    return [reader.actor.unit] if reader.actor.role == "provincial-unit" else []


def own_of(reader: Reader, *cells: FactCell) -> list[str]:
    """The ids of the reader's own subjects, if one of these cells is `own`; else nothing."""
    return list(own_subjects(reader.actor)) if "own" in cells else []


def may_see_grants(reader: Reader) -> None:
    """Raises NotForThem unless the reader may see who has which role."""
    if reader.cell(RoleGranted.topic) not in {"see", "open"}:
        raise NotForThem("grants are not shown to: {role}", role=reader.actor.role)
