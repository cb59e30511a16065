"""Serve a ledger over HTTP: structured lines for each request, and an orderly stop."""

from __future__ import annotations

import logging.config
from dataclasses import replace
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.app import application
from api.settings import Settings
from eventlog.database import Database

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.orjson.OrjsonFormatter",
            "format": "%(levelname)s %(name)s %(message)s",
            "timestamp": "at",
            "rename_fields": {"levelname": "level", "name": "logger", "message": "event"},
        }
    },
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "WARNING", "handlers": ["lines"]},
    "loggers": {"designations": {"level": "INFO"}, "uvicorn": {"level": "WARNING"}},
}
_DRAIN_SECONDS = 30


class _Server(uvicorn.Server):
    """Ends the event streams when it is asked to stop, so that all other requests can be answered."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        app = self.config.app
        assert isinstance(app, FastAPI)
        app.state.stop()
        super().handle_exit(sig, frame)


def serve(database: Database, host: str, port: int, *, driven: bool) -> None:
    """Serve a ledger's database until interrupted; then answer what was asked, and stop. driven: whoever asks
    tells the time."""
    logging.config.dictConfig(LOGGING)
    app = application(database, replace(Settings.from_environment(), driven=driven))
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        reset_contextvars=True,
    )
    _Server(config).run()
