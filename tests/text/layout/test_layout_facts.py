"""What particular texts look like."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from wcwidth import wcswidth

from annotator.text.layout import Affinity, Hit, Layout, Options, lay_out
from annotator.text.standins import BROKEN, DOTTED_CIRCLE, FORMAT

SEED = next((Path(__file__).parents[3] / "seeds").glob("*.txt"))


def cells(layout: Layout, line: int = 0) -> list[str]:
    return [glyph.text for glyph in layout.lines[line].glyphs]


def shown(text: str, **options: bool) -> str:
    return "".join(cells(lay_out(text, 200, options=Options(**options))))


def test_an_entity_that_starts_inside_a_lam_alef() -> None:
    joined = lay_out("لأورينت نت", 20)
    assert (joined.lines[0].width, cells(joined)[-1]) == (9, "ﻷ")
    apart = lay_out("لأورينت نت", 20, boundaries=[1])
    assert (apart.lines[0].width, cells(apart)[-2:]) == (10, ["ﺄ", "ﻟ"])
    assert apart.lines[0].columns(1, 10) == [(0, 9)]
    assert apart.lines[0].columns(0, 1) == [(9, 10)]


@pytest.mark.parametrize("boundary", [0, 2, 3, 10])
def test_boundaries_elsewhere_change_nothing(boundary: int) -> None:
    text = "لأورينت نت"
    assert cells(lay_out(text, 20, boundaries=[boundary])) == cells(lay_out(text, 20))


def test_the_seed_article_holds_that_entity() -> None:
    text = SEED.read_text(encoding="utf-8")
    start = text.index("لأورينت نت") + 1
    end = start + len("أورينت نت")
    lines = [line for line in lay_out(text, 40, boundaries=[start, end]).lines if line.columns(start, end)]
    highlighted = sum(last - first for line in lines for first, last in line.columns(start, end))
    assert highlighted == end - start
    assert {glyph.start for line in lines for glyph in line.glyphs} >= {start - 1, start}


@pytest.mark.parametrize(
    ("text", "ligature"),
    [
        ("لا", "ﻻ"),
        ("بلا", "ﻼ"),
        ("لأ", "ﻷ"),
        ("بلأ", "ﻸ"),
        ("لإ", "ﻹ"),
        ("بلإ", "ﻺ"),
        ("لآ", "ﻵ"),
        ("بلآ", "ﻶ"),
    ],
)
def test_lam_alef_is_one_cell(text: str, ligature: str) -> None:
    assert cells(lay_out(text, 20))[0] == ligature


def test_marks_of_both_letters_stay_in_order() -> None:
    (line,) = lay_out("ل\u064e\u0651ا\u064b", 20).lines
    assert [(glyph.text, glyph.start, glyph.end, glyph.width) for glyph in line.glyphs] == [
        ("ﻻ\u064e\u0651\u064b", 0, 5, 1)
    ]


@pytest.mark.parametrize("boundary", [1, 2, 3])
def test_a_boundary_among_the_marks_splits_too(boundary: int) -> None:
    (line,) = lay_out("ل\u064e\u0651ا\u064b", 20, boundaries=[boundary]).lines
    assert [glyph.text for glyph in line.glyphs] == ["ﺎ\u064b", "ﻟ\u064e\u0651"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ل\u200dا", "ﺎﻟ"),  # ZWJ: joined, no ligature
        ("ل\u200cا", "ﺍﻝ"),  # ZWNJ: neither
        ("لـا", "ﺎـﻟ"),
        ("ه\u200d", "ﻫ"),
        ("الله", "ﻪﻠﻟﺍ"),  # never one cell
        ("بَيْت", "ﺖﻴْﺑَ"),
        ("پژوهش\u200cها", "ﺎﻫﺶﻫﻭﮋﭘ"),
        ("\u08a0ب", "ﺐ\u08a0"),  # no presentation form, and joins all the same
        ("ﻻﷲ", "ﷲﻻ"),  # presentation forms in a document are what they are
    ],
)
def test_shaping(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_a_vowelled_line() -> None:
    text = "وَقَالَ الرَّئِيسُ إِنَّ مُؤْتَمَرَ السَّبْتِ سَيُعْقَدُ في بيروت بحضور عدد من المسؤولين"
    marks = sum(unicodedata.category(ch) == "Mn" for ch in text)
    (line,) = lay_out(text, 200).lines
    assert marks > 18
    assert line.width == len(text) - marks
    text = "هذا نص مشكول يَقرَؤُهُ مَن يُرِيدُ أن يَعرِفَ كم تُرسَمُ الحَرَكَاتُ في"
    assert (len(text), sum(unicodedata.category(ch) == "Mn" for ch in text)) == (71, 18)
    assert lay_out(text, 200).lines[0].width == 53


def test_marks_can_be_left_out() -> None:
    (line,) = lay_out("بَيْتٌ", 20, options=Options(marks=False)).lines
    assert [glyph.text for glyph in line.glyphs] == ["ﺖ", "ﻴ", "ﺑ"]
    assert line.invisible == (1, 3, 5)
    assert shown("ل\u064eا\u064b", marks=False) == "ﻻ"
    assert shown("e\u0301", marks=False) == "e\u0301"  # a letter without its accent would be another letter


def test_a_cluster_of_ten_thousand_marks() -> None:
    (line,) = lay_out("ب" + "\u064e" * 10_000 + "ب", 20).lines
    last, first = line.glyphs
    assert (first.start, first.end, len(first.text)) == (0, 10_001, 9)
    assert last.start == 10_001


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31m", "␛[31m"),
        ("a\x00\x07\x7fb", "a␀␇␡b"),
        ("a\x9bb", f"a{BROKEN}b"),
        ("a\ud800b", f"a{BROKEN}b"),
        ("a\ue000\uffff\u0378b", f"a{BROKEN * 3}b"),
        ("a\u202eb\u202cc", "a⇦⊤bc"),
        ("a\u200bb\u2060c\ufeffd", f"a{FORMAT}b{FORMAT}c{FORMAT}d"),
        ("a\xadb", "a¬b"),
        ("a\ufe00b", f"a{FORMAT}b"),
        ("a\U000e0041\U000e0042b", f"a{FORMAT}b"),
        ("\u064eب", f"ﺏ{DOTTED_CIRCLE}\u064e"),
        ("a\t\u0301b", f"a       {DOTTED_CIRCLE}\u0301b"),
        ("a\u200cb\u034fc", "abc"),
        ("\u200d", ""),
        ("a\xa0\u2003b", "a  b"),
    ],
)
def test_what_must_not_reach_a_terminal(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_every_code_point_beside_others() -> None:
    """All of the planes in use, thinned out where thousands of code points are alike."""
    alike = (range(0x3400, 0xA000), range(0xAC00, 0xD7A4), range(0xE000, 0xF900), range(0x20000, 0xE0000))
    points = [p for p in range(0xE1000) if p % 97 == 0 or not any(p in block for block in alike)]
    points = [p for p in points if p < 0x10000 or p % 5 == 0]
    text = "".join(f"ل{chr(point)}ا." for point in points)
    found = bytearray(len(text))
    for line in lay_out(text, 79).lines:
        for offset in line.invisible:
            found[offset] += 1
        for glyph in line.glyphs:
            found[glyph.start : glyph.end] = bytes(count + 1 for count in found[glyph.start : glyph.end])
            assert wcswidth(glyph.text) == glyph.width, (glyph, text[glyph.start : glyph.end])
            assert not {unicodedata.category(ch) for ch in glyph.text} & {"Cc", "Cs", "Co", "Zl", "Zp"}
    assert set(found) == {1}


def test_controls_can_be_left_out() -> None:
    layout = lay_out("a\u200fb\u200bc\ufe00\x1b", 20, options=Options(controls=False))
    assert cells(layout) == ["a", "b", "c", "␛"]
    assert layout.lines[0].invisible == (1, 3, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👨\u200d👩\u200d👧\u200d👦", ["👨\u200d👩\u200d👧\u200d👦"]),
        ("❤\ufe0fa", ["❤\ufe0f", "a"]),
        ("🇸🇦🇸", ["🇸🇦", "🇸"]),
        ("1\ufe0f\u20e3", ["1\ufe0f\u20e3"]),
        ("👍🏽", ["👍🏽"]),
        ("👩\u200d", ["👩"]),
        ("漢a", ["漢", "a"]),
        ("\u1112\u1161\u11ab", ["\u1112\u1161\u11ab"]),
    ],
)
def test_clusters_of_other_scripts(text: str, expected: list[str]) -> None:
    layout = lay_out(text, 20)
    assert cells(layout) == expected
    assert layout.lines[0].width == sum(2 if glyph not in {"a", "1"} else 1 for glyph in expected)


def test_an_end_of_ayah_and_its_number_are_one_cluster() -> None:
    (line,) = lay_out("آ \u06dd٤", 20).lines
    assert line.glyphs[0][:3] == ("\u06dd٤", 2, 4)
    (line,) = lay_out("\u06ddب", 20).lines
    assert line.glyphs[0].text == "ﺏ\u06dd"  # right-to-left inside the cluster, too


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(ب)", "(ﺏ)"),
        ("«ب» [a]", "[a] «ﺏ»"),
        ("a (ب) b", "a (ﺏ) b"),
        ("ب > ت", "ﺕ < ﺏ"),
        ("قال 12.5% (BBC)", "(BBC) %12.5 ﻝﺎﻗ"),
    ],
)
def test_order_and_mirroring(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_each_paragraph_has_its_direction() -> None:
    layout = lay_out("سلام\nhello\n123", 20)
    assert [line.base_level for line in layout.lines] == [1, 0, 0]
    assert [line.base_level for line in lay_out("hello\n123", 20, "rtl").lines] == [1, 1]
    with pytest.raises(ValueError, match="base"):
        lay_out("a", 20, "rlt")  # type: ignore[arg-type]  # the mistake under test


def test_spaces_at_the_end_stand_at_the_end() -> None:
    (line,) = lay_out("سلام abc  ", 20, "rtl").lines
    assert "".join(glyph.text for glyph in line.glyphs) == "  abc ﻡﻼﺳ"  # L1
    assert line.glyphs[0].end == 10


def test_separators_are_invisible_on_the_line_they_end() -> None:
    layout = lay_out("ab\r\n\ncd", 20)
    assert [(line.start, line.end, line.invisible) for line in layout.lines] == [
        (0, 2, (2, 3)),
        (4, 4, (4,)),
        (5, 7, ()),
    ]


def test_an_empty_text_is_one_empty_line() -> None:
    (line,) = lay_out("", 20).lines
    assert (line.start, line.end, line.glyphs, line.width) == (0, 0, (), 0)
    assert line.hit(3) == Hit(0, Affinity.AFTER)
    assert (line.column_of(0), line.caret_column(0)) == (0, 0)
    assert len(lay_out("\n" * 1000, 20).lines) == 1000


def test_lines_are_a_sequence() -> None:
    lines = lay_out("ab cd\nef", 3).lines
    assert [line.start for line in lines] == [0, 3, 6]
    assert lines[-1].start == 6
    assert [line.start for line in lines[1:]] == [3, 6]
    with pytest.raises(IndexError):
        lines[3]


def test_hits_outside_the_text_are_its_visual_ends() -> None:
    (line,) = lay_out("سلام abc", 20).lines  # abc ﻡﻼﺳ
    assert line.hit(-1) == Hit(5, Affinity.AFTER)  # in front of "a"
    assert line.hit(99) == Hit(0, Affinity.AFTER)
    (line,) = lay_out("abc سلام", 20).lines  # abc ﻡﻼﺳ
    assert line.hit(-5) == Hit(0, Affinity.AFTER)
    assert line.hit(99) == Hit(4, Affinity.AFTER)
    (line,) = lay_out("سلام", 20).lines
    assert line.hit(-1) == Hit(4, Affinity.BEFORE)


def test_the_column_behind_the_last_glyph() -> None:
    (line,) = lay_out("abc", 20).lines
    assert (line.column_of(3), line.caret_column(3)) == (3, 3)
    (line,) = lay_out("سلام", 20).lines
    assert (line.column_of(4), line.caret_column(4)) == (0, -1)
    (line,) = lay_out("سلام abc", 20).lines
    assert (line.column_of(8), line.caret_column(8)) == (3, 3)
    (line,) = lay_out("", 20, "rtl").lines
    assert (line.column_of(0), line.caret_column(0)) == (0, -1)


def test_an_invisible_code_point_is_where_the_next_glyph_is() -> None:
    (line,) = lay_out("ab\u200ccd", 20).lines
    assert line.column_of(2) == 2
    assert line.columns(2, 3) == []
    assert line.glyph_of(2) is None


def test_a_range_in_two_directions_is_several_runs() -> None:
    text = "سلام abc عليكم"
    (line,) = lay_out(text, 40).lines
    assert line.columns(0, len(text)) == [(0, line.width)]
    assert line.columns(3, 6) == [(6, 7), (9, 11)]
    assert line.columns(4, 4) == line.columns(6, 2) == []
    assert line.columns(-5, 99) == [(0, line.width)]


@pytest.mark.parametrize("tab_width", [0, -1])
def test_tab_width_is_positive(tab_width: int) -> None:
    with pytest.raises(ValueError, match="tab_width"):
        Options(tab_width=tab_width)
