"""Where this server's pages lie for whoever asks: behind a proxy, below the path that it gave the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

_BELOW: ContextVar[str] = ContextVar("below", default="")


@contextmanager
def below(scope: Scope) -> Iterator[None]:
    """Tell every address, until the end of the block, below the path of this request's server."""
    token = _BELOW.set(scope.get("root_path", "").rstrip("/"))
    try:
        yield
    finally:
        _BELOW.reset(token)


def address(path: str) -> str:
    """The address of one of this server's paths, as the client in hand reaches it."""
    return _BELOW.get() + path
