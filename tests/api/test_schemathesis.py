"""The running door against its own description: all checks of schemathesis, links followed.

What is left out stands with its reason in tests/schemathesis.toml.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from api.app import application
from eventlog.database import Database
from scripts.documents.examples import play
from scripts.practice import grant_all
from tests.support.asking import PATIENT
from tests.support.serving import serving

ROOT = Path(__file__).parent.parent.parent
SEED = "20261122"  # the same cases every time; another by hand
EXAMPLES = os.environ.get("LEDGER_SCHEMATHESIS_EXAMPLES", "5")


@pytest.mark.slow
@pytest.mark.parametrize("who", ["MINISTRY", "ADMINISTRATOR", None])
async def test_the_door_keeps_to_its_description(database: Database, who: str | None, tmp_path: Path) -> None:
    """All phases for the ministry, who may carry out most acts. The others are refused most acts before the
    body is read, so for them coverage (values at every edge of a schema) tries questions only."""
    tokens = await grant_all(database)
    await play(database, tokens)  # a round, so that the examples' ids are there
    shown = ["-H", f"Authorization: Bearer {tokens[who]}"] if who else []
    async with serving(application(database, PATIENT)) as base:
        if who == "MINISTRY":
            said = await _tried(base, tmp_path, "examples,coverage,fuzzing,stateful", *shown)
            # hardly any random act of the others is accepted
            assert int(re.search(r"API Links: +(\d+) covered", said)[1]) > 0, said  # type: ignore[index]
        else:
            await _tried(base, tmp_path, "examples,fuzzing,stateful", *shown)
            await _tried(base, tmp_path, "coverage", *shown, "--include-method", "GET")


async def _tried(base: str, folder: Path, phases: str, *more: str) -> str:
    """What schemathesis says of these phases, none of which fails."""
    process = await asyncio.create_subprocess_exec(
        Path(sys.prefix) / "bin" / "schemathesis",
        "--config-file",
        str(ROOT / "tests" / "schemathesis.toml"),
        "run",
        f"{base}/openapi.json",
        *more,
        "--phases",
        phases,
        "--max-examples",
        EXAMPLES,
        "--continue-on-failure",
        "--no-color",
        "--seed",
        SEED,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    for phase in phases.split(","):
        assert re.search(rf"✅ {phase.capitalize()}", said), said
    assert int(re.search(r"(\d+) generated", said)[1]) > 500, said  # type: ignore[index]
    return said
