"""Joining forms against a slow reading of the rules, and against HarfBuzz."""

from __future__ import annotations

import gzip
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.joining import Form, form_codes, joining_forms

UCD = Path(__file__).parents[2] / "conformance" / "ucd"
FONTS = Path("/usr/share/fonts/truetype")

ZWNJ, ZWJ, LRM, SHY, WJ, TATWEEL = "\u200c\u200d\u200e\u00ad\u2060\u0640"
MARKS = "".join(map(chr, range(0x064B, 0x0653))) + "\u0670"
ARABIC = [chr(point) for first, end in [(0x600, 0x700), (0x750, 0x780), (0x870, 0x900)] for point in range(first, end)]
OTHERS = [chr(point) for first, end in [(0x710, 0x750), (0x7C0, 0x800), (0x1820, 0x1840), (0x1E900, 0x1E940)]
          for point in range(first, end)]  # fmt: skip
CONTROLS = [ZWNJ, ZWJ, LRM, SHY, WJ, "\u202b", "\u202c", "\u2067", "\u2069", "\x00", "\x1b", "\ud800", " ", "a", "1"]


@cache
def types() -> dict[str, str]:
    """Joining_Type of the characters that do not have U."""
    found = {}
    with gzip.open(UCD / "DerivedJoiningType.txt.gz", "rt", encoding="utf-8") as file:
        for line in file:
            data = line.partition("#")[0].strip()
            if data:
                points, _, value = data.partition(";")
                first, _, last = points.strip().partition("..")
                for point in range(int(first, 16), int(last or first, 16) + 1):
                    found[chr(point)] = value.strip()
    return found


def reference(text: str) -> list[Form]:
    """Rules R1 to R7 one character at a time.

    In the words of the standard a "right join-causing" character (D, L, C) makes the next one join on its right, a
    "left join-causing" one (D, R, C) the one before it on its left.
    """
    joining = types()
    forms = []
    for at, ch in enumerate(text):
        # R1: transparent characters do not count
        before = next((joining.get(c, "U") for c in reversed(text[:at]) if joining.get(c) != "T"), "U")
        after = next((joining.get(c, "U") for c in text[at + 1 :] if joining.get(c) != "T"), "U")
        right, left = before in "DLC", after in "DRC"
        form = {
            "R": Form.FINAL if right else Form.ISOLATED,  # R2, R7
            "L": Form.INITIAL if left else Form.ISOLATED,  # R3, R7
            "D": {
                (True, True): Form.MEDIAL,  # R4
                (False, True): Form.INITIAL,  # R5
                (True, False): Form.FINAL,  # R6
                (False, False): Form.ISOLATED,  # R7
            }[right, left],
        }
        forms.append(form.get(joining.get(ch, "U"), Form.NONE))
    return forms


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("", ""),
        ("ب", "1"),
        ("بب", "IF"),
        ("ببب", "IMF"),
        ("اب", "11"),
        ("با", "IF"),
        ("لأورينت نت", "IF11IMF0IF"),
        ("سَلَامٌ", "I0M0F10"),
        (f"ب{ZWJ}", "I0"),
        (f"{ZWJ}ب", "0F"),
        (f"ب{ZWNJ}ب", "101"),
        (f"ب{LRM}{SHY}{WJ}ب", "I000F"),
        (f"ب{TATWEEL}ب", "I0F"),
        (f"ا{TATWEEL}ا", "10F"),
        ("ب ب", "101"),
        ("ء", "0"),
        ("بءب", "101"),
        ("ب\u06e5ب", "101"),  # small waw is a letter that does not join
        ("\u08e2ب", "01"),
        ("\ua872ب", "IF"),  # left-joining; scripts do not matter
        ("ب\ua872", "11"),
        ("پڌگ", "IF1"),
        ("ܒܐ", "IF"),
        ("\u064eب", "01"),
        ("ب\ud800ب", "101"),
    ],
)
def test_examples(text: str, forms: str) -> None:
    names = {"0": Form.NONE, "1": Form.ISOLATED, "I": Form.INITIAL, "M": Form.MEDIAL, "F": Form.FINAL}
    assert joining_forms(text) == [names[name] for name in forms]


def test_all_forms_of_a_left_joining_letter() -> None:
    assert joining_forms("\ua872\ua840") == [Form.INITIAL, Form.FINAL]
    assert joining_forms("\ua840\ua872") == [Form.ISOLATED, Form.ISOLATED]


