"""Oracles: they judge recorded events again, by RULES.md alone, one for each programme."""

from tests.support.oracles.city import City
from tests.support.oracles.guide import Guide
from tests.support.oracles.incentives import Incentives
from tests.support.oracles.pilots import Pilots
from tests.support.oracles.projects import Projects

__all__ = ["City", "Guide", "Incentives", "Pilots", "Projects"]
