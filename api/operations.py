"""For whoever runs the ledger: is it alive, is it ready, what is it doing."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from api.answers import AHouse, answer
from api.problems import marked, problem
from projections.runner import MODELS, checkpoints

router = APIRouter()


class Metrics:
    """Counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "ledger_http_requests", "Requests answered", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "ledger_http_request_seconds", "Time to answer", ["route"], registry=self.registry
        )
        self.position = Gauge(
            "ledger_log_position", "Newest position of the log", registry=self.registry
        )
        self.lag = Gauge(
            "ledger_projection_lag_events", "Events a read model is behind the log", ["model"],
            registry=self.registry,
        )  # fmt: skip
        self.stopped = Gauge(
            "ledger_projection_stopped", "1 if a read model stopped on an event", ["model"],
            registry=self.registry,
        )  # fmt: skip


@router.get("/healthz")
async def get_health() -> Response:
    """The process answers."""
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz")
async def get_readiness(house: AHouse) -> Response:
    """The database answers, and every read model follows; else 503, and which one stopped where."""
    head = (await house.log.head()).position
    async with house.log.pool.acquire() as connection:
        found = {c.model: c for c in await checkpoints(connection)}
    models = {}
    for model in MODELS:
        at = found.get(model.name)
        models[model.name] = {
            "position": at.position if at else 0,
            "lag": head - (at.position if at else 0),
            "failure": at.failure if at else "not built yet",
        }
    if failing := [name for name, state in models.items() if state["failure"]]:
        return problem(
            503, "not-ready", "A read model does not follow the log",
            "; ".join(f"{name}: {models[name]['failure']}" for name in failing),
            position=head, models=models,
        )  # fmt: skip
    return answer(house, head, {"models": models})


@router.get("/metrics")
async def get_metrics(house: AHouse, request: Request) -> Response:
    """Prometheus's text format."""
    metrics: Metrics = request.app.state.metrics
    head = (await house.log.head()).position
    metrics.position.set(head)
    async with house.log.pool.acquire() as connection:
        for checkpoint in await checkpoints(connection):
            metrics.lag.labels(checkpoint.model).set(head - checkpoint.position)
            metrics.stopped.labels(checkpoint.model).set(checkpoint.failed_at is not None)
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def install(app: FastAPI) -> None:
    """Count and time every request, by route and status; mark every answer with its ledger."""
    metrics = Metrics()
    app.state.metrics = metrics

    @app.middleware("http")
    async def measure(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        began = time.perf_counter()
        status = 500  # unless an answer comes
        try:
            response = await call_next(request)
            status = response.status_code
            return marked(app, response)
        finally:
            route = getattr(request.scope.get("route"), "path", "(none)")
            metrics.requests.labels(route, str(status)).inc()
            metrics.seconds.labels(route).observe(time.perf_counter() - began)
