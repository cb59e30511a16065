"""The programmes: rule books, each in its newest edition, and lists without one.

A programme whose rules the ledger does not have is record-only: what is known of it can be recorded
and read, nothing is judged.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from domain.messages import Told
from domain.programme import Programme
from domain.programmes.city_2019 import CITY_1_1
from domain.programmes.guide_2016 import GUIDE_2016
from domain.programmes.incentive_2022 import INCENTIVE_2_1
from domain.programmes.pilot_2013 import PILOT_2_1
from domain.programmes.project_2019 import PROJECT_2_1
from domain.rules import EVER


class UnknownProgramme(Told, LookupError):
    """No programme has that id."""


PROGRAMMES = {
    programme.id: programme
    for programme in (
        PILOT_2_1,
        Programme(
            "demo-2015", "国家信息消费示范城市", "National information consumption demonstration cities"
        ),
        GUIDE_2016,
        PROJECT_2_1,
        CITY_1_1,
        INCENTIVE_2_1,
        Programme(
            "upgrading-2017",
            "工业稳增长和转型升级成效明显市(州)",
            "Cities with steady industrial growth and upgrading",
        ),
        Programme(
            "incentive-state-council",
            "国务院督查激励(全部项目)",
            "Inspection incentives of the State Council, all items",
        ),
        Programme(
            "incentive-shandong",
            "山东省工业和信息化领域督查激励推荐",
            "Shandong's own selection for the inspection incentives",
        ),
    )
}


def books_of(
    id_: str, day: date | None = None, place: int = EVER, cited: Collection[str] = ()
) -> tuple[Programme, ...]:
    """The rule books that a programme's acts and titles fall under: its own, and those that bind it.

    In the editions in force on a day, for what is recorded at a place of the log, or that an event cites;
    without a day, the newest. Which books bind a programme is their editions' to say; what an event cites did
    judge it, and no other book.
    """
    there = PROGRAMMES.values()
    books = there if day is None else [book.in_force(day, place, cited) for book in there]
    judged_by = {name.partition("/")[0] for name in cited} & PROGRAMMES.keys()
    return (
        *(book for book in books if book.id == id_),
        *(book for book in books if id_ in book.binds and (not judged_by or book.id in judged_by)),
    )


def ever_books_of(id_: str) -> tuple[Programme, ...]:
    """Every edition of every rule book under which a programme's acts and titles fall, or ever fell."""
    return tuple(
        one for newest in PROGRAMMES.values() for one in newest.editions if one.id == id_ or id_ in one.binds
    )


def in_force(id_: str, day: date, place: int = EVER, cited: Collection[str] = ()) -> Programme | None:
    """The edition of a programme's own rule book; None: there is no such programme."""
    newest = PROGRAMMES.get(id_)
    return None if newest is None else newest.in_force(day, place, cited)


def edition_cited(name: str) -> Programme | None:
    """The edition that an event or a row names: city-2019/1; None: this program has none of that name."""
    newest = PROGRAMMES.get(name.partition("/")[0])
    return next((one for one in newest.editions if one.cited == name), None) if newest else None


def programme(id_: str) -> Programme:
    """The programme of an id. Raises UnknownProgramme, which lists those there are."""
    try:
        return PROGRAMMES[id_]
    except KeyError:
        raise UnknownProgramme(
            "no programme is called {called!r}; there are: {those}", called=id_, those=list(PROGRAMMES)
        ) from None
