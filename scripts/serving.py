"""Serve a ledger over HTTP: structured lines for each request, and an orderly stop."""

from __future__ import annotations

import logging.config
import socket
from dataclasses import replace
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.app import application
from api.settings import Settings
from eventlog.database import Database
from eventlog.errors import LedgerError

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


class CannotListen(LedgerError):
    """The address is taken, or is none of this machine's."""


class _Server(uvicorn.Server):
    """Ends the event streams when it is asked to stop, so that all other requests can be answered."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        app = self.config.app
        assert isinstance(app, FastAPI)
        app.state.stop()
        super().handle_exit(sig, frame)


def serve(database: Database, host: str, port: int, *, driven: bool) -> None:
    """Serve a ledger's database until interrupted; then answer what was asked, and stop. driven: whoever asks
    tells the time. Raises CannotListen."""
    with _bound(host, port) as bound:
        logging.config.dictConfig(LOGGING)
        settings = replace(Settings.from_environment(), driven=driven)
        app = application(database, settings)
        config = uvicorn.Config(
            app,
            root_path=settings.root_path,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
            reset_contextvars=True,
        )
        _Server(config).run(sockets=[bound])


def _bound(host: str, port: int) -> socket.socket:
    """A socket of that address. Raises CannotListen."""
    try:
        (family, kind, _, _, where), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # by its protocol's name: only then are small answers sent at once
        bound = socket.socket(family, kind, socket.IPPROTO_TCP)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(where)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        raise CannotListen(
            "{host}:{port} cannot be listened on ({error}); choose another address (--host, --port)",
            host=host,
            port=port,
            error=error.strerror or str(error),
        ) from None
    return bound
