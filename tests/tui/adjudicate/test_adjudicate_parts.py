"""Laws of what the adjudicate screen is made of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.tui.screens.adjudicate_items import aliases
from annotator.tui.widgets.gold_pane import Mark, Marks

RANGES = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: (pair[0], pair[0] + pair[1]))
NAMES = st.sets(st.text("abcdefgh\ud800", min_size=1), min_size=1, max_size=40)


@given(st.lists(RANGES), RANGES)
def test_marks_are_those_that_touch(ranges: list[tuple[int, int]], wanted: tuple[int, int]) -> None:
    marks = [Mark(start, end, place, str(place)) for place, (start, end) in enumerate(ranges)]
    start, end = wanted
    expected = sorted(mark for mark in marks if mark.start < end and start < mark.end)
    assert list(Marks(marks).on(start, end)) == expected


@given(NAMES, st.text())
def test_letters_are_stable_and_one_each(names: set[str], key: str) -> None:
    found = aliases(key.encode(errors="replace").decode(), sorted(names))
    assert found == aliases(key.encode(errors="replace").decode(), sorted(names, reverse=True))
    assert found.keys() == names
    assert len(set(found.values())) == len(names)
