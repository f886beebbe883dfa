from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from wcwidth import iter_graphemes

from annotator.text.clusters import cluster_width
from annotator.text.display import display
from annotator.tui.widgets import pieces
from annotator.tui.widgets.pieces import (
    Part,
    cells_of,
    columns,
    counted,
    fit,
    fit_ends,
    is_rtl,
    to_strip,
    width_of,
    wrapped,
)

STYLE = Style()
texts = st.text(st.one_of(st.sampled_from("ابتلأ مُحَّ abc12()«»\n\t\u202e漢😀e\u0301🇸🇦"), st.characters()), max_size=40)


def test_what_shares_a_segment_is_one_cell_each() -> None:
    """For every character of the fast path, also beside letters of both scripts."""
    found = [chr(point) for point in range(0x11000) if pieces._SINGLE.fullmatch(chr(point))]
    assert len(found) > 1000
    assert [ch for ch in found if cluster_width(ch) != 1 or cell_len(ch) != 1] == []
    assert [ch for ch in found for other in "aب" if len(list(iter_graphemes(other + ch + other))) != 3] == []


@given(texts, st.integers(0, 50))
def test_fit_never_takes_more_cells(text: str, width: int) -> None:
    ready = fit(text, width)
    assert width_of(ready) <= width
    assert ready == display(text) or not width or "…" in ready
    assert not any(ch in ready for ch in "\x1b\n\r\t\u202e\x9b")


@given(texts, st.integers(0, 50))
def test_fitted_at_both_ends_it_never_takes_more_cells(text: str, width: int) -> None:
    ready = fit_ends(text, width)
    assert width_of(ready) <= width
    assert ready == display(text) or not width or "…" in ready
    assert not any(ch in ready for ch in "\x1b\n\r\t\u202e\x9b")


def test_both_ends_are_seen() -> None:
    assert fit_ends("abcdefghij", 10) == "abcdefghij"
    assert fit_ends("abcdefghij", 6) == "abc…ij"
    assert fit_ends("abc defghij", 7) == "abc…hij"
    assert fit_ends("a" + "b" * 100_000 + "c", 5) == "ab…bc"
    assert fit_ends("خسائر جديدة لميليشيات", 9) == display("خسائ…شيات", "rtl")
    assert fit_ends("ab", 1) == "…"


@given(texts)
def test_cells_are_the_text_in_order(text: str) -> None:
    ready = display(text)
    found = list(cells_of(ready))
    assert "".join(cluster for cluster, _ in found) == ready
    assert sum(width for _, width in found) == width_of(ready)


@given(st.lists(st.tuples(texts, st.integers(0, 20), st.booleans()), min_size=1, max_size=6), st.integers(1, 90))
def test_columns_fill_the_row_exactly(parts: list[tuple[str, int, bool]], width: int) -> None:
    made = columns(width, *(Part(text, STYLE, cells, right) for text, cells, right in parts), blank=STYLE)
    assert sum(width_of(ready) for ready, _ in made) == width
    strip = to_strip(made, width, STYLE)
    assert strip.cell_length == width


@given(texts, st.integers(2, 50))
def test_wrapped_lines_fit(text: str, width: int) -> None:
    assert all(width_of(ready) <= width for ready, _ in wrapped(text, width))


def test_the_end_gives_way_wherever_it_stands() -> None:
    assert fit("Hello wonderful world", 10) == "Hello won…"
    short = fit("لأورينت نت أعلنت اليوم", 10)
    assert short.startswith("…")
    assert short.endswith("ﻷ")
    assert is_rtl("(لأورينت)")
    assert not is_rtl("1. abc")


@pytest.mark.parametrize(("count", "words"), [(0, "0 files"), (1, "1 file"), (1200, "1,200 files")])
def test_counts(count: int, words: str) -> None:
    assert counted(count, "file") == words
