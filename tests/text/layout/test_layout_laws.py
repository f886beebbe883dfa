"""Laws that hold for any text whatever: every code point has one place, every cell one meaning."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from annotator.text.bidi import resolve
from annotator.text.clusters import clusters
from annotator.text.document_layout import DocumentLayout
from annotator.text.islands import resolve_islands
from annotator.text.layout import Affinity, Base, Layout, Options, lay_out
from annotator.text.paragraphs import SEPARATORS
from annotator.text.standins import TOO_WIDE

PIECES = [
    *"ابتسلمنهوي لأإآة ءىکگ",
    *"\u064e\u0650\u0651\u0652\u0670\u06dc\u0301\u0654",
    *"abz019.,-/()[]«»\"'،؛؟ـ٣۴",
    *" \t\xa0\u3000",
    *"\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\xad\u034f",
    *"\x00\x07\x1b\x7f\x85\x9b\x0b\x0c\x1c\n\r\u2028\u2029",
    *"\ud800\udfff\ue000\u0378\uffff\U0010ffff\U000e0041\ufe0f\ufe00",
    *"\u1100漢。「가각\u1160कषि्\u0903กำ",
    *"\u0600\u06dd\u08e2\ufdfa\ufb50\ufefb",
    *"😀❤✁🇸🇦👩🏽\u20e3",
    *"אב\u05b0",
    *(
        "لا",
        "ل\u064e\u0651أ\u064f",
        "ل\u200dا",
        "👨\u200d👩\u200d👧\u200d👦",
        "1\ufe0f\u20e3",
        "\r\n",
        "👩\u200d",
        "क्ष",
    ),
    *("word ", "كلمة ", "(كلمة) ", "12.5 "),
]
TEXTS = st.lists(
    st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), st.characters(codec=None, exclude_categories=())),
    max_size=40,
).map("".join)
MIXED = st.lists(st.sampled_from(["كلمة ", "word ", "12.5 ", "(كلمة) ", "a(b) ", "١٢ "]), max_size=12).map("".join)
"""Both directions in every line, so that a range of offsets is several ranges of columns."""
BASES: st.SearchStrategy[Base] = st.sampled_from(("auto", "ltr", "rtl"))
OPTIONS = st.builds(
    Options, tab_width=st.integers(1, 9), marks=st.booleans(), controls=st.booleans(), islands=st.booleans()
)
WIDTHS = st.one_of(st.integers(1, 4), st.integers(1, 60))


def covered(layout: Layout) -> list[int]:
    """Every offset that some glyph draws or some line calls invisible."""
    found: list[int] = []
    for line in layout.lines:
        found += line.invisible
        for glyph in line.glyphs:
            found += range(glyph.start, glyph.end)
    return sorted(found)


@settings(max_examples=400)
@given(TEXTS, WIDTHS, BASES, OPTIONS, st.sets(st.integers(0, 60)))
@example("", 1, "auto", Options(), set())
@example("\u064e" * 50 + "漢" * 3, 1, "rtl", Options(), set())
@example("\u06dd ب\u06dd\u0644ا", 3, "auto", Options(), set())
def test_every_code_point_has_exactly_one_place(
    text: str, width: int, base: Base, options: Options, boundaries: set[int]
) -> None:
    assert covered(lay_out(text, width, base, boundaries, options)) == list(range(len(text)))


@settings(max_examples=400)
@given(TEXTS, WIDTHS, BASES, OPTIONS)
def test_cells_fill_the_line_and_never_more(text: str, width: int, base: Base, options: Options) -> None:
    for line in lay_out(text, width, base, (), options).lines:
        column = 0
        for glyph in line.glyphs:
            assert glyph.column == column
            assert glyph.width >= 1
            assert glyph.start < glyph.end
            column += glyph.width
        assert column == line.width <= width


@settings(max_examples=400)
@given(TEXTS, WIDTHS, BASES, OPTIONS)
def test_nothing_drawn_is_a_control(text: str, width: int, base: Base, options: Options) -> None:
    for line in lay_out(text, width, base, (), options).lines:
        for glyph in line.glyphs:
            emoji = any(unicodedata.category(ch) == "So" for ch in glyph.text) or "\u20e3" in glyph.text
            for ch in glyph.text:
                category = unicodedata.category(ch)
                assert category not in {"Cc", "Cs", "Co", "Zl", "Zp"}
                assert (
                    category != "Cf"
                    or emoji
                    or ch in "\u0600\u06dd\u08e2"
                    or unicodedata.bidirectional(ch) == "AN"
                    or (ch in "\u070f\U000110bd\U000110cd")
                )
            assert wcswidth(glyph.text) == glyph.width


@settings(max_examples=400)
@given(TEXTS, WIDTHS, BASES, OPTIONS)
def test_lines_partition_their_paragraphs(text: str, width: int, base: Base, options: Options) -> None:
    layout = lay_out(text, width, base, (), options)
    lines = list(layout.lines)
    assert lines[0].start == 0
    for line, following in pairwise(lines):
        assert line.start <= line.end <= following.start
        assert all(ch in SEPARATORS for ch in text[line.end : following.start])
        assert line.end > line.start or text[line.end : following.start]
    assert all(ch in SEPARATORS for ch in text[lines[-1].end :])


@settings(max_examples=400)
@given(TEXTS, WIDTHS, BASES, OPTIONS)
@example("ا\u2067ا", 2, "ltr", Options(controls=False))
def test_a_column_and_its_offset_lead_to_each_other(text: str, width: int, base: Base, options: Options) -> None:
    for line in lay_out(text, width, base, (), options).lines:
        for glyph in line.glyphs:
            assert line.hit(line.column_of(glyph.start)) == (glyph.start, Affinity.AFTER)
            for column in range(glyph.column, glyph.column + glyph.width):
                assert line.glyph_at(column) == glyph
                assert line.hit(column).offset == glyph.start
            for offset in range(glyph.start, glyph.end):
                assert line.column_of(offset) == glyph.column
                assert line.glyph_of(offset) == glyph
        assert line.glyph_at(-1) is line.glyph_at(line.width) is None
        for column in (-1, line.width, line.width + 7):
            assert line.start <= line.hit(column).offset <= line.end
        assert -1 <= line.caret_column(line.end) <= line.width
        assert 0 <= line.column_of(line.end) <= line.width


@settings(max_examples=300)
@given(TEXTS | MIXED, WIDTHS, BASES, st.integers(0, 60), st.integers(0, 60))
@example("ab ابت cd ابت", 40, "ltr", 1, 5)
def test_columns_are_the_cells_of_the_glyphs_in_the_range(
    text: str, width: int, base: Base, start: int, end: int
) -> None:
    for line in lay_out(text, width, base).lines:
        expected = {
            column
            for glyph in line.glyphs
            if glyph.start < end and start < glyph.end and start < end
            for column in range(glyph.column, glyph.column + glyph.width)
        }
        runs = line.columns(start, end)
        assert {column for first, after in runs for column in range(first, after)} == expected
        assert all(before[1] < following[0] for before, following in pairwise(runs))


@settings(max_examples=300)
@given(TEXTS, BASES)
def test_glyphs_hold_whole_clusters(text: str, base: Base) -> None:
    """A glyph holds one cluster or a lam-alef pair; clusters are cut only where what they hold is not drawn."""
    starts = set(clusters(text))
    for line in lay_out(text, 30, base).lines:
        for glyph in line.glyphs:
            assert glyph.start in starts
            inside = [offset for offset in range(glyph.start + 1, glyph.end) if offset in starts]
            assert not inside or (len(inside) == 1 and text[inside[0]] in "اأإآ" and text[glyph.start] == "ل")


def reordered(levels: list[int]) -> list[int]:
    """L2 word by word: from the highest level down to the lowest odd one, reverse what is at that level or higher."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[at:end] = reversed(order[at:end])
            at = end + 1
    return order


