"""Which tests prove which rule: every module of tests/domain is imported, and its marks are read."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache

from scripts.documents.rules import TESTS
from tests.support.given import PROOFS, How


@cache
def every_proof() -> tuple[tuple[str, How, Callable[[], None]], ...]:
    """Rule, how, and the test."""
    for file in sorted(TESTS.glob("test_*.py")):
        if "@proves(" in file.read_text(encoding="utf-8"):
            importlib.import_module(f"tests.domain.{file.stem}")
    return tuple(PROOFS)
