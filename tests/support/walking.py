"""Every answer of every role that a kept ledger gives, walked one by one.

What the program that wrote a ledger answered stands beside its export in `tests/kept/`;
`tests/test_kept.py` holds today's program to it. What to ask is known from the export alone.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

KEPT = Path(__file__).parent.parent / "kept"
NDJSON = "application/x-ndjson"
CLOUDEVENTS = "application/cloudevents-batch+json"
ROLES = (
    "public",
    "ministry",
    "administrator",
    "auditor",
    "unit",
    "applicant",
    "applicant-entity",
    "reviewer",
)


@dataclass(frozen=True)
class Answer:
    """What one role was told of one question."""

    role: str
    question: str
    status: int
    body: str

    @property
    def key(self) -> tuple[str, str]:
        return self.role, self.question


def lines_of(file: Path) -> list[bytes]:
    """The lines of a kept file."""
    return lzma.decompress(file.read_bytes()).splitlines()


def token_of(role: str) -> str | None:
    """The token that the kept ledger has granted a role; whoever shows none is the public."""
    return None if role == "public" else "dlt_" + f"fixture-{role}-".ljust(43, "0")


def kept_answers(name: str) -> dict[tuple[str, str], Answer]:
    """What the program that wrote a ledger answered of it."""
    answers = (Answer(**json.loads(line)) for line in lines_of(KEPT / name / "answers.ndjson.xz"))
    return {answer.key: answer for answer in answers}


def questions(events: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What is asked of a ledger: who asks (a role, or every one), and what."""
    head = len(events)
    middle = head // 2
    last_day = max(event["recorded_at"][:10] for event in events)
    views: tuple[dict[str, Any], ...] = (
        {"as_of": last_day},
        {"as_of": "2021-12-31"},
        {"as_of": last_day, "as_known": middle},
    )
    rounds = sorted(
        {tag[6:] for event in events for tag in event["tags"] if re.match(r"round:[^/]+/[^/]+$", tag)}
    )
    programmes = sorted({of.split("/")[0] for of in rounds})
    subjects = sorted({tag[8:] for event in events for tag in event["tags"] if tag.startswith("subject:")})
    for view in views:
        for programme in programmes:
            yield "*", _asked(f"/v1/rosters/{programme}", limit=1000, **view)
            yield "*", _asked(f"/v1/publicity/{programme}", **view)
            yield "auditor", _asked(f"/v1/programmes/{programme}/rules", **view)
        for round_ in rounds:
            programme, _, of = round_.partition("/")
            for path in ("quotas", "rankings", "selections"):
                yield "*", _asked(f"/v1/{path}/{programme}/{of}", **view)
            yield "*", _asked(f"/v1/programmes/{programme}/rounds/{of}", **view)
        yield "*", _asked("/v1/obligations", limit=1000, **view)
        yield "*", _asked("/v1/corrections", limit=1000, **view)
        yield "*", _asked("/v1/questions", limit=1000, **view)
        yield "*", _asked("/v1/grants", **view)
        for number, subject in enumerate(subjects):
            yield "*" if number % 8 == 0 else "auditor", _asked(f"/v1/subjects/{subject}/history", **view)
    for programme in programmes:
        between = {"from": f"2020-01-01@{middle}", "to": f"{last_day}@{head}"}
        yield "*", _asked(f"/v1/rosters/{programme}/diff", **between)
    for event in events:
        position, topic = event["position"], event["topic"]
        yield "auditor", f"/v1/events/{position}/why"
        if position % 12 == 0:
            yield "*", f"/v1/events/{position}/why"
            yield "*", f"/v1/events/{position}"
        if topic == "correction.proposed":
            yield "ministry", f"/v1/corrections/{position}"
            yield "ministry", f"/v1/corrections/{position}/impact"
    yield "*", "/v1/events?limit=1000"
    yield "*", f"/v1/events?limit=1000 {NDJSON}"
    yield "public", f"/v1/events?limit=1000 {CLOUDEVENTS}"
    yield "auditor", _asked("/v1/events", limit=1000, as_of="2020-12-31", as_known=middle)
    yield "*", "/v1/checkpoint"
    yield "*", "/v1/me"


def _asked(path: str, **parameters: Any) -> str:
    return f"{path}?{urlencode(parameters, safe='@:')}"


async def walk(
    client: httpx.AsyncClient, events: list[Mapping[str, Any]], roles: Collection[str]
) -> AsyncIterator[Answer]:
    """Every answer, each question asked by those of the roles whom it names.

    Of one role alone the client asks as it is; of several, each shows its token.
    """
    for who, question in questions(events):
        for role in roles if who == "*" else [who] if who in roles else ():
            path, _, accept = question.partition(" ")
            headers = {"Accept": accept or "*/*"}
            if len(roles) > 1 and (token := token_of(role)) is not None:
                headers["Authorization"] = f"Bearer {token}"
            answer = await client.get(path, headers=headers)
            yield Answer(role, question, answer.status_code, answer.text)
