"""How many rules each regulation has."""

from __future__ import annotations

NUMBERS = {"pilot-2013": 16, "guide-2016": 9, "project-2019": 14, "city-2019": 22, "incentive-2022": 22}
