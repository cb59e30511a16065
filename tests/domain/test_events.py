"""Every topic ever written has stored samples that still decode, to the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.canonical import decode as decode_json
from domain.canonical import encode
from domain.events import TOPICS, Correction, NotThatFact, UnknownTopic, decode
from domain.kernel import Recorded

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*.json"))


def test_every_topic_has_a_sample() -> None:
    assert {sample.name.rsplit(".", 2)[0] for sample in SAMPLES} == set(TOPICS)


def test_every_topic_has_a_sample_of_each_format_that_it_was_written_in() -> None:
    """What is new since format 2 has none of format 1."""
    formats: dict[str, set[int]] = {}
    for sample in SAMPLES:
        stored = json.loads(sample.read_bytes())
        formats.setdefault(stored["topic"], set()).add(stored["format"])
    of_two_only = {
        "calendar.published",
        "correction.published",
        "credit-code.confirmed",
        "decline.revised",
        "historical-notice.recorded",
        "monitoring.chosen",
        "order.revised",
    }
    assert {topic for topic, of in formats.items() if of == {2}} == of_two_only
    assert all(of == {1, 2} for topic, of in formats.items() if topic not in of_two_only)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_stored_sample_still_decodes_to_the_same_bytes(sample: Path) -> None:
    stored = sample.read_bytes()
    event = Recorded.from_bytes(stored)
    assert encode(decode_json(stored)) == stored
    fact = decode(event.topic, event.data)
    assert type(fact) is TOPICS[event.topic]
    assert encode(fact.as_data()) == encode(event.data)
    assert fact.tags() <= event.tags


def test_an_unknown_topic_is_said_to_be_unknown() -> None:
    with pytest.raises(UnknownTopic, match=r"nobody\.knows"):
        decode("nobody.knows", {})


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"ledger": "x", "name": "y", "kind": "play"}, "kind"),
        ({"ledger": "x", "name": "y"}, "kind"),
        ({"ledger": 1, "name": "y", "kind": "real"}, "ledger"),
        ({"ledger": "x", "name": "y", "kind": "real", "more": 1}, "more"),
    ],
)
def test_data_of_another_shape_are_not_that_fact(data: dict[str, str], place: str) -> None:
    with pytest.raises(NotThatFact, match=place):
        decode("ledger.opened", data)


def test_a_correction_states_what_its_act_needs() -> None:
    for act, target in (("amend", 3), ("annul", None), ("supply", 3)):
        with pytest.raises(ValueError, match="a-correction-states-its-parts"):
            Correction(act, target)  # type: ignore[arg-type]
