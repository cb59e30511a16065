"""A question is asked by the parameters that it has, each once; nothing is passed by without a word."""

from __future__ import annotations

import httpx
import pytest

from domain.acts import COMMANDS


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("asOf=2014-06-01", "did you mean “as_of”?"),
        ("as-of=2014-06-01", "did you mean “as_of”?"),
        ("as_know=3", "did you mean “as_known”?"),
        ("catgory=special", "did you mean “category”?"),
        ("page=2", "is no parameter; there are: "),
        ("as_of=2014-06-01&as_of=2015-06-01", "is given more than once"),
        ("round=2021&round=2021", "is given more than once"),
        ("limit=1&Limit=2", "did you mean “limit”?"),
    ],
)
async def test_what_is_not_known_is_refused_with_what_is(
    client: httpx.AsyncClient, query: str, said: str
) -> None:
    answer = await client.get(f"/v1/rosters/city-2019?{query}")
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/bad-parameter"
    assert said in answer.json()["detail"]
    (error,) = answer.json()["errors"]
    assert error["parameter"] in query


@pytest.mark.parametrize(
    "question", ["/v1/rosters/city-2019", "/v1/events", "/v1/quotas/city-2019/2021", "/v1/rules/C19-1"]
)
async def test_of_every_question(client: httpx.AsyncClient, question: str) -> None:
    assert (await client.get(question)).status_code == 200
    assert (await client.get(f"{question}?nonsense=1")).status_code == 422


async def test_what_is_made_to_repeat_repeats(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/events?topic=round.opened&topic=reading.recorded&tag=programme:city-2019")
    assert answer.status_code == 200


async def test_an_act_takes_none(client: httpx.AsyncClient) -> None:
    for kind in list(COMMANDS.values())[:4]:
        answer = await client.post(f"/v1/{kind.collection}?dry_run=1", json={})
        assert answer.status_code == 422
        assert "there are none" in answer.json()["detail"]


async def test_whoever_watches_over_the_process_asks_as_they_do(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz?t=1")).status_code == 200
