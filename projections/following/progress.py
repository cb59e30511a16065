"""How far the read models have come, for whoever runs the ledger."""

from __future__ import annotations

from eventlog.log import Log
from projections.answers import Answer, Position, answer
from projections.following.models import MODELS
from projections.following.taking_in import followed


@answer("AModel")
class ModelState(Answer):
    """How far a read model has come, and where it stopped."""

    position: Position
    lag: int
    failure: str | None


@answer("Readiness")
class Readiness(Answer):
    """Every read model, by its name."""

    models: dict[str, ModelState]


async def progress(log: Log, head: int) -> Readiness:
    """The position of each read model, and how far it is behind the log's head."""
    async with log.pool.acquire() as connection:
        _, found = await followed(connection)
    models = {}
    for model in MODELS:
        at = found.get(model.name)
        failure = None if at else "not built yet"
        if at and at.failed_at is not None:
            failure = f"stopped on event {at.failed_at}"  # the projector's log says why
        position = at.position if at else 0
        models[model.name] = ModelState(position=position, lag=head - position, failure=failure)
    return Readiness(models=models)
