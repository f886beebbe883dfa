"""Islands: Latin words and numbers inside Arabic that read as they were typed."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotator.text.bidi import resolve
from annotator.text.islands import islands, resolve_islands
from annotator.text.layout import Options, lay_out
from annotator.text.ucd import bidi_codes

AROUND = st.lists(
    st.sampled_from(
        [
            *("قال ", "في", " ", "BBC", "C++", "5%", "-", "+", "(", ")", "[", '"', "'", "24/11/2020", "٢٤", "\u064e"),
            *(
                "\u200d",
                "\u0301",
                "\u200e",
                "\u200f",
                "\u202b",
                "\u202c",
                "\u2067",
                "\u2069",
                "\t",
                "،",
                ".",
                "a",
                "漢",
            ),
            *("«", "»", "$", "🇸🇦", "1\ufe0f\u20e3"),
        ]
    ),
    max_size=30,
).map("".join)


def drawn(text: str, *, on: bool) -> str:
    """The cells of a text of one line."""
    (line,) = lay_out(text, 200, "auto", (), Options(islands=on)).lines
    return "".join(glyph.text for glyph in line.glyphs)


@pytest.mark.parametrize(
    ("text", "island"),
    [
        ("كتب بلغة C++ وأيضا", "C++"),
        ("كتب (بلغة C++) وأيضا", "C++"),
        ("في 24-11-2020 مساء", "24-11-2020"),
        ("في (24/11/2020) مساء", "(24/11/2020)"),
        ("زاد -5% اليوم", "-5%"),
        ("دفع $100، ثم", "$100"),
        ("الدالة f(x) هنا", "f(x)"),
        ("ملف .NET جديد", ".NET"),
        ("نظام Windows 11 جديد", "Windows 11"),
        ('قالت "BBC News" أمس', '"BBC News"'),
        ("شركة AT&T الكبرى", "AT&T"),
        ("السعر 1,234.50 دينارا", "1,234.50"),
        ("الكلمة cre\u00adate هنا", "cre"),
        ("الرابط http://x.y/z?q=(1) هنا", "http://x.y/z?q=(1)"),
    ],
)
def test_an_island_is_drawn_as_it_was_typed(text: str, island: str) -> None:
    assert island in drawn(text, on=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("قال (BBC).", ["BBC"]),
        ('قال "BBC News" (24/11/2020).', ["BBC News", "24/11/2020"]),
        ("قال BBC، CNN؛ ثم", ["BBC", "CNN"]),
        ("عام 1990 1991 ثم", ["1990", "1991"]),
        ("لـBBC وC++ ثم", ["BBC", "C++"]),
        ("و-5 ثم", ["5"]),
        ("هل رأى Yahoo!", ["Yahoo"]),
        ("(f(x) ثم", ["f(x)"]),
        ("a\u0301 ثم b", ["a\u0301", "b"]),
        ("لا شيء (هنا) + ...", []),
        ("في ٢٤-١١-٢٠٢٠ ثم A٣", ["A٣"]),
    ],
)
def test_which_islands_there_are(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in islands(text, bidi_codes(text))] == found


def test_two_islands_beside_each_other_stand_in_reading_order() -> None:
    line = drawn('قال "BBC News" (24/11/2020) في', on=True)
    assert '(24/11/2020) "BBC News"' in line
    assert 'BBC News" (24/11/2020)"' in drawn('قال "BBC News" (24/11/2020) في', on=False)


@pytest.mark.parametrize(
    "text", ["plain C++ words", "word ثم C++ كلمة", "قال \u2067C++\u2069 ثم", "قال \u202bC++\u202c ثم", "لا شيء هنا"]
)
def test_where_nothing_is_isolated(text: str) -> None:
    """A paragraph that reads from the left, one whose author has isolated already, one without islands."""
    assert resolve_islands(text) == resolve(text)


@settings(max_examples=600)
@given(AROUND, st.sampled_from(("auto", "ltr", "rtl")))
@example("ق a\u200d", "rtl")
def test_islands_change_levels_alone(text: str, base: str) -> None:
    found, plain = resolve_islands(text, base), resolve(text, base)  # type: ignore[arg-type]  # one of the three
    assert (found.base_level, found.codes, len(found.levels)) == (plain.base_level, plain.codes, len(text))
    for at in range(1, len(text)):
        if found.codes[at] in b"Z":  # removed by X9: the level of the one before
            assert found.levels[at] == found.levels[at - 1]


@settings(max_examples=600)
@given(AROUND)
def test_islands_are_apart_and_read_from_left_to_right(text: str) -> None:
    codes = bidi_codes(text)
    levels = resolve_islands(text, "rtl").levels
    own = resolve(text, "rtl").levels if any(code in b"(<[*)1234" for code in codes) else None
    end = -1
    for start, behind in islands(text, codes):
        assert end <= start < behind
        end = behind
        if own is None and b"N" not in codes:  # Arabic-Indic digits draw signs to their own direction (N1)
            assert all(level % 2 == 0 for level in levels[start:behind])


@pytest.mark.parametrize("piece", ["(a", "a)", "a ", "((a))", "a'", "-", "1-", "ب a"])
def test_no_text_takes_more_than_linear_time(piece: str) -> None:
    text = "ق " + piece * 20_000
    assert len(resolve_islands(text).levels) == len(text)
