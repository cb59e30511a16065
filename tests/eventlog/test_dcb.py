"""The log is a DCB event store: eventsourcing's own conformance test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.tests import DCBRecorderTestCase
from hypothesis import given
from hypothesis import strategies as st

from eventlog.database import Database
from eventlog.dcb import Recorder, as_bytes, as_object
from eventlog.ledger import open_ledger
from tests.support.databases import LEDGER, TESTER


@pytest.fixture
def recorder(database: Database) -> Iterator[Recorder]:
    recorder = Recorder(database, TESTER)
    recorder.wait(open_ledger(recorder.log, ledger=LEDGER, name="dcb", kind="real", actor=TESTER))
    yield recorder
    recorder.close()


class Conformance(DCBRecorderTestCase):
    """The library's test case, without its own unittest machinery."""

    __test__ = False

    def runTest(self) -> None:  # noqa: N802
        """Named by unittest."""

    def append_and_read(self, recorder: Recorder) -> None:
        self._test_append_read(recorder, 1)

    def append_and_subscribe(self, recorder: Recorder) -> None:
        self._test_append_subscribe(recorder, 1)


async def test_append_and_read_conform_to_dcb(recorder: Recorder) -> None:
    await asyncio.to_thread(Conformance().append_and_read, recorder)


async def test_append_and_subscribe_conform_to_dcb(recorder: Recorder) -> None:
    await asyncio.to_thread(Conformance().append_and_subscribe, recorder)


async def test_a_stopped_subscription_ends(recorder: Recorder) -> None:
    def consume() -> list[int]:
        with recorder.subscribe(after=1) as subscription:
            recorder.append([DCBEvent("type1", b"x")])
            seen = [next(subscription).position]
            subscription.stop()
            return [*seen, *(event.position for event in subscription)]

    assert await asyncio.to_thread(consume) == [2]


@given(st.one_of(st.binary(), st.sampled_from([b"{}", b'{"a":1}', b'{"base64":"QQ=="}'])))
def test_any_bytes_come_back_as_they_were_given(data: bytes) -> None:
    assert as_bytes(as_object(data)) == data
