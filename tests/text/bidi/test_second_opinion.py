"""Whether python-bidi orders a text as `resolve` does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text import second_opinion
from annotator.text.bidi import resolve
from annotator.text.second_opinion import orders_otherwise

ARTICLE = next((Path(__file__).parents[3] / "seeds").glob("*.txt")).read_text(encoding="utf-8")


@given(st.lists(st.sampled_from(["قال", "C++", " ", "(24/11/2020)", "٤٢", "«", "»", "\n", "\u202b", "\u202c", "، "])))
def test_both_agree(words: list[str]) -> None:
    assert orders_otherwise("".join(words)) is None


@pytest.mark.parametrize("text", ["", "\n", ARTICLE, "abc", "\u0000\u200f", "ب\ud800", "ب" * 200_000])
def test_on_whole_texts(text: str) -> None:
    assert orders_otherwise(text) is None


def test_the_paragraph_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_opinion, "resolve", lambda text: resolve(text, "ltr"))
    assert orders_otherwise("abc\nقال abc\n") == 4
