"""The read models that this program keeps, and a hash of their definitions."""

from __future__ import annotations

import hashlib

from projections.history.rows import AuditTrail
from projections.model import ReadModel, definition
from projections.obligations.rows import Obligations
from projections.publicity.rows import PublicityPeriods
from projections.quotas.rows import Quotas
from projections.ranking.rows import Ranking
from projections.roster.rows import Roster

MODELS: tuple[ReadModel, ...] = (
    Roster(),
    AuditTrail(),
    Quotas(),
    PublicityPeriods(),
    Obligations(),
    Ranking(),
)


def own_definition() -> str:
    """A hash of the definitions of all read models in this program."""
    stated = " ".join(f"{model.name} {definition(model)}" for model in MODELS)
    return hashlib.sha256(stated.encode()).hexdigest()[:16]
