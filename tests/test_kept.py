"""Ledgers that programs of before wrote are restored, verified and read as they were.

Each folder of `tests/kept/` is an export: the log, what lies beside it, a checkpoint that was kept
elsewhere, and every answer of every role by the program that wrote it. Whatever differs today is named here,
with its reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from domain.subjects import is_beside
from eventlog.checkpoint import Checkpoint
from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.integrity import verify_log
from eventlog.log import Log
from projections.following.comparing import difference_from_rebuild
from projections.following.projector import catch_up
from scripts.transfer import restore, restore_sealed, sealed_in
from tests.support.asking import asking
from tests.support.databases import AUDITOR, fresh_database
from tests.support.walking import KEPT, ROLES, Answer, kept_answers, lines_of, walk


@dataclass(frozen=True)
class Restored:
    """A kept ledger in a database of its own."""

    name: str
    database: Database
    log: Log
    lines: list[bytes]


@pytest.fixture(params=sorted(folder.name for folder in KEPT.iterdir()))
async def kept(
    request: pytest.FixtureRequest, server: Server, template: str, tmp_path: Path
) -> AsyncIterator[Restored]:
    name: str = request.param
    lines = lines_of(KEPT / name / "log.ndjson.xz")
    checkpoint = Checkpoint.read(KEPT / name / "checkpoint.txt")
    async with fresh_database(server, template) as database:
        await restore(database, _unpacked(KEPT / name / "log.ndjson.xz", tmp_path), _ignore, kept=checkpoint)
        if (beside := KEPT / name / "beside.ndjson.xz").exists():
            await restore_sealed(database, sealed_in(_unpacked(beside, tmp_path)))
        async with await Log.open(database) as log:
            yield Restored(name, database, log, lines)


def _unpacked(file: Path, folder: Path) -> Path:
    path = folder / file.stem
    path.write_bytes(b"".join(line + b"\n" for line in lines_of(file)))
    return path


def _ignore(_position: int) -> None:
    """No progress."""


async def test_it_is_restored_as_it_was_and_verified(kept: Restored) -> None:
    checkpoint = Checkpoint.read(KEPT / kept.name / "checkpoint.txt")
    report = await verify_log(kept.log.pool, kept=checkpoint)
    assert (report.flaws, report.size, report.root) == ([], checkpoint.size, checkpoint.root)
    assert [event.bytes async for event in kept.log.stream()] == kept.lines


async def test_its_read_models_equal_a_rebuild_and_every_answer_is_as_before(kept: Restored) -> None:
    async with kept.log.pool.acquire() as connection:
        await catch_up(connection)
        assert await difference_from_rebuild(connection) is None
    events = [json.loads(line) for line in kept.lines]
    before = kept_answers(kept.name)
    now: dict[tuple[str, str], Answer] = {}
    grants = any(event["topic"] == "role.granted" for event in events)
    async with asking(kept.database) as client:
        now |= {a.key: a async for a in walk(client, events, ROLES if grants else ("public",))}
    if not grants:
        async with asking(kept.database, reader=AUDITOR) as client:
            now |= {a.key: a async for a in walk(client, events, ("auditor",))}
    assert now.keys() == before.keys()
    differing = [key for key in now if now[key] != before[key] and not is_named_anew(before[key], now[key])]
    assert not differing, _told(before[differing[0]], now[differing[0]])


# What sentences now tell otherwise: names of the time, a rename, a share as people write it.
_TOLD_ANEW = ("今称", "更名为", "填报监测数据", "待定：按现知事实", "（无法读解")


# Rules whose text the newest edition reads otherwise, and points that were found to be open.
_RULES_READ_ANEW = set(
    "C16-2 H-5 I22-1 I22-4 I22-5 I22-7 I22-8 I22-13 I22-14 I22-19 J19-1 J19-5 L-1 L-7 P13-4".split()
)
_POINTS_FOUND_SINCE = {"Q-20", "Q-21"}
_TAKEN_BACK = {"project-2019/2019/project:91420104MA4458259Q/1"}  # a case that a correction would question


def is_named_anew(before: Answer, now: Answer) -> bool:
    """Whether two answers differ only in what is named here: divisions bear the names of the day that is told
    of, with today's beside them; rules and points of which the newest editions say more."""
    try:
        return before.status == now.status and _agree(json.loads(before.body), json.loads(now.body))
    except json.JSONDecodeError:
        return False


