"""Rows of the annotation tree, against a list written out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.model.span_index import Span
from annotator.tui.widgets.annotation_list import Branch, Tree


@given(st.lists(st.integers(0, 3), max_size=30))
def test_rows_and_places_lead_to_each_other(sizes: list[int]) -> None:
    spans = [Span(at, at + 1, f"e{at}", "T", is_event=bool(size)) for at, size in enumerate(sizes)]
    branches = [(spans[at], [Branch("r", f"{at}.{i}") for i in range(size)]) for at, size in enumerate(sizes) if size]
    tree = Tree(spans, branches)
    under = dict(branches)
    written: list[tuple[Span, Branch | None]] = []
    for at, span in enumerate(spans):
        assert tree.row_of(at) == len(written)
        written.append((span, None))
        written += [(span, branch) for branch in under.get(span, ())]
    assert len(tree) == len(written)
    assert [tree.at(row) for row in range(len(tree))] == written
