"""Whatever is asked, the answer is an answer or a problem document, never a failure of ours."""

from __future__ import annotations

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PARAMETERS = [
    "round", "category", "field", "province", "subject", "as_of", "as_known", "limit", "cursor",
    "tag", "topic", "after", "until", "order", "corrected",
]  # fmt: skip
TELLING = [
    "0", "1", "60", "-1", str(2**63 - 1), "2026-11-22", "2026-11-22T00:00:00Z", "true", "\x00",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "eyJhZnRlciI6MX0",
    "eyJhZnRlciI6OTIyMzM3MjAzNjg1NDc3NTgwOCwidW50aWwiOjF9",
]  # fmt: skip
values = st.one_of(st.text(max_size=12), st.sampled_from(TELLING), st.integers().map(str))
paths = st.one_of(
    st.sampled_from(["/v1/rosters/city-2019", "/v1/events", "/v1/subjects/武汉/history"]),
    st.sampled_from(["/v1/checkpoint", "/readyz", "/healthz", "/metrics"]),
    st.text(max_size=8).map(lambda text: f"/v1/subjects/{text}/history"),
    st.text(max_size=8).map(lambda text: f"/v1/rosters/{text}"),
    st.text(max_size=8).map(lambda text: f"/v1/events/{text}"),
)


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=paths,
    query=st.dictionaries(st.sampled_from(PARAMETERS), values, max_size=3),
    accept=st.sampled_from(["*/*", "application/x-ndjson", "text/plain"]),
)
async def test_no_question_fails(
    client: httpx.AsyncClient, path: str, query: dict[str, str], accept: str
) -> None:
    try:
        url = httpx.URL("http://ledger").copy_with(path=path)
        response = await client.get(url, params=query, headers={"Accept": accept})
    except (httpx.InvalidURL, UnicodeEncodeError):
        return  # no client can send it
    assert response.status_code < 500 or response.json()["type"] == "/problems/not-yet-known"
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"
