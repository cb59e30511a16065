"""Files that are whole or not there: written beside, and renamed once everything stands in them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from eventlog.errors import LedgerError


class NotWritten(LedgerError):
    """A file cannot be written where it is to stand; what stood there is as it was."""


def must_be_writable(*files: Path | None, but: Path | None = None) -> None:
    """Whether these files can be written, before long work is done for them: each another one, and none of
    them the one that is to stay (but). Raises NotWritten."""
    there = {_resolved(but): but} if but is not None else {}
    for file in files:
        if file is None:
            continue
        real = _resolved(file)
        if real in there:
            raise NotWritten(
                "{file} and {other} are one file: give each its own", file=file, other=there[real]
            )
        there[real] = file
        if real.is_dir():
            raise NotWritten("{file} is a folder: give a file's name", file=file)
        if not real.parent.is_dir():
            raise NotWritten("{file}: there is no folder {parent}", file=file, parent=real.parent)
        # what is a file is written beside, and renamed
        if not os.access(real if real.exists() and not real.is_file() else real.parent, os.W_OK):
            raise NotWritten("{file}: you may not write there", file=file)


def _resolved(file: Path) -> Path:
    """The file itself, behind any links. Raises NotWritten."""
    try:
        return file.resolve()
    except (OSError, RuntimeError):
        raise NotWritten("{file} is a link that leads nowhere but to itself", file=file) from None


@contextmanager
def whole_or_not(file: Path) -> Iterator[BinaryIO]:
    """A file to write, for its owner's eyes only (0600).

    It takes the place of what is there when the block ends; if it fails, what is there stays as it is. What a
    link points to is written, and the link stays; into a pipe or a device it is written at once. Raises
    NotWritten.
    """
    must_be_writable(file)
    real = _resolved(file)
    if real.exists() and not real.is_file():
        with real.open("wb") as to:
            yield to
        return
    try:
        descriptor, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=real.parent)  # 0600
    except OSError as error:
        raise NotWritten("{file} cannot be written: {strerror}", file=file, strerror=error.strerror) from None
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as to:
            yield to
            to.flush()
            os.fsync(to.fileno())
        beside.replace(real)
        _keep_the_name(real.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _keep_the_name(folder: Path) -> None:
    """That a file was renamed survives a crash, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
