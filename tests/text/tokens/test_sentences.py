"""Where sentences end, and the laws that hold for every text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.token_rules import LINE_BREAKS
from annotator.text.tokens import paragraph_at, sentence_at, sentences, tokens

SEED = next((Path(__file__).parents[3] / "seeds").glob("*.txt"))
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from("ابتa1 \n\r\u2028.!؟?…۔،:\"'«»()”’\u064b\u200f@/"),
        st.sampled_from([". ", "...", "د. ", "U.S.", '."', "3.5", "http://a.b", "؟!", " »"]),
        st.characters(codec=None),
    ),
    max_size=50,
).map("".join)


@pytest.mark.parametrize(
    "pieces",
    [
        ["ذهب الولد.", "ثم عاد!", "هل عاد؟", "نعم…", "انتهى"],
        ['قال: "نعم."', "ثم مضى."],
        ["« انتهى . »", "ثم مضى."],
        ['"ماذا؟"، قال الرجل.', "ثم مضى."],
        ["بلغ 3.5 مليون د. محمد في 24.11.2020 عبر http://a.com/x.y اليوم.", "ثم عاد."],
        ["1. بند أول.", "2. بند ثان."],
        ["سوريا.. مقتل عنصرين.", "انتهى ...", "ثم عاد."],
        ["قيل (؟) ذلك؟!", "لا."],
        ["يعمل مع .NET جيدا.", "نعم."],
        ["The U.S. Army left. ".strip(), "Dr. Smith said so."],
    ],
)
def test_examples(pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert [text[start:end] for start, end in sentences(text)] == pieces


def test_a_full_stop_without_a_space_behind_it_still_ends() -> None:
    text = "قال.ثم مضى .وعاد"
    assert [text[start:end] for start, end in sentences(text)] == ["قال.", "ثم مضى .", "وعاد"]


def test_every_line_of_the_seed_article_starts_and_ends_sentences() -> None:
    text = SEED.read_text(encoding="utf-8")
    found = [text[start:end] for start, end in sentences(text)]
    assert found == [line.strip() for line in text.splitlines() if line.strip()]  # each paragraph has one full stop


@given(HOSTILE)
def test_sentences_hold_whole_tokens_and_all_of_them(text: str) -> None:
    covered = 0
    edges = {offset for span in tokens(text) for offset in span}
    for start, end in sentences(text):
        assert text[covered:start].strip() == ""
        assert {start, end} <= edges
        assert re.search(f"[{LINE_BREAKS}]", text[start:end]) is None
        covered = end
    assert text[covered:].strip() == ""


@given(HOSTILE)
def test_one_sentence_agrees_with_all(text: str) -> None:
    whole = sentences(text)
    for offset in range(-1, len(text) + 1):
        assert sentence_at(text, offset) == next((span for span in whole if span[0] <= offset < span[1]), None)


@given(HOSTILE)
def test_paragraphs_have_no_break_inside(text: str) -> None:
    for offset in range(len(text) + 1):
        start, end = paragraph_at(text, offset)
        assert start <= offset <= end
        assert not any(ch in "\n\r\x1c\x1d\x1e\x85\u2029" for ch in text[start:end])


def test_a_long_text_without_spaces_is_read_once() -> None:
    text = "أب." * 20_000
    assert len(sentences(text)) > 19_000
