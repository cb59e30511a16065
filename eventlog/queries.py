"""Queries by name, out of .sql files: `-- name: head` begins one."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources


@cache
def load(package: str, file: str) -> dict[str, str]:
    """The named queries of a file, comments and all."""
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    _, *parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))
