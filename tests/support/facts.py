"""Facts and events for tests, made the short way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from domain.events import (
    Correction,
    CorrectionApproved,
    Fact,
    HistoricalDesignationRecorded,
    NoticeRecorded,
    Replacement,
    Source,
)
from domain.history import Believed, correction_tags
from domain.kernel import Actor, Event, Recorded
from domain.subjects import find

TESTER = Actor("tester", "administrator", "miit")
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def notice(word: str) -> NoticeRecorded:
    return NoticeRecorded(
        programme="city-2019", act="call", act_words=word, source=Source("s"), confidence="high"
    )


def designation(
    name: str = "武汉市",
    round_: str = "2021",
    *,
    category: str | None = "comprehensive",
    programme: str = "city-2019",
    held_from: str | None = None,
    held_until: str | None = None,
) -> HistoricalDesignationRecorded:
    place = find(name)
    return HistoricalDesignationRecorded(
        designation=f"{programme}/{round_}/{place.id}",
        programme=programme,
        round=round_,
        subject=place.id,
        subject_name=name,
        province=place.province,
        source=Source("来源"),
        category=category,
        held_from=held_from,
        held_until=held_until,
    )


def event(fact: Fact, effective: str | None = "2022-01-25", tags: Iterable[str] = ()) -> Event:
    """A fact as it is appended."""
    return Event(fact.topic, fact.tags() | set(tags), fact.as_data(), TESTER, effective=effective)


def recorded(
    position: int, fact: Fact, effective: str | None = "2022-01-25", tags: Iterable[str] = ()
) -> Recorded:
    """A fact as it stands in a log, without a log."""
    spelled = event(fact, effective, tags).spelled(bytes(16))
    at = (BEGINNING + timedelta(seconds=position)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    text = f'{spelled.before}"position":{position},"recorded_at":"{at}"{spelled.after}'
    return Recorded.from_bytes(text.encode())


def replacing(fact: Fact, effective: str | None, tags: Iterable[str] = ()) -> Replacement:
    return Replacement(fact.topic, tuple(sorted(fact.tags() | set(tags))), dict(fact.as_data()), effective)


def approval(correction: Correction, log: Iterable[Recorded] = ()) -> Event:
    """The event that approves a correction, tagged as it must be."""
    fact = CorrectionApproved(proposal=1, correction=correction)
    return Event(fact.topic, correction_tags(correction, log), fact.as_data(), TESTER)


def amend(
    position: int, target: int, fact: Fact, effective: str | None = "2022-01-25", tags: Iterable[str] = ()
) -> Recorded:
    return _correction(position, Correction("amend", target, replacing(fact, effective, tags)))


def annul(position: int, target: int) -> Recorded:
    return _correction(position, Correction("annul", target))


def supply(position: int, fact: Fact, effective: str | None) -> Recorded:
    return _correction(position, Correction("supply", None, replacing(fact, effective)))


def _correction(position: int, correction: Correction) -> Recorded:
    return recorded(
        position, CorrectionApproved(proposal=1, correction=correction), None, correction_tags(correction, ())
    )


def words(history: Iterable[Believed]) -> list[str]:
    """What each says: a notice its word, anything else its topic."""
    return [str(content.data.get("act_words", content.topic)) for content in history]
