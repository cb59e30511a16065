"""Read: any query, either way, between any positions, as a plain filter over the log would."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.kernel import EVERYTHING, Event, Query, Selector
from eventlog.database import Database
from eventlog.log import Log
from tests.support.facts import TESTER
from tests.support.states import begins

TOPICS = ["t1", "t2", "t3"]
TAGS = ["a", "b", "c", "d", "e"]
EVENTS = 60


@begins(after="log")
async def mixed(log: Log) -> None:
    """Sixty events of three topics whose tags overlap in every way."""
    await log.append(
        [
            Event(TOPICS[n % 3], frozenset(t for i, t in enumerate(TAGS) if n >> i & 1), {}, TESTER)
            for n in range(EVENTS)
        ]
    )


selectors = st.builds(
    Selector,
    st.frozensets(st.sampled_from([*TOPICS, "none"]), max_size=2),
    st.frozensets(st.sampled_from([*TAGS, "none"]), max_size=3),
)
queries = st.builds(Query, st.lists(selectors, max_size=3).map(tuple))
positions = st.integers(0, EVENTS + 5)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=queries,
    after=positions,
    until=st.none() | positions,
    limit=st.integers(1, 70),
    backwards=st.booleans(),
)
async def test_a_read_is_a_filter_over_the_log(
    mixed: Log, query: Query, after: int, until: int | None, limit: int, backwards: bool
) -> None:
    whole = await mixed.read(limit=EVENTS + 1)
    expected = [
        e.position
        for e in (reversed(whole) if backwards else whole)
        if after < e.position <= (until or EVENTS + 1 if until is None else until)
        and query.matches(e.topic, e.tags)
    ][:limit]
    found = await mixed.read(query, after=after, until=until, limit=limit, backwards=backwards)
    assert [e.position for e in found] == expected
    for item in query.items:
        if item.tags:
            joined = await mixed.pool.fetch(
                "SELECT log.match_all($1, $2, $3, $4, $5, $6)",
                list(item.topics),
                list(item.tags),
                after,
                2**40 if until is None else until,
                limit,
                backwards,
            )
            assert [row[0] for row in joined] == [
                e.position
                for e in (reversed(whole) if backwards else whole)
                if after < e.position <= (2**40 if until is None else until) and item.matches(e.topic, e.tags)
            ][:limit]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("tags", "topics"),
    [({"even", "odd"}, ()), ({"even", "third"}, ()), ({"odd"}, ("t0",)), ({"even"}, ("t0", "none"))],
)
async def test_tags_that_are_frequent_and_seldom_together_are_read_whole(
    log: Log, tags: set[str], topics: tuple[str, ...], backwards: bool
) -> None:
    """Where leaping gives way to a join, nothing is lost or doubled between them."""
    await log.append(
        [
            Event(
                f"t{n % 2}",
                frozenset({"even" if n % 2 == 0 else "odd"} | ({"third"} if n % 997 == 3 else set())),
                {},
                TESTER,
            )
            for n in range(3_000)
        ]
    )
    selector = Selector.of(topics=topics, tags=tags)
    whole = [e async for e in log.stream()]
    expected = [e.position for e in whole if selector.matches(e.topic, e.tags)]
    found = await log.read(Query((selector,)), limit=5_000, backwards=backwards)
    assert [e.position for e in found] == (expected[::-1] if backwards else expected)


@pytest.mark.parametrize("page", [1, 7, 61, 1000])
@pytest.mark.parametrize("backwards", [False, True])
async def test_a_stream_is_the_same_whatever_its_page(mixed: Log, page: int, backwards: bool) -> None:
    query = Query((Selector.of(tags={"a"}), Selector.of(topics={"t2"}, tags={"b"})))
    streamed = [e async for e in mixed.stream(query, page=page, backwards=backwards)]
    assert streamed == await mixed.read(query, limit=1000, backwards=backwards)
    assert streamed


async def test_a_stream_ends_at_the_head_of_when_it_began(mixed: Log) -> None:
    seen = 0
    async for _ in mixed.stream(page=10):
        seen += 1
        if seen < 5:
            await mixed.append([Event("t1", frozenset(), {}, TESTER)])
    assert seen == EVENTS + 1


async def test_the_position_of_an_instant_is_the_newest_recorded_by_then(log: Log) -> None:
    second = await log.append([Event("t1", frozenset(), {}, TESTER)] * 2)
    third = await log.append([Event("t1", frozenset(), {}, TESTER)])
    assert await log.position_at(second.recorded_at) == second.last
    assert await log.position_at(third.recorded_at) == third.last
    first = (await log.read(limit=1))[0]
    assert await log.position_at(first.recorded_at.replace(year=2000)) == 0


async def test_a_two_tag_selector_costs_the_same_in_either_order(log: Log, database: Database) -> None:
    """The kept plan: index range scans only, and buffers by the rarer tag, not by the frequent."""
    for _ in range(10):
        await log.append([Event("t", frozenset({"often"}), {}, TESTER) for _ in range(1_000)])
    await log.append([Event("t", frozenset({"often", "once"}), {}, TESTER)])
    owner = await database.connect_owner()
    await owner.execute("ANALYZE log.events, log.tags")
    buffers = {}
    for tags in (["once", "often"], ["often", "once"]):
        item = json.dumps([{"topics": [], "tags": tags}])
        read = "SELECT * FROM log.read($1::jsonb, 0, 1000000, 100, false)"
        assert len(await owner.fetch(read, item)) == 1
        explained = json.loads(await owner.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {read}", item))
        buffers[tags[0]] = explained[0]["Plan"]["Shared Hit Blocks"]
    plan = await owner.fetch(
        "EXPLAIN SELECT min(position) FROM log.tags"
        " WHERE tag = 'often' AND position >= 5 AND position <= 9000"
    )
    await owner.close()
    assert "Index Only Scan using tags_pkey" in "\n".join(row[0] for row in plan)
    assert max(buffers.values()) < 60, buffers  # the frequent tag alone fills some 60 pages


async def test_everything_is_read_by_position(log: Log, database: Database) -> None:
    await log.append([Event("t", frozenset(), {}, TESTER) for _ in range(2_000)])
    owner = await database.connect_owner()
    await owner.execute("ANALYZE log.events")
    plan = await owner.fetch(
        "EXPLAIN SELECT position, bytes FROM log.events"
        " WHERE position > 500 AND position <= 1500 ORDER BY position LIMIT 100"
    )
    await owner.close()
    assert "Index Scan using events_pkey" in "\n".join(row[0] for row in plan)
    assert len(await log.read(EVERYTHING, after=500, limit=100)) == 100
