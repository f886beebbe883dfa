"""Laws of what the adjudicate screen is made of."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from annotator.adjudication.items import Item
from annotator.tui.screens.adjudicate_items import Ledger, aliases
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


@given(
    st.lists(st.booleans(), max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.booleans()), max_size=20),
    st.integers(-1, 29),
)
def test_the_next_open_item_is_the_nearest_around_the_end(
    first: list[bool], changes: list[tuple[int, bool]], place: int
) -> None:
    items = [Item(f"en{n}", "span", {"a": (), "b": n}, n, n + 1, "missing") for n in range(len(first))]
    made = SimpleNamespace(open={item.key for item, is_open in zip(items, first, strict=True) if is_open})
    made.items = lambda: items
    made.comparison = SimpleNamespace(opinions={}, aligned={})
    ledger = Ledger(made)  # type: ignore[arg-type]  # as much of an adjudication as a ledger looks at
    for at, is_open in changes:
        (made.open.add if is_open else made.open.discard)(f"en{at}")
        ledger.follow([f"en{at}"])
    here = min(place, len(items) - 1)
    for step in (1, -1):
        if step < 0 and here < 0:
            continue
        around = [(here + step * distance) % len(items) for distance in range(1, len(items) + 1)]
        nearest = next((at for at in around if items[at].key in made.open), None)
        assert ledger.next_open(here, step) == nearest
