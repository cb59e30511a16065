"""What the program writes about itself is what stands in docs/."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain import tags
from domain.tags import PREFIXES
from scripts.documents.pages import DOCS, PAGES


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_no_page_is_stale(file: Path) -> None:
    assert file.read_bytes() == PAGES[file](), "write it anew: make docs"


def test_every_kind_of_tag_is_told_once() -> None:
    kinds = [value for value in vars(tags).values() if isinstance(value, tags.Prefix)]
    assert len({kind.name for kind in kinds}) == len(kinds) == len(PREFIXES)
    page = (DOCS / "tags.md").read_text(encoding="utf-8")
    for kind in kinds:
        assert page.count(f"| `{kind.name}:") == 1
