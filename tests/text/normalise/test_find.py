"""Search: hits are offsets of the document."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import UsageError
from annotator.text.find import FindOptions, _is_inside, _is_whole, find_all, find_each, find_next
from annotator.text.normalise import fold

TEXTS = st.text("أاإىيةه بكَـّﻻ\u200f.aA1١\n", max_size=40)
QUERIES = st.text("أايةه بكَﻻa1", max_size=4)


def found(text: str, query: str, **options: bool) -> list[str]:
    return [text[start:end] for start, end in find_all(text, query, FindOptions(**options))]  # type: ignore[arg-type]  # limit is no bool


@pytest.mark.parametrize(
    ("text", "query", "hits"),
    [
        ("قَالَ قال", "قال", ["قَالَ", "قال"]),
        ("قال", "قَالَ", ["قال"]),
        ("إدلب وأدلب وادلب", "ادلب", ["إدلب", "أدلب", "ادلب"]),
        ("كـتـاب\u200f", "كتاب", ["كـتـاب"]),
        ("ﻻ", "ا", ["ﻻ"]),
        ("لااا", "اا", ["اا"]),
        ("عام ٢٠١٩", "2019", ["٢٠١٩"]),
        ("a.c abc", "a.c", ["a.c"]),
        ("نص", "", []),
        ("", "نص", []),
        ("نَص", "\u064e", ["\u064e"]),
        ("\ud800نص", "نص", ["نص"]),
    ],
)
def test_literal(text: str, query: str, hits: list[str]) -> None:
    assert found(text, query) == hits


def test_exact() -> None:
    assert found("أحمد احمد", "أحمد", normalise=False) == ["أحمد"]
    assert found("Orient orient", "orient", normalise=False) == ["orient"]


@pytest.mark.parametrize(
    ("text", "hits"),
    [("وسوريا سوريا، سورياً (سوريا) سوريا\u200f سوريا\u200cها سوريا_ \u200fسوريا", [7, 14, 22, 29, 53]), ("سوريا", [0])],
)
def test_whole_words(text: str, hits: list[int]) -> None:
    assert [start for start, _ in find_all(text, "سوريا", FindOptions(whole_word=True))] == hits


def test_a_refused_hit_hides_no_whole_word() -> None:
    assert find_all("ببب بب", "بب", FindOptions(whole_word=True)) == ((4, 6),)


def test_regular_expressions() -> None:
    text = "أحمد\nقَال 2019 ٢٠٢٠ Orient"
    assert found(text, r"\d{4}", regex=True) == ["2019", "٢٠٢٠"]
    assert found(text, "^ق.ل", regex=True) == ["قَال"]
    assert found(text, "[أ-ت]حمد$", regex=True) == ["أحمد"]
    assert found(text, r"ORIENT\S*|\Sحمد", regex=True) == ["أحمد", "Orient"]
    assert found(text, "ق\u064e", regex=True, normalise=False) == ["ق\u064e"]
    assert found(text, "x*", regex=True) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("(ا", "position 1 of the search: not a regular expression: missing )"),
        ("اب*+?(", "position"),
        ("ا{99999999999999}", "too large"),
        ("[\u064e\u064f]", "Search without normalisation"),
    ],
)
def test_what_is_no_regular_expression(query: str, words: str) -> None:
    with pytest.raises(UsageError, match=r".") as caught:
        find_all("نص", query, FindOptions(regex=True))
    assert words in str(caught.value)


def test_a_doubtful_expression_warns_nobody() -> None:
    assert find_all("a[b", "[[a]", FindOptions(regex=True)) == ((0, 1), (1, 2))


def test_limit() -> None:
    assert find_all("ااا", "ا", FindOptions(limit=2)) == ((0, 1), (1, 2))
    assert find_all("ااا", "ا", FindOptions(limit=0)) == ()


@given(TEXTS, QUERIES, st.booleans(), st.booleans())
def test_hits_are_ascending_disjoint_and_whole(text: str, query: str, normalise: bool, whole_word: bool) -> None:
    last = 0
    for start, end in find_all(text, query, FindOptions(normalise=normalise, whole_word=whole_word)):
        assert last <= start < end <= len(text)
        if not normalise:
            assert text[start:end] == query
        last = end


@given(TEXTS, QUERIES, st.integers(0, 40), st.booleans(), st.booleans())
def test_the_next_hit_is_one_of_all(text: str, query: str, offset: int, backwards: bool, wrap: bool) -> None:
    hits = find_all(text, query)
    if backwards:
        expected = [hit for hit in hits if hit[0] < offset][-1:] or [*hits[-1:]] * wrap
    else:
        expected = [hit for hit in hits if hit[0] >= offset][:1] or [*hits[:1]] * wrap
    assert find_next(text, query, offset, backwards=backwards, wrap=wrap) == (expected[0] if expected else None)


@given(
    st.lists(st.text("اأبت ـَﷲ\0", max_size=12), max_size=5),
    st.text("اأبـَ", max_size=3) | st.sampled_from(["ا.", "ب$", "^[اب]+"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_many_texts_together(texts: list[str], query: str, normalise: bool, whole_word: bool, regex: bool) -> None:
    options = FindOptions(normalise=normalise, whole_word=whole_word, regex=regex)
    assert list(find_each(texts, query, options)) == [find_all(text, query, options) for text in texts]


@given(st.text("ابﻻﷺ﷼ﻛﹱـَٰ\u200b\u200f\ufe0f\xad.؟ 1a", max_size=14))
def test_letters_that_touch_are_in_one_word(text: str) -> None:
    folded = fold(text)
    if not folded.expands:
        for first, behind in combinations(range(len(folded.text) + 1), 2):
            assert not (_is_inside(folded.text, first, behind) and _is_whole(text, *folded.source_range(first, behind)))
