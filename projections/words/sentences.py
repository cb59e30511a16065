"""What an event says, in a sentence, Chinese and English."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from domain.cases import Case
from domain.dates import parse
from domain.events import DesignationAwarded, Fact
from domain.kernel import Document
from domain.programmes import books_of
from domain.rules import EVER, Words
from projections.words import cases, record, titles
from projections.words.names import Names, Register
from projections.words.terms import when
from projections.words.told import told

__all__ = ["cases", "record", "tell", "titles"]  # where the sentences of each kind of fact are written


def tell(
    fact: Fact,
    effective: str | None,
    basis: Document | None,
    names: Register,
    place: int = EVER,
    cited: Collection[str] = (),
) -> Words:
    """The sentence of an event: what happened, when, what its text wants shown, by which document.

    Divisions bear their names of that day; today's stand behind it, where they are others. place, cited:
    where it stands in the log, and the editions that judged it: its text is theirs.
    """
    day = parse(effective).latest if effective else None
    then = Names(names, day)
    said = told(fact, when(effective), then)
    for shown in _shown_by_rules(fact, day or date.max, place, cited):
        said = Words(f"{said.chinese}{shown.chinese}。", f"{said.english} {shown.english}.")
    if basis is not None and (document := basis.number or basis.title):
        said = Words(f"{said.chinese}依据：{document}。", f"{said.english} Document: {document}.")
    elif isinstance(fact, DesignationAwarded):
        said = Words(f"{said.chinese}未载明公布文件。", f"{said.english} No document of the award is named.")
    for old, new in then.changed_since():
        said = Words(f"{said.chinese}{old}今称{new}。", f"{said.english} {old} is called {new} today.")
    return said


def _shown_by_rules(fact: Fact, day: date, place: int, cited: Collection[str]) -> Iterator[Words]:
    """What the record rules of the fact's programme have to show of it, each with its id."""
    id_ = getattr(fact, "case", None) or getattr(fact, "designation", None)
    of = Case.parse(id_).programme if id_ else str(getattr(fact, "programme", ""))
    for rule in (rule for book in books_of(of, day, place, cited) for rule in book.rules):
        if rule.shows is not None and isinstance(fact, rule.of):
            words = rule.shows(fact)
            if words is not None:
                yield Words(
                    f"{words.chinese}（{rule.id}）",
                    f"{words.english[:1].upper()}{words.english[1:]} ({rule.id})",
                )
