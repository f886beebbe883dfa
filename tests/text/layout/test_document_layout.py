"""Big documents: what is laid out when."""

from __future__ import annotations

import pytest

from annotator.text.document_layout import DocumentLayout, prevailing
from annotator.text.layout import Options

TEXT = "لا سلام\nabc\nالأول والآخر\n"


def test_paragraphs() -> None:
    layout = DocumentLayout(TEXT, 20)
    assert layout.paragraph_count == 3
    assert [layout.paragraph_range(number) for number in range(3)] == [(0, 7), (8, 11), (12, 24)]
    assert [layout.paragraph_of(offset) for offset in (0, 7, 8, 11, 12, 24, 25)] == [0, 0, 1, 1, 2, 2, 2]
    paragraph = layout.paragraph(2)
    assert (paragraph.start, paragraph.end, paragraph.base_level, paragraph.line_count) == (12, 24, 1, 1)
    assert layout.text == TEXT


@pytest.mark.parametrize("number", [-1, 3])
def test_there_is_no_such_paragraph(number: int) -> None:
    layout = DocumentLayout(TEXT, 20)
    with pytest.raises(IndexError):
        layout.paragraph(number)
    with pytest.raises(IndexError):
        layout.paragraph_range(number)


@pytest.mark.parametrize("number", [-1, 2])
def test_there_is_no_such_line(number: int) -> None:
    paragraph = DocumentLayout("ab cd", 3).paragraph(0)
    with pytest.raises(IndexError):
        paragraph.line(number)


def test_lines_of_a_paragraph() -> None:
    paragraph = DocumentLayout("x\nab cd ef\n", 3).paragraph(1)
    assert list(paragraph.line_starts) == [2, 5, 8]
    assert [paragraph.line_of(offset) for offset in (2, 4, 5, 8, 10, 11)] == [0, 0, 1, 2, 2, 2]
    assert paragraph.line(2).invisible == (10,)


def test_what_was_laid_out_is_kept() -> None:
    layout = DocumentLayout(TEXT, 20)
    paragraph = layout.paragraph(0)
    assert layout.paragraph(0) is paragraph
    assert paragraph.line(0) is paragraph.line(0)
    layout.resize(20)
    layout.set_options(Options())
    assert layout.paragraph(0) is paragraph


def test_only_the_lines_that_a_boundary_touches_are_made_anew() -> None:
    layout = DocumentLayout("كلمة لا كلمة كلمة كلمة لا", 7)
    before = [layout.paragraph(0).line(number) for number in range(layout.paragraph(0).line_count)]
    assert layout.set_boundaries([6], "caret") == [0]
    after = [layout.paragraph(0).line(number) for number in range(layout.paragraph(0).line_count)]
    assert after[0] is not before[0]
    assert after[-1] is before[-1]


def test_a_long_book_does_not_stay_in_memory() -> None:
    layout = DocumentLayout(("سلام " * 2000 + "\n") * 100, 80)
    first = layout.paragraph(0)
    for number in range(100):
        layout.paragraph(number)
    assert layout.paragraph(0) is not first


def test_channels_are_united() -> None:
    layout = DocumentLayout(TEXT, 20)
    assert layout.set_boundaries([1, 14, 3, 9, 500, -2]) == [0, 2]
    assert layout.set_boundaries([1], "caret") == []
    assert layout.set_boundaries([], "annotations") == [2]
    assert layout.set_boundaries([], "caret") == [0]
    assert layout.set_boundaries([], "selection") == []


def test_another_width() -> None:
    layout = DocumentLayout(TEXT, 20)
    assert layout.paragraph(2).line_count == 1
    layout.resize(4)
    assert (layout.width, layout.paragraph(2).line_count) == (4, 3)


def test_other_options() -> None:
    layout = DocumentLayout("بَ\u200f", 20)
    assert [glyph.text for glyph in layout.paragraph(0).line(0).glyphs] == ["↤", "ﺏ\u064e"]
    layout.set_options(Options(marks=False, controls=False))
    assert layout.options == Options(marks=False, controls=False)
    assert [glyph.text for glyph in layout.paragraph(0).line(0).glyphs] == ["ﺏ"]


def test_a_paragraph_without_a_letter_goes_with_the_document() -> None:
    arabic = DocumentLayout("\n(24/11/2020)\nلا سلام\n\nabc\n***", 20, ground="rtl")
    assert [arabic.paragraph(number).base_level for number in range(6)] == [1, 1, 1, 1, 0, 1]
    assert [glyph.start for glyph in arabic.paragraph(1).line(0).glyphs][::11] == [12, 1]
    assert DocumentLayout("\nلا", 20).paragraph(0).base_level == 0
    assert DocumentLayout("\nلا", 20, "ltr", ground="rtl").paragraph(0).base_level == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\n(24/11/2020)\nلا سلام\nabc", "rtl"),
        ("12\nabc\n\nلا", "ltr"),
        ("\u2067abc\u2069\nلا", "rtl"),  # a letter in an isolate says nothing (P2)
        ("\n12", "ltr"),
        ("", "ltr"),
        ("\n" * 20_000 + "لا", "ltr"),
    ],
)
def test_the_prevailing_direction(text: str, found: str) -> None:
    assert prevailing(text) == found


def test_a_wrong_base() -> None:
    with pytest.raises(ValueError, match="base"):
        DocumentLayout("", 20, "up")  # type: ignore[arg-type]  # the mistake under test


@pytest.mark.parametrize(
    "text",
    [
        "سلام" * 25_000,
        "\u064e" * 100_000,
        "\n" * 100_000,
        "👨\u200d👩\u200d👧" * 10_000,
        "a\t" * 50_000,
        " " * 100_000,
        "\u2028" * 100_000,
        "ا\x0b" * 50_000,
        "\u200c" * 100_000,
        "\u06dd" * 100_000,
        "a\ufe00" * 50_000,
        "\u202b" * 100_000,
        "ل\u064eا" * 30_000,
    ],
)
def test_any_size_will_do(text: str) -> None:
    layout = DocumentLayout(text, 100)
    last = layout.paragraph(layout.paragraph_count - 1)
    assert last.line(last.line_count - 1).end == last.end
    layout.resize(1)
    assert layout.paragraph(0).line(0).width <= 1
