"""What a roster says of a day, and how surely."""

from __future__ import annotations

from datetime import date

import pytest

from domain.history import believed
from projections.roster.rows import Roster, Status, status
from tests.support.facts import designation, recorded


def said(day: str, effective: str | None, **held: str) -> tuple[Status, bool]:
    fact = designation("株洲市", "batch-1", programme="pilot-2013", **held)
    (row,) = Roster().fold(fact.designation, believed([recorded(2, fact, effective)]))
    return status(dict(zip(Roster.columns, row, strict=True)), date.fromisoformat(day))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2013-12-31", ("announced", True)),
        ("2014-01-01", ("holds", True)),
        ("2015-12-31", ("holds", True)),
        ("2016-01-01", ("held", True)),
    ],
)
def test_a_pilot_is_announced_then_runs_then_ends_by_itself(day: str, expected: tuple[Status, bool]) -> None:
    assert said(day, "2013-12-31", held_from="2014-01-01", held_until="2015-12-31") == expected


@pytest.mark.parametrize(
    ("day", "effective", "expected"),
    [
        ("2020-04-07", "../2020-04-07", ("holds", True)),
        ("2020-04-06", "../2020-04-07", ("holds", False)),
        ("2015-06-01", "[2015,2016]", ("holds", False)),
        ("2016-12-31", "[2015,2016]", ("holds", True)),
        ("2014-12-31", "[2015,2016]", ("announced", False)),
        ("2020-01-01", None, ("holds", False)),
    ],
)
def test_an_uncertain_date_leaves_it_possible_only(
    day: str, effective: str | None, expected: tuple[Status, bool]
) -> None:
    assert said(day, effective) == expected


def test_an_uncertain_end_leaves_it_possible_only() -> None:
    assert said("2015-12-10", "2013-12-31", held_until="2015-12") == ("holds", False)
    assert said("2015-11-30", "2013-12-31", held_until="2015-12") == ("holds", True)
    assert said("2016-01-01", "2013-12-31", held_until="2015-12") == ("held", True)
