"""Units under an offset, and spans that grow and shrink by them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.clusters import clusters
from annotator.text.units import (
    Edge,
    Unit,
    cluster_at,
    cluster_starts,
    extend,
    grow,
    shrink,
    snap,
    unit_after,
    unit_at,
    unit_before,
    unit_range,
)

WORDS = ["و", "ال", "كتاب", "لا", "a1", "؀", "👨\u200d👩", "🇸🇾", "\u1100", "\uac00"]
SIGNS = [" ", ".", "\n", "\r\n", "\u064e", "\u200f", "\u200d"]
TEXTS = st.lists(st.one_of(st.sampled_from([*WORDS, *SIGNS]), st.characters(codec=None)), max_size=20).map("".join)
UNITS = st.sampled_from(Unit)
EDGES: st.SearchStrategy[Edge] = st.sampled_from(["start", "end"])


@given(TEXTS)
def test_the_cluster_at_an_offset_is_the_one_of_the_whole_text(text: str) -> None:
    starts = [*clusters(text), len(text)]
    assert cluster_starts(text, 0, len(text)) == starts[:-1]
    expected = {offset: span for span in pairwise(starts) for offset in range(*span)}
    assert {offset: cluster_at(text, offset) for offset in range(len(text))} == expected


def test_a_cluster_of_any_length() -> None:
    text = "اب" + "\u064e" * 10_000 + "ت"
    assert cluster_at(text, 5_000) == (1, 10_002)


@given(TEXTS, UNITS)
def test_after_and_before_enumerate_the_same_units(text: str, unit: Unit) -> None:
    forwards, offset = [], 0
    while (here := unit_after(text, offset, unit)) is not None:
        assert here[0] >= offset
        forwards.append(here)
        offset = here[1]
    backwards, offset = [], len(text)
    while (here := unit_before(text, offset, unit)) is not None:
        assert here[1] <= offset
        backwards.append(here)
        offset = here[0]
    assert forwards == backwards[::-1]
    for offset in range(-1, len(text) + 1):
        assert unit_at(text, offset, unit) == next((at for at in forwards if at[0] <= offset < at[1]), None)


@pytest.mark.parametrize(
    ("offset", "unit", "expected"),
    [
        (5, Unit.WORD, "والكتاب"),
        (5, Unit.CLITIC, "ال"),
        (4, Unit.CLITIC, "و"),
        (8, Unit.CLITIC, "كتاب"),
        (5, Unit.CLUSTER, "ا"),
        (0, Unit.SENTENCE, "قال والكتاب."),
        (3, Unit.CLUSTER, " "),
        (3, Unit.WORD, "والكتاب"),
        (11, Unit.WORD, "."),
        (11, Unit.CLITIC, "."),
        (13, Unit.WORD, "."),
        (15, Unit.WORD, ""),
        (99, Unit.WORD, "نص"),
    ],
)
def test_what_is_selected_under_the_caret(offset: int, unit: Unit, expected: str) -> None:
    text = "قال والكتاب.  \n \nنص"
    start, end = unit_range(text, offset, unit)
    assert text[start:end] == expected


def test_nothing_to_select() -> None:
    assert unit_range("", 0, Unit.WORD) == (0, 0)
    assert unit_range("", -1, Unit.CLUSTER) == (0, 0)
    assert unit_range(" ", 0, Unit.SENTENCE) == (0, 0)


def test_extend_covers_both_ends() -> None:
    assert extend((3, 5), (8, 9)) == (3, 9)
    assert extend((3, 5), (0, 2)) == (0, 5)


def test_snap() -> None:
    text = "في دير الزور، اليوم"
    assert snap(text, 4, 8, Unit.WORD) == (3, 12)
    assert snap(text, 2, 7, Unit.WORD) == (3, 6)
    assert snap(text, 2, 3, Unit.WORD) == (3, 6)
    assert snap(text, 4, 4, Unit.WORD) == (3, 6)
    assert snap(text, 8, 9, Unit.CLITIC) == (7, 9)
    assert snap(text, 5, 6, Unit.SENTENCE) == (0, len(text))


def test_grow_and_shrink() -> None:
    text = "قالت لأورينت نت اليوم"
    assert grow(text, 6, 12, "end", Unit.WORD) == (6, 15)
    assert grow(text, 6, 12, "start", Unit.WORD) == (5, 12)
    assert grow(text, 5, 12, "start", Unit.WORD) == (0, 12)
    assert grow(text, 0, 12, "start", Unit.WORD) == (0, 12)
    assert shrink(text, 5, 15, "start", Unit.CLITIC) == (6, 15)
    assert shrink(text, 5, 15, "start", Unit.WORD) == (13, 15)
    assert shrink(text, 5, 15, "end", Unit.WORD) == (5, 12)
    assert shrink(text, 5, 12, "end", Unit.WORD) == (5, 12)
    assert shrink("عناصرها", 0, 7, "end", Unit.CLITIC) == (0, 5)
    assert shrink("كَتَبَ", 0, 6, "end", Unit.CLUSTER) == (0, 4)


@given(TEXTS, UNITS, EDGES, st.data())
def test_a_resized_span_is_never_empty_and_moves_one_edge(
    text: str, unit: Unit, edge: Edge, data: st.DataObject
) -> None:
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    kept = 1 if edge == "start" else 0
    grown, shrunk = grow(text, start, end, edge, unit), shrink(text, start, end, edge, unit)
    assert 0 <= grown[0] <= start < end <= grown[1] <= len(text)
    assert start <= shrunk[0] < shrunk[1] <= end
    assert grown[kept] == shrunk[kept] == (start, end)[kept]


@given(TEXTS, UNITS, st.integers(-1, 30), st.integers(-1, 30))
def test_snapping_twice_is_snapping_once(text: str, unit: Unit, start: int, end: int) -> None:
    first = snap(text, start, end, unit)
    assert 0 <= first[0] <= first[1] <= len(text)
    if first[0] < first[1] and not text[slice(*first)].isspace():
        again = snap(text, *first, unit)
        assert snap(text, *again, unit) == again
