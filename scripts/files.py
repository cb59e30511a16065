"""Files that are whole or not there: written beside, and renamed once everything stands in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_or_not(file: Path) -> Iterator[BinaryIO]:
    """A file to write, for its owner's eyes only (0600). It takes the place of what is there when the block
    ends; if it fails, what is there stays as it is."""
    beside = file.with_name(f".{file.name}.part")
    beside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
            yield to
            to.flush()
            os.fsync(to.fileno())
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
