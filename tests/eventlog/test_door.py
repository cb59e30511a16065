"""The door takes what readers can read, and every reader reads what it takes.

LEDGER_DOOR_STRINGS, LEDGER_DOOR_EVENTS: how many random texts and almost right events are tried.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import httpx
import pytest

from domain.access import Reader
from domain.canonical import NotCanonical, decode, encode
from domain.kernel import Actor, Recorded
from eventlog.committer import Committer
from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.integrity import verify_log
from eventlog.log import Log
from projections.following.comparing import difference_from_rebuild
from projections.following.projector import catch_up
from scripts import transfer
from tests.support.asking import asking
from tests.support.city_round import MINISTRY, applies, founds, opens
from tests.support.databases import AUDITOR, fresh_database
from tests.support.mutating import almost, halves, samples
from tests.support.walking import questions

STRINGS = int(os.environ.get("LEDGER_DOOR_STRINGS", "3000"))
EVENTS = int(os.environ.get("LEDGER_DOOR_EVENTS", "500"))
IN_A_LEDGER = 500
ACTOR = '{"actor":{"principal":"p","role":"driver","unit":"u"},'
BEHIND = ',"salt":"' + "0" * 32 + '","tags":["x:y"],"topic":"t"}'
HASH = "ab" * 32
# Every character of the first 256 that a string may hold, and two that end lines, as JSON spells them.
ESCAPED = encode("".join(map(chr, (*range(1, 256), 0x2028, 0x2029)))).decode()
DEEP = 29  # of lists in a list under a key of the data: 32 levels with the event, its data and the list


def event(
    data: str, *, more: str = "", form: float = 2, behind: str = BEHIND, actor: str = ACTOR
) -> tuple[str, str]:
    return f'{actor}"data":{data},{more}"format":{form},', behind


GOOD = {
    "the least": event("{}"),
    "format 1": event("{}", form=1),
    "every kind of value": event('{"a":[],"b":{},"c":true,"d":-3,"e":"词","f":0}'),
    "keys in order at every level": event('{"a":{"a":1,"b":[{"a":1,"b":2}]},"b":1}'),
    "32 levels": event('{"a":' + "[" * (DEEP + 1) + "]" * (DEEP + 1) + "}"),
    "the largest integer": event('{"a":9007199254740991,"b":-9007199254740991}'),
    "a key with an escape that is needed": event('{"a\\n":1}'),
    "a key with a character that cannot be seen": event('{"a\x7f":"\x7f"}'),
    "escapes that are needed": event('{"a":"\\"\\\\\\n\\u001f"}'),
    "a string that looks like structure": event('{"a":"}],null:1.5,\\"{[ \\u2028"}'.replace("\\u2028", "x")),
    "NFC": event('{"a":"é가"}'),
    "a mark behind an escape": event('{"a":"\\n\u0303\\t\u0307\\u001e\u0301\\\\\u0303\\"\u0303"}'),
    "a mark alone": event('{"a":"\u0303"}'),
    "beyond the first plane": event('{"a":"𠀀😀"}'),
    "a whole envelope": event(
        "{}",
        more='"effective":"2021",',
        actor=ACTOR + '"basis":{"issuer":"a","number":"b","number_words":"c","published":"2021","sha256":"e",'
        '"signed":"2020","title":"g"},"command":"x",',
    ),
    "a document of which nothing is known": event("{}", actor=ACTOR + '"basis":{},'),
    "every escape that is needed, in an envelope": event(
        "{}",
        actor=f'{{"actor":{{"principal":{ESCAPED},"role":{ESCAPED},"unit":{ESCAPED}}},'
        f'"basis":{{"title":{ESCAPED}}},"command":{ESCAPED},',
        behind=BEHIND.replace('"x:y"', ESCAPED).replace('"t"', ESCAPED),
    ),
    "tags that look like a list": event("{}", behind=BEHIND.replace('"x:y"', '", ","a\\", \\"b","],["')),
    "no tags": event("{}", behind=BEHIND.replace('"x:y"', "")),
    "judged in format 2": (
        (
            f'{ACTOR}"data":{{}},"format":2,"judged":{{"grounds":{{"sealed":"{"ab" * 32}"}},'
            '"readings":["Q-1"],"rulebook":"a","rules":[],"unset":["x"]},'
        ),
        BEHIND,
    ),
    "judged in format 1": (
        (
            f'{ACTOR}"data":{{}},"format":1,"judged":{{"exceptions":[2],"facts":[1,3],"rulebook":"a",'
            '"rules":["x"]},'
        ),
        BEHIND,
    ),
}
BAD = {
    "33 levels": (event('{"a":' + "[" * (DEEP + 2) + "]" * (DEEP + 2) + "}"), "more than 32 levels"),
    "1,100 levels": (event('{"a":' + "[" * 1_100 + "]" * 1_100 + "}"), "more than 32 levels"),
    "20,000 levels": (event('{"a":' + "[" * 20_000 + "]" * 20_000 + "}"), "stack depth"),
    "a float": (event('{"a":1.5}'), "a float"),
    "a float without a fraction": (event('{"a":1.0}'), "a float"),
    "an exponent": (event('{"a":1e2}'), "a float"),
    "minus zero": (event('{"a":-0}'), "a float"),
    "null": (event('{"a":null}'), "null"),
    "null in a list": (event('{"a":[1,null]}'), "null"),
    "a key that is not ASCII": (event('{"词":1}'), "not ASCII"),
    "a key that is escaped": (event('{"\\u0061":1}'), "not ASCII|escape"),
    "a blank": (event('{"a": 1}'), "blank"),
    "an escape that is not needed": (event('{"a":"\\u0041"}'), "escape"),
    "an escaped slash": (event('{"a":"\\/"}'), "escape"),
    "a short escape spelled long": (event('{"a":"\\u0008"}'), "escape"),
    "a newline spelled long": (event('{"a":"\\u000a"}'), "escape"),
    "a tab in a key spelled long": (event('{"\\u0009":1}'), "escape"),
    "an escape in capitals": (event('{"a":"\\u001F"}'), "escape"),
    "not NFC": (event('{"a":"e\u0301"}'), "normal form C"),
    "not NFC behind an escape": (event('{"a":"\\nn\u0303"}'), "normal form C"),
    "not NFC by an escape": (event('{"a":"e\\u0301"}'), "escape"),
    "an integer of 2^53": (event('{"a":9007199254740992}'), "2\\^53"),
    "an integer of 2^53 below zero": (event('{"a":-9007199254740992}'), "2\\^53"),
    "an integer of 20 digits": (event('{"a":12345678901234567890}'), "canonical"),
    "keys out of order": (event('{"b":1,"a":1}'), "not in order"),
    "a key twice": (event('{"a":1,"a":1}'), "twice"),
    "keys out of order within": (event('{"a":{"b":1,"a":1}}'), "not in order"),
    "a key twice in a list": (event('{"a":[{"b":[{"c":1,"c":2}]}]}'), "twice"),
    "an order by length": (event('{"b":1,"aa":1}'), "not in order"),
    "keys of the actor out of order": (
        event("{}", actor='{"actor":{"role":"driver","principal":"p","unit":"u"},'),
        "not in order",
    ),
    "another key": (event("{}", more='"else":1,'), "its keys are others"),
    "an actor that is a number": (event("{}", actor='{"actor":1,'), "no envelope"),
    "an actor with a name": (
        event("{}", actor='{"actor":{"name":"x","principal":"p","role":"driver","unit":"u"},'),
        "no envelope",
    ),
    "an actor without a role": (event("{}", actor='{"actor":{"principal":"p","unit":"u"},'), "no envelope"),
    "a document that is a text": (event("{}", actor=ACTOR + '"basis":"x",'), "no envelope"),
    "a document with a number that is one": (
        event("{}", actor=ACTOR + '"basis":{"number":1},'),
        "no envelope",
    ),
    "a document with another key": (event("{}", actor=ACTOR + '"basis":{"x":"y"},'), "no envelope"),
    "a day that is a number": (event("{}", more='"effective":2021,'), "no envelope"),
    "a command that is a list": (event("{}", actor=ACTOR + '"command":[],'), "no envelope"),
    "data that are a list": (event("[]"), "data an object"),
    "a tag that is a number": (event("{}", behind=BEHIND.replace('"x:y"', "1")), "no envelope"),
    "tags that are a text": (
        event("{}", behind=BEHIND.replace('["x:y"]', '"x:y"')),
        "tags a list|from a scalar",
    ),
    "a salt of another length": (event("{}", behind=BEHIND.replace("0" * 32, "0" * 31)), "salt"),
    "a topic that is a number": (event("{}", behind=BEHIND.replace('"t"', "1")), "topic is a string"),
    "format 3": (event("{}", form=3), "format"),
    "facts in format 2": (
        (f'{ACTOR}"data":{{}},"format":2,"judged":{{"facts":[1],"rulebook":"a","rules":[]}},', BEHIND),
        "no envelope",
    ),
    "grounds in format 1": (
        (
            event("{}", form=1)[0]
            + f'"judged":{{"grounds":{{"sealed":"{HASH}"}},"rulebook":"a","rules":[]}},',
            BEHIND,
        ),
        "no envelope",
    ),
    "grounds that are open": (
        (
            f'{ACTOR}"data":{{}},"format":2,"judged":{{"grounds":{{"facts":[1]}},"rulebook":"a","rules":[]}},',
            BEHIND,
        ),
        "no envelope",
    ),
    "keys of a document out of order": (
        event("{}", actor=ACTOR + '"basis":{"title":"x","number":"y"},'),
        "not in order",
    ),
    "a key of a document twice": (
        event("{}", actor=ACTOR + '"basis":{"title":"x","title":"x"},'),
        "one stands twice",
    ),
    "an envelope out of order": (event("{}", actor='{"command":"x",' + ACTOR[1:]), "not in order"),
    "data twice": (event('{},"data":{}'), "one stands twice"),
    "a commitment in capitals": (
        (
            (
                f'{ACTOR}"data":{{}},"format":2,"judged":{{"grounds":{{"sealed":"{"AB" * 32}"}},'
                '"rulebook":"a","rules":[]},'
            ),
            BEHIND,
        ),
        "no envelope",
    ),
    "facts that are strings": (
        (f'{ACTOR}"data":{{}},"format":1,"judged":{{"facts":["1"],"rulebook":"a","rules":[]}},', BEHIND),
        "no envelope",
    ),
    "facts that are no list": (
        (f'{ACTOR}"data":{{}},"format":1,"judged":{{"facts":{{"a":1}},"rulebook":"a","rules":[]}},', BEHIND),
        "no envelope",
    ),
    "judged by nothing": ((f'{ACTOR}"data":{{}},"format":2,"judged":{{}},', BEHIND), "no envelope"),
    "rules that are no list": (
        (f'{ACTOR}"data":{{}},"format":2,"judged":{{"rulebook":"a","rules":{{"a":"b"}}}},', BEHIND),
        "no envelope",
    ),
    "a null in the envelope": (event("{}", actor=ACTOR + '"command":null,'), "no envelope"),
    "a null among the tags": (event("{}", behind=BEHIND.replace('"x:y"', '"x:y",null')), "null value"),
    "a blank in the envelope": (event("{}", behind=BEHIND.replace(',"tags"', ', "tags"')), "no envelope"),
    "a float in the envelope": (event("{}", form=2.0), "a float"),
    "a salt in capitals": (event("{}", behind=BEHIND.replace("0" * 32, "A" * 32)), "salt"),
    "a salt of something else": (event("{}", behind=BEHIND.replace("0" * 32, "g" * 32)), "salt"),
    "rules that are numbers": (
        (f'{ACTOR}"data":{{}},"format":2,"judged":{{"rulebook":"a","rules":[1]}},', BEHIND),
        "no envelope",
    ),
    "no JSON": (("nonsense", "nonsense"), "json"),
}


async def append(log: Log, texts: tuple[str, str]) -> None:
    await log.pool.execute("SELECT log.append($1, $2)", [texts[0]], [texts[1]])


@pytest.mark.parametrize("what", GOOD)
async def test_what_is_spelled_right_is_taken(log: Log, what: str) -> None:
    await append(log, GOOD[what])
    taken = (await log.read(after=1))[0]
    assert encode(decode(taken.bytes)) == taken.bytes
    assert taken.flaw is None


@pytest.mark.parametrize("what", BAD)
async def test_what_no_reader_relies_on_is_refused(log: Log, what: str) -> None:
    texts, said = BAD[what]
    with pytest.raises(asyncpg.PostgresError, match=said):
        await append(log, texts)
    assert (await log.head()).position == 1


async def test_random_texts_are_refused_or_canonical(log: Log) -> None:
    """The door and the program agree on what is canonical, whatever comes."""
    dice, kinds = Random(15), Counter[str]()
    alphabet = '{}[]",:\\0123456789.eE-+tfn nulltrue词e\u0301\x1f'
    whole = [halves(sample) for sample in samples()]
    async with log.pool.acquire() as connection:
        for _ in range(STRINGS):
            before, after = dice.choice(whole)
            place = dice.randrange(len(before))
            noise = "".join(dice.choice(alphabet) for _ in range(dice.randint(1, 6)))
            texts = dice.choice(
                [
                    (before[:place] + noise + before[place:], after),
                    (before[:place] + noise + before[place + len(noise) :], after),
                    (before, after[: dice.randrange(len(after))] + noise),
                    (noise, noise),
                ]
            )
            try:
                await connection.execute("SELECT log.append($1, $2)", [texts[0]], [texts[1]])
                kinds["taken"] += 1
            except asyncpg.PostgresError as error:
                kinds[str(error.sqlstate)] += 1
                middle = '"position":2,"recorded_at":"2026-01-01T00:00:00.000000Z"'
                if error.sqlstate == "DL003" and "canonical" in str(error):
                    with pytest.raises(NotCanonical):
                        decode(f"{texts[0]}{middle}{texts[1]}".encode())
    assert kinds["taken"] > STRINGS / 100, kinds
    assert {kind[:2] for kind in kinds} <= {"ta", "DL", "22", "23", "54"}, kinds
    async for taken in log.stream(after=1):
        assert encode(decode(taken.bytes)) == taken.bytes
        assert taken.flaw is None or taken.flaw.startswith(("effective", "basis"))


@pytest.fixture(params=range(16, 16 + max(1, EVENTS // IN_A_LEDGER)))
async def strange(request: pytest.FixtureRequest, log: Log) -> Log:
    """A ledger of what the door takes, and a type does not."""
    dice, taken = Random(request.param), 0
    given, states = samples(), set[str]()
    async with log.pool.acquire() as connection:
        for _ in range(IN_A_LEDGER):
            before, after = halves(almost(dice, dice.choice(given)))
            try:
                await connection.execute("SELECT log.append($1, $2)", [before], [after])
                taken += 1
            except asyncpg.PostgresError as error:
                states.add(str(error.sqlstate)[:2])
    assert states <= {"DL", "22", "23", "54"}
    assert taken > IN_A_LEDGER / 2
    return log


async def test_every_reader_reads_what_was_taken(
    strange: Log, database: Database, tmp_path: Path, server: Server, template: str
) -> None:
    async with strange.pool.acquire() as connection:
        await catch_up(connection)
        assert await difference_from_rebuild(connection) is None
    raw = [json.loads(e.bytes) async for e in strange.stream()]
    for reader in (Reader(), AUDITOR, Reader(Actor("p-hubei", "provincial-unit", "cn:420000"))):
        async with asking(database, reader=reader) as client:
            await _asked(client, raw)
    report = await verify_log(strange.pool)
    kinds = {str(flaw.what).split(":")[0] for flaw in report.flaws}
    assert not [kind for kind in kinds if "hash" in kind or "canonical" in kind]
    file = tmp_path / "log.ndjson"
    with file.open("wb") as to:
        await transfer.export(strange, to, after=0, until=len(raw), progress=lambda _: None)
    async with fresh_database(server, template) as other:
        assert await transfer.restore(other, file, lambda _: None, unchecked=True) == len(raw)
        async with await Log.open(other) as copy:
            assert [e.bytes async for e in copy.stream()] == [e.bytes async for e in strange.stream()]


async def _asked(client: httpx.AsyncClient, raw: list[Any]) -> None:
    """Whatever is asked, the answer is no fault of the server's."""
    sized = [event for n, event in enumerate(raw) if n % max(1, len(raw) // 150) == 0]
    asked = dict.fromkeys(question for _, question in questions(sized))
    for question in asked:
        path, _, accept = question.partition(" ")
        answer = await client.get(path, headers={"Accept": accept or "*/*"})
        assert answer.status_code < 500, (question, answer.text[:400])
    for path in (
        "/v1/subjects/cn:420100/history",
        "/v1/events?limit=1000",
        "/v1/corrections",
        "/v1/questions",
    ):
        answer = await client.get(path)
        assert answer.status_code < 500, (path, answer.text[:400])


async def test_nobody_is_kept_from_acting_by_what_was_taken(strange: Log, database: Database) -> None:
    async with Committer(database, strange) as committer:
        for act in (*founds(), opens("2099"), applies("长沙市")):
            outcome = await committer.carry_out(act)
            assert outcome.kind != "failed", outcome.answer
    assert MINISTRY.role == "ministry"
    assert isinstance((await strange.read(limit=1))[0], Recorded)
