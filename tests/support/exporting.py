"""Exports that tests restore, and ways to be interrupted."""

from __future__ import annotations

from scripts.export_files import Progress


def ignore(_position: int) -> None:
    """No progress."""


def stop_at(position: int, of: int = 0) -> Progress:
    """Stop when a position is reached, once the whole file (of: its last one) was looked through."""
    reached: list[int] = []

    def stop(at: int) -> None:
        if at == position and max(reached, default=0) >= of:
            raise KeyboardInterrupt
        reached.append(at)

    return stop