@settings(max_examples=300)
@given(TEXTS, BASES, OPTIONS)
@example("ا12\u200f34", "auto", Options(controls=False))
def test_glyphs_stand_in_the_order_of_the_standard(text: str, base: Base, options: Options) -> None:
    """They follow L2 for the code points of the line, once those inside a glyph have the level of its first one."""
    layout = lay_out(text, 30, base, (), options)
    for paragraph in layout.paragraphs:
        bidi = (resolve_islands if options.islands else resolve)(text[paragraph.start : paragraph.end], base)
        for line in map(paragraph.line, range(paragraph.line_count)):
            levels = list(bidi.line_levels(line.start - paragraph.start, line.end - paragraph.start))
            for glyph in line.glyphs:
                assert glyph.level == levels[glyph.start - line.start]
                for offset in range(glyph.start, glyph.end):
                    levels[offset - line.start] = glyph.level
            place = {line.start + at: rank for rank, at in enumerate(reordered(levels))}
            assert [place[glyph.start] for glyph in line.glyphs] == sorted(place[glyph.start] for glyph in line.glyphs)


@settings(max_examples=300)
@given(TEXTS, WIDTHS, BASES, OPTIONS, st.sets(st.integers(0, 60)), WIDTHS)
def test_the_lazy_layout_is_the_same_layout(
    text: str, width: int, base: Base, options: Options, boundaries: set[int], other: int
) -> None:
    lazy = DocumentLayout(text, other, base, Options())
    for number in range(lazy.paragraph_count):
        lazy.paragraph(number).line(0)
    lazy.set_boundaries(boundaries)
    lazy.set_options(options)
    lazy.resize(width)
    eager = lay_out(text, width, base, boundaries, options)
    found = [
        lazy.paragraph(p).line(i) for p in range(lazy.paragraph_count) for i in range(lazy.paragraph(p).line_count)
    ]
    assert [(line.start, line.end, line.glyphs, line.invisible) for line in found] == [
        (line.start, line.end, line.glyphs, line.invisible) for line in eager.lines
    ]


