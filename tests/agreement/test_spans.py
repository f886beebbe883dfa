"""Span agreement: the pinned example, a second opinion from seqeval, and laws."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import f1_score
from seqeval.metrics.sequence_labeling import get_entities

from annotator.agreement.counts import Counts
from annotator.agreement.matching import best_pairs, most_pairs
from annotator.agreement.spans import (
    Mention,
    Pair,
    aligned,
    boundary,
    by_type,
    confusion,
    dice,
    exact,
    mentions,
    overlap,
    per_label,
    shared,
    touching,
)
from annotator.model.annotations import Annotations, Chain, Entity, Event, Fragment, make_fragments

RANGES = st.tuples(st.integers(0, 25), st.integers(1, 8)).map(lambda r: (r[0], r[0] + r[1]))
FRAGMENTS = st.lists(RANGES, min_size=1, max_size=2).map(make_fragments)
MENTION = st.builds(Mention, st.sampled_from(["entity", "event"]), st.sampled_from("ABC"), FRAGMENTS)
SIDE = st.lists(MENTION, max_size=9)
MEASURES = (exact, boundary, overlap, dice)


def one(start: int, end: int, name: str = "A") -> Mention:
    return Mention("entity", name, (Fragment(start, end),))


def test_pinned_f1(s_a: list[Mention], s_b: list[Mention], s_z: list[Mention]) -> None:
    assert exact(s_a, s_b).f1 == 0.25
    assert boundary(s_a, s_b).f1 == 0.5
    assert (exact(s_a, s_z).f1, exact(s_b, s_z).f1) == (0.5, 0.75)
    assert overlap(s_a, s_b, typed=False) == Counts(3, 4, 4)
    assert overlap(s_a, s_b) == Counts(2, 4, 4)
    assert dice(s_a, s_b) == Counts(1 + 4 / 5, 4, 4)


def test_pinned_f1_over_characters(c_a: list[Mention], c_b: list[Mention]) -> None:
    assert exact(c_a, c_b).f1 == 0.25
    assert {name: counts.f1 for name, counts in per_label(c_a, c_b).items()} == {
        "DATE": 0,
        "GPE": 0,
        "LOC": 0,
        "ORG": 0,
        "PERS": 1,
    }


def test_spans_that_touch_do_not_overlap() -> None:
    assert overlap([one(0, 3)], [one(3, 6)]).both == 0
    assert overlap([one(0, 3)], [one(2, 6)]).both == 1


def test_nested_and_stacked_spans_count() -> None:
    nested = [one(0, 10), one(0, 4), one(0, 4)]
    assert exact(nested, [one(0, 10), one(0, 4)]) == Counts(2, 3, 2)
    assert exact(nested, nested).f1 == 1
    stacked = [one(0, 4), one(0, 4, "B")]
    assert exact(stacked, [one(0, 4, "B")]) == Counts(1, 2, 1)
    assert boundary(stacked, [one(0, 4, "C"), one(0, 4, "D")]) == Counts(2, 2, 2)


def test_overlaps_compete() -> None:
    left = [one(0, 5), one(0, 2)]
    right = [one(0, 5), one(3, 5)]
    assert overlap(left, right).both == 2  # an order of the text that takes the equal pair first finds one
    assert overlap([one(0, 6)], [one(0, 3), one(3, 6)]) == Counts(1, 1, 2)


def test_discontinuous_spans_are_sets_of_code_points() -> None:
    left = Mention("entity", "A", (Fragment(0, 3), Fragment(10, 13)))
    assert overlap([left], [one(4, 9)]).both == 0
    assert overlap([left], [one(4, 11)]).both == 1
    assert dice([left], [one(10, 14)]).both == pytest.approx(2 * 3 / (6 + 4))


def test_mentions_come_from_entities_and_triggers() -> None:
    layer = Annotations(
        [
            Event("v", "Arrive", (Fragment(6, 9),)),
            Entity("e", "PERS", (Fragment(0, 5),)),
            Chain("c", ("e",)),
        ]
    )
    assert [mention.id for mention in mentions(layer)] == ["e", "v"]
    assert mentions(layer, ("event",)) == [Mention("event", "Arrive", (Fragment(6, 9),), "another id")]


def test_alignment_and_confusion() -> None:
    left = [one(0, 4), one(6, 9, "B"), one(12, 20), one(30, 31)]
    right = [one(0, 4), one(6, 9, "C"), one(12, 14, "B"), one(15, 18), one(40, 41)]
    pairs = aligned(left, right)
    assert [pair.difference for pair in pairs] == ["same", "type", "boundary", "right only", "left only", "right only"]
    table = confusion(pairs)
    assert table.cells == {
        ("A", "A"): 2,
        ("B", "C"): 1,
        (None, "B"): 1,
        ("A", None): 1,
        (None, "A"): 1,
    }
    assert confusion(aligned(left, left)).observed == 1


@given(SIDE, SIDE)
def test_laws(left: list[Mention], right: list[Mention]) -> None:
    for measure in MEASURES:
        counts, back = measure(left, right), measure(right, left).swapped()
        assert (counts.left, counts.right) == (len(left), len(right)) == (back.left, back.right)
        assert counts.both == pytest.approx(back.both)
        assert 0 <= counts.f1 <= 1 + 1e-12
        assert measure(left, left).f1 == pytest.approx(1)
        assert measure(left[::-1], right).both == pytest.approx(counts.both)
        each = per_label(left, right, measure)
        if measure is not boundary:
            summed = sum(each.values(), Counts())
            assert (summed.left, summed.right) == (len(left), len(right))
            assert summed.both == pytest.approx(counts.both)
    assert exact(left, right).both <= boundary(left, right).both <= overlap(left, right, typed=False).both
    assert overlap(left, right).both <= overlap(left, right, typed=False).both
    assert dice(left, right).both <= overlap(left, right).both


@given(SIDE, SIDE)
def test_touching_is_sharing_a_code_point(left: list[Mention], right: list[Mention]) -> None:
    def points(mention: Mention) -> set[int]:
        return {at for start, end in mention.fragments for at in range(start, end)}

    expected = [(i, j) for i, a in enumerate(left) for j, b in enumerate(right) if points(a) & points(b)]
    assert sorted(touching(left, right, typed=False)) == expected
    assert sorted(touching(left, right, typed=True)) == [(i, j) for i, j in expected if left[i].type == right[j].type]
    for a in left:
        for b in right:
            assert shared(a.fragments, b.fragments) == len(points(a) & points(b))


@given(SIDE, SIDE)
def test_the_alignment_holds_everybody_once(left: list[Mention], right: list[Mention]) -> None:
    pairs = aligned(left, right)
    assert sorted(map(repr, left)) == sorted(repr(pair.left) for pair in pairs if pair.left)
    assert sorted(map(repr, right)) == sorted(repr(pair.right) for pair in pairs if pair.right)
    for pair in pairs:
        if pair.left and pair.right:
            assert shared(pair.left.fragments, pair.right.fragments)
    same = [pair for pair in pairs if pair.difference == "same"]
    assert len(same) == exact(left, right).both
    assert len(same) + sum(pair.difference == "type" for pair in pairs) == boundary(left, right).both
    rest = [
        [m for m in (pair[side] for pair in pairs if pair.difference not in ("same", "type")) if m] for side in (0, 1)
    ]
    loose = [pair for pair in pairs if pair.difference in ("boundary", "type and boundary")]
    assert len(loose) == overlap(*rest, typed=False).both
    assert all(pair.difference == "same" for pair in aligned(left, left))


def tags(spans: Sequence[Mention], length: int) -> list[str]:
    found = ["O"] * length
    for mention in spans:
        (start, end), *_ = mention.fragments
        found[start:end] = [f"B-{mention.type}"] + [f"I-{mention.type}"] * (end - start - 1)
    return found


@pytest.mark.parametrize("seed", range(20))
def test_as_seqeval_has_it(seed: int) -> None:
    generator = random.Random(seed)
    sentences: list[tuple[list[str], list[str]]] = []
    counts = Counts()
    for _ in range(20):
        left, right = flat(generator), flat(generator)
        counts += exact(left, right)
        sentences.append((tags(left, 40), tags(right, 40)))
        assert len(get_entities(sentences[-1][0])) == len(left)
    assert counts.f1 == pytest.approx(f1_score([a for a, _ in sentences], [b for _, b in sentences]))


def flat(generator: random.Random) -> list[Mention]:
    found: list[Mention] = []
    at = generator.randrange(3)
    while at < 36:
        end = at + generator.randrange(1, 4)
        found.append(one(at, end, generator.choice("AB")))
        at = end + generator.choice((0, 0, 1, 2, 5))
    return found


def test_a_document_long_span_over_many_short_ones() -> None:
    left = [one(0, 60_000), *(one(20 * at, 20 * at + 8) for at in range(3000))]
    right = [one(0, 60_000), *(one(20 * at + 4, 20 * at + 12) for at in range(3000))]
    assert overlap(left, right).f1 == 1
    assert len(by_type(left)["A"]) == 3001
    assert len([pair for pair in aligned(left, right) if None in pair]) == 0
    assert most_pairs(touching(left, right, typed=True)) == 3001
    assert isinstance(aligned(left[:2], right[:2])[0], Pair)
    assert len(best_pairs((i, j, 1.0) for i, j in touching(left[:300], right[:300], typed=True))) == 300
