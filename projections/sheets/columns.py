"""The columns of each sheet, over the answers that they show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from domain.kernel import Document
from projections.answers import NotStated
from projections.history.answer import HistoryEntry
from projections.quotas.answer import Place, Pool
from projections.roster.answer import Days, Title
from projections.sheets.sheet import Cell, Column, Sheet


def _joined(items: Iterable[object] | NotStated) -> str:
    return "" if isinstance(items, NotStated) else "; ".join(map(str, items))


def _places(places: Iterable[Place]) -> str:
    return _joined(f"{place.name} ({place.event})" for place in places)


def _number(document: Document | NotStated | None) -> Cell:
    return document.number if isinstance(document, Document) else None


def _bounds(heading: str, days: str) -> tuple[Column[Title], Column[Title]]:
    """Between which days a date of a title lies."""

    def of(title: Title) -> Days:
        found: Days = getattr(title, days)
        return found

    return (
        Column(f"{heading}_earliest", lambda title: of(title).earliest),
        Column(f"{heading}_latest", lambda title: of(title).latest),
    )


ROSTER = Sheet[Title](
    "roster",
    (
        Column("designation", lambda title: title.designation),
        Column("round", lambda title: title.round),
        Column("subject", lambda title: title.subject.id),
        Column("name", lambda title: title.subject.name),
        Column("province", lambda title: title.province.name),
        Column("category", lambda title: title.category),
        Column("category_zh", lambda title: title.category_words.chinese),
        Column("fields", lambda title: _joined(title.fields)),
        Column("status", lambda title: title.status),
        Column("surely", lambda title: title.surely),
        *_bounds("announced", "announced"),
        *_bounds("held_from", "held_from"),
        *_bounds("held_until", "held_until"),
        Column("document", lambda title: _number(title.document)),
        Column("source", lambda title: title.source.title if title.source else None),
        Column("record", lambda title: title.record),
        Column("event", lambda title: title.event),
        Column("settled_by", lambda title: title.settled_by),
        Column("known_since", lambda title: title.known_since),
        Column("ended", lambda title: title.ended.on if title.ended else None),
    ),
)
QUOTAS = Sheet[Pool](
    "quotas",
    (
        Column("pool", lambda pool: pool.pool),
        Column("pool_zh", lambda pool: pool.pool_words.chinese),
        Column("cap", lambda pool: pool.cap.places if pool.cap else None),
        Column("cap_counts", lambda pool: pool.cap.counts if pool.cap else None),
        Column("cap_document", lambda pool: pool.cap.source.number if pool.cap else None),
        Column("cap_event", lambda pool: pool.cap.event if pool.cap else None),
        Column("used", lambda pool: pool.used),
        Column("left", lambda pool: pool.left),
        Column("over", lambda pool: pool.over),
        Column("used_by", lambda pool: _places(pool.used_by)),
        Column("beside", lambda pool: _places(pool.beside)),
        Column("applied", lambda pool: _places(pool.applied)),
        Column("recommended", lambda pool: _places(pool.recommended)),
        Column("proposed", lambda pool: _places(pool.proposed)),
    ),
)


def _recorded_at(entry: HistoryEntry) -> datetime:
    return datetime.fromisoformat(entry.recorded_at).astimezone(UTC)


HISTORY = Sheet[HistoryEntry](
    "history",
    (
        Column("event", lambda entry: entry.event),
        Column("topic", lambda entry: entry.topic),
        Column("effective", lambda entry: entry.effective),
        Column("earliest", lambda entry: entry.earliest),
        Column("latest", lambda entry: entry.latest),
        Column("recorded_at_utc", _recorded_at),
        Column("sentence_zh", lambda entry: entry.sentence.chinese),
        Column("sentence_en", lambda entry: entry.sentence.english),
        Column("role", lambda entry: entry.actor.role if entry.actor else None),
        Column("unit", lambda entry: entry.actor.unit if entry.actor else None),
        Column("document", lambda entry: _number(entry.basis)),
        Column("rules", lambda entry: _joined(entry.judged.rules if entry.judged else ())),
        Column("known_since", lambda entry: entry.known_since),
        Column("known_until", lambda entry: entry.known_until),
        Column("corrected_by", lambda entry: entry.corrected_by),
        Column("withheld", lambda entry: _joined(entry.withheld)),
    ),
)
