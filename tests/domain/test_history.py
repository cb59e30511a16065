"""Corrections: what is believed of an event, and from when to when."""

from __future__ import annotations

from hypothesis import given, settings

from domain.events import Correction, CorrectionApproved, Replacement, decode
from domain.history import believed, matching, through_time
from domain.kernel import Query, Recorded
from tests.support.facts import amend, annul, notice, recorded, supply, words
from tests.support.random_histories import Step, histories


def test_an_uncorrected_history_is_in_the_order_of_effect() -> None:
    history = [
        recorded(2, notice("b"), "2020"),
        recorded(3, notice("a"), "2020-12-30"),
        recorded(4, notice("c"), None),
        recorded(5, notice("d"), "../2019-01-01"),
    ]
    assert words(believed(history)) == ["d", "a", "b", "c"]


def test_an_amendment_holds_from_its_own_position_on() -> None:
    history = [recorded(2, notice("wrong")), amend(3, 2, notice("right"))]
    assert words(believed(history, known=2)) == ["wrong"]
    assert words(believed(history, known=3)) == ["right", "correction.approved"]
    assert believed(history)[0].settled_by == 3


def test_an_annulled_event_falls() -> None:
    assert words(believed([recorded(2, notice("a")), annul(3, 2)])) == ["correction.approved"]


def test_a_supplied_fact_stands_where_its_correction_stands() -> None:
    history = [supply(3, notice("late"), "2013-01-01"), recorded(4, notice("a"), "2014-01-01")]
    assert words(believed(history)) == ["late", "a"]
    assert believed(history)[0].position == 3


def test_the_newer_of_two_corrections_holds() -> None:
    history = [recorded(2, notice("a")), amend(3, 2, notice("b")), amend(4, 2, notice("c"))]
    assert words(believed(history))[0] == "c"
    assert words(believed(history, known=3))[0] == "b"


def test_an_annulled_correction_lets_the_older_one_stand_again() -> None:
    history = [recorded(2, notice("a")), amend(3, 2, notice("b")), annul(4, 2), annul(5, 4)]
    assert words(believed(history, known=4)) == ["correction.approved"] * 2
    assert words(believed(history))[0] == "b"


def test_a_correction_can_be_amended() -> None:
    inner = Correction("amend", 2, Replacement("notice.recorded", (), dict(notice("c").as_data())))
    history = [recorded(2, notice("a")), amend(3, 2, notice("b")), amend(4, 3, _approved(inner))]
    newest = next(content for content in believed(history) if content.position == 2)
    assert (newest.data["act_words"], newest.settled_by) == ("c", 4)


def test_what_is_moved_elsewhere_no_longer_matches() -> None:
    before = recorded(2, notice("a"), tags={"subject:cn:420100"})
    after = amend(3, 2, notice("a"), tags={"subject:cn:440300"})
    wuhan, shenzhen = Query.tagged("subject:cn:420100"), Query.tagged("subject:cn:440300")
    assert matching(believed([before, after]), wuhan) == []
    moved = matching(believed([after]), shenzhen)
    assert [content.position for content in moved] == [2, 3]  # and the correction itself


def test_rows_know_from_when_to_when_they_were_believed() -> None:
    history = [recorded(2, notice("a")), amend(5, 2, notice("b")), annul(9, 5)]
    rows = {(r.row, r.since, r.until) for r in through_time(history, lambda h: words(h[:1]))}
    assert rows == {("a", 2, 5), ("b", 5, 9), ("a", 9, None)}


def _approved(correction: Correction) -> CorrectionApproved:
    return CorrectionApproved(proposal=1, correction=correction)


@settings(max_examples=400, deadline=None)
@given(histories)
def test_what_is_found_by_tag_is_all_that_matters(steps: list[Step]) -> None:
    """A history read by its tag is believed as it is in the whole log: nothing is missed."""
    log: list[Recorded] = []
    for step in steps:
        made = step.event(log)
        log.append(recorded(len(log) + 2, decode(made.topic, made.data), made.effective, made.tags))
    whole = believed(log)
    for tag in {tag for event in log for tag in event.tags}:
        found = believed(event for event in log if tag in event.tags)
        assert [b for b in found if tag in b.tags] == [b for b in whole if tag in b.tags]
    for root in (event.position for event in log):
        named = believed(e for e in log if e.position == root or f"event:{root}" in e.tags)
        assert [b for b in named if b.position == root] == [b for b in whole if b.position == root]