LAM_ALEFS = st.lists(
    st.sampled_from(
        (
            "لا",
            "ل\u064eأ\u064f",
            "ل\u0651\u064eا",
            "س",
            " ",
            "\n",
            "word",
            "٣",
            "ل",
            "آ",
            "\t",
            "ل\u200dا",
            "😀",
            "\U0001f3fd",
        )
    ),
    max_size=30,
).map("".join)


@settings(max_examples=400)
@given(st.one_of(LAM_ALEFS, TEXTS), WIDTHS, *[st.sets(st.integers(0, 60))] * 3)
def test_boundaries_change_what_they_must_and_nothing_else(
    text: str, width: int, first: set[int], second: set[int], caret: set[int]
) -> None:
    layout = DocumentLayout(text, width)

    def picture() -> list[object]:
        paragraphs = [layout.paragraph(number) for number in range(layout.paragraph_count)]
        return [[(line.glyphs, line.end) for line in map(p.line, range(p.line_count))] for p in paragraphs]

    def expected(boundaries: set[int]) -> list[object]:
        paragraphs = lay_out(text, width, "auto", boundaries).paragraphs
        return [[(line.glyphs, line.end) for line in map(p.line, range(p.line_count))] for p in paragraphs]

    before = picture()
    for united, offsets, channel in (
        (first, first, "annotations"),
        (first | caret, caret, "caret"),
        (second | caret, second, "annotations"),
        (second, (), "caret"),
        (set(), set(), "annotations"),
    ):
        changed = layout.set_boundaries(offsets, channel)
        after = picture()
        assert after == expected(united)
        assert changed == [number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        before = after


@pytest.mark.parametrize("width", [0, -3])
def test_a_width_below_one_is_one(width: int) -> None:
    assert [line.width for line in lay_out("ab", width).lines] == [1, 1]


def test_a_glyph_wider_than_the_line_is_one_cell() -> None:
    assert [line.glyphs[0].text for line in lay_out("漢字", 1).lines] == [TOO_WIDE] * 2
