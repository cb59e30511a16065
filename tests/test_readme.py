"""The README's commands are run, in its order, and show its lines."""

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
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parent.parent
READMES = {"en": "README.md", "zh": "README.zh.md"}
MOST_LINES = 120


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def steps(page: str) -> list[tuple[str, list[str]]]:
    """Each command of the console blocks with the lines that it must show."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", text_of(page), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


@pytest.fixture
def newcomer() -> Iterator[tuple[Path, dict[str, str]]]:
    """A checkout's working folder with the environment beside it, and a home of its own."""
    folder = Path(tempfile.mkdtemp(prefix="lt-", dir="/tmp"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("LEDGER_", "COLUMNS"))
    }
    home = tempfile.mkdtemp(prefix="lt-", dir="/tmp")
    environment |= {"LEDGER_HOME": home, "LEDGER_PORT": port}
    (folder / ".venv").symlink_to(Path(sys.prefix))
    yield folder, environment
    subprocess.run(
        [folder / ".venv/bin/designations", "server", "stop"],
        env=environment,
        check=True,
        capture_output=True,
    )
    shutil.rmtree(folder)
    shutil.rmtree(home)


@pytest.mark.xdist_group("readme")
@pytest.mark.parametrize("language", READMES)
def test_the_readmes_commands_show_its_lines(newcomer: tuple[Path, dict[str, str]], language: str) -> None:
    folder, environment = newcomer
    environment = {**environment, "LEDGER_LANGUAGE": language}
    (first, lines), *rest = steps(READMES[language])
    assert first == "make run"
    assert len(rest) >= 6
    said = folder / "said"
    with said.open("wb") as to:
        server = subprocess.Popen(
            ["make", "-C", ROOT, "run"], env=environment, stdout=to, stderr=to, start_new_session=True
        )
    try:
        _wait_for(environment["LEDGER_PORT"], server, said)
        for line in lines:
            assert line in said.read_text()
        for command, expected in rest:
            typed = command.replace("127.0.0.1:8000", f"127.0.0.1:{environment['LEDGER_PORT']}")
            done = subprocess.run(
                ["bash", "-c", typed],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            assert done.returncode == 0, (command, done.stderr)
            for line in expected:
                assert line in done.stdout, (command, line, done.stdout)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGINT)
        server.wait(timeout=20)


def _wait_for(port: str, server: subprocess.Popen[bytes], said: Path) -> None:
    """Until it says that its read models have followed."""
    given_up = time.monotonic() + 120
    while time.monotonic() < given_up:
        assert server.poll() is None, said.read_text()
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20):
            return
        time.sleep(0.1)
    raise AssertionError(said.read_text())


def test_both_readmes_have_the_same_commands_and_are_short() -> None:
    english, chinese = (steps(page) for page in READMES.values())
    assert [command for command, _ in english] == [command for command, _ in chinese]
    for page in READMES.values():
        assert len(text_of(page).splitlines()) <= MOST_LINES, page


@pytest.mark.parametrize("page", [*READMES.values(), "docs/promises.md"])
def test_every_promise_names_tests_that_are_there(page: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", text_of(page))
    assert len(named) >= 10
    for name in named:
        assert (ROOT / name).is_file(), name


@pytest.mark.parametrize(
    "page", [*READMES.values(), "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
)
def test_every_link_of_a_document_leads_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    for link in re.findall(r"\]\(([^)#\s]+)\)", text_of(page)):
        assert "://" in link or (folder / link).exists(), link
