"""How long a title is held: its first and last day, and from which day on it is held no more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeAlias

from domain.dates import parse

Bounds: TypeAlias = tuple[date | None, date | None]  # earliest and latest; None: no bound


def bounds_of(edtf: str | None) -> Bounds:
    """Between which days a stated date lies; nothing known has no bound."""
    if edtf is None:
        return None, None
    when = parse(edtf)
    return when.earliest, when.latest


def day_before(day: date) -> date:
    """There is none before the first."""
    return day - timedelta(days=1) if day > date.min else day


def day_after(day: date) -> date:
    """There is none after the last."""
    return day + timedelta(days=1) if day < date.max else day


def is_over(held_until: str | None, day: date) -> bool:
    """Whether the last day that its record gives a title has passed by then."""
    return held_until is not None and parse(held_until).latest < day


def last_day_held(held_until: str | None, withdrawn: date | None) -> date | None:
    """The last day on which a title is held; None: it goes on.

    held_until: the last day that its record gives it. withdrawn: the day from which on it is withdrawn.
    """
    over = parse(held_until).latest if held_until else date.max
    last = min(over, day_before(withdrawn) if withdrawn is not None else date.max)
    return last if last < date.max else None


def first_day_not_held(held_until: str | None, withdrawn: date | None) -> date | None:
    """From which day on a title is not held any more; None: it goes on."""
    over = parse(held_until).latest if held_until else date.max
    ends = min(day_after(over), withdrawn if withdrawn is not None else date.max)
    return ends if ends < date.max else None


def last_day_bounds(held_until: str | None, withdrawn: str | None) -> Bounds:
    """The same of dates that are not known to the day. withdrawn: EDTF."""
    earliest, latest = bounds_of(withdrawn)
    before = (
        day_before(earliest) if earliest is not None else None,
        day_before(latest) if latest is not None else None,
    )
    return _the_earlier(bounds_of(held_until), before)


def _the_earlier(one: Bounds, other: Bounds) -> Bounds:
    """The earlier end of two; none is later than any."""
    earliest = min(one[0] or date.max, other[0] or date.max)
    latest = min(one[1] or date.max, other[1] or date.max)
    return (None if earliest == date.max else earliest, None if latest == date.max else latest)
