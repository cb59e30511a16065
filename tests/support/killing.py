"""Processes that a test kills, and none that a failed test leaves behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from pathlib import Path
from typing import Any

from eventlog.embedded import Server


class Children:
    """The processes that a test starts."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[Any]] = []

    def start(self, words: list[Any], **how: Any) -> subprocess.Popen[Any]:
        """A new process, which ends with the block at the latest."""
        self._started.append(subprocess.Popen(words, **how))
        return self._started[-1]

    def end(self) -> None:
        """Kills whatever still runs, and waits for all."""
        for child in self._started:
            child.kill()  # of one that has been waited for, this does nothing
            child.communicate()


def struck(pid: int, sign: signal.Signals = signal.SIGKILL) -> bool:
    """Whether the process was still there to be given the signal."""
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return False
    return True


def _backends(server: Server) -> list[int]:
    """The processes that serve connections, as children of the postmaster."""
    pid = server.postmaster()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            status = (process / "status").read_text()
            command = (process / "cmdline").read_bytes()  # in whatever encoding
        except OSError:
            continue
        if f"\nPPid:\t{pid}\n" in status and b"[local]" in command:
            found.append(int(process.name))
    return found


def strike_a_backend(server: Server, dice: random.Random, sign: signal.Signals = signal.SIGKILL) -> bool:
    """Whether one of the processes that serve connections was given the signal.

    A session may end by itself between the look and the signal; then another one is struck.
    """
    while found := _backends(server):
        if struck(dice.choice(found), sign):
            return True
    return False
