"""Where lines break."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotator.text.layout import lay_out


def wrapped(text: str, width: int) -> list[str]:
    return [text[line.start : line.end] for line in lay_out(text, width).lines]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 7, ["one two ", "three"]),
        ("one two three", 8, ["one two ", "three"]),
        ("one  two", 3, ["one  ", "two"]),
        ("one", 2, ["on", "e"]),
        ("a longword", 4, ["a ", "long", "word"]),
        ("   ab", 3, ["   ", "ab"]),
        ("ab      ", 3, ["ab      "]),
        ("well-known fact", 8, ["well-", "known ", "fact"]),
        ("1990-1991 x", 7, ["1990-19", "91 x"]),
        ("-5 -flag", 4, ["-5 ", "-fla", "g"]),
        ("a/b c", 3, ["a/b ", "c"]),
        ("see (this) now", 6, ["see ", "(this) ", "now"]),
        ("a\xa0b c", 3, ["a\xa0b ", "c"]),
        ("قال : نعم", 5, ["قال : ", "نعم"]),
        ("كلمة ، كلمة", 6, ["كلمة ، ", "كلمة"]),
        ("ماذا ؟ لا", 5, ["ماذا ", "؟ لا"]),
        ("في ( البيت", 4, ["في ", "( ال", "بيت"]),
        ("漢字仮名。交", 4, ["漢字", "仮", "名。", "交"]),
        ("漢字ab", 4, ["漢字", "ab"]),
        ("ab\u200bcd", 3, ["ab\u200b", "cd"]),
        ("ab\u2028cd", 9, ["ab\u2028", "cd"]),
        ("ab\u2028", 9, ["ab\u2028"]),
        ("ab\x0ccd", 9, ["ab\x0c", "cd"]),
        ("", 9, [""]),
    ],
)
def test_breaks(text: str, width: int, expected: list[str]) -> None:
    assert wrapped(text, width) == expected


def test_closing_punctuation_stays_with_its_word() -> None:
    for mark in "،؛؟.:!»)]}…٪":
        assert wrapped(f"كلمتان كلمة{mark}", 11) == ["كلمتان ", f"كلمة{mark}"]


def test_spaces_hang_over_the_end() -> None:
    first, second = lay_out("abc   def", 4).lines
    assert (first.width, first.invisible) == (4, (4, 5))
    assert (second.start, second.width) == (6, 3)


def test_a_mark_keeps_its_space_from_breaking() -> None:
    assert wrapped("ab \u0301cd", 3) == ["ab \u0301", "cd"]  # cut, not broken: the space with its mark fills the line
    assert wrapped("ab \u0301cd", 2) == ["ab", " \u0301c", "d"]


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("a\tb", "ltr", [("a", 0, 1), (" " * 7, 1, 7), ("b", 8, 1)]),
        ("\t\tb", "ltr", [(" " * 8, 0, 8), (" " * 8, 8, 8), ("b", 16, 1)]),
        ("ا\tب", "rtl", [("ﺏ", 0, 1), (" " * 7, 1, 7), ("ﺍ", 8, 1)]),
    ],
)
def test_tab_stops_are_counted_from_the_edge_where_the_line_starts(
    text: str, base: str, expected: list[tuple[str, int, int]]
) -> None:
    (line,) = lay_out(text, 40, "rtl" if base == "rtl" else "ltr").lines
    assert [(glyph.text, glyph.column, glyph.width) for glyph in line.glyphs] == expected


def test_a_tab_ends_with_the_line_and_hangs_like_a_space() -> None:
    lines = lay_out("abcdef\tx", 7).lines
    assert [(line.width, line.invisible) for line in lines] == [(7, ()), (1, ())]
    lines = lay_out("abcdefg\tx", 7).lines
    assert [(line.width, line.invisible) for line in lines] == [(7, (7,)), (1, ())]


def test_lam_alef_is_measured_after_shaping() -> None:
    assert len(lay_out("سلام", 3).lines) == 1
    assert len(lay_out("سلام", 3, boundaries=[2]).lines) == 2


def test_marks_take_no_room() -> None:
    assert wrapped("بَيْتٌ", 3) == ["بَيْتٌ"]
    assert len(lay_out("ب" + "\u064e" * 10_000, 1).lines) == 1


@settings(max_examples=300)
@given(st.lists(st.sampled_from(["a", " ", "س", "لا", "م\u064e\u0651"])).map("".join), st.integers(2, 12))
@example("ab لا", 2)
def test_lines_are_as_long_as_they_can_be(text: str, width: int) -> None:
    """The next word, or the next glyph of a word that is cut, would not have fitted."""
    lines = list(lay_out(text, width).lines)
    for line, following in pairwise(lines):
        word = text[following.start :].partition(" ")[0]
        more = lay_out(word, 99).lines[0].width if text[line.end - 1] == " " else 1
        used = lay_out(text[line.start : line.end], 999).lines[0].width
        assert used + (more or 1) > width