def _agree(was: object, is_: object) -> bool:
    match was, is_:
        case {"zh": str(), "en": str()}, {"zh": str(zh), "en": str()} if any(
            word in zh for word in _TOLD_ANEW
        ):
            return True
        case {"id": str(rule), "zh": str(), "en": str(), "acts": list(), **of}, {
            "id": str(same),
            "zh": str(),
            "en": str(),
            "acts": list(),
            **now_of,
        } if rule in _RULES_READ_ANEW:  # in the list of today's rules
            return (rule, of) == (same, now_of)
        case {"type": str(kind), "title": str(), "status": int(status), "detail": str(), **of}, {
            "type": str(now_kind),
            "title": str(),
            "status": int(now_status),
            "detail": str(),
            **now_of,
        }:  # problems are told in new words
            return (kind, status) == (now_kind, now_status) and _agree(of, now_of)
        case {"why": list(why), "rules": list(rules), **of}, {
            "why": list(now_why),
            "rules": list(same),
            **now_of,
        }:
            return (len(why), rules) == (len(now_why), same) and _agree(of, now_of)  # reasons are, too
        case {"why_not": list(why), **of}, {"why_not": list(now_why), **now_of}:
            return len(why) == len(now_why) and _agree(of, now_of)
        case {"points": list(points), **of}, {"points": list(now_points), **now_of}:
            same_points = [point for point in now_points if point["id"] not in _POINTS_FOUND_SINCE]
            return _agree(points, same_points) and _agree(of, now_of)
        case {"what": "monitoring-figures", **of}, {"what": "monitoring-figures", "rests": "Q-20", **now_of}:
            return {"rests": "", **of} == {"rests": "", **now_of}
        case {"publicity": {"gone": [], "new": []}, **of}, {"publicity": {"gone": [_]}, **now_of}:
            return _agree(of, now_of)  # what stands on a list is told of its notice, too
        case {"outcome": str(), "notice": int(), **of}, {"outcome": str(), "notice": int(), **now_of}:
            return {key: now_of.get(key) for key in of} == of  # a row of publicity says what is listed, too
        case {"on_notice": bool(), **of}, {"on_notice": bool(), "entry": str(), **now_of}:
            since = {"category", "category_words", "fields", "working_days_left"}  # what a notice says, too
            return {key: value for key, value in now_of.items() if key not in since} == of
        case {"known_since": int(), **of}, {"known_since": int(), **now_of} if now_of.keys() - of.keys():
            new = now_of.keys() - of.keys()  # a roster's titles say that they are corrected, or in question
            return new <= {"corrected", "ended", "questioned"} and _agree(
                of, {k: now_of[k] for k in now_of.keys() - new}
            )
        case {"questions": list(asked), **of}, {"questions": list(now_asked), **now_of} if asked != now_asked:
            left = [question for question in asked if not _is_asked_no_more(question)]
            return _agree(left, now_asked) and _agree(of, now_of)
        case {"attested": list(stated), "notices": list(told), **of}, {
            "attested": list(now_stated),
            "notices": list(now_told),
            **now_of,
        }:  # what may have come by the day is told of, too, though no source gives its day
            since_then = [n for n in now_told if not any(_agree(one, n) for one in told)]
            undated = all(not re.fullmatch(r"[\d-]{10}", n["effective"] or "") for n in since_then)
            kept = all(any(_agree(one, n) for n in now_stated) for one in stated)
            return kept and undated and len(now_told) == len(told) + len(since_then) and _agree(of, now_of)
        case {"acts": dict(acts), **of}, {"acts": dict(now_acts), **now_of}:
            return _agree(of, now_of) and {**now_acts, **acts} == now_acts
        case {"id": str(id_), "then": str()}, {"id": str(same), "then": str()} if is_beside(id_):
            return id_ == same  # the register names no project: it is called as its events say
        case {"id": str(id_), "level": "project", "name": str(), **of}, {
            "id": str(same),
            "level": "project",
            "name": str(),
            **now_of,
        }:
            return id_ == same and of.keys() == now_of.keys()
        case {"code": str(code), "name": str(name)}, {
            "code": str(its_code),
            "name": str(its_name),
            "since": int(),
            **rest,
        }:
            return not rest and (code, name) == (its_code, its_name)  # of what a change made
        case {"id": str(one), "name": str(name)}, {"id": str(other), "name": str(), "today": str(today)}:
            return (one, name) == (other, today)
        case {"entry": str(one), "name": str(), **more}, {"entry": str(other), "name": str(), **others}:
            return one == other and _agree(more, others)
        case dict(), dict():
            return was.keys() == is_.keys() and all(_agree(was[key], is_[key]) for key in was)
        case list(), list():
            return len(was) == len(is_) and all(map(_agree, was, is_))
    return was == is_


def _is_asked_no_more(question: Any) -> bool:
    """Whether a correction calls this into question no more: of a list, one whom the fault does not concern;
    one that was taken back."""
    about = question["about"]
    of_others = [why for why in question["why"] if about not in why and "project-2019/2019/project:" in why]
    return about in _TAKEN_BACK or of_others == question["why"]


def _told(before: Answer, now: Answer) -> str:
    at = next((n for n, (a, b) in enumerate(zip(before.body, now.body, strict=False)) if a != b), 0)
    start = max(0, at - 100)
    return (
        f"{now.role} {now.question}: {before.status} → {now.status}\n"
        f"before: {before.body[start : at + 200]}\n   now: {now.body[start : at + 200]}"
    )
