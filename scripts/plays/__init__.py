"""Rounds of each programme, played by dice, one file each.

They aim at every stage and cap of their texts and, by slips, at every rule that refuses.
"""

from scripts.plays.cities import one_round
from scripts.plays.guide import titles_of_the_guide, year_of_the_guide
from scripts.plays.incentives import one_measure
from scripts.plays.pilots import one_batch
from scripts.plays.projects import one_call

__all__ = ["one_batch", "one_call", "one_measure", "one_round", "titles_of_the_guide", "year_of_the_guide"]
