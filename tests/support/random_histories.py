"""Random histories with corrections in them, for property tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from domain.events import Correction, CorrectionApproved, Fact
from domain.kernel import Event, Recorded
from tests.support.facts import approval, designation, event, notice, replacing

CITIES = ["武汉市", "深圳市", "莱芜市"]
DATES = ["2022-01-25", "../2020-04-07", "[2015,2016]", "2021-08", None]


@dataclass(frozen=True)
class Step:
    """One event to append; `target` and `inner` count back from the newest."""

    act: str
    target: int
    inner: int
    fact: Fact
    effective: str | None
    page: int  # how a projector takes in what there is after it: 0, not yet

    def event(self, log: Sequence[Recorded]) -> Event:
        """The event of this step, given what stands in the log."""
        replacement = replacing(self.fact, self.effective)
        if self.act == "record" or not log:
            return event(self.fact, self.effective)
        if self.act == "supply":
            return approval(Correction("supply", None, replacement), log)
        target = log[-1 - self.target % len(log)]
        if self.act == "annul":
            return approval(Correction("annul", target.position), log)
        if self.act == "amend-correction" and target.topic == CorrectionApproved.topic:
            deeper = Correction("amend", log[-1 - self.inner % len(log)].position, replacement)
            approved = CorrectionApproved(proposal=1, correction=deeper)
            replacement = replacing(approved, None)
        return approval(Correction("amend", target.position, replacement), log)


_facts = st.one_of(
    st.builds(
        designation,
        st.sampled_from(CITIES),
        st.sampled_from(["2019", "2021"]),
        category=st.sampled_from(["comprehensive", None]),
        held_until=st.sampled_from([None, "2023-12-31"]),
    ),
    st.builds(notice, st.sampled_from("ab")),
)
_steps = st.builds(
    Step,
    st.sampled_from(["record", "record", "amend", "annul", "supply", "amend-correction"]),
    st.integers(0, 6),
    st.integers(0, 6),
    _facts,
    st.sampled_from(DATES),
    st.sampled_from([0, 0, 1, 3, 100]),
)
histories = st.lists(_steps, min_size=1, max_size=12)
