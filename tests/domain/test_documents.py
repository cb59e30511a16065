"""A document's number has one spelling, and is known by it however it was typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.documents import number_of, same_document, stated, with_documents_stated
from domain.events import Cap, Parameters
from domain.kernel import Document
from tests.support.city_round import ANNOUNCEMENT, awards, noticed, opened
from tests.support.given import given as a_ledger
from tests.support.given import on

RIGHT = "工信部信软〔2019〕63号"


@pytest.mark.parametrize(
    "given_as",
    [
        RIGHT,
        f" {RIGHT} ",
        f"{RIGHT}\u3000",
        "工信部信软[2019]63号",
        "工信部信软(2019)63号",
        "工信部信软（2019）63号",
        "工信部信软［2019］63号",
        "工信部信软【2019】63号",
        "工信部信软〔２０１９〕６３号",
        "工信部信软 〔 2019 〕 63 号",
    ],
)
def test_a_number_has_one_spelling(given_as: str) -> None:
    document = stated(Document(number=given_as))
    assert document.number == RIGHT
    assert document.number_words == (given_as if given_as != RIGHT else None)
    assert stated(document) == document
    assert same_document(Document(number=given_as), Document(number=RIGHT))


@pytest.mark.parametrize(
    "kept", ["Decision No 5 of 2019", "公告2013年第67号", "国办发〔2022〕10号", "〔2022〕"]
)
def test_what_is_spelled_otherwise_stays(kept: str) -> None:
    assert number_of(kept) == kept


@given(st.text(max_size=30))
def test_the_spelling_of_a_spelling_is_itself(text: str) -> None:
    assert number_of(number_of(text)) == number_of(text)


def test_without_numbers_the_title_decides() -> None:
    one, other = Document(title="关于名单的公告"), Document(title="关于名单的公告 ", number=RIGHT)
    assert same_document(one, other)
    assert not same_document(one, Document(title="另一"))
    assert not same_document(one, None)


def test_every_document_in_a_fact_is_stated() -> None:
    fact = Parameters(caps=(Cap("pilot", 50, Document(number="工信厅信函[2013]701号"), "awards"),))
    (cap,) = with_documents_stated(fact).caps
    assert cap.source == Document(number="工信厅信函〔2013〕701号", number_words="工信厅信函[2013]701号")
    plain = Parameters(caps=(Cap("pilot", 50, Document(number=RIGHT), "awards"),))
    assert with_documents_stated(plain) is not None


def test_another_spelling_is_no_second_announcement() -> None:
    """C19-13: once a year, by one document."""
    names = ("武汉市", "深圳市")
    g = a_ledger(*opened(), *noticed(*names), on("2022-01-25", awards(names[0])))
    assert ANNOUNCEMENT.number is not None
    spelled = ANNOUNCEMENT.number.replace("〔", "[").replace("〕", "]") + " "
    (title,) = g.recorded("2022-01-26", awards(names[1], basis=replace(ANNOUNCEMENT, number=spelled)))
    assert title.basis is not None
    assert title.basis.number == ANNOUNCEMENT.number
    assert title.basis.number_words == (spelled if spelled != ANNOUNCEMENT.number else None)
