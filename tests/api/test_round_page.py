"""docs/round.md and docs/correction.md, pasted block by block into a shell against a running server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = ("round.md", "correction.md")
MARK = "=== block"


@pytest.fixture
def practising() -> Iterator[tuple[Path, dict[str, str]]]:
    """A server of `designations practice`, its folder and environment."""
    folder = Path(tempfile.mkdtemp(prefix="lt-", dir="/tmp"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LEDGER_", "COLUMNS"))}
    tools = Path(sys.prefix) / "bin"
    environment = {
        **kept,
        "LEDGER_HOME": tempfile.mkdtemp(prefix="lt-", dir="/tmp"),
        "LEDGER_PORT": str(port),
        "PATH": f"{tools}:{kept['PATH']}",
    }
    with (folder / "said").open("wb") as said:
        server = subprocess.Popen(
            [tools / "designations", "practice"], cwd=folder, env=environment, stdout=said, stderr=said
        )
    try:
        for _ in range(300):
            assert server.poll() is None, (folder / "said").read_text()
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield folder, environment
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
        assert '"event":"stopped"' in (folder / "said").read_text(), "in order"
    finally:
        server.kill()
        subprocess.run(
            [tools / "designations", "server", "stop"], env=environment, check=True, capture_output=True
        )
        shutil.rmtree(folder)
        shutil.rmtree(environment["LEDGER_HOME"])


def blocks(page: str) -> list[tuple[str, str]]:
    """What is pasted, and the lines that are to be in its answer."""
    text = (ROOT / "docs" / page).read_text()
    found = re.findall(r"```sh\n(.*?)```\n+(?:```text\n(.*?)```)?", text, re.DOTALL)
    assert len(found) >= 10
    return found


@pytest.mark.xdist_group("readme")
@pytest.mark.parametrize("page", PAGES)
def test_the_pages_requests_are_answered_as_it_says(
    practising: tuple[Path, dict[str, str]], page: str
) -> None:
    folder, environment = practising
    pasted = blocks(page)
    script = "".join(f"echo '{MARK}'\n{block}\n" for block, _ in pasted)
    done = subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, (done.stderr, done.stdout)
    answers = done.stdout.split(f"{MARK}\n")[1:]
    for (block, expected), answer in zip(pasted, answers, strict=True):
        at = 0
        for line in expected.splitlines():
            found = answer.find(line, at)
            assert found >= 0, f"{line}\nis not in the answer to\n{block}\n{answer}"
            at = found
    said = (folder / "said").read_text()
    assert '"command":"award"' in said
    for word in ("dlt_", "某市民", "武汉", "p-city"):  # no secret, nothing a caller has written
        assert word not in said.partition("{")[2], word
