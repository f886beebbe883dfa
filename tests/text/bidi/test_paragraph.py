"""What `resolve` promises for any text; the conformance files hold whether it is right."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from bidi import get_display
from hypothesis import assume, given
from hypothesis import strategies as st

from annotator.text.bidi import resolve, resolve_codes
from annotator.text.ucd import bidi_codes

if TYPE_CHECKING:
    from annotator.text.bidi import Base

REPRESENTATIVES = (
    "aéאבبم12٣٤+-$%,.\u0301\u064e\u00ad\x00\n\u2029\t\x1f \u2003!?()[]\u2329\u232a\u3008\u3009"
    "\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ud800\U0010ffff"
)  # of each Bidi_Class, both kinds of brackets, canonically equivalent pairs, a lone surrogate
REMOVED = "\u00ad\x00\u202a\u202b\u202d\u202e\u202c\U0010ffff"  # rule X9
SEPARATORS = "\n\r\x1c\x1d\x1e\x85\u2029"
LRE, RLE, LRO, RLO, PDF, LRI, RLI, FSI, PDI = "\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069"

any_text = st.text(alphabet=st.sampled_from(REPRESENTATIVES) | st.characters(), max_size=60)
bases = st.sampled_from(["auto", "ltr", "rtl"])


def levels(text: str, base: Base = "auto") -> list[int]:
    return list(resolve(text, base).levels)


@given(any_text, bases)
def test_one_level_per_code_point(text: str, base: Base) -> None:
    paragraph = resolve(text, base)
    assert len(paragraph.levels) == len(text)
    assert paragraph.base_level in {0, 1}
    assert all(0 <= level <= 127 for level in paragraph.levels)


@given(any_text, bases, st.data())
def test_every_line_is_a_permutation(text: str, base: Base, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    paragraph = resolve(text, base)
    order = paragraph.visual_order(start, end)
    assert sorted(order) == list(range(start, end))
    assert len(paragraph.line_levels(start, end)) == end - start


@given(any_text, bases)
def test_removed_code_points_have_the_level_before(text: str, base: Base) -> None:
    paragraph = resolve(text, base)
    found = [paragraph.base_level, *paragraph.levels]
    for (before, level), ch in zip(pairwise(found), text, strict=True):
        if ch in REMOVED:
            assert level == before


@given(any_text)
def test_forced_base_is_kept(text: str) -> None:
    assert resolve(text, "ltr").base_level == 0
    assert resolve(text, "rtl").base_level == 1


@given(any_text)
def test_automatic_base_is_one_of_the_forced_ones(text: str) -> None:
    paragraph = resolve(text)
    assert paragraph == resolve(text, "rtl" if paragraph.base_level else "ltr")


@given(any_text)
def test_first_strong_character_decides(text: str) -> None:
    assert resolve("a" + text).base_level == 0
    assert resolve("ب" + text).base_level == 1
    assert resolve(f"{RLI}ب{PDI}a" + text).base_level == 0  # P2: isolates are skipped
    assert resolve(RLI + text.translate(dict.fromkeys(map(ord, SEPARATORS + PDI)))).base_level == 0


@given(any_text, any_text)
def test_an_isolate_hides_its_inside(inside: str, other: str) -> None:
    """What stands in an isolate has no effect on what stands outside."""

    def closed(text: str) -> str:
        return text.translate(dict.fromkeys(map(ord, f"{LRI}{RLI}{FSI}{PDI}{SEPARATORS}")))

    def outside(text: str) -> tuple[list[int], list[int]]:
        found = levels(f"a 1 {RLI}{closed(text)}{PDI} ب 2")
        return found[:5], found[-5:]

    assert outside(inside) == outside(other)


@given(any_text, bases)
def test_codes_and_text_are_the_same(text: str, base: Base) -> None:
    assert resolve_codes(bidi_codes(text), base) == resolve(text, base)


@given(any_text, bases)
def test_line_ends_in_base_level(text: str, base: Base) -> None:
    paragraph = resolve(text + " \t ", base)
    assert list(paragraph.line_levels(0, len(text) + 3))[-3:] == [paragraph.base_level] * 3


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("", "auto", []),
        ("بحر", "auto", [1, 1, 1]),
        ("abc", "auto", [0, 0, 0]),
        ("abc", "rtl", [2, 2, 2]),
        ("بحر", "ltr", [1, 1, 1]),
        ("ب12", "auto", [1, 2, 2]),
        ("ب a ب", "auto", [1, 1, 2, 1, 1]),
        ("a ب b", "auto", [0, 0, 1, 0, 0]),
        ("a بب جج b", "auto", [0, 0, 1, 1, 1, 1, 1, 0, 0]),
        ("ب1,2%", "auto", [1, 2, 2, 2, 1]),  # W2 then W5: no European number is left
        ("א1,2%", "auto", [1, 2, 2, 2, 2]),
        ("a (ب) c", "auto", [0, 0, 0, 1, 0, 0, 0]),  # N0
        ("ب (a) c", "auto", [1, 1, 1, 2, 1, 1, 2]),
        (f"{RLE}a{PDF}b", "auto", [0, 2, 2, 0]),
        (f"{LRO}ب{PDF}", "rtl", [1, 2, 2]),
        (f"{RLO}a{PDF}", "ltr", [0, 1, 1]),
        (f"a{RLI}b{PDI}c", "auto", [0, 0, 2, 0, 0]),
        (f"{FSI}ب{PDI}", "ltr", [0, 1, 0]),
        (f"{FSI}{LRI}a{PDI}ب{PDI}", "ltr", [0, 1, 2, 1, 1, 0]),
        (f"{RLI}a\u2029b", "auto", [0, 2, 0, 0]),  # X8 ends everything
    ],
)
def test_levels(text: str, base: Base, expected: list[int]) -> None:
    assert levels(text, base) == expected


def test_depth_limit() -> None:
    assert max(levels(RLE * 62 + "a", "ltr")) == 124
    assert max(levels(RLE * 63 + "a", "ltr")) == 126
    assert max(levels(RLE * 5_000 + "a" + PDF * 5_000 + "b", "ltr")) == 126
    assert levels(RLE * 5_000 + "a" + PDF * 5_000 + "b", "ltr")[-1] == 0
    assert levels(RLI * 5_000 + "a" + PDI * 5_000 + "b", "ltr")[-1] == 0


def test_bracket_limit() -> None:
    """BD16 stops at the 64th bracket that is open; pairs found before it stay."""
    assert levels("b" + "(ب" * 63 + ")" * 63 + "c")[-2:] == [0, 0]
    assert levels("b[ب]" + "(" * 64 + "ب)")[:4] == [0, 0, 1, 0]


@pytest.mark.parametrize(
    "text",
    ["(" * 100_000, "(" * 50_000 + "aب" + ")" * 50_000, "(ب)a" * 25_000, "(\u0301" * 50_000 + "aب", RLE * 100_000,
     (RLE + "a") * 50_000, RLI * 100_000, FSI * 50_000 + PDI * 50_000, (FSI + "ب") * 50_000, "aب" * 50_000,
     "1ب+a$ " * 16_000, "$" * 100_000 + "ب", " " * 100_000 + "ب", "a" + " " * 100_000 + "ب", "\t " * 50_000 + "ب",
     "ب" + "\u064e" * 100_000 + "a", "a\u00ad" * 50_000 + "ب", (RLI + "a" + PDI) * 33_000, PDF * 100_000,
     (RLE * 60 + LRE + "ب" + PDF * 61) * 800, "\n" * 100_000, f"{RLI}\n" * 50_000],
    ids=lambda text: f"{text[:3].encode('unicode_escape').decode()}-{len(text)}",
)  # fmt: skip
def test_long_and_nasty(text: str) -> None:
    paragraph = resolve(text)
    assert len(paragraph.levels) == len(text)
    assert len(set(paragraph.visual_order(0, len(text)))) == len(text)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 1), (0, 4), (4, 4)])
def test_line_outside_the_paragraph(start: int, end: int) -> None:
    paragraph = resolve("abc")
    with pytest.raises(ValueError, match="not inside a paragraph of 3 code points"):
        paragraph.line_levels(start, end)
    with pytest.raises(ValueError, match="not inside a paragraph"):
        paragraph.visual_order(start, end)


def test_paragraph_is_a_value() -> None:
    paragraph = resolve("ab ب")
    assert paragraph == resolve("ab ب")
    assert hash(paragraph) == hash(resolve("ab ب"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        paragraph.base_level = 1  # type: ignore[misc]  # the error is the point


# python-bidi stops at a paragraph separator, takes no surrogates, and has another class for noncharacters.
oracle_text = st.text(alphabet=sorted(set(REPRESENTATIVES) - set(SEPARATORS + "\ud800\U0010ffff")), max_size=40)


def _has_odd(levels: Sequence[int]) -> bool:
    return any(level % 2 for level in levels)


@given(oracle_text, st.sampled_from(["auto", "ltr"]))
def test_python_bidi_has_the_same_order(text: str, base: Base) -> None:
    paragraph = resolve(text, base)
    # where only L1 makes a level odd, python-bidi reorders nothing: it looks for odd levels before
    assume(_has_odd(paragraph.levels) or not _has_odd(paragraph.line_levels(0, len(text))))
    display = get_display(text) if base == "auto" else get_display(text, base_dir="L")
    order = paragraph.visual_order(0, len(text))
    removed = dict.fromkeys(map(ord, REMOVED))  # X9 lets everyone put them where they like
    assert "".join([text[index] for index in order]).translate(removed) == display.translate(removed)


@given(st.text(alphabet="abאבابجم 12٣٤,.:+-%()[]«»\u064e", max_size=40))
def test_python_bidi_has_the_same_order_from_right_to_left(text: str) -> None:
    text = "ب" + text  # python-bidi does not reorder a line without right-to-left characters in such a paragraph
    order = resolve(text, "rtl").visual_order(0, len(text))
    assert "".join([text[index] for index in order]) == get_display(text, base_dir="R")