def test_random_strings_of_all_arabic_blocks() -> None:
    rng = random.Random(0x0641)
    letters = [ch for ch in ARABIC if types().get(ch) in {"D", "R"}]
    pools = [letters, letters, letters, ARABIC, list(MARKS), [TATWEEL, ZWJ, ZWNJ], CONTROLS, OTHERS]
    wrong = []
    for _ in range(100_000):
        text = "".join([rng.choice(rng.choice(pools)) for _ in range(rng.randrange(1, 11))])
        if joining_forms(text) != reference(text):
            wrong.append((text, joining_forms(text), reference(text)))
    assert not wrong, wrong[:10]


@given(st.text(alphabet=st.characters() | st.sampled_from(ARABIC + OTHERS + CONTROLS)))
def test_any_text(text: str) -> None:
    forms = joining_forms(text)
    assert len(forms) == len(text)
    assert forms == reference(text)
    assert list(form_codes(text)) == forms


@given(st.text(alphabet=st.sampled_from(ARABIC)), st.text(alphabet=st.sampled_from(ARABIC)))
def test_a_space_ends_the_context(left: str, right: str) -> None:
    assert list(joining_forms(f"{left} {right}")) == [*joining_forms(left), Form.NONE, *joining_forms(right)]


def test_marks_without_end() -> None:
    size = 100_000
    forms = joining_forms("ب" + "\u064e" * size + "ب" + "\u0651" * size)
    assert (forms[0], forms[size + 1]) == (Form.INITIAL, Form.FINAL)
    assert sum(forms) == Form.INITIAL + Form.FINAL


def harfbuzz_glyphs(shape_with: tuple[Any, Any], text: str) -> list[tuple[int, ...]]:
    """The glyphs of each code point of `text`."""
    uharfbuzz, font = shape_with
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl"
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.CHARACTERS
    off = dict.fromkeys(("rlig", "liga", "calt", "ccmp", "clig", "dlig", "mset", "rclt", "locl"), False)
    uharfbuzz.shape(font, buffer, off)
    glyphs: list[tuple[int, ...]] = [()] * len(text)
    for info in buffer.glyph_infos:
        glyphs[info.cluster] += (info.codepoint,)
    return glyphs


@pytest.mark.parametrize(
    ("file", "first", "end"),
    [
        ("dejavu/DejaVuSans.ttf", 0x0620, 0x0780),
        ("dejavu/DejaVuSansMono.ttf", 0x0620, 0x0780),
        ("noto/NotoSansSyriac-Regular.ttf", 0x0712, 0x0750),  # without Alaph, whose shape depends on more
        ("noto/NotoSansNKo-Regular.ttf", 0x07CA, 0x07EB),
    ],
)
def test_harfbuzz_draws_the_same_forms(file: str, first: int, end: int) -> None:
    uharfbuzz = pytest.importorskip("uharfbuzz", reason="HarfBuzz is not installed")
    path = FONTS / file
    if not path.exists():
        pytest.skip(f"no font {path}")
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))
    shape_with = (uharfbuzz, font)
    drawn: dict[str, dict[Form, tuple[int, ...]]] = {}
    for ch in map(chr, range(first, end)):
        if types().get(ch) not in {"D", "R"} or not font.get_nominal_glyph(ord(ch)):
            continue
        drawn[ch] = {
            form: harfbuzz_glyphs(shape_with, text)[text.index(ch)]
            for form, text in [(Form.ISOLATED, ch), (Form.INITIAL, ch + ZWJ), (Form.FINAL, ZWJ + ch),
                               (Form.MEDIAL, ZWJ + ch + ZWJ)]
        }  # fmt: skip
        if types()[ch] == "R":
            del drawn[ch][Form.INITIAL], drawn[ch][Form.MEDIAL]
    # Letters that show which form they have: each has a glyph of its own.
    telling = [ch for ch, forms in drawn.items() if len(set(forms.values())) == len(forms)]
    assert len(telling) > 15
    marks = [ch for ch in MARKS if font.get_nominal_glyph(ord(ch))] or [LRM]
    pools = [telling, telling, telling, marks, [TATWEEL, ZWJ, ZWNJ, LRM, SHY, WJ], [" ", "1"]]
    rng = random.Random(end)
    letters = 0
    wrong = []
    for _ in range(3_000):
        text = "".join([rng.choice(rng.choice(pools)) for _ in range(rng.randrange(1, 16))])
        for ch, form, glyph in zip(text, joining_forms(text), harfbuzz_glyphs(shape_with, text), strict=True):
            if ch in drawn:
                letters += 1
                if glyph != drawn[ch][form]:
                    wrong.append((text, ch, form))
    assert not wrong, (len(wrong), letters, wrong[:5])
    assert letters > 5_000
