"""A real server in this process, for what needs a connection: streams, disconnects, an orderly stop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from fastapi import FastAPI


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The address of an application that is served until the end of this block."""
    # by its protocol's name: only then are small answers sent at once
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(256)
        config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=10)
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        while not server.started:
            assert not running.done(), running.exception()
            await asyncio.sleep(0.01)
        try:
            yield base
        finally:
            app.state.stop()
            server.should_exit = True
            await running


def as_who(token: str | None) -> dict[str, str]:
    """The headers of whoever shows this token."""
    return {"Authorization": f"Bearer {token}"} if token else {}


async def stream_of(
    client: httpx.AsyncClient, token: str | None, until: int, **query: str | int
) -> tuple[list[int], str]:
    """The ids that a stream gives up to a position, and all its text."""
    ids, text = [], ""
    async with client.stream(
        "GET", "/v1/events/stream", params={"after": 0, **query}, headers=as_who(token)
    ) as response:
        assert response.status_code == 200, await response.aread()
        async for position, block in events_of(response.aiter_lines()):
            text += block
            ids.append(position)
            if position >= until:
                break
    return ids, text


async def events_of(lines: AsyncIterator[str]) -> AsyncIterator[tuple[int, str]]:
    """The events of a stream with their ids; what only says where it is, or that it is alive, is none."""
    block = ""
    async for line in lines:
        if line:
            block += line + "\n"
            continue
        if "data: " in block:
            yield int(block.split("\nid: ")[1].split("\n")[0]), block
        block = ""
