"""A city that holds a title of 2015, which the guide of 2016 binds."""

from __future__ import annotations

from domain.events import HistoricalDesignationRecorded, Source
from domain.subjects import find
from tests.support.given import stands

CITY = "合肥市"


TITLE = f"demo-2015/2015/{find(CITY).id}"


HOLDER = (
    stands(
        HistoricalDesignationRecorded(
            designation=TITLE,
            programme="demo-2015",
            round="2015",
            subject=find(CITY).id,
            subject_name=CITY,
            province=find(CITY).province,
            source=Source("报道"),
            effective_words="2015或2016",
        ),
        "2015-12-31",
    ),
)
