"""The oracle of guide-2016, by RULES.md alone."""

from __future__ import annotations

from datetime import date

from tests.support.oracles.account import JSON, Oracle, Told


class Guide(Oracle):
    """guide-2016: nothing to refuse but what is not held, and what ends without a document."""

    def historical_designation_recorded(self, event: JSON, data: JSON, day: date) -> Told:
        self.titles[data["designation"]] = data
        yield from ()

    def progress_reported(self, event: JSON, data: JSON, day: date) -> Told:
        if data["designation"] not in self.titles:
            yield "H-2"

    def monitoring_chosen(self, event: JSON, data: JSON, day: date) -> Told:
        if event["actor"]["role"] != "ministry":
            yield "H-1"
        yield from self.progress_reported(event, data, day)

    indicator_reported = arrangement_recorded = commendation_recorded = progress_reported
