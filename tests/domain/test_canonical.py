"""A fact has one spelling, and it is RFC 8785's."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import JSON, NotCanonical, decode, encode, leaf_hash, of_known_characters
from projections.words.language import say

keys = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])).map(
    lambda text: unicodedata.normalize("NFC", text)
)
values = st.recursive(
    st.one_of(texts, st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=20,
)


@given(values)
def test_the_spelling_is_that_of_rfc_8785(value: JSON) -> None:
    assert encode(value) == rfc8785.dumps(value)


@given(values)
def test_what_is_spelled_is_read_back(value: JSON) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ({"a": 1.5}, "float"),
        ({"a": {"b": None}}, "null"),
        ([2**53], "2^53"),
        ({"名": 1}, "ASCII"),
        (["e\u0301"], "normal form C"),
        (["\x00"], "U+0000"),
        ({"a\x00": 1}, "U+0000"),
        (["\ud800"], "surrogate"),
        ([b"x"], "bytes"),
    ],
)
def test_what_has_no_one_spelling_is_refused(value: JSON, word: str) -> None:
    with pytest.raises(NotCanonical) as error:
        encode(value)
    assert word in say(error.value, of="en")


@pytest.mark.parametrize("text", ["\u0378", "词\U0001fae8", "\ufffe", "\uac00\u11a7"])
def test_what_programs_may_normalize_differently_is_not_recorded(text: str) -> None:
    with pytest.raises(NotCanonical) as error:
        of_known_characters(text, "topic")
    assert say(error.value, of="en").startswith("“topic”: ")
    assert encode(text)  # it is read, where it stands


@given(st.text(st.characters(exclude_categories=["Cn", "Cs"], exclude_characters="\u11a7")))
def test_characters_that_are_assigned_are_recorded(text: str) -> None:
    of_known_characters(text, "")


@pytest.mark.parametrize("text", [b'{"b":1,"a":2}', b'{"a": 1}', b'["\\u0041"]', b"[1.0]", b"{"])
def test_another_spelling_is_not_read(text: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(text)


def test_a_leaf_is_hashed_as_rfc_6962_says() -> None:
    assert leaf_hash(b"") == hashlib.sha256(b"\x00").digest()
