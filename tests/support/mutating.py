"""Events that are almost right: what a door of before may have let in, and today's must refuse or bear."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import orjson

SAMPLES = Path(__file__).parent.parent / "samples"
TELLING: tuple[Any, ...] = (
    "",
    " ",
    "x",
    "第二批",
    "city-2019/2021/cn:420100",
    "city-2019/第二批/cn:420100",
    "cn:420100",
    "cn:999999",
    "project:x/1",
    "2021-13-45",
    "../2021",
    "9999-12-31",
    "‮",
    "a" * 3_000,
    0,
    -1,
    1,
    2**53 - 1,
    True,
    False,
    [],
    {},
    [[]],
    {"sealed": "ab" * 32},
    {"sealed": 5},
    ["cn:420100", 3],
    {"case": "city-2019/2021/cn:420100"},
)
TAGS = (
    "subject:cn:420100",
    "subject:第二批",
    "case:city-2019/2021/cn:420100",
    "case:nonsense",
    "designation:city-2019/2021/cn:420100",
    "designation:city-2019/第二批/cn:420100",
    "entry:x",
    "event:2",
    "event:x",
    "round:city-2019/2021",
    "round:x",
    "terms:city-2019",
    "pool:x",
    "changes:cn:420100",
    "register:divisions",
    "question:2",
    "proposal:2",
    "sealed:" + "ab" * 32,
    "",
    ":",
)


def samples() -> list[dict[str, Any]]:
    """One stored event of each version of each topic, but for the one that opens a ledger."""
    found = [orjson.loads(file.read_bytes()) for file in sorted(SAMPLES.glob("*.json"))]
    return [sample for sample in found if sample["topic"] != "ledger.opened"]


def almost(dice: Random, sample: Mapping[str, Any]) -> dict[str, Any]:
    """The same with something else in its data, its day, its tags, its document or what judged it."""
    event: dict[str, Any] = orjson.loads(orjson.dumps(dict(sample)))
    for _ in range(dice.randint(1, 3)):
        match dice.randrange(8):
            case 0 | 1 | 2 | 3:
                event["data"] = _changed(dice, event["data"])
            case 4:
                event["effective"] = str(dice.choice(TELLING))
            case 5:
                event["tags"] = sorted({*event["tags"], *dice.sample(TAGS, dice.randint(1, 3))})
            case 6:
                event["basis"] = {
                    dice.choice(["number", "published", "signed", "title"]): str(dice.choice(TELLING))
                }
            case _:
                event["judged"] = {
                    "rulebook": str(dice.choice(TELLING)),
                    "rules": [str(dice.choice(TELLING))],
                }
    return event


def _changed(dice: Random, value: Any) -> Any:
    """A value with something in it put otherwise, left out, or nested."""
    if isinstance(value, dict) and value and dice.random() < 0.8:
        key = dice.choice(sorted(value))
        if dice.random() < 0.2:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: _changed(dice, value[key])}
    if isinstance(value, list) and value and dice.random() < 0.6:
        index = dice.randrange(len(value))
        return [_changed(dice, v) if n == index else v for n, v in enumerate(value)]
    if dice.random() < 0.05:
        for _ in range(dice.randint(1, 40)):
            value = [value]
        return value
    return dice.choice(TELLING)


def halves(event: Mapping[str, Any]) -> tuple[str, str]:
    """The text before its position and behind its time, keys in order and nothing checked."""
    kept = {k: v for k, v in event.items() if k not in {"position", "recorded_at", "salt", "tags", "topic"}}
    behind = {"salt": event["salt"], "tags": event["tags"], "topic": event["topic"]}
    before = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)[:-1].decode() + ","
    return before, "," + orjson.dumps(behind, option=orjson.OPT_SORT_KEYS)[1:].decode()
