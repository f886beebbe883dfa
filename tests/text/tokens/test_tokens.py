"""What counts as a token, by example, and the laws that hold for every text."""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.clusters import clusters
from annotator.text.token_rules import SPACES
from annotator.text.tokens import (
    PIECE,
    space_end,
    space_start,
    token_after,
    token_at,
    token_before,
    tokens,
    tokens_between,
)

SEED = next((Path(__file__).parents[3] / "seeds").glob("*.txt"))
ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآؤئء"
LETTERS = ARABIC + "ًٌَُِّْـ\u0670" + "٠١٢٣۴٫٬123aBcé"
SIGNS = " \n\r\t.،؛؟!\"'«»()[]-–:/@#%٪_+&*" + "\u200c\u200d\u200e\u200f\u202b\u202c\u2067\u2069"
WHOLE = ["http://", "www.", ".com", "...", "أ.د.", "U.S.", "\x1b[31m", "\ud800", "\x00"]
PICTURES = ["👨\u200d👩\u200d👧", "🇸🇾", "👍🏽", "1️⃣"]
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from([*LETTERS, *SIGNS, *WHOLE, *PICTURES]),
        st.characters(codec=None),  # also lone surrogates
    ),
    max_size=50,
).map("".join)


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in tokens(text)]


@pytest.mark.parametrize(
    "line",
    [
        # clitics stay, punctuation stands alone
        "وقالت مصادر محلية من دير الزور ، لأورينت نت",
        '" داعش " . « نعم » ؛ ( ؟ ) [ ! ] : ;',
        # numbers, dates, times, percentages, signs
        "1,234.5 ١٬٢٣٤٫٥ ۱۲۳ 24/11/2020 2020-11-24 10:30 50% ٥٠٪ -5 +3 ب100 لعام 2019 3.5G",
        "2019 - 2020 ( 1948 )",
        # addresses
        "http://a.com/x?y=1 https://ar.wikipedia.org/wiki/سوريا_(دولة) www.orient-news.net a.b@c.com example.org",
        "@user_1 #سوريا_اليوم #2020",
        # Latin
        "U.S. U.S.A don't don’t Al-Qaeda AT&T C++ C# F-16 COVID-19 Dr. e.g.",
        # abbreviations
        "د. أ.د. ص.ب. أ.ف.ب ق.م",
        # marks, tatweel and joiners inside words
        "كَتَبَ كـــتاب مَدْرَسَةٌ ٱلرَّحْمَٰنِ می‌خواهم الانظمـة",
        # runs of one sign, pictures
        "... !! ؟ ! — …… 😂 😂 👨\u200d👩\u200d👧 🇸🇾 🇪🇬 👍🏽 1️⃣ ✨ * $",
        # signs that enclose the number behind them
        "؀٥ ۝١",
    ],
)
def test_examples_are_tokens_when_spaces_are_where_tokens_end(line: str) -> None:
    assert words(line) == line.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("السورية، في", ["السورية", "،", "في"]),
        ('لـ"داعش".', ["لـ", '"', "داعش", '"', "."]),
        ("((نص))", ["(", "(", "نص", ")", ")"]),
        ("قال.ثم", ["قال", ".", "ثم"]),
        ("د.محمد", ["د.", "محمد"]),
        ("(http://a.com/x).", ["(", "http://a.com/x", ")", "."]),
        ("أبو-علي و/أو", ["أبو", "-", "علي", "و", "/", "أو"]),
        ("2019-2020", ["2019", "-", "2020"]),
        ("؟!", ["؟", "!"]),
        ("😂😂🇸🇾🇪🇬", ["😂", "😂", "🇸🇾", "🇪🇬"]),
        ("\u202bكلمة\u202c", ["\u202bكلمة\u202c"]),
        ('\u200f"كلمة"\u200f.', ['\u200f"', "كلمة", '"\u200f', "."]),
        ("\u200f \u202b", ["\u200f", "\u202b"]),
        ("\x1b[31mنص", ["\x1b", "[", "31mنص"]),
        ("http:// www. @ #", ["http", ":", "//", "www", ".", "@", "#"]),
        ("", []),
        (" \n\t\u2029", []),
    ],
)
def test_examples_without_spaces(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_white_space_is_what_python_calls_so() -> None:
    found = {chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()}
    assert {chr(code) for code in range(0x10000) if re.match(f"[{SPACES}]", chr(code))} == found


def test_no_letter_mark_or_digit_stands_outside_words() -> None:
    """Every letter, mark and digit continues a word, whatever its script."""
    outside = [
        f"{code:04X} {unicodedata.name(chr(code), '')}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code))[0] in "LMN"
        and len(tokens(f"ا{chr(code)}ا")) != 1
        and unicodedata.category(chr(code)) != "No"  # circled and superscript numbers may be signs
    ]
    assert outside == []


@given(HOSTILE)
def test_tokens_partition_what_is_no_white_space(text: str) -> None:
    covered = 0
    for start, end in tokens(text):
        assert start < end
        assert text[covered:start].strip() == ""
        assert not any(ch.isspace() for ch in text[start:end])
        covered = end
    assert text[covered:].strip() == ""


@given(HOSTILE)
def test_no_token_cuts_a_cluster(text: str) -> None:
    starts = {*clusters(text), len(text)}
    # A mark on white space is the one exception: the cluster holds the space, the token cannot.
    edges = {offset for span in tokens(text) for offset in span if not text[offset - 1 : offset].isspace()}
    inside = {offset for offset in edges - starts if offset}
    assert {offset for offset in inside if not _after_space(text, offset)} == set()


def _after_space(text: str, offset: int) -> bool:
    cluster = max(start for start in clusters(text) if start < offset)
    return text[cluster].isspace()


@given(HOSTILE, st.integers(0, 3))
def test_windows_agree_with_the_whole_text(text: str, copies: int) -> None:
    text *= copies
    whole = tokens(text)
    for offset in range(-1, len(text) + 1):
        assert token_at(text, offset) == next((span for span in whole if span[0] <= offset < span[1]), None)
        assert token_after(text, offset) == next((span for span in whole if span[0] >= offset), None)
        assert token_before(text, offset) == next((span for span in reversed(whole) if span[1] <= offset), None)
    for start in range(0, len(text), 7):
        for end in range(start, len(text) + 2, 5):
            expected = [span for span in whole if span[1] > start and span[0] < min(end, len(text)) and start < end]
            assert list(tokens_between(text, start, end)) == expected


@pytest.mark.parametrize(
    "chunk",
    [
        "ا",
        "أب.",
        "a.",
        "\u064b",
        "ا\u064b",
        "(",
        "http://a!",
        ".\u200f",
        "👍\u200d",
        "ا" * (PIECE - 1) + "\u064b" * PIECE,
    ],
)
def test_a_chunk_without_spaces_is_cut_into_bounded_pieces(chunk: str) -> None:
    text = "قبل " + (chunk * (3 * PIECE))[: 5 * PIECE + 3] + " بعد"
    whole = tokens(text)
    assert "".join(text[start:end] for start, end in whole) == "".join(text.split())
    for offset in [*range(0, len(text), 97), *range(len(text) - 6, len(text))]:
        assert token_at(text, offset) == next((span for span in whole if span[0] <= offset < span[1]), None)
    assert list(tokens_between(text, 0, len(text))) == list(whole)
    middle = len(text) // 2
    assert list(tokens_between(text, middle, middle + 50)) == [
        span for span in whole if span[1] > middle and span[0] < middle + 50
    ]


@given(HOSTILE, st.integers(0, 60))
def test_white_space_beside_an_offset(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    assert space_start(text, offset) == len(text[:offset].rstrip())
    assert space_end(text, offset) == len(text) - len(text[offset:].lstrip())


def test_the_seed_article() -> None:
    text = SEED.read_text(encoding="utf-8")
    found = words(text)
    assert "".join(found) == "".join(text.split())
    assert "لأورينت" in found
    assert not any(len(word) > 1 and re.search(r'[،"().]', word) for word in found)
