"""What the program writes about itself is what stands in docs/."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import orjson
import pytest

from api.settings import Settings
from domain import tags
from domain.tags import PREFIXES
from scripts.documents.pages import DOCS, PAGES


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_no_page_is_stale(file: Path) -> None:
    assert file.read_bytes() == PAGES[file](), "write it anew: make docs"


def test_http_md_has_every_question_and_no_other() -> None:
    described = orjson.loads(PAGES[DOCS / "openapi.json"]())["paths"]
    questions = {path for path, methods in described.items() if "get" in methods}
    told = re.findall(r"^\| `GET (/[^`]*)` \|", text_of("http.md"), re.MULTILINE)
    assert sorted(told) == sorted(questions)


def test_operating_md_has_every_setting_and_no_other() -> None:
    """Those of the server, and whatever else the program reads of its environment."""
    asked = {f"LEDGER_{field.name.upper()}" for field in fields(Settings)} - {"LEDGER_DRIVEN"}
    for room in ("domain", "eventlog", "projections", "api", "scripts"):
        for file in (DOCS.parent / room).rglob("*.py"):
            asked |= set(re.findall(r'"(LEDGER_[A-Z_]+)"', file.read_text(encoding="utf-8")))
    asked.discard("LEDGER_AUDIT")  # of `make check`
    told = re.findall(r"`(LEDGER_[A-Z_]+)`", text_of("operating.md").split("## Settings")[1])
    assert sorted(told) == sorted(asked)


def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def test_every_kind_of_tag_is_told_once() -> None:
    kinds = [value for value in vars(tags).values() if isinstance(value, tags.Prefix)]
    assert len({kind.name for kind in kinds}) == len(kinds) == len(PREFIXES)
    page = (DOCS / "tags.md").read_text(encoding="utf-8")
    for kind in kinds:
        assert page.count(f"| `{kind.name}:") == 1
