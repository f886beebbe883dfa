"""Rules L1, L2 and L4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.bidi import mirrored, resolve
from annotator.text.bidi.reorder import visual_order


def reverse_level_by_level(levels: bytes) -> list[int]:
    """L2 to the letter: from the highest level to the lowest odd one, reverse each run at that level or higher."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end + 1
    return order


@given(st.binary(max_size=80).map(lambda data: bytes(level % 127 for level in data)))
def test_any_levels(levels: bytes) -> None:
    assert list(visual_order(levels)) == reverse_level_by_level(levels)


@given(st.lists(st.integers(0, 4), max_size=40).map(bytes), st.integers(0, 1000))
def test_few_levels_and_an_offset(levels: bytes, offset: int) -> None:
    assert [index - offset for index in visual_order(levels, offset)] == reverse_level_by_level(levels)


def test_ladder_of_levels() -> None:
    up_and_down = bytes([*range(127), *range(126, -1, -1)]) * 3
    assert list(visual_order(up_and_down)) == reverse_level_by_level(up_and_down)


@pytest.mark.parametrize(
    ("text", "start", "end", "levels"),
    [
        ("ab ب ", 0, 5, [0, 0, 0, 1, 0]),  # at the end of a line
        ("ab ب ج", 0, 5, [0, 0, 0, 1, 0]),  # of a line that is not the last
        ("ab ب ج", 0, 6, [0, 0, 0, 1, 1, 1]),  # not inside of one
        ("ab ب ج", 4, 5, [0]),
        ("a ب \tج", 0, 6, [0, 0, 1, 0, 0, 1]),  # before and at a segment separator
        ("ب \u2067\u2069 \tبa\n", 0, 9, [1, 1, 1, 1, 1, 1, 1, 2, 1]),  # isolates count as white space
        ("ab \u00ad", 0, 4, [0, 0, 0, 0]),
        ("بa \u202c\u200b", 0, 5, [1, 2, 1, 1, 1]),  # so do removed code points
        ("ب", 0, 0, []),
    ],
)
def test_levels_of_a_line(text: str, start: int, end: int, levels: list[int]) -> None:
    assert list(resolve(text).line_levels(start, end)) == levels


def test_lines_of_one_paragraph() -> None:
    paragraph = resolve("بحر abc def بر")
    assert list(paragraph.visual_order(0, 8)) == [7, 4, 5, 6, 3, 2, 1, 0]
    assert list(paragraph.visual_order(8, 14)) == [13, 12, 11, 8, 9, 10]


@pytest.mark.parametrize(("ch", "image"), [("(", ")"), ("»", "«"), ("≤", "≥"), ("a", "a"), ("ب", "ب"), ("\ud800",) * 2])
def test_mirrored(ch: str, image: str) -> None:
    assert mirrored(ch) == image
