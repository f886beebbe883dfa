"""Where clitics may be cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.clitics import clitic_cuts, clitic_segments, enclitic_cut
from annotator.text.clusters import clusters

WORDS = st.text(st.sampled_from("وفبلكسايتنأهمٱقد24aَّْـٰ\u200f\u200d"), max_size=14)


@pytest.mark.parametrize(
    "parts",
    [
        "وَ بِ الْ قاهرة", "ل أورينت", "ل ل جنة", "ف ل ل جنة", "و س يكتب", "و قد", "ب ال صالحية", "ك ال قاهرة",
        "و ال سورية",
        "بـ 24", "ب 5", "ٱل كتاب", "و ب ال كتاب", "ف س نكتب ها", "عناصر ها", "حلفاؤ ها", "و جود ه", "ب هما", "أرسل ني",
        "ال عربي", "في", "من", "له", "ألمانيا", "سد", "و", "24", "U.S.", "#", "",
    ],
)  # fmt: skip
def test_examples(parts: str) -> None:
    word = parts.replace(" ", "")
    assert [word[start:end] for start, end in clitic_segments(word)] == parts.split()


@given(WORDS)
def test_segments_cover_the_word_and_cut_no_cluster(word: str) -> None:
    segments = clitic_segments(word)
    assert "".join(word[start:end] for start, end in segments) == word
    assert all(start < end for start, end in segments)
    starts = set(clusters(word))
    # Format controls are clusters of their own but belong to the letter before them here.
    assert {start for start, _ in segments} <= starts
    cuts = clitic_cuts(word)
    assert list(cuts) == sorted(set(cuts))
    assert len(cuts) <= 3
    assert all(0 < cut < len(word) for cut in cuts)


@given(WORDS)
def test_a_pronoun_is_behind_every_proclitic(word: str) -> None:
    pronoun = enclitic_cut(word)
    if pronoun is not None:
        assert max(clitic_cuts(word), default=0) < pronoun < len(word)


def test_only_the_edges_of_a_long_word_are_read() -> None:
    assert clitic_cuts("وبال" + "\u064e" * 100_000 + "كتاب")[:2] == [1, 2]
    assert enclitic_cut("ا" * 1_000_000 + "ها") == 1_000_000
