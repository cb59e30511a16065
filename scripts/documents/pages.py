"""Which page is made by what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson

from api.app import application
from eventlog.database import Database
from scripts.documents.access import access_page
from scripts.documents.cli import cli_page
from scripts.documents.refusals import refusals_page
from scripts.documents.rules import rules_page
from scripts.documents.tags import tags_page

DOCS = Path(__file__).parent.parent.parent / "docs"


def description() -> bytes:
    """What the door says of itself, as it is published."""
    return as_json(application(Database("", "")).openapi())


def as_json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


PAGES: dict[Path, Callable[[], bytes]] = {
    DOCS / "rules.md": lambda: rules_page().encode(),
    DOCS / "access.md": lambda: access_page().encode(),
    DOCS / "tags.md": lambda: tags_page().encode(),
    DOCS / "cli.md": lambda: cli_page().encode(),
    DOCS / "refusals.md": lambda: refusals_page().encode(),
    DOCS / "openapi.json": description,
}
