"""Events as they stand in the log, as far as a reader may see them; and the log's checkpoint."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import orjson
from pydantic import Field

from domain.canonical import leaf_hash
from domain.dates import parse
from domain.kernel import Actor, Document, Recorded
from domain.messages import Told
from eventlog.checkpoint import Checkpoint
from eventlog.ledger import Ledger
from projections.answers import (
    NOT_STATED,
    Answer,
    AnyObject,
    Instant,
    Next,
    NotStated,
    Position,
    answer,
    stated,
)
from projections.asking.shown import Shown, left_of
from projections.history.answer import JudgedBy

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@answer("AnEvent")
class EventAsStored(Answer):
    """As stored; `withheld` names what is not shown to you."""

    position: Position
    recorded_at: Instant
    topic: str
    tags: tuple[str, ...]
    data: AnyObject
    format: int
    salt: str | NotStated = NOT_STATED
    actor: Actor | NotStated = NOT_STATED
    basis: Document | NotStated = NOT_STATED
    command: str | NotStated = NOT_STATED
    effective: str | NotStated = NOT_STATED
    judged: JudgedBy | NotStated = NOT_STATED
    withheld: tuple[str, ...] | NotStated = NOT_STATED


# The exact bytes, which say what EventAsStored declares.
StoredBytes: TypeAlias = Annotated[orjson.Fragment, EventAsStored]


@answer("Leaf")
class Leaf(Answer):
    """An event, and the hash of its bytes as they are stored."""

    leaf_hash: Hash
    event: StoredBytes


@answer("Events")
class EventsPage(Answer):
    """A page of events."""

    events: tuple[Leaf, ...]
    next: Next


@answer("CloudEvent", is_open=True)
class CloudEvent(Answer):
    """An event in CloudEvents 1.0: `time` is when it took effect, `recordedtime` when it was recorded."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    recordedtime: Instant
    datacontenttype: str
    time: Instant | NotStated = NOT_STATED
    subject: str | NotStated = NOT_STATED
    data: AnyObject


@answer("ACheckpoint")
class CheckpointPage(Answer):
    """How long the log is, and the root of all its hashes."""

    origin: str
    size: int
    root: Hash
    text: str


class NoSuchEvent(Told, LookupError):
    """The log has no event at that position, or none yet, or none that the reader may see."""

    def __init__(self, position: int) -> None:
        super().__init__("there is no event {position} for you to see", position=position)


def leaf(event: Recorded, shown: Shown) -> Leaf:
    """An event as far as it is shown, with the hash of the whole of it."""
    hashed = leaf_hash(event.bytes).hex()
    return Leaf(leaf_hash=hashed, event=orjson.Fragment(left_of(event, shown)))


def cloud_event(ledger: Ledger, event: Recorded, shown: Shown) -> CloudEvent:
    """An event as far as it is shown, in CloudEvents 1.0."""
    left = orjson.loads(left_of(event, shown))
    time: str | NotStated = NOT_STATED
    if event.effective is not None and (day := parse(event.effective)).is_a_day:
        time = f"{day.latest.isoformat()}T00:00:00+08:00"
    about = shown.said.data
    subject = about.get("case") or about.get("designation") or about.get("subject")
    passed_by = {"recorded_at", "topic", "format"}
    return CloudEvent(
        specversion="1.0",
        id=str(event.position),
        source=f"urn:uuid:{ledger.id}",
        type=event.topic,
        recordedtime=left["recorded_at"],
        datacontenttype="application/json",
        data={key: value for key, value in left.items() if key not in passed_by},
        time=time,
        subject=stated(str(subject) if subject else None),
    )


def checkpoint_page(checkpoint: Checkpoint) -> CheckpointPage:
    """A checkpoint as an answer."""
    return CheckpointPage(
        origin=checkpoint.origin, size=checkpoint.size, root=checkpoint.root.hex(), text=str(checkpoint)
    )
