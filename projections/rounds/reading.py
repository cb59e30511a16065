"""A round read off the log: what is believed of it up to a day, as known at a position."""

from __future__ import annotations

from collections.abc import Iterable

from domain.dates import may_have_come
from domain.events import CORRECTION_TOPICS
from domain.history import believed
from domain.kernel import Query, Selector
from domain.rules import Facts
from domain.tags import ROUND, TERMS
from eventlog.log import WHOLE
from projections.asking.standpoint import Standpoint


async def round_as_believed(at: Standpoint, programme: str, round_: str, topics: Iterable[str] = ()) -> Facts:
    """A round (of it, these topics; default: all) and its terms."""
    of_it = frozenset(topics)
    of_it = of_it | CORRECTION_TOPICS if of_it else of_it
    terms = (TERMS(programme), TERMS(programme, round_))
    of_the_round = Selector(of_it, frozenset({ROUND(programme, round_)}))
    query = Query((of_the_round, *(Selector.of(tags={tag}) for tag in terms)))
    events = await at.log.read(query, until=at.view.as_known, limit=WHOLE)
    known = (b for b in believed(events) if may_have_come(b.effective, at.view.as_of))
    return Facts(tuple(known), at.view.as_of, at.view.as_of)
