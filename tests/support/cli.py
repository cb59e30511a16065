"""The command line, as its users type it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from typer.testing import Result

Say = Callable[..., Result]


async def run(say: Say, *words: object, code: int = 0) -> str:
    result = await asyncio.to_thread(say, *words)
    assert result.exit_code == code, (result.output, result.exception)
    return result.output
