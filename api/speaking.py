"""In which language a request is answered: the one that its Accept-Language asks for; and below which path
the addresses in it lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from api.addresses import below
from projections.words.language import Language, accepted, speaking

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


def asked_for(headers: Headers) -> Language:
    """The language that a request asks for; Chinese, where it asks for none of ours."""
    return accepted(headers.get("accept-language", ""))


def tell(spoken: Language, headers: MutableHeaders) -> None:
    """Say in an answer's headers which language it speaks, and that another request may get another."""
    headers["Content-Language"] = spoken
    headers.add_vary_header("Accept-Language")


class Speaking:
    """Answers each request in the language that it asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        spoken = asked_for(Headers(scope=scope))

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                tell(spoken, MutableHeaders(scope=message))
            await send(message)

        with speaking(spoken), below(scope):
            await self._app(scope, receive, told)
