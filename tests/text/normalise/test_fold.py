"""Folding, and the exact way back."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.normalise import FoldOptions, fold, fold_each

NONE = FoldOptions(*(False,) * 11)
TEXTS = st.text(
    st.one_of(
        st.sampled_from("أإآٱاؤئءىيةهكکیبـًَّْٰ٠۵5٫ \xa0\n\u200c\u200f\u202bﻻﷲﷺﺍﺑﱞaAéÉİß\u0301"),
        st.characters(codec=None),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("أحمد إبراهيم آمنة ٱلله", "احمد ابراهيم امنه الله"),
        ("مؤتمر رئيس شيء", "موتمر رييس شيء"),
        ("على مستشفى مدرسة", "علي مستشفي مدرسه"),
        ("كـــتاب مُحَمَّدٌ ٱلرَّحْمَٰنِ", "كتاب محمد الرحمن"),
        ("ا\u0654 و\u0654", "ا و"),
        ("٢٠٢٠ ۲۰۲۰ ١٬٢٣٤٫٥ ٥٠٪", "2020 2020 1,234.5 50%"),
        ("کتابی", "كتابي"),
        ("ﻻ ﷲ ﺑﻴﺖ", "لا الله بيت"),
        ("می\u200cخواهم \u202bنص\u202c\u200f", "ميخواهم نص"),
        ("Orient ÉCOLE Straße", "orient école straße"),
    ],
)
def test_examples(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_each_option_stands_alone() -> None:
    text = "أؤىةٌـ\u200fﺏک٣A"
    assert fold(text, NONE).text == text
    for name, folded in {
        "alef": "اؤىةٌـ\u200fﺏک٣A",
        "hamza": "أوىةٌـ\u200fﺏک٣A",
        "yeh": "أؤيةٌـ\u200fﺏک٣A",
        "teh_marbuta": "أؤىهٌـ\u200fﺏک٣A",
        "marks": "أؤىةـ\u200fﺏک٣A",
        "tatweel": "أؤىةٌ\u200fﺏک٣A",
        "invisible": "أؤىةٌـﺏک٣A",
        "forms": "أؤىةٌـ\u200fبک٣A",
        "persian": "أؤىةٌـ\u200fﺏك٣A",
        "digits": "أؤىةٌـ\u200fﺏک3A",
        "case": "أؤىةٌـ\u200fﺏک٣a",
    }.items():
        options = FoldOptions(**{field: field == name for field in FoldOptions.__dataclass_fields__})
        assert fold(text, options).text == folded, name


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text).text).text == fold(text).text


@given(TEXTS)
def test_every_position_leads_to_the_code_point_it_came_from(text: str) -> None:
    folded = fold(text)
    # Folding is done code point by code point, so the parts say where everything belongs.
    origin = [offset for offset, ch in enumerate(text) for _ in fold(ch).text]
    assert [folded.offset(position) for position in range(len(folded.text))] == origin
    assert folded.text == "".join(fold(ch).text for ch in text)


@given(TEXTS, st.data())
def test_a_source_range_folds_to_what_was_found(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    if folded.text:
        start = data.draw(st.integers(0, len(folded.text) - 1))
        end = data.draw(st.integers(start + 1, len(folded.text)))
        first, behind = folded.source_range(start, end)
        assert 0 <= first < behind <= len(text)
        assert folded.text[start:end] in fold(text[first:behind]).text


@given(st.lists(st.text("اأبت ـَﷲ\0", max_size=12), max_size=5))
def test_many_texts_together(texts: list[str]) -> None:
    alone = [fold(text) for text in texts]
    together = list(fold_each(texts))
    assert [part.text for part in together] == [folded.text for folded in alone]
    for part, folded in zip(together, alone, strict=True):
        for start, end in combinations(range(len(folded.text) + 1), 2):
            assert part.source_range(start, end) == folded.source_range(start, end)
