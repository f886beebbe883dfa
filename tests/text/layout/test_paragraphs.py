"""Where paragraphs start and end."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotator.text.paragraphs import LINE_BREAKS, SEPARATORS, Paragraphs
from annotator.text.ucd import bidi_class


def ranges(text: str) -> list[tuple[int, int]]:
    found = Paragraphs(text)
    return [found.range(number) for number in range(len(found))]


def test_separators_are_the_code_points_of_class_b() -> None:
    assert set(SEPARATORS) == {chr(point) for point in range(0x110000) if bidi_class(chr(point)) == "B"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(0, 0)]),
        ("\n", [(0, 0)]),
        ("\n\n\n", [(0, 0), (1, 1), (2, 2)]),
        ("a", [(0, 1)]),
        ("a\n", [(0, 1)]),
        ("a\nb", [(0, 1), (2, 3)]),
        ("a\r\nb\rc\n\rd", [(0, 1), (3, 4), (5, 6), (7, 7), (8, 9)]),
        ("\r\n\r\n", [(0, 0), (2, 2)]),
        ("a\x85b\u2029c\x1cd", [(0, 1), (2, 3), (4, 5), (6, 7)]),
        ("a\x0bb\x0cc\u2028d", [(0, 7)]),
        ("a\u2028\nb\x0c", [(0, 2), (3, 5)]),
    ],
)
def test_ranges(text: str, expected: list[tuple[int, int]]) -> None:
    assert ranges(text) == expected


@given(st.text(st.sampled_from("ab" + SEPARATORS + LINE_BREAKS)))
@example("\r\n\r\n")
def test_it_is_what_a_regular_expression_finds(text: str) -> None:
    pattern = re.compile(f"([^{SEPARATORS}]*)(?:\r\n|[{SEPARATORS}]|\\Z)")
    expected = [match.span(1) for match in pattern.finditer(text) if match[0]] or [(0, 0)]
    assert ranges(text) == expected


@given(st.text(st.sampled_from("ab" + SEPARATORS + LINE_BREAKS)))
def test_every_offset_is_in_one_paragraph(text: str) -> None:
    found = Paragraphs(text)
    for offset in range(len(text)):
        number = found.at(offset)
        assert found.start(number) <= offset < found.start(number + 1)
    assert found.at(len(text)) == len(found) - 1
    assert found.start(len(found)) == len(text)
