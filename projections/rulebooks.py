"""A rule as this program knows it: its document, article, strength and words."""

from __future__ import annotations

from functools import cache
from typing import Any

from domain.programmes import PROGRAMMES
from domain.programmes.ledger import LEDGER
from domain.rules import Rulebook


@cache
def rule_of(id_: str) -> dict[str, Any]:
    """A rule as this program knows it, all its parts; an id of an older rule book stands alone."""
    books: list[Rulebook] = [LEDGER, *PROGRAMMES.values()]
    for book in books:
        parts = [rule for rule in book.rules if rule.id == id_]
        if parts:
            first = parts[0]
            return {
                "id": id_,
                "document": book.instrument or book.id,
                "article": first.article,
                "strength": first.strength,
                "zh": " ".join(dict.fromkeys(part.chinese for part in parts)),
                "en": " ".join(dict.fromkeys(part.english for part in parts)),
            }
    return {"id": id_}
