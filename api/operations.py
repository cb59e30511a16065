"""For whoever runs the ledger: is it alive, is it ready, what is it doing; a line for each request."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from starlette.datastructures import MutableHeaders

from api.answers import AQuestion, Example, question
from api.house import AHouse
from api.problems import Problem, mark, problem
from domain.access import SEE_ALL
from eventlog.batch import Outcome
from eventlog.committer import Committed
from projections.answers import encode
from projections.following.progress import ModelState, Readiness, progress
from projections.following.taking_in import followed

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

router = APIRouter()
_LOGGER = logging.getLogger("designations.requests")
_SHORT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200)


class Metrics:
    """Counters of one process."""

    def __init__(self) -> None:
        own = self.registry = CollectorRegistry()
        self.requests = Counter(
            "ledger_http_requests", "Requests answered", ["route", "status"], registry=own
        )
        self.seconds = Histogram("ledger_http_request_seconds", "Time to answer", ["route"], registry=own)
        self.commands = Counter(
            "ledger_commands", "Commands settled, by act and outcome", ["act", "outcome"], registry=own
        )
        self.refusals = Counter(
            "ledger_refusals", "How often a rule refused a command", ["rule"], registry=own
        )
        self.batch = Histogram("ledger_batch_commands", "Commands in a batch", buckets=_SIZES, registry=own)
        self.lock = Histogram(
            "ledger_lock_wait_seconds", "Wait for the log's lock", buckets=_SHORT, registry=own
        )
        self.commit = Histogram(
            "ledger_batch_seconds",
            "From before the lock until after the commit",
            buckets=_SHORT,
            registry=own,
        )
        self.streams = Gauge("ledger_streams", "Event streams that are open", registry=own)
        self.position = Gauge("ledger_log_position", "Newest position of the log", registry=own)
        self.lag = Gauge(
            "ledger_projection_lag_events", "Events a read model is behind the log", ["model"], registry=own
        )
        self.stopped = Gauge(
            "ledger_projection_stopped", "1 if a read model stopped on an event", ["model"], registry=own
        )

    def committed(self, batch: Committed) -> None:
        """The committer's word of a batch."""
        self.batch.observe(batch.commands)
        self.lock.observe(batch.lock_seconds)
        self.commit.observe(batch.seconds)
        for act, outcome in batch.settled:
            self.commands.labels(act, outcome.kind).inc()
            for rule in {broken["rule"] for broken in outcome.answer.get("broken", ())}:
                self.refusals.labels(rule).inc()


@question(router, "/healthz", "health", None, also=("text/plain",), conditional=False)
async def get_health() -> Response:
    """The process answers."""
    return Response("ok\n", media_type="text/plain")


@question(
    router,
    "/readyz",
    "readiness",
    Readiness,
    example=Example("public", "/readyz"),
    problems=("not-ready",),
    conditional=False,
)
async def get_readiness(house: AHouse, request: Request) -> Response:
    """The database answers, and every read model follows; else 503, and which one stopped where.

    Whoever asks more often than ten times a second is told what was so a moment ago.
    """
    last: _Moment | None = getattr(request.app.state, "readiness", None)
    if last is None or time.monotonic() > last.at + 0.1:
        head = (await house.log.head()).position
        last = _Moment(time.monotonic(), head, (await progress(house.log, head)).models)
        request.app.state.readiness = last
    if failing := [name for name, state in last.models.items() if state.failure]:
        told = "; ".join(f"{name}: {last.models[name].failure}" for name in failing)
        return problem("not-ready", told, position=last.head, models=last.models)
    body = {"ledger": house.ledger, "position": last.head, "models": last.models}
    headers = {"Ledger-Position": str(last.head), "Cache-Control": "no-store"}
    return Response(encode(body), media_type="application/json", headers=headers)


@dataclass(frozen=True, slots=True)
class _Moment:
    """Where the log and its read models were, a moment ago."""

    at: float
    head: int
    models: dict[str, ModelState]


@question(
    router, "/metrics", "metrics", None, problems=("not-for-you",), also=("text/plain",), conditional=False
)
async def get_metrics(house: AHouse, asked: AQuestion, request: Request) -> Response:
    """Prometheus's text format; how often which rule refused is not for everybody."""
    if asked.reader.actor.role not in SEE_ALL:
        raise Problem("not-for-you", "metrics are not shown to: {role}", role=asked.reader.actor.role)
    metrics: Metrics = request.app.state.metrics
    head = (await house.log.head()).position
    metrics.position.set(head)
    metrics.streams.set(house.streams.total())
    async with house.log.pool.acquire() as connection:
        _, found = await followed(connection)
        for checkpoint in found.values():
            metrics.lag.labels(checkpoint.model).set(head - checkpoint.position)
            metrics.stopped.labels(checkpoint.model).set(checkpoint.failed_at is not None)
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def install(app: FastAPI) -> None:
    """Count, time and log every request; mark every answer with its ledger."""
    metrics = Metrics()
    app.state.metrics = metrics
    app.add_middleware(Measured, of=app, metrics=metrics)


class Measured:
    """Counts, times and logs every request, by route and status, when its answer begins.

    A line names no token, no principal and nothing of a path or body that a caller has written.
    """

    def __init__(self, app: ASGIApp, *, of: FastAPI, metrics: Metrics) -> None:
        self._app = app
        self._of = of
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, name, begun = time.perf_counter(), uuid.uuid4().hex, False
        scope.setdefault("state", {})  # which everything that is given the request shares

        async def named(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers["Request-Id"] = name
                mark(self._of, headers)
                self._tell(scope, name, message["status"], time.perf_counter() - began)
            await send(message)

        try:
            await self._app(scope, receive, named)
        finally:
            if not begun:
                self._tell(scope, name, 500, time.perf_counter() - began)

    def _tell(self, scope: Scope, name: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "(none)")
        self._metrics.requests.labels(route, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        state = scope["state"]
        told: dict[str, object] = {
            "request": name,
            "method": scope["method"],
            "route": route,
            "status": status,
            "seconds": round(seconds, 6),
            "role": state.get("role"),
        }
        outcome: Outcome | None = state.get("outcome")
        if outcome is not None:
            told |= {
                "command": state["act"],
                "outcome": outcome.kind,
                "position": outcome.answer.get("last", outcome.answer.get("position")),
            }
            if outcome.kind == "refused":
                told["rules"] = sorted({b["rule"] for b in outcome.answer["broken"]})
        _LOGGER.info("request", extra={k: v for k, v in told.items() if v is not None})
