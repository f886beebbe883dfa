"""Short strings for tables, labels and titles."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.display import display
from annotator.text.layout import lay_out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Documents (12)", "Documents (12)"),
        ("سلام", "ﻡﻼﺳ"),
        ("خبر (BBC) 12", "12 (BBC) ﺮﺒﺧ"),
        ("3 مقالات", "ﺕﻻﺎﻘﻣ 3"),
        ("a\tb\r\nc\nd\u2028e", "a b c d e"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("بَيْت", "ﺖﻴْﺑَ"),
    ],
)
def test_display(text: str, expected: str) -> None:
    assert display(text) == expected


def test_the_direction_can_be_forced() -> None:
    assert display("a ب", "rtl") == "ﺏ a"
    assert display("a.", "rtl") == ".a"


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_nothing_for_a_terminal_to_obey(text: str) -> None:
    drawn = display(text)
    assert not {unicodedata.category(ch) for ch in drawn} & {"Cc", "Cs", "Co", "Zl", "Zp"}
    assert not set(drawn) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text(st.sampled_from("abا12لب()، ")))
def test_it_is_the_line_that_a_document_has(text: str) -> None:
    (line,) = lay_out(text, 1000).lines
    assert display(text) == "".join(glyph.text for glyph in line.glyphs)


def test_long_strings_too() -> None:
    assert display("ب " * 5000).count("ﺏ") == 5000
