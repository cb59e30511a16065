"""Oracles: they judge recorded events again, by RULES.md alone, one for each programme."""

from tests.oracles.city import City
from tests.oracles.guide import Guide
from tests.oracles.incentives import Incentives
from tests.oracles.pilots import Pilots
from tests.oracles.projects import Projects

__all__ = ["City", "Guide", "Incentives", "Pilots", "Projects"]
