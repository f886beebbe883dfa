"""The index of spans gives what a scan over all spans would give."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.model.annotations import Annotation, Chain, Entity, Event, Fragment, make_fragments
from annotator.model.span_index import LONG, Span, SpanIndex, spans_of

LENGTHS = st.one_of(st.integers(1, 30), st.sampled_from([LONG - 1, LONG, LONG + 1, 3 * LONG]))
RANGES = st.tuples(st.integers(0, 4 * LONG), LENGTHS).map(lambda r: (r[0], r[0] + r[1]))
FRAGMENTS = st.lists(RANGES, min_size=1, max_size=3).map(make_fragments)
IDS = st.integers(0, 20).map(str)
SPANNING: st.SearchStrategy[Annotation] = st.one_of(
    st.builds(Entity, IDS, st.sampled_from(["A", "B"]), FRAGMENTS), st.builds(Event, IDS, st.just("C"), FRAGMENTS)
)


def key(span: Span) -> tuple[int, int, bool, str]:
    return span.start, -span.end, not span.is_event, span.id


@given(st.lists(SPANNING, max_size=20), st.lists(st.tuples(st.integers(0, 5 * LONG), st.integers(1, 600)), max_size=8))
def test_it_agrees_with_a_scan(changes: list[Annotation], questions: list[tuple[int, int]]) -> None:
    index, layer = SpanIndex(), dict[str, Annotation]()
    for annotation in changes:
        index.replace(layer.get(annotation.id), annotation)
        layer[annotation.id] = annotation
    if layer:
        gone = layer.pop(next(iter(layer)))
        index.replace(gone, None)
    spans = [span for annotation in layer.values() for span in spans_of(annotation)]
    fresh = SpanIndex(layer.values())
    assert len(index) == len(fresh) == len(spans)
    assert sorted(index.boundaries()) == sorted(edge for span in spans for edge in (span.start, span.end))
    for start, length in questions:
        end = start + length
        expected = sorted((span for span in spans if span.start < end and span.end > start), key=key)
        assert index.overlapping(start, end) == fresh.overlapping(start, end) == expected
        assert index.at(start) == [s for s in sorted(spans, key=key) if s.start <= start < s.end]
        later = [span for span in spans if span.start > start]
        first = min((span.start for span in later), default=None)
        assert index.after(start) == min((s for s in later if s.start == first), key=key, default=None)
        earlier = [span for span in spans if span.start < start]
        last = max((span.start for span in earlier), default=None)
        assert index.before(start) == min((s for s in earlier if s.start == last), key=key, default=None)


def test_fragments_know_their_part() -> None:
    entity = Entity("e", "PERS", make_fragments([(9, 12), (0, 3)]))
    assert list(spans_of(entity)) == [
        Span(0, 3, "e", "PERS", is_event=False, part=0, parts=2),
        Span(9, 12, "e", "PERS", is_event=False, part=1, parts=2),
    ]
    assert list(spans_of(Chain("c", ("a", "b")))) == list(spans_of(None)) == []


def test_taking_out_what_is_not_there_changes_nothing() -> None:
    index = SpanIndex([Entity("e", "PERS", make_fragments([(0, 3)]))])
    index.replace(Entity("f", "PERS", make_fragments([(0, 3)])), None)
    assert len(index) == 1


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 600), st.booleans(), st.booleans()), max_size=12))
def test_events_and_order_after_any_edits(rows: list[tuple[int, int, bool, bool]]) -> None:
    index = SpanIndex()
    kept: list[Entity | Event] = []
    for number, (start, length, is_event, goes) in enumerate(rows):
        fragments = (Fragment(start, start + length), Fragment(start + length + 2, start + length + 4))[
            : 1 + length % 2
        ]
        made = (Event if is_event else Entity)(f"x{number}", "T", fragments)
        index.replace(None, made)
        kept.append(made)
        if goes:
            index.replace(kept.pop(0), None)
    fresh = SpanIndex(kept)
    assert list(index.in_order()) == list(fresh.in_order()) == sorted(next(spans_of(item)) for item in kept)
    assert list(index.events()) == [span for span in index.in_order() if span.is_event]
