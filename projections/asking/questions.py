"""What was called into question, and which questions have been decided."""

from __future__ import annotations

from collections.abc import Iterable

from domain.events import DecisionQuestioned, QuestionDecided, decode
from domain.history import is_read
from domain.kernel import Query, Recorded, Selector
from domain.tags import QUESTION
from eventlog.log import WHOLE, Log


def asked_in(events: Iterable[Recorded]) -> dict[int, DecisionQuestioned]:
    """The questions among these events, by their positions; events that cannot be read are left out."""
    facts = ((event.position, decode(event.topic, event.data)) for event in events if is_read(event))
    return {position: fact for position, fact in facts if isinstance(fact, DecisionQuestioned)}


async def decided(log: Log, asked: Iterable[DecisionQuestioned], known: int) -> dict[int, Recorded]:
    """The events up to position `known` that decided questions about the same decisions, each by the
    position of its question."""
    tags = sorted({QUESTION(fact.decision) for fact in asked})
    topics = {QuestionDecided.topic}
    query = Query(tuple(Selector.of(topics=topics, tags={tag}) for tag in tags))
    found = await log.read(query, until=known, limit=WHOLE) if tags else []
    return {int(str(event.data["question"])): event for event in found if is_read(event)}
