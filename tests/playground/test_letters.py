"""Bytes survive as letters of a link; anything else is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.letters import from_letters, to_letters


@given(st.binary(max_size=60))
def test_bytes_come_back_from_letters_that_need_no_escape(data):
    text = to_letters(data)
    assert set(text) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )
    assert from_letters(text, len(text), what="it") == data


@pytest.mark.parametrize(
    "text", ["a", "a+b/", "ñandú", "ab cd", "\x00", "====", "A" * 9]
)
def test_what_is_no_such_text_is_refused(text):
    with pytest.raises(ValueError, match="a thing"):
        from_letters(text, 8, what="a thing")
